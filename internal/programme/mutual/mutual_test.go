package mutual_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/deduction"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task/tasktest"
	"bangfu/internal/programme/mutual"
)

type house struct {
	*tasktest.House
	t     *testing.T
	clock *dbtest.Clock
	ids   []string
}

func do[In, Out any](h *house, who string, a act.Act[In, Out], in In) (Out, error) {
	return a.Run(h.t.Context(), h.Host, act.Call{Actor: h.Actor(who), Key: db.Token()}, in)
}

func want(t *testing.T, err error, key string) {
	t.Helper()
	if key == "" && err != nil || key != "" && !fault.Is(err, key) {
		t.Fatalf("got %v, want %q", err, key)
	}
}

// each runs a test in a union of three workers whose mutual fund has a waiting time of two months, an entry fee of 5 yuan, and
// gives half back to those who leave of their own will.
func each(t *testing.T, test func(h *house)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := &house{House: tasktest.New(t, d), t: t, clock: c}
		h.Add("manager", org.RoleManager, tasktest.Union)
		h.Add("cashier", org.RoleCashier, tasktest.Union)
		for i := 1; i <= 3; i++ {
			h.Do("system", func(ctx context.Context, tx *db.Tx) error {
				id, _, err := ident.ParseID(ident.Invented("1980-05-17", 20+i), tx.Day())
				if err != nil {
					return err
				}
				w, err := person.Add(ctx, tx, person.Draft{StaffNo: fmt.Sprintf("T%d", i), Name: "示例甲", UnitID: h.Units["group"], ID: id})
				h.ids = append(h.ids, w.ID)
				return err
			})
		}
		_, err := do(h, "officer", mutual.Join, mutual.JoinIn{StaffNo: "T1", Monthly: money.Yuan(20), Agree: true})
		want(t, err, "mutual.none")
		in := mutual.SchemeIn{Name: "职工互助金", Least: money.Yuan(10), Most: money.Yuan(50), Entry: money.Yuan(5), WaitMonths: 2, Missed: 2, BackOwn: 50, BackGone: 100, Rules: "自愿加入"}
		_, err = do(h, "officer", mutual.Set, in)
		want(t, err, "fault.denied")
		_, err = do(h, "manager", mutual.Set, in)
		want(t, err, "")
		test(h)
	})
}

func (h *house) join(staff string, monthly int64) mutual.Member {
	h.t.Helper()
	m, err := do(h, "officer", mutual.Join, mutual.JoinIn{StaffNo: staff, Monthly: money.Yuan(monthly), Agree: true})
	want(h.t, err, "")
	return m
}

// month collects a month's contributions with payroll's answer, rows "no,staff,taken".
func (h *house) month(month string, rows ...string) deduction.List {
	h.t.Helper()
	l, err := do(h, "accountant", mutual.Collect, mutual.CollectIn{Month: month})
	want(h.t, err, "")
	_, err = do(h, "accountant", deduction.Send, deduction.ID{ID: l.ID})
	want(h.t, err, "")
	text := "序号,工号,实扣金额,少扣原因\n"
	for _, r := range rows {
		text += r + ",\n"
	}
	_, err = do(h, "accountant", mutual.Land, mutual.LandIn{ID: l.ID, On: h.DB.Today(), File: form.NewFile("answer.csv", []byte(text))})
	want(h.t, err, "")
	return l
}

func (h *house) account(id string) (a mutual.Account) {
	h.t.Helper()
	h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
		m, err := mutual.Of(ctx, tx, id)
		if err == nil {
			a, err = mutual.AccountOf(ctx, tx, m)
		}
		return err
	})
	return a
}

func (h *house) covered(person string) (yes bool) {
	h.t.Helper()
	h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
		n, err := db.Value[int64](ctx, tx, `select num from person_fact where union_id = $1 and subject_id = $2 and name = 'mutual_aid_member'
			order by recorded_at desc limit 1`, tx.Union, person)
		yes = n == 1
		return err
	})
	return yes
}

// sound holds that the members' lines add up to the ledger: what the fund's book says it owes its members.
func (h *house) sound() mutual.Figures {
	h.t.Helper()
	var f mutual.Figures
	h.Do("officer", func(ctx context.Context, tx *db.Tx) (err error) {
		if f, err = mutual.FiguresOf(ctx, tx); err != nil {
			return err
		}
		owed, err := fund.Balance(ctx, tx, fund.Account{Pocket: f.Scheme.Pocket, Code: "231"})
		if err == nil && -owed != f.Paid-f.Back-f.Pocket.Spent {
			h.t.Errorf("the ledger owes %s, the lines say %s - %s - %s", -owed, f.Paid, f.Back, f.Pocket.Spent)
		}
		return err
	})
	return f
}

// Contributions move by payroll's answer alone; the waiting time opens benefits; a month without a deduction is told.
func TestContributions(t *testing.T) {
	each(t, func(h *house) {
		_, err := do(h, "officer", mutual.Join, mutual.JoinIn{StaffNo: "T1", Monthly: money.Yuan(51), Agree: true})
		want(t, err, "mutual.range")
		_, err = do(h, "officer", mutual.Join, mutual.JoinIn{StaffNo: "T1", Monthly: money.Yuan(20)})
		want(t, err, "mutual.agree")
		m := h.join("T1", 20)
		other := h.join("T2", 30)
		_, err = do(h, "officer", mutual.Join, mutual.JoinIn{StaffNo: "T1", Monthly: money.Yuan(20), Agree: true})
		want(t, err, "mutual.member")

		h.month("2026-11", "1,T1,25", "2,T2,0")
		if a := h.account(m.ID); a.Paid != money.Yuan(25) || h.covered(h.ids[0]) {
			t.Errorf("after the first month: %+v", a)
		}
		_, err = do(h, "officer", mutual.Change, mutual.ChangeIn{ID: m.ID, Monthly: money.Yuan(40)})
		want(t, err, "")
		h.month("2026-12", "1,T1,40", "2,T2,0")
		if a := h.account(m.ID); a.Paid != money.Yuan(65) || a.Months() != 2 || !h.covered(h.ids[0]) {
			t.Errorf("after the second month: %+v", a)
		}
		if a := h.account(other.ID); a.Member.State != mutual.Leaving || a.Member.Why != mutual.Lapsed {
			t.Errorf("who missed two months: %+v", a.Member)
		}
		if f := h.sound(); f.Paid != money.Yuan(65) || f.Pocket.Available != money.Yuan(65) || f.Covered != 1 {
			t.Errorf("figures: %+v", f)
		}
		_, err = do(h, "accountant", mutual.Collect, mutual.CollectIn{Month: "2026-12"})
		want(t, err, "deduction.again")
	})
}

// Who leaves gets back what the terms say, less the benefits had: approved by one, paid by another, booked once.
func TestLeaving(t *testing.T) {
	each(t, func(h *house) {
		own, gone, none := h.join("T1", 20), h.join("T2", 30), h.join("T3", 10)
		h.month("2026-11", "1,T1,25", "2,T2,35", "3,T3,0")
		h.Do("system", func(ctx context.Context, tx *db.Tx) error {
			w, err := person.Get(ctx, tx, h.ids[0])
			if err != nil {
				return err
			}
			return casefile.AddAid(ctx, tx, casefile.Aid{Ref: "b1", HouseholdID: w.HouseholdID, PersonID: w.ID, Programme: mutual.Code, Item: mutual.Code,
				Amount: money.Yuan(5), On: tx.Day(), Source: casefile.Paid})
		})
		for _, m := range []mutual.Member{own, none} {
			_, err := do(h, "officer", mutual.Leave, mutual.LeaveIn{ID: m.ID, Why: mutual.OwnWill})
			want(t, err, "")
		}
		_, err := do(h, "officer", mutual.Leave, mutual.LeaveIn{ID: gone.ID, Why: mutual.Gone})
		want(t, err, "")
		_, err = do(h, "officer", mutual.Approve, mutual.ID{ID: own.ID})
		want(t, err, "fault.denied")
		for _, m := range []mutual.Member{own, gone, none} {
			_, err := do(h, "manager", mutual.Approve, mutual.ID{ID: m.ID})
			want(t, err, "")
		}
		if a := h.account(own.ID); a.Member.Back != money.Yuan(10) { // half of 25 - 5
			t.Errorf("by own will %s go back", a.Member.Back)
		}
		if a := h.account(gone.ID); a.Member.Back != money.Yuan(35) {
			t.Errorf("leaving the company %s go back", a.Member.Back)
		}
		if a := h.account(none.ID); a.Member.State != mutual.Left {
			t.Errorf("with nothing to give back: %+v", a.Member)
		}
		_, err = do(h, "cashier", mutual.PayBack, mutual.PayBackIn{ID: own.ID, Slip: "S1"})
		want(t, err, "")
		_, err = do(h, "cashier", mutual.PayBack, mutual.PayBackIn{ID: own.ID, Slip: "S2"})
		want(t, err, "mutual.state")
		_, err = do(h, "cashier", mutual.PayBack, mutual.PayBackIn{ID: gone.ID, Slip: "S1"})
		want(t, err, "mutual.slip_taken")
		_, err = do(h, "cashier", mutual.PayBack, mutual.PayBackIn{ID: gone.ID, Slip: "S2"})
		want(t, err, "")
		if f := h.sound(); f.Back != money.Yuan(45) || f.Members != 0 || f.Pocket.Available != money.Yuan(15) {
			t.Errorf("figures: %+v", f)
		}
		h.join("T1", 20) // who left may come back
	})
}

// Those no longer in the company leave by the night's walk, and a deduction that waits for payroll holds their refund.
func TestGone(t *testing.T) {
	each(t, func(h *house) {
		m := h.join("T1", 20)
		h.month("2026-11", "1,T1,25")
		l, err := do(h, "accountant", mutual.Collect, mutual.CollectIn{Month: "2026-12"})
		want(t, err, "")
		h.Do("system", func(ctx context.Context, tx *db.Tx) error {
			if err := tx.Must(ctx, "fault.stale", `update person_worker set status = 'left' where union_id = $1 and id = $2`, tx.Union, h.ids[0]); err != nil {
				return err
			}
			next, err := mutual.Follow(ctx, tx, "")
			if next != "" {
				t.Errorf("more members to follow: %s", next)
			}
			return err
		})
		if a := h.account(m.ID); a.Member.State != mutual.Leaving || a.Member.Why != mutual.Gone {
			t.Errorf("who left the company: %+v", a.Member)
		}
		_, err = do(h, "manager", mutual.Approve, mutual.ID{ID: m.ID})
		want(t, err, "mutual.line_open")
		_, err = do(h, "accountant", deduction.Cancel, deduction.CancelIn{ID: l.ID, Reason: "人已离职"})
		want(t, err, "")
		got, err := do(h, "manager", mutual.Approve, mutual.ID{ID: m.ID})
		want(t, err, "")
		if got.Back != money.Yuan(25) {
			t.Errorf("%s go back", got.Back)
		}
		p, err := do(h, "officer", mutual.StatementPaper, mutual.ID{ID: m.ID})
		want(t, err, "")
		if !bytes.HasPrefix(p.PDF, []byte("%PDF")) {
			t.Error("no statement")
		}
	})
}
