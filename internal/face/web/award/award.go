// Package award has the desk pages of deciding (S07, S08): plan, meeting, proposal, decision, publication and the final
// signature, each with the verdict that stands behind it.
package award

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/approval"
	"bangfu/internal/office/notice"
	"bangfu/internal/office/org"
)

// Routes lists the pages.
func Routes() []site.Route {
	routes := []site.Route{
		{Pattern: "GET /desk/awards", Right: "plan.see", Face: page.Desk, Do: list},
		{Pattern: "GET /desk/awards/{id}", Right: "plan.see", Face: page.Desk, Do: one},
		{Pattern: "POST /desk/awards/{id}/decide", Right: "plan.decide", Face: page.Desk, Do: decide},
		{Pattern: "GET /desk/awards/publish", Right: "plan.publish", Face: page.Desk, Do: preview},
		site.Press("/desk/awards/publish", page.Desk, plan.PublishAct, func(_ *site.Req, s notice.Sheet) (string, string) {
			return "/desk/notices/" + s.ID, "公示开始了，到期自动撤下。"
		}),
		site.Press("/desk/awards/batch", page.Desk, plan.BatchAct, func(*site.Req, int) (string, string) {
			return "/desk/awards?state=proposed", "选中的都已同意。"
		}),
		site.Press("/desk/awards/sign", page.Desk, payment.SignAct, func(_ *site.Req, a plan.Award) (string, string) {
			return "/desk/awards/" + a.ID, "已签发，额度已落实，可以发放了。"
		}),
	}
	routes = append(routes, planRoutes()...)
	return routes
}

// stages are the tabs of the list.
func stages() []plan.State {
	return []plan.State{plan.Proposed, plan.Reserved, plan.Public, plan.Objected, plan.Cleared, plan.Signed, plan.Paid, plan.Refused, plan.Cancelled, plan.Stopped}
}

type listData struct {
	State  plan.State
	Counts map[plan.State]int
	Awards []plan.Award
	Names  map[string]string
	Units  map[string]string
}

// shownMost bounds one page of the list; the tabs keep it short.
const shownMost = 200

func list(q *site.Req) error {
	if !q.Can("desk.see") {
		return q.Go("/me") // a worker's own awards are told on the worker's pages
	}
	d := listData{State: plan.State(q.Query("state")), Names: map[string]string{}, Units: map[string]string{}}
	if d.State == "" {
		d.State = plan.Proposed
	}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.Counts, err = plan.Counts(ctx, tx, "plan.see"); err != nil {
			return err
		}
		if d.Awards, err = plan.In(ctx, tx, "plan.see", d.State, shownMost); err != nil {
			return err
		}
		return d.name(ctx, tx)
	}); err != nil {
		return err
	}
	return q.Render(listPage(q.Page(q.T("审批和公示")), d, q.Can))
}

func (d *listData) name(ctx context.Context, tx *db.Tx) error {
	for _, a := range d.Awards {
		w, err := person.Get(ctx, tx, a.PersonID)
		if err != nil {
			return err
		}
		u, err := org.UnitOf(ctx, tx, a.UnitID)
		if err != nil {
			return err
		}
		d.Names[a.ID], d.Units[a.ID] = w.Name, u.Name
	}
	return nil
}

type oneData struct {
	Award       plan.Award
	Worker      person.Worker
	Unit        org.Unit
	App         intake.Application
	Verdict     standard.Verdict
	Approval    approval.View
	Plan        plan.Plan
	Steps       []plan.Step
	Planned     bool
	Instalments []payment.Instalment
	Pocket      fund.Pocket
	MyTurn      bool
	NotMine     *fault.Fault // why the reader may not sign it off
}

func load(ctx context.Context, tx *db.Tx, id string) (d oneData, err error) {
	if d.Award, err = plan.Reached(ctx, tx, "plan.see", id); err != nil {
		return d, err
	}
	a := d.Award
	if d.Worker, err = person.Get(ctx, tx, a.PersonID); err != nil {
		return d, err
	}
	if d.Unit, err = org.UnitOf(ctx, tx, a.UnitID); err != nil {
		return d, err
	}
	if d.App, err = intake.Get(ctx, tx, a.ApplicationID); err != nil {
		return d, err
	}
	if d.Verdict, err = a.Kept(); err != nil {
		return d, err
	}
	if d.Approval, err = approval.State(ctx, tx, "award", a.ID); err != nil {
		return d, err
	}
	if d.Plan, d.Steps, d.Planned, err = plan.PlanOf(ctx, tx, a.ApplicationID); err != nil {
		return d, err
	}
	if d.Instalments, err = payment.OfAward(ctx, tx, a.ID); err != nil {
		return d, err
	}
	for _, s := range d.Approval.Steps {
		for _, h := range s.Holders {
			d.MyTurn = d.MyTurn || s.Now && h.UserID == tx.Actor.User
		}
	}
	if a.State == plan.Cleared {
		if err := a.MaySign(ctx, tx); fault.Of(err) != nil {
			d.NotMine = fault.Of(err)
		} else if err != nil {
			return d, err
		}
	}
	d.Pocket, err = fund.Get(ctx, tx, a.Pocket)
	return d, err
}

func one(q *site.Req) error {
	d, err := read(q)
	if err != nil {
		return err
	}
	return q.Render(awardPage(q.Page(d.Award.Number), d, acts(q, d)))
}

func read(q *site.Req) (d oneData, err error) {
	err = q.Site.Host.See(q.R.Context(), q.Who, "plan.see", func(ctx context.Context, tx *db.Tx) (err error) {
		d, err = load(ctx, tx, q.ID("id"))
		return err
	})
	return d, err
}

// can says which acts the page offers; the acts check again.
type can struct {
	Decide, Record, Sign, Publish, Refer bool
	Values                               form.Values
}

func acts(q *site.Req, d oneData) can {
	return can{Refer: d.Award.State == plan.Stopped && q.Can("partner.refer"), Decide: d.Award.State == plan.Proposed && q.Can("plan.decide"), Sign: d.Award.State == plan.Cleared && q.Can("payment.sign"),
		Publish: d.Award.State == plan.Reserved && q.Can("plan.publish"), Record: d.Award.State == plan.Proposed && !d.MyTurn && q.Who.Has(org.RoleOfficer)}
}

// decideForm is a decision as typed: with the upper union's answer on paper, its scan.
type decideForm struct {
	Yes    string    `form:"yes" label:"决定" choices:"yes=同意|no=不同意" need:"true"`
	Reason string    `form:"reason" label:"理由" hint:"不同意时必须写明，申请人会看到" kind:"area" max:"500"`
	Paper  form.File `form:"paper" label:"上级工会批复的照片" hint:"只有代上级工会登记答复时才需要" max:"10"`
}

func decide(q *site.Req) error {
	var in decideForm
	values, err := q.Read(&in)
	again := func(err error) error {
		d, bad := read(q)
		if bad != nil {
			return bad
		}
		c := acts(q, d)
		c.Values = values
		return q.Again(err, func(p page.In) templ.Component { return awardPage(p, d, c) }, q.Page(d.Award.Number))
	}
	if err != nil {
		return again(err)
	}
	paper := ""
	if in.Paper.Size > 0 {
		if paper, err = q.Keep(in.Paper); err != nil {
			return again(err)
		}
	}
	a, err := site.Do(q, plan.DecideAct, plan.DecideIn{ID: q.ID("id"), Yes: in.Yes, Reason: in.Reason, Paper: paper})
	if err != nil {
		return again(err)
	}
	return q.Done("/desk/awards/"+a.ID, "决定已记下。")
}

func preview(q *site.Req) error {
	var d listData
	var lines []notice.Line
	var s notice.Sheet
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		for _, id := range q.R.URL.Query()["id"] {
			a, err := plan.Reached(ctx, tx, "plan.publish", id)
			if err != nil {
				return err
			}
			l, err := plan.Line(ctx, tx, a)
			if err != nil {
				return err
			}
			d.Awards, lines = append(d.Awards, a), append(lines, l)
		}
		if len(lines) == 0 {
			return nil
		}
		s, err = notice.Preview(ctx, tx, notice.New{Kind: "award", Title: string(plan.NoticeTitle), Lines: lines})
		return err
	}); err != nil {
		return err
	}
	if len(lines) == 0 {
		return q.Done("/desk/awards?state=reserved", "请先勾选要公示的。")
	}
	return q.Render(previewPage(q.Page(q.T("公示预览")), d, s))
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
