package report

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/household"
	"bangfu/internal/engine/db"
)

// Replayed is the outcome of judging every kept verdict again.
type Replayed struct {
	Verdicts int64       `json:"verdicts"`
	Equal    int64       `json:"equal"`
	Differ   []Different `json:"differ"`
}

// Different is one verdict that does not come out as it was kept. Where is assessment, award, payment or recognition; Why is
// "differs" (the result is another one), "missing" (the union has not the document any more) or "unread" (what was
// kept is no verdict).
type Different struct {
	Where    string `json:"where"`
	ID       string `json:"id"`
	Standard string `json:"standard"`
	Version  int64  `json:"version"`
	Why      string `json:"why"`
}

type keptVerdict struct{ Source, ID, Verdict string }

// Replay judges every verdict of the union again from what was stored with it: its facts, its figures, its document (S13).
// seen, which may be nil, is told how many are done after each hundred.
func Replay(ctx context.Context, tx *db.Tx, seen func(done int64)) (Replayed, error) {
	out := Replayed{Differ: []Different{}}
	last := keptVerdict{}
	for { // page by page, so that no answer stays open while documents are read
		page, err := db.All[keptVerdict](ctx, tx, `
			select source, id, verdict from (
				select 'assessment' as source, id, verdict from intake_assessment where union_id = $1
				union all select 'award', id, verdict from plan_award where union_id = $1
				union all select 'payment', id, verdict from payment_instalment where union_id = $1
				union all select 'recognition', id, verdict from recognition_case where union_id = $1) kept
			where verdict <> '' and (source > $2 or source = $2 and id > $3)
			order by source, id limit 100`, tx.Union, last.Source, last.ID)
		if err != nil || len(page) == 0 {
			return out, err
		}
		for _, k := range page {
			why, d, err := again(ctx, tx, k)
			if err != nil {
				return out, err
			}
			out.Verdicts++
			if why != "" {
				d.Why = why
				out.Differ = append(out.Differ, d)
			} else {
				out.Equal++
			}
		}
		if last = page[len(page)-1]; seen != nil {
			seen(out.Verdicts)
		}
	}
}

// again gives "" for a verdict that comes out equal, else why not; an error is the database's.
func again(ctx context.Context, tx *db.Tx, k keptVerdict) (why string, d Different, err error) {
	v, err := household.Replay(ctx, tx, k.Verdict)
	d = Different{Where: k.Source, ID: k.ID, Standard: v.Standard, Version: v.Version}
	if err == nil {
		return "", d, nil
	}
	f := fault.Of(err)
	switch {
	case v.Hash == "":
		return "unread", d, nil
	case f.Kind == fault.Missing:
		return "missing", d, nil
	case f.Kind == fault.Conflict:
		return "differs", d, nil
	}
	return "", d, err
}
