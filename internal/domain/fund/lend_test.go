package fund_test

import (
	"context"
	"strconv"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/task/tasktest"
)

// What is owed on a loan is what its entries say, through payment, repayment with interest, a turned entry and forgiveness;
// the books stay whole and a loan never owes less than nothing.
func TestLend(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		yuan := money.Yuan
		try := func(key string, f func(ctx context.Context, tx *db.Tx) error) {
			t.Helper()
			err := d.Update(t.Context(), h.Actor("accountant"), f)
			if key == "" && err != nil || key != "" && !fault.Is(err, key) {
				t.Fatalf("got %v, want %q", err, key)
			}
		}
		try("", func(ctx context.Context, tx *db.Tx) error {
			if _, err := fund.Open(ctx, tx, fund.NewPocket{Code: "HZ", Name: "互助金", Source: fund.Mutual, Manager: "m"}); err != nil {
				return err
			}
			if _, err := fund.Give(ctx, tx, fund.Gift{Key: "g", Pocket: "HZ", Amount: yuan(1000)}); err != nil {
				return err
			}
			if err := fund.Reserve(ctx, tx, fund.Hold{Key: "r", Pocket: "HZ", Ref: "L1", Item: "lent", Amount: yuan(600), Alone: true}); err != nil {
				return err
			}
			return fund.Commit(ctx, tx, "L1")
		})
		lend := func(ctx context.Context, tx *db.Tx) error {
			return fund.Lend(ctx, tx, fund.Move{Ref: "L1", Key: "lend", Amount: yuan(600)})
		}
		try("", lend)
		try("", lend) // again: nothing twice
		repay := func(key string, p, i int64) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				_, err := fund.Repay(ctx, tx, fund.Repayment{Key: key, Ref: "L1", Principal: yuan(p), Interest: yuan(i)})
				return err
			}
		}
		try("", repay("p1", 100, 6))
		try("", repay("p1", 100, 6))
		try("fund.key_reused", repay("p1", 100, 7))
		try("fund.over_repaid", repay("p2", 501, 0))
		try("", repay("p2", 50, 0))
		try("fund.over_repaid", func(ctx context.Context, tx *db.Tx) error {
			return fund.Forgive(ctx, tx, fund.Move{Ref: "L1", Key: "f", Amount: yuan(451)})
		})
		try("", func(ctx context.Context, tx *db.Tx) error {
			return fund.Forgive(ctx, tx, fund.Move{Ref: "L1", Key: "f", Amount: yuan(200)})
		})
		var ask fund.Ask
		try("", func(ctx context.Context, tx *db.Tx) (err error) {
			all, err := fund.Entries(ctx, tx, fund.Filter{Ref: "L1", Kind: fund.KindRepay, Limit: 1})
			if err != nil {
				return err
			}
			ask, err = fund.Propose(ctx, tx, fund.Proposal{fund.Reverse, strconv.FormatInt(all[0].Seq, 10), "登记错了"})
			return err
		})
		if err := d.Update(t.Context(), h.Actor("chair"), func(ctx context.Context, tx *db.Tx) error {
			_, err := fund.Answer(ctx, tx, ask.ID, true)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		try("", func(ctx context.Context, tx *db.Tx) error {
			debt, err := fund.DebtOf(ctx, tx, "L1")
			if err != nil {
				return err
			}
			if want := (fund.Debt{Ref: "L1", Lent: yuan(600), Repaid: yuan(100), Forgiven: yuan(200), Interest: yuan(6)}); debt != want || debt.Out() != yuan(300) {
				t.Errorf("debt %+v", debt)
			}
			s, err := fund.StateOf(ctx, tx, "HZ")
			if err != nil {
				return err
			}
			if s.Bank != yuan(506) || s.Available != yuan(506) || s.Lent != yuan(300) || s.Spent != yuan(200) || s.Grown != yuan(1006) || s.Used() != yuan(500) {
				t.Errorf("pocket %+v", s)
			}
			all, err := fund.Debts(ctx, tx)
			if err != nil || len(all) != 1 || all["L1"] != debt {
				t.Errorf("debts %+v %v", all, err)
			}
			_, err = fund.Verify(ctx, tx)
			return err
		})
	})
}
