// Package investment lets idle money of the relief fund be invested (S18), within what the essay and the law allow: off until
// two persons turn it on under the rule that bars bound money, spread over classes and issuers, each proposal with its market
// survey and its adviser's opinion, approved by two.
//
// A loss may never reach the principal. That is a stress test, held before each purchase and every night: the worst that is
// reckoned with for all holdings together may not be more than what investing has earned so far. What is held stands in the
// ledger at cost; valuations are notes beside it.
package investment

import (
	"context"
	"encoding/json"
	"slices"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// Class is a kind of investment, in the order of its risk.
type Class string

// The classes.
const (
	Deposit Class = "deposit"
	GovBond Class = "gov_bond"
	Bond    Class = "bond"
	Fund    Class = "fund"
	Share   Class = "share"
	Future  Class = "future"
)

// Choices lists the classes in menu order.
func (Class) Choices() []form.Choice {
	return []form.Choice{{Value: string(Deposit), Label: "定期存款", Hint: "收益低，风险低"}, {Value: string(GovBond), Label: "国债", Hint: "收益低，风险低"},
		{Value: string(Bond), Label: "债券", Hint: "收益和风险中等"}, {Value: string(Fund), Label: "基金", Hint: "收益和风险中等"},
		{Value: string(Share), Label: "股票", Hint: "收益高，风险高"}, {Value: string(Future), Label: "期货", Hint: "收益高，风险很高"}}
}

// Say gives the class in a language.
func (c Class) Say(l words.Lang) string {
	for _, one := range c.Choices() {
		if one.Value == string(c) {
			return words.T(l, one.Label)
		}
	}
	return string(c)
}

// Limit is what a class is allowed: Most of the idle money, and the Worst loss that is reckoned with, both per cent.
type Limit struct{ Most, Worst int64 }

// Rule says whether and within what money may be invested. Issuer is the most with one issuer, per cent of the idle money.
type Rule struct {
	UnionID          string
	Version, Enabled int64
	Limits           string
	Issuer           int64
	ByUser           string
	At               int64
	ConfirmedBy      string
	ConfirmedAt      int64
}

const ruleColumns = `union_id, version, enabled, limits, issuer, by_user, at, confirmed_by, confirmed_at`

// Of gives what a class is allowed.
func (r Rule) Of(c Class) (out Limit, err error) {
	all := map[Class]Limit{}
	err = json.Unmarshal([]byte(r.Limits), &all)
	return all[c], err
}

// Rules gives the rule in force and one that waits to be confirmed; each is false where there is none.
func Rules(ctx context.Context, tx *db.Tx) (now Rule, on bool, next Rule, waits bool, err error) {
	all, err := db.All[Rule](ctx, tx, `select `+ruleColumns+` from investment_rule where union_id = $1 order by version desc`, tx.Union)
	for _, r := range all {
		if r.ConfirmedBy != "" {
			return r, r.Enabled == 1, next, waits, err
		}
		if !waits {
			next, waits = r, true
		}
	}
	return now, false, next, waits, err
}

// RuleIn is the rule as it is set. Read says that its writer has read the bar of the law. Deposits and government bonds are
// reckoned with without a loss.
type RuleIn struct {
	Enabled     bool  `form:"enabled" label:"允许用闲置资金投资"`
	Issuer      int64 `form:"issuer" label:"同一发行人最多占闲置资金（%）" need:"true" min:"1" max:"100"`
	Deposit     int64 `form:"deposit" label:"定期存款最多占（%）" max:"100"`
	GovBond     int64 `form:"gov_bond" label:"国债最多占（%）" max:"100"`
	Bond        int64 `form:"bond" label:"债券最多占（%）" max:"100"`
	BondWorst   int64 `form:"bond_worst" label:"债券最坏亏损（%）" max:"100"`
	Fund        int64 `form:"fund" label:"基金最多占（%）" max:"100"`
	FundWorst   int64 `form:"fund_worst" label:"基金最坏亏损（%）" max:"100"`
	Share       int64 `form:"share" label:"股票最多占（%）" max:"100"`
	ShareWorst  int64 `form:"share_worst" label:"股票最坏亏损（%）" max:"100"`
	Future      int64 `form:"future" label:"期货最多占（%）" max:"100"`
	FutureWorst int64 `form:"future_worst" label:"期货最坏亏损（%）" max:"100"`
	Read        bool  `form:"read" label:"我已读上面的规定，只投没有指定用途的钱" need:"true"`
}

// Check wants the bar to have been read: "investment.read".
func (in RuleIn) Check() error {
	if !in.Read {
		return fault.New(fault.Invalid, "investment.read").At("read")
	}
	return nil
}

func (in RuleIn) limits() map[Class]Limit {
	return map[Class]Limit{Deposit: {in.Deposit, 0}, GovBond: {in.GovBond, 0}, Bond: {in.Bond, in.BondWorst}, Fund: {in.Fund, in.FundWorst},
		Share: {in.Share, in.ShareWorst}, Future: {in.Future, in.FutureWorst}}
}

// Shown gives a rule as the form takes it; careful figures where there is none.
func (r Rule) Shown() RuleIn {
	in := RuleIn{Issuer: 30, Deposit: 100, GovBond: 50, BondWorst: 20, FundWorst: 30, ShareWorst: 60, FutureWorst: 100}
	all := map[Class]Limit{}
	if r.Version == 0 || json.Unmarshal([]byte(r.Limits), &all) != nil {
		return in
	}
	return RuleIn{Enabled: r.Enabled == 1, Issuer: r.Issuer, Deposit: all[Deposit].Most, GovBond: all[GovBond].Most, Bond: all[Bond].Most, BondWorst: all[Bond].Worst,
		Fund: all[Fund].Most, FundWorst: all[Fund].Worst, Share: all[Share].Most, ShareWorst: all[Share].Worst, Future: all[Future].Most, FutureWorst: all[Future].Worst}
}

// SetRule writes a rule down and asks the chair to confirm it; until then the one before holds.
var SetRule = act.Act[RuleIn, Rule]{Name: "investment.set_rule", Title: "设定投资规则", Right: "investment.rule",
	Do: func(ctx context.Context, tx *db.Tx, in RuleIn) (Rule, error) {
		last, err := db.Value[int64](ctx, tx, `select coalesce(max(version), 0) from investment_rule where union_id = $1`, tx.Union)
		if err != nil {
			return Rule{}, err
		}
		text, err := json.Marshal(in.limits())
		if err != nil {
			return Rule{}, err
		}
		r := Rule{UnionID: tx.Union, Version: last + 1, Limits: string(text), Issuer: in.Issuer, ByUser: tx.Actor.User, At: tx.Ms()}
		if in.Enabled {
			r.Enabled = 1
		}
		tx.About("investment_rule", tx.Union)
		if err := db.Insert(ctx, tx, "investment_rule", r); err != nil {
			return r, err
		}
		if err := task.CloseAll(ctx, tx, ruleTask(tx)); err != nil {
			return r, err
		}
		return r, task.Open(ctx, tx, task.New{Kind: "investment.confirm", Object: "investment_rule", ObjectID: ruleTask(tx), Role: org.RoleChair, UnitID: tx.Union, Days: 5,
			Barred: []string{tx.Actor.User, tx.Actor.Person}, Href: Home, Title: "确认投资规则"})
	}}

func ruleTask(tx *db.Tx) string { return "rule-" + tx.Union }

// VersionIn names a version of the rule.
type VersionIn struct {
	Version int64 `form:"version" kind:"hidden" need:"true"`
}

// Confirm puts the rule that waits into force. Faults: "investment.same_person" (Denied), "fault.stale" (Conflict).
var Confirm = act.Act[VersionIn, Rule]{Name: "investment.confirm", Title: "确认投资规则", Right: "investment.confirm",
	Do: func(ctx context.Context, tx *db.Tx, in VersionIn) (Rule, error) {
		_, _, r, waits, err := Rules(ctx, tx)
		if err != nil {
			return r, err
		}
		tx.About("investment_rule", tx.Union, "confirmed")
		if !waits || r.Version != in.Version {
			return r, fault.New(fault.Conflict, "fault.stale")
		}
		if r.ByUser == tx.Actor.User {
			return r, fault.New(fault.Denied, "investment.same_person")
		}
		if err := tx.Must(ctx, "fault.stale", `update investment_rule set confirmed_by = $3, confirmed_at = $4
			where union_id = $1 and version = $2 and confirmed_by = ''`, tx.Union, r.Version, tx.Actor.User, tx.Ms()); err != nil {
			return r, err
		}
		return r, task.CloseAll(ctx, tx, ruleTask(tx))
	}}

// Home is where investments are worked on.
const Home = "/desk/investments"

// Test is the stress test: what all holdings together would lose at the worst, and what investing has earned so far, fen.
type Test struct{ Worst, Earned money.Amount }

// Holds reports that a loss cannot reach the principal.
func (t Test) Holds() bool { return t.Worst <= t.Earned }

// Stress tests holdings: each falls from its last value by its worst loss, and what it then lacks to its cost is lost. It is pure.
func Stress(held []Holding, earned money.Amount) (Test, error) {
	t := Test{Earned: earned}
	for _, h := range held {
		left, err := h.Value.MulDiv(100-h.Worst, 100, money.Down)
		if err != nil {
			return t, err
		}
		if t.Worst, err = t.Worst.Add(max(h.Amount-left, 0)); err != nil {
			return t, err
		}
	}
	return t, nil
}

// within holds the limits of class and issuer against the idle money: what is free and what is invested. Faults:
// "investment.class", "investment.issuer" (Refused, with the limit).
func (r Rule) within(h Holding, held []Holding, idle money.Amount) error {
	limit, err := r.Of(h.Class)
	if err != nil {
		return err
	}
	class, issuer := h.Amount, h.Amount
	for _, o := range held {
		if o.Class == h.Class {
			class += o.Amount
		}
		if o.Issuer == h.Issuer {
			issuer += o.Amount
		}
	}
	for _, c := range []struct {
		sum  money.Amount
		most int64
		key  string
	}{{class, limit.Most, "investment.class"}, {issuer, r.Issuer, "investment.issuer"}} {
		top, err := idle.MulDiv(c.most, 100, money.Down)
		if err != nil {
			return err
		}
		if c.sum > top {
			return fault.New(fault.Refused, c.key, c.most, top).At("amount")
		}
	}
	return nil
}

// offered reports a class that exists.
func (c Class) offered() bool {
	return slices.ContainsFunc(c.Choices(), func(o form.Choice) bool { return o.Value == string(c) })
}
