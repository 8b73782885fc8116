package notice

import (
	"strconv"

	"bangfu/internal/engine/page"
	"bangfu/internal/office/notice"
)

func itoa(n int) string { return strconv.Itoa(n) }

// shown is a public list: number, masked name, unit, category; the amount only where the union shows it.
func shown(in page.In, caption string, lines []notice.Shown) page.List {
	l := page.List{Caption: caption, Head: 1, Cols: []page.Col{{Label: in.T("序号"), Num: true}, {Label: in.T("姓名")}, {Label: in.T("部门")}, {Label: in.T("帮扶类别")}}}
	money := false
	for _, s := range lines {
		money = money || s.Amount > 0
	}
	if money {
		l.Cols = append(l.Cols, page.Col{Label: in.T("金额"), Num: true})
	}
	for _, s := range lines {
		r := page.Row{Cells: []page.Cell{page.T(itoa(s.N)), page.T(s.Name), page.T(s.Unit), page.T(s.Help(in.Lang))}}
		if money {
			r.Cells = append(r.Cells, page.T(in.Money(s.Amount)))
		}
		l.Rows = append(l.Rows, r)
	}
	return l
}

func listed(in page.In, all []notice.Listed) page.List {
	l := page.List{Caption: in.T("公示"), Head: 0, None: in.T("还没有公示过"),
		Cols: []page.Col{{Label: in.T("标题")}, {Label: in.T("开始")}, {Label: in.T("到哪天")}, {Label: in.T("人数"), Num: true}, {Label: in.T("有异议"), Num: true}, {Label: in.T("状态")}, {Label: in.T("操作"), Act: true}}}
	for _, n := range all {
		tone, state := page.Plain, in.T("已结束")
		switch {
		case n.Objected > 0:
			tone, state = page.ToneErr, in.T("有异议")
		case n.Live > 0:
			tone, state = page.ToneInfo, in.T("公示中")
		}
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.A("/desk/notices/"+n.ID, in.T(n.Title)), page.T(in.Date(n.StartsOn)), page.T(in.Date(n.EndsOn)),
			page.T(strconv.FormatInt(n.Lines, 10)), page.T(strconv.FormatInt(n.Objected, 10)), page.C(page.Tag(tone, state)), page.A("/print/notices/"+n.ID, in.T("打印"))}})
	}
	return l
}

func rows(in page.In, all []notice.Row) page.List {
	l := page.List{Caption: in.T("名单"), Head: 1, Cols: []page.Col{{Label: in.T("序号"), Num: true}, {Label: in.T("姓名")}, {Label: in.T("部门")}, {Label: in.T("帮扶类别")}, {Label: in.T("到哪天")}, {Label: in.T("状态")}, {Label: in.T("操作"), Act: true}}}
	for _, r := range all {
		tone := page.ToneInfo
		switch r.State {
		case notice.StateEnded:
			tone = page.ToneOK
		case notice.StateObjected, notice.StateUpheld:
			tone = page.ToneErr
		}
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(itoa(r.N)), page.T(r.Name), page.T(r.Unit), page.T(r.Help(in.Lang)), page.T(in.Date(r.EndsOn)),
			page.C(page.Tag(tone, in.T("notice.state."+string(r.State)))), page.A("/desk/awards/"+r.ObjectID, in.T("查看"))}})
	}
	return l
}

func proofs(in page.In, all []notice.Proof) page.List {
	l := page.List{Caption: in.T("每日存证"), Dense: true, None: in.T("第一天的存证当天夜里生成"), Cols: []page.Col{{Label: in.T("日期")}, {Label: in.T("人数"), Num: true}, {Label: in.T("内容指纹")}}}
	for _, p := range all {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(in.Date(p.Day)), page.T(strconv.FormatInt(p.Lines, 10)), page.T(p.Sum[:16])}})
	}
	return l
}

// sheetLines are the lines for the wall: those still public.
func sheetLines(r notice.Result) []notice.Shown {
	var out []notice.Shown
	for _, row := range r.Rows {
		out = append(out, row.Shown)
	}
	return out
}
