package oversight_test

import (
	"context"
	"io/fs"
	"testing"
	"time"

	"bangfu/internal/app/world"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/oversight"
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
	group   = "检修一班"
	region  = "990101" // no such region
	pocket  = "XZ"
	auditor = "yangming"
	officer = "wangmin"
)

// house is a union with families who were helped.
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
		w, err := world.Found(h.ctx, &act.Host{DB: d, Allow: auth.Allow, Record: audit.Record},
			world.Shape{Name: "示例机电工会", Short: "示例", Region: region, Branches: 1, Groups: 1, State: "live"}, ship)
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
		test(h)
	})
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

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) tx(f func(context.Context, *db.Tx) error) {
	h.t.Helper()
	h.ok(h.Host.DB.Update(h.ctx, db.System(h.Union), f))
}

// as reads as somebody.
func (h *house) as(who string, f func(context.Context, *db.Tx) error) {
	h.t.Helper()
	actor, err := h.As(h.ctx, who)
	h.ok(err)
	h.ok(h.Host.DB.View(h.ctx, actor, f))
}

// paid drives families through every step to the bank's word.
func (h *house) paid(names ...string) []*world.Live {
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
		h.ok(h.Propose(h.ctx, l, plan.ProposeIn{Item: "living", Amount: money.Yuan(400), Times: 1, Pocket: pocket}))
		h.ok(h.Decide(h.ctx, l, "zhouzheng", true, ""))
		all = append(all, l)
	}
	s, err := h.Publish(h.ctx, all...)
	h.ok(err)
	h.clock.Set(s.EndsOn.Add(1).Time().Add(time.Hour))
	h.ok(h.Settle(h.ctx))
	for _, l := range all {
		h.ok(h.Sign(h.ctx, l, "wuping"))
	}
	_, err = h.PayAll(h.ctx, pocket)
	h.ok(err)
	return all
}

// codes gives the signals that stand against an award.
func (h *house) codes(l *world.Live) map[string]oversight.Sign {
	h.t.Helper()
	out := map[string]oversight.Sign{}
	h.as(auditor, func(ctx context.Context, tx *db.Tx) error {
		d, err := oversight.DossierOf(ctx, tx, l.Award)
		if err != nil {
			return err
		}
		for _, s := range d.Signs {
			out[s.Code] = s
			for _, lang := range words.Langs() {
				if key := "oversight.sign." + s.Code; words.T(lang, key) == key {
					h.t.Errorf("%s has no words in %s", key, lang)
				}
			}
		}
		return nil
	})
	return out
}

func do[In, Out any](h *house, who string, a act.Act[In, Out], in In) Out {
	h.t.Helper()
	out, err := world.Do(h.ctx, h.World, who, a, in)
	h.ok(err)
	return out
}

func refuses[In, Out any](h *house, key, who string, a act.Act[In, Out], in In) {
	h.t.Helper()
	if _, err := world.Do(h.ctx, h.World, who, a, in); !fault.Is(err, key) {
		h.t.Errorf("%s by %s: %v, want %s", a.Name, who, err, key)
	}
}
