package outreach

import (
	"bangfu/internal/domain/outreach"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// printCampaign prints the list of a campaign and its report. Addresses stand on the route list only.
func printCampaign(q *site.Req) error {
	p, err := readCampaign(q)
	if err != nil {
		return err
	}
	return q.Render(campaignSheet(q.Page(q.T("走访慰问登记表")), p))
}

func (p campaignPage) sheet(in page.In) page.Sheet {
	return page.Sheet{Title: in.T("走访慰问登记表"), DocNo: p.C.Number + "　" + p.C.Name, FormNo: "BF-ZF-01", Union: in.Unit, Printed: string(p.Today), Seal: true,
		Signers: []string{in.T("填表人"), in.T("审核人")}, Back: p.base()}
}

// lines are all visits of a campaign as a paper to sign on.
func (p campaignPage) lines(in page.In) page.List {
	t := page.List{Caption: in.T("走访名单"), None: in.T("没有这样的走访"), Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("姓名")}, {Label: in.T("部门")}, {Label: in.T("慰问金"), Num: true},
		{Label: in.T("慰问品")}, {Label: in.T("走访日期")}, {Label: in.T("走访人")}, {Label: in.T("签领"), Act: true}}}
	add := func(v outreach.Visit) {
		sum, on := v.Money, ""
		if v.State == outreach.Done {
			sum, on = v.Given, string(v.DoneOn)
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(v.Number), page.T(p.People[v.PersonID].Name), page.T(p.unit(v.UnitID)), page.T(in.Money(sum)), page.T(v.Gift), page.T(on),
			page.T(p.who(in, v.Visitors)), page.T("")}})
	}
	for _, v := range outreach.Unvisited(p.All, p.Today) {
		add(v)
	}
	for _, v := range p.All {
		if v.State == outreach.Done {
			add(v)
		}
	}
	return t
}

// routeSheet is the list to go by, with addresses; it stands on one answer only.
type routeSheet struct {
	names
	Stops              []outreach.Stop
	Purpose, By, Union string
}

func (r routeSheet) sheet(in page.In) page.Sheet {
	return page.Sheet{Title: in.T("走访路线表"), DocNo: in.T("{0}，用途：{1}", r.By, r.Purpose), FormNo: "BF-ZF-02", Union: r.Union, Printed: string(r.Today), Back: home}
}

func (r routeSheet) lines(in page.In) page.List {
	t := page.List{Caption: in.T("走访路线表"), Cols: []page.Col{{Label: in.T("顺序"), Num: true}, {Label: in.T("编号")}, {Label: in.T("姓名")}, {Label: in.T("部门")}, {Label: in.T("地点")},
		{Label: in.T("走访人")}, {Label: in.T("慰问金"), Num: true}, {Label: in.T("慰问品")}, {Label: in.T("签领"), Act: true}}}
	for i, s := range r.Stops {
		v := s.Visit
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(itoa(i + 1)), page.T(v.Number), page.T(s.Name), page.T(r.unit(v.UnitID)), page.T(or(s.Place, in.T("没有登记住址"))),
			page.T(or(r.who(in, v.Visitors), "—")), page.T(in.Money(v.Money)), page.T(v.Gift), page.T("")}})
	}
	return t
}

// printVisit prints the form of one visit: its fields are those of the page, with the same numbers.
func printVisit(q *site.Req) error {
	p, err := readVisit(q)
	if err != nil {
		return err
	}
	return q.Render(visitSheet(q.Page(q.T("走访记录表")), p))
}

func (p visitPage) sheet(in page.In) page.Sheet {
	return page.Sheet{Title: in.T("走访记录表"), DocNo: p.V.Number, FormNo: "BF-ZF-03", Union: in.Unit, Printed: string(p.Today),
		Signers: []string{in.T("走访人"), in.T("走访人"), in.T("签领人")}, Back: visits + "/" + p.V.ID}
}

// blanks are the lines to fill in by hand, drawn from the page's own form.
func blanks(in page.In) []page.Pair {
	var out []page.Pair
	for _, f := range form.Of[outreach.RecordIn]() {
		if f.Kind == form.Hidden {
			continue
		}
		out = append(out, page.Pair{Label: in.T(f.Label), Body: blank(in, f, f.Kind == form.Area)})
	}
	return out
}

// boxes are the choices of a field as boxes to tick by hand.
func boxes(in page.In, f form.Field) string {
	text := ""
	for _, c := range f.Choices {
		if c.Value != "" {
			text += "□ " + in.T(c.Label) + "　"
		}
	}
	if f.Kind == form.Bool {
		text = "□ " + in.T("是")
	}
	return text
}
