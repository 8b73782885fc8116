package desk

import (
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// step is one form of a case: the act it does, what it shows, where it leads.
type step[In any] struct {
	part, right string
	act         act.Act[In, none]
	page        func(in page.In, r *record, v form.Values) stepPage
	turn        string // the kind of turn whose next one is offered when it is done; "" goes back to the case
	flash       string // the green line there
}

// stepPage is what such a form shows.
type stepPage struct {
	Title, Lead string
	Preview     []string
	Verdict     bool
	Auto        page.Auto
}

func (s step[In]) routes() []site.Route {
	return site.GetPost(site.Route{Pattern: apps + "/{id}/" + s.part, Right: s.right, Face: page.Desk, Do: s.show}, s.take)
}

// both is routes with a taker of its own.
func (s step[In]) both(take site.Handler) []site.Route {
	all := s.routes()
	all[1].Do = take
	return all
}

func (s step[In]) show(q *site.Req) error {
	r, err := readRecord(q, q.ID("id"))
	if err != nil {
		return err
	}
	in := r.frame(q)
	p := s.fill(in, r, nil)
	in.Title = p.Title
	return q.Render(stepView(in, r, p))
}

// fill puts what every form of a case has around the step's own.
func (s step[In]) fill(in page.In, r *record, v form.Values) stepPage {
	p := s.page(in, r, v)
	p.Auto.Action = r.path(s.part)
	p.Auto.Hidden = append(p.Auto.Hidden, page.Pair{Label: "id", Value: r.A.ID})
	p.Auto.Fields = slices.DeleteFunc(slices.Clone(p.Auto.Fields), func(f form.Field) bool { return f.Kind == form.Hidden })
	p.Auto.Cancel = page.Link{Href: r.path(""), Label: in.T("返回申请")}
	if p.Auto.Values == nil {
		p.Auto.Values = v
	}
	return p
}

func (s step[In]) take(q *site.Req) error {
	var in In
	values, err := q.Read(&in)
	if err == nil {
		_, err = site.Do(q, s.act, in)
	}
	if err != nil {
		return s.again(q, values, err)
	}
	return s.leave(q)
}

// leave goes on to the page that offers the next case, or back to this one.
func (s step[In]) leave(q *site.Req) error {
	to := apps + "/" + q.ID("id")
	if s.turn != "" {
		return q.Go(to + "/done?" + url.Values{"did": {s.turn}}.Encode())
	}
	return q.Done(to, s.flash)
}

func (s step[In]) again(q *site.Req, v form.Values, err error) error {
	r, rerr := readRecord(q, q.ID("id"))
	if rerr != nil {
		return rerr
	}
	in := r.frame(q)
	p := s.fill(in, r, v)
	in.Title = p.Title
	return q.Again(err, func(in page.In) templ.Component { return stepView(in, r, p) }, in)
}

func verifyStep() step[intake.VerifyIn] {
	return step[intake.VerifyIn]{part: "verify", right: "intake.officer", act: intake.Verify, turn: "intake.verify",
		page: func(in page.In, r *record, v form.Values) stepPage {
			fields := form.With(form.Of[intake.VerifyIn](), "programme", programmesOf(in, r))
			fields = slices.DeleteFunc(fields, func(f form.Field) bool {
				return f.Name == "programme" && r.A.Programme != "" || f.Name == "no_visit" && (len(r.Visits) > 0 || !r.A.Emergency)
			})
			pick(fields, "programme")
			return stepPage{Title: in.T("核查完成，报集体研究"), Lead: in.T("核实的数会写进家庭档案，标准按它判断。"), Verdict: r.Judged,
				Auto: page.Auto{Fields: fields, Submit: in.T("报集体研究")}}
		}}
}

func programmesOf(in page.In, r *record) []form.Choice {
	var out []form.Choice
	for _, p := range r.Programmes {
		if p.Fits(r.A.Cause) {
			out = append(out, form.Choice{Value: p.Code, Label: p.Name.Say(in.Lang), Hint: p.Purpose.Say(in.Lang)})
		}
	}
	return out
}

// pick makes a text field one to choose from its list.
func pick(fields []form.Field, name string) {
	for i := range fields {
		if fields[i].Name == name {
			fields[i].Kind = form.Pick
		}
	}
}

func refuseStep() step[intake.RefuseIn] {
	return step[intake.RefuseIn]{part: "refuse", right: "intake.officer", act: intake.Refuse, turn: "intake.verify",
		page: func(in page.In, _ *record, _ form.Values) stepPage {
			return stepPage{Title: in.T("不予通过"), Lead: in.T("职工会看到原因、您写的说明、联系电话和别的办法。还不清楚的，请先退回补充。"),
				Auto: page.Auto{Fields: form.Of[intake.RefuseIn](), Submit: in.T("不予通过，答复职工")}}
		}}
}

// goneStep ends the application of a worker who is no longer here.
func goneStep() step[intake.GoneIn] {
	return step[intake.GoneIn]{part: "gone", right: "intake.officer", act: plan.CloseGone, flash: "这份申请已结束。",
		page: func(in page.In, r *record, _ form.Values) stepPage {
			return stepPage{Title: in.T("职工已不在，结束申请"), Lead: in.T("没有签发的帮扶会取消，额度退回，公示的名字撤下。家里人还有困难的，可以由家里另一位职工申请，或者转介。"),
				Auto: page.Auto{Fields: form.Of[intake.GoneIn](), Submit: in.T("结束申请")}}
		}}
}

func assessStep() step[intake.AssessIn] {
	return step[intake.AssessIn]{part: "assess", right: "intake.assess", act: intake.Assess, turn: "intake.assess",
		page: func(in page.In, r *record, v form.Values) stepPage {
			fields := form.With(form.Of[intake.AssessIn](), "item", itemsOf(in, r))
			pick(fields, "item")
			if len(itemsOf(in, r)) == 0 {
				fields = slices.DeleteFunc(fields, func(f form.Field) bool { return f.Name == "item" })
			}
			return stepPage{Title: in.T("评估报告"), Lead: in.T("写清家庭情况和建议。金额由后面的审批决定。"), Verdict: r.Judged,
				Auto: page.Auto{Fields: fields, Submit: in.T("交评估报告")}}
		}}
}

// itemsOf are the kinds of help the standard allows this family.
func itemsOf(in page.In, r *record) []form.Choice {
	var out []form.Choice
	if !r.Judged {
		return nil
	}
	for _, it := range r.Verdict.Items {
		if it.Outcome == standard.Yes && r.P.Applies(it.Code) {
			out = append(out, form.Choice{Value: it.Code, Label: it.Name.Say(in.Lang)})
		}
	}
	return slices.CompactFunc(out, func(a, b form.Choice) bool { return a.Value == b.Value })
}

// correctStep puts one figure right. What is asked is named by the address: a subject and a fact.
func correctStep(q *site.Req) step[intake.CorrectIn] {
	subject, name := q.Query("subject"), q.Query("name")
	if q.R.Method == "POST" {
		subject, name = q.R.PostFormValue("subject"), q.R.PostFormValue("name")
	}
	return step[intake.CorrectIn]{part: "correct", right: "intake.officer", act: intake.Correct, flash: "核实的数记下了。",
		page: func(in page.In, r *record, v form.Values) stepPage {
			f, _ := intake.FactOf(r.Family, subject, name)
			n, _ := r.Answers.Get(subject, name)
			fields := factFields(in, f)
			p := stepPage{Title: in.T("核实：{0}", r.factName(in, f, subject)), Lead: in.T("本人说的是“{0}”。核实的数和它并存，谁改的、凭什么改都会留下。", orNothing(in, said(in, f, n)))}
			p.Auto = page.Auto{Fields: fields, Submit: in.T("记下核实的数"), Values: v, Hidden: []page.Pair{{Label: "subject", Value: subject}, {Label: "name", Value: name}}}
			if text, known := n.Stands(); v == nil && known {
				p.Auto.Values = form.Values{"value": {f.Show(text)}, "note": {n.Note}}
			}
			return p
		}}
}

func orNothing(in page.In, s string) string {
	if s == "" {
		return in.T("没有说")
	}
	return s
}

// factFields are the fields of a correction with the value typed in as its fact is.
func factFields(in page.In, f intake.Fact) []form.Field {
	fields := form.Of[intake.CorrectIn]()
	for i := range fields {
		if fields[i].Name != "value" {
			continue
		}
		fields[i].Kind = f.Kind()
		switch {
		case f.Sort == standard.Bool:
			fields[i].Choices = []form.Choice{{Value: "1", Label: "是"}, {Value: "0", Label: "否"}}
		case len(f.Values) > 0:
			for _, c := range f.Values {
				fields[i].Choices = append(fields[i].Choices, form.Choice{Value: c.Value, Label: c.Text.Say(in.Lang)})
			}
		}
	}
	return fields
}

func (r *record) factName(in page.In, f intake.Fact, subject string) string {
	if m := r.member(subject); m.ID != "" {
		return m.Name + " · " + f.Label.Say(in.Lang)
	}
	return f.Label.Say(in.Lang)
}

func showCorrect(q *site.Req) error { return correctStep(q).show(q) }

func takeCorrect(q *site.Req) error {
	if _, err := form.Parse(q.R); err != nil {
		return err
	}
	return correctStep(q).take(q)
}

// correctLink leads to the form for one figure, for officers who have the case.
func (r *record) correctLink(in page.In, subject, name, label string) templ.Component {
	return correct(in, r, r.path("correct?"+url.Values{"subject": {subject}, "name": {name}}.Encode()), label)
}

func (n next) buttons() []page.Button {
	var out []page.Button
	if n.Main.Href != "" {
		out = append(out, n.Main)
	}
	return append(out, n.More...)
}

func photosOf(v intake.Visit) int { return len(strings.Fields(v.Photos)) }

func join(names []string) string { return strings.Join(names, "、") }
