package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/form"
)

// Programme is one kind of help as a document of words, form, proofs, standard and route (S05). It holds no rule: the
// standard it names judges, the route it names decides.
type Programme struct {
	Code     string
	Sort     int64
	Name     standard.Text
	Purpose  standard.Text // one sentence for the list
	Who      standard.Text // who may apply
	Get      standard.Text // what you get
	Prepare  standard.Text // what to have at hand
	Causes   []Cause
	About    []person.Relation // whom it can be for; none means the whole family
	Ask      []Question
	Proofs   []Proof
	Standard string // code of the standard that judges
	Item     string // the standard's item that is applied for; "" for all
	Route    string // code of the route of approval
	Period   string // once, monthly, quarterly …: as people read it
	Money    bool   // whether income and spending are asked
	Urgent   bool   // whether it may be an emergency
	Publish  int64  // workdays of publicity; 0 is the union's setting

	Edition int64 `yaml:"-"` // the version it is kept under
}

// Question asks one fact of the vocabulary. By says whose answer counts: the worker's ("") or what the union finds
// ("officer": asked on verification only). Of is worked out from the fact: event, household, or the member it is about.
type Question struct {
	Fact     string
	Of       string
	By       string
	Label    standard.Text
	Hint     standard.Text
	Causes   []Cause // only with one of these; none means always
	Optional bool
}

// Proof is a paper to be brought. Sensitive names the consent it needs before it may be sent by phone.
type Proof struct {
	Code      string
	Name      standard.Text
	Hint      standard.Text
	Causes    []Cause
	Optional  bool
	Sensitive string // health, account or minors
}

// The subjects of an answer that is not about one member.
const (
	OfEvent     = "event"
	OfHousehold = "household"
	OfMember    = "member"
)

var codeShape = regexp.MustCompile(`^[a-z][a-z0-9_]{1,30}$`)

// mostDocument bounds a programme's document.
const mostDocument = 64 << 10

// Parse reads and checks one document. All that is wrong comes back at once, each under the place in the document.
// Faults: "intake.doc_yaml", and "intake.doc_need", "doc_code", "doc_twice", "doc_cause", "doc_fact", "doc_relation",
// "doc_choice", "doc_range", "doc_big".
func Parse(text []byte) (Programme, error) {
	if len(text) > mostDocument {
		return Programme{}, fault.New(fault.Invalid, "intake.doc_big", mostDocument>>10)
	}
	var p Programme
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&p); err != nil {
		return Programme{}, fault.New(fault.Invalid, "intake.doc_yaml", lineOf(err))
	}
	var more yaml.Node
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		return Programme{}, fault.New(fault.Invalid, "intake.doc_yaml", "1")
	}
	return p, p.check()
}

var reLine = regexp.MustCompile(`line (\d+)`)

// lineOf finds the line in a message of the parser, which itself is for programmers.
func lineOf(err error) string {
	if m := reLine.FindStringSubmatch(err.Error()); m != nil {
		return m[1]
	}
	return "1"
}

func (p Programme) check() error {
	var l fault.List
	if !codeShape.MatchString(p.Code) {
		l.Add("code", "intake.doc_code", "code")
	}
	for _, n := range []struct {
		place string
		text  standard.Text
	}{{"name", p.Name}, {"purpose", p.Purpose}, {"who", p.Who}, {"get", p.Get}, {"prepare", p.Prepare}} {
		if n.text.Zh == "" {
			l.Add(n.place, "intake.doc_need", n.place)
		}
	}
	if len(p.Causes) == 0 {
		l.Add("causes", "intake.doc_need", "causes")
	}
	if !codeShape.MatchString(p.Standard) {
		l.Add("standard", "intake.doc_code", "standard")
	}
	if !codeShape.MatchString(p.Route) {
		l.Add("route", "intake.doc_code", "route")
	}
	if !slices.Contains([]string{"once", "monthly", "quarterly", "per_term", "yearly"}, p.Period) {
		l.Add("period", "intake.doc_choice", "period")
	}
	if p.Publish < 0 || p.Publish > 60 {
		l.Add("publish", "intake.doc_range", "publish", 0, 60)
	}
	causes(&l, "causes", p.Causes)
	for i, r := range p.About {
		if r != person.RelSelf && !coded(r.Choices(), string(r)) {
			l.Add(fmt.Sprintf("about[%d]", i), "intake.doc_relation", r)
		}
	}
	p.checkAsk(&l)
	p.checkProofs(&l)
	return l.Err()
}

func causes(l *fault.List, place string, all []Cause) {
	for i, c := range all {
		at := fmt.Sprintf("%s[%d]", place, i)
		if !coded(c.Choices(), string(c)) {
			l.Add(at, "intake.doc_cause", c)
		} else if slices.Contains(all[:i], c) {
			l.Add(at, "intake.doc_twice", c)
		}
	}
}

func (p Programme) checkAsk(l *fault.List) {
	seen := map[string]bool{}
	for i, q := range p.Ask {
		at := fmt.Sprintf("ask[%d]", i)
		fact, ok := q.Asks()
		switch {
		case !ok:
			l.Add(at, "intake.doc_fact", q.Fact)
		case q.Label.Zh == "":
			l.Add(at, "intake.doc_need", "label")
		case seen[q.Of+"/"+q.Fact]:
			l.Add(at, "intake.doc_twice", q.Fact)
		case q.By != "" && q.By != "officer":
			l.Add(at, "intake.doc_choice", "by")
		case fact.Of == OfMember && len(p.About) == 0:
			l.Add(at, "intake.doc_need", "about")
		}
		seen[q.Of+"/"+q.Fact] = true
		causes(l, at, q.Causes)
	}
}

func (p Programme) checkProofs(l *fault.List) {
	seen := map[string]bool{}
	for i, f := range p.Proofs {
		at := fmt.Sprintf("proofs[%d]", i)
		switch {
		case !codeShape.MatchString(f.Code):
			l.Add(at, "intake.doc_code", "code")
		case seen[f.Code]:
			l.Add(at, "intake.doc_twice", f.Code)
		case f.Name.Zh == "":
			l.Add(at, "intake.doc_need", "name")
		case f.Sensitive != "" && !sensitive(f.Sensitive):
			l.Add(at, "intake.doc_choice", "sensitive")
		}
		seen[f.Code] = true
		causes(l, at, f.Causes)
	}
}

// Fact is what a question or a figure asks: the vocabulary's word, with whose it is.
type Fact struct {
	Name, Of string
	Label    standard.Text
	Sort     standard.Sort
	Min, Max int64
	Values   []standard.Choice
}

// Asks finds the fact of a question: of the event, the household or the member.
func (q Question) Asks() (Fact, bool) { return factOf(q.Of, q.Fact) }

// factOf finds a fact of the vocabulary; of "" takes the first meaning: event or household, then member.
func factOf(of, name string) (Fact, bool) {
	v, err := standard.Published()
	if err != nil {
		return Fact{}, false
	}
	if of != OfMember {
		for _, f := range v.Facts {
			if f.Name != name || f.Unit == "person" {
				continue
			}
			got := Fact{f.Name, OfEvent, f.Text, f.Sort, f.Min, f.Max, f.Values}
			if f.Unit == OfHousehold {
				got.Of = OfHousehold
			}
			return got, of == "" || of == got.Of
		}
	}
	if got, ok := rigid(name); ok && of != OfMember && of != OfEvent {
		return got, true
	}
	for _, g := range v.Groups {
		for _, f := range g.Fields {
			if f.Name == name && (of == "" || of == OfMember) {
				return Fact{f.Name, OfMember, f.Text, f.Sort, f.Min, f.Max, f.Values}, true
			}
		}
	}
	if name == person.FactIncome && (of == "" || of == OfMember) {
		return Fact{Name: name, Of: OfMember, Label: standard.Text{Zh: "月收入", En: "monthly income"}, Sort: standard.Money, Max: 1_000_000_00}, true
	}
	return Fact{}, false
}

// rigid finds a kind of rigid expense, a household's sum of a year.
func rigid(name string) (Fact, bool) {
	for _, k := range person.Expenses() {
		if k.Name == name {
			return Fact{Name: name, Of: OfHousehold, Label: standard.Text{Zh: k.Label.Say("zh"), En: k.Label.Say("en")},
				Sort: standard.Money, Max: 10_000_000_00}, true
		}
	}
	return Fact{}, false
}

// Kind is how the fact is typed in.
func (f Fact) Kind() form.Kind {
	switch f.Sort {
	case standard.Money:
		return form.Money
	case standard.Int:
		return form.Int
	case standard.Bool:
		return form.Pick
	case standard.Date:
		return form.Day
	case standard.Words, standard.List, standard.Rows, standard.None:
	}
	if len(f.Values) > 0 {
		return form.Pick
	}
	return form.Text
}

// For reports whether something with these causes is asked of an application with that cause.
func (c Cause) For(only []Cause) bool { return len(only) == 0 || slices.Contains(only, c) }

// Fits reports whether the programme helps with a cause.
func (p Programme) Fits(c Cause) bool { return slices.Contains(p.Causes, c) }
