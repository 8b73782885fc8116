package pay

import (
	"strconv"

	"bangfu/internal/domain/payment"
	"bangfu/internal/engine/page"
)

func num(label string) page.Col { return page.Col{Label: label, Num: true} }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// card shows an account by its last digits.
func card(tail string) string {
	if tail == "" {
		return ""
	}
	return "**** " + tail
}

func tabs(in page.In, d listData) []page.Tab {
	var out []page.Tab
	for _, s := range payment.States() {
		out = append(out, page.Tab{Href: home + "?state=" + string(s), Label: s.Say(in.Lang), Count: d.Counts[s], Current: s == d.State})
	}
	return out
}

func itemList(in page.In, d listData) page.List {
	l := page.List{Caption: d.State.Say(in.Lang), None: in.T("这一栏没有款项"), Head: 0,
		Cols: []page.Col{{Label: in.T("姓名")}, {Label: in.T("部门")}, {Label: in.T("帮扶项")}, num(in.T("第几次")), {Label: in.T("应发日期")},
			num(in.T("金额")), {Label: in.T("收款账号")}, {Label: in.T("状态")}}}
	for _, i := range d.Items {
		note := i.Why(in.Lang)
		l.Rows = append(l.Rows, page.Row{Over: i.State == payment.Failed || i.State == payment.Missing, Cells: []page.Cell{
			{Text: i.Worker.Name, Href: home + "/" + i.ID, Note: i.Award.Number}, page.T(i.Unit), page.T(i.Award.Called().Say(in.Lang)),
			page.T(itoa(i.No) + "/" + itoa(i.Award.Times)), page.T(in.Date(i.DueOn)), page.T(in.Money(i.Amount)), where(in, i),
			{Body: page.Tag(tone(i.State), i.State.Say(in.Lang)), Note: note}}})
	}
	return l
}

func goodList(in page.In, d makeData) page.List {
	l := page.List{Caption: in.T("可以发放"), Check: "id", Form: "make", None: in.T("这项资金现在没有可发放的"),
		Cols: []page.Col{{Label: in.T("姓名")}, {Label: in.T("部门")}, {Label: in.T("帮扶项")}, num(in.T("第几次")), {Label: in.T("应发日期")}, {Label: in.T("收款账号")}, num(in.T("金额"))},
		Foot: []page.Cell{page.T(in.T("合计 {0} 笔", len(d.Good))), page.T(d.Total.Capital()), page.T(""), page.T(""), page.T(""), page.T(""), page.T(in.Money(d.Total))}}
	for _, i := range d.Good {
		l.Rows = append(l.Rows, page.Row{Value: i.ID, Name: i.Worker.Name, Picked: d.ticked(i.ID), Cells: []page.Cell{
			{Text: i.Worker.Name, Note: i.Award.Number}, page.T(i.Unit), page.T(i.Award.Called().Say(in.Lang)), page.T(itoa(i.No) + "/" + itoa(i.Award.Times)),
			page.T(in.Date(i.DueOn)), where(in, i), page.T(in.Money(i.Amount))}})
	}
	return l
}

func badList(in page.In, d makeData) page.List {
	l := page.List{Caption: in.T("暂时不能发"), Cols: []page.Col{{Label: in.T("姓名")}, {Label: in.T("部门")}, num(in.T("金额")), {Label: in.T("原因")}, {Label: in.T("操作"), Act: true}}}
	for _, b := range d.Bad {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{{Text: b.Worker.Name, Note: b.Award.Number}, page.T(b.Unit), page.T(in.Money(b.Amount)),
			page.T(b.Bar.Say(in.Lang)), page.A(home+"/"+b.ID, in.T("去核实"))}})
	}
	return l
}

func makeQuery(in page.In, d makeData) page.Query {
	pocket := page.F{Name: "pocket", Label: in.T("资金"), Value: d.Pocket}
	for _, s := range d.Pockets {
		pocket.Choices = append(pocket.Choices, choice(s.Pocket.Code, in.T("{0}（{1} 笔，{2}）", s.Pocket.Name, s.Lines, s.Open)))
	}
	profile := page.F{Name: "profile", Label: in.T("银行文件格式"), Value: d.Profile}
	for _, p := range d.Profiles {
		profile.Choices = append(profile.Choices, choice(p.Code, p.Say(in.Lang)))
	}
	return page.Query{Action: home + "/new", Fields: []page.F{pocket, profile}}
}

func reconcileList(in page.In, all []payment.PocketSums) page.List {
	l := page.List{Caption: in.T("对账"), None: in.T("还没有签发的款项"), Head: 0,
		Cols: []page.Col{{Label: in.T("资金")}, {Label: in.T("来源")}, num(in.T("笔数")), num(in.T("应付")), num(in.T("已付")), num(in.T("银行退回")), num(in.T("还没付")), num(in.T("已付待签收"))}}
	for _, s := range all {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(s.Pocket.Name), page.T(s.Pocket.Source.Say(in.Lang)), page.T(itoa(s.Lines)),
			page.T(in.Money(s.Due)), page.T(in.Money(s.Paid)), page.T(in.Money(s.Failed)), page.T(in.Money(s.Open)), page.T(in.Money(s.Unconfirmed))}})
	}
	return l
}

func batchTone(s payment.BatchState) page.Tone {
	switch s {
	case payment.Made, payment.Approved:
		return page.ToneWarn
	case payment.Sent:
		return page.ToneWait
	case payment.Done:
		return page.ToneOK
	case payment.Cancelled:
	}
	return page.Plain
}

func batchList(in page.In, d batchesData) page.List {
	l := page.List{Caption: in.T("发放批次"), None: in.T("还没有发放批次"),
		Cols: []page.Col{{Label: in.T("批次")}, {Label: in.T("资金")}, num(in.T("笔数")), num(in.T("合计")), {Label: in.T("状态")}, {Label: in.T("制单")}, {Label: in.T("复核")}, {Label: in.T("送银行")}}}
	for _, b := range d.Batches {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.A(batches+"/"+b.ID, b.Number), page.T(b.Pocket), page.T(itoa(b.Lines)), page.T(in.Money(b.Total)),
			page.C(page.Tag(batchTone(b.State), b.State.Say(in.Lang))), by(in, d.Names, b.MadeBy, b.MadeAt), by(in, d.Names, b.CheckedBy, b.CheckedAt), by(in, d.Names, b.SentBy, b.SentAt)}})
	}
	return l
}

// by says who did a thing and on which day.
func by(in page.In, names map[string]string, user string, at int64) page.Cell {
	if user == "" {
		return page.T("")
	}
	return page.Cell{Text: names[user], Note: in.Date(dayOf(at))}
}

func lineTone(s payment.LineState) page.Tone {
	switch s {
	case payment.LinePaid:
		return page.ToneOK
	case payment.LineFailed, payment.LineReturned:
		return page.ToneErr
	case payment.LineWaiting:
		return page.ToneWait
	case payment.LineRecalled:
	}
	return page.Plain
}

func lineList(in page.In, d batchData) page.List {
	l := page.List{Caption: in.T("明细"), Head: 1,
		Cols: []page.Col{num(in.T("序号")), {Label: in.T("姓名")}, {Label: in.T("部门")}, {Label: in.T("帮扶项")}, {Label: in.T("收款账号")}, num(in.T("金额")), {Label: in.T("结果")}},
		Foot: []page.Cell{page.T(""), page.T(in.T("合计")), page.T(""), page.T(""), page.T(""), page.T(in.Money(d.Batch.Total)), page.T("")}}
	for _, x := range d.Lines {
		l.Rows = append(l.Rows, page.Row{Over: x.Line.State == payment.LineFailed, Cells: []page.Cell{page.T(itoa(x.Line.No)),
			{Text: x.Worker.Name, Href: home + "/" + x.InstalmentID, Note: x.Award.Number}, page.T(x.Unit),
			page.T(x.Award.Called().Say(in.Lang)), went(in, x), page.T(in.Money(x.Line.Amount)),
			{Body: page.Tag(lineTone(x.Line.State), x.Line.State.Say(in.Lang)), Note: x.Line.Reason}}})
	}
	return l
}

// went says where a line went: what was frozen with it, not where the next payment would go.
func went(in page.In, x batchLine) page.Cell {
	if x.Line.PayeeID != "" && x.Line.PayeeID == x.PayeeID {
		return page.Cell{Text: x.Payee.Name, Note: card(x.Line.CardTail)}
	}
	if x.Line.CardTail == "" {
		return page.T(payment.InCash.Say(in.Lang))
	}
	return page.T(card(x.Line.CardTail))
}

// rollList is the list that is signed by hand: its last column is for the signature.
func rollList(in page.In, d batchData) page.List {
	l := page.List{Caption: in.T("发放花名册"),
		Cols: []page.Col{num(in.T("序号")), {Label: in.T("姓名")}, {Label: in.T("部门")}, {Label: in.T("帮扶项")}, {Label: in.T("账号尾号")}, num(in.T("金额（元）")), {Label: in.T("签领"), Act: true}},
		Foot: []page.Cell{page.T(""), page.T(in.T("合计")), page.T(in.T("{0} 人", people(d))), page.T(""), page.T(""), page.T(d.Batch.Total.String()), page.T("")}}
	for _, x := range d.Lines {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(itoa(x.Line.No)), page.T(x.Worker.Name), page.T(x.Unit), page.T(x.Award.Called().Say(in.Lang)),
			page.T(x.Line.CardTail), page.T(x.Line.Amount.String()), page.T("")}})
	}
	return l
}

func people(d batchData) int {
	seen := map[string]bool{}
	for _, x := range d.Lines {
		seen[x.Line.PersonID] = true
	}
	return len(seen)
}

func tryList(in page.In, d oneData) page.List {
	l := page.List{Caption: in.T("发放经过"), Cols: []page.Col{{Label: in.T("流水号")}, {Label: in.T("收款账号")}, num(in.T("金额")), {Label: in.T("结果")}, {Label: in.T("银行付款日期")}}}
	for _, x := range d.Lines {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.A(batches+"/"+x.BatchID, x.ID), page.T(card(x.CardTail)), page.T(in.Money(x.Amount)),
			{Body: page.Tag(lineTone(x.State), x.State.Say(in.Lang)), Note: x.Reason}, page.T(in.Date(x.PaidOn))}})
	}
	return l
}
