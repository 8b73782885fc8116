// Package notice makes a list of masked lines public for some workdays (S08, policy §1.5), takes it down by itself, keeps
// proof of each day, and lets anyone object without a name; an objection stops the clock of its one line.
package notice

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// State is where a line stands. The words of each stand under notice.state.<state>.
type State string

// The states of a line. A line that is over by its date is StateEnded whether or not the daily job has written it down.
const (
	StateNone      State = ""
	StateOpen      State = "open"
	StateObjected  State = "objected"  // the clock stands still until the objection is answered
	StateEnded     State = "ended"     // the days are over and no objection stands: what follows may go on
	StateUpheld    State = "upheld"    // an objection was found right
	StateWithdrawn State = "withdrawn" // taken back by the union itself
)

// Where a list is shown: on the intranet page, on paper on the board, or both.
const (
	ScopeBoth  = "both"
	ScopeWeb   = "web"
	ScopePaper = "paper"
)

// Line is one line to be shown. Name is already masked. Barred are the persons and users who may not handle an objection
// to it: the applicant, relatives, and those who worked on the case. An empty ObjectID takes the list's.
type Line struct {
	ObjectID             string
	Name, Unit, Category string
	CategoryEn           string // the same for readers of English; "" leaves the Chinese
	Amount               money.Amount
	Barred               []string
}

// New is a list to be made public. Days are workdays after today, 0 means the union's setting notice.days; fewer than
// that setting are refused. An empty Scope is both, an empty UnitID the union.
type New struct {
	Kind, ObjectID, Title string
	Scope, UnitID         string
	Days                  int
	Lines                 []Line
}

// Shown is one line as the public sees it. Amount is 0 where the union does not show amounts.
type Shown struct {
	N                    int
	Name, Unit, Category string
	Amount               money.Amount
	CategoryEn           string
}

// Help says the kind of help in a language.
func (s Shown) Help(l words.Lang) string {
	if l == words.En && s.CategoryEn != "" {
		return s.CategoryEn
	}
	return s.Category
}

// Sheet is a list as the public sees it: on the page, in the preview and on the board. EndsOn is its last day. Provisional
// marks an end counted through a year whose holidays are not known.
type Sheet struct {
	ID, Title, Scope string
	Days             int
	StartsOn, EndsOn day.Day
	Provisional      bool
	Lines            []Shown
}

const mostLines, mostDays = 500, 60

// check holds a list to what may become public. A line with eight digits or more may carry an ID, card or phone number,
// so it never goes out; a name without * is not masked.
func (n *New) check(least int) error {
	if n.Scope == "" {
		n.Scope = ScopeBoth
	}
	if n.Days == 0 {
		n.Days = least
	}
	n.Title = strings.TrimSpace(n.Title)
	switch {
	case n.Title == "" || len([]rune(n.Title)) > 60 || digits(n.Title) >= 8:
		return fault.New(fault.Invalid, "notice.title").At("title")
	case !slices.Contains([]string{ScopeBoth, ScopeWeb, ScopePaper}, n.Scope):
		return fault.New(fault.Invalid, "notice.scope").At("scope")
	case n.Days < least || n.Days > mostDays:
		return fault.New(fault.Invalid, "notice.days", least, mostDays).At("days")
	case len(n.Lines) == 0 || len(n.Lines) > mostLines:
		return fault.New(fault.Invalid, "notice.lines", mostLines)
	}
	seen := map[string]bool{}
	for i := range n.Lines {
		l := &n.Lines[i]
		if l.ObjectID == "" {
			l.ObjectID = n.ObjectID
		}
		switch {
		case !strings.Contains(l.Name, "*"):
			return fault.New(fault.Refused, "notice.unmasked", i+1)
		case digits(l.Name+l.Unit+l.Category) >= 8:
			return fault.New(fault.Refused, "notice.digits", i+1)
		case l.ObjectID == "" || seen[l.ObjectID]:
			return fault.New(fault.Invalid, "notice.twice", i+1)
		}
		seen[l.ObjectID] = true
	}
	return nil
}

func digits(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// plan checks a list and works out what will be shown until when.
func plan(ctx context.Context, tx *db.Tx, n *New) (Sheet, error) {
	text, err := org.Setting(ctx, tx, "notice.days")
	if err != nil {
		return Sheet{}, err
	}
	least, err := strconv.Atoi(text)
	if err != nil {
		return Sheet{}, fmt.Errorf("setting notice.days: %w", err)
	}
	if err := n.check(least); err != nil {
		return Sheet{}, err
	}
	amounts, err := org.Setting(ctx, tx, "notice.amount")
	if err != nil {
		return Sheet{}, err
	}
	s := Sheet{Title: n.Title, Scope: n.Scope, Days: n.Days, StartsOn: tx.Day()}
	if s.EndsOn, s.Provisional, err = calendar.DueFrom(ctx, tx, s.StartsOn, n.Days); err != nil {
		return Sheet{}, err
	}
	for i, l := range n.Lines {
		if amounts != "yes" {
			l.Amount = 0
		}
		s.Lines = append(s.Lines, Shown{i + 1, l.Name, l.Unit, l.Category, l.Amount, l.CategoryEn})
	}
	return s, nil
}

// Preview gives the list as the public would see it from today; it faults as Open does and writes nothing.
func Preview(ctx context.Context, tx *db.Tx, n New) (Sheet, error) {
	n.Lines = slices.Clone(n.Lines)
	return plan(ctx, tx, &n)
}

type header struct {
	UnionID, ID, Kind, ObjectID, Title, Scope, UnitID, UnitPath string
	Days                                                        int
	StartsOn, EndsOn                                            day.Day
	OpenedBy                                                    string
	OpenedAt                                                    int64
}

type line struct {
	UnionID, NoticeID    string
	N                    int
	ObjectID             string
	Name, Unit, Category string
	Amount               money.Amount
	State                State
	EndsOn               day.Day
	LeftDays             int
	Barred               string
	CategoryEn           string
}

const (
	headerColumns = `union_id, id, kind, object_id, title, scope, unit_id, unit_path, days, starts_on, ends_on, opened_by, opened_at`
	lineColumns   = `union_id, notice_id, n, object_id, name, unit, category, amount, state, ends_on, left_days, barred, category_en`
)

// at gives a line's state as of a day.
func (l line) at(today day.Day) State {
	if l.State == StateOpen && l.EndsOn < today {
		return StateEnded
	}
	return l.State
}

// Open makes a list public from today and gives it as shown. Faults: "notice.title", "notice.scope", "notice.days",
// "notice.lines", "notice.twice"; Refused "notice.unmasked", "notice.digits"; Conflict "notice.already" when a line's
// object is public already.
func Open(ctx context.Context, tx *db.Tx, n New) (Sheet, error) {
	n.Lines = slices.Clone(n.Lines)
	s, err := plan(ctx, tx, &n)
	if err != nil {
		return s, err
	}
	if n.UnitID == "" {
		n.UnitID = tx.Union
	}
	unit, err := org.UnitOf(ctx, tx, n.UnitID)
	if err != nil {
		return s, err
	}
	s.ID = tx.ID()
	h := header{UnionID: tx.Union, ID: s.ID, Kind: n.Kind, ObjectID: n.ObjectID, Title: s.Title, Scope: s.Scope, UnitID: n.UnitID,
		UnitPath: unit.Path, Days: s.Days, StartsOn: s.StartsOn, EndsOn: s.EndsOn, OpenedBy: tx.Actor.User, OpenedAt: tx.Ms()}
	if err := db.Insert(ctx, tx, "notice_notice", h); err != nil {
		return s, err
	}
	if err := end(ctx, tx); err != nil {
		return s, err
	}
	if err := insert(ctx, tx, s, n.Lines); err != nil {
		return s, err
	}
	return s, h.prove(ctx, tx)
}

// insert writes the lines of a list; whoever opens it may not handle objections to it.
func insert(ctx context.Context, tx *db.Tx, s Sheet, lines []Line) error {
	for i, l := range lines {
		shown := s.Lines[i]
		err := db.Insert(ctx, tx, "notice_line", line{UnionID: tx.Union, NoticeID: s.ID, N: shown.N, ObjectID: l.ObjectID, Name: shown.Name,
			Unit: shown.Unit, Category: shown.Category, CategoryEn: shown.CategoryEn, Amount: shown.Amount, State: StateOpen, EndsOn: s.EndsOn,
			Barred: task.Join(append([]string{tx.Actor.User, tx.Actor.Person}, l.Barred...))})
		if db.Taken(err) {
			return fault.New(fault.Conflict, "notice.already", shown.N)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// end writes down that lines are over by their date.
func end(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `update notice_line set state = 'ended' where union_id = $1 and state = 'open' and ends_on < $2`, tx.Union, tx.Day())
	return err
}

// StateOf gives where an object stands in its newest list; StateNone when it never was in one.
func StateOf(ctx context.Context, tx *db.Tx, objectID string) (State, error) {
	l, _, err := newest(ctx, tx, objectID)
	return l.at(tx.Day()), err
}

func newest(ctx context.Context, tx *db.Tx, objectID string) (line, bool, error) {
	return db.Maybe[line](ctx, tx, `
		select `+lineColumns+` from notice_line where union_id = $1 and object_id = $2
		order by case when state in ('open', 'objected') then 0 else 1 end, notice_id desc limit 1`, tx.Union, objectID)
}

// Board gives what anyone may see now on the intranet page: only lists whose days are not over, and of each only the
// lines that are still public. No right is asked.
func Board(ctx context.Context, tx *db.Tx) ([]Sheet, error) {
	heads, err := db.All[header](ctx, tx, `
		select `+headerColumns+` from notice_notice h where union_id = $1 and scope <> 'paper'
		and exists (select 1 from notice_line l where l.union_id = h.union_id and l.notice_id = h.id and l.ends_on >= $2
			and l.state in ('open', 'objected')) order by starts_on desc, id desc`, tx.Union, tx.Day())
	if err != nil {
		return nil, err
	}
	out := make([]Sheet, 0, len(heads))
	for _, h := range heads {
		s, err := h.public(ctx, tx)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// public gives a list with the lines that are public today; a line under objection stays until its days would be over.
func (h header) public(ctx context.Context, tx *db.Tx) (Sheet, error) {
	lines, err := linesOf(ctx, tx, h.ID)
	s := Sheet{ID: h.ID, Title: h.Title, Scope: h.Scope, Days: h.Days, StartsOn: h.StartsOn, EndsOn: h.EndsOn}
	for _, l := range lines {
		if l.EndsOn >= tx.Day() && (l.State == StateOpen || l.State == StateObjected) {
			s.Lines = append(s.Lines, Shown{l.N, l.Name, l.Unit, l.Category, l.Amount, l.CategoryEn})
			s.EndsOn = max(s.EndsOn, l.EndsOn)
		}
	}
	return s, err
}

func headOf(ctx context.Context, tx *db.Tx, id string) (header, error) {
	return db.One[header](ctx, tx, `select `+headerColumns+` from notice_notice where union_id = $1 and id = $2`, tx.Union, id)
}

func linesOf(ctx context.Context, tx *db.Tx, id string) ([]line, error) {
	return db.All[line](ctx, tx, `select `+lineColumns+` from notice_line where union_id = $1 and notice_id = $2 order by n`, tx.Union, id)
}
