package file

import (
	"slices"

	"bangfu/internal/base/words"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/effect"
	"bangfu/internal/domain/outreach"
	"bangfu/internal/domain/partner"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/recognition"
	"bangfu/internal/engine/page"
	"bangfu/internal/programme/lending"
)

// overview is the file's own words.
func (r *record) overview(in page.In) []page.Pair {
	f := r.File
	causes := ""
	for i, c := range f.Further() {
		if i > 0 {
			causes += in.T("、")
		}
		causes += c.Say(in.Lang)
	}
	rows := []page.Pair{
		{Label: in.T("主要致困原因"), Value: f.Cause.Say(in.Lang)}, {Label: in.T("其他致困原因"), Value: causes},
		{Label: in.T("困难程度"), Value: f.Degree.Say(in.Lang)}, {Label: in.T("建档级别"), Value: f.Level.Say(in.Lang)},
		{Label: in.T("困难类别"), Value: f.ClassText, Note: r.scheme(in)}, {Label: in.T("建档日期"), Value: in.Date(f.OpenedOn)},
		{Label: in.T("帮扶需求"), Value: f.Need}, {Label: in.T("原档案编号"), Value: f.ImportRef},
	}
	if f.EndedOn != "" {
		rows = append(rows, page.Pair{Label: in.T("结束日期"), Value: in.Date(f.EndedOn)}, page.Pair{Label: in.T("退出原因"), Value: f.EndReason.Say(in.Lang)},
			page.Pair{Label: in.T("保存到"), Value: in.Date(f.KeepUntil)})
	}
	if f.Transit != "" {
		rows = append(rows, page.Pair{Label: in.T("正在转往"), Value: f.Transit})
	}
	return rows
}

// scheme names the classes the class is one of: old files keep their own.
func (r *record) scheme(in page.In) string {
	if r.File.Class == "" {
		return ""
	}
	return in.T("按 {0} 第 {1} 版认定", r.File.Scheme, r.File.SchemeVersion)
}

// classes lists how the household was recognised up to the day: by which version, proposed and decided by whom.
func (r *record) classes(in page.In) page.List {
	t := page.List{Caption: in.T("认定记录"), Head: 0, None: in.T("还没有认定过困难类别"),
		Cols: []page.Col{{Label: in.T("困难类别")}, {Label: in.T("状态")}, {Label: in.T("提出")}, {Label: in.T("决定")}, {Label: in.T("标准版本")}}}
	for _, c := range r.Classed {
		state, decided := c.State, page.T("—")
		if c.DecidedOn != "" && c.DecidedOn <= r.On {
			decided = page.T(in.Date(c.DecidedOn) + " " + r.Users[c.DecidedBy])
			decided.Note = c.Note
		} else {
			state = recognition.Proposed
		}
		class := or(c.Class.Say(in.Lang), "—")
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.A("/desk/recognition/"+c.ID, class), page.T(state.Say(in.Lang)),
			page.T(in.Date(c.ProposedOn) + " " + r.Users[c.ProposedBy]), decided, page.T(in.T("{0} 第 {1} 版", c.Standard, c.StandardVersion))}})
	}
	return t
}

func (r *record) family(in page.In) page.List {
	t := page.List{Caption: in.T("家庭成员"), Head: 1, None: in.T("名册里还没有登记家庭成员"),
		Cols: []page.Col{{Label: in.T("关系")}, {Label: in.T("姓名")}, {Label: in.T("年龄"), Num: true}, {Label: in.T("证件号码")}, {Label: in.T("健康")},
			{Label: in.T("在读")}, {Label: in.T("从业")}, {Label: in.T("月收入"), Num: true}, {Label: in.T("加入日期")}}}
	for _, m := range r.Home.SeenBy(r.File.PersonID) {
		age, income := "—", in.T("还不知道")
		if m.Birth.Valid() {
			age = itoa(m.Birth.Age(r.On))
		}
		if m.IncomeKnown {
			income = in.Money(m.Income)
		}
		health := choice(in, person.Health("").Choices(), string(m.Health))
		if m.Disability != "" {
			health = choice(in, person.Disability("").Choices(), string(m.Disability))
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(m.Relation.Say(in.Lang)), page.T(m.Name), page.T(age), page.T(or(m.IDMask, "—")),
			page.T(health), page.T(choice(in, person.Schooling("").Choices(), string(m.Schooling))),
			page.T(choice(in, person.Work("").Choices(), string(m.Employment))), page.T(income), page.T(in.Date(m.Since))}})
	}
	return t
}

// money lists the income, spending and means as they are known on the day: of the household and of each member.
func (r *record) money(in page.In) (page.List, error) {
	t := page.List{Caption: in.T("收支明细"), None: in.T("还没有登记收支"),
		Cols: []page.Col{{Label: in.T("谁的")}, {Label: in.T("项目")}, {Label: in.T("期间")}, {Label: in.T("数额"), Num: true}, {Label: in.T("来源")}, {Label: in.T("从哪天起")}}}
	all, err := person.Vocabulary()
	if err != nil {
		return t, err
	}
	for _, f := range r.Home.Facts {
		i := slices.IndexFunc(all, func(n person.Name) bool { return n.Name == f.Name && n.Sort == "money" })
		if i < 0 {
			continue
		}
		checked := in.T("未核对")
		if f.CheckedBy != "" {
			checked = in.T("{0} 核对", or(r.Users[f.CheckedBy], "—"))
		}
		amount := page.T(in.Money(f.Amount()))
		amount.Note = checked
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(r.whose(in, f)), page.T(all[i].Label.Say(in.Lang)), page.T(or(f.Period, "—")), amount,
			page.T(source(in, f.Source)), page.T(in.Date(f.FromOn))}})
	}
	return t, nil
}

func source(in page.In, s string) string {
	switch s {
	case person.FromSelf:
		return in.T("本人填写")
	case person.FromOfficer:
		return in.T("工会核实")
	case person.FromPaper:
		return in.T("证明材料")
	case person.FromRoster:
		return in.T("单位名册")
	case person.FromExternal:
		return in.T("外部核对")
	}
	return "—"
}

func (r *record) whose(in page.In, f person.Fact) string {
	for _, m := range r.Home.Members {
		if f.SubjectID == m.ID || f.SubjectID == m.WorkerID && m.WorkerID != "" {
			return m.Name
		}
	}
	return in.T("全家")
}

func (r *record) aid(in page.In) (page.List, error) {
	t := page.List{Caption: in.T("帮扶记录"), None: in.T("还没有帮扶记录"),
		Cols: []page.Col{{Label: in.T("日期")}, {Label: in.T("项目")}, {Label: in.T("金额"), Num: true}, {Label: in.T("来源")}, {Label: in.T("说明")}}}
	var counted []casefile.Aid
	for _, a := range slices.Backward(r.Aid) {
		note := a.Note
		back := a.TakenBack != "" && a.TakenBack <= r.On
		if back {
			note = in.T("{0} 已追回，不再计入", string(a.TakenBack))
		} else {
			counted = append(counted, a)
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(in.Date(a.On)), page.T(r.itemName(in, a)), page.T(in.Money(a.Amount)), page.T(a.Source.Say(in.Lang)), page.T(or(note, "—"))}})
	}
	total, err := casefile.Total(counted)
	if len(counted) > 0 {
		t.Foot = []page.Cell{page.T(in.T("合计")), page.T(in.T("{0} 次", len(counted))), page.T(in.Money(total)), page.T(""), page.T("")}
	}
	return t, err
}

// itemName says what a help was: the programme's own word, or ours for what none gives.
func (r *record) itemName(in page.In, a casefile.Aid) string {
	switch a.Item {
	case outreach.Purpose:
		return in.T("走访慰问")
	case partner.Item:
		return in.T("其他单位帮扶")
	case lending.Item:
		return in.T("借款转为补助")
	}
	if p, ok := r.Kinds[a.Programme]; ok {
		return p.Name.Say(in.Lang)
	}
	return a.Item
}

// followed lists the follow-ups made by the day, and on today's page those to come.
func (r *record) followed(in page.In) page.List {
	t := page.List{Caption: in.T("跟踪走访"), None: in.T("还没有安排跟踪走访。帮扶发放后会自动安排。"),
		Cols: []page.Col{{Label: in.T("应访日期")}, {Label: in.T("走访日期")}, {Label: in.T("方式")}, {Label: in.T("情况")}, {Label: in.T("下一步")}}}
	for _, v := range r.Visits {
		switch {
		case v.State == "dropped", r.past() && (v.DoneOn == "" || v.DoneOn > r.On):
			continue
		case v.State == "due":
			cell := page.T(in.T("待走访"))
			if r.can("effect.visit") {
				cell = page.A(visits+"/"+v.ID, in.T("登记"))
			}
			t.Rows = append(t.Rows, page.Row{Over: v.DueOn < r.Today, Cells: []page.Cell{page.T(in.Date(v.DueOn)), cell, page.T("—"), page.T("—"), page.T("—")}})
		default:
			t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(in.Date(v.DueOn)), page.T(in.Date(v.DoneOn)), page.T(v.Way.Say(in.Lang)), page.T(v.Found),
				page.T(v.NextStep.Say(in.Lang))}})
		}
	}
	return t
}

// before and after, side by side; false when nobody has looked yet.
func compared(in page.In, w effect.Watch) (page.List, bool, error) {
	t := page.List{Caption: in.T("帮扶前后对比"), Head: 0,
		Cols: []page.Col{{Label: in.T("指标")}, {Label: in.T("帮扶前")}, {Label: in.T("最近一次")}, {Label: in.T("变化")}}}
	before, err := w.Before()
	if err != nil {
		return t, false, err
	}
	after, seen, err := w.After()
	if err != nil || !seen {
		return t, false, err
	}
	for _, c := range effect.Compare(before, after) {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(c.Name.Say(in.Lang)), page.T(orDash(in, c.Before)), page.T(orDash(in, c.After)),
			page.C(page.Tag(resultTone(c.Result), c.Result.Say(in.Lang)))}})
	}
	return t, true, nil
}

func resultTone(r effect.Result) page.Tone {
	switch r {
	case effect.Better:
		return page.ToneOK
	case effect.Worse:
		return page.ToneErr
	case effect.Same, effect.Unknown:
	}
	return page.Plain
}

func orDash(in page.In, s words.Said) string {
	if s == nil {
		return "—"
	}
	return s.Say(in.Lang)
}

func (r *record) timeline(in page.In) []page.Event {
	out := make([]page.Event, 0, len(r.Events))
	for _, e := range r.Events {
		by := r.Users[e.ByUser]
		note := in.Date(e.OnDay)
		if by != "" {
			note += " · " + by
		}
		if recorded := dayOf(e.At); recorded != e.OnDay {
			note += " · " + in.T("{0} 补录", string(recorded))
		}
		out = append(out, page.Event{State: "done", Title: e.Say(in.Lang), Note: note})
	}
	return out
}

func (r *record) looks(in page.In) page.List {
	t := page.List{Caption: in.T("查阅记录"), None: in.T("还没有人查阅过这家人的保密信息"),
		Cols: []page.Col{{Label: in.T("日期")}, {Label: in.T("谁")}, {Label: in.T("做了什么")}, {Label: in.T("涉及内容")}, {Label: in.T("原因")}}}
	for _, e := range r.Looks {
		if d := dayOf(e.At); e.Outcome == "done" && d <= r.On {
			t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(in.Date(d)), page.T(or(r.Users[e.Actor], "—")), page.T(e.Act), page.T(or(e.Fields, "—")), page.T(or(e.Reason, "—"))}})
		}
	}
	return t
}

// sealed lists what of this household can be opened one at a time, each look with its reason.
func (r *record) sealed(in page.In) []sealedField {
	if r.past() || !r.can("audit.look") {
		return nil
	}
	return []sealedField{{"person", r.Worker.ID, "id_no", in.T("身份证号"), or(r.Worker.IDMask, "—")}, {"person", r.Worker.ID, "phone", in.T("手机号"), or(r.Worker.PhoneMask, "—")},
		{"household", r.Home.ID, "address", in.T("家庭住址"), "＊＊＊"}}
}

// watchOf is a watch as the templates take it.
type watchOf = effect.Watch

// sealedField is one thing that the act of looking can open.
type sealedField struct{ Kind, ID, Field, Label, Mask string }
