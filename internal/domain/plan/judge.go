package plan

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/household"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// Judge lets the standard in force today judge an application on the facts as they stand today (S12, S13). Nothing is
// written. Fault: "plan.no_programme" (Refused) when no programme is named yet or no standard is in force for it.
func Judge(ctx context.Context, tx *db.Tx, app intake.Application) (standard.Verdict, error) {
	promised, err := promisedTo(ctx, tx, app)
	if err != nil {
		return standard.Verdict{}, err
	}
	v, ok, err := intake.Judge(ctx, tx, app, promised...)
	if err == nil && !ok {
		err = fault.New(fault.Refused, "plan.no_programme")
	}
	return v, err
}

// Rejudge judges an award's household anew for its next instalment: today's standard, and what is on file today. Of the
// application it takes what it tells of its event, and what the file does not know; all else may have changed since.
func Rejudge(ctx context.Context, tx *db.Tx, a Award) (v standard.Verdict, err error) {
	app, err := intake.Get(ctx, tx, a.ApplicationID)
	if err != nil {
		return v, err
	}
	s, _, err := standard.Current(ctx, tx, a.Standard, tx.Day())
	if err != nil {
		return v, err
	}
	facts, err := today(ctx, tx, app, s)
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
func today(ctx context.Context, tx *db.Tx, app intake.Application, s *standard.Standard) (standard.Facts, error) {
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
	facts, err := household.Facts(ctx, tx, household.Ask{HouseholdID: app.HouseholdID, PersonID: app.PersonID, On: tx.Day(), Extra: event, For: s})
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

// promisedTo gives the help decided for a household and not yet signed, from other applications: it counts as given, so
// that two cases under way at once do not both get what may be had once.
func promisedTo(ctx context.Context, tx *db.Tx, app intake.Application) ([]casefile.Aid, error) {
	open, err := db.All[Award](ctx, tx, `select `+columns+` from plan_award where union_id = $1 and household_id = $2
		and application_id <> $3 and state in ('reserved', 'public', 'objected', 'cleared') order by id`, tx.Union, app.HouseholdID, app.ID)
	out := make([]casefile.Aid, 0, len(open))
	for _, a := range open {
		out = append(out, casefile.Aid{Ref: a.ID, HouseholdID: a.HouseholdID, PersonID: a.PersonID, Subject: a.Subject, EventDay: a.EventDay, Programme: a.Programme,
			Item: a.Item, Amount: a.Amount, On: tx.Day()})
	}
	return out, err
}
