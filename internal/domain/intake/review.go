package intake

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/task"
)

// FirstIn is the group leader's first review (ux G1): three answers, none preset. OnDuty and Remind are what the leader is
// asked to attest; Gaps and Text are for "needs more".
type FirstIn struct {
	ID      string  `form:"id" kind:"hidden" need:"true" max:"40"`
	Opinion Opinion `form:"opinion" label:"您的意见" need:"true"`
	OnDuty  Duty    `form:"on_duty" label:"本人在岗吗"`
	Remind  string  `form:"remind" label:"有没有要提醒工会注意的" kind:"area" max:"200"`
	Gaps    []Gap   `form:"gaps" label:"需要补充什么"`
	Text    string  `form:"text" label:"想对职工说的话" kind:"area" max:"200"`
}

// Check wants a reason for "needs more".
func (in FirstIn) Check() error {
	var l fault.List
	if in.Opinion == OpinionMore && len(in.Gaps) == 0 && strings.TrimSpace(in.Text) == "" {
		l.Add("gaps", "intake.gaps")
	}
	return l.Err()
}

// FirstReview is the act. Faults: "intake.own" (Refused) for one's own or a relative's case, "intake.state".
var FirstReview = act.Act[FirstIn, act.None]{Name: "intake.first_review", Title: "初审", Right: "intake.first_review",
	Do: func(ctx context.Context, tx *db.Tx, in FirstIn) (act.None, error) {
		a, err := handled(ctx, tx, "intake.first_review", in.ID)
		if err != nil {
			return act.None{}, err
		}
		tx.About("application", a.ID, "state")
		s := Step{Act: map[Opinion]string{OpinionTrue: "pass", OpinionMore: "return", OpinionUnknown: "forward"}[in.Opinion],
			Answer: string(in.OnDuty), Note: strings.TrimSpace(in.Remind)}
		if in.Opinion == OpinionMore {
			s.Answer, s.Reasons, s.Note = "", gapList(in.Gaps), strings.TrimSpace(in.Text)
		}
		if err := move(ctx, tx, &a, s); err != nil {
			return act.None{}, err
		}
		return act.None{}, pass(ctx, tx, a)
	}}

func gapList(all []Gap) string {
	var out []string
	for _, g := range all {
		out = append(out, string(g))
	}
	return strings.Join(out, " ")
}

// handled gives an application the actor may handle: within reach, and neither the actor's own nor a relative's (S06),
// as of when it was handed in and as of now. Faults: "fault.denied", "intake.own".
func handled(ctx context.Context, tx *db.Tx, right, id string) (Application, error) {
	a, err := Reached(ctx, tx, right, id)
	if err != nil {
		return a, err
	}
	own, err := Own(ctx, tx, a)
	if err == nil && own {
		err = fault.New(fault.Refused, "intake.own")
	}
	return a, err
}

// Own reports whether a case is the actor's own or a relative's, so that pages can say so before anything is pressed.
func Own(ctx context.Context, tx *db.Tx, a Application) (bool, error) {
	if tx.Actor.Person == "" {
		return false, nil
	}
	kin, err := person.Kin(ctx, tx, a.PersonID)
	return a.mine(tx) || slices.Contains(strings.Fields(a.Barred), tx.Actor.Person) || slices.Contains(kin, tx.Actor.Person), err
}

// handling is handled for the union's officers: the state must allow the act, another officer must not have the case, and
// who gave the first review does not verify. Faults further: "intake.state", "intake.taken", "intake.first_same".
func handling(ctx context.Context, tx *db.Tx, id, what string) (Application, error) {
	a, err := handled(ctx, tx, "intake.officer", id)
	if err != nil {
		return a, err
	}
	if !a.State.Can(what) {
		return a, fault.New(fault.Refused, "intake.state", a.State, actName(what))
	}
	if a.OfficerID != "" && a.OfficerID != tx.Actor.User {
		return a, fault.New(fault.Refused, "intake.taken")
	}
	return a, a.notBy(ctx, tx, []string{"pass", "forward"}, "intake.first_same")
}

// notBy faults with the key when the actor has made one of these moves already.
func (a Application) notBy(ctx context.Context, tx *db.Tx, acts []string, key string) error {
	steps, err := Steps(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	for _, s := range steps {
		same := s.UserID == tx.Actor.User || s.PersonID != "" && s.PersonID == tx.Actor.Person
		if same && slices.Contains(acts, s.Act) {
			return fault.New(fault.Refused, key)
		}
	}
	return nil
}

// Take gives the case to the actor; one officer keeps it from here on. Taking what one has changes nothing. An officer whose
// case was taken over (Force, by the chair's right intake.hand_over) is told.
var Take = act.Act[Ref, act.None]{Name: "intake.take", Title: "接手办理", Right: "intake.officer",
	Do: func(ctx context.Context, tx *db.Tx, in Ref) (act.None, error) {
		a, err := handling(ctx, tx, in.ID, "verify")
		if err != nil || a.OfficerID == tx.Actor.User {
			return act.None{}, err
		}
		tx.About("application", a.ID, "officer")
		a.OfficerID = tx.Actor.User
		if err := save(ctx, tx, &a, a.State); err != nil {
			return act.None{}, err
		}
		if err := note(ctx, tx, a.ID, Step{Act: "take", FromState: a.State, ToState: a.State}); err != nil {
			return act.None{}, err
		}
		return act.None{}, shift(ctx, tx, a)
	}}

// Free lets go of a case, so that another officer can take it: the officer's own doing, or the chair's.
var Free = act.Act[Ref, act.None]{Name: "intake.free", Title: "交还办理", Right: "intake.free",
	Do: func(ctx context.Context, tx *db.Tx, in Ref) (act.None, error) {
		a, err := handled(ctx, tx, "intake.free", in.ID)
		if err != nil {
			return act.None{}, err
		}
		tx.About("application", a.ID, "officer")
		if a.OfficerID != tx.Actor.User && !tx.Actor.Has("chair") {
			return act.None{}, fault.New(fault.Denied, "fault.denied")
		}
		a.OfficerID = ""
		if err := save(ctx, tx, &a, a.State); err != nil {
			return act.None{}, err
		}
		if err := note(ctx, tx, a.ID, Step{Act: "free", FromState: a.State, ToState: a.State}); err != nil {
			return act.None{}, err
		}
		return act.None{}, shift(ctx, tx, a)
	}}

// ReturnIn sends an application back for more: why (8 reasons), which papers, and a sentence the worker will read.
type ReturnIn struct {
	ID     string   `form:"id" kind:"hidden" need:"true" max:"40"`
	Gaps   []Gap    `form:"gaps" label:"需要补充什么" need:"true"`
	Proofs []string `form:"proofs" label:"要补的材料" max:"40"`
	Text   string   `form:"text" label:"想对职工说的话" hint:"职工会原样看到这句话" kind:"area" max:"200"`
}

// Return is the act of sending back. Faults: those of handling; "fault.missing" for a paper the programme does not know.
var Return = act.Act[ReturnIn, act.None]{Name: "intake.return", Title: "退回补充", Right: "intake.officer",
	Do: func(ctx context.Context, tx *db.Tx, in ReturnIn) (act.None, error) {
		a, err := handling(ctx, tx, in.ID, "return")
		if err != nil {
			return act.None{}, err
		}
		tx.About("application", a.ID, "state")
		p, err := ProgrammeOf(ctx, tx, a)
		if err != nil {
			return act.None{}, err
		}
		for _, code := range in.Proofs {
			if _, ok := p.Paper(code); !ok {
				return act.None{}, fault.New(fault.Missing, "fault.missing")
			}
		}
		s := Step{Act: "return", Reasons: gapList(in.Gaps), Answer: strings.Join(in.Proofs, " "), Note: strings.TrimSpace(in.Text)}
		if err := move(ctx, tx, &a, s); err != nil {
			return act.None{}, err
		}
		return act.None{}, pass(ctx, tx, a)
	}}

// RefuseIn ends an application with a reason, the sentence the worker reads, and at least one other door.
type RefuseIn struct {
	ID     string  `form:"id" kind:"hidden" need:"true" max:"40"`
	Reason Refusal `form:"reason" label:"原因" need:"true"`
	Text   string  `form:"text" label:"写给职工的说明" hint:"说清楚哪一条不符合，职工会原样看到" kind:"area" need:"true" min:"5" max:"300"`
	Doors  []Door  `form:"doors" label:"还可以怎么办" need:"true"`
}

// Refuse is the act. Faults: those of handling.
var Refuse = act.Act[RefuseIn, act.None]{Name: "intake.refuse", Title: "不予通过", Right: "intake.officer",
	Do: func(ctx context.Context, tx *db.Tx, in RefuseIn) (act.None, error) {
		a, err := handling(ctx, tx, in.ID, "refuse")
		if err != nil {
			return act.None{}, err
		}
		tx.About("application", a.ID, "state", "reason")
		return act.None{}, Close(ctx, tx, a, in)
	}}

// Close ends an application with a refusal; plan calls it when a meeting says no. It checks the table of states only.
func Close(ctx context.Context, tx *db.Tx, a Application, in RefuseIn) error {
	var doors []string
	for _, d := range in.Doors {
		doors = append(doors, string(d))
	}
	a.Reason, a.Note, a.Doors = string(in.Reason), strings.TrimSpace(in.Text), strings.Join(doors, " ")
	if err := move(ctx, tx, &a, Step{Act: "refuse", Reasons: a.Reason, Answer: a.Doors, Note: a.Note}); err != nil {
		return err
	}
	return pass(ctx, tx, a)
}

// Reviewers gives the users and persons who have handled an application: none of them may approve it later.
func Reviewers(ctx context.Context, tx *db.Tx, id string) ([]string, error) {
	steps, err := Steps(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, s := range steps {
		if slices.Contains([]string{"pass", "forward", "verify", "visit", "assess"}, s.Act) {
			out = append(out, s.UserID, s.PersonID)
		}
	}
	return task.Split(task.Join(out)), nil
}
