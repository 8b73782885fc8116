package approval

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// Standing is one step as a page shows it. Past steps say who answered what, when and on what paper; the present one
// says whose turn it is and until when; later ones only what they are. Answered is UTC milliseconds, 0 for not yet.
type Standing struct {
	Step
	Role, Name     string // who answered: the role is the one that did, which may stand in for the step's
	Yes, Recorded  bool
	Reason, Paper  string
	Answered       int64
	Now            bool
	Due            day.Day
	Holders        []org.Holder
	UserID, Person string
}

// View is a matter's way along its route. State is "" (never started), open, approved, refused or cancelled. Round counts
// how often it was started.
type View struct {
	Route Route
	State string
	Round int64
	Steps []Standing
}

// State gives the newest run of a matter, for its pages.
func State(ctx context.Context, tx *db.Tx, kind, id string) (View, error) {
	r, found, err := latest(ctx, tx, kind, id)
	if err != nil || !found {
		return View{}, err
	}
	steps, err := r.steps()
	if err != nil {
		return View{}, err
	}
	v := View{Route: Route{r.Route, r.Name, r.Version, steps}, State: r.State, Round: r.Round}
	given, err := db.All[decision](ctx, tx, `
		select union_id, kind, object_id, round, step, role, user_id, person_id, name, yes, recorded, reason, paper, at
		from approval_decision where union_id = $1 and kind = $2 and object_id = $3 and round = $4 order by step`,
		tx.Union, kind, id, r.Round)
	if err != nil {
		return View{}, err
	}
	for i, s := range steps {
		v.Steps = append(v.Steps, Standing{Step: s, Role: s.Role})
		at := &v.Steps[i]
		if i < len(given) {
			g := given[i]
			*at = Standing{Step: s, Role: g.Role, Name: g.Name, Yes: g.Yes, Recorded: g.Recorded, Reason: g.Reason, Paper: g.Paper,
				Answered: g.At, UserID: g.UserID, Person: g.PersonID}
		}
		if r.State != "open" || int64(i) != r.Step {
			continue
		}
		at.Now, at.Due = true, r.Due
		t, err := turnOf(ctx, tx, r, s)
		if err != nil && !fault.Is(err, "task.nobody") {
			return View{}, err
		}
		at.Holders = append(t.signers, t.writers...)
	}
	return v, nil
}

// Approved reports whether the newest run of a matter was approved to its end: the gate for whatever comes after.
func Approved(ctx context.Context, tx *db.Tx, kind, id string) (bool, error) {
	r, found, err := latest(ctx, tx, kind, id)
	return found && r.State == "approved", err
}
