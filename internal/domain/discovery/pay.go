package discovery

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
)

// Wage is one worker's pay of a month, fen, with the place the worker belongs to now. It names nobody.
type Wage struct {
	Path   string
	Amount money.Amount
}

// Wages gives the pay of a month (its first day) as payroll's lists have it, without who had it, for measures of all together.
func Wages(ctx context.Context, tx *db.Tx, month day.Day) ([]Wage, error) {
	type row struct {
		PersonID string
		Amount   money.Amount
	}
	all, err := db.All[row](ctx, tx, `select person_id, amount from discovery_record where union_id = $1 and kind = 'pay' and on_day = $2`, tx.Union, month)
	if err != nil {
		return nil, err
	}
	paths, err := person.Paths(ctx, tx)
	out := make([]Wage, len(all))
	for i, r := range all {
		out[i] = Wage{paths[r.PersonID], r.Amount}
	}
	return out, err
}

// WageMonths lists the months (first days) that payroll's lists cover, the newest first.
func WageMonths(ctx context.Context, tx *db.Tx) ([]day.Day, error) {
	return db.All[day.Day](ctx, tx, `select distinct on_day from discovery_record where union_id = $1 and kind = 'pay' order by on_day desc`, tx.Union)
}
