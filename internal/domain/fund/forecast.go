package fund

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
)

// Forecast says how long a pocket lasts (S14, 可持续性) if the coming months are like the past ones. Free is what is not
// yet promised. Months is -1 where nothing was spent, so that nobody can say.
type Forecast struct {
	Free            money.Amount
	Past            int          // the full months looked at
	OutPer, InPer   money.Amount // a month's mean, in fen rounded down
	Months          int64        // full months that Free pays for without new money
	MonthsWithInput int64        // the same if money goes on coming in; -1 where it lasts for ever or nobody can say
	LastsUntil      day.Day      // the last day of the last month that is paid for; "" where nobody can say
}

// longest bounds a forecast: beyond twenty years it says nothing.
const longest = 240

// Flow is a pocket's free money, and what went out and came in over some full months.
type Flow struct {
	Free, Out, In money.Amount
	Past          int
}

// Foresee works a forecast out from a flow. It is pure.
func Foresee(w Flow, today day.Day) Forecast {
	f := Forecast{Free: w.Free, Past: w.Past, Months: -1, MonthsWithInput: -1}
	if w.Past <= 0 {
		return f
	}
	f.OutPer, f.InPer = w.Out/money.Amount(w.Past), w.In/money.Amount(w.Past)
	if f.OutPer > 0 {
		f.Months = min(int64(w.Free/f.OutPer), longest)
		first := day.Day(month(today) + "-01")
		f.LastsUntil = first.AddMonths(int(f.Months) + 1).Add(-1)
	}
	if f.OutPer > f.InPer {
		f.MonthsWithInput = min(int64(w.Free/(f.OutPer-f.InPer)), longest)
	}
	return f
}

// ForecastOf foresees a pocket from its last twelve full months, or as many as it has had. Fault: "fund.no_pocket".
func ForecastOf(ctx context.Context, tx *db.Tx, code string) (Forecast, error) {
	s, err := StateOf(ctx, tx, code)
	if err != nil {
		return Forecast{}, err
	}
	end := day.Day(month(tx.Day()) + "-01")
	first, err := db.Value[day.Day](ctx, tx, `
		select min(day) from fund_posting where union_id = $1 and dst_pocket = $2`, tx.Union, code)
	if err != nil || first == "" || first >= end {
		return Forecast{Free: s.Available, Months: -1, MonthsWithInput: -1}, err
	}
	from := max(day.Day(month(first)+"-01"), end.AddMonths(-12))
	w, span := Flow{Free: s.Available}, Span{from, end.Add(-1)}
	for d := from; d < end; d = d.AddMonths(1) {
		w.Past++
	}
	if w.Out, err = turnover(ctx, tx, Account{code, Spent}, span); err != nil {
		return Forecast{}, err
	}
	granted, err := turnover(ctx, tx, Account{code, Granted}, span)
	w.In = -granted
	return Foresee(w, tx.Day()), err
}

// turnover is the net of what postings put on an account in a span.
func turnover(ctx context.Context, tx *db.Tx, at Account, in Span) (money.Amount, error) {
	end, err := BalanceOn(ctx, tx, in.To, at)
	if err != nil {
		return 0, err
	}
	start, err := BalanceOn(ctx, tx, in.From.Add(-1), at)
	return end - start, err
}
