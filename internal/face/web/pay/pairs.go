package pay

import (
	"strings"

	"bangfu/internal/domain/payment"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
)

func choice(value, label string) form.Choice { return form.Choice{Value: value, Label: label} }

func onePairs(in page.In, d oneData) []page.Pair {
	i := d.Item
	out := []page.Pair{{Label: in.T("金额"), Value: in.Money(i.Amount), Note: i.Amount.Capital()}, {Label: in.T("帮扶项"), Value: i.Award.Called().Say(in.Lang)},
		{Label: in.T("第几次"), Value: in.T("第 {0} 次，共 {1} 次", i.No, i.Award.Times)}, {Label: in.T("应发日期"), Value: in.Date(i.DueOn)},
		goesTo(in, i)}
	if i.Way == payment.ByBank {
		out = append(out, page.Pair{Label: in.T("户名"), Value: i.Worker.CardHolder})
	}
	out = append(out, page.Pair{Label: in.T("最近核对"), Value: in.Date(dayOf(i.CheckedAt))})
	if i.PaidOn != "" {
		out = append(out, page.Pair{Label: in.T("付款日期"), Value: in.Date(i.PaidOn)})
	}
	if i.Confirmed != "" {
		out = append(out, page.Pair{Label: in.T("签收"), Value: i.Confirmed, Note: in.Date(dayOf(i.ConfirmedAt))})
	}
	return out
}

func batchPairs(in page.In, d batchData) []page.Pair {
	b := d.Batch
	who := func(user string, at int64) string {
		if user == "" {
			return ""
		}
		return d.Names[user] + " " + in.Date(dayOf(at))
	}
	sent := in.T("送银行")
	if b.Cash() {
		sent = in.T("领出现金")
	}
	out := []page.Pair{{Label: in.T("人数"), Value: in.T("{0} 人，{1} 笔", people(d), b.Lines)}, {Label: in.T("合计"), Value: in.Money(b.Total), Note: b.Total.Capital()},
		{Label: in.T("资金"), Value: d.Pocket.Name, Note: d.Pocket.Source.Say(in.Lang)}, {Label: in.T("银行文件格式"), Value: d.Profile.Say(in.Lang)},
		{Label: in.T("制单"), Value: who(b.MadeBy, b.MadeAt)}, {Label: in.T("复核"), Value: who(b.CheckedBy, b.CheckedAt)}, {Label: sent, Value: who(b.SentBy, b.SentAt)}}
	if b.FileHash != "" {
		out = append(out, page.Pair{Label: in.T("文件校验码"), Value: b.FileHash[:min(16, len(b.FileHash))]})
	}
	if b.Reason != "" {
		out = append(out, page.Pair{Label: in.T("撤销原因"), Value: b.Reason})
	}
	return out
}

// sumPairs are the figures of one batch (F2).
func sumPairs(in page.In, d batchData) []page.Pair {
	s := d.Sums
	return []page.Pair{{Label: in.T("应付"), Value: in.Money(s.Due)}, {Label: in.T("已付"), Value: in.Money(s.Paid)},
		{Label: in.T("退回或撤回"), Value: in.Money(s.Failed)}, {Label: in.T("等结果"), Value: in.Money(s.Open)}, {Label: in.T("已付待签收"), Value: in.Money(s.Unconfirmed)}}
}

func receiptPairs(in page.In, d receiptData) []page.Pair {
	i := d.Item
	out := []page.Pair{{Label: in.T("帮扶项"), Value: i.Award.Called().Say(in.Lang)}, {Label: in.T("金额"), Value: in.Money(i.Amount), Note: i.Amount.Capital()}}
	if i.Award.Times > 1 {
		out = append(out, page.Pair{Label: in.T("第几次"), Value: in.T("第 {0} 次，共 {1} 次", i.No, i.Award.Times)})
	}
	return append(out, page.Pair{Label: in.T("付款日期"), Value: in.Date(i.PaidOn)}, receivedBy(in, i),
		page.Pair{Label: in.T("编号"), Value: i.Award.Number})
}

// receivedBy is goesTo as it was when the money went.
func receivedBy(in page.In, i item) page.Pair {
	if i.Way == payment.ByBank {
		return page.Pair{Label: in.T("收款账号"), Value: card(i.CardTail)}
	}
	return goesTo(in, i)
}

// receiptLead says to a worker where the money stands.
func receiptLead(in page.In, i payment.Instalment) string {
	switch i.State {
	case payment.Confirmed:
		return in.T("您已经签收。")
	case payment.Missing:
		return in.T("财务正在向银行查。如果后来收到了，请在下面签收。")
	case payment.Paid:
		switch i.Way {
		case payment.InCash:
			return in.T("登记为已发给您现金，请核对。没有领到的请选“没收到”。")
		case payment.ToPayee:
			return in.T("已按约定付给下面的单位，请您向对方核对。")
		case payment.ByBank:
		}
		return in.T("银行说已经付款，请您看一下到账没有。")
	case payment.Failed:
		return in.T("银行把这笔款退回来了，工会会联系您核对账号，再发一次。")
	case payment.Stopped, payment.Recovered, payment.Waiting, payment.Held, payment.Ready, payment.Batched:
	}
	return in.T("这笔款还没有付到您的账号，到账后会通知您。")
}

// onPaper gives pairs for a paper, where the amount in capitals stands on a line of its own and other notes after the value.
func onPaper(in page.In, all []page.Pair) []page.Pair {
	var out []page.Pair
	for _, p := range all {
		note := p.Note
		p.Note = ""
		capital := strings.HasPrefix(note, "人民币")
		if note != "" && !capital {
			p.Value += " " + note
		}
		out = append(out, p)
		if capital {
			out = append(out, page.Pair{Label: in.T("大写"), Value: note})
		}
	}
	return out
}

// quiet is the page for a form that was not the one refused.
func quiet(in page.In) page.In {
	in.Errors = nil
	return in
}

// values are what a form of the batch's page shows: what was typed where it was refused.
func (d batchData) values(path string) form.Values {
	if d.Wrong == path {
		return d.Values
	}
	return form.Values{"id": {d.Batch.ID}}
}

func (d receiptData) values() form.Values {
	if d.Values == nil {
		v := form.Values{"id": {d.Item.ID}}
		if d.Self { // J04: signed in as themselves, a worker need not type the name
			v["name"] = []string{d.Item.Worker.Name}
		}
		return v
	}
	return d.Values
}
