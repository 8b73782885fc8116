package standard

import (
	_ "embed"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed vocabulary.yaml
var vocabularyText []byte

// Vocabulary is the published list of facts and groups that any standard may use by name.
type Vocabulary struct {
	Facts  []Fact
	Groups []Group
}

var published = sync.OnceValues(func() (Vocabulary, error) {
	r := &reader{}
	v := Vocabulary{}
	o := r.object(r.root(vocabularyText), "facts", "groups")
	for _, name := range r.object(o.fields["facts"]).order {
		v.Facts = append(v.Facts, r.fact(name, r.object(o.fields["facts"]).fields[name]))
	}
	groups := r.object(o.fields["groups"])
	for _, name := range groups.order {
		v.Groups = append(v.Groups, r.groupOf(name, groups.fields[name]))
	}
	return v, r.err()
})

// Published gives the vocabulary shipped with the program.
func Published() (Vocabulary, error) { return published() }

func (v Vocabulary) fact(name string) (Fact, bool) {
	for _, f := range v.Facts {
		if f.Name == name {
			return f, true
		}
	}
	return Fact{}, false
}

func (v Vocabulary) group(name string) (Group, bool) {
	for _, g := range v.Groups {
		if g.Name == name {
			return g, true
		}
	}
	return Group{}, false
}

// The bounds a fact has when its declaration gives none: ten thousand million yuan, and ten thousand of anything else.
const (
	mostMoney = 1_000_000_000_000
	mostCount = 10_000
)

// fact reads the declaration of one fact.
func (r *reader) fact(name string, n *yaml.Node) Fact {
	o := r.object(n, "type", "zh", "en", "unit", "period", "source", "min", "max", "values")
	f := Fact{Name: name, Text: Text{o.need("zh"), o.text("en")}, Unit: o.text("unit"), Period: o.text("period"), Source: o.text("source")}
	f.Sort = Sort(o.choice("type", "int", "money", "bool", "text", "date", "list"))
	if !o.has("type") {
		r.add(o.node, "standard.missing", "type")
	}
	f.Min, f.Max = r.bounds(o, f.Sort)
	values := r.object(o.fields["values"])
	for _, v := range values.order {
		w := r.object(values.fields[v], "zh", "en")
		f.Values = append(f.Values, Choice{v, Text{w.need("zh"), w.text("en")}})
	}
	if len(f.Values) > 0 && f.Sort != Words {
		r.add(o.fields["values"], "standard.values_text")
	}
	return f
}

// bounds reads min and max, in yuan for money.
func (r *reader) bounds(o object, s Sort) (lo, hi int64) {
	switch s {
	case Money:
		hi = mostMoney
	case Int:
		hi = mostCount
	case Bool:
		return 0, 1
	case None, Words, Date, List, Rows:
		if o.has("min") || o.has("max") {
			r.add(o.node, "standard.bounds_number")
		}
		return 0, 0
	}
	if o.has("min") {
		lo = r.value(o.fields["min"], s).Num
	}
	if o.has("max") {
		hi = r.value(o.fields["max"], s).Num
	}
	if lo > hi {
		r.add(o.node, "standard.bounds_order")
		hi = lo
	}
	return lo, hi
}

// groupOf reads the declaration of a group.
func (r *reader) groupOf(name string, n *yaml.Node) Group {
	o := r.object(n, "one", "zh", "en", "max", "fields")
	g := Group{Name: name, One: o.code("one"), Text: Text{o.need("zh"), o.text("en")}, Max: o.whole("max", 1, 1000, 50)}
	fields := r.object(o.fields["fields"])
	for _, f := range fields.order {
		if !codeShape.MatchString(f) {
			r.add(fields.keys[f], "standard.code", f)
		}
		g.Fields = append(g.Fields, r.fact(f, fields.fields[f]))
	}
	if len(g.Fields) == 0 {
		r.add(o.node, "standard.missing", "fields")
	}
	return g
}
