package fund

import (
	"cmp"
	"context"
	"slices"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
)

// Turn is an account over a span (发生额及余额): what it stood at before the first day and after the last, debit above
// zero, and what was booked to each side. Carried is the part of Debit − Credit that the year's closing booked.
type Turn struct {
	Account
	Class            Class
	Name             words.Said
	Opening, Closing money.Amount
	Debit, Credit    money.Amount
	Carried          money.Amount
}

// Books are the money accounts over a span, of one pocket or (Pocket "") of all. Every statement of the ledger is read
// off them, so that none can differ from another.
type Books struct {
	Span
	Pocket string
	Chart  *Chart
	Turns  []Turn
}

// BooksOf gives the books over a span, by code and pocket. Accounts that never moved are left out.
func BooksOf(ctx context.Context, tx *db.Tx, in Span, pocket string) (Books, error) {
	b := Books{Span: in, Pocket: pocket}
	var err error
	if b.Chart, err = ChartOn(ctx, tx, in.To); err != nil {
		return b, err
	}
	type row struct {
		Pocket, Code string
		Class        Class
		Balance      money.Amount
	}
	rows, err := db.All[row](ctx, tx, `
		select pocket, code, class, balance from fund_account
		where union_id = $1 and ($2 = '' or pocket = $2) and class not in ('budget', 'granted')
		order by code, pocket`, tx.Union, pocket)
	if err != nil {
		return b, err
	}
	debit, err := sides(ctx, tx, in, `dst`)
	if err != nil {
		return b, err
	}
	credit, err := sides(ctx, tx, in, `src`)
	for _, r := range rows {
		at := Account{r.Pocket, r.Code}
		d, c := debit[at], credit[at]
		t := Turn{Account: at, Class: r.Class, Name: b.Chart.NameOf(r.Code), Debit: d.Inside, Credit: c.Inside, Carried: d.Carried - c.Carried}
		t.Closing = r.Balance - d.Later + c.Later
		t.Opening = t.Closing - t.Debit + t.Credit
		if t.Opening != 0 || t.Debit != 0 || t.Credit != 0 {
			b.Turns = append(b.Turns, t)
		}
	}
	return b, err
}

// moved is what was booked to one side of an account: inside a span, by the closing of a year inside it, and after it.
type moved struct {
	Pocket, Code           string
	Inside, Carried, Later money.Amount
}

// sides adds up one side, src or dst, of every account since the span's first day.
func sides(ctx context.Context, tx *db.Tx, in Span, side string) (map[Account]moved, error) {
	rows, err := db.All[moved](ctx, tx, `
		select p.`+side+`_pocket as pocket, p.`+side+` as code,
			cast(sum(case when p.day <= $3 then p.amount else 0 end) as bigint) as inside,
			cast(sum(case when p.day <= $3 and e.kind = 'year' then p.amount else 0 end) as bigint) as carried,
			cast(sum(case when p.day > $3 then p.amount else 0 end) as bigint) as later
		from fund_posting p join fund_entry e on e.union_id = p.union_id and e.seq = p.seq
		where p.union_id = $1 and p.day >= $2 group by p.`+side+`_pocket, p.`+side, tx.Union, in.From, in.To)
	out := make(map[Account]moved, len(rows))
	for _, r := range rows {
		out[Account{r.Pocket, r.Code}] = r
	}
	return out, err
}

// Item is one line of a statement: an account of the chart with the sum of its pockets.
type Item struct {
	Code   string
	Name   words.Said
	Amount money.Amount
}

// sum adds a class up by code, each turn as f counts it; lines of nothing are left out.
func (b Books) sum(class Class, f func(Turn) money.Amount) (items []Item, total money.Amount) {
	for _, t := range b.Turns {
		if t.Class != class {
			continue
		}
		a := f(t)
		total += a
		if i := slices.IndexFunc(items, func(i Item) bool { return i.Code == t.Code }); i >= 0 {
			items[i].Amount += a
		} else {
			items = append(items, Item{t.Code, t.Name, a})
		}
	}
	items = slices.DeleteFunc(items, func(i Item) bool { return i.Amount == 0 })
	slices.SortFunc(items, func(a, b Item) int { return cmp.Compare(a.Code, b.Code) })
	return items, total
}

// Result is the statement of income and expenditure (收入支出表) of a span. What the closing of a year carried over is left
// out, so that a closed year shows what it earned.
type Result struct {
	Income, Expense []Item
	In, Out, Left   money.Amount // Left = In − Out
}

// Result reads the statement of income and expenditure off the books.
func (b Books) Result() (r Result) {
	r.Income, r.In = b.sum(Income, func(t Turn) money.Amount { return t.Credit - t.Debit + t.Carried })
	r.Expense, r.Out = b.sum(Expense, func(t Turn) money.Amount { return t.Debit - t.Credit - t.Carried })
	r.Left = r.In - r.Out
	return r
}

// BalanceSheet is the balance sheet (资产负债表) at the end of a day: Assets = Owed + Worth. Current is income less
// expenditure that no closing has carried to the surplus yet; it is part of Worth.
type BalanceSheet struct {
	On                     day.Day
	Assets, Debts, Nets    []Item
	Have, Owed, Worth, Now money.Amount // Now is Current
}

// Even reports that both sides are equal, as they must be.
func (s BalanceSheet) Even() bool { return s.Have == s.Owed+s.Worth }

// BalanceSheet reads the balance sheet of the last day off the books.
func (b Books) BalanceSheet() (s BalanceSheet) {
	s.On = b.To
	s.Assets, s.Have = b.sum(Asset, func(t Turn) money.Amount { return t.Closing })
	s.Debts, s.Owed = b.sum(Liability, func(t Turn) money.Amount { return -t.Closing })
	s.Nets, s.Worth = b.sum(Net, func(t Turn) money.Amount { return -t.Closing })
	for _, t := range b.Turns {
		if t.Class == Income || t.Class == Expense {
			s.Now -= t.Closing
		}
	}
	s.Worth += s.Now
	return s
}

// FundLine is the statement of one pocket over a span (基金收支结存表), of its money in the bank and in cash: Opening + Given + In −
// Out − Paid − Returned + Turned − Lent + Repaid − Invested + Redeemed = End. Paid is net of what came back; Turned is what reversals
// put in or took out; Repaid and Redeemed hold the interest and the return too.
type FundLine struct {
	Pocket                                               Pocket
	Opening, Given, In, Out, Paid, Returned, Turned, End money.Amount
	Lent, Repaid, Invested, Redeemed                     money.Amount
}

// FundLines gives the statement of every pocket over a span.
func FundLines(ctx context.Context, tx *db.Tx, in Span) ([]FundLine, error) {
	pockets, err := Pockets(ctx, tx)
	if err != nil {
		return nil, err
	}
	b, err := BooksOf(ctx, tx, in, "")
	if err != nil {
		return nil, err
	}
	bank, cash := b.Chart.bank(), b.Chart.cash()
	type flow struct {
		Pocket string
		Kind   Kind
		Amount money.Amount
		Came   int64
	}
	flows, err := db.All[flow](ctx, tx, `
		select p.dst_pocket as pocket, e.kind, cast(sum(p.amount) as bigint) as amount, 1 as came
		from fund_posting p join fund_entry e on e.union_id = p.union_id and e.seq = p.seq
		where p.union_id = $1 and p.dst in ($2, $5) and p.day >= $3 and p.day <= $4 group by p.dst_pocket, e.kind
		union all
		select p.src_pocket as pocket, e.kind, cast(sum(p.amount) as bigint) as amount, 0 as came
		from fund_posting p join fund_entry e on e.union_id = p.union_id and e.seq = p.seq
		where p.union_id = $1 and p.src in ($2, $5) and p.day >= $3 and p.day <= $4 group by p.src_pocket, e.kind`,
		tx.Union, bank, in.From, in.To, cash)
	out := make([]FundLine, len(pockets))
	for i, p := range pockets {
		l := FundLine{Pocket: p}
		for _, t := range b.Turns {
			if t.Pocket == p.Code && (t.Code == bank || t.Code == cash) {
				l.Opening, l.End = l.Opening+t.Opening, l.End+t.Closing
			}
		}
		for _, f := range flows {
			if f.Pocket == p.Code {
				l.add(f.Kind, f.Amount, f.Came == 1)
			}
		}
		out[i] = l
	}
	return out, err
}

// add puts what one kind of entry moved into its column.
func (l *FundLine) add(k Kind, a money.Amount, into bool) {
	switch {
	case k == KindReverse && into:
		l.Turned += a
	case k == KindReverse:
		l.Turned -= a
	case k == KindDraw || k == KindPutBack: // from one hand to the other
	case k == KindReturn:
		l.Returned += a
	case k == KindMoved && into:
		l.In += a
	case k == KindMoved:
		l.Out += a
	case k == KindOpening || k == KindGiven:
		l.Given += a
	case k == KindLend:
		l.Lent += a
	case k == KindRepay:
		l.Repaid += a
	case k == KindInvest:
		l.Invested += a
	case k == KindRedeem:
		l.Redeemed += a
	case into: // a payment came back
		l.Paid -= a
	default:
		l.Paid += a
	}
}

// JournalLine is one side of a posting as finance systems take it: a line of a voucher with a debit or a credit.
type JournalLine struct {
	Seq, Line     int64
	Day           day.Day
	Voucher, Memo string
	Ref, Pocket   string
	Code          string
	Name          words.Said `json:"-"`
	Debit, Credit money.Amount
}

// Journal lists the voucher lines of a span, of one pocket or of all, in the order of the entries after the entry numbered
// after; the debit of each posting stands before its credit. Whole entries only: it ends once most lines are full.
func Journal(ctx context.Context, tx *db.Tx, in JournalQuery) ([]JournalLine, error) {
	type row struct {
		Seq, Line                      int64
		Day                            day.Day
		Voucher, Memo, Ref             string
		SrcPocket, Src, DstPocket, Dst string
		Amount                         money.Amount
	}
	rows, err := db.All[row](ctx, tx, `
		select e.seq, p.line, e.day, e.voucher, e.memo, e.ref, p.src_pocket, p.src, p.dst_pocket, p.dst, p.amount
		from fund_entry e join fund_posting p on p.union_id = e.union_id and p.seq = e.seq
		where e.union_id = $1 and e.day >= $2 and e.day <= $3 and e.voucher <> '' and e.seq > $4
			and ($5 = '' or p.src_pocket = $5 or p.dst_pocket = $5)
			and p.src not in ('granted', 'available', 'reserved', 'committed', 'spent', 'lent', 'invested')
		order by e.seq, p.line limit $6`, tx.Union, in.From, in.To, in.After, in.Pocket, in.Most+maxLines)
	if err != nil {
		return nil, err
	}
	chart, err := ChartOn(ctx, tx, in.To)
	if err != nil {
		return nil, err
	}
	var out []JournalLine
	for i, r := range rows {
		if i >= in.Most && r.Seq != rows[i-1].Seq {
			break
		}
		l := JournalLine{Seq: r.Seq, Line: 2*r.Line - 1, Day: r.Day, Voucher: r.Voucher, Memo: r.Memo, Ref: r.Ref,
			Pocket: r.DstPocket, Code: r.Dst, Name: chart.NameOf(r.Dst), Debit: r.Amount}
		c := l
		c.Line, c.Pocket, c.Code, c.Name, c.Debit, c.Credit = l.Line+1, r.SrcPocket, r.Src, chart.NameOf(r.Src), 0, r.Amount
		out = append(out, l, c)
	}
	return out, nil
}

// maxLines bounds the postings of one entry: a year's closing has two for each account of each pocket.
const maxLines = 2000

// JournalQuery asks for the voucher lines of a span, of one pocket or of all, after an entry; Most bounds the postings.
type JournalQuery struct {
	Span
	Pocket string
	After  int64
	Most   int
}
