package me

import (
	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// choose is the fault of a question with nothing chosen.
func choose(field string) error { return fault.New(fault.Invalid, "me.choose").At(field) }

func familyTurn() turn[struct{}] {
	return turn[struct{}]{title: "家庭成员",
		draw: func(in page.In, d draft, _ form.Values) templ.Component { return family(in, d) },
		act: func(q *site.Req, _ struct{}) error {
			_, err := site.Do(q, intake.FamilyDone, intake.Ref{ID: q.ID("id")})
			return err
		},
		next: func(d draft) string { return d.next("family") }}
}

func showFamily(q *site.Req) error     { return familyTurn().show(q) }
func takeFamilyDone(q *site.Req) error { return familyTurn().take(q) }

func memberTurn() turn[intake.RelativeIn] {
	return turn[intake.RelativeIn]{title: "添加一位家人",
		draw: func(in page.In, d draft, v form.Values) templ.Component {
			in.Back = page.Link{Href: d.way("family"), Label: in.T("返回家庭成员")}
			return member(in, d, v)
		},
		act: func(q *site.Req, in intake.RelativeIn) error {
			_, err := site.Do(q, intake.AddMember, in)
			return err
		},
		next: func(d draft) string { return d.way("family") }}
}

func showMember(q *site.Req) error {
	t := memberTurn()
	if id := q.Query("member"); id != "" {
		t.first = func(d draft) form.Values { return d.memberValues(id) }
	}
	return t.show(q)
}

func takeMember(q *site.Req) error { return memberTurn().take(q) }

// memberValues are the texts of a relative's card opened for changing.
func (d draft) memberValues(id string) form.Values {
	m, ok := d.member(id)
	if !ok || m.Self() {
		return nil
	}
	v := form.Values{"member": {id}, "relation": {string(m.Relation)}, "name": {m.Name}, "health": {string(m.Health)}, "schooling": {string(m.Schooling)}}
	if n, ok := d.Answers.Get(id, person.FactIncome); ok && n.Known {
		v["income"] = []string{incomeFact(n)}
	}
	return v
}

func incomeFact(n intake.Answer) string {
	a, _ := n.Amount()
	return whole(a)
}

// button is a press without a page of its own: it does one thing and goes back.
func button(q *site.Req, do func() error, to string) error {
	if err := do(); err != nil {
		return err
	}
	if q.Query("from") == "check" {
		to += "?from=check"
	}
	return q.Go(to)
}

func takeDrop(q *site.Req) error {
	var in intake.MemberRef
	if _, err := posted(q, &in); err != nil {
		return err
	}
	return button(q, func() error {
		_, err := site.Do(q, intake.DropMember, in)
		return err
	}, "/me/apply/"+in.ID+"/family")
}

// linkPage shows a relative's link once, to be sent on.
type linkPage struct {
	Name, URL, Back string
}

func takeLink(q *site.Req) error {
	var in intake.MemberRef
	if _, err := posted(q, &in); err != nil {
		return err
	}
	d, err := read(q)
	if err != nil {
		return err
	}
	m, ok := d.member(in.Member)
	if !ok {
		return fault.New(fault.Missing, "fault.missing")
	}
	out, err := site.Do(q, intake.RelativeLink, in)
	if err != nil {
		return err
	}
	scheme := "http://"
	if q.Site.Secure {
		scheme = "https://"
	}
	back := "/me/applications/" + d.A.ID
	if d.A.State == intake.Draft {
		back = d.path("family")
	}
	return q.Render(link(d.frame(q, "请家人同意"), linkPage{m.Name, scheme + q.R.Host + "/consent/" + q.Who.Union + "/" + out.Token, back}))
}

func takeConfirm(q *site.Req) error {
	return button(q, func() error {
		_, err := site.Do(q, intake.ConfirmBehalf, intake.ConfirmIn{ID: q.ID("id")})
		return err
	}, "/me/apply/"+q.ID("id")+"/check")
}
