package effect

import (
	"context"
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/task"
	"bangfu/internal/office/task/tasktest"
)

func yuan(n int64) *money.Amount {
	a := money.Yuan(n)
	return &a
}

// lane is a union with one helped household: helped on 2026-01-10, when income was 600 a head.
type lane struct {
	*tasktest.House
	clock *dbtest.Clock
	w     person.Worker
	f     casefile.File
}

func each(t *testing.T, test func(t *testing.T, h *lane)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		c.SetDay(t, "2026-01-05")
		h := &lane{House: tasktest.New(t, d), clock: c}
		h.Do("officer", func(ctx context.Context, tx *db.Tx) (err error) {
			if h.w, err = person.Add(ctx, tx, person.Draft{StaffNo: "T1", Name: "示例", UnitID: h.Units["group"], Employment: person.LaidOff}); err != nil {
				return err
			}
			for name, value := range map[string]string{"income_per_head_month": "600", "debts": "20000"} {
				f := person.Fact{SubjectKind: person.OfHousehold, SubjectID: h.w.HouseholdID, Name: name, Known: true, Value: value, Source: person.FromSelf}
				if _, err := person.SetFact(ctx, tx, f); err != nil {
					return err
				}
			}
			h.f, err = casefile.Ensure(ctx, tx, casefile.Opening{PersonID: h.w.ID, HouseholdID: h.w.HouseholdID})
			return err
		})
		c.SetDay(t, "2026-01-10")
		h.aid("i1", "living", "2026-01-10")
		test(t, h)
	})
}

func (h *lane) aid(ref, programme string, on day.Day) {
	h.T.Helper()
	h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
		return casefile.AddAid(ctx, tx, casefile.Aid{Ref: ref, HouseholdID: h.w.HouseholdID, PersonID: h.w.ID, Programme: programme, Item: programme,
			Amount: money.Yuan(500), On: on, Source: casefile.Paid})
	})
}

func (h *lane) sweep() (all []Watch) {
	h.T.Helper()
	h.Do("system", func(ctx context.Context, tx *db.Tx) error {
		next, err := Sweep(ctx, tx, "")
		if next != "" || err != nil {
			h.T.Errorf("sweep goes on at %q, %v", next, err)
		}
		all, err = OfFile(ctx, tx, h.f.ID)
		return err
	})
	return all
}

func (h *lane) visits() (all []Visit) {
	h.T.Helper()
	h.Do("officer", func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = Visits(ctx, tx, h.f.ID)
		return err
	})
	return all
}

func (h *lane) turns(id string) (n int) {
	h.T.Helper()
	h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
		all, err := task.Of(ctx, tx, id)
		n = len(all)
		return err
	})
	return n
}

func run[In, Out any](h *lane, who string, a act.Act[In, Out], in In) error {
	_, err := a.Run(context.Background(), h.Host, act.Call{Actor: h.Actor(who)}, in)
	return err
}

func (h *lane) ok(err error) {
	h.T.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

func (h *lane) bad(err error, key string) {
	h.T.Helper()
	if !fault.Is(err, key) {
		h.T.Fatalf("got %v, want %s", err, key)
	}
}

// One helped household is followed for a year, every three months, from the figures it had when it was helped.
func TestFollowAYear(t *testing.T) {
	each(t, func(t *testing.T, h *lane) {
		all := h.sweep()
		if again := h.sweep(); len(all) != 1 || len(again) != 1 {
			t.Fatalf("%d, then %d watches", len(all), len(again))
		}
		w := all[0]
		before, err := w.Before()
		if err != nil || w.FromOn != "2026-01-10" || w.UntilOn != "2027-01-10" || w.Amount != money.Yuan(500) || *before.Income != money.Yuan(600) || *before.Debt != money.Yuan(20000) || before.Employment != "laid_off" {
			t.Fatalf("%+v, %+v, %v", w, before, err)
		}
		v := h.visits()
		if len(v) != 1 || v[0].DueOn != "2026-04-10" || h.turns(v[0].ID) != 0 {
			t.Fatalf("planned %+v", v)
		}
		h.clock.SetDay(t, "2026-03-27")
		h.Do("system", func(ctx context.Context, tx *db.Tx) error { _, err := Remind(ctx, tx); return err })
		if h.turns(v[0].ID) != 1 {
			t.Error("nobody has the turn a fortnight before")
		}
		h.bad(run(h, "officer", Close, CloseIn{ID: w.ID, Result: Better, Next: "exit", Summary: "有好转"}), "effect.not_seen")
		h.clock.SetDay(t, "2026-04-09")
		in := VisitIn{ID: v[0].ID, On: "2026-04-09", Way: "home", Income: yuan(900), Debt: yuan(15000), Employment: person.Regular, Rating: "4", Found: "已复工", Next: "go_on"}
		early := in
		early.On = "2026-01-09"
		h.bad(run(h, "officer", Record, early), "effect.visit_day")
		h.bad(run(h, "accountant", Record, in), "fault.denied")
		h.ok(run(h, "leader", Record, in))
		h.bad(run(h, "leader", Record, in), "effect.visit_done")
		if v = h.visits(); len(v) != 2 || v[0].DueOn != "2026-07-10" || v[1].State != "done" || h.turns(v[1].ID) != 0 {
			t.Fatalf("after the first visit %+v", v)
		}
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			now, err := measure(ctx, tx, h.f, tx.Day())
			if *now.Income != money.Yuan(900) || *now.Debt != money.Yuan(15000) || now.Employment != "regular" {
				t.Errorf("the visit's figures are not on file: %+v", now)
			}
			return err
		})
		h.clock.SetDay(t, "2027-01-10")
		h.ok(run(h, "officer", Record, VisitIn{ID: v[0].ID, On: "2027-01-08", Way: "phone", Income: yuan(1000), Rating: "5", Found: "稳定", Next: "sooner"}))
		v = h.visits()
		if v[0].DueOn != "2027-02-10" {
			t.Errorf("sooner: %+v", v[0])
		}
		h.clock.SetDay(t, "2027-02-10")
		h.ok(run(h, "officer", Record, VisitIn{ID: v[0].ID, On: "2027-02-10", Way: "home", Income: yuan(1100), Rating: "5", Found: "稳定", Next: "exit"}))
		if h.turns(w.ID) != 1 {
			t.Error("nobody is asked for the conclusion")
		}
		h.ok(run(h, "officer", Close, CloseIn{ID: w.ID, Result: Better, Next: "exit", Summary: "收入稳定，已和本人谈过"}))
		h.bad(run(h, "officer", Close, CloseIn{ID: w.ID, Result: Better, Next: "exit", Summary: "收入稳定"}), "effect.closed")
		if h.turns(w.ID) != 0 {
			t.Error("the turn stays")
		}
		if all = h.sweep(); len(all) != 1 {
			t.Error("followed again without new help")
		}
		h.clock.SetDay(t, "2027-03-01")
		h.aid("i2", "medical", "2027-03-01")
		if all = h.sweep(); len(all) != 2 || all[0].FromOn != "2027-03-01" || all[0].Programmes != "medical" {
			t.Errorf("new help is not followed: %+v", all)
		}
	})
}

func TestResultsAndRound(t *testing.T) {
	each(t, func(t *testing.T, h *lane) {
		h.aid("i2", "medical", "2026-01-10")
		w := h.sweep()[0]
		h.clock.SetDay(t, "2026-04-10")
		h.ok(run(h, "officer", Record, VisitIn{ID: h.visits()[0].ID, On: "2026-04-10", Way: "home", Income: yuan(725), Found: "略好", Next: "go_on"}))
		h.ok(run(h, "officer", Close, CloseIn{ID: w.ID, Result: Better, Next: "go_on", Summary: "略有好转"}))
		h.bad(run(h, "officer", Summarise, RoundIn{From: "2026-04-01", To: "2026-03-31", Worked: "走访", Lacking: "人手"}), "fault.form")
		h.ok(run(h, "officer", Summarise, RoundIn{From: "2026-01-01", To: "2026-04-30", Worked: "走访及时", Lacking: "人手不足"}))
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			rounds, err := Rounds(ctx, tx)
			if err != nil || len(rounds) != 1 {
				t.Fatalf("%d rounds, %v", len(rounds), err)
			}
			all, err := rounds[0].Outcomes()
			if len(all) != 3 || all[0].Programme != "" || all[0].Watches != 1 || all[0].Better != 1 || all[0].Income != money.Yuan(125) || all[1].Programme != "living" || all[2].Programme != "medical" {
				t.Errorf("outcomes %+v", all)
			}
			none, bad := Results(ctx, tx, "2026-04-11", "2026-12-31")
			if bad != nil || len(none) != 1 || none[0].Watches != 0 {
				t.Errorf("outside the span: %+v, %v", none, bad)
			}
			return err
		})
	})
}

func TestDueReachesOwnUnits(t *testing.T) {
	each(t, func(t *testing.T, h *lane) {
		h.sweep()
		for who, want := range map[string]int{"officer": 1, "branch": 1, "leader": 1, "admin": 0, "accountant": 0} {
			for until, n := range map[day.Day]int{"2026-04-09": 0, "2026-04-10": want} {
				err := h.DB.View(t.Context(), h.Actor(who), func(ctx context.Context, tx *db.Tx) error {
					all, err := Due(ctx, tx, until)
					if len(all) != n {
						t.Errorf("%s until %s: %d due, want %d", who, until, len(all), n)
					}
					return err
				})
				h.ok(err)
			}
		}
	})
}

func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		name          string
		before, after Figures
		want          [5]Result
		overall       Result
	}{
		{"nothing known", Figures{}, Figures{}, [5]Result{Unknown, Unknown, Unknown, Unknown, Unknown}, Unknown},
		{"all better", Figures{yuan(600), yuan(2), "laid_off", "ill", 0}, Figures{yuan(700), yuan(1), "regular", "good", 5}, [5]Result{Better, Better, Better, Better, Better}, Better},
		{"one side not known", Figures{Income: yuan(600)}, Figures{Debt: yuan(1)}, [5]Result{Unknown, Unknown, Unknown, Unknown, Unknown}, Unknown},
		{"contradiction: the income decides", Figures{Income: yuan(600), Debt: yuan(1)}, Figures{Income: yuan(500), Debt: yuan(0), Rating: 3}, [5]Result{Worse, Better, Unknown, Unknown, Same}, Worse},
		{"same and better", Figures{Income: yuan(600)}, Figures{Income: yuan(600), Rating: 4}, [5]Result{Same, Unknown, Unknown, Unknown, Better}, Better},
		{"words without rank", Figures{Employment: "retired"}, Figures{Employment: "regular"}, [5]Result{Unknown, Unknown, Unknown, Unknown, Unknown}, Unknown},
		{"debt grows", Figures{Debt: yuan(1)}, Figures{Debt: yuan(2), Rating: 1}, [5]Result{Unknown, Worse, Unknown, Unknown, Worse}, Worse},
	} {
		all := Compare(tt.before, tt.after)
		var got [5]Result
		for i, c := range all {
			got[i] = c.Result
			if c.After != nil && c.After.Say(words.Zh) == "" {
				t.Errorf("%s: %s says nothing", tt.name, c.Name)
			}
		}
		if got != tt.want || Overall(all) != tt.overall {
			t.Errorf("%s: %v, overall %s, want %v, %s", tt.name, got, Overall(all), tt.want, tt.overall)
		}
	}
}
