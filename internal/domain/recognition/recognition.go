// Package recognition decides whether a household counts as one in hardship, and of which class (建档认定): the standard in
// force judges what is on file, an officer proposes, a second person decides. Recognition and single benefits are decided
// apart: an application may be helped without it, and it pays nothing by itself (policy §1).
package recognition

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/household"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// Standard is the code of the document that judges. The union may change it; it is shipped as what has been in use since
// 2020.
const Standard = "recognition"

// State is where a proposal stands.
type State string

// The states. Returned went back to whoever proposed it, undecided. Public is agreed to and made public; in the books it is a proposal
// that somebody has decided (Stands tells the two apart).
const (
	Proposed   State = "proposed"
	Public     State = "public"
	Recognised State = "recognised"
	Refused    State = "refused"
	Returned   State = "returned"
)

// Choices lists the states in menu order.
func (State) Choices() []form.Choice {
	return []form.Choice{{Value: "proposed", Label: "待决定"}, {Value: "public", Label: "公示中"}, {Value: "recognised", Label: "已认定"}, {Value: "refused", Label: "不予认定"}, {Value: "returned", Label: "已退回"}}
}

// Say gives the word of a state.
func (s State) Say(l words.Lang) string { return say(l, s.Choices(), string(s)) }

// Class is a class of hardship (policy §1.2, the classes since 2020).
type Class string

// Choices lists the classes in menu order.
func (Class) Choices() []form.Choice {
	return []form.Choice{{Value: "deep", Label: "深度困难"}, {Value: "relative", Label: "相对困难"}, {Value: "accident", Label: "意外致困"}}
}

// Say gives the word of a class; one of the union's own is said as it is written.
func (c Class) Say(l words.Lang) string {
	if s := say(l, c.Choices(), string(c)); s != "—" || c == "" {
		return s
	}
	return string(c)
}

func say(l words.Lang, all []form.Choice, value string) string {
	for _, c := range all {
		if c.Value == value {
			return words.T(l, c.Label)
		}
	}
	return "—"
}

// Case is one proposal and what became of it. Kind is "first" or "review" (年审). FileID is the file it led to, "" for none.
type Case struct {
	UnionID, ID, HouseholdID, PersonID string
	UnitID, UnitPath, FileID, Kind     string
	State                              State
	Class                              Class
	Level                              fund.Level
	Cause                              casefile.Cause
	Standard                           string
	StandardVersion                    int64
	Verdict, Reason                    string
	ProposedBy                         string
	ProposedOn                         day.Day
	ProposedAt                         int64
	DecidedBy                          string
	DecidedOn                          day.Day
	DecidedAt                          int64
	Note                               string
	Version                            int64
}

const columns = `union_id, id, household_id, person_id, unit_id, unit_path, file_id, kind, state, class, level, cause, standard,
	standard_version, verdict, reason, proposed_by, proposed_on, proposed_at, decided_by, decided_on, decided_at, note, version`

// Stands is the state as people see it.
func (c Case) Stands() State {
	if c.State == Proposed && c.DecidedAt > 0 {
		return Public
	}
	return c.State
}

// Kept gives the verdict the proposal stands on, as it was then.
func (c Case) Kept() (standard.Verdict, error) { return household.Thaw(c.Verdict) }

// Get gives a proposal by id. It checks no right. Fault: Missing.
func Get(ctx context.Context, tx *db.Tx, id string) (Case, error) {
	return db.One[Case](ctx, tx, `select `+columns+` from recognition_case where union_id = $1 and id = $2`, tx.Union, id)
}

// Reached gives a proposal that a right of the actor reaches. Fault: "fault.denied", the same for one that is not there.
func Reached(ctx context.Context, tx *db.Tx, right, id string) (Case, error) {
	c, err := Get(ctx, tx, id)
	if err != nil {
		if fault.Of(err).Kind == fault.Missing {
			err = fault.New(fault.Denied, "fault.denied")
		}
		return Case{}, err
	}
	tx.About("recognition", c.ID)
	tx.Trail.Subject = c.PersonID
	return c, auth.Reach(tx, right, c.UnitPath, c.PersonID)
}

// OfHousehold gives every proposal about a household up to a day ("" for all), newest first.
func OfHousehold(ctx context.Context, tx *db.Tx, householdID string, on day.Day) ([]Case, error) {
	if on == "" {
		on = tx.Day()
	}
	return db.All[Case](ctx, tx, `
		select `+columns+` from recognition_case where union_id = $1 and household_id = $2 and proposed_on <= $3
		order by proposed_at desc, id desc`, tx.Union, householdID, on)
}

// Worked gives the workers about whom something was proposed or decided since an instant (UTC ms).
func Worked(ctx context.Context, tx *db.Tx, since int64) ([]string, error) {
	return db.All[string](ctx, tx, `select distinct person_id from recognition_case where union_id = $1 and (proposed_at >= $2 or decided_at >= $2)`, tx.Union, since)
}

// Judge lets the standard in force today judge a worker's household on what is on file today, and on what was told of an
// event (other facts of told are not used). Nothing is written. Faults: "standard.none_in_force", Missing.
func Judge(ctx context.Context, tx *db.Tx, w person.Worker, told standard.Facts) (standard.Verdict, error) {
	event := standard.Facts{}
	for _, name := range []string{"on_duty_disaster", "accident_cost"} {
		event[name] = told[name]
	}
	s, _, err := standard.Current(ctx, tx, Standard, tx.Day())
	if err != nil {
		return standard.Verdict{}, err
	}
	facts, err := household.Facts(ctx, tx, household.Ask{HouseholdID: w.HouseholdID, PersonID: w.ID, Extra: event, For: s})
	if err != nil {
		return standard.Verdict{}, err
	}
	u, err := org.Info(ctx, tx)
	if err != nil {
		return standard.Verdict{}, err
	}
	refs, err := standard.Lines(ctx, tx, u.Region, tx.Day())
	if err != nil {
		return standard.Verdict{}, err
	}
	return s.Judge(facts, refs), nil
}
