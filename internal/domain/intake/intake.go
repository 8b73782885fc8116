// Package intake takes applications for help (S05) and reviews them (S06): what the worker says, the papers, the consents,
// the group leader's and the officer's look at it, and the panel's written report. It never decides an amount.
package intake

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
)

// Application is one asking for help. Programme "" is "not yet named" (a worker may ask for an assessment first, S05).
// Edition is the programme's version it was begun under. AboutID names the member the help is for, as a row of Family.
type Application struct {
	UnionID, ID, Number        string
	PersonID, HouseholdID      string
	UnitID, UnitPath           string
	Programme                  string
	Edition                    int64
	Cause                      Cause
	Others                     string // further causes, separated by spaces
	AboutID                    string
	Emergency                  bool
	State, BackTo              State
	FiledBy, FiledHow          string // user, and self, relative or officer
	FilerName, FilerRelation   string
	Confirmed, ConfirmPaper    string // how the worker stood up for what another filed
	Pages                      string
	RosterNote                 string
	Signed                     string
	OfficerID                  string
	Barred                     string
	Due, KeepUntil, RemindedOn day.Day
	StartedAt                  int64
	SubmittedOn, EndedOn       day.Day
	Reason, Note, Doors        string
	Version                    int64
}

const columns = `union_id, id, number, person_id, household_id, unit_id, unit_path, programme, edition, cause, others, about_id,
	emergency, state, back_to, filed_by, filed_how, filer_name, filer_relation, confirmed, confirm_paper, pages, roster_note, signed,
	officer_id, barred, due, keep_until, reminded_on, started_at, submitted_on, ended_on, reason, note, doors, version`

// Get gives an application by id. It checks no right: that is for the act or page that asks.
func Get(ctx context.Context, tx *db.Tx, id string) (Application, error) {
	return db.One[Application](ctx, tx, `select `+columns+` from intake_application where union_id = $1 and id = $2`, tx.Union, id)
}

// Reached gives an application that a right of the actor reaches, and names it to the audit. Fault: "fault.denied", the
// same for one that is not there. A draft is reached by the worker and by whoever fills it in for them, nobody else.
func Reached(ctx context.Context, tx *db.Tx, right, id string) (Application, error) {
	a, err := Get(ctx, tx, id)
	if err != nil {
		if fault.Of(err).Kind == fault.Missing {
			err = fault.New(fault.Denied, "fault.denied")
		}
		return Application{}, err
	}
	tx.About("application", a.ID)
	tx.Trail.Subject = a.PersonID
	if a.State == Draft && !a.mine(tx) && !a.filer(tx) {
		return Application{}, fault.New(fault.Denied, "fault.denied")
	}
	return a, auth.Reach(tx, right, a.UnitPath, a.PersonID)
}

// mine reports whether the actor is the worker.
func (a Application) mine(tx *db.Tx) bool { return a.PersonID != "" && a.PersonID == tx.Actor.Person }

// filer reports whether the actor fills it in for the worker.
func (a Application) filer(tx *db.Tx) bool { return a.FiledBy != "" && a.FiledBy == tx.Actor.User }

// Has reports whether a page of the draft was finished.
func (a Application) Has(page string) bool { return slices.Contains(strings.Fields(a.Pages), page) }

// Live reports whether something is still to come of it.
func (a Application) Live() bool { return !a.State.Ended() }

// OpenOf gives the newest applications of a person first, ended ones too, at most 50.
func OpenOf(ctx context.Context, tx *db.Tx, personID string) ([]Application, error) {
	return db.All[Application](ctx, tx, `
		select `+columns+` from intake_application where union_id = $1 and person_id = $2 order by id desc limit 50`, tx.Union, personID)
}

// DraftOf gives the draft of a person; false when there is none.
func DraftOf(ctx context.Context, tx *db.Tx, personID string) (Application, bool, error) {
	return db.Maybe[Application](ctx, tx, `
		select `+columns+` from intake_application where union_id = $1 and person_id = $2 and state = 'draft'`, tx.Union, personID)
}

// Story opens what the worker wrote of the hardship. The caller answers for the right to read it.
func Story(ctx context.Context, tx *db.Tx, id string) (string, error) {
	sealed, err := db.One[[]byte](ctx, tx, `select story from intake_application where union_id = $1 and id = $2`, tx.Union, id)
	if err != nil || len(sealed) == 0 {
		return "", err
	}
	return tx.Open(placeStory, id, sealed)
}

// The places sealed texts are bound to.
const (
	placeStory     = "intake_application.story"
	placeMember    = "intake_member.id_no"
	placeFindings  = "intake_visit.findings"
	placeSituation = "intake_assessment.situation"
)

// Worked gives the workers who began an application since an instant (UTC ms), or for whose application something was done
// since: a standard may have judged by what was on file.
func Worked(ctx context.Context, tx *db.Tx, since int64) ([]string, error) {
	return db.All[string](ctx, tx, `
		select person_id from intake_application where union_id = $1 and started_at >= $2
		union select a.person_id from intake_step s join intake_application a on a.union_id = s.union_id and a.id = s.application_id
			where s.union_id = $1 and s.at >= $2`, tx.Union, since)
}
