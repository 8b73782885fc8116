package app

import (
	"context"
	"errors"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/report"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/audit"
)

// open opens a house on an engine with a clock that can be moved.
func open(t *testing.T, dsn string) *House {
	t.Helper()
	h, err := Open(context.Background(), Config{Data: t.TempDir(), DSN: dsn, Clock: &world.Clock{}, Watch: dbtest.Shards(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// The demonstration has cases in every state, and after it the books balance, the ledger and the audit verify, and every
// verdict that was decided on replays equal.
func TestDemo(t *testing.T) {
	for engine, of := range map[string]struct {
		dsn     func(testing.TB) string
		workers int
	}{
		"sqlite":   {func(testing.TB) string { return "" }, demoWorkers},
		"postgres": {dbtest.PostgresDSN, 24 * 12},
	} {
		t.Run(engine, func(t *testing.T) {
			h := open(t, of.dsn(t))
			ctx := context.Background()
			doors, err := h.DemoOf(ctx, of.workers, func(string) {})
			if err != nil {
				f := fault.Of(err)
				t.Fatalf("%v: %s", err, words.T(words.Zh, f.Key, f.Args...))
			}
			if len(doors) < 12 {
				t.Errorf("%d doors for the roles", len(doors))
			}
			unions, err := h.Unions(ctx)
			if err != nil || len(unions) != 1 {
				t.Fatal(unions, err)
			}
			if err := h.DB.View(ctx, db.System(unions[0]), func(ctx context.Context, tx *db.Tx) error { return sound(ctx, tx, t) }); err != nil {
				t.Fatal(err)
			}
			reads(t, h, unions[0])
			tamper(t, h, unions[0])
			if engine == "sqlite" {
				walkLinks(t, h, doors)
			}
		})
	}
}

// tamper changes one kept verdict, sees that the replay finds it, and takes the change back.
func tamper(t *testing.T, h *House, union string) {
	back := errors.New("taken back")
	err := h.DB.Update(context.Background(), db.System(union), func(ctx context.Context, tx *db.Tx) error {
		good, err := report.Replay(ctx, tx, nil)
		if err != nil || good.Verdicts == 0 || len(good.Differ) > 0 {
			t.Errorf("replay: %+v, %v", good, err)
		}
		if _, err := tx.Exec(ctx, `update plan_award set verdict = replace(verdict, '"outcome":"yes"', '"outcome":"no"')
			where union_id = $1 and id = (select min(id) from plan_award where union_id = $1)`, union); err != nil {
			return err
		}
		bad, err := report.Replay(ctx, tx, nil)
		if err != nil || len(bad.Differ) != 1 || bad.Differ[0].Where != "award" || bad.Differ[0].Why != "differs" {
			t.Errorf("replay after a change: %+v, %v", bad, err)
		}
		return back
	})
	if !errors.Is(err, back) {
		t.Error(err)
	}
}

func sound(ctx context.Context, tx *db.Tx, t *testing.T) error {
	apps, err := intake.Counts(ctx, tx, "intake.see", intake.Query{})
	if err != nil {
		return err
	}
	for _, s := range []intake.State{intake.Submitted, intake.Returned, intake.Verifying, intake.Panel, intake.Recommended, intake.Decided, intake.Refused, intake.Withdrawn} {
		if apps[s] == 0 {
			t.Errorf("no application is %s", s)
		}
	}
	awards, err := plan.Counts(ctx, tx, "plan.see")
	if err != nil {
		return err
	}
	for _, s := range []plan.State{plan.Proposed, plan.Refused, plan.Reserved, plan.Public, plan.Objected, plan.Cleared, plan.Signed, plan.Paid} {
		if awards[s] == 0 {
			t.Errorf("no award is %s: %v", s, awards)
		}
	}
	money, err := payment.Counts(ctx, tx, "payment.see")
	if err != nil {
		return err
	}
	for _, s := range []payment.State{payment.Waiting, payment.Failed, payment.Paid, payment.Confirmed} {
		if money[s] == 0 {
			t.Errorf("no payment is %s: %v", s, money)
		}
	}
	return balanced(ctx, tx, t)
}

func balanced(ctx context.Context, tx *db.Tx, t *testing.T) error {
	trial, err := fund.TrialOn(ctx, tx, tx.Day(), "")
	if err != nil {
		return err
	}
	if trial.Debit != trial.Credit || trial.Debit == 0 {
		t.Errorf("trial balance: debit %v, credit %v", trial.Debit, trial.Credit)
	}
	if _, err := fund.Verify(ctx, tx); err != nil {
		t.Errorf("the ledger does not verify: %v", err)
	}
	r, err := audit.Verify(ctx, tx, nil)
	if err != nil {
		return err
	}
	if len(r.Findings) > 0 || r.Waiting > 0 || r.Links < 500 {
		t.Errorf("audit: %d links, %d waiting, findings %v", r.Links, r.Waiting, r.Findings)
	}
	return nil
}
