// Package investment has the pages of idle money (S18): the rule with the bar of the law, the holdings, the stress test, and one
// investment from its proposal to its sale.
package investment

import (
	"context"
	"strconv"
	"strings"

	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
	"bangfu/internal/programme/investment"
)

const home = investment.Home

// Routes lists the pages.
func Routes() []site.Route {
	one := func(_ *site.Req, h investment.Holding) (string, string) { return home + "/" + h.ID, said(h) }
	routes := []site.Route{
		{Pattern: "GET " + home, Right: "investment.see", Face: page.Desk, Do: showHome},
		{Pattern: "GET " + home + "/{id}", Right: "investment.see", Face: page.Desk, Do: showOne},
		site.Press(home+"/confirm", page.Desk, investment.Confirm, func(*site.Req, investment.Rule) (string, string) {
			return home, "规则已确认，从现在起执行。"
		}),
		site.Press(home+"/answer", page.Desk, investment.Answer, one),
	}
	back := func(h investment.Holding) (string, string) { return home + "/" + h.ID, said(h) }
	for _, f := range []site.Form{
		{Path: home + "/rule", Right: "investment.rule", Open: openRule, Run: site.Runs(investment.SetRule, func(investment.Rule) (string, string) {
			return home, "规则已写好，等工会主席确认后执行。"
		})},
		{Path: home + "/new", Right: "investment.propose", Open: openNew, Run: site.Runs(investment.Propose, back)},
		{Path: home + "/{id}/buy", Right: "investment.pay", Open: openBuy, Run: site.Runs(investment.Buy, back)},
		{Path: home + "/{id}/value", Right: "investment.value", Open: openValue, Run: site.Runs(investment.Value, back)},
		{Path: home + "/{id}/sell", Right: "investment.pay", Open: openSell, Run: site.Runs(investment.Sell, back)},
	} {
		routes = append(routes, f.Routes()...)
	}
	return routes
}

// said is the green line after a step.
func said(h investment.Holding) string {
	switch h.State {
	case investment.Proposed:
		return "已登记，要两位负责人先后同意。"
	case investment.Approved:
		return "两位都已同意，请出纳办理。"
	case investment.Held:
		return "投资已登记，每天做压力测试。"
	case investment.Sold:
		return "已收回记账。"
	}
	return "没有同意，已记下。"
}

func openRule(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	now, _, _, _, err := investment.Rules(ctx, tx)
	return site.FormPage{Title: q.T("投资规则"), Warn: bar(q.T), Lead: q.T("没有确认以前不执行。各类上限填 0 就是不许买。"),
		Auto: page.Auto{Fields: form.Of[investment.RuleIn](), Submit: q.T("保存，请主席确认"), Cancel: page.Link{Href: home, Label: q.T("返回")}, Values: form.Show(now.Shown())}}, err
}

// bar is the rule of the law, shown to whoever turns investing on and to whoever confirms it.
func bar(t func(string, ...any) string) string {
	return t("先读规定：帮扶资金专款专用。财政、上级工会、行政拨款、捐赠和代会员保管的互助金都不能投资；只有没有指定用途的存款利息、有偿服务收入等可以。任何投资都不能亏到本金：最坏的亏损不能超过累计收益，买入前和每天都要测。")
}

func openNew(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	b, err := investment.BookOf(ctx, tx)
	var choices []form.Choice
	for _, s := range b.Pockets {
		choices = append(choices, form.Choice{Value: s.Pocket.Code, Label: s.Pocket.Name})
	}
	return site.FormPage{Title: q.T("提出投资建议"), Lead: q.T("闲置资金 {0}，累计收益 {1}。要写明市场调查和顾问意见，两位负责人先后同意才能买。", b.Idle, b.Earned),
		Auto: page.Auto{Fields: form.With(form.Of[investment.ProposeIn](), "pocket", choices), Submit: q.T("提出"), Cancel: page.Link{Href: home, Label: q.T("返回")},
			Values: form.Show(investment.ProposeIn{Class: investment.Deposit, Due: tx.Day().Add(365)})}}, err
}

// step opens a form about one investment.
func step(ctx context.Context, tx *db.Tx, q *site.Req, p site.FormPage) (site.FormPage, investment.Holding, error) {
	h, err := investment.Of(ctx, tx, q.ID("id"))
	p.Cap, p.Auto.Submit, p.Auto.Cancel = h.Number+" "+h.Name, q.T("登记"), page.Link{Href: home + "/" + h.ID, Label: q.T("返回")}
	return p, h, err
}

func openBuy(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	p, h, err := step(ctx, tx, q, site.FormPage{Title: q.T("登记投资买入")})
	p.Lead = q.T("从银行付出 {0} 以后，按回单登记。", h.Amount)
	p.Auto.Fields, p.Auto.Values = form.Of[investment.SlipIn](), form.Show(investment.SlipIn{ID: h.ID})
	return p, err
}

func openValue(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	p, h, err := step(ctx, tx, q, site.FormPage{Title: q.T("登记投资估值"), Lead: q.T("按银行、券商给的对账单填。估值不入账，只用来做压力测试。")})
	p.Auto.Fields, p.Auto.Values = form.Of[investment.ValueIn](), form.Show(investment.ValueIn{ID: h.ID, Value: h.Value})
	return p, err
}

func openSell(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	p, h, err := step(ctx, tx, q, site.FormPage{Title: q.T("登记投资收回"), Lead: q.T("到期或卖出的钱进了账户以后，按回单登记。比本金多的记作投资收益。")})
	p.Auto.Fields, p.Auto.Values = form.Of[investment.SellIn](), form.Show(investment.SellIn{ID: h.ID, Back: h.Value})
	return p, err
}

type homePage struct {
	investment.Book
	Rule, Next investment.Rule
	On, Waits  bool
	Mine       bool // the reader set the rule that waits
	Can        func(string) bool
}

func showHome(q *site.Req) error {
	p := homePage{Can: q.Can}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Rule, p.On, p.Next, p.Waits, err = investment.Rules(ctx, tx); err != nil {
			return err
		}
		p.Book, err = investment.BookOf(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	p.Mine = p.Next.ByUser == q.Who.User
	return q.Render(homeView(q.Page(q.T("闲置资金投资")), p))
}

type onePage struct {
	investment.Holding
	Pocket fund.Pocket
	Names  map[string]string // account → name
	Can    func(string) bool
	Mine   bool
}

func showOne(q *site.Req) error {
	p := onePage{Can: q.Can, Names: map[string]string{}}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Holding, err = investment.Of(ctx, tx, q.ID("id")); err != nil {
			return err
		}
		if p.Pocket, err = fund.Get(ctx, tx, p.Holding.Pocket); err != nil {
			return err
		}
		users, err := org.Accounts(ctx, tx)
		for _, u := range users {
			p.Names[u.ID] = u.Name
		}
		return err
	}); err != nil {
		return err
	}
	p.Mine = p.ByUser == q.Who.User || p.FirstBy == q.Who.User
	return q.Render(oneView(q.Page(p.Name), p))
}

func percent(n int64) string { return strconv.FormatInt(n, 10) + "%" }

func (p homePage) stats(in page.In) []page.Stat {
	held := p.Idle
	for _, s := range p.Pockets {
		held -= s.Available
	}
	return []page.Stat{{Label: in.T("可投的闲置资金"), Value: in.Money(p.Idle)}, {Label: in.T("正在投资"), Value: in.Money(held)}, {Label: in.T("累计收益"), Value: in.Money(p.Earned)},
		{Label: in.T("最坏亏损"), Value: in.Money(p.Test.Worst), Note: in.T("不能超过累计收益")}}
}

func limits(in page.In, r investment.Rule) page.List {
	t := page.List{Caption: in.T("投资规则"), Cols: []page.Col{{Label: in.T("投资种类")}, {Label: in.T("最多占闲置资金"), Num: true}, {Label: in.T("测试用的最坏亏损"), Num: true}}}
	for _, c := range investment.Class("").Choices() {
		l, err := r.Of(investment.Class(c.Value))
		if err != nil {
			continue
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(in.T(c.Label)), page.T(percent(l.Most)), page.T(percent(l.Worst))}})
	}
	t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(in.T("同一发行人")), page.T(percent(r.Issuer)), page.T("—")}})
	return t
}

func (p homePage) table(in page.In) page.List {
	t := page.List{Caption: in.T("投资"), None: in.T("还没有投资"), Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("产品名称")}, {Label: in.T("投资种类")}, {Label: in.T("状态")},
		{Label: in.T("金额"), Num: true}, {Label: in.T("现在值多少"), Num: true}, {Label: in.T("到期日期")}}}
	for _, h := range p.All {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(h.Number), page.A(home+"/"+h.ID, h.Name), page.T(h.Class.Say(in.Lang)), page.C(page.Tag(tone(h.State), h.State.Say(in.Lang))),
			page.T(in.Money(h.Amount)), page.T(worth(in, h)), page.T(in.Date(h.DueOn))}})
	}
	return t
}

func tone(s investment.State) page.Tone {
	switch s {
	case investment.Proposed, investment.Approved:
		return page.ToneWarn
	case investment.Held:
		return page.ToneOK
	}
	return page.Plain
}

// agreed names those who agreed to a proposal.
func (p onePage) agreed(in page.In) string {
	var out []string
	for _, id := range []string{p.FirstBy, p.SecondBy} {
		if id != "" {
			out = append(out, p.Names[id])
		}
	}
	if len(out) == 0 {
		return "—"
	}
	return strings.Join(out, in.T("；"))
}

// waits says whom a proposal waits for.
func (p onePage) waits(in page.In) string {
	switch {
	case p.State != investment.Proposed:
		return ""
	case p.FirstBy == "":
		return in.T("还差两位：工会主席和公司负责人")
	}
	return in.T("还差一位：工会主席或公司负责人")
}

// worth is what an investment is worth by its last valuation; what is not bought yet is worth nothing to us.
func worth(in page.In, h investment.Holding) string {
	if h.ValuedOn == "" {
		return "—"
	}
	return in.Money(h.Value)
}

func (p onePage) facts(in page.In) []page.Pair {
	out := []page.Pair{{Label: in.T("投资种类"), Value: p.Class.Say(in.Lang)}, {Label: in.T("发行人或银行"), Value: p.Issuer}, {Label: in.T("用哪笔资金"), Value: p.Pocket.Name},
		{Label: in.T("金额"), Value: in.Money(p.Amount)}, {Label: in.T("预计年收益"), Value: strconv.FormatFloat(float64(p.Expect)/100, 'f', 2, 64) + "%"},
		{Label: in.T("最坏亏损"), Value: percent(p.Worst)}, {Label: in.T("到期日期"), Value: in.Date(p.DueOn)}}
	if p.FirstBy != "" || p.State == investment.Proposed {
		out = append(out, page.Pair{Label: in.T("谁同意"), Value: p.agreed(in), Note: p.waits(in)})
	}
	if p.ValuedOn != "" {
		out = append(out, page.Pair{Label: in.T("现在值多少"), Value: in.Money(p.Value), Note: in.Date(p.ValuedOn)})
	}
	if p.SoldOn != "" {
		out = append(out, page.Pair{Label: in.T("收回金额"), Value: in.Money(p.Back), Note: in.Date(p.SoldOn)})
	}
	return append(out, page.Pair{Label: in.T("市场调查"), Value: p.Survey}, page.Pair{Label: in.T("顾问意见"), Value: p.Opinion, Note: p.Adviser})
}
