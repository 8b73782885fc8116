package fund

import (
	"slices"
	"strconv"

	"bangfu/internal/base/money"
	ledger "bangfu/internal/domain/fund"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
)

func tone(m ledger.Mood) page.Tone {
	switch m {
	case ledger.Alarm:
		return page.ToneErr
	case ledger.Warn:
		return page.ToneWarn
	}
	return page.ToneOK
}

func bar(in page.In, s ledger.State) page.Fund {
	return page.Fund{
		Name: s.Pocket.Name, Total: int64(s.Grown), Spent: int64(s.Spent + s.Lent), Held: int64(s.Reserved + s.Committed),
		Left: in.Money(s.Available), Href: home + "/pockets/" + s.Pocket.Code,
	}
}

// dueText says what is to be given back, and by when.
func dueText(in page.In, d ledger.Due) string {
	if d.Over {
		return in.T("资金“{0}”的使用期已在 {1} 截止，剩余 {2} 要退回来源。", d.Pocket.Name, in.Date(d.Pocket.UntilOn), d.Free)
	}
	return in.T("资金“{0}”的使用期到 {1} 截止，还有 {2} 没有安排，到期要退回来源。", d.Pocket.Name, in.Date(d.Pocket.UntilOn), d.Free)
}

func num(label string) page.Col { return page.Col{Label: label, Num: true} }

func pocketList(in page.In, all []ledger.State) page.List {
	l := page.List{Caption: in.T("资金和预算"), None: in.T("还没有设立资金"),
		Cols: []page.Col{{Label: in.T("资金")}, {Label: in.T("来源")}, num(in.T("累计到账")), num(in.T("已付")),
			num(in.T("待付")), num(in.T("已预留")), num(in.T("可用")), num(in.T("已用")), {Label: in.T("状态")}}}
	lends := slices.ContainsFunc(all, func(s ledger.State) bool { return s.Lent > 0 })
	if lends {
		l.Cols = slices.Insert(l.Cols, 4, num(in.T("fund.budget.lent")))
	}
	for _, s := range all {
		l.Rows = append(l.Rows, page.Row{Over: s.Mood() == ledger.Alarm, Cells: []page.Cell{
			{Text: s.Pocket.Name, Href: home + "/pockets/" + s.Pocket.Code, Note: s.Pocket.Code}, page.T(s.Pocket.Source.Say(in.Lang)),
			page.T(in.Money(s.Grown)), page.T(in.Money(s.Spent)), page.T(in.Money(s.Committed)), page.T(in.Money(s.Reserved)),
			page.T(in.Money(s.Available)), page.T(strconv.FormatInt(s.Percent(), 10) + "%"),
			page.C(page.Tag(tone(s.Mood()), s.Mood().Say(in.Lang))),
		}})
		if last := &l.Rows[len(l.Rows)-1]; lends {
			last.Cells = slices.Insert(last.Cells, 4, page.T(in.Money(s.Lent)))
		}
	}
	return l
}

func askList(in page.In, p pocketsPage) page.List {
	l := page.List{Caption: in.T("等待复核"), Cols: []page.Col{{Label: in.T("事项")}, {Label: in.T("对象")}, {Label: in.T("理由")},
		{Label: in.T("申请人")}, {Label: in.T("操作"), Act: true}}}
	for _, a := range p.Asks {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(a.What.Say(in.Lang)), askObject(a), page.T(a.Reason),
			page.T(p.Names[a.AskedBy]), page.C(askActs(in, a, p.Can("fund.answer"), a.AskedBy == p.Who))}})
	}
	return l
}

func askObject(a ledger.Ask) page.Cell {
	if a.What == ledger.Reverse {
		return page.A(home+"/entries/"+a.Object, a.Object)
	}
	return page.T(a.Object)
}

// blank is an amount that is left out where there is none, as ledgers do.
func blank(in page.In, a money.Amount) page.Cell {
	if a == 0 {
		return page.T("")
	}
	return page.T(in.Money(a))
}

func statementList(in page.In, s ledger.Statement) page.List {
	l := page.List{Caption: in.T("银行存款明细"), Dense: true, None: in.T("这段时间没有收支"), Head: 1,
		Cols: []page.Col{{Label: in.T("日期")}, {Label: in.T("凭证")}, {Label: in.T("类型")}, {Label: in.T("摘要")}, num(in.T("收入")), num(in.T("支出")), num(in.T("余额"))},
		Foot: []page.Cell{page.T(in.T("合计")), page.T(""), page.T(""), page.T(""), page.T(in.Money(s.In)), page.T(in.Money(s.Out)), page.T(in.Money(s.Closing))}}
	for _, r := range s.Lines {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(in.Date(r.Day)), page.A(entryPath(r.Seq), r.Voucher), page.T(r.Kind.Say(in.Lang)),
			page.T(r.Memo), blank(in, r.In), blank(in, r.Out), page.T(in.Money(r.Left))}})
	}
	return l
}

func entryPath(seq int64) string { return home + "/entries/" + strconv.FormatInt(seq, 10) }

func entryList(in page.In, all []ledger.Entry) page.List {
	l := page.List{Caption: in.T("分录"), None: in.T("没有符合条件的分录"), Dense: true,
		Cols: []page.Col{{Label: in.T("分录号")}, {Label: in.T("凭证")}, {Label: in.T("日期")}, {Label: in.T("类型")}, {Label: in.T("摘要")}, {Label: in.T("业务号")}, num(in.T("金额"))}}
	for _, e := range all {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.A(entryPath(e.Seq), strconv.FormatInt(e.Seq, 10)), page.T(e.Voucher), page.T(in.Date(e.Day)),
			page.T(e.Kind.Say(in.Lang)), page.T(e.Memo), page.T(e.Ref), page.T(in.Money(e.Amount))}})
	}
	return l
}

// postingList shows each posting as bookkeepers read it: debit where it went, credit where it came from. With vouchers
// only, postings of the budget are left out.
func postingList(in page.In, p entryPage, vouchers bool) page.List {
	l := page.List{Caption: in.T("借贷"), Cols: []page.Col{{Label: in.T("资金")}, {Label: in.T("科目")}, num(in.T("借方")), num(in.T("贷方"))}}
	var sum money.Amount
	for _, t := range p.Entry.Postings {
		if vouchers && !t.From.Money() {
			continue
		}
		sum += t.Amount
		l.Rows = append(l.Rows,
			page.Row{Cells: []page.Cell{page.T(t.To.Pocket), page.T(accountName(in, p.Chart, t.To)), page.T(in.Money(t.Amount)), page.T("")}},
			page.Row{Cells: []page.Cell{page.T(t.From.Pocket), page.T(accountName(in, p.Chart, t.From)), page.T(""), page.T(in.Money(t.Amount))}})
	}
	l.Foot = []page.Cell{page.T(in.T("合计")), page.T(sum.Capital()), page.T(in.Money(sum)), page.T(in.Money(sum))}
	return l
}

func accountName(in page.In, c *ledger.Chart, a ledger.Account) string {
	name := c.NameOf(a.Code).Say(in.Lang)
	if a.Money() {
		return a.Code + " " + name
	}
	return name
}

func trialList(in page.In, t ledger.Trial) page.List {
	l := page.List{Caption: in.T("试算平衡表"), Dense: true, None: in.T("这一天还没有余额"),
		Cols: []page.Col{{Label: in.T("科目")}, {Label: in.T("名称")}, {Label: in.T("资金")}, num(in.T("借方余额")), num(in.T("贷方余额"))},
		Foot: []page.Cell{page.T(in.T("合计")), page.T(""), page.T(""), page.T(in.Money(t.Debit)), page.T(in.Money(t.Credit))}}
	for _, r := range t.Lines {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(r.Account.Code), page.T(r.Name.Say(in.Lang)), page.T(r.Account.Pocket), blank(in, r.Debit), blank(in, r.Credit)}})
	}
	return l
}

func pocketField(in page.In, all []ledger.Pocket, value string) page.F {
	return page.F{Name: "pocket", Label: in.T("资金"), Value: value, Choices: pocketChoices(all)}
}

func entryQuery(in page.In, p entriesPage) page.Query {
	return page.Query{Action: home + "/entries", Reset: home + "/entries", Fields: []page.F{
		pocketField(in, p.Pockets, p.Filter.Pocket), {Name: "month", Label: in.T("月份"), Value: p.Filter.Month}}}
}

func trialQuery(in page.In, p trialPage) page.Query {
	return page.Query{Action: home + "/trial", Reset: home + "/trial", Fields: []page.F{
		pocketField(in, p.Pockets, p.Pocket), {Name: "to", Label: in.T("截至日期"), Value: string(p.Trial.On)}}}
}

func statementQuery(in page.In, p pocketPage) page.Query {
	at := home + "/pockets/" + p.State.Pocket.Code
	return page.Query{Action: at, Reset: at, Fields: []page.F{
		{Name: "from", Label: in.T("开始日期"), Value: string(p.Statement.From)}, {Name: "to", Label: in.T("截止日期"), Value: string(p.Statement.To)}}}
}

// termPairs says what the giver allows; terms that allow everything are left out.
func termPairs(in page.In, p pocketPage) []page.Pair {
	k := p.State.Pocket
	out := []page.Pair{{Label: in.T("来源"), Value: k.Source.Say(in.Lang)}, {Label: in.T("基金管理人"), Value: p.Manager},
		{Label: in.T("档案要求"), Value: k.Level.Say(in.Lang)}}
	add := func(label, value string) {
		if value != "" {
			out = append(out, page.Pair{Label: label, Value: value})
		}
	}
	add(in.T("限定用途"), p.Purposes)
	add(in.T("限定项目"), string(k.Programmes))
	add(in.T("限定地区或单位"), k.Place)
	if k.Year != 0 {
		add(in.T("限定年度"), strconv.Itoa(k.Year))
	}
	add(in.T("捐赠方"), k.Donor)
	add(in.T("捐赠方意愿"), k.Wish)
	add(in.T("使用期开始"), string(k.FromOn))
	add(in.T("使用期截止"), string(k.UntilOn))
	return out
}

// lasts says in one sentence how long the pocket lasts.
func lasts(in page.In, f ledger.Forecast) string {
	switch {
	case f.Months < 0:
		return in.T("还没有完整月份的支出，暂时看不出能用多久。")
	case f.MonthsWithInput < 0:
		return in.T("近 {0} 个月平均每月支出 {1}、到账 {2}。按这样，可用的钱不会减少；没有新的到账时能用 {3} 个月。", f.Past, f.OutPer, f.InPer, f.Months)
	}
	return in.T("近 {0} 个月平均每月支出 {1}、到账 {2}。按这样能用 {4} 个月；没有新的到账时能用 {3} 个月。", f.Past, f.OutPer, f.InPer, f.Months, f.MonthsWithInput)
}

func entryPairs(in page.In, p entryPage) []page.Pair {
	e := p.Entry
	out := []page.Pair{{Label: in.T("日期"), Value: in.Date(e.Day)}, {Label: in.T("凭证"), Value: e.Voucher}, {Label: in.T("类型"), Value: e.Kind.Say(in.Lang)},
		{Label: in.T("金额"), Value: in.Money(e.Amount)}, {Label: in.T("摘要"), Value: e.Memo}, {Label: in.T("业务号"), Value: e.Ref}, {Label: in.T("记账人"), Value: p.By}}
	if e.Reverses > 0 {
		out = append(out, page.Pair{Label: in.T("冲销的分录"), Value: strconv.FormatInt(e.Reverses, 10)})
	}
	return append(out, page.Pair{Label: in.T("校验码"), Value: e.Hash[:min(16, len(e.Hash))]})
}

func reverseFields() []form.Field { return form.Of[ledger.ReverseIn]() }
