package payment

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// PayeeKind is what an institution does for the worker.
type PayeeKind string

// Choices lists the kinds.
func (PayeeKind) Choices() []form.Choice {
	return []form.Choice{{Value: "hospital", Label: "医院"}, {Value: "school", Label: "学校"}, {Value: "housing", Label: "房屋出租单位"}, {Value: "other", Label: "其他单位"}}
}

// Say gives the kind in a language.
func (k PayeeKind) Say(l words.Lang) string {
	all := k.Choices()
	if i := slices.IndexFunc(all, func(c form.Choice) bool { return c.Value == string(k) }); i >= 0 {
		return words.T(l, string(all[i].Label))
	}
	return string(k)
}

// PayeeState is where an institution on the list stands.
type PayeeState string

// The states.
const (
	PayeeNew     PayeeState = "new"     // written down, waits for the cashier
	PayeeChecked PayeeState = "checked" // may be paid
	PayeeClosed  PayeeState = "closed"  // is paid no more
)

// Say gives the state in a language.
func (s PayeeState) Say(l words.Lang) string { return words.T(l, "payment.payee."+string(s)) }

// Payee is a hospital, school or other institution that help is paid to in a worker's stead (S09: treatment costs paid). Its
// account is an institution's and no secret; it never changes, a new account is a new payee.
type Payee struct {
	UnionID, ID                 string
	Kind                        PayeeKind
	Name, Account, Bank, Branch string
	State                       PayeeState
	MadeBy                      string
	MadeAt                      int64
	CheckedBy                   string
	CheckedAt                   int64
	Version                     int64
}

const payeeColumns = `union_id, id, kind, name, account, bank, branch, state, made_by, made_at, checked_by, checked_at, version`

// Tail gives the last four digits of the account.
func (p Payee) Tail() string { return p.Account[max(0, len(p.Account)-4):] }

// Payees lists the institutions, by name.
func Payees(ctx context.Context, tx *db.Tx) ([]Payee, error) {
	return db.All[Payee](ctx, tx, `select `+payeeColumns+` from payment_payee where union_id = $1 order by name, id`, tx.Union)
}

// PayeeOf gives one institution.
func PayeeOf(ctx context.Context, tx *db.Tx, id string) (Payee, error) {
	return db.One[Payee](ctx, tx, `select `+payeeColumns+` from payment_payee where union_id = $1 and id = $2`, tx.Union, id)
}

// PayeeIn writes an institution down.
type PayeeIn struct {
	Kind    PayeeKind `form:"kind" label:"单位类别" need:"true"`
	Name    string    `form:"name" label:"户名" hint:"和对方开户许可上的名称一样" need:"true" max:"60"`
	Account string    `form:"account" label:"对公账号" hint:"只填单位账户，个人的卡不能填在这里" need:"true" max:"40"`
	Bank    string    `form:"bank" label:"开户银行" need:"true" max:"60"`
	Branch  string    `form:"branch" label:"开户网点" max:"100"`
}

// digits gives the account without what people put between its digits.
func (in PayeeIn) digits() string {
	return strings.NewReplacer(" ", "", "-", "", "　", "").Replace(in.Account)
}

// Check holds the shape of the account. Fault: "payment.payee_account".
func (in PayeeIn) Check() error {
	var bad fault.List
	no := in.digits()
	if len(no) < 8 || len(no) > 32 || strings.Trim(no, "0123456789") != "" {
		bad.Add("account", "payment.payee_account")
	}
	return bad.Err()
}

// AddPayee writes an institution down and asks the cashier to check it. Faults: "payment.payee_account", "payment.payee_person"
// (the account is a worker's card), "payment.payee_twice" (Conflict).
var AddPayee = act.Act[PayeeIn, Payee]{Name: "payment.add_payee", Title: "登记收款单位", Right: "payment.add_payee", Do: addPayee}

func addPayee(ctx context.Context, tx *db.Tx, in PayeeIn) (Payee, error) {
	p := Payee{UnionID: tx.Union, ID: tx.ID(), Kind: in.Kind, Name: strings.TrimSpace(in.Name), Account: in.digits(), Bank: strings.TrimSpace(in.Bank),
		Branch: strings.TrimSpace(in.Branch), State: PayeeNew, MadeBy: tx.Actor.User, MadeAt: tx.Ms(), Version: 1}
	tx.About("payee", p.ID)
	if mine, err := person.IsCard(ctx, tx, p.Account); err != nil || mine {
		return p, orFault(err, fault.New(fault.Refused, "payment.payee_person").At("account"))
	}
	_, known, err := db.Maybe[string](ctx, tx, `select id from payment_payee where union_id = $1 and account = $2`, tx.Union, p.Account)
	if err != nil || known {
		return p, orFault(err, fault.New(fault.Conflict, "payment.payee_twice").At("account"))
	}
	if err := db.Insert(ctx, tx, "payment_payee", p); err != nil {
		return p, err
	}
	return p, task.Open(ctx, tx, task.New{Kind: "payment.payee", Object: "payee", ObjectID: p.ID, Role: org.RoleCashier, UnitID: tx.Union,
		Barred: []string{p.MadeBy}, Href: payeeHome, Title: "核对收款单位 {0} 的账号", Args: []any{p.Name}})
}

// payeeHome is the page of the institutions.
const payeeHome = home + "/payees"

func orFault(err, f error) error {
	if err != nil {
		return err
	}
	return f
}

// PayeeID names an institution.
type PayeeID struct {
	Payee string `form:"payee" kind:"hidden" need:"true" max:"40"`
}

// CheckPayee is the second person's word that the account is the institution's. Faults: "payment.same_person" (Refused),
// "payment.payee_state" (Conflict).
var CheckPayee = act.Act[PayeeID, Payee]{Name: "payment.check_payee", Title: "核对收款单位", Right: "payment.check_payee",
	Do: func(ctx context.Context, tx *db.Tx, in PayeeID) (Payee, error) {
		p, err := PayeeOf(ctx, tx, in.Payee)
		if err == nil && p.MadeBy == tx.Actor.User {
			err = fault.New(fault.Refused, "payment.same_person")
		}
		if err != nil {
			return p, err
		}
		return p, p.move(ctx, tx, PayeeChecked)
	}}

// ClosePayee ends payments to an institution. Fault: "payment.payee_state" (Conflict).
var ClosePayee = act.Act[PayeeID, Payee]{Name: "payment.close_payee", Title: "停用收款单位", Right: "payment.add_payee",
	Do: func(ctx context.Context, tx *db.Tx, in PayeeID) (Payee, error) {
		p, err := PayeeOf(ctx, tx, in.Payee)
		if err != nil {
			return p, err
		}
		return p, p.move(ctx, tx, PayeeClosed)
	}}

func (p *Payee) move(ctx context.Context, tx *db.Tx, to PayeeState) error {
	tx.About("payee", p.ID, "state")
	if p.State == PayeeClosed || p.State == to {
		return fault.New(fault.Conflict, "payment.payee_state", p.State)
	}
	by, at := p.CheckedBy, p.CheckedAt
	if to == PayeeChecked {
		by, at = tx.Actor.User, tx.Ms()
	}
	err := tx.Must(ctx, "fault.stale", `update payment_payee set state = $4, checked_by = $5, checked_at = $6, version = version + 1
		where union_id = $1 and id = $2 and version = $3`, tx.Union, p.ID, p.Version, to, by, at)
	if err != nil {
		return err
	}
	p.State, p.CheckedBy, p.CheckedAt, p.Version = to, by, at, p.Version+1
	return task.Close(ctx, tx, "payment.payee", p.ID)
}
