// Package outreach has the desk pages of visits and talks (S28): campaigns with their visited and unvisited, single visits,
// the record filled in at the door on a phone, talks, what they left to do, and the sheets to go by on paper.
package outreach

import (
	"context"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/outreach"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

const (
	home      = "/desk/outreach"
	campaigns = home + "/campaigns"
	visits    = home + "/visits"
	prints    = "/print/outreach"
)

// Routes lists the pages.
func Routes() []site.Route {
	get := func(pattern, right string, do site.Handler) site.Route {
		return site.Route{Pattern: "GET " + pattern, Right: right, Face: page.Desk, Do: do}
	}
	post := func(pattern, right string, do site.Handler) site.Route {
		return site.Route{Pattern: "POST " + pattern, Right: right, Face: page.Desk, Do: do}
	}
	routes := []site.Route{
		get(home, "outreach.see", showHome),
		get(home+"/mine", "outreach.record", showMine),
		get(home+"/alone", "outreach.see", showAlone),
		get(home+"/talks", "outreach.see", showTalks),
		get(campaigns+"/{id}", "outreach.see", showCampaign),
		post(campaigns+"/{id}/export", "outreach.see", export),
		post(home+"/assign", "outreach.plan", takeAssign),
		site.Press(home+"/approve", page.Desk, outreach.Approve, func(q *site.Req, out outreach.Approved) (string, string) {
			line := "慰问金已批准。"
			if out.Left > 0 {
				line = "慰问金已批准；有的还没有批：资金不能用于这户，或要由别的负责人批。"
			}
			return site.Local(q.R.PostFormValue("back"), home), line
		}),
		get(visits+"/{id}", "outreach.see", showVisit),
		post(visits+"/{id}/photo", "outreach.record", takePhoto),
		get(visits+"/{id}/photo/{photo}", "outreach.see", servePhoto),
		{Pattern: "GET " + prints + "/campaigns/{id}", Right: "outreach.see", Face: page.Print, Do: printCampaign},
		{Pattern: "GET " + prints + "/visits/{id}", Right: "outreach.see", Face: page.Print, Do: printVisit},
	}
	for _, f := range forms() {
		routes = append(routes, site.GetPost(site.Route{Pattern: f.path, Right: f.right, Face: page.Desk, Do: f.show}, f.take)...)
	}
	return routes
}

// names are the people and units a list speaks of.
type names struct {
	People map[string]person.Worker
	Users  map[string]string
	Units  []org.Unit
	Today  day.Day
}

func (n *names) read(ctx context.Context, tx *db.Tx, people []string) (err error) {
	n.Today = tx.Day()
	if n.People, err = person.Many(ctx, tx, people); err != nil {
		return err
	}
	if n.Units, err = org.Units(ctx, tx); err != nil {
		return err
	}
	all, err := org.Accounts(ctx, tx)
	n.Users = map[string]string{}
	for _, u := range all {
		n.Users[u.ID] = u.Name
	}
	return err
}

func (n names) unit(id string) string {
	for _, u := range n.Units {
		if u.ID == id {
			return u.Name
		}
	}
	return "—"
}

func whom(all []outreach.Visit) []string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = v.PersonID
	}
	return out
}

// hands lists those who can be sent: everyone who holds a post, each once, by name.
func hands(ctx context.Context, tx *db.Tx) ([]form.Choice, error) {
	all, err := org.Posts(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []form.Choice
	for _, role := range []string{org.RoleOfficer, org.RoleChair, org.RoleGroupLeader} {
		for _, p := range all {
			if p.Role == role && !slices.ContainsFunc(out, func(c form.Choice) bool { return c.Value == p.UserID }) {
				out = append(out, form.Choice{Value: p.UserID, Label: p.Name + "（" + p.UnitName + "）"})
			}
		}
	}
	return out, nil
}

// pockets lists where condolence money may come from.
func pockets(ctx context.Context, tx *db.Tx) ([]form.Choice, error) {
	all, err := fund.Pockets(ctx, tx)
	out := []form.Choice{{Label: "不发慰问金"}}
	for _, p := range all {
		if p.Purposes == "" || p.Purposes.Has(outreach.Purpose) {
			out = append(out, form.Choice{Value: p.Code, Label: p.Name})
		}
	}
	return out, err
}

// choose puts the union's own people and pockets into the fields that pick from them.
func choose(ctx context.Context, tx *db.Tx, fields []form.Field) ([]form.Field, error) {
	for name, list := range map[string]func(context.Context, *db.Tx) ([]form.Choice, error){"visitors": hands, "pocket": pockets} {
		if _, ok := form.Name(fields, name); !ok {
			continue
		}
		choices, err := list(ctx, tx)
		if err != nil {
			return nil, err
		}
		fields = form.With(fields, name, choices)
	}
	return fields, nil
}

func itoa(n int) string { return strconv.Itoa(n) }

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// formPage is a page that is one form: what it is about, what to know, the fields.
type formPage struct {
	Cap, Title, Lead string
	About            []page.Pair
	Warn             string
	Auto             page.Auto
}

// formOf is one form's page: how it opens, and what its post does.
type formOf struct {
	path, right string
	open        func(ctx context.Context, tx *db.Tx, q *site.Req) (formPage, error)
	run         func(q *site.Req) (given form.Values, to, line string, err error)
}

func (f formOf) show(q *site.Req) error {
	draw, title, err := f.draw(q, nil)
	if err != nil {
		return err
	}
	return q.Render(draw(q.Page(title)))
}

func (f formOf) take(q *site.Req) error {
	given, to, line, err := f.run(q)
	if err == nil && to == "" {
		return nil // it has answered itself
	}
	if err == nil {
		return q.Done(to, line)
	}
	draw, title, bad := f.draw(q, given)
	if bad != nil {
		return bad
	}
	return q.Again(err, draw, q.Page(title))
}

func (f formOf) draw(q *site.Req, given form.Values) (func(page.In) templ.Component, string, error) {
	var p formPage
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p, err = f.open(ctx, tx, q); err != nil {
			return err
		}
		if p.Auto.Fields, err = choose(ctx, tx, p.Auto.Fields); given != nil {
			p.Auto.Values = given
		}
		return err
	})
	p.Auto.Action = q.R.URL.Path
	return func(in page.In) templ.Component { return formView(in, p) }, p.Title, err
}
