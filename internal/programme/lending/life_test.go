package lending_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/deduction"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
	"bangfu/internal/office/task/tasktest"
	"bangfu/internal/programme/lending"
)

// town is a union with a pool, a product and workers T1… with accounts t1….
type town struct {
	*tasktest.House
	t   *testing.T
	ids map[string]string
}

func do[In, Out any](w *town, who string, a act.Act[In, Out], in In) (Out, error) {
	return a.Run(context.Background(), w.Host, act.Call{Actor: w.Actor(who), Key: db.Token()}, in)
}

func must[In, Out any](w *town, who string, a act.Act[In, Out], in In) Out {
	w.t.Helper()
	out, err := do(w, who, a, in)
	want(w.t, err, "")
	return out
}

func want(t *testing.T, err error, key string) {
	t.Helper()
	if key == "" && err != nil || key != "" && !fault.Is(err, key) {
		f := fault.Of(err)
		t.Fatalf("got %v %v, want %q", err, f.Args, key)
	}
}

// part wants one of a form's faults.
func part(t *testing.T, err error, key string) {
	t.Helper()
	for _, p := range fault.Of(err).Parts {
		if p.Key == key {
			return
		}
	}
	t.Fatalf("got %v, want part %q", err, key)
}

func found(t *testing.T, d *db.DB) *town {
	t.Helper()
	w := &town{tasktest.New(t, d), t, map[string]string{}}
	w.Add("manager", "manager", tasktest.Union)
	w.Add("cashier", "cashier", tasktest.Union)
	for i := 1; i <= 5; i++ {
		w.Do("system", func(ctx context.Context, tx *db.Tx) error {
			id, _, err := ident.ParseID(ident.Invented("1980-05-17", 20+i), tx.Day())
			if err != nil {
				return err
			}
			pay := money.Yuan(5000)
			p, err := person.Add(ctx, tx, person.Draft{StaffNo: fmt.Sprintf("T%d", i), Name: "示例甲", UnitID: w.Units["group"], ID: id, Employment: person.Regular, EntryOn: "2010-03-01", Pay: &pay})
			if err != nil {
				return err
			}
			login := fmt.Sprintf("t%d", i)
			u, err := org.AddUser(ctx, tx, org.User{Login: login, Name: login, PersonID: p.ID})
			w.ids[login], w.Users[login] = p.ID, u.ID
			return err
		})
	}
	w.Do("system", func(ctx context.Context, tx *db.Tx) error {
		for _, p := range []fund.NewPocket{{Code: "HZ", Name: "互助金", Source: fund.Mutual, Manager: "m"}, {Code: "HF", Name: "会费", Source: fund.Dues, Manager: "m"},
			{Code: "ZX", Name: "助学专项", Source: fund.Company, Programmes: []string{"schooling"}, Manager: "m"}} {
			if _, err := fund.Open(ctx, tx, p); err != nil {
				return err
			}
			if _, err := fund.Give(ctx, tx, fund.Gift{Key: p.Code, Pocket: p.Code, Amount: money.Yuan(100000)}); err != nil {
				return err
			}
		}
		return addLine(ctx, tx)
	})
	return w
}

// stand gives a loan's standing.
func (w *town) stand(id string) (s lending.Standing) {
	w.t.Helper()
	w.Do("officer", func(ctx context.Context, tx *db.Tx) error {
		l, err := lending.Reached(ctx, tx, "loan.see", id)
		if err != nil {
			return err
		}
		s, err = lending.StandingOf(ctx, tx, l)
		return err
	})
	return s
}

// lent brings a loan of the subsidised product from the wish to the money.
func (w *town) lent(who, guarantor string, amount int64, months int64) lending.Loan {
	w.t.Helper()
	l := must(w, who, lending.Apply, lending.AskIn{Product: "subsidised", Purpose: "illness", Amount: money.Yuan(amount), Months: months, Guarantors: strings.ToUpper(guarantor)})
	must(w, guarantor, lending.Consent, lending.ConsentIn{ID: l.ID, Say: "yes"})
	must(w, "officer", lending.Verify, lending.VerifyIn{ID: l.ID, Say: "yes", Pay: money.Yuan(5000), Pocket: "HZ"})
	must(w, "chair", lending.Decide, lending.DecideIn{ID: l.ID, Yes: "yes"})
	must(w, "officer", lending.Sign, lending.SignIn{ID: l.ID, On: w.DB.Today(), Agreed: true})
	return must(w, "cashier", lending.PayOut, lending.PayIn{ID: l.ID, Slip: "S" + l.Number, On: w.DB.Today()})
}

func answer(list, text string, on day.Day) lending.LandIn {
	return lending.LandIn{ID: list, On: on, File: form.NewFile("a.csv", []byte(text))}
}

// A loan's whole way: who may, who may not, and at each step the ledger is what is owed.
func TestLife(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := found(t, d)
		ask := lending.AskIn{Product: "subsidised", Purpose: "illness", Amount: money.Yuan(12000), Months: 12, Guarantors: "T2"}
		_, err := do(w, "t1", lending.Apply, ask)
		want(t, err, "loan.no_product")
		must(w, "manager", lending.Adopt, lending.OfferIn{Text: lending.PatternText("subsidised")})
		for change, key := range map[string]string{"T1": "loan.guarantor", "T9": "loan.no_worker", "": "loan.guarantors", "T2 T3": "loan.guarantors"} {
			in := ask
			in.Guarantors = change
			_, err := do(w, "t1", lending.Apply, in)
			want(t, err, key)
		}
		more := ask
		more.Amount = money.Yuan(30001)
		_, err = do(w, "t1", lending.Apply, more)
		part(t, err, "loan.above")
		l := must(w, "t1", lending.Apply, ask)
		_, err = do(w, "t1", lending.Apply, ask)
		part(t, err, "loan.live")
		_, err = do(w, "t3", lending.Consent, lending.ConsentIn{ID: l.ID, Say: "yes"})
		want(t, err, "fault.denied")
		_, err = do(w, "officer", lending.ConsentOnPaper, lending.PaperIn{ID: l.ID, StaffNo: "T3", Say: "yes"})
		want(t, err, "loan.not_asked")
		must(w, "t2", lending.Consent, lending.ConsentIn{ID: l.ID, Say: "yes"})

		check := lending.VerifyIn{ID: l.ID, Say: "yes", Pay: money.Yuan(5000), Pocket: "HF"}
		_, err = do(w, "officer", lending.Verify, check)
		want(t, err, "loan.source")
		w.Do("system", func(ctx context.Context, tx *db.Tx) error {
			return org.Set(ctx, tx, "loan.sources", "mutual company dues")
		})
		w.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			if all, err := lending.Pools(ctx, tx, l); err != nil || len(all) != 2 {
				t.Errorf("pools %v %v", all, err)
			}
			_, widened, err := lending.Sources(ctx, tx)
			if !widened {
				t.Error("nobody is told that the union widened the rule")
			}
			return err
		})
		w.Do("system", func(ctx context.Context, tx *db.Tx) error { return org.Set(ctx, tx, "loan.sources", "mutual company") })
		check.Pocket = "ZX"
		_, err = do(w, "officer", lending.Verify, check)
		want(t, err, "fund.purpose")
		check.Pocket = "HZ"
		must(w, "officer", lending.Verify, check)
		_, err = do(w, "officer", lending.Decide, lending.DecideIn{ID: l.ID, Yes: "yes"})
		want(t, err, "approval.same_person")
		must(w, "chair", lending.Decide, lending.DecideIn{ID: l.ID, Yes: "yes"})
		_, err = do(w, "officer", lending.Sign, lending.SignIn{ID: l.ID, On: d.Today()})
		want(t, err, "loan.agreed")
		_, err = do(w, "cashier", lending.PayOut, lending.PayIn{ID: l.ID, Slip: "S1", On: d.Today()})
		want(t, err, "loan.state")
		must(w, "officer", lending.Sign, lending.SignIn{ID: l.ID, On: d.Today(), Agreed: true})
		must(w, "cashier", lending.PayOut, lending.PayIn{ID: l.ID, Slip: "S1", On: d.Today()})

		s := w.stand(l.ID)
		if s.Debt.Out() != money.Yuan(12000) || len(s.Dues) != 12 || s.Dues[0].On != d.Today().AddMonths(2) || s.Dues[0].Interest != money.Yuan(12) || s.State() != lending.Lent {
			t.Errorf("lent: %+v", s)
		}
		_, err = do(w, "t1", lending.Withdraw, lending.ID{ID: l.ID})
		want(t, err, "loan.state")

		must(w, "accountant", lending.TakeBack, lending.BackIn{ID: l.ID, Amount: money.Yuan(2000), Slip: "R1", On: d.Today()})
		_, err = do(w, "accountant", lending.TakeBack, lending.BackIn{ID: l.ID, Amount: money.Yuan(2000), Slip: "R1", On: d.Today()})
		want(t, err, "loan.slip_taken")
		_, err = do(w, "accountant", lending.TakeBack, lending.BackIn{ID: l.ID, Amount: money.Yuan(10001), Slip: "R2", On: d.Today()})
		want(t, err, "loan.too_much")
		if s = w.stand(l.ID); s.Debt.Out() != money.Yuan(10000) || s.Plan.Why != "early" || s.Plan.Base != money.Yuan(10000) || len(s.Dues) != 12 {
			t.Errorf("early: %+v", s)
		}
		must(w, "accountant", lending.TakeBack, lending.BackIn{ID: l.ID, Amount: money.Yuan(10000), Slip: "R3", On: d.Today()})
		if s = w.stand(l.ID); s.State() != lending.Settled {
			t.Errorf("settled: %+v", s)
		}
		must(w, "t1", lending.Apply, ask) // and may ask again
		w.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			if left, err := task.Of(ctx, tx, l.ID); err != nil || len(left) > 0 {
				t.Errorf("turns left: %+v %v", left, err)
			}
			_, err := fund.Verify(ctx, tx)
			return err
		})
	})
}

// Guarantors answer for themselves, are bound by their limit, and a no ends the application; nobody handles their own loan.
func TestGuarantors(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := found(t, d)
		must(w, "manager", lending.Adopt, lending.OfferIn{Text: lending.PatternText("subsidised")})
		ask := func(who string) (lending.Loan, error) {
			return do(w, who, lending.Apply, lending.AskIn{Product: "subsidised", Purpose: "illness", Amount: money.Yuan(1000), Months: 3, Guarantors: "t5"})
		}
		first, err := ask("t1")
		want(t, err, "")
		_, err = ask("t2")
		want(t, err, "")
		_, err = ask("t3")
		want(t, err, "loan.capacity")
		must(w, "t5", lending.Consent, lending.ConsentIn{ID: first.ID, Say: "no"})
		w.Do("t1", func(ctx context.Context, tx *db.Tx) error {
			l, all, err := lending.Mine(ctx, tx, first.ID)
			if err == nil && (l.State != lending.Refused || l.Why != "loan.why_guarantor" || len(all) != 1) {
				t.Errorf("after the no: %+v", l)
			}
			return err
		})
		if err := w.Try("t4", func(ctx context.Context, tx *db.Tx) error {
			_, _, err := lending.Mine(ctx, tx, first.ID)
			return err
		}); !fault.Is(err, "fault.denied") {
			t.Errorf("a stranger sees the loan: %v", err)
		}
		third, err := ask("t3")
		want(t, err, "")
		w.Do("system", func(ctx context.Context, tx *db.Tx) error {
			return org.Appoint(ctx, tx, w.Users["t5"], org.RoleOfficer, tasktest.Union)
		})
		_, err = do(w, "t5", lending.ConsentOnPaper, lending.PaperIn{ID: third.ID, StaffNo: "T5", Say: "yes"})
		want(t, err, "loan.own")
		must(w, "officer", lending.ConsentOnPaper, lending.PaperIn{ID: third.ID, StaffNo: "T5", Say: "yes"})
		_, err = do(w, "t5", lending.Verify, lending.VerifyIn{ID: third.ID, Say: "no", Why: "不行"})
		want(t, err, "loan.own")
		must(w, "officer", lending.Verify, lending.VerifyIn{ID: third.ID, Say: "no", Why: "用途不实"})
	})
}

// Payroll's list keeps to the floor, the loan moves by the answer alone, and a wild row refuses the whole file.
func TestDeduction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := found(t, d)
		must(w, "manager", lending.Adopt, lending.OfferIn{Text: strings.Replace(lending.PatternText("subsidised"), "grace: 1", "grace: 0", 1)})
		a, b := w.lent("t1", "t3", 600, 3), w.lent("t2", "t4", 6000, 3)
		today := d.Today()
		month := string(today.AddMonths(1))[:7]
		_, err := do(w, "accountant", lending.MakeList, lending.MonthIn{Month: "2026-13"})
		want(t, err, "deduction.month")
		list := must(w, "accountant", lending.MakeList, lending.MonthIn{Month: month})
		_, err = do(w, "accountant", lending.TakeBack, lending.BackIn{ID: a.ID, Amount: 100, Slip: "R", On: today})
		want(t, err, "loan.listed")
		_, err = do(w, "officer", lending.Pause, lending.WhyIn{ID: a.ID, Why: "生病"})
		want(t, err, "loan.listed")
		w.Do("accountant", func(ctx context.Context, tx *db.Tx) error {
			_, lines, err := deduction.Of(ctx, tx, list.ID)
			if err != nil || len(lines) != 2 {
				return fmt.Errorf("%d lines: %w", len(lines), err)
			}
			// 200 and 0.60 of interest; 2,000 is owed by t2, and pay of 5,000 bears 1,000.
			if lines[0].Asked != money.Yuan(200)+60 || lines[1].Asked != money.Yuan(1000) {
				t.Errorf("asked %v and %v", lines[0].Asked, lines[1].Asked)
			}
			return nil
		})
		must(w, "accountant", deduction.Send, deduction.ID{ID: list.ID})
		head := "序号,工号,实扣金额,少扣原因\n"
		for text, key := range map[string]string{"1,T1,200.60,\n2,T1,1,\n": "deduction.match", "1,T1,999,\n": "deduction.much", "1,T1,-5,\n": "deduction.row", "9,T1,5,\n": "deduction.match"} {
			_, err = do(w, "accountant", lending.Land, answer(list.ID, head+text, today))
			want(t, err, key)
			if got := w.stand(a.ID).Debt.Out(); got != money.Yuan(600) {
				t.Fatalf("a refused file moved the loan to %v", got)
			}
		}
		must(w, "accountant", lending.Land, answer(list.ID, head+"1,T1,200.60,\n2,T2,500,病假\n", today))
		if s := w.stand(a.ID); s.Debt.Out() != money.Yuan(400) || s.Debt.Interest != 60 || s.Plan.No != 1 {
			t.Errorf("first: %+v", s)
		}
		if s := w.stand(b.ID); s.Debt.Out() != money.Yuan(6000-500)+600 || s.Debt.Interest != 600 {
			t.Errorf("second: %+v", s.Debt)
		}
		_, err = do(w, "accountant", lending.Land, answer(list.ID, head+"1,T1,200.60,\n2,T2,500,病假\n", today))
		want(t, err, "deduction.twice")
	})
}

// Sick leave pauses, coming back resumes; leaving calls the rest in; rescheduling keeps to its number; a waiver, a grant and a
// write-off need their decision and post through the ledger.
func TestEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := found(t, d)
		must(w, "manager", lending.Adopt, lending.OfferIn{Text: lending.PatternText("subsidised")})
		l := w.lent("t1", "t3", 1200, 12)
		night := func() {
			t.Helper()
			w.Do("system", func(ctx context.Context, tx *db.Tx) error {
				next, err := lending.Sweep(ctx, tx, "")
				if next != "" {
					err = errors.Join(err, errors.New("more than a chunk"))
				}
				return err
			})
		}
		works := func(e person.Employment) {
			t.Helper()
			w.Do("system", func(ctx context.Context, tx *db.Tx) error {
				p, err := person.Get(ctx, tx, w.ids["t1"])
				if err != nil {
					return err
				}
				_, err = person.Change(ctx, tx, person.Staged{ID: p.ID, Version: p.Version, Draft: person.Draft{StaffNo: p.StaffNo, Employment: e}})
				return err
			})
		}
		works(person.SickLeave)
		night()
		if s := w.stand(l.ID); s.Loan.PausedOn != d.Today() || s.Loan.PausedWhy != "sick_leave" {
			t.Errorf("sick: %+v", s.Loan)
		}
		must(w, "officer", lending.Resume, lending.WhyIn{ID: l.ID, Why: "本人要求"})
		night()
		if s := w.stand(l.ID); s.Loan.PausedOn != "" || s.Plan.Why != "resume" {
			t.Errorf("kept going: %+v", s.Loan)
		}
		works(person.Regular)
		night()
		works(person.LaidOff)
		night()
		works(person.Regular)
		night()
		if s := w.stand(l.ID); s.Loan.PausedOn != "" || s.Plan.No != 3 || s.Plan.Base != money.Yuan(1200) || len(s.Dues) != 12 {
			t.Errorf("back at work: %+v", s)
		}
		must(w, "chair", lending.Reschedule, lending.RescheduleIn{ID: l.ID, Months: 24, Grace: 2, Why: "孩子开学"})
		if s := w.stand(l.ID); len(s.Dues) != 24 || s.Dues[0].On != d.Today().AddMonths(3) {
			t.Errorf("rescheduled: %+v", s.Dues)
		}
		_, err := do(w, "chair", lending.Reschedule, lending.RescheduleIn{ID: l.ID, Months: 24, Why: "再来"})
		want(t, err, "loan.extends")

		end := func(kind lending.Ending, amount int64, yes string) {
			t.Helper()
			must(w, "officer", lending.AskEnd, lending.EndIn{ID: l.ID, Ending: kind, Amount: money.Yuan(amount), Why: "家里困难"})
			_, err := do(w, "officer", lending.AskEnd, lending.EndIn{ID: l.ID, Ending: kind, Amount: 1, Why: "家里困难"})
			want(t, err, "loan.ending")
			_, err = do(w, "officer", lending.Decide, lending.DecideIn{ID: l.ID, Yes: yes, Reason: "同意"})
			want(t, err, "approval.same_person")
			must(w, "chair", lending.Decide, lending.DecideIn{ID: l.ID, Yes: yes, Reason: "已研究"})
		}
		end(lending.Waive, 200, "no")
		end(lending.Waive, 200, "yes")
		end(lending.Grant, 300, "yes")
		s := w.stand(l.ID)
		if s.Debt.Out() != money.Yuan(700) || s.Debt.Forgiven != money.Yuan(500) || s.Plan.Base != money.Yuan(700) {
			t.Errorf("forgiven: %+v", s.Debt)
		}
		w.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			all, err := casefile.AidOf(ctx, tx, l.HouseholdID, d.Today(), d.Today())
			if err == nil && (len(all) != 1 || all[0].Amount != money.Yuan(300) || all[0].Item != lending.Item) {
				t.Errorf("help on record: %+v", all)
			}
			return err
		})
		w.Do("system", func(ctx context.Context, tx *db.Tx) error {
			return person.Move(ctx, tx, person.MoveIn{WorkerID: w.ids["t1"], To: person.Left, On: d.Today(), Note: "辞职"})
		})
		night()
		s = w.stand(l.ID)
		if len(s.Dues) != 1 || s.Dues[0].On != d.Today().Add(30) || s.Dues[0].Principal != money.Yuan(700) || s.Loan.LeftOn != d.Today() {
			t.Errorf("left: %+v", s)
		}
		night()
		if again := w.stand(l.ID); again.Plan.No != s.Plan.No {
			t.Error("the rest was called in twice")
		}
		end(lending.WriteOff, 700, "yes")
		if s = w.stand(l.ID); s.State() != lending.Settled {
			t.Errorf("written off: %+v", s)
		}
		w.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			st, err := fund.StateOf(ctx, tx, "HZ")
			if err == nil && (st.Lent != 0 || st.Spent != money.Yuan(1200)) {
				t.Errorf("pocket: %+v", st)
			}
			if err == nil {
				_, err = fund.Verify(ctx, tx)
			}
			return err
		})
	})
}

func addLine(ctx context.Context, tx *db.Tx) error {
	_, err := standard.AddLine(ctx, tx, standard.LineIn{Kind: standard.MinimumWage, Amount: money.Yuan(2000), FromDay: "2026-01-01", Source: "示例"})
	return err
}
