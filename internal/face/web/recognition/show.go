package recognition

import (
	"net/url"

	"bangfu/internal/domain/recognition"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
)

func tone(s recognition.State) page.Tone {
	switch s {
	case recognition.Proposed, recognition.Public:
		return page.ToneInfo
	case recognition.Recognised:
		return page.ToneOK
	case recognition.Refused:
		return page.ToneErr
	case recognition.Returned:
	}
	return page.Plain
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// address is the list with other conditions.
func (l list) address(state, class, after string) string {
	v := url.Values{}
	for name, value := range map[string]string{"state": state, "class": class, "after": after} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if len(v) == 0 {
		return home
	}
	return home + "?" + v.Encode()
}

func (l list) tabs(in page.In) []page.Tab {
	total := int64(0)
	for _, n := range l.Counts {
		total += n
	}
	out := []page.Tab{{Href: l.address("", string(l.Class), ""), Label: in.T("全部"), Count: int(total), Current: l.State == ""}}
	for _, c := range recognition.State("").Choices() {
		out = append(out, page.Tab{Href: l.address(c.Value, string(l.Class), ""), Label: in.T(c.Label), Count: int(l.Counts[recognition.State(c.Value)]), Current: string(l.State) == c.Value})
	}
	return out
}

func (l list) form(in page.In) page.Query {
	var classes []form.Choice
	for _, c := range recognition.Class("").Choices() {
		classes = append(classes, form.Choice{Value: c.Value, Label: in.T(c.Label)})
	}
	return page.Query{Action: home, Reset: home, Fields: []page.F{{Name: "class", Label: in.T("困难类别"), Value: string(l.Class), Choices: classes}},
		Hidden: []page.Pair{{Label: "state", Value: string(l.State)}}}
}

func (l list) table(in page.In) page.List {
	t := page.List{Caption: in.T("建档认定"), Head: 0, None: in.T("没有符合条件的认定。到职工的页面可以提出认定。"),
		Cols: []page.Col{{Label: in.T("姓名")}, {Label: in.T("部门")}, {Label: in.T("种类")}, {Label: in.T("困难类别")}, {Label: in.T("提出日期")},
			{Label: in.T("提出人")}, {Label: in.T("决定人")}, {Label: in.T("状态")}}}
	for _, c := range l.Cases {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.A(home+"/"+c.ID, l.People[c.PersonID].Name), page.T(or(l.Units[c.UnitID], "—")),
			page.T(kind(in, c)), page.T(class(in, c)), page.T(in.Date(c.ProposedOn)), page.T(or(l.Users[c.ProposedBy], "—")), page.T(or(l.Users[c.DecidedBy], "—")),
			page.C(page.Tag(tone(c.Stands()), c.Stands().Say(in.Lang)))}})
	}
	return t
}

func kind(in page.In, c recognition.Case) string {
	if c.Kind == "review" {
		return in.T("年审")
	}
	return in.T("首次认定")
}

func class(in page.In, c recognition.Case) string {
	if c.Class == "" {
		return in.T("不符合")
	}
	return c.Class.Say(in.Lang)
}

func (l list) pager() page.Pager {
	p := page.Pager{}
	if l.More {
		p.Next = l.address(string(l.State), string(l.Class), l.Cases[len(l.Cases)-1].ID)
	}
	if l.After != "" {
		p.Prev = l.address(string(l.State), string(l.Class), "")
	}
	return p
}

func (o one) ident(in page.In) page.Ident {
	return page.Ident{Name: o.Worker.Name, No: o.Worker.StaffNo, Tone: tone(o.Case.Stands()), Status: o.Case.Stands().Say(in.Lang),
		Facts: []page.Pair{{Label: in.T("部门"), Value: o.Unit}, {Label: in.T("种类"), Value: kind(in, o.Case)}, {Label: in.T("困难类别"), Value: class(in, o.Case)},
			{Label: in.T("建档级别"), Value: o.Case.Level.Say(in.Lang)}}}
}

// course says who did what and when.
func (o one) course(in page.In) []page.Event {
	c := o.Case
	out := []page.Event{{State: "done", Title: in.T("提出认定"), Note: in.Date(c.ProposedOn) + " · " + or(o.Users[c.ProposedBy], "—") + " · " + c.Reason}}
	if c.DecidedOn == "" {
		return append(out, page.Event{State: "now", Title: in.T("等另一位负责人决定")})
	}
	note := in.Date(c.DecidedOn) + " · " + or(o.Users[c.DecidedBy], "—")
	if c.Note != "" {
		note += " · " + c.Note
	}
	if c.Stands() == recognition.Public {
		return append(out, page.Event{State: "done", Title: in.T("同意认定"), Note: note}, page.Event{State: "now", Title: c.Stands().Say(in.Lang), Note: in.T("公示结束、没有异议就生效")})
	}
	return append(out, page.Event{State: "done", Title: c.State.Say(in.Lang), Note: note})
}

// answers are those that can be given: what the standard says no to cannot be recognised.
func (o one) answers() []form.Field {
	fields := form.Of[recognition.DecideIn]()
	if o.Case.Class != "" {
		return fields
	}
	return form.With(fields, "answer", recognition.Answer("").Choices()[1:])
}

func (p proposal) ident(in page.In) page.Ident {
	id := page.Ident{Name: p.Worker.Name, No: p.Worker.StaffNo, Tone: page.Plain, Status: in.T("还没有建档")}
	if p.File.ID != "" {
		id.Status = p.File.State.Say(in.Lang)
		id.Facts = []page.Pair{{Label: in.T("编号"), Value: p.File.Number}, {Label: in.T("困难类别"), Value: or(p.File.ClassText, in.T("未认定"))},
			{Label: in.T("年度复核"), Value: in.Date(p.File.ReviewDue)}}
	}
	return id
}

func (p proposal) ready() bool { return p.Verdict.Outcome != standard.Unknown }

// lacking are the pages on which what is not known is recorded.
func (p proposal) lacking(in page.In) []page.Link {
	var out []page.Link
	for i, name := range p.Verdict.Needs {
		label := name
		if i < len(p.Verdict.NeedTexts) {
			label = p.Verdict.NeedTexts[i].Say(in.Lang)
		}
		v := url.Values{"subject": {"household:" + p.Worker.HouseholdID}, "name": {name}}
		out = append(out, page.Link{Href: people + "/" + p.Worker.ID + "/fact?" + v.Encode(), Label: in.T("登记“{0}”", label)})
	}
	return out
}
