package payment

import (
	"context"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// Come is a worker's answer to whether the money came.
type Come string

// The answers.
const (
	Yes Come = "yes"
	No  Come = "no"
)

// Choices lists the answers.
func (Come) Choices() []form.Choice {
	return []form.Choice{{Value: string(Yes), Label: "我已收到"}, {Value: string(No), Label: "没收到", Hint: "会转给财务去银行查"}}
}

// ConfirmIn says whether the money came; Name is typed in place of a hand's signature.
type ConfirmIn struct {
	ID   string `form:"id" kind:"hidden" need:"true" max:"40"`
	Come Come   `form:"come" label:"钱到了吗" need:"true"`
	Name string `form:"name" label:"签名" hint:"已收到的写上姓名，当作签名；没收到不用写" max:"50"`
}

// Check wants a name under a receipt. Fault: "payment.sign".
func (in ConfirmIn) Check() error {
	var l fault.List
	if in.Come == Yes && strings.TrimSpace(in.Name) == "" {
		l.Add("name", "payment.sign")
	}
	return l.Err()
}

// Confirm is the worker's word on whether the money came (W4). A worker signs with the own name; an officer writes down
// who signed on paper. That it did not come asks the accountant to ask the bank. Faults: "payment.sign_name" (Invalid),
// "payment.state" (Conflict).
func Confirm(ctx context.Context, tx *db.Tx, in ConfirmIn) (Instalment, error) {
	i, err := reached(ctx, tx, "payment.confirm", in.ID)
	if err != nil {
		return i, err
	}
	if in.Come == No {
		return i, i.missing(ctx, tx)
	}
	w, err := person.Get(ctx, tx, i.PersonID)
	if err != nil {
		return i, err
	}
	name := strings.Join(strings.Fields(in.Name), " ")
	if tx.Actor.Person == i.PersonID && strings.ReplaceAll(name, " ", "") != strings.ReplaceAll(w.Name, " ", "") {
		return i, fault.New(fault.Invalid, "payment.sign_name").At("name")
	}
	if err := i.move(ctx, tx, Confirmed, "confirmed_at = $5, confirmed = $6", tx.Ms(), name); err != nil {
		return i, err
	}
	i.ConfirmedAt, i.Confirmed = tx.Ms(), name
	return i, task.CloseAll(ctx, tx, i.ID)
}

func (i *Instalment) missing(ctx context.Context, tx *db.Tx) error {
	if err := i.move(ctx, tx, Missing, "confirmed_at = 0, confirmed = ''"); err != nil {
		return err
	}
	a, err := plan.Get(ctx, tx, i.AwardID)
	if err != nil {
		return err
	}
	if err := task.Close(ctx, tx, "payment.confirm", i.ID); err != nil {
		return err
	}
	return task.Open(ctx, tx, task.New{Kind: "payment.missing", Object: "instalment", ObjectID: i.ID, Role: org.RoleAccountant, UnitID: tx.Union,
		Href: home + "?state=missing", Title: "职工说没收到 {0}，请查账", Args: []any{a.Number}})
}

// Found is what the bank answered about a payment.
type Found string

// The answers.
const (
	Arrived Found = "paid"
	Back    Found = "back"
)

// Choices lists the answers.
func (Found) Choices() []form.Choice {
	return []form.Choice{{Value: string(Arrived), Label: "已到账，请职工再看一下"}, {Value: string(Back), Label: "银行已退回"}}
}

// TraceIn is what the bank answered about a payment.
type TraceIn struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	Found  Found  `form:"found" label:"银行怎么说" need:"true"`
	Reason string `form:"reason" label:"说明" hint:"到账的日期和账号后四位，或退回的原因" need:"true" max:"200"`
}

// Trace records what the bank answered: that it was paid, and the worker is asked again; or that it came back after all
// (退汇), which the cashier has to see on the account: then the money is owed to the worker until it is paid again or stopped.
// Faults: "payment.state" (Conflict), those of a claim.
func Trace(ctx context.Context, tx *db.Tx, in TraceIn) (Instalment, error) {
	i, err := reached(ctx, tx, "payment.trace", in.ID)
	if err != nil {
		return i, err
	}
	a, err := plan.Get(ctx, tx, i.AwardID)
	if err != nil {
		return i, err
	}
	tx.Trail.Reason = in.Reason
	if in.Found == Back {
		return i, i.claim(ctx, tx, Claim{Kind: BankGaveBack, Reason: in.Reason})
	}
	if i.State != Missing {
		return i, fault.New(fault.Conflict, "payment.state", i.State)
	}
	if err := i.move(ctx, tx, Paid, "trouble = $5", in.Reason); err != nil {
		return i, err
	}
	if err := task.Close(ctx, tx, "payment.missing", i.ID); err != nil {
		return i, err
	}
	return i, i.askReceipt(ctx, tx, a, notify.Text{Key: "payment.told_traced", Args: []any{a.Called(), in.Reason}})
}

func (i *Instalment) bounce(ctx context.Context, tx *db.Tx, a plan.Award, reason string) error {
	l, err := db.One[Line](ctx, tx, `select `+lineColumns+` from payment_line where union_id = $1 and id = $2`, tx.Union, i.LineID)
	if err != nil {
		return err
	}
	if err := task.CloseAll(ctx, tx, i.ID); err != nil {
		return err
	}
	if err := i.fail(ctx, tx, a, reason); err != nil {
		return err
	}
	l.Reason = reason
	if err := l.move(ctx, tx, LineReturned, LinePaid); err != nil {
		return err
	}
	if err := tx.Must(ctx, "fault.stale", `update payment_instalment set parked = 1, paid_on = '' where union_id = $1 and id = $2`, tx.Union, i.ID); err != nil {
		return err
	}
	i.Parked, i.PaidOn = true, ""
	if err := fund.Bounce(ctx, tx, fund.Move{Ref: a.ID, Key: "bounce/" + l.ID, Memo: a.Number, Amount: i.Amount}); err != nil {
		return err
	}
	if err := plan.Landed(ctx, tx, a.ID, -1); err != nil {
		return err
	}
	if err := casefile.TakeBackAid(ctx, tx, l.ID); err != nil {
		return err
	}
	return event(ctx, tx, a, casefile.Entry{Kind: "bounce", Text: "payment.event_bounced", Args: []any{i.No, i.Amount, reason}, Ref: i.ID})
}
