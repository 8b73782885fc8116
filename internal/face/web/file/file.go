// Package file has the desk pages of the files of households in hardship (S04, S10): the list, one household in six parts
// as of any day, its printed sheet, and the forms by which it is kept, reviewed, followed, handed over and ended.
package file

import (
	"bangfu/internal/base/words"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/effect"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

const (
	files  = "/desk/files"
	visits = "/desk/visits"
	rounds = "/desk/effect"
)

// Routes lists the pages.
func Routes() []site.Route {
	routes := []site.Route{
		{Pattern: "GET " + files, Right: "casefile.list", Face: page.Desk, Do: showList},
		{Pattern: "GET /print/files/{id}", Right: "casefile.see", Face: page.Print, Do: showSheet},
		{Pattern: "GET " + visits, Right: "effect.see", Face: page.Desk, Do: showVisits},
		{Pattern: "GET " + rounds, Right: "effect.see", Face: page.Desk, Do: showRounds},
	}
	for _, p := range parts() {
		routes = append(routes, site.Route{Pattern: "GET " + files + "/{id}" + p.path, Right: "casefile.see", Face: page.Desk, Do: showPart(p)})
	}
	pair := func(path, right string, show, take site.Handler) {
		routes = append(routes, site.GetPost(site.Route{Pattern: path, Right: right, Face: page.Desk, Do: show}, take)...)
	}
	for _, f := range []fileForm{
		formOf(casefile.Amend, "/amend", [2]words.Key{"变更档案信息", "保存变更"}, amendValues),
		formOf(casefile.Review, "/review", [2]words.Key{"年度复核", "提交复核"}, nil),
		formOf(casefile.Exit, "/exit", [2]words.Key{"退出帮扶", "退出帮扶"}, nil),
		formOf(casefile.Reenter, "/reenter", [2]words.Key{"重新纳入帮扶", "重新纳入"}, nil),
		formOf(casefile.Assign, "/assign", [2]words.Key{"指定结对联系人", "指定"}, nil),
		formOf(casefile.Transfer, "/transfer", [2]words.Key{"转出档案", "转出"}, nil),
		formOf(casefile.Receive, "/receive", [2]words.Key{"接收档案", "提交"}, nil),
		formOf(effect.Close, "/watch", [2]words.Key{"写跟踪结论", "提交结论"}, watchValues),
	} {
		pair(files+"/{id}"+f.path, f.right, f.show, f.take)
	}
	routes = append(routes, packRoutes()...)
	pair(visits+"/{id}", "effect.visit", showVisit, takeVisit)
	pair(rounds+"/round", "effect.summarise", showRound, takeRound)
	return routes
}
