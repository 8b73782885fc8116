package discovery

import (
	"context"
	"fmt"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
)

// most is how many finds of one signal one act takes up; the next night goes on.
const most = 5000

// Find is one thing that a signal found: of a worker, or of a household (its head is spoken to).
type Find struct {
	PersonID, HouseholdID string
	Ref                   string
	On                    day.Day
	Args                  []any
}

// finders says how each signal is found. One without a finder comes by hand or from a survey.
func finders() map[Code]func(context.Context, *db.Tx, Signal) ([]Find, error) {
	return map[Code]func(context.Context, *db.Tx, Signal) ([]Find, error){
		PayDrop: payDrops, SickLeave: leaves(Sick, Injury), Unpaid: leaves(NoPay, NoPay), Advances: advances,
		BigBill: bills, Mishap: happened(Fire, Theft, Accident), LayOff: happened(Laid), College: graduates, Loss: losses,
		Disability: disabled, Debt: debts, CareWatch: watched,
	}
}

// Sweep is the night's work of discovery: one signal an act, the next one named; "" ends it. It finds by every signal in use,
// makes leads of what is new, lets what nobody took up expire and scores the open leads anew.
func Sweep(ctx context.Context, tx *db.Tx, after string) (string, error) {
	all, err := Signals(ctx, tx)
	if err != nil {
		return "", err
	}
	for _, s := range all {
		if after != "" {
			if string(s.Code) == after {
				after = ""
			}
			continue
		}
		find := finders()[s.Code]
		if find == nil || s.Off {
			continue
		}
		found, err := find(ctx, tx, s)
		if err != nil {
			return "", fmt.Errorf("signal %s: %w", s.Code, err)
		}
		for _, f := range found {
			if err := raise(ctx, tx, s, f); err != nil {
				return "", fmt.Errorf("signal %s: %w", s.Code, err)
			}
		}
		return string(s.Code), nil
	}
	return "", settle(ctx, tx)
}

// unsaid leaves out the records that gave a sign of the signal before.
const unsaid = ` and not exists (select 1 from discovery_sign s where s.union_id = r.union_id and s.code = '%s' and s.ref = 'record/' || r.id)`

// payDrops finds pay of this or last month that is below the average of the three months before by the threshold or more.
func payDrops(ctx context.Context, tx *db.Tx, s Signal) ([]Find, error) {
	type row struct {
		ID, PersonID string
		OnDay        day.Day
		Amount       money.Amount
		Before, N    int64
	}
	month := tx.Day()[:8] + "01"
	from, first := month.AddMonths(-1), month.AddMonths(-4)
	rows, err := db.All[row](ctx, tx, `
		select r.id, r.person_id, r.on_day, r.amount, cast(sum(p.amount) as bigint) as before, count(*) as n
		from discovery_record r
		join discovery_record p on p.union_id = r.union_id and p.person_id = r.person_id and p.kind = 'pay' and p.on_day < r.on_day and p.on_day >= $3
		where r.union_id = $1 and r.kind = 'pay' and r.on_day >= $2`+fmt.Sprintf(unsaid, PayDrop)+`
		group by r.id, r.person_id, r.on_day, r.amount
		having count(*) >= 2 and r.amount * count(*) * 100 <= sum(p.amount) * $4 and sum(p.amount) > 0 order by r.id limit $5`,
		tx.Union, from, first, 100-s.Threshold, most)
	out := make([]Find, 0, len(rows))
	for _, r := range rows {
		mean := money.Amount(r.Before / r.N)
		less := int64(100)
		if mean > 0 {
			less = 100 - int64(r.Amount)*100/int64(mean)
		}
		out = append(out, Find{PersonID: r.PersonID, Ref: "record/" + r.ID, On: r.OnDay, Args: []any{string(r.OnDay[:7]), r.Amount, mean, less}})
	}
	return out, err
}

// window is how many days back leave and advances are added up.
const (
	leaveWindow   = 90
	advanceWindow = 180
)

// leaves finds leave of two kinds that adds up to the threshold or more within ninety days, at its newest piece.
func leaves(one, other Kind) func(context.Context, *db.Tx, Signal) ([]Find, error) {
	return func(ctx context.Context, tx *db.Tx, s Signal) ([]Find, error) {
		return added(ctx, tx, sum{s, [2]Kind{one, other}, "cast(sum(p.days) as bigint)", leaveWindow})
	}
}

func advances(ctx context.Context, tx *db.Tx, s Signal) ([]Find, error) {
	return added(ctx, tx, sum{s, [2]Kind{Advance, Advance}, "count(*)", advanceWindow})
}

// sum is records of two kinds that are added up over a window of days and held against the threshold.
type sum struct {
	s      Signal
	kinds  [2]Kind
	figure string
	window int
}

// added finds sums at the newest record, but not again while a sign of the same signal about the same worker counts.
func added(ctx context.Context, tx *db.Tx, a sum) ([]Find, error) {
	type row struct {
		ID, PersonID string
		OnDay        day.Day
		N            int64
	}
	rows, err := db.All[row](ctx, tx, `
		select max(p.id) as id, p.person_id, max(p.on_day) as on_day, `+a.figure+` as n
		from discovery_record p
		where p.union_id = $1 and p.kind in ($2, $3) and p.on_day >= $4
			and not exists (select 1 from discovery_sign s where s.union_id = p.union_id and s.person_id = p.person_id and s.code = $6 and s.until_on >= $7)
		group by p.person_id having `+a.figure+` >= $5 order by p.person_id limit $8`,
		tx.Union, a.kinds[0], a.kinds[1], tx.Day().Add(-a.window), a.s.Threshold, a.s.Code, tx.Day(), most)
	out := make([]Find, 0, len(rows))
	for _, r := range rows {
		out = append(out, Find{PersonID: r.PersonID, Ref: "record/" + r.ID, On: r.OnDay, Args: []any{r.N, a.window}})
	}
	return out, err
}

// records gives the records of a kind since a signal's time began, of an amount or more, that gave no sign of it yet.
func records(ctx context.Context, tx *db.Tx, s Signal, k Kind) ([]Find, error) {
	rows, err := db.All[Record](ctx, tx, `
		select r.union_id, r.id, r.person_id, r.kind, r.on_day, r.days, r.amount, r.import_id, r.made_at from discovery_record r
		where r.union_id = $1 and r.kind = $2 and r.on_day >= $3 and r.amount >= $4`+fmt.Sprintf(unsaid, s.Code)+` order by r.id limit $5`,
		tx.Union, k, tx.Day().Add(-int(s.ExpireDays)), least(s), most)
	out := make([]Find, 0, len(rows))
	for _, r := range rows {
		arg := any(r.Kind)
		if s.Unit == Fen {
			arg = r.Amount
		}
		out = append(out, Find{PersonID: r.PersonID, Ref: "record/" + r.ID, On: r.OnDay, Args: []any{arg}})
	}
	return out, err
}

func least(s Signal) int64 {
	if s.Unit == Fen {
		return s.Threshold
	}
	return 0
}

// happened finds records of kinds that speak for themselves.
func happened(kinds ...Kind) func(context.Context, *db.Tx, Signal) ([]Find, error) {
	return func(ctx context.Context, tx *db.Tx, s Signal) ([]Find, error) {
		var out []Find
		for _, k := range kinds {
			some, err := records(ctx, tx, s, k)
			if err != nil {
				return nil, err
			}
			out = append(out, some...)
		}
		return out, nil
	}
}

// both joins what the lists of the enterprise say with what the files of families say.
func both(ctx context.Context, tx *db.Tx, k Kind, q factAsk) ([]Find, error) {
	out, err := records(ctx, tx, q.s, k)
	if err != nil {
		return nil, err
	}
	some, err := q.find(ctx, tx)
	return append(out, some...), err
}

// factAsk asks the files of families for a fact recorded since the signal's time began, of a number or more.
type factAsk struct {
	s     Signal
	name  string
	least int64
}

func (q factAsk) find(ctx context.Context, tx *db.Tx) ([]Find, error) {
	all, err := person.FactsSince(ctx, tx, person.FactQuery{Name: q.name, Least: q.least, Since: tx.Day().Add(-int(q.s.ExpireDays)), Limit: most})
	out := make([]Find, 0, len(all))
	for _, f := range all {
		arg := any(f.Amount())
		if q.s.Unit != Fen {
			arg = Disabled
		}
		out = append(out, Find{HouseholdID: f.HouseholdID, Ref: "fact/" + f.ID, On: f.FromOn, Args: []any{arg}})
	}
	return out, err
}

func bills(ctx context.Context, tx *db.Tx, s Signal) ([]Find, error) {
	return both(ctx, tx, Bill, factAsk{s, "rigid_medical", s.Threshold})
}

func debts(ctx context.Context, tx *db.Tx, s Signal) ([]Find, error) {
	return factAsk{s, "debts", s.Threshold}.find(ctx, tx)
}

func disabled(ctx context.Context, tx *db.Tx, s Signal) ([]Find, error) {
	return both(ctx, tx, Disabled, factAsk{s, "disability_kind", 0})
}

// graduates finds children who come to university: from the list, and from June to September who turn eighteen in the year
// and are still put down as at senior school.
func graduates(ctx context.Context, tx *db.Tx, s Signal) ([]Find, error) {
	out, err := records(ctx, tx, s, Enrolled)
	if m := tx.Day()[5:7]; err != nil || m < "06" || m > "09" {
		return out, err
	}
	all, err := person.Graduates(ctx, tx, tx.Day().Year()-18, most)
	for _, m := range all {
		out = append(out, Find{HouseholdID: m.HouseholdID, Ref: fmt.Sprintf("member/%s/%d", m.ID, tx.Day().Year()), On: tx.Day(), Args: []any{Enrolled}})
	}
	return out, err
}

// losses finds deaths in the family: from the list, and members whose time in the household ended so.
func losses(ctx context.Context, tx *db.Tx, s Signal) ([]Find, error) {
	out, err := records(ctx, tx, s, Death)
	if err != nil {
		return nil, err
	}
	all, err := person.Lost(ctx, tx, tx.Day().Add(-int(s.ExpireDays)), most)
	for _, m := range all {
		out = append(out, Find{HouseholdID: m.HouseholdID, Ref: "member/" + m.ID, On: m.Until, Args: []any{Death}})
	}
	return out, err
}

// watchMonths is how long a family that was refused or left the help is kept in sight (S03 care watch); it is looked at anew
// when three months have gone by.
const (
	watchMonths = 12
	watchFrom   = 3
)

// watched finds families that were refused help or left it three to twelve months ago.
func watched(ctx context.Context, tx *db.Tx, _ Signal) ([]Find, error) {
	from, to := tx.Day().AddMonths(-watchMonths), tx.Day().AddMonths(-watchFrom)
	var out []Find
	apps, err := intake.RefusedBetween(ctx, tx, from, to, most)
	if err != nil {
		return nil, err
	}
	for _, a := range apps {
		out = append(out, Find{PersonID: a.PersonID, Ref: "application/" + a.ID, On: a.EndedOn, Args: []any{a.State}})
	}
	files, err := casefile.ExitedBetween(ctx, tx, from, to, most)
	for _, f := range files {
		out = append(out, Find{HouseholdID: f.HouseholdID, Ref: "file/" + f.ID, On: f.EndedOn, Args: []any{f.State}})
	}
	return out, err
}
