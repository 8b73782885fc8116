// Package mutual has the pages of the mutual fund (S15): the desk's figures, members, lists and refunds, and the member's own account.
package mutual

import (
	"context"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/deduction"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	lists "bangfu/internal/face/web/deduction"
	"bangfu/internal/face/web/site"
	"bangfu/internal/programme/mutual"
)

const (
	home    = mutual.Home
	members = home + "/members"
)

// Routes lists the pages.
func Routes() []site.Route {
	routes := []site.Route{
		{Pattern: "GET " + home, Right: "mutual.see", Face: page.Desk, Do: showHome},
		{Pattern: "GET " + members, Right: "mutual.see", Face: page.Desk, Do: showMembers},
		{Pattern: "GET " + members + "/{id}", Right: "mutual.see", Face: page.Desk, Do: showMember},
		{Pattern: "GET " + mutual.Mine, Right: "mutual.own", Face: page.Worker, Do: showMine},
		site.Press(members+"/approve", page.Desk, mutual.Approve, func(_ *site.Req, m mutual.Member) (string, string) {
			return members + "/" + m.ID, "退款已核准，请出纳付款。"
		}),
		site.PaperPress(members+"/{id}/statement", page.Desk, mutual.StatementPaper, func(q *site.Req) mutual.ID { return mutual.ID{ID: q.ID("id")} }),
		site.PaperPress(mutual.Mine+"/{id}/statement", page.Worker, mutual.StatementPaper, func(q *site.Req) mutual.ID { return mutual.ID{ID: q.ID("id")} }),
	}
	routes = append(routes, lists.Routes(lists.Kind{Kind: deduction.Mutual, Right: "mutual.collect", Fields: form.Of[mutual.LandIn](), Back: home,
		Run: site.Runs(mutual.Land, func(d deduction.Landed) (string, string) { return deduction.Mutual.Home() + d.List.ID, lists.Landed(d) })})...)
	for _, f := range forms() {
		routes = append(routes, f.Routes()...)
	}
	return routes
}

func forms() []site.Form {
	member := func(m mutual.Member) string { return members + "/" + m.ID }
	return []site.Form{
		{Path: home + "/terms", Right: "mutual.set", Open: openTerms, Run: site.Runs(mutual.Set, func(mutual.Scheme) (string, string) {
			return home, "章程已保存，从现在起按新的办。"
		})},
		{Path: home + "/collect", Right: "mutual.collect", Open: openCollect, Run: site.Runs(mutual.Collect, func(l deduction.List) (string, string) {
			return deduction.Mutual.Home() + l.ID, "清单已做好，导出后交给财务。"
		})},
		{Path: home + "/join", Right: "mutual.enter", Open: openJoin, Run: site.Runs(mutual.Join, func(m mutual.Member) (string, string) {
			return member(m), "已入会，从下一份扣款清单开始缴费。"
		})},
		{Path: members + "/{id}/change", Right: "mutual.enter", Open: openChange, Run: site.Runs(mutual.Change, func(m mutual.Member) (string, string) {
			return member(m), "每月缴费已改，从下一份扣款清单开始。"
		})},
		{Path: members + "/{id}/leave", Right: "mutual.enter", Open: openLeave, Run: site.Runs(mutual.Leave, func(m mutual.Member) (string, string) {
			return member(m), "退会已登记，等基金管理人核准退款。"
		})},
		{Path: members + "/{id}/pay", Right: "mutual.pay_back", Open: openPay, Run: site.Runs(mutual.PayBack, func(m mutual.Member) (string, string) {
			return member(m), "退款已记账，已告诉本人。"
		})},
		{Path: mutual.Mine + "/join", Right: "mutual.own", Face: page.Worker, Open: openMyJoin, Run: site.Runs(mutual.Join, func(mutual.Member) (string, string) {
			return mutual.Mine, "您已加入互助金。"
		})},
		{Path: mutual.Mine + "/change", Right: "mutual.own", Face: page.Worker, Open: openMyChange, Run: site.Runs(mutual.Change, func(mutual.Member) (string, string) {
			return mutual.Mine, "每月缴费已改，下次扣款时生效。"
		})},
		{Path: mutual.Mine + "/leave", Right: "mutual.own", Face: page.Worker, Open: openMyLeave, Run: site.Runs(mutual.Leave, func(mutual.Member) (string, string) {
			return mutual.Mine, "退会申请已交，下个月起不再扣。"
		})},
	}
}

func back(q *site.Req, to string) page.Link { return page.Link{Href: to, Label: q.T("返回")} }

func openTerms(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	s, there, err := mutual.SchemeOf(ctx, tx)
	in := mutual.SchemeIn{Name: q.T("职工互助金"), Least: money.Yuan(10), Most: money.Yuan(100), WaitMonths: 3, BackOwn: 50, BackGone: 100}
	lead := q.T("设立后有一笔单独的资金代会员保管，只能用于互助金补助和退会退款。您是这笔资金的管理人。")
	if there {
		in = mutual.SchemeIn{Name: s.Name, Least: s.Least, Most: s.Most, Entry: s.Entry, WaitMonths: s.WaitMonths, Missed: s.Missed, BackOwn: s.BackOwn,
			BackGone: s.BackGone, Rules: s.Rules}
		lead = q.T("改动从保存起生效，已经扣的和已经退的不变。补助的标准在“标准”里改。")
	}
	return site.FormPage{Title: q.T("互助金章程"), Lead: lead,
		Auto: page.Auto{Fields: form.Of[mutual.SchemeIn](), Submit: q.T("保存章程"), Cancel: back(q, home), Values: form.Show(in)}}, err
}

func openCollect(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	f, err := mutual.FiguresOf(ctx, tx)
	return site.FormPage{Title: q.T("做互助金扣款清单"), Lead: q.T("在会 {0} 人，每人一行。清单交给财务，扣到多少以财务填回的为准。", f.Members),
		Auto: page.Auto{Fields: form.Of[mutual.CollectIn](), Submit: q.T("做清单"), Cancel: back(q, home),
			Values: form.Show(mutual.CollectIn{Month: string(tx.Day())[:7]})}}, err
}

func openJoin(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	s, _, err := mutual.SchemeOf(ctx, tx)
	return site.FormPage{Title: q.T("代职工入会"), Lead: q.T("请先收好职工签字的入会申请和扣款同意书。"),
		Auto: page.Auto{Fields: form.Of[mutual.JoinIn](), Submit: q.T("登记入会"), Cancel: back(q, home),
			Values: form.Show(mutual.JoinIn{Monthly: s.Least})}}, err
}

// one opens a form about one membership.
func one(q *site.Req, m mutual.Member, p site.FormPage) site.FormPage {
	p.Cap = m.Number
	p.Auto.Cancel = back(q, members+"/"+m.ID)
	return p
}

func openChange(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	m, err := mutual.Seen(ctx, tx, q.ID("id"))
	return one(q, m, site.FormPage{Title: q.T("修改每月缴费"), Lead: q.T("请先收好职工签字的同意书。"),
		Auto: page.Auto{Fields: form.Of[mutual.ChangeIn](), Submit: q.T("保存"), Values: form.Show(mutual.ChangeIn{ID: m.ID, Monthly: m.Monthly})}}), err
}

func openLeave(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	m, err := mutual.Seen(ctx, tx, q.ID("id"))
	return one(q, m, site.FormPage{Title: q.T("登记退会"), Lead: q.T("登记后不再扣款，也不能再申请互助金补助。该退多少按章程算，由基金管理人核准。"),
		Auto: page.Auto{Fields: form.Of[mutual.LeaveIn](), Submit: q.T("登记退会"), Values: form.Show(mutual.LeaveIn{ID: m.ID, Why: mutual.OwnWill})}}), err
}

func openPay(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	m, err := mutual.Of(ctx, tx, q.ID("id"))
	return one(q, m, site.FormPage{Title: q.T("登记退会退款"), Lead: q.T("先从银行付给本人 {0}，再按回单登记。", m.Back),
		Auto: page.Auto{Fields: form.Of[mutual.PayBackIn](), Submit: q.T("登记退款"), Values: form.Show(mutual.PayBackIn{ID: m.ID})}}), err
}

// mine gives the reader's own membership; without one the form has no member to name and the act says so.
func mine(ctx context.Context, tx *db.Tx) (mutual.Member, mutual.Scheme, error) {
	m, _, err := mutual.OfPerson(ctx, tx, tx.Actor.Person)
	if err != nil {
		return m, mutual.Scheme{}, err
	}
	s, _, err := mutual.SchemeOf(ctx, tx)
	return m, s, err
}

func openMyJoin(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	_, s, err := mine(ctx, tx)
	var fields []form.Field
	for _, f := range form.Of[mutual.JoinIn]() {
		if f.Name != "staff_no" {
			fields = append(fields, f)
		}
	}
	return site.FormPage{Title: q.T("加入互助金"), Lead: s.Rules,
		Auto: page.Auto{Fields: fields, Submit: q.T("我要加入"), Cancel: back(q, mutual.Mine), Values: form.Show(mutual.JoinIn{Monthly: s.Least})}}, err
}

func openMyChange(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	m, s, err := mine(ctx, tx)
	return site.FormPage{Title: q.T("修改每月缴费"), Lead: q.T("每月 {0} 到 {1}，下次扣款时生效。", s.Least, s.Most),
		Auto: page.Auto{Fields: form.Of[mutual.ChangeIn](), Submit: q.T("保存"), Cancel: back(q, mutual.Mine), Values: form.Show(mutual.ChangeIn{ID: m.ID, Monthly: m.Monthly})}}, err
}

func openMyLeave(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	m, s, err := mine(ctx, tx)
	fields := form.Of[mutual.LeaveIn]()[:1]
	return site.FormPage{Title: q.T("退出互助金"), Lead: q.T("退会后不再扣款，也不能再申请互助金补助。按章程，自愿退会退还您已缴减去已受助部分的 {0}%。", s.BackOwn),
		Auto: page.Auto{Fields: append(fields, form.Field{Name: "why", Kind: form.Hidden}), Submit: q.T("确定退会"), Cancel: back(q, mutual.Mine),
			Values: form.Show(mutual.LeaveIn{ID: m.ID, Why: mutual.OwnWill})}}, err
}
