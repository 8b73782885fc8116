package notify_test

import (
	"context"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/task"
	"bangfu/internal/office/task/tasktest"
)

func send(h *tasktest.House, to notify.To, args ...any) {
	h.T.Helper()
	h.Do("system", func(ctx context.Context, tx *db.Tx) error {
		return notify.Send(ctx, tx, to, notify.Text{Key: "notify.remind", Args: args, Href: "/me"})
	})
}

func unread(h *tasktest.House, who string) (n int64) {
	h.T.Helper()
	h.Do(who, func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = notify.Unread(ctx, tx)
		return err
	})
	return n
}

func TestSendAndRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		send(h, notify.To{UserID: h.Users["chair"]}, words.Key("role.chair"), "2026-11-26")
		send(h, notify.To{PersonID: "p-worker", UnitID: h.Units["group"]}, "x", "y")
		send(h, notify.To{Role: "officer", UnitID: tasktest.Union}, "x", "y")
		send(h, notify.To{Role: "officer", UnitID: tasktest.Union, Barred: []string{"p-officer"}}, "x", "y")
		send(h, notify.To{Role: "cashier", UnitID: tasktest.Union}, "x", "y")
		for who, want := range map[string]int64{"chair": 1, "worker": 1, "officer": 1, "officer2": 2, "branch": 0, "admin": 0} {
			if got := unread(h, who); got != want {
				t.Errorf("%s has %d unread, want %d", who, got, want)
			}
		}
		var id string
		h.Do("chair", func(ctx context.Context, tx *db.Tx) error {
			box, err := notify.Inbox(ctx, tx, "")
			if len(box) != 1 || !strings.Contains(box[0].Say("zh"), "工会主席") || !strings.Contains(box[0].Say("en"), "Union chair") {
				t.Errorf("inbox %+v", box)
			}
			id = box[0].ID
			return err
		})
		read := func(who, id string) {
			if _, err := notify.Read.Run(context.Background(), h.Host, act.Call{Actor: h.Actor(who)}, notify.MessageID{ID: id}); err != nil {
				t.Errorf("%s reads: %v", who, err)
			}
		}
		read("officer2", id)
		if unread(h, "chair") != 1 || unread(h, "officer2") != 2 {
			t.Error("reading another's message changed something")
		}
		read("chair", id)
		read("officer2", "")
		if unread(h, "chair") != 0 || unread(h, "officer2") != 0 || unread(h, "officer") != 1 {
			t.Error("reading did not mark exactly one's own")
		}
		if n := unread(h, "public"); n != 0 {
			t.Errorf("nobody has %d messages", n)
		}
	})
}

// Slips are for those no message can reach; once told on paper they are not listed again.
func TestSlips(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		h.Do("worker", func(ctx context.Context, tx *db.Tx) error {
			if err := auth.SetPassword(ctx, tx, h.Users["worker"], "hash"); err != nil {
				return err
			}
			_, err := auth.Begin(ctx, tx, h.Users["worker"], "web")
			return err
		})
		h.Add("never", "", "")
		for _, p := range []string{"p-worker", "p-never", "p-none"} {
			send(h, notify.To{PersonID: p, UnitID: h.Units["group"]}, "x", "y")
		}
		send(h, notify.To{PersonID: "p-elsewhere", UnitID: h.Units["other"]}, "x", "y")
		slips := func(who string) string {
			var got []string
			h.Do(who, func(ctx context.Context, tx *db.Tx) error {
				list, err := notify.Slips(ctx, tx, h.Units["group"])
				for _, s := range list {
					got = append(got, s.PersonID)
				}
				return err
			})
			return strings.Join(got, " ")
		}
		if got := slips("leader"); got != "p-never p-none" {
			t.Errorf("slips for %q", got)
		}
		told := func(person string) error {
			_, err := notify.Told.Run(context.Background(), h.Host, act.Call{Actor: h.Actor("leader")}, notify.ToldIn{PersonID: person})
			return err
		}
		if err := told("p-none"); err != nil {
			t.Error(err)
		}
		if got := slips("leader"); got != "p-never" {
			t.Errorf("after handing one over, slips for %q", got)
		}
		if err := told("p-elsewhere"); !fault.Is(err, "fault.missing") {
			t.Errorf("another unit's worker: %v", err)
		}
		err := h.Try("leader", func(ctx context.Context, tx *db.Tx) error {
			_, err := notify.Slips(ctx, tx, h.Units["other"])
			return err
		})
		if !fault.Is(err, "fault.denied") {
			t.Errorf("another unit's slips: %v", err)
		}
	})
}

// The daily job says it once, to the holder and, overdue, to the superior.
func TestRemind(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := tasktest.New(t, d)
		h.Do("system", func(ctx context.Context, tx *db.Tx) error {
			return task.Open(ctx, tx, task.New{Kind: "first", ObjectID: "a", Role: "group_leader", UnitID: h.Units["group"], Due: "2026-11-24",
				Title: "approval.turn", Args: []any{"BF-2026-000001"}})
		})
		c.SetDay(t, "2026-11-25")
		for run, want := range []int{2, 0} {
			h.Do("system", func(ctx context.Context, tx *db.Tx) error {
				n, err := notify.Remind(ctx, tx)
				if n != want {
					t.Errorf("run %d sent %d, want %d", run+1, n, want)
				}
				return err
			})
		}
		h.Do("branch", func(ctx context.Context, tx *db.Tx) error {
			box, err := notify.Inbox(ctx, tx, "")
			if len(box) != 1 || box[0].Key != "notify.escalate" || !strings.Contains(box[0].Say("zh"), "请审批 BF-2026-000001") {
				t.Errorf("the superior's inbox %+v", box)
			}
			return err
		})
		if unread(h, "leader") != 1 {
			t.Error("the holder was not reminded once")
		}
	})
}

// What leaves the program says how many, never what.
func TestOutside(t *testing.T) {
	for _, l := range words.Langs() {
		got := notify.Outside(l, "示例工会", 2)
		if !strings.Contains(got, "2") || strings.Contains(got, "{") {
			t.Errorf("%s: %q", l, got)
		}
	}
}
