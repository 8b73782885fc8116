package desk

import (
	"strconv"
	"strings"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/page"
)

// sum is what a family's income comes to, written out as it was worked out.
type sum struct {
	Formula, Line string
	Unknown       []string // whose income is not known
}

// income works out the income for each head with every number that goes into it, and holds it to the local line.
func (r *record) income(in page.In) sum {
	var s sum
	total := money.Amount(0)
	for _, m := range r.Family {
		n, _ := r.Answers.Get(m.ID, person.FactIncome)
		amount, known := n.Amount()
		if !known {
			s.Unknown = append(s.Unknown, m.Name)
		}
		total += amount // each bounded when it was said
	}
	per, err := intake.PerHead(r.Family, r.Answers)
	if err != nil || !per.Known {
		return s
	}
	s.Formula = in.T("人均月收入 {0} ＝ {1} ÷ {2} 人", per.PerHead, total, per.Heads)
	if !r.HasLine {
		s.Line = in.T("还没有登记本地低保标准，不能比较。")
		return s
	}
	line := r.Line * money.Amount(per.Heads)
	share := strconv.FormatInt(int64(total*100/max(line, 1)), 10)
	if total > line {
		s.Line = in.T("本地低保标准 {0} × {1} 人 ＝ {2}，全家收入是它的 {3}%，高于标准", r.Line, per.Heads, line, share)
	} else {
		s.Line = in.T("本地低保标准 {0} × {1} 人 ＝ {2}，全家收入是它的 {3}%，不高于标准", r.Line, per.Heads, line, share)
	}
	return s
}

func (r *record) familyList(in page.In) page.List {
	l := page.List{Caption: in.T("家庭成员"), None: in.T("还没有填家庭成员"), Dense: true,
		Cols: []page.Col{{Label: in.T("姓名")}, {Label: in.T("身体")}, {Label: in.T("本人说的月收入"), Num: true},
			{Label: in.T("核实的月收入"), Num: true}, {Label: in.T("同意核实")}, {Label: in.T("操作"), Act: true}}}
	for _, m := range r.Family {
		n, _ := r.Answers.Get(m.ID, person.FactIncome)
		f, _ := intake.FactOf(r.Family, m.ID, person.FactIncome)
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{{Text: m.Name, Note: r.about(in, m)}, page.T(health(in, m.Health)),
			page.T(said(in, f, n)), checked(in, f, n), page.T(r.agreed(in, m)), page.C(memberActs(in, r, m))}})
	}
	return r.quiet(l)
}

// incomeList is the family's income alone, for a group leader whose union shows it.
func (r *record) incomeList(in page.In) page.List {
	l := page.List{Caption: in.T("家庭收入"), None: in.T("还没有填家庭成员"), Dense: true,
		Cols: []page.Col{{Label: in.T("姓名")}, {Label: in.T("本人说的月收入"), Num: true}, {Label: in.T("核实的月收入"), Num: true}}}
	for _, m := range r.Family {
		n, _ := r.Answers.Get(m.ID, person.FactIncome)
		f, _ := intake.FactOf(r.Family, m.ID, person.FactIncome)
		c := checked(in, f, n)
		c.Note = ""
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(m.Name), page.T(said(in, f, n)), c}})
	}
	return l
}

// about says who one of the family is: relation, age, and whether the help is for them.
func (r *record) about(in page.In, m intake.Relative) string {
	parts := []string{m.Relation.Say(in.Lang)}
	if m.Birth.Valid() {
		parts = append(parts, in.T("{0} 岁", m.Birth.Age(r.Today)))
	}
	if m.ID == r.A.AboutID {
		parts = append(parts, in.T("这次的事是他（她）的"))
	}
	return strings.Join(parts, " · ")
}

func health(in page.In, h person.Health) string {
	for _, c := range h.Choices() {
		if c.Value == string(h) {
			return in.T(c.Label)
		}
	}
	return ""
}

// said is what the worker said; what he did not know reads so.
func said(in page.In, f intake.Fact, n intake.Answer) string {
	if n.SaidAt > 0 && !n.Known {
		return in.T("说不准")
	}
	return f.Tell(in.Lang, n.Value)
}

// checked is what the union found, with what it was found by.
func checked(in page.In, f intake.Fact, n intake.Answer) page.Cell {
	if n.CheckedAt == 0 {
		return page.T("")
	}
	return page.Cell{Text: f.Tell(in.Lang, n.Checked), Note: n.Note}
}

// agreed says how an adult of the family agreed to being asked about; a child is asked through its parents.
func (r *record) agreed(in page.In, m intake.Relative) string {
	switch {
	case m.Self():
		return in.T("本人")
	case m.Consent == "link":
		return in.T("已用手机同意")
	case m.Consent == "paper":
		return in.T("已纸面签字")
	case m.Consent == "refused":
		return in.T("不同意，要当面谈")
	case m.Adult(r.Today):
		return in.T("还没有")
	}
	return in.T("未成年，不用")
}

// open reports an adult of the family who has not agreed yet.
func (r *record) open(m intake.Relative) bool {
	return !m.Self() && m.Consent != "link" && m.Consent != "paper" && m.Adult(r.Today)
}

// question is one fact of the case: what was said, what was found.
type question struct {
	Subject, Name string
	Label         string
	Fact          intake.Fact
	Answer        intake.Answer
	Ours          bool // the union must find it
}

// questions lists what was said, and what the union still has to find, but for the incomes of the family table.
func (r *record) questions(in page.In) []question {
	var out []question
	have := map[string]bool{}
	for _, n := range r.Answers {
		f, ok := intake.FactOf(r.Family, n.Subject, n.Name)
		if !ok || f.Of == intake.OfMember && n.Name == person.FactIncome {
			continue
		}
		have[n.Subject+"/"+n.Name] = true
		label := f.Label.Say(in.Lang)
		if f.Of == intake.OfMember {
			label += "（" + r.member(n.Subject).Name + "）"
		}
		out = append(out, question{Subject: n.Subject, Name: n.Name, Label: label, Fact: f, Answer: n})
	}
	for _, q := range r.P.Questions(r.A.Cause, "officer") {
		f, ok := q.Asks()
		subject := f.Of
		if f.Of == intake.OfMember {
			subject = r.A.AboutID
		}
		if ok && !have[subject+"/"+q.Fact] {
			out = append(out, question{Subject: subject, Name: q.Fact, Label: q.Label.Say(in.Lang), Fact: f, Ours: true})
		}
	}
	if f, ok := intake.FactOf(r.Family, intake.OfEvent, intake.FactSameEvent); ok && len(r.Near) > 0 && !have[intake.OfEvent+"/"+intake.FactSameEvent] {
		out = append(out, question{Subject: intake.OfEvent, Name: intake.FactSameEvent, Label: f.Label.Say(in.Lang), Fact: f, Ours: true})
	}
	return out
}

func (r *record) member(id string) intake.Relative {
	for _, m := range r.Family {
		if m.ID == id {
			return m
		}
	}
	return intake.Relative{}
}

func (r *record) questionList(in page.In) page.List {
	l := page.List{Caption: in.T("回答和核实"), None: in.T("这种申请没有别的问题"), Dense: true,
		Cols: []page.Col{{Label: in.T("项目")}, {Label: in.T("本人说的")}, {Label: in.T("核实的")}, {Label: in.T("操作"), Act: true}}}
	for _, q := range r.questions(in) {
		c := checked(in, q.Fact, q.Answer)
		if q.Ours {
			c = page.C(page.Tag(page.ToneWarn, in.T("要工会核实")))
		}
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(q.Label), page.T(said(in, q.Fact, q.Answer)), c, page.C(r.correctLink(in, q.Subject, q.Name, q.Label))}})
	}
	return r.quiet(l)
}
