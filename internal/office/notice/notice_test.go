package notice_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/notice"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
	"bangfu/internal/office/task/tasktest"
)

func list(n int) notice.New {
	out := notice.New{Kind: "award", ObjectID: "meeting-1", Title: "困难职工帮扶公示"}
	for i := range n {
		out.Lines = append(out.Lines, notice.Line{ObjectID: fmt.Sprintf("o%d", i+1), Name: "王*华", Unit: "检修一班", Category: "大病", Amount: money.Amount(100_00),
			Barred: []string{"p-branch"}})
	}
	return out
}

func publish(h *tasktest.House, who string, n notice.New) (s notice.Sheet, err error) {
	err = h.Try(who, func(ctx context.Context, tx *db.Tx) (err error) {
		s, err = notice.Open(ctx, tx, n)
		return err
	})
	return s, err
}

func must(h *tasktest.House, n notice.New) notice.Sheet {
	h.T.Helper()
	s, err := publish(h, "officer", n)
	if err != nil {
		h.T.Fatal(err)
	}
	return s
}

func stateOf(h *tasktest.House, id string) (s notice.State) {
	h.T.Helper()
	h.Do("system", func(ctx context.Context, tx *db.Tx) (err error) {
		s, err = notice.StateOf(ctx, tx, id)
		return err
	})
	return s
}

func board(h *tasktest.House) (out []notice.Sheet) {
	h.T.Helper()
	h.Do("public", func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = notice.Board(ctx, tx)
		return err
	})
	return out
}

func see(h *tasktest.House, id string) (r notice.Result) {
	h.T.Helper()
	h.Do("chair", func(ctx context.Context, tx *db.Tx) (err error) {
		r, err = notice.See(ctx, tx, id)
		return err
	})
	return r
}

func object(h *tasktest.House, id string, n int) (notice.Receipt, error) {
	in := notice.ObjectIn{NoticeID: id, N: n, Text: "家里另有一套住房", Contact: "示例联系方式"}
	return notice.Object.Run(context.Background(), h.Host, act.Call{Actor: notice.Public(tasktest.Union)}, in)
}

func answer(h *tasktest.House, who, code string, upheld notice.Finding) (notice.State, error) {
	in := notice.AnswerIn{ID: code, Upheld: upheld, Answer: "已入户核实"}
	return notice.Answer.Run(context.Background(), h.Host, act.Call{Actor: h.Actor(who)}, in)
}

func daily(h *tasktest.House) {
	h.T.Helper()
	h.Do("system", notice.Due)
}

// Five workdays over the National Day holiday with its make-up Saturday; then the list goes by itself, job or no job.
func TestEndOverNationalDay(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		c.SetDay(t, "2026-09-28")
		h := tasktest.New(t, d)
		var before notice.Sheet
		h.Do("officer", func(ctx context.Context, tx *db.Tx) (err error) {
			before, err = notice.Preview(ctx, tx, list(2))
			return err
		})
		s := must(h, list(2))
		if s.EndsOn != "2026-10-10" || s.Provisional {
			t.Errorf("ends on %s, want Saturday 2026-10-10", s.EndsOn)
		}
		shown := board(h)
		before.ID = s.ID
		if len(shown) != 1 || !reflect.DeepEqual(shown[0], before) {
			t.Errorf("preview %+v\npublic  %+v", before, shown)
		}
		if shown[0].Lines[0].Amount != 0 {
			t.Error("an amount is public though the setting says no")
		}
		for _, tt := range []struct {
			today string
			state notice.State
			lists int
		}{{"2026-10-10", notice.StateOpen, 1}, {"2026-10-11", notice.StateEnded, 0}} {
			c.SetDay(t, tt.today)
			if got := stateOf(h, "o1"); got != tt.state || len(board(h)) != tt.lists {
				t.Errorf("%s: %s with %d public lists", tt.today, got, len(board(h)))
			}
			daily(h)
			if got := stateOf(h, "o1"); got != tt.state {
				t.Errorf("%s after the job: %s", tt.today, got)
			}
		}
		if r := see(h, s.ID); !r.Final || r.Passed != 2 || r.Live != 0 {
			t.Errorf("result %+v", r)
		}
		if _, err := object(h, s.ID, 1); !fault.Is(err, "notice.over") {
			t.Errorf("an objection after the end: %v", err)
		}
	})
}

func TestRefusedLists(t *testing.T) {
	d := dbtest.Open(t)
	h := tasktest.New(t, d)
	for _, tt := range []struct {
		change func(*notice.New)
		key    string
	}{
		{func(n *notice.New) { n.Lines[1].Name = "王建华" }, "notice.unmasked"},
		{func(n *notice.New) { n.Lines[1].Unit = "一班 138 0000 0000" }, "notice.digits"},
		{func(n *notice.New) { n.Lines[1].Category = "１２３４５６７８" }, "notice.digits"},
		{func(n *notice.New) { n.Lines[1].Name, n.Lines[1].Unit = "王*1234", "5678 班" }, "notice.digits"},
		{func(n *notice.New) { n.Title = "12345678" }, "notice.title"},
		{func(n *notice.New) { n.Title = " " }, "notice.title"},
		{func(n *notice.New) { n.Days = 4 }, "notice.days"},
		{func(n *notice.New) { n.Days = 61 }, "notice.days"},
		{func(n *notice.New) { n.Scope = "internet" }, "notice.scope"},
		{func(n *notice.New) { n.Lines = nil }, "notice.lines"},
		{func(n *notice.New) { n.Lines[1].ObjectID = "o1" }, "notice.twice"},
	} {
		n := list(2)
		tt.change(&n)
		if _, err := publish(h, "officer", n); !fault.Is(err, tt.key) {
			t.Errorf("%+v: %v, want %s", n, err, tt.key)
		}
	}
}

func TestPublicOnce(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := tasktest.New(t, d)
		must(h, list(2))
		if _, err := publish(h, "officer", list(3)); !fault.Is(err, "notice.already") {
			t.Errorf("public twice: %v", err)
		}
		if stateOf(h, "o3") != notice.StateNone {
			t.Error("the refused list left a line")
		}
		c.SetDay(t, "2026-12-01") // the days are over, though no job ran
		if _, err := publish(h, "officer", list(3)); err != nil {
			t.Errorf("a second round: %v", err)
		}
		if stateOf(h, "o1") != notice.StateOpen {
			t.Error("the second round is not the one that counts")
		}
	})
}

// An objection holds its line and no other; answered in the negative, the line runs on for the days it still had.
func TestObjectionHoldsOne(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := tasktest.New(t, d)
		s := must(h, list(3)) // Monday 23rd to Monday 30th
		c.SetDay(t, "2026-11-25")
		r, err := object(h, s.ID, 2)
		if err != nil || r.Due != "2026-12-02" {
			t.Fatalf("receipt %+v, %v", r, err)
		}
		for id, want := range map[string]notice.State{"o1": notice.StateOpen, "o2": notice.StateObjected, "o3": notice.StateOpen} {
			if got := stateOf(h, id); got != want {
				t.Errorf("%s is %q, want %q", id, got, want)
			}
		}
		c.SetDay(t, "2026-12-02")
		daily(h)
		for id, want := range map[string]notice.State{"o1": notice.StateEnded, "o2": notice.StateObjected, "o3": notice.StateEnded} {
			if got := stateOf(h, id); got != want {
				t.Errorf("after the end %s is %q, want %q", id, got, want)
			}
		}
		if got := board(h); len(got) != 0 {
			t.Errorf("still public: %+v", got)
		}
		if got, err := answer(h, "officer2", r.Code, "no"); err != nil || got != notice.StateOpen {
			t.Fatalf("%s, %v", got, err)
		}
		got := board(h)
		if len(got) != 1 || len(got[0].Lines) != 1 || got[0].Lines[0].N != 2 || got[0].EndsOn != "2026-12-07" { // three workdays were left
			t.Errorf("public again: %+v", got)
		}
		if _, err := answer(h, "officer2", r.Code, "yes"); !fault.Is(err, "notice.answered") {
			t.Errorf("answered twice: %v", err)
		}
		c.SetDay(t, "2026-12-08")
		if stateOf(h, "o2") != notice.StateEnded {
			t.Error("the resumed line does not end")
		}
		h.Do("public", func(ctx context.Context, tx *db.Tx) error {
			reply, err := notice.Answered(ctx, tx, r.Code)
			if reply != (notice.Reply{State: "dismissed", Answer: "已入户核实", MadeOn: "2026-11-25", Due: "2026-12-02", AnsweredOn: "2026-12-02"}) {
				t.Errorf("reply %+v", reply)
			}
			return err
		})
	})
}

// The one who opened the list and those who worked on the case do not answer; the turn goes to who is free.
func TestAnswererNotInvolved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		s := must(h, list(1))
		r, err := object(h, s.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range []string{"officer", "officer2", "branch", "chair"} {
			h.Do(who, func(ctx context.Context, tx *db.Tx) error {
				mine, err := task.Mine(ctx, tx)
				if (len(mine) == 1) != (who == "officer2") {
					t.Errorf("%s has %d turns", who, len(mine))
				}
				return err
			})
		}
		if _, err := answer(h, "officer", r.Code, "no"); !fault.Is(err, "notice.involved") {
			t.Errorf("the one who opened it: %v", err)
		}
		if _, err := answer(h, "branch", r.Code, "no"); !fault.Is(err, "fault.denied") {
			t.Errorf("an officer of a branch: %v", err)
		}
		if _, err := answer(h, "leader", r.Code, "no"); !fault.Is(err, "fault.denied") {
			t.Errorf("a group leader: %v", err)
		}
		if got, err := answer(h, "chair", r.Code, "yes"); err != nil || got != notice.StateUpheld {
			t.Errorf("the chair: %s, %v", got, err)
		}
		if stateOf(h, "o1") != notice.StateUpheld || len(board(h)) != 0 {
			t.Error("an upheld line is still public")
		}
		if r := see(h, s.ID); !r.Final || r.Upheld != 1 || r.Objections != 1 || r.ObjectionsRight != 1 {
			t.Errorf("result %+v", r)
		}
	})
}

// Two objections to one line: the line goes on only when both are answered, and a right one stays right.
func TestTwoObjections(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		s := must(h, list(2))
		var codes []string
		for _, n := range []int{1, 1, 2, 2} {
			r, err := object(h, s.ID, n)
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, r.Code)
		}
		for i, tt := range []struct {
			upheld notice.Finding
			want   notice.State
		}{{"no", notice.StateObjected}, {"no", notice.StateOpen}, {"yes", notice.StateUpheld}, {"no", notice.StateUpheld}} {
			if got, err := answer(h, "officer2", codes[i], tt.upheld); err != nil || got != tt.want {
				t.Errorf("answer %d: %s, %v, want %s", i+1, got, err, tt.want)
			}
		}
		h.Do("officer2", func(ctx context.Context, tx *db.Tx) error {
			mine, err := task.Mine(ctx, tx)
			if len(mine) != 0 {
				t.Errorf("%d turns left", len(mine))
			}
			return err
		})
	})
}

// An objection is nobody's: no user, no instant, the contact sealed; a flood of them ends.
func TestAnonymous(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		s := must(h, list(1))
		first, err := object(h, s.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(first.Code) != 32 {
			t.Errorf("code %q", first.Code)
		}
		for range 19 {
			if _, err := object(h, s.ID, 1); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := object(h, s.ID, 1); !fault.Is(err, "notice.enough") {
			t.Errorf("the 21st: %v", err)
		}
		h.Do("officer2", func(ctx context.Context, tx *db.Tx) error {
			all, err := notice.Objections(ctx, tx, "")
			if len(all) != 20 || !all[0].HasContact || all[0].Text != "家里另有一套住房" {
				t.Errorf("%d objections, first %+v", len(all), all[0])
			}
			if err != nil {
				return err
			}
			text, _, err := notice.OpenContact(ctx, tx, first.Code)
			if text != "示例联系方式" {
				t.Errorf("contact %q", text)
			}
			return err
		})
		err = h.Try("officer", func(ctx context.Context, tx *db.Tx) error {
			_, _, err := notice.OpenContact(ctx, tx, first.Code)
			return err
		})
		if !fault.Is(err, "notice.involved") {
			t.Errorf("the involved officer opens the contact: %v", err)
		}
		if _, err := notice.Object.Run(context.Background(), h.Host, act.Call{Actor: notice.Public(tasktest.Union)}, notice.ObjectIn{NoticeID: s.ID, N: 1, Text: " "}); fault.Of(err).Key != "fault.form" {
			t.Errorf("an empty objection: %v", err)
		}
	})
}

// Each day leaves one proof; the job run twice adds none; a day off declared meanwhile lengthens the list.
func TestDaily(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := tasktest.New(t, d)
		s := must(h, list(2))
		paper := list(1)
		paper.Scope, paper.Lines[0].ObjectID = notice.ScopePaper, "p1"
		onPaper := must(h, paper)
		in := calendar.DayIn{Day: "2026-11-26", Name: "停工", Kind: "off"}
		if _, err := calendar.SetDay.Run(context.Background(), h.Host, act.Call{Actor: h.Actor("chair")}, in); err != nil {
			t.Fatal(err)
		}
		for _, today := range []string{"2026-11-24", "2026-11-24", "2026-11-25", "2026-12-01", "2026-12-02"} {
			c.SetDay(t, today)
			daily(h)
		}
		h.Do("chair", func(ctx context.Context, tx *db.Tx) error {
			got, err := notice.Proofs(ctx, tx, s.ID)
			var days []day.Day
			for _, p := range got {
				days = append(days, p.Day)
				if p.Lines != 2 || len(p.Sum) != 64 {
					t.Errorf("proof %+v", p)
				}
			}
			if !reflect.DeepEqual(days, []day.Day{"2026-11-23", "2026-11-24", "2026-11-25", "2026-12-01"}) {
				t.Errorf("proofs of %v", days)
			}
			if err == nil {
				got, err = notice.Proofs(ctx, tx, onPaper.ID)
			}
			if len(got) != 0 {
				t.Errorf("a paper list claims proofs %v", got)
			}
			return err
		})
		if r := see(h, s.ID); r.EndsOn != "2026-12-01" || !r.Final {
			t.Errorf("after a day off: %+v", r)
		}
	})
}

func TestWithdraw(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		s := must(h, list(2))
		if _, err := object(h, s.ID, 1); err != nil {
			t.Fatal(err)
		}
		h.Do("system", func(ctx context.Context, tx *db.Tx) error {
			return notice.WithdrawObject(ctx, tx, "o2", "申请人撤回")
		})
		if stateOf(h, "o2") != notice.StateWithdrawn || stateOf(h, "o1") != notice.StateObjected {
			t.Error("withdrawing one line touched the other, or not itself")
		}
		in := notice.WithdrawIn{ID: s.ID, Reason: "名单有误"}
		if _, err := notice.Withdraw.Run(context.Background(), h.Host, act.Call{Actor: h.Actor("branch")}, in); !fault.Is(err, "fault.denied") {
			t.Errorf("beyond reach: %v", err)
		}
		if _, err := notice.Withdraw.Run(context.Background(), h.Host, act.Call{Actor: h.Actor("officer")}, in); err != nil {
			t.Fatal(err)
		}
		if _, err := notice.Withdraw.Run(context.Background(), h.Host, act.Call{Actor: h.Actor("officer")}, in); !fault.Is(err, "notice.over") {
			t.Errorf("twice: %v", err)
		}
		if r := see(h, s.ID); r.Withdrawn != 2 || len(board(h)) != 0 {
			t.Errorf("%+v", r)
		}
		must(h, list(2))
		if stateOf(h, "o1") != notice.StateOpen {
			t.Error("published again, the object does not count as open")
		}
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			all, err := notice.Lists(ctx, tx, "")
			if len(all) != 2 || all[0].Live+all[1].Live != 2 {
				t.Errorf("lists %+v", all)
			}
			return err
		})
	})
}

func TestAmountsShown(t *testing.T) {
	d := dbtest.Open(t)
	h := tasktest.New(t, d)
	h.Do("system", func(ctx context.Context, tx *db.Tx) error { return org.Set(ctx, tx, "notice.amount", "yes") })
	must(h, list(1))
	if got := board(h); got[0].Lines[0].Amount != 100_00 {
		t.Errorf("%+v", got)
	}
}
