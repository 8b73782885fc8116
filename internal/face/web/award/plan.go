package award

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/approval"
	"bangfu/internal/office/org"
)

func planRoutes() []site.Route {
	routes := site.GetPost(site.Route{Pattern: "/desk/applications/{id}/plan", Right: "plan.write", Face: page.Desk, Do: showPlan}, takePlan)
	routes = append(routes, site.GetPost(site.Route{Pattern: "/desk/applications/{id}/propose", Right: "plan.propose", Face: page.Desk, Do: showProposal}, takeProposal)...)
	routes = append(routes, site.GetPost(site.Route{Pattern: "/desk/meetings/new", Right: "plan.meet", Face: page.Desk, Do: showMeeting}, takeMeeting)...)
	return append(routes, site.Press("/desk/plans/step", page.Desk, plan.StepAct, func(q *site.Req, _ act.None) (string, string) {
		return site.Local(q.R.Referer(), "/desk/awards"), "这一步记为完成。"
	}))
}

type planData struct {
	App     intake.Application
	Steps   []plan.Step
	Auto    page.Auto
	Verdict *standard.Verdict
	Title   string
	Lead    string
}

func planForm(q *site.Req, v form.Values) (d planData, err error) {
	var people []form.Choice
	err = q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.App, err = intake.Reached(ctx, tx, "plan.write", q.ID("id")); err != nil {
			return err
		}
		users, err := org.Users(ctx, tx)
		for _, u := range users {
			people = append(people, form.Choice{Value: u.ID, Label: u.Name})
		}
		if err != nil {
			return err
		}
		p, steps, ok, err := plan.PlanOf(ctx, tx, d.App.ID)
		d.Steps = steps
		if ok && v == nil {
			v = form.Values{"goal": {p.Goal}, "content": {p.Content}, "method": {p.Method}, "until_on": {string(p.UntilOn)}, "responsible": {p.Responsible}}
		}
		return err
	})
	d.Title, d.Lead = q.T("帮扶计划"), q.T("计划要写清目标、内容、方式、时间和责任人，分成能跟踪的步骤；谈话以后可以修订。")
	d.Auto = page.Auto{Action: q.R.URL.Path, Fields: form.With(form.Of[plan.PlanIn](), "responsible", people), Values: v,
		Hidden: []page.Pair{{Label: "application_id", Value: d.App.ID}}, Submit: q.T("保存计划"), Cancel: page.Link{Href: "/desk/applications/" + d.App.ID, Label: q.T("返回申请")}}
	return d, err
}

func showPlan(q *site.Req) error {
	d, err := planForm(q, nil)
	if err != nil {
		return err
	}
	return q.Render(formPage(q.Page(d.Title), d))
}

func takePlan(q *site.Req) error {
	var in plan.PlanIn
	values, err := q.Read(&in)
	if err == nil {
		_, err = site.Do(q, plan.WriteAct, in)
	}
	if err == nil {
		return q.Done("/desk/applications/"+q.ID("id"), "计划已保存。")
	}
	d, bad := planForm(q, values)
	if bad != nil {
		return bad
	}
	return q.Again(err, func(p page.In) templ.Component { return formPage(p, d) }, q.Page(d.Title))
}

// proposalForm shows the verdict, the items it allows with their bounds, the pockets whose terms fit, and the routes.
func proposalForm(q *site.Req, v form.Values) (d planData, err error) {
	var items, pockets, routes []form.Choice
	var wishes []string
	err = q.See(func(ctx context.Context, tx *db.Tx) error {
		if d.App, err = intake.Reached(ctx, tx, "plan.propose", q.ID("id")); err != nil {
			return err
		}
		v, err := plan.Judge(ctx, tx, d.App)
		if err != nil {
			return err
		}
		d.Verdict = &v
		for _, it := range v.Items {
			if it.Outcome == standard.Yes {
				items = append(items, form.Choice{Value: it.Code, Label: it.Name.Say(q.Lang()), Hint: site.VerdictOf(q.Page(""), v).Amount})
			}
		}
		offers, err := plan.Offers(ctx, tx, d.App, v)
		if err != nil {
			return err
		}
		for _, o := range offers {
			pockets = append(pockets, form.Choice{Value: o.Code, Label: q.T("{0}（还能用 {1}）", o.Name, o.Room)})
			if o.Donor != "" {
				wishes = append(wishes, q.T("“{0}”的捐赠方{1}：{2}", o.Name, o.Donor, o.Wish))
			}
		}
		routes, err = routeChoices(ctx, tx)
		return err
	})
	d.Title, d.Lead = q.T("提出帮扶意见"), q.T("标准已经给出能不能帮、在什么范围内。具体金额由您按情况提出，写明理由；定下的人不能是办理过这件申请的人。")
	fields := form.With(form.With(form.With(form.Of[plan.ProposeIn](), "item", items), "pocket", pockets), "route", routes)
	fields = wishField(fields, wishes)
	d.Auto = page.Auto{Action: q.R.URL.Path, Fields: fields, Values: v, Hidden: []page.Pair{{Label: "application_id", Value: d.App.ID}},
		Submit: q.T("提交审批"), Cancel: page.Link{Href: "/desk/applications/" + d.App.ID, Label: q.T("返回申请")}}
	return d, err
}

// wishField shows what the donors of the pockets wish beside the word that it is followed; without such a pocket nothing is asked.
func wishField(fields []form.Field, wishes []string) []form.Field {
	at := slices.IndexFunc(fields, func(f form.Field) bool { return f.Name == "wish" })
	if len(wishes) == 0 {
		return slices.Delete(fields, at, at+1)
	}
	fields[at].Hint = strings.Join(wishes, "\n")
	return fields
}

func routeChoices(ctx context.Context, tx *db.Tx) ([]form.Choice, error) {
	out := []form.Choice{{Value: "", Label: "按规定的路线"}}
	rules, err := approval.Rules(ctx, tx)
	seen := map[string]bool{}
	for _, r := range rules {
		if !seen[r.Code] {
			seen[r.Code] = true
			out = append(out, form.Choice{Value: r.Code, Label: r.Name})
		}
	}
	return out, err
}

func showProposal(q *site.Req) error {
	d, err := proposalForm(q, form.Values{"times": {"1"}})
	if err != nil {
		return err
	}
	return q.Render(formPage(q.Page(d.Title), d))
}

func takeProposal(q *site.Req) error {
	var in plan.ProposeIn
	values, err := q.Read(&in)
	var a plan.Award
	if err == nil {
		a, err = site.Do(q, plan.ProposeAct, in)
	}
	if err == nil {
		return q.Done("/desk/awards/"+a.ID, "已提交审批。")
	}
	d, bad := proposalForm(q, values)
	if bad != nil {
		return bad
	}
	return q.Again(err, func(p page.In) templ.Component { return formPage(p, d) }, q.Page(d.Title))
}

func meetingForm(q *site.Req, v form.Values) (d planData, err error) {
	var cases []form.Choice
	err = q.See(func(ctx context.Context, tx *db.Tx) error {
		for _, s := range []intake.State{intake.Panel, intake.Recommended} {
			apps, err := intake.List(ctx, tx, "plan.meet", intake.Query{State: s})
			if err != nil {
				return err
			}
			for _, a := range apps {
				cases = append(cases, form.Choice{Value: a.ID, Label: a.Number})
			}
		}
		return nil
	})
	d.Title, d.Lead = q.T("会议纪要"), q.T("集体研究要有记录：谁参加、讨论了哪几件、结论是什么。")
	d.Auto = page.Auto{Action: "/desk/meetings/new", Fields: form.With(form.Of[plan.MeetIn](), "case", cases), Values: v, Submit: q.T("保存纪要")}
	return d, err
}

func showMeeting(q *site.Req) error {
	d, err := meetingForm(q, form.Values{"on_day": {string(q.Site.Host.DB.Today())}})
	if err != nil {
		return err
	}
	return q.Render(formPage(q.Page(d.Title), d))
}

func takeMeeting(q *site.Req) error {
	var in plan.MeetIn
	values, err := q.Read(&in)
	if err == nil {
		_, err = site.Do(q, plan.MeetAct, in)
	}
	if err == nil {
		return q.Done("/desk/awards", "纪要已保存。")
	}
	d, bad := meetingForm(q, values)
	if bad != nil {
		return bad
	}
	return q.Again(err, func(p page.In) templ.Component { return formPage(p, d) }, q.Page(d.Title))
}
