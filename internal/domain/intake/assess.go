package intake

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/task"
)

// Advice is what the panel suggests.
type Advice string

// Choices lists the suggestions.
func (Advice) Choices() []form.Choice {
	return []form.Choice{
		{Value: "help", Label: "建议帮扶"}, {Value: "help_else", Label: "建议换一种帮扶"}, {Value: "urgent", Label: "建议先紧急救助"},
		{Value: "not", Label: "建议不予帮扶"},
	}
}

// Assessment is the panel's written report (S06): the situation, the suggestion, the standard's verdict as it was then.
type Assessment struct {
	UnionID, ApplicationID, ID string
	Suggestion                 Advice
	Amount                     money.Amount
	Item, Present              string
	Verdict                    string // JSON of standard.Verdict; "" where none could be computed
	ByUser                     string
	At                         int64
}

type assessmentRow struct {
	Assessment
	Situation []byte
}

const assessmentColumns = `union_id, application_id, id, suggestion, amount, item, present, verdict, by_user, at`

// AssessmentOf gives the newest report; false when there is none.
func AssessmentOf(ctx context.Context, tx *db.Tx, id string) (Assessment, bool, error) {
	return db.Maybe[Assessment](ctx, tx, `
		select `+assessmentColumns+` from intake_assessment where union_id = $1 and application_id = $2 order by id desc limit 1`, tx.Union, id)
}

// situation opens the written part of a report. The caller answers for the right to read it.
func situation(ctx context.Context, tx *db.Tx, a Assessment) (string, error) {
	sealed, err := db.One[[]byte](ctx, tx, `
		select situation from intake_assessment where union_id = $1 and application_id = $2 and id = $3`, tx.Union, a.ApplicationID, a.ID)
	if err != nil || len(sealed) == 0 {
		return "", err
	}
	return tx.Open(placeSituation, a.ID, sealed)
}

// Judged gives the verdict a report was written on; false when none was computed.
func (a Assessment) Judged() (standard.Verdict, bool) {
	var v standard.Verdict
	if a.Verdict == "" || json.Unmarshal([]byte(a.Verdict), &v) != nil {
		return v, false
	}
	return v, true
}

// AssessIn is the report. Amount is the panel's proposal for the plan; the plan decides.
type AssessIn struct {
	ID         string       `form:"id" kind:"hidden" need:"true" max:"40"`
	Situation  string       `form:"situation" label:"家庭情况和困难原因" kind:"area" need:"true" min:"10" max:"2000"`
	Suggestion Advice       `form:"suggestion" label:"评估建议" need:"true"`
	Item       string       `form:"item" label:"建议的帮扶项目" max:"40"`
	Amount     money.Amount `form:"amount" label:"建议金额" unit:"元" max:"1000000"`
	Present    string       `form:"present" label:"参加评估的人（每行一位）" kind:"area" need:"true" max:"300"`
}

// Check wants at least two at the table.
func (in AssessIn) Check() error {
	var l fault.List
	if len(lines(in.Present)) < 2 {
		l.Add("present", "intake.present")
	}
	return l.Err()
}

// Assess is the panel's act: its report goes to the plan. Faults: "intake.own", "intake.state", "intake.assess_same" for
// who gave the first review or verified.
var Assess = act.Act[AssessIn, act.None]{Name: "intake.assess", Title: "评估报告", Right: "intake.assess", Do: assess}

func assess(ctx context.Context, tx *db.Tx, in AssessIn) (act.None, error) {
	a, err := handled(ctx, tx, "intake.assess", in.ID)
	if err != nil {
		return act.None{}, err
	}
	tx.About("application", a.ID, "assessment")
	if err := a.notBy(ctx, tx, []string{"pass", "forward", "verify", "visit"}, "intake.assess_same"); err != nil {
		return act.None{}, err
	}
	r := Assessment{UnionID: tx.Union, ApplicationID: a.ID, ID: tx.ID(), Suggestion: in.Suggestion, Amount: in.Amount, Item: in.Item,
		Present: strings.Join(lines(in.Present), "\n"), ByUser: tx.Actor.User, At: tx.Ms()}
	v, ok, err := Judge(ctx, tx, a)
	if err != nil {
		return act.None{}, err
	}
	if ok {
		text, err := json.Marshal(v)
		if err != nil {
			return act.None{}, err
		}
		r.Verdict = string(text)
	}
	sealed, err := tx.Seal(placeSituation, r.ID, in.Situation)
	if err != nil {
		return act.None{}, err
	}
	if err := db.Insert(ctx, tx, "intake_assessment", assessmentRow{r, sealed}); err != nil {
		return act.None{}, err
	}
	if err := move(ctx, tx, &a, Step{Act: "assess", Answer: string(in.Suggestion)}); err != nil {
		return act.None{}, err
	}
	return act.None{}, pass(ctx, tx, a)
}

// Decide marks a recommended application as decided; plan calls it when the award is made.
func Decide(ctx context.Context, tx *db.Tx, id string) error {
	a, err := Get(ctx, tx, id)
	if err != nil || a.State == Decided { // by another item of the same application
		return err
	}
	return move(ctx, tx, &a, Step{Act: "decide"})
}

// Proposed ends the turn to propose something; plan calls it when it is done.
func Proposed(ctx context.Context, tx *db.Tx, a Application) error {
	return task.Close(ctx, tx, turnOffer, a.ID)
}

// Reopen gives a recommended application back to the panel; plan calls it when a meeting asks for more.
func Reopen(ctx context.Context, tx *db.Tx, id, why string) error {
	a, err := Get(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := move(ctx, tx, &a, Step{Act: "reopen", Note: why}); err != nil {
		return err
	}
	return pass(ctx, tx, a)
}

// Applies reports whether an item of a verdict is one this application asks for.
func (p Programme) Applies(item string) bool {
	return p.Item == "" || slices.Contains(strings.Fields(p.Item), item)
}
