package standard

import (
	"bytes"
	"encoding/json"
	"fmt"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
)

// Outcome is yes, no or unknown; unknown is never no.
type Outcome string

// The outcomes.
const (
	Yes     Outcome = "yes"
	No      Outcome = "no"
	Unknown Outcome = "unknown"
)

// Verdict is what a standard says of a family, with all it was said from (S13). It is stored as JSON and replays equal.
type Verdict struct {
	Standard  string           `json:"standard"`
	Version   int64            `json:"version"`
	Hash      string           `json:"hash"`
	Name      Text             `json:"name"`
	Kind      string           `json:"kind"`
	Outcome   Outcome          `json:"outcome"`
	Class     string           `json:"class,omitempty"`
	Classes   []ClassResult    `json:"classes,omitempty"`
	Reasons   []Reason         `json:"reasons,omitempty"`
	Items     []ItemResult     `json:"items,omitempty"`
	Stacking  string           `json:"stacking,omitempty"`
	Figures   []Figure         `json:"figures,omitempty"` // every derived value, outputs first
	Needs     []string         `json:"needs,omitempty"`
	NeedTexts []Text           `json:"need_texts,omitempty"` // the words of Needs, in the same order
	Papers    []DocumentResult `json:"papers,omitempty"`
	Rejected  []Rejected       `json:"rejected,omitempty"`
	Facts     Facts            `json:"facts"` // as given, of those the standard asks for
	Refs      Refs             `json:"refs"`
	Trace     []Step           `json:"trace"`
}

// ClassResult is a class that was found, with the row that fired.
type ClassResult struct {
	Class string `json:"class"`
	Row   string `json:"row"`
	Text  Text   `json:"text"`
	Where string `json:"where,omitempty"`
}

// Reason is why something is refused: the clause's code and sentence. Codes of the engine's own are not_applicable,
// no_row, no_class, nothing, earlier_item, lower_item; all others are the document's.
type Reason struct {
	Code  string `json:"code"`
	Text  Text   `json:"text"`
	Where string `json:"where,omitempty"`
}

// Figure is one value that a clause speaks of.
type Figure struct {
	Name  string `json:"name"`
	Text  Text   `json:"text"`
	Kind  string `json:"kind"` // fact, field, parameter, reference, derived, class
	Value Value  `json:"value"`
	Expr  string `json:"expr,omitempty"` // of a derived value
	Word  Text   `json:"word,omitzero"`  // of a value that is one of several: what it is called
}

// Said is the figure's value in a language: the word for one of several, the figure for the rest.
func (f Figure) Said(l words.Lang) string {
	if f.Word != (Text{}) {
		return f.Word.Say(l)
	}
	return f.Value.Say(l)
}

// Step is one clause as it was judged.
type Step struct {
	Stage   string   `json:"stage"` // gate, exclusion, class, item, require, exclude, row, amount, limit, pool
	Item    string   `json:"item,omitempty"`
	Index   int      `json:"index,omitempty"`
	Code    string   `json:"code,omitempty"`
	Text    Text     `json:"text"`
	Expr    string   `json:"expr,omitempty"`
	Line    int      `json:"line,omitempty"`
	Where   string   `json:"where,omitempty"`
	Truth   Outcome  `json:"truth"`
	Fired   bool     `json:"fired,omitempty"`
	Result  *Value   `json:"result,omitempty"` // of an amount
	Figures []Figure `json:"figures,omitempty"`
}

// Rejected is a fact that was given but cannot be: wrong sort, out of bounds. It was taken as not known.
type Rejected struct {
	Name string `json:"name"`
	Why  string `json:"why"` // a catalogue key
}

// DocumentResult is a paper to be brought. Unsure means that whether it is needed is not known yet.
type DocumentResult struct {
	Code     string   `json:"code"`
	Text     Text     `json:"text"`
	Where    string   `json:"where,omitempty"`
	Optional bool     `json:"optional,omitempty"`
	Unsure   bool     `json:"unsure,omitempty"`
	Items    []string `json:"items,omitempty"`
}

// ItemResult is one kind of help for this family. Amount is set for FIXED and FORMULA; Ceiling for CAP; Floor and Ceiling
// for RANGE: the last two never pay by themselves, a person decides inside them.
type ItemResult struct {
	Code      string           `json:"code"`
	Name      Text             `json:"name"`
	Index     int              `json:"index,omitempty"` // the element it is for, counted from 1; 0 for the household
	Kind      string           `json:"kind"`
	Flow      string           `json:"flow"`
	Outcome   Outcome          `json:"outcome"`
	Amount    money.Amount     `json:"amount,omitempty"`
	Floor     money.Amount     `json:"floor,omitempty"`
	Ceiling   money.Amount     `json:"ceiling,omitempty"`
	Period    string           `json:"period"`
	Where     string           `json:"where,omitempty"`
	Row       string           `json:"row,omitempty"` // code of the table's row that fired
	Reason    bool             `json:"reason,omitempty"`
	Reasons   []Reason         `json:"reasons,omitempty"`
	Needs     []string         `json:"needs,omitempty"`
	Limits    []LimitResult    `json:"limits,omitempty"`
	Pool      *PoolResult      `json:"pool,omitempty"`
	Levels    []LevelResult    `json:"levels,omitempty"`
	Exception *ExceptionResult `json:"exception,omitempty"`
	Documents []string         `json:"documents,omitempty"`
}

// LimitResult is what a limit leaves. Requests that share Key share Left.
type LimitResult struct {
	Key    string       `json:"key"`
	Code   string       `json:"code"`
	Text   Text         `json:"text"`
	Where  string       `json:"where,omitempty"`
	Per    string       `json:"per"`
	Within string       `json:"within"`
	Most   money.Amount `json:"most"`
	Used   money.Amount `json:"used"`
	Left   money.Amount `json:"left"`
	Cut    bool         `json:"cut,omitempty"`   // this limit made the item's bound smaller
	Turns  int64        `json:"turns,omitempty"` // of a limit in times: how many are left; Most, Used and Left are then 0
}

// PoolResult is what a pool has left. Over is hold or refuse.
type PoolResult struct {
	Code  string       `json:"code"`
	Text  Text         `json:"text"`
	Where string       `json:"where,omitempty"`
	Left  money.Amount `json:"left"`
	Over  string       `json:"over"`
}

// LevelResult says who approves from From on; Strict means strictly above it.
type LevelResult struct {
	Code   string       `json:"code"`
	Text   Text         `json:"text"`
	From   money.Amount `json:"from"`
	Strict bool         `json:"strict,omitempty"`
}

// ExceptionResult says that a recorded special decision may go past the ceiling, up to Most unless that is 0.
type ExceptionResult struct {
	Code  string       `json:"code,omitempty"`
	Text  Text         `json:"text"`
	Where string       `json:"where,omitempty"`
	Most  money.Amount `json:"most,omitempty"`
}

// Item finds a result; index 0 is the household's, others count elements from 1.
func (v Verdict) Item(code string, index int) (ItemResult, bool) {
	for _, it := range v.Items {
		if it.Code == code && it.Index == index {
			return it, true
		}
	}
	return ItemResult{}, false
}

// Level gives the code of whoever approves an amount: the last level that the amount reaches, "" for none.
func (r ItemResult) Level(a money.Amount) (code string) {
	for _, l := range r.Levels {
		if a > l.From || a == l.From && !l.Strict {
			code = l.Code
		}
	}
	return code
}

// Replay judges the verdict's own facts and figures again with the same version of the standard and faults with
// "standard.other_version" or "standard.replay" unless the result is equal in every byte.
func (v Verdict) Replay(s *Standard) error {
	if s.Hash != v.Hash {
		return fault.New(fault.Conflict, "standard.other_version", v.Standard, v.Version)
	}
	was, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("verdict to json: %w", err)
	}
	now, err := json.Marshal(s.Judge(v.Facts, v.Refs))
	if err != nil {
		return fmt.Errorf("verdict to json: %w", err)
	}
	if !bytes.Equal(was, now) {
		return fault.New(fault.Conflict, "standard.replay", v.Standard, v.Version)
	}
	return nil
}
