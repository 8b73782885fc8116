package house

import (
	"slices"
	"strings"

	"bangfu/internal/engine/page"
	"bangfu/internal/office/org"
)

func unitList(in page.In, units []org.Unit) page.List {
	l := page.List{Caption: in.T("机构"), Cols: []page.Col{{Label: in.T("名称")}, {Label: in.T("类型")}}, None: in.T("还没有机构")}
	for _, u := range units {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(strings.Repeat("　", u.Depth()) + u.Name), page.T(in.T("unit." + u.Kind))}})
	}
	return l
}

func postList(in page.In, d postsData, manage bool) page.List {
	l := page.List{Caption: in.T("现任"), None: in.T("还没有人任职"),
		Cols: []page.Col{{Label: in.T("姓名")}, {Label: in.T("登录名")}, {Label: in.T("角色")}, {Label: in.T("机构")}, {Label: in.T("任职日期")}}}
	if manage {
		l.Cols = append(l.Cols, page.Col{Label: in.T("操作"), Act: true})
	}
	for _, p := range d.Posts {
		r := page.Row{Cells: []page.Cell{page.T(p.Name), page.T(p.Login), page.T(in.T("role." + p.Role)), page.T(p.UnitName), page.T(in.Date(p.Since))}}
		if manage {
			r.Cells = append(r.Cells, page.C(postActs(in, p)))
		}
		l.Rows = append(l.Rows, r)
	}
	return l
}

func settingList(in page.In, all []setting) page.List {
	l := page.List{Caption: in.T("设置"), Cols: []page.Col{{Label: in.T("项目")}, {Label: in.T("值")}}}
	for _, s := range all {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(in.T("setting." + s.Name)), page.C(settingForm(in, s))}})
	}
	return l
}

func rightList(in page.In, rows []rightRow) page.List {
	l := page.List{Caption: in.T("权限表"), Dense: true, Cols: []page.Col{{Label: in.T("权限")}, {Label: in.T("角色和范围")}}}
	for _, r := range rows {
		var who []string
		for role, far := range r.Roles {
			name := in.T("role." + role)
			who = append(who, name+" "+far)
		}
		slices.Sort(who)
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(r.Right), page.T(strings.Join(who, "，"))}})
	}
	return l
}
