package intake

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/household"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// What must be settled before a panel looks at a case: every paper asked for was seen by somebody who says so, the answers the
// verdict rests on were compared with the papers, and the union said whether it is an event it has helped with before.

// Settled reports whether a paper is dealt with: a file was found good, the original was seen, or it was waived with a reason.
func Settled(all []Paper, code string) bool {
	return slices.ContainsFunc(all, func(p Paper) bool { return p.Code == code && p.State == "ok" && p.CheckedAt > 0 })
}

// Unseen gives the papers asked for that are not settled.
func (p Programme) Unseen(c Cause, have []Paper) []Proof {
	return slices.DeleteFunc(p.Papers(c), func(f Proof) bool { return f.Optional || Settled(have, f.Code) })
}

// unseen is Unseen read from the books.
func (a Application) unseen(ctx context.Context, tx *db.Tx) ([]Proof, []Paper, error) {
	p, err := ProgrammeOf(ctx, tx, a)
	if err != nil {
		return nil, nil, err
	}
	have, err := Papers(ctx, tx, a.ID)
	return p.Unseen(a.Cause, have), have, err
}

// Vouch is how a paper is settled without a file.
type Vouch string

// The ways: the original was seen, or the paper is not needed here.
const (
	VouchSeen   Vouch = "seen"
	VouchWaived Vouch = "waived"
)

// Choices lists the ways.
func (Vouch) Choices() []form.Choice {
	return []form.Choice{{Value: "seen", Label: "看过原件"}, {Value: "waived", Label: "免交"}}
}

// VouchIn is the officer's word on a paper of which there is no file.
type VouchIn struct {
	ID   string `form:"id" kind:"hidden" need:"true" max:"40"`
	Code string `form:"code" kind:"hidden" need:"true" max:"40"`
	How  Vouch  `form:"how" label:"这份材料" need:"true"`
	Note string `form:"note" label:"说明" hint:"免交的要写明原因" max:"200"`
}

// Check wants a reason for what is waived.
func (in VouchIn) Check() error {
	var l fault.List
	if in.How == VouchWaived && len([]rune(strings.TrimSpace(in.Note))) < 2 {
		l.Add("note", "intake.vouch_note")
	}
	return l.Err()
}

// VouchPaper settles a paper without a file: the officer has seen the original, or waives it and says why. Faults: those of handling,
// "fault.missing" for a paper the programme does not ask for.
var VouchPaper = act.Act[VouchIn, act.None]{Name: "intake.vouch", Title: "登记看过原件或免交", Right: "intake.officer",
	Do: func(ctx context.Context, tx *db.Tx, in VouchIn) (act.None, error) {
		a, err := looking(ctx, tx, in.ID)
		if err != nil {
			return act.None{}, err
		}
		tx.About("application", a.ID, "proof."+in.Code)
		tx.Trail.Reason = strings.TrimSpace(in.Note)
		if err := a.vouch(ctx, tx, in); err != nil {
			return act.None{}, err
		}
		return act.None{}, a.settleLater(ctx, tx)
	}}

func (a Application) vouch(ctx context.Context, tx *db.Tx, in VouchIn) error {
	p, err := ProgrammeOf(ctx, tx, a)
	if err != nil {
		return err
	}
	if _, ok := p.Paper(in.Code); !ok {
		return fault.New(fault.Missing, "fault.missing")
	}
	// What was said of why there is none is answered by this.
	_, err = tx.Exec(ctx, `
		delete from intake_proof where union_id = $1 and application_id = $2 and code = $3 and blob = ''`, tx.Union, a.ID, in.Code)
	if err != nil {
		return err
	}
	return db.Insert(ctx, tx, "intake_proof", Paper{UnionID: tx.Union, ApplicationID: a.ID, ID: tx.ID(), Code: in.Code, Reason: string(in.How), State: "ok",
		Note: strings.TrimSpace(in.Note), ByUser: tx.Actor.User, At: tx.Ms(), CheckedBy: tx.Actor.User, CheckedAt: tx.Ms()})
}

// looking is handling for the papers, which in an emergency are looked at after the decision too.
func looking(ctx context.Context, tx *db.Tx, id string) (Application, error) {
	a, err := handled(ctx, tx, "intake.officer", id)
	if err != nil || !a.later() {
		return handling(ctx, tx, id, "verify")
	}
	return a, a.notBy(ctx, tx, []string{"pass", "forward"}, "intake.first_same")
}

// later reports an emergency that went on before its papers were seen (policy §1.5: help first, papers after).
func (a Application) later() bool {
	return a.Emergency && (a.State == Panel || a.State == Recommended || a.State == Decided)
}

// Later gives the papers an emergency still owes: asked for, not settled, and no file of them waiting to be looked at. Of any
// other application it gives none.
func Later(ctx context.Context, tx *db.Tx, a Application) ([]Proof, error) {
	if !a.later() {
		return nil, nil
	}
	want, have, err := a.unseen(ctx, tx)
	return slices.DeleteFunc(want, func(f Proof) bool {
		return slices.ContainsFunc(have, func(p Paper) bool { return p.Code == f.Code && p.Blob != "" && p.CheckedAt == 0 })
	}), err
}

// Owing reports whether papers of an emergency are not settled yet.
func Owing(ctx context.Context, tx *db.Tx, id string) (bool, error) {
	a, err := Get(ctx, tx, id)
	if err != nil || !a.later() {
		return false, err
	}
	want, _, err := a.unseen(ctx, tx)
	return len(want) > 0, err
}

// AskLater gives worker and officer the turn to bring and to see what an emergency still owes, until a day; plan calls it with
// the decision. Nothing owed asks nobody.
func AskLater(ctx context.Context, tx *db.Tx, id string, due day.Day) error {
	a, err := Get(ctx, tx, id)
	if err != nil {
		return err
	}
	owes, err := Owing(ctx, tx, id)
	if err != nil || !owes {
		return err
	}
	a.Due = due
	if err := save(ctx, tx, &a, a.State); err != nil {
		return err
	}
	n := task.New{Kind: turnLater, Object: "application", ObjectID: a.ID, UnitID: a.UnitID, UserID: a.OfficerID, Due: due,
		Href: "/desk/applications/" + a.ID + "#papers", Title: "intake.turn.later", Args: []any{a.Number}}
	if a.OfficerID == "" {
		n.Role, n.Barred = org.RoleOfficer, strings.Fields(a.Barred)
	}
	if err := task.Open(ctx, tx, n); err != nil {
		return err
	}
	return a.askOwed(ctx, tx)
}

// askOwed gives the worker the turn to bring the papers still owed.
func (a Application) askOwed(ctx context.Context, tx *db.Tx) error {
	owed, err := Later(ctx, tx, a)
	if err != nil || len(owed) == 0 {
		return err
	}
	href := "/me/applications/" + a.ID + "/supply"
	err = task.Open(ctx, tx, task.New{Kind: turnSupply, Object: "application", ObjectID: a.ID, UnitID: a.UnitID, PersonID: a.PersonID, Due: a.Due, Href: href,
		Title: "intake.turn.supply", Args: []any{"", a.Number}})
	if err != nil {
		return err
	}
	return notify.Send(ctx, tx, notify.To{PersonID: a.PersonID, UnitID: a.UnitID}, notify.Text{Key: "intake.told.later", Args: []any{a.Number, a.Due}, Href: href})
}

// settleLater ends the turns of an emergency's papers once nothing is owed, and asks the worker again for what was found bad.
func (a Application) settleLater(ctx context.Context, tx *db.Tx) error {
	if !a.later() {
		return nil
	}
	want, _, err := a.unseen(ctx, tx)
	if err != nil {
		return err
	}
	if len(want) > 0 {
		if a.State != Decided {
			return nil // the decision asks
		}
		return a.askOwed(ctx, tx)
	}
	if err := task.Close(ctx, tx, turnSupply, a.ID); err != nil {
		return err
	}
	return task.Close(ctx, tx, turnLater, a.ID)
}

// supplyLater takes papers of an emergency that goes on meanwhile: nothing moves, the officer is told.
func (a Application) supplyLater(ctx context.Context, tx *db.Tx, written string) error {
	owed, err := Later(ctx, tx, a)
	if err != nil {
		return err
	}
	if len(owed) > 0 && written == "" {
		return fault.New(fault.Invalid, "intake.supply_none", len(owed)).At("file")
	}
	if err := note(ctx, tx, a.ID, Step{Act: "supply", FromState: a.State, ToState: a.State, Note: written}); err != nil {
		return err
	}
	if len(owed) == 0 {
		if err := task.Close(ctx, tx, turnSupply, a.ID); err != nil {
			return err
		}
	}
	return tellOfficer(ctx, tx, a, "intake.told.supplied", a.Number)
}

// compare makes the answers to the programme's own questions the union's: the officer says that papers and visit agree with
// them. Without that word each must have been put right by itself. Fault: "intake.facts_unchecked" with the first of them.
func (a Application) compare(ctx context.Context, tx *db.Tx, agrees bool) error {
	p, err := ProgrammeOf(ctx, tx, a)
	if err != nil {
		return err
	}
	all, err := AnswersOf(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	for _, q := range p.Questions(a.Cause, "") {
		f, _ := q.Asks()
		for _, n := range all {
			of := n.Subject
			if of != OfEvent && of != OfHousehold {
				of = OfMember
			}
			if n.Name != q.Fact || of != f.Of || n.CheckedAt > 0 || !n.Known {
				continue
			}
			if !agrees {
				return fault.New(fault.Refused, "intake.facts_unchecked", q.Label).At("agrees")
			}
			_, err := tx.Exec(ctx, `
				update intake_answer set checked = value, checked_by = $5, checked_at = $6
				where union_id = $1 and application_id = $2 and subject = $3 and name = $4`, tx.Union, a.ID, n.Subject, n.Name, tx.Actor.User, tx.Ms())
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// FactSameEvent is the union's word on whether an event is one that was helped with before under another day.
const FactSameEvent = "same_event"

// Near gives the help the household had, or was promised, for an event within a year of the one now told of but on another day:
// where a standard helps once for each event, somebody must say whether the two are one (S12).
func Near(ctx context.Context, tx *db.Tx, a Application, promised ...casefile.Aid) ([]casefile.Aid, error) {
	p, err := ProgrammeOf(ctx, tx, a)
	if err != nil || p.Standard == "" || a.HouseholdID == "" {
		return nil, err
	}
	told, err := Figures(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	on := day.Day(told["event_day"].Str)
	s, _, err := standard.Current(ctx, tx, p.Standard, tx.Day())
	if err != nil || !on.Valid() {
		if fault.Of(err) != nil && fault.Of(err).Kind == fault.Missing {
			err = nil
		}
		return nil, err
	}
	all, err := casefile.AidOf(ctx, tx, a.HouseholdID, "", tx.Day())
	once := s.OnceForEvent()
	return slices.DeleteFunc(append(all, promised...), func(g casefile.Aid) bool {
		return !slices.Contains(once, g.Item) || g.EventDay == on || !household.NearEvent(on, g.EventDay)
	}), err
}

// SaidSame wants the union's word where Near finds something. Fault: "intake.same_event" (Refused) with the day of the other.
func SaidSame(ctx context.Context, tx *db.Tx, a Application, promised ...casefile.Aid) error {
	near, err := Near(ctx, tx, a, promised...)
	if err != nil || len(near) == 0 {
		return err
	}
	all, err := AnswersOf(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	if n, ok := all.Get(OfEvent, FactSameEvent); ok && n.CheckedAt > 0 {
		return nil
	}
	return fault.New(fault.Refused, "intake.same_event", near[0].EventDay)
}

// answering gives the application whose figure may be put right: one under verification, and, for a question of the union's that
// nobody has answered yet, one that waits for the panel or the decision.
func answering(ctx context.Context, tx *db.Tx, in CorrectIn) (Application, error) {
	a, err := handled(ctx, tx, "intake.officer", in.ID)
	if err != nil || a.State != Panel && a.State != Recommended || in.Name != FactSameEvent {
		return handling(ctx, tx, in.ID, "verify")
	}
	all, err := AnswersOf(ctx, tx, a.ID)
	if err != nil {
		return a, err
	}
	if n, ok := all.Get(in.Subject, in.Name); ok && n.CheckedAt > 0 {
		return handling(ctx, tx, in.ID, "verify")
	}
	return a, nil
}
