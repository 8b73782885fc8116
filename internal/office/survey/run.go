package survey

import (
	"context"

	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/job"
	"bangfu/internal/office/notify"
)

// remindDays is the least number of days between two reminders.
const remindDays = 3

// SeatJob and RemindJob are the kinds of the jobs that publishing and reminding ask for.
const (
	SeatJob   = "survey.seat"
	RemindJob = "survey.remind"
)

// Publish makes the act that opens a survey: its questions, its audience and whether it is anonymous are fixed from then on.
// The first of its audience are seated at once, the others by the job. Faults: "survey.not_draft", "survey.empty",
// "survey.past" when its last day is over, those of Hands.Check.
func (h Hands) Publish() act.Act[Ref, act.None] {
	return act.Act[Ref, act.None]{Name: "survey.publish", Title: "发布问卷", Right: "survey.run",
		Do: func(ctx context.Context, tx *db.Tx, in Ref) (act.None, error) {
			s, all, err := drafted(ctx, tx, in.ID)
			switch {
			case err != nil:
				return act.None{}, err
			case len(all) == 0:
				return act.None{}, fault.New(fault.Refused, "survey.empty")
			case s.CloseOn < tx.Day():
				return act.None{}, fault.New(fault.Refused, "survey.past")
			}
			if err := h.Check(all); err != nil {
				return act.None{}, err
			}
			s.State = Open
			if err := s.save(ctx, tx); err != nil {
				return act.None{}, err
			}
			if s.OpenOn > tx.Day() {
				return act.None{}, nil // the daily job seats its audience on the day
			}
			next, err := h.seat(ctx, tx, s, "")
			if err != nil || next == "" {
				return act.None{}, err
			}
			return act.None{}, job.Add(ctx, tx, SeatJob, s.ID+tx.ID(), "", tx.Now)
		}}
}

// seat gives seats to the next of the audience who have none yet, and tells them; next is "" after the last.
func (h Hands) seat(ctx context.Context, tx *db.Tx, s Survey, after string) (string, error) {
	some, next, err := h.Audience(ctx, tx, s, after)
	if err != nil {
		return "", err
	}
	for _, p := range some {
		n, err := tx.Exec(ctx, `
			insert into survey_seat (union_id, survey_id, person_id, unit_id, unit_path, answered) values ($1, $2, $3, $4, $5, 0)
			on conflict (union_id, survey_id, person_id) do nothing`, tx.Union, s.ID, p.PersonID, p.UnitID, p.UnitPath)
		if err != nil {
			return "", err
		}
		if n == 0 {
			continue
		}
		if err := s.tell(ctx, tx, p, "survey.told.asked"); err != nil {
			return "", err
		}
	}
	return next, nil
}

func (s Survey) tell(ctx context.Context, tx *db.Tx, p Seat, key words.Key) error {
	text := notify.Text{Key: key, Args: []any{s.TitleZh, s.CloseOn}, Href: "/me/surveys/" + s.ID}
	return notify.Send(ctx, tx, notify.To{PersonID: p.PersonID, UnitID: p.UnitID}, text)
}

// Seating is the chunk of the daily job that seats whoever joined the audience of an open survey. After is where the last
// chunk ended: the survey and its worker.
func (h Hands) Seating(ctx context.Context, tx *db.Tx, after string) (string, error) {
	id, worker, _ := strings.Cut(after, "|")
	s, ok, err := db.Maybe[Survey](ctx, tx, `
		select `+columns+` from survey_survey where union_id = $1 and state = 'open' and open_on <= $2 and close_on >= $2 and (id > $3 or id = $3 and $4 <> '')
		order by id limit 1`, tx.Union, tx.Day(), id, worker)
	if err != nil || !ok {
		return "", err
	}
	next, err := h.seat(ctx, tx, s, worker)
	return s.ID + "|" + next, err
}

// TakeBack makes an open survey a draft again, as long as nobody has begun to answer it. Faults: "survey.not_open",
// "survey.begun".
var TakeBack = act.Act[Ref, act.None]{Name: "survey.take_back", Title: "收回问卷", Right: "survey.run",
	Do: func(ctx context.Context, tx *db.Tx, in Ref) (act.None, error) {
		s, err := hold(ctx, tx, in.ID)
		if err != nil {
			return act.None{}, err
		}
		if s.State != Open {
			return act.None{}, fault.New(fault.Refused, "survey.not_open")
		}
		n, err := db.Value[int64](ctx, tx, `
			select (select count(*) from survey_seat where union_id = $1 and survey_id = $2 and answered = 1) +
				(select count(*) from survey_response where union_id = $1 and survey_id = $2)`, tx.Union, s.ID)
		if err != nil {
			return act.None{}, err
		}
		if n > 0 {
			return act.None{}, fault.New(fault.Refused, "survey.begun")
		}
		if _, err := tx.Exec(ctx, `delete from survey_seat where union_id = $1 and survey_id = $2`, tx.Union, s.ID); err != nil {
			return act.None{}, err
		}
		s.State, s.RemindedOn, s.RemindAfter = Draft, "", ""
		return act.None{}, s.save(ctx, tx)
	}}

// Close ends a survey before its last day. Fault: "survey.not_open".
var Close = act.Act[Ref, act.None]{Name: "survey.close", Title: "结束问卷", Right: "survey.run",
	Do: func(ctx context.Context, tx *db.Tx, in Ref) (act.None, error) {
		s, err := hold(ctx, tx, in.ID)
		if err != nil {
			return act.None{}, err
		}
		if s.State != Open {
			return act.None{}, fault.New(fault.Refused, "survey.not_open")
		}
		return act.None{}, s.end(ctx, tx)
	}}

func (s Survey) end(ctx context.Context, tx *db.Tx) error {
	s.State = Closed
	s.CloseOn = max(s.OpenOn, min(s.CloseOn, tx.Day()))
	if err := s.save(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from survey_response where union_id = $1 and survey_id = $2 and state = 'begun'`, tx.Union, s.ID); err != nil {
		return err
	}
	return s.shuffle(ctx, tx)
}

// shuffle writes the anonymous answers anew in a random order under new ids: whoever reads the table itself then learns
// neither the order they came in nor which were written together with a mark.
func (s Survey) shuffle(ctx context.Context, tx *db.Tx) error {
	if !s.Nameless() {
		return nil
	}
	all, err := ballots(ctx, tx, s.ID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from survey_ballot where union_id = $1 and survey_id = $2`, tx.Union, s.ID); err != nil {
		return err
	}
	for i := range all {
		all[i].ID = db.Token()
	}
	slices.SortFunc(all, func(a, b ballot) int { return strings.Compare(a.ID, b.ID) })
	return db.InsertAll(ctx, tx, "survey_ballot", all)
}

func ballots(ctx context.Context, tx *db.Tx, surveyID string) ([]ballot, error) {
	return db.All[ballot](ctx, tx, `
		select union_id, survey_id, id, on_day, answers from survey_ballot where union_id = $1 and survey_id = $2 order by id`, tx.Union, surveyID)
}

// Night closes the surveys whose days are over, shuffles the anonymous answers of those still open, and begins a round of
// reminders where the last one is three days old.
func Night(ctx context.Context, tx *db.Tx) error {
	all, err := db.All[Survey](ctx, tx, `select `+columns+` from survey_survey where union_id = $1 and state = 'open' order by id`, tx.Union)
	if err != nil {
		return err
	}
	for _, s := range all {
		switch {
		case s.CloseOn < tx.Day():
			err = s.end(ctx, tx)
		case s.OpenOn <= tx.Day():
			if err = s.shuffle(ctx, tx); err == nil && s.mayRemind(tx) {
				err = s.round(ctx, tx)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// mayRemind reports that the survey was opened, and last reminded of, three days ago or earlier.
func (s Survey) mayRemind(tx *db.Tx) bool {
	last := max(s.OpenOn, s.RemindedOn)
	return s.Takes(tx.Day()) && tx.Day().Sub(last) >= remindDays
}

func (s Survey) round(ctx context.Context, tx *db.Tx) error {
	s.RemindedOn, s.RemindAfter = tx.Day(), ""
	return s.save(ctx, tx)
}

// Release shows the results to the workers who were asked. Fault: "survey.not_closed".
var Release = act.Act[Ref, act.None]{Name: "survey.release", Title: "公布问卷结果", Right: "survey.run",
	Do: func(ctx context.Context, tx *db.Tx, in Ref) (act.None, error) {
		s, err := hold(ctx, tx, in.ID)
		if err != nil {
			return act.None{}, err
		}
		if s.State != Closed {
			return act.None{}, fault.New(fault.Refused, "survey.not_closed")
		}
		s.ReleasedOn = tx.Day()
		return act.None{}, s.save(ctx, tx)
	}}

// Remind begins a round of reminders to those who have not answered. Fault: "survey.reminded" when the last one is less than
// three days old, or the survey takes no answers.
var Remind = act.Act[Ref, act.None]{Name: "survey.nudge", Title: "提醒还没填的人", Right: "survey.run",
	Do: func(ctx context.Context, tx *db.Tx, in Ref) (act.None, error) {
		s, err := hold(ctx, tx, in.ID)
		if err != nil {
			return act.None{}, err
		}
		if !s.mayRemind(tx) {
			return act.None{}, fault.New(fault.Refused, "survey.reminded", remindDays)
		}
		if err := s.round(ctx, tx); err != nil {
			return act.None{}, err
		}
		return act.None{}, job.Add(ctx, tx, RemindJob, s.ID+string(tx.Day()), "", tx.Now)
	}}

// Reminding is the chunk of the job that tells those who have not answered in the rounds under way; "" when all are through.
func Reminding(ctx context.Context, tx *db.Tx, _ string) (string, error) {
	s, ok, err := db.Maybe[Survey](ctx, tx, `
		select `+columns+` from survey_survey where union_id = $1 and state = 'open' and close_on >= $2 and reminded_on <> '' and remind_after <> '~'
		order by id limit 1`, tx.Union, tx.Day())
	if err != nil || !ok {
		return "", err
	}
	const chunk = 200
	some, err := db.All[seat](ctx, tx, `
		select union_id, survey_id, person_id, unit_id, unit_path, answered from survey_seat
		where union_id = $1 and survey_id = $2 and answered = 0 and person_id > $3 order by person_id limit $4`, tx.Union, s.ID, s.RemindAfter, chunk)
	if err != nil {
		return "", err
	}
	for _, p := range some {
		if err := s.tell(ctx, tx, Seat{p.PersonID, p.UnitID, p.UnitPath}, "survey.told.again"); err != nil {
			return "", err
		}
		s.RemindAfter = p.PersonID
	}
	if len(some) < chunk {
		s.RemindAfter = "~"
	}
	return "more", s.save(ctx, tx)
}

// ForMe is one survey as its worker sees it in the list.
type ForMe struct {
	Survey
	Answered int64
}

// OfMe gives the surveys that ask the actor, the newest first, 50 at most.
func OfMe(ctx context.Context, tx *db.Tx) ([]ForMe, error) {
	if tx.Actor.Person == "" {
		return nil, nil
	}
	seats, err := db.All[seat](ctx, tx, `
		select union_id, survey_id, person_id, unit_id, unit_path, answered from survey_seat where union_id = $1 and person_id = $2
		order by survey_id desc limit 50`, tx.Union, tx.Actor.Person)
	if err != nil {
		return nil, err
	}
	var out []ForMe
	for _, st := range seats {
		s, err := Get(ctx, tx, st.SurveyID)
		if err != nil {
			return nil, err
		}
		out = append(out, ForMe{s, st.Answered})
	}
	return out, nil
}

// Waiting counts the surveys that wait for the actor's answer.
func Waiting(ctx context.Context, tx *db.Tx) (int64, error) {
	if tx.Actor.Person == "" {
		return 0, nil
	}
	return db.Value[int64](ctx, tx, `
		select count(*) from survey_seat t join survey_survey s on s.union_id = t.union_id and s.id = t.survey_id
		where t.union_id = $1 and t.person_id = $2 and t.answered = 0 and s.state = 'open' and s.open_on <= $3 and s.close_on >= $3`,
		tx.Union, tx.Actor.Person, tx.Day())
}

// Asked gives a survey that asks the actor; false when the actor has answered. Fault: Denied for everybody else.
func Asked(ctx context.Context, tx *db.Tx, id string) (Survey, bool, error) {
	st, ok, err := seatOf(ctx, tx, id, tx.Actor.Person)
	if err == nil && !ok {
		err = fault.New(fault.Denied, "fault.denied")
	}
	if err != nil {
		return Survey{}, false, err
	}
	s, err := Get(ctx, tx, id)
	return s, st.Answered == 0, err
}
