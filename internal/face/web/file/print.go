package file

import (
	"slices"

	"bangfu/internal/base/ident"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// showSheet prints a household's file on A4. Numbers stay masked: whoever needs one writes it in by hand.
func showSheet(q *site.Req) error {
	r, err := readRecord(q)
	if err != nil {
		return err
	}
	return q.Render(sheetView(q.Page(q.T("困难职工档案表")), r))
}

func (r *record) sheet(in page.In, union string) page.Sheet {
	return page.Sheet{Title: in.T("困难职工档案表"), DocNo: r.File.Number, FormNo: "BF-DA-01", Union: union, Printed: string(r.Today), Seal: true,
		Signers: []string{in.T("填表人"), in.T("审核人")}, Back: r.way("")}
}

func (r *record) head(in page.In) []page.Pair {
	w, f := r.Worker, r.File
	return []page.Pair{
		{Label: in.T("姓名"), Value: w.Name}, {Label: in.T("工号"), Value: w.StaffNo}, {Label: in.T("性别"), Value: sexOf(in, w.Sex)},
		{Label: in.T("身份证号"), Value: w.IDMask}, {Label: in.T("手机号"), Value: w.PhoneMask}, {Label: in.T("部门"), Value: r.Unit},
		{Label: in.T("岗位"), Value: r.told(person.FactPost, w.Post)}, {Label: in.T("用工形式"), Value: person.Employment(r.told(person.FactJob, string(w.Employment))).Say(in.Lang)}, {Label: in.T("入职日期"), Value: in.Date(w.EntryOn)},
		{Label: in.T("困难类别"), Value: r.class(in)}, {Label: in.T("主要致困原因"), Value: f.Cause.Say(in.Lang)}, {Label: in.T("困难程度"), Value: f.Degree.Say(in.Lang)},
		{Label: in.T("建档日期"), Value: in.Date(f.OpenedOn)}, {Label: in.T("建档级别"), Value: f.Level.Say(in.Lang)}, {Label: in.T("结对联系人"), Value: r.Users[f.Keeper]},
		{Label: in.T("家庭年收入"), Value: r.amount(in, "income_year")}, {Label: in.T("年刚性支出"), Value: r.amount(in, "rigid_year")}, {Label: in.T("人均月收入"), Value: r.amount(in, "income_per_head_month")},
	}
}

// class says the class with the version it was recognised by.
func (r *record) class(in page.In) string {
	if r.File.Class == "" {
		return r.File.ClassText
	}
	return r.File.ClassText + " " + r.scheme(in)
}

// told gives what the roster said of the worker on the day of the sheet: its dated fact, which may not be what it says today.
// Where nothing dated is on file a past day shows nothing rather than today's word.
func (r *record) told(name, now string) string {
	for _, f := range r.Home.Facts {
		if f.SubjectID == r.Worker.ID && f.Name == name {
			return f.Value
		}
	}
	if r.past() {
		return ""
	}
	return now
}

func (r *record) members(in page.In) page.List {
	t := page.List{Caption: in.T("家庭成员"), Cols: []page.Col{{Label: in.T("关系")}, {Label: in.T("姓名")}, {Label: in.T("年龄")}, {Label: in.T("健康")}, {Label: in.T("在读")}, {Label: in.T("从业")}, {Label: in.T("月收入"), Num: true}}}
	for _, row := range r.family(in).Rows {
		c := row.Cells
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{c[0], c[1], c[2], c[4], c[5], c[6], c[7]}})
	}
	return t
}

// steps is the timeline as a table, oldest first.
func (r *record) steps(in page.In) page.List {
	t := page.List{Caption: in.T("办理过程"), Cols: []page.Col{{Label: in.T("日期")}, {Label: in.T("事项")}, {Label: in.T("经办人")}}}
	for _, e := range slices.Backward(r.Events) {
		said := page.T(e.Say(in.Lang))
		if recorded := dayOf(e.At); recorded != e.OnDay {
			said.Note = in.T("{0} 补录", string(recorded))
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(in.Date(e.OnDay)), said, page.T(or(r.Users[e.ByUser], "—"))}})
	}
	return t
}

func sexOf(in page.In, s ident.Sex) string {
	switch s {
	case ident.Male:
		return in.T("男")
	case ident.Female:
		return in.T("女")
	}
	return "—"
}
