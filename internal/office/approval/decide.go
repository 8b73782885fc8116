package approval

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// taskKind is the kind of the turns this package opens.
const taskKind = "approval"

// Matter is what is to be decided, worked out above this package. Barred are the persons or users whose own or relative's
// case it is; Acted those who have already worked on it (the reviewer, the officer who verified) and so may not sign,
// though they may write down the upper union's paper answer. Route names a route for when no rule of the union asks for
// another. Label is how people call the matter ("BF-2026-000318"), Href its page.
type Matter struct {
	Kind, ID, UnitID string
	Amount           money.Amount
	Programme, Class string
	Emergency        bool
	Barred, Acted    []string
	Route            string
	Label, Href      string
}

// Decision is one step's answer. A no needs its reason; a paper answer needs PaperBlob, the scan.
type Decision struct {
	Yes               bool
	Reason, PaperBlob string
}

// Progress is where the matter stands after a decision. Next is the zero Step once it is Done.
type Progress struct {
	Done, Approved bool
	Next           Step
}

type run struct {
	UnionID, Kind, ObjectID string
	Round                   int64
	UnitID, UnitPath        string
	Amount                  money.Amount
	Programme, Class        string
	Emergency               bool
	Route                   string
	Version                 int64
	Name, Steps             string
	Step                    int64
	State                   string
	Barred, Acted           string
	Due                     day.Day
	StartedAt, EndedAt      int64
}

const runColumns = `union_id, kind, object_id, round, unit_id, unit_path, amount, programme, class, emergency, route, version,
	name, steps, step, state, barred, acted, due, started_at, ended_at`

func latest(ctx context.Context, tx *db.Tx, kind, id string) (run, bool, error) {
	return db.Maybe[run](ctx, tx, `
		select `+runColumns+` from approval_case where union_id = $1 and kind = $2 and object_id = $3 order by round desc limit 1`,
		tx.Union, kind, id)
}

func (r run) steps() ([]Step, error) {
	var steps []Step
	if err := json.Unmarshal([]byte(r.Steps), &steps); err != nil {
		return nil, fmt.Errorf("steps of an approval: %w", err)
	}
	return steps, nil
}

// Start freezes the matter's route and gives the first step its turn. Faults: Conflict "approval.started" while it is
// under way; Refused "task.nobody" when a step has nobody who could decide it.
func Start(ctx context.Context, tx *db.Tx, m Matter) (Route, error) {
	route, err := RouteFor(ctx, tx, m)
	if err != nil {
		return route, err
	}
	before, found, err := latest(ctx, tx, m.Kind, m.ID)
	if err != nil {
		return route, err
	}
	if found && before.State == "open" {
		return route, fault.New(fault.Conflict, "approval.started")
	}
	unit, err := org.UnitOf(ctx, tx, m.UnitID)
	if err != nil {
		return route, err
	}
	steps, err := json.Marshal(route.Steps)
	if err != nil {
		return route, err
	}
	r := run{UnionID: tx.Union, Kind: m.Kind, ObjectID: m.ID, Round: before.Round + 1, UnitID: m.UnitID, UnitPath: unit.Path, Amount: m.Amount,
		Programme: m.Programme, Class: m.Class, Emergency: m.Emergency, Route: route.Code, Version: route.Version, Name: route.Name,
		Steps: string(steps), State: "open", Barred: task.Join(m.Barred), Acted: task.Join(m.Acted), StartedAt: tx.Ms()}
	if r.Due, err = dueOf(ctx, tx, route.Steps[0]); err != nil {
		return route, err
	}
	if err := db.Insert(ctx, tx, "approval_case", r); err != nil {
		if db.Taken(err) {
			return route, fault.New(fault.Conflict, "approval.started")
		}
		return route, err
	}
	return route, giveTurn(ctx, tx, r, m)
}

func dueOf(ctx context.Context, tx *db.Tx, s Step) (day.Day, error) {
	days := s.Days
	if days == 0 {
		text, err := org.Setting(ctx, tx, "decide.days")
		if err != nil {
			return "", err
		}
		if days, err = strconv.Atoi(text); err != nil {
			return "", fmt.Errorf("setting decide.days: %w", err)
		}
	}
	return calendar.Due(ctx, tx, days)
}

// turn is who may answer a step: those who sign, or those who write down the upper union's paper answer.
type turn struct {
	role    string
	signers []org.Holder
	writers []org.Holder
}

// turnOf works out who may answer the step a run has come to. When everyone who could sign is barred the upper union
// decides; where it has no account here, its paper answer is written down (settled questions, "Who").
func turnOf(ctx context.Context, tx *db.Tx, r run, s Step) (turn, error) {
	acted, err := actedIn(ctx, tx, r)
	if err != nil {
		return turn{}, err
	}
	barred := slices.Concat(task.Split(r.Barred), task.Split(r.Acted), acted)
	var t turn
	t.role, t.signers, err = task.Turn(ctx, tx, task.Where{Role: s.Role, UnitPath: r.UnitPath, Barred: barred})
	nobody := fault.Is(err, "task.nobody")
	if err != nil && !nobody {
		return t, err
	}
	if nobody && s.Role != org.RoleUpper {
		held, failed := org.Holders(ctx, tx, s.Role, r.UnitID)
		if failed != nil {
			return t, failed
		}
		if len(held) == 0 { // not barred but never appointed: the set-up has too few people
			return t, err
		}
	}
	if nobody || s.Answer == AnswerRecord {
		t.role = org.RoleUpper
		_, t.writers, err = task.Turn(ctx, tx, task.Where{Role: org.RoleOfficer, UnitPath: r.UnitPath, Barred: task.Split(r.Barred)})
		if len(t.signers) > 0 && fault.Is(err, "task.nobody") {
			err = nil
		}
	}
	return t, err
}

type decided struct{ UserID, PersonID string }

// giveTurn opens the turn of the step a run has come to.
func giveTurn(ctx context.Context, tx *db.Tx, r run, m Matter) error {
	steps, err := r.steps()
	if err != nil {
		return err
	}
	s := steps[r.Step]
	t, err := turnOf(ctx, tx, r, s)
	if err != nil {
		return err
	}
	label, href := m.Label, m.Href
	if label == "" {
		label = r.Name
	}
	if href == "" {
		href = "/desk/approvals/" + r.Kind + "/" + r.ObjectID
	}
	n := task.New{Kind: taskKind, Object: r.Kind, ObjectID: r.ObjectID, Role: s.Role, UnitID: r.UnitID, Due: r.Due, Href: href,
		Title: "approval.turn", Args: []any{label}}
	acted, err := actedIn(ctx, tx, r)
	if err != nil {
		return err
	}
	n.Barred = slices.Concat(task.Split(r.Barred), task.Split(r.Acted), acted)
	if len(t.signers) == 0 {
		n.Role, n.Barred, n.Title = org.RoleOfficer, task.Split(r.Barred), "approval.turn_paper"
	}
	return task.Open(ctx, tx, n)
}

// actedIn gives the persons and users who have signed in this run.
func actedIn(ctx context.Context, tx *db.Tx, r run) ([]string, error) {
	list, err := db.All[decided](ctx, tx, `
		select user_id, person_id from approval_decision
		where union_id = $1 and kind = $2 and object_id = $3 and round = $4 and recorded = 0`, tx.Union, r.Kind, r.ObjectID, r.Round)
	var out []string
	for _, d := range list {
		out = append(out, d.UserID, d.PersonID)
	}
	return out, err
}

// Decide gives the answer of the step whose turn it is. It checks that the matter is the one that was started, that it is
// the actor's turn, and that the actor is neither barred nor has acted on it before. Faults: Conflict "approval.none" (not
// under way), "approval.changed" (another amount or unit than was started), "fault.stale" (someone was faster); Refused
// "approval.barred", "approval.same_person"; Denied "approval.not_yours"; Invalid "approval.reason", "approval.paper".
func Decide(ctx context.Context, tx *db.Tx, m Matter, d Decision) (Progress, error) {
	r, found, err := latest(ctx, tx, m.Kind, m.ID)
	switch {
	case err != nil:
		return Progress{}, err
	case !found || r.State != "open":
		return Progress{}, fault.New(fault.Conflict, "approval.none")
	case r.Amount != m.Amount || r.UnitID != m.UnitID:
		return Progress{}, fault.New(fault.Conflict, "approval.changed")
	}
	d.Reason = strings.TrimSpace(d.Reason)
	if !d.Yes && len([]rune(d.Reason)) < 2 {
		return Progress{}, fault.New(fault.Invalid, "approval.reason").At("reason")
	}
	r.Barred = task.Join(slices.Concat(task.Split(r.Barred), m.Barred))
	r.Acted = task.Join(slices.Concat(task.Split(r.Acted), m.Acted))
	steps, err := r.steps()
	if err != nil {
		return Progress{}, err
	}
	t, err := turnOf(ctx, tx, r, steps[r.Step])
	if err != nil {
		return Progress{}, err
	}
	recorded, err := t.admit(ctx, tx, r)
	if err != nil {
		return Progress{}, err
	}
	if recorded && d.PaperBlob == "" {
		return Progress{}, fault.New(fault.Invalid, "approval.paper").At("paper")
	}
	return r.advance(ctx, tx, answer{m, d, t.role, recorded})
}

// admit says whether the actor may answer, and whether that is a paper answer written down.
func (t turn) admit(ctx context.Context, tx *db.Tx, r run) (recorded bool, err error) {
	me := func(h org.Holder) bool { return h.UserID == tx.Actor.User }
	who := tx.Actor
	if task.Bars(task.Split(r.Barred), who.User, who.Person) {
		return false, fault.New(fault.Refused, "approval.barred")
	}
	if slices.ContainsFunc(t.signers, me) {
		return false, nil
	}
	if slices.ContainsFunc(t.writers, me) {
		return true, nil
	}
	acted, err := actedIn(ctx, tx, r)
	if err != nil {
		return false, err
	}
	if task.Bars(slices.Concat(task.Split(r.Acted), acted), who.User, who.Person) {
		return false, fault.New(fault.Refused, "approval.same_person")
	}
	return false, fault.New(fault.Denied, "approval.not_yours")
}

type answer struct {
	m        Matter
	d        Decision
	role     string
	recorded bool
}

type decision struct {
	UnionID, Kind, ObjectID      string
	Round, Step                  int64
	Role, UserID, PersonID, Name string
	Yes, Recorded                bool
	Reason, Paper                string
	At                           int64
}

// advance writes the answer down and moves the run on.
func (r run) advance(ctx context.Context, tx *db.Tx, a answer) (Progress, error) {
	steps, err := r.steps()
	if err != nil {
		return Progress{}, err
	}
	next, p := r, Progress{}
	next.Step++
	switch {
	case !a.d.Yes:
		next.State, p.Done = "refused", true
	case int(next.Step) == len(steps):
		next.State, p.Done, p.Approved = "approved", true, true
	default:
		p.Next = steps[next.Step]
		if next.Due, err = dueOf(ctx, tx, p.Next); err != nil {
			return Progress{}, err
		}
	}
	if p.Done {
		next.EndedAt = tx.Ms()
	}
	err = tx.Must(ctx, "fault.stale", `
		update approval_case set step = $5, state = $6, due = $7, ended_at = $8, barred = $9, acted = $10
		where union_id = $1 and kind = $2 and object_id = $3 and round = $4 and state = 'open' and step = $11`,
		tx.Union, r.Kind, r.ObjectID, r.Round, next.Step, next.State, next.Due, next.EndedAt, next.Barred, next.Acted, r.Step)
	if err != nil {
		return Progress{}, err
	}
	err = db.Insert(ctx, tx, "approval_decision", decision{UnionID: tx.Union, Kind: r.Kind, ObjectID: r.ObjectID, Round: r.Round, Step: r.Step,
		Role: a.role, UserID: tx.Actor.User, PersonID: tx.Actor.Person, Name: tx.Actor.Name, Yes: a.d.Yes, Recorded: a.recorded,
		Reason: a.d.Reason, Paper: a.d.PaperBlob, At: tx.Ms()})
	if err != nil {
		return Progress{}, err
	}
	if err := task.Close(ctx, tx, taskKind, r.ObjectID); err != nil || p.Done {
		return p, err
	}
	return p, giveTurn(ctx, tx, next, a.m)
}

// Cancel ends a run that is under way: the matter was withdrawn or goes back to be changed. None is no fault.
func Cancel(ctx context.Context, tx *db.Tx, kind, id string) error {
	n, err := tx.Exec(ctx, `
		update approval_case set state = 'cancelled', ended_at = $4
		where union_id = $1 and kind = $2 and object_id = $3 and state = 'open'`, tx.Union, kind, id, tx.Ms())
	if err != nil || n == 0 {
		return err
	}
	return task.Close(ctx, tx, taskKind, id)
}

// Rehome moves what is being decided on a thing to another unit: those who decide there do so from the next step on.
func Rehome(ctx context.Context, tx *db.Tx, kind, objectID string, to org.Unit) error {
	_, err := tx.Exec(ctx, `update approval_case set unit_id = $4, unit_path = $5 where union_id = $1 and kind = $2 and object_id = $3 and state = 'open'`,
		tx.Union, kind, objectID, to.ID, to.Path)
	return err
}
