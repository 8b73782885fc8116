package form

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
)

// Decode fills a pointer to struct from texts. Faults, each on its field: "form.need", "form.choose", "form.attach"
// (missing), "form.long", "form.short", "form.choice", "form.int", "form.low", "form.high", "form.file.big",
// "form.file.type", "form.file.heic", and those of money.Parse, day.Parse and the ident parsers.
func Decode(values Values, into any) error { return decode(values, nil, into) }

func decode(values Values, files map[string][]File, into any) error {
	v := reflect.ValueOf(into).Elem()
	var bad fault.List
	for _, f := range Describe(v.Type()) {
		to := v.FieldByIndex(f.index)
		var err error
		switch f.Kind {
		case FileIn:
			err = setFiles(f, to, files[f.Name])
		case Picks:
			err = setPicks(f, to, values[f.Name])
		case Bool:
			err = setBool(f, to, values.Get(f.Name))
		default:
			err = setOne(f, to, values.Get(f.Name))
		}
		bad.AddErr(f.Name, err)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if c, ok := into.(Checker); ok {
		return c.Check()
	}
	return nil
}

func invalid(key string, args ...any) error { return fault.New(fault.Invalid, key, args...) }

func (f Field) label() words.Key { return words.Key(f.Label) }

// setOne reads one text. An empty text is "none": the zero value, nil for a pointer.
func setOne(f Field, to reflect.Value, raw string) error {
	s := clean(raw, f.Kind == Area)
	if f.Kind == Secret {
		s = raw // spaces in a secret are the person's own
	}
	to.SetZero()
	if s == "" {
		switch {
		case !f.Need:
			return nil
		case f.Kind == Pick:
			return invalid("form.choose", f.label())
		}
		return invalid("form.need", f.label())
	}
	if n := int64(utf8.RuneCountInString(s)); f.isText() && n > f.Max {
		return invalid("form.long", f.label(), f.Max, n-f.Max)
	}
	if to.Kind() == reflect.Pointer {
		to.Set(reflect.New(to.Type().Elem()))
		to = to.Elem()
	}
	switch f.Kind {
	case Money:
		a, err := money.Parse(s)
		if err != nil {
			return err
		}
		to.SetInt(int64(a))
		return f.within(int64(a))
	case Day:
		d, err := day.Parse(s)
		to.SetString(string(d))
		return err
	case Pick, Hidden:
		if !f.offers(s) {
			return invalid("form.choice", f.label())
		}
	case IDNo, Phone, Card:
		t, err := identify(f.Kind, s)
		to.SetString(t)
		return err
	}
	if to.CanInt() {
		n, err := parseInt(s)
		if err != nil {
			return invalid("form.int", f.label())
		}
		to.SetInt(n)
		return f.within(n)
	}
	if n := int64(utf8.RuneCountInString(s)); n < f.Min {
		return invalid("form.short", f.label(), f.Min)
	}
	to.SetString(s)
	return nil
}

func (f Field) isText() bool { return f.Kind != Money && f.Kind != Int }

// within holds a number to the field's bounds.
func (f Field) within(n int64) error {
	say := func(b int64) any {
		if f.Kind == Money {
			return money.Amount(b)
		}
		return b
	}
	switch {
	case f.Kind == Money && f.Min == 0 && n < 0: // an amount below zero must be asked for by a tag
		return invalid("form.low", f.label(), say(0))
	case f.Min != 0 && n < f.Min:
		return invalid("form.low", f.label(), say(f.Min))
	case f.Max != 0 && n > f.Max:
		return invalid("form.high", f.label(), say(f.Max))
	}
	return nil
}

// offers says whether a value is among the choices. A field whose choices come later takes any; its act checks it.
func (f Field) offers(value string) bool {
	return f.Choices == nil || slices.ContainsFunc(f.Choices, func(c Choice) bool { return c.Value == value })
}

// mostPicks bounds a list of ticked values: a page never shows more rows than this.
const mostPicks = 2000

func setPicks(f Field, to reflect.Value, raw []string) error {
	to.SetZero()
	if len(raw) > mostPicks {
		return invalid("form.many", f.label(), mostPicks)
	}
	out := reflect.MakeSlice(to.Type(), 0, len(raw))
	seen := map[string]bool{}
	for _, r := range raw {
		s := clean(r, false)
		if s == "" || seen[s] {
			continue
		}
		if int64(utf8.RuneCountInString(s)) > f.Max || !f.offers(s) {
			return invalid("form.choice", f.label())
		}
		seen[s] = true
		out = reflect.Append(out, reflect.ValueOf(s).Convert(to.Type().Elem()))
	}
	if out.Len() == 0 {
		if f.Need {
			return invalid("form.choose", f.label())
		}
		return nil
	}
	to.Set(out)
	return nil
}

// setBool reads a tick box: absent is false. A needed one must be ticked, as a promise is. A pointer keeps "not said".
func setBool(f Field, to reflect.Value, raw string) error {
	to.SetZero()
	if raw == "" && to.Kind() == reflect.Pointer && !f.Need {
		return nil
	}
	yes := false
	switch strings.ToLower(raw) {
	case "1", "true", "on", "yes":
		yes = true
	case "", "0", "false", "off", "no":
	default:
		return invalid("form.choice", f.label())
	}
	if to.Kind() == reflect.Pointer {
		if raw == "" {
			return invalid("form.choose", f.label())
		}
		to.Set(reflect.New(to.Type().Elem()))
		to.Elem().SetBool(yes)
		return nil
	}
	to.SetBool(yes)
	if f.Need && !yes {
		return invalid("form.tick", f.label())
	}
	return nil
}

func setFiles(f Field, to reflect.Value, got []File) error {
	to.SetZero()
	if len(got) == 0 {
		if f.Need {
			return invalid("form.attach", f.label())
		}
		return nil
	}
	for _, g := range got {
		switch {
		case g.Size == 0:
			return invalid("form.file.empty", g.Name)
		case g.Size > f.Max:
			return invalid("form.file.big", g.Name, f.Max>>20)
		case g.Type == "image/heic" && !slices.Contains(f.Accept, g.Type):
			return invalid("form.file.heic")
		case len(f.Accept) > 0 && !f.accepts(g):
			return invalid("form.file.type", g.Name, types(f.Accept))
		}
	}
	if f.Many {
		to.Set(reflect.ValueOf(got))
		return nil
	}
	to.Set(reflect.ValueOf(got[0]))
	return nil
}

// accepts takes a type by its bytes, or an ending such as .csv for the kinds that bytes do not tell.
func (f Field) accepts(g File) bool {
	return slices.ContainsFunc(f.Accept, func(a string) bool {
		return a == g.Type || strings.HasPrefix(a, ".") && strings.HasSuffix(strings.ToLower(g.Name), a)
	})
}

// clean drops what no field wants: broken UTF-8, control and invisible direction marks, spaces at the ends. Line breaks
// stay, as \n, only where the field has lines.
func clean(s string, lines bool) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && lines:
			return r
		case r == '\n' || r == '\t' || r == '\u00a0':
			return ' '
		case unicode.Is(unicode.Cc, r) || r == '\ufeff' || r == '\u200b' || r >= '\u202a' && r <= '\u202e' ||
			r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, s)
	return strings.TrimFunc(s, unicode.IsSpace)
}

// parseInt reads whole numbers as people write them: full-width digits, thousands separated.
func parseInt(s string) (int64, error) {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == ',' || r == '，' || unicode.IsSpace(r):
			return -1
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		}
		return r
	}, s)
	return strconv.ParseInt(s, 10, 64)
}

// types says which sorts of file are taken, as people call them.
func types(accept []string) string {
	called := map[string]string{"image/jpeg": "JPG", "image/png": "PNG", "application/pdf": "PDF", "text/csv": "CSV",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX"}
	var out []string
	for _, a := range accept {
		name := called[a]
		if name == "" {
			name = strings.ToUpper(strings.TrimPrefix(a, "."))
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}
