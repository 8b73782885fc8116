package lending_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/deduction"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/task"
	"bangfu/internal/programme/lending"
)

// model is a loan as simple arithmetic has it.
type model struct{ out, interest money.Amount }

// Whatever happens to a loan, in whatever order, what it owes is what simple arithmetic says, the schedule in force divides exactly what
// was owed when it was made, nothing is negative, and the ledger verifies.
func TestWalk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := found(t, d)
		must(w, "manager", lending.Adopt, lending.OfferIn{Text: lending.PatternText("subsidised")})
		l := w.lent("t1", "t2", 6000, 24)
		m := model{out: money.Yuan(6000)}
		r := rand.New(rand.NewPCG(5, 17))
		month := d.Today()
		for n := range 60 {
			s := w.stand(l.ID)
			if s.Debt.Out() != m.out || s.Debt.Interest != m.interest || s.Owed() < 0 || s.Aged.Due() < 0 || s.Aged.Late < 0 {
				t.Fatalf("step %d: the ledger has %+v, arithmetic %+v", n, s.Debt, m)
			}
			sum := money.Amount(0)
			for _, due := range s.Dues {
				sum += due.Principal
			}
			if sum != s.Plan.Base || s.Plan.Base < m.out {
				t.Fatalf("step %d: a schedule of %v for %v, %v owed", n, sum, s.Plan.Base, m.out)
			}
			if m.out == 0 {
				break
			}
			switch r.IntN(5) {
			case 0, 1:
				amount := 1 + money.Amount(r.Int64N(int64(min(m.out, 50000))))
				must(w, "accountant", lending.TakeBack, lending.BackIn{ID: l.ID, Amount: amount, Slip: fmt.Sprint("R", n), On: d.Today()})
				got := w.stand(l.ID).Debt.Interest - m.interest
				m.interest, m.out = m.interest+got, m.out-amount+got
			case 2:
				must(w, "officer", lending.Pause, lending.WhyIn{ID: l.ID, Why: "示例"})
				must(w, "officer", lending.Resume, lending.WhyIn{ID: l.ID, Why: "示例"})
			case 3:
				amount := 1 + money.Amount(r.Int64N(int64(min(m.out, 20000))))
				must(w, "officer", lending.AskEnd, lending.EndIn{ID: l.ID, Ending: lending.Waive, Amount: amount, Why: "示例"})
				must(w, "chair", lending.Decide, lending.DecideIn{ID: l.ID, Yes: "yes"})
				m.out -= amount
			case 4:
				month = month.AddMonths(2)
				m = w.month(l, string(month)[:7], r, m)
			}
		}
		w.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			st, err := fund.StateOf(ctx, tx, "HZ")
			if err == nil && st.Lent != m.out {
				t.Errorf("the pocket has %v lent, arithmetic %v", st.Lent, m.out)
			}
			if err == nil {
				_, err = fund.Verify(ctx, tx)
			}
			return err
		})
	})
}

// month makes a list, answers a part of it, and gives what arithmetic then says.
func (w *town) month(l lending.Loan, month string, r *rand.Rand, m model) model {
	w.t.Helper()
	list, err := do(w, "accountant", lending.MakeList, lending.MonthIn{Month: month})
	if fault.Is(err, "deduction.nothing") {
		return m
	}
	want(w.t, err, "")
	must(w, "accountant", deduction.Send, deduction.ID{ID: list.ID})
	taken := money.Amount(r.Int64N(int64(list.Total) + 1))
	must(w, "accountant", lending.Land, answer(list.ID, "序号,工号,实扣金额\n1,T1,"+taken.Plain()+"\n", w.DB.Today()))
	got := w.stand(l.ID).Debt.Interest - m.interest
	return model{m.out - taken + got, m.interest + got}
}

// A repayment that was booked wrongly is turned round by two persons: the loan owes again, settled or not.
func TestTurned(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := found(t, d)
		must(w, "manager", lending.Adopt, lending.OfferIn{Text: lending.PatternText("subsidised")})
		l := w.lent("t1", "t2", 900, 3)
		must(w, "accountant", lending.TakeBack, lending.BackIn{ID: l.ID, Amount: money.Yuan(900), Slip: "R1", On: d.Today()})
		var ask fund.Ask
		w.Do("accountant", func(ctx context.Context, tx *db.Tx) error {
			all, err := fund.Entries(ctx, tx, fund.Filter{Ref: l.ID, Kind: fund.KindRepay, Limit: 9})
			if err != nil || len(all) != 1 {
				return fmt.Errorf("%d repayments: %w", len(all), err)
			}
			ask, err = fund.Propose(ctx, tx, fund.Proposal{What: fund.Reverse, Object: strconv.FormatInt(all[0].Seq, 10), Reason: "户名看错"})
			return err
		})
		w.Do("cashier", func(ctx context.Context, tx *db.Tx) error { _, err := fund.Answer(ctx, tx, ask.ID, true); return err })
		if s := w.stand(l.ID); s.State() != lending.Lent || s.Owed() != money.Yuan(900) {
			t.Errorf("turned: %+v", s)
		}
		must(w, "accountant", lending.TakeBack, lending.BackIn{ID: l.ID, Amount: money.Yuan(900), Slip: "R2", On: d.Today()})
	})
}

// A guarantor who left is replaced when another has signed, and is bound until then; a loan follows its borrower's unit.
func TestFollows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := found(t, d)
		must(w, "manager", lending.Adopt, lending.OfferIn{Text: lending.PatternText("subsidised")})
		l := w.lent("t1", "t2", 900, 3)
		w.Do("system", func(ctx context.Context, tx *db.Tx) error {
			if err := person.Transfer(ctx, tx, w.ids["t1"], w.Units["other"]); err != nil {
				return err
			}
			if err := person.Move(ctx, tx, person.MoveIn{WorkerID: w.ids["t2"], To: person.Left, On: d.Today(), Note: "辞职"}); err != nil {
				return err
			}
			_, err := lending.Sweep(ctx, tx, "")
			return err
		})
		if s := w.stand(l.ID); s.Loan.UnitID != w.Units["other"] {
			t.Errorf("unit %s", s.Loan.UnitID)
		}
		turns := func() int {
			n := 0
			w.Do("officer", func(ctx context.Context, tx *db.Tx) error {
				all, err := task.Of(ctx, tx, l.ID)
				n = len(all)
				return err
			})
			return n
		}
		if turns() != 1 {
			t.Errorf("%d turns", turns())
		}
		in := lending.ReplaceIn{ID: l.ID, Old: "T2", New: "T3"}
		_, err := do(w, "officer", lending.Replace, in)
		want(t, err, "loan.agreed_guarantor")
		in.Yes = true
		for _, c := range [][3]string{{"T4", "T3", "loan.not_asked"}, {"T2", "T1", "loan.guarantor"}, {"T2", "T2", "loan.no_worker"}} {
			_, err := do(w, "officer", lending.Replace, lending.ReplaceIn{ID: l.ID, Old: c[0], New: c[1], Yes: true})
			want(t, err, c[2])
		}
		must(w, "officer", lending.Replace, in)
		w.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			all, err := lending.Guarantors(ctx, tx, l.ID)
			if err == nil && (len(all) != 1 || all[0].PersonID != w.ids["t3"] || all[0].State != "yes") {
				t.Errorf("guarantors %+v", all)
			}
			return err
		})
		if turns() != 0 {
			t.Errorf("%d turns left", turns())
		}
	})
}
