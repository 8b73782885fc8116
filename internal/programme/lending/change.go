package lending

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/approval"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/task"
)

// RescheduleIn asks for other instalments.
type RescheduleIn struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	Months int64  `form:"months" label:"余款分几个月还" need:"true" min:"1" max:"360"`
	Grace  int64  `form:"grace" label:"先停几个月" min:"0" max:"60"`
	Why    string `form:"why" label:"理由" need:"true" min:"2" max:"100"`
}

// Reschedule spreads what is owed anew. Faults: "loan.extends" (Refused: as often as the product allows), "loan.months", "loan.listed",
// "loan.state", "loan.own".
var Reschedule = act.Act[RescheduleIn, Loan]{Name: "loan.reschedule", Title: "调整还款安排", Right: "loan.reschedule",
	Do: func(ctx context.Context, tx *db.Tx, in RescheduleIn) (Loan, error) {
		s, err := owing(ctx, tx, "loan.reschedule", in.ID)
		if err != nil {
			return s.Loan, err
		}
		if err := s.unlisted(ctx, tx); err != nil {
			return s.Loan, err
		}
		p, err := s.Loan.product(ctx, tx)
		if err != nil {
			return s.Loan, err
		}
		if s.Loan.Extends >= int64(p.Extends) {
			return s.Loan, fault.New(fault.Refused, "loan.extends", p.Extends)
		}
		if in.Months < 1 || in.Months > int64(p.Months) {
			return s.Loan, fault.New(fault.Invalid, "loan.months", p.Months).At("months")
		}
		tx.Trail.Reason = strings.TrimSpace(in.Why)
		if err := s.Loan.set(ctx, tx, "extends = extends + 1, paused_on = '', paused_why = ''"); err != nil {
			return s.Loan, err
		}
		if err := s.again(ctx, tx, change{from: tx.Day(), months: int(in.Months), grace: int(in.Grace), why: "reschedule"}); err != nil {
			return s.Loan, err
		}
		return s.Loan, s.Loan.tell(ctx, tx, "loan.told_changed")
	}}

// set changes columns of a loan that is lent, from $3 on.
func (l Loan) set(ctx context.Context, tx *db.Tx, set string, args ...any) error {
	tx.About("loan", l.ID, "terms")
	return tx.Must(ctx, "fault.stale", `update lending_loan set `+set+` where union_id = $1 and id = $2 and state = 'lent'`, append([]any{tx.Union, l.ID}, args...)...)
}

// WhyIn names a loan and says why.
type WhyIn struct {
	ID  string `form:"id" kind:"hidden" need:"true" max:"40"`
	Why string `form:"why" label:"理由" need:"true" min:"2" max:"100"`
}

// Pause stops instalments from today: nothing falls due and nothing is taken from wages until it is resumed. Faults: "loan.paused"
// (Conflict), "loan.listed", "loan.state", "loan.own".
var Pause = act.Act[WhyIn, Loan]{Name: "loan.pause", Title: "暂停还款", Right: "loan.pause",
	Do: func(ctx context.Context, tx *db.Tx, in WhyIn) (Loan, error) {
		s, err := owing(ctx, tx, "loan.pause", in.ID)
		switch {
		case err != nil:
			return s.Loan, err
		case s.Loan.PausedOn != "":
			return s.Loan, fault.New(fault.Conflict, "loan.paused")
		}
		if err := s.unlisted(ctx, tx); err != nil {
			return s.Loan, err
		}
		tx.Trail.Reason = strings.TrimSpace(in.Why)
		return s.Loan, s.pause(ctx, tx, "officer")
	}}

func (s *Standing) pause(ctx context.Context, tx *db.Tx, why string) error {
	s.Loan.PausedOn, s.Loan.PausedWhy = tx.Day(), why
	if err := s.Loan.set(ctx, tx, "paused_on = $3, paused_why = $4", tx.Day(), why); err != nil {
		return err
	}
	return s.Loan.tell(ctx, tx, "loan.told_paused")
}

// Resume goes on with as many instalments as were left. Faults: "loan.not_paused" (Conflict), "loan.state", "loan.own".
var Resume = act.Act[WhyIn, Loan]{Name: "loan.resume", Title: "恢复还款", Right: "loan.pause",
	Do: func(ctx context.Context, tx *db.Tx, in WhyIn) (Loan, error) {
		s, err := owing(ctx, tx, "loan.pause", in.ID)
		switch {
		case err != nil:
			return s.Loan, err
		case s.Loan.PausedOn == "":
			return s.Loan, fault.New(fault.Conflict, "loan.not_paused")
		}
		tx.Trail.Reason = strings.TrimSpace(in.Why)
		w, err := person.Get(ctx, tx, s.Loan.PersonID)
		if err != nil {
			return s.Loan, err
		}
		kept := ""
		if resting(w.Employment) {
			kept = "kept" // the night does not pause it again for the same rest
		}
		return s.Loan, s.resume(ctx, tx, kept)
	}}

func (s *Standing) resume(ctx context.Context, tx *db.Tx, why string) error {
	months := s.left(s.Loan.PausedOn)
	s.Loan.PausedOn, s.Loan.PausedWhy = "", why
	if err := s.Loan.set(ctx, tx, "paused_on = '', paused_why = $3", why); err != nil {
		return err
	}
	if err := s.again(ctx, tx, change{from: tx.Day(), months: months, why: "resume"}); err != nil {
		return err
	}
	return s.Loan.tell(ctx, tx, "loan.told_changed")
}

// resting reports an employment in which wages stop and instalments with them: sick leave, lay-off.
func resting(e person.Employment) bool { return e == person.SickLeave || e == person.LaidOff }

// Ending is an end of a loan short of its repayment.
type Ending string

// The ends: waived, written off as lost, turned into help.
const (
	Waive    Ending = "waive"
	WriteOff Ending = "write_off"
	Grant    Ending = "grant"
)

// Choices lists them.
func (Ending) Choices() []form.Choice {
	return []form.Choice{{Value: string(Waive), Label: "减免"}, {Value: string(WriteOff), Label: "核销", Hint: "确实收不回的"},
		{Value: string(Grant), Label: "转为补助", Hint: "记进这户的帮扶记录"}}
}

// Say gives the end in a language.
func (e Ending) Say(l words.Lang) string {
	for _, c := range e.Choices() {
		if c.Value == string(e) {
			return words.T(l, c.Label)
		}
	}
	return string(e)
}

// EndIn asks that an amount of what is owed be waived, written off or turned into help.
type EndIn struct {
	ID     string       `form:"id" kind:"hidden" need:"true" max:"40"`
	Ending Ending       `form:"ending" label:"怎样了结" need:"true"`
	Amount money.Amount `form:"amount" label:"金额" unit:"元" hint:"不超过还欠的本金" need:"true" min:"0.01"`
	Why    string       `form:"why" kind:"area" label:"理由" need:"true" min:"2" max:"200"`
}

// AskEnd asks those with authority for such an end; they answer by Decide. Faults: "loan.too_much" (Refused), "loan.ending" (Conflict: one
// is asked for already), "loan.state", "loan.own".
var AskEnd = act.Act[EndIn, Loan]{Name: "loan.ask_end", Title: "申请减免、核销或转补助", Right: "loan.end",
	Do: func(ctx context.Context, tx *db.Tx, in EndIn) (Loan, error) {
		s, err := owing(ctx, tx, "loan.end", in.ID)
		switch {
		case err != nil:
			return s.Loan, err
		case s.Loan.Ending != "":
			return s.Loan, fault.New(fault.Conflict, "loan.ending")
		case in.Amount <= 0 || in.Amount > s.Debt.Out():
			return s.Loan, fault.New(fault.Refused, "loan.too_much", s.Debt.Out()).At("amount")
		}
		l := &s.Loan
		l.Ending, l.EndingAmount, l.EndingWhy, l.CheckedBy = in.Ending, in.Amount, strings.TrimSpace(in.Why), tx.Actor.User
		l.Endings++
		if err := l.set(ctx, tx, "ending = $3, ending_amount = $4, ending_why = $5, checked_by = $6, endings = $7", l.Ending, l.EndingAmount, l.EndingWhy, l.CheckedBy,
			l.Endings); err != nil {
			return *l, err
		}
		m, err := l.matter(ctx, tx)
		if err != nil {
			return *l, err
		}
		_, err = approval.Start(ctx, tx, m)
		return *l, err
	}}

// endDecided carries out an end that was agreed to, or drops one that was not.
func (l *Loan) endDecided(ctx context.Context, tx *db.Tx, yes bool) error {
	kind, amount := l.Ending, l.EndingAmount
	l.Ending, l.EndingAmount = "", 0
	if err := l.set(ctx, tx, "ending = '', ending_amount = 0"); err != nil || !yes {
		return err
	}
	s, err := StandingOf(ctx, tx, *l)
	if err != nil {
		return err
	}
	if err := s.unlisted(ctx, tx); err != nil {
		return err
	}
	key := fmt.Sprintf("loan_end/%s/%d", l.ID, l.Endings)
	if err := fund.Forgive(ctx, tx, fund.Move{Ref: l.ID, Key: key, Memo: l.Number, Amount: amount}); err != nil {
		return err
	}
	if kind == Grant {
		if err := casefile.AddAid(ctx, tx, casefile.Aid{Ref: key, HouseholdID: l.HouseholdID, PersonID: l.PersonID, Item: Item, Amount: amount, On: tx.Day(),
			Source: casefile.Outside, Note: l.Number}); err != nil {
			return err
		}
	}
	if s, err = StandingOf(ctx, tx, *l); err != nil {
		return err
	}
	if err := l.tell(ctx, tx, "loan.told_forgiven", amount, kind); err != nil {
		return err
	}
	if s.Owed() == 0 {
		return s.settled(ctx, tx)
	}
	return s.again(ctx, tx, change{from: tx.Day(), months: s.left(tx.Day()), why: string(kind)})
}

// ReplaceIn puts another guarantor in the place of one.
type ReplaceIn struct {
	ID  string `form:"id" kind:"hidden" need:"true" max:"40"`
	Old string `form:"old" label:"原担保人工号" need:"true" max:"40"`
	New string `form:"new" label:"新担保人工号" need:"true" max:"40"`
	Yes bool   `form:"yes" label:"新担保人已在担保书上签字"`
}

// Replace frees a guarantor when another has signed; until then the first is bound (policy §4, welfare committee). Faults: "loan.agreed_guarantor"
// (Refused), "loan.not_asked" (Conflict: the first does not stand for it), "loan.guarantor", "loan.capacity", "loan.state", "loan.own".
var Replace = act.Act[ReplaceIn, Loan]{Name: "loan.replace", Title: "更换担保人", Right: "loan.check",
	Do: func(ctx context.Context, tx *db.Tx, in ReplaceIn) (Loan, error) {
		s, err := owing(ctx, tx, "loan.check", in.ID)
		if err != nil {
			return s.Loan, err
		}
		l := s.Loan
		if !in.Yes {
			return l, fault.New(fault.Refused, "loan.agreed_guarantor").At("yes")
		}
		p, err := l.product(ctx, tx)
		if err != nil {
			return l, err
		}
		p.Guarantors = 1
		fresh, err := l.standing(ctx, tx, p, in.New)
		if err != nil {
			return l, fault.Of(err).At("new")
		}
		old, found, err := person.ByStaffNo(ctx, tx, person.StaffNo(in.Old))
		if err != nil {
			return l, err
		}
		if !found || old.ID == fresh[0].ID {
			return l, fault.New(fault.Conflict, "loan.not_asked").At("old")
		}
		if there, err := Guarantors(ctx, tx, l.ID); err != nil || slices.ContainsFunc(there, func(g Guarantor) bool { return g.PersonID == fresh[0].ID }) {
			return l, orFault(err, fault.New(fault.Refused, "loan.guarantor", in.New).At("new"))
		}
		tx.About("loan", l.ID, "guarantor")
		if err := tx.Must(ctx, "loan.not_asked", `delete from lending_guarantor where union_id = $1 and loan_id = $2 and person_id = $3 and state = 'yes'`,
			tx.Union, l.ID, old.ID); err != nil {
			return l, err
		}
		if _, err := tx.Exec(ctx, `insert into lending_guarantor (union_id, loan_id, person_id, state, at) values ($1, $2, $3, 'yes', $4)`,
			tx.Union, l.ID, fresh[0].ID, tx.Ms()); err != nil {
			return l, err
		}
		if err := notify.Send(ctx, tx, notify.To{PersonID: old.ID, UnitID: old.UnitID}, notify.Text{Key: "loan.told_replaced", Args: []any{l.Number}}); err != nil {
			return l, err
		}
		return l, task.Close(ctx, tx, "loan.guarantor", l.ID)
	}}

func orFault(err error, f *fault.Fault) error {
	if err != nil {
		return err
	}
	return f
}
