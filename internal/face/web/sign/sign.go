// Package sign has the pages by which people come in and go out: password, a group leader's code, a one-time link; and
// the pages about the house itself that anyone may read.
package sign

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// Routes lists the pages.
func Routes() []site.Route {
	routes := []site.Route{
		{Pattern: "GET /signin/link/{union}/{token}", Right: site.Open, Face: page.Worker, Do: showLink},
		{Pattern: "POST /signin/link/{union}/{token}", Right: site.Open, Face: page.Worker, Do: takeLink},
		{Pattern: "POST " + page.SignOutPath, Right: site.Open, Face: page.Worker, Do: signOut},
		{Pattern: "GET " + page.HelpPath, Right: site.Open, Face: page.Public, Do: plain("找人帮忙", helpPage)},
		{Pattern: "GET " + page.PrivacyPath, Right: site.Open, Face: page.Public, Do: plain("隐私说明", privacyPage)},
		{Pattern: "GET " + page.AccessPath, Right: site.Open, Face: page.Public, Do: plain("无障碍声明", accessPage)},
	}
	routes = append(routes, site.GetPost(site.Route{Pattern: page.SignInPath, Right: site.Open, Face: page.Worker, Do: showSignIn}, takeSignIn)...)
	routes = append(routes, site.GetPost(site.Route{Pattern: "/signin/code", Right: site.Open, Face: page.Worker, Do: showCode}, takeCode)...)
	return append(routes, site.GetPost(site.Route{Pattern: "/account/password", Right: "auth.password", Face: page.Worker, Do: showPassword}, takePassword)...)
}

func plain(title string, draw func(page.In) templ.Component) site.Handler {
	return func(q *site.Req) error { return q.Render(draw(q.Page(q.T(title)))) }
}

// nameIn is what is typed to sign in. Unit is asked only where several unions share the installation.
type nameIn struct {
	Login    string `form:"login" label:"工号或登录名" need:"true" max:"60" auto:"username"`
	Password string `form:"password" label:"密码" kind:"secret" need:"true" max:"64" auto:"current-password"`
	Next     string `form:"next" kind:"hidden" max:"500"`
}

func showSignIn(q *site.Req) error {
	if q.SignedIn() {
		return q.Go(site.Local(q.Query("next"), home(q.Who)))
	}
	return q.Render(signInPage(q.Page(q.T("登录")), form.Values{"next": {q.Query("next")}}))
}

// home is where a person starts: the desk with a post, else the worker's own page.
func home(who db.Actor) string {
	if len(who.Posts) > 0 {
		return "/desk"
	}
	return "/me"
}

func takeSignIn(q *site.Req) error {
	var in nameIn
	values, err := q.Read(&in)
	again := func(err error) error {
		return q.Again(err, func(p page.In) templ.Component { return signInPage(p, values) }, q.Page(q.T("登录")))
	}
	if err != nil {
		return again(err)
	}
	union, user, err := check(q, in)
	if err != nil {
		return again(err)
	}
	return enter(q, union, auth.Opening{UserID: user}, in.Next)
}

// check finds the union and user of a login whose password is right. Unknown names cost the same time and give the
// same answer as wrong passwords. Faults: "auth.wrong", "auth.wait".
func check(q *site.Req, in nameIn) (union, user string, err error) {
	d := q.Site.Host.DB
	var unions []string
	err = d.View(q.R.Context(), db.System("none"), func(ctx context.Context, tx *db.Tx) (err error) {
		unions, err = auth.UnionsOf(ctx, tx, in.Login)
		return err
	})
	if err != nil {
		return "", "", err
	}
	if len(unions) == 0 {
		unions = []string{""}
	}
	for _, u := range unions {
		if user, err = checkIn(q, u, in); err == nil {
			return u, user, nil
		}
	}
	return "", "", err
}

func checkIn(q *site.Req, union string, in nameIn) (string, error) {
	d, ctx := q.Site.Host.DB, q.R.Context()
	var s auth.Stored
	if union != "" {
		err := d.View(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) (err error) {
			s, err = auth.StoredOf(ctx, tx, in.Login)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	if left := time.UnixMilli(s.LockedUntil).Sub(d.Now()); left > 0 {
		return "", fault.New(fault.Refused, "auth.wait", int(left.Minutes())+1)
	}
	if q.Site.Hash.Same(in.Password, s.Hash) {
		return s.UserID, nil
	}
	if s.UserID != "" {
		wait := time.Duration(0)
		err := d.Update(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) (err error) {
			wait, err = auth.Wrong(ctx, tx, s.UserID)
			return err
		})
		if err != nil {
			return "", err
		}
		if wait > 0 {
			return "", fault.New(fault.Refused, "auth.wait", int(wait.Minutes()))
		}
	}
	return "", fault.New(fault.Invalid, "auth.wrong")
}

// enter opens a session in a union and sends the browser on.
func enter(q *site.Req, union string, in auth.Opening, next string) error {
	user := in.UserID
	if user == "" {
		user = "public"
	}
	token, err := auth.SignIn.Run(q.R.Context(), q.Site.Host, act.Call{Actor: db.Actor{Union: union, User: user, Via: "web"}}, in)
	if err != nil {
		return err
	}
	who, err := auth.Who(q.R.Context(), q.Site.Host.DB, token)
	if err != nil {
		return err
	}
	q.SetSession(token)
	return q.Go(site.Local(next, home(who)))
}

func showLink(q *site.Req) error { return q.Render(linkPage(q.Page(q.T("登录")))) }

func takeLink(q *site.Req) error {
	return enter(q, q.ID("union"), auth.Opening{Link: q.ID("token")}, "")
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

// codeIn is the first sign-in by a code from the group leader.
type codeIn struct {
	Login string `form:"login" label:"工号" hint:"名册里的工号，不知道可以问组长" need:"true" max:"60" auto:"username"`
	Code  string `form:"code" label:"办理码" hint:"8 位数字，组长给您的，一天内有效" kind:"code" need:"true" max:"12"`
	New   string `form:"new" label:"给自己设一个密码" hint:"至少 8 位，只有您自己知道" kind:"secret" need:"true" max:"64" auto:"new-password"`
	Again string `form:"again" label:"再填一次密码" kind:"secret" need:"true" max:"64" auto:"new-password"`
}

// Check wants both passwords the same and not easily guessed.
func (in codeIn) Check() error { return samePair(in.New, in.Again, in.Login) }

func samePair(first, second, login string) error {
	var l fault.List
	l.AddErr("new", auth.Strong(first, login))
	if first != second {
		l.Add("again", "auth.differ")
	}
	return l.Err()
}

func showCode(q *site.Req) error { return q.Render(codePage(q.Page(q.T("用办理码登录")), nil)) }

func takeCode(q *site.Req) error {
	var in codeIn
	values, err := q.Read(&in)
	again := func(err error) error {
		return q.Again(err, func(p page.In) templ.Component { return codePage(p, values) }, q.Page(q.T("用办理码登录")))
	}
	if err == nil {
		err = in.Check()
	}
	if err != nil {
		return again(err)
	}
	unions, err := unionsOf(q, in.Login)
	if err != nil {
		return err
	}
	hash := q.Site.Hash.Hash(in.New)
	for _, u := range unions {
		used, err := auth.UseCode.Run(q.R.Context(), q.Site.Host, act.Call{Actor: db.Actor{Union: u, User: "public", Via: "web"}},
			auth.CodeUse{Login: in.Login, Code: in.Code, Hash: hash})
		if err != nil {
			return err
		}
		if used.Right {
			q.SetSession(used.Token)
			return q.Done("/me", "密码设好了，下次用工号和密码登录。")
		}
	}
	return again(fault.New(fault.Invalid, "auth.code_wrong").At("code"))
}

func unionsOf(q *site.Req, login string) (all []string, err error) {
	err = q.Site.Host.DB.View(q.R.Context(), db.System("none"), func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = auth.UnionsOf(ctx, tx, login)
		return err
	})
	return all, err
}

// passwordIn changes one's own password.
type passwordIn struct {
	Old   string `form:"old" label:"现在的密码" kind:"secret" need:"true" max:"64" auto:"current-password"`
	New   string `form:"new" label:"新密码" hint:"至少 8 位，只有您自己知道" kind:"secret" need:"true" max:"64" auto:"new-password"`
	Again string `form:"again" label:"再填一次新密码" kind:"secret" need:"true" max:"64" auto:"new-password"`
}

func showPassword(q *site.Req) error { return q.Render(passwordPage(q.Page(q.T("修改密码")))) }

func takePassword(q *site.Req) error {
	var in passwordIn
	_, err := q.Read(&in)
	again := func(err error) error {
		return q.Again(err, passwordPage, q.Page(q.T("修改密码")))
	}
	if err != nil {
		return again(err)
	}
	var me org.User
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		me, err = org.UserByID(ctx, tx, tx.Actor.User)
		return err
	}); err != nil {
		return err
	}
	if err := samePair(in.New, in.Again, me.Login); err != nil {
		return again(err)
	}
	if _, err := checkIn(q, q.Who.Union, nameIn{Login: me.Login, Password: in.Old}); err != nil {
		return again(fault.Of(err).At("old"))
	}
	if _, err := site.Do(q, auth.ChangePassword, auth.Hashed{Hash: q.Site.Hash.Hash(in.New)}); err != nil {
		return again(err)
	}
	q.SetSession("")
	return q.Done(page.SignInPath, "密码改好了，请用新密码登录。")
}
