// Package me has the worker's own pages: what help there is, applying one question at a time, where things stand, handing
// in more, and what is held about oneself. Every page is whole without scripts, and nothing is asked twice.
package me

import (
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/notify"
)

// Routes lists the pages.
func Routes() []site.Route {
	routes := []site.Route{
		{Pattern: "GET /{$}", Right: site.Open, Face: page.Public, Do: showEntry},
		{Pattern: "GET /me", Right: "me.home", Face: page.Worker, Do: showHome},
		{Pattern: "GET /me/messages", Right: "me.home", Face: page.Worker, Do: showMessages},
		site.Press("/me/messages/read", page.Worker, notify.Read, func(*site.Req, noAnswer) (string, string) { return "/me/messages", "消息都标为已读了" }),
		{Pattern: "GET /me/file", Right: "me.see", Face: page.Worker, Do: showFile},
		site.Press("/me/file/take-back", page.Worker, intake.TakeBack, func(*site.Req, noAnswer) (string, string) {
			return "/me/file", "已撤回。这一部分以后改为当面办理。"
		}),
		see("/me/apply/{id}", showTasks),
		see("/me/apply/{id}/check", showCheck),
		see("/me/apply/{id}/papers", showPapers),
		see("/me/applications/{id}", showTrack),
		see("/me/applications/{id}/done", showDone),
		site.PaperPress("/me/applications/{id}/pdf", page.Worker, plan.ResultPaper, func(q *site.Req) plan.ResultIn { return plan.ResultIn{ID: q.ID("id")} }),
		see("/me/applications/{id}/paper/{proof}", servePaper),
		press("/me/apply/{id}/family/drop", takeDrop),
		press("/me/apply/{id}/family/done", takeFamilyDone),
		press("/me/apply/{id}/papers/done", takePapersDone),
		press("/me/apply/{id}/papers/drop", takePaperDrop),
		press("/me/apply/{id}/link", takeLink),
		press("/me/apply/{id}/confirm", takeConfirm),
	}
	pair := func(path, right string, show, take site.Handler) {
		routes = append(routes, site.GetPost(site.Route{Pattern: path, Right: right, Face: page.Worker, Do: show}, take)...)
	}
	pair("/me/apply", "intake.start", showStart, takeStart)
	pair("/me/apply/{id}/notice", "intake.fill", showNotice, takeNotice)
	pair("/me/apply/{id}/separate", "intake.fill", showSeparate, takeSeparate)
	pair("/me/apply/{id}/self", "intake.fill", showSelf, takeSelf)
	pair("/me/apply/{id}/family", "intake.fill", showFamily, takeFamilyDone)
	pair("/me/apply/{id}/family/add", "intake.fill", showMember, takeMember)
	pair("/me/apply/{id}/cause", "intake.fill", showCause, takeCause)
	pair("/me/apply/{id}/ask", "intake.fill", showAsk, takeAsk)
	pair("/me/apply/{id}/money", "intake.fill", showMoney, takeMoney)
	pair("/me/apply/{id}/papers/{code}", "intake.fill", showPaper, takePaper)
	pair("/me/apply/{id}/card", "intake.fill", showCard, takeCard)
	pair("/me/apply/{id}/sign", "intake.fill", showSign, takeSign)
	pair("/me/applications/{id}/supply", "intake.fill", showSupply, takeSupply)
	pair("/me/applications/{id}/appeal", "intake.appeal", showAppeal, takeAppeal)
	pair("/me/applications/{id}/withdraw", "intake.fill", showWithdraw, takeWithdraw)
	pair(fitPath, site.Open, showFit, takeFit)
	pair("/consent/{union}/{token}", site.Open, showRelative, takeRelative)
	return routes
}

func see(path string, do site.Handler) site.Route {
	return site.Route{Pattern: "GET " + path, Right: "intake.fill", Face: page.Worker, Do: do}
}

func press(path string, do site.Handler) site.Route {
	return site.Route{Pattern: "POST " + path, Right: "intake.fill", Face: page.Worker, Do: do}
}
