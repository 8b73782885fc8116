package page_test

import (
	"context"
	"io"
	"maps"
	"slices"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
)

// around puts children into a component that takes them.
func around(outer templ.Component, inner ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return outer.Render(templ.WithChildren(ctx, templ.Join(inner...)), w)
	})
}

func text(s string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, templ.EscapeString(s))
		return err
	})
}

func p(s string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "<p>"+templ.EscapeString(s)+"</p>")
		return err
	})
}

func h2(s string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "<h2>"+templ.EscapeString(s)+"</h2>")
		return err
	})
}

func join(all ...templ.Component) templ.Component { return templ.Join(all...) }

// aid is an invented form with a field of every kind.
type aid struct {
	Name   string       `form:"name" label:"姓名" group:"本人" need:"true" auto:"name" max:"50"`
	ID     string       `form:"id" label:"身份证号" kind:"id" group:"本人" need:"true"`
	Mobile string       `form:"mobile" label:"手机" kind:"phone" group:"本人" need:"true"`
	Born   string       `form:"-"`
	Card   string       `form:"card" label:"银行卡号" kind:"card" group:"本人" hint:"可以以后再填"`
	Cause  cause        `form:"cause" label:"主要原因" group:"困难" need:"true"`
	Also   []cause      `form:"also" label:"还有哪些困难" group:"困难"`
	Income money.Amount `form:"income" label:"每月到手收入" unit:"元 / 月" group:"困难" need:"true" max:"50000"`
	People int64        `form:"people" label:"家里几口人" unit:"人" group:"困难" need:"true" min:"1" max:"20"`
	Word   string       `form:"word" label:"说明" kind:"area" group:"困难" max:"200"`
	Paper  form.File    `form:"paper" label:"住院发票" group:"材料" accept:"image/jpeg,image/png,application/pdf" hint:"拍清楚四个角"`
	Agree  bool         `form:"agree" label:"我保证填写的都是真的" group:"材料" need:"true"`
	Pass   string       `form:"pass" label:"密码" kind:"secret" group:"材料"`
	Code   string       `form:"code" label:"验证码" kind:"code" group:"材料"`
	Unit   string       `form:"unit" kind:"hidden"`
}

type cause string

func (cause) Choices() []form.Choice {
	return []form.Choice{{Value: "ill", Label: "本人患重大疾病"}, {Value: "kin", Label: "家属患重大疾病"},
		{Value: "study", Label: "子女上学"}, {Value: "fire", Label: "受灾", Hint: "火灾、水灾、地震"}}
}

func full(face page.Face, l words.Lang) page.In {
	in := page.In{Lang: l, Face: face, Title: "申请", Module: "办理", Unit: "临江机电工会", Key: "k-1", Path: "/desk/cases?stage=check",
		Who: page.Who{Name: "王敏", Role: "帮扶干事", Unit: "机关"}, Todo: 12, Find: "/desk/find", Demo: true, Expires: 1800,
		Foot: "临江机电工会 · 帮扶中心　工作日 8:30—17:30", Flash: page.Flash{Text: "已保存"},
		Phones: []page.Phone{{Label: "职工维权热线", Number: "12351"}, {Label: "心理援助热线", Number: "12356", Hours: "24 小时"}}}
	for _, n := range []page.NavItem{{Href: "#a", Label: "工作台", Icon: "home"}, {Href: "#b", Label: "申请", Icon: "doc", Count: 46, Current: true},
		{Href: "#c", Label: "档案", Icon: "family", Count: 318}, {Href: "#d", Label: "走访", Icon: "walk", Count: 5},
		{Href: "#e", Label: "发放", Icon: "money", Group: "资金"}, {Href: "#f", Label: "报表", Icon: "chart", Group: "资金"}, {Href: "#g", Label: "设置", Icon: "gear", Group: "管理"}} {
		in.Nav = append(in.Nav, n)
	}
	return in
}

func wrong(in page.In) page.In {
	in.Flash = page.Flash{}
	return in.With(form.Decode(form.Values{"name": {"王建华"}, "mobile": {"13800000000"}, "income": {"258O"}, "people": {"40"}, "cause": {"ill"}}, &aid{}))
}

func texts() form.Values {
	return form.Values{"name": {"王建华"}, "mobile": {"13800000000"}, "income": {"258O"}, "people": {"40"}, "cause": {"ill"}, "also": {"study"}, "word": {"住院两次。"}}
}

func list(in page.In) page.List {
	row := func(no, name, dept string, tag templ.Component, day, sum string) page.Row {
		return page.Row{Value: no, Name: name, Cells: []page.Cell{page.A("#"+no, no), page.T(name), page.T(dept), page.C(tag), page.T(day), page.T(sum),
			page.C(page.Links(page.Link{Href: "#v", Label: "核查"}, page.Link{Href: "#n", Label: "催办"}))}}
	}
	l := page.List{Caption: "工会核查中的申请", Check: "id", Form: "batch", Head: 1,
		Cols: []page.Col{{Label: "编号", Sort: "?s=no", Sorted: "ascending"}, {Label: "姓名"}, {Label: "部门"}, {Label: "状态"}, {Label: "时限", Sort: "?s=due"}, {Label: "金额（元）", Num: true}, {Label: "操作", Act: true}},
		Rows: []page.Row{
			row("BF-2026-0318", "王建华", "检修一班", page.Tag(page.ToneErr, "逾期 1 天"), "2026-11-20", "500.00–5,000.00"),
			row("BF-2026-0321", "赵春梅", "装配二组", page.Tag(page.ToneInfo, "入户核查"), "2026-11-25", "2,000.00"),
			row("BF-2026-0326", "买买提·吐尔逊", "物流队", page.Tag(page.ToneWait, "等待外部"), "2026-12-04", ""),
			row("BF-2026-0329", "李四", "检修三班", page.Tag(page.ToneWarn, "待初审"), "2026-11-27", "300.00")},
		Foot: []page.Cell{page.T("合计"), page.T(""), page.T(""), page.T(""), page.T(""), page.T("7,800.00"), page.T("")}}
	l.Rows[0].Over, l.Rows[1].Picked, l.Rows[1].Seen = true, true, true
	return l
}

func query() page.Query {
	return page.Query{Action: "/desk/cases", Reset: "/desk/cases", Chips: []page.Link{{Href: "#x", Label: "我的视图：本周要办"}},
		Fields: []page.F{{Name: "q", Label: "查找", Hint: "姓名、工号或编号"}, {Name: "cause", Label: "原因", Choices: cause("").Choices()}, {Name: "unit", Label: "部门", Choices: []form.Choice{{Value: "1", Label: "检修一班"}}}},
		More:   []page.F{{Name: "from", Label: "从", Unit: "date"}, {Name: "to", Label: "到", Unit: "date"}}}
}

func chart(id string, kind page.ChartKind, series ...page.Series) page.Chart {
	return page.Chart{ID: id, Title: "各月发放", Desc: "最近六个月，按到账日", Unit: "元", Kind: kind, Money: true, Labels: []string{"6月", "7月", "8月", "9月", "10月", "11月"}, Series: series}
}

func charts(in page.In) templ.Component {
	a := page.Series{Name: "今年", Values: []int64{1200000, 860000, 2300000, 1750000, 990000, 3100000}}
	b := page.Series{Name: "去年", Values: []int64{900000, 760000, 1300000, 1950000, 890000, 2100000}}
	bars := chart("c3", page.ChartBars, a)
	bars.Labels = []string{"检修一班", "装配二组", "铸造车间", "物流队", "机关第一党支部联合小组", "后勤"}
	return around(page.Columns(), page.ChartFigure(in, chart("c1", page.ChartColumns, a)), page.ChartFigure(in, chart("c2", page.ChartLine, a, b)),
		page.ChartFigure(in, bars), page.ChartFigure(in, chart("c4", page.ChartColumns, a, b)))
}

func verdict() page.Verdict {
	return page.Verdict{Truth: page.Yes, Title: "符合医疗救助条件", Lead: "人均月收入低于当地线的 1.5 倍", Amount: "¥5,000.00", Kind: "上限", Version: "医疗救助标准 2026 年第 2 版",
		Rows: []page.Trace{{Text: "人均月收入不高于当地线的 1.5 倍", Figures: "1,260.00 ≤ 1,460.00 × 1.5", Source: "办法第八条", Truth: page.Yes, Fired: true},
			{Text: "自付医疗费不低于 1 万元", Figures: "9,200.00 ≥ 10,000.00", Source: "办法第九条", Truth: page.No}, {Text: "名下没有第二套住房", Source: "办法第十条", Truth: page.Unknown}}, Needs: []string{"住房情况"}}
}

func workerHome(in page.In) templ.Component {
	return join(page.NowCard(in, page.Now{Tone: page.ToneInfo, Status: "工会核实中", Sentence: "王建华，您的申请正在核实", Lead: "王干事约好 11月25日（周三）下午到家里看看。",
		Steps: []string{"已提交", "核实", "公示", "审批", "发放"}, Step: 1, Do: "补一张 10 月住院发票", DoNote: "走访那天带着也行", Who: "王敏（王干事）", When: "11月27日（周五）", Ask: "内线 8123", AskHref: "tel:8123",
		Buttons: []page.Button{{Label: "现在补这张发票", Href: "#s", Kind: "main"}, {Label: "看进度", Href: "#t"}}}),
		page.Tiles([]page.Tile{{Href: "#1", Label: "补充材料", Note: "还差 1 件", Icon: "upload", Due: true}, {Href: "#2", Label: "问卷", Note: "1 份，约 2 分钟", Icon: "list"}}),
		page.TaskList(in, []page.Task{{Href: "#1", Label: "本人信息", Note: "名册里的信息", State: "done"}, {Href: "#2", Label: "收入和支出", Note: "约 2 分钟", State: "todo", Next: true}, {Href: "#3", Label: "收款账户", State: "later"}, {Label: "检查并提交", State: "locked"}}),
		page.Progress(3, 6), h2("检查"), page.SummaryCard(in, page.Summary{Title: "家庭成员", Change: "#c", Rows: []page.Pair{{Label: "配偶", Value: "赵春梅", Change: "#d"}, {Label: "子女"}}}),
		page.Uploads(in, []page.Upload{{Label: "住院发票", State: "ok", File: "IMG_2.jpg", Href: "#f", Size: "320 KB", Remove: "/x"}, {Label: "低保证", State: "bad", Note: "字看不清"}, {Label: "委托书"}}),
		page.Timeline(in, []page.Event{{State: "done", Title: "已提交申请", Note: "11月17日（周二）"}, {State: "cur", Title: "工会核实中", Body: p("11月25日（周三）14:30 到家里走访")}, {State: "todo", Title: "公示 5 个工作日"}}),
		page.Calls(in, in.Phones), around(page.Note(page.ToneWarn), p("到时没提交，我们会先提醒您。")), page.Warning(in, "提交后 10 天内可以撤回。"))
}

// gallery is every page of the kit's show, by name, for one language.
func gallery(l words.Lang) map[string]templ.Component {
	w, d := full(page.Worker, l), full(page.Desk, l)
	public := full(page.Public, l)
	w.Back, public.Who = page.Link{Href: "/", Label: "返回首页"}, page.Who{}
	d.Crumbs = []page.Link{{Href: "#", Label: "申请"}, {Label: "BF-2026-0318"}}
	acting := d
	acting.ActingFor, acting.Watermark = "王建华", "王敏 2026-11-22"
	we, de := wrong(w), wrong(d)
	auto := page.Auto{Action: "/x", Fields: form.Of[aid](), Values: texts(), Version: "3", Submit: "提交申请", Cancel: page.Link{Href: "/"}, Hidden: []page.Pair{{Label: "case", Value: "1"}}}
	sheet := page.Sheet{Title: "困难职工帮扶资金发放花名册", FormNo: "BF-表-08", Union: "临江机电工会", Printed: "2026-11-22 10:30", Signers: []string{"经办人", "审核人", "工会主席"}, Seal: true}
	all := map[string]templ.Component{
		"worker-home": around(page.Layout(w), workerHome(w)),
		"worker-form": around(page.Layout(we), page.Heading("收入和支出 · 第 1 题，共 4 题", "您家里的情况", "大概数就行。"), page.AutoForm(we, auto)),
		"worker-done": around(page.Layout(public), around(page.Confirmation(public, page.Done{Title: "已提交申请", NoLabel: "申请编号", No: "BF-2026-000318", Next: []string{"班组长 3 个工作日内初审", "工会干事到家里看看"}}), page.Buttons(page.Button{Label: "保存回执", Href: "#", Kind: "main"}))),
		"desk-list":   around(page.Layout(d), around(page.Head("申请"), page.Press(page.Button{Label: "导入", Href: "#"}), page.Press(page.Button{Label: "代职工申请", Href: "#", Kind: "main"})), page.Tabs("按阶段", []page.Tab{{Href: "#", Label: "待初审", Count: 12}, {Href: "#", Label: "工会核查", Count: 5, Current: true}, {Href: "#", Label: "全部", Count: -1}}), around(page.PanelWide(""), page.QueryForm(d, query()), around(page.Tools("共 318 条"), page.Press(page.Button{Label: "导出", Href: "#", Kind: "text"})), page.BatchForm(d, "batch", "/x", page.Button{Label: "批量分派", Name: "do", Value: "assign"}, page.Button{Label: "批量提醒"}), page.Table(d, list(d)), page.PagerNav(d, page.Pager{Total: "共 318 条", Next: "#", Prev: "#", Sizes: []page.Size{{N: 20, Href: "#"}, {N: 50, Href: "#", Current: true}}}))),
		"desk-form":   around(page.Layout(de), page.Head("代职工申请"), page.AutoForm(de, auto)),
		"desk-record": around(page.Layout(acting), around(page.IdentBar(acting, page.Ident{Name: "王建华", No: "BF-2026-0318", Tone: page.ToneInfo, Status: "入户核查", Facts: []page.Pair{{Label: "部门", Value: "检修一班"}, {Label: "原因", Value: "患重大疾病"}}}), around(page.Pop("退回"), page.AutoForm(acting, page.Auto{Action: "/y", Fields: form.Of[struct {
			Why string `form:"why" label:"原因说明" kind:"area" need:"true"`
		}]()})), page.Press(page.Button{Label: "填走访记录", Href: "#", Kind: "main"})), around(page.WithRail(), around(page.Stack(), page.VerdictSheet(acting, verdict()), around(page.Panel("家庭"), page.Desc(acting, 3, []page.Pair{{Label: "人口", Value: "3"}, {Label: "人均收入", Value: "¥1,260.00", Note: "3,780 ÷ 3"}, {Label: "住址"}}))), around(page.Stack(), around(page.PanelWide("下一步", page.Link{Href: "#", Label: "全部"}), page.TodoList(acting, []page.Todo{{Tone: page.ToneErr, Tag: "逾期 1 天", Href: "#", Label: "核查王建华", Note: "检修一班", When: "11-20", Over: true}})), around(page.Panel("办理过程"), page.Timeline(acting, []page.Event{{State: "done", Title: "提交", Note: "2026-11-17"}, {State: "cur", Title: "核查"}}))))),
		"desk-board":   around(page.Layout(d), page.Head("驾驶舱"), page.Stats(d, []page.Stat{{Label: "在册", Value: "318", Unit: "户", Href: "#"}, {Label: "已发放", Value: "126.4", Unit: "万元", Note: "比去年多 8%", Tone: page.ToneOK}, {Label: "逾期", Value: "3", Unit: "件", Note: "最长 4 天", Tone: page.ToneErr}, {Label: "满意度"}}), charts(d), around(page.Panel("资金"), page.FundBar(d, page.Fund{Name: "医疗救助金", Total: 10000000, Spent: 4200000, Held: 1500000, Left: "¥43,000.00", Href: "#"})), around(page.Fold("统计口径"), p("按到账日。"))),
		"sheet-form":   around(page.PrintSheet(d, sheet), page.SheetPairs([]page.Pair{{Label: "姓名", Value: "王建华"}, {Label: "工号", Value: "0231"}, {Label: "部门", Value: "检修一班"}}, 2), page.SheetTable(d, list(d))),
		"sheet-notice": around(page.PrintSheet(d, page.Sheet{Title: "困难职工帮扶公示", DocNo: "临机工〔2026〕18 号", Official: true, Union: "临江机电工会", Day: "2026年11月22日", Printed: "2026-11-22", FormNo: "BF-表-05", Seal: true}), p("现将拟帮扶职工名单公示如下，公示期五个工作日。")),
		"empty-desk":   around(page.Layout(page.In{Lang: l, Face: page.Desk}), empty(page.In{Lang: l, Face: page.Desk})),
		"empty-worker": around(page.Layout(page.In{Lang: l}), empty(page.In{Lang: l})),
	}
	maps.Copy(all, troubles(l))
	return all
}

func troubles(l words.Lang) map[string]templ.Component {
	all := map[string]templ.Component{}
	for _, kind := range []string{"denied", "missing", "conflict", "internal", "offline", "refused", "invalid"} {
		for _, face := range []page.Face{page.Worker, page.Desk} {
			in := full(face, l)
			in.Errors = []*fault.Fault{fault.New(fault.Conflict, "fault.stale")}
			all["trouble-"+kind+"-"+string(face)] = page.TroublePage(in, page.Trouble{Kind: kind, Code: "A7F3",
				Mine: []page.Pair{{Label: "收入", Value: "2,580.00"}, {Label: "人口", Value: "3"}}, Theirs: []page.Pair{{Label: "收入", Value: "2,600.00"}, {Label: "人口", Value: "3"}, {Label: "电话"}}})
		}
	}
	return all
}

// empty is every component with nothing in it.
func empty(in page.In) templ.Component {
	f := func(name string) page.F { return page.F{Name: name, Label: name} }
	return join(around(page.Head("空")), page.AutoForm(in, page.Auto{}), page.Table(in, page.List{}), page.QueryForm(in, page.Query{}), page.PagerNav(in, page.Pager{}), page.Tabs("页", nil),
		page.Stats(in, nil), page.TodoList(in, nil), page.TaskList(in, nil), page.Timeline(in, nil), page.SummaryCard(in, page.Summary{Title: "空"}), page.Facts(in, nil), page.Uploads(in, nil), page.Calls(in, nil),
		page.ChartFigure(in, page.Chart{Title: "空"}), page.ChartFigure(in, page.Chart{ID: "z", Title: "零", Labels: []string{"一"}, Series: []page.Series{{Name: "数"}}}), page.VerdictSheet(in, page.Verdict{Title: "空"}),
		page.FundBar(in, page.Fund{Name: "空", Left: "¥0.00"}), page.Desc(in, 3, nil), page.Steps(in, nil, 0), page.Progress(0, 0), page.Empty("还没有数据", page.Link{}), page.Subnav("档案", nil), page.BatchForm(in, "b", "/b"), page.Tag("", ""),
		page.FieldRadios(in, f("r")), page.FieldChecks(in, f("k")), page.FieldSelect(in, f("s")), page.FieldArea(in, f("a")), page.FieldFile(in, f("u")), page.FieldDate(in, f("d")), page.FieldCode(in, f("o")))
}

func names[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
