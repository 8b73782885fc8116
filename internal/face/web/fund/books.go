package fund

import (
	"context"
	"net/url"
	"slices"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	ledger "bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/engine/sheet"
	"bangfu/internal/face/web/site"
)

// The statements, in the order of their tabs.
const (
	resultBook  = "result"
	balanceBook = "balance"
	turnBook    = "turn"
	fundBook    = "funds"
)

type booksPage struct {
	What, Union    string
	Today          day.Day
	Span           ledger.Span
	Pocket, Named  string
	Pockets        []ledger.Pocket
	Books          ledger.Books
	Funds          []ledger.FundLine
	Journal, Print bool
}

func bookTitle(what string) words.Key {
	switch what {
	case balanceBook:
		return "资产负债表"
	case turnBook:
		return "科目余额表"
	case fundBook:
		return "资金收支结存表"
	}
	return "收入支出表"
}

func readBooks(q *site.Req) (booksPage, error) {
	p := booksPage{What: q.Query("what"), Union: q.Union.Name, Pocket: q.Query("pocket"), Journal: q.Can("fund.journal")}
	if bookTitle(p.What) == bookTitle(resultBook) {
		p.What = resultBook
	}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.Today, p.Span = tx.Day(), spanOf(q, tx.Day())
		if p.Pockets, err = ledger.Pockets(ctx, tx); err != nil {
			return err
		}
		for _, k := range p.Pockets {
			if k.Code == p.Pocket {
				p.Named = k.Name
			}
		}
		if p.What == fundBook {
			p.Funds, err = ledger.FundLines(ctx, tx, p.Span)
			return err
		}
		p.Books, err = ledger.BooksOf(ctx, tx, p.Span, p.Pocket)
		return err
	})
	return p, err
}

func showBooks(q *site.Req) error {
	p, err := readBooks(q)
	if err != nil {
		return err
	}
	return q.Render(booksView(q.Page(bookTitle(p.What).Say(q.Lang())), p))
}

func printBooks(q *site.Req) error {
	p, err := readBooks(q)
	if err != nil {
		return err
	}
	return q.Render(booksSheet(q.Page(bookTitle(p.What).Say(q.Lang())), p))
}

func (p booksPage) at(base, what string) string {
	v := url.Values{"what": {what}, "from": {string(p.Span.From)}, "to": {string(p.Span.To)}}
	if p.Pocket != "" {
		v.Set("pocket", p.Pocket)
	}
	return base + "?" + v.Encode()
}

func (p booksPage) tabs(in page.In) []page.Tab {
	var out []page.Tab
	for _, what := range []string{resultBook, balanceBook, turnBook, fundBook} {
		out = append(out, page.Tab{Href: p.at(home+"/books", what), Label: bookTitle(what).Say(in.Lang), Count: -1, Current: what == p.What})
	}
	return out
}

func (p booksPage) query(in page.In) page.Query {
	q := page.Query{Action: home + "/books", Reset: home + "/books?what=" + p.What, Hidden: []page.Pair{{Label: "what", Value: p.What}}}
	if p.What != fundBook {
		q.Fields = append(q.Fields, pocketField(in, p.Pockets, p.Pocket))
	}
	if p.What != balanceBook {
		q.Fields = append(q.Fields, page.F{Name: "from", Label: in.T("开始日期"), Value: string(p.Span.From)})
	}
	q.Fields = append(q.Fields, page.F{Name: "to", Label: in.T("截止日期"), Value: string(p.Span.To)})
	return q
}

// span says for which days and which money a statement is.
func (p booksPage) span(in page.In) string {
	whose := p.Named
	if whose == "" {
		whose = in.T("全部资金")
	}
	if p.What == balanceBook {
		return in.T("{0}　截至 {1}", whose, in.Date(p.Span.To))
	}
	return in.T("{0}　{1} 至 {2}", whose, in.Date(p.Span.From), in.Date(p.Span.To))
}

func (p booksPage) lists(in page.In) []page.List {
	switch p.What {
	case balanceBook:
		return balanceLists(in, p.Books.BalanceSheet())
	case turnBook:
		return []page.List{turnList(in, p.Books)}
	case fundBook:
		return []page.List{fundList(in, p.Funds)}
	}
	r := p.Books.Result()
	return []page.List{
		itemList(in, side{in.T("收入"), in.T("这段时间没有收入"), r.Income}, r.In),
		itemList(in, side{in.T("支出"), in.T("这段时间没有支出"), r.Expense}, r.Out),
	}
}

// last is the line under a statement that its reader looks for first.
func (p booksPage) last(in page.In) string {
	switch p.What {
	case balanceBook:
		s := p.Books.BalanceSheet()
		return in.T("资产 {0}，负债 {1}，净资产 {2}（其中尚未结转的收支差额 {3}）", s.Have, s.Owed, s.Worth, s.Now)
	case resultBook:
		r := p.Books.Result()
		return in.T("收支差额 {0}", r.Left)
	}
	return ""
}

// side is one part of a statement: its caption, what it says when empty, and its lines.
type side struct {
	caption, none string
	items         []ledger.Item
}

func itemList(in page.In, s side, total money.Amount) page.List {
	l := page.List{Caption: s.caption, None: s.none, Dense: true, Cols: []page.Col{{Label: in.T("科目")}, {Label: in.T("名称")}, num(in.T("金额"))},
		Foot: []page.Cell{page.T(in.T("合计")), page.T(""), page.T(in.Money(total))}}
	for _, i := range s.items {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(i.Code), page.T(i.Name.Say(in.Lang)), page.T(in.Money(i.Amount))}})
	}
	return l
}

func balanceLists(in page.In, s ledger.BalanceSheet) []page.List {
	nets := s.Nets
	if s.Now != 0 {
		nets = append(nets, ledger.Item{Name: words.Key("尚未结转的收支差额"), Amount: s.Now})
	}
	return []page.List{itemList(in, side{in.T("资产"), in.T("没有余额"), s.Assets}, s.Have), itemList(in, side{in.T("负债"), in.T("没有余额"), s.Debts}, s.Owed),
		itemList(in, side{in.T("净资产"), in.T("没有余额"), nets}, s.Worth)}
}

func turnList(in page.In, b ledger.Books) page.List {
	l := page.List{Caption: in.T("科目余额表"), Dense: true, None: in.T("这段时间没有记过账"), Cols: []page.Col{{Label: in.T("科目")}, {Label: in.T("名称")}, {Label: in.T("资金")},
		num(in.T("期初借方")), num(in.T("期初贷方")), num(in.T("本期借方")), num(in.T("本期贷方")), num(in.T("期末借方")), num(in.T("期末贷方"))}}
	var sum [6]money.Amount
	for _, t := range b.Turns {
		six := [6]money.Amount{max(t.Opening, 0), max(-t.Opening, 0), t.Debit, t.Credit, max(t.Closing, 0), max(-t.Closing, 0)}
		row := []page.Cell{page.T(t.Code), page.T(t.Name.Say(in.Lang)), page.T(t.Pocket)}
		for i, a := range six {
			sum[i] += a
			row = append(row, blank(in, a))
		}
		l.Rows = append(l.Rows, page.Row{Cells: row})
	}
	l.Foot = []page.Cell{page.T(in.T("合计")), page.T(""), page.T("")}
	for _, a := range sum {
		l.Foot = append(l.Foot, page.T(in.Money(a)))
	}
	return l
}

// wide reports a statement of more columns than stand on a sheet held upright.
func (p booksPage) wide(in page.In) bool {
	return slices.ContainsFunc(p.lists(in), func(l page.List) bool { return len(l.Cols) > 7 })
}

// fundList is the statement per pocket: a column for each kind of movement there was, and nothing for the others, so that it fits its
// paper.
func fundList(in page.In, all []ledger.FundLine) page.List {
	l := page.List{Caption: in.T("资金收支结存表"), Dense: true, None: in.T("还没有设立资金"), Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("资金")}},
		Foot: []page.Cell{page.T(in.T("合计")), page.T("")}}
	for _, f := range all {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(f.Pocket.Code), page.A(home+"/pockets/"+f.Pocket.Code, f.Pocket.Name)}})
	}
	for _, c := range []struct {
		label string
		of    func(ledger.FundLine) money.Amount
		kept  bool // told even where it is nothing
	}{
		{in.T("期初结存"), func(f ledger.FundLine) money.Amount { return f.Opening }, true},
		{in.T("收入"), func(f ledger.FundLine) money.Amount { return f.Given }, true},
		{in.T("调入"), func(f ledger.FundLine) money.Amount { return f.In }, false},
		{in.T("调出"), func(f ledger.FundLine) money.Amount { return f.Out }, false},
		{in.T("发放"), func(f ledger.FundLine) money.Amount { return f.Paid }, true},
		{in.T("借出"), func(f ledger.FundLine) money.Amount { return f.Lent }, false},
		{in.T("还回"), func(f ledger.FundLine) money.Amount { return f.Repaid }, false},
		{in.T("投资"), func(f ledger.FundLine) money.Amount { return f.Invested }, false},
		{in.T("投资收回"), func(f ledger.FundLine) money.Amount { return f.Redeemed }, false},
		{in.T("退回来源"), func(f ledger.FundLine) money.Amount { return f.Returned }, false},
		{in.T("冲销"), func(f ledger.FundLine) money.Amount { return f.Turned }, false},
		{in.T("期末结存"), func(f ledger.FundLine) money.Amount { return f.End }, true},
	} {
		if !c.kept && !slices.ContainsFunc(all, func(f ledger.FundLine) bool { return c.of(f) != 0 }) {
			continue
		}
		l.Cols = append(l.Cols, num(c.label))
		sum := money.Amount(0)
		for i, f := range all {
			sum += c.of(f)
			l.Rows[i].Cells = append(l.Rows[i].Cells, blank(in, c.of(f)))
		}
		l.Foot = append(l.Foot, page.T(in.Money(sum)))
	}
	return l
}

// journalPage is where the vouchers leave for the finance system.
type journalPage struct{ Auto page.Auto }

// journalIn is what of the vouchers is to leave; the purpose and the form of the file stand beside it.
type journalIn struct {
	site.Purpose
	Pocket string  `form:"pocket" label:"资金" hint:"不选就是全部" max:"16"`
	From   day.Day `form:"from" label:"开始日期" need:"true"`
	To     day.Day `form:"to" label:"截止日期" need:"true"`
}

func journalForm(q *site.Req, v form.Values) (journalPage, error) {
	fields := form.Of[journalIn]()
	err := q.See(func(ctx context.Context, tx *db.Tx) error {
		if v == nil {
			s := spanOf(q, tx.Day())
			v = form.Values{"from": {string(s.From)}, "to": {string(s.To)}, "pocket": {q.Query("pocket")}}
		}
		pockets, err := ledger.Pockets(ctx, tx)
		fields = form.With(fields, "pocket", pocketChoices(pockets))
		return err
	})
	return journalPage{page.Auto{Action: home + "/journal", Fields: fields, Values: v, Submit: q.T("下载"), Cancel: page.Link{Href: home + "/books", Label: q.T("返回")}}}, err
}

func showJournal(q *site.Req) error {
	p, err := journalForm(q, nil)
	if err != nil {
		return err
	}
	return q.Render(journalView(q.Page(q.T("导出凭证")), p))
}

// giveJournal answers with the voucher lines of a span in the form a finance system takes.
func giveJournal(q *site.Req) error {
	var in journalIn
	if _, err := q.Read(&in); err != nil {
		return err
	}
	heads := []sheet.Head{{Title: q.T("凭证日期"), Kind: sheet.Day}, {Title: q.T("凭证号")}, {Title: q.T("分录号"), Kind: sheet.Number}, {Title: q.T("行号"), Kind: sheet.Number}, {Title: q.T("摘要")},
		{Title: q.T("科目编码")}, {Title: q.T("科目名称")}, {Title: q.T("资金编号")}, {Title: q.T("借方金额"), Kind: sheet.Amount}, {Title: q.T("贷方金额"), Kind: sheet.Amount}, {Title: q.T("业务号")}}
	return q.Download(site.Download{Kind: "journal", Title: q.T("记账凭证"), Heads: heads, Rows: func(ctx context.Context, tx *db.Tx, put func(...any) error) error {
		ask := ledger.JournalQuery{Span: ledger.Span{From: in.From, To: in.To}, Pocket: in.Pocket, Most: 1000}
		for {
			lines, err := ledger.Journal(ctx, tx, ask)
			if err != nil || len(lines) == 0 {
				return err
			}
			for _, l := range lines {
				ask.After = l.Seq
				if err := put(l.Day, l.Voucher, l.Seq, l.Line, l.Memo, l.Code, l.Name.Say(q.Lang()), l.Pocket, l.Debit, l.Credit, l.Ref); err != nil {
					return err
				}
			}
		}
	}})
}
