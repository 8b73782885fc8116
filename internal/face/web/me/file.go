package me

import (
	"context"
	"slices"
	"time"

	"github.com/a-h/templ"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
)

// messagesPage lists what the worker was told.
type messagesPage struct {
	All    []notify.Message
	Unread int64
}

func showMessages(q *site.Req) error {
	var p messagesPage
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.All, err = notify.Inbox(ctx, tx, ""); err != nil {
			return err
		}
		p.Unread, err = notify.Unread(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	in := q.Page(q.T("消息"))
	in.Back = page.Link{Href: "/me", Label: q.T("返回首页")}
	return q.Render(messages(in, p))
}

// filePage is what is held about the worker, who looked at it, and the consents given (W7).
type filePage struct {
	W        person.Worker
	Unit     string
	Home     person.Home
	Members  []person.Member
	Looks    []look
	Consents []intake.Consent
	Apps     []intake.Application
}

// look is one look at, or change of, the worker's data.
type look struct {
	At             day.Day
	Who, What, Why string
}

func showFile(q *site.Req) error {
	var p filePage
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.W, err = person.Get(ctx, tx, tx.Actor.Person); err != nil {
			return err
		}
		u, err := org.UnitOf(ctx, tx, p.W.UnitID)
		if err != nil {
			return err
		}
		p.Unit = u.Name
		if p.Home, err = person.Household(ctx, tx, p.W.HouseholdID); err != nil {
			return err
		}
		p.Members = p.Home.SeenBy(p.W.ID)
		if p.Consents, err = intake.ConsentsOf(ctx, tx, p.W.ID); err != nil {
			return err
		}
		if p.Apps, err = intake.OpenOf(ctx, tx, p.W.ID); err != nil {
			return err
		}
		p.Looks, err = looks(ctx, tx, q)
		return err
	})
	if err != nil {
		return err
	}
	in := q.Page(q.T("我的档案"))
	in.Back = page.Link{Href: "/me", Label: q.T("返回首页")}
	return q.Render(file(in, p))
}

// looks gives the newest entries of others about the worker: who, what, when and why. One's own acts are left out.
func looks(ctx context.Context, tx *db.Tx, q *site.Req) ([]look, error) {
	entries, err := audit.About(ctx, tx, tx.Actor.Person, 200)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	var out []look
	for _, e := range entries {
		if e.Actor == tx.Actor.User || e.Outcome != "done" {
			continue
		}
		if _, ok := names[e.Actor]; !ok {
			if u, err := org.UserByID(ctx, tx, e.Actor); err == nil {
				names[e.Actor] = u.Name
			} else {
				names[e.Actor] = q.T("系统")
			}
		}
		what := q.T("办理您的事")
		if t := q.Site.Titles[e.Act]; t != "" {
			what = t.Say(q.Lang())
		}
		if e.Act == "audit.look" || e.Act == intake.LookTexts.Name {
			what = q.T("查看了保密信息")
		}
		l := look{day.Of(time.UnixMilli(e.At)), names[e.Actor], what, e.Reason}
		if e.Act != intake.LookTexts.Name || !slices.Contains(out, l) { // a case opened again for the same step of the same day
			out = append(out, l)
		}
	}
	return out, nil
}

// relativePage is what an adult relative sees by a link: who asks, for what, and two answers.
type relativePage struct {
	Name, Worker, Unit string
	Token              string
	Values             form.Values
	Done               bool
}

func relativeActor(q *site.Req) db.Actor {
	return db.Actor{Union: q.ID("union"), User: "public", Via: "web"}
}

func readRelative(q *site.Req) (relativePage, error) {
	p := relativePage{Token: q.ID("token")}
	err := q.Site.Host.See(q.R.Context(), relativeActor(q), site.Open, func(ctx context.Context, tx *db.Tx) error {
		a, m, err := intake.Linked(ctx, tx, p.Token)
		if err != nil {
			return err
		}
		w, err := person.Get(ctx, tx, a.PersonID)
		if err != nil {
			return err
		}
		u, err := org.Info(ctx, tx)
		p.Name, p.Worker, p.Unit = m.Name, w.Name, u.Name
		return err
	})
	return p, err
}

func showRelative(q *site.Req) error {
	p, err := readRelative(q)
	if err != nil {
		return err
	}
	return q.Render(relative(q.Page(q.T("家人同意")), p))
}

func takeRelative(q *site.Req) error {
	p, err := readRelative(q)
	if err != nil {
		return err
	}
	var in intake.RelativeConsentIn
	values, err := q.Read(&in)
	if err == nil || in.Answer != "" && in.Name != "" {
		in.Token = p.Token
		call := q.Call()
		call.Actor = relativeActor(q)
		_, err = intake.RelativeConsent.Run(q.R.Context(), q.Site.Host, call, in)
	}
	if err != nil {
		p.Values = values
		return q.Again(err, func(f page.In) templ.Component { return relative(f, p) }, q.Page(q.T("家人同意")))
	}
	p.Done = true
	return q.Render(relative(q.Page(q.T("家人同意")), p))
}
