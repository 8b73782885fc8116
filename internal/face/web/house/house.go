// Package house has the desk pages about the union's own shape (S01): units, people and their roles, delegation while
// away, settings, and the table of rights for all to read.
package house

import (
	"context"
	"slices"
	"sort"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/person"
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
		{Pattern: "GET /desk/people-roles", Right: "org.see", Face: page.Desk, Do: showPosts},
		{Pattern: "GET /desk/units", Right: "org.see", Face: page.Desk, Do: showUnits},
		{Pattern: "GET /desk/rights", Right: site.Signed, Face: page.Desk, Do: showRights},
		site.Press("/desk/people-roles/retire", page.Desk, org.EndPost, func(*site.Req, act.None) (string, string) {
			return "/desk/people-roles", "已卸任，下一次操作起就没有这个权限了。"
		}),
		site.Press("/desk/people-roles/close", page.Desk, auth.CloseUser, func(*site.Req, act.None) (string, string) {
			return "/desk/people-roles", "账号已停用，登录都已退出。"
		}),
		site.Press("/desk/people-roles/out", page.Desk, auth.EndUser, func(*site.Req, act.None) (string, string) {
			return "/desk/people-roles", "他的登录都已退出。"
		}),
		site.Press("/desk/people-roles/codes", page.Desk, auth.CodeReset, func(*site.Req, act.None) (string, string) {
			return "/desk/people-roles", "动态码已重置，他下次登录后重新设置。"
		}),
		{Pattern: "POST /desk/people-roles/invite", Right: "org.appoint", Face: page.Desk, Do: invite},
	}
	routes = append(routes, site.GetPost(site.Route{Pattern: "/desk/people-roles/new", Right: "org.appoint", Face: page.Desk, Do: showUser}, takeUser)...)
	routes = append(routes, site.GetPost(site.Route{Pattern: "/desk/people-roles/appoint", Right: "org.appoint", Face: page.Desk, Do: showAppoint}, takeAppoint)...)
	routes = append(routes, site.GetPost(site.Route{Pattern: "/desk/units/new", Right: "org.manage", Face: page.Desk, Do: showUnit}, takeUnit)...)
	routes = append(routes, site.GetPost(site.Route{Pattern: "/desk/away", Right: "org.away", Face: page.Desk, Do: showAway}, takeAway)...)
	routes = append(routes, providerRoutes()...)
	return append(routes, site.GetPost(site.Route{Pattern: "/desk/settings", Right: "org.setting", Face: page.Desk, Do: showSettings}, takeSetting)...)
}

func showUnits(q *site.Req) error {
	var units []org.Unit
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		units, err = org.Units(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	return q.Render(unitsPage(q.Page(q.T("机构")), units, q.Can("org.manage")))
}

type postsData struct {
	Posts []org.Listed
	Users []org.User
}

func showPosts(q *site.Req) error {
	var d postsData
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.Posts, err = org.Posts(ctx, tx); err != nil {
			return err
		}
		d.Users, err = org.Users(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	return q.Render(postsPage(q.Page(q.T("人员和角色")), d, q.Can("org.appoint")))
}

// formPage is a desk page that is one form.
type formPage struct {
	Title, Lead string
	Auto        page.Auto
}

func (f formPage) draw(in page.In) templ.Component { return autoPage(in, f) }

func userForm(q *site.Req, v form.Values) formPage {
	return formPage{Title: q.T("新建账号"), Lead: q.T("建好以后给出一个只能用一次的登录链接，由本人自己设密码。"),
		Auto: page.Auto{Action: "/desk/people-roles/new", Fields: form.Of[auth.UserIn](), Values: v, Submit: q.T("建账号")}}
}

func showUser(q *site.Req) error {
	f := userForm(q, nil)
	return q.Render(f.draw(q.Page(f.Title)))
}

func takeUser(q *site.Req) error {
	var in auth.UserIn
	values, err := q.Read(&in)
	var made auth.Invited
	if err == nil {
		err = q.See(func(ctx context.Context, tx *db.Tx) (err error) {
			in.PersonID, err = person.WorkerOf(ctx, tx, in.Login, in.Name)
			return err
		})
	}
	if err == nil {
		made, err = site.Do(q, auth.NewUser, in)
	}
	f := userForm(q, values)
	if err != nil {
		return q.Again(err, f.draw, q.Page(f.Title))
	}
	return q.Render(invitedPage(q.Page(q.T("账号建好了")), signInLink(q, made.Link), made.UserID))
}

func invite(q *site.Req) error {
	var in auth.UserRef
	if _, err := q.Read(&in); err != nil {
		return err
	}
	made, err := site.Do(q, auth.Invite, in)
	if err != nil {
		return err
	}
	return q.Render(invitedPage(q.Page(q.T("新的登录链接")), signInLink(q, made.Link), made.UserID))
}

// signInLink is the address of a one-time link, as this browser reaches the house.
func signInLink(q *site.Req, token string) string {
	return q.Whole("/signin/link/" + q.Who.Union + "/" + token)
}

func appointForm(q *site.Req, v form.Values) (formPage, error) {
	var users []org.User
	var units []org.Unit
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if users, err = org.Accounts(ctx, tx); err != nil {
			return err
		}
		if users, err = withAsked(ctx, tx, users, v); err != nil {
			return err
		}
		units, err = org.Units(ctx, tx)
		return err
	})
	var people, roles []form.Choice
	for _, u := range users {
		people = append(people, form.Choice{Value: u.ID, Label: u.Name + "（" + u.Login + "）"})
	}
	for _, r := range org.Roles() {
		roles = append(roles, form.Choice{Value: r, Label: "role." + r})
	}
	fields := form.With(form.With(form.With(form.Of[org.PostIn](), "user_id", people), "role", roles), "unit_id", org.UnitChoices(units))
	for i := range fields {
		fields[i].Kind = form.Pick
	}
	return formPage{Title: q.T("任职"), Lead: q.T("同一件事的经办、审批、付款、复核要由不同的人做，请留够人手。"),
		Auto: page.Auto{Action: "/desk/people-roles/appoint", Fields: fields, Values: v, Submit: q.T("任职")}}, err
}

// withAsked adds the one who is to be appointed, who may be a worker without any post so far.
func withAsked(ctx context.Context, tx *db.Tx, users []org.User, v form.Values) ([]org.User, error) {
	asked := v["user_id"]
	if len(asked) == 0 || asked[0] == "" || slices.ContainsFunc(users, func(u org.User) bool { return u.ID == asked[0] }) {
		return users, nil
	}
	u, err := org.UserByID(ctx, tx, asked[0])
	if fault.Is(err, "fault.missing") {
		return users, nil
	}
	return append(users, u), err
}

func showAppoint(q *site.Req) error {
	f, err := appointForm(q, form.Values{"user_id": {q.Query("user")}})
	if err != nil {
		return err
	}
	return q.Render(f.draw(q.Page(f.Title)))
}

func takeAppoint(q *site.Req) error {
	var in org.PostIn
	values, err := q.Read(&in)
	if err == nil {
		_, err = site.Do(q, org.NewPost, in)
	}
	if err == nil {
		return q.Done("/desk/people-roles", "任职已记下，现在起生效。")
	}
	f, bad := appointForm(q, values)
	if bad != nil {
		return bad
	}
	return q.Again(err, f.draw, q.Page(f.Title))
}

func unitForm(q *site.Req, v form.Values) (formPage, error) {
	var units []org.Unit
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		units, err = org.Units(ctx, tx)
		return err
	})
	fields := form.With(form.Of[org.UnitIn](), "parent_id", org.UnitChoices(units))
	fields = form.With(fields, "kind", []form.Choice{{Value: org.KindBranch, Label: "分会"}, {Value: org.KindGroup, Label: "工会小组（部门）"}})
	fields[0].Kind, fields[1].Kind = form.Pick, form.Pick
	return formPage{Title: q.T("新增机构"), Auto: page.Auto{Action: "/desk/units/new", Fields: fields, Values: v, Submit: q.T("新增")}}, err
}

func showUnit(q *site.Req) error {
	f, err := unitForm(q, form.Values{"parent_id": {q.Query("parent")}})
	if err != nil {
		return err
	}
	return q.Render(f.draw(q.Page(f.Title)))
}

func takeUnit(q *site.Req) error {
	var in org.UnitIn
	values, err := q.Read(&in)
	if err == nil {
		_, err = site.Do(q, org.NewUnit, in)
	}
	if err == nil {
		return q.Done("/desk/units", "机构已新增。")
	}
	f, bad := unitForm(q, values)
	if bad != nil {
		return bad
	}
	return q.Again(err, f.draw, q.Page(f.Title))
}

func awayForm(q *site.Req, v form.Values) (formPage, error) {
	var users []org.User
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		users, err = org.Users(ctx, tx)
		return err
	})
	var people []form.Choice
	for _, u := range users {
		if u.ID != q.Who.User {
			people = append(people, form.Choice{Value: u.ID, Label: u.Name})
		}
	}
	roles := []form.Choice{{Value: "", Label: "我的全部角色"}}
	for _, p := range q.Who.Posts {
		roles = append(roles, form.Choice{Value: p.Role, Label: "role." + p.Role})
	}
	fields := form.With(form.With(form.Of[org.AwayIn](), "delegate_id", people), "role", slices.Compact(roles))
	fields[0].Kind, fields[1].Kind = form.Pick, form.Pick
	return formPage{Title: q.T("外出委托"), Lead: q.T("这几天轮到您的事，由代办人处理；每一步都会写明是代您办的。"),
		Auto: page.Auto{Action: "/desk/away", Fields: fields, Values: v, Submit: q.T("委托")}}, err
}

func showAway(q *site.Req) error {
	f, err := awayForm(q, nil)
	if err != nil {
		return err
	}
	return q.Render(f.draw(q.Page(f.Title)))
}

func takeAway(q *site.Req) error {
	var in org.AwayIn
	values, err := q.Read(&in)
	if err == nil {
		_, err = site.Do(q, org.GoAway, in)
	}
	if err == nil {
		return q.Done("/desk", "委托已记下。")
	}
	f, bad := awayForm(q, values)
	if bad != nil {
		return bad
	}
	return q.Again(err, f.draw, q.Page(f.Title))
}

type setting struct{ Name, Value string }

func showSettings(q *site.Req) error {
	var all []setting
	if err := q.See(func(ctx context.Context, tx *db.Tx) error {
		for _, name := range org.SettingNames() {
			v, err := org.Setting(ctx, tx, name)
			if err != nil {
				return err
			}
			all = append(all, setting{name, v})
		}
		return nil
	}); err != nil {
		return err
	}
	return q.Render(settingsPage(q.Page(q.T("设置")), all))
}

func takeSetting(q *site.Req) error {
	var in org.SettingIn
	if _, err := q.Read(&in); err != nil {
		return err
	}
	if _, err := site.Do(q, org.Change, in); err != nil {
		return err
	}
	return q.Done("/desk/settings", "设置已保存。")
}

type rightRow struct {
	Right string
	Roles map[string]string
}

func showRights(q *site.Req) error {
	table, err := auth.Rights()
	if err != nil {
		return err
	}
	rows := make([]rightRow, 0, len(table))
	for right, roles := range table {
		rows = append(rows, rightRow{right, roles})
	}
	sort.Slice(rows, func(i, j int) bool { return rows[i].Right < rows[j].Right })
	return q.Render(rightsPage(q.Page(q.T("权限表")), rows))
}
