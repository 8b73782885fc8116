package notice

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/task"
)

// Due is the daily job: it lengthens lists where the calendar has changed under them, writes down what each list showed
// today, and takes down what is over. Running it again on the same day changes nothing; a day it did not run has no
// proof, honestly.
func Due(ctx context.Context, tx *db.Tx) error {
	live, err := db.All[header](ctx, tx, `select `+headerColumns+` from notice_notice where union_id = $1 and ends_on >= $2 order by id`, tx.Union, tx.Day())
	if err != nil {
		return err
	}
	cal, err := calendar.Load(ctx, tx)
	if err != nil {
		return err
	}
	for _, h := range live {
		if err := h.lengthen(ctx, tx, cal); err != nil {
			return err
		}
		if err := h.prove(ctx, tx); err != nil {
			return err
		}
	}
	return end(ctx, tx)
}

// lengthen moves the end of a list's lines when a day off was declared meanwhile. An end once announced never comes
// nearer.
func (h header) lengthen(ctx context.Context, tx *db.Tx, cal day.Calendar) error {
	until, _ := cal.AddWorkdays(h.StartsOn, h.Days)
	n, err := tx.Exec(ctx, `
		update notice_line set ends_on = $4 where union_id = $1 and notice_id = $2 and state = 'open' and left_days = 0
		and ends_on >= $3 and ends_on < $4`, tx.Union, h.ID, tx.Day(), until)
	if err != nil || n == 0 {
		return err
	}
	_, err = tx.Exec(ctx, `update notice_notice set ends_on = $3 where union_id = $1 and id = $2 and ends_on < $3`, tx.Union, h.ID, until)
	return err
}

// prove writes down what a list shows today; a list on paper only is proven by its photo, not here.
func (h header) prove(ctx context.Context, tx *db.Tx) error {
	if h.Scope == ScopePaper {
		return nil
	}
	s, err := h.public(ctx, tx)
	if err != nil || len(s.Lines) == 0 {
		return err
	}
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	_, err = tx.Exec(ctx, `
		insert into notice_shown (union_id, notice_id, day, lines, sum) values ($1, $2, $3, $4, $5) on conflict do nothing`,
		tx.Union, h.ID, tx.Day(), len(s.Lines), hex.EncodeToString(sum[:]))
	return err
}

// Proof is one day a list was public: how many lines it had and the SHA-256 of what was shown.
type Proof struct {
	Day   day.Day
	Lines int64
	Sum   string
}

// Proofs gives the days a list was public, in order.
func Proofs(ctx context.Context, tx *db.Tx, id string) ([]Proof, error) {
	return db.All[Proof](ctx, tx, `select day, lines, sum from notice_shown where union_id = $1 and notice_id = $2 order by day`, tx.Union, id)
}

// Listed is a list as the desk sees it, whether public or over.
type Listed struct {
	ID, Kind, Title, Scope, UnitID string
	StartsOn, EndsOn               day.Day
	Lines, Live, Objected          int64
}

// Lists gives the lists within the actor's reach (right notice.see), the newest first, at most 100; before is the ID of
// the last one seen, or empty.
func Lists(ctx context.Context, tx *db.Tx, before string) ([]Listed, error) {
	cond, args := auth.Scope(tx.Actor, "notice.see").Where("h.unit_path", "", "", 4)
	return db.All[Listed](ctx, tx, `
		select h.id, h.kind, h.title, h.scope, h.unit_id, h.starts_on, h.ends_on, count(*) as lines,
			sum(case when l.state = 'objected' or l.state = 'open' and l.ends_on >= $2 then 1 else 0 end) as live,
			sum(case when l.state = 'objected' then 1 else 0 end) as objected
		from notice_notice h join notice_line l on l.union_id = h.union_id and l.notice_id = h.id
		where h.union_id = $1 and ($3 = '' or h.id < $3) and `+cond+`
		group by h.id, h.kind, h.title, h.scope, h.unit_id, h.starts_on, h.ends_on order by h.id desc limit 100`,
		append([]any{tx.Union, tx.Day(), before}, args...)...)
}

// Row is one line of a list with its state and the object behind it, for the desk.
type Row struct {
	Shown
	ObjectID string
	State    State
	EndsOn   day.Day
}

// Result is a list for the desk and for the result sheet after its end: Final once every line has an end. Its counts hold
// no names and may be posted.
type Result struct {
	Listed
	Days                        int
	Rows                        []Row
	Passed, Upheld, Withdrawn   int
	Objections, ObjectionsRight int64
	Final                       bool
}

// See gives a list with its rows and what came of it. Faults: "fault.missing", "fault.denied" (right notice.see).
func See(ctx context.Context, tx *db.Tx, id string) (Result, error) {
	h, err := headOf(ctx, tx, id)
	if err != nil {
		return Result{}, err
	}
	if err := auth.Reach(tx, "notice.see", h.UnitPath, ""); err != nil {
		return Result{}, err
	}
	lines, err := linesOf(ctx, tx, id)
	if err != nil {
		return Result{}, err
	}
	r := Result{Listed: Listed{ID: h.ID, Kind: h.Kind, Title: h.Title, Scope: h.Scope, UnitID: h.UnitID, StartsOn: h.StartsOn, EndsOn: h.EndsOn,
		Lines: int64(len(lines))}, Days: h.Days, Final: true}
	for _, l := range lines {
		s := l.at(tx.Day())
		r.Rows = append(r.Rows, Row{Shown{l.N, l.Name, l.Unit, l.Category, l.Amount, l.CategoryEn}, l.ObjectID, s, l.EndsOn})
		switch s {
		case StateEnded:
			r.Passed++
		case StateUpheld:
			r.Upheld++
		case StateWithdrawn:
			r.Withdrawn++
		case StateObjected:
			r.Objected, r.Live, r.Final = r.Objected+1, r.Live+1, false
		default:
			r.Live, r.Final = r.Live+1, false
		}
	}
	counted, err := db.One[struct{ All, Right int64 }](ctx, tx, `
		select count(*) as "all", coalesce(sum(case when state = 'upheld' then 1 else 0 end), 0) as "right"
		from notice_objection where union_id = $1 and notice_id = $2`, tx.Union, id)
	r.Objections, r.ObjectionsRight = counted.All, counted.Right
	return r, err
}

// Objection is one objection as those see it who may answer it. HasContact says that there is a sealed contact.
type Objection struct {
	ID, NoticeID, Title, Name, Text, State, Answer string
	N                                              int
	HasContact                                     bool
	MadeOn, Due, AnsweredOn                        day.Day
}

// Objections gives the objections within the actor's reach (right notice.answer): those of one list, or, with an empty
// id, all that wait; those longest due first.
func Objections(ctx context.Context, tx *db.Tx, noticeID string) ([]Objection, error) {
	cond, args := auth.Scope(tx.Actor, "notice.answer").Where("o.unit_path", "", "", 3)
	return db.All[Objection](ctx, tx, `
		select o.id, o.notice_id, h.title, l.name, o.text, o.state, o.answer, o.n, case when o.contact is null then 0 else 1 end as has_contact,
			o.made_on, o.due, o.answered_on
		from notice_objection o
		join notice_line l on l.union_id = o.union_id and l.notice_id = o.notice_id and l.n = o.n
		join notice_notice h on h.union_id = o.union_id and h.id = o.notice_id
		where o.union_id = $1 and (o.notice_id = $2 or $2 = '' and o.state = 'open') and `+cond+` order by o.due, o.id limit 200`,
		append([]any{tx.Union, noticeID}, args...)...)
}

// WithdrawIn takes a list back.
type WithdrawIn struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	Reason string `form:"reason" label:"撤回原因" kind:"area" need:"true" min:"2" max:"200"`
}

// Withdraw takes a list back before its end; waiting objections are answered with the reason. Faults: "fault.missing",
// "fault.denied"; Refused "notice.over" when nothing of it is public any more.
var Withdraw = act.Act[WithdrawIn, act.None]{Name: "notice.withdraw", Title: "撤回公示", Right: "notice.withdraw",
	Do: func(ctx context.Context, tx *db.Tx, in WithdrawIn) (act.None, error) {
		tx.About("notice", in.ID, "state")
		tx.Trail.Reason = in.Reason
		h, err := headOf(ctx, tx, in.ID)
		if err != nil {
			return act.None{}, err
		}
		if err := auth.Reach(tx, "notice.withdraw", h.UnitPath, ""); err != nil {
			return act.None{}, err
		}
		lines, err := linesOf(ctx, tx, in.ID)
		if err != nil {
			return act.None{}, err
		}
		n := 0
		for _, l := range lines {
			if s := l.at(tx.Day()); s == StateOpen || s == StateObjected {
				n++
				if err := l.takeBack(ctx, tx, in.Reason); err != nil {
					return act.None{}, err
				}
			}
		}
		if n == 0 {
			return act.None{}, fault.New(fault.Refused, "notice.over")
		}
		return act.None{}, nil
	}}

// WithdrawObject takes one object's line back, because the application behind it was withdrawn or changed. None public is
// no fault.
func WithdrawObject(ctx context.Context, tx *db.Tx, objectID, reason string) error {
	l, found, err := newest(ctx, tx, objectID)
	if err != nil || !found {
		return err
	}
	if s := l.at(tx.Day()); s != StateOpen && s != StateObjected {
		return nil
	}
	return l.takeBack(ctx, tx, reason)
}

func (l line) takeBack(ctx context.Context, tx *db.Tx, reason string) error {
	if err := l.set(ctx, tx, StateWithdrawn, l.EndsOn); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		update notice_objection set state = 'dismissed', answer = $4, answered_by = $5, answered_on = $6
		where union_id = $1 and notice_id = $2 and n = $3 and state = 'open'`, tx.Union, l.NoticeID, l.N, reason, tx.Actor.User, tx.Day())
	if err != nil {
		return err
	}
	return task.Close(ctx, tx, taskKind, l.turn())
}

// Acts lists what can be done to lists by hand. Opening one belongs to the acts of those whose cases are published.
func Acts() []act.Any { return []act.Any{Object, Answer, Withdraw} }
