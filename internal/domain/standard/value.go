package standard

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
)

// Sort is the type of a value. Money is never mixed with plain numbers, nor a date with text.
type Sort string

// The sorts. None is the sort of what is not known.
const (
	None  Sort = ""
	Int   Sort = "int"
	Money Sort = "money"
	Bool  Sort = "bool"
	Words Sort = "text"
	Date  Sort = "date"
	List  Sort = "list"  // of text
	Rows  Sort = "group" // of records
)

// Value is one known thing. The zero Value means "not known".
type Value struct {
	Sort Sort
	Num  int64 // int; money in fen; bool as 0 or 1
	Str  string
	List []string
	Rows []Facts
}

// Facts are what is known of a family, by the names of the vocabulary; what is absent is not known.
type Facts map[string]Value

// Refs are the figures of the reference tables for the family's region and day, by name; "name@last_year" is last year's.
type Refs map[string]Value

// IntOf makes a number.
func IntOf(n int64) Value { return Value{Sort: Int, Num: n} }

// MoneyOf makes an amount.
func MoneyOf(a money.Amount) Value { return Value{Sort: Money, Num: int64(a)} }

// BoolOf makes a truth.
func BoolOf(b bool) Value {
	if b {
		return Value{Sort: Bool, Num: 1}
	}
	return Value{Sort: Bool}
}

// TextOf makes a text.
func TextOf(s string) Value { return Value{Sort: Words, Str: s} }

// DateOf makes a date.
func DateOf(d day.Day) Value { return Value{Sort: Date, Str: string(d)} }

// ListOf makes a list of texts.
func ListOf(list ...string) Value { return Value{Sort: List, List: list} }

// RowsOf makes a group.
func RowsOf(rows ...Facts) Value { return Value{Sort: Rows, Rows: rows} }

// Known reports whether the value is known.
func (v Value) Known() bool { return v.Sort != None }

// Equal compares two values wholly.
func (v Value) Equal(w Value) bool {
	if v.Sort != w.Sort || v.Num != w.Num || v.Str != w.Str || !slices.Equal(v.List, w.List) || len(v.Rows) != len(w.Rows) {
		return false
	}
	for i := range v.Rows {
		if len(v.Rows[i]) != len(w.Rows[i]) {
			return false
		}
		for k, x := range v.Rows[i] {
			if y, ok := w.Rows[i][k]; !ok || !x.Equal(y) {
				return false
			}
		}
	}
	return true
}

// Say puts the value into a sentence.
func (v Value) Say(l words.Lang) string {
	switch v.Sort {
	case Int:
		return strconv.FormatInt(v.Num, 10)
	case Money:
		return money.Amount(v.Num).Say(l)
	case Bool:
		if v.Num == 1 {
			return words.T(l, "standard.yes")
		}
		return words.T(l, "standard.no")
	case Words:
		return v.Str
	case Date:
		return v.Str
	case List:
		return strings.Join(v.List, words.T(l, "standard.comma"))
	case Rows:
		return words.T(l, "standard.rows", len(v.Rows))
	case None:
	}
	return words.T(l, "standard.unknown")
}

// MarshalJSON writes {"money":79999}: the sort and the value, so that reading it back gives the same.
func (v Value) MarshalJSON() ([]byte, error) {
	var x any
	switch v.Sort {
	case Int, Money:
		x = v.Num
	case Bool:
		x = v.Num == 1
	case Words, Date:
		x = v.Str
	case List:
		x = v.List
	case Rows:
		x = v.Rows
	case None:
		return []byte("null"), nil
	}
	return json.Marshal(map[Sort]any{v.Sort: x})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (v *Value) UnmarshalJSON(b []byte) error {
	*v = Value{}
	var m map[Sort]json.RawMessage
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	if len(m) > 1 {
		return fmt.Errorf("a value has one sort, not %d", len(m))
	}
	for s, raw := range m {
		v.Sort = s
		return v.read(raw)
	}
	return nil
}

func (v *Value) read(raw json.RawMessage) error {
	switch v.Sort {
	case Int, Money:
		return json.Unmarshal(raw, &v.Num)
	case Bool:
		var t bool
		err := json.Unmarshal(raw, &t)
		v.Num = BoolOf(t).Num
		return err
	case Words, Date:
		return json.Unmarshal(raw, &v.Str)
	case List:
		return json.Unmarshal(raw, &v.List)
	case Rows:
		return json.Unmarshal(raw, &v.Rows)
	case None:
	}
	return fmt.Errorf("no sort of value is called %q", v.Sort)
}

// check gives "" when v may stand for the fact, else why not.
func (f Fact) check(v Value) string {
	switch {
	case v.Sort != f.Sort:
		return "standard.why_sort"
	case (v.Sort == Int || v.Sort == Money) && (v.Num < f.Min || v.Num > f.Max):
		return "standard.why_bounds"
	case v.Sort == Bool && v.Num != 0 && v.Num != 1:
		return "standard.why_sort"
	case v.Sort == Date && !validDay(v.Str):
		return "standard.why_date"
	case v.Sort == Words && len(f.Values) > 0 && !slices.ContainsFunc(f.Values, func(c Choice) bool { return c.Value == v.Str }):
		return "standard.why_choice"
	}
	return ""
}

func validDay(s string) bool {
	d := day.Day(s)
	return d.Valid() && len(s) == 10 && s >= "1900-01-01" && s <= "2100-12-31"
}
