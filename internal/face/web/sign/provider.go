package sign

import (
	"context"
	"net/url"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/oidc"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
)

const (
	startPath = "/signin/provider"
	linkPath  = accountPath + "/provider"
)

// BackPath is where an identity provider sends the browser back to.
const BackPath = "/signin/provider/back"

// providerRoutes are the ways to the union's identity provider and back. They are links and not forms, for the policy of our
// pages lets no form end elsewhere; what the browser brings back counts only with the secret it was given before.
func providerRoutes() []site.Route {
	routes := []site.Route{
		{Pattern: "GET " + startPath, Right: site.Open, Face: page.Worker, Do: startProvider},
		{Pattern: "GET " + BackPath, Right: site.Open, Face: page.Worker, Do: backFromProvider},
		{Pattern: "GET " + linkPath + "/go", Right: "auth.password", Face: page.Worker, Do: goLink},
		site.Press(linkPath+"/end", page.Worker, auth.Unlink, func(*site.Req, act.None) (string, string) {
			return accountPath, "已取消关联，请用密码登录。"
		}),
	}
	return append(routes, site.GetPost(site.Route{Pattern: linkPath, Right: "auth.password", Face: page.Worker, Do: showLinking}, takeLinking)...)
}

// signIn is what the page of the sign-in shows: Other says that the union takes the sign-in of a provider.
type signIn struct {
	Values   form.Values
	Provider auth.Provider
	Other    bool
	union    string
}

// start is the link to the provider, in the union of the page.
func (d signIn) start() string {
	return startPath + "?" + url.Values{"u": {d.union}, "next": {d.Values.Get("next")}}.Encode()
}

// provider gives a union's provider, ready to be asked. Fault: "auth.no_provider".
func provider(q *site.Req, union string) (p oidc.Provider, err error) {
	err = view(q, union, func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = auth.OpenProvider(ctx, tx, q.Whole(BackPath))
		return err
	})
	return p, err
}

// begin sends the browser to the provider, with the flow it must bring back.
func begin(q *site.Req, f site.Flow) error {
	p, err := provider(q, f.Union)
	if err != nil {
		return err
	}
	to, err := p.Begin(q.R.Context(), f.Secret, f.Link)
	if err != nil {
		return err
	}
	q.SetFlow(f)
	return q.Go(to)
}

// told notes for the operator why a provider's sign-in failed, without the names in it.
func told(q *site.Req, err error) error {
	q.Site.Log.Warn("provider", "route", q.Route.Pattern, "error", ident.Veil(err.Error()))
	return err
}

func startProvider(q *site.Req) error {
	next := site.Local(q.Query("next"), "")
	if q.SignedIn() {
		return q.Go(site.Local(next, home(q.Who)))
	}
	if err := begin(q, site.Flow{Union: q.Who.Union, Secret: db.Token(), Next: next}); err != nil {
		return signInForm(q, form.Values{"next": {next}}, told(q, err))
	}
	return nil
}

// backFromProvider takes what the browser brings back: it signs in whoever has an account linked, or links the account of who
// is signed in. A code of the house's own is asked for afterwards, as after a password.
func backFromProvider(q *site.Req) error {
	f := q.Flow()
	q.SetFlow(site.Flow{})
	if f.Secret == "" {
		return q.Done(page.SignInPath, "等得太久了，请重新登录。")
	}
	id, err := named(q, f)
	if f.Link {
		return linked(q, f, id, err)
	}
	if err == nil {
		err = enter(q, f.Union, auth.Opening{Subject: id}, f.Next)
	}
	if fault.Of(err) != nil && fault.Of(err).Kind == fault.Refused {
		return signInForm(q, form.Values{"next": {f.Next}}, told(q, err))
	}
	return err
}

// named gives whom the provider named, in the form that is kept.
func named(q *site.Req, f site.Flow) (string, error) {
	p, err := provider(q, f.Union)
	if err != nil {
		return "", err
	}
	subject, err := p.Finish(q.R.Context(), f.Secret, q.R.URL.Query())
	return auth.SubjectID(p.Issuer, subject), err
}

// linkIn is the password of the owner who links an account.
type linkIn struct {
	Password string `form:"password" label:"现在的密码" kind:"secret" need:"true" max:"128" auto:"current-password"`
}

// offered is the name of the union's provider. Fault: "auth.no_provider".
func offered(q *site.Req) (name string, me org.User, err error) {
	err = q.See(func(ctx context.Context, tx *db.Tx) error {
		p, ok, err := auth.ProviderOf(ctx, tx)
		if err == nil && !ok {
			err = fault.New(fault.Refused, "auth.no_provider")
		}
		if err != nil {
			return err
		}
		name = p.Name
		me, err = org.UserByID(ctx, tx, tx.Actor.User)
		return err
	})
	return name, me, err
}

func linkingPage(q *site.Req, name string) page.In { return q.Page(q.T("关联“{0}”", name)) }

func showLinking(q *site.Req) error {
	name, _, err := offered(q)
	if fault.Is(err, "auth.no_provider") {
		return q.Go(accountPath)
	}
	if err != nil {
		return err
	}
	return q.Render(provePage(linkingPage(q, name), name))
}

func takeLinking(q *site.Req) error {
	name, me, err := offered(q)
	if err != nil {
		return err
	}
	var in linkIn
	_, err = q.Read(&in)
	if err == nil {
		_, _, err = checkIn(q, []string{q.Who.Union}, nameIn{Login: me.Login, Password: in.Password})
	}
	var flow string
	if err == nil {
		flow, err = site.Do(q, auth.LinkBegin, act.None{})
	}
	if err != nil {
		return q.Again(err, func(p page.In) templ.Component { return provePage(p, name) }, linkingPage(q, name))
	}
	q.SetFlow(site.Flow{Union: q.Who.Union, Secret: flow, Link: true})
	return q.Render(toProviderPage(linkingPage(q, name), name))
}

func goLink(q *site.Req) error {
	f := q.Flow()
	if !f.Link || f.Union != q.Who.Union {
		return q.Go(linkPath)
	}
	if err := begin(q, f); err != nil {
		return told(q, err)
	}
	return nil
}

// linked ends a linking: the owner is told of it.
func linked(q *site.Req, f site.Flow, id string, err error) error {
	if err != nil {
		return told(q, err)
	}
	if !q.SignedIn() || q.Who.Union != f.Union {
		return fault.New(fault.Denied, "auth.session")
	}
	if _, err := site.Do(q, auth.LinkSubject, auth.Linking{Flow: f.Secret, Subject: id}); err != nil {
		return err
	}
	if err := q.Site.Host.DB.Update(q.R.Context(), q.Who, func(ctx context.Context, tx *db.Tx) error {
		return notify.Send(ctx, tx, notify.To{UserID: q.Who.User}, notify.Text{Key: "auth.linked", Href: accountPath})
	}); err != nil {
		return err
	}
	return q.Done(accountPath, "关联好了，下次可以用统一登录。")
}
