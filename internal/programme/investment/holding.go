package investment

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// State is where an investment stands.
type State string

// The states of an investment.
const (
	Proposed State = "proposed"
	Approved State = "approved"
	Held     State = "held"
	Sold     State = "sold"
	Refused  State = "refused"
)

// Say gives the state in a language.
func (s State) Say(l words.Lang) string { return words.T(l, "investment.state."+string(s)) }

// Holding is an investment. Amount is what it cost, Value its last valuation, Back what it was sold for, fen; Worst the loss
// reckoned with in the stress test and Expect the return that is hoped for a year, per cent (Expect in hundredths).
type Holding struct {
	UnionID, ID, Number  string
	Class                Class
	Issuer, Name, Pocket string
	Amount               money.Amount
	Worst, Expect        int64
	DueOn                day.Day
	Survey               string
	Adviser, Opinion     string
	State                State
	FirstBy, SecondBy    string
	Value                money.Amount
	ValuedOn             day.Day
	Back                 money.Amount
	BoughtOn, SoldOn     day.Day
	ByUser               string
	At, Version          int64
}

const columns = `union_id, id, number, class, issuer, name, pocket, amount, worst, expect, due_on, survey, adviser, opinion, state, first_by, second_by,
	value, valued_on, back, bought_on, sold_on, by_user, at, version`

// Of gives one. Fault: Missing.
func Of(ctx context.Context, tx *db.Tx, id string) (Holding, error) {
	return db.One[Holding](ctx, tx, `select `+columns+` from investment_holding where union_id = $1 and id = $2`, tx.Union, id)
}

// All lists them, newest first.
func All(ctx context.Context, tx *db.Tx) ([]Holding, error) {
	return db.All[Holding](ctx, tx, `select `+columns+` from investment_holding where union_id = $1 order by number desc`, tx.Union)
}

// Book is the whole: what is held, what was earned so far (of all that was sold), the idle money (free and invested) of the
// pockets that may be invested, and the stress test of today.
type Book struct {
	All, Held    []Holding
	Earned, Idle money.Amount
	Pockets      []fund.State
	Test         Test
}

// BookOf reads it.
func BookOf(ctx context.Context, tx *db.Tx) (b Book, err error) {
	if b.All, err = All(ctx, tx); err != nil {
		return b, err
	}
	for _, h := range b.All {
		switch h.State {
		case Held:
			b.Held = append(b.Held, h)
		case Sold:
			b.Earned += h.Back - h.Amount
		}
	}
	states, err := fund.States(ctx, tx)
	if err != nil {
		return b, err
	}
	for _, s := range states {
		if s.Pocket.Free() {
			b.Pockets = append(b.Pockets, s)
			b.Idle += s.Available + s.Invested
		}
	}
	b.Test, err = Stress(b.Held, b.Earned)
	return b, err
}

// ProposeIn is a proposal with what must stand beside it.
type ProposeIn struct {
	Class   Class        `form:"class" label:"投资种类" need:"true"`
	Name    string       `form:"name" label:"产品名称" need:"true" min:"2" max:"60"`
	Issuer  string       `form:"issuer" label:"发行人或银行" need:"true" min:"2" max:"60"`
	Pocket  string       `form:"pocket" label:"用哪笔资金" need:"true" max:"16" kind:"choice" hint:"只列没有指定用途、不是代管的资金"`
	Amount  money.Amount `form:"amount" label:"金额" unit:"元" need:"true" min:"1"`
	Expect  int64        `form:"expect" label:"预计年收益（万分之几）" hint:"例如 150 就是 1.5%" max:"10000"`
	Worst   int64        `form:"worst" label:"最坏亏损（%）" hint:"不能低于规则里这一类的数；存款和国债填 0" max:"100"`
	Due     day.Day      `form:"due_on" label:"到期日期" need:"true"`
	Survey  string       `form:"survey" label:"市场调查" kind:"area" need:"true" min:"20" max:"3000"`
	Adviser string       `form:"adviser" label:"顾问" need:"true" min:"2" max:"40"`
	Opinion string       `form:"opinion" label:"顾问意见" kind:"area" need:"true" min:"10" max:"2000"`
}

// Check wants a class that exists: "investment.kind".
func (in ProposeIn) Check() error {
	if !in.Class.offered() {
		return fault.New(fault.Invalid, "investment.kind").At("class")
	}
	return nil
}

// Propose puts an investment forward. Faults: "investment.off" (Refused), "investment.due" (Invalid), "fund.not_free",
// "investment.class", "investment.issuer", "investment.stress" (Refused, with the worst loss and what was earned).
var Propose = act.Act[ProposeIn, Holding]{Name: "investment.propose", Title: "提出投资建议", Right: "investment.propose",
	Do: func(ctx context.Context, tx *db.Tx, in ProposeIn) (Holding, error) {
		h := Holding{UnionID: tx.Union, ID: tx.ID(), Class: in.Class, Issuer: strings.TrimSpace(in.Issuer), Name: strings.TrimSpace(in.Name), Pocket: in.Pocket,
			Amount: in.Amount, Expect: in.Expect, DueOn: in.Due, Survey: in.Survey, Adviser: in.Adviser, Opinion: in.Opinion, State: Proposed,
			Value: in.Amount, ByUser: tx.Actor.User, At: tx.Ms(), Version: 1}
		if !in.Due.Valid() || in.Due <= tx.Day() {
			return h, fault.New(fault.Invalid, "investment.due").At("due_on")
		}
		r, err := h.allowed(ctx, tx)
		if err != nil {
			return h, err
		}
		limit, err := r.Of(h.Class)
		if err != nil {
			return h, err
		}
		h.Worst = max(in.Worst, limit.Worst)
		if err := h.tested(ctx, tx); err != nil {
			return h, err
		}
		if h.Number, err = tx.Number(ctx, "TZ"); err != nil {
			return h, err
		}
		tx.About("investment", h.ID)
		if err := db.Insert(ctx, tx, "investment_holding", h); err != nil {
			return h, err
		}
		return h, h.ask(ctx, tx, task.New{Kind: "investment.approve", Role: org.RoleChair, Title: "审批投资建议 {0}"})
	}}

func (h Holding) ask(ctx context.Context, tx *db.Tx, n task.New) error {
	n.Object, n.ObjectID, n.UnitID, n.Days, n.Href, n.Args = "investment", h.ID, tx.Union, 5, Home+"/"+h.ID, []any{h.Number}
	n.Barred = []string{h.ByUser, h.FirstBy}
	return task.Open(ctx, tx, n)
}

// allowed holds that investing is on and the pocket free, and the limits.
func (h Holding) allowed(ctx context.Context, tx *db.Tx) (Rule, error) {
	r, on, _, _, err := Rules(ctx, tx)
	if err != nil {
		return r, err
	}
	if !on {
		return r, fault.New(fault.Refused, "investment.off")
	}
	p, err := fund.Get(ctx, tx, h.Pocket)
	if err != nil {
		return r, err
	}
	if !p.Free() {
		return r, fault.New(fault.Refused, "fund.not_free", p.Name).At("pocket")
	}
	b, err := BookOf(ctx, tx)
	if err != nil {
		return r, err
	}
	return r, r.within(h, b.Held, b.Idle)
}

// tested holds the stress test with this one among the holdings.
func (h Holding) tested(ctx context.Context, tx *db.Tx) error {
	b, err := BookOf(ctx, tx)
	if err != nil {
		return err
	}
	t, err := Stress(append(b.Held, h), b.Earned)
	if err == nil && !t.Holds() {
		err = fault.New(fault.Refused, "investment.stress", t.Worst, t.Earned).At("worst")
	}
	return err
}

// AnswerIn is one of the two answers to a proposal.
type AnswerIn struct {
	ID  string `form:"id" kind:"hidden" need:"true" max:"40"`
	Yes bool   `form:"yes" label:"同意"`
}

// Answer approves or refuses a proposal; two persons who did not put it forward must approve it. Faults: "investment.state"
// (Conflict), "investment.same_person" (Denied).
var Answer = act.Act[AnswerIn, Holding]{Name: "investment.answer", Title: "审批投资建议", Right: "investment.approve", Do: answer}

func answer(ctx context.Context, tx *db.Tx, in AnswerIn) (Holding, error) {
	h, err := Of(ctx, tx, in.ID)
	switch {
	case err != nil:
		return h, err
	case h.State != Proposed:
		return h, fault.New(fault.Conflict, "investment.state", h.State)
	case h.ByUser == tx.Actor.User || h.FirstBy == tx.Actor.User:
		return h, fault.New(fault.Denied, "investment.same_person")
	}
	tx.About("investment", h.ID, "state")
	if err := task.CloseAll(ctx, tx, h.ID); err != nil {
		return h, err
	}
	switch {
	case !in.Yes:
		h.State = Refused
		return h, h.save(ctx, tx)
	case h.FirstBy == "":
		h.FirstBy = tx.Actor.User
		if err := h.save(ctx, tx); err != nil {
			return h, err
		}
		return h, h.ask(ctx, tx, task.New{Kind: "investment.approve", Role: org.RoleCompany, Title: "审批投资建议 {0}"})
	}
	h.SecondBy, h.State = tx.Actor.User, Approved
	if err := h.save(ctx, tx); err != nil {
		return h, err
	}
	return h, h.ask(ctx, tx, task.New{Kind: "investment.buy", Role: org.RoleCashier, Title: "办理投资 {0}"})
}

func (h *Holding) save(ctx context.Context, tx *db.Tx) error {
	h.Version++
	return tx.Must(ctx, "fault.stale", `update investment_holding set state = $4, first_by = $5, second_by = $6, value = $7, valued_on = $8, back = $9, bought_on = $10,
		sold_on = $11, version = version + 1 where union_id = $1 and id = $2 and version = $3`,
		tx.Union, h.ID, h.Version-1, h.State, h.FirstBy, h.SecondBy, h.Value, h.ValuedOn, h.Back, h.BoughtOn, h.SoldOn)
}

// SlipIn is the bank's slip of a purchase.
type SlipIn struct {
	ID   string `form:"id" kind:"hidden" need:"true" max:"40"`
	Slip string `form:"slip" label:"银行回单号" hint:"同一张回单只能登记一次" need:"true" max:"60"`
}

// Buy books an approved purchase; rule, limits and stress test are held once more. Faults: "investment.state" (Conflict), those
// of Propose and fund.Invest.
var Buy = act.Act[SlipIn, Holding]{Name: "investment.buy", Title: "登记投资买入", Right: "investment.pay",
	Do: func(ctx context.Context, tx *db.Tx, in SlipIn) (Holding, error) {
		h, err := Of(ctx, tx, in.ID)
		if err != nil {
			return h, err
		}
		tx.About("investment", h.ID, "state")
		if h.State != Approved {
			return h, fault.New(fault.Conflict, "investment.state", h.State)
		}
		if _, err := h.allowed(ctx, tx); err != nil {
			return h, err
		}
		if err := h.tested(ctx, tx); err != nil {
			return h, err
		}
		if _, err := fund.Invest(ctx, tx, fund.Purchase{Key: "slip/" + strings.TrimSpace(in.Slip), Pocket: h.Pocket, Ref: h.ID, Memo: h.Number, Amount: h.Amount}); err != nil {
			return h, err
		}
		h.State, h.BoughtOn, h.ValuedOn = Held, tx.Day(), tx.Day()
		if err := task.CloseAll(ctx, tx, h.ID); err != nil {
			return h, err
		}
		return h, h.save(ctx, tx)
	}}

// ValueIn is a valuation.
type ValueIn struct {
	ID    string       `form:"id" kind:"hidden" need:"true" max:"40"`
	Value money.Amount `form:"value" label:"现在值多少" unit:"元" need:"true"`
}

// Value writes down what a holding is worth, and tests all of them at once. Fault: "investment.state" (Conflict).
var Value = act.Act[ValueIn, Holding]{Name: "investment.value", Title: "登记投资估值", Right: "investment.value",
	Do: func(ctx context.Context, tx *db.Tx, in ValueIn) (Holding, error) {
		h, err := Of(ctx, tx, in.ID)
		if err != nil {
			return h, err
		}
		tx.About("investment", h.ID, "value")
		if h.State != Held {
			return h, fault.New(fault.Conflict, "investment.state", h.State)
		}
		h.Value, h.ValuedOn = max(in.Value, 0), tx.Day()
		if err := h.save(ctx, tx); err != nil {
			return h, err
		}
		return h, Watch(ctx, tx)
	}}

// SellIn is what came in when a holding was sold or came due.
type SellIn struct {
	ID   string       `form:"id" kind:"hidden" need:"true" max:"40"`
	Back money.Amount `form:"back" label:"收回金额" unit:"元" hint:"本金和收益一起" need:"true"`
	Slip string       `form:"slip" label:"银行回单号" hint:"同一张回单只能登记一次" need:"true" max:"60"`
}

// Sell books what came back; the return is the pocket's income. Faults: "investment.state" (Conflict), those of fund.Redeem.
var Sell = act.Act[SellIn, Holding]{Name: "investment.sell", Title: "登记投资收回", Right: "investment.pay",
	Do: func(ctx context.Context, tx *db.Tx, in SellIn) (Holding, error) {
		h, err := Of(ctx, tx, in.ID)
		if err != nil {
			return h, err
		}
		tx.About("investment", h.ID, "state")
		if h.State != Held {
			return h, fault.New(fault.Conflict, "investment.state", h.State)
		}
		if _, err := fund.Redeem(ctx, tx, fund.Purchase{Key: "slip/" + strings.TrimSpace(in.Slip), Pocket: h.Pocket, Ref: h.ID, Memo: h.Number, Amount: h.Amount,
			Back: in.Back}); err != nil {
			return h, err
		}
		h.State, h.Back, h.Value, h.SoldOn = Sold, in.Back, in.Back, tx.Day()
		if err := h.save(ctx, tx); err != nil {
			return h, err
		}
		if err := task.CloseAll(ctx, tx, h.ID); err != nil {
			return h, err
		}
		return h, Watch(ctx, tx)
	}}

// Watch is the daily stress test: where it no longer holds, who answers for the money has the turn until it does; and for each
// holding that has come due.
func Watch(ctx context.Context, tx *db.Tx) error {
	b, err := BookOf(ctx, tx)
	if err != nil {
		return err
	}
	if alarm := "alarm-" + tx.Union; b.Test.Holds() {
		err = task.CloseAll(ctx, tx, alarm)
	} else {
		err = task.Open(ctx, tx, task.New{Kind: "investment.alarm", Object: "investment_rule", ObjectID: alarm, Role: org.RoleManager, UnitID: tx.Union, Days: 1, Href: Home,
			Title: "投资可能亏到本金：最坏亏 {0}，累计收益只有 {1}", Args: []any{b.Test.Worst, b.Test.Earned}})
	}
	for _, h := range b.Held {
		if err == nil && h.DueOn <= tx.Day() {
			err = h.ask(ctx, tx, task.New{Kind: "investment.due", Role: org.RoleCashier, Title: "投资 {0} 已到期，请收回"})
		}
	}
	return err
}

// Acts lists what people can do with investments.
func Acts() []act.Any { return []act.Any{SetRule, Confirm, Propose, Answer, Buy, Value, Sell} }
