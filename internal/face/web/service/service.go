// Package service has the pages of paid service (S19): clients' needs, orders with their hours and costs, the invoice's data, the
// income and the settlement.
package service

import (
	"context"
	"strconv"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
	"bangfu/internal/programme/service"
)

const (
	home  = service.Home
	needs = "/desk/service-needs"
)

// Routes lists the pages.
func Routes() []site.Route {
	one := func(line string) func(*site.Req, service.Order) (string, string) {
		return func(_ *site.Req, o service.Order) (string, string) { return home + "/" + o.ID, line }
	}
	routes := []site.Route{
		{Pattern: "GET " + home, Right: "service.see", Face: page.Desk, Do: showHome},
		{Pattern: "GET " + needs + "/{id}", Right: "service.see", Face: page.Desk, Do: showNeed},
		{Pattern: "GET " + home + "/{id}", Right: "service.see", Face: page.Desk, Do: showOrder},
		{Pattern: "GET /print/services/{id}", Right: "service.see", Face: page.Print, Do: printOrder},
		site.Press(needs+"/lay", page.Desk, service.Lay, func(*site.Req, service.Need) (string, string) { return home, "需求已关闭。" }),
		site.Press(home+"/finish", page.Desk, service.Finish, func(_ *site.Req, o service.Order) (string, string) {
			if o.State == service.Cancelled {
				return home + "/" + o.ID, "订单已取消。"
			}
			return home + "/" + o.ID, "已完成，请会计开票收款。"
		}),
		site.Press(home+"/settle", page.Desk, service.Settle, one("结算已核准。")),
	}
	to := func(line string) func(service.Order) (string, string) {
		return func(o service.Order) (string, string) { return home + "/" + o.ID, line }
	}
	for _, f := range []site.Form{
		{Path: needs + "/new", Right: "service.work", Open: openNeed, Run: site.Runs(service.Register, func(n service.Need) (string, string) {
			return needs + "/" + n.ID, "需求已登记。"
		})},
		{Path: home + "/new", Right: "service.work", Open: openOrder, Run: site.Runs(service.Agree, to("订单已登记。"))},
		{Path: home + "/{id}/work", Right: "service.work", Open: openWork, Run: site.Runs(service.Log, func(w service.Work) (string, string) {
			return home + "/" + w.OrderID, "工时已登记。"
		})},
		{Path: home + "/{id}/cost", Right: "service.work", Open: openCost, Run: site.Runs(service.AddCost, func(c service.Cost) (string, string) {
			return home + "/" + c.OrderID, "成本已登记。"
		})},
		{Path: home + "/{id}/income", Right: "service.income", Open: openIncome, Run: site.Runs(service.Income, to("收入已记进帮扶资金，等核准结算。"))},
		{Path: home + "/{id}/pay", Right: "service.pay", Open: openPay, Run: site.Runs(service.Pay, to("已付款记账，已告诉参加的职工。"))},
	} {
		routes = append(routes, f.Routes()...)
	}
	return routes
}

func back(q *site.Req, to string) page.Link { return page.Link{Href: to, Label: q.T("返回")} }

func openNeed(_ context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	return site.FormPage{Title: q.T("登记服务需求"), Lead: q.T("街道、社区、机关和企业需要什么，我们的职工能做什么，先记下来。"),
		Auto: page.Auto{Fields: form.Of[service.NeedIn](), Submit: q.T("登记"), Cancel: back(q, home), Values: form.Show(service.NeedIn{Kind: "community", Wanted: tx.Day().Add(14)})}}, nil
}

func openOrder(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	in := service.OrderIn{Unit: tx.Union, From: tx.Day(), Until: tx.Day().Add(14), Share: 50}
	if id := q.Query("need"); id != "" {
		n, err := service.NeedOf(ctx, tx, id)
		if err != nil {
			return site.FormPage{}, err
		}
		in.Need, in.Client, in.What, in.Title = n.ID, n.Client, n.What, n.Client
	}
	units, err := org.Units(ctx, tx)
	var choices []form.Choice
	for _, u := range units {
		choices = append(choices, form.Choice{Value: u.ID, Label: u.Name})
	}
	return site.FormPage{Title: q.T("登记服务订单"), Lead: q.T("和客户谈好以后登记。收入进帮扶资金，扣除成本后按比例分给参加的职工，其余用于帮扶。"),
		Auto: page.Auto{Fields: form.With(form.Of[service.OrderIn](), "unit_id", choices), Submit: q.T("登记"), Cancel: back(q, home), Values: form.Show(in)}}, err
}

// step opens a form about one order.
func step(ctx context.Context, tx *db.Tx, q *site.Req, p site.FormPage) (site.FormPage, service.Order, error) {
	o, err := service.Of(ctx, tx, q.ID("id"))
	p.Cap, p.Auto.Submit, p.Auto.Cancel = o.Number+" "+o.Client, q.T("登记"), back(q, home+"/"+o.ID)
	return p, o, err
}

func openWork(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	p, o, err := step(ctx, tx, q, site.FormPage{Title: q.T("登记服务工时")})
	p.Auto.Fields, p.Auto.Values = form.Of[service.WorkIn](), form.Show(service.WorkIn{Order: o.ID, On: tx.Day(), Halves: 8})
	return p, err
}

func openCost(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	p, o, err := step(ctx, tx, q, site.FormPage{Title: q.T("登记服务成本")})
	p.Auto.Fields, p.Auto.Values = form.Of[service.CostIn](), form.Show(service.CostIn{Order: o.ID})
	return p, err
}

func openIncome(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	p, o, err := step(ctx, tx, q, site.FormPage{Title: q.T("登记服务收入")})
	p.Lead = q.T("客户付的 {0} 到账以后，按回单登记。", o.Price)
	p.Auto.Fields, p.Auto.Values = form.Of[service.SlipIn](), form.Show(service.SlipIn{ID: o.ID})
	return p, err
}

func openPay(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	p, o, err := step(ctx, tx, q, site.FormPage{Title: q.T("登记服务结算付款")})
	p.Lead = q.T("付出成本 {0}、报酬 {1} 以后，按回单登记。", o.Costs, o.Reward)
	p.Auto.Fields, p.Auto.Values = form.Of[service.SlipIn](), form.Show(service.SlipIn{ID: o.ID})
	return p, err
}

type homePage struct {
	Needs  []service.Need
	Orders []service.Order
	Can    func(string) bool
}

func showHome(q *site.Req) error {
	p := homePage{Can: q.Can}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Needs, err = service.Needs(ctx, tx); err != nil {
			return err
		}
		p.Orders, err = service.Orders(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	return q.Render(homeView(q.Page(q.T("有偿服务")), p))
}

type needPage struct {
	service.Need
	Can func(string) bool
}

func showNeed(q *site.Req) error {
	p := needPage{Can: q.Can}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.Need, err = service.NeedOf(ctx, tx, q.ID("id"))
		return err
	}); err != nil {
		return err
	}
	return q.Render(needView(q.Page(p.Client), p))
}

type orderPage struct {
	service.Order
	Unit   string
	Works  []service.Work
	Costly []service.Cost
	Sum    money.Amount
	Parts  []service.Part
	Who    map[string]person.Worker
	Today  string
	Can    func(string) bool
}

func read(q *site.Req) (p orderPage, err error) {
	p.Can = q.Can
	return p, q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.Today = string(tx.Day())
		if p.Order, err = service.Of(ctx, tx, q.ID("id")); err != nil {
			return err
		}
		u, err := org.UnitOf(ctx, tx, p.UnitID)
		if err != nil {
			return err
		}
		p.Unit = u.Name
		if p.Works, err = service.Works(ctx, tx, p.ID); err != nil {
			return err
		}
		if p.Costly, err = service.Costs(ctx, tx, p.ID); err != nil {
			return err
		}
		if p.Sum, p.Parts, err = service.Preview(p.Order, p.Works); err != nil {
			return err
		}
		var ids []string
		for _, one := range p.Parts {
			ids = append(ids, one.PersonID)
		}
		p.Who, err = person.Many(ctx, tx, ids)
		return err
	})
}

func showOrder(q *site.Req) error {
	p, err := read(q)
	if err != nil {
		return err
	}
	return q.Render(orderView(q.Page(p.Number), p))
}

func printOrder(q *site.Req) error {
	p, err := read(q)
	if err != nil {
		return err
	}
	return q.Render(orderSheet(q.Page(q.T("有偿服务结算单")), p))
}

func (p homePage) stats(in page.In) []page.Stat {
	open, under, came, out := 0, 0, money.Amount(0), money.Amount(0)
	for _, n := range p.Needs {
		if n.State == service.Open {
			open++
		}
	}
	for _, o := range p.Orders {
		if o.State == service.Agreed || o.State == service.Done {
			under++
		}
		if o.Seq > 0 {
			came += o.Price
		}
		if o.State == service.Ended {
			out += o.Costs + o.Reward
		}
	}
	return []page.Stat{{Label: in.T("等回应的需求"), Value: strconv.Itoa(open)}, {Label: in.T("在做的订单"), Value: strconv.Itoa(under)}, {Label: in.T("服务收入"), Value: in.Money(came)},
		{Label: in.T("成本和报酬"), Value: in.Money(out)}, {Label: in.T("留给帮扶"), Value: in.Money(came - out)}}
}

func (p homePage) needs(in page.In) page.List {
	t := page.List{Caption: in.T("服务需求"), None: in.T("还没有需求"), Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("客户单位")}, {Label: in.T("需要什么")}, {Label: in.T("希望什么时候")}, {Label: in.T("状态")}}}
	for _, n := range p.Needs {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.A(needs+"/"+n.ID, n.Number), page.T(n.Client), page.T(n.What), page.T(in.Date(n.WantedOn)), page.C(page.Tag(needTone(n), needSaid(in, n)))}})
	}
	return t
}

func needSaid(in page.In, n service.Need) string {
	switch n.State {
	case service.Open:
		return in.T("等回应")
	case service.Taken:
		return in.T("已接单")
	}
	return in.T("已关闭")
}

func needTone(n service.Need) page.Tone {
	switch n.State {
	case service.Open:
		return page.ToneWarn
	case service.Taken:
		return page.ToneOK
	}
	return page.Plain
}

func (p homePage) orders(in page.In) page.List {
	t := page.List{Caption: in.T("服务订单"), None: in.T("还没有订单"), Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("客户单位")}, {Label: in.T("做什么")}, {Label: in.T("状态")}, {Label: in.T("约定价款"), Num: true}}}
	for _, o := range p.Orders {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.A(home+"/"+o.ID, o.Number), page.T(o.Client), page.T(o.What), page.C(page.Tag(tone(o.State), o.State.Say(in.Lang))), page.T(in.Money(o.Price))}})
	}
	return t
}

func tone(s service.State) page.Tone {
	switch s {
	case service.Ended, service.Cancelled:
		return page.Plain
	case service.Agreed:
		return page.ToneOK
	}
	return page.ToneWarn
}

func (p orderPage) facts(in page.In) []page.Pair {
	return []page.Pair{{Label: in.T("客户单位"), Value: p.Client}, {Label: in.T("做什么"), Value: p.What}, {Label: in.T("哪个部门做"), Value: p.Unit},
		{Label: in.T("服务日期"), Value: in.T("{0} 至 {1}", in.Date(p.FromOn), in.Date(p.UntilOn))}, {Label: in.T("约定价款"), Value: in.Money(p.Price)},
		{Label: in.T("发票抬头"), Value: p.Title}, {Label: in.T("纳税人识别号"), Value: p.TaxNo}}
}

func (p orderPage) split(in page.In) []page.Pair {
	return []page.Pair{{Label: in.T("成本"), Value: in.Money(p.Costs)}, {Label: in.T("给参加的职工"), Value: in.Money(p.Sum), Note: in.T("余额的 {0}%，按工时分", p.Share)},
		{Label: in.T("留给帮扶"), Value: in.Money(p.Price - p.Costs - p.Sum)}}
}

func hours(halves int64) string { return strconv.FormatFloat(float64(halves)/2, 'f', -1, 64) }

func (p orderPage) parts(in page.In) page.List {
	t := page.List{Caption: in.T("参加的职工"), None: in.T("还没有登记工时"), Cols: []page.Col{{Label: in.T("姓名")}, {Label: in.T("工号")}, {Label: in.T("小时"), Num: true}, {Label: in.T("报酬"), Num: true}}}
	for _, one := range p.Parts {
		w := p.Who[one.PersonID]
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(w.Name), page.T(w.StaffNo), page.T(hours(one.Halves)), page.T(in.Money(one.Reward))}})
	}
	return t
}

func (p orderPage) costs(in page.In) page.List {
	t := page.List{Caption: in.T("成本"), None: in.T("没有成本"), Cols: []page.Col{{Label: in.T("花在什么上")}, {Label: in.T("金额"), Num: true}}}
	for _, c := range p.Costly {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(c.What), page.T(in.Money(c.Amount))}})
	}
	return t
}

func (p orderPage) sheet(in page.In) page.Sheet {
	return page.Sheet{Title: in.T("有偿服务结算单"), DocNo: p.Number, FormNo: "BF-FW-01", Union: in.Unit, Day: p.Today, Printed: p.Today, Seal: true,
		Signers: []string{in.T("经办人"), in.T("核准"), in.T("出纳")}, Back: home + "/" + p.ID}
}
