package page

import (
	"slices"
	"unicode/utf8"

	"github.com/a-h/templ"
)

// Col is a column of a table. Num puts it right with even figures; Act is the last column of ways on; Sort is the
// address that sorts by it and Sorted is "ascending" or "descending" when it does. A column with a Key may be left out by
// the reader; Spare is left out until asked for.
type Col struct {
	Label, Key   string
	Spare        bool
	Num, Act     bool
	Sort, Sorted string
}

// Cell is one place of a table: a text, a link, or any component.
type Cell struct {
	Text, Href string
	Body       templ.Component
	Note       string // small, after the text
}

// Row is one line of a table. Value is what its box posts when ticked; Name says in the box's label whose line it is.
// Fired marks the line of a rule that decided.
type Row struct {
	Value, Name         string
	Picked, Seen, Fired bool
	Over                bool // late: marked at its edge, and its tag says so
	Cells               []Cell
}

// List is a table of lines. Head is the index of the column that names the line. With Check, a column of boxes of that name is
// drawn; Form is the id of the form they belong to. Cards folds lines to cards on a phone.
type List struct {
	Caption string
	Cols    []Col
	Rows    []Row
	Head    int
	Check   string
	Form    string
	Foot    []Cell
	Dense   bool
	None    string // the sentence for no rows
	NoneDo  Link
}

// T makes a cell of text.
func T(text string) Cell { return Cell{Text: text} }

// A makes a cell that is a link.
func A(href, text string) Cell { return Cell{Href: href, Text: text} }

// C makes a cell of a component.
func C(body templ.Component) Cell { return Cell{Body: body} }

func (c Col) class() string {
	switch {
	case c.Num:
		return "n"
	case c.Act:
		return "acts-t"
	}
	return ""
}

func (r Row) class() string {
	s := ""
	if r.Picked {
		s += " sel"
	}
	if r.Fired {
		s += " fired"
	}
	if r.Over {
		s += " over"
	}
	if s == "" {
		return ""
	}
	return s[1:]
}

// col gives the column of a cell; a row longer than the head gets plain columns.
func (t List) col(i int) Col {
	if i < len(t.Cols) {
		return t.Cols[i]
	}
	return Col{}
}

// Query is the form above a list. Find is the wide first field; Fields follow; More are those folded away. Reset is the
// list without conditions; Chips are the conditions now in force, each an address that drops it.
type Query struct {
	Action string
	Fields []F
	More   []F
	Hidden []Pair
	Reset  string
	Submit string // what the button says, 查询 unless said
	Chips  []Link
}

// Pager goes through a list by key. Total is a whole sentence (共 318 条, 超过 1,000 条).
type Pager struct {
	Total      string
	Prev, Next string
	Sizes      []Size
}

// Size is one choice of lines for each page.
type Size struct {
	Href    string
	N       int
	Current bool
}

// Tab is one of a row of links over a list. Count below 0 is not shown.
type Tab struct {
	Href, Label string
	Count       int
	Most        int // where counting ended: from so many on the tab says "999+"; 0 for never
	Current     bool
}

// count says how many, or that there are more than were counted.
func (t Tab) count() string {
	if t.Most > 0 && t.Count >= t.Most {
		return itoa(t.Most-1) + "+"
	}
	return itoa(t.Count)
}

// Stat is one number of a dashboard.
type Stat struct {
	Label, Value, Unit, Note, Href string
	Tone                           Tone
}

// statWide is how many characters a figure may have and still stand beside another on a phone.
const statWide = 9

// long reports figures too wide to stand two in a row on a phone.
func long(all []Stat) bool {
	return slices.ContainsFunc(all, func(s Stat) bool { return utf8.RuneCountInString(s.Value) > statWide })
}

// Todo is one thing that waits for this person.
type Todo struct {
	Tone        Tone
	Tag         string
	Href, Label string
	Note, When  string
	Over        bool
}

// Fund is a fund's money: what it had, what is spent and what is promised, in fen. Said are the same in words.
type Fund struct {
	Name         string
	Total, Spent int64
	Held         int64
	Left         string
	Href         string
}

// heldAt is where the promised part begins and heldWide how wide it is, on a scale of hundred.
func (f Fund) heldAt() int   { return int(share(f.Spent, f.Total)) }
func (f Fund) heldWide() int { return int(share(f.Spent+f.Held, f.Total)) - f.heldAt() }

// Truth is what a clause came to.
type Truth int

// The truths: unknown is never no.
const (
	No Truth = iota
	Yes
	Unknown
)

// Trace is one clause of a verdict: the sentence, the figures put in, what it came to, and the paper it stands in.
type Trace struct {
	Text, Figures, Source string
	Truth                 Truth
	Fired                 bool
}

// Verdict is a household held against a standard. Kind is the amount's kind in words (定额, 上限 …).
type Verdict struct {
	Truth        Truth
	Title, Lead  string
	Amount, Kind string
	Version      string // which standard, from when, on which figures
	Rows         []Trace
	Needs        []string // what must be known before it can be decided
}

func (t Truth) icon() string {
	switch t {
	case Yes:
		return "check"
	case Unknown:
		return "question"
	}
	return "cross"
}

func (t Truth) class() string {
	switch t {
	case Yes:
		return "ok-t"
	case Unknown:
		return "warn-t"
	}
	return "err-t"
}

func (t Truth) word(in In) string {
	switch t {
	case Yes:
		return in.T("符合")
	case Unknown:
		return in.T("还不知道")
	}
	return in.T("不符合")
}

func (t Truth) edge() string {
	switch t {
	case Yes:
		return "verdict"
	case Unknown:
		return "verdict verdict-open"
	}
	return "verdict verdict-no"
}

func (t List) none(in In) string {
	if t.None != "" {
		return t.None
	}
	return in.T("还没有数据")
}

func (t List) caption(in In) string {
	if t.Caption != "" {
		return t.Caption
	}
	return in.T("列表")
}

func (q Query) anyMore() bool {
	for _, f := range q.More {
		if f.Value != "" {
			return true
		}
	}
	return false
}

func (p Pager) empty() bool {
	return p.Total == "" && p.Prev == "" && p.Next == "" && len(p.Sizes) == 0
}
