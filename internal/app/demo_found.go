package app

import (
	"context"

	"bangfu/internal/app/world"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/engine/db"
)

// demoFound has what the enterprise knows of a dozen workers who have not asked, the leads that come of it, one of them in
// touch, one checked, and one that waits for the worker's own yes.
func (h *House) demoFound(ctx context.Context, w *world.World) error {
	today := h.DB.Today()
	month := today[:8] + "01"
	var all []discovery.Record
	var who []string
	for i, g := range w.Groups[:min(6, len(w.Groups))] {
		one, other := w.Staff[g.Workers[len(g.Workers)-2]], w.Staff[g.Workers[len(g.Workers)-4]]
		who = append(who, g.Workers[len(g.Workers)-2])
		for back := range 4 {
			pay := money.Yuan(4600)
			if back == 0 {
				pay = money.Yuan(int64(1900 + 300*i))
			}
			all = append(all, discovery.Record{PersonID: one.ID, Kind: discovery.Pay, OnDay: month.AddMonths(-1 - back), Amount: pay})
		}
		switch i % 3 {
		case 0:
			all = append(all, discovery.Record{PersonID: one.ID, Kind: discovery.Sick, OnDay: today.Add(-50), Days: 41})
		case 1:
			all = append(all, discovery.Record{PersonID: other.ID, Kind: discovery.Bill, OnDay: today.Add(-20), Amount: money.Yuan(23600)})
		case 2:
			all = append(all, discovery.Record{PersonID: other.ID, Kind: discovery.Fire, OnDay: today.Add(-4)})
		}
	}
	if err := h.DB.Update(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) error { return discovery.Take(ctx, tx, all) }); err != nil {
		return err
	}
	if err := chunks(discovery.Sweep)(ctx, h.DB, w.Union, ""); err != nil {
		return err
	}
	last := w.Groups[len(w.Groups)-1].Workers
	if _, err := world.Do(ctx, w, last[2], discovery.Report, discovery.ReportIn{StaffNo: w.Staff[last[5]].StaffNo, Name: w.Staff[last[5]].Name, Line: "最近常请假，好像家里有人住院"}); err != nil {
		return err
	}
	return h.demoTouched(ctx, w, who[:2])
}

// demoTouched has the families of two workers spoken to, and the hardship of the first found true.
func (h *House) demoTouched(ctx context.Context, w *world.World, who []string) error {
	var leads []discovery.Lead
	officer, err := w.As(ctx, "wangmin")
	if err != nil {
		return err
	}
	if err := h.DB.View(ctx, officer, func(ctx context.Context, tx *db.Tx) (err error) {
		leads, err = discovery.Leads(ctx, tx, discovery.LeadQuery{State: discovery.New, Limit: 100})
		return err
	}); err != nil {
		return err
	}
	for i, name := range who {
		for _, l := range leads {
			if l.PersonID != w.Staff[name].ID {
				continue
			}
			if _, err := world.Do(ctx, w, "wangmin", discovery.Touch, discovery.ContactIn{ID: l.ID, On: h.DB.Today(), Way: "phone", Reached: true, Note: "本人说最近身体不好，家里靠他一人。"}); err != nil {
				return err
			}
			if i > 0 {
				continue
			}
			if _, err := world.Do(ctx, w, "wangmin", discovery.Conclude, discovery.ConcludeIn{ID: l.ID, Outcome: discovery.True, Root: "event"}); err != nil {
				return err
			}
		}
	}
	return nil
}
