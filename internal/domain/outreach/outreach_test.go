package outreach_test

import (
	"context"
	"fmt"
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/outreach"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/task/tasktest"
)

// round is a union with a pocket and some workers, the first files of them on file.
type round struct {
	*tasktest.House
	clock *dbtest.Clock
	staff []person.Worker
}

func newRound(t *testing.T, d *db.DB, clock *dbtest.Clock, files int) *round {
	t.Helper()
	clock.SetDay(t, "2027-01-04")
	r := &round{House: tasktest.New(t, d), clock: clock}
	r.Do("system", func(ctx context.Context, tx *db.Tx) error {
		for _, p := range []fund.NewPocket{{Code: "XZ", Name: "行政", Source: fund.Company, Manager: r.Users["chair"]},
			{Code: "ZY", Name: "中央", Source: fund.Upper, Level: fund.National, Manager: r.Users["chair"]}} {
			if _, err := fund.Open(ctx, tx, p); err != nil {
				return err
			}
			if _, err := fund.Give(ctx, tx, fund.Gift{Key: "open/" + p.Code, Pocket: p.Code, Memo: "期初", Amount: money.Yuan(10000), Opening: true}); err != nil {
				return err
			}
		}
		for i := range files + 1 {
			id, _, err := ident.ParseID(ident.Invented("1980-05-17", i+1), tx.Day())
			if err != nil {
				return err
			}
			w, err := person.Add(ctx, tx, person.Draft{StaffNo: fmt.Sprintf("T%d", i), Name: "示例甲", UnitID: r.Units["group"], ID: id})
			if err != nil {
				return err
			}
			if err := person.SetAddress(ctx, tx, w.HouseholdID, fmt.Sprintf("示例路 %d 号", 9-i)); err != nil {
				return err
			}
			if r.staff = append(r.staff, w); i == files {
				return nil // the last one is on no file
			}
			if _, err := casefile.Ensure(ctx, tx, casefile.Opening{PersonID: w.ID, HouseholdID: w.HouseholdID, Cause: "illness"}); err != nil {
				return err
			}
		}
		return nil
	})
	return r
}

func do[In, Out any](r *round, who string, a act.Act[In, Out], in In) (Out, error) {
	return a.Run(context.Background(), r.Host, act.Call{Actor: r.Actor(who), Key: db.Token()}, in)
}

func want(t *testing.T, err error, key string) {
	t.Helper()
	if key == "" && err != nil || key != "" && !fault.Is(err, key) && !part(err, key) {
		t.Fatalf("got %v, want %q", err, key)
	}
}

// part reports a fault of one field of a form.
func part(err error, key string) bool {
	f := fault.Of(err)
	for _, p := range f.Parts {
		if p.Key == key {
			return true
		}
	}
	return false
}

func (r *round) start(t *testing.T, pocket string) (outreach.Campaign, []outreach.Visit) {
	t.Helper()
	c, err := do(r, "officer", outreach.Start, outreach.CampaignIn{Name: "两节送温暖", From: "2027-01-01", Until: "2027-02-06", Money: money.Yuan(200), Pocket: pocket})
	want(t, err, "")
	return c, r.visits(t, c.ID)
}

func (r *round) visits(t *testing.T, campaign string) (all []outreach.Visit) {
	t.Helper()
	r.Do("officer", func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = outreach.List(ctx, tx, "outreach.see", outreach.Query{Campaign: campaign})
		return err
	})
	return all
}

// of gives whom a visit is to.
func (r *round) of(v outreach.Visit) person.Worker {
	for _, w := range r.staff {
		if w.ID == v.PersonID {
			return w
		}
	}
	return person.Worker{}
}

func (r *round) record(v outreach.Visit) outreach.RecordIn {
	return outreach.RecordIn{ID: v.ID, On: r.DB.Today(), Visitors: []string{r.Users["officer"], r.Users["leader"]}, Met: "self",
		Money: money.Yuan(200), Signed: "self", Slip: "1", Note: "家里都好"}
}

func each(t *testing.T, files int, f func(*testing.T, *round)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) { f(t, newRound(t, d, c, files)) })
}

func TestFestival(t *testing.T) {
	for _, tt := range []struct{ on, from, until day.Day }{
		{"2026-11-22", "2027-01-01", "2027-02-06"}, {"2027-02-06", "2027-01-01", "2027-02-06"}, {"2027-02-07", "2028-01-01", "2028-01-26"}} {
		if from, until := outreach.NextFestival(tt.on); from != tt.from || until != tt.until {
			t.Errorf("on %s: %s to %s", tt.on, from, until)
		}
	}
}

// Everyone on file is planned once, a file opened later too; a household is never visited twice in one campaign unless the
// reason is written down, and what was handed over is what the ledger spent.
func TestEachVisitedOnce(t *testing.T) {
	each(t, 3, func(t *testing.T, r *round) {
		c, all := r.start(t, "XZ")
		if len(all) != 3 {
			t.Fatalf("%d visits for 3 files", len(all))
		}
		_, err := do(r, "officer", outreach.Record, r.record(all[0]))
		want(t, err, "outreach.unapproved")
		_, err = do(r, "officer", outreach.Approve, outreach.ApproveIn{ID: c.ID})
		want(t, err, "fault.denied")
		done, err := do(r, "chair", outreach.Approve, outreach.ApproveIn{ID: c.ID})
		if want(t, err, ""); done.N != 3 || done.Left != 0 {
			t.Fatalf("approved %+v", done)
		}
		_, err = do(r, "chair", outreach.Record, r.record(all[0]))
		want(t, err, "outreach.two_hands")
		less := r.record(all[0])
		less.Money = money.Yuan(150)
		_, err = do(r, "officer", outreach.Record, less)
		want(t, err, "")
		_, err = do(r, "leader", outreach.Record, r.record(all[0]))
		want(t, err, "outreach.done")
		again := outreach.PlanIn{Campaign: c.ID, StaffNo: r.of(all[0]).StaffNo, Kind: outreach.Festival, Due: "2027-02-06"}
		_, err = do(r, "officer", outreach.Plan, again)
		want(t, err, "outreach.twice")
		again.Why = "孩子住院，再去一次"
		more, err := do(r, "officer", outreach.Plan, again)
		if want(t, err, ""); more.Extra != 1 {
			t.Error("the further visit is not marked")
		}
		_, err = do(r, "officer", outreach.End, outreach.EndIn{ID: c.ID, Worked: "好", Lacking: "少"})
		want(t, err, "outreach.unvisited")
		r.Do("system", func(ctx context.Context, tx *db.Tx) error {
			w := r.staff[3]
			if _, err := casefile.Ensure(ctx, tx, casefile.Opening{PersonID: w.ID, HouseholdID: w.HouseholdID, Cause: "illness"}); err != nil {
				return err
			}
			for range 2 {
				if _, err := outreach.Sweep(ctx, tx, ""); err != nil {
					return err
				}
			}
			h, err := fund.HeldFor(ctx, tx, "visit/"+all[0].ID)
			if err == nil && (h.Spent != money.Yuan(150) || h.Committed+h.Reserved != 0) {
				t.Errorf("the ledger holds %+v", h)
			}
			return err
		})
		all0 := all[0]
		all = r.visits(t, c.ID)
		sums, err := outreach.Sums(all, r.DB.Today())
		if want(t, err, ""); sums[0].All != 4 || sums[0].Done != 1 || sums[0].Left != 3 || sums[0].Money != money.Yuan(150) {
			t.Errorf("sums %+v", sums[0])
		}
		dropped := ""
		for _, v := range all {
			if v.State == outreach.Planned {
				if v.ApprovedBy != "" {
					dropped = v.ID
				}
				_, err = do(r, "officer", outreach.Drop, outreach.DropIn{ID: v.ID, Reason: "away"})
				want(t, err, "")
			}
		}
		_, err = do(r, "officer", outreach.End, outreach.EndIn{ID: c.ID, Worked: "好", Lacking: "少"})
		want(t, err, "")
		r.Do("system", func(ctx context.Context, tx *db.Tx) error {
			h, err := fund.HeldFor(ctx, tx, "visit/"+dropped)
			if err == nil && h.Spent+h.Committed+h.Reserved != 0 {
				t.Errorf("a visit that was dropped holds %+v", h)
			}
			aid, aerr := casefile.AidOf(ctx, tx, all0.HouseholdID, "", "")
			if total, _ := casefile.Total(aid); aerr != nil || total != money.Yuan(150) {
				t.Errorf("counted as help: %v, %v", aid, aerr)
			}
			return err
		})
	})
}

// Money that may reach only nationally filed families does not reach others: their visits stay unapproved.
func TestPocketHoldsItsTerms(t *testing.T) {
	each(t, 2, func(t *testing.T, r *round) {
		c, all := r.start(t, "ZY")
		done, err := do(r, "chair", outreach.Approve, outreach.ApproveIn{ID: c.ID})
		if want(t, err, ""); done.N != 0 || done.Left != 2 {
			t.Errorf("approved %+v", done)
		}
		_, err = do(r, "chair", outreach.Approve, outreach.ApproveIn{ID: all[0].ID})
		want(t, err, "fund.purpose")
	})
}

// A visit at the sickbed reaches any employee; what is sealed opens by a look with its reason only; the route is one bulk
// look with its count, in the order of addresses.
func TestHospitalAndLooks(t *testing.T) {
	each(t, 1, func(t *testing.T, r *round) {
		v, err := do(r, "officer", outreach.Plan, outreach.PlanIn{StaffNo: "T1", Kind: outreach.Hospital, Due: "2027-01-06", Place: "示例医院 3 床",
			Visitors: []string{r.Users["leader"]}})
		if want(t, err, ""); v.FileID != "" {
			t.Error("nobody opened a file")
		}
		_, err = do(r, "officer", outreach.Plan, outreach.PlanIn{StaffNo: "T0", Kind: outreach.HomeCall, Due: "2027-01-06"})
		want(t, err, "")
		stops, err := do(r, "officer", outreach.Route, outreach.RouteIn{Purpose: "本周走访"})
		if want(t, err, ""); len(stops) != 2 || stops[0].Place != "示例医院 3 床" || stops[1].Place != "示例路 9 号" {
			t.Errorf("route %+v", stops)
		}
		_, err = do(r, "accountant", outreach.Route, outreach.RouteIn{Purpose: "本周走访"})
		want(t, err, "fault.denied")
		in := outreach.RecordIn{ID: v.ID, On: "2027-01-04", Visitors: []string{r.Users["leader"]}, Met: "family", Note: "手术顺利", Typed: true, Needs: []outreach.Need{"illness"},
			Follow: "出院后再去", FollowOn: "2027-01-20"}
		_, err = do(r, "leader", outreach.Record, in)
		want(t, err, "")
		look := audit.Look(outreach.Openers())
		said, err := do(r, "officer", look, audit.LookIn{Kind: "outreach_visit", ID: v.ID, Field: "note", Reason: "安排后续"})
		if want(t, err, ""); said != "手术顺利" {
			t.Errorf("opened %q", said)
		}
		_, err = do(r, "leader", look, audit.LookIn{Kind: "outreach_visit", ID: v.ID, Field: "note", Reason: "看看"})
		want(t, err, "fault.denied")
		r.Do("system", func(ctx context.Context, tx *db.Tx) error {
			todo, err := outreach.ToDos(ctx, tx, v.ID)
			if err != nil || len(todo) != 1 || todo[0].DueOn != "2027-01-20" {
				t.Fatalf("to do: %+v, %v", todo, err)
			}
			n, err := db.Value[int64](ctx, tx, `select count(*) from audit_entry where union_id = $1 and act = 'outreach.route' and outcome = 'done' and fields like '%rows=2%' and reason = '本周走访'`, tx.Union)
			if n != 1 {
				t.Errorf("%d entries of the bulk look", n)
			}
			return err
		})
	})
}

// A talk that finds somebody in danger is on the officer's desk the same day.
func TestTalk(t *testing.T) {
	each(t, 1, func(t *testing.T, r *round) {
		in := outreach.TalkIn{StaffNo: "T0", On: "2027-01-04", Way: "face", Mood: outreach.Danger, Note: "说了很多"}
		talk, err := do(r, "leader", outreach.Hold, in)
		want(t, err, "")
		var todo []outreach.ToDo
		r.Do("officer", func(ctx context.Context, tx *db.Tx) (err error) {
			todo, err = outreach.ToDos(ctx, tx, talk.ID)
			return err
		})
		if len(todo) != 1 || todo[0].DueOn != "2027-01-04" {
			t.Fatalf("to do: %+v", todo)
		}
		_, err = do(r, "officer", outreach.Follow, outreach.FollowIn{ID: todo[0].ID, Result: "已联系"})
		want(t, err, "")
		_, err = do(r, "officer", outreach.Follow, outreach.FollowIn{ID: todo[0].ID, Result: "已联系"})
		want(t, err, "outreach.followed")
		in.StaffNo = "nobody"
		_, err = do(r, "leader", outreach.Hold, in)
		want(t, err, "outreach.nobody")
	})
}

// What a record must say, field by field.
func TestRecordShape(t *testing.T) {
	good := outreach.RecordIn{ID: "x", On: "2027-01-04", Visitors: []string{"a", "b"}, Met: "self", Money: 100, Signed: "self", Slip: "1", Note: "都好"}
	for _, tt := range []struct {
		key    string
		change func(*outreach.RecordIn)
	}{
		{"", func(*outreach.RecordIn) {}},
		{"outreach.note", func(in *outreach.RecordIn) { in.Note = " 好" }},
		{"outreach.signed", func(in *outreach.RecordIn) { in.Signed = "" }},
		{"outreach.unsigned", func(in *outreach.RecordIn) { in.Money = 0 }},
		{"outreach.slip", func(in *outreach.RecordIn) { in.Slip = "" }},
		{"outreach.two", func(in *outreach.RecordIn) { in.Visitors = in.Visitors[:1] }},
		{"outreach.gift", func(in *outreach.RecordIn) { in.Worth = 1 }},
		{"outreach.follow_day", func(in *outreach.RecordIn) { in.Follow = "再去" }},
		{"outreach.pocket", func(in *outreach.RecordIn) { in.Money = -1 }},
	} {
		in := good
		tt.change(&in)
		if err := in.Check(); tt.key == "" && err != nil || tt.key != "" && !part(err, tt.key) {
			t.Errorf("want %q, got %v", tt.key, err)
		}
	}
}
