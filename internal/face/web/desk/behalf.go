package desk

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

// foundShown is how many workers a search lists.
const foundShown = 20

// behalfPage finds a worker and begins an application for them (W9); the pages of the application are the worker's own.
type behalfPage struct {
	Text  string
	Found []person.Worker
	Units []org.Unit
	W     person.Worker // the one chosen
	Auto  page.Auto
}

func showBehalf(q *site.Req) error {
	p, err := readBehalf(q, q.Query("person"), form.Values{"programme": {q.Query("programme")}})
	if err != nil {
		return err
	}
	return q.Render(behalfView(behalfFrame(q), p))
}

func behalfFrame(q *site.Req) page.In {
	in := q.Page(q.T("代职工申请"))
	in.Module = q.T("申请")
	in.Crumbs = []page.Link{{Href: apps, Label: q.T("申请")}, {Label: q.T("代职工申请")}}
	return in
}

func readBehalf(q *site.Req, chosen string, v form.Values) (behalfPage, error) {
	p := behalfPage{Text: strings.TrimSpace(q.Query("q"))}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Units, err = org.Units(ctx, tx); err != nil {
			return err
		}
		if chosen == "" {
			if p.Text != "" {
				p.Found, err = person.List(ctx, tx, "intake.behalf", person.Query{Text: p.Text, Status: person.Active, Limit: foundShown})
			}
			return err
		}
		if p.W, err = person.Reached(ctx, tx, "intake.behalf", chosen); err != nil {
			return err
		}
		all, err := intake.Programmes(ctx, tx)
		p.Auto = behalfForm(q, all, chosen, v)
		return err
	})
	return p, err
}

func behalfForm(q *site.Req, all []intake.Programme, chosen string, v form.Values) page.Auto {
	kinds := []form.Choice{{Value: "", Label: "还不知道要哪种帮助"}}
	for _, p := range all {
		kinds = append(kinds, form.Choice{Value: p.Code, Label: p.Name.Say(q.Lang()), Hint: p.Purpose.Say(q.Lang())})
	}
	fields := form.With(form.Of[intake.BehalfIn](), "programme", kinds)
	pick(fields, "programme")
	return page.Auto{Action: apps + "/new", Fields: fields, Values: v, Submit: q.T("开始代填"), Hidden: []page.Pair{{Label: "person", Value: chosen}},
		Cancel: page.Link{Href: apps + "/new", Label: q.T("换一个人")}}
}

func takeBehalf(q *site.Req) error {
	var in intake.BehalfIn
	values, err := q.Read(&in)
	var made intake.Ref
	if err == nil {
		made, err = site.Do(q, intake.FileOnBehalf, in)
	}
	if err == nil {
		return q.Go("/me/apply/" + made.ID)
	}
	p, rerr := readBehalf(q, values.Get("person"), values)
	if rerr != nil {
		return rerr
	}
	return q.Again(err, func(in page.In) templ.Component { return behalfView(in, p) }, behalfFrame(q))
}

func (p behalfPage) table(in page.In) page.List {
	l := page.List{Caption: in.T("找到的职工"), None: in.T("名册里没有找到。请换个写法，或者先在名册里登记。"), Head: 1,
		Cols: []page.Col{{Label: in.T("工号")}, {Label: in.T("姓名")}, {Label: in.T("部门")}, {Label: in.T("操作"), Act: true}}}
	for _, w := range p.Found {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(w.StaffNo), page.T(w.Name), page.T(unitName(p.Units, w.UnitID)),
			page.C(page.Links(page.Link{Href: apps + "/new?person=" + w.ID, Label: in.T("代他（她）申请")}))}})
	}
	return l
}
