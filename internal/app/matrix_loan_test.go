package app

import (
	"context"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/programme/lending"
)

// borrows has a worker ask for a loan that waits for the officer's check.
func (m *matrix) borrows(t *testing.T, w *world.World, p person.Worker, ids map[string]string) {
	t.Helper()
	ctx := t.Context()
	var there []lending.Offer
	must(t, m.h.DB.View(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) (err error) {
		there, err = lending.Offers(ctx, tx)
		return err
	}))
	if len(there) == 0 {
		_, err := world.Do(ctx, w, "hanshou", lending.Adopt, lending.OfferIn{Text: lending.PatternText("r25_medical")})
		must(t, err)
	}
	l, err := world.Do(ctx, w, "wangmin", lending.ApplyFor, lending.AskForIn{StaffNo: p.StaffNo,
		AskIn: lending.AskIn{Product: "r25_medical", Purpose: "illness", Amount: money.Yuan(1000), Months: 6}})
	must(t, err)
	ids["loan"], ids["loanlist"] = l.ID, "none"
}
