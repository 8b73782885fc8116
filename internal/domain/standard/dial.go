package standard

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
)

// Dial is one figure of a document that can be changed without touching its words: a parameter, an amount, a bound in a
// condition. Key names it by its place ("n34_12") and stays as long as what stands before it on its line does.
type Dial struct {
	Key   string
	Part  string // the field it stands in: value, floor, ceiling, amount, most, times, when …
	Of    Text   // the parameter, item or clause it belongs to
	Expr  string // the expression it is part of; "" when it stands alone
	Money bool   // yuan; a plain number otherwise
	Rate  bool   // with a % behind it
	Text  string // as written
	line  int    // from 0
	col   int    // from 0, in characters
}

// Bound reports whether the figure decides who is in rather than how much is given.
func (d Dial) Bound() bool { return d.Part == "when" || d.Part == "value" }

// dialFields are the fields whose content is a figure or an expression with figures; true where a bare figure is money.
func dialFields() map[string]bool {
	return map[string]bool{"floor": true, "ceiling": true, "amount": true, "most": true, "total": true, "from": true, "above": true, "upto": true,
		"times": false, "rate": false, "value": false, "when": false}
}

var (
	figure = regexp.MustCompile(`'[^']*'|"[^"]*"|yuan\(\s*"?([0-9][0-9.]*)"?\s*\)|[A-Za-z_][A-Za-z0-9_.]*|([0-9]+(?:\.[0-9]+)?)`)
	alone  = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?%?$`)
)

// Dials lists the figures of a document in the order they are written, without those that are arithmetic (12 months, 100
// per cent). A document that Parse refuses has none.
func Dials(body string) []Dial {
	s, err := Parse([]byte(body))
	if err != nil {
		return nil
	}
	var doc yaml.Node
	if yaml.Unmarshal([]byte(body), &doc) != nil || len(doc.Content) == 0 {
		return nil
	}
	f := &dialer{s: s}
	for line := range strings.SplitSeq(body, "\n") {
		f.lines = append(f.lines, []rune(line))
	}
	f.mapping(doc.Content[0], "", Text{})
	slices.SortStableFunc(f.all, func(a, b Dial) int { return (a.line-b.line)*10_000 + a.col - b.col })
	return f.all
}

// dialer goes through a document and gathers its figures.
type dialer struct {
	s     *Standard
	lines [][]rune
	all   []Dial
}

// mapping looks at the fields of one mapping; under is the field it stands in, of whose it is.
func (f *dialer) mapping(n *yaml.Node, under string, of Text) {
	of = f.named(n, of)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i].Value, n.Content[i+1]
		_, wanted := dialFields()[key]
		switch {
		case slices.Contains([]string{"facts", "groups", "documents", "notes", "valid", "source"}, key):
		case v.Kind == yaml.ScalarNode && under == "parameters":
			f.scalar(v, Dial{Part: "value", Of: f.parameter(key), Money: f.sortOf(key) == Money})
		case v.Kind == yaml.ScalarNode && under == "derived":
			f.scalar(v, Dial{Part: "value", Of: Text{Zh: key}})
		case v.Kind == yaml.ScalarNode && wanted && n.Kind == yaml.MappingNode:
			f.scalar(v, Dial{Part: key, Of: of, Money: dialFields()[key] || strings.HasPrefix(under, "parameter ") && f.sortOf(under[len("parameter "):]) == Money})
		case v.Kind == yaml.MappingNode && under == "parameters":
			f.mapping(v, "parameter "+key, f.parameter(key))
		case v.Kind == yaml.MappingNode:
			f.mapping(v, key, or(of, under == "derived", key))
		case v.Kind == yaml.SequenceNode:
			for _, e := range v.Content {
				if e.Kind == yaml.MappingNode {
					f.mapping(e, key, of)
				}
			}
		}
	}
}

func or(of Text, own bool, name string) Text {
	if own {
		return Text{Zh: name}
	}
	return of
}

// named gives the words of a mapping: its own, else those it stands under.
func (f *dialer) named(n *yaml.Node, of Text) Text {
	own := Text{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch k := n.Content[i].Value; {
		case k == "zh":
			own.Zh = n.Content[i+1].Value
		case k == "en":
			own.En = n.Content[i+1].Value
		}
	}
	if own == (Text{}) {
		return of
	}
	return own
}

func (f *dialer) parameter(name string) Text {
	for _, p := range f.s.Parameters {
		if p.Name == name && p.Text != (Text{}) {
			return p.Text
		}
	}
	return Text{Zh: name}
}

func (f *dialer) sortOf(name string) Sort {
	for _, p := range f.s.Parameters {
		if p.Name == name {
			return p.Value.Sort
		}
	}
	return None
}

// scalar takes the figures of one written value. One that is broken over lines or escaped is left alone: what stands in
// the document would not be what is read.
func (f *dialer) scalar(n *yaml.Node, d Dial) {
	d.line, d.col = n.Line-1, n.Column-1
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		d.col++
	}
	if d.line >= len(f.lines) || d.col > len(f.lines[d.line]) || !strings.HasPrefix(string(f.lines[d.line][d.col:]), n.Value) || n.Value == "" {
		return
	}
	if alone.MatchString(n.Value) {
		d.Text, d.Rate = strings.TrimSuffix(n.Value, "%"), strings.HasSuffix(n.Value, "%")
		f.add(d)
		return
	}
	if validDay(n.Value) {
		return
	}
	d.Expr = n.Value
	for _, at := range figure.FindAllStringSubmatchIndex(n.Value, -1) {
		one := d
		switch {
		case at[2] >= 0:
			one.Money, one.Text, at[0] = true, n.Value[at[2]:at[3]], at[2]
		case at[4] >= 0:
			one.Money, one.Text = false, n.Value[at[4]:at[5]]
			if arithmetic(n.Value[:at[4]], one.Text) {
				continue
			}
		default:
			continue
		}
		if one.Text == "0" {
			continue
		}
		one.col += len([]rune(n.Value[:at[0]]))
		f.add(one)
	}
}

func (f *dialer) add(d Dial) {
	d.Key = fmt.Sprintf("n%d_%d", d.line+1, d.col+1)
	f.all = append(f.all, d)
}

// arithmetic reports a number that says how to count, not where the line is.
func arithmetic(before, n string) bool {
	switch n {
	case "12", "100":
		return true
	case "1":
		before = strings.TrimRight(before, " ")
		return !strings.HasSuffix(before, "<") && !strings.HasSuffix(before, ">") && !strings.HasSuffix(before, "=")
	}
	return false
}

// Turn writes figures into a document, by the keys of Dials; "" leaves one as it is. Everything else stays to the letter.
// Faults: "standard.dial" at the field of each that is no figure, those of Parse for a document that then makes no sense.
func Turn(body string, set map[string]string) (string, error) {
	var bad fault.List
	var lines [][]rune
	for line := range strings.SplitSeq(body, "\n") {
		lines = append(lines, []rune(line))
	}
	all := Dials(body)
	slices.Reverse(all) // from the end, so that no place moves
	for _, d := range all {
		text, ok := d.Read(set[d.Key])
		if !ok {
			bad.Add(d.Key, "standard.dial")
			continue
		}
		if text != d.Text {
			lines[d.line] = slices.Replace(lines[d.line], d.col, d.col+len([]rune(d.Text)), []rune(text)...)
		}
	}
	if err := bad.Err(); err != nil {
		return "", err
	}
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = string(l)
	}
	body = strings.Join(out, "\n")
	_, err := Parse([]byte(body))
	return body, err
}

// Read takes a figure as people write it; "" is the figure as it stands.
func (d Dial) Read(text string) (string, bool) {
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "%"))
	switch {
	case text == "" || text == d.Text:
		return d.Text, true
	case d.Money:
		a, err := money.Parse(text)
		if err != nil || a < 0 {
			return "", false
		}
		return strings.TrimSuffix(a.Plain(), ".00"), true
	case d.Rate:
		return text, alone.MatchString(text) && !strings.HasPrefix(text, "-")
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return strconv.FormatInt(n, 10), err == nil && n >= 0
}

var versionLine = regexp.MustCompile(`(?m)^version:[ \t]*[0-9]+`)

// Renumber gives the document another version number; everything else stays.
func Renumber(body string, version int64) string {
	return versionLine.ReplaceAllLiteralString(body, "version: "+strconv.FormatInt(version, 10))
}
