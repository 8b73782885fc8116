package payment_test

import (
	"context"
	"io/fs"
	"testing"
	"time"

	"bangfu/internal/app/world"
	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/programme"
	"bangfu/standards"
)

const (
	group      = "检修一班"
	region     = "990101" // no such region
	pocket     = "XZ"
	officer    = "wangmin"
	accountant = "jiangqing"
	cashier    = "shenshi"
	chair      = "wuping"
)

// house is a union whose people have gone the whole way from the application to the final signature.
type house struct {
	*world.World
	t     *testing.T
	ctx   context.Context
	clock *dbtest.Clock
}

func each(t *testing.T, test func(h *house)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := &house{t: t, ctx: t.Context(), clock: c}
		h.found(d)
		test(h)
	})
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) found(d *db.DB) {
	h.t.Helper()
	host := &act.Host{DB: d, Allow: auth.Allow, Record: audit.Record}
	w, err := world.Found(h.ctx, host, world.Shape{Name: "示例机电工会", Short: "示例", Region: region, Branches: 1, Groups: 1, State: "live"}, ship)
	h.ok(err)
	h.World = w
	h.tx(func(ctx context.Context, tx *db.Tx) error {
		_, err := standard.AddLine(ctx, tx, standard.LineIn{Region: region, Kind: standard.DibaoLine, FromDay: "2026-01-01", Amount: money.Yuan(800), Source: "测试数据"})
		return err
	})
	h.ok(w.Endow(h.ctx, fund.NewPocket{Code: pocket, Name: "行政补助", Source: fund.Company}, money.Yuan(20_000)))
	_, err = w.Hire(h.ctx, group, money.Yuan(1900), "甲组长")
	h.ok(err)
	h.ok(w.Lead(h.ctx, "甲组长", group))
}

func ship(ctx context.Context, d *db.DB, union string) error {
	return d.Update(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) error {
		if err := programme.Ship(ctx, tx); err != nil {
			return err
		}
		text, err := fs.ReadFile(standards.Files, "living.yaml")
		if err != nil {
			return err
		}
		return standard.Install(ctx, tx, string(text), tx.Day())
	})
}

func (h *house) tx(f func(context.Context, *db.Tx) error) {
	h.t.Helper()
	h.ok(h.Host.DB.Update(h.ctx, db.System(h.Union), f))
}

// as runs a function as somebody who is no act.
func (h *house) as(who string, f func(context.Context, *db.Tx) error) error {
	h.t.Helper()
	actor, err := h.As(h.ctx, who)
	h.ok(err)
	return h.Host.DB.Update(h.ctx, actor, f)
}

// signed drives cases of living aid through every step to the signature: times payments of 400 yuan each.
func (h *house) signed(times int64, names ...string) []*world.Live {
	h.t.Helper()
	_, err := h.Hire(h.ctx, group, money.Yuan(1900), names...)
	h.ok(err)
	var all []*world.Live
	for _, name := range names {
		l, err := h.Apply(h.ctx, world.Case{Worker: name, Programme: "living", Cause: "low_income", Story: "收入不够用，老人要吃药。", Pay: "1900",
			Family: []world.Kin{{Relation: "spouse", Name: name + "爱人"}, {Relation: "child", Name: name + "之子", Schooling: "primary"}},
			Say:    map[string]string{"dibao": "0", "homes": "1", "vehicles": "0"}})
		h.ok(err)
		h.ok(h.First(h.ctx, l, "甲组长"))
		h.ok(h.Verify(h.ctx, l, officer))
		h.ok(h.Assess(h.ctx, l, "zhenghe"))
		h.ok(h.Propose(h.ctx, l, plan.ProposeIn{Item: "living", Amount: money.Yuan(400), Times: times, Pocket: pocket}))
		h.ok(h.Decide(h.ctx, l, "zhouzheng", true, ""))
		all = append(all, l)
	}
	s, err := h.Publish(h.ctx, all...)
	h.ok(err)
	h.day(s.EndsOn.Add(1))
	h.ok(h.Settle(h.ctx))
	for _, l := range all {
		h.ok(h.Sign(h.ctx, l, chair))
	}
	return all
}

func (h *house) day(d day.Day) {
	h.t.Helper()
	h.clock.Set(d.Time().Add(time.Hour))
}

// of gives an award's instalments.
func (h *house) of(l *world.Live) (all []payment.Instalment) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = payment.OfAward(ctx, tx, l.Award)
		return err
	})
	return all
}

// states gives the states of an award's instalments as one line.
func (h *house) states(l *world.Live) (out string) {
	for _, i := range h.of(l) {
		out += " " + string(i.State)
	}
	return out[1:]
}

func (h *house) want(l *world.Live, states string) {
	h.t.Helper()
	if got := h.states(l); got != states {
		h.t.Errorf("the instalments are %q, want %q", got, states)
	}
}

func (h *house) award(l *world.Live) (a plan.Award) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		a, err = plan.Get(ctx, tx, l.Award)
		return err
	})
	return a
}

// money gives what is held for an award: committed, spent and parked, in yuan.
func (h *house) money(l *world.Live) (out [3]int64) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) error {
		f, err := fund.HeldFor(ctx, tx, l.Award)
		out = [3]int64{int64(f.Committed) / 100, int64(f.Spent) / 100, int64(f.Parked) / 100}
		return err
	})
	return out
}

func (h *house) holds(l *world.Live, committed, spent, parked int64) {
	h.t.Helper()
	if got := h.money(l); got != [3]int64{committed, spent, parked} {
		h.t.Errorf("held are %v, want committed %d, spent %d, parked %d", got, committed, spent, parked)
	}
}

func do[In, Out any](h *house, who string, a act.Act[In, Out], in In) Out {
	h.t.Helper()
	out, err := world.Do(h.ctx, h.World, who, a, in)
	h.ok(err)
	return out
}

// refuses wants an act refused with a key.
func refuses[In, Out any](h *house, key, who string, a act.Act[In, Out], in In) *fault.Fault {
	h.t.Helper()
	_, err := world.Do(h.ctx, h.World, who, a, in)
	if f := fault.Of(err); f == nil || !fault.Is(err, key) {
		h.t.Errorf("%s by %s: %v, want %s", a.Name, who, err, key)
	} else {
		for _, l := range words.Langs() {
			if words.T(l, f.Key) == f.Key {
				h.t.Errorf("%s has no words in %s", f.Key, l)
			}
		}
	}
	return fault.Of(err)
}

// check checks all that is due.
func (h *house) check() payment.Checked { return do(h, officer, payment.CheckAct, act.None{}) }

// batch makes a batch of all that is ready.
func (h *house) batch() payment.Batch {
	h.t.Helper()
	return do(h, accountant, payment.MakeAct, h.all("plain"))
}

func (h *house) all(profile string) (in payment.MakeIn) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) error {
		in = payment.MakeIn{Pocket: pocket, Profile: profile}
		list := "plain" // what it holds, every bank's file is asked for, so that refusals are seen
		if profile == "cash" {
			list = profile
		}
		good, _, err := payment.Candidates(ctx, tx, pocket, list)
		for _, i := range good {
			in.IDs = append(in.IDs, i.ID)
		}
		return err
	})
	return in
}

// sent is a batch that the bank has.
func (h *house) sent() (payment.Batch, []payment.Line) {
	h.t.Helper()
	h.check()
	b := h.batch()
	do(h, cashier, payment.CountersignAct, payment.BatchID{ID: b.ID})
	do(h, cashier, payment.SendAct, payment.BatchID{ID: b.ID})
	return h.read(b.ID)
}

func (h *house) read(id string) (b payment.Batch, lines []payment.Line) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		b, lines, err = payment.BatchOf(ctx, tx, id)
		return err
	})
	return b, lines
}

// call is an asking for an act by somebody.
func (h *house) call(who string) act.Call {
	h.t.Helper()
	actor, err := h.As(h.ctx, who)
	h.ok(err)
	return act.Call{Actor: actor, Key: db.Token()}
}
