package survey

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// replyDays is how many workdays the management has to answer a suggestion (S11: answered by a date).
const replyDays = 10

const turnKind = "survey.suggestion"

// Topic is what a suggestion is about.
type Topic string

// Choices lists the topics in menu order.
func (Topic) Choices() []form.Choice {
	return []form.Choice{{Value: "safety", Label: "安全和劳动条件"}, {Value: "pay", Label: "工资和福利"}, {Value: "care", Label: "帮扶和关怀"}, {Value: "work", Label: "工作安排和管理"},
		{Value: "life", Label: "食堂、宿舍和文体"}, {Value: "other", Label: "其他"}}
}

// Say gives the word of a topic.
func (t Topic) Say(l words.Lang) string { return pick(l, t.Choices(), string(t)) }

// Suggestion is one suggestion. PersonID is "" for one without a name.
type Suggestion struct {
	UnionID, ID, PersonID, UnitID string
	Topic                         Topic
	Text                          string
	MadeOn, Due                   day.Day
	State, Answer, AnsweredBy     string
	AnsweredOn                    day.Day
	Public                        int64
}

const suggestionColumns = `union_id, id, person_id, unit_id, topic, text, made_on, due, state, answer, answered_by, answered_on, public`

// Late reports that the answer is overdue on a day.
func (s Suggestion) Late(on day.Day) bool { return s.State == "open" && s.Due < on }

// SuggestIn is a suggestion.
type SuggestIn struct {
	Topic Topic  `form:"topic" label:"关于哪方面" need:"true"`
	Text  string `form:"text" label:"您的建议" kind:"area" need:"true" min:"5" max:"1000"`
}

// Receipt says by when the answer comes and how to find it; Code is given to those without a name only.
type Receipt struct {
	Code string
	Due  day.Day
}

// Suggest hands in a suggestion under one's name. The same words once more on the same day (sent, gone back to, sent again) are the
// suggestion that is there already.
var Suggest = act.Act[SuggestIn, Receipt]{Name: "survey.suggest", Title: "提建议", Right: "survey.suggest",
	Do: func(ctx context.Context, tx *db.Tx, in SuggestIn) (Receipt, error) {
		had, ok, err := db.Maybe[Suggestion](ctx, tx, `select `+suggestionColumns+` from survey_suggestion
			where union_id = $1 and person_id = $2 and made_on = $3 and text = $4 and state = 'open' order by id limit 1`, tx.Union, tx.Actor.Person, tx.Day(), strings.TrimSpace(in.Text))
		if err != nil {
			return Receipt{}, err
		}
		if ok {
			tx.About("suggestion", had.ID)
			return Receipt{Due: had.Due}, nil
		}
		r, err := suggest(ctx, tx, Suggestion{ID: tx.ID(), PersonID: tx.Actor.Person, Topic: in.Topic, Text: in.Text})
		r.Code = ""
		return r, err
	}}

// SuggestNameless hands in a suggestion without a name: nothing of it tells who made it. Its code finds the answer.
var SuggestNameless = act.Act[SuggestIn, Receipt]{Name: "survey.suggest_nameless", Title: "匿名提建议", Right: "survey.suggest", Nameless: true, Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in SuggestIn) (Receipt, error) {
		return suggest(ctx, tx, Suggestion{ID: db.Token(), Topic: in.Topic, Text: in.Text})
	}}

func suggest(ctx context.Context, tx *db.Tx, s Suggestion) (Receipt, error) {
	if s.PersonID != "" {
		tx.About("suggestion", s.ID)
	}
	due, err := calendar.Due(ctx, tx, replyDays)
	if err != nil {
		return Receipt{}, err
	}
	s.UnionID, s.UnitID, s.MadeOn, s.Due, s.State, s.Text = tx.Union, tx.Union, tx.Day(), due, "open", strings.TrimSpace(s.Text)
	if err := db.Insert(ctx, tx, "survey_suggestion", s); err != nil {
		return Receipt{}, err
	}
	err = task.Open(ctx, tx, task.New{Kind: turnKind, Object: "suggestion", ObjectID: s.ID, Role: org.RoleOfficer, UnitID: tx.Union, Due: due,
		Href: "/desk/suggestions/" + s.ID, Title: "survey.turn.suggestion", Args: []any{s.Topic.Say(words.Zh)}})
	if fault.Is(err, "task.nobody") {
		err = nil // the list shows it all the same
	}
	return Receipt{s.ID, due}, err
}

// ReplyIn answers a suggestion. Show puts it, without a name, on the page of published answers.
type ReplyIn struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	Answer string `form:"answer" label:"答复" kind:"area" need:"true" min:"2" max:"1000"`
	Show   bool   `form:"show" label:"公开建议和答复（不写提的人）"`
}

// Reply is the act. Faults: Missing; Refused "survey.replied" the second time.
var Reply = act.Act[ReplyIn, act.None]{Name: "survey.reply", Title: "答复建议", Right: "survey.reply",
	Do: func(ctx context.Context, tx *db.Tx, in ReplyIn) (act.None, error) {
		tx.About("suggestion", in.ID, "answer")
		s, err := SuggestionOf(ctx, tx, in.ID)
		if err != nil {
			return act.None{}, err
		}
		show := 0
		if in.Show {
			show = 1
		}
		if err := tx.Must(ctx, "survey.replied", `
			update survey_suggestion set state = 'answered', answer = $3, answered_by = $4, answered_on = $5, public = $6
			where union_id = $1 and id = $2 and state = 'open'`, tx.Union, in.ID, strings.TrimSpace(in.Answer), tx.Actor.User, tx.Day(), show); err != nil {
			return act.None{}, err
		}
		if err := task.Close(ctx, tx, turnKind, in.ID); err != nil || s.PersonID == "" {
			return act.None{}, err
		}
		return act.None{}, notify.Send(ctx, tx, notify.To{PersonID: s.PersonID, UnitID: s.UnitID}, notify.Text{Key: "survey.told.replied", Href: "/me/suggestions"})
	}}

// SuggestionOf gives a suggestion by id or code. It checks no right. Fault: Missing.
func SuggestionOf(ctx context.Context, tx *db.Tx, id string) (Suggestion, error) {
	return db.One[Suggestion](ctx, tx, `select `+suggestionColumns+` from survey_suggestion where union_id = $1 and id = $2`, tx.Union, id)
}

// ByCode gives a suggestion made without a name to whoever holds its code. Fault: Missing.
func ByCode(ctx context.Context, tx *db.Tx, code string) (Suggestion, error) {
	return db.One[Suggestion](ctx, tx, `
		select `+suggestionColumns+` from survey_suggestion where union_id = $1 and id = $2 and person_id = ''`, tx.Union, code)
}

// Box lists suggestions: those that wait with the most urgent first, then the answered ones, newest first; 200 at most.
func Box(ctx context.Context, tx *db.Tx) ([]Suggestion, error) {
	return db.All[Suggestion](ctx, tx, `
		select `+suggestionColumns+` from survey_suggestion where union_id = $1
		order by case when state = 'open' then 0 else 1 end, case when state = 'open' then due else '' end, answered_on desc, id limit 200`, tx.Union)
}

// Suggestions gives the actor's own, newest first, and the published ones with their answers; 50 of each at most.
func Suggestions(ctx context.Context, tx *db.Tx) (own, public []Suggestion, err error) {
	if tx.Actor.Person != "" {
		if own, err = db.All[Suggestion](ctx, tx, `
			select `+suggestionColumns+` from survey_suggestion where union_id = $1 and person_id = $2 order by id desc limit 50`, tx.Union, tx.Actor.Person); err != nil {
			return nil, nil, err
		}
	}
	public, err = db.All[Suggestion](ctx, tx, `
		select `+suggestionColumns+` from survey_suggestion where union_id = $1 and state = 'answered' and public = 1 order by answered_on desc, id limit 50`, tx.Union)
	return own, public, err
}
