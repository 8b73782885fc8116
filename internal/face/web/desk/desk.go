// Package desk has the pages of those who work cases: what waits for them, the list of applications, one case with the
// next step beside it, the forms of each step, and the leaders' figures without names.
package desk

import (
	"strconv"

	"bangfu/internal/domain/intake"
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
		see(apps, "intake.list", showList),
		post(apps+"/export", "intake.list", export),
	}
	return routes
}

func see(path, right string, do site.Handler) site.Route {
	return site.Route{Pattern: "GET " + path, Right: right, Face: page.Desk, Do: do}
}

func post(path, right string, do site.Handler) site.Route {
	return site.Route{Pattern: "POST " + path, Right: right, Face: page.Desk, Do: do}
}

type none = act.None

func itoa[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }
