package task_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
	"bangfu/internal/office/task/tasktest"
)

func open(h *tasktest.House, n task.New) error {
	n.Object, n.Href = "application", "/desk/applications/"+n.ObjectID
	if n.Kind == "" {
		n.Kind = "first"
	}
	n.Title, n.Args = "请处理 {0}", []any{n.ObjectID}
	return h.Try("system", func(ctx context.Context, tx *db.Tx) error { return task.Open(ctx, tx, n) })
}

// holders tells who of the house has a thing on the list of turns.
func holders(h *tasktest.House, objectID string) string {
	h.T.Helper()
	var got []string
	for login := range h.Users {
		h.Do(login, func(ctx context.Context, tx *db.Tx) error {
			list, err := task.Mine(ctx, tx)
			counted := int64(0)
			counts, err2 := task.Counts(ctx, tx)
			for _, c := range counts {
				counted += c.N
			}
			if int64(len(list)) != counted {
				h.T.Errorf("%s: %d turns listed, %d counted", login, len(list), counted)
			}
			if slices.ContainsFunc(list, func(t task.Task) bool { return t.ObjectID == objectID }) {
				got = append(got, login)
			}
			if err == nil {
				err = err2
			}
			return err
		})
	}
	slices.Sort(got)
	return strings.Join(got, " ")
}

// Whose turn it is: nearest first, the barred passed over, then up, then the role that stands in.
func TestWhoseTurn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		for i, tt := range []struct {
			role, unit, want string
			barred           []string
		}{
			{"group_leader", "group", "leader", nil},
			{"group_leader", "group", "branch", []string{"p-leader"}},
			{"group_leader", "other", "officer officer2", nil},
			{"officer", "group", "branch", nil},
			{"officer", "group", "officer officer2", []string{"p-branch"}},
			{"officer", "group", "officer2", []string{"p-branch", "p-officer"}},
			{"officer", "group", "chair", []string{"p-branch", "p-officer", "p-officer2"}},
			{"officer", "other", "officer officer2", nil},
			{"chair", "group", "chair", []string{"p-leader"}},
		} {
			id := fmt.Sprintf("app-%d", i)
			if err := open(h, task.New{ObjectID: id, Role: tt.role, UnitID: h.Units[tt.unit], Barred: tt.barred}); err != nil {
				t.Errorf("%s at %s without %v: %v", tt.role, tt.unit, tt.barred, err)
			} else if got := holders(h, id); got != tt.want {
				t.Errorf("%s at %s without %v: %q has it, want %q", tt.role, tt.unit, tt.barred, got, tt.want)
			}
		}
		err := open(h, task.New{ObjectID: "stuck", Role: "chair", UnitID: h.Units["group"], Barred: []string{"p-chair"}})
		if !fault.Is(err, "task.nobody") {
			t.Errorf("the only chair barred and no upper union: %v", err)
		}
		h.Add("upper", org.RoleUpper, tasktest.Union)
		if err := open(h, task.New{ObjectID: "up", Role: "chair", UnitID: h.Units["group"], Barred: []string{"p-chair"}}); err != nil {
			t.Error(err)
		} else if got := holders(h, "up"); got != "upper" {
			t.Errorf("with an upper union %q has it", got)
		}
	})
}

// An absence moves the turn to the delegate and back; a retirement moves it up; neither touches the task.
func TestTurnFollowsPosts(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := tasktest.New(t, d)
		if err := open(h, task.New{ObjectID: "a", Role: "officer", UnitID: h.Units["group"]}); err != nil {
			t.Fatal(err)
		}
		h.Do("branch", func(ctx context.Context, tx *db.Tx) error {
			return org.SetAway(ctx, tx, org.Away{UserID: h.Users["branch"], DelegateID: h.Users["leader"], Since: "2026-11-24", Until: "2026-11-25"})
		})
		for _, tt := range []struct{ today, want string }{{"2026-11-23", "branch"}, {"2026-11-24", "leader"}, {"2026-11-26", "branch"}} {
			c.SetDay(t, tt.today)
			if got := holders(h, "a"); got != tt.want {
				t.Errorf("%s: %q has it, want %q", tt.today, got, tt.want)
			}
		}
		h.Retire("branch")
		if got := holders(h, "a"); got != "officer officer2" {
			t.Errorf("after the retirement %q has it", got)
		}
	})
}

func TestPersonsTurn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		for range 2 { // asking twice opens one
			if err := open(h, task.New{ObjectID: "a", Kind: "supply", PersonID: "p-worker"}); err != nil {
				t.Fatal(err)
			}
		}
		if got := holders(h, "a"); got != "worker" {
			t.Errorf("%q has it", got)
		}
		h.Do("worker", func(ctx context.Context, tx *db.Tx) error {
			list, err := task.Mine(ctx, tx)
			if len(list) != 1 || list[0].Due != "2026-11-26" || list[0].Say("zh") != "请处理 a" {
				t.Errorf("list %+v", list)
			}
			if err == nil {
				err = task.Close(ctx, tx, "supply", "a")
			}
			return err
		})
		if got := holders(h, "a"); got != "" {
			t.Errorf("closed, and %q has it", got)
		}
		if err := open(h, task.New{ObjectID: "a", Kind: "supply", PersonID: "p-worker"}); err != nil {
			t.Fatal(err)
		}
		if got := holders(h, "a"); got != "worker" {
			t.Errorf("opened again, %q has it", got)
		}
	})
}

// A long list pages without losing or repeating a turn, the longest overdue first.
func TestPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		for i := range 25 {
			due := day.Day("2026-11-20").Add(i % 5)
			if err := open(h, task.New{ObjectID: fmt.Sprintf("a%02d", i), Role: "officer", UnitID: h.Units["group"], Due: due}); err != nil {
				t.Fatal(err)
			}
		}
		h.Do("branch", func(ctx context.Context, tx *db.Tx) error {
			seen, last := map[string]bool{}, task.Task{}
			for {
				page, err := task.Page(ctx, tx, task.Query{Kind: "first", After: last.Due, AfterID: last.ID, Limit: 7})
				if err != nil || len(page) == 0 {
					if len(seen) != 25 {
						t.Errorf("%d turns seen, want 25", len(seen))
					}
					return err
				}
				for _, p := range page {
					if seen[p.ObjectID] || p.Due < last.Due {
						t.Errorf("%s came again or out of order", p.ObjectID)
					}
					seen[p.ObjectID], last = true, p
				}
			}
		})
		h.Do("branch", func(ctx context.Context, tx *db.Tx) error {
			c, err := task.Counts(ctx, tx)
			if len(c) != 1 || c[0] != (task.Count{Kind: "first", N: 25, Late: 15}) {
				t.Errorf("counts %+v", c)
			}
			return err
		})
		h.Do("chair", func(ctx context.Context, tx *db.Tx) error {
			late, err := task.Late(ctx, tx)
			if len(late) != 15 {
				t.Errorf("the chair sees %d overdue turns, want 15", len(late))
			}
			return err
		})
	})
}

// One reminder in three days, one word to the superior, none twice on a day, none on a day off.
func TestRemind(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := tasktest.New(t, d)
		if err := open(h, task.New{ObjectID: "a", Role: "officer", UnitID: h.Units["group"], Due: "2026-11-24"}); err != nil {
			t.Fatal(err)
		}
		name := map[string]string{}
		for login, id := range h.Users {
			name[id] = login
		}
		for _, tt := range []struct{ today, want string }{
			{"2026-11-23", ""},
			{"2026-11-24", "branch"},
			{"2026-11-25", "up:chair"},
			{"2026-11-26", ""},
			{"2026-11-27", "branch"},
			{"2026-11-28", ""}, // Saturday
			{"2026-11-30", "branch"},
		} {
			c.SetDay(t, tt.today)
			for run, want := range []string{tt.want, ""} {
				h.Do("system", func(ctx context.Context, tx *db.Tx) error {
					list, err := task.Remind(ctx, tx)
					var got []string
					for _, r := range list {
						mark := ""
						if r.Up {
							mark = "up:"
						}
						got = append(got, mark+name[r.UserID])
					}
					if strings.Join(got, " ") != want {
						t.Errorf("%s run %d: reminded %v, want %q", tt.today, run+1, got, want)
					}
					return err
				})
			}
		}
	})
}

// An officer is gone: what was theirs alone goes over, but not to one who is barred or lacks the role.
func TestHandOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		for _, n := range []task.New{
			{ObjectID: "alone", Role: "officer", UnitID: h.Units["group"]},
			{ObjectID: "named", UserID: h.Users["branch"], UnitID: h.Units["group"]},
			{ObjectID: "barred", Role: "officer", UnitID: h.Units["group"], Barred: []string{"p-officer"}},
		} {
			if err := open(h, n); err != nil {
				t.Fatal(err)
			}
		}
		in := task.HandIn{FromID: h.Users["branch"], ToID: h.Users["officer"], Reason: "调离"}
		if _, err := task.HandOver.Run(context.Background(), h.Host, act.Call{Actor: h.Actor("officer")}, in); !fault.Is(err, "fault.denied") {
			t.Errorf("an officer hands over: %v", err)
		}
		got, err := task.HandOver.Run(context.Background(), h.Host, act.Call{Actor: h.Actor("chair")}, in)
		if err != nil || got != (task.Handed{Moved: 2, Kept: 1}) {
			t.Fatalf("handed %+v, %v", got, err)
		}
		for id, want := range map[string]string{"alone": "officer", "named": "officer", "barred": "branch"} {
			if got := holders(h, id); got != want {
				t.Errorf("%s: %q has it, want %q", id, got, want)
			}
		}
		in.ToID = in.FromID
		if _, err := task.HandOver.Run(context.Background(), h.Host, act.Call{Actor: h.Actor("chair")}, in); !fault.Is(err, "task.same_user") {
			t.Errorf("to oneself: %v", err)
		}
	})
}

func TestOfAndGaps(t *testing.T) {
	d := dbtest.Open(t)
	h := tasktest.New(t, d)
	if err := open(h, task.New{ObjectID: "a", Role: "group_leader", UnitID: h.Units["group"]}); err != nil {
		t.Fatal(err)
	}
	h.Do("worker", func(ctx context.Context, tx *db.Tx) error {
		got, err := task.Of(ctx, tx, "a")
		if len(got) != 1 || len(got[0].Holders) != 1 || got[0].Holders[0].Name != "leader" {
			t.Errorf("%+v", got)
		}
		return err
	})
	h.Do("admin", func(ctx context.Context, tx *db.Tx) error {
		gaps, err := task.Gaps(ctx, tx)
		if len(gaps) != 3 || gaps[0] != "role.committee" || gaps[1] != "role.cashier" || gaps[2] != "role.auditor" {
			t.Errorf("gaps %v", gaps)
		}
		return err
	})
}
