package loan

import (
	"context"
	"strconv"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/deduction"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/engine/sheet"
	lists "bangfu/internal/face/web/deduction"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/approval"
	"bangfu/internal/office/org"
	"bangfu/internal/programme/lending"
)

const pageSize = 50

// row is a loan with where it stands and whose it is.
type row struct {
	lending.Standing
	Name, StaffNo, Product string
}

type listPage struct {
	Rows      []row
	At        lending.State
	Next      string
	Lists     []deduction.List
	Out, Late money.Amount
	Counts    map[lending.State]int64
	Can       func(string) bool
}

func showList(q *site.Req) error {
	p := listPage{At: lending.State(q.Query("state")), Can: q.Can}
	if err := q.See(func(ctx context.Context, tx *db.Tx) error {
		all, err := lending.List(ctx, tx, lending.Query{State: p.At, After: q.Query("after"), Limit: pageSize + 1})
		if err != nil {
			return err
		}
		if len(all) > pageSize {
			all = all[:pageSize]
			p.Next = home + "?state=" + string(p.At) + "&after=" + all[pageSize-1].ID
		}
		if p.Rows, err = rows(ctx, tx, all); err != nil {
			return err
		}
		if p.Counts, err = lending.Counts(ctx, tx); err != nil {
			return err
		}
		if p.Out, p.Late, err = lending.Total(ctx, tx); err != nil || !q.Can("deduction.see") {
			return err
		}
		p.Lists, err = deduction.Lists(ctx, tx, deduction.Loan, 6)
		return err
	}); err != nil {
		return err
	}
	return q.Render(listView(q.Page(q.T("借款")), p))
}

func rows(ctx context.Context, tx *db.Tx, all []lending.Loan) ([]row, error) {
	stands, err := lending.Standings(ctx, tx, all)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(all))
	for i, l := range all {
		ids[i] = l.PersonID
	}
	who, err := person.Many(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]row, len(all))
	for i, s := range stands {
		p, err := s.Loan.Under(ctx, tx)
		if err != nil {
			return nil, err
		}
		w := who[s.Loan.PersonID]
		out[i] = row{s, w.Name, w.StaffNo, p.Name.Zh}
	}
	return out, nil
}

// onePage is one loan: as the desk sees it, or its borrower or a guarantor.
type onePage struct {
	row
	P          lending.Product
	Guarantors []guarantor
	Lines      []deduction.Line
	Approval   approval.View
	Union      string
	Today      day.Day
	Person     string
	Can        func(string) bool
}

type guarantor struct {
	lending.Guarantor
	Name, StaffNo string
}

func (p *onePage) read(ctx context.Context, tx *db.Tx, l lending.Loan) (err error) {
	all, err := rows(ctx, tx, []lending.Loan{l})
	if err != nil {
		return err
	}
	p.row, p.Today, p.Person = all[0], tx.Day(), tx.Actor.Person
	if p.P, err = l.Under(ctx, tx); err != nil {
		return err
	}
	asked, err := lending.Guarantors(ctx, tx, l.ID)
	if err != nil {
		return err
	}
	for _, g := range asked {
		w, err := person.Get(ctx, tx, g.PersonID)
		if err != nil {
			return err
		}
		p.Guarantors = append(p.Guarantors, guarantor{g, w.Name, w.StaffNo})
	}
	if p.Lines, err = deduction.OfRef(ctx, tx, l.ID); err != nil {
		return err
	}
	if p.Approval, err = approval.State(ctx, tx, "loan", l.ID); err != nil {
		return err
	}
	u, err := org.Info(ctx, tx)
	p.Union = u.Name
	return err
}

func showOne(q *site.Req) error {
	p := onePage{Can: q.Can}
	if err := q.See(func(ctx context.Context, tx *db.Tx) error {
		l, err := lending.Reached(ctx, tx, "loan.see", q.ID("id"))
		if err != nil {
			return err
		}
		return p.read(ctx, tx, l)
	}); err != nil {
		return err
	}
	return q.Render(oneView(q.Page(q.T("借款 {0}", p.Loan.Number)), p))
}

func printAgreement(q *site.Req) error {
	p := onePage{Can: q.Can}
	if err := q.See(func(ctx context.Context, tx *db.Tx) error {
		l, err := lending.Reached(ctx, tx, "loan.see", q.ID("id"))
		if err != nil {
			return err
		}
		return p.read(ctx, tx, l)
	}); err != nil {
		return err
	}
	return q.Render(agreement(q.Page(q.T("借款协议")), p))
}

type minePage struct {
	Own, Stand []row
	Offers     []lending.Offer
}

func showMine(q *site.Req) error {
	var p minePage
	if err := q.See(func(ctx context.Context, tx *db.Tx) error {
		all, err := lending.MineAll(ctx, tx)
		if err != nil {
			return err
		}
		some, err := rows(ctx, tx, all)
		if err != nil {
			return err
		}
		for _, r := range some {
			if r.Loan.PersonID == tx.Actor.Person {
				p.Own = append(p.Own, r)
			} else {
				p.Stand = append(p.Stand, r)
			}
		}
		p.Offers, err = lending.Offers(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	return q.Render(mineView(q.Page(q.T("我的借款")), p))
}

func showMyOne(q *site.Req) error {
	p := onePage{Can: q.Can}
	if err := q.See(func(ctx context.Context, tx *db.Tx) error {
		l, _, err := lending.Mine(ctx, tx, q.ID("id"))
		if err != nil {
			return err
		}
		return p.read(ctx, tx, l)
	}); err != nil {
		return err
	}
	return q.Render(myOneView(q.Page(q.T("借款 {0}", p.Loan.Number)), p))
}

type productsPage struct {
	Offers   []lending.Offer
	Patterns []lending.Product
	Can      func(string) bool
}

func showProducts(q *site.Req) error {
	p := productsPage{Can: q.Can}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Offers, err = lending.Offers(ctx, tx); err != nil {
			return err
		}
		p.Patterns, err = lending.Patterns()
		return err
	}); err != nil {
		return err
	}
	return q.Render(productsView(q.Page(q.T("借款产品")), p))
}

func (p listPage) stats(in page.In) []page.Stat {
	return []page.Stat{{Label: in.T("借出未还"), Value: in.Money(p.Out)}, {Label: in.T("其中逾期"), Value: in.Money(p.Late)}}
}

func (p listPage) tabs(in page.In) []page.Tab {
	out := []page.Tab{{Href: home, Label: in.T("全部"), Count: int(p.Counts[""]), Current: p.At == ""}}
	for _, s := range []lending.State{lending.Asked, lending.Checking, lending.Deciding, lending.Approved, lending.Signed, lending.Lent, lending.Refused} {
		label := s.Say(in.Lang)
		if s == lending.Lent {
			label = in.T("已借出")
		}
		out = append(out, page.Tab{Href: home + "?state=" + string(s), Label: label, Count: int(p.Counts[s]), Current: p.At == s})
	}
	return out
}

func (p listPage) table(in page.In) page.List {
	t := page.List{Caption: in.T("借款"), None: in.T("没有这样的借款"), Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("姓名")}, {Label: in.T("工号")}, {Label: in.T("种类")}, {Label: in.T("状态")},
		{Label: in.T("借款金额"), Num: true}, {Label: in.T("还欠"), Num: true}, {Label: in.T("逾期"), Num: true}}}
	for _, r := range p.Rows {
		late := page.T("—")
		if r.Aged.Late > 0 {
			late = page.T(in.T("{0}，{1} 天", r.Aged.Late, r.Aged.Days))
		}
		tone, text := tag(in, r.Standing)
		t.Rows = append(t.Rows, page.Row{Over: r.Aged.Late > 0, Cells: []page.Cell{page.A(home+"/"+r.Loan.ID, r.Loan.Number), page.T(r.Name), page.T(r.StaffNo), page.T(r.Product),
			page.C(page.Tag(tone, text)), page.T(in.Money(r.Loan.Amount)), page.T(in.Money(r.Owed())), late}})
	}
	return t
}

func tag(in page.In, s lending.Standing) (page.Tone, string) {
	switch at := s.State(); {
	case s.Aged.Late > 0:
		return page.ToneErr, in.T("已逾期")
	case s.Loan.PausedOn != "" && at == lending.Lent:
		return page.ToneWarn, in.T("已暂停")
	case at == lending.Lent || at == lending.Settled:
		return page.ToneOK, at.Say(in.Lang)
	case at == lending.Refused || at == lending.Withdrawn:
		return page.Plain, at.Say(in.Lang)
	default:
		return page.ToneWarn, at.Say(in.Lang)
	}
}

func myRows(in page.In, all []row, none string) page.List {
	t := page.List{Caption: in.T("借款"), None: none, Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("状态")}, {Label: in.T("借款金额"), Num: true}, {Label: in.T("还欠"), Num: true}}}
	for _, r := range all {
		tone, text := tag(in, r.Standing)
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.A(mine+"/"+r.Loan.ID, r.Loan.Number), page.C(page.Tag(tone, text)), page.T(in.Money(r.Loan.Amount)), page.T(in.Money(r.Owed()))}})
	}
	return t
}

// export hands the loans over as a file with their ageing; who takes it says what for.
func export(q *site.Req) error {
	heads := []sheet.Head{{Title: q.T("编号")}, {Title: q.T("姓名")}, {Title: q.T("工号")}, {Title: q.T("种类")}, {Title: q.T("状态")}, {Title: q.T("借款金额"), Kind: sheet.Amount},
		{Title: q.T("已还本金"), Kind: sheet.Amount}, {Title: q.T("免还"), Kind: sheet.Amount}, {Title: q.T("还欠"), Kind: sheet.Amount}, {Title: q.T("逾期金额"), Kind: sheet.Amount},
		{Title: q.T("逾期天数"), Kind: sheet.Number}}
	return q.Download(site.Download{Kind: "loans", Title: q.T("借款"), Heads: heads, Rows: func(ctx context.Context, tx *db.Tx, put func(...any) error) error {
		for after := ""; ; {
			all, err := lending.List(ctx, tx, lending.Query{After: after, Limit: 300})
			if err != nil || len(all) == 0 {
				return err
			}
			after = all[len(all)-1].ID
			some, err := rows(ctx, tx, all)
			if err != nil {
				return err
			}
			for _, r := range some {
				if err := put(r.Loan.Number, r.Name, r.StaffNo, r.Product, r.State().Say(q.Lang()), r.Loan.Amount, r.Debt.Repaid, r.Debt.Forgiven, r.Owed(), r.Aged.Late,
					r.Aged.Days); err != nil {
					return err
				}
			}
		}
	}})
}

func (p listPage) exportForm(in page.In) page.Auto {
	return page.Auto{Action: home + "/export", Fields: site.PurposeFields(), Submit: in.T("下载")}
}

func listTable(in page.In, all []deduction.List) page.List {
	return lists.Table(in, deduction.Loan, all)
}

func itoa(n int) string { return strconv.Itoa(n) }
