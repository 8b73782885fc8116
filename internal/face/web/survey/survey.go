// Package survey has the pages of surveys and of the suggestions box (S02, S11): for a worker one question a page, whole
// without scripts, the first line saying truthfully whether names are kept; for the desk the builder, the run and the results.
package survey

import (
	"context"
	"strconv"

	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/survey"
)

const (
	mine    = "/me/surveys"
	home    = "/desk/surveys"
	ideas   = "/me/suggestions"
	box     = "/desk/suggestions"
	printed = "/print/surveys"
)

// Routes lists the pages; h is what the house does for surveys.
func Routes(h survey.Hands) []site.Route {
	route := func(face page.Face, pattern, right string, do site.Handler) site.Route {
		return site.Route{Pattern: pattern, Right: right, Face: face, Do: do}
	}
	d := desk{h}
	routes := []site.Route{
		route(page.Worker, "GET "+mine, "survey.mine", showMine),
		route(page.Worker, "GET "+mine+"/{id}", "survey.mine", showIntro),
		route(page.Worker, "GET "+mine+"/{id}/fill", "survey.mine", showFill),
		route(page.Worker, "POST "+mine+"/{id}/fill", "survey.answer", takeFill),
		route(page.Worker, "POST "+mine+"/{id}/send", "survey.answer", d.takeSend),
		route(page.Worker, "GET "+mine+"/{id}/done", "survey.mine", showDone),
		route(page.Worker, "GET "+mine+"/{id}/results", "survey.mine", showReleased),
		route(page.Worker, "GET "+ideas, "survey.mine", showIdeas),
		route(page.Desk, "GET "+home, "survey.see", showHome),
		route(page.Desk, "GET "+home+"/{id}", "survey.see", showOne),
		route(page.Desk, "GET "+home+"/{id}/preview", "survey.see", showPreview),
		route(page.Desk, "GET "+home+"/{id}/rate", "survey.rate", showRate),
		route(page.Desk, "GET "+home+"/{id}/results", "survey.see", showResults),
		route(page.Desk, "POST "+home+"/{id}/export", "survey.see", export),
		route(page.Desk, "GET "+home+"/{id}/answers", "survey.see", showAnswers),
		route(page.Print, "GET "+printed+"/{id}", "survey.rate", showPaper),
		route(page.Desk, "GET "+box, "survey.box", showBox),
		press("/move", survey.MoveQuestion, "题目已移动。"),
		press("/drop", survey.DropQuestion, "题目已删除。"),
		press("/publish", h.Publish(), "问卷已发布。"),
		press("/take-back", survey.TakeBack, "问卷已收回，可以再改。"),
		press("/close", survey.Close, "问卷已结束。"),
		press("/release", survey.Release, "结果已公布给填问卷的职工。"),
		press("/remind", survey.Remind, "会提醒还没填的人。"),
		site.Press(home+"/new", page.Desk, survey.Begin, func(_ *site.Req, out survey.Ref) (string, string) {
			return home + "/" + out.ID, "问卷草稿已建好。"
		}),
	}
	pair := func(face page.Face, pattern, right string, show, take site.Handler) {
		routes = append(routes, site.GetPost(route(face, pattern, right, show), take)...)
	}
	pair(page.Worker, ideas+"/new", "survey.suggest", showSuggest, takeSuggest)
	pair(page.Desk, home+"/{id}/settings", "survey.write", showSettings, takeSettings)
	pair(page.Desk, home+"/{id}/question", "survey.write", showQuestion, takeQuestion)
	pair(page.Desk, home+"/{id}/paper", "survey.paper", showTyping, d.takeTyping)
	pair(page.Desk, box+"/{id}", "survey.reply", showReply, takeReply)
	return routes
}

// desk are the pages that need the hands of the house.
type desk struct{ h survey.Hands }

// press is a button of one survey's page, which it comes back to.
func press[In any](path string, a act.Act[In, act.None], line string) site.Route {
	return site.Press(home+path, page.Desk, a, func(q *site.Req, _ act.None) (string, string) { return home + "/" + q.R.PostFormValue("id"), line })
}

func itoa(n int) string { return strconv.Itoa(n) }

func count(n int64) string { return strconv.FormatInt(n, 10) }

// whole is a survey with its questions.
type whole struct {
	S   survey.Survey
	All []survey.Question
}

func (w *whole) read(ctx context.Context, tx *db.Tx, id string) (err error) {
	if w.S, err = survey.Get(ctx, tx, id); err != nil {
		return err
	}
	w.All, err = w.S.Questions()
	return err
}

// truth is the first line of a survey: whether names are kept.
func (w whole) truth(in page.In) string {
	if w.S.Nameless() {
		return in.T("匿名：不记录姓名和工号")
	}
	return in.T("实名：工会干部能看到您的回答")
}

// field draws a question as one input.
func field(in page.In, q survey.Question, typed []string) page.F {
	f := page.F{Name: q.Code, Label: q.Ask.Say(in.Lang), Hint: q.Hint.Say(in.Lang), Need: q.Need, Values: typed, Unit: q.Unit.Say(in.Lang), Rows: 3, Max: 200}
	if len(typed) > 0 {
		f.Value = typed[0]
	}
	for _, o := range q.Picks() {
		f.Choices = append(f.Choices, form.Choice{Value: o.Value, Label: o.Say(in.Lang)})
	}
	return f
}

func kindOf(q survey.Question) form.Kind {
	switch q.Kind {
	case survey.Many:
		return form.Picks
	case survey.Number:
		if q.Money {
			return form.Money
		}
		return form.Int
	case survey.Short:
		return form.Area
	case survey.One, survey.YesNo, survey.Scale:
	}
	return form.Pick
}

// lines gathers what was posted for some questions into the lines of an act; a question left empty is said to be empty.
func lines(all []survey.Question, v form.Values) []string {
	var out []string
	for _, q := range all {
		if len(v[q.Code]) == 0 {
			out = append(out, q.Code+"=")
		}
		for _, one := range v[q.Code] {
			out = append(out, q.Code+"="+one)
		}
	}
	return out
}
