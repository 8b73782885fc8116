package desk

import (
	"context"

	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
)

// readNear finds help had or promised for an event close to the one now told of, so that the officer is asked whether the two are
// one, and what an emergency still owes.
func (r *record) readNear(ctx context.Context, tx *db.Tx) (err error) {
	if r.Near, err = plan.Near(ctx, tx, r.A); err != nil {
		return err
	}
	owes, err := intake.Owing(ctx, tx, r.A.ID)
	if owes {
		r.Owed = r.P.Unseen(r.A.Cause, r.Papers)
	}
	return err
}

func (r *record) nearText(in page.In, a casefile.Aid) string {
	return in.T("{0} 的事件已帮扶过或正在帮扶 {1}。请核对这次说的是不是同一件事，在“回答和核实”里写明。", in.Date(a.EventDay), a.Amount)
}
