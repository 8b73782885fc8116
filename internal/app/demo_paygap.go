package app

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"bangfu/internal/app/world"
	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/programme/paygap"
)

// demoPaygap has last month's wages of everyone, and a scheme that the company has adopted and whose first month is booked.
func (h *House) demoPaygap(ctx context.Context, w *world.World) error {
	month := day.Day(string(h.DB.Today().AddMonths(-1))[:7] + "-01")
	if err := h.DB.Update(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
		paths, err := person.Paths(ctx, tx)
		if err != nil {
			return err
		}
		var all []discovery.Record
		for i, id := range slices.Sorted(maps.Keys(paths)) {
			all = append(all, discovery.Record{PersonID: id, Kind: discovery.Pay, OnDay: month, Amount: demoPay(i)})
		}
		return discovery.Take(ctx, tx, all)
	}); err != nil {
		return err
	}
	s, err := world.Do(ctx, w, "hanshou", paygap.Propose, paygap.ProposeIn{Name: "管理层爱心调节方案",
		Rates: paygap.Rates{From1: money.Yuan(15_000), Rate1: 3, From2: money.Yuan(25_000), Rate2: 8}})
	if err != nil {
		return err
	}
	if _, err := world.Do(ctx, w, "chenzong", paygap.Answer, paygap.AnswerIn{ID: s.ID, Yes: true}); err != nil {
		return err
	}
	var sum money.Amount
	if err := h.DB.View(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
		bands, err := s.Rates()
		if err != nil {
			return err
		}
		pays, err := paygap.Pays(ctx, tx, month)
		sum = paygap.Try(bands, pays).Fund
		return err
	}); err != nil {
		return err
	}
	_, err = world.Do(ctx, w, "jiangqing", paygap.Book, paygap.BookIn{ID: s.ID, Month: string(month)[:7], Sum: sum, Slip: "TJ-0001"})
	if err != nil {
		return fmt.Errorf("book %s: %w", sum, err)
	}
	return nil
}

// demoPay is an invented wage: most in the shops, one in twelve in an office, one in eighty who manages.
func demoPay(i int) money.Amount {
	switch {
	case i%80 == 7:
		return money.Yuan(int64(18_000 + i%23*900))
	case i%12 == 5:
		return money.Yuan(int64(7_000 + i%31*170))
	}
	return money.Yuan(int64(3_200 + i%47*60))
}
