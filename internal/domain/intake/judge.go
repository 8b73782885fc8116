package intake

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/household"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// Judge has the programme's standard judge an application as of today. False when no standard is in force or no programme
// is named yet: a panel then judges by hand. Promised is help decided and not yet given, which counts as given; plan knows it.
func Judge(ctx context.Context, tx *db.Tx, a Application, promised ...casefile.Aid) (standard.Verdict, bool, error) {
	p, err := ProgrammeOf(ctx, tx, a)
	if err != nil || p.Standard == "" {
		return standard.Verdict{}, false, err
	}
	s, _, err := standard.Current(ctx, tx, p.Standard, tx.Day())
	if err != nil {
		if fault.Of(err).Kind == fault.Missing {
			err = nil
		}
		return standard.Verdict{}, false, err
	}
	u, err := org.Info(ctx, tx)
	if err != nil {
		return standard.Verdict{}, false, err
	}
	refs, err := standard.Lines(ctx, tx, u.Region, tx.Day())
	if err != nil {
		return standard.Verdict{}, false, err
	}
	told, err := Figures(ctx, tx, a)
	if err != nil {
		return standard.Verdict{}, false, err
	}
	facts, err := household.Facts(ctx, tx, household.Ask{HouseholdID: a.HouseholdID, PersonID: a.PersonID, On: tx.Day(), Extra: told, For: s,
		Promised: promised})
	if err != nil {
		return standard.Verdict{}, false, err
	}
	return s.Judge(facts, refs), true, nil
}
