package api

import (
	"context"
	"strconv"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// booksIn asks for the statements of a span, of one pocket or of all; the span is the year until today unless said.
type booksIn struct {
	From   day.Day `form:"from" label:"开始日期"`
	To     day.Day `form:"to" label:"截止日期"`
	Pocket string  `form:"pocket" label:"资金" max:"16"`
}

func (in booksIn) span(today day.Day) fund.Span {
	s := fund.Span{From: day.Day(string(today)[:4] + "-01-01"), To: today}
	if in.From != "" {
		s.From = in.From
	}
	if in.To != "" {
		s.To = in.To
	}
	return s
}

// BookItem is one line of a statement, in fen.
type BookItem struct {
	Code, Name string
	Amount     money.Amount
}

// BookTurn is an account over the span, in fen; debit above zero.
type BookTurn struct {
	Pocket, Code, Name              string
	Class                           fund.Class
	Opening, Debit, Credit, Closing money.Amount
}

// Statements are the statements of a span: income and expenditure, the balance sheet of its last day, and every account.
type Statements struct {
	From, To                              day.Day
	Income, Expense, Assets, Debts, Nets  []BookItem
	In, Out, Left, Have, Owed, Worth, Now money.Amount
	Turns                                 []BookTurn
}

var books = act.Read[booksIn, Statements]{Name: "fund.books", Title: "会计报表", Right: "fund.see",
	Do: func(ctx context.Context, tx *db.Tx, in booksIn) (Statements, error) {
		b, err := fund.BooksOf(ctx, tx, in.span(tx.Day()), in.Pocket)
		if err != nil {
			return Statements{}, err
		}
		r, s := b.Result(), b.BalanceSheet()
		out := Statements{From: b.From, To: b.To, Income: items(r.Income), Expense: items(r.Expense), Assets: items(s.Assets), Debts: items(s.Debts), Nets: items(s.Nets),
			In: r.In, Out: r.Out, Left: r.Left, Have: s.Have, Owed: s.Owed, Worth: s.Worth, Now: s.Now}
		for _, t := range b.Turns {
			out.Turns = append(out.Turns, BookTurn{t.Pocket, t.Code, t.Name.Say(words.Zh), t.Class, t.Opening, t.Debit, t.Credit, t.Closing})
		}
		return out, nil
	}}

func items(all []fund.Item) []BookItem {
	out := make([]BookItem, len(all))
	for i, a := range all {
		out[i] = BookItem{a.Code, a.Name.Say(words.Zh), a.Amount}
	}
	return out
}

// journalIn asks for voucher lines.
type journalIn struct {
	act.Cursor
	booksIn
}

var journal = act.Read[journalIn, act.Page[fund.JournalLine]]{Name: "fund.journal", Title: "记账凭证", Right: "fund.journal",
	Do: func(ctx context.Context, tx *db.Tx, in journalIn) (act.Page[fund.JournalLine], error) {
		after, _ := strconv.ParseInt(in.After, 10, 64) // no number is the beginning
		all, err := fund.Journal(ctx, tx, fund.JournalQuery{Span: in.span(tx.Day()), Pocket: in.Pocket, After: after, Most: in.Most()})
		out := act.Page[fund.JournalLine]{Items: all}
		if len(all) > 0 {
			out.Next = strconv.FormatInt(all[len(all)-1].Seq, 10)
		}
		return out, err
	}}

var dryRun = act.Read[fund.Try, fund.Dry]{Name: "fund.dry", Title: "试记账", Right: "fund.see", Do: fund.DryRun}
