package notice

import (
	"context"
	"fmt"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// answerDays is how many workdays the union has to answer an objection (ux.md W8).
const answerDays = 5

// mostOpen bounds the objections that wait on one line: it is being looked into anyway.
const mostOpen = 20

// taskKind is the kind of the turn an objection opens, one for a line.
const taskKind = "notice.objection"

// Public is the actor of those who are not signed in. Run Object with it even for those who are: an objection is nobody's.
func Public(union string) db.Actor { return db.Actor{Union: union, User: "public", Via: "web"} }

// ObjectIn is an objection to one line.
type ObjectIn struct {
	NoticeID string `form:"notice_id" kind:"hidden" need:"true" max:"40"`
	N        int    `form:"n" label:"对哪一项有意见" kind:"int" need:"true" min:"1"`
	Text     string `form:"text" label:"您了解的情况" kind:"area" need:"true" min:"2" max:"1000"`
	Contact  string `form:"contact" label:"联系方式" hint:"填了只有核实的人看得到" max:"60"`
}

// Check wants a text. Fault: "notice.text".
func (in ObjectIn) Check() error {
	var l fault.List
	if n := len([]rune(strings.TrimSpace(in.Text))); n < 2 || n > 1000 {
		l.Add("text", "notice.text")
	}
	return l.Err()
}

// Receipt is what an objector gets: a code to look up the answer with, and the day it is due.
type Receipt struct {
	Code string
	Due  day.Day
}

// Object takes an objection. Nothing of it tells who made it: a random id and a day, the contact sealed. It holds exactly
// its line until it is answered. Faults: Refused "notice.over" (the days are over), "notice.enough" (twenty are waiting).
var Object = act.Act[ObjectIn, Receipt]{Name: "notice.object", Title: "对公示有意见", Right: "notice.object", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in ObjectIn) (Receipt, error) {
		tx.About("notice", in.NoticeID, "objection")
		return object(ctx, tx, in)
	}}

type objection struct {
	UnionID, ID, NoticeID string
	N                     int
	UnitPath, Text        string
	Contact               []byte
	MadeOn, Due           day.Day
	State                 string
	Answer, AnsweredBy    string
	AnsweredOn            day.Day
}

const objectionColumns = `union_id, id, notice_id, n, unit_path, text, contact, made_on, due, state, answer, answered_by, answered_on`

// hold locks a line for the act and gives it as it stands.
func hold(ctx context.Context, tx *db.Tx, noticeID string, n int) (line, error) {
	if _, err := tx.Exec(ctx, `update notice_line set left_days = left_days where union_id = $1 and notice_id = $2 and n = $3`, tx.Union, noticeID, n); err != nil {
		return line{}, err
	}
	return db.One[line](ctx, tx, `select `+lineColumns+` from notice_line where union_id = $1 and notice_id = $2 and n = $3`, tx.Union, noticeID, n)
}

func waiting(ctx context.Context, tx *db.Tx, l line) (int64, error) {
	return db.Value[int64](ctx, tx, `
		select count(*) from notice_objection where union_id = $1 and notice_id = $2 and n = $3 and state = 'open'`, tx.Union, l.NoticeID, l.N)
}

func object(ctx context.Context, tx *db.Tx, in ObjectIn) (Receipt, error) {
	h, err := headOf(ctx, tx, in.NoticeID)
	if err != nil {
		return Receipt{}, err
	}
	l, err := hold(ctx, tx, in.NoticeID, in.N)
	if err != nil {
		return Receipt{}, err
	}
	if s := l.at(tx.Day()); s != StateOpen && s != StateObjected {
		return Receipt{}, fault.New(fault.Refused, "notice.over")
	}
	n, err := waiting(ctx, tx, l)
	if err != nil {
		return Receipt{}, err
	}
	if n >= mostOpen {
		return Receipt{}, fault.New(fault.Refused, "notice.enough")
	}
	o := objection{UnionID: tx.Union, ID: db.Token(), NoticeID: h.ID, N: l.N, UnitPath: h.UnitPath, Text: strings.TrimSpace(in.Text),
		MadeOn: tx.Day(), State: "open"}
	if o.Due, err = calendar.Due(ctx, tx, answerDays); err != nil {
		return Receipt{}, err
	}
	if c := strings.TrimSpace(in.Contact); c != "" {
		if o.Contact, err = tx.Seal("notice_objection.contact", o.ID, c); err != nil {
			return Receipt{}, err
		}
	}
	if err := db.Insert(ctx, tx, "notice_objection", o); err != nil {
		return Receipt{}, err
	}
	if err := l.stop(ctx, tx); err != nil {
		return Receipt{}, err
	}
	return Receipt{o.ID, o.Due}, h.ask(ctx, tx, l, o.Due)
}

// stop halts the line's clock and keeps the workdays it still had.
func (l line) stop(ctx context.Context, tx *db.Tx) error {
	if l.State != StateOpen {
		return nil
	}
	cal, err := calendar.Load(ctx, tx)
	if err != nil {
		return err
	}
	left, _ := cal.Workdays(tx.Day(), l.EndsOn)
	return tx.Must(ctx, "fault.stale", `
		update notice_line set state = 'objected', left_days = $4 where union_id = $1 and notice_id = $2 and n = $3 and state = 'open'`,
		tx.Union, l.NoticeID, l.N, max(left, 1))
}

func (l line) turn() string { return fmt.Sprintf("%s/%d", l.NoticeID, l.N) }

// ask gives the line's objections to someone not involved. Where nobody is, the objection still stands and holds the
// line: it waits on the list of objections.
func (h header) ask(ctx context.Context, tx *db.Tx, l line, due day.Day) error {
	err := task.Open(ctx, tx, task.New{Kind: taskKind, Object: "notice", ObjectID: l.turn(), Role: org.RoleOfficer, UnitID: h.UnitID,
		Barred: task.Split(l.Barred), Due: due, Href: "/desk/notices/" + h.ID, Title: "notice.turn", Args: []any{h.Title}})
	if fault.Is(err, "task.nobody") {
		return nil
	}
	return err
}

// Finding is what the union found about an objection.
type Finding string

// The findings.
const (
	Right Finding = "yes"
	Wrong Finding = "no"
)

// Choices lists the findings.
func (Finding) Choices() []form.Choice {
	return []form.Choice{{Value: string(Right), Label: "意见属实，停止办理"}, {Value: string(Wrong), Label: "意见不属实，继续公示"}}
}

// AnswerIn is the union's answer to an objection.
type AnswerIn struct {
	ID     string  `form:"id" kind:"hidden" need:"true" max:"40"`
	Upheld Finding `form:"upheld" label:"核实结果" need:"true"`
	Answer string  `form:"answer" label:"答复" kind:"area" need:"true" min:"2" max:"1000"`
}

// Check wants an answer and a result. Faults: "notice.answer", "notice.result".
func (in AnswerIn) Check() error {
	var l fault.List
	if n := len([]rune(strings.TrimSpace(in.Answer))); n < 2 || n > 1000 {
		l.Add("answer", "notice.answer")
	}
	if in.Upheld != Right && in.Upheld != Wrong {
		l.Add("upheld", "notice.result")
	}
	return l.Err()
}

// Answer settles an objection. Upheld, the line ends there; not upheld, and none else waiting, the line is public again
// for the workdays it still had, one at least. Faults: Conflict "notice.answered"; Refused "notice.involved" for someone
// who opened the list, worked on the case or is of the family; "fault.denied".
var Answer = act.Act[AnswerIn, State]{Name: "notice.answer", Title: "答复公示意见", Right: "notice.answer",
	Do: func(ctx context.Context, tx *db.Tx, in AnswerIn) (State, error) {
		tx.About("notice", "", "answer")
		return settle(ctx, tx, in)
	}}

func settle(ctx context.Context, tx *db.Tx, in AnswerIn) (State, error) {
	o, err := db.One[objection](ctx, tx, `select `+objectionColumns+` from notice_objection where union_id = $1 and id = $2`, tx.Union, in.ID)
	if err != nil {
		return StateNone, err
	}
	tx.Trail.ID = o.NoticeID
	if err := auth.Reach(tx, "notice.answer", o.UnitPath, ""); err != nil {
		return StateNone, err
	}
	l, err := hold(ctx, tx, o.NoticeID, o.N)
	if err != nil {
		return StateNone, err
	}
	if task.Bars(task.Split(l.Barred), tx.Actor.User, tx.Actor.Person) {
		return StateNone, fault.New(fault.Refused, "notice.involved")
	}
	state := "dismissed"
	if in.Upheld == Right {
		state = "upheld"
	}
	err = tx.Must(ctx, "notice.answered", `
		update notice_objection set state = $3, answer = $4, answered_by = $5, answered_on = $6
		where union_id = $1 and id = $2 and state = 'open'`, tx.Union, o.ID, state, strings.TrimSpace(in.Answer), tx.Actor.User, tx.Day())
	if err != nil {
		return StateNone, err
	}
	left, err := waiting(ctx, tx, l)
	if err != nil {
		return StateNone, err
	}
	if left == 0 {
		if err := task.Close(ctx, tx, taskKind, l.turn()); err != nil {
			return StateNone, err
		}
	}
	switch {
	case l.State != StateObjected:
		return l.State, nil
	case state == "upheld":
		return StateUpheld, l.set(ctx, tx, StateUpheld, l.EndsOn)
	case left > 0:
		return StateObjected, nil
	}
	return StateOpen, l.resume(ctx, tx)
}

func (l line) set(ctx context.Context, tx *db.Tx, s State, endsOn day.Day) error {
	return tx.Must(ctx, "fault.stale", `
		update notice_line set state = $4, ends_on = $5 where union_id = $1 and notice_id = $2 and n = $3 and state = $6`,
		tx.Union, l.NoticeID, l.N, s, endsOn, l.State)
}

// resume makes a line public again for the workdays it still had.
func (l line) resume(ctx context.Context, tx *db.Tx) error {
	until, err := calendar.Due(ctx, tx, l.LeftDays)
	if err != nil {
		return err
	}
	until = max(until, l.EndsOn)
	if err := l.set(ctx, tx, StateOpen, until); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update notice_notice set ends_on = $3 where union_id = $1 and id = $2 and ends_on < $3`, tx.Union, l.NoticeID, until)
	return err
}

// Reply is what the holder of a code is told.
type Reply struct {
	State, Answer           string // open, upheld, dismissed
	MadeOn, Due, AnsweredOn day.Day
}

// Answered gives the answer to the objection of a code. Fault: "fault.missing".
func Answered(ctx context.Context, tx *db.Tx, code string) (Reply, error) {
	return db.One[Reply](ctx, tx, `
		select state, answer, made_on, due, answered_on from notice_objection where union_id = $1 and id = $2`, tx.Union, code)
}

// OpenContact opens the contact of an objection for a look (audit.Opener): for those who may answer it.
func OpenContact(ctx context.Context, tx *db.Tx, id string) (text, subject string, err error) {
	o, err := db.One[objection](ctx, tx, `select `+objectionColumns+` from notice_objection where union_id = $1 and id = $2`, tx.Union, id)
	if err != nil {
		return "", "", err
	}
	if err := auth.Reach(tx, "notice.answer", o.UnitPath, ""); err != nil {
		return "", "", err
	}
	l, err := db.One[line](ctx, tx, `select `+lineColumns+` from notice_line where union_id = $1 and notice_id = $2 and n = $3`, tx.Union, o.NoticeID, o.N)
	if err != nil {
		return "", "", err
	}
	if task.Bars(task.Split(l.Barred), tx.Actor.User, tx.Actor.Person) {
		return "", "", fault.New(fault.Refused, "notice.involved")
	}
	if o.Contact == nil {
		return "", "", nil
	}
	text, err = tx.Open("notice_objection.contact", id, o.Contact)
	return text, "", err
}
