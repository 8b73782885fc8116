package discovery

import (
	"context"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// ReportIn is what a colleague or a group leader says of somebody who has not asked (ux G2): whom, one line, how pressing.
type ReportIn struct {
	StaffNo string `form:"staff_no" label:"工号" need:"true" max:"40"`
	Name    string `form:"name" label:"姓名" hint:"工号和姓名都对得上才转达" need:"true" max:"50"`
	Line    string `form:"line" label:"一句话说说情况" hint:"只有本人同意以后，工会才看得到" need:"true" min:"2" max:"100"`
	Urgent  bool   `form:"urgent" label:"比较急"`
}

// perDay is how many people one person may report in a day.
const perDay = 5

// Report passes on that somebody may be in need: the person is asked first, and until then nobody reads the line. Who said it
// is told to nobody. It is silent about whether that household is helped already. Faults: "discovery.nobody" when number and
// name do not go together, "discovery.self", "discovery.often".
var Report = act.Act[ReportIn, act.None]{Name: "discovery.report", Title: "反映身边的困难", Right: "discovery.report", Do: report}

func report(ctx context.Context, tx *db.Tx, in ReportIn) (act.None, error) {
	by := tx.Actor.Person
	if by == "" {
		by = tx.Actor.User
	}
	n, err := db.Value[int64](ctx, tx, `select count(*) from discovery_lead where union_id = $1 and said_by = $2 and found_on = $3`, tx.Union, by, tx.Day())
	if err != nil {
		return act.None{}, err
	}
	if n >= perDay {
		return act.None{}, fault.New(fault.Refused, "discovery.often", perDay)
	}
	w, ok, err := person.ByStaffNo(ctx, tx, person.StaffNo(in.StaffNo))
	switch {
	case err != nil:
		return act.None{}, err
	case !ok || w.Status != person.Active || w.Name != strings.TrimSpace(in.Name):
		return act.None{}, fault.New(fault.Refused, "discovery.nobody").At("staff_no")
	case w.ID == tx.Actor.Person:
		return act.None{}, fault.New(fault.Refused, "discovery.self").At("staff_no")
	}
	if busy, err := unasked(ctx, tx, w); err != nil || !busy {
		return act.None{}, err
	}
	s, err := SignalOf(ctx, tx, Told)
	if err != nil {
		return act.None{}, err
	}
	l := Lead{PersonID: w.ID, HouseholdID: w.HouseholdID, UnitID: w.UnitID, UnitPath: w.UnitPath, State: Asking, Urgent: in.Urgent, SaidBy: by}
	if err := l.open(ctx, tx, s); err != nil {
		return act.None{}, err
	}
	tx.About("discovery.lead", l.ID, "note")
	tx.Trail.Subject = w.ID
	if l.Note, err = tx.Seal(placeNote, l.ID, strings.TrimSpace(in.Line)); err != nil {
		return act.None{}, err
	}
	if err := l.save(ctx, tx); err != nil {
		return act.None{}, err
	}
	return act.None{}, l.ask(ctx, tx)
}

// unasked reports that a worker may be asked: not helped already, and with no question open.
func unasked(ctx context.Context, tx *db.Tx, w person.Worker) (bool, error) {
	if busy, err := helped(ctx, tx, w.HouseholdID); err != nil || busy {
		return false, err
	}
	open, err := db.Value[int64](ctx, tx, `select count(*) from discovery_lead where union_id = $1 and household_id = $2 and state <> 'done'`, tx.Union, w.HouseholdID)
	return open == 0, err
}

// ask puts the question to the worker, and to the group leader to put in person.
func (l Lead) ask(ctx context.Context, tx *db.Tx) error {
	if err := notify.Send(ctx, tx, notify.To{PersonID: l.PersonID, UnitID: l.UnitID}, notify.Text{Key: "discovery.told_ask", Href: "/me/care/" + l.ID}); err != nil {
		return err
	}
	kin, err := person.Kin(ctx, tx, l.PersonID)
	if err != nil {
		return err
	}
	err = task.Open(ctx, tx, task.New{Kind: turnAsk, Object: "discovery.lead", ObjectID: l.ID, Role: org.RoleGroupLeader, UnitID: l.UnitID,
		Barred: append(kin, l.PersonID), Due: l.DueOn, Href: home + "/" + l.ID + "/consent", Title: "当面问一问：愿不愿意让工会联系（{0}）", Args: []any{l.Number}})
	if fault.Is(err, "task.nobody") {
		return nil
	}
	return err
}

// Consent is a worker's answer to whether the union may come.
type Consent string

// Choices lists the answers; none is preset.
func (Consent) Choices() []form.Choice {
	return []form.Choice{{Value: "yes", Label: "愿意，请工会联系我"}, {Value: "no", Label: "暂时不用，谢谢"}}
}

// AnswerIn is the answer.
type AnswerIn struct {
	ID     string  `form:"id" kind:"hidden" need:"true" max:"40"`
	Answer Consent `form:"answer" label:"愿意让工会联系您吗？" need:"true"`
}

// Answer is given by the worker, or written down by whoever asked in person. Fault: "discovery.answered" (Conflict).
var Answer = act.Act[AnswerIn, Lead]{Name: "discovery.answer", Title: "回答是否愿意联系", Right: "discovery.answer",
	Do: func(ctx context.Context, tx *db.Tx, in AnswerIn) (Lead, error) {
		l, err := Reached(ctx, tx, "discovery.answer", in.ID)
		if err != nil {
			return l, err
		}
		if l.State != Asking {
			return l, fault.New(fault.Conflict, "discovery.answered")
		}
		if err := task.CloseAll(ctx, tx, l.ID); err != nil {
			return l, err
		}
		tx.About("discovery.lead", l.ID, "answer")
		if in.Answer != "yes" {
			l.State, l.Outcome, l.EndedOn, l.EndedBy, l.Note = DoneWith, Declined, tx.Day(), tx.Actor.User, nil
			return l, l.save(ctx, tx)
		}
		l.State = New
		if err := l.save(ctx, tx); err != nil {
			return l, err
		}
		return l, l.agreed(ctx, tx)
	}}

// agreed makes a sign of what was said and puts the lead on the officer's desk.
func (l Lead) agreed(ctx context.Context, tx *db.Tx) error {
	s, err := SignalOf(ctx, tx, Told)
	if err != nil {
		return err
	}
	err = db.Insert(ctx, tx, "discovery_sign", Sign{UnionID: tx.Union, ID: tx.ID(), LeadID: l.ID, HouseholdID: l.HouseholdID, PersonID: l.PersonID, Code: Told,
		Ref: "lead/" + l.ID, OnDay: tx.Day(), UntilOn: tx.Day().Add(int(s.ExpireDays)), Args: "[]"})
	if err != nil {
		return err
	}
	if err := weigh(ctx, tx, l.ID); err != nil {
		return err
	}
	return l.turn(ctx, tx)
}

// Asked gives the questions that wait for the actor's own answer.
func Asked(ctx context.Context, tx *db.Tx) ([]Lead, error) {
	return db.All[Lead](ctx, tx, `select `+leadColumns+` from discovery_lead where union_id = $1 and person_id = $2 and person_id <> '' and state = 'asking' order by id`,
		tx.Union, tx.Actor.Person)
}

// CanAnswer reports that the actor may write down the answer to a lead's question.
func CanAnswer(tx *db.Tx, l Lead) bool {
	return auth.Reach(tx, "discovery.answer", l.UnitPath, l.PersonID) == nil
}
