package effect

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// Acts lists what people can do to follow households.
func Acts() []act.Any { return []act.Any{Record, Close, Summarise} }

const turnClose = "effect.close"

// askEnd asks for the end of a watch: its time is over, or the household needs no more help.
func (w Watch) askEnd(ctx context.Context, tx *db.Tx) error {
	f, err := casefile.Get(ctx, tx, w.FileID)
	if err != nil {
		return err
	}
	return task.Open(ctx, tx, task.New{Kind: turnClose, Object: "watch", ObjectID: w.ID, Role: org.RoleOfficer, UnitID: f.UnitID, Barred: []string{f.PersonID},
		Days: 10, Href: "/desk/files/" + f.ID + "/watch", Title: "写跟踪结论：档案 {0}", Args: []any{f.Number}})
}

// CloseIn ends a watch with what came of it.
type CloseIn struct {
	ID      string `form:"id" kind:"hidden" need:"true" max:"40"`
	Result  Result `form:"result" label:"帮扶效果" need:"true"`
	Next    Next   `form:"next" label:"下一步" need:"true"`
	Summary string `form:"summary" label:"效果说明" hint:"帮了什么，起了什么作用，还差什么；已和本人谈过" kind:"area" need:"true" max:"1000"`
}

// Check wants a summary that says something.
func (in CloseIn) Check() error {
	var l fault.List
	if len([]rune(strings.TrimSpace(in.Summary))) < 2 {
		l.Add("summary", "effect.found")
	}
	return l.Err()
}

// Close ends a watch (S10). It takes at least one follow-up. Faults: "effect.not_seen", "effect.closed" (Conflict).
var Close = act.Act[CloseIn, Watch]{Name: "effect.close", Title: "写跟踪结论", Right: "effect.close", Do: closeWatch}

func closeWatch(ctx context.Context, tx *db.Tx, in CloseIn) (Watch, error) {
	w, err := reached(ctx, tx, "effect.close", in.ID)
	switch {
	case err != nil:
		return w, err
	case w.State != "open":
		return w, fault.New(fault.Conflict, "effect.closed")
	case w.AfterFigures == "":
		return w, fault.New(fault.Refused, "effect.not_seen")
	}
	w.State, w.Result, w.NextStep, w.Summary, w.ClosedOn, w.ClosedBy = "closed", in.Result, in.Next, strings.TrimSpace(in.Summary), tx.Day(), tx.Actor.User
	err = tx.Must(ctx, "fault.stale", `
		update effect_watch set state = 'closed', result = $4, next_step = $5, summary = $6, closed_on = $7, closed_by = $8, version = $3 + 1
		where union_id = $1 and id = $2 and version = $3 and state = 'open'`,
		tx.Union, w.ID, w.Version, w.Result, w.NextStep, w.Summary, w.ClosedOn, w.ClosedBy)
	if err != nil {
		return w, err
	}
	w.Version++
	open, err := db.All[string](ctx, tx, `select id from effect_visit where union_id = $1 and watch_id = $2 and state = 'due'`, tx.Union, w.ID)
	if err != nil {
		return w, err
	}
	for _, id := range open {
		if err := task.CloseAll(ctx, tx, id); err != nil {
			return w, err
		}
	}
	_, err = tx.Exec(ctx, `update effect_visit set state = 'dropped' where union_id = $1 and watch_id = $2 and state = 'due'`, tx.Union, w.ID)
	if err != nil {
		return w, err
	}
	if err := task.CloseAll(ctx, tx, w.ID); err != nil {
		return w, err
	}
	return w, casefile.Event(ctx, tx, w.FileID, casefile.Entry{Kind: "effect", Text: "effect.event_closed", Args: []any{w.Result, w.NextStep}, Ref: w.ID})
}

// Outcome is how the households helped by one programme fared ("" for all together). Income is the average rise per head
// and month in fen, over the households where both sides are known.
type Outcome struct {
	Programme                          string
	Watches                            int64
	Better, Same, Worse, Unknown, Exit int64
	Income                             money.Amount
	Known                              int64
}

// Results counts the watches closed from a day to a day, all together first, then by programme. A household helped by two
// programmes counts in both.
func Results(ctx context.Context, tx *db.Tx, from, to day.Day) ([]Outcome, error) {
	all, err := db.All[Watch](ctx, tx, `
		select `+watchColumns+` from effect_watch where union_id = $1 and state = 'closed' and closed_on >= $2 and closed_on <= $3 order by id`, tx.Union, from, to)
	if err != nil {
		return nil, err
	}
	by := map[string]*tally{"": {}}
	for _, w := range all {
		for _, p := range append([]string{""}, strings.Fields(w.Programmes)...) {
			if by[p] == nil {
				by[p] = &tally{}
			}
			if err := by[p].add(w); err != nil {
				return nil, err
			}
		}
	}
	out := make([]Outcome, 0, len(by))
	for p, t := range by {
		t.Programme = p
		if t.Known > 0 {
			if t.Income, err = t.rise.MulDiv(1, t.Known, money.HalfUp); err != nil {
				return nil, err
			}
		}
		out = append(out, t.Outcome)
	}
	slices.SortFunc(out, func(a, b Outcome) int { return strings.Compare(a.Programme, b.Programme) })
	return out, nil
}

type tally struct {
	Outcome
	rise money.Amount
}

func (t *tally) add(w Watch) error {
	t.Watches++
	switch w.Result {
	case Better:
		t.Better++
	case Same:
		t.Same++
	case Worse:
		t.Worse++
	case Unknown:
		t.Unknown++
	}
	if w.NextStep == "exit" {
		t.Exit++
	}
	before, err := w.Before()
	if err != nil {
		return err
	}
	after, _, err := w.After()
	if err != nil || before.Income == nil || after.Income == nil {
		return err
	}
	t.Known++
	t.rise, err = t.rise.Add(*after.Income - *before.Income)
	return err
}

// Round is the written summary of a round of help (S10 [14]): its figures, what worked and what was lacking.
type Round struct {
	UnionID, ID     string
	FromOn, ToOn    day.Day
	Figures         string
	Worked, Lacking string
	MadeBy          string
	MadeAt          int64
}

// Outcomes gives the figures of the round as they stood.
func (r Round) Outcomes() (out []Outcome, err error) {
	if err := json.Unmarshal([]byte(r.Figures), &out); err != nil {
		return nil, fmt.Errorf("round from json: %w", err)
	}
	return out, nil
}

// Rounds lists the summaries, newest first.
func Rounds(ctx context.Context, tx *db.Tx) ([]Round, error) {
	return db.All[Round](ctx, tx, `
		select union_id, id, from_on, to_on, figures, worked, lacking, made_by, made_at from effect_round where union_id = $1
		order by made_at desc, id desc`, tx.Union)
}

// RoundIn is the summary as written by a person; the figures are the program's.
type RoundIn struct {
	From    day.Day `form:"from" label:"从" need:"true"`
	To      day.Day `form:"to" label:"到" need:"true"`
	Worked  string  `form:"worked" label:"经验" hint:"哪些做法有效" kind:"area" need:"true" max:"2000"`
	Lacking string  `form:"lacking" label:"不足" hint:"哪些地方要改，标准要不要调整" kind:"area" need:"true" max:"2000"`
}

// Check wants a span of days.
func (in RoundIn) Check() error {
	var l fault.List
	if !in.From.Valid() || !in.To.Valid() || in.To < in.From {
		l.Add("to", "effect.span")
	}
	return l.Err()
}

// Summarise keeps the summary of a round with the figures of that day.
var Summarise = act.Act[RoundIn, Round]{Name: "effect.summarise", Title: "写阶段总结", Right: "effect.summarise",
	Do: func(ctx context.Context, tx *db.Tx, in RoundIn) (Round, error) {
		all, err := Results(ctx, tx, in.From, in.To)
		if err != nil {
			return Round{}, err
		}
		text, err := json.Marshal(all)
		if err != nil {
			return Round{}, fmt.Errorf("round to json: %w", err)
		}
		r := Round{UnionID: tx.Union, ID: tx.ID(), FromOn: in.From, ToOn: in.To, Figures: string(text), Worked: strings.TrimSpace(in.Worked),
			Lacking: strings.TrimSpace(in.Lacking), MadeBy: tx.Actor.User, MadeAt: tx.Ms()}
		tx.About("round", r.ID)
		return r, db.Insert(ctx, tx, "effect_round", r)
	}}
