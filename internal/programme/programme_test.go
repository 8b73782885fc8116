package programme_test

import (
	"context"
	"testing"

	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/programme"
)

func TestShippedAreWhole(t *testing.T) {
	all, err := programme.Shipped()
	if err != nil || len(all) < 4 {
		t.Fatalf("Shipped() = %d, %v", len(all), err)
	}
	for _, p := range all {
		for _, text := range []string{p.Name.En, p.Purpose.En, p.Who.En, p.Get.En, p.Prepare.En} {
			if text == "" {
				t.Errorf("%s has a sentence without English", p.Code)
			}
		}
		for _, q := range p.Ask {
			if q.Label.En == "" {
				t.Errorf("%s asks %s without English", p.Code, q.Fact)
			}
		}
		for _, f := range p.Proofs {
			if f.Name.En == "" || f.Hint.Zh == "" || f.Hint.En == "" {
				t.Errorf("%s: the paper %s has no name or hint in one language", p.Code, f.Code)
			}
		}
		for _, c := range p.Causes {
			if len(p.Papers(c)) < 3 || len(p.Pages(c)) < 5 {
				t.Errorf("%s asks too little for %s", p.Code, c)
			}
		}
	}
}

func TestShipOnceAndKeepEdits(t *testing.T) {
	shipped, err := programme.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for range 2 {
			err := d.Update(t.Context(), db.System("u1"), func(ctx context.Context, tx *db.Tx) error {
				if err := programme.Ship(ctx, tx); err != nil {
					return err
				}
				all, err := intake.Programmes(ctx, tx)
				if len(all) != len(shipped) || all[0].Edition != 1 {
					t.Errorf("%d programmes in force", len(all))
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
