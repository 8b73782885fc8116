// Package standard judges a family by a written standard: a versioned document of gates, exclusions, decision tables and
// amounts. A standard is data, never code; a verdict is yes, no or "cannot decide: needs X", and can always be replayed.
package standard

import (
	"regexp"

	"bangfu/internal/base/day"
	"bangfu/internal/base/words"
)

// Text is a sentence in both languages. Either may be empty: the other then speaks for both.
type Text struct {
	Zh string `json:"zh,omitempty"`
	En string `json:"en,omitempty"`
}

// Say gives the sentence in the language, so that a Text can stand in a fault.
func (t Text) Say(l words.Lang) string {
	if l == words.En && t.En != "" || t.Zh == "" {
		return t.En
	}
	return t.Zh
}

// Standard is one version of one document, parsed and type-checked (S12). It is never changed after Parse.
type Standard struct {
	Code       string
	Version    int64
	Name       Text
	Kind       string // recognition, benefit, classification, income or loan
	Issuer     string
	Source     Source
	Region     string
	Confidence string
	From       day.Day // first day in force; "" means from ever
	Until      day.Day // last day in force; "" means for ever
	Hash       string  // SHA-256 of the document's bytes, hexadecimal

	Facts      []Fact // in document order, with what limits, counts and pools read appended
	Groups     []Group
	Parameters []Parameter
	Derived    []Derived
	Outputs    []string // names of derived values that an income standard gives
	Rounding   Rounding

	Gates      []Clause
	Exclusions []Clause
	Classes    *Classes
	Hit        string // first or all: whether one item or every item that fires is offered
	Items      []Item
	Stacking   Stacking
	Joint      []Limit // limits that several items share
	Pools      []Pool

	Documents []Document
	Publicity Term
	Deadlines []Term
	Notes     []Note
}

// Source is where the text was found: the title of the document, its address and the clause.
type Source struct{ Title, URL, Clause string }

// Fact is one thing a standard asks about a family. Min and Max are inclusive, in fen for money.
type Fact struct {
	Name   string
	Sort   Sort
	Text   Text
	Unit   string // person, household, student, event …; for people to read
	Period string // now, month, year, rolling12, event, life; for people to read
	Source string // where the fact is usually proved
	Min    int64
	Max    int64
	Values []Choice // for text: the only values allowed; none means any
}

// Choice is one allowed value of a text fact with its words.
type Choice struct {
	Value string
	Text  Text
}

// Group is a list of people or things that a standard looks at one by one. Fields are named one.field in expressions.
type Group struct {
	Name   string
	One    string
	Text   Text
	Max    int64 // at most so many elements
	Fields []Fact
}

// Parameter is a figure of the standard itself (Value) or of a reference table (Ref, with "@last_year" where asked).
type Parameter struct {
	Name  string
	Sort  Sort
	Text  Text
	Value Value
	Ref   string
	Min   int64
	Max   int64
}

// Derived is a named expression; it may use facts, parameters and derived values above it.
type Derived struct {
	Name string
	Text Text
	Expr *Expr
}

// Expr is an expression as written, where it stands in the document, and its checked tree.
type Expr struct {
	Text string
	Line int
	Col  int
	Node *Node
}

// Clause is one condition with its sentence and the clause of the source that it states. Negated answers are the
// caller's: a gate must hold, an exclusion must not.
type Clause struct {
	Code  string
	Text  Text
	Where string // clause of the source
	When  *Expr
}

// Classes is the decision table that names the family's class. Hit is first or all.
type Classes struct {
	Hit  string
	Rows []ClassRow
}

// ClassRow gives Class when its condition holds.
type ClassRow struct {
	Clause
	Class string
}

// Rounding is how a computed amount loses what is below Unit (in fen); Mode also rules percent().
type Rounding struct {
	Mode string // half_up, down or up
	Unit int64
}

// Item is one kind of help with its amount.
type Item struct {
	Clause           // Code, name, clause, and the condition under which the item is spoken of at all
	Kind      string // FIXED, FORMULA, CAP or RANGE
	Flow      string // pay, lend, repay or refund
	Each      string // name of the group, when judged per element
	Requires  []Clause
	Excludes  []Clause
	Hit       string // first, all (the rows that fire are added up) or highest (of them)
	Rows      []AmountRow
	Limits    []Limit
	Pool      string
	Period    string // once, monthly, quarterly, per_term or yearly
	Levels    []Level
	Exception *Exception
	Reason    bool // the person who chooses must write a reason (视情)
	Documents []string
}

// AmountRow is one row of an item's amount table; an item without a table has one row that always fires.
type AmountRow struct {
	Clause
	Amount  *Expr // FIXED, FORMULA: the amount; CAP: the ceiling
	Floor   *Expr // RANGE
	Ceiling *Expr // RANGE
}

// Limit bounds what is given within a window, in money (Most) or in times (Times). Earlier aid comes as the facts
// aid.<item>.<window> (fen) and times.<item>.<window>.
type Limit struct {
	Clause
	Items  []string
	Per    string // household, person, student, member: whose earlier aid is counted
	Within string // time, month, quarter, term, year, rolling12, event or life
	Most   *Expr  // nil with Times nil too: the item's own amount
	Times  *Expr
	Cut    bool // true: the amount is cut to what is left; false: the item is refused
}

// Level says who approves from an amount on: at and above From, or strictly above Above.
type Level struct {
	Code  string
	Text  Text
	From  *Expr
	Above *Expr
}

// Exception lets a person go past the ceiling by a recorded special decision, up to Most where it is given.
type Exception struct {
	Clause
	Most *Expr
}

// Pool is money that runs out: Total + carried over − spent. Over says what happens then: hold or refuse.
type Pool struct {
	Clause
	Total *Expr
	Over  string
}

// Stacking says how items go together: all, one, highest (of those that fire), sequence or unstated. AddsTo is the money fact that grows by each amount
// given when items are taken one after another with a re-test.
type Stacking struct {
	Rule   string
	AddsTo string
	Text   Text
	Where  string
}

// Document is a paper asked for. When is nil for always.
type Document struct {
	Clause
	Optional bool
	Items    []string // only for these items; none means for all
}

// Term is a time limit in days, working days when Working is set, counted after the event After.
type Term struct {
	Clause
	Days    int64
	Working bool
	After   string
}

// Note is a sentence of the source that binds people, not the engine.
type Note struct {
	Text  Text
	Where string
}

// Uses reports whether an expression of the standard speaks of a name, such as "student.stage".
func (s *Standard) Uses(name string) bool {
	whole := regexp.MustCompile(`(^|[^a-z0-9_.])` + regexp.QuoteMeta(name) + `($|[^a-z0-9_.])`)
	found := false
	s.exprs(func(e *Expr) { found = found || whole.MatchString(e.Text) })
	return found
}

// ValidOn reports whether the version is in force on the day.
func (s *Standard) ValidOn(d day.Day) bool {
	return (s.From == "" || s.From <= d) && (s.Until == "" || d <= s.Until)
}

// Item finds an item by its code.
func (s *Standard) Item(code string) (Item, bool) {
	for _, it := range s.Items {
		if it.Code == code {
			return it, true
		}
	}
	return Item{}, false
}

func (s *Standard) fact(name string) (Fact, bool) {
	for _, f := range s.Facts {
		if f.Name == name {
			return f, true
		}
	}
	return Fact{}, false
}

func (s *Standard) group(name string) (Group, bool) {
	for _, g := range s.Groups {
		if g.Name == name {
			return g, true
		}
	}
	return Group{}, false
}
