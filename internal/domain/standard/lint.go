package standard

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"bangfu/internal/base/fault"
)

// Finding is one thing an author should look at: a fault, without mending which the document is none, or advice.
type Finding struct {
	Line, Col int
	Advice    bool
	Fault     *fault.Fault
}

// Lint reads a document as Parse does and says all that is wrong with it, in the order of its lines; of a document without
// faults it says what its author may not have meant.
func Lint(b []byte) []Finding {
	s, err := Parse(b)
	l := &linter{reader: &reader{}, s: s}
	if err != nil {
		f := fault.Of(err)
		for _, p := range f.Parts {
			line, _ := p.Args[0].(int)
			col, _ := p.Args[1].(int)
			said, _ := p.Args[2].(Said)
			l.all = append(l.all, Finding{line, col, false, said.Fault})
		}
		if len(f.Parts) == 0 {
			l.all = append(l.all, Finding{1, 1, false, f})
		}
	} else {
		l.root = l.object(l.reader.root(b))
		l.text = string(b)
		l.unused()
		l.conditions()
		l.amounts()
	}
	slices.SortStableFunc(l.all, func(a, b Finding) int { return (a.Line-b.Line)*10_000 + a.Col - b.Col })
	return l.all
}

type linter struct {
	*reader
	s    *Standard
	root object
	text string
	all  []Finding
}

func (l *linter) say(line, col int, key string, args ...any) {
	l.all = append(l.all, Finding{line, col, true, fault.New(fault.Invalid, key, args...)})
}

func (l *linter) sayAt(n *yaml.Node, key string, args ...any) {
	if n != nil {
		l.say(n.Line, n.Column, key, args...)
	}
}

// exprs visits every expression of the document.
func (s *Standard) exprs(visit func(*Expr)) {
	some := func(all ...*Expr) {
		for _, e := range all {
			if e != nil {
				visit(e)
			}
		}
	}
	clauses := func(all []Clause) {
		for _, c := range all {
			some(c.When)
		}
	}
	limits := func(all []Limit) {
		for _, x := range all {
			some(x.Most, x.Times)
		}
	}
	for _, d := range s.Derived {
		some(d.Expr)
	}
	clauses(s.Gates)
	clauses(s.Exclusions)
	if s.Classes != nil {
		for _, r := range s.Classes.Rows {
			some(r.When)
		}
	}
	for _, it := range s.Items {
		some(it.When)
		clauses(it.Requires)
		clauses(it.Excludes)
		for _, r := range it.Rows {
			some(r.When, r.Amount, r.Floor, r.Ceiling)
		}
		limits(it.Limits)
		for _, x := range it.Levels {
			some(x.From, x.Above)
		}
		if it.Exception != nil {
			some(it.Exception.Most)
		}
	}
	limits(s.Joint)
	for _, p := range s.Pools {
		some(p.Total)
	}
	for _, d := range s.Documents {
		some(d.When)
	}
}

var slot = regexp.MustCompile(`\{([a-z][a-z0-9_.]*)\}`)

// unused names what is declared and read by nothing, and what a sentence names that is not there.
func (l *linter) unused() {
	read := map[string]bool{l.s.Stacking.AddsTo: true}
	l.s.exprs(func(e *Expr) {
		e.Node.Walk(func(n *Node) {
			read[n.Name] = true
			if n.Op == OpField {
				one, _, _ := strings.Cut(n.Name, ".")
				read[one] = true
			}
		})
	})
	names := map[string]bool{}
	for _, d := range l.s.Derived {
		names[d.Name] = true
	}
	for _, part := range []string{"facts", "parameters", "groups"} {
		o := l.object(l.root.fields[part])
		for _, name := range o.order {
			names[name] = true
			one := name
			if g, ok := l.s.group(name); ok {
				one = g.One
				for _, f := range g.Fields {
					names[g.One+"."+f.Name] = true
				}
			}
			each := slices.ContainsFunc(l.s.Items, func(it Item) bool { return it.Each == name })
			if !read[name] && !read[one] && !each && !strings.Contains(l.text, "{"+name+"}") {
				l.sayAt(o.keys[name], "standard.advice_unused", name)
			}
		}
	}
	for _, n := range l.root.list("pools") {
		code := l.object(n).text("code")
		if !slices.ContainsFunc(l.s.Items, func(it Item) bool { return it.Pool == code }) {
			l.sayAt(n, "standard.advice_unused", code)
		}
	}
	l.slots(l.root.node, names)
}

// slots looks at every sentence under a node for braces that nothing fills.
func (l *linter) slots(n *yaml.Node, names map[string]bool) {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i], n.Content[i+1]
			if (k.Value == "zh" || k.Value == "en") && v.Kind == yaml.ScalarNode {
				for _, m := range slot.FindAllStringSubmatchIndex(v.Value, -1) {
					if name := v.Value[m[2]:m[3]]; !names[name] {
						line, col := l.place(v, len([]rune(v.Value[:m[2]])))
						l.say(line, col, "standard.advice_slot", name)
					}
				}
			}
		}
	}
	for _, c := range n.Content {
		l.slots(c, names)
	}
}

// conditions looks for what can never, or can only hold, and for words that say other than the sign.
func (l *linter) conditions() {
	clause := func(c Clause) {
		if c.When == nil {
			return
		}
		if t, sure := certain(c.When.Node); sure {
			l.say(c.When.Line, c.When.Col, "standard.advice_always", c.Text, BoolOf(t))
		}
		l.strict(c)
	}
	for _, c := range append(slices.Clone(l.s.Gates), l.s.Exclusions...) {
		clause(c)
	}
	for _, g := range l.s.Gates {
		for _, x := range l.s.Exclusions {
			if key(g.When.Node) == key(x.When.Node) {
				l.say(x.When.Line, x.When.Col, "standard.advice_nobody", g.Code, x.Code)
			}
		}
	}
	if l.s.Classes != nil {
		var rows []Clause
		for _, r := range l.s.Classes.Rows {
			clause(r.Clause)
			rows = append(rows, r.Clause)
		}
		if l.s.Classes.Hit == "first" {
			l.shadowed(rows)
		}
	}
	for _, it := range l.s.Items {
		for _, c := range slices.Concat([]Clause{it.Clause}, it.Requires, it.Excludes) {
			clause(c)
		}
		var rows []Clause
		for _, r := range it.Rows {
			if r.When != nil {
				rows = append(rows, r.Clause)
			}
		}
		if it.Hit == "first" {
			l.shadowed(rows)
		}
		l.steps(it)
	}
}

// shadowed names rows that an earlier one always takes first.
func (l *linter) shadowed(rows []Clause) {
	for i, r := range rows {
		for k, before := range rows[:i] {
			t, sure := certain(before.When.Node)
			if key(before.When.Node) == key(r.When.Node) || sure && t {
				l.say(r.When.Line, r.When.Col, "standard.advice_shadowed", i+1, k+1)
				break
			}
		}
	}
}
