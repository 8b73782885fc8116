package standard

import (
	"math/big"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// clause reads what all conditions have: code, sentence, condition and clause of the source.
func (p *parser) clause(o object) Clause {
	return Clause{Code: o.code("code"), Text: Text{o.need("zh"), o.text("en")}, Where: o.text("clause")}
}

func (p *parser) clauses(o object, key string) (all []Clause) {
	codes := map[string]bool{}
	for _, n := range o.list(key) {
		row := p.object(n, "code", "zh", "en", "when", "clause")
		c := p.clause(row)
		c.When = p.must(row, "when", Bool)
		p.once(codes, c.Code, row)
		all = append(all, c)
	}
	return all
}

func (p *parser) once(codes map[string]bool, code string, o object) {
	if codes[code] && code != "" {
		p.add(o.node, "standard.twice", code)
	}
	codes[code] = true
}

func (p *parser) classes(o object) {
	if !o.has("classes") {
		return
	}
	t := p.object(o.fields["classes"], "hit", "rows")
	c := &Classes{Hit: t.choice("hit", "first", "all")}
	codes := map[string]bool{}
	for _, n := range t.list("rows") {
		row := p.object(n, "code", "class", "zh", "en", "when", "clause")
		r := ClassRow{Clause: p.clause(row), Class: row.text("class")}
		if r.Class == "" {
			r.Class = r.Code
		}
		r.When = p.must(row, "when", Bool)
		p.once(codes, r.Code, row)
		c.Rows = append(c.Rows, r)
	}
	if len(c.Rows) == 0 {
		p.add(t.node, "standard.missing", "rows")
	}
	p.s.Classes = c
	if err := p.c.declare(&Node{Op: OpClass, Sort: Words, Name: "class"}); err != nil {
		p.add(t.node, "standard.code", "class")
	}
}

// body reads pools, items, how they stack and the limits they share.
func (p *parser) body(o object) {
	for _, n := range o.list("pools") {
		row := p.object(n, "code", "zh", "en", "clause", "total", "over")
		pool := Pool{Clause: p.clause(row), Total: p.must(row, "total", Money), Over: row.choice("over", "hold", "refuse")}
		p.s.Pools = append(p.s.Pools, pool)
		p.imply("pool." + pool.Code + ".spent")
		p.imply("pool." + pool.Code + ".carried")
	}
	p.s.Hit = o.choice("hit", "all", "first")
	codes := map[string]bool{}
	for _, n := range o.list("items") {
		it, row := p.item(n)
		p.once(codes, it.Code, row)
		p.s.Items = append(p.s.Items, it)
	}
	for _, n := range o.list("limits") {
		l := p.limit(n, "")
		for _, code := range l.Items {
			if !codes[code] {
				p.add(n, "standard.undeclared", code)
			}
		}
		p.s.Joint = append(p.s.Joint, l)
	}
	p.stacking(o)
}

func (p *parser) stacking(o object) {
	if !o.has("stacking") {
		if len(p.s.Items) > 1 {
			p.add(o.node, "standard.stacking")
		}
		p.s.Stacking.Rule = "all"
		return
	}
	n := o.fields["stacking"]
	if n.Kind == yaml.ScalarNode {
		p.s.Stacking.Rule = o.choice("stacking", "all", "one", "highest", "sequence", "unstated")
	} else {
		t := p.object(n, "rule", "adds_to", "zh", "en", "clause")
		p.s.Stacking = Stacking{t.choice("rule", "all", "one", "highest", "sequence", "unstated"), t.text("adds_to"), Text{t.text("zh"), t.text("en")}, t.text("clause")}
	}
	if p.s.Stacking.Rule != "sequence" {
		return
	}
	if f, ok := p.s.fact(p.s.Stacking.AddsTo); !ok || f.Sort != Money {
		p.add(n, "standard.adds_to")
	}
	for _, it := range p.s.Items {
		if it.Kind == "CAP" || it.Kind == "RANGE" {
			p.imply("decided." + it.Code)
		}
	}
}

func (p *parser) item(n *yaml.Node) (Item, object) {
	o := p.object(n, "code", "zh", "en", "clause", "when", "kind", "flow", "each", "requires", "excludes", "hit", "rows", "tiers",
		"slices", "amount", "floor", "ceiling", "limits", "pool", "period", "levels", "exception", "reason", "documents")
	it := Item{Clause: p.clause(o), Each: o.text("each")}
	it.Kind = o.choice("kind", "FIXED", "FORMULA", "CAP", "RANGE")
	if !o.has("kind") {
		p.add(o.node, "standard.missing", "kind")
	}
	if _, ok := p.c.groups[it.Each]; it.Each != "" && !ok {
		p.add(o.fields["each"], "standard.undeclared", it.Each)
	}
	p.c.group = it.Each
	defer func() { p.c.group = "" }()
	it.When = p.expr(o, "when", Bool)
	it.Requires, it.Excludes = p.clauses(o, "requires"), p.clauses(o, "excludes")
	it.Flow = o.choice("flow", "pay", "lend", "repay", "refund")
	it.Period = o.choice("period", "once", "monthly", "quarterly", "per_term", "yearly")
	it.Reason, it.Documents, it.Pool = o.flag("reason", false), o.texts("documents"), o.text("pool")
	if it.Pool != "" && !slices.ContainsFunc(p.s.Pools, func(q Pool) bool { return q.Code == it.Pool }) {
		p.add(o.fields["pool"], "standard.undeclared", it.Pool)
	}
	it.Hit = o.choice("hit", "first", "all", "highest")
	it.Rows = p.amounts(o, it)
	for _, n := range o.list("limits") {
		it.Limits = append(it.Limits, p.limit(n, it.Code))
	}
	p.ladder(o, &it)
	return it, o
}

// amounts reads the item's amount in whichever of its forms: rows, tiers, or one amount.
func (p *parser) amounts(o object, it Item) (rows []AmountRow) {
	switch {
	case o.has("rows"):
		for _, n := range o.list("rows") {
			row := p.object(n, "code", "zh", "en", "clause", "when", "amount", "floor", "ceiling", "slices")
			r := p.figures(row, it)
			r.Clause = Clause{Code: row.text("code"), Text: Text{row.text("zh"), row.text("en")}, Where: row.text("clause")}
			r.When = p.expr(row, "when", Bool)
			rows = append(rows, r)
		}
		if len(rows) == 0 {
			p.add(o.fields["rows"], "standard.missing", "rows")
		}
		return rows
	case o.has("tiers"):
		return p.tiers(o, it)
	}
	return []AmountRow{p.figures(o, it)}
}

func (p *parser) figures(o object, it Item) (r AmountRow) {
	switch {
	case it.Kind == "RANGE":
		r.Floor, r.Ceiling = p.must(o, "floor", Money), p.must(o, "ceiling", Money)
		if o.has("amount") || o.has("slices") {
			p.add(o.node, "standard.range_form")
		}
		if r.Floor != nil && r.Ceiling != nil && r.Floor.Node.lo > r.Ceiling.Node.hi {
			p.add(o.node, "standard.range_order")
		}
		return r
	case o.has("floor") || o.has("ceiling"):
		p.add(o.node, "standard.range_form")
	case o.has("slices"):
		r.Amount = p.slices(o)
		return r
	}
	r.Amount = p.must(o, "amount", Money)
	return r
}

// tiers reads steps over one figure; each step's ends say whether they are inside: from and upto are, above and below not.
func (p *parser) tiers(o object, it Item) (rows []AmountRow) {
	t := p.object(o.fields["tiers"], "of", "steps")
	of := p.must(t, "of", None)
	for _, n := range t.list("steps") {
		step := p.object(n, "code", "zh", "en", "clause", "from", "above", "upto", "below", "amount", "floor", "ceiling")
		r := p.figures(step, it)
		r.Clause = Clause{Code: step.text("code"), Text: Text{step.text("zh"), step.text("en")}, Where: step.text("clause")}
		if of != nil {
			r.When = p.step(step, of)
		}
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		p.add(t.node, "standard.missing", "steps")
	}
	return rows
}

func (p *parser) step(o object, of *Expr) *Expr {
	var node *Node
	var text []string
	for _, end := range []struct {
		key, sign string
		op        Op
	}{{"from", ">=", OpGe}, {"above", ">", OpGt}, {"upto", "<=", OpLe}, {"below", "<", OpLt}} {
		e := p.expr(o, end.key, of.Node.Sort)
		if e == nil {
			continue
		}
		cmp, err := p.c.finish(&Node{Op: end.op, Args: []*Node{of.Node, e.Node}})
		if err != nil {
			p.addErr(o.fields[end.key], err)
			continue
		}
		text = append(text, of.Text+" "+end.sign+" "+e.Text)
		if node == nil {
			node = cmp
		} else {
			node = &Node{Op: OpAnd, Sort: Bool, Args: []*Node{node, cmp}}
		}
	}
	if node == nil {
		p.add(o.node, "standard.missing", "from, above, upto, below")
		return nil
	}
	return &Expr{Text: strings.Join(text, " && "), Line: o.node.Line, Col: o.node.Column, Node: node}
}

// slices reads a rate per slice: each part of the figure by its own rate, added, rounded once.
func (p *parser) slices(o object) *Expr {
	t := p.object(o.fields["slices"], "of", "bands")
	of := p.must(t, "of", Money)
	if of == nil {
		return nil
	}
	n := &Node{Op: OpSlices, Sort: Money, Args: []*Node{of.Node}}
	var text []string
	bands := t.list("bands")
	for i, b := range bands {
		band := p.object(b, "upto", "rate")
		n.Rates = append(n.Rates, p.rate(band))
		if last := i == len(bands)-1; last == band.has("upto") {
			p.add(b, "standard.band")
		} else if !last {
			if e := p.must(band, "upto", Money); e != nil {
				if before := n.Args[len(n.Args)-1]; i > 0 && before.lo >= e.Node.hi { // proven not to go upwards
					p.add(b, "standard.band")
				}
				n.Args = append(n.Args, e.Node)
				text = append(text, "≤ "+e.Text+": "+band.text("rate"))
			}
			continue
		}
		text = append(text, band.text("rate"))
	}
	if len(bands) == 0 {
		p.add(t.node, "standard.missing", "bands")
		return nil
	}
	n, err := p.c.finish(n)
	if err != nil {
		p.addErr(t.node, err)
		return nil
	}
	return &Expr{Text: of.Text + " by slices " + strings.Join(text, "; "), Line: of.Line, Col: of.Col, Node: n}
}

// rate reads 90% or 12.5% as millionths, without a float; a rate is from 0% to 100%.
func (p *parser) rate(o object) int64 {
	s := o.need("rate")
	r, ok := new(big.Rat).SetString(strings.TrimSuffix(s, "%"))
	if len(s) > 12 || !ok || !strings.HasSuffix(s, "%") || strings.ContainsAny(s, "eExX/_") {
		p.add(o.node, "standard.rate", s)
		return 0
	}
	r.Mul(r, big.NewRat(10_000, 1))
	if !r.IsInt() || r.Sign() < 0 || r.Num().Cmp(big.NewInt(1_000_000)) > 0 {
		p.add(o.node, "standard.rate", s)
		return 0
	}
	return r.Num().Int64()
}

// limit reads one limit and declares the earlier aid that it counts.
func (p *parser) limit(n *yaml.Node, item string) Limit {
	o := p.object(n, "code", "zh", "en", "clause", "items", "per", "within", "most", "times", "cut")
	l := Limit{Items: o.texts("items"), Per: o.choice("per", "household", "person", "student", "member", "child"), Within: o.choice("within", windows...)}
	l.Code, l.Text, l.Where = o.text("code"), Text{o.text("zh"), o.text("en")}, o.text("clause")
	if item != "" {
		if o.has("items") {
			p.add(o.fields["items"], "standard.items_joint")
		}
		l.Items = []string{item}
	} else if len(l.Items) < 2 {
		p.add(o.node, "standard.missing", "items")
	}
	l.Most, l.Times, l.Cut = p.expr(o, "most", Money), p.expr(o, "times", Int), o.flag("cut", true)
	kind := "aid"
	if l.Times != nil {
		kind = "times"
		if l.Most != nil || l.Within == "time" {
			p.add(o.node, "standard.limit_form")
		}
	} else if l.Most == nil && (item == "" || l.Within == "time") {
		p.add(o.node, "standard.missing", "most")
	}
	if l.Code == "" {
		l.Code = map[string]string{"aid": "above_limit", "times": "too_many"}[kind]
	}
	if l.Within != "time" {
		for _, code := range l.Items {
			p.imply(kind + "." + code + "." + l.Within)
		}
	}
	return l
}

// ladder reads who approves from which amount on, and the way past the ceiling.
func (p *parser) ladder(o object, it *Item) {
	for _, n := range o.list("levels") {
		row := p.object(n, "code", "zh", "en", "from", "above")
		l := Level{Code: row.code("code"), Text: Text{row.need("zh"), row.text("en")}, From: p.expr(row, "from", Money), Above: p.expr(row, "above", Money)}
		if (l.From == nil) == (l.Above == nil) {
			p.add(n, "standard.missing", "from / above")
		}
		it.Levels = append(it.Levels, l)
	}
	if o.has("exception") {
		row := p.object(o.fields["exception"], "code", "zh", "en", "clause", "most")
		it.Exception = &Exception{Clause: Clause{Code: row.text("code"), Text: Text{row.need("zh"), row.text("en")}, Where: row.text("clause")}, Most: p.expr(row, "most", Money)}
	}
}

// papers reads what is for people: documents, publicity, deadlines, notes.
func (p *parser) papers(o object) {
	codes := map[string]bool{}
	for _, n := range o.list("documents") {
		row := p.object(n, "code", "zh", "en", "clause", "when", "optional", "items")
		d := Document{Clause: p.clause(row), Optional: row.flag("optional", false), Items: row.texts("items")}
		d.When = p.expr(row, "when", Bool)
		p.once(codes, d.Code, row)
		p.s.Documents = append(p.s.Documents, d)
	}
	for _, it := range p.s.Items {
		for _, d := range it.Documents {
			if !codes[d] {
				p.add(o.node, "standard.undeclared", d)
			}
		}
	}
	if o.has("publicity") {
		p.s.Publicity = p.term(o.fields["publicity"])
		p.s.Publicity.Code = "publicity"
	}
	for _, n := range o.list("deadlines") {
		p.s.Deadlines = append(p.s.Deadlines, p.term(n))
	}
	for _, n := range o.list("notes") {
		row := p.object(n, "zh", "en", "clause")
		p.s.Notes = append(p.s.Notes, Note{Text{row.need("zh"), row.text("en")}, row.text("clause")})
	}
}

func (p *parser) term(n *yaml.Node) Term {
	o := p.object(n, "code", "zh", "en", "clause", "days", "working", "after")
	t := Term{Days: o.whole("days", 0, 3660, 0), Working: o.flag("working", true), After: o.text("after")}
	t.Code, t.Text, t.Where = o.text("code"), Text{o.text("zh"), o.text("en")}, o.text("clause")
	return t
}

// whole checks what only the whole document shows.
func (p *parser) whole(o object) {
	s := p.s
	if s.From != "" && s.Until != "" && s.From > s.Until {
		p.add(o.fields["valid"], "standard.valid_order")
	}
	missing := map[string]bool{
		"classes": (s.Kind == "recognition" || s.Kind == "classification") && s.Classes == nil,
		"items":   (s.Kind == "benefit" || s.Kind == "loan") && len(s.Items) == 0,
		"outputs": s.Kind == "income" && len(s.Outputs) == 0,
	}
	for _, key := range []string{"classes", "items", "outputs"} {
		if missing[key] {
			p.add(o.node, "standard.kind_needs", Key("kind", s.Kind), key)
		}
	}
}
