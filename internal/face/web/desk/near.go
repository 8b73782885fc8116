package desk

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
)

// nearDays is how far two days of an event may lie apart and still be doubted to be one event.
const nearDays = 60

// readNear finds help of the same programme for an event close to the one now told of. An event's limit tells events
// apart by their day (S12: once for each event), so the officer is asked whether the two are one.
func (r *record) readNear(ctx context.Context, tx *db.Tx) error {
	if r.A.HouseholdID == "" {
		return nil
	}
	told, err := intake.Figures(ctx, tx, r.A)
	if err != nil {
		return err
	}
	on := day.Day(told["event_day"].Str)
	if !on.Valid() {
		return nil
	}
	all, err := casefile.AidOf(ctx, tx, r.A.HouseholdID, "", tx.Day())
	r.Near = near(on, r.A.Programme, all)
	return err
}

// near gives the help of a programme for events close to a day, that day's own left out: it is counted already.
func near(on day.Day, programme string, all []casefile.Aid) []casefile.Aid {
	var out []casefile.Aid
	for _, a := range all {
		if a.Programme != programme || !a.EventDay.Valid() || a.EventDay == on {
			continue
		}
		if d := on.Sub(a.EventDay); d <= nearDays && d >= -nearDays {
			out = append(out, a)
		}
	}
	return out
}

func (r *record) nearText(in page.In, a casefile.Aid) string {
	return in.T("{0} 的事件已帮扶过 {1}（{2} 到账）。请核对这次说的是不是同一件事；是的话，请用“核实数字”把事件日期改成 {0}。", in.Date(a.EventDay), a.Amount, in.Date(a.On))
}
