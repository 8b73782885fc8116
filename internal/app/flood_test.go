package app

import (
	"context"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/db/dbtest"
)

// Scenario 1 of the articles: after a flood with major loss, 499 and 5,001 are refused with the clause, 5,000 is accepted
// and paid once; the same event again is refused.
func TestFloodIsPaidOnceInsideTheBounds(t *testing.T) {
	for engine, dsn := range map[string]func(*testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return dbtest.PostgresDSN(t) },
	} {
		t.Run(engine, func(t *testing.T) { flood(t, open(t, dsn(t))) })
	}
}

func flood(t *testing.T, h *House) {
	ctx := context.Background()
	w, err := world.Found(ctx, h.Host, world.Shape{Name: "示例工会", Short: "示例", Region: demoRegion, Branches: 1, Groups: 2, State: "live"}, Ship)
	must(t, err)
	must(t, h.demoBooks(ctx, w))
	_, err = w.Hire(ctx, "检修一班", money.Yuan(3000), "李长江", "王大山")
	must(t, err)
	must(t, w.Lead(ctx, "李长江", "检修一班"))
	l := toPanelReport(ctx, t, w, false)
	for yuan, want := range map[int64]string{499: "standard.below_floor", 5001: "standard.above_ceiling"} {
		if err := w.Propose(ctx, l, plan.ProposeIn{Item: l.Programme, Times: 1, Pocket: "SJ-2026", Amount: money.Yuan(yuan)}); !fault.Is(err, want) {
			t.Errorf("%d yuan: %v, want %s", yuan, err, want)
		}
	}
	must(t, w.Propose(ctx, l, plan.ProposeIn{Item: l.Programme, Times: 1, Pocket: "SJ-2026", Amount: money.Yuan(5000)}))
	must(t, w.Decide(ctx, l, "zhouzheng", true, ""))
	sheet, err := w.Publish(ctx, l)
	must(t, err)
	h.clock.MoveTo(sheet.EndsOn.Add(1), h.DB.Now())
	must(t, w.Settle(ctx))
	must(t, w.Sign(ctx, l, "wuping"))
	done, err := w.PayAll(ctx, "SJ-2026")
	must(t, err)
	if done.Paid != 1 || done.Total != money.Yuan(5000) {
		t.Errorf("paid %d, %v in all", done.Paid, done.Total)
	}
	again := toPanelReport(ctx, t, w, true)
	if err := w.Propose(ctx, again, plan.ProposeIn{Item: l.Programme, Times: 1, Pocket: "SJ-2026", Amount: money.Yuan(500)}); err == nil {
		t.Error("the same event was granted twice")
	}
}

// toPanelReport brings the flood's case as far as the panel's report; a second time the family is on file already.
func toPanelReport(ctx context.Context, t *testing.T, w *world.World, again bool) *world.Live {
	t.Helper()
	told, err := readDemo()
	must(t, err)
	c := told.Stories[len(told.Stories)-1].of("王大山")
	if again {
		c.Family = nil
	}
	l, err := w.Apply(ctx, c)
	must(t, err)
	must(t, w.First(ctx, l, "李长江"))
	must(t, w.Verify(ctx, l, "wangmin"))
	must(t, w.Assess(ctx, l, "zhenghe"))
	return l
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
