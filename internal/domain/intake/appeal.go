package intake

import (
	"context"
	"strings"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

const (
	turnAppeal  = "intake.appeal"
	placeAppeal = "intake_appeal.text"

	appealDays   = 30 // days after a refusal in which it may be appealed against
	appealAnswer = 10 // workdays in which an appeal is answered
)

// Appeal is what a worker says against a refusal. State is open, upheld or dismissed; the text is sealed.
type Appeal struct {
	UnionID, ID, ApplicationID, State string
	MadeOn, Due                       day.Day
	Answer, AnsweredBy                string
	AnsweredOn                        day.Day
}

type appealRow struct {
	Appeal
	Text []byte
}

const appealColumns = `union_id, id, application_id, state, made_on, due, answer, answered_by, answered_on`

// Appeals gives the appeals against the refusals of an application, the newest last.
func Appeals(ctx context.Context, tx *db.Tx, id string) ([]Appeal, error) {
	return db.All[Appeal](ctx, tx, `select `+appealColumns+` from intake_appeal where union_id = $1 and application_id = $2 order by id`, tx.Union, id)
}

// appealTexts opens what the worker wrote each time.
func appealTexts(ctx context.Context, tx *db.Tx, id string) (map[string]string, error) {
	all, err := db.All[struct {
		ID   string
		Text []byte
	}](ctx, tx, `select id, text from intake_appeal where union_id = $1 and application_id = $2`, tx.Union, id)
	out := map[string]string{}
	for _, a := range all {
		if out[a.ID], err = tx.Open(placeAppeal, a.ID, a.Text); err != nil {
			return nil, err
		}
	}
	return out, err
}

// AppealIn is a worker's appeal.
type AppealIn struct {
	ID   string `form:"id" kind:"hidden" need:"true" max:"40"`
	Text string `form:"text" label:"您觉得哪里不对" hint:"比如收入算错了、漏看了哪份材料。写几句话就行" kind:"area" need:"true" min:"2" max:"1000"`
}

// MakeAppeal is the act (S08). A refusal can be appealed against once, within 30 days; the answer is due in 10 workdays and is
// given by one who had no hand in the case. Faults (Refused): "intake.appeal_state", "intake.appeal_once", "intake.appeal_late".
var MakeAppeal = act.Act[AppealIn, Appeal]{Name: "intake.make_appeal", Title: "申诉", Right: "intake.appeal", Do: makeAppeal}

func makeAppeal(ctx context.Context, tx *db.Tx, in AppealIn) (Appeal, error) {
	a, err := Reached(ctx, tx, "intake.appeal", in.ID)
	if err != nil {
		return Appeal{}, err
	}
	tx.About("application", a.ID, "appeal")
	if a.State != Refused {
		return Appeal{}, fault.New(fault.Refused, "intake.appeal_state")
	}
	refused, acted, err := handsOn(ctx, tx, a)
	if err != nil {
		return Appeal{}, err
	}
	if tx.Day() > refused.Add(appealDays) {
		return Appeal{}, fault.New(fault.Refused, "intake.appeal_late", appealDays)
	}
	before, err := Appeals(ctx, tx, a.ID)
	if err != nil {
		return Appeal{}, err
	}
	if len(before) > 0 && before[len(before)-1].MadeOn >= refused {
		return Appeal{}, fault.New(fault.Refused, "intake.appeal_once")
	}
	due, err := calendar.Due(ctx, tx, appealAnswer)
	if err != nil {
		return Appeal{}, err
	}
	row := appealRow{Appeal: Appeal{UnionID: tx.Union, ID: tx.ID(), ApplicationID: a.ID, State: "open", MadeOn: tx.Day(), Due: due}}
	if row.Text, err = tx.Seal(placeAppeal, row.ID, strings.TrimSpace(in.Text)); err != nil {
		return row.Appeal, err
	}
	if err := db.Insert(ctx, tx, "intake_appeal", row); err != nil {
		return row.Appeal, err
	}
	if err := note(ctx, tx, a.ID, Step{Act: "appeal", FromState: a.State, ToState: a.State}); err != nil {
		return row.Appeal, err
	}
	w, err := person.Get(ctx, tx, a.PersonID)
	if err != nil {
		return row.Appeal, err
	}
	return row.Appeal, task.Open(ctx, tx, task.New{Kind: turnAppeal, Object: "application", ObjectID: a.ID, Role: org.RoleChair, UnitID: a.UnitID,
		Barred: append(strings.Fields(a.Barred), acted...), Due: due, Href: "/desk/applications/" + a.ID, Title: "intake.turn.appeal", Args: []any{w.Name, a.Number}})
}

// handsOn gives the day an application was last refused, and everybody who had a hand in it.
func handsOn(ctx context.Context, tx *db.Tx, a Application) (refused day.Day, acted []string, err error) {
	steps, err := Steps(ctx, tx, a.ID)
	for _, s := range steps {
		switch s.Act {
		case "refuse":
			refused = day.Of(time.UnixMilli(s.At))
			acted = append(acted, s.UserID, s.PersonID)
		case "pass", "forward", "return", "visit", "verify", "assess":
			acted = append(acted, s.UserID, s.PersonID)
		}
	}
	return refused, task.Split(task.Join(acted)), err
}

// Upheld is what came of an appeal.
type Upheld string

// Choices are the two answers.
func (Upheld) Choices() []form.Choice {
	return []form.Choice{{Value: "yes", Label: "申诉有理，重新核查"}, {Value: "no", Label: "维持原来的结果"}}
}

// Say gives the answer in a language.
func (u Upheld) Say(l words.Lang) string {
	for _, c := range u.Choices() {
		if c.Value == string(u) {
			return words.T(l, c.Label)
		}
	}
	return ""
}

// AppealAnswerIn is the answer to an appeal.
type AppealAnswerIn struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	Upheld Upheld `form:"upheld" label:"核实结果" need:"true"`
	Answer string `form:"answer" label:"答复" hint:"职工会原样看到：核实了什么，为什么" kind:"area" need:"true" min:"2" max:"1000"`
}

// AnswerAppeal is the act. Upheld, the application is verified anew by somebody else; dismissed, the refusal stands and the
// worker is told where else to turn. Faults (Refused): "intake.appeal_none", "intake.appeal_own" for one who had a hand in it.
var AnswerAppeal = act.Act[AppealAnswerIn, act.None]{Name: "intake.answer_appeal", Title: "答复申诉", Right: "intake.answer_appeal", Do: answerAppeal}

func answerAppeal(ctx context.Context, tx *db.Tx, in AppealAnswerIn) (act.None, error) {
	a, err := handled(ctx, tx, "intake.answer_appeal", in.ID)
	if err != nil {
		return act.None{}, err
	}
	tx.About("application", a.ID, "appeal", "state")
	_, acted, err := handsOn(ctx, tx, a)
	if err != nil {
		return act.None{}, err
	}
	if task.Bars(acted, tx.Actor.User, tx.Actor.Person) {
		return act.None{}, fault.New(fault.Refused, "intake.appeal_own")
	}
	state, key := "dismissed", words.Key("intake.told.dismissed")
	if in.Upheld == "yes" {
		state, key = "upheld", "intake.told.upheld"
	}
	n, err := tx.Exec(ctx, `
		update intake_appeal set state = $3, answer = $4, answered_by = $5, answered_on = $6
		where union_id = $1 and application_id = $2 and state = 'open'`, tx.Union, a.ID, state, strings.TrimSpace(in.Answer), tx.Actor.User, tx.Day())
	if err == nil && n == 0 {
		err = fault.New(fault.Refused, "intake.appeal_none")
	}
	if err != nil {
		return act.None{}, err
	}
	if err := task.Close(ctx, tx, turnAppeal, a.ID); err != nil {
		return act.None{}, err
	}
	if state == "upheld" {
		a.OfficerID, a.Reason, a.Note, a.Doors = "", "", "", ""
		if err := move(ctx, tx, &a, Step{Act: "uphold", Note: strings.TrimSpace(in.Answer)}); err != nil {
			return act.None{}, err
		}
		if err := shift(ctx, tx, a); err != nil {
			return act.None{}, err
		}
	} else if err := note(ctx, tx, a.ID, Step{Act: "dismiss", FromState: a.State, ToState: a.State, Note: strings.TrimSpace(in.Answer)}); err != nil {
		return act.None{}, err
	}
	return act.None{}, tellWorker(ctx, tx, a, key, a.Number)
}
