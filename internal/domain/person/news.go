package person

import (
	"context"
	"fmt"

	"bangfu/internal/base/day"
	"bangfu/internal/engine/db"
)

// FactQuery asks for facts of one name, of a number or more (fen for money), that hold from a day on.
type FactQuery struct {
	Name  string
	Least int64
	Since day.Day
	Limit int
}

// FactsSince gives the facts of open households that a query asks for, oldest first. Sealed texts stay sealed.
func FactsSince(ctx context.Context, tx *db.Tx, q FactQuery) ([]Fact, error) {
	rows, err := db.All[factRow](ctx, tx, `
		select `+factColumns+` from person_fact f
		where f.union_id = $1 and f.name = $2 and f.num >= $3 and f.from_on >= $4 and f.known = 1 and exists (
			select 1 from person_household h where h.union_id = f.union_id and h.id = f.household_id and h.until = '')
		order by f.from_on, f.id limit $5`, tx.Union, q.Name, q.Least, q.Since, q.Limit)
	out := make([]Fact, len(rows))
	for i, r := range rows {
		out[i] = r.Fact
	}
	return out, err
}

// Lost gives the members whose time in a household ended by death since a day.
func Lost(ctx context.Context, tx *db.Tx, since day.Day, limit int) ([]Member, error) {
	return plainMembers(db.All[memberRow](ctx, tx, `
		select `+memberColumns+` from person_member where union_id = $1 and end_reason = 'deceased' and until >= $2 order by until, id limit $3`,
		tx.Union, since, limit))
}

// Graduates gives the children born in a year who are put down as at senior school.
func Graduates(ctx context.Context, tx *db.Tx, born, limit int) ([]Member, error) {
	year := day.Day(fmt.Sprintf("%04d-01-01", born))
	return plainMembers(db.All[memberRow](ctx, tx, `
		select `+memberColumns+` from person_member
		where union_id = $1 and relation = 'child' and schooling = 'senior' and until = '' and birth >= $2 and birth < $3 order by id limit $4`,
		tx.Union, year, year.AddMonths(12), limit))
}

func plainMembers(rows []memberRow, err error) ([]Member, error) {
	out := make([]Member, len(rows))
	for i, r := range rows {
		out[i] = r.Member
	}
	return out, err
}
