package standard

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
)

// Said lets one fault stand inside another's sentence.
type Said struct{ *fault.Fault }

// Say gives the fault's sentence.
func (s Said) Say(l words.Lang) string { return words.T(l, s.Key, s.Args...) }

// parser reads one document.
type parser struct {
	*reader
	c    *compiler
	s    *Standard
	text string
}

// Parse reads, types and checks a document. The fault is "standard.faults"; its Parts name line, column and what to mend.
func Parse(b []byte) (*Standard, error) {
	sum := sha256.Sum256(b)
	p := &parser{reader: &reader{}, s: &Standard{Hash: hex.EncodeToString(sum[:])}, text: string(b)}
	root := p.root(b)
	if root == nil {
		return nil, p.err()
	}
	o := p.object(root, "standard", "version", "name", "kind", "issuer", "source", "region", "confidence", "valid", "facts",
		"groups", "parameters", "derived", "outputs", "rounding", "gates", "exclusions", "classes", "hit", "items", "stacking",
		"limits", "pools", "documents", "publicity", "deadlines", "notes")
	p.header(o)
	c, err := newCompiler(p.s.Rounding.Mode)
	if err != nil {
		return nil, fmt.Errorf("expression environment: %w", err)
	}
	p.c = c
	if err := p.vocabulary(o); err != nil {
		return nil, err
	}
	p.derived(o)
	p.s.Gates = p.clauses(o, "gates")
	p.s.Exclusions = p.clauses(o, "exclusions")
	p.classes(o)
	p.body(o)
	p.papers(o)
	p.whole(o)
	if err := p.err(); err != nil {
		return nil, err
	}
	return p.s, nil
}

func (p *parser) header(o object) {
	s := p.s
	s.Code = o.code("standard")
	s.Version = o.whole("version", 1, 1_000_000, 1)
	s.Name = p.words(o.fields["name"], o)
	s.Kind = o.choice("kind", "benefit", "recognition", "classification", "income", "loan")
	if !o.has("kind") {
		p.add(o.node, "standard.missing", "kind")
	}
	s.Issuer, s.Region, s.Confidence = o.text("issuer"), o.text("region"), o.text("confidence")
	src := p.object(o.fields["source"], "title", "url", "clause")
	s.Source = Source{src.text("title"), src.text("url"), src.text("clause")}
	valid := p.object(o.fields["valid"], "from", "until")
	s.From, s.Until = valid.day("from"), valid.day("until")
	round := p.object(o.fields["rounding"], "mode", "to")
	s.Rounding.Mode = round.choice("mode", "half_up", "down", "up")
	s.Rounding.Unit = map[string]int64{"fen": 1, "jiao": 10, "yuan": 100}[round.choice("to", "fen", "jiao", "yuan")]
}

// words reads {zh, en} that must be there.
func (p *parser) words(n *yaml.Node, o object) Text {
	if n == nil {
		p.add(o.node, "standard.missing", "name")
		return Text{}
	}
	w := p.object(n, "zh", "en")
	return Text{w.need("zh"), w.text("en")}
}

// vocabulary declares facts, groups and parameters, and what earlier aid the expressions speak of.
func (p *parser) vocabulary(o object) error {
	v, err := Published()
	if err != nil {
		return fmt.Errorf("vocabulary: %w", err)
	}
	facts := p.object(o.fields["facts"])
	for _, name := range facts.order {
		p.declareFact(v, name, facts)
	}
	groups := p.object(o.fields["groups"])
	for _, name := range groups.order {
		p.declareGroup(v, name, groups)
	}
	params := p.object(o.fields["parameters"])
	for _, name := range params.order {
		p.parameter(name, params.fields[name], params.keys[name])
	}
	for _, name := range implied.FindAllString(p.text, -1) {
		p.imply(name)
	}
	return nil
}

// name takes a new name into the compiler, unless it is taken, reserved or misspelt.
func (p *parser) name(at *yaml.Node, n *Node) {
	switch {
	case !codeShape.MatchString(strings.ReplaceAll(n.Name, ".", "_")):
		p.add(at, "standard.code", n.Name)
	case slices.Contains(reserved, n.Name):
		p.add(at, "standard.reserved", n.Name)
	case p.c.names[n.Name] != nil:
		p.add(at, "standard.name_taken", n.Name)
	default:
		if err := p.c.declare(n); err != nil {
			p.add(at, "standard.code", n.Name)
		}
	}
}

// reserved are the words that CEL or the document format keeps for itself.
var reserved = []string{"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let",
	"loop", "package", "namespace", "null", "return", "true", "var", "void", "while", "class", "aid", "times", "pool", "decided",
	"bool", "bytes", "double", "duration", "dyn", "int", "list", "map", "null_type", "string", "timestamp", "type", "uint",
	"size", "matches", "has", "yuan", "min", "max", "percent", "floordiv"}

func (p *parser) declareFact(v Vocabulary, name string, facts object) {
	n, at := facts.fields[name], facts.keys[name]
	known, ok := v.fact(name)
	f := known
	switch {
	case n.Tag == "!!null" && !ok:
		p.notPublished(at, name, v)
		return
	case n.Tag != "!!null":
		if f = p.fact(name, n); ok && f.Sort != known.Sort {
			p.add(n, "standard.other_sort", name, Key("sort", string(known.Sort)))
		}
	}
	p.s.Facts = append(p.s.Facts, f)
	p.name(at, &Node{Op: OpFact, Sort: f.Sort, Name: f.Name, lo: f.Min, hi: f.Max})
}

// notPublished says so of a name with nothing behind it, and which published name is like it.
func (p *parser) notPublished(at *yaml.Node, name string, v Vocabulary) {
	var names []string
	for _, f := range v.Facts {
		names = append(names, f.Name)
	}
	if like := near(name, names); like != "" {
		p.add(at, "standard.not_published_near", name, like)
		return
	}
	p.add(at, "standard.not_published", name)
}

func (p *parser) declareGroup(v Vocabulary, name string, groups object) {
	n, at := groups.fields[name], groups.keys[name]
	g, ok := v.group(name)
	if n.Tag == "!!null" && !ok {
		p.add(at, "standard.not_published", name)
		return
	}
	if n.Tag != "!!null" {
		g = p.groupOf(name, n)
	}
	if !codeShape.MatchString(name) || slices.Contains(reserved, g.One) || p.c.names[name] != nil {
		p.add(at, "standard.code", name)
		return
	}
	p.s.Groups = append(p.s.Groups, g)
	p.c.groups[name] = g
	for _, f := range g.Fields {
		full := g.One + "." + f.Name
		p.c.field[full] = name
		p.name(at, &Node{Op: OpField, Sort: f.Sort, Name: full, lo: f.Min, hi: f.Max})
	}
}

// parameter reads a figure: a bare whole number, or its type with value or ref.
func (p *parser) parameter(name string, n, at *yaml.Node) {
	q := Parameter{Name: name, Sort: Int}
	if n.Kind == yaml.ScalarNode {
		q.Value = p.value(n, Int)
		q.Min, q.Max = q.Value.Num, q.Value.Num
	} else {
		o := p.object(n, "type", "value", "ref", "at", "zh", "en", "min", "max")
		q.Sort = Sort(o.choice("type", "int", "money", "bool", "text", "date", "list"))
		q.Text = Text{o.text("zh"), o.text("en")}
		q.Min, q.Max = p.bounds(o, q.Sort)
		if q.Sort == Money && !o.has("max") {
			q.Max = mostMoney / 1000 // a reference figure is never above ten million yuan
		}
		switch {
		case o.has("value") == o.has("ref"):
			p.add(n, "standard.value_or_ref", name)
		case o.has("value"):
			q.Value = p.value(o.fields["value"], q.Sort)
			q.Min, q.Max = q.Value.Num, q.Value.Num
		default:
			q.Ref = o.code("ref")
			if o.choice("at", "now", "last_year") == "last_year" {
				q.Ref += "@last_year"
			}
		}
	}
	p.s.Parameters = append(p.s.Parameters, q)
	p.name(at, &Node{Op: OpParam, Sort: q.Sort, Name: name, lo: q.Min, hi: q.Max})
}

var implied = regexp.MustCompile(`\b(aid|times|pool|decided)\.[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?\b`)

// windows are the stretches of time within which earlier aid is counted.
var windows = []string{"time", "month", "quarter", "term", "year", "rolling12", "event", "life"}

// imply declares a fact that the engine itself asks for: earlier aid, what a pool has spent, what was decided before.
func (p *parser) imply(name string) {
	parts := strings.Split(name, ".")
	f := Fact{Name: name, Sort: Money, Max: mostMoney, Unit: "household", Source: "台账"}
	switch {
	case len(parts) == 3 && parts[0] == "aid" && slices.Contains(windows[1:], parts[2]):
		f.Period = parts[2]
	case len(parts) == 3 && parts[0] == "times" && slices.Contains(windows[1:], parts[2]):
		f.Sort, f.Max, f.Period = Int, mostCount, parts[2]
	case len(parts) == 3 && parts[0] == "pool" && (parts[2] == "spent" || parts[2] == "carried"):
		f.Period = "year"
	case len(parts) == 2 && parts[0] == "decided":
		f.Period = "event"
	default:
		return
	}
	if _, ok := p.s.fact(name); ok {
		return
	}
	p.s.Facts = append(p.s.Facts, f)
	if err := p.c.declare(&Node{Op: OpFact, Sort: f.Sort, Name: name, lo: 0, hi: f.Max}); err != nil {
		p.add(&yaml.Node{Line: 1, Column: 1}, "standard.code", name)
	}
}

// expr compiles the field's expression; an absent field gives nil.
func (p *parser) expr(o object, key string, want Sort) *Expr {
	n := o.fields[key]
	if n == nil {
		return nil
	}
	text := p.scalar(n)
	if text == "" || n.Tag == "!!null" {
		p.add(n, "standard.missing", key)
		return nil
	}
	node, err := p.c.compile(text, want)
	if err != nil {
		p.addErr(n, err)
		return nil
	}
	return &Expr{Text: text, Line: n.Line, Col: n.Column, Node: node}
}

// must is expr for a field that has to be there.
func (p *parser) must(o object, key string, want Sort) *Expr {
	if !o.has(key) {
		p.add(o.node, "standard.missing", key)
	}
	return p.expr(o, key, want)
}

func (p *parser) derived(o object) {
	all := p.object(o.fields["derived"])
	for _, name := range all.order {
		n := all.fields[name]
		d := Derived{Name: name}
		if n.Kind == yaml.ScalarNode {
			one := object{r: p.reader, node: n, fields: map[string]*yaml.Node{"value": n}}
			d.Expr = p.expr(one, "value", None)
		} else {
			d.Text, d.Expr = p.derive(n)
		}
		if d.Expr == nil {
			continue
		}
		v := d.Expr.Node
		p.s.Derived = append(p.s.Derived, d)
		p.name(all.keys[name], &Node{Op: OpDerived, Sort: v.Sort, Name: name, lo: v.lo, hi: v.hi})
	}
	p.s.Outputs = o.texts("outputs")
	for _, out := range p.s.Outputs {
		if n := p.c.names[out]; n == nil || n.Op != OpDerived {
			p.add(o.fields["outputs"], "standard.undeclared", out)
		}
	}
}

var aggregates = map[string]Op{"sum": OpSum, "count": OpCount, "any": OpAny, "every": OpEvery, "most": OpMost}

// derive reads one derived value: a plain expression, a slice rate, or an aggregate over a group.
func (p *parser) derive(n *yaml.Node) (Text, *Expr) {
	o := p.object(n, "zh", "en", "value", "slices", "over", "sum", "count", "any", "every", "most", "where")
	text := Text{o.text("zh"), o.text("en")}
	if o.has("slices") {
		return text, p.slices(o)
	}
	if !o.has("over") {
		return text, p.must(o, "value", None)
	}
	g, ok := p.c.groups[o.text("over")]
	if !ok {
		p.add(o.fields["over"], "standard.undeclared", o.text("over"))
		return text, nil
	}
	p.c.group = g.Name
	defer func() { p.c.group = "" }()
	for _, key := range o.order {
		op, ok := aggregates[key]
		if !ok {
			continue
		}
		want := Bool
		if op == OpSum || op == OpMost {
			want = None
		}
		return text, p.over(o, key, want, g)
	}
	p.add(o.node, "standard.missing", "sum, count, any, every, most")
	return text, nil
}

func (p *parser) over(o object, key string, want Sort, g Group) *Expr {
	e := p.expr(o, key, want)
	where := p.expr(o, "where", Bool)
	if e == nil {
		return nil
	}
	node := &Node{Op: aggregates[key], Sort: e.Node.Sort, Name: g.Name, Args: []*Node{e.Node}}
	text := key + " over " + g.Name + ": " + e.Text
	if where != nil {
		node.Args = append(node.Args, where.Node)
		text += " where " + where.Text
	}
	if node.Op == OpCount {
		node.Sort = Int
	}
	if want == None && !number(e.Node.Sort) {
		p.add(o.fields[key], "standard.sum_number")
		return nil
	}
	if err := node.boundOver(g.Max); err != nil {
		p.addErr(o.fields[key], err)
		return nil
	}
	return &Expr{Text: text, Line: e.Line, Col: e.Col, Node: node}
}
