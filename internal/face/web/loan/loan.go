// Package loan has the pages of loans and advances (S17): the desk's list and each loan's way, products, lists for payroll, the agreement
// to print, and the worker's own loans and guarantees.
package loan

import (
	"context"
	"slices"

	"bangfu/internal/domain/deduction"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	lists "bangfu/internal/face/web/deduction"
	"bangfu/internal/face/web/site"
	"bangfu/internal/programme/lending"
	"bangfu/internal/programme/mutual"
)

const (
	home     = "/desk/loans"
	mine     = "/me/loans"
	products = home + "/products"
)

// Routes lists the pages.
func Routes() []site.Route {
	routes := []site.Route{
		{Pattern: "GET " + home, Right: "loan.see", Face: page.Desk, Do: showList},
		{Pattern: "POST " + home + "/export", Right: "loan.see", Face: page.Desk, Do: export},
		{Pattern: "GET " + products, Right: "loan.see", Face: page.Desk, Do: showProducts},
		{Pattern: "GET " + home + "/{id}", Right: "loan.see", Face: page.Desk, Do: showOne},
		{Pattern: "GET /print/loans/{id}", Right: "loan.see", Face: page.Print, Do: printAgreement},
		{Pattern: "GET " + mine, Right: "loan.mine", Face: page.Worker, Do: showMine},
		{Pattern: "GET " + mine + "/{id}", Right: "loan.mine", Face: page.Worker, Do: showMyOne},
		site.Press(mine+"/withdraw", page.Worker, lending.Withdraw, func(_ *site.Req, l lending.Loan) (string, string) { return mine + "/" + l.ID, "申请已撤回。" }),
		site.Press(home+"/withdraw", page.Desk, lending.Withdraw, func(_ *site.Req, l lending.Loan) (string, string) { return home + "/" + l.ID, "申请已撤回。" }),
		site.Press(products+"/retract", page.Desk, lending.Retract, func(*site.Req, act.None) (string, string) { return products, "产品已停用，已借的不变。" }),
	}
	routes = append(routes, lists.Routes(lists.Kind{Kind: deduction.Loan, Right: "loan.land", Fields: form.Of[lending.LandIn](), Back: home,
		Run: site.Runs(lending.Land, func(d deduction.Landed) (string, string) { return deduction.Loan.Home() + d.List.ID, lists.Landed(d) })})...)
	for _, f := range slices.Concat(asking(), steps(), changes()) {
		routes = append(routes, f.Routes()...)
	}
	return routes
}

func to(line string) func(lending.Loan) (string, string) {
	return func(l lending.Loan) (string, string) { return home + "/" + l.ID, line }
}

// asking are the forms by which a loan is asked for and products are offered.
func asking() []site.Form {
	return []site.Form{
		{Path: mine + "/new", Right: "loan.apply", Face: page.Worker, Open: openAsk(false), Run: site.Runs(lending.Apply, func(l lending.Loan) (string, string) {
			return mine + "/" + l.ID, "申请已提交，有进展会告诉您。"
		})},
		{Path: mine + "/{id}/consent", Right: "loan.consent", Face: page.Worker, Open: openConsent, Run: site.Runs(lending.Consent, func(l lending.Loan) (string, string) {
			return mine + "/" + l.ID, "您的答复已记下。"
		})},
		{Path: home + "/new", Right: "loan.apply_for", Open: openAsk(true), Run: site.Runs(lending.ApplyFor, to("申请已登记。"))},
		{Path: products + "/adopt", Right: "loan.product", Open: openAdopt, Run: site.Runs(lending.Adopt, func(lending.Offer) (string, string) {
			return products, "产品已启用。"
		})},
		{Path: deduction.Loan.Home() + "new", Right: "loan.list", Open: openList, Run: site.Runs(lending.MakeList, func(l deduction.List) (string, string) {
			return deduction.Loan.Home() + l.ID, "清单已做好，导出后交给财务。"
		})},
	}
}

// steps are the forms that bring a loan to the money.
func steps() []site.Form {
	at := home + "/{id}"
	return []site.Form{
		{Path: at + "/paper", Right: "loan.check", Open: one("loan.check", "登记担保人的书面答复", "先收好担保人签字的担保书。", lending.PaperIn{}), Run: site.Runs(lending.ConsentOnPaper, to("答复已记下。"))},
		{Path: at + "/check", Right: "loan.check", Open: openCheck, Run: site.Runs(lending.Verify, to("核对结果已记下。"))},
		{Path: at + "/decide", Right: "loan.decide", Open: one("loan.decide", "审批借款", "", decision{}), Run: decide},
		{Path: at + "/sign", Right: "loan.sign", Open: one("loan.sign", "登记协议签订", "没有借款人同意扣工资的签字，不能付款。", lending.SignIn{}), Run: site.Runs(lending.Sign, to("协议已登记，请出纳付款。"))},
		{Path: at + "/pay", Right: "loan.pay", Open: one("loan.pay", "登记借款支付", "先从银行付给借款人，再按回单登记。登记后开始计还款安排。", lending.PayIn{}), Run: site.Runs(lending.PayOut, to("付款已记账，还款安排已生成。"))},
	}
}

// changes are the forms of what happens to a loan afterwards.
func changes() []site.Form {
	at := home + "/{id}"
	return []site.Form{
		{Path: at + "/repay", Right: "loan.repay", Open: one("loan.repay", "登记还款", "工资以外的还款在这里登记：提前还的、担保人代还的。多还的部分会重新排余下各期。", lending.BackIn{}), Run: site.Runs(lending.TakeBack, to("还款已记账。"))},
		{Path: at + "/reschedule", Right: "loan.reschedule", Open: one("loan.reschedule", "调整还款安排", "还欠的钱从今天起重新分期。", lending.RescheduleIn{}), Run: site.Runs(lending.Reschedule, to("还款安排已调整，已告诉借款人。"))},
		{Path: at + "/pause", Right: "loan.pause", Open: one("loan.pause", "暂停还款", "暂停期间不扣工资、不算逾期。病假、待岗的，系统每晚自动暂停和恢复。", lending.WhyIn{}), Run: site.Runs(lending.Pause, to("已暂停，已告诉借款人。"))},
		{Path: at + "/resume", Right: "loan.pause", Open: one("loan.pause", "恢复还款", "剩下几期还是几期，从今天起接着还。", lending.WhyIn{}), Run: site.Runs(lending.Resume, to("已恢复，已告诉借款人。"))},
		{Path: at + "/replace", Right: "loan.check", Open: one("loan.check", "更换担保人", "新担保人签字以前，原担保人的责任不变。", lending.ReplaceIn{}), Run: site.Runs(lending.Replace, to("担保人已更换，已告诉原担保人。"))},
		{Path: at + "/end", Right: "loan.end", Open: one("loan.end", "申请减免、核销或转补助", "要经审批才生效，记账和还款都走账簿。", lending.EndIn{}), Run: site.Runs(lending.AskEnd, to("已提交审批。"))},
	}
}

// decision is a decision as typed: with the upper union's answer on paper, its scan.
type decision struct {
	ID     string    `form:"id" kind:"hidden" need:"true" max:"40"`
	Yes    yes       `form:"yes" label:"决定" need:"true"`
	Reason string    `form:"reason" label:"理由" hint:"不同意时必须写明，申请人会看到" kind:"area" max:"200"`
	Paper  form.File `form:"paper" label:"上级工会批复的照片" hint:"只有代上级工会登记答复时才需要" max:"10"`
}

type yes string

// Choices lists the two.
func (yes) Choices() []form.Choice {
	return []form.Choice{{Value: "yes", Label: "同意"}, {Value: "no", Label: "不同意"}}
}

func decide(q *site.Req) (form.Values, string, string, error) {
	var in decision
	given, err := q.Read(&in)
	if err != nil {
		return given, "", "", err
	}
	paper := ""
	if in.Paper.Size > 0 {
		if paper, err = q.Keep(in.Paper); err != nil {
			return given, "", "", err
		}
	}
	l, err := site.Do(q, lending.Decide, lending.DecideIn{ID: in.ID, Yes: string(in.Yes), Reason: in.Reason, Paper: paper})
	return given, home + "/" + l.ID, "决定已记下。", err
}

func back(q *site.Req, to string) page.Link { return page.Link{Href: to, Label: q.T("返回")} }

// one opens a form about one loan that a right reaches.
func one[In any](right, title, lead string, in In) func(context.Context, *db.Tx, *site.Req) (site.FormPage, error) {
	return func(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
		l, err := lending.Reached(ctx, tx, right, q.ID("id"))
		if err != nil {
			return site.FormPage{}, err
		}
		about, err := brief(ctx, tx, q, l)
		values := form.Show(in)
		values["id"] = []string{l.ID}
		for _, f := range form.Of[In]() {
			if f.Name == "on" {
				values["on"] = []string{string(tx.Day())}
			}
		}
		p := site.FormPage{Cap: l.Number, Title: q.T(title), About: about, Auto: page.Auto{Fields: form.Of[In](), Submit: q.T("提交"), Cancel: back(q, home+"/"+l.ID), Values: values}}
		if lead != "" {
			p.Lead = q.T(lead)
		}
		return p, err
	}
}

// asked gives the product a form is about: the one named, else the first on offer.
func asked(ctx context.Context, tx *db.Tx, q *site.Req) (lending.Offer, error) {
	code := q.R.FormValue("product")
	if code == "" {
		all, err := lending.Offers(ctx, tx)
		if err != nil || len(all) == 0 {
			return lending.Offer{}, err
		}
		return all[0], nil
	}
	return lending.OfferOf(ctx, tx, code)
}

func openAsk(other bool) func(context.Context, *db.Tx, *site.Req) (site.FormPage, error) {
	return func(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
		o, err := asked(ctx, tx, q)
		if err != nil {
			return site.FormPage{}, err
		}
		fields, cancel, title := form.Of[lending.AskIn](), mine, "申请借款"
		if other {
			fields, cancel, title = form.Of[lending.AskForIn](), home, "代职工申请借款"
		}
		var purposes []form.Choice
		for _, u := range o.Product.Purposes {
			purposes = append(purposes, form.Choice{Value: u.Code, Label: u.Name.Say(q.Lang())})
		}
		fields = slices.DeleteFunc(form.With(fields, "purpose", purposes), func(f form.Field) bool {
			return f.Name == "price" && !needs(o.Product, func(l lending.Limits) int64 { return l.Price }) ||
				f.Name == "family" && !needs(o.Product, func(l lending.Limits) int64 { return l.FamilyMonths }) || f.Name == "guarantors" && o.Product.Guarantors == 0
		})
		for i := range fields {
			fields[i].Need = fields[i].Need || fields[i].Name == "guarantors"
		}
		return site.FormPage{Cap: q.T("借款"), Title: q.T(title), Lead: o.Product.Name.Say(q.Lang()), About: terms(q, o.Product),
			Auto: page.Auto{Fields: fields, Submit: q.T("提交申请"), Cancel: back(q, cancel), Values: form.Values{"product": {o.Code}}}}, nil
	}
}

func needs(p lending.Product, bound func(lending.Limits) int64) bool {
	return bound(p.Limits) > 0 || slices.ContainsFunc(p.Purposes, func(u lending.Purpose) bool { return bound(u.Limits) > 0 })
}

func openConsent(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	l, _, err := lending.Mine(ctx, tx, q.ID("id"))
	if err != nil {
		return site.FormPage{}, err
	}
	about, err := brief(ctx, tx, q, l)
	return site.FormPage{Cap: l.Number, Title: q.T("是否担保"), Lead: q.T("担保就是：借款人还不上时，您要负责还。请看清金额和期限再决定，不愿意可以不担保。"), About: about,
		Auto: page.Auto{Fields: form.Of[lending.ConsentIn](), Submit: q.T("提交"), Cancel: back(q, mine+"/"+l.ID), Values: form.Show(lending.ConsentIn{ID: l.ID})}}, err
}

func openCheck(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	l, err := lending.Reached(ctx, tx, "loan.check", q.ID("id"))
	if err != nil {
		return site.FormPage{}, err
	}
	about, err := brief(ctx, tx, q, l)
	if err != nil {
		return site.FormPage{}, err
	}
	pools, err := lending.Pools(ctx, tx, l)
	if err != nil {
		return site.FormPage{}, err
	}
	_, widened, err := lending.Sources(ctx, tx)
	if err != nil {
		return site.FormPage{}, err
	}
	_, member, err := mutual.OfPerson(ctx, tx, l.PersonID)
	var choices []form.Choice
	for _, p := range pools {
		free, bad := fund.Balance(ctx, tx, fund.Account{Pocket: p.Code, Code: fund.Available})
		if bad != nil {
			return site.FormPage{}, bad
		}
		choices = append(choices, form.Choice{Value: p.Code, Label: p.Name, Hint: q.T("可用 {0}", free)})
	}
	p := site.FormPage{Cap: l.Number, Title: q.T("核对借款申请"), About: about, Lead: q.T("借款只能出自职工互助金或公司拨款：没有规定允许把工会经费借给个人。"),
		Auto: page.Auto{Fields: form.With(form.Of[lending.VerifyIn](), "pocket", choices), Submit: q.T("提交"), Cancel: back(q, home+"/"+l.ID),
			Values: form.Show(lending.VerifyIn{ID: l.ID, Pay: l.Pay, Member: member})}}
	if widened {
		p.Warn = q.T("本会的设置放宽了这一条，别的来源的资金也列在下面。请先确认本会确有这样的规定。")
	}
	return p, err
}

func openAdopt(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	text := lending.PatternText(q.Query("code"))
	if o, err := lending.OfferOf(ctx, tx, q.Query("code")); err == nil {
		text = o.Text
	}
	return site.FormPage{Title: q.T("启用借款产品"), Lead: q.T("照实际规定改好限额、期限和条件再启用。以后的申请按新的办，已借的不变。"),
		Auto: page.Auto{Fields: form.Of[lending.OfferIn](), Submit: q.T("启用"), Cancel: back(q, products), Values: form.Show(lending.OfferIn{Text: text})}}, nil
}

func openList(_ context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	return site.FormPage{Title: q.T("做借款扣款清单"), Lead: q.T("每笔借款列出月底前到期的，扣款不超过工资的限定比例，也不让工资低于当地最低工资。扣到多少以财务填回的为准。"),
		Auto: page.Auto{Fields: form.Of[lending.MonthIn](), Submit: q.T("做清单"), Cancel: back(q, home), Values: form.Show(lending.MonthIn{Month: string(tx.Day())[:7]})}}, nil
}
