package desk

import (
	"context"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/db"
)

// judge puts the standard's answer to a record: the one the panel wrote its report on, else today's. Where no standard is
// in force, or no programme is named yet, there is none.
func (r *record) judge(ctx context.Context, tx *db.Tx) (err error) {
	if r.Verdict, r.Judged = r.Report.Judged(); r.Judged || r.A.State.Ended() {
		return nil
	}
	r.Verdict, err = plan.Judge(ctx, tx, r.A)
	if fault.Is(err, "plan.no_programme") {
		return nil
	}
	r.Judged = err == nil
	return err
}

func dayOf(ms int64) day.Day { return day.Of(time.UnixMilli(ms)) }
