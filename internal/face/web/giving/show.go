package giving

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/programme/giving"
)

func showCalls(q *site.Req) error {
	all, err := readAll(q)
	if err != nil {
		return err
	}
	return q.Render(callsView(q.Page(q.T("爱心捐助")), all))
}

func showCampaigns(q *site.Req) error {
	all, err := readAll(q)
	if err != nil {
		return err
	}
	return q.Render(campaignsView(q.Page(q.T("爱心捐助")), all, q.Can("giving.campaign")))
}

func readAll(q *site.Req) (out []giving.Account, err error) {
	err = q.See(func(ctx context.Context, tx *db.Tx) error {
		all, err := giving.Campaigns(ctx, tx)
		for _, c := range all {
			a, err := giving.AccountOf(ctx, tx, c.ID)
			if err != nil {
				return err
			}
			out = append(out, a)
		}
		return err
	})
	return out, err
}

// shown is one campaign with its account as of a day.
type shown struct {
	giving.Account
	Today day.Day
	Can   func(string) bool
}

func read(q *site.Req) (s shown, err error) {
	s.Can = q.Can
	err = q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		s.Today = tx.Day()
		s.Account, err = giving.AccountOf(ctx, tx, q.ID("id"))
		return err
	})
	return s, err
}

func showAccount(q *site.Req) error {
	s, err := read(q)
	if err != nil {
		return err
	}
	return q.Render(accountView(q.Page(s.Campaign.Name), s))
}

func showCampaign(q *site.Req) error {
	s, err := read(q)
	if err != nil {
		return err
	}
	return q.Render(campaignView(q.Page(s.Campaign.Name), s))
}

func printAccount(q *site.Req) error {
	s, err := read(q)
	if err != nil {
		return err
	}
	return q.Render(accountSheet(q.Page(q.T("募捐收支公开表")), s))
}

func (s shown) sheet(in page.In) page.Sheet {
	return page.Sheet{Title: in.T("募捐收支公开表"), DocNo: s.Campaign.Number + "　" + s.Campaign.Name, FormNo: "BF-JZ-01", Union: in.Unit, Day: string(s.Today),
		Printed: string(s.Today), Seal: true, Signers: []string{in.T("制表"), in.T("审核人")}, Back: home + "/" + s.Campaign.ID}
}

func stats(in page.In, a giving.Account) []page.Stat {
	out := []page.Stat{{Label: in.T("收到捐款"), Value: in.Money(a.Came)}, {Label: in.T("已经用于帮扶"), Value: in.Money(a.Used)},
		{Label: in.T("已答应，待付款"), Value: in.Money(a.Held)}, {Label: in.T("还没有用"), Value: in.Money(a.Free)}}
	if a.Campaign.Target > 0 {
		out[0].Note = in.T("目标 {0}", in.Money(a.Campaign.Target))
	}
	if a.Returned > 0 {
		out = append(out, page.Stat{Label: in.T("退回或调出"), Value: in.Money(a.Returned)})
	}
	return out
}

func pairs(in page.In, a giving.Account) []page.Pair {
	out := []page.Pair{{Label: in.T("用途说明"), Value: a.Campaign.Purpose}}
	if a.Campaign.Wish != "" {
		out = append(out, page.Pair{Label: in.T("捐款人的心愿"), Value: a.Campaign.Wish})
	}
	return append(out, page.Pair{Label: in.T("募捐日期"), Value: in.T("{0} 至 {1}", in.Date(a.Campaign.FromOn), in.Date(a.Campaign.UntilOn))})
}

func money(in page.In, a giving.Account) []page.Pair {
	var out []page.Pair
	for _, s := range stats(in, a) {
		out = append(out, page.Pair{Label: s.Label, Value: s.Value, Note: s.Note})
	}
	return out
}

func tag(in page.In, c giving.Campaign) (page.Tone, string) {
	if c.State == giving.Closed {
		return page.Plain, in.T("已结束")
	}
	return page.ToneOK, in.T("募捐中")
}

func campaigns(in page.In, all []giving.Account) page.List {
	t := page.List{Caption: in.T("募捐"), None: in.T("还没有发起募捐"), Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("募捐名称")}, {Label: in.T("状态")},
		{Label: in.T("收到捐款"), Num: true}, {Label: in.T("已经用于帮扶"), Num: true}, {Label: in.T("还没有用"), Num: true}}}
	for _, a := range all {
		tone, text := tag(in, a.Campaign)
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(a.Campaign.Number), page.A(home+"/"+a.Campaign.ID, a.Campaign.Name), page.C(page.Tag(tone, text)),
			page.T(in.Money(a.Came)), page.T(in.Money(a.Used)), page.T(in.Money(a.Free))}})
	}
	return t
}

func uses(in page.In, a giving.Account) page.List {
	t := page.List{Caption: in.T("用在哪里"), None: in.T("还没有用"), Cols: []page.Col{{Label: in.T("帮扶")}, {Label: in.T("笔数"), Num: true}, {Label: in.T("金额"), Num: true}}}
	for _, u := range a.Uses {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(u.Called(in.Lang)), page.T(itoa(int64(u.Times))), page.T(in.Money(u.Amount))}})
	}
	return t
}

func pieces(item string, n int64, unit string) string { return item + " " + itoa(n) + " " + unit }

func what(in page.In, g giving.Gift) string {
	if g.Kind == giving.Goods {
		return pieces(g.Item, g.Pieces, g.Unit)
	}
	return in.T("捐款")
}

// came lists the gifts: for the public without addresses, newest first.
func came(in page.In, a giving.Account, desk bool) page.List {
	t := page.List{Caption: in.T("收到的捐赠"), None: in.T("还没有收到捐赠"), Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("日期")}, {Label: in.T("捐赠人")}, {Label: in.T("捐赠")},
		{Label: in.T("金额或价值"), Num: true}}}
	for i := len(a.Gifts) - 1; i >= 0; i-- {
		g := a.Gifts[i]
		if a.Turned[g.ID] && !desk {
			continue
		}
		no, text := page.T(g.Number), what(in, g)
		if desk {
			no = page.A(gifts+"/"+g.ID, g.Number)
		}
		if a.Turned[g.ID] {
			text = in.T("已冲销")
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{no, page.T(in.Date(g.OnDay)), page.T(g.By(in.Lang)), page.T(text), page.T(in.Money(g.Worth))}})
	}
	return t
}

// traced says of each help which gifts paid for it: the way back.
func traced(in page.In, a giving.Account) page.List {
	t := page.List{Caption: in.T("每笔帮扶用了哪些捐款"), None: in.T("还没有用"), Cols: []page.Col{{Label: in.T("日期")}, {Label: in.T("帮扶")}, {Label: in.T("帮扶编号")}, {Label: in.T("捐款编号")}, {Label: in.T("金额"), Num: true}}}
	for _, h := range a.Parts {
		gift := page.T(in.T("其他收入"))
		for _, g := range a.Gifts {
			if g.Kind == giving.Money && g.Seq == h.Seq {
				gift = page.A(gifts+"/"+g.ID, g.Number)
			}
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(in.Date(h.Day)), page.T(h.Called(in.Lang)), award(in, h), gift, page.T(in.Money(h.Amount))}})
	}
	return t
}

func award(in page.In, h giving.Help) page.Cell {
	if href := "/desk/awards/" + h.Award; h.Award != "" && in.Leads(href) {
		return page.A(href, h.Number)
	}
	return page.T("—")
}

type oneGift struct {
	G        giving.Gift
	Campaign giving.Campaign
	Became   []giving.Help
	Handouts []giving.Handout
	Turned   bool
	Can      func(string) bool
}

func showGift(q *site.Req) error {
	o := oneGift{Can: q.Can}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if o.G, err = giving.GiftOf(ctx, tx, q.ID("id")); err != nil {
			return err
		}
		a, err := giving.AccountOf(ctx, tx, o.G.CampaignID)
		if err != nil {
			return err
		}
		o.Campaign, o.Became, o.Turned = a.Campaign, a.Became(o.G), a.Turned[o.G.ID]
		o.Handouts, err = giving.Handouts(ctx, tx, o.G.ID)
		return err
	}); err != nil {
		return err
	}
	return q.Render(giftView(q.Page(q.T("捐赠 {0}", o.G.Number)), o))
}

func (o oneGift) facts(in page.In) []page.Pair {
	by := in.T("匿名")
	switch o.G.Showing {
	case giving.Named:
		by = o.G.ShownName
	case giving.Unnamed:
		by = in.T("不公开，写在收据上")
	}
	out := []page.Pair{{Label: in.T("捐赠人"), Value: by}, {Label: in.T("日期"), Value: in.Date(o.G.OnDay)}, {Label: in.T("捐赠"), Value: what(in, o.G)},
		{Label: in.T("金额或价值"), Value: in.Money(o.G.Worth)}, {Label: in.T("大写"), Value: o.G.Worth.Capital()}}
	if o.G.Kind == giving.Goods {
		return append(out, page.Pair{Label: in.T("还剩"), Value: itoa(o.G.Pieces-o.G.Given) + " " + o.G.Unit})
	}
	return append(out, page.Pair{Label: in.T("银行回单号"), Value: o.G.Slip})
}

func (o oneGift) table(in page.In) page.List {
	t := page.List{Caption: in.T("这份捐赠成了什么"), None: in.T("还没有用"), Cols: []page.Col{{Label: in.T("日期")}, {Label: in.T("帮扶")}, {Label: in.T("帮扶编号")}, {Label: in.T("金额或价值"), Num: true}}}
	for _, h := range o.Became {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(in.Date(h.Day)), page.T(h.Called(in.Lang)), award(in, h), page.T(in.Money(h.Amount))}})
	}
	for _, h := range o.Handouts {
		to := page.T("—")
		if href := "/desk/people/" + h.PersonID; in.Leads(href) {
			to = page.A(href, in.T("看受助职工"))
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(in.Date(h.OnDay)), page.T(pieces(o.G.Item, h.Pieces, o.G.Unit)), to, page.T(in.Money(h.Worth))}})
	}
	return t
}
