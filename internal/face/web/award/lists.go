package award

import (
	"bangfu/internal/base/words"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/page"
	"bangfu/internal/office/notice"
)

func tone(s plan.State) page.Tone {
	switch s {
	case plan.Paid:
		return page.ToneOK
	case plan.Proposed, plan.Cleared:
		return page.ToneWarn
	case plan.Objected:
		return page.ToneErr
	case plan.Reserved, plan.Public, plan.Signed:
		return page.ToneInfo
	}
	return page.Plain
}

func tabs(in page.In, d listData) []page.Tab {
	var out []page.Tab
	for _, s := range stages() {
		out = append(out, page.Tab{Href: "/desk/awards?state=" + string(s), Label: s.Say(in.Lang), Count: d.Counts[s], Current: s == d.State})
	}
	return out
}

func awardList(in page.In, d listData) page.List {
	l := page.List{Caption: in.T("帮扶"), Head: 1, None: in.T("这一阶段没有。"),
		Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("姓名")}, {Label: in.T("部门")}, {Label: in.T("帮扶项")}, {Label: in.T("状态")}, {Label: in.T("合计"), Num: true}}}
	if d.State == plan.Reserved || d.State == plan.Proposed {
		l.Check, l.Form = "id", "pick"
	}
	for _, a := range d.Awards {
		l.Rows = append(l.Rows, page.Row{Value: a.ID, Name: d.Names[a.ID], Cells: []page.Cell{page.A("/desk/awards/"+a.ID, a.Number), page.T(d.Names[a.ID]),
			page.T(d.Units[a.ID]), page.T(a.Called().Say(in.Lang)), page.C(page.Tag(tone(a.State), a.State.Say(in.Lang))), page.T(in.Money(a.Total))}})
	}
	return l
}

func amounts(in page.In, d oneData) []page.Pair {
	a := d.Award
	return []page.Pair{{Label: in.T("每次"), Value: in.Money(a.Amount)}, {Label: in.T("次数"), Value: itoa(a.Times)},
		{Label: in.T("合计"), Value: in.Money(a.Total), Note: a.Total.Capital()}, {Label: in.T("依据"), Value: a.Clause}, {Label: in.T("理由"), Value: a.Reason}}
}

func planRows(in page.In, d oneData) []page.Pair {
	return []page.Pair{{Label: in.T("目标"), Value: d.Plan.Goal}, {Label: in.T("内容"), Value: d.Plan.Content}, {Label: in.T("方式"), Value: d.Plan.Method},
		{Label: in.T("完成日期"), Value: in.Date(d.Plan.UntilOn)}}
}

func stepList(in page.In, d oneData) page.List {
	l := page.List{Caption: in.T("步骤"), None: in.T("还没有写步骤"), Cols: []page.Col{{Label: in.T("做什么")}, {Label: in.T("谁")}, {Label: in.T("哪天")}, {Label: in.T("结果")}}}
	app := d.App.ID
	for _, s := range d.Steps {
		r := page.Row{Cells: []page.Cell{page.T(s.What), page.T(s.Who), page.T(in.Date(s.DueOn)), page.T(in.Date(s.DoneOn) + " " + s.Result)}}
		if s.DoneOn == "" {
			r.Cells[3] = page.C(stepDone(in, app, s))
		}
		l.Rows = append(l.Rows, r)
	}
	return l
}

func instalmentList(in page.In, d oneData) page.List {
	l := page.List{Caption: in.T("发放"), Cols: []page.Col{{Label: in.T("第几次"), Num: true}, {Label: in.T("日期")}, {Label: in.T("金额"), Num: true}, {Label: in.T("状态")}}}
	for _, i := range d.Instalments {
		note := ""
		if i.Trouble != "" {
			note = in.T(i.Trouble)
		}
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(itoa(i.No)), page.T(in.Date(i.DueOn)), page.T(in.Money(i.Amount)), {Text: i.State.Say(in.Lang), Note: note}}})
	}
	return l
}

func approvals(in page.In, d oneData) []page.Event {
	var out []page.Event
	for _, s := range d.Approval.Steps {
		e := page.Event{State: "todo", Title: in.T("role." + s.Role)}
		switch {
		case s.Answered > 0 && s.Yes:
			e.State, e.Note = "done", s.Name+" "+in.T("同意")+" "+s.Reason
		case s.Answered > 0:
			e.State, e.Note = "done", s.Name+" "+in.T("不同意")+"："+s.Reason
		case s.Now:
			e.State, e.Note = "cur", in.T("最晚 {0}", words.Said(s.Due))
		}
		out = append(out, e)
	}
	return out
}

func previewList(in page.In, s notice.Sheet) page.List {
	l := page.List{Caption: in.T(s.Title), Head: 1, Cols: []page.Col{{Label: in.T("序号"), Num: true}, {Label: in.T("姓名")}, {Label: in.T("部门")}, {Label: in.T("帮扶类别")}}}
	for _, n := range s.Lines {
		r := page.Row{Cells: []page.Cell{page.T(itoa(int64(n.N))), page.T(n.Name), page.T(n.Unit), page.T(n.Help(in.Lang))}}
		if n.Amount > 0 {
			r.Cells[3].Note = in.Money(n.Amount)
		}
		l.Rows = append(l.Rows, r)
	}
	return l
}
