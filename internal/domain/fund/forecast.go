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

// Foresee works a forecast out from a pocket's free money and what went out and came in over some full months. It is pure.
func Foresee(free, out, in money.Amount, past int, today day.Day) Forecast {
	f := Forecast{Free: free, Past: past, Months: -1, MonthsWithInput: -1}
	if past <= 0 {
		return f
	}
	f.OutPer, f.InPer = out/money.Amount(past), in/money.Amount(past)
	if f.OutPer > 0 {
		f.Months = min(int64(free/f.OutPer), longest)
		first := day.Day(month(today) + "-01")
		f.LastsUntil = first.AddMonths(int(f.Months) + 1).Add(-1)
	}
	if f.OutPer > f.InPer {
		f.MonthsWithInput = min(int64(free/(f.OutPer-f.InPer)), longest)
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
	out, err := turnover(ctx, tx, Account{code, Spent}, from, end)
	if err != nil {
		return Forecast{}, err
	}
	in, err := turnover(ctx, tx, Account{code, Granted}, from, end)
	past := 0
	for d := from; d < end; d = d.AddMonths(1) {
		past++
	}
	return Foresee(s.Available, out, -in, past, tx.Day()), err
}

// turnover is the net of what postings put on an account from a day until before another.
func turnover(ctx context.Context, tx *db.Tx, at Account, from, before day.Day) (money.Amount, error) {
	end, err := BalanceOn(ctx, tx, before.Add(-1), at)
	if err != nil {
		return 0, err
	}
	start, err := BalanceOn(ctx, tx, from.Add(-1), at)
	return end - start, err
}
