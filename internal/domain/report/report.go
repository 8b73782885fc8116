// Package report counts what leaders and the upper union ask for (S34): how many families are in hardship, how many were
// helped with how much, what is left, what is late, and what the workers say. It reads every table, writes none and names
// nobody; a cell under five persons is never told.
package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// Small is the least number of persons a cell of a breakdown may have (ux §3.5).
const Small = 5

// Span is the days looked at, both counted.
type Span struct{ From, To day.Day }

// Year gives the span of a calendar year, or as much of it as has passed.
func Year(year int, today day.Day) Span {
	from := day.Day(fmt.Sprintf("%04d-01-01", year))
	return Span{from, min(from.AddMonths(12).Add(-1), today)}
}

// Overview answers the leaders' five questions (ux L1). Files, the fund and the turns are as of today; all else is of the
// span.
type Overview struct {
	Span
	Today             day.Day
	Files             int64 // families with an open file
	Opened, Left      int64 // files opened, and ended for good, in the span
	Waiting           int64 // applications handed in and not yet decided
	People, Payments  int64 // workers who were paid, and payments
	Paid              money.Amount
	Free, Held, Grown money.Amount // of the fund: to promise yet, promised, ever given
	Turns, Late       int64        // open turns, and those past their day
	Slow              []Slow
	Landed            int64 // payments that reached the bank account in the span
	Confirmed, Denied int64 // those the worker said came, and did not come
	Months            []Month
	Causes            []Cell // workers who applied in the span, by main cause
	Units             []Unit
}

// Slow is one kind of turn that is late: how many, and the day the oldest was due.
type Slow struct {
	Kind  string
	N     int64
	First day.Day
}

// Month is what was paid in one month (2026-11).
type Month struct {
	Month  string
	People int64
	Amount money.Amount
}

// Cell is one count of a breakdown.
type Cell struct {
	Code string
	N    int64
}

// Unit is one branch with its departments: open files, workers paid, how much, turns late.
type Unit struct {
	ID, Name            string
	Files, People, Late int64
	Amount              money.Amount
}

// Look counts everything for a span.
func Look(ctx context.Context, tx *db.Tx, span Span) (Overview, error) {
	o := Overview{Span: span, Today: tx.Day()}
	for _, part := range []func(context.Context, *db.Tx) error{o.files, o.paid, o.money, o.turns, o.said, o.months, o.units} {
		if err := part(ctx, tx); err != nil {
			return o, err
		}
	}
	return o, nil
}

func (o *Overview) files(ctx context.Context, tx *db.Tx) (err error) {
	for _, c := range []struct {
		to   *int64
		from string
		args []any
	}{
		{&o.Files, "casefile_file where union_id = $1 and state = 'open'", nil},
		{&o.Opened, "casefile_file where union_id = $1 and opened_on >= $2 and opened_on <= $3", []any{o.From, o.To}},
		{&o.Left, "casefile_file where union_id = $1 and state <> 'open' and ended_on >= $2 and ended_on <= $3", []any{o.From, o.To}},
		{&o.Waiting, "intake_application where union_id = $1 and state not in ('draft', 'decided', 'refused', 'withdrawn')", nil},
	} {
		if *c.to, err = db.Value[int64](ctx, tx, `select count(*) from `+c.from, append([]any{tx.Union}, c.args...)...); err != nil {
			return err
		}
	}
	o.Causes, err = db.All[Cell](ctx, tx, `
		select cause as code, count(distinct person_id) as n from intake_application
		where union_id = $1 and state <> 'draft' and submitted_on >= $2 and submitted_on <= $3 group by cause order by n desc, cause`,
		tx.Union, o.From, o.To)
	return err
}

// sumRow is a count of persons and of payments with their sum.
type sumRow struct {
	Label            string
	People, Payments int64
	Amount           money.Amount
}

// given are the payments of a span that stand: imported history and help from elsewhere are not the union's payments now.
const given = `a.union_id = $1 and a.source = 'paid' and a.taken_back = '' and a.on_day >= $2 and a.on_day <= $3`

func (o *Overview) paid(ctx context.Context, tx *db.Tx) error {
	r, err := db.One[sumRow](ctx, tx, `
		select '' as label, count(distinct a.person_id) as people, count(*) as payments, cast(coalesce(sum(a.amount), 0) as bigint) as amount
		from casefile_aid a where `+given, tx.Union, o.From, o.To)
	o.People, o.Payments, o.Paid = r.People, r.Payments, r.Amount
	return err
}

func (o *Overview) money(ctx context.Context, tx *db.Tx) error {
	all, err := fund.States(ctx, tx)
	for _, s := range all {
		o.Free, o.Held, o.Grown = o.Free+s.Available, o.Held+s.Reserved+s.Committed, o.Grown+s.Grown
	}
	return err
}

func (o *Overview) turns(ctx context.Context, tx *db.Tx) (err error) {
	if o.Turns, err = db.Value[int64](ctx, tx, `select count(*) from task_turn where union_id = $1 and closed_at = 0`, tx.Union); err != nil {
		return err
	}
	o.Slow, err = db.All[Slow](ctx, tx, `
		select kind, count(*) as n, min(due) as first from task_turn where union_id = $1 and closed_at = 0 and due < $2
		group by kind order by n desc, kind`, tx.Union, tx.Day())
	for _, s := range o.Slow {
		o.Late += s.N
	}
	return err
}

// said counts what workers say of what they were sent: whether it came. Surveys answer more once there are any.
func (o *Overview) said(ctx context.Context, tx *db.Tx) error {
	rows, err := db.All[Cell](ctx, tx, `
		select state as code, count(*) as n from payment_instalment
		where union_id = $1 and paid_on >= $2 and paid_on <= $3 and state in ('paid', 'confirmed', 'missing') group by state`, tx.Union, o.From, o.To)
	for _, r := range rows {
		o.Landed += r.N
		switch r.Code {
		case "confirmed":
			o.Confirmed += r.N
		case "missing":
			o.Denied += r.N
		}
	}
	return err
}

// months gives every month of the span, those without a payment too.
func (o *Overview) months(ctx context.Context, tx *db.Tx) error {
	rows, err := db.All[sumRow](ctx, tx, `
		select substr(a.on_day, 1, 7) as label, count(distinct a.person_id) as people, count(*) as payments, cast(sum(a.amount) as bigint) as amount
		from casefile_aid a where `+given+` group by substr(a.on_day, 1, 7)`, tx.Union, o.From, o.To)
	for d := o.From; d <= o.To; d = d.AddMonths(1) {
		m := Month{Month: string(d)[:7]}
		for _, r := range rows {
			if r.Label == m.Month {
				m.People, m.Amount = r.People, r.Amount
			}
		}
		o.Months = append(o.Months, m)
	}
	return err
}

// units folds everything onto the units right beneath the union.
func (o *Overview) units(ctx context.Context, tx *db.Tx) error {
	all, err := org.Units(ctx, tx)
	if err != nil {
		return err
	}
	for _, u := range all {
		if u.Depth() == 1 {
			o.Units = append(o.Units, Unit{ID: u.ID, Name: u.Name})
		}
	}
	for _, ask := range []struct {
		text string
		args []any
		add  func(*Unit, sumRow)
	}{
		{`select unit_path as label, count(*) as people, 0 as payments, 0 as amount from casefile_file
			where union_id = $1 and state = 'open' group by unit_path`, nil, func(u *Unit, r sumRow) { u.Files += r.People }},
		{`select w.unit_path as label, count(distinct a.person_id) as people, count(*) as payments, cast(sum(a.amount) as bigint) as amount
			from casefile_aid a join person_worker w on w.union_id = a.union_id and w.id = a.person_id
			where ` + given + ` group by w.unit_path`, []any{o.From, o.To}, func(u *Unit, r sumRow) { u.People, u.Amount = u.People+r.People, u.Amount+r.Amount }},
		{`select unit_path as label, count(*) as people, 0 as payments, 0 as amount from task_turn
			where union_id = $1 and closed_at = 0 and due < $2 group by unit_path`, []any{tx.Day()}, func(u *Unit, r sumRow) { u.Late += r.People }},
	} {
		rows, err := db.All[sumRow](ctx, tx, ask.text, append([]any{tx.Union}, ask.args...)...)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if i := slices.IndexFunc(o.Units, func(u Unit) bool { return strings.Contains(r.Label, "/"+u.ID+"/") }); i >= 0 {
				ask.add(&o.Units[i], r)
			}
		}
	}
	return nil
}

// Hide says which cells of a breakdown must not be told: those of 1 to 4 persons, and so many of the next smallest that
// nobody can work a hidden one out from the total.
func Hide(cells []int64) []bool {
	out := make([]bool, len(cells))
	hidden, n := int64(0), 0
	for i, c := range cells {
		if c > 0 && c < Small {
			out[i], hidden, n = true, hidden+c, n+1
		}
	}
	for n > 0 && (hidden < Small || n < 2) {
		next := -1
		for i, c := range cells {
			if !out[i] && c > 0 && (next < 0 || c < cells[next]) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		out[next], hidden, n = true, hidden+cells[next], n+1
	}
	return out
}
