package intake

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/org"
)

// State is where an application stands.
type State string

// The states (ux §1.0). Decided, Refused and Withdrawn are ends.
const (
	Draft       State = "draft"
	Submitted   State = "submitted"
	Returned    State = "returned"
	Verifying   State = "verifying"
	Visiting    State = "visiting"
	Panel       State = "panel"
	Recommended State = "recommended"
	Decided     State = "decided"
	Refused     State = "refused"
	Withdrawn   State = "withdrawn"
)

// States lists every state in the order of a case.
func States() []State {
	return []State{Draft, Submitted, Returned, Verifying, Visiting, Panel, Recommended, Decided, Refused, Withdrawn}
}

// Say gives the staff's word for the state.
func (s State) Say(l words.Lang) string { return words.T(l, "intake.state."+string(s)) }

// Plain gives the worker's word for the state.
func (s State) Plain() words.Key { return words.Key("intake.plain." + string(s)) }

// Ended reports an end.
func (s State) Ended() bool { return s == Decided || s == Refused || s == Withdrawn }

// Move is one line of the table of states: what may be done where, and where it leads. Days names the setting that says
// how many workdays the next one has; "" sets no date.
type Move struct {
	From State
	Act  string
	To   State
	Days string
}

// Moves is the whole table. Whoever may do an act is said by its right; this says when.
func Moves() []Move {
	return []Move{
		{Draft, "submit", Submitted, "first.days"},
		{Draft, "withdraw", Withdrawn, ""},
		{Submitted, "pass", Verifying, "verify.days"},
		{Submitted, "forward", Verifying, "verify.days"},
		{Submitted, "return", Returned, "return.days"},
		{Submitted, "withdraw", Withdrawn, ""},
		{Submitted, "end", Withdrawn, ""},
		{Returned, "supply", Submitted, "first.days"},
		{Returned, "supply", Verifying, "verify.days"},
		{Returned, "supply", Visiting, "verify.days"},
		{Returned, "supply", Panel, "panel.days"},
		{Returned, "refuse", Refused, ""},
		{Returned, "withdraw", Withdrawn, ""},
		{Returned, "end", Withdrawn, ""},
		{Verifying, "visit", Visiting, "verify.days"},
		{Verifying, "verify", Panel, "panel.days"},
		{Verifying, "return", Returned, "return.days"},
		{Verifying, "refuse", Refused, ""},
		{Verifying, "withdraw", Withdrawn, ""},
		{Verifying, "end", Withdrawn, ""},
		{Visiting, "visit", Visiting, "verify.days"},
		{Visiting, "verify", Panel, "panel.days"},
		{Visiting, "return", Returned, "return.days"},
		{Visiting, "refuse", Refused, ""},
		{Visiting, "withdraw", Withdrawn, ""},
		{Visiting, "end", Withdrawn, ""},
		{Panel, "assess", Recommended, "decide.days"},
		{Panel, "return", Returned, "return.days"},
		{Panel, "refuse", Refused, ""},
		{Panel, "withdraw", Withdrawn, ""},
		{Panel, "end", Withdrawn, ""},
		{Recommended, "reopen", Panel, "panel.days"},
		{Recommended, "decide", Decided, ""},
		{Recommended, "refuse", Refused, ""},
		{Recommended, "withdraw", Withdrawn, ""},
		{Recommended, "end", Withdrawn, ""},
		{Decided, "withdraw", Withdrawn, ""},
		{Decided, "end", Withdrawn, ""},
		{Refused, "uphold", Verifying, "verify.days"},
	}
}

// find gives the line of the table for an act from a state to a state ("" takes the first).
func find(from State, act string, to State) (Move, bool) {
	for _, m := range Moves() {
		if m.From == from && m.Act == act && (to == "" || to == m.To) {
			return m, true
		}
	}
	return Move{}, false
}

// Can reports whether an act is possible from a state.
func (s State) Can(act string) bool {
	_, ok := find(s, act, "")
	return ok
}

// Step is one move that was made.
type Step struct {
	UnionID, ApplicationID string
	N                      int64
	Act                    string
	FromState, ToState     State
	UserID, PersonID, Name string
	Answer, Reasons, Note  string
	Due                    day.Day
	At                     int64
}

const stepColumns = `union_id, application_id, n, act, from_state, to_state, user_id, person_id, name, answer, reasons, note, due, at`

// Steps gives the moves of an application in order.
func Steps(ctx context.Context, tx *db.Tx, id string) ([]Step, error) {
	return db.All[Step](ctx, tx, `select `+stepColumns+` from intake_step where union_id = $1 and application_id = $2 order by n`, tx.Union, id)
}

// move makes a move of the table and writes it down; s says the act, the state wanted (or "") and what is to be kept.
// Faults: "intake.state" (Refused) where the table has no such line; "fault.stale" (Conflict) when someone was faster.
func move(ctx context.Context, tx *db.Tx, a *Application, s Step) error {
	m, ok := find(a.State, s.Act, s.ToState)
	if !ok {
		return fault.New(fault.Refused, "intake.state", a.State, words.Key("intake.act."+s.Act))
	}
	s.Due = ""
	if m.Days != "" {
		n, err := days(ctx, tx, m.Days)
		if err != nil {
			return err
		}
		if s.Due, err = calendar.Due(ctx, tx, n); err != nil {
			return err
		}
	}
	from := a.State
	a.State, a.Due = m.To, s.Due
	if a.State.Ended() {
		a.EndedOn = tx.Day()
	}
	if a.State == Returned {
		a.BackTo = from
	}
	if err := save(ctx, tx, a, from); err != nil {
		return err
	}
	s.FromState, s.ToState = from, m.To
	return note(ctx, tx, a.ID, s)
}

// note writes a step; one that moves nothing has the same state twice.
func note(ctx context.Context, tx *db.Tx, id string, s Step) error {
	s.UnionID, s.ApplicationID, s.At = tx.Union, id, tx.Ms()
	s.UserID, s.PersonID, s.Name = tx.Actor.User, tx.Actor.Person, tx.Actor.Name
	n, err := db.Value[int64](ctx, tx, `select max(n) from intake_step where union_id = $1 and application_id = $2`, tx.Union, id)
	if err != nil {
		return err
	}
	s.N = n + 1
	return db.Insert(ctx, tx, "intake_step", s)
}

// save writes an application back; from and the version seen guard against someone faster. Fault: "fault.stale".
func save(ctx context.Context, tx *db.Tx, a *Application, from State) error {
	err := tx.Must(ctx, "fault.stale", `
		update intake_application set number = $5, programme = $6, edition = $7, cause = $8, others = $9, about_id = $10, emergency = $11,
			state = $12, back_to = $13, filer_name = $14, filer_relation = $15, confirmed = $16, confirm_paper = $17, pages = $18,
			roster_note = $19, signed = $20, officer_id = $21, barred = $22, due = $23, keep_until = $24, submitted_on = $25,
			ended_on = $26, reason = $27, note = $28, doors = $29, household_id = $30, unit_id = $31, unit_path = $32,
			reminded_on = $33, version = version + 1
		where union_id = $1 and id = $2 and state = $3 and version = $4`,
		tx.Union, a.ID, from, a.Version, a.Number, a.Programme, a.Edition, a.Cause, a.Others, a.AboutID, a.Emergency,
		a.State, a.BackTo, a.FilerName, a.FilerRelation, a.Confirmed, a.ConfirmPaper, a.Pages, a.RosterNote, a.Signed, a.OfficerID,
		a.Barred, a.Due, a.KeepUntil, a.SubmittedOn, a.EndedOn, a.Reason, a.Note, a.Doors, a.HouseholdID, a.UnitID, a.UnitPath, a.RemindedOn)
	a.Version++
	return err
}

// days reads a setting that is a number of workdays.
func days(ctx context.Context, tx *db.Tx, name string) (int, error) {
	text, err := org.Setting(ctx, tx, name)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, r := range text {
		if r < '0' || r > '9' || n > 1000 {
			return 0, fault.New(fault.Internal, "fault.internal")
		}
		n = n*10 + int(r-'0')
	}
	return n, nil
}
