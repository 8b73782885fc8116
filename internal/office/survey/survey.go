// Package survey asks workers questions (S02, S11): a questionnaire with its audience and its days, answered by name or truly
// without one, counted so that no small group shows through. It knows nothing of families: what an answer tells of one is
// handed to the house above as plain values. It also keeps the box of suggestions to the management.
package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
)

// State is where a survey stands.
type State string

// The states. An open survey whose days are over is closed by the daily job; until then it takes no answer either.
const (
	Draft  State = "draft"
	Open   State = "open"
	Closed State = "closed"
)

// Choices lists the states in menu order.
func (State) Choices() []form.Choice {
	return []form.Choice{{Value: "draft", Label: "草稿"}, {Value: "open", Label: "进行中"}, {Value: "closed", Label: "已结束"}}
}

// Say gives the word of a state.
func (s State) Say(l words.Lang) string { return pick(l, s.Choices(), string(s)) }

// Audience is who is asked.
type Audience string

// The audiences: everybody, units with all beneath, kinds of employment, and households with an open file.
const (
	All   Audience = "all"
	Units Audience = "units"
	Kinds Audience = "kinds"
	Filed Audience = "filed"
)

// Choices lists the audiences in menu order.
func (Audience) Choices() []form.Choice {
	return []form.Choice{{Value: "all", Label: "全体职工"}, {Value: "units", Label: "指定部门"}, {Value: "kinds", Label: "指定用工形式"}, {Value: "filed", Label: "在册困难职工"}}
}

// Say gives the word of an audience.
func (a Audience) Say(l words.Lang) string { return pick(l, a.Choices(), string(a)) }

func pick(l words.Lang, all []form.Choice, value string) string {
	for _, c := range all {
		if c.Value == value {
			return words.T(l, c.Label)
		}
	}
	return value
}

// Survey is one survey. Among are the ids of units or the codes of employment it asks; Body is its questions. RemindAfter is
// how far a round of reminders has come.
type Survey struct {
	UnionID, ID, Code                  string
	TitleZh, TitleEn, IntroZh, IntroEn string
	Anonymous                          int64
	Audience                           Audience
	Among                              string
	OpenOn, CloseOn                    day.Day
	State                              State
	Body, CopiedFrom                   string
	ReleasedOn, RemindedOn             day.Day
	RemindAfter, MadeBy                string
	MadeAt, Version                    int64
}

const columns = `union_id, id, code, title_zh, title_en, intro_zh, intro_en, anonymous, audience, among, open_on, close_on, state, body,
	copied_from, released_on, reminded_on, remind_after, made_by, made_at, version`

// Title gives the survey's name in both languages.
func (s Survey) Title() Text { return Text{s.TitleZh, s.TitleEn} }

// Intro gives what stands above the first question.
func (s Survey) Intro() Text { return Text{s.IntroZh, s.IntroEn} }

// Nameless reports whether the answers carry no name.
func (s Survey) Nameless() bool { return s.Anonymous == 1 }

// Takes reports whether answers are taken on a day.
func (s Survey) Takes(on day.Day) bool { return s.State == Open && s.OpenOn <= on && on <= s.CloseOn }

// Over reports whether no answer is taken any more.
func (s Survey) Over(on day.Day) bool { return s.State == Closed || s.State == Open && on > s.CloseOn }

// Released reports whether workers may see the results.
func (s Survey) Released() bool { return s.ReleasedOn != "" }

// Questions reads the questions.
func (s Survey) Questions() ([]Question, error) {
	var all []Question
	if err := json.Unmarshal([]byte(s.Body), &all); err != nil {
		return nil, fmt.Errorf("questions of survey %s: %w", s.ID, err)
	}
	return all, nil
}

// Chosen lists the units or kinds the survey asks.
func (s Survey) Chosen() []string { return strings.Fields(s.Among) }

// Get gives a survey by id. It checks no right. Fault: Missing.
func Get(ctx context.Context, tx *db.Tx, id string) (Survey, error) {
	return db.One[Survey](ctx, tx, `select `+columns+` from survey_survey where union_id = $1 and id = $2`, tx.Union, id)
}

// hold locks a survey for the act and gives it as it stands.
func hold(ctx context.Context, tx *db.Tx, id string) (Survey, error) {
	tx.About("survey", id)
	if _, err := tx.Exec(ctx, `update survey_survey set version = version + 1 where union_id = $1 and id = $2`, tx.Union, id); err != nil {
		return Survey{}, err
	}
	return Get(ctx, tx, id)
}

// save writes a survey that the act holds.
func (s Survey) save(ctx context.Context, tx *db.Tx) error {
	return tx.Must(ctx, "fault.stale", `
		update survey_survey set title_zh = $3, title_en = $4, intro_zh = $5, intro_en = $6, anonymous = $7, audience = $8, among = $9, open_on = $10,
			close_on = $11, state = $12, body = $13, released_on = $14, reminded_on = $15, remind_after = $16
		where union_id = $1 and id = $2`, tx.Union, s.ID, s.TitleZh, s.TitleEn, s.IntroZh, s.IntroEn, s.Anonymous, s.Audience, s.Among, s.OpenOn,
		s.CloseOn, s.State, s.Body, s.ReleasedOn, s.RemindedOn, s.RemindAfter)
}

// List gives the surveys, newest first, 100 at most; before is the id of the last one seen, or empty.
func List(ctx context.Context, tx *db.Tx, before string) ([]Survey, error) {
	return db.All[Survey](ctx, tx, `
		select `+columns+` from survey_survey where union_id = $1 and ($2 = '' or id < $2) order by id desc limit 100`, tx.Union, before)
}

// Ended lists the named surveys of which no answer is taken any more, newest first, 50 at most.
func Ended(ctx context.Context, tx *db.Tx) ([]Survey, error) {
	return db.All[Survey](ctx, tx, `
		select `+columns+` from survey_survey where union_id = $1 and anonymous = 0 and (state = 'closed' or state = 'open' and close_on < $2)
		order by id desc limit 50`, tx.Union, tx.Day())
}

// Seat is one person who is asked, with the unit as it was when asked.
type Seat struct {
	PersonID, UnitID, UnitPath string
}

// Told is what one named answer says of a family, under the names its questionnaire declares.
type Told struct {
	PersonID string
	On       day.Day
	Facts    []Said
}

// Hands are what the house above does for surveys: it lists the workers of an audience that come after one of them (the last
// chunk gives ""), finds a worker by staff number within a right, holds a questionnaire's declarations to what the house knows
// (an old survey that was copied may speak of a fact that is gone), and puts what was told into the file of the family.
type Hands struct {
	Audience func(ctx context.Context, tx *db.Tx, s Survey, after string) (some []Seat, next string, err error)
	Worker   func(ctx context.Context, tx *db.Tx, right, staffNo string) (Seat, error)
	Check    func(all []Question) error
	Keep     func(ctx context.Context, tx *db.Tx, t Told) error
}

// Acts lists what can be done with surveys and suggestions.
func (h Hands) Acts() []act.Any {
	return []act.Any{Begin, Set, SetQuestion, DropQuestion, MoveQuestion, h.Publish(), TakeBack, Close, Release, Remind, Keep, h.Answer(), Cast, h.Type(),
		Suggest, SuggestNameless, Reply}
}
