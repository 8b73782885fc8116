package fund

import (
	"context"

	ledger "bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

type chartPage struct {
	Chart    *ledger.Chart
	Adopted  []ledger.Adopted
	Mappings []ledger.Mapping
	Names    map[string]string
	Can      func(string) bool
}

// showChart shows the chart in force, every version the union adopted, and its own mappings.
func showChart(q *site.Req) error {
	p := chartPage{Can: q.Can}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		on := spanOf(q, tx.Day()).To
		if p.Chart, err = ledger.ChartOn(ctx, tx, on); err != nil {
			return err
		}
		if p.Adopted, err = ledger.Charts(ctx, tx); err != nil {
			return err
		}
		if p.Mappings, err = ledger.Mappings(ctx, tx); err != nil {
			return err
		}
		p.Names, err = namesOf(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(chartView(q.Page(q.T("会计科目表")), p))
}

func chartList(in page.In, c *ledger.Chart) page.List {
	l := page.List{Caption: in.T("科目"), Dense: true, Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("名称")}, {Label: in.T("类别")}}}
	for _, a := range c.Accounts {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(a.Code), page.T(a.Name.Say(in.Lang)), page.T(a.Class.Say(in.Lang))}})
	}
	return l
}

func adoptedList(in page.In, p chartPage) page.List {
	l := page.List{Caption: in.T("启用过的科目表"), None: in.T("还没有启用过自己的科目表"), Cols: []page.Col{{Label: in.T("启用日期")}, {Label: in.T("编号")}, {Label: in.T("启用人")}}}
	for _, a := range p.Adopted {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.A(home+"/charts?to="+string(a.FromOn), in.Date(a.FromOn)), page.T(a.Code), page.T(p.Names[a.ByUser])}})
	}
	return l
}

func mappingList(in page.In, all []ledger.Mapping) page.List {
	l := page.List{Caption: in.T("科目对应"), None: in.T("没有另设科目对应，按科目表自带的对应记账"), Cols: []page.Col{{Label: in.T("帮扶事项、项目或用途")}, {Label: in.T("科目")}, {Label: in.T("启用日期")}}}
	for _, m := range all {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(m.Item), page.T(m.Code), page.T(in.Date(m.From))}})
	}
	return l
}
