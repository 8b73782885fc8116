package plan

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/household"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// Judge lets the standard in force today judge an application on the facts as they stand today (S12, S13). Nothing is
// written. Fault: "plan.no_programme" (Refused) when no programme is named yet or no standard is in force for it.
func Judge(ctx context.Context, tx *db.Tx, app intake.Application) (standard.Verdict, error) {
	others, err := promised(ctx, tx, app.HouseholdID, func(a Award) bool { return a.ApplicationID != app.ID })
	if err != nil {
		return standard.Verdict{}, err
	}
	v, ok, err := intake.Judge(ctx, tx, app, others...)
	if err == nil && !ok {
		err = fault.New(fault.Refused, "plan.no_programme")
	}
	return v, err
}

// Near gives the help an application's household had, or was promised on other applications, for an event that may be the one it
// tells of (intake.Near).
func Near(ctx context.Context, tx *db.Tx, app intake.Application) ([]casefile.Aid, error) {
	others, err := promised(ctx, tx, app.HouseholdID, func(a Award) bool { return a.ApplicationID != app.ID })
	if err != nil {
		return nil, err
	}
	return intake.Near(ctx, tx, app, others...)
}

// Rejudge judges an award's household anew for its next instalment: today's standard, and what is on file today. Of the
// application it takes what it tells of its event, and what the file does not know; all else may have changed since. What was
// decided for the household before it counts as given.
func Rejudge(ctx context.Context, tx *db.Tx, a Award) (v standard.Verdict, err error) {
	app, err := intake.Get(ctx, tx, a.ApplicationID)
	if err != nil {
		return v, err
	}
	s, _, err := standard.Current(ctx, tx, a.Standard, tx.Day())
	if err != nil {
		return v, err
	}
	others, err := promised(ctx, tx, a.HouseholdID, func(o Award) bool { return o.ID < a.ID && o.State != Proposed })
	if err != nil {
		return v, err
	}
	facts, err := today(ctx, tx, app, s, others)
	if err != nil {
		return v, err
	}
	u, err := org.Info(ctx, tx)
	if err != nil {
		return v, err
	}
	refs, err := standard.Lines(ctx, tx, u.Region, tx.Day())
	if err != nil {
		return v, err
	}
	return s.Judge(facts, refs), nil
}

// today gives the facts for a judging anew.
func today(ctx context.Context, tx *db.Tx, app intake.Application, s *standard.Standard, others []casefile.Aid) (standard.Facts, error) {
	told, err := intake.Figures(ctx, tx, app)
	if err != nil {
		return nil, err
	}
	all, err := standard.Published()
	if err != nil {
		return nil, err
	}
	event := maps.Clone(told)
	for _, f := range all.Facts {
		if f.Unit == "household" {
			delete(event, f.Name)
		}
	}
	facts, err := household.Facts(ctx, tx, household.Ask{HouseholdID: app.HouseholdID, PersonID: app.PersonID, On: tx.Day(), Extra: event, For: s, Promised: others})
	if err != nil {
		return nil, err
	}
	for name, value := range told {
		if _, known := facts[name]; !known {
			facts[name] = value
		}
	}
	return facts, nil
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

// promised gives the help that is on its way to a household by awards of its own that a condition takes: what is decided and
// not yet paid, one for each instalment on the day it falls due. It counts as given, so that two cases under way at once do not
// both get what may be had once.
func promised(ctx context.Context, tx *db.Tx, householdID string, takes func(Award) bool) ([]casefile.Aid, error) {
	open, err := db.All[Award](ctx, tx, `select `+columns+` from plan_award where union_id = $1 and household_id = $2
		and state in ('proposed', 'reserved', 'public', 'objected', 'cleared', 'signed') order by id`, tx.Union, householdID)
	var out []casefile.Aid
	for _, a := range open {
		if !takes(a) {
			continue
		}
		start := tx.Day()
		if a.SignedAt > 0 {
			start = day.Of(time.UnixMilli(a.SignedAt))
		}
		for n := a.PaidTimes; n < a.Times; n++ {
			out = append(out, casefile.Aid{Ref: a.ID, HouseholdID: a.HouseholdID, PersonID: a.PersonID, Subject: a.Subject, EventDay: a.EventDay,
				Programme: a.Programme, Item: a.Item, Amount: a.Amount, On: max(start.AddMonths(int(n)*Months(a.Period)), tx.Day())})
		}
	}
	return out, err
}

// Months is how many months lie between two instalments of a period.
func Months(period string) int {
	switch period {
	case "monthly":
		return 1
	case "quarterly":
		return 3
	case "per_term":
		return 6
	case "yearly":
		return 12
	}
	return 0
}

// still has the standard judge an award once more, with what others of the household were promised since. Fault: Refused
// "plan.changed" with the verdict's own sentences when it may no longer be given.
func (a Award) still(ctx context.Context, tx *db.Tx) error {
	if err := person.Hold(ctx, tx, a.HouseholdID); err != nil {
		return err
	}
	app, err := intake.Get(ctx, tx, a.ApplicationID)
	if err != nil {
		return err
	}
	others, err := promised(ctx, tx, a.HouseholdID, func(o Award) bool { return o.ID != a.ID && o.State != Proposed })
	if err != nil {
		return err
	}
	v, ok, err := intake.Judge(ctx, tx, app, others...)
	if err != nil || !ok {
		return err
	}
	for _, r := range v.Items {
		if r.Code == a.Item && r.Outcome == standard.Yes && r.Allows(a.Amount) == nil {
			return nil
		}
	}
	return fault.New(fault.Refused, "plan.changed", a.Number, verdictSaid(v))
}
