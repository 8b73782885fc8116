// Package setup has the first pages a new installation shows (journey A1): the union and its administrator, by the link
// printed at the first start, and the list of what is to be done before the first case.
package setup

import (
	"context"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// Routes lists the pages; after runs with a new union in the same moment, to ship what every union starts with.
func Routes(after func(ctx context.Context, d *db.DB, union string) error) []site.Route {
	routes := site.GetPost(site.Route{Pattern: "/setup/{token}", Right: site.Open, Face: page.Worker, Do: show}, take(after))
	return append(routes, site.Route{Pattern: "GET /desk/setup", Right: "setup.see", Face: page.Desk, Do: showList},
		site.Press("/desk/setup/live", page.Desk, org.GoLive, func(*site.Req, act.None) (string, string) {
			return "/desk", "已开始使用。职工现在可以登录申请。"
		}))
}

// firstIn is what the first page asks.
type firstIn struct {
	Union  string `form:"union" label:"工会全称" hint:"例如：某某公司工会委员会" group:"单位" need:"true" max:"50"`
	Short  string `form:"short" label:"简称" hint:"显示在每一页上，10 个字以内" group:"单位" need:"true" max:"10"`
	Region string `form:"region" label:"所在地区划代码" hint:"6 位数字，用来对应当地的低保标准和最低工资" group:"单位" need:"true" max:"6"`
	Phone  string `form:"phone" label:"帮扶电话" hint:"职工遇到问题时打的号码，座机也行" group:"单位" need:"true" max:"20"`
	Name   string `form:"name" label:"管理员姓名" hint:"管理员只管系统，看不到职工的申请和档案" group:"系统管理员" need:"true" max:"50"`
	Login  string `form:"login" label:"登录名" group:"系统管理员" need:"true" max:"60" auto:"username"`
	New    string `form:"new" label:"密码" hint:"至少 12 位，越长越好，可以是一句话" group:"系统管理员" kind:"secret" need:"true" max:"128" auto:"new-password"`
	Again  string `form:"again" label:"再填一次密码" group:"系统管理员" kind:"secret" need:"true" max:"128" auto:"new-password"`
}

// Check wants a region of six digits and a strong password given twice.
func (in firstIn) Check() error {
	var l fault.List
	if digits(in.Region) != 6 {
		l.Add("region", "setup.region")
	}
	if digits(in.Phone) < 3 { // an extension of the house will do
		l.Add("phone", "setup.phone")
	}
	l.AddErr("new", auth.Strong(in.New, auth.Owner{Post: true, Known: []string{in.Login, in.Name, in.Phone, in.Union, in.Short}}))
	if in.New != in.Again {
		l.Add("again", "auth.differ")
	}
	return l.Err()
}

func digits(s string) (n int) {
	for _, r := range s {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}

// peek looks whether the link is good. Faults: Refused "setup.done" in a house that is set up, "setup.link" in one that is not.
func peek(q *site.Req) error {
	return q.Site.Host.DB.View(q.R.Context(), db.System(auth.InstallUnion), func(ctx context.Context, tx *db.Tx) error {
		bad := auth.PeekFirst(ctx, tx, q.ID("token"))
		if bad == nil {
			return nil
		}
		all, err := org.All(ctx, tx)
		switch {
		case err != nil:
			return err
		case len(all) > 0:
			return fault.New(fault.Refused, "setup.done")
		case fault.Of(bad).Kind == fault.Denied:
			return fault.New(fault.Refused, "setup.link")
		}
		return bad
	})
}

func show(q *site.Req) error {
	if err := peek(q); err != nil {
		return err
	}
	return q.Render(firstPage(q.Page(q.T("首次安装")), nil))
}

func take(after func(context.Context, *db.DB, string) error) site.Handler {
	return func(q *site.Req) error {
		if err := peek(q); err != nil {
			return err
		}
		var in firstIn
		values, err := q.Read(&in)
		again := func(err error) error {
			return q.Again(err, func(p page.In) templ.Component { return firstPage(p, values) }, q.Page(q.T("首次安装")))
		}
		if err != nil {
			return again(err)
		}
		union := db.NewUnion(q.Site.Host.DB)
		token, err := auth.Install.Run(q.R.Context(), q.Site.Host, act.Call{Actor: db.Actor{Union: union, User: "public", Via: "web"}},
			auth.First{Link: q.ID("token"), Union: in.Union, Short: in.Short, Region: in.Region, Phone: in.Phone,
				Name: in.Name, Login: in.Login, Hash: q.Site.Hash.Hash(in.New)})
		if err != nil {
			return again(err)
		}
		if err := after(q.R.Context(), q.Site.Host.DB, union); err != nil {
			return err
		}
		q.SetSession(token)
		return q.Done("/desk/setup", "管理员设好了。接下来一项一项地做完，就可以办理第一件申请。")
	}
}
