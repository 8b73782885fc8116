package effect

import (
	"context"
	"fmt"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// Visit is one follow-up of a household: due, then done or dropped with its watch.
type Visit struct {
	UnionID, ID, WatchID, FileID, UnitPath string
	No                                     int64
	DueOn                                  day.Day
	State                                  string // due, done or dropped
	DoneOn                                 day.Day
	Way                                    Way
	Figures, Found                         string
	NextStep                               Next
	NextNote, ByUser                       string
	At                                     int64
}

const visitColumns = `union_id, id, watch_id, file_id, unit_path, no, due_on, state, done_on, way, figures, found, next_step, next_note,
	by_user, at`

// Measured gives the figures seen.
func (v Visit) Measured() (Figures, error) { return figures(v.Figures) }

// VisitByID gives one follow-up.
func VisitByID(ctx context.Context, tx *db.Tx, id string) (Visit, error) {
	return db.One[Visit](ctx, tx, `select `+visitColumns+` from effect_visit where union_id = $1 and id = $2`, tx.Union, id)
}

// VisitReached gives a follow-up and its watch that a right of the actor reaches. Fault: "fault.denied", the same for one
// that is not there.
func VisitReached(ctx context.Context, tx *db.Tx, right, id string) (Visit, Watch, error) {
	v, err := VisitByID(ctx, tx, id)
	if err != nil {
		if fault.Of(err).Kind == fault.Missing {
			err = fault.New(fault.Denied, "fault.denied")
		}
		return v, Watch{}, err
	}
	w, err := reached(ctx, tx, right, v.WatchID)
	return v, w, err
}

// Visits gives the follow-ups of a file, newest first.
func Visits(ctx context.Context, tx *db.Tx, fileID string) ([]Visit, error) {
	return db.All[Visit](ctx, tx, `
		select `+visitColumns+` from effect_visit where union_id = $1 and file_id = $2 order by due_on desc, no desc`, tx.Union, fileID)
}

const turnVisit = "effect.visit"

// ahead is how many days before its day a follow-up is put on somebody's desk.
const ahead = 14

// schedule plans follow-up number no of a watch; the last falls on the watch's last day.
func schedule(ctx context.Context, tx *db.Tx, w Watch, no int64) error {
	due := min(w.FromOn.AddMonths(int(w.StepMonths*no)), w.UntilOn)
	return plan(ctx, tx, w, Visit{No: no, DueOn: due})
}

func plan(ctx context.Context, tx *db.Tx, w Watch, v Visit) error {
	v.UnionID, v.ID, v.WatchID, v.FileID, v.UnitPath, v.State = tx.Union, tx.ID(), w.ID, w.FileID, w.UnitPath, "due"
	if err := db.Insert(ctx, tx, "effect_visit", v); err != nil || v.DueOn > tx.Day().Add(ahead) {
		return err
	}
	return v.ask(ctx, tx)
}

// ask puts a follow-up on the desk of who looks after the household, or of the unit's officer.
func (v Visit) ask(ctx context.Context, tx *db.Tx) error {
	f, err := casefile.Get(ctx, tx, v.FileID)
	if err != nil {
		return err
	}
	kin, err := person.Kin(ctx, tx, f.PersonID)
	if err != nil {
		return err
	}
	n := task.New{Kind: turnVisit, Object: "visit", ObjectID: v.ID, UserID: f.Keeper, UnitID: f.UnitID, Barred: append(kin, f.PersonID),
		Due: max(v.DueOn, tx.Day()), Href: "/desk/visits/" + v.ID, Title: "跟踪走访：档案 {0}", Args: []any{f.Number}}
	if n.UserID == "" {
		n.Role = org.RoleOfficer
	}
	return task.Open(ctx, tx, n)
}

// Remind puts the follow-ups that fall due within fourteen days on the desks, once each, and gives how many it looked at;
// it is what the nightly job calls.
func Remind(ctx context.Context, tx *db.Tx) (int, error) {
	all, err := db.All[Visit](ctx, tx, `
		select `+visitColumns+` from effect_visit where union_id = $1 and state = 'due' and due_on <= $2 order by due_on, id limit 500`,
		tx.Union, tx.Day().Add(ahead))
	if err != nil {
		return 0, err
	}
	for _, v := range all {
		if err := v.ask(ctx, tx); err != nil {
			return 0, err
		}
	}
	return len(all), nil
}

// Due lists the follow-ups due on or before a day that the right reaches, the oldest first, 200 at most.
func Due(ctx context.Context, tx *db.Tx, until day.Day) ([]Visit, error) {
	where, args := auth.Scope(tx.Actor, "effect.see").Where("v.unit_path", "", tx.Actor.Person, 3)
	return db.All[Visit](ctx, tx, fmt.Sprintf(`
		select `+visitColumns+` from effect_visit v where v.union_id = $1 and v.state = 'due' and v.due_on <= $2 and %s
		order by v.due_on, v.id limit 200`, where), append([]any{tx.Union, until}, args...)...)
}

// VisitIn is what was seen at one follow-up. What was not asked stays empty.
type VisitIn struct {
	ID         string            `form:"id" kind:"hidden" need:"true" max:"40"`
	On         day.Day           `form:"on" label:"走访日期" need:"true"`
	Way        Way               `form:"way" label:"走访方式" need:"true"`
	Income     *money.Amount     `form:"income" label:"家庭人均月收入" unit:"元" max:"1000000"`
	Debt       *money.Amount     `form:"debt" label:"家庭债务" unit:"元" max:"100000000"`
	Employment person.Employment `form:"employment" label:"本人工作状况"`
	Health     person.Health     `form:"health" label:"本人健康状况"`
	Rating     string            `form:"rating" label:"本人感受" hint:"问一问：和帮扶以前比，日子好些了吗" choices:"1=差多了|2=差一些|3=差不多|4=好一些|5=好多了"`
	Found      string            `form:"found" label:"走访情况" kind:"area" need:"true" max:"1000"`
	Next       Next              `form:"next" label:"下一步" need:"true"`
	NextNote   string            `form:"next_note" label:"下一步说明" kind:"area" max:"500"`
}

// Check wants words on what was seen.
func (in VisitIn) Check() error {
	var l fault.List
	if len([]rune(strings.TrimSpace(in.Found))) < 2 {
		l.Add("found", "effect.found")
	}
	return l.Err()
}

// Record writes one follow-up down, puts its figures into the household's dated facts and plans the next. Faults:
// "effect.visit_done" (Conflict), "effect.visit_day", "fault.denied" for the household's own people.
var Record = act.Act[VisitIn, Visit]{Name: "effect.visit_record", Title: "登记跟踪走访", Right: "effect.visit", Do: record}

func record(ctx context.Context, tx *db.Tx, in VisitIn) (Visit, error) {
	v, w, err := VisitReached(ctx, tx, "effect.visit", in.ID)
	if err != nil {
		return v, err
	}
	switch {
	case v.State != "due":
		return v, fault.New(fault.Conflict, "effect.visit_done")
	case !in.On.Valid() || in.On > tx.Day() || in.On < w.FromOn:
		return v, fault.New(fault.Invalid, "effect.visit_day", string(w.FromOn)).At("on")
	case w.PersonID != "" && w.PersonID == tx.Actor.Person:
		return v, fault.New(fault.Denied, "fault.denied")
	}
	seen := Figures{Income: in.Income, Debt: in.Debt, Employment: string(in.Employment), Health: string(in.Health)}
	if in.Rating != "" {
		seen.Rating = int64(in.Rating[0] - '0')
	}
	if v.Figures, err = seen.text(); err != nil {
		return v, err
	}
	v.State, v.DoneOn, v.Way, v.Found, v.NextStep, v.NextNote = "done", in.On, in.Way, strings.TrimSpace(in.Found), in.Next, strings.TrimSpace(in.NextNote)
	v.ByUser, v.At = tx.Actor.User, tx.Ms()
	err = tx.Must(ctx, "effect.visit_done", `
		update effect_visit set state = 'done', done_on = $3, way = $4, figures = $5, found = $6, next_step = $7, next_note = $8, by_user = $9, at = $10
		where union_id = $1 and id = $2 and state = 'due'`, tx.Union, v.ID, v.DoneOn, v.Way, v.Figures, v.Found, v.NextStep, v.NextNote, v.ByUser, v.At)
	if err != nil {
		return v, err
	}
	return v, w.seen(ctx, tx, v, seen)
}

// seen draws the consequences of a follow-up: facts, the watch's newest figures, the timeline, the next one.
func (w Watch) seen(ctx context.Context, tx *db.Tx, v Visit, f Figures) error {
	if err := w.keepFacts(ctx, tx, v.DoneOn, f); err != nil {
		return err
	}
	text, err := f.text()
	if err != nil {
		return err
	}
	err = tx.Must(ctx, "fault.stale", `
		update effect_watch set after_figures = $3, version = version + 1 where union_id = $1 and id = $2 and state = 'open'`, tx.Union, w.ID, text)
	if err != nil {
		return err
	}
	if err := task.Close(ctx, tx, turnVisit, v.ID); err != nil {
		return err
	}
	err = casefile.Event(ctx, tx, w.FileID, casefile.Entry{Kind: "visit", Text: "effect.event_visit", Args: []any{v.Way, v.NextStep}, Ref: v.ID, On: v.DoneOn})
	if err != nil {
		return err
	}
	if v.NextStep == "sooner" {
		return plan(ctx, tx, w, Visit{No: v.No + 1, DueOn: tx.Day().AddMonths(1)})
	}
	if v.DueOn >= w.UntilOn || v.NextStep == "exit" {
		return w.askEnd(ctx, tx)
	}
	return schedule(ctx, tx, w, v.No+1)
}

// keepFacts writes what was seen into the dated facts of the household and its worker.
func (w Watch) keepFacts(ctx context.Context, tx *db.Tx, on day.Day, f Figures) error {
	put := func(kind, subject, name, value string) error {
		if value == "" {
			return nil
		}
		_, err := person.SetFact(ctx, tx, person.Fact{SubjectKind: kind, SubjectID: subject, Name: name, Period: period(name, on), Known: true,
			Value: value, Source: person.FromOfficer, FromOn: on})
		return err
	}
	if f.Income != nil {
		if err := put(person.OfHousehold, w.HouseholdID, "income_per_head_month", f.Income.Plain()); err != nil {
			return err
		}
	}
	if f.Debt != nil {
		if err := put(person.OfHousehold, w.HouseholdID, "debts", f.Debt.Plain()); err != nil {
			return err
		}
	}
	if err := put(person.OfWorker, w.PersonID, person.FactJob, f.Employment); err != nil {
		return err
	}
	h, err := person.Household(ctx, tx, w.HouseholdID)
	if err != nil {
		return err
	}
	if m, ok := h.MemberOf(w.PersonID); ok {
		return put(person.OfMember, m.ID, person.FactHealth, f.Health)
	}
	return nil
}

func period(name string, on day.Day) string {
	if name == "income_per_head_month" {
		return string(on[:7])
	}
	return ""
}
