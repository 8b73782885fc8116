// Package sign has the pages by which people come in and go out: password, a group leader's code, a one-time link; and
// the pages about the house itself that anyone may read.
package sign

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
)

// Routes lists the pages.
func Routes() []site.Route {
	routes := []site.Route{
		{Pattern: "POST " + page.SignOutPath, Right: site.Open, Face: page.Worker, Do: signOut},
		{Pattern: "GET " + page.HelpPath, Right: site.Open, Face: page.Public, Do: plain("找人帮忙", helpPage)},
		{Pattern: "GET " + page.PrivacyPath, Right: site.Open, Face: page.Public, Do: plain("隐私说明", privacyPage)},
		{Pattern: "GET " + page.AccessPath, Right: site.Open, Face: page.Public, Do: plain("无障碍声明", accessPage)},
	}
	for path, pair := range map[string][2]site.Handler{
		page.SignInPath:                {showSignIn, takeSignIn},
		"/signin/code":                 {showCode, takeCode},
		"/signin/link/{union}/{token}": {showLink, takeLink},
		secondPath:                     {showSecond, takeSecond},
	} {
		routes = append(routes, site.GetPost(site.Route{Pattern: path, Right: site.Open, Face: page.Worker, Do: pair[0]}, pair[1])...)
	}
	return slices.Concat(routes, accountRoutes(), providerRoutes())
}

func plain(title string, draw func(page.In) templ.Component) site.Handler {
	return func(q *site.Req) error { return q.Render(draw(q.Page(q.T(title)))) }
}

// nameIn is what is typed to sign in. Unit is asked only where several unions share the installation.
type nameIn struct {
	Login    string `form:"login" label:"工号或登录名" need:"true" max:"60" auto:"username"`
	Password string `form:"password" label:"密码" kind:"secret" need:"true" max:"128" auto:"current-password"`
	Next     string `form:"next" kind:"hidden" max:"500"`
}

func showSignIn(q *site.Req) error {
	if q.SignedIn() {
		return q.Go(site.Local(q.Query("next"), home(q.Who)))
	}
	return signInForm(q, form.Values{"next": {q.Query("next")}}, nil)
}

// home is where a person starts: the desk with a post, else the worker's own page.
func home(who db.Actor) string {
	if len(who.Posts) > 0 {
		return "/desk"
	}
	return "/me"
}

// signInForm shows the page of the sign-in, with what was wrong if anything was.
func signInForm(q *site.Req, v form.Values, wrong error) error {
	d := signIn{Values: v, union: q.Who.Union}
	if err := view(q, q.Who.Union, func(ctx context.Context, tx *db.Tx) (err error) {
		d.Provider, d.Other, err = auth.ProviderOf(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	in := q.Page(q.T("登录"))
	if wrong == nil {
		return q.Render(signInPage(in, d))
	}
	return q.Again(wrong, func(p page.In) templ.Component { return signInPage(p, d) }, in)
}

func takeSignIn(q *site.Req) error {
	var in nameIn
	values, err := q.Read(&in)
	if err != nil {
		return signInForm(q, values, err)
	}
	union, user, err := check(q, in)
	if err != nil {
		return signInForm(q, values, err)
	}
	return enter(q, union, auth.Opening{UserID: user}, in.Next)
}

// check finds the union and user of a login whose password is right. Names nobody has are counted, take the same time and
// get the same answer as wrong passwords. Faults: "auth.wrong", "auth.wait".
func check(q *site.Req, in nameIn) (union, user string, err error) {
	unions, err := unionsOf(q, in.Login)
	if err != nil {
		return "", "", err
	}
	if len(unions) == 0 {
		unions = []string{""}
	}
	return checkIn(q, unions, in)
}

// checkIn checks a password in each of some unions, as one try. "" is the union of nobody.
func checkIn(q *site.Req, unions []string, in nameIn) (union, user string, err error) {
	t, err := take(q, unions, in.Login)
	if err != nil {
		return "", "", err
	}
	for _, u := range unions {
		var s auth.Stored
		if u != "" {
			if err := view(q, u, func(ctx context.Context, tx *db.Tx) (err error) {
				s, err = auth.StoredOf(ctx, tx, in.Login)
				return err
			}); err != nil {
				return "", "", err
			}
		}
		if q.Site.Hash.Same(in.Password, s.Hash) {
			return u, s.UserID, t.right(q)
		}
	}
	return "", "", t.wrong(q, fault.New(fault.Invalid, "auth.wrong"))
}

func view(q *site.Req, union string, f func(context.Context, *db.Tx) error) error {
	return q.Site.Host.DB.View(q.R.Context(), db.System(union), f)
}

// try is a guess that was counted.
type try struct{ auth.Try }

// take counts a guess at a login's secret before it is made. Fault: Refused "auth.wait".
func take(q *site.Req, unions []string, login string) (try, error) {
	t := try{auth.Try{Name: org.Login(login), Address: q.Address()}}
	for _, u := range unions {
		if err := view(q, u, func(ctx context.Context, tx *db.Tx) (err error) {
			if t.Device == "" {
				t.Device, err = auth.Known(ctx, tx, login, q.KnownBrowser())
			}
			return err
		}); err != nil {
			return t, err
		}
	}
	var wait time.Duration
	err := t.do(q, func(ctx context.Context, tx *db.Tx) (err error) {
		wait, err = auth.Take(ctx, tx, t.Try)
		return err
	})
	if err == nil && wait > 0 {
		err = fault.New(fault.Refused, "auth.wait", auth.Minutes(wait))
	}
	return t, err
}

func (t try) do(q *site.Req, f func(context.Context, *db.Tx) error) error {
	return q.Site.Host.DB.Update(q.R.Context(), db.System(auth.InstallUnion), f)
}

// right forgets the wrong tries of this place.
func (t try) right(q *site.Req) error {
	return t.do(q, func(ctx context.Context, tx *db.Tx) error { return auth.Right(ctx, tx, t.Try) })
}

// wrong says what was wrong, or how long to wait now.
func (t try) wrong(q *site.Req, what error) error {
	var wait time.Duration
	err := view(q, auth.InstallUnion, func(ctx context.Context, tx *db.Tx) (err error) {
		wait, err = auth.Left(ctx, tx, t.Try)
		return err
	})
	switch {
	case err != nil:
		return err
	case wait > 0:
		return fault.New(fault.Refused, "auth.wait", auth.Minutes(wait))
	}
	return what
}

// enter opens a session in a union and sends the browser on, to the code first where one is wanted.
func enter(q *site.Req, union string, in auth.Opening, next string) error {
	in.From = browser(q)
	user := in.UserID
	if user == "" {
		user = "public"
	}
	made, err := auth.SignIn.Run(q.R.Context(), q.Site.Host, act.Call{Actor: db.Actor{Union: union, User: user, Via: "web"}}, in)
	if err != nil {
		return err
	}
	return welcome(q, union, made, next)
}

// welcome signs the browser in, and tells the user of a sign-in from a browser never seen before.
func welcome(q *site.Req, union string, made auth.Entered, next string) error {
	if made.Second != "" {
		q.SetSecond(union, made.Second)
		return q.Go(secondPath + "?next=" + url.QueryEscape(next))
	}
	who, err := auth.Who(q.R.Context(), q.Site.Host.DB, made.Token)
	if err != nil {
		return err
	}
	if made.Odd {
		err := q.Site.Host.DB.Update(q.R.Context(), who, func(ctx context.Context, tx *db.Tx) error {
			return notify.Send(ctx, tx, notify.To{UserID: made.UserID},
				notify.Text{Key: "auth.odd", Args: []any{browser(q).Name}, Href: accountPath})
		})
		if err != nil {
			return err
		}
	}
	q.SetSession(made.Token)
	return q.Go(site.Local(next, home(who)))
}

func signOut(q *site.Req) error {
	if q.SignedIn() {
		if _, err := site.Do(q, auth.SignOut, act.None{}); err != nil {
			return err
		}
	}
	q.SetSession("")
	return q.Done(page.SignInPath, "已退出。用别人的手机时，退出后再把手机还回去。")
}
