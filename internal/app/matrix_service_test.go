package app

import (
	"context"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
	"bangfu/internal/programme/service"
)

// serves gives a union a client's need, and an order.
func (m *matrix) serves(t *testing.T, w *world.World, ids map[string]string) {
	t.Helper()
	ctx, today := t.Context(), m.h.DB.Today()
	var all []service.Order
	var needs []service.Need
	must(t, m.h.DB.View(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) (err error) {
		if all, err = service.Orders(ctx, tx); err == nil {
			needs, err = service.Needs(ctx, tx)
		}
		return err
	}))
	if len(all) == 0 {
		n, err := world.Do(ctx, w, "wangmin", service.Register, service.NeedIn{Client: "示例社区", Kind: "community", Contact: "示例", What: "检修电路", Wanted: today})
		must(t, err)
		o, err := world.Do(ctx, w, "wangmin", service.Agree, service.OrderIn{Client: "示例社区", What: "检修电路", Unit: w.Union, From: today, Until: today.Add(3), Price: money.Yuan(100)})
		must(t, err)
		all, needs = append(all, o), append(needs, n)
	}
	ids["order"], ids["need"] = all[0].ID, needs[0].ID
}
