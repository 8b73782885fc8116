package report_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/report"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

func TestHide(t *testing.T) {
	for _, c := range []struct {
		name  string
		cells []int64
		want  []bool
	}{
		{"nothing small", []int64{5, 9, 0}, []bool{false, false, false}},
		{"one small takes the next with it", []int64{20, 3, 7}, []bool{false, true, true}},
		{"two small that make five stand alone", []int64{20, 3, 4}, []bool{false, true, true}},
		{"two small that make less take a third", []int64{20, 1, 1, 8}, []bool{false, true, true, true}},
		{"nothing left to hide behind", []int64{2, 0}, []bool{true, false}},
		{"empty", nil, []bool{}},
	} {
		if got := report.Hide(c.cells); !slices.Equal(got, c.want) {
			t.Errorf("%s: Hide(%v) = %v, want %v", c.name, c.cells, got, c.want)
		}
	}
}

// No hidden cell can be worked out from the total and what is shown: what is hidden is at least five persons in two cells,
// or everything there is.
func FuzzHide(f *testing.F) {
	f.Add([]byte{20, 3, 7})
	f.Fuzz(func(t *testing.T, raw []byte) {
		cells := make([]int64, len(raw))
		for i, b := range raw {
			cells[i] = int64(b)
		}
		hidden, n, shown := int64(0), 0, int64(0)
		for i, h := range report.Hide(cells) {
			switch {
			case h && cells[i] == 0:
				t.Fatalf("an empty cell is hidden in %v", cells)
			case h:
				hidden, n = hidden+cells[i], n+1
			case cells[i] > 0 && cells[i] < report.Small:
				t.Fatalf("%d of %v is told", cells[i], cells)
			default:
				shown += cells[i]
			}
		}
		if n > 0 && shown > 0 && (n < 2 || hidden < report.Small) {
			t.Fatalf("%d persons in %d cells are hidden in %v and can be worked out", hidden, n, cells)
		}
	})
}

func TestYear(t *testing.T) {
	if got := report.Year(2026, "2026-11-23"); got != (report.Span{From: "2026-01-01", To: "2026-11-23"}) {
		t.Errorf("this year = %v", got)
	}
	if got := report.Year(2024, "2026-11-23"); got != (report.Span{From: "2024-01-01", To: "2024-12-31"}) {
		t.Errorf("a past year = %v", got)
	}
}

// town is a union with one branch and one workshop in it.
type town struct {
	t        *testing.T
	d        *db.DB
	workshop string
	branch   string
}

func newTown(t *testing.T, d *db.DB) *town {
	h := &town{t: t, d: d}
	h.do(func(ctx context.Context, tx *db.Tx) error {
		if err := org.Found(ctx, tx, org.Union{Name: "临江机电工会", State: "live"}); err != nil {
			return err
		}
		b, err := org.AddUnit(ctx, tx, "u1", org.KindBranch, "一分会")
		if err != nil {
			return err
		}
		w, err := org.AddUnit(ctx, tx, b.ID, org.KindGroup, "检修一班")
		h.branch, h.workshop = b.ID, w.ID
		return err
	})
	return h
}

func (h *town) do(f func(context.Context, *db.Tx) error) {
	h.t.Helper()
	if err := h.d.Update(h.t.Context(), db.System("u1"), f); err != nil {
		h.t.Fatal(err)
	}
}

// helped puts n workers on the roster, opens their files and pays each on a day.
func (h *town) helped(n int, on day.Day, amount money.Amount, cause casefile.Cause) {
	h.t.Helper()
	h.do(func(ctx context.Context, tx *db.Tx) error {
		for i := range n {
			ref := fmt.Sprintf("%s-%d", on, i)
			w, err := person.Add(ctx, tx, person.Draft{StaffNo: ref, Name: "王小河", UnitID: h.workshop})
			if err != nil {
				return err
			}
			if _, err := casefile.Ensure(ctx, tx, casefile.Opening{HouseholdID: w.HouseholdID, PersonID: w.ID, Cause: cause, On: on}); err != nil {
				return err
			}
			if err := casefile.AddAid(ctx, tx, casefile.Aid{Ref: ref, PersonID: w.ID, HouseholdID: w.HouseholdID, Item: "living", Amount: amount, On: on, Source: "paid"}); err != nil {
				return err
			}
			if err := applied(ctx, tx, ref, w, on, string(cause)); err != nil {
				return err
			}
			if err := landed(ctx, tx, ref, w.ID, on, []string{"paid", "confirmed", "missing"}[i%3]); err != nil {
				return err
			}
		}
		return nil
	})
}

// applied writes the application's own row.
func applied(ctx context.Context, tx *db.Tx, ref string, w person.Worker, on day.Day, cause string) error {
	_, err := tx.Exec(ctx, `
		insert into intake_application (union_id, id, number, person_id, household_id, unit_id, unit_path, programme, edition, cause, others,
			about_id, emergency, state, back_to, filed_by, filed_how, filer_name, filer_relation, confirmed, confirm_paper, pages, roster_note,
			signed, officer_id, barred, due, keep_until, reminded_on, started_at, submitted_on, ended_on, reason, note, doors, version)
		values ($1, $2, $2, $3, $4, $5, $6, '', 0, $7, '', '', 0, 'decided', '', '', 'self', '', '', '', '', '', '', '', '', '', '', '', '', 0,
			$8, $8, '', '', '', 1)`, tx.Union, ref, w.ID, w.HouseholdID, w.UnitID, w.UnitPath, cause, on)
	return err
}

// landed writes the payment's own row, whose state says what the worker answered.
func landed(ctx context.Context, tx *db.Tx, ref, who string, on day.Day, state string) error {
	_, err := tx.Exec(ctx, `
		insert into payment_instalment (union_id, id, award_id, no, person_id, household_id, unit_path, pocket, due_on, amount, state,
			trouble, parked, batch_id, line_id, card_tail, paid_on, confirmed_at, confirmed, checked_at, verdict, version)
		values ($1, $2, $2, 1, $3, '', '', '', $4, 1, $5, '', 0, '', '', '', $4, 0, '', 0, '', 1)`, tx.Union, ref, who, on, state)
	return err
}

func TestLook(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newTown(t, d)
		h.helped(6, "2026-03-10", money.Yuan(500), "illness")
		h.helped(2, "2026-05-10", money.Yuan(800), "calamity")
		h.helped(1, "2025-12-30", money.Yuan(900), "illness")
		h.do(func(ctx context.Context, tx *db.Tx) error {
			return task.Open(ctx, tx, task.New{Kind: "intake.first", Object: "application", ObjectID: "a", UserID: "ann", UnitID: h.workshop, Due: "2026-11-01"})
		})
		var o report.Overview
		err := d.View(t.Context(), db.System("u1"), func(ctx context.Context, tx *db.Tx) (err error) {
			o, err = report.Look(ctx, tx, report.Year(2026, tx.Day()))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if o.Files != 9 || o.Opened != 8 || o.People != 8 || o.Payments != 8 || o.Paid != money.Yuan(4600) {
			t.Errorf("files %d, opened %d, people %d, payments %d, paid %v", o.Files, o.Opened, o.People, o.Payments, o.Paid)
		}
		if o.Landed != 8 || o.Confirmed != 3 || o.Denied != 2 {
			t.Errorf("landed %d, confirmed %d, denied %d", o.Landed, o.Confirmed, o.Denied)
		}
		if o.Late != 1 || len(o.Slow) != 1 || o.Slow[0] != (report.Slow{Kind: "intake.first", N: 1, First: "2026-11-01"}) {
			t.Errorf("late %d, %v", o.Late, o.Slow)
		}
		if len(o.Months) != 11 || o.Months[2] != (report.Month{Month: "2026-03", People: 6, Amount: money.Yuan(3000)}) || o.Months[0].People != 0 {
			t.Errorf("months %v", o.Months)
		}
		if want := (report.Unit{ID: h.branch, Name: "一分会", Files: 9, People: 8, Late: 1, Amount: money.Yuan(4600)}); len(o.Units) != 1 || o.Units[0] != want {
			t.Errorf("units %v, want %v", o.Units, want)
		}
		if want := []report.Cell{{Code: "illness", N: 6}, {Code: "calamity", N: 2}}; !slices.Equal(o.Causes, want) {
			t.Errorf("causes %v", o.Causes)
		}
	})
}

func TestLookEmpty(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		newTown(t, d)
		err := d.View(t.Context(), db.System("u1"), func(ctx context.Context, tx *db.Tx) error {
			o, err := report.Look(ctx, tx, report.Year(2026, tx.Day()))
			if err == nil && (o.Files != 0 || o.Paid != 0 || len(o.Units) != 1 || len(o.Months) != 11) {
				t.Errorf("an empty union: %+v", o)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
