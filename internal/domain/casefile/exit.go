package casefile

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/task"
)

const (
	monthsAbove = 6  // policy §1.5: above the line six months in a row
	yearsKept   = 10 // policy §1.5: the file is kept ten years from its end
)

// ExitIn ends a file. Since is the first day of the time above the line, asked for when the family is out of hardship.
type ExitIn struct {
	ID     string  `form:"id" kind:"hidden" need:"true" max:"40"`
	Reason Ending  `form:"reason" label:"退出原因" need:"true"`
	Since  day.Day `form:"since" label:"收入从哪天起高于标准" hint:"选“脱困”时填写；要连续满 6 个月"`
	Note   string  `form:"note" label:"说明" hint:"怎样核实的；本人会看到结果" kind:"area" need:"true" max:"500"`
}

// Check wants a note that says something.
func (in ExitIn) Check() error {
	var l fault.List
	if len([]rune(strings.TrimSpace(in.Note))) < 2 {
		l.Add("note", "casefile.note")
	}
	return l.Err()
}

// Exit ends a file (policy §1.5). Faults: "casefile.not_open", "casefile.since" (no first day given), "casefile.six_months"
// with the day on which it can be done, "casefile.on_its_way" while it is handed over.
var Exit = act.Act[ExitIn, File]{Name: "casefile.exit", Title: "退出帮扶", Right: "casefile.exit",
	Do: does("casefile.exit", func(in ExitIn) string { return in.ID }, exit)}

func exit(ctx context.Context, tx *db.Tx, f *File, in ExitIn) error {
	switch {
	case f.State != Open:
		return fault.New(fault.Refused, "casefile.not_open", f.Number)
	case f.Transit != "":
		return fault.New(fault.Refused, "casefile.on_its_way", f.Transit)
	case in.Reason == Improved && (!in.Since.Valid() || in.Since > tx.Day()):
		return fault.New(fault.Invalid, "casefile.since").At("since")
	case in.Reason == Improved && in.Since.AddMonths(monthsAbove) > tx.Day():
		return fault.New(fault.Refused, "casefile.six_months", string(in.Since.AddMonths(monthsAbove))).At("since")
	}
	state := Exited
	if in.Reason == Deceased {
		state = Closed
	}
	tx.Trail.Reason = strings.TrimSpace(in.Note)
	if err := f.end(ctx, tx, state, in.Reason); err != nil {
		return err
	}
	err := Event(ctx, tx, f.ID, Entry{Kind: "exit", Text: "casefile.event_exit", Args: []any{in.Reason, strings.TrimSpace(in.Note)}})
	if err != nil || in.Reason == Deceased {
		return err
	}
	return notify.Send(ctx, tx, notify.To{PersonID: f.PersonID, UnitID: f.UnitID}, notify.Text{Key: "casefile.told_exit", Args: []any{in.Reason}, Href: "/me/file"})
}

// end takes a file out of care today and notes until when it is kept.
func (f *File) end(ctx context.Context, tx *db.Tx, to State, why Ending) error {
	if err := task.CloseAll(ctx, tx, f.ID); err != nil {
		return err
	}
	return f.change(ctx, tx, tx.Day(), Field{"state", string(to)}, Field{"ended_on", string(tx.Day())}, Field{"end_reason", string(why)},
		Field{"review_due", ""}, Field{"transit", ""}, Field{"keep_until", string(tx.Day().AddMonths(12 * yearsKept))})
}

// ReenterIn opens an ended file again.
type ReenterIn struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	Cause  Cause  `form:"cause" label:"主要致困原因" need:"true"`
	Degree Degree `form:"degree" label:"困难程度" need:"true"`
	Reason string `form:"reason" label:"重新纳入的原因" kind:"area" need:"true" max:"500"`
}

// Check wants a reason that says something.
func (in ReenterIn) Check() error {
	var l fault.List
	if len([]rune(strings.TrimSpace(in.Reason))) < 2 {
		l.Add("reason", "casefile.note")
	}
	return l.Err()
}

// Reenter takes a household into care again under its old number. Fault: "casefile.open_already".
var Reenter = act.Act[ReenterIn, File]{Name: "casefile.reenter", Title: "重新纳入帮扶", Right: "casefile.exit",
	Do: does("casefile.exit", func(in ReenterIn) string { return in.ID }, reenter)}

func reenter(ctx context.Context, tx *db.Tx, f *File, in ReenterIn) error {
	if f.State == Open {
		return fault.New(fault.Conflict, "casefile.open_already", f.Number)
	}
	if err := reopen(ctx, tx, f, tx.Day()); err != nil {
		return err
	}
	if err := f.change(ctx, tx, tx.Day(), Field{"cause", string(in.Cause)}, Field{"degree", string(in.Degree)}); err != nil {
		return err
	}
	return Event(ctx, tx, f.ID, Entry{Kind: "reenter", Text: "casefile.event_reenter", Args: []any{in.Cause, strings.TrimSpace(in.Reason)}})
}

// reopen makes an ended file open from a day on; the class and the causes it had are not those it has now.
func reopen(ctx context.Context, tx *db.Tx, f *File, on day.Day) error {
	return f.change(ctx, tx, on, Field{"state", string(Open)}, Field{"ended_on", ""}, Field{"end_reason", ""}, Field{"keep_until", ""},
		Field{"class", ""}, Field{"class_text", ""}, Field{"scheme", ""}, Field{"scheme_version", "0"}, Field{"cause", ""}, Field{"others", ""}, Field{"review_due", string(on.AddMonths(12))})
}
