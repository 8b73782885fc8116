package plan

import (
	"context"
	"encoding/json"
	"slices"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
)

// Judge lets the standard in force today judge an application on the facts as they stand today (S12, S13). Nothing is
// written. Fault: "plan.no_programme" (Refused) when no programme is named yet or no standard is in force for it.
func Judge(ctx context.Context, tx *db.Tx, app intake.Application) (standard.Verdict, error) {
	v, ok, err := intake.Judge(ctx, tx, app)
	if err == nil && !ok {
		err = fault.New(fault.Refused, "plan.no_programme")
	}
	return v, err
}

// Rejudge judges an award's household anew for its next instalment: today's standard, today's facts.
func Rejudge(ctx context.Context, tx *db.Tx, a Award) (standard.Verdict, error) {
	app, err := intake.Get(ctx, tx, a.ApplicationID)
	if err != nil {
		return standard.Verdict{}, err
	}
	return Judge(ctx, tx, app)
}

// Kept gives the verdict an award was decided on, as it was then.
func (a Award) Kept() (v standard.Verdict, err error) {
	return v, json.Unmarshal([]byte(a.Verdict), &v)
}

// item finds the result of an item in a verdict: the first of its kind that is allowed, else the first. Fault:
// "plan.item" (Invalid).
func item(v standard.Verdict, code string) (standard.ItemResult, error) {
	of := func(r standard.ItemResult) bool { return r.Code == code }
	i := slices.IndexFunc(v.Items, func(r standard.ItemResult) bool { return of(r) && r.Outcome == standard.Yes })
	if i < 0 {
		i = slices.IndexFunc(v.Items, of)
	}
	if i < 0 {
		return standard.ItemResult{}, fault.New(fault.Invalid, "plan.item").At("item")
	}
	return v.Items[i], nil
}
