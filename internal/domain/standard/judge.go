package standard

import (
	"maps"
	"slices"
	"strings"

	"bangfu/internal/base/words"
)

// finding is a truth with its reasons for no and its needs for unknown.
type finding struct {
	out     Outcome
	reasons []Reason
	needs   []string
}

func positive() finding { return finding{out: Yes} }

// and joins two findings: one no decides, and only its reasons count.
func (f finding) and(g finding) finding {
	switch {
	case f.out == No || g.out == No:
		return finding{out: No, reasons: append(slices.Clone(f.reasons), g.reasons...)}
	case f.out == Unknown || g.out == Unknown:
		return finding{out: Unknown, needs: union(slices.Clone(f.needs), g.needs)}
	}
	return f
}

// Judge says what the standard says of a family. It is pure and total: the same facts and figures give the same verdict,
// byte for byte, for ever. What is absent from f and r is not known.
func (s *Standard) Judge(f Facts, r Refs) Verdict {
	v := Verdict{Standard: s.Code, Version: s.Version, Hash: s.Hash, Name: s.Name, Kind: s.Kind, Facts: Facts{}, Refs: Refs{}, Trace: []Step{}}
	if len(s.Items) > 0 {
		v.Stacking = s.Stacking.Rule
	}
	j := &judging{s: s, derived: map[string]found{}, alias: map[string][]string{}, trace: &v.Trace}
	j.freeze(&v, f, r)
	base := j.base()
	class := j.classify(&v)
	v.Items = j.items(base)
	sum := base
	switch s.Kind {
	case "recognition", "classification":
		sum = base.and(class)
	case "benefit", "loan":
		sum = base.and(anyOf(v.Items))
	case "income":
		sum = base.and(j.outputs())
	}
	v.Outcome, v.Reasons, v.Needs = sum.out, sum.reasons, sum.needs
	if v.Outcome != Yes && s.Kind != "benefit" && s.Kind != "loan" {
		v.Class, v.Classes = "", nil
	}
	if v.Outcome != No {
		for _, it := range v.Items {
			v.Needs = union(v.Needs, it.Needs)
		}
	}
	v.Figures = j.figuresOf()
	v.NeedTexts = s.needTexts(v.Needs)
	v.Papers = j.papers()
	return v
}

// freeze keeps what was given of what the standard asks, and gives judging only what may be.
func (j *judging) freeze(v *Verdict, f Facts, r Refs) {
	j.facts = Facts{}
	reject := func(name, why string) { v.Rejected = append(v.Rejected, Rejected{name, why}) }
	for _, d := range j.s.Facts {
		x, ok := f[d.Name]
		if !ok || !x.Known() {
			continue
		}
		v.Facts[d.Name] = x
		if why := d.check(x); why != "" {
			reject(d.Name, why)
			continue
		}
		j.facts[d.Name] = x
	}
	for _, g := range j.s.Groups {
		j.freezeGroup(v, g, f[g.Name], reject)
	}
	j.params = map[string]found{}
	for _, p := range j.s.Parameters {
		if p.Ref == "" {
			j.params[p.Name] = known(p.Value)
			continue
		}
		j.params[p.Name] = found{needs: []string{p.Ref}}
		x, ok := r[p.Ref]
		if !ok || !x.Known() {
			continue
		}
		v.Refs[p.Ref] = x
		if why := (Fact{Sort: p.Sort, Min: p.Min, Max: p.Max}).check(x); why != "" {
			reject(p.Ref, why)
			continue
		}
		j.params[p.Name] = known(x)
	}
}

func (j *judging) freezeGroup(v *Verdict, g Group, x Value, reject func(name, why string)) {
	if !x.Known() {
		return
	}
	if x.Sort != Rows || int64(len(x.Rows)) > g.Max {
		v.Facts[g.Name] = Value{Sort: x.Sort, Num: x.Num, Str: x.Str, List: x.List, Rows: x.Rows}
		reject(g.Name, "standard.why_bounds")
		return
	}
	given, kept := RowsOf(), RowsOf()
	for _, row := range x.Rows {
		a, b := Facts{}, Facts{}
		for _, d := range append(slices.Clone(g.Fields), j.s.impliedFacts()...) {
			y, ok := row[d.Name]
			if !ok || !y.Known() {
				continue
			}
			a[d.Name] = y
			if why := d.check(y); why != "" {
				reject(g.Name+"."+d.Name, why)
				continue
			}
			b[d.Name] = y
		}
		given.Rows, kept.Rows = append(given.Rows, a), append(kept.Rows, b)
	}
	v.Facts[g.Name], j.facts[g.Name] = given, kept
}

// impliedFacts are those of earlier aid, which an element of a group may carry too.
func (s *Standard) impliedFacts() (all []Fact) {
	for _, f := range s.Facts {
		if strings.Contains(f.Name, ".") {
			all = append(all, f)
		}
	}
	return all
}

// Earlier lists the facts of earlier aid, pools and decisions that the engine's caller must supply from its books.
func (s *Standard) Earlier() []Fact { return s.impliedFacts() }

// OnceForEvent lists the items of which something is limited for each event.
func (s *Standard) OnceForEvent() []string {
	var out []string
	add := func(l Limit) {
		if l.Within == "event" {
			out = append(out, l.Items...)
		}
	}
	for _, it := range s.Items {
		for _, l := range it.Limits {
			add(l)
		}
	}
	for _, l := range s.Joint {
		add(l)
	}
	return out
}

// base judges gates and exclusions.
func (j *judging) base() finding {
	f := positive()
	for _, g := range j.s.Gates {
		f = f.and(j.holds("gate", "", g, true))
	}
	for _, x := range j.s.Exclusions {
		f = f.and(j.holds("exclusion", "", x, false))
	}
	return f
}

// holds judges one clause; want false turns it round, for exclusions.
func (j *judging) holds(stage, item string, c Clause, want bool) finding {
	t := j.eval(c.When.Node)
	j.step(stage, item, c, outcome(t))
	if !t.Known() {
		return finding{out: Unknown, needs: t.needs}
	}
	if t.yes() == want {
		return positive()
	}
	return finding{out: No, reasons: []Reason{{c.Code, j.fill(c.Text), c.Where}}}
}

func outcome(t found) Outcome {
	switch {
	case t.yes():
		return Yes
	case t.no():
		return No
	}
	return Unknown
}

// classify walks the class table. Under hit first an earlier unknown row leaves the class open unless all that is
// possible has one name.
func (j *judging) classify(v *Verdict) finding {
	if j.s.Classes == nil {
		return positive()
	}
	var possible, needs []string
	for _, r := range j.s.Classes.Rows {
		t := j.eval(r.When.Node)
		step := j.step("class", "", r.Clause, outcome(t))
		if t.no() {
			continue
		}
		possible = union(possible, []string{r.Class})
		if !t.Known() {
			needs = union(needs, t.needs)
			continue
		}
		v.Classes = append(v.Classes, ClassResult{r.Class, r.Code, r.Text, r.Where})
		if j.s.Classes.Hit == "first" {
			step.Fired = len(possible) == 1
			break
		}
		step.Fired = true
	}
	if len(v.Classes) == 0 {
		possible = append(possible, "")
	}
	open := len(needs) > 0 && (j.s.Classes.Hit == "all" || len(possible) > 1)
	if open {
		v.Classes, j.class = nil, found{needs: needs}
		return finding{out: Unknown, needs: needs}
	}
	v.Class = possible[0]
	j.class = known(TextOf(v.Class))
	if v.Class == "" {
		return finding{out: No, reasons: []Reason{{"no_class", both("standard.no_class"), ""}}}
	}
	return positive()
}

// both gives a sentence of the catalogue in both languages, for reasons of the engine's own.
func both(key string, args ...any) Text {
	return Text{Zh: words.T(words.Zh, key, args...), En: words.T(words.En, key, args...)}
}

// anyOf joins the items of a benefit: one yes is yes.
func anyOf(items []ItemResult) finding {
	f := finding{out: No}
	for _, it := range items {
		switch it.Outcome {
		case Yes:
			return positive()
		case Unknown:
			f.out, f.needs = Unknown, union(f.needs, it.Needs)
		case No:
			for _, r := range it.Reasons {
				if !slices.Contains(f.reasons, r) {
					f.reasons = append(f.reasons, r)
				}
			}
		}
	}
	if f.out == Unknown {
		f.reasons = nil
	}
	return f
}

// outputs is the finding of an income standard: every output must be known.
func (j *judging) outputs() finding {
	f := positive()
	for _, name := range j.s.Outputs {
		if x := j.derivedOf(name); !x.Known() {
			f = f.and(finding{out: Unknown, needs: x.needs})
		}
	}
	return f
}

func (j *judging) figuresOf() (all []Figure) {
	names := slices.Clone(j.s.Outputs)
	for _, d := range j.s.Derived {
		names = union(names, []string{d.Name})
	}
	for _, name := range names {
		all = append(all, j.figure(&Node{Op: OpDerived, Name: name}))
	}
	return all
}

func (j *judging) papers() (all []DocumentResult) {
	for _, d := range j.s.Documents {
		t := truth(true)
		if d.When != nil {
			t = j.eval(d.When.Node)
		}
		if t.no() {
			continue
		}
		all = append(all, DocumentResult{d.Code, d.Text, d.Where, d.Optional, !t.Known(), d.Items})
	}
	return all
}

// with gives the same run over facts in which one has another value, or none.
func (j *judging) with(fact string, v Value, because []string) *judging {
	k := *j
	k.facts, k.derived, k.alias = maps.Clone(j.facts), map[string]found{}, maps.Clone(j.alias)
	if k.facts[fact] = v; !v.Known() {
		k.alias[fact] = because
	}
	return &k
}
