package me

import (
	"strings"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// asked is one question as drawn: its field, typed as its fact.
type asked struct {
	F    page.F
	Kind form.Kind
}

// field draws a fact of a subject with what was answered, under the words of the question.
func (d draft) field(in page.In, subject string, f intake.Fact, v form.Values) asked {
	a := asked{F: page.F{Name: subject + "/" + f.Name, Label: f.Label.Say(in.Lang)}, Kind: f.Kind()}
	if n, ok := d.Answers.Get(subject, f.Name); ok && n.Known {
		a.F.Value = f.Show(n.Value)
	}
	if typed, ok := v[a.F.Name]; ok && len(typed) > 0 {
		a.F.Value = typed[0]
	}
	if a.Kind == form.Pick {
		for _, c := range f.Values {
			a.F.Choices = append(a.F.Choices, form.Choice{Value: c.Value, Label: c.Text.Say(in.Lang)})
		}
		if len(f.Values) == 0 {
			a.F.Choices = []form.Choice{{Value: "1", Label: in.T("是")}, {Value: "0", Label: in.T("否")}}
		}
	}
	return a
}

// subjectOf is whom a question is about: the one the help is for, the household or the event.
func (d draft) subjectOf(f intake.Fact) string {
	if f.Of == intake.OfMember {
		return aboutSubject
	}
	return f.Of
}

// aboutSubject stands in a field's name for the one the help is for, who is chosen on the same page.
const aboutSubject = "about"

// questions are the fields of the page 具体情况.
func (d draft) questions(in page.In, v form.Values) []asked {
	var out []asked
	for _, one := range d.P.Questions(d.A.Cause, "") {
		f, ok := one.Asks()
		if !ok {
			continue
		}
		subject := d.subjectOf(f)
		shown := subject
		if subject == aboutSubject {
			shown = d.A.AboutID
		}
		a := d.field(in, shown, f, v)
		a.F.Name = subject + "/" + f.Name
		if typed, ok := v[a.F.Name]; ok && len(typed) > 0 {
			a.F.Value = typed[0]
		}
		a.F.Label, a.F.Hint, a.F.Need = one.Label.Say(in.Lang), one.Hint.Say(in.Lang), !one.Optional
		if f.Kind() == form.Money {
			a.F.Unit = in.T("元")
		}
		out = append(out, a)
	}
	return out
}

// aboutChoices are those of the family the help can be for.
func (d draft) aboutChoices(in page.In) []form.Choice {
	var out []form.Choice
	for _, m := range d.Family {
		if d.P.ForAbout(m.Relation) {
			out = append(out, form.Choice{Value: m.ID, Label: in.T("{0}（{1}）", m.Name, m.Relation)})
		}
	}
	return out
}

func askTurn() turn[intake.AnswerIn] {
	return turn[intake.AnswerIn]{title: "具体情况", draw: ask, next: func(d draft) string { return d.next("ask") },
		first: func(d draft) form.Values { return form.Values{"about": {d.A.AboutID}} },
		act: func(q *site.Req, in intake.AnswerIn) error {
			in.Page = "ask"
			return answers(q, in)
		}}
}

func showAsk(q *site.Req) error { return askTurn().show(q) }
func takeAsk(q *site.Req) error { return askTurn().take(q) }

// answers gathers the fields "subject/name" of a posted page into one act.
func answers(q *site.Req, in intake.AnswerIn) error {
	values, err := form.Parse(q.R)
	if err != nil {
		return err
	}
	in.Set = nil
	for name, texts := range values {
		subject, fact, ok := strings.Cut(name, "/")
		if !ok || len(texts) == 0 {
			continue
		}
		if subject == aboutSubject {
			if in.About == "" {
				continue
			}
			subject = in.About
		}
		in.Set = append(in.Set, subject+"/"+fact+"="+texts[0])
	}
	_, err = site.Do(q, intake.SetAnswers, in)
	for _, part := range partsOf(err) {
		if rest, ok := strings.CutPrefix(part.Field, in.About+"/"); ok && in.About != "" && in.Page == "ask" {
			part.Field = aboutSubject + "/" + rest // as the field is called on the page
		}
	}
	return err
}

func partsOf(err error) []*fault.Fault {
	if f := fault.Of(err); f != nil {
		return f.Parts
	}
	return nil
}

// incomes are the monthly incomes of the family, one field each.
func (d draft) incomes(in page.In, v form.Values) []asked {
	var out []asked
	f, _ := intake.Question{Fact: person.FactIncome, Of: intake.OfMember}.Asks()
	for _, m := range d.Family {
		a := d.field(in, m.ID, f, v)
		a.F.Label, a.F.Unit = in.T("{0}（{1}）每月收入", m.Name, m.Relation), in.T("元 / 月")
		out = append(out, a)
	}
	return out
}

// spending are the rigid expenses of a year that no question has asked yet; the rarer ones are folded away.
func (d draft) spending(in page.In, v form.Values) (main, more []asked) {
	asked := map[string]bool{}
	for _, one := range d.P.Questions(d.A.Cause, "") {
		asked[one.Fact] = true
	}
	for _, k := range person.Expenses() {
		f, ok := intake.Question{Fact: k.Name, Of: intake.OfHousehold}.Asks()
		if !ok || asked[k.Name] {
			continue
		}
		a := d.field(in, intake.OfHousehold, f, v)
		a.F.Label, a.F.Unit = k.Label.Say(in.Lang), in.T("元 / 年")
		switch k.Name {
		case "rigid_medical", "rigid_schooling", "rigid_rent":
			main = append(main, a)
		default:
			more = append(more, a)
		}
	}
	return main, more
}

func moneyTurn() turn[intake.AnswerIn] {
	return turn[intake.AnswerIn]{title: "收入和支出",
		draw: func(in page.In, d draft, v form.Values) templ.Component { return moneyPage(in, d, v) },
		next: func(d draft) string {
			return d.next("money") + "?per=1"
		},
		act: func(q *site.Req, in intake.AnswerIn) error {
			in.Page = "money"
			return answers(q, in)
		}}
}

func showMoney(q *site.Req) error { return moneyTurn().show(q) }
func takeMoney(q *site.Req) error { return moneyTurn().take(q) }
