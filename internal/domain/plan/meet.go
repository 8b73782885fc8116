package plan

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
)

// Meeting is one plan meeting with its minutes (S07; policy §1.5: the union's standing meeting decides on the list).
type Meeting struct {
	UnionID, ID, Number string
	OnDay               day.Day
	Place, Attendees    string
	Minutes, MadeBy     string
	At                  int64
}

// Talk is one case at a meeting.
type Talk struct {
	UnionID, MeetingID, ApplicationID, Conclusion string
}

// MeetIn writes down a meeting. Cases are the applications spoken of; the conclusion is the same for each of them.
type MeetIn struct {
	OnDay      day.Day  `form:"on_day" label:"会议日期" need:"true"`
	Place      string   `form:"place" label:"地点" need:"true" max:"60"`
	Attendees  string   `form:"attendees" label:"参加人" hint:"写明各部门和外部专家，用顿号隔开" kind:"area" need:"true" max:"500"`
	Minutes    string   `form:"minutes" label:"会议纪要" kind:"area" need:"true" max:"4000"`
	Cases      []string `form:"case" label:"讨论的申请" need:"true" max:"40"`
	Conclusion string   `form:"conclusion" label:"结论" need:"true" max:"300"`
}

// Meet writes the minutes. Fault: "plan.future" for a day to come.
func Meet(ctx context.Context, tx *db.Tx, in MeetIn) (Meeting, error) {
	if in.OnDay > tx.Day() {
		return Meeting{}, fault.New(fault.Invalid, "plan.future").At("on_day")
	}
	number, err := tx.Number(ctx, "HY")
	if err != nil {
		return Meeting{}, err
	}
	m := Meeting{UnionID: tx.Union, ID: tx.ID(), Number: number, OnDay: in.OnDay, Place: in.Place, Attendees: in.Attendees,
		Minutes: in.Minutes, MadeBy: tx.Actor.User, At: tx.Ms()}
	tx.About("meeting", m.ID, "minutes")
	if err := db.Insert(ctx, tx, "plan_meeting", m); err != nil {
		return m, err
	}
	for _, id := range in.Cases {
		if _, err := intake.Reached(ctx, tx, "plan.meet", id); err != nil {
			return m, err
		}
		if err := db.Insert(ctx, tx, "plan_talk", Talk{tx.Union, m.ID, id, in.Conclusion}); err != nil {
			return m, err
		}
	}
	tx.About("meeting", m.ID)
	return m, nil
}

// MeetingsOf lists the meetings that spoke of an application.
func MeetingsOf(ctx context.Context, tx *db.Tx, applicationID string) ([]Meeting, error) {
	return db.All[Meeting](ctx, tx, `
		select m.union_id, m.id, m.number, m.on_day, m.place, m.attendees, m.minutes, m.made_by, m.at
		from plan_meeting m join plan_talk t on t.union_id = m.union_id and t.meeting_id = m.id
		where m.union_id = $1 and t.application_id = $2 order by m.id`, tx.Union, applicationID)
}

// MeetingOf gives one meeting with its cases.
func MeetingOf(ctx context.Context, tx *db.Tx, id string) (Meeting, []Talk, error) {
	m, err := db.One[Meeting](ctx, tx, `select union_id, id, number, on_day, place, attendees, minutes, made_by, at from plan_meeting
		where union_id = $1 and id = $2`, tx.Union, id)
	if err != nil {
		return m, nil, err
	}
	talks, err := db.All[Talk](ctx, tx, `select union_id, meeting_id, application_id, conclusion from plan_talk
		where union_id = $1 and meeting_id = $2 order by application_id`, tx.Union, id)
	return m, talks, err
}

// StepIn ticks a step off.
type StepIn struct {
	ApplicationID string `form:"application_id" kind:"hidden" need:"true" max:"40"`
	No            int64  `form:"no" kind:"hidden" need:"true"`
	Result        string `form:"result" label:"结果" need:"true" max:"300"`
}

// StepDone records that a step was carried out (S07: tracked steps).
func StepDone(ctx context.Context, tx *db.Tx, in StepIn) error {
	p, _, ok, err := PlanOf(ctx, tx, in.ApplicationID)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Missing, "fault.missing")
	}
	tx.About("plan", p.ID, "step")
	tx.Trail.Subject = p.PersonID
	return tx.Must(ctx, "fault.stale", `update plan_step set done_on = $4, result = $5
		where union_id = $1 and plan_id = $2 and no = $3 and done_on = ''`, tx.Union, p.ID, in.No, tx.Day(), in.Result)
}
