package payment

import (
	"context"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/task"
)

// AdjustIn sets a coming instalment to another amount after a review of the effect (S10; scenario 2).
type AdjustIn struct {
	ID     string       `form:"id" kind:"hidden" need:"true" max:"40"`
	Amount money.Amount `form:"amount" label:"改成多少" unit:"元" need:"true" min:"0.01"`
	Reason string       `form:"reason" label:"理由" kind:"area" need:"true" max:"300"`
}

// Adjust makes a coming instalment smaller, inside the bounds of the verdict it was decided on; what is freed goes back
// to the pocket. More than was decided needs a new decision. Faults: "payment.more" (Refused), "payment.state"
// (Conflict), "payment.parked" (Refused), those of standard.ItemResult.Allows.
func Adjust(ctx context.Context, tx *db.Tx, in AdjustIn) (Instalment, error) {
	i, a, err := coming(ctx, tx, "payment.adjust", in.ID)
	if err != nil {
		return i, err
	}
	switch {
	case i.Parked:
		return i, fault.New(fault.Refused, "payment.parked")
	case in.Amount >= i.Amount:
		return i, fault.New(fault.Refused, "payment.more", i.Amount).At("amount")
	}
	if err := allows(a, in.Amount); err != nil {
		return i, fault.Of(err).At("amount")
	}
	was := i.Amount
	err = fund.Trim(ctx, tx, fund.Move{Ref: a.ID, Key: "trim/" + i.ID + "/" + in.Amount.Plain(), Memo: a.Number, Amount: was - in.Amount})
	if err != nil {
		return i, err
	}
	tx.Trail.Reason = in.Reason
	err = tx.Must(ctx, "fault.stale", `update payment_instalment set amount = $4, version = version + 1
		where union_id = $1 and id = $2 and version = $3`, tx.Union, i.ID, i.Version, in.Amount)
	if err != nil {
		return i, err
	}
	i.Amount, i.Version = in.Amount, i.Version+1
	return i, event(ctx, tx, a, casefile.Entry{Kind: "adjust", Text: "payment.event_adjusted", Args: []any{i.No, was, in.Amount}, Ref: i.ID})
}

// coming gives an instalment that no bank has been asked to pay, with its award.
func coming(ctx context.Context, tx *db.Tx, right, id string) (Instalment, plan.Award, error) {
	i, err := reached(ctx, tx, right, id)
	if err != nil {
		return i, plan.Award{}, err
	}
	if !i.Open() {
		return i, plan.Award{}, fault.New(fault.Conflict, "payment.state", i.State)
	}
	a, err := plan.Get(ctx, tx, i.AwardID)
	return i, a, err
}

// allows holds an amount to the verdict that the award was decided on.
func allows(a plan.Award, amount money.Amount) error {
	v, err := a.Kept()
	if err != nil {
		return err
	}
	var last error = fault.New(fault.Refused, "payment.bar_standard")
	for _, r := range v.Items {
		if r.Code != a.Item || r.Outcome != standard.Yes {
			continue
		}
		if last = r.Allows(amount); last == nil {
			return nil
		}
	}
	return last
}

// StopIn stops one instalment and all after it, with the reason.
type StopIn struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	Reason string `form:"reason" label:"原因" hint:"例如：本人去世、离职、情况好转、发现不实" kind:"area" need:"true" max:"300"`
}

// Stop ends an award's payments from one instalment on; what they would have cost goes back to the pocket, and the file
// says why (S09, S10: nothing is paid once income has risen above the line). Those before it are paid still. Faults:
// "payment.state" (Conflict).
func Stop(ctx context.Context, tx *db.Tx, in StopIn) (plan.Award, error) {
	i, a, err := coming(ctx, tx, "payment.stop", in.ID)
	if err != nil {
		return a, err
	}
	all, err := OfAward(ctx, tx, a.ID)
	if err != nil {
		return a, err
	}
	for _, o := range all {
		if o.No < i.No || !o.Open() {
			continue
		}
		if err := o.stop(ctx, tx, a, in.Reason); err != nil {
			return a, err
		}
	}
	if err := event(ctx, tx, a, casefile.Entry{Kind: "stop", Text: "payment.event_stopped", Args: []any{i.No, in.Reason}, Ref: i.ID}); err != nil {
		return a, err
	}
	if err := finish(ctx, tx, a); err != nil {
		return a, err
	}
	tx.About("instalment", i.ID, "state")
	tx.Trail.Reason = in.Reason
	return plan.Get(ctx, tx, a.ID)
}

func (i *Instalment) stop(ctx context.Context, tx *db.Tx, a plan.Award, reason string) error {
	m := fund.Move{Ref: a.ID, Key: "stop/" + i.ID, Memo: a.Number, Amount: i.Amount}
	give := fund.Trim
	if i.Parked {
		give = fund.Unpark
	}
	if err := give(ctx, tx, m); err != nil {
		return err
	}
	if err := i.move(ctx, tx, Stopped, "trouble = $5, parked = 0", reason); err != nil {
		return err
	}
	return task.CloseAll(ctx, tx, i.ID)
}

// Recovery is what money that was paid wrongly and came back was.
type Recovery string

// Choices lists the two.
func (Recovery) Choices() []form.Choice {
	return []form.Choice{
		{Value: string(StillOwed), Label: "发错了人或账号，本人还该得", Hint: "改好账号后重新发放，不用再申请"},
		{Value: string(NotDue), Label: "不该发的", Hint: "重复发放、不实申领。款项回到资金"}}
}

// RecoverIn says that a wrong payment came back to the bank.
type RecoverIn struct {
	ID     string   `form:"id" kind:"hidden" need:"true" max:"40"`
	Kind   Recovery `form:"kind" label:"这笔钱" need:"true"`
	Slip   string   `form:"slip" label:"银行回单号" need:"true" max:"60"`
	Reason string   `form:"reason" label:"原因" hint:"发错人、重复发、不实申领" kind:"area" need:"true" max:"300"`
}

// Recover claims that a wrong payment came back; the cashier's word posts it. What the worker is still owed is paid again to the right
// account, what was not due is the pocket's again. Faults: those of a claim.
func Recover(ctx context.Context, tx *db.Tx, in RecoverIn) (Instalment, error) {
	i, err := reached(ctx, tx, "payment.recover", in.ID)
	if err != nil {
		return i, err
	}
	return i, i.claim(ctx, tx, Claim{Kind: Why(in.Kind), Slip: strings.TrimSpace(in.Slip), Reason: strings.TrimSpace(in.Reason)})
}
