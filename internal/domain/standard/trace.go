package standard

import (
	"strconv"
	"strings"

	"bangfu/internal/base/words"
)

// step writes one clause into the trace with the figures it speaks of.
func (j *judging) step(stage, item string, c Clause, t Outcome) *Step {
	s := Step{Stage: stage, Item: item, Code: c.Code, Text: j.fill(c.Text), Where: c.Where, Truth: t}
	if j.group != "" {
		s.Index = j.row + 1
	}
	if c.When != nil {
		s.Expr, s.Line = c.When.Text, c.When.Line
		s.Figures = j.figures(c.When.Node)
	}
	*j.trace = append(*j.trace, s)
	return &(*j.trace)[len(*j.trace)-1]
}

// figures lists every fact, parameter and derived value under a node, each once, derived ones followed by their own.
func (j *judging) figures(n *Node) (all []Figure) {
	seen := map[string]bool{}
	var take func(*Node)
	take = func(n *Node) {
		if n.Name == "" && n.Op != OpClass || seen[n.Name] {
			return
		}
		switch n.Op {
		case OpFact, OpParam, OpClass:
			seen[n.Name] = true
			all = append(all, j.figure(n))
		case OpField:
			if j.group == "" { // inside an aggregate: the group stands for its fields
				return
			}
			seen[n.Name] = true
			all = append(all, j.figure(n))
		case OpSum, OpCount, OpAny, OpEvery, OpMost:
			g, _ := j.s.group(n.Name)
			seen[n.Name] = true
			all = append(all, Figure{Name: n.Name, Text: g.Text, Kind: "fact", Value: j.facts[n.Name]})
		case OpDerived:
			seen[n.Name] = true
			all = append(all, j.figure(n))
			for _, d := range j.s.Derived {
				if d.Name == n.Name {
					d.Expr.Node.Walk(take)
				}
			}
		}
	}
	n.Walk(take)
	return all
}

// figure names one value with its words.
func (j *judging) figure(n *Node) Figure {
	f := Figure{Name: n.Name, Kind: string(n.Op)}
	switch n.Op {
	case OpFact:
		d, _ := j.s.fact(n.Name)
		f.Text, f.Value = j.s.said(d), j.facts[n.Name]
	case OpField:
		f.Text, f.Value, f.Kind = j.s.wordsOf(n.Name), j.eval(n).Value, "field"
	case OpParam:
		for _, p := range j.s.Parameters {
			if p.Name == n.Name {
				f.Text, f.Value, f.Kind = p.Text, j.params[p.Name].Value, "parameter"
				if p.Ref != "" {
					f.Kind = "reference"
				}
			}
		}
	case OpDerived:
		for _, d := range j.s.Derived {
			if d.Name == n.Name {
				f.Text, f.Expr = d.Text, d.Expr.Text
			}
		}
		f.Value = j.derivedOf(n.Name).Value
	case OpClass:
		f.Text, f.Value = both("standard.class"), j.class.Value
	}
	f.Word = j.s.word(n.Name, f.Value)
	return f
}

// word is what a text value of a fact or a field is called.
func (s *Standard) word(name string, v Value) Text {
	if !v.Known() || v.Sort != Words {
		return Text{}
	}
	of, _ := s.fact(name)
	for _, g := range s.Groups {
		field, ok := strings.CutPrefix(name, g.One+".")
		for _, f := range g.Fields {
			if ok && f.Name == field {
				of = f
			}
		}
	}
	for _, c := range of.Values {
		if c.Value == v.Str {
			return c.Text
		}
	}
	return Text{}
}

// said gives the words of a fact; what earlier aid is of is said by the item's name.
func (s *Standard) said(f Fact) Text {
	parts := strings.Split(f.Name, ".")
	if len(parts) == 1 {
		return f.Text
	}
	var of any = parts[1]
	if it, ok := s.Item(parts[1]); ok && it.Text != (Text{}) {
		of = it.Text
	}
	switch parts[0] {
	case "aid", "times":
		return both("standard.earlier_"+parts[0], of, Key("within", parts[2]))
	case "pool":
		return both("standard.pool_"+parts[2], parts[1])
	}
	return both("standard.decided", of)
}

// wordsOf finds the words of anything a verdict may need.
func (s *Standard) wordsOf(name string) Text {
	if f, ok := s.fact(name); ok {
		return s.said(f)
	}
	if g, ok := s.group(name); ok {
		return g.Text
	}
	for _, p := range s.Parameters {
		if p.Ref == name {
			if p.Text == (Text{}) {
				return Text{Zh: p.Ref, En: p.Ref}
			}
			return p.Text
		}
	}
	for _, g := range s.Groups {
		if field, ok := strings.CutPrefix(name, g.One+"."); ok {
			return g.field(field)
		}
		if rest, ok := strings.CutPrefix(name, g.Name+"["); ok {
			at, field, _ := strings.Cut(rest, "].")
			if f, ok := s.fact(field); ok {
				return both("standard.element", g.Text, at, s.said(f))
			}
			return both("standard.element", g.Text, at, g.field(field))
		}
	}
	return Text{Zh: name, En: name}
}

func (g Group) field(name string) Text {
	for _, f := range g.Fields {
		if f.Name == name {
			return f.Text
		}
	}
	return Text{Zh: name, En: name}
}

func (s *Standard) needTexts(needs []string) (all []Text) {
	for _, n := range needs {
		all = append(all, s.wordsOf(n))
	}
	return all
}

// fill puts the figures into a sentence that names them in braces: "人均 {per_head} 低于 {line}".
func (j *judging) fill(t Text) Text {
	return Text{Zh: j.fillOne(words.Zh, t.Zh), En: j.fillOne(words.En, t.En)}
}

func (j *judging) fillOne(l words.Lang, text string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		end := strings.IndexByte(text[max(open, 0):], '}')
		if open < 0 || end < 0 {
			return b.String() + text
		}
		b.WriteString(text[:open])
		b.WriteString(j.slot(l, text[open+1:open+end]))
		text = text[open+end+1:]
	}
}

// slot says one named value; a name that the standard does not have stays in its braces.
func (j *judging) slot(l words.Lang, name string) string {
	if i, err := strconv.Atoi(name); err == nil && i >= 0 {
		return "{" + name + "}"
	}
	for _, f := range j.s.Facts {
		if f.Name == name {
			return f.say(l, j.facts[name])
		}
	}
	for _, p := range j.s.Parameters {
		if p.Name == name {
			return j.params[name].Say(l)
		}
	}
	for _, d := range j.s.Derived {
		if d.Name == name {
			return j.derivedOf(name).Say(l)
		}
	}
	for _, g := range j.s.Groups {
		if g.Name == j.group && strings.HasPrefix(name, g.One+".") {
			return j.fieldOf(name).Say(l)
		}
	}
	return "{" + name + "}"
}

// say puts a fact's value into words: a chosen value by its own words.
func (f Fact) say(l words.Lang, v Value) string {
	for _, c := range f.Values {
		if v.Sort == Words && c.Value == v.Str {
			return c.Text.Say(l)
		}
	}
	return v.Say(l)
}
