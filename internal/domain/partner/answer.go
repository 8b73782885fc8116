package partner

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/task"
)

// AnswerIn is what came of a referral.
type AnswerIn struct {
	ID     string       `form:"id" kind:"hidden" need:"true" max:"40"`
	State  State        `form:"state" label:"结果" need:"true" choices:"helped=已帮助|refused=对方没有同意|silent=没有答复"`
	Kind   Help         `form:"kind" label:"帮了什么" hint:"已帮助的要选"`
	Amount money.Amount `form:"amount" label:"金额或价值" unit:"元" hint:"服务没有金额就填 0" max:"10000000"`
	On     day.Day      `form:"on" label:"帮助日期"`
	Answer string       `form:"answer" label:"答复说明" hint:"只写结果，不写病情和隐私" kind:"area" max:"300"`
}

// Check wants the kind and the day of help that was given, and words where none was.
func (in AnswerIn) Check() error {
	var l fault.List
	switch in.State {
	case Helped:
		if in.Kind == "" {
			l.Add("kind", "partner.kind")
		}
		if !in.On.Valid() {
			l.Add("on", "partner.day")
		}
		if in.Amount < 0 {
			l.Add("amount", "partner.amount")
		}
	case Refused, Silent:
		if in.Amount != 0 {
			l.Add("amount", "partner.no_amount")
		}
	default:
		l.Add("state", "partner.state")
	}
	return l.Err()
}

// Item names outside help in the books of the household.
const Item = "outside"

// Answer writes down what came of a referral. Help that was given counts as earlier help of the household, so that nobody
// pays for the same again unseen. Faults: "partner.answered" (Conflict), "partner.helped_day", "fault.denied".
var Answer = act.Act[AnswerIn, Referral]{Name: "partner.answer", Title: "登记转介结果", Right: "partner.refer",
	Do: func(ctx context.Context, tx *db.Tx, in AnswerIn) (Referral, error) {
		r, err := Reached(ctx, tx, "partner.refer", in.ID)
		switch {
		case err != nil:
			return r, err
		case r.State != Waiting:
			return r, fault.New(fault.Conflict, "partner.answered")
		case in.State == Helped && (in.On > tx.Day() || in.On < r.ConsentOn):
			return r, fault.New(fault.Invalid, "partner.helped_day").At("on")
		}
		r.State, r.Answer = in.State, strings.TrimSpace(in.Answer)
		if in.State == Helped {
			r.Kind, r.Amount, r.HelpedOn = in.Kind, in.Amount, in.On
		}
		if err := r.end(ctx, tx); err != nil || r.State != Helped {
			return r, err
		}
		b, err := Get(ctx, tx, r.BodyID)
		if err != nil {
			return r, err
		}
		return r, casefile.AddAid(ctx, tx, casefile.Aid{Ref: "referral/" + r.ID, HouseholdID: r.HouseholdID, PersonID: r.PersonID, Item: Item,
			Amount: r.Amount, On: r.HelpedOn, Source: casefile.Outside, Note: b.Name + " " + r.Number})
	}}

// end closes a referral: its row, its turn, its line in the file.
func (r *Referral) end(ctx context.Context, tx *db.Tx) error {
	r.AnsweredBy, r.AnsweredAt = tx.Actor.User, tx.Ms()
	err := tx.Must(ctx, "partner.answered", `
		update partner_referral set state = $3, kind = $4, amount = $5, helped_on = $6, answer = $7, answered_by = $8, answered_at = $9,
			version = version + 1
		where union_id = $1 and id = $2 and state = 'waiting'`,
		tx.Union, r.ID, r.State, r.Kind, r.Amount, r.HelpedOn, r.Answer, r.AnsweredBy, r.AnsweredAt)
	if err != nil {
		return err
	}
	if err := task.CloseAll(ctx, tx, r.ID); err != nil || r.FileID == "" {
		return err
	}
	return casefile.Event(ctx, tx, r.FileID, casefile.Entry{Kind: "referral", Text: "partner.event_end", Args: []any{r.Number, r.State}, Ref: r.ID})
}

// WithdrawIn takes a referral back.
type WithdrawIn struct {
	ID  string `form:"id" kind:"hidden" need:"true" max:"40"`
	Why string `form:"why" label:"撤回原因" hint:"例如：本人不同意了" need:"true" min:"2" max:"200"`
}

// Withdraw takes a waiting referral back: the worker no longer agrees, or it was a mistake. Fault: "partner.answered".
var Withdraw = act.Act[WithdrawIn, Referral]{Name: "partner.withdraw", Title: "撤回转介", Right: "partner.refer",
	Do: func(ctx context.Context, tx *db.Tx, in WithdrawIn) (Referral, error) {
		r, err := Reached(ctx, tx, "partner.refer", in.ID)
		if err != nil {
			return r, err
		}
		r.State, r.Answer = Withdrawn, strings.TrimSpace(in.Why)
		return r, r.end(ctx, tx)
	}}
