package app

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"bangfu/internal/app/world"
	"bangfu/internal/domain/deduction"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/programme/lending"
)

// lends PRODUCT … puts shipped products on offer.
func (p *player) lends(ctx context.Context, l line) error {
	for _, code := range l.words[1:] {
		if _, err := world.Do(ctx, p.w, "韩守", lending.Adopt, lending.OfferIn{Text: lending.PatternText(code)}); err != nil {
			return err
		}
	}
	return nil
}

// borrows WORKER PRODUCT PURPOSE AMOUNT MONTHS asks for a loan, by=guarantors who then sign on paper.
func (p *player) borrows(ctx context.Context, l line) error {
	months, err := strconv.ParseInt(l.words[5], 10, 64)
	if err != nil {
		return err
	}
	in := lending.AskForIn{StaffNo: p.w.Staff[l.words[1]].StaffNo, AskIn: lending.AskIn{Product: l.words[2], Purpose: l.words[3], Amount: l.amount(4), Months: months}}
	standing := strings.FieldsFunc(l.opt["by"], func(r rune) bool { return r == ',' })
	for _, name := range standing {
		in.Guarantors += p.w.Staff[name].StaffNo + "\n"
	}
	made, err := world.Do(ctx, p.w, "王敏", lending.ApplyFor, in)
	for _, name := range standing {
		if err == nil {
			_, err = world.Do(ctx, p.w, "王敏", lending.ConsentOnPaper, lending.PaperIn{ID: made.ID, StaffNo: p.w.Staff[name].StaffNo, Say: "yes"})
		}
	}
	return err
}

// loan gives a worker's newest loan and where it stands.
func (p *player) loan(name string) (s lending.Standing, err error) {
	actor, err := p.w.As(p.t.Context(), "王敏")
	if err != nil {
		return s, err
	}
	err = p.h.DB.View(p.t.Context(), actor, func(ctx context.Context, tx *db.Tx) error {
		all, err := lending.List(ctx, tx, lending.Query{Limit: 100})
		if err != nil {
			return err
		}
		for _, l := range all {
			if l.PersonID == p.w.Staff[name].ID {
				s, err = lending.StandingOf(ctx, tx, l)
				return err
			}
		}
		return fmt.Errorf("%s has no loan", name)
	})
	return s, err
}

// lendTo WORKER POCKET SLIP checks, decides, signs and pays a loan.
func (p *player) lendTo(ctx context.Context, l line) error {
	s, err := p.loan(l.words[1])
	if err != nil {
		return err
	}
	id, today := s.Loan.ID, p.h.DB.Today()
	if _, err := world.Do(ctx, p.w, "王敏", lending.Verify, lending.VerifyIn{ID: id, Say: "yes", Pay: p.w.Staff[l.words[1]].Pay, Member: true, Pocket: l.words[2]}); err != nil {
		return err
	}
	if _, err := world.Do(ctx, p.w, "周正", lending.Decide, lending.DecideIn{ID: id, Yes: "yes"}); err != nil {
		return err
	}
	if _, err := world.Do(ctx, p.w, "王敏", lending.Sign, lending.SignIn{ID: id, On: today, Agreed: true}); err != nil {
		return err
	}
	_, err = world.Do(ctx, p.w, "沈实", lending.PayOut, lending.PayIn{ID: id, Slip: l.words[3], On: today})
	return err
}

// payroll MONTH WORKER:amount … is a month's list of loans and payroll's answer, in the order the loans were asked for.
func (p *player) payroll(ctx context.Context, l line) error {
	list, err := world.Do(ctx, p.w, "蒋清", lending.MakeList, lending.MonthIn{Month: l.words[1]})
	if err != nil {
		return err
	}
	if _, err := world.Do(ctx, p.w, "蒋清", deduction.Send, deduction.ID{ID: list.ID}); err != nil {
		return err
	}
	text := "序号,工号,实扣金额\n"
	for i, w := range l.words[2:] {
		name, amount, _ := strings.Cut(w, ":")
		text += fmt.Sprintf("%d,%s,%s\n", i+1, p.w.Staff[name].StaffNo, amount)
	}
	_, err = world.Do(ctx, p.w, "蒋清", lending.Land, lending.LandIn{ID: list.ID, On: p.h.DB.Today(), File: form.NewFile("答复.csv", []byte(text))})
	if err != nil {
		_, _ = world.Do(ctx, p.w, "蒋清", deduction.Cancel, deduction.CancelIn{ID: list.ID, Reason: "重做"})
	}
	return err
}

// repays WORKER AMOUNT SLIP pays back beside the wages.
func (p *player) repays(ctx context.Context, l line) error {
	s, err := p.loan(l.words[1])
	if err != nil {
		return err
	}
	_, err = world.Do(ctx, p.w, "蒋清", lending.TakeBack, lending.BackIn{ID: s.Loan.ID, Amount: l.amount(2), Slip: l.words[3], On: p.h.DB.Today()})
	return err
}

// forgives WORKER KIND AMOUNT ends a part of what is owed, as decided.
func (p *player) forgives(ctx context.Context, l line) error {
	s, err := p.loan(l.words[1])
	if err != nil {
		return err
	}
	if _, err := world.Do(ctx, p.w, "王敏", lending.AskEnd, lending.EndIn{ID: s.Loan.ID, Ending: lending.Ending(l.words[2]), Amount: l.amount(3), Why: "示例理由"}); err != nil {
		return err
	}
	_, err = world.Do(ctx, p.w, "周正", lending.Decide, lending.DecideIn{ID: s.Loan.ID, Yes: "yes"})
	return err
}

// stillOwes WORKER STATE OUT LATE wants where a loan stands.
func (p *player) stillOwes(_ context.Context, l line) error {
	s, err := p.loan(l.words[1])
	if err != nil {
		return err
	}
	return same([]any{s.State(), s.Owed().Plain(), s.Aged.Late.Plain()}, l.words[2:])
}
