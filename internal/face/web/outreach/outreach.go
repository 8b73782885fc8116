// Package outreach has the desk pages of visits and talks (S28): campaigns with their visited and unvisited, single visits,
// the record filled in at the door on a phone, talks, what they left to do, and the sheets to go by on paper.
package outreach

import (
	"context"
	"slices"
	"strconv"

	"bangfu/internal/base/day"
	"bangfu/internal/base/words"
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
		f.Open = chosen(f.Open)
		routes = append(routes, f.Routes()...)
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

// pockets lists where condolence money may come from, with what each could still promise. Those that wish for something of their
// donor's are left out: a list of visits is approved as one, and nobody would read the wish for each.
func pockets(ctx context.Context, tx *db.Tx) ([]form.Choice, error) {
	all, err := fund.Offers(ctx, tx, fund.Use{Purpose: outreach.Purpose, FileLevel: fund.National, Year: tx.Day().Year()})
	out := []form.Choice{{Label: "不发慰问金"}}
	for _, o := range all {
		if o.Donor == "" {
			out = append(out, form.Choice{Value: o.Code, Label: words.T(words.Lang(tx.Actor.Lang), "{0}（还能用 {1}）", o.Name, o.Room)})
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

// chosen opens a form with the union's own people and pockets to pick from.
func chosen(open func(context.Context, *db.Tx, *site.Req) (site.FormPage, error)) func(context.Context, *db.Tx, *site.Req) (site.FormPage, error) {
	return func(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
		p, err := open(ctx, tx, q)
		if err == nil {
			p.Auto.Fields, err = choose(ctx, tx, p.Auto.Fields)
		}
		return p, err
	}
}
