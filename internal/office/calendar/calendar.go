// Package calendar says which days the union works (S35): the calendar shipped with the program, the years a person has
// uploaded since, and the union's own days laid over them. Every time limit of the house is counted here.
package calendar

import (
	"context"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
)

// own is the year under which the union's own days are kept.
const own = 0

type row struct {
	UnionID string
	Year    int
	Day     day.Day
	Name    string
	Off     bool
}

// Load gives the union's calendar. Years nobody has uploaded and the program does not ship count Monday to Friday and
// make every deadline in them provisional.
func Load(ctx context.Context, tx *db.Tx) (day.Calendar, error) {
	cal := day.Shipped()
	rows, err := rowsOf(ctx, tx)
	if err != nil {
		return cal, err
	}
	var extra []day.Special
	var y day.Year
	for _, r := range rows {
		s := day.Special{Day: r.Day, Name: r.Name, Off: r.Off}
		if r.Year == own {
			extra = append(extra, s)
			continue
		}
		if r.Year != y.Year && y.Year != own {
			cal = cal.With(y)
			y.Days = nil
		}
		y.Year, y.Days = r.Year, append(y.Days, s)
	}
	if y.Year != own {
		cal = cal.With(y)
	}
	return cal.Extra(extra...), nil
}

func rowsOf(ctx context.Context, tx *db.Tx) ([]row, error) {
	return db.All[row](ctx, tx, `select union_id, year, day, name, off from calendar_day where union_id = $1 order by year, day`, tx.Union)
}

// Due gives the n-th workday from today, today not counted.
func Due(ctx context.Context, tx *db.Tx, n int) (day.Day, error) {
	d, _, err := DueFrom(ctx, tx, tx.Day(), n)
	return d, err
}

// DueFrom gives the n-th workday after a day. It is provisional when it passed through a year whose holidays are not
// known yet; show it with that warning.
func DueFrom(ctx context.Context, tx *db.Tx, from day.Day, n int) (due day.Day, provisional bool, err error) {
	cal, err := Load(ctx, tx)
	if err != nil {
		return "", false, err
	}
	due, provisional = cal.AddWorkdays(from, n)
	return due, provisional, nil
}

// Missing gives the year whose holidays should be here and are not: this year at any time, next year from 1 December,
// when the State Council has announced it. 0 is none.
func Missing(ctx context.Context, tx *db.Tx) (int, error) {
	cal, err := Load(ctx, tx)
	if err != nil {
		return 0, err
	}
	today := tx.Day()
	switch {
	case !cal.Known(today.Year()):
		return today.Year(), nil
	case today.Time().Month() == time.December && !cal.Known(today.Year()+1):
		return today.Year() + 1, nil
	}
	return 0, nil
}

// Entry is one special day as the page of holidays lists it; Own marks the union's own days.
type Entry struct {
	Day      day.Day
	Name     string
	Off, Own bool
}

// Days lists the special days of a year, in order.
func Days(ctx context.Context, tx *db.Tx, year int) ([]Entry, error) {
	if year < 1900 || year > 2100 {
		return nil, fault.New(fault.Missing, "fault.missing")
	}
	cal, err := Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	rows, err := rowsOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	mine := map[day.Day]bool{}
	for _, r := range rows {
		mine[r.Day] = mine[r.Day] || r.Year == own
	}
	var out []Entry
	first := day.Of(time.Date(year, 1, 1, 0, 0, 0, 0, day.Zone))
	for d := first; d.Year() == year; d = d.Add(1) {
		if s, ok := cal.Special(d); ok {
			out = append(out, Entry{Day: d, Name: s.Name, Off: s.Off, Own: mine[d]})
		}
	}
	return out, nil
}
