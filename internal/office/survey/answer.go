package survey

import (
	"context"
	"encoding/json"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// Answers are the answers to a survey by the question's code, as they are kept.
type Answers map[string][]string

// AnswerIn answers a survey: lines "code=answer", one for each option that was ticked.
type AnswerIn struct {
	ID  string   `form:"id" kind:"hidden" need:"true" max:"40"`
	Set []string `form:"set" label:"回答" max:"300"`
}

// split gathers the lines by question.
func split(set []string) Answers {
	out := Answers{}
	for _, line := range set {
		code, value, _ := strings.Cut(line, "=")
		out[code] = append(out[code], value)
	}
	return out
}

// Read puts what was typed into the form it is kept in; all that is wrong comes together, each on its question. Begun asks
// only whether what is there is right, not whether all is there.
func Read(all []Question, typed Answers, begun bool) (Answers, error) {
	var l fault.List
	out := Answers{}
	for _, q := range all {
		given := typed[q.Code]
		if begun && len(given) == 0 {
			continue
		}
		kept, err := q.read(given)
		l.AddErr(q.Code, err)
		if len(kept) > 0 {
			out[q.Code] = kept
		}
	}
	return out, l.Err()
}

// Response is the named answer of one person, begun or handed in. TypedBy is who copied it from paper.
type Response struct {
	UnionID, ID, SurveyID, PersonID, UnitPath, State string
	Answers                                          []byte
	OnDay                                            day.Day
	TypedBy                                          string
}

const responseColumns = `union_id, id, survey_id, person_id, unit_path, state, answers, on_day, typed_by`

const placeAnswers = "survey_response.answers"

func (r Response) open(tx *db.Tx) (Answers, error) {
	out := Answers{}
	if len(r.Answers) == 0 {
		return out, nil
	}
	text, err := tx.Open(placeAnswers, r.ID, r.Answers)
	if err != nil {
		return nil, err
	}
	return out, json.Unmarshal([]byte(text), &out)
}

// Mine gives the actor's own answers so far and whether they were handed in: for going on where one stopped. Of an anonymous
// survey nothing is kept until it is handed in, so there is nothing to give.
func Mine(ctx context.Context, tx *db.Tx, surveyID string) (Answers, bool, error) {
	seat, ok, err := seatOf(ctx, tx, surveyID, tx.Actor.Person)
	if err != nil || !ok {
		return Answers{}, false, err
	}
	if seat.Answered == 1 {
		return Answers{}, true, nil
	}
	r, ok, err := responseOf(ctx, tx, surveyID, tx.Actor.Person)
	if err != nil || !ok {
		return Answers{}, false, err
	}
	all, err := r.open(tx)
	return all, false, err
}

func responseOf(ctx context.Context, tx *db.Tx, surveyID, personID string) (Response, bool, error) {
	return db.Maybe[Response](ctx, tx, `
		select `+responseColumns+` from survey_response where union_id = $1 and survey_id = $2 and person_id = $3`, tx.Union, surveyID, personID)
}

type seat struct {
	UnionID, SurveyID, PersonID, UnitID, UnitPath string
	Answered                                      int64
}

func seatOf(ctx context.Context, tx *db.Tx, surveyID, personID string) (seat, bool, error) {
	if personID == "" {
		return seat{}, false, nil
	}
	return db.Maybe[seat](ctx, tx, `
		select union_id, survey_id, person_id, unit_id, unit_path, answered from survey_seat where union_id = $1 and survey_id = $2 and person_id = $3`,
		tx.Union, surveyID, personID)
}

// asked gives a survey that takes answers now from a person. Faults: Denied for who is not asked, Refused "survey.over",
// "survey.answered".
func asked(ctx context.Context, tx *db.Tx, id, personID string) (Survey, seat, []Question, error) {
	st, ok, err := seatOf(ctx, tx, id, personID)
	if err != nil {
		return Survey{}, st, nil, err
	}
	if !ok {
		return Survey{}, st, nil, fault.New(fault.Denied, "fault.denied")
	}
	s, err := Get(ctx, tx, id)
	switch {
	case err != nil:
		return s, st, nil, err
	case !s.Takes(tx.Day()):
		return s, st, nil, fault.New(fault.Refused, "survey.over")
	case st.Answered == 1:
		return s, st, nil, fault.New(fault.Refused, "survey.answered")
	}
	all, err := s.Questions()
	return s, st, all, err
}

// Keep keeps some answers of a named survey until it is handed in. Faults: those of asked and of the answers,
// "survey.nameless" for an anonymous survey, of which nothing is kept half-way.
var Keep = act.Act[AnswerIn, act.None]{Name: "survey.keep", Title: "保存问卷的回答", Right: "survey.answer",
	Do: func(ctx context.Context, tx *db.Tx, in AnswerIn) (act.None, error) {
		tx.About("survey", in.ID, "answers")
		s, st, all, err := asked(ctx, tx, in.ID, tx.Actor.Person)
		if err != nil {
			return act.None{}, err
		}
		if s.Nameless() {
			return act.None{}, fault.New(fault.Refused, "survey.nameless")
		}
		kept, err := Read(all, split(in.Set), true)
		if err != nil {
			return act.None{}, err
		}
		r, err := begun(ctx, tx, st)
		if err != nil {
			return act.None{}, err
		}
		before, err := r.open(tx)
		if err != nil {
			return act.None{}, err
		}
		for _, line := range in.Set { // an answer taken back is taken out
			code, _, _ := strings.Cut(line, "=")
			delete(before, code)
		}
		for code, v := range kept {
			before[code] = v
		}
		return act.None{}, r.put(ctx, tx, before, "begun")
	}}

// begun gives the person's response, made when there is none.
func begun(ctx context.Context, tx *db.Tx, st seat) (Response, error) {
	r, ok, err := responseOf(ctx, tx, st.SurveyID, st.PersonID)
	if err != nil || ok {
		return r, err
	}
	r = Response{UnionID: tx.Union, ID: tx.ID(), SurveyID: st.SurveyID, PersonID: st.PersonID, UnitPath: st.UnitPath, State: "begun", OnDay: tx.Day()}
	err = db.Insert(ctx, tx, "survey_response", r)
	if db.Taken(err) {
		err = fault.New(fault.Conflict, "fault.stale")
	}
	return r, err
}

func (r Response) put(ctx context.Context, tx *db.Tx, a Answers, state string) error {
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	sealed, err := tx.Seal(placeAnswers, r.ID, string(text))
	if err != nil {
		return err
	}
	return tx.Must(ctx, "survey.answered", `
		update survey_response set answers = $3, state = $4, on_day = $5, typed_by = $6 where union_id = $1 and id = $2 and state = 'begun'`,
		tx.Union, r.ID, sealed, state, tx.Day(), r.TypedBy)
}

// mark writes that a person has answered; the second time is refused. Fault: "survey.answered".
func (st seat) mark(ctx context.Context, tx *db.Tx) error {
	return tx.Must(ctx, "survey.answered", `
		update survey_seat set answered = 1 where union_id = $1 and survey_id = $2 and person_id = $3 and answered = 0`, tx.Union, st.SurveyID, st.PersonID)
}

// Answer makes the act that hands in a named answer; what it tells goes into the family's file. What was kept before counts
// where nothing new is said. Faults: those of asked and of the answers.
func (h Hands) Answer() act.Act[AnswerIn, act.None] {
	return act.Act[AnswerIn, act.None]{Name: "survey.answer", Title: "提交问卷", Right: "survey.answer",
		Do: func(ctx context.Context, tx *db.Tx, in AnswerIn) (act.None, error) {
			tx.About("survey", in.ID, "answers")
			s, st, all, err := asked(ctx, tx, in.ID, tx.Actor.Person)
			if err != nil {
				return act.None{}, err
			}
			if s.Nameless() {
				return act.None{}, fault.New(fault.Refused, "survey.nameless")
			}
			return act.None{}, h.take(ctx, tx, named{st, all, split(in.Set), ""})
		}}
}

// named is a named answer on its way in.
type named struct {
	seat    seat
	all     []Question
	typed   Answers
	typedBy string
}

func (h Hands) take(ctx context.Context, tx *db.Tx, n named) error {
	r, err := begun(ctx, tx, n.seat)
	if err != nil {
		return err
	}
	r.TypedBy = n.typedBy
	before, err := r.open(tx)
	if err != nil {
		return err
	}
	for _, q := range n.all {
		if _, said := n.typed[q.Code]; !said && len(before[q.Code]) > 0 {
			n.typed[q.Code] = q.Shown(before[q.Code])
		}
	}
	kept, err := Read(n.all, n.typed, false)
	if err != nil {
		return err
	}
	if err := n.seat.mark(ctx, tx); err != nil {
		return err
	}
	if err := r.put(ctx, tx, kept, "done"); err != nil {
		return err
	}
	told := Told{PersonID: n.seat.PersonID, On: tx.Day(), Facts: Facts(n.all, kept)}
	if len(told.Facts) == 0 {
		return nil
	}
	return h.Keep(ctx, tx, told)
}

// Cast hands in an anonymous answer. The mark "has answered" and the answer are written apart, the act is recorded without
// its actor, and the answer has a random id and a month. Faults: those of asked and of the answers, "survey.named".
var Cast = act.Act[AnswerIn, act.None]{Name: "survey.cast", Title: "提交匿名问卷", Right: "survey.answer", Nameless: true,
	Do: func(ctx context.Context, tx *db.Tx, in AnswerIn) (act.None, error) {
		tx.About("survey", in.ID, "answers")
		s, st, all, err := asked(ctx, tx, in.ID, tx.Actor.Person)
		if err != nil {
			return act.None{}, err
		}
		if !s.Nameless() {
			return act.None{}, fault.New(fault.Refused, "survey.named")
		}
		kept, err := Read(all, split(in.Set), false)
		if err != nil {
			return act.None{}, err
		}
		if err := st.mark(ctx, tx); err != nil {
			return act.None{}, err
		}
		text, err := json.Marshal(kept)
		if err != nil {
			return act.None{}, err
		}
		return act.None{}, db.Insert(ctx, tx, "survey_ballot", ballot{tx.Union, s.ID, db.Token(), tx.Day()[:8] + "01", string(text)})
	}}

type ballot struct {
	UnionID, SurveyID, ID string
	OnDay                 day.Day
	Answers               string
}

// TypeIn copies a paper answer into a named survey.
type TypeIn struct {
	ID      string   `form:"id" kind:"hidden" need:"true" max:"40"`
	StaffNo string   `form:"staff_no" label:"填表人工号" need:"true" max:"40"`
	Set     []string `form:"set" label:"回答" max:"300"`
}

// Type makes the act by which a group leader or an officer types in what a worker wrote on paper (W9). Faults:
// "survey.nobody", "survey.not_asked", "survey.over", "survey.answered", "survey.nameless", those of the answers.
func (h Hands) Type() act.Act[TypeIn, act.None] {
	return act.Act[TypeIn, act.None]{Name: "survey.paper", Title: "录入纸质问卷", Right: "survey.paper",
		Do: func(ctx context.Context, tx *db.Tx, in TypeIn) (act.None, error) {
			tx.About("survey", in.ID, "answers")
			if _, err := Get(ctx, tx, in.ID); err != nil {
				return act.None{}, err
			}
			who, err := h.Worker(ctx, tx, "survey.paper", in.StaffNo)
			if err != nil {
				return act.None{}, err
			}
			tx.Trail.Subject = who.PersonID
			s, st, all, err := asked(ctx, tx, in.ID, who.PersonID)
			switch {
			case err != nil && fault.Of(err).Kind == fault.Denied:
				return act.None{}, fault.New(fault.Refused, "survey.not_asked").At("staff_no")
			case err != nil:
				return act.None{}, err
			case s.Nameless():
				return act.None{}, fault.New(fault.Refused, "survey.nameless")
			}
			return act.None{}, h.take(ctx, tx, named{st, all, split(in.Set), tx.Actor.User})
		}}
}
