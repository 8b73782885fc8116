package casefile

import (
	"context"
	"strconv"
	"testing"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/task"
	"bangfu/internal/office/task/tasktest"
)

// town is a small union with workers; every file begins on the clock's day.
type town struct {
	*tasktest.House
	clock *dbtest.Clock
	n     int
}

func each(t *testing.T, test func(t *testing.T, h *town)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		now := c.Now()
		c.SetDay(t, "2025-01-06") // everybody is in office before the first file
		h := &town{tasktest.New(t, d), c, 0}
		c.Set(now)
		test(t, h)
	})
}

// worker adds an invented worker to a unit.
func (h *town) worker(unit string) (w person.Worker) {
	h.T.Helper()
	h.n++
	h.Do("officer", func(ctx context.Context, tx *db.Tx) (err error) {
		w, err = person.Add(ctx, tx, person.Draft{StaffNo: "T" + strconv.Itoa(h.n), Name: "示例", UnitID: h.Units[unit], EntryOn: "2020-01-01"})
		return err
	})
	return w
}

func (h *town) file(w person.Worker, in Opening) (f File) {
	h.T.Helper()
	in.PersonID, in.HouseholdID = w.ID, w.HouseholdID
	h.Do("officer", func(ctx context.Context, tx *db.Tx) (err error) {
		f, err = Ensure(ctx, tx, in)
		return err
	})
	return f
}

func (h *town) get(id string) (f File) {
	h.T.Helper()
	h.Do("officer", func(ctx context.Context, tx *db.Tx) (err error) {
		f, err = Get(ctx, tx, id)
		return err
	})
	return f
}

func run[In, Out any](h *town, who string, a act.Act[In, Out], in In) error {
	_, err := a.Run(context.Background(), h.Host, act.Call{Actor: h.Actor(who)}, in)
	return err
}

func (h *town) ok(err error) {
	h.T.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

func (h *town) bad(err error, key string) {
	h.T.Helper()
	if !fault.Is(err, key) {
		h.T.Fatalf("got %v, want %s", err, key)
	}
}

// A file is opened once; every later day changes it, and each day it was still shows as it was.
func TestFileAsOfAnyDay(t *testing.T) {
	each(t, func(t *testing.T, h *town) {
		h.clock.SetDay(t, "2026-01-10")
		w := h.worker("group")
		f := h.file(w, Opening{Cause: "illness", Degree: "heavy", Class: "deep", ClassText: "深度困难", Scheme: "national", SchemeVersion: 2020})
		if f.Number != "DA-2026-000001" || f.State != Open || f.Level != fund.Own || f.ReviewDue != "2027-01-10" {
			t.Fatalf("opened %+v", f)
		}
		if again := h.file(w, Opening{}); again.ID != f.ID {
			t.Fatal("one household has two files")
		}
		for range 2 {
			if again := h.file(w, Opening{Cause: "schooling", Others: "illness low_income"}); again.Cause != "illness" || again.Others != "schooling low_income" {
				t.Fatalf("another application's causes: %s, %s", again.Cause, again.Others)
			}
		}
		h.clock.SetDay(t, "2026-06-30")
		h.ok(run(h, "officer", Amend, AmendIn{ID: f.ID, Version: h.get(f.ID).Version, Cause: "disability", Others: []Cause{"illness", "disability"}, Degree: "severe", Level: fund.Provincial}))
		h.bad(run(h, "officer", Amend, AmendIn{ID: f.ID, Version: f.Version, Cause: "accident", Degree: "mild", Level: fund.Own}), "fault.stale")
		h.ok(run(h, "officer", Assign, AssignIn{ID: f.ID, UserID: h.Users["leader"]}))
		h.bad(run(h, "officer", Assign, AssignIn{ID: f.ID, UserID: h.Users["worker"]}), "casefile.keeper")
		h.clock.SetDay(t, "2026-09-01")
		// said late: from 1 March on the degree was mild; June's word still stands for June.
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			f, err := Get(ctx, tx, f.ID)
			if err != nil {
				return err
			}
			return f.change(ctx, tx, "2026-03-01", Field{"degree", "mild"})
		})
		for _, tt := range []struct {
			on     day.Day
			cause  Cause
			degree Degree
			level  fund.Level
			keeper string
		}{
			{"2026-01-10", "illness", "heavy", fund.Own, ""}, {"2026-02-28", "illness", "heavy", fund.Own, ""},
			{"2026-03-01", "illness", "mild", fund.Own, ""}, {"2026-06-29", "illness", "mild", fund.Own, ""},
			{"2026-06-30", "disability", "severe", fund.Provincial, h.Users["leader"]}, {"2026-09-01", "disability", "severe", fund.Provincial, h.Users["leader"]},
		} {
			h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
				got, err := AsOf(ctx, tx, f.ID, tt.on)
				if got.Cause != tt.cause || got.Degree != tt.degree || got.Level != tt.level || got.Keeper != tt.keeper || got.Class != "deep" || got.SchemeVersion != 2020 {
					t.Errorf("as of %s: %+v", tt.on, got)
				}
				return err
			})
		}
		if now := h.get(f.ID); now.Degree != "severe" || now.Others != "illness" {
			t.Errorf("today: %+v", now)
		}
		h.bad(h.Try("officer", func(ctx context.Context, tx *db.Tx) error {
			_, err := AsOf(ctx, tx, f.ID, "2026-01-09")
			return err
		}), "casefile.not_yet")
	})
}

func TestExitAfterSixMonthsAndReentry(t *testing.T) {
	each(t, func(t *testing.T, h *town) {
		h.clock.SetDay(t, "2026-01-10")
		w := h.worker("group")
		f := h.file(w, Opening{Class: "deep", ClassText: "深度困难"})
		h.clock.SetDay(t, "2026-08-31")
		out := ExitIn{ID: f.ID, Reason: Improved, Note: "已核实工资"}
		h.bad(run(h, "officer", Exit, out), "casefile.since")
		out.Since = "2026-03-01"
		h.bad(run(h, "officer", Exit, out), "casefile.six_months")
		h.bad(run(h, "leader", Exit, out), "fault.denied")
		h.clock.SetDay(t, "2026-09-01")
		h.ok(run(h, "officer", Exit, out))
		got := h.get(f.ID)
		if got.State != Exited || got.EndedOn != "2026-09-01" || got.KeepUntil != "2036-09-01" || got.ReviewDue != "" {
			t.Errorf("after exit %+v", got)
		}
		h.bad(run(h, "officer", Exit, out), "casefile.not_open")
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			level, err := LevelOf(ctx, tx, w.HouseholdID)
			if level != "" {
				t.Errorf("an ended file gives level %q", level)
			}
			return err
		})
		h.clock.SetDay(t, "2026-10-01")
		h.ok(run(h, "chair", Reenter, ReenterIn{ID: f.ID, Cause: "accident", Degree: "heavy", Reason: "再次受灾"}))
		h.bad(run(h, "chair", Reenter, ReenterIn{ID: f.ID, Cause: "accident", Degree: "heavy", Reason: "再次受灾"}), "casefile.open_already")
		got = h.get(f.ID)
		if got.State != Open || got.Number != f.Number || got.Class != "" || got.EndedOn != "" || got.ReviewDue != "2027-10-01" {
			t.Errorf("after re-entry %+v", got)
		}
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			was, err := AsOf(ctx, tx, f.ID, "2026-09-15")
			if was.State != Exited || was.Class != "deep" {
				t.Errorf("as of 15 September %+v", was)
			}
			lines, bad := Events(ctx, tx, f.ID, "2026-09-15")
			if len(lines) != 2 || lines[0].Kind != "exit" || lines[0].Say(words.Zh) == string(lines[0].Body) {
				t.Errorf("timeline %+v", lines)
			}
			if bad != nil {
				return bad
			}
			return err
		})
	})
}

func TestYearlyReview(t *testing.T) {
	each(t, func(t *testing.T, h *town) {
		h.clock.SetDay(t, "2025-12-01")
		f := h.file(h.worker("group"), Opening{Degree: "heavy"})
		remind := func() (n int) {
			h.Do("system", func(ctx context.Context, tx *db.Tx) (err error) {
				n, err = Remind(ctx, tx)
				return err
			})
			return n
		}
		h.clock.SetDay(t, "2026-10-31")
		if n := remind(); n != 0 {
			t.Errorf("%d reviews a month too early", n)
		}
		h.clock.SetDay(t, "2026-11-23")
		if n := remind(); n != 1 {
			t.Errorf("%d reviews", n)
		}
		h.ok(run(h, "officer", Review, ReviewIn{ID: f.ID, Found: "changed", Degree: "mild", Note: "入户核实"}))
		if got := h.get(f.ID); got.ReviewDue != "2027-11-23" || got.Degree != "mild" {
			t.Errorf("after review %+v", got)
		}
		if n := remind(); n != 0 {
			t.Errorf("%d reviews after the review", n)
		}
		h.bad(run(h, "officer", Review, ReviewIn{ID: f.ID, Found: "out", Since: "2026-09-01", Note: "入户核实"}), "casefile.six_months")
		h.ok(run(h, "officer", Review, ReviewIn{ID: f.ID, Found: "out", Since: "2026-04-01", Note: "入户核实"}))
		if got := h.get(f.ID); got.State != Exited {
			t.Errorf("found out of hardship, state %s", got.State)
		}
	})
}

// Nobody falls between two desks: until the other side takes it, a file belongs where it was.
func TestTransferInTransit(t *testing.T) {
	each(t, func(t *testing.T, h *town) {
		f := h.file(h.worker("group"), Opening{})
		h.bad(run(h, "officer", Receive, ReceiveIn{ID: f.ID, Yes: "yes"}), "casefile.not_on_its_way")
		h.ok(run(h, "branch", Transfer, TransferIn{ID: f.ID, ToUnit: h.Units["other"], Reason: "调岗"}))
		got := h.get(f.ID)
		if got.State != Open || got.UnitID != h.Units["group"] || got.Transit != "other" {
			t.Errorf("in transit %+v", got)
		}
		h.bad(run(h, "branch", Transfer, TransferIn{ID: f.ID, ToUnit: h.Units["branch"], Reason: "调岗"}), "casefile.on_its_way")
		h.bad(run(h, "officer", Exit, ExitIn{ID: f.ID, Reason: Departed, Note: "离职"}), "casefile.on_its_way")
		h.bad(run(h, "branch", Receive, ReceiveIn{ID: f.ID, Yes: "yes"}), "fault.denied")
		h.bad(run(h, "officer", Receive, ReceiveIn{ID: f.ID, Yes: "no"}), "casefile.note")
		h.ok(run(h, "officer", Receive, ReceiveIn{ID: f.ID, Yes: "no", Note: "部门不对"}))
		if got = h.get(f.ID); got.Transit != "" || got.UnitID != h.Units["group"] {
			t.Errorf("sent back %+v", got)
		}
		h.ok(run(h, "officer", Transfer, TransferIn{ID: f.ID, ToUnit: h.Units["other"], Reason: "调岗"}))
		h.ok(run(h, "officer2", Receive, ReceiveIn{ID: f.ID, Yes: "yes"}))
		if got = h.get(f.ID); got.UnitID != h.Units["other"] || got.Keeper != h.Users["officer2"] || got.Transit != "" {
			t.Errorf("taken %+v", got)
		}
		h.bad(run(h, "branch", Assign, AssignIn{ID: f.ID, UserID: h.Users["leader"]}), "fault.denied")
		h.ok(run(h, "officer", Transfer, TransferIn{ID: f.ID, ToUnion: "示例县总工会", Reason: "重新就业"}))
		h.bad(run(h, "officer", Receive, ReceiveIn{ID: f.ID, Yes: "yes"}), "casefile.receipt")
		h.ok(run(h, "officer", Receive, ReceiveIn{ID: f.ID, Yes: "yes", Note: "回执 1 号"}))
		if got = h.get(f.ID); got.State != Transferred {
			t.Errorf("gone to another union %+v", got)
		}
		h.bad(h.Try("officer", func(ctx context.Context, tx *db.Tx) error {
			_, err := Ensure(ctx, tx, Opening{HouseholdID: f.HouseholdID, PersonID: f.PersonID})
			return err
		}), "casefile.transferred")
	})
}

func TestAidCountsOnce(t *testing.T) {
	each(t, func(t *testing.T, h *town) {
		w := h.worker("group")
		one := Aid{Ref: "i1", HouseholdID: w.HouseholdID, PersonID: w.ID, Programme: "living", Item: "living", Amount: money.Yuan(300), On: "2026-10-08", Source: Paid}
		add := func(a Aid) error {
			return h.Try("officer", func(ctx context.Context, tx *db.Tx) error { return AddAid(ctx, tx, a) })
		}
		h.ok(add(one))
		h.ok(add(one))
		other := one
		other.Amount++
		h.bad(add(other), "casefile.aid_other")
		later := one
		later.Ref, later.On = "i2", "2026-11-24"
		h.bad(add(later), "casefile.aid_shape")
		old := Aid{Ref: "old/7", HouseholdID: w.HouseholdID, PersonID: w.ID, Programme: "medical", Item: "medical", Amount: money.Yuan(5000), On: "2025-05-01"}
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			for want := range []int{1, 0} {
				n, err := ImportAid(ctx, tx, []Aid{old})
				if err != nil || n != 1-want {
					t.Errorf("import %d: %d new, %v", want, n, err)
				}
			}
			for _, tt := range []struct {
				from, to day.Day
				want     money.Amount
			}{{"", "", money.Yuan(5300)}, {"2026-01-01", "", money.Yuan(300)}, {"", "2025-05-01", money.Yuan(5000)}, {"2025-05-02", "2026-10-07", 0}} {
				all, err := AidOf(ctx, tx, w.HouseholdID, tt.from, tt.to)
				sum, bad := Total(all)
				if sum != tt.want || err != nil || bad != nil {
					t.Errorf("aid %s–%s = %v, %v", tt.from, tt.to, sum, err)
				}
			}
			if err := TakeBackAid(ctx, tx, "i1"); err != nil {
				return err
			}
			all, err := AidOf(ctx, tx, w.HouseholdID, "", "")
			book, bad := AidBook(ctx, tx, w.HouseholdID, "")
			if len(all) != 1 || len(book) != 2 || bad != nil {
				t.Errorf("after a recovery %d count of %d", len(all), len(book))
			}
			spent, bad := SpentOn(ctx, tx, []string{"living", "medical"}, "2025-01-01", "2025-12-31")
			if spent != money.Yuan(5000) || bad != nil {
				t.Errorf("spent %v, %v", spent, bad)
			}
			return err
		})
	})
}

// A death in mid-case leaves the household in care, under another worker of it where there is one.
func TestPersonChanged(t *testing.T) {
	each(t, func(t *testing.T, h *town) {
		a, b := h.worker("group"), h.worker("group")
		f := h.file(a, Opening{})
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			if err := person.Join(ctx, tx, person.JoinIn{A: a.ID, B: b.ID}); err != nil {
				return err
			}
			if err := person.Move(ctx, tx, person.MoveIn{WorkerID: a.ID, To: person.Deceased, On: tx.Day()}); err != nil {
				return err
			}
			if err := PersonChanged(ctx, tx, a.ID, person.Deceased); err != nil {
				return err
			}
			return PersonChanged(ctx, tx, "nobody", person.Left)
		})
		got := h.get(f.ID)
		if got.PersonID != b.ID || got.State != Open {
			t.Errorf("after a death %+v", got)
		}
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			g, ok, err := OfHousehold(ctx, tx, b.HouseholdID)
			if !ok || g.ID != f.ID {
				t.Error("the household lost its file")
			}
			return err
		})
		h.ok(run(h, "officer", Exit, ExitIn{ID: f.ID, Reason: Deceased, Note: "家属已办结"}))
		if got = h.get(f.ID); got.State != Closed {
			t.Errorf("closed %+v", got)
		}
	})
}

// The nightly walk finds those who went without anybody telling the file, and tells it once.
func TestGone(t *testing.T) {
	each(t, func(t *testing.T, h *town) {
		a, b := h.worker("group"), h.worker("group")
		f, _ := h.file(a, Opening{}), h.file(b, Opening{})
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			return person.Move(ctx, tx, person.MoveIn{WorkerID: a.ID, To: person.Left, On: tx.Day()})
		})
		for range 2 {
			h.Do("system", func(ctx context.Context, tx *db.Tx) error {
				next, err := Gone(ctx, tx, "")
				if next != "" {
					t.Errorf("goes on at %q", next)
				}
				return err
			})
		}
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			lines, err := Events(ctx, tx, f.ID, "")
			if len(lines) != 2 {
				t.Errorf("timeline %+v", lines)
			}
			turns, bad := task.Of(ctx, tx, f.ID)
			if len(turns) != 1 || bad != nil {
				t.Errorf("turns %+v, %v", turns, bad)
			}
			return err
		})
	})
}

func TestImportOldFiles(t *testing.T) {
	each(t, func(t *testing.T, h *town) {
		a, b := h.worker("group"), h.worker("other")
		old := []OldFile{
			{Ref: "2018-031", Opening: Opening{PersonID: a.ID, Class: "dibao_margin", ClassText: "低保边缘户", Scheme: "national", SchemeVersion: 2016, On: "2018-03-01"}, EndedOn: "2021-02-01", Ending: Improved},
			{Ref: "2024-002", Opening: Opening{PersonID: b.ID, Cause: "schooling", On: "2024-01-05"}},
		}
		for round, want := range []ImportedFiles{{2, 0}, {0, 2}} {
			h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
				got, err := Import(ctx, tx, old)
				if got != want {
					t.Errorf("round %d: %+v", round, got)
				}
				return err
			})
		}
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			f, ok, err := OfPerson(ctx, tx, a.ID)
			if err != nil || !ok || f.State != Exited || f.KeepUntil != "2031-02-01" {
				t.Errorf("ended long ago: %+v, %v", f, err)
			}
			was, err := AsOf(ctx, tx, f.ID, "2019-01-01")
			if was.State != Open || was.Class != "dibao_margin" || was.SchemeVersion != 2016 {
				t.Errorf("as of 2019: %+v", was)
			}
			return err
		})
		again := h.file(a, Opening{Class: "deep", ClassText: "深度困难", Scheme: "national", SchemeVersion: 2020})
		if again.ImportRef != "2018-031" || again.State != Open || again.SchemeVersion != 2020 {
			t.Errorf("helped again: %+v", again)
		}
	})
}

func TestListsReachOwnUnits(t *testing.T) {
	each(t, func(t *testing.T, h *town) {
		a, b := h.worker("group"), h.worker("other")
		h.file(a, Opening{Cause: "illness"})
		h.clock.Add(time.Second)
		g := h.file(b, Opening{Cause: "schooling"})
		for _, tt := range []struct {
			who  string
			q    Query
			want int
		}{{"officer", Query{}, 2}, {"branch", Query{}, 1}, {"officer", Query{Cause: "illness"}, 1}, {"officer", Query{Text: g.Number}, 1},
			{"branch", Query{Text: g.Number}, 0}, {"officer", Query{Text: "T2"}, 1}, {"officer", Query{State: Exited}, 0},
			{"officer", Query{Limit: 1}, 1}, {"officer", Query{After: g.ID}, 1}, {"officer", Query{DueBefore: "2026-12-31"}, 0}, {"admin", Query{}, 0}} {
			err := h.DB.View(t.Context(), h.Actor(tt.who), func(ctx context.Context, tx *db.Tx) error {
				got, err := List(ctx, tx, "casefile.list", tt.q)
				if len(got) != tt.want {
					t.Errorf("%s %+v: %d files, want %d", tt.who, tt.q, len(got), tt.want)
				}
				n, bad := Counts(ctx, tx, "casefile.list", tt.q)
				if bad == nil && tt.q.Limit == 0 && tt.q.After == "" && tt.q.State == "" && n[Open] != int64(tt.want) {
					t.Errorf("%s %+v: counts %v", tt.who, tt.q, n)
				}
				return err
			})
			h.ok(err)
		}
	})
}
