package standard

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"bangfu/internal/base/money"
)

// Cases is a file of worked families and what a standard must say of each.
type Cases struct {
	Standard string
	Families []Family
}

// Family is one worked family: what is known, what is asked, what must come out.
type Family struct {
	Name   string
	Line   int
	Facts  Facts
	Refs   Refs
	Asks   []Ask
	Expect Expectation
}

// Ask is a set of requests proposed together, and the fault expected: "" when allowed, else the key without "standard.".
type Ask struct {
	Requests []Request
	Refused  string
	Total    *money.Amount
}

// Expectation holds what the author wrote; what is absent is not compared.
type Expectation struct {
	Outcome string
	Class   *string
	Reason  string
	Needs   []string
	Items   []ItemExpectation
	Figures map[string]Value
}

// ItemExpectation is what must come out for one item; nil pointers are not compared.
type ItemExpectation struct {
	Item                   string
	Index                  int
	Outcome                Outcome
	Reason                 string
	Amount, Floor, Ceiling *money.Amount
	Level                  string
}

// Diff is one place where a standard says other than the case. Want and Got are plain words.
type Diff struct {
	Family string
	Line   int
	What   string
	Want   string
	Got    string
}

// ParseCases reads a cases file for a standard. Earlier aid, pools and decisions that a family does not mention are zero,
// unless it says "earlier: unknown".
func ParseCases(s *Standard, b []byte) (Cases, error) {
	p := &caseParser{reader: &reader{}, s: s}
	root := p.root(b)
	if root == nil {
		return Cases{}, p.err()
	}
	o := p.object(root, "standard", "defaults", "families")
	c := Cases{Standard: o.need("standard")}
	if c.Standard != s.Code {
		p.add(o.node, "standard.other_standard", c.Standard, s.Code)
	}
	d := p.object(o.fields["defaults"], "facts", "refs")
	facts, refs := p.facts(d), p.refs(d)
	for _, n := range o.list("families") {
		c.Families = append(c.Families, p.family(n, facts, refs))
	}
	if len(c.Families) == 0 {
		p.add(o.node, "standard.missing", "families")
	}
	return c, p.err()
}

type caseParser struct {
	*reader
	s *Standard
}

func (p *caseParser) family(n *yaml.Node, facts Facts, refs Refs) Family {
	o := p.object(n, "name", "says", "facts", "refs", "earlier", "ask", "expect")
	f := Family{Name: o.need("name"), Line: n.Line, Facts: maps.Clone(facts), Refs: maps.Clone(refs)}
	p.earlier(o, f.Facts)
	maps.Copy(f.Facts, p.facts(o))
	for name, v := range f.Facts { // null takes a default away
		if !v.Known() {
			delete(f.Facts, name)
		}
	}
	if p.groupsEarlier(o) {
		p.fillRows(f.Facts)
	}
	maps.Copy(f.Refs, p.refs(o))
	for name, v := range f.Refs {
		if !v.Known() {
			delete(f.Refs, name)
		}
	}
	for _, a := range o.list("ask") {
		f.Asks = append(f.Asks, p.ask(a))
	}
	f.Expect = p.expect(o.fields["expect"])
	return f
}

func (p *caseParser) groupsEarlier(o object) bool {
	n := o.fields["earlier"]
	return n == nil || n.Kind != yaml.ScalarNode
}

// earlier puts the family's earlier aid among its facts; what is not mentioned is nothing.
func (p *caseParser) earlier(o object, into Facts) {
	if !p.groupsEarlier(o) {
		if o.text("earlier") != "unknown" {
			p.add(o.fields["earlier"], "standard.choice", o.text("earlier"), "unknown")
		}
		return
	}
	for _, f := range p.s.Earlier() {
		if _, ok := into[f.Name]; !ok && !strings.HasPrefix(f.Name, "decided.") {
			into[f.Name] = Value{Sort: f.Sort}
		}
	}
	e := p.object(o.fields["earlier"])
	for _, name := range e.order {
		f, ok := p.s.fact(name)
		if !ok || !strings.Contains(name, ".") {
			p.add(e.keys[name], "standard.undeclared", name)
			continue
		}
		into[name] = p.value(e.fields[name], f.Sort)
	}
}

// fillRows gives every element of every group no earlier aid, where it says none.
func (p *caseParser) fillRows(f Facts) {
	for _, g := range p.s.Groups {
		for _, row := range f[g.Name].Rows {
			for _, e := range p.s.Earlier() {
				if _, ok := row[e.Name]; !ok && !strings.HasPrefix(e.Name, "decided.") {
					row[e.Name] = Value{Sort: e.Sort}
				}
			}
		}
	}
}

func (p *caseParser) facts(o object) Facts {
	out := Facts{}
	all := p.object(o.fields["facts"])
	for _, name := range all.order {
		n := all.fields[name]
		if f, ok := p.s.fact(name); ok {
			out[name] = p.value(n, f.Sort)
			continue
		}
		g, ok := p.s.group(name)
		if !ok {
			p.add(all.keys[name], "standard.undeclared", name)
			continue
		}
		out[name] = p.rows(all, g)
	}
	return out
}

func (p *caseParser) rows(all object, g Group) Value {
	if all.fields[g.Name].Tag == "!!null" {
		return Value{}
	}
	v := RowsOf()
	for _, n := range all.list(g.Name) {
		row, o := Facts{}, p.object(n)
		for _, name := range o.order {
			at := slices.IndexFunc(g.Fields, func(f Fact) bool { return f.Name == name })
			f, ok := p.s.fact(name)
			switch {
			case at >= 0:
				row[name] = p.value(o.fields[name], g.Fields[at].Sort)
			case ok && strings.Contains(name, "."):
				row[name] = p.value(o.fields[name], f.Sort)
			default:
				p.add(o.keys[name], "standard.undeclared", name)
			}
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

func (p *caseParser) refs(o object) Refs {
	out := Refs{}
	all := p.object(o.fields["refs"])
	for _, name := range all.order {
		at := slices.IndexFunc(p.s.Parameters, func(q Parameter) bool { return q.Ref == name })
		if at < 0 {
			p.add(all.keys[name], "standard.undeclared", name)
			continue
		}
		out[name] = p.value(all.fields[name], p.s.Parameters[at].Sort)
	}
	return out
}

// ask reads {item, amount, times, refused} or {together: [...], refused, total}.
func (p *caseParser) ask(n *yaml.Node) Ask {
	o := p.object(n, "item", "index", "amount", "times", "refused", "total", "together")
	a := Ask{Refused: o.text("refused"), Total: p.money(o, "total")}
	if !o.has("together") {
		a.Requests = []Request{p.request(o)}
		return a
	}
	for _, m := range o.list("together") {
		a.Requests = append(a.Requests, p.request(p.object(m, "item", "index", "amount", "times")))
	}
	return a
}

func (p *caseParser) request(o object) Request {
	q := Request{Item: o.need("item"), Index: int(o.whole("index", 0, 1000, 0)), Times: int(o.whole("times", 0, 1000, 0))}
	if at := strings.IndexByte(q.Item, '['); at > 0 {
		q.Item, q.Index = p.indexed(o.node, q.Item)
	}
	if a := p.money(o, "amount"); a != nil {
		q.Amount = *a
	} else {
		p.add(o.node, "standard.missing", "amount")
	}
	return q
}

func (p *caseParser) indexed(n *yaml.Node, name string) (string, int) {
	code, rest, ok := strings.Cut(name, "[")
	if !ok {
		return name, 0
	}
	i, err := strconv.Atoi(strings.TrimSuffix(rest, "]"))
	if err != nil {
		p.add(n, "standard.whole", rest, 1, 1000)
	}
	return code, i
}

func (p *caseParser) money(o object, key string) *money.Amount {
	if !o.has(key) {
		return nil
	}
	a := money.Amount(p.value(o.fields[key], Money).Num)
	return &a
}

func (p *caseParser) expect(n *yaml.Node) (e Expectation) {
	o := p.object(n, "outcome", "class", "reason", "needs", "items", "figures")
	if o.has("outcome") {
		e.Outcome = o.choice("outcome", "yes", "no", "unknown")
	}
	if o.has("class") {
		class := o.text("class")
		e.Class = &class
	}
	e.Reason, e.Needs = o.text("reason"), o.texts("needs")
	items := p.object(o.fields["items"])
	for _, name := range items.order {
		e.Items = append(e.Items, p.itemExpect(name, items.fields[name]))
	}
	figures := p.object(o.fields["figures"])
	for _, name := range figures.order {
		at := slices.IndexFunc(p.s.Derived, func(d Derived) bool { return d.Name == name })
		if at < 0 {
			p.add(figures.keys[name], "standard.undeclared", name)
			continue
		}
		if e.Figures == nil {
			e.Figures = map[string]Value{}
		}
		e.Figures[name] = p.value(figures.fields[name], p.s.Derived[at].Expr.Node.Sort)
	}
	return e
}

// itemExpect reads "yes", "no", "unknown", a bare amount, or {amount, cap, floor, ceiling, no: reason, level}.
func (p *caseParser) itemExpect(name string, n *yaml.Node) (e ItemExpectation) {
	e.Item, e.Index = p.indexed(n, name)
	e.Outcome = Yes
	if n.Kind == yaml.ScalarNode {
		switch s := p.scalar(n); s {
		case "yes", "no", "unknown":
			e.Outcome = Outcome(s)
		default:
			a := money.Amount(p.value(n, Money).Num)
			e.Amount = &a
		}
		return e
	}
	o := p.object(n, "amount", "cap", "floor", "ceiling", "no", "level")
	if o.has("no") {
		e.Outcome, e.Reason = No, o.text("no")
	}
	e.Amount, e.Floor, e.Ceiling, e.Level = p.money(o, "amount"), p.money(o, "floor"), p.money(o, "ceiling"), o.text("level")
	if o.has("cap") {
		e.Ceiling = p.money(o, "cap")
	}
	return e
}
