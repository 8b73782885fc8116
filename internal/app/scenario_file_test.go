package app

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"bangfu/internal/app/world"
	"bangfu/internal/base/day"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/household"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/recognition"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/calendar"
)

// record is what an officer finds about a whole household: record WHO WORKER name=value ….
func (p *player) record(ctx context.Context, l line) error {
	w := p.w.Staff[l.words[2]]
	for _, name := range slices.Sorted(maps.Keys(l.opt)) {
		in := person.FactIn{SubjectKind: person.OfHousehold, SubjectID: w.HouseholdID, Name: name, Value: l.opt[name], Source: person.FromOfficer}
		if _, err := world.Do(ctx, p.w, l.words[1], person.PutFact, in); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// recognise puts a household forward: recognise WHO WORKER CLASS, "none" where the standard says no.
func (p *player) recognise(ctx context.Context, l line) error {
	in := recognition.ProposeIn{PersonID: p.w.Staff[l.words[2]].ID, Level: fund.Own, Cause: "low_income", Reason: "走访核实，情况属实"}
	c, err := world.Do(ctx, p.w, l.words[1], recognition.Propose, in)
	if err != nil {
		return err
	}
	err = p.see(func(ctx context.Context, tx *db.Tx) error {
		_, err := household.Replay(ctx, tx, c.Verdict)
		return err
	})
	if err != nil {
		return err
	}
	return same(c.Class, map[bool]string{true: "", false: l.words[3]}[l.words[3] == "none"])
}

// rule decides on the newest proposal about a worker's household: rule WHO yes|no|back WORKER, reason=.
func (p *player) rule(ctx context.Context, l line) error {
	var all []recognition.Case
	err := p.see(func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = recognition.OfHousehold(ctx, tx, p.w.Staff[l.words[3]].HouseholdID, "")
		return err
	})
	if err != nil {
		return err
	}
	in := recognition.DecideIn{ID: all[0].ID, Answer: recognition.Answer(l.words[2]), Reason: l.opt["reason"]}
	if _, err = world.Do(ctx, p.w, l.words[1], recognition.Decide, in); err != nil {
		return err
	}
	return p.see(func(ctx context.Context, tx *db.Tx) (err error) { // a first yes is public for so long
		p.ends, _, err = calendar.DueFrom(ctx, tx, tx.Day(), 5)
		return err
	})
}

// file compares a household's file, as of a day where on= is given: file WORKER STATE CLASS, "none" for no class.
func (p *player) file(_ context.Context, l line) error {
	return p.see(func(ctx context.Context, tx *db.Tx) error {
		f, _, err := casefile.OfHousehold(ctx, tx, p.w.Staff[l.words[1]].HouseholdID)
		if err == nil && l.opt["on"] != "" {
			f, err = casefile.AsOf(ctx, tx, f.ID, day.Day(l.opt["on"]))
		}
		if err != nil {
			return err
		}
		class := f.Class
		if class == "" {
			class = "none"
		}
		return same([]any{f.State, class}, l.words[2:])
	})
}

// end ends a household's file: end WHO WORKER REASON.
func (p *player) end(ctx context.Context, l line) error {
	var f casefile.File
	err := p.see(func(ctx context.Context, tx *db.Tx) (err error) {
		f, _, err = casefile.OfHousehold(ctx, tx, p.w.Staff[l.words[2]].HouseholdID)
		return err
	})
	if err != nil {
		return err
	}
	_, err = world.Do(ctx, p.w, l.words[1], casefile.Exit, casefile.ExitIn{ID: f.ID, Reason: casefile.Ending(l.words[3]), Since: day.Day(l.opt["since"]), Note: "走访核实"})
	return err
}
