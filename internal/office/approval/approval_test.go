package approval_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/approval"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
	"bangfu/internal/office/task/tasktest"
)

func matter(h *tasktest.House, id string) approval.Matter {
	return approval.Matter{Kind: "award", ID: id, UnitID: h.Units["group"], Amount: 500_00, Label: "BF-2026-000001"}
}

func start(h *tasktest.House, m approval.Matter) error {
	return h.Try("system", func(ctx context.Context, tx *db.Tx) error {
		_, err := approval.Start(ctx, tx, m)
		return err
	})
}

func decide(h *tasktest.House, who string, m approval.Matter, d approval.Decision) (p approval.Progress, err error) {
	err = h.Try(who, func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = approval.Decide(ctx, tx, m, d)
		return err
	})
	return p, err
}

func state(h *tasktest.House, id string) (v approval.View) {
	h.Do("system", func(ctx context.Context, tx *db.Tx) (err error) {
		v, err = approval.State(ctx, tx, "award", id)
		return err
	})
	return v
}

func turns(h *tasktest.House, who string) (n int) {
	h.Do(who, func(ctx context.Context, tx *db.Tx) error {
		list, err := task.Mine(ctx, tx)
		n = len(list)
		return err
	})
	return n
}

var yes = approval.Decision{Yes: true}

// Two steps, two persons, in order; the turn moves with them.
func TestCompanyRoute(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		m := matter(h, "a1")
		m.Route = "company"
		if err := start(h, m); err != nil {
			t.Fatal(err)
		}
		if err := start(h, m); !fault.Is(err, "approval.started") {
			t.Errorf("started twice: %v", err)
		}
		if _, err := decide(h, "company", m, yes); !fault.Is(err, "approval.not_yours") {
			t.Errorf("out of order: %v", err)
		}
		if turns(h, "chair") != 1 || turns(h, "company") != 0 {
			t.Error("the first turn is not the chair's alone")
		}
		more := m
		more.Amount++
		if _, err := decide(h, "chair", more, yes); !fault.Is(err, "approval.changed") {
			t.Errorf("another amount: %v", err)
		}
		p, err := decide(h, "chair", m, yes)
		if err != nil || p.Done || p.Next.Role != "company" {
			t.Fatalf("first step: %+v, %v", p, err)
		}
		if turns(h, "chair") != 0 || turns(h, "company") != 1 {
			t.Error("the turn did not move")
		}
		v := state(h, "a1")
		if v.State != "open" || v.Steps[0].Name != "chair" || !v.Steps[0].Yes || !v.Steps[1].Now || v.Steps[1].Due != "2026-11-26" || len(v.Steps[1].Holders) != 1 {
			t.Errorf("state %+v", v)
		}
		if p, err = decide(h, "company", m, yes); err != nil || !p.Done || !p.Approved {
			t.Fatalf("last step: %+v, %v", p, err)
		}
		if _, err = decide(h, "company", m, yes); !fault.Is(err, "approval.none") {
			t.Errorf("after the end: %v", err)
		}
		h.Do("system", func(ctx context.Context, tx *db.Tx) error {
			ok, err := approval.Approved(ctx, tx, "award", "a1")
			if !ok {
				t.Error("not approved")
			}
			return err
		})
	})
}

// Nobody decides alone twice, their own case, a relative's, or one they have worked on.
func TestSeparation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		h.Do("system", func(ctx context.Context, tx *db.Tx) error { // the chair is the company's head too
			return org.Appoint(ctx, tx, h.Users["chair"], org.RoleCompany, tasktest.Union)
		})
		both := matter(h, "both")
		both.Route = "company"
		if err := start(h, both); err != nil {
			t.Fatal(err)
		}
		if _, err := decide(h, "chair", both, yes); err != nil {
			t.Fatal(err)
		}
		if _, err := decide(h, "chair", both, yes); !fault.Is(err, "approval.same_person") {
			t.Errorf("one person, two steps: %v", err)
		}
		if turns(h, "chair") != 0 {
			t.Error("the second step lies with the one who did the first")
		}
		if p, err := decide(h, "company", both, yes); err != nil || !p.Approved {
			t.Errorf("the other holder: %+v, %v", p, err)
		}

		own := matter(h, "own")
		own.Barred = []string{"p-chair"}
		if err := start(h, own); err != nil { // no upper union here: its paper answer is written down
			t.Fatal(err)
		}
		if _, err := decide(h, "chair", own, yes); !fault.Is(err, "approval.barred") {
			t.Errorf("own case: %v", err)
		}
		late := matter(h, "late") // kinship found after the start bars as well
		if err := start(h, late); err != nil {
			t.Fatal(err)
		}
		late.Barred = []string{"p-chair"}
		if _, err := decide(h, "chair", late, yes); !fault.Is(err, "approval.barred") {
			t.Errorf("kinship found later: %v", err)
		}

		acted := matter(h, "acted")
		acted.Acted = []string{h.Users["chair"]}
		h.Add("upper", org.RoleUpper, tasktest.Union)
		if err := start(h, acted); err != nil {
			t.Fatal(err)
		}
		if _, err := decide(h, "chair", acted, yes); !fault.Is(err, "approval.same_person") {
			t.Errorf("the reviewer approves: %v", err)
		}
		if p, err := decide(h, "upper", acted, yes); err != nil || !p.Approved {
			t.Errorf("the upper union stands in: %+v, %v", p, err)
		}
		if v := state(h, "acted"); v.Steps[0].Role != org.RoleUpper {
			t.Errorf("the step was answered by %q", v.Steps[0].Role)
		}
	})
}

// The upper union's answer on paper needs its scan, and is written down by an officer without kinship.
func TestPaperAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		m := matter(h, "a1")
		m.Route, m.Barred, m.Acted = "upper", []string{"p-officer"}, []string{"p-branch"}
		if err := start(h, m); err != nil {
			t.Fatal(err)
		}
		if _, err := decide(h, "chair", m, yes); err != nil {
			t.Fatal(err)
		}
		if turns(h, "branch") != 1 {
			t.Error("the officer has no turn")
		}
		if _, err := decide(h, "chair", m, yes); !fault.Is(err, "approval.same_person") {
			t.Errorf("the chair answers for the upper union: %v", err)
		}
		if _, err := decide(h, "officer", m, approval.Decision{Yes: true, PaperBlob: "b1"}); !fault.Is(err, "approval.barred") {
			t.Errorf("a relative writes down: %v", err)
		}
		if _, err := decide(h, "branch", m, yes); !fault.Is(err, "approval.paper") {
			t.Errorf("without the scan: %v", err)
		}
		p, err := decide(h, "branch", m, approval.Decision{Yes: true, PaperBlob: "b1"})
		if err != nil || !p.Approved {
			t.Fatalf("%+v, %v", p, err)
		}
		if v := state(h, "a1"); !v.Steps[1].Recorded || v.Steps[1].Paper != "b1" || v.Steps[1].Role != org.RoleUpper {
			t.Errorf("state %+v", v.Steps[1])
		}
	})
}

func TestRefusal(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		m := matter(h, "a1")
		m.Route = "company"
		if err := start(h, m); err != nil {
			t.Fatal(err)
		}
		if _, err := decide(h, "chair", m, approval.Decision{Reason: "  "}); !fault.Is(err, "approval.reason") {
			t.Errorf("without a reason: %v", err)
		}
		p, err := decide(h, "chair", m, approval.Decision{Reason: "材料和走访情况不一致"})
		if err != nil || !p.Done || p.Approved || turns(h, "company") != 0 {
			t.Errorf("%+v, %v", p, err)
		}
		if err := start(h, m); err != nil { // worked over and submitted again
			t.Fatal(err)
		}
		if v := state(h, "a1"); v.Round != 2 || v.State != "open" || v.Steps[0].Answered != 0 {
			t.Errorf("second round %+v", v)
		}
		h.Do("system", func(ctx context.Context, tx *db.Tx) error { return approval.Cancel(ctx, tx, "award", "a1") })
		if v := state(h, "a1"); v.State != "cancelled" || turns(h, "chair") != 0 {
			t.Errorf("after withdrawal %+v", v)
		}
	})
}

// A batch is one act: one matter whose gate is not met takes the whole list back.
func TestBatch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		var list []approval.Matter
		for i := range 5 {
			list = append(list, matter(h, fmt.Sprintf("a%d", i)))
		}
		for _, m := range list[:4] {
			if err := start(h, m); err != nil {
				t.Fatal(err)
			}
		}
		batch := func() error {
			return h.Try("chair", func(ctx context.Context, tx *db.Tx) error {
				for _, m := range list {
					if _, err := approval.Decide(ctx, tx, m, yes); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err := batch(); !fault.Is(err, "approval.none") {
			t.Errorf("a matter that never came: %v", err)
		}
		if v := state(h, "a0"); v.State != "open" {
			t.Errorf("the refused batch left %+v", v)
		}
		if err := start(h, list[4]); err != nil {
			t.Fatal(err)
		}
		if err := batch(); err != nil {
			t.Error(err)
		}
		if v := state(h, "a4"); v.State != "approved" {
			t.Errorf("%+v", v)
		}
	})
}

// Two holders press at once: one answer counts.
func TestDecideAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		h.Add("chair2", org.RoleChair, tasktest.Union)
		m := matter(h, "a1")
		if err := start(h, m); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		errs := make([]error, 8)
		actors := []db.Actor{h.Actor("chair"), h.Actor("chair2")}
		for i := range errs {
			wg.Go(func() {
				errs[i] = d.Update(context.Background(), actors[i%2], func(ctx context.Context, tx *db.Tx) error {
					_, err := approval.Decide(ctx, tx, m, yes)
					return err
				})
			})
		}
		wg.Wait()
		done := 0
		for _, err := range errs {
			// whoever pressed twice may be told just that: at read committed the second press can see the first one's answer
			late := fault.Is(err, "fault.stale") || fault.Is(err, "approval.none") || fault.Is(err, "approval.same_person")
			if err == nil {
				done++
			} else if !late {
				t.Errorf("a loser is told %v", err)
			}
		}
		if done != 1 {
			t.Errorf("%d answers counted", done)
		}
	})
}

func TestRouteFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		save := func(in approval.RouteIn) error {
			_, err := approval.SaveRoute.Run(context.Background(), h.Host, act.Call{Actor: h.Actor("chair")}, in)
			return err
		}
		const chair, two = `[{"role":"chair"}]`, `[{"role":"committee","days":5},{"role":"chair","label":"主席签字"}]`
		for _, in := range []approval.RouteIn{
			{Code: "big", Name: "大额", From: 5000_01, Steps: two},
			{Code: "edu", Name: "助学", Programme: "study", Steps: chair},
			{Code: "edu-big", Name: "大额助学", Programme: "study", From: 2000_00, To: 9000_00, Steps: two},
			{Code: "fast", Name: "紧急大额", Emergency: true, From: 10000_00, Steps: two},
			{Code: "ordinary", Name: "本会普通", Steps: chair},
			{Code: "ordinary", Name: "本会普通（新）", Steps: chair},
		} {
			if err := save(in); err != nil {
				t.Fatalf("%s: %v", in.Code, err)
			}
		}
		if err := save(approval.RouteIn{Code: "big2", Name: "重复", To: 8000_00, From: 100, Steps: chair}); !fault.Is(err, "approval.overlap") {
			t.Errorf("an overlapping band: %v", err)
		}
		for _, tt := range []struct {
			m    approval.Matter
			want string
		}{
			{approval.Matter{}, "ordinary"},
			{approval.Matter{Route: "company"}, "company"},
			{approval.Matter{Amount: 5000_00}, "ordinary"},
			{approval.Matter{Amount: 5000_01, Route: "company"}, "big"},
			{approval.Matter{Amount: 1999_99, Programme: "study"}, "edu"},
			{approval.Matter{Amount: 2000_00, Programme: "study"}, "edu-big"},
			{approval.Matter{Amount: 9000_00, Programme: "study"}, "edu-big"},
			{approval.Matter{Amount: 9000_01, Programme: "study"}, "edu"},
			{approval.Matter{Amount: 6000_00, Emergency: true, Route: "company"}, "emergency"},
			{approval.Matter{Amount: 10000_00, Emergency: true, Programme: "study"}, "fast"},
		} {
			h.Do("system", func(ctx context.Context, tx *db.Tx) error {
				r, err := approval.RouteFor(ctx, tx, tt.m)
				if r.Code != tt.want {
					t.Errorf("RouteFor(%+v) = %s, want %s", tt.m, r.Code, tt.want)
				}
				if r.Code == "ordinary" && r.Version != 2 {
					t.Errorf("ordinary version %d, want 2", r.Version)
				}
				return err
			})
		}
		if _, err := approval.EndRoute.Run(context.Background(), h.Host, act.Call{Actor: h.Actor("chair")}, approval.RouteCode{Code: "ordinary"}); err != nil {
			t.Fatal(err)
		}
		h.Do("system", func(ctx context.Context, tx *db.Tx) error {
			r, err := approval.RouteFor(ctx, tx, approval.Matter{})
			if r.Version != 0 {
				t.Errorf("after the end the shipped route is not back: %+v", r)
			}
			return err
		})
		err := h.Try("system", func(ctx context.Context, tx *db.Tx) error {
			_, err := approval.RouteFor(ctx, tx, approval.Matter{Route: "none"})
			return err
		})
		if !fault.Is(err, "approval.no_route") {
			t.Errorf("an unknown route: %v", err)
		}
	})
}

func TestParseSteps(t *testing.T) {
	for _, tt := range []struct{ in, key string }{
		{`[{"role":"chair"}]`, ""},
		{`[{"role":"chair","days":3},{"role":"upper","answer":"record"}]`, ""},
		{``, "approval.steps"}, {`[]`, "approval.steps"}, {`{}`, "approval.steps"}, {`[{"role":"chair"}] x`, "approval.steps"},
		{`[{"role":"chair","skip":true}]`, "approval.steps"},
		{`[{"role":"worker"}]`, "approval.step_role"},
		{`[{"role":"chair","days":61}]`, "approval.step_days"},
		{`[{"role":"chair","days":-1}]`, "approval.step_days"},
		{`[{"role":"chair","answer":"record"}]`, "approval.step_answer"},
		{`[{"role":"chair"},{"role":"chair"}]`, "approval.step_twice"},
		{`[{"role":"chair","label":"一二三四五六七八九十一二三四五六七八九十一"}]`, "approval.step_label"},
	} {
		_, err := approval.ParseSteps(tt.in)
		if tt.key == "" && err != nil || tt.key != "" && !fault.Is(err, tt.key) {
			t.Errorf("ParseSteps(%s) = %v, want %q", tt.in, err, tt.key)
		}
	}
	for _, r := range approval.Shipped() {
		if len(r.Steps) == 0 || r.Name == "" {
			t.Errorf("shipped route %s is empty", r.Code)
		}
	}
	if err := (approval.RouteIn{From: 2, To: 1, Steps: `[{"role":"chair"}]`}).Check(); fault.Of(err) == nil {
		t.Error("a band upside down passes")
	}
}

func FuzzParseSteps(f *testing.F) {
	f.Add(`[{"role":"chair","days":3,"label":"签字","answer":"sign"}]`)
	f.Add(`[{"role":"upper","answer":"record"}]`)
	f.Fuzz(func(t *testing.T, text string) {
		steps, err := approval.ParseSteps(text)
		if err == nil && (len(steps) < 1 || len(steps) > 6) {
			t.Errorf("%d steps accepted", len(steps))
		}
		var as *fault.Fault
		if err != nil && !errors.As(err, &as) {
			t.Errorf("not a fault: %v", err)
		}
	})
}
