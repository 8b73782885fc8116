package fund

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
)

// TestRaceForTheLastYuan lets 64 clients want the last yuan at once, round after round (1,000 at night): one of them has it
// each time, the others are told what there is, and nothing is overspent.
func TestRaceForTheLastYuan(t *testing.T) {
	rounds := 3
	if os.Getenv("BANGFU_TIER") == "nightly" {
		rounds = 1000
	}
	const clients = 64
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		funded(t, d, "XZ", money.Yuan(1))
		for round := range rounds {
			if round > 0 {
				write1(t, d, func(ctx context.Context, tx *db.Tx) error {
					_, err := Give(ctx, tx, Gift{Key: fmt.Sprint("slip/", round), Pocket: "XZ", Amount: money.Yuan(1)})
					return err
				})
			}
			got := make([]error, clients)
			var wg sync.WaitGroup
			begin := make(chan struct{})
			for i := range clients {
				wg.Go(func() {
					<-begin
					got[i] = d.Update(t.Context(), clerk(), func(ctx context.Context, tx *db.Tx) error { return lastYuan(ctx, tx, fmt.Sprintf("A%d-%d", round, i)) })
				})
			}
			close(begin)
			wg.Wait()
			won := 0
			for _, err := range got {
				switch {
				case err == nil:
					won++
				case !fault.Is(err, "fund.short"):
					t.Errorf("round %d: a loser was told %v", round, err)
				}
			}
			if won != 1 {
				t.Fatalf("round %d: %d of %d got the last yuan", round, won, clients)
			}
		}
		write1(t, d, func(ctx context.Context, tx *db.Tx) error {
			s, err := StateOf(ctx, tx, "XZ")
			if err != nil || s.Spent != money.Yuan(int64(rounds)) || s.Bank != 0 || s.Available != 0 {
				t.Errorf("%+v, %v", s, err)
			}
			_, err = Verify(ctx, tx)
			return err
		})
	})
}

func lastYuan(ctx context.Context, tx *db.Tx, ref string) error {
	if err := Reserve(ctx, tx, Hold{Key: ref, Pocket: "XZ", Ref: ref, Amount: money.Yuan(1)}); err != nil {
		return err
	}
	if err := Commit(ctx, tx, ref); err != nil {
		return err
	}
	return Spend(ctx, tx, Move{Key: "pay/" + ref, Ref: ref, Amount: money.Yuan(1)})
}
