package intake

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// Judge has the programme's standard judge an application as of today. False when no standard is in force or no programme
// is named yet: a panel then judges by hand.
func Judge(ctx context.Context, tx *db.Tx, a Application) (standard.Verdict, bool, error) {
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
	facts, err := Facts(ctx, tx, a)
	if err != nil {
		return standard.Verdict{}, false, err
	}
	return s.Judge(facts, refs), true, nil
}

// fileFacts gives what is on file of the household and of the worker under the names of the vocabulary.
func fileFacts(ctx context.Context, tx *db.Tx, a Application) (standard.Facts, error) {
	home, err := person.Household(ctx, tx, a.HouseholdID)
	if err != nil {
		return nil, err
	}
	v, err := standard.Published()
	if err != nil {
		return nil, err
	}
	out := standard.Facts{}
	for _, f := range v.Facts {
		subject := map[string]string{"household": a.HouseholdID, "person": a.PersonID}[f.Unit]
		kept, ok := home.Fact(subject, f.Name)
		if subject == "" || !ok {
			continue
		}
		text := kept.Value
		if f.Sort == standard.Money || f.Sort == standard.Int || f.Sort == standard.Bool {
			text = plainInt(kept.Num)
		}
		out[f.Name] = Fact{Sort: f.Sort}.value(text)
	}
	return out, nil
}
