package lending

import (
	"context"
	"fmt"

	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

const (
	chunk    = 100
	soonDays = 5 // a coming instalment is told so many days ahead
)

// Sweep looks at loans that are owed, a chunk at a time by number, as the night does: it pauses those whose borrower is on sick leave or
// laid off and goes on when that ended, calls in what is owed by who left, reminds of what comes and of what is late, tells the
// guarantors after three months, and gives an officer the turn. It gives the last number, "" at the end.
func Sweep(ctx context.Context, tx *db.Tx, after string) (string, error) {
	all, err := lent(ctx, tx, after, chunk)
	if err != nil {
		return "", err
	}
	stands, err := Standings(ctx, tx, all)
	if err != nil {
		return "", err
	}
	for _, s := range stands {
		if s.Owed() == 0 {
			continue
		}
		if err := s.sweep(ctx, tx); err != nil {
			return "", err
		}
	}
	if len(all) < chunk {
		return "", nil
	}
	return all[len(all)-1].Number, nil
}

func (s Standing) sweep(ctx context.Context, tx *db.Tx) error {
	w, err := person.Get(ctx, tx, s.Loan.PersonID)
	if err != nil {
		return err
	}
	if s.Loan.UnitID != w.UnitID {
		if err := s.Loan.follow(ctx, tx, org.Unit{ID: w.UnitID, Path: w.UnitPath}); err != nil {
			return err
		}
		s.Loan.UnitID, s.Loan.UnitPath = w.UnitID, w.UnitPath
	}
	if err := s.watchGuarantors(ctx, tx); err != nil {
		return err
	}
	switch rest := resting(w.Employment); {
	case w.Status != person.Active && s.Loan.LeftOn == "":
		return s.gone(ctx, tx, w.Status)
	case w.Status != person.Active:
	case rest && s.Loan.PausedOn == "" && s.Loan.PausedWhy == "":
		if err := s.unlisted(ctx, tx); err != nil {
			return nil // payroll's answer comes first; the next night sees it
		}
		return s.pause(ctx, tx, string(w.Employment))
	case !rest && s.Loan.PausedOn != "" && resting(person.Employment(s.Loan.PausedWhy)):
		return s.resume(ctx, tx, "")
	case !rest && s.Loan.PausedWhy == "kept":
		if err := s.Loan.set(ctx, tx, "paused_why = ''"); err != nil {
			return err
		}
	}
	return s.remind(ctx, tx)
}

// gone calls in what is owed by one who left the company, within the product's days, and gives an officer the turn; of one who
// died or was handed over only the officer is told.
func (s Standing) gone(ctx context.Context, tx *db.Tx, to person.Status) error {
	if err := s.Loan.set(ctx, tx, "left_on = $3, paused_on = '', paused_why = ''", tx.Day()); err != nil {
		return err
	}
	if err := s.Loan.turn(ctx, tx, "loan.left", org.RoleOfficer, "借款人已不在册，处理借款 {0}"); err != nil || to != person.Left {
		return err
	}
	p, err := s.Loan.product(ctx, tx)
	if err != nil {
		return err
	}
	due := Due{No: 1, On: tx.Day().Add(p.Leave), Principal: s.Debt.Out()}
	if due.Principal > 0 {
		if err := s.Loan.keep(ctx, tx, change{from: tx.Day(), base: s.Debt.Out(), asked: s.Debt.Interest + s.Aged.Interest, why: "left"}, []Due{due}); err != nil {
			return err
		}
	}
	if err := s.Loan.tellGuarantors(ctx, tx, "loan.told_left", due.On); err != nil {
		return err
	}
	return s.Loan.tell(ctx, tx, "loan.told_called", s.Owed(), due.On)
}

// remind tells once of what comes soon, and once in each band of lateness.
func (s Standing) remind(ctx context.Context, tx *db.Tx) error {
	if s.Loan.PausedOn != "" {
		return nil
	}
	band := s.Aged.Band()
	next, coming := s.Next(tx.Day())
	mark := ""
	switch {
	case band > 0:
		mark = fmt.Sprintf("late %s %d", s.Aged.Since, band)
	case coming && next.On.Sub(tx.Day()) <= soonDays:
		mark = "soon " + string(next.On)
	}
	if mark == "" || mark == s.Loan.Reminded {
		return nil
	}
	if err := s.Loan.set(ctx, tx, "reminded = $3", mark); err != nil {
		return err
	}
	if band == 0 {
		return s.Loan.tell(ctx, tx, "loan.told_soon", next.Sum(), next.On)
	}
	if band >= 3 {
		if err := s.Loan.tellGuarantors(ctx, tx, "loan.told_guarantor_late", s.Aged.Late); err != nil {
			return err
		}
	}
	if band >= 2 {
		if err := s.Loan.turn(ctx, tx, "loan.late", org.RoleOfficer, "联系借款人，借款 {0} 已逾期"); err != nil {
			return err
		}
	}
	return s.Loan.tell(ctx, tx, "loan.told_late", s.Aged.Late, s.Aged.Days)
}

// follow takes a loan along to the unit its borrower moved to, with the turns on it.
func (l Loan) follow(ctx context.Context, tx *db.Tx, to org.Unit) error {
	if err := l.set(ctx, tx, "unit_id = $3, unit_path = $4", to.ID, to.Path); err != nil {
		return err
	}
	return task.Rehome(ctx, tx, l.ID, to)
}

// watchGuarantors gives an officer the turn when one who stands for a loan is no longer here: another is to be found, and the first is
// bound until then.
func (s Standing) watchGuarantors(ctx context.Context, tx *db.Tx) error {
	all, err := Guarantors(ctx, tx, s.Loan.ID)
	for _, g := range all {
		if err != nil || g.State != "yes" {
			continue
		}
		w, bad := person.Get(ctx, tx, g.PersonID)
		if bad != nil {
			return bad
		}
		if w.Status != person.Active {
			err = s.Loan.turn(ctx, tx, "loan.guarantor", org.RoleOfficer, "担保人已不在册，为借款 {0} 换担保人")
		}
	}
	return err
}
