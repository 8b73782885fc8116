// Package giving has the pages of gifts (S16): the public account of each campaign, and the desk's pages for campaigns, gifts
// of money and goods, receipts and letters.
package giving

import (
	"context"
	"strconv"

	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/programme/giving"
)

const (
	home   = "/desk/giving"
	gifts  = "/desk/gifts"
	public = "/p/giving"
)

// Routes lists the pages.
func Routes() []site.Route {
	id := func(q *site.Req) giving.ID { return giving.ID{ID: q.ID("id")} }
	routes := []site.Route{
		{Pattern: "GET " + public, Right: "giving.account", Face: page.Public, Do: showCalls},
		{Pattern: "GET " + public + "/{id}", Right: "giving.account", Face: page.Public, Do: showAccount},
		{Pattern: "GET " + home, Right: "giving.see", Face: page.Desk, Do: showCampaigns},
		{Pattern: "GET " + home + "/{id}", Right: "giving.see", Face: page.Desk, Do: showCampaign},
		{Pattern: "GET /print/giving/{id}", Right: "giving.see", Face: page.Print, Do: printAccount},
		{Pattern: "GET " + gifts + "/{id}", Right: "giving.see", Face: page.Desk, Do: showGift},
		site.PaperPress(gifts+"/{id}/receipt", page.Desk, giving.ReceiptPaper, id),
		site.PaperPress(gifts+"/{id}/letter", page.Desk, giving.LetterPaper, id),
		site.Press(home+"/finish", page.Desk, giving.Finish, func(_ *site.Req, c giving.Campaign) (string, string) { return home + "/" + c.ID, "募捐已结束。" }),
	}
	for _, f := range []site.Form{
		{Path: home + "/new", Right: "giving.campaign", Open: openNew, Run: site.Runs(giving.Announce, func(c giving.Campaign) (string, string) {
			return home + "/" + c.ID, "募捐已发起，公开账页可以看了。"
		})},
		{Path: home + "/{id}/money", Right: "giving.receive", Open: openMoney, Run: site.Runs(giving.Receive, func(g giving.Gift) (string, string) {
			return gifts + "/" + g.ID, "捐款已登记。打印收据交给捐款人。"
		})},
		{Path: home + "/{id}/goods", Right: "giving.goods", Open: openGoods, Run: site.Runs(giving.TakeGoods, func(g giving.Gift) (string, string) {
			return gifts + "/" + g.ID, "捐赠物品已登记。打印收据交给捐赠人。"
		})},
		{Path: gifts + "/{id}/out", Right: "giving.hand_out", Open: openOut, Run: site.Runs(giving.HandOut, func(h giving.Handout) (string, string) {
			return gifts + "/" + h.GiftID, "发放已登记，并记进这户的帮扶记录。"
		})},
	} {
		routes = append(routes, f.Routes()...)
	}
	return routes
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func openNew(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	all, err := intake.Programmes(ctx, tx)
	var choices []form.Choice
	for _, p := range all {
		choices = append(choices, form.Choice{Value: p.Code, Label: p.Name.Say(q.Lang())})
	}
	return site.FormPage{Title: q.T("发起募捐"), Lead: q.T("捐来的钱单独记账，只能用于您选的帮扶，系统逐笔把关。您是这笔资金的管理人。"),
		Auto: page.Auto{Fields: form.With(form.Of[giving.CampaignIn](), "programmes", choices), Submit: q.T("发起募捐"), Cancel: back(q, home),
			Values: form.Show(giving.CampaignIn{From: "staff_gifts", Start: tx.Day(), Until: tx.Day().Add(30)})}}, err
}

func back(q *site.Req, to string) page.Link { return page.Link{Href: to, Label: q.T("返回")} }

func openMoney(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	c, err := giving.CampaignOf(ctx, tx, q.ID("id"))
	return site.FormPage{Cap: c.Name, Title: q.T("登记捐款"), Lead: q.T("按银行回单登记。姓名加密保存，只写在收据上；同意公开的才会出现在公开账页。"),
		Auto: page.Auto{Fields: form.Of[giving.MoneyIn](), Submit: q.T("登记捐款"), Cancel: back(q, home+"/"+c.ID),
			Values: form.Show(giving.MoneyIn{Campaign: c.ID, On: tx.Day(), Showing: giving.Unnamed})}}, err
}

func openGoods(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	c, err := giving.CampaignOf(ctx, tx, q.ID("id"))
	return site.FormPage{Cap: c.Name, Title: q.T("登记捐赠物品"), Lead: q.T("物品按件登记，发给哪一户、发了多少都记在这件捐赠下面。"),
		Auto: page.Auto{Fields: form.Of[giving.GoodsIn](), Submit: q.T("登记捐赠物品"), Cancel: back(q, home+"/"+c.ID),
			Values: form.Show(giving.GoodsIn{Campaign: c.ID, On: tx.Day(), Showing: giving.Unnamed})}}, err
}

func openOut(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	g, err := giving.GiftOf(ctx, tx, q.ID("id"))
	return site.FormPage{Cap: g.Number + " " + g.Item, Title: q.T("发放捐赠物品"), Lead: q.T("还剩 {0} {1}。按价值记进这户的帮扶记录，以免重复帮扶。", g.Pieces-g.Given, g.Unit),
		Auto: page.Auto{Fields: form.Of[giving.HandIn](), Submit: q.T("登记发放"), Cancel: back(q, gifts+"/"+g.ID),
			Values: form.Show(giving.HandIn{Gift: g.ID, Pieces: 1, On: tx.Day()})}}, err
}
