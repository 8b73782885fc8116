// Package desk has the pages of those who work cases: what waits for them, the list of applications, one case with the
// next step beside it, the forms of each step, and the leaders' figures without names.
package desk

import (
	"strconv"

	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

const (
	home = "/desk"
	apps = "/desk/applications"
)

// Routes lists the pages.
func Routes() []site.Route {
	routes := []site.Route{
		see(home, "desk.see", showWork),
		see(home+"/todo", "desk.see", showTodo),
		site.Press(home+"/nudge", page.Desk, intake.Nudge, func(*site.Req, intake.NudgeOut) (string, string) {
			return home, "提醒已发出。同一个人三天内不会再提醒第二次。"
		}),
		see(home+"/dashboard", "report.see", showBoard),
		see(apps, "intake.list", showList),
		post(apps+"/export", "intake.list", export),
		assign(),
		see(apps+"/{id}", "intake.digest", showRecord),
		site.PaperPress(apps+"/{id}/pdf", page.Desk, plan.ResultPaper, func(q *site.Req) plan.ResultIn { return plan.ResultIn{ID: q.ID("id")} }),
		post(apps+"/{id}/first", "intake.first_review", takeFirst),
		see(apps+"/{id}/done", "intake.digest", showDone),
		see(apps+"/{id}/papers/{proof}", "intake.open_paper", servePaper),
		see(apps+"/{id}/visits/{visit}/{n}", "intake.see", servePhoto),
		pressed("take", intake.Take, "您接手了，别人不会重复办。", ""),
		pressed("free", intake.Free, "已交还，别人可以接手了。", ""),
		pressed("looked", intake.LookPaper, "核对结果记下了。", "#papers"),
		pressed("vouched", intake.VouchPaper, "登记好了。", "#papers"),
		pressed("agreed", intake.PaperConsent, "纸面同意登记好了。", "#family"),
	}
	routes = append(routes, moreStep().both(takeMore)...)
	routes = append(routes, visitStep().both(takeVisit)...)
	routes = append(routes, verifyStep().routes()...)
	routes = append(routes, refuseStep().routes()...)
	routes = append(routes, appealStep().routes()...)
	routes = append(routes, goneStep().routes()...)
	routes = append(routes, assessStep().routes()...)
	routes = append(routes, site.GetPost(site.Route{Pattern: apps + "/{id}/correct", Right: "intake.officer", Face: page.Desk, Do: showCorrect}, takeCorrect)...)
	return append(routes, site.GetPost(site.Route{Pattern: apps + "/new", Right: "intake.behalf", Face: page.Desk, Do: showBehalf}, takeBehalf)...)
}

func see(path, right string, do site.Handler) site.Route {
	return site.Route{Pattern: "GET " + path, Right: right, Face: page.Desk, Do: do}
}

func post(path, right string, do site.Handler) site.Route {
	return site.Route{Pattern: "POST " + path, Right: right, Face: page.Desk, Do: do}
}

// pressed is a button on a case: it acts and comes back to the case, with a green line.
func pressed[In any](part string, a act.Act[In, none], line, anchor string) site.Route {
	return site.Press(apps+"/{id}/"+part, page.Desk, a, func(q *site.Req, _ none) (string, string) {
		return apps + "/" + q.ID("id") + anchor, line
	})
}

type none = act.None

func itoa[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }
