package app

import (
	"context"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
	"bangfu/internal/programme/paygap"
)

// levels gives a union a scheme of contributions that waits for the company.
func (m *matrix) levels(t *testing.T, w *world.World, ids map[string]string) {
	t.Helper()
	var all []paygap.Scheme
	must(t, m.h.DB.View(t.Context(), db.System(w.Union), func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = paygap.Schemes(ctx, tx)
		return err
	}))
	if len(all) == 0 {
		s, err := world.Do(t.Context(), w, "hanshou", paygap.Propose, paygap.ProposeIn{Name: "示例方案", Rates: paygap.Rates{From1: money.Yuan(10_000), Rate1: 5}})
		must(t, err)
		all = append(all, s)
	}
	ids["scheme"] = all[0].ID
}
