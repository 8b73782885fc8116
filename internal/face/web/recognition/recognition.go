// Package recognition has the desk pages of recognising households in hardship: what is proposed and decided, one proposal with
// the verdict it stands on, and the form by which a household is put forward.
package recognition

import (
	"context"

	"github.com/a-h/templ"

	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/recognition"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

const (
	home   = "/desk/recognition"
	people = "/desk/people"
)

// listPage is how many proposals a page of the list has.
const listPage = 50

// Routes lists the pages.
func Routes() []site.Route {
	routes := []site.Route{
		{Pattern: "GET " + home, Right: "recognition.see", Face: page.Desk, Do: showList},
		{Pattern: "GET " + home + "/{id}", Right: "recognition.see", Face: page.Desk, Do: showCase},
		{Pattern: "POST " + home + "/{id}/decide", Right: "recognition.decide", Face: page.Desk, Do: takeDecision},
	}
	return append(routes, site.GetPost(site.Route{Pattern: people + "/{id}/recognise", Right: "recognition.propose", Face: page.Desk, Do: showForm}, takeForm)...)
}

// list is a page of proposals with what the reader asked for.
type list struct {
	State  recognition.State
	Class  recognition.Class
	After  string
	Counts map[recognition.State]int64
	Cases  []recognition.Case
	More   bool
	People map[string]person.Worker
	Units  map[string]string
	Users  map[string]string
}

func showList(q *site.Req) error {
	l := list{State: recognition.State(q.Query("state")), Class: recognition.Class(q.Query("class")), After: q.Query("after")}
	if err := q.See(l.read); err != nil {
		return err
	}
	return q.Render(listView(q.Page(q.T("建档认定")), l))
}

func (l *list) read(ctx context.Context, tx *db.Tx) (err error) {
	if l.Counts, err = recognition.Counts(ctx, tx, "recognition.see"); err != nil {
		return err
	}
	ask := recognition.Query{State: l.State, Class: l.Class, After: l.After, Limit: listPage + 1}
	if l.Cases, err = recognition.List(ctx, tx, "recognition.see", ask); err != nil {
		return err
	}
	if l.More = len(l.Cases) > listPage; l.More {
		l.Cases = l.Cases[:listPage]
	}
	ids := make([]string, len(l.Cases))
	for i, c := range l.Cases {
		ids[i] = c.PersonID
	}
	if l.People, err = person.Many(ctx, tx, ids); err != nil {
		return err
	}
	units, err := org.Units(ctx, tx)
	l.Units = map[string]string{}
	for _, u := range units {
		l.Units[u.ID] = u.Name
	}
	if err != nil {
		return err
	}
	l.Users, err = names(ctx, tx)
	return err
}

func names(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	all, err := org.Accounts(ctx, tx)
	out := make(map[string]string, len(all))
	for _, u := range all {
		out[u.ID] = u.Name
	}
	return out, err
}

// one is a proposal as its page shows it.
type one struct {
	Case    recognition.Case
	Worker  person.Worker
	Unit    string
	File    casefile.File
	Verdict standard.Verdict
	Users   map[string]string
	Me      string
	Decide  bool
	Values  form.Values
}

func (o *one) read(ctx context.Context, tx *db.Tx, id string) (err error) {
	if o.Case, err = recognition.Reached(ctx, tx, "recognition.see", id); err != nil {
		return err
	}
	if o.Worker, err = person.Get(ctx, tx, o.Case.PersonID); err != nil {
		return err
	}
	u, err := org.UnitOf(ctx, tx, o.Case.UnitID)
	if err != nil {
		return err
	}
	o.Unit, o.Me = u.Name, tx.Actor.User
	if o.Case.FileID != "" {
		if o.File, err = casefile.Get(ctx, tx, o.Case.FileID); err != nil {
			return err
		}
	}
	if o.Verdict, err = o.Case.Kept(); err != nil {
		return err
	}
	o.Users, err = names(ctx, tx)
	return err
}

func openCase(q *site.Req, v form.Values) (one, error) {
	o := one{Values: v}
	err := q.See(func(ctx context.Context, tx *db.Tx) error { return o.read(ctx, tx, q.ID("id")) })
	o.Decide = q.Can("recognition.decide") && o.Case.Stands() == recognition.Proposed && o.Case.ProposedBy != o.Me
	return o, err
}

func showCase(q *site.Req) error {
	o, err := openCase(q, nil)
	if err != nil {
		return err
	}
	return q.Render(caseView(q.Page(q.T("建档认定")), o))
}

func takeDecision(q *site.Req) error {
	in := recognition.DecideIn{}
	values, err := q.Read(&in)
	in.ID = q.ID("id")
	if err == nil {
		_, err = site.Do(q, recognition.Decide, in)
	}
	if err == nil {
		return q.Done(home+"/"+in.ID, "决定已保存。")
	}
	o, bad := openCase(q, values)
	if bad != nil {
		return bad
	}
	return q.Again(err, func(p page.In) templ.Component { return caseView(p, o) }, q.Page(q.T("建档认定")))
}

// proposal is the form by which a household is put forward, over the verdict on what is on file.
type proposal struct {
	Worker  person.Worker
	File    casefile.File
	Verdict standard.Verdict
	Auto    page.Auto
}

func openForm(q *site.Req, v form.Values) (p proposal, err error) {
	err = q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Worker, err = recognition.Subject(ctx, tx, q.ID("id")); err != nil {
			return err
		}
		if p.File, _, err = casefile.OfHousehold(ctx, tx, p.Worker.HouseholdID); err != nil {
			return err
		}
		p.Verdict, err = recognition.Judge(ctx, tx, p.Worker, standard.Facts{"on_duty_disaster": standard.BoolOf(false), "accident_cost": standard.MoneyOf(0)})
		return err
	})
	if v == nil {
		v = form.Show(recognition.ProposeIn{Level: p.level(), Cause: p.File.Cause})
	}
	p.Auto = page.Auto{Action: people + "/" + p.Worker.ID + "/recognise", Fields: form.Of[recognition.ProposeIn](), Values: v,
		Hidden: []page.Pair{{Label: "person_id", Value: p.Worker.ID}}, Submit: q.T("提交认定"), Cancel: page.Link{Href: people + "/" + p.Worker.ID, Label: q.T("返回")}}
	return p, err
}

func (p proposal) level() fund.Level {
	if p.File.Level != "" {
		return p.File.Level
	}
	return fund.Own
}

func showForm(q *site.Req) error {
	p, err := openForm(q, nil)
	if err != nil {
		return err
	}
	return q.Render(formView(q.Page(q.T("提出建档认定")), p))
}

func takeForm(q *site.Req) error {
	in := recognition.ProposeIn{}
	values, err := q.Read(&in)
	in.PersonID = q.ID("id")
	var c recognition.Case
	if err == nil {
		c, err = site.Do(q, recognition.Propose, in)
	}
	if err == nil {
		return q.Done(home+"/"+c.ID, "已提交，等另一位负责人决定。")
	}
	p, bad := openForm(q, values)
	if bad != nil {
		return bad
	}
	return q.Again(err, func(in page.In) templ.Component { return formView(in, p) }, q.Page(q.T("提出建档认定")))
}
