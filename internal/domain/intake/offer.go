package intake

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
)

// Offer is what an officer adds to a standard so that workers can apply for what it gives: the words of the list, and the causes
// it helps with. What is asked and which papers are wanted follow from the standard.
type Offer struct {
	Purpose string   `form:"purpose" label:"帮什么" hint:"写给职工看的一句话，例如：家里收入低，冬天取暖有困难" need:"true" max:"100"`
	Who     string   `form:"who" label:"谁可以申请" need:"true" max:"200"`
	Get     string   `form:"get" label:"能得到什么" hint:"例如：每户 1000 元，一年一次" need:"true" max:"200"`
	Prepare string   `form:"prepare" label:"要准备什么" need:"true" max:"300"`
	Causes  []string `form:"causes" label:"困难原因" hint:"职工选了这些原因，就会看到这一项" need:"true"`
}

// computed are the facts that the product works out or knows from its registers: nobody is asked for them.
func computed(name string) bool {
	return slices.Contains([]string{"today", "family_size", "income_year", "income_month", "income_per_head_month", "rigid_year", "event_person", "filed_class", "same_event"}, name)
}

// Opened makes the document of the programme under which workers apply for what a standard gives. It has the standard's code.
// Faults: those of Parse.
func (o Offer) Opened(s *standard.Standard) ([]byte, error) {
	p := Programme{Code: s.Code, Sort: 50, Name: s.Name, Purpose: standard.Text{Zh: o.Purpose}, Who: standard.Text{Zh: o.Who}, Get: standard.Text{Zh: o.Get},
		Prepare: standard.Text{Zh: o.Prepare}, Standard: s.Code, Route: "ordinary", Period: "once", Publish: s.Publicity.Days}
	for _, c := range o.Causes {
		p.Causes = append(p.Causes, Cause(c))
	}
	if len(s.Items) == 1 {
		p.Item, p.Period = s.Items[0].Code, s.Items[0].Period
	}
	for _, f := range s.Facts {
		if p.Money = p.Money || computed(f.Name) && f.Sort == standard.Money; computed(f.Name) {
			continue
		}
		if asked, ok := factOf("", f.Name); ok && asked.Of != OfMember {
			p.Ask = append(p.Ask, question(f, ""))
		}
	}
	for _, g := range s.Groups {
		p.askEach(g, s)
	}
	for _, d := range s.Documents {
		p.Proofs = append(p.Proofs, Proof{Code: d.Code, Name: d.Text, Optional: d.Optional || d.When != nil})
	}
	text, err := yaml.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("write the programme: %w", err)
	}
	_, err = Parse(text)
	return text, err
}

// question asks a fact of a standard; what the union itself establishes is asked of the officer.
func question(f standard.Fact, of string) Question {
	q := Question{Fact: f.Name, Of: of, Label: f.Text}
	if f.Source == "工会核实" || f.Source == "核对报告" || f.Source == "不动产查询" {
		q.By = "officer"
	}
	return q
}

// askEach asks of the student whom the application is about what the standard looks at.
func (p *Programme) askEach(g standard.Group, s *standard.Standard) {
	if g.Name != "students" {
		return
	}
	p.About = []person.Relation{person.RelChild}
	for _, f := range g.Fields {
		if asked, ok := factOf(OfMember, f.Name); ok && asked.Sort == f.Sort && s.Uses(g.One+"."+f.Name) {
			p.Ask = append(p.Ask, question(f, OfMember))
		}
	}
}
