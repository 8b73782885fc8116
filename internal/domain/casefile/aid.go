package casefile

import (
	"context"
	"fmt"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
)

// Aid is one help a household had. Amount is fen (the worth of goods and services, 0 where none is known). Subject is the
// member it was for, "" for the household. Ref makes it count once; TakenBack is the day it was recovered, "" for never.
type Aid struct {
	UnionID, Ref, HouseholdID, PersonID, Subject, Programme, Item string
	Amount                                                        money.Amount
	On                                                            day.Day `db:"on_day"`
	EventDay                                                      day.Day // of the event it was for; "" where none was written down
	Source                                                        Source
	Note                                                          string
	TakenBack                                                     day.Day
	At                                                            int64
}

const aidColumns = `union_id, ref, household_id, person_id, subject, programme, item, amount, on_day, event_day, source, note, taken_back, at`

// AddAid writes one help into the books of the household. The same Ref again changes nothing. Faults: "casefile.aid_shape"
// (no ref, no household, no day, a day to come), "casefile.aid_other" (Conflict) when the Ref stands with another amount.
func AddAid(ctx context.Context, tx *db.Tx, a Aid) error {
	_, err := addAid(ctx, tx, a)
	return err
}

func addAid(ctx context.Context, tx *db.Tx, a Aid) (fresh bool, err error) {
	if a.Ref == "" || a.HouseholdID == "" || !a.On.Valid() || a.On > tx.Day() || a.Amount < 0 || a.Item == "" {
		return false, fault.New(fault.Invalid, "casefile.aid_shape")
	}
	a.UnionID, a.At, a.TakenBack = tx.Union, tx.Ms(), ""
	n, err := tx.Exec(ctx, `
		insert into casefile_aid (`+aidColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', $13)
		on conflict (union_id, ref) do nothing`,
		a.UnionID, a.Ref, a.HouseholdID, a.PersonID, a.Subject, a.Programme, a.Item, a.Amount, a.On, a.EventDay, a.Source, a.Note, a.At)
	if err != nil || n == 1 {
		return n == 1, err
	}
	old, err := db.One[Aid](ctx, tx, `select `+aidColumns+` from casefile_aid where union_id = $1 and ref = $2`, tx.Union, a.Ref)
	if err == nil && (old.Amount != a.Amount || old.HouseholdID != a.HouseholdID && old.PersonID != a.PersonID) {
		err = fault.New(fault.Conflict, "casefile.aid_other", a.Ref)
	}
	return false, err
}

// TakeBackAid notes that a help was recovered today: from now on it does not count. Again changes nothing. Fault: Missing.
func TakeBackAid(ctx context.Context, tx *db.Tx, ref string) error {
	return tx.Must(ctx, "fault.missing", `
		update casefile_aid set taken_back = case when taken_back = '' then $3 else taken_back end
		where union_id = $1 and ref = $2`, tx.Union, ref, tx.Day())
}

// AidOf gives what counts as help of a household from a day to a day, both included ("" for no bound), oldest first:
// whatever its source, what was recovered left out, and what its workers had before they lived together.
func AidOf(ctx context.Context, tx *db.Tx, householdID string, from, to day.Day) ([]Aid, error) {
	return aid(ctx, tx, householdID, span{from, to, `and taken_back = ''`})
}

// AidBook is AidOf with what was recovered, for the page of a file.
func AidBook(ctx context.Context, tx *db.Tx, householdID string, to day.Day) ([]Aid, error) {
	return aid(ctx, tx, householdID, span{"", to, ""})
}

type span struct {
	from, to day.Day
	also     string // one more condition, a constant of ours
}

func aid(ctx context.Context, tx *db.Tx, householdID string, s span) ([]Aid, error) {
	if s.to == "" {
		s.to = "9999-12-31"
	}
	args := []any{tx.Union, householdID, s.from, s.to}
	var marks []string
	all, err := person.WorkersOf(ctx, tx, householdID)
	if err != nil {
		return nil, err
	}
	for _, w := range all {
		args = append(args, w.ID)
		marks = append(marks, fmt.Sprintf("person_id = $%d", len(args)))
	}
	return db.All[Aid](ctx, tx, `
		select `+aidColumns+` from casefile_aid where union_id = $1 and on_day >= $3 and on_day <= $4
		and (`+strings.Join(append([]string{"household_id = $2"}, marks...), " or ")+`) `+s.also+` order by on_day, at, ref`, args...)
}

// SpentOn adds up what the whole union gave under some items from a day to a day, for a pool's use (fen).
func SpentOn(ctx context.Context, tx *db.Tx, items []string, from, to day.Day) (money.Amount, error) {
	total := money.Amount(0)
	for _, item := range items {
		n, err := db.Value[int64](ctx, tx, `
			select cast(sum(amount) as bigint) from casefile_aid
			where union_id = $1 and item = $2 and on_day >= $3 and on_day <= $4 and taken_back = ''`, tx.Union, item, from, to)
		if err != nil {
			return 0, err
		}
		if total, err = total.Add(money.Amount(n)); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// Total adds up aid.
func Total(all []Aid) (money.Amount, error) {
	parts := make([]money.Amount, len(all))
	for i, a := range all {
		parts[i] = a.Amount
	}
	return money.Sum(parts...)
}
