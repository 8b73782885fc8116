package app

import (
	"context"

	"bangfu/internal/app/world"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/programme/lending"
)

// demoLoans has loans out of a company pool: one being repaid, one whose agreement is to be signed, one to be checked, and one that
// waits for its guarantor.
func (h *House) demoLoans(ctx context.Context, w *world.World) error {
	pool := fund.NewPocket{Code: demoPool, Name: "职工周转金", Source: fund.Company, Programmes: []string{lending.Programme}}
	if err := w.Endow(ctx, pool, money.Yuan(200000)); err != nil {
		return err
	}
	for _, code := range []string{"interest_free", "wage_advance"} {
		if _, err := world.Do(ctx, w, "hanshou", lending.Adopt, lending.OfferIn{Text: lending.PatternText(code)}); err != nil {
			return err
		}
	}
	crew := w.Groups[2].Workers
	crew = crew[len(crew)-5:]
	for i, d := range []demoLoan{
		{lending.AskIn{Product: "interest_free", Purpose: "illness", Amount: money.Yuan(12000), Months: 12}, crew[4], 3},
		{lending.AskIn{Product: "wage_advance", Purpose: "need", Amount: money.Yuan(1500), Months: 3}, "", 2},
		{lending.AskIn{Product: "interest_free", Purpose: "schooling", Amount: money.Yuan(5000), Months: 10}, crew[0], 1},
		{lending.AskIn{Product: "interest_free", Purpose: "schooling", Amount: money.Yuan(8000), Months: 16}, crew[0], 0},
	} {
		if err := h.demoLend(ctx, w, crew[i], d); err != nil {
			return err
		}
	}
	_, err := world.Do(ctx, w, "jiangqing", lending.MakeList, lending.MonthIn{Month: string(h.DB.Today().AddMonths(1))[:7]})
	return err
}

// demoPool is where the demonstration lends from.
const demoPool = "ZZ-2026"

// demoLoan is a wish, who stands for it, and how far it came: asked, checked for, decided, paid.
type demoLoan struct {
	lending.AskIn
	Guard string
	Steps int
}

func (h *House) demoLend(ctx context.Context, w *world.World, who string, d demoLoan) error {
	if d.Guard != "" {
		d.Guarantors = w.Staff[d.Guard].StaffNo
	}
	l, err := world.Do(ctx, w, "wangmin", lending.ApplyFor, lending.AskForIn{StaffNo: w.Staff[who].StaffNo, AskIn: d.AskIn})
	if err == nil && d.Steps > 0 && d.Guard != "" {
		_, err = world.Do(ctx, w, "wangmin", lending.ConsentOnPaper, lending.PaperIn{ID: l.ID, StaffNo: d.Guarantors, Say: "yes"})
	}
	if err != nil || d.Steps < 2 {
		return err
	}
	if _, err := world.Do(ctx, w, "wangmin", lending.Verify, lending.VerifyIn{ID: l.ID, Say: "yes", Pay: money.Yuan(3800), Pocket: demoPool}); err != nil {
		return err
	}
	if _, err = world.Do(ctx, w, "zhouzheng", lending.Decide, lending.DecideIn{ID: l.ID, Yes: "yes"}); err != nil || d.Steps < 3 {
		return err
	}
	today := h.DB.Today()
	if _, err := world.Do(ctx, w, "wangmin", lending.Sign, lending.SignIn{ID: l.ID, On: today, Agreed: true}); err != nil {
		return err
	}
	if _, err := world.Do(ctx, w, "shenshi", lending.PayOut, lending.PayIn{ID: l.ID, Slip: "ZZ-0001", On: today}); err != nil {
		return err
	}
	_, err = world.Do(ctx, w, "jiangqing", lending.TakeBack, lending.BackIn{ID: l.ID, Amount: money.Yuan(2000), Slip: "ZZ-0002", On: today})
	return err
}
