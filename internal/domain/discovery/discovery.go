// Package discovery finds the families that the standards would help and that have not asked (S03, scenario 4): it holds what
// workers told in a closed survey against the standards in force and lists those that pass, each with the clauses and figures.
// It decides nothing: an officer applies on a family's behalf, and what was told is checked then.
package discovery

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/household"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/recognition"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/office/survey"
)

// Met is one standard that a family meets: its document and the clauses that said so.
type Met struct {
	Standard  string
	Version   int64
	Name      standard.Text
	Programme string // "" for the recognition of hardship
	Clauses   []standard.Text
}

// Found is one household of the list. Cause is a code of intake; Programme the kind of help that fits best; Hard says that a
// standard is met, Asks that the worker asked for a call. Found holds what was met, as JSON.
type Found struct {
	UnionID, SurveyID, HouseholdID, PersonID string
	UnitID, UnitPath, Cause, Programme       string
	Hard, Asks                               int64
	Found                                    string
	FoundOn                                  day.Day
}

const columns = `union_id, survey_id, household_id, person_id, unit_id, unit_path, cause, programme, hard, asks, found, found_on`

// Met reads what the household meets.
func (f Found) Met() ([]Met, error) {
	var all []Met
	err := json.Unmarshal([]byte(f.Found), &all)
	return all, err
}

type run struct {
	UnionID, SurveyID, After string
	Done                     int64
}

// chunk is how many answers one act looks at: each is judged by every standard in force.
const chunk = 50

// Screen is the chunk of the job that holds the answers of closed named surveys against the standards; "" when all are done.
func Screen(ctx context.Context, tx *db.Tx, _ string) (string, error) {
	all, err := survey.Ended(ctx, tx)
	if err != nil {
		return "", err
	}
	for _, s := range all {
		r, ok, err := db.Maybe[run](ctx, tx, `select union_id, survey_id, after, done from discovery_run where union_id = $1 and survey_id = $2`, tx.Union, s.ID)
		if err != nil {
			return "", err
		}
		if ok && r.Done == 1 {
			continue
		}
		if !ok {
			r = run{UnionID: tx.Union, SurveyID: s.ID}
			if err := db.Insert(ctx, tx, "discovery_run", r); err != nil {
				return "", err
			}
		}
		return "more", r.chunk(ctx, tx, s)
	}
	return "", nil
}

func (r run) chunk(ctx context.Context, tx *db.Tx, s survey.Survey) error {
	some, err := survey.Statements(ctx, tx, s, r.After, chunk)
	if err != nil {
		return err
	}
	b, err := open(ctx, tx)
	if err != nil {
		return err
	}
	for _, st := range some {
		r.After = st.ID
		if err := b.look(ctx, tx, s.ID, st); err != nil {
			return err
		}
	}
	if len(some) < chunk {
		r.Done = 1
	}
	return tx.Must(ctx, "fault.stale", `update discovery_run set after = $3, done = $4 where union_id = $1 and survey_id = $2 and done = 0`, tx.Union, r.SurveyID, r.After, r.Done)
}

// bench is the standards a union judges by today, and their figures.
type bench struct {
	refs  standard.Refs
	rules []rule
}

type rule struct {
	s *standard.Standard
	p intake.Programme
}

func open(ctx context.Context, tx *db.Tx) (bench, error) {
	u, err := org.Info(ctx, tx)
	if err != nil {
		return bench{}, err
	}
	b := bench{}
	if b.refs, err = standard.Lines(ctx, tx, u.Region, tx.Day()); err != nil {
		return b, err
	}
	all, err := intake.Programmes(ctx, tx)
	if err != nil {
		return b, err
	}
	for _, p := range append(all, intake.Programme{Standard: recognition.Standard}) {
		if p.Standard == "" {
			continue
		}
		s, _, err := standard.Current(ctx, tx, p.Standard, tx.Day())
		if fault.Of(err) != nil && fault.Of(err).Kind == fault.Missing {
			continue
		}
		if err != nil {
			return b, err
		}
		b.rules = append(b.rules, rule{s, p})
	}
	return b, nil
}

// look judges one answer and writes down a family that meets a standard or asks for a call. One that has a worker nobody
// knows any more is passed over.
func (b bench) look(ctx context.Context, tx *db.Tx, surveyID string, st survey.Statement) error {
	w, err := person.Get(ctx, tx, st.PersonID)
	if err != nil || w.Status != person.Active {
		if err != nil && fault.Of(err).Kind == fault.Missing {
			err = nil
		}
		return err
	}
	met, err := b.judge(ctx, tx, w, st)
	if err != nil || len(met) == 0 && !st.Asks {
		return err
	}
	text, err := json.Marshal(met)
	if err != nil {
		return err
	}
	f := Found{UnionID: tx.Union, SurveyID: surveyID, HouseholdID: w.HouseholdID, PersonID: w.ID, UnitID: w.UnitID, UnitPath: w.UnitPath,
		Found: string(text), FoundOn: tx.Day()}
	f.Cause, f.Programme = b.fits(met, st.Causes)
	if len(met) > 0 {
		f.Hard = 1
	}
	if st.Asks {
		f.Asks = 1
	}
	if _, err = tx.Exec(ctx, `
		insert into discovery_found (`+columns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		on conflict (union_id, survey_id, household_id) do update set asks = case when excluded.asks > discovery_found.asks then excluded.asks else discovery_found.asks end`,
		f.UnionID, f.SurveyID, f.HouseholdID, f.PersonID, f.UnitID, f.UnitPath, f.Cause, f.Programme, f.Hard, f.Asks, f.Found, f.FoundOn); err != nil || f.Hard == 0 {
		return err
	}
	s, err := SignalOf(ctx, tx, Surveyed)
	if err != nil || s.Off {
		return err
	}
	if f.Cause != "" {
		s.Cause = f.Cause
	}
	return raise(ctx, tx, s, Find{PersonID: w.ID, Ref: "survey/" + surveyID, On: tx.Day(), Args: []any{met[0].Name}})
}

// fits chooses the cause and the kind of help: for the first cause a worker named that something met helps with, the help that
// is for the fewest causes; so the help of an event goes before that of every day.
func (b bench) fits(met []Met, causes []string) (cause, programme string) {
	for _, c := range append(causes, lowIncome) {
		best := intake.Programme{}
		for _, r := range b.rules {
			is := slices.ContainsFunc(met, func(m Met) bool { return m.Programme == r.p.Code && r.p.Code != "" })
			if is && r.p.Fits(intake.Cause(c)) && (best.Code == "" || len(r.p.Causes) < len(best.Causes)) {
				best = r.p
			}
		}
		if best.Code != "" {
			return c, best.Code
		}
	}
	if len(causes) > 0 {
		cause = causes[0]
	}
	return cause, ""
}

// lowIncome is the cause of a family that named none.
const lowIncome = "low_income"

func (b bench) judge(ctx context.Context, tx *db.Tx, w person.Worker, st survey.Statement) ([]Met, error) {
	extra, err := told(st.Facts)
	if err != nil {
		return nil, err
	}
	var met []Met
	for _, r := range b.rules {
		facts, err := household.Facts(ctx, tx, household.Ask{HouseholdID: w.HouseholdID, PersonID: w.ID, On: tx.Day(), Extra: extra, For: r.s})
		if err != nil {
			return nil, fmt.Errorf("facts of %s: %w", w.ID, err)
		}
		v := r.s.Judge(facts, b.refs)
		if v.Outcome == standard.Yes {
			met = append(met, Met{Standard: v.Standard, Version: v.Version, Name: v.Name, Programme: r.p.Code, Clauses: clauses(v)})
		}
	}
	return met, nil
}

// clauses are the sentences of a verdict that speak for the family, with their figures.
func clauses(v standard.Verdict) []standard.Text {
	var out []standard.Text
	for _, c := range v.Classes {
		out = append(out, c.Text)
	}
	for _, t := range v.Trace {
		if t.Truth == standard.Yes && t.Stage == "require" && !slices.Contains(out, t.Text) {
			out = append(out, t.Text)
		}
	}
	return out
}

// List gives the households found in a survey, within the actor's right, that have no open file and no application under way
// or decided since: those a standard is met by first, then those who asked for a call.
func List(ctx context.Context, tx *db.Tx, surveyID string) ([]Found, error) {
	where, args := auth.Scope(tx.Actor, "discovery.see").Where("unit_path", "person_id", tx.Actor.Person, 3)
	all, err := db.All[Found](ctx, tx, `
		select `+columns+` from discovery_found where union_id = $1 and survey_id = $2 and `+where+` order by hard desc, unit_path, person_id limit 1000`,
		append([]any{tx.Union, surveyID}, args...)...)
	if err != nil {
		return nil, err
	}
	out := all[:0]
	for _, f := range all {
		helped, err := asked(ctx, tx, f)
		if err != nil {
			return nil, err
		}
		if !helped {
			out = append(out, f)
		}
	}
	return out, nil
}

// asked reports that a household has a file, or that one of its workers has applied in the year before it was found or since.
func asked(ctx context.Context, tx *db.Tx, f Found) (bool, error) {
	file, ok, err := casefile.OfHousehold(ctx, tx, f.HouseholdID)
	if err != nil || ok && file.State == casefile.Open {
		return true, err
	}
	all, err := person.WorkersOf(ctx, tx, f.HouseholdID)
	if err != nil {
		return false, err
	}
	for _, w := range all {
		apps, err := intake.OpenOf(ctx, tx, w.ID)
		if err != nil {
			return false, err
		}
		since := f.FoundOn.AddMonths(-12).Time().UnixMilli()
		if slices.ContainsFunc(apps, func(a intake.Application) bool {
			return a.State != intake.Draft && a.State != intake.Withdrawn && (a.Live() || a.StartedAt >= since)
		}) {
			return true, nil
		}
	}
	return false, nil
}

// Standing says whether a survey has been looked at to its end.
func Standing(ctx context.Context, tx *db.Tx, surveyID string) (bool, error) {
	done, err := db.Value[int64](ctx, tx, `select done from discovery_run where union_id = $1 and survey_id = $2`, tx.Union, surveyID)
	return done == 1, err
}
