package casefile

import (
	"context"
	"fmt"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
)

// Query asks for a page of the files the right reaches, newest first. Empty fields ask nothing. Text is a file number, or
// what the roster is searched by. After is the id of the last file of the page before; Limit 0 is 50.
type Query struct {
	State     State
	Text      string
	Class     string
	Cause     Cause
	Degree    Degree
	Keeper    string
	UnitPath  string
	DueBefore day.Day // the yearly review is due on or before
	After     string
	Limit     int
}

// List gives a page of files.
func List(ctx context.Context, tx *db.Tx, right string, q Query) ([]File, error) {
	where, args, err := q.where(ctx, tx, right)
	if err != nil {
		return nil, err
	}
	if q.Limit <= 0 || q.Limit > 500 {
		q.Limit = 50
	}
	args = append(args, q.After, q.Limit)
	return db.All[File](ctx, tx, fmt.Sprintf(`
		select `+fileColumns+` from casefile_file f where %s and ($%d = '' or f.id < $%d) order by f.id desc limit $%d`,
		where, len(args)-1, len(args)-1, len(args)), args...)
}

// Counted is how many files stand in a state.
type Counted struct {
	State State
	N     int64
}

// Counts gives how many files of a query stand in each state, for the tabs; the query's own state is left out.
func Counts(ctx context.Context, tx *db.Tx, right string, q Query) (map[State]int64, error) {
	q.State = ""
	where, args, err := q.where(ctx, tx, right)
	if err != nil {
		return nil, err
	}
	rows, err := db.All[Counted](ctx, tx, `select f.state, count(*) as n from casefile_file f where `+where+` group by f.state`, args...)
	out := map[State]int64{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, err
}

// where builds the conditions from constants of ours and numbered arguments.
func (q Query) where(ctx context.Context, tx *db.Tx, right string) (string, []any, error) {
	args := []any{tx.Union}
	conds := []string{"f.union_id = $1"}
	add := func(cond string, arg any) {
		args = append(args, arg)
		conds = append(conds, fmt.Sprintf(cond, len(args)))
	}
	for _, c := range []struct{ column, value string }{
		{"f.state", string(q.State)}, {"f.class", q.Class}, {"f.cause", string(q.Cause)}, {"f.degree", string(q.Degree)}, {"f.keeper", q.Keeper}} {
		if c.value != "" {
			add(c.column+" = $%d", c.value)
		}
	}
	if q.UnitPath != "" {
		beneath, more := db.Beneath("f.unit_path", len(args)+1, q.UnitPath)
		conds, args = append(conds, beneath), append(args, more...)
	}
	if q.DueBefore != "" {
		add("f.review_due <> '' and f.review_due <= $%d", q.DueBefore)
	}
	if text := strings.TrimSpace(q.Text); strings.HasPrefix(strings.ToUpper(text), "DA-") {
		add("f.number = $%d", strings.ToUpper(text))
	} else if text != "" {
		found, err := person.List(ctx, tx, right, person.Query{Text: text, Limit: 200})
		if err != nil {
			return "", nil, err
		}
		marks := []string{"1 = 0"}
		for _, w := range found {
			args = append(args, w.HouseholdID)
			marks = append(marks, fmt.Sprintf("f.household_id = $%d", len(args)))
		}
		conds = append(conds, "("+strings.Join(marks, " or ")+")")
	}
	reach, more := auth.Scope(tx.Actor, right).Where("f.unit_path", "f.person_id", tx.Actor.Person, len(args)+1)
	return strings.Join(append(conds, reach), " and "), append(args, more...), nil
}

// OpenAfter gives the open files after one id, in order, for jobs that walk them all.
func OpenAfter(ctx context.Context, tx *db.Tx, after string, limit int) ([]File, error) {
	return db.All[File](ctx, tx, `
		select `+fileColumns+` from casefile_file where union_id = $1 and state = 'open' and id > $2 order by id limit $3`, tx.Union, after, limit)
}

// ExitedBetween gives the files that ended because the family was out of hardship from one day up to another, both within.
func ExitedBetween(ctx context.Context, tx *db.Tx, from, to day.Day, limit int) ([]File, error) {
	return db.All[File](ctx, tx, `
		select `+fileColumns+` from casefile_file where union_id = $1 and state = 'exited' and ended_on >= $2 and ended_on <= $3 order by ended_on, id limit $4`,
		tx.Union, from, to, limit)
}
