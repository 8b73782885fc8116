package sign

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/boombuler/barcode/qr"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

const (
	secondPath  = "/signin/second"
	accountPath = page.AccountPath
)

// accountRoutes are the pages of one's own account: password, codes, sessions.
func accountRoutes() []site.Route {
	worker := func(pattern, right string, do site.Handler) site.Route {
		return site.Route{Pattern: pattern, Right: right, Face: page.Worker, Do: do}
	}
	routes := []site.Route{
		worker("GET "+accountPath, "auth.password", showAccount),
		worker("GET "+site.CodePath, "auth.code", showSetup),
		worker("POST "+site.CodePath, "auth.code", beginSetup),
		worker("POST "+site.CodePath+"/confirm", "auth.code", confirmSetup),
		site.Press(accountPath+"/others", page.Worker, auth.EndOthers, func(*site.Req, act.None) (string, string) {
			return accountPath, "其他地方的登录都退出了。"
		}),
		site.Press(site.CodePath+"/end", page.Worker, auth.CodeEnd, func(*site.Req, act.None) (string, string) {
			return accountPath, "动态码已停用。"
		}),
	}
	routes = append(routes, site.GetPost(worker(site.ProvePath, "auth.code", showProve), takeProve)...)
	return append(routes, site.GetPost(worker("/account/password", "auth.password", showPassword), takePassword)...)
}

// browser is where a request comes from in words a person knows again: never more than program and system.
func browser(q *site.Req) auth.Browser {
	agent := q.R.UserAgent()
	first := func(pairs ...string) string {
		for i := 0; i < len(pairs); i += 2 {
			if strings.Contains(agent, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	program := first("MicroMessenger", "WeChat", "DingTalk", "DingTalk", "wxwork", "WeCom", "Edg", "Edge", "Firefox", "Firefox",
		"Chrome", "Chrome", "Safari", "Safari")
	system := first("HarmonyOS", "HarmonyOS", "Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS", "macOS", "Linux", "Linux")
	return auth.Browser{Secret: q.Browser(), Name: strings.Trim(program+" · "+system, " ·")}
}

type account struct {
	Login, Name string
	Enrolled    bool
	Wanted      bool
	Recoveries  int64
	Sessions    []auth.Signed

	Provider      auth.Provider
	Other, Linked bool // there is a provider; this account is linked with it
}

func showAccount(q *site.Req) error {
	var d account
	if err := q.See(func(ctx context.Context, tx *db.Tx) error {
		u, err := org.UserByID(ctx, tx, tx.Actor.User)
		if err != nil {
			return err
		}
		d.Login, d.Name = u.Login, u.Name
		if d.Enrolled, err = auth.Enrolled(ctx, tx, u.ID); err != nil {
			return err
		}
		if d.Recoveries, err = auth.Recoveries(ctx, tx, u.ID); err != nil {
			return err
		}
		if d.Wanted, err = auth.Wanted(ctx, tx, tx.Actor.Posts); err != nil {
			return err
		}
		if d.Provider, d.Other, err = auth.ProviderOf(ctx, tx); err != nil {
			return err
		}
		if d.Linked, err = auth.Linked(ctx, tx); err != nil {
			return err
		}
		d.Sessions, err = auth.Sessions(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	return q.Render(accountPage(q.Page(q.T("账号和登录")), d))
}

func sessionList(in page.In, all []auth.Signed) page.List {
	l := page.List{Caption: in.T("现在登录着的地方"), Cols: []page.Col{{Label: in.T("在哪里")}, {Label: in.T("登录日期")}, {Label: in.T("最近使用")}}}
	for _, s := range all {
		where := s.Device
		if where == "" {
			where = in.T("不知道是什么浏览器")
		}
		if s.Here {
			where = in.T("{0}（就是这里）", where)
		}
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(where), page.T(dayOf(in, s.CreatedAt)), page.T(dayOf(in, s.SeenAt))}})
	}
	return l
}

func dayOf(in page.In, ms int64) string { return in.Date(day.Of(time.UnixMilli(ms))) }

// picture is a QR code as rectangles: one path of a drawing, so that the policy of the page needs no exception.
type picture struct {
	Size int
	Path string
}

// draw makes the picture of a text; it has a quiet margin of four modules.
func draw(text string) (picture, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return picture{}, err
	}
	const margin = 4
	b := code.Bounds()
	var path strings.Builder
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				path.WriteString("M" + strconv.Itoa(x+margin) + " " + strconv.Itoa(y+margin) + "h1v1h-1z")
			}
		}
	}
	return picture{Size: b.Dx() + 2*margin, Path: path.String()}, nil
}

type setup struct {
	auth.Enrolment
	Picture picture
	Next    string
	Wanted  bool
}

// showSetup explains codes and offers to begin; whoever has them already is led on.
func showSetup(q *site.Req) error {
	has := false
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		has, err = auth.Enrolled(ctx, tx, tx.Actor.User)
		return err
	}); err != nil {
		return err
	}
	if has {
		return q.Go(site.ProvePath + "?next=" + url.QueryEscape(q.Query("next")))
	}
	return q.Render(beginPage(q.Page(q.T("设置动态码")), site.Local(q.Query("next"), "")))
}

func beginSetup(q *site.Req) error {
	if _, err := site.Do(q, auth.CodeBegin, act.None{}); err != nil && !fault.Is(err, "act.done_already") {
		return err
	}
	d, err := shown(q)
	if err != nil {
		return err
	}
	return q.Render(setupPage(fresh(q.Page(q.T("设置动态码"))), d))
}

// fresh gives the next form of a page that answers a post a key of its own.
func fresh(in page.In) page.In {
	in.Key = db.Token()
	return in
}

// shown gives the enrolment under way. Fault: Conflict "auth.code_live".
func shown(q *site.Req) (d setup, err error) {
	ok := false
	if err = q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		d.Enrolment, ok, err = auth.Shown(ctx, tx)
		return err
	}); err != nil {
		return d, err
	}
	if !ok {
		return d, fault.New(fault.Conflict, "auth.code_live")
	}
	d.Next = site.Local(q.R.PostFormValue("next"), "")
	d.Picture, err = draw(d.URI)
	return d, err
}

func confirmSetup(q *site.Req) error {
	d, err := shown(q)
	if err != nil {
		return err
	}
	again := func(err error) error {
		return q.Again(err, func(p page.In) templ.Component { return setupPage(p, d) }, fresh(q.Page(q.T("设置动态码"))))
	}
	var in auth.CodeText
	if _, err := q.Read(&in); err != nil {
		return again(err)
	}
	made, err := site.Do(q, auth.CodeConfirm, in)
	if err == nil && !made.Right {
		err = fault.New(fault.Invalid, "auth.code_bad").At("code")
	}
	if err != nil {
		return again(err)
	}
	to := d.Next
	if to == "" {
		to = home(q.Who)
	}
	return q.Render(recoveryPage(q.Page(q.T("恢复码")), made.Recoveries, to))
}

type codeForm struct{ Action, Next, Title, Lead string }

func (f codeForm) draw(in page.In) templ.Component {
	return codeFormPage(in, f, page.Auto{Action: f.Action, Fields: form.Of[auth.CodeText](), Submit: in.T("继续"),
		Hidden: []page.Pair{{Label: "next", Value: f.Next}}})
}

func proveForm(q *site.Req, next string) codeForm {
	return codeForm{site.ProvePath, next, q.T("请填动态码"), q.T("审批、发放这些事，做之前再确认一次是您本人。您填的内容都留着。")}
}

func showProve(q *site.Req) error {
	f := proveForm(q, q.Query("next"))
	return q.Render(f.draw(q.Page(f.Title)))
}

func takeProve(q *site.Req) error {
	var in auth.CodeText
	_, err := q.Read(&in)
	var made auth.Coded
	if err == nil {
		made, err = site.Do(q, auth.CodeProve, in)
	}
	if err == nil && !made.Right {
		err = fault.New(fault.Invalid, "auth.code_bad").At("code")
	}
	back := q.R.PostFormValue("next")
	if err != nil {
		f := proveForm(q, back)
		return q.Again(err, f.draw, fresh(q.Page(f.Title)))
	}
	return q.Go(site.Local(back, home(q.Who)))
}

func secondForm(q *site.Req, next string) codeForm {
	return codeForm{secondPath, next, q.T("请填动态码"), q.T("密码对了，还差一步。")}
}

func showSecond(q *site.Req) error {
	if _, second := q.Second(); second == "" {
		return q.Go(page.SignInPath)
	}
	f := secondForm(q, q.Query("next"))
	return q.Render(f.draw(q.Page(f.Title)))
}

func takeSecond(q *site.Req) error {
	union, second := q.Second()
	if second == "" {
		return q.Go(page.SignInPath)
	}
	f := secondForm(q, q.R.PostFormValue("next"))
	var in auth.CodeText
	_, err := q.Read(&in)
	var made auth.Entered
	if err == nil {
		made, err = auth.SignIn.Run(q.R.Context(), q.Site.Host, act.Call{Actor: db.Actor{Union: union, User: "public", Via: "web"}},
			auth.Opening{Second: second, Code: in.Code, From: browser(q)})
	}
	if fault.Is(err, "auth.link") {
		q.SetSession("")
		return q.Done(page.SignInPath, "等得太久了，请从密码重新开始。")
	}
	if err == nil && made.Token == "" {
		err = fault.New(fault.Invalid, "auth.code_bad").At("code")
	}
	if err != nil {
		return q.Again(err, f.draw, q.Page(f.Title))
	}
	return welcome(q, union, made, f.Next)
}

// passwordIn changes one's own password.
type passwordIn struct {
	Old   string `form:"old" label:"现在的密码" kind:"secret" need:"true" max:"128" auto:"current-password"`
	New   string `form:"new" label:"新密码" hint:"担任职务的至少 12 位，其他人至少 8 位。越长越好，可以是一句话" kind:"secret" need:"true" max:"128" auto:"new-password"`
	Again string `form:"again" label:"再填一次新密码" kind:"secret" need:"true" max:"128" auto:"new-password"`
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
	var owner auth.Owner
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if me, err = org.UserByID(ctx, tx, tx.Actor.User); err != nil {
			return err
		}
		owner, err = auth.OwnerOf(ctx, tx, tx.Actor.User)
		return err
	}); err != nil {
		return err
	}
	if err := samePair(in.New, in.Again, owner); err != nil {
		return again(err)
	}
	if _, _, err := checkIn(q, []string{q.Who.Union}, nameIn{Login: me.Login, Password: in.Old}); err != nil {
		return again(fault.Of(err).At("old"))
	}
	if _, err := site.Do(q, auth.ChangePassword, auth.Hashed{Hash: q.Site.Hash.Hash(in.New)}); err != nil {
		return again(err)
	}
	q.SetSession("")
	return q.Done(page.SignInPath, "密码改好了，请用新密码登录。")
}
