package oversight

import (
	"context"
	"strconv"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/report"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// disclosurePath is the public page of income and spending.
const disclosurePath = "/p/disclosure"

type disclosurePage struct {
	D     report.Disclosure
	Year  int
	Today day.Day
	Shown bool
}

// readDisclosure reads a year; public says that the union must have switched the page on.
func readDisclosure(q *site.Req, public bool) (p disclosurePage, err error) {
	return p, q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.Today, p.Year = tx.Day(), tx.Day().Year()
		if y, err := strconv.Atoi(q.Query("year")); err == nil && y >= 2000 && y <= p.Year {
			p.Year = y
		}
		if p.Shown, err = report.Disclosed(ctx, tx); err != nil {
			return err
		}
		ask := report.Disclose
		if public {
			ask = report.Public
		}
		p.D, err = ask(ctx, tx, report.Year(p.Year, p.Today))
		return err
	})
}

func showDisclosure(q *site.Req) error {
	p, err := readDisclosure(q, true)
	if err != nil {
		return err
	}
	return q.Render(disclosureView(q.Page(q.T("帮扶资金收支公开")), p))
}

func printDisclosure(q *site.Req) error {
	p, err := readDisclosure(q, false)
	if err != nil {
		return err
	}
	return q.Render(disclosureSheet(q.Page(q.T("帮扶资金收支公开")), p))
}

func (p disclosurePage) query(in page.In) page.Query {
	year := page.F{Name: "year", Label: in.T("年份"), Value: strconv.Itoa(p.Year)}
	for y := p.Today.Year(); y > p.Today.Year()-5; y-- {
		year.Choices = append(year.Choices, form.Choice{Value: strconv.Itoa(y), Label: strconv.Itoa(y)})
	}
	return page.Query{Action: disclosurePath, Reset: disclosurePath, Fields: []page.F{year}}
}

func (p disclosurePage) sources(in page.In) page.List {
	t := page.List{Caption: in.T("钱从哪里来"), None: in.T("没有记录"), Cols: []page.Col{{Label: in.T("资金来源")}, {Label: in.T("期初"), Num: true}, {Label: in.T("收入"), Num: true},
		{Label: in.T("支出"), Num: true}, {Label: in.T("退还来源方"), Num: true}, {Label: in.T("借出和投资"), Num: true}, {Label: in.T("调整"), Num: true}, {Label: in.T("期末"), Num: true}}}
	cells := func(name string, s report.SourceLine) []page.Cell {
		return []page.Cell{page.T(name), page.T(in.Money(s.Opening)), page.T(in.Money(s.Came)), page.T(in.Money(s.Paid)), page.T(in.Money(s.Returned)), page.T(in.Money(s.Placed)), page.T(in.Money(s.Turned)), page.T(in.Money(s.End))}
	}
	for _, s := range p.D.Sources {
		t.Rows = append(t.Rows, page.Row{Cells: cells(s.Source.Say(in.Lang), s)})
	}
	t.Foot = cells(in.T("合计"), p.D.Total)
	return t
}

func (p disclosurePage) uses(in page.In) page.List {
	t := page.List{Caption: in.T("钱用到哪里"), None: in.T("没有记录"), Cols: []page.Col{{Label: in.T("帮扶项目")}, {Label: in.T("人数"), Num: true}, {Label: in.T("金额"), Num: true}}}
	for _, u := range p.D.Uses {
		people := strconv.FormatInt(u.People, 10)
		if u.Hidden {
			people = "—"
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(u.Name.Say(in.Lang)), page.T(people), page.T(in.Money(u.Amount))}})
	}
	t.Foot = []page.Cell{page.T(in.T("合计")), page.T(""), page.T(in.Money(p.D.Spent))}
	return t
}

func (p disclosurePage) sheet(in page.In) page.Sheet {
	return page.Sheet{Title: in.T("帮扶资金收支公开"), DocNo: in.T("{0} 至 {1}", p.D.From, p.D.To), FormNo: "BF-SJ-03", Union: in.Unit, Day: string(p.Today), Printed: string(p.Today), Seal: true,
		Signers: []string{in.T("制表"), in.T("审核人")}, Back: home, Wide: true}
}
