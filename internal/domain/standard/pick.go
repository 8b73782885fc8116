package standard

import (
	"math/big"
	"regexp"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
)

// Subject is one thing a condition can be about: a fact, a derived figure, or the class found.
type Subject struct {
	Name   string
	Sort   Sort
	Text   Text
	Unit   string // whose: person, household, event …; "" for the document's own figures
	Values []Choice
}

// Pick is one line of a condition as it is picked from lists. Op is one of Ops. Value is yuan, a count, a day, or the words of
// values with 、 between. Of names a parameter or derived figure to compare with; Value is then how many times it, "" for once.
type Pick struct{ Fact, Op, Value, Of string }

// Picks is a condition picked from lists: all tests must hold, or with Any one of them.
type Picks struct {
	Any   bool
	Lines []Pick
}

// Ops are the comparisons in menu order.
func Ops() []string { return []string{"lt", "le", "eq", "ne", "ge", "gt", "is", "not", "in", "out"} }

var opSigns = map[string]string{"lt": "<", "le": "<=", "eq": "==", "ne": "!=", "ge": ">=", "gt": ">"}

// Subjects lists what a condition of a document can be about: what it declares itself, and the published vocabulary. each is the
// group whose elements an item is judged for, "" for none.
func Subjects(s *Standard, each string) ([]Subject, error) {
	v, err := Published()
	if err != nil {
		return nil, err
	}
	var out []Subject
	add := func(x Subject) {
		if x.Sort != Rows && x.Sort != List && !slices.ContainsFunc(out, func(o Subject) bool { return o.Name == x.Name }) {
			out = append(out, x)
		}
	}
	if s.Classes != nil {
		c := Subject{Name: "class", Sort: Words, Text: Text{Zh: "认定的类别", En: "the class found"}}
		for _, r := range s.Classes.Rows {
			c.Values = append(c.Values, Choice{r.Class, r.Text})
		}
		add(c)
	}
	for _, g := range slices.Concat(s.Groups, v.Groups) {
		for _, f := range g.Fields {
			if g.Name == each {
				add(Subject{g.One + "." + f.Name, f.Sort, f.Text, g.One, f.Values})
			}
		}
	}
	for _, d := range s.Derived {
		add(Subject{Name: d.Name, Sort: d.Expr.Node.Sort, Text: worded(d.Text, d.Name)})
	}
	for _, f := range slices.Concat(s.Facts, v.Facts) {
		if !strings.Contains(f.Name, ".") && f.Name != "today" {
			add(Subject{f.Name, f.Sort, f.Text, f.Unit, f.Values})
		}
	}
	return out, nil
}

func worded(t Text, name string) Text {
	if t == (Text{}) {
		return Text{Zh: name, En: name}
	}
	return t
}

// Measures lists what a subject can be measured by besides a plain figure: the parameters and derived figures of the document.
func Measures(s *Standard) []Subject {
	var out []Subject
	for _, p := range s.Parameters {
		out = append(out, Subject{Name: p.Name, Sort: p.Sort, Text: worded(p.Text, p.Name)})
	}
	for _, d := range s.Derived {
		out = append(out, Subject{Name: d.Name, Sort: d.Expr.Node.Sort, Text: worded(d.Text, d.Name)})
	}
	return out
}

// Write gives the expression of a condition; "" for none. A line without a fact is passed over. Faults, at "fact.N", "op.N",
// "value.N" and "of.N" counted from 0: "standard.pick_fact", "standard.pick_op", "standard.pick_value" with what may stand there.
func (p Picks) Write(s *Standard, each string) (string, error) {
	all, err := Subjects(s, each)
	if err != nil {
		return "", err
	}
	var bad fault.List
	var out []string
	for i, t := range p.Lines {
		if t.Fact == "" {
			continue
		}
		at := slices.IndexFunc(all, func(x Subject) bool { return x.Name == t.Fact })
		if at < 0 {
			bad.Add(place("fact", i), "standard.pick_fact")
			continue
		}
		text, f := t.write(all[at], Measures(s))
		if f != nil {
			bad.Add(place(f.Field, i), f.Key, f.Args...)
		}
		out = append(out, text)
	}
	between := " && "
	if p.Any {
		between = " || "
	}
	return strings.Join(out, between), bad.Err()
}

func place(field string, i int) string { return field + "." + string(rune('0'+i)) }

func (t Pick) write(x Subject, measures []Subject) (string, *fault.Fault) {
	wrongOp := fault.New(fault.Invalid, "standard.pick_op", x.Text, Key("sort", string(x.Sort))).At("op")
	if x.Sort == Bool {
		switch t.Op {
		case "is":
			return x.Name, nil
		case "not":
			return "!" + x.Name, nil
		}
		return "", wrongOp
	}
	if t.Of != "" {
		at := slices.IndexFunc(measures, func(m Subject) bool { return m.Name == t.Of })
		if at < 0 {
			return "", fault.New(fault.Invalid, "standard.pick_fact").At("of")
		}
		return t.measured(x, measures[at], wrongOp)
	}
	switch x.Sort {
	case Words:
		return t.words(x, wrongOp)
	case Money, Int, Date:
	case None, Bool, List, Rows:
		return "", wrongOp
	}
	sign, ok := opSigns[t.Op]
	if !ok {
		return "", wrongOp
	}
	value, ok := writtenAs(x.Sort, t.Value)
	if !ok {
		return "", fault.New(fault.Invalid, "standard.pick_value", Key("sort", string(x.Sort))).At("value")
	}
	return x.Name + " " + sign + " " + value, nil
}

// writtenAs writes a figure or day as the document has it.
func writtenAs(s Sort, text string) (string, bool) {
	text = strings.TrimSpace(text)
	switch s {
	case Money:
		a, err := money.Parse(text)
		if err != nil || text == "" {
			return "", false
		}
		if whole, ok := strings.CutSuffix(a.Plain(), ".00"); ok {
			return "yuan(" + whole + ")", true
		}
		return `yuan("` + a.Plain() + `")`, true
	case Int:
		return text, regexp.MustCompile(`^[0-9]{1,9}$`).MatchString(text)
	case Date:
		if len(text) == 8 && !strings.Contains(text, "-") {
			text = text[:4] + "-" + text[4:6] + "-" + text[6:]
		}
		return "'" + text + "'", day.Day(text).Valid()
	case None, Bool, Words, List, Rows:
	}
	return "", false
}

// measured compares with so many times a parameter, by whole numbers: income below 1.5 times the line is income × 2 < line × 3.
func (t Pick) measured(x, m Subject, wrongOp *fault.Fault) (string, *fault.Fault) {
	sign, ok := opSigns[t.Op]
	if m.Sort == List && x.Sort == Words && (t.Op == "in" || t.Op == "out") {
		if t.Op == "out" {
			return "!(" + x.Name + " in " + m.Name + ")", nil
		}
		return x.Name + " in " + m.Name, nil
	}
	if !ok || x.Sort != m.Sort || x.Sort != Money && x.Sort != Int && x.Sort != Date {
		return "", wrongOp
	}
	times := new(big.Rat).SetInt64(1)
	if v := strings.TrimSuffix(strings.TrimSpace(t.Value), "倍"); v != "" {
		if _, ok = times.SetString(v); !ok || !multiple.MatchString(v) || times.Sign() <= 0 || x.Sort == Date {
			return "", fault.New(fault.Invalid, "standard.pick_times").At("value")
		}
	}
	return by(x.Name, times.Denom()) + " " + sign + " " + by(m.Name, times.Num()), nil
}

var multiple = regexp.MustCompile(`^[0-9]{1,4}(\.[0-9]{1,3})?$`)

func by(name string, n *big.Int) string {
	if n.IsInt64() && n.Int64() == 1 {
		return name
	}
	return name + " * " + n.String()
}

// words compares with one or several of the values of a text; they may be given by their words.
func (t Pick) words(x Subject, wrongOp *fault.Fault) (string, *fault.Fault) {
	var values []string
	for _, v := range strings.FieldsFunc(t.Value, func(r rune) bool { return strings.ContainsRune("、,，;； ", r) }) {
		at := slices.IndexFunc(x.Values, func(c Choice) bool { return c.Value == v || c.Text.Zh == v || strings.EqualFold(c.Text.En, v) })
		switch {
		case at >= 0:
			v = x.Values[at].Value
		case len(x.Values) > 0, strings.ContainsAny(v, `'"\`):
			return "", fault.New(fault.Invalid, "standard.pick_one_of", ValuesText(x.Values)).At("value")
		}
		values = append(values, "'"+v+"'")
	}
	if len(values) == 0 {
		return "", fault.New(fault.Invalid, "standard.pick_one_of", ValuesText(x.Values)).At("value")
	}
	one, many := x.Name+" == "+values[0], x.Name+" in ["+strings.Join(values, ", ")+"]"
	switch {
	case (t.Op == "eq" || t.Op == "in" || t.Op == "is") && len(values) == 1:
		return one, nil
	case (t.Op == "ne" || t.Op == "out" || t.Op == "not") && len(values) == 1:
		return x.Name + " != " + values[0], nil
	case t.Op == "in" || t.Op == "eq" || t.Op == "is":
		return many, nil
	case t.Op == "out" || t.Op == "ne" || t.Op == "not":
		return "!(" + many + ")", nil
	}
	return "", wrongOp
}

// ValuesText says the values of a text fact by their words, so that it can stand in a fault.
type ValuesText []Choice

// Say joins the words.
func (v ValuesText) Say(l words.Lang) string {
	var out []string
	for _, c := range v {
		out = append(out, c.Text.Say(l))
	}
	if l == words.En {
		return strings.Join(out, ", ")
	}
	return strings.Join(out, "、")
}

const pickName = `([a-z][a-z0-9_.]*)`

var (
	pickBool   = regexp.MustCompile(`^(!?)` + pickName + `$`)
	pickFigure = regexp.MustCompile(`^` + pickName + ` (<|<=|==|!=|>=|>) (?:yuan\("?([0-9.]+)"?\)|([0-9]+)|'([0-9-]+)')$`)
	pickTimes  = regexp.MustCompile(`^` + pickName + `(?: \* ([0-9]{1,9}))? (<|<=|==|!=|>=|>) ` + pickName + `(?: \* ([0-9]{1,9}))?$`)
	pickWord   = regexp.MustCompile(`^` + pickName + ` (==|!=) '([^']*)'$`)
	pickWords  = regexp.MustCompile(`^(!?)\(?` + pickName + ` in (?:\[('[^\]]*')\]|` + pickName + `)\)?$`)
)

// ReadPicks gives the lines of an expression; false where it is not one that lists can say, so that only its text can be changed.
// What it gives writes the same expression again.
func ReadPicks(s *Standard, each, expr string) (Picks, bool) {
	p := Picks{Any: strings.Contains(expr, "||")}
	between := "&&"
	if p.Any {
		between = "||"
	}
	for part := range strings.SplitSeq(expr, between) {
		t, ok := readPick(strings.TrimSpace(part))
		if !ok {
			return Picks{}, false
		}
		p.Lines = append(p.Lines, t)
	}
	again, err := p.Write(s, each)
	return p, err == nil && squeezed(again) == squeezed(expr)
}

func squeezed(expr string) string {
	return strings.ReplaceAll(strings.ReplaceAll(expr, " ", ""), `"`, "")
}

func readPick(part string) (Pick, bool) {
	op := func(sign string) string {
		for _, o := range Ops() {
			if opSigns[o] == sign {
				return o
			}
		}
		return ""
	}
	if m := pickBool.FindStringSubmatch(part); m != nil {
		return Pick{Fact: m[2], Op: map[string]string{"": "is", "!": "not"}[m[1]]}, true
	}
	if m := pickFigure.FindStringSubmatch(part); m != nil {
		return Pick{Fact: m[1], Op: op(m[2]), Value: m[3] + m[4] + m[5]}, true
	}
	if m := pickWord.FindStringSubmatch(part); m != nil {
		return Pick{Fact: m[1], Op: op(m[2]), Value: m[3]}, true
	}
	if m := pickWords.FindStringSubmatch(part); m != nil {
		t := Pick{Fact: m[2], Op: map[string]string{"": "in", "!": "out"}[m[1]], Of: m[4]}
		t.Value = strings.ReplaceAll(strings.ReplaceAll(m[3], "'", ""), ", ", "、")
		return t, true
	}
	if m := pickTimes.FindStringSubmatch(part); m != nil {
		t := Pick{Fact: m[1], Op: op(m[3]), Of: m[4]}
		num, den := m[5], m[2]
		if num+den != "" {
			r, ok := new(big.Rat).SetString(orOne(num) + "/" + orOne(den))
			if !ok {
				return t, false
			}
			t.Value = strings.TrimRight(strings.TrimRight(r.FloatString(3), "0"), ".")
		}
		return t, true
	}
	return Pick{}, false
}

func orOne(s string) string {
	if s == "" {
		return "1"
	}
	return s
}
