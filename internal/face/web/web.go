// Package web is the program in a browser: the pages of every noun on one site, each route held to its right.
package web

import (
	"context"
	"net/http"
	"slices"

	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	tokens "bangfu/internal/face/api/desk"
	"bangfu/internal/face/exchange/backup"
	"bangfu/internal/face/exchange/roster"
	"bangfu/internal/face/web/award"
	"bangfu/internal/face/web/calendar"
	"bangfu/internal/face/web/desk"
	"bangfu/internal/face/web/discovery"
	"bangfu/internal/face/web/file"
	"bangfu/internal/face/web/fund"
	"bangfu/internal/face/web/giving"
	"bangfu/internal/face/web/health"
	"bangfu/internal/face/web/house"
	"bangfu/internal/face/web/investment"
	"bangfu/internal/face/web/leads"
	"bangfu/internal/face/web/loan"
	"bangfu/internal/face/web/me"
	"bangfu/internal/face/web/mutual"
	"bangfu/internal/face/web/notice"
	"bangfu/internal/face/web/outreach"
	"bangfu/internal/face/web/oversight"
	"bangfu/internal/face/web/partner"
	"bangfu/internal/face/web/pay"
	"bangfu/internal/face/web/paygap"
	"bangfu/internal/face/web/people"
	"bangfu/internal/face/web/recognition"
	"bangfu/internal/face/web/service"
	"bangfu/internal/face/web/setup"
	"bangfu/internal/face/web/sign"
	"bangfu/internal/face/web/site"
	"bangfu/internal/face/web/standards"
	surveys "bangfu/internal/face/web/survey"
	"bangfu/internal/face/web/trail"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/survey"
)

// Hooks are what the pages need from above: what a new union starts with.
type Hooks struct {
	Ship    func(ctx context.Context, d *db.DB, union string) error
	Openers map[string]audit.Opener
	Acts    []act.Any
	Reads   []act.AnyRead
	Desk    roster.Desk
	Copies  backup.Plan
	Survey  survey.Hands
}

// Routes lists every route of the web face.
func Routes(h Hooks) []site.Route {
	var all []site.Route
	for _, part := range [][]site.Route{
		site.Routes(),
		sign.Routes(),
		setup.Routes(h.Ship),
		house.Routes(),
		me.Routes(),
		desk.Routes(),
		award.Routes(),
		notice.Routes(),
		people.Routes(audit.Look(h.Openers), h.Desk),
		calendar.Routes(),
		pay.Routes(),
		file.Routes(),
		recognition.Routes(),
		outreach.Routes(),
		partner.Routes(),
		surveys.Routes(h.Survey),
		discovery.Routes(),
		leads.Routes(),
		standards.Routes(),
		tokens.Routes(h.Acts, h.Reads),
		fund.Routes(),
		giving.Routes(),
		mutual.Routes(),
		investment.Routes(),
		paygap.Routes(),
		service.Routes(),
		loan.Routes(),
		health.Routes(h.Copies),
		oversight.Routes(),
		trail.Routes(named(h)),
	} {
		all = append(all, part...)
	}
	return all
}

// named are all acts that a log may name: those of the house and the ways in, which no form or token offers.
func named(h Hooks) []act.Any {
	return append(slices.Clone(h.Acts), auth.SignIn, auth.UseCode, auth.ChangePassword, auth.Install)
}

// Nav lists the entries of the desk's navigation in order.
func Nav() []site.NavEntry {
	return []site.NavEntry{
		{Href: "/desk", Icon: "home", Right: "desk.see", Label: "工作台"},
		{Href: "/desk/applications", Icon: "doc", Right: "intake.list", Label: "申请"},
		{Href: "/desk/leads", Icon: "find", Right: "discovery.see", Group: "帮扶工作", Label: "发现困难", Also: []string{"/desk/discovery"}},
		{Href: "/desk/awards", Icon: "check", Right: "plan.see", Group: "帮扶工作", Label: "审批和公示"},
		{Href: "/desk/notices", Icon: "horn", Right: "notice.see", Group: "帮扶工作", Label: "公示"},
		{Href: "/desk/files", Icon: "family", Right: "casefile.see", Group: "帮扶工作", Label: "档案", Also: []string{"/desk/recognition", "/desk/visits", "/desk/effect"}},
		{Href: "/desk/outreach", Icon: "walk", Right: "outreach.see", Group: "帮扶工作", Label: "走访和谈心"},
		{Href: "/desk/partners", Icon: "heart", Right: "partner.list", Group: "帮扶工作", Label: "合作单位和转介", Also: []string{"/desk/referrals"}},
		{Href: "/desk/people", Icon: "person", Right: "person.list", Group: "职工", Label: "职工"},
		{Href: "/desk/import", Icon: "upload", Right: "roster.read", Group: "职工", Label: "名册导入"},
		{Href: "/desk/surveys", Icon: "list", Right: "survey.see", Group: "职工", Label: "问卷"},
		{Href: "/desk/suggestions", Icon: "chat", Right: "survey.box", Group: "职工", Label: "职工建议"},
		{Href: "/desk/paygap", Icon: "chart", Right: "paygap.see", Group: "职工", Label: "收入差距"},
		{Href: "/desk/payments", Icon: "money", Right: "payment.see", Group: "资金", Label: "发放"},
		{Href: "/desk/fund", Icon: "book", Right: "fund.see", Group: "资金", Label: "资金和预算"},
		{Href: "/desk/giving", Icon: "heart", Right: "giving.see", Group: "资金", Label: "爱心捐助", Also: []string{"/desk/gifts"}},
		{Href: "/desk/mutual", Icon: "family", Right: "mutual.see", Group: "资金", Label: "互助金"},
		{Href: "/desk/loans", Icon: "money", Right: "loan.see", Group: "资金", Label: "借款", Also: []string{"/desk/loan"}},
		{Href: "/desk/services", Icon: "box", Right: "service.see", Group: "资金", Label: "有偿服务", Also: []string{"/desk/service-needs"}},
		{Href: "/desk/investments", Icon: "money", Right: "investment.see", Group: "资金", Label: "闲置资金投资"},
		{Href: "/desk/standards", Icon: "scale", Right: "standard.see", Group: "标准和监督", Label: "标准"},
		{Href: "/desk/dashboard", Icon: "chart", Right: "report.see", Group: "标准和监督", Label: "统计"},
		{Href: "/desk/oversight/findings", Icon: "chat", Right: "oversight.answer", Group: "标准和监督", Label: "审计问题"},
		{Href: "/desk/oversight", Icon: "find", Right: "oversight.see", Group: "标准和监督", Label: "审计监督"},
		{Href: "/desk/audit", Icon: "shield", Right: "audit.read", Group: "标准和监督", Label: "操作记录"},
		{Href: "/desk/setup", Icon: "list", Right: "setup.see", Group: "管理", Label: "准备"},
		{Href: "/desk/people-roles", Icon: "shield", Right: "org.see", Group: "管理", Label: "人员和角色"},
		{Href: "/desk/units", Icon: "box", Right: "org.see", Group: "管理", Label: "机构"},
		{Href: "/desk/calendar", Icon: "calendar", Right: "calendar.see", Group: "管理", Label: "日历"},
		{Href: "/desk/settings", Icon: "gear", Right: "org.setting", Group: "管理", Label: "设置"},
		{Href: "/desk/health", Icon: "shield", Right: "health.see", Group: "管理", Label: "运行状况"},
		{Href: "/desk/tokens", Icon: "lock", Right: "api.token", Group: "管理", Label: "接口令牌"},
	}
}

// Handler is the whole web face.
func Handler(s *site.Site, h Hooks) http.Handler {
	s.Nav, s.Titles = Nav(), map[string]words.Key{}
	for _, a := range named(h) {
		name, title, _ := a.About()
		s.Titles[name] = title
	}
	return s.Mux(Routes(h))
}
