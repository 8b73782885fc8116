package fund

import (
	"context"
	"strings"

	ledger "bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

func forms() []deskForm {
	return []deskForm{
		{path: "/new", right: "fund.open_pocket", title: "设立资金", lead: "每一笔来源分开记账。限定条件设立以后不能再改，记账时由系统逐笔把关。",
			submit: "设立资金", done: "资金已设立。", fields: form.Of[ledger.NewPocket], take: taker(ledger.OpenPocket)},
		{path: "/receive", right: "fund.receive", title: "登记收入", lead: "按银行回单登记。同一张回单登记两次只记一次。",
			submit: "登记收入", done: "收入已登记。", fields: form.Of[ledger.ReceiveIn], take: taker(ledger.Receive)},
		{path: "/transfer", right: "fund.transfer", title: "资金调剂", lead: "只能调到限定同样严或更严的资金，互助金不能调剂。",
			submit: "调剂", done: "资金已调剂。", fields: form.Of[ledger.TransferIn], take: taker(ledger.TransferMoney)},
		{path: "/return", right: "fund.return", title: "退回结余", lead: "把没有用完、也没有答应给人的钱退回给来源。先向银行付款，再按回单登记。",
			submit: "登记退回", done: "退回已登记。", fields: form.Of[ledger.ReturnIn], take: taker(ledger.ReturnMoney)},
		{path: "/ask", right: "fund.ask_for", title: "申请资金", lead: "向公司申请拨款由公司负责人答复；超出年度预算的专项申请由工会主席答复。",
			submit: "提交申请", done: "申请已提交，等答复。", fields: form.Of[ledger.RequestIn], take: taker(ledger.AskForMoney)},
		{path: "/budget", right: "fund.set_budget", title: "设置年度预算", lead: "一个年度里从这笔资金最多答应多少。超出时要先提专项申请。",
			submit: "保存", done: "年度预算已保存。", fields: form.Of[ledger.BudgetIn], take: taker(ledger.KeepBudget)},
		{path: "/order", right: "fund.set_order", title: "设置使用次序", lead: "选定的资金不够时，依次从排在它后面、条件允许的资金补足，每笔资金只付自己的部分。",
			submit: "保存", done: "使用次序已保存。", fields: form.Of[ledger.SetOrderIn], take: taker(ledger.KeepOrder)},
		{path: "/close", right: "fund.close", title: "申请结账", lead: "结账后这个月和以前的月份都不能再记账。要由另一个人复核。",
			submit: "申请结账", done: "已提交，等另一位同事复核。", fields: form.Of[ledger.MonthIn], take: taker(ledger.CloseMonth)},
		{path: "/reopen", right: "fund.reopen", title: "申请反结账", lead: "只能打开最近结账的月份。要由另一个人复核。",
			submit: "申请反结账", done: "已提交，等另一位同事复核。", fields: form.Of[ledger.MonthIn], take: taker(ledger.ReopenMonth)},
		{path: "/mapping", right: "fund.map_account", title: "设置科目对应", lead: "写明某个帮扶事项、项目或用途记到哪个支出科目。已经记的账不会改动。",
			submit: "保存", done: "科目对应已保存。", fields: form.Of[ledger.Mapping], take: taker(ledger.SetMapping)},
		{path: "/chart", right: "fund.adopt_chart", title: "启用会计科目表", lead: "自带的 2010 年科目表只是历史样例，请按现行工会会计制度编好科目表再启用。",
			submit: "启用", done: "会计科目表已保存，从启用日期起使用。", fields: form.Of[ledger.NewChart], take: taker(ledger.SetChart)},
	}
}

// choose puts lists into the fields that pick from them. A list that is empty leaves its field to be typed.
func choose(ctx context.Context, tx *db.Tx, q *site.Req, fields []form.Field) error {
	chart, err := ledger.ChartOn(ctx, tx, tx.Day())
	if err != nil {
		return err
	}
	pockets, err := ledger.Pockets(ctx, tx)
	if err != nil {
		return err
	}
	users, err := org.Accounts(ctx, tx)
	if err != nil {
		return err
	}
	granted, err := ledger.Requests(ctx, tx, ledger.GrantedIt)
	if err != nil {
		return err
	}
	for i := range fields {
		f := &fields[i]
		switch f.Name {
		case "purposes":
			for _, p := range chart.Purposes {
				f.Choices = append(f.Choices, form.Choice{Value: p.Code, Label: p.Name.Say(q.Lang())})
			}
		case "pocket", "from", "to":
			if f.Kind == form.Text {
				f.Choices = pocketChoices(pockets)
			}
		case "request":
			for _, r := range granted {
				if r.Kind == ledger.OfCompany && r.Left() > 0 {
					f.Choices = append(f.Choices, form.Choice{Value: r.ID, Label: r.Number + " " + r.Pocket + " " + r.Left().Say(q.Lang())})
				}
			}
		case "account":
			f.Choices = accountChoices(q, chart, ledger.Income, ledger.Liability, ledger.Net)
		case "code":
			if f.Max < 16 { // a pocket's own code is typed
				f.Choices = accountChoices(q, chart, ledger.Expense, ledger.Liability)
			}
		case "manager":
			for _, u := range users {
				f.Choices = append(f.Choices, form.Choice{Value: u.ID, Label: u.Name})
			}
		}
		if f.Kind == form.Text && len(f.Choices) > 0 {
			f.Kind = form.Pick
		}
	}
	return nil
}

func pocketChoices(all []ledger.Pocket) []form.Choice {
	var out []form.Choice
	for _, p := range all {
		out = append(out, form.Choice{Value: p.Code, Label: p.Code + " " + p.Name})
	}
	return out
}

func accountChoices(q *site.Req, c *ledger.Chart, classes ...ledger.Class) []form.Choice {
	var out []form.Choice
	for _, a := range c.Accounts {
		for _, class := range classes {
			if a.Class == class {
				out = append(out, form.Choice{Value: a.Code, Label: a.Code + " " + a.Name.Say(q.Lang())})
			}
		}
	}
	return out
}

func purposeNames(q *site.Req, c *ledger.Chart, codes ledger.List) string {
	var out []string
	for _, code := range codes.All() {
		name := code
		for _, p := range c.Purposes {
			if p.Code == code {
				name = p.Name.Say(q.Lang())
			}
		}
		out = append(out, name)
	}
	return strings.Join(out, "、")
}
