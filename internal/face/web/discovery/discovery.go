// Package discovery has the desk's page of the families that the standards would help and that have not asked (S03): each
// with its reasons, and the way to apply on its behalf.
package discovery

import (
	"context"
	"strings"

	"bangfu/internal/base/words"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
	"bangfu/internal/office/survey"
)

const home = "/desk/discovery"

// Routes lists the pages.
func Routes() []site.Route {
	return []site.Route{{Pattern: "GET " + home, Right: "discovery.see", Face: page.Desk, Do: show}}
}

type line struct {
	discovery.Found
	W   person.Worker
	Met []discovery.Met
}

type listPage struct {
	Surveys []survey.Survey
	S       survey.Survey
	Done    bool
	Hard    []line
	Asking  []line
	Units   []org.Unit
	Behalf  bool
}

func show(q *site.Req) error {
	p := listPage{Behalf: q.Can("intake.behalf")}
	if err := q.See(func(ctx context.Context, tx *db.Tx) error { return p.read(ctx, tx, q.Query("survey")) }); err != nil {
		return err
	}
	return q.Render(listView(q.Page(q.T("没申请的困难家庭")), p))
}

func (p *listPage) read(ctx context.Context, tx *db.Tx, id string) (err error) {
	if p.Surveys, err = survey.Ended(ctx, tx); err != nil || len(p.Surveys) == 0 {
		return err
	}
	p.S = p.Surveys[0]
	for _, s := range p.Surveys {
		if s.ID == id {
			p.S = s
		}
	}
	if p.Done, err = discovery.Standing(ctx, tx, p.S.ID); err != nil {
		return err
	}
	all, err := discovery.List(ctx, tx, p.S.ID)
	if err != nil {
		return err
	}
	var ids []string
	for _, f := range all {
		ids = append(ids, f.PersonID)
	}
	people, err := person.Many(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, f := range all {
		l := line{Found: f, W: people[f.PersonID]}
		if l.Met, err = f.Met(); err != nil {
			return err
		}
		if f.Hard == 1 {
			p.Hard = append(p.Hard, l)
		} else {
			p.Asking = append(p.Asking, l)
		}
	}
	p.Units, err = org.Units(ctx, tx)
	return err
}

func (p listPage) tabs(in page.In) []page.Tab {
	var out []page.Tab
	for _, s := range p.Surveys {
		out = append(out, page.Tab{Href: home + "?survey=" + s.ID, Label: s.Title().Say(in.Lang), Count: -1, Current: s.ID == p.S.ID})
	}
	return out
}

func (p listPage) unit(id string) string {
	for _, u := range p.Units {
		if u.ID == id {
			return u.Name
		}
	}
	return "—"
}

func cause(l words.Lang, code string) string {
	for _, c := range intake.Cause("").Choices() {
		if c.Value == code {
			return words.T(l, c.Label)
		}
	}
	return "—"
}

func (p listPage) table(in page.In, caption string, all []line, none string) page.List {
	t := page.List{Caption: caption, None: none, Head: 1, Cols: []page.Col{{Label: in.T("工号")}, {Label: in.T("姓名")}, {Label: in.T("部门")}, {Label: in.T("困难原因")},
		{Label: in.T("符合哪条标准")}, {Label: in.T("要联系")}, {Label: in.T("操作"), Act: true}}}
	for _, l := range all {
		asks := ""
		if l.Asks == 1 {
			asks = in.T("是")
		}
		var ways []page.Link
		if p.Behalf {
			ways = append(ways, page.Link{Href: "/desk/applications/new?person=" + l.PersonID + "&programme=" + l.Programme, Label: in.T("代其申请")})
		}
		ways = append(ways, page.Link{Href: "/desk/people/" + l.PersonID, Label: in.T("看家庭情况")})
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(l.W.StaffNo), page.T(l.W.Name), page.T(p.unit(l.UnitID)), page.T(cause(in.Lang, l.Cause)),
			page.C(reasons(in, l.Met)), page.T(asks), page.C(page.Links(ways...))}})
	}
	return t
}

// clauses are the sentences of what was met, in one language.
func clauses(l words.Lang, m discovery.Met) string {
	var out []string
	for _, c := range m.Clauses {
		out = append(out, c.Say(l))
	}
	return strings.Join(out, words.T(l, "；"))
}
