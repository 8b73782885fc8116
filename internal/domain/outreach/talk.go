package outreach

import (
	"context"
	"fmt"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// Talk is one heart-to-heart talk (谈心谈话) with its needs and the state of mind it found; what was said is sealed.
type Talk struct {
	UnionID, ID, Number, PersonID, HouseholdID, FileID, UnitID, UnitPath string
	OnDay                                                                day.Day
	Way                                                                  Way
	Mood                                                                 Mood
	Needs                                                                string
	Note                                                                 []byte `json:"-"`
	ByUser                                                               string
	At                                                                   int64
}

const talkColumns = `union_id, id, number, person_id, household_id, file_id, unit_id, unit_path, on_day, way, mood, needs, note, by_user, at`

// TalkIn is one talk.
type TalkIn struct {
	StaffNo  string  `form:"staff_no" label:"工号" need:"true" max:"40"`
	On       day.Day `form:"on" label:"谈话日期" need:"true"`
	Way      Way     `form:"way" label:"谈话方式" need:"true"`
	Mood     Mood    `form:"mood" label:"思想状态" need:"true"`
	Needs    []Need  `form:"needs" label:"需要和诉求"`
	Note     string  `form:"note" label:"谈话内容" hint:"保密保存，查看要写原因" kind:"area" need:"true" max:"2000"`
	Follow   string  `form:"follow" label:"要跟进的事" hint:"只写要做什么，不写病情和隐私" max:"100"`
	FollowOn day.Day `form:"follow_on" label:"跟进期限"`
}

// Check wants words on what was said, and a day for what is left to do.
func (in TalkIn) Check() error {
	var l fault.List
	if len([]rune(strings.TrimSpace(in.Note))) < 2 {
		l.Add("note", "outreach.note")
	}
	if (strings.TrimSpace(in.Follow) == "") != (in.FollowOn == "") || in.FollowOn != "" && !in.FollowOn.Valid() {
		l.Add("follow_on", "outreach.follow_day")
	}
	return l.Err()
}

// Hold writes a talk down. A state of mind that wants somebody to act at once puts it on the officer's desk for today, said
// or not. Faults: "outreach.nobody", "outreach.day", "outreach.own".
var Hold = act.Act[TalkIn, Talk]{Name: "outreach.talk", Title: "登记谈心谈话", Right: "outreach.talk", Do: hold}

func hold(ctx context.Context, tx *db.Tx, in TalkIn) (Talk, error) {
	w, ok, err := person.ByStaffNo(ctx, tx, in.StaffNo)
	if err == nil && (!ok || auth.Reach(tx, "outreach.talk", w.UnitPath, w.ID) != nil) {
		err = fault.New(fault.Invalid, "outreach.nobody").At("staff_no")
	}
	if err == nil && (!in.On.Valid() || in.On > tx.Day()) {
		err = fault.New(fault.Invalid, "outreach.day", "2000-01-01").At("on")
	}
	if err == nil {
		err = barred(ctx, tx, w.ID)
	}
	if err != nil {
		return Talk{}, err
	}
	t := Talk{UnionID: tx.Union, ID: tx.ID(), PersonID: w.ID, HouseholdID: w.HouseholdID, UnitID: w.UnitID, UnitPath: w.UnitPath, OnDay: in.On,
		Way: in.Way, Mood: in.Mood, Needs: join(in.Needs), ByUser: tx.Actor.User, At: tx.Ms()}
	tx.About("outreach.talk", t.ID, "note")
	tx.Trail.Subject = w.ID
	if t.Note, err = tx.Seal(placeTalk, t.ID, strings.TrimSpace(in.Note)); err != nil {
		return t, err
	}
	if t.Number, err = tx.Number(ctx, "TX"); err != nil {
		return t, err
	}
	f, ok, err := casefile.OfHousehold(ctx, tx, w.HouseholdID)
	if err != nil {
		return t, err
	}
	if ok {
		t.FileID = f.ID
		if err := casefile.Event(ctx, tx, f.ID, casefile.Entry{Kind: "outreach", Text: "outreach.event_talk", Args: []any{t.Way}, Ref: t.ID, On: t.OnDay}); err != nil {
			return t, err
		}
	}
	if err := db.Insert(ctx, tx, "outreach_talk", t); err != nil {
		return t, err
	}
	do := ToDo{Kind: "talk", SourceID: t.ID, PersonID: w.ID, UnitID: w.UnitID, UnitPath: w.UnitPath, What: strings.TrimSpace(in.Follow), DueOn: in.FollowOn}
	if t.Mood == Danger {
		do.DueOn = tx.Day()
	}
	if do.DueOn == "" {
		return t, nil
	}
	return t, open(ctx, tx, do)
}

// Talks lists the talks the right reaches, newest first: of a household, or of all ("").
func Talks(ctx context.Context, tx *db.Tx, householdID, before string) ([]Talk, error) {
	where, args := auth.Scope(tx.Actor, "outreach.see").Where("t.unit_path", "t.person_id", tx.Actor.Person, 4)
	return db.All[Talk](ctx, tx, fmt.Sprintf(`
		select `+talkColumns+` from outreach_talk t where t.union_id = $1 and ($2 = '' or t.household_id = $2) and ($3 = '' or t.id < $3) and %s
		order by t.id desc limit 51`, where), append([]any{tx.Union, householdID, before}, args...)...)
}

// TalkReached gives a talk that a right of the actor reaches. Fault: "fault.denied", the same for one that is not there.
func TalkReached(ctx context.Context, tx *db.Tx, right, id string) (Talk, error) {
	t, err := db.One[Talk](ctx, tx, `select `+talkColumns+` from outreach_talk where union_id = $1 and id = $2`, tx.Union, id)
	if err != nil {
		return t, hidden(err)
	}
	tx.About("outreach.talk", t.ID)
	tx.Trail.Subject = t.PersonID
	return t, auth.Reach(tx, right, t.UnitPath, t.PersonID)
}

// Openers opens the sealed texts of visits and talks, for the look act of package audit.
func Openers() map[string]audit.Opener {
	visit := func(place string, field func(Visit) []byte) audit.Opener {
		return func(ctx context.Context, tx *db.Tx, id string) (string, string, error) {
			v, err := Reached(ctx, tx, "outreach.look", id)
			if err != nil {
				return "", v.PersonID, err
			}
			return unsealed(tx, text{place, id, v.PersonID, field(v)})
		}
	}
	return map[string]audit.Opener{
		"outreach_visit.note":  visit(placeNote, func(v Visit) []byte { return v.Note }),
		"outreach_visit.place": visit(placePlace, func(v Visit) []byte { return v.Place }),
		"outreach_talk.note": func(ctx context.Context, tx *db.Tx, id string) (string, string, error) {
			t, err := TalkReached(ctx, tx, "outreach.look", id)
			if err != nil {
				return "", t.PersonID, err
			}
			return unsealed(tx, text{placeTalk, id, t.PersonID, t.Note})
		},
	}
}

type text struct {
	place, row, subject string
	sealed              []byte
}

func unsealed(tx *db.Tx, t text) (string, string, error) {
	if len(t.sealed) == 0 {
		return "", t.subject, fault.New(fault.Missing, "fault.missing")
	}
	said, err := tx.Open(t.place, t.row, t.sealed)
	return said, t.subject, err
}

// ToDo is what a visit or a talk left to do.
type ToDo struct {
	UnionID, ID, Kind, SourceID, PersonID, UnitID, UnitPath, What string
	DueOn                                                         day.Day
	State, Result                                                 string
	DoneOn                                                        day.Day
	DoneBy                                                        string
}

const (
	followColumns = `union_id, id, kind, source_id, person_id, unit_id, unit_path, what, due_on, state, result, done_on, done_by`
	turnFollow    = "outreach.follow"
)

func open(ctx context.Context, tx *db.Tx, d ToDo) error {
	d.UnionID, d.ID, d.State = tx.Union, tx.ID(), "open"
	if err := db.Insert(ctx, tx, "outreach_follow", d); err != nil {
		return err
	}
	kin, err := person.Kin(ctx, tx, d.PersonID)
	if err != nil {
		return err
	}
	return task.Open(ctx, tx, task.New{Kind: turnFollow, Object: "outreach.follow", ObjectID: d.ID, Role: org.RoleOfficer, UnitID: d.UnitID,
		Barred: append(kin, d.PersonID), Due: max(d.DueOn, tx.Day()), Href: "/desk/outreach/follow/" + d.ID, Title: "走访后续跟进，{0} 前", Args: []any{string(d.DueOn)}})
}

// ToDoReached gives what is to be followed up, as far as a right of the actor reaches. Fault: "fault.denied".
func ToDoReached(ctx context.Context, tx *db.Tx, right, id string) (ToDo, error) {
	d, err := db.One[ToDo](ctx, tx, `select `+followColumns+` from outreach_follow where union_id = $1 and id = $2`, tx.Union, id)
	if err != nil {
		return d, hidden(err)
	}
	tx.About("outreach.follow", d.ID)
	tx.Trail.Subject = d.PersonID
	return d, auth.Reach(tx, right, d.UnitPath, d.PersonID)
}

// ToDos gives what a visit or a talk left to do.
func ToDos(ctx context.Context, tx *db.Tx, sourceID string) ([]ToDo, error) {
	return db.All[ToDo](ctx, tx, `select `+followColumns+` from outreach_follow where union_id = $1 and source_id = $2 order by id`, tx.Union, sourceID)
}

// FollowIn says what came of it.
type FollowIn struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	Result string `form:"result" label:"跟进结果" hint:"只写做了什么，不写病情和隐私" need:"true" min:"2" max:"200"`
}

// Follow closes what was to be followed up. Fault: "outreach.followed" (Conflict).
var Follow = act.Act[FollowIn, ToDo]{Name: "outreach.follow", Title: "登记跟进结果", Right: "outreach.record",
	Do: func(ctx context.Context, tx *db.Tx, in FollowIn) (ToDo, error) {
		d, err := ToDoReached(ctx, tx, "outreach.record", in.ID)
		if err != nil {
			return d, err
		}
		d.State, d.Result, d.DoneOn, d.DoneBy = "done", strings.TrimSpace(in.Result), tx.Day(), tx.Actor.User
		err = tx.Must(ctx, "outreach.followed", `
			update outreach_follow set state = 'done', result = $3, done_on = $4, done_by = $5
			where union_id = $1 and id = $2 and state = 'open'`, tx.Union, d.ID, d.Result, d.DoneOn, d.DoneBy)
		if err != nil {
			return d, err
		}
		return d, task.CloseAll(ctx, tx, d.ID)
	}}
