package api

import (
	"context"
	"encoding/base64"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/notice"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// Reads lists what programs can look up. Each shows no more than the lists of the desk do: masks, never what is sealed.
func Reads() []act.AnyRead {
	return []act.AnyRead{units, turns, workers, applications, pockets, books, journal, dryRun, notices, holidays, entries, loans,
		campaigns, gifts, holdings, invested, needs, orders, gap, gapSchemes, samples, drawn, auditFindings, mutualMembers, mutualFund}
}

// Unit is a place in the union's tree.
type Unit struct {
	ID, ParentID, Kind, Name string
	ClosedOn                 day.Day
}

var units = act.Read[act.None, act.Page[Unit]]{Name: "org.units", Title: "机构", Right: "org.see",
	Do: func(ctx context.Context, tx *db.Tx, _ act.None) (act.Page[Unit], error) {
		all, err := org.Units(ctx, tx)
		out := make([]Unit, len(all))
		for i, u := range all {
			out[i] = Unit{u.ID, u.ParentID, u.Kind, u.Name, u.ClosedOn}
		}
		return act.Page[Unit]{Items: out}, err
	}}

// Turn is one thing that waits for the token's user.
type Turn struct {
	ID, Kind, Object, ObjectID, UnitID, Title, Href string
	Due                                             day.Day
}

// turnsIn narrows the turns to a kind.
type turnsIn struct {
	act.Cursor
	Kind string `form:"kind" label:"种类" max:"60"`
}

var turns = act.Read[turnsIn, act.Page[Turn]]{Name: "task.mine", Title: "我的待办", Right: "task.mine",
	Do: func(ctx context.Context, tx *db.Tx, in turnsIn) (page act.Page[Turn], err error) {
		at, err := split(in.After)
		if err != nil {
			return page, err
		}
		all, err := task.Page(ctx, tx, task.Query{Kind: in.Kind, After: day.Day(at[0]), AfterID: at[1], Limit: in.Most() + 1})
		out := make([]Turn, len(all))
		for i, t := range all {
			out[i] = Turn{t.ID, t.Kind, t.Object, t.ObjectID, t.UnitID, t.Say(words.Zh), t.Href, t.Due}
		}
		return act.Cut(out, in.Most(), func(t Turn) string { return join(string(t.Due), t.ID) }), err
	}}

// Worker is one line of the roster, numbers masked.
type Worker struct {
	ID, StaffNo, Name, UnitID, HouseholdID string
	IDMask, PhoneMask, CardTail            string
	Employment                             person.Employment
	Status                                 person.Status
	Version                                int64
}

// workersIn narrows the roster. No name is looked for here: an address is no place for one.
type workersIn struct {
	act.Cursor
	Status person.Status `form:"status" label:"状态"`
}

var workers = act.Read[workersIn, act.Page[Worker]]{Name: "person.list", Title: "职工名册", Right: "person.list",
	Do: func(ctx context.Context, tx *db.Tx, in workersIn) (page act.Page[Worker], err error) {
		at, err := split(in.After)
		if err != nil {
			return page, err
		}
		all, err := person.List(ctx, tx, "person.list", person.Query{Status: in.Status, Limit: in.Most() + 1,
			After: person.Cursor{SortKey: at[0], ID: at[1]}})
		cut := act.Cut(all, in.Most(), func(w person.Worker) string { return join(w.SortKey, w.ID) })
		page.Next = cut.Next
		for _, w := range cut.Items {
			page.Items = append(page.Items, Worker{w.ID, w.StaffNo, w.Name, w.UnitID, w.HouseholdID, w.IDMask, w.PhoneMask, w.CardTail,
				w.Employment, w.Status, w.Version})
		}
		return page, err
	}}

// Application is one line of the list of applications.
type Application struct {
	ID, Number, PersonID, HouseholdID, UnitID, Programme string
	Cause                                                intake.Cause
	State                                                intake.State
	Emergency                                            bool
	OfficerID                                            string
	Due, SubmittedOn, EndedOn                            day.Day
	Version                                              int64
}

// applicationsIn narrows the list of applications.
type applicationsIn struct {
	act.Cursor
	State     string  `form:"state" label:"状态" max:"40"`
	Programme string  `form:"programme" label:"帮扶项目" max:"40"`
	Since     day.Day `form:"since" label:"哪天起提交"`
	Until     day.Day `form:"until" label:"哪天前提交"`
}

var applications = act.Read[applicationsIn, act.Page[Application]]{Name: "intake.list", Title: "申请", Right: "intake.list",
	Do: func(ctx context.Context, tx *db.Tx, in applicationsIn) (act.Page[Application], error) {
		all, err := intake.List(ctx, tx, "intake.list", intake.Query{State: intake.State(in.State), Programme: in.Programme,
			Since: in.Since, Until: in.Until, After: in.After, Limit: in.Most() + 1})
		out := make([]Application, len(all))
		for i, a := range all {
			out[i] = Application{a.ID, a.Number, a.PersonID, a.HouseholdID, a.UnitID, a.Programme, a.Cause, a.State, a.Emergency,
				a.OfficerID, a.Due, a.SubmittedOn, a.EndedOn, a.Version}
		}
		return act.Cut(out, in.Most(), func(a Application) string { return a.ID }), err
	}}

// Pocket is where one pocket of money stands, in fen.
type Pocket struct {
	Code, Name                                          string
	Bank, Parked, Available, Reserved, Committed, Spent money.Amount
}

var pockets = act.Read[act.None, act.Page[Pocket]]{Name: "fund.pockets", Title: "资金和预算", Right: "fund.see",
	Do: func(ctx context.Context, tx *db.Tx, _ act.None) (act.Page[Pocket], error) {
		all, err := fund.States(ctx, tx)
		out := make([]Pocket, len(all))
		for i, s := range all {
			out[i] = Pocket{s.Pocket.Code, s.Pocket.Name, s.Bank, s.Parked, s.Available, s.Reserved, s.Committed, s.Spent}
		}
		return act.Page[Pocket]{Items: out}, err
	}}

// beforeIn pages a list whose newest come first.
type beforeIn struct {
	After string `form:"after" label:"从哪里接着读" max:"40"`
}

var notices = act.Read[beforeIn, act.Page[notice.Listed]]{Name: "notice.list", Title: "公示", Right: "notice.see",
	Do: func(ctx context.Context, tx *db.Tx, in beforeIn) (act.Page[notice.Listed], error) {
		all, err := notice.Lists(ctx, tx, in.After)
		return act.Cut(all, 99, func(n notice.Listed) string { return n.ID }), err
	}}

// yearIn names a year.
type yearIn struct {
	Year int64 `form:"year" label:"年份" need:"true" min:"1900" max:"2100"`
}

var holidays = act.Read[yearIn, act.Page[calendar.Entry]]{Name: "calendar.days", Title: "节假日", Right: "calendar.see",
	Do: func(ctx context.Context, tx *db.Tx, in yearIn) (act.Page[calendar.Entry], error) {
		all, err := calendar.Days(ctx, tx, int(in.Year))
		return act.Page[calendar.Entry]{Items: all}, err
	}}

// entriesIn narrows the audit's entries to acts whose name begins so.
type entriesIn struct {
	act.Cursor
	Act string `form:"act" label:"哪一类操作" max:"60"`
}

var entries = act.Read[entriesIn, act.Page[audit.Entry]]{Name: "audit.entries", Title: "操作记录", Right: "audit.read",
	Do: func(ctx context.Context, tx *db.Tx, in entriesIn) (act.Page[audit.Entry], error) {
		all, err := audit.Page(ctx, tx, in.After, in.Act, in.Most()+1)
		return act.Cut(all, in.Most(), func(e audit.Entry) string { return e.ID }), err
	}}

// join makes a cursor of two keys, and split gives them back. Fault: "api.cursor".
func join(a, b string) string { return base64.RawURLEncoding.EncodeToString([]byte(a + "\x00" + b)) }

func split(cursor string) (at [2]string, err error) {
	if cursor == "" {
		return at, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	a, b, ok := strings.Cut(string(raw), "\x00")
	if err != nil || !ok {
		return at, fault.New(fault.Invalid, "api.cursor").At("after")
	}
	return [2]string{a, b}, nil
}
