package standard

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
)

// biggest is the most bytes of a document or of a cases file.
const biggest = 1 << 20

// reader walks a YAML tree strictly: an unknown, doubled or missing field, an alias, a wrong shape are faults with their
// line and column. It gathers them, so that the author sees all at once.
type reader struct {
	faults []*fault.Fault
	lines  [][]rune // the text, to find a character's place
}

// mostFaults is where gathering stops: a file this wrong is not read line by line.
const mostFaults = 50

func (r *reader) add(n *yaml.Node, key string, args ...any) {
	r.addErr(n, fault.New(fault.Invalid, key, args...))
}

// addErr puts a fault at a node's place.
func (r *reader) addErr(n *yaml.Node, err error) {
	if len(r.faults) < mostFaults {
		line, col, p := n.Line, n.Column, placed{}
		if errors.As(err, &p) {
			line, col = r.place(n, p.at)
		}
		r.faults = append(r.faults, fault.New(fault.Invalid, "standard.at", line, col, Said{fault.Of(err)}).At(fmt.Sprintf("%d:%d", line, col)))
	}
}

func (r *reader) err() error {
	if len(r.faults) == 0 {
		return nil
	}
	return &fault.Fault{Kind: fault.Invalid, Key: "standard.faults", Args: []any{len(r.faults), Said{r.faults[0]}}, Parts: r.faults}
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// root parses the bytes into the one mapping of a document.
func (r *reader) root(b []byte) *yaml.Node {
	var doc yaml.Node
	at := &yaml.Node{Line: 1, Column: 1}
	if len(b) > biggest {
		r.add(at, "standard.too_big", biggest)
		return nil
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		r.lines = append(r.lines, []rune(line))
	}
	if err := yaml.Unmarshal(b, &doc); err != nil {
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			at.Line, _ = strconv.Atoi(m[1])
		}
		if here := r.lines[min(max(at.Line, 1), len(r.lines))-1]; slices.Contains(here, '\t') {
			at.Column = slices.Index(here, '\t') + 1
		} else if i := strings.LastIndex(string(here), ": "); i > 0 && strings.Contains(err.Error(), "mapping values") {
			at.Column = len([]rune(string(here)[:i])) + 1
		}
		r.addErr(at, yamlFault(err.Error()))
		return nil
	}
	if len(doc.Content) != 1 {
		r.add(at, "standard.empty")
		return nil
	}
	return doc.Content[0]
}

// object is a mapping in hand, with the fields it has.
type object struct {
	r      *reader
	node   *yaml.Node
	fields map[string]*yaml.Node
	order  []string
	keys   map[string]*yaml.Node
}

// object opens a mapping that may hold the known fields only; no names means any field.
func (r *reader) object(n *yaml.Node, known ...string) object {
	o := object{r: r, node: n, fields: map[string]*yaml.Node{}, keys: map[string]*yaml.Node{}}
	if n == nil {
		o.node = &yaml.Node{}
		return o
	}
	if n.Kind != yaml.MappingNode {
		if n.Tag != "!!null" {
			r.add(n, "standard.not_mapping")
		}
		return o
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		switch {
		case k.Kind != yaml.ScalarNode:
			r.add(k, "standard.not_text")
		case o.fields[k.Value] != nil:
			r.add(k, "standard.twice", k.Value)
		case len(known) > 0 && !slices.Contains(known, k.Value):
			if like := near(k.Value, known); like != "" {
				r.add(k, "standard.field_near", k.Value, like)
			} else {
				r.add(k, "standard.field", k.Value, strings.Join(known, ", "))
			}
		default:
			o.fields[k.Value], o.keys[k.Value] = v, k
			o.order = append(o.order, k.Value)
		}
	}
	return o
}

func (o object) has(key string) bool { return o.fields[key] != nil }

// text reads a plain scalar; what YAML would call a number or a truth is taken as it is written.
func (o object) text(key string) string {
	n := o.fields[key]
	if n == nil || n.Tag == "!!null" {
		return ""
	}
	return o.r.scalar(n)
}

func (r *reader) scalar(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		r.add(n, "standard.not_text")
		return ""
	}
	if !strings.HasPrefix(n.Tag, "!!") { // "!x" unquoted is a YAML tag, and the condition would be lost
		r.add(n, "standard.quote")
		return ""
	}
	return strings.TrimSpace(n.Value)
}

// need is text that must be there.
func (o object) need(key string) string {
	s := o.text(key)
	if s == "" {
		o.r.add(o.node, "standard.missing", key)
	}
	return s
}

// choice reads one of the allowed words; the first of them where the field is absent.
func (o object) choice(key string, allowed ...string) string {
	if !o.has(key) {
		return allowed[0]
	}
	s := o.text(key)
	if !slices.Contains(allowed, s) {
		o.r.add(o.fields[key], "standard.choice", s, strings.Join(allowed, ", "))
		return allowed[0]
	}
	return s
}

func (o object) whole(key string, least, most, otherwise int64) int64 {
	if !o.has(key) {
		return otherwise
	}
	s := o.text(key)
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil || v < least || v > most {
		o.r.add(o.fields[key], "standard.whole", s, least, most)
		return otherwise
	}
	return v
}

func (o object) flag(key string, otherwise bool) bool {
	if !o.has(key) {
		return otherwise
	}
	switch strings.ToLower(o.text(key)) {
	case "true", "yes", "是":
		return true
	case "false", "no", "否":
		return false
	}
	o.r.add(o.fields[key], "standard.truth", o.text(key))
	return otherwise
}

func (o object) day(key string) day.Day {
	s := o.text(key)
	if s == "" {
		return ""
	}
	if !validDay(s) {
		o.r.add(o.fields[key], "standard.day", s)
	}
	return day.Day(s)
}

// list gives the elements of a sequence; a single scalar stands for a list of one.
func (o object) list(key string) []*yaml.Node {
	n := o.fields[key]
	switch {
	case n == nil || n.Tag == "!!null":
		return nil
	case n.Kind == yaml.SequenceNode:
		return n.Content
	case n.Kind == yaml.ScalarNode:
		return []*yaml.Node{n}
	}
	o.r.add(n, "standard.not_list")
	return nil
}

func (o object) texts(key string) (all []string) {
	for _, n := range o.list(key) {
		all = append(all, o.r.scalar(n))
	}
	return all
}

var codeShape = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)

// code reads a short name of the document's own: small letters, digits and _.
func (o object) code(key string) string {
	s := o.need(key)
	if s != "" && !codeShape.MatchString(s) {
		o.r.add(o.fields[key], "standard.code", s)
	}
	return s
}

// value reads a written value of a sort: yuan for money, true or false, a day, a text, a list.
func (r *reader) value(n *yaml.Node, s Sort) Value {
	if n == nil || n.Tag == "!!null" {
		return Value{}
	}
	if s == List {
		v := Value{Sort: List, List: []string{}}
		for _, e := range (object{r: r, fields: map[string]*yaml.Node{"": n}}).list("") {
			v.List = append(v.List, r.scalar(e))
		}
		return v
	}
	t := r.scalar(n)
	var err error
	v := Value{Sort: s, Str: t}
	switch s {
	case Money:
		var a money.Amount
		a, err = money.Parse(t)
		v = MoneyOf(a)
	case Int:
		v.Str = ""
		v.Num, err = strconv.ParseInt(t, 10, 64)
	case Bool:
		o := object{r: r, fields: map[string]*yaml.Node{"": n}}
		return BoolOf(o.flag("", false))
	case Date:
		if !validDay(t) {
			r.add(n, "standard.day", t)
		}
	case Words:
	case None, List, Rows:
		r.add(n, "standard.not_value", t)
	}
	if err != nil {
		r.add(n, "standard.bad_value", t, Key("sort", string(s)))
	}
	return v
}
