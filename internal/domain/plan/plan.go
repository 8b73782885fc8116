// Package plan decides (S07, S08): a plan with its steps for each case, meetings with their minutes, and the award, the
// one grant of aid that is judged by a standard, decided along a route, published, and handed to payment to be signed.
//
// An award goes proposed → reserved → public → cleared → signed → paid. The decision reserves budget; an objection holds
// exactly this award; the final signature is payment's. In an emergency the award is cleared at once and its papers are
// due later (policy §1.5).
package plan

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/org"
)

// State is where an award stands.
type State string

// The states of an award.
const (
	Proposed  State = "proposed"  // waits for the decision
	Refused   State = "refused"   // decided against
	Reserved  State = "reserved"  // decided for; budget stands aside; waits to be published
	Public    State = "public"    // under 公示
	Objected  State = "objected"  // an objection holds it
	Cleared   State = "cleared"   // published without objection left; waits for the final signature
	Signed    State = "signed"    // signed; instalments are scheduled
	Paid      State = "paid"      // every instalment has reached the worker
	Stopped   State = "stopped"   // ended before all was paid; what was not spent is released
	Cancelled State = "cancelled" // an objection was upheld, or the worker withdrew
)

// moves is the state table: from → to.
func moves() map[State][]State {
	return map[State][]State{
		Proposed: {Refused, Reserved, Cleared, Cancelled},
		Reserved: {Public, Cancelled},
		Public:   {Objected, Cleared, Cancelled},
		Objected: {Public, Cleared, Cancelled},
		Cleared:  {Signed, Cancelled},
		Signed:   {Paid, Stopped},
		Stopped:  {},
		Paid:     {}, Refused: {}, Cancelled: {},
	}
}

// Say gives the state in a language.
func (s State) Say(l words.Lang) string { return words.T(l, "plan.state."+string(s)) }

// Ended reports a state nothing comes after.
func (s State) Ended() bool { return len(moves()[s]) == 0 }

// Award is one grant of aid. Amount is one instalment in fen, Total all of them; Verdict is the judgement kept as it was.
type Award struct {
	UnionID, ID, Number                                            string
	ApplicationID, HouseholdID, PersonID, UnitID, UnitPath, Masked string
	Programme, Standard, Item, ItemName, Subject, Kind, Period     string
	EventDay                                                       day.Day // of the event it is for; "" where it is for none
	Times                                                          int64
	Amount, Total                                                  money.Amount
	Reason, Clause, Verdict                                        string
	Pocket, FileLevel                                              string
	Year                                                           int64
	Emergency                                                      bool
	PapersDue                                                      day.Day
	State                                                          State
	Trouble, MadeBy                                                string
	MadeAt, DecidedAt, PublishedAt, SignedAt                       int64
	SignedBy                                                       string
	Version                                                        int64
	ItemNameEn                                                     string
	PaidTimes                                                      int64
	Donor                                                          string // whose wish was read and is followed; "" where the pocket names none
}

// Called is the item's name in both languages, as the standard has it.
func (a Award) Called() standard.Text { return standard.Text{Zh: a.ItemName, En: a.ItemNameEn} }

const columns = `union_id, id, number, application_id, household_id, person_id, unit_id, unit_path, masked, programme, standard,
	item, item_name, subject, event_day, kind, period, times, amount, total, reason, clause, verdict, pocket, file_level, year, emergency,
	papers_due, state, trouble, made_by, made_at, decided_at, published_at, signed_at, signed_by, version, item_name_en, paid_times, donor`

// Get gives an award by id.
func Get(ctx context.Context, tx *db.Tx, id string) (Award, error) {
	return db.One[Award](ctx, tx, `select `+columns+` from plan_award where union_id = $1 and id = $2`, tx.Union, id)
}

// Reached gives an award the actor's right reaches. Fault: "fault.denied", also for what is not there.
func Reached(ctx context.Context, tx *db.Tx, right, id string) (Award, error) {
	a, err := Get(ctx, tx, id)
	if fault.Is(err, "fault.missing") {
		return a, fault.New(fault.Denied, "fault.denied")
	}
	if err != nil {
		return a, err
	}
	return a, auth.Reach(tx, right, a.UnitPath, a.PersonID)
}

// OfApplication lists the awards of an application, oldest first.
func OfApplication(ctx context.Context, tx *db.Tx, applicationID string) ([]Award, error) {
	return db.All[Award](ctx, tx, `select `+columns+` from plan_award where union_id = $1 and application_id = $2 order by id`, tx.Union, applicationID)
}

// OfPerson lists a worker's awards, newest first.
func OfPerson(ctx context.Context, tx *db.Tx, personID string) ([]Award, error) {
	return db.All[Award](ctx, tx, `select `+columns+` from plan_award where union_id = $1 and person_id = $2 order by id desc`, tx.Union, personID)
}

// In lists the awards in a state that the actor's right reaches, oldest first.
func In(ctx context.Context, tx *db.Tx, right string, state State, limit int) ([]Award, error) {
	where, args := auth.Scope(tx.Actor, right).Where("unit_path", "person_id", tx.Actor.Person, 4)
	return db.All[Award](ctx, tx, `select `+columns+` from plan_award
		where union_id = $1 and state = $2 and `+where+` order by id limit $3`, append([]any{tx.Union, state, limit}, args...)...)
}

// Counts gives how many awards the right reaches in each state.
func Counts(ctx context.Context, tx *db.Tx, right string) (map[State]int, error) {
	where, args := auth.Scope(tx.Actor, right).Where("unit_path", "person_id", tx.Actor.Person, 2)
	rows, err := db.All[struct {
		State State
		N     int
	}](ctx, tx, `select state, count(*) as n from plan_award where union_id = $1 and `+where+` group by state`, append([]any{tx.Union}, args...)...)
	out := map[State]int{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, err
}

// move takes an award from the state it is in to another, if the table allows it. Fault: "plan.state" (Conflict).
func (a *Award) move(ctx context.Context, tx *db.Tx, to State, set string, args ...any) error {
	ok := false
	for _, s := range moves()[a.State] {
		ok = ok || s == to
	}
	if !ok {
		return fault.New(fault.Conflict, "plan.state", a.Number, a.State)
	}
	if set != "" {
		set = ", " + set
	}
	err := tx.Must(ctx, "fault.stale", `update plan_award set state = $4, version = version + 1`+set+`
		where union_id = $1 and id = $2 and version = $3`, append([]any{tx.Union, a.ID, a.Version, to}, args...)...)
	a.State, a.Version = to, a.Version+1
	return err
}

// about names the award in the audit entry of the act under way.
func (a Award) about(tx *db.Tx, fields ...string) {
	tx.About("award", a.ID, fields...)
	tx.Trail.Subject = a.PersonID
}

// Plan is what is to be done for a case.
type Plan struct {
	UnionID, ID, ApplicationID, HouseholdID, PersonID, UnitPath string
	Goal, Content, Method                                       string
	UntilOn                                                     day.Day
	Responsible, MadeBy                                         string
	At, Version                                                 int64
}

// Step is one tracked step of a plan.
type Step struct {
	UnionID, PlanID string
	No              int64
	What, Who       string
	DueOn, DoneOn   day.Day
	Result          string
}

// PlanIn is a plan as it is written down. Steps are one a line: 做什么 | 谁 | 哪天.
type PlanIn struct {
	ApplicationID string  `form:"application_id" kind:"hidden" need:"true" max:"40"`
	Goal          string  `form:"goal" label:"目标" hint:"帮到什么程度，例如：看得起病，基本生活不断档" need:"true" max:"200"`
	Content       string  `form:"content" label:"内容" kind:"area" hint:"帮什么：救助金、就医、就业、助学" need:"true" max:"1000"`
	Method        string  `form:"method" label:"方式" kind:"area" hint:"怎么帮：一次给、按季给、结对、转介" need:"true" max:"1000"`
	UntilOn       day.Day `form:"until_on" label:"完成日期" need:"true"`
	Responsible   string  `form:"responsible" label:"责任人" kind:"choice" need:"true" max:"40"`
	Steps         string  `form:"steps" label:"步骤" kind:"area" hint:"一行一步：做什么 | 谁 | 哪天，例如：送救助金 | 王干事 | 2026-12-10" max:"2000"`
}

// Check wants a coming day and readable steps.
func (in PlanIn) Check() error {
	_, err := readSteps(in.Steps)
	return err
}

// readSteps reads one step a line. Fault: "plan.steps" with the number of the line.
func readSteps(text string) ([]Step, error) {
	var out []Step
	for i, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		parts := strings.FieldsFunc(line, func(r rune) bool { return r == '|' || r == '｜' })
		if len(parts) != 3 {
			return nil, fault.New(fault.Invalid, "plan.steps", i+1).At("steps")
		}
		due, err := day.Parse(parts[2])
		if err != nil || strings.TrimSpace(parts[0]) == "" {
			return nil, fault.New(fault.Invalid, "plan.steps", i+1).At("steps")
		}
		out = append(out, Step{No: int64(len(out) + 1), What: strings.TrimSpace(parts[0]), Who: strings.TrimSpace(parts[1]), DueOn: due})
	}
	return out, nil
}

// Write sets the plan of an application, or revises it after talks (S07); steps already done stay done.
func Write(ctx context.Context, tx *db.Tx, in PlanIn) (Plan, error) {
	app, err := intake.Get(ctx, tx, in.ApplicationID)
	if err != nil {
		return Plan{}, err
	}
	steps, err := readSteps(in.Steps)
	if err != nil {
		return Plan{}, err
	}
	p := Plan{UnionID: tx.Union, ID: tx.ID(), ApplicationID: app.ID, HouseholdID: app.HouseholdID, PersonID: app.PersonID,
		UnitPath: app.UnitPath, Goal: in.Goal, Content: in.Content, Method: in.Method, UntilOn: in.UntilOn,
		Responsible: in.Responsible, MadeBy: tx.Actor.User, At: tx.Ms(), Version: 1}
	p.ID, err = db.Value[string](ctx, tx, `
		insert into plan_plan (union_id, id, application_id, household_id, person_id, unit_path, goal, content, method, until_on,
			responsible, made_by, at, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)
		on conflict (union_id, application_id) do update set goal = excluded.goal, content = excluded.content,
			method = excluded.method, until_on = excluded.until_on, responsible = excluded.responsible,
			made_by = excluded.made_by, at = excluded.at, version = plan_plan.version + 1
		returning id`, p.UnionID, p.ID, p.ApplicationID, p.HouseholdID, p.PersonID, p.UnitPath, p.Goal, p.Content, p.Method,
		p.UntilOn, p.Responsible, p.MadeBy, p.At)
	if err != nil {
		return p, err
	}
	if _, err := tx.Exec(ctx, `delete from plan_step where union_id = $1 and plan_id = $2 and done_on = ''`, tx.Union, p.ID); err != nil {
		return p, err
	}
	kept, err := db.Value[int64](ctx, tx, `select max(no) from plan_step where union_id = $1 and plan_id = $2`, tx.Union, p.ID)
	if err != nil {
		return p, err
	}
	for _, s := range steps {
		s.UnionID, s.PlanID, s.No = tx.Union, p.ID, kept+s.No
		if err := db.Insert(ctx, tx, "plan_step", s); err != nil {
			return p, err
		}
	}
	return p, nil
}

// PlanOf gives the plan of an application with its steps; false when none is written yet.
func PlanOf(ctx context.Context, tx *db.Tx, applicationID string) (Plan, []Step, bool, error) {
	p, ok, err := db.Maybe[Plan](ctx, tx, `
		select union_id, id, application_id, household_id, person_id, unit_path, goal, content, method, until_on, responsible,
			made_by, at, version from plan_plan where union_id = $1 and application_id = $2`, tx.Union, applicationID)
	if err != nil || !ok {
		return p, nil, false, err
	}
	steps, err := db.All[Step](ctx, tx, `select union_id, plan_id, no, what, who, due_on, done_on, result from plan_step
		where union_id = $1 and plan_id = $2 order by no`, tx.Union, p.ID)
	return p, steps, true, err
}

// papersDue is the last day for the papers of an emergency.
func papersDue(ctx context.Context, tx *db.Tx) (day.Day, error) {
	n, err := days(ctx, tx, "emergency.papers")
	if err != nil {
		return "", err
	}
	return calendar.Due(ctx, tx, n)
}

// days reads a setting of workdays.
func days(ctx context.Context, tx *db.Tx, name string) (int, error) {
	v, err := org.Setting(ctx, tx, name)
	n := 0
	for _, r := range v {
		if r < '0' || r > '9' {
			return 0, fault.New(fault.Refused, "plan.setting", name)
		}
		n = n*10 + int(r-'0')
	}
	return n, err
}

// masked is the name as the public sees it.
func masked(name string) string { return ident.MaskName(name) }

// Worked gives the workers for whom an award was made or moved since an instant (UTC ms).
func Worked(ctx context.Context, tx *db.Tx, since int64) ([]string, error) {
	return db.All[string](ctx, tx, `
		select distinct person_id from plan_award where union_id = $1 and (made_at >= $2 or decided_at >= $2 or published_at >= $2 or signed_at >= $2)`,
		tx.Union, since)
}
