package fund

import (
	"context"
	"strconv"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	ledger "bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

type dryPage struct {
	Try     ledger.Try
	Amount  string
	Asked   bool
	Done    bool
	Dry     ledger.Dry
	Chart   *ledger.Chart
	Pockets []ledger.Pocket
	Trouble error
}

// showDry works out what is asked for in the address; a posting that could not be made says why, as it would when made.
func showDry(q *site.Req) error {
	p := dryPage{Amount: q.Query("amount"), Asked: q.Query("what") != ""}
	p.Try = ledger.Try{What: ledger.Kind(q.Query("what")), Pocket: q.Query("pocket"), To: q.Query("into"), Account: q.Query("account"), Day: day.Day(q.Query("day"))}
	p.Try.Entry, _ = strconv.ParseInt(q.Query("entry"), 10, 64) // no number is no entry
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Pockets, err = ledger.Pockets(ctx, tx); err != nil {
			return err
		}
		if p.Chart, err = ledger.ChartOn(ctx, tx, tx.Day()); err != nil || !p.Asked {
			return err
		}
		if p.Amount != "" {
			if p.Try.Amount, p.Trouble = money.Parse(p.Amount); p.Trouble != nil {
				return nil
			}
		}
		p.Dry, p.Trouble = ledger.DryRun(ctx, tx, p.Try)
		return nil
	})
	if err != nil {
		return err
	}
	p.Done = p.Asked && p.Trouble == nil
	in := q.Page(q.T("试记账"))
	if p.Trouble != nil {
		in = in.With(p.Trouble)
	}
	return q.Render(dryView(in, p))
}

func dryKinds() []form.Choice {
	return []form.Choice{{Value: string(ledger.KindGiven), Label: "登记收入"}, {Value: string(ledger.KindMoved), Label: "资金调剂"},
		{Value: string(ledger.KindReturn), Label: "退回结余"}, {Value: string(ledger.KindReverse), Label: "冲销分录"}}
}

func dryQuery(in page.In, p dryPage) page.Query {
	var kinds []form.Choice
	for _, c := range dryKinds() {
		kinds = append(kinds, form.Choice{Value: c.Value, Label: in.T(c.Label)})
	}
	entry := ""
	if p.Try.Entry > 0 {
		entry = strconv.FormatInt(p.Try.Entry, 10)
	}
	into := pocketField(in, p.Pockets, p.Try.To)
	into.Name, into.Label = "into", in.T("调入资金")
	return page.Query{Action: home + "/dry", Reset: home + "/dry", Fields: []page.F{
		{Name: "what", Label: in.T("记什么"), Value: string(p.Try.What), Choices: kinds}, pocketField(in, p.Pockets, p.Try.Pocket), into,
		{Name: "amount", Label: in.T("金额"), Value: p.Amount, Unit: in.T("元")}, {Name: "entry", Label: in.T("冲销的分录"), Value: entry}}}
}

func dryPostings(in page.In, p dryPage) page.List {
	return postingList(in, entryPage{Entry: ledger.Entry{Postings: p.Dry.Postings}, Chart: p.Chart}, false)
}

func dryAccounts(in page.In, p dryPage) page.List {
	l := page.List{Caption: in.T("记账前后的余额"), Cols: []page.Col{{Label: in.T("资金")}, {Label: in.T("科目")}, num(in.T("记账前")), num(in.T("记账后"))}}
	for _, a := range p.Dry.Accounts {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(a.Pocket), page.T(accountName(in, p.Chart, a.Account)), page.T(in.Money(a.Before)), page.T(in.Money(a.After))}})
	}
	return l
}
