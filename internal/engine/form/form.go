// Package form reads what people post into typed structs and describes those structs, so that a form, an API operation
// and a fuzz target come from one definition. It checks shape only; whether a thing may be done is the act's to say.
//
// A field is a struct field with tags:
//
//	Amount money.Amount `form:"amount" label:"申请金额" unit:"元" need:"true" min:"0.01" max:"50000"`
//
// form names it (a field without it is not read); label, hint, unit and the words of choices are catalogue keys; kind
// is one of Kinds and follows from the type when left out; max is characters for text, yuan for money, MiB for files.
package form

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
)

// Kind says how a field is typed in and checked.
type Kind string

// The kinds of fields.
const (
	Text    Kind = "text"
	Area    Kind = "area"
	Money   Kind = "money"
	Day     Kind = "day"
	Int     Kind = "int"
	Bool    Kind = "bool"
	Pick    Kind = "choice"
	Picks   Kind = "choices"
	FileIn  Kind = "file"
	Secret  Kind = "secret"
	IDNo    Kind = "id"
	Phone   Kind = "phone"
	Card    Kind = "card"
	Hidden  Kind = "hidden"
	OneTime Kind = "code"
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{Text, Area, Money, Day, Int, Bool, Pick, Picks, FileIn, Secret, IDNo, Phone, Card, Hidden, OneTime}
}

// KeyName and VersionName are the names of the two hidden inputs every editing form may carry: the idempotency key and
// the version of the record that was on the screen.
const (
	KeyName     = "_key"
	VersionName = "_version"
)

// Choice is one answer to pick. Label and Hint are catalogue keys.
type Choice struct {
	Value, Label, Hint string
}

// Chooser is a string type that knows all its values, in menu order.
type Chooser interface {
	Choices() []Choice
}

// Field describes one input. Label, Hint and Unit are catalogue keys, not yet in a language.
type Field struct {
	Name, Label, Hint, Unit string
	Kind                    Kind
	Need                    bool
	Min, Max                int64 // characters (text), fen (money), the number (int), bytes (file); 0 is no bound, Max of texts is never 0
	Choices                 []Choice
	Auto                    string // the autocomplete token
	Accept                  []string
	Many                    bool // several files
	Group                   string
	index                   []int
	optional                bool // a pointer: empty stays nil
}

// Describe lists the fields of a struct type in order; embedded structs are walked. It panics on a tag it cannot
// understand, which is a mistake of the program and is met by the first test that touches the type.
func Describe(t reflect.Type) []Field {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		panic(fmt.Sprintf("form: %s is not a struct", t))
	}
	var all []Field
	for i := range t.NumField() {
		sf := t.Field(i)
		if sf.Anonymous && sf.Type.Kind() == reflect.Struct {
			for _, f := range Describe(sf.Type) {
				f.index = append([]int{i}, f.index...)
				all = append(all, f)
			}
			continue
		}
		if name := sf.Tag.Get("form"); name != "" && name != "-" {
			f := describe(sf)
			f.index = []int{i}
			all = append(all, f)
		}
	}
	return all
}

// Of describes the fields of T.
func Of[T any]() []Field { return Describe(reflect.TypeFor[T]()) }

// Name gives the field of that name, and whether there is one.
func Name(all []Field, name string) (Field, bool) {
	i := slices.IndexFunc(all, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return all[i], true
}

// With gives the fields with the choices of one of them set, for lists that come from the database.
func With(all []Field, name string, choices []Choice) []Field {
	all = slices.Clone(all)
	for i := range all {
		if all[i].Name == name {
			all[i].Choices = choices
		}
	}
	return all
}

func describe(sf reflect.StructField) Field {
	f := Field{
		Name: sf.Tag.Get("form"), Label: sf.Tag.Get("label"), Hint: sf.Tag.Get("hint"), Unit: sf.Tag.Get("unit"),
		Kind: Kind(sf.Tag.Get("kind")), Need: sf.Tag.Get("need") == "true", Auto: sf.Tag.Get("auto"),
		Group: sf.Tag.Get("group"),
	}
	t := sf.Type
	if t.Kind() == reflect.Pointer {
		f.optional, t = true, t.Elem()
	}
	if a := sf.Tag.Get("accept"); a != "" {
		f.Accept = strings.Split(a, ",")
	}
	f.Choices = choicesOf(t, sf.Tag.Get("choices"))
	f.Many = t == reflect.TypeFor[[]File]()
	if f.Kind == "" {
		f.Kind = kindOf(t, f.Choices)
	}
	if !slices.Contains(Kinds(), f.Kind) || !fits(f.Kind, t) {
		panic(fmt.Sprintf("form: field %s: kind %q does not fit %s", sf.Name, f.Kind, t))
	}
	f.Min, f.Max = bound(f.Kind, sf.Tag.Get("min")), bound(f.Kind, sf.Tag.Get("max"))
	if f.Max == 0 {
		f.Max = defaultMax(f.Kind)
	}
	return f
}

// choicesOf reads `choices:"yes=是|no=否"`, else asks the type or its element.
func choicesOf(t reflect.Type, tag string) []Choice {
	if tag != "" {
		var all []Choice
		for part := range strings.SplitSeq(tag, "|") {
			value, label, ok := strings.Cut(part, "=")
			if !ok {
				label = value
			}
			all = append(all, Choice{Value: value, Label: label})
		}
		return all
	}
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if c, ok := reflect.Zero(t).Interface().(Chooser); ok {
		return c.Choices()
	}
	return nil
}

func kindOf(t reflect.Type, choices []Choice) Kind {
	switch {
	case t == reflect.TypeFor[money.Amount]():
		return Money
	case t == reflect.TypeFor[day.Day]():
		return Day
	case t == reflect.TypeFor[File]() || t == reflect.TypeFor[[]File]():
		return FileIn
	case t.Kind() == reflect.Bool:
		return Bool
	case t.Kind() == reflect.Int64 || t.Kind() == reflect.Int:
		return Int
	case t.Kind() == reflect.Slice:
		return Picks
	case choices != nil:
		return Pick
	}
	return Text
}

// fits says whether a Go type can hold a kind.
func fits(k Kind, t reflect.Type) bool {
	switch k {
	case Money:
		return t == reflect.TypeFor[money.Amount]()
	case Day:
		return t == reflect.TypeFor[day.Day]()
	case FileIn:
		return t == reflect.TypeFor[File]() || t == reflect.TypeFor[[]File]()
	case Bool:
		return t.Kind() == reflect.Bool
	case Int:
		return t.Kind() == reflect.Int64 || t.Kind() == reflect.Int
	case Picks:
		return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String
	case Hidden:
		return t.Kind() == reflect.String || t.Kind() == reflect.Int64 || t.Kind() == reflect.Int
	}
	return t.Kind() == reflect.String
}

// bound reads a min or max tag in the kind's unit. Money is written in yuan and kept in fen, files in MiB kept in bytes.
func bound(k Kind, tag string) int64 {
	if tag == "" {
		return 0
	}
	if k == Money {
		a, err := money.Parse(tag)
		if err != nil {
			panic("form: bound " + strconv.Quote(tag) + " is not money")
		}
		return int64(a)
	}
	n, err := strconv.ParseInt(tag, 10, 64)
	if err != nil {
		panic("form: bound " + strconv.Quote(tag) + " is not a number")
	}
	if k == FileIn {
		n <<= 20
	}
	return n
}

func defaultMax(k Kind) int64 {
	switch k {
	case Text, Hidden, Secret, Pick, Picks:
		return 200
	case Area:
		return 2000
	case IDNo, Phone, Card, OneTime, Day:
		return 40
	case FileIn:
		return 10 << 20
	}
	return 0
}
