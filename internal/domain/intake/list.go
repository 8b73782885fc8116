package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// Query narrows a list of applications. Empty fields narrow nothing. After is the id of the last one seen: the newest come
// first. Late takes those past their day. Mine takes those the actor has taken.
type Query struct {
	State     State
	Programme string
	Cause     Cause
	UnitID    string
	PersonIDs []string // from a search of names in package person
	Number    string
	Since     day.Day // handed in on or after
	Until     day.Day
	Emergency bool
	Late      bool
	Mine      bool
	After     string
	Limit     int
}

// mostListed is how many a page has when nothing is said.
const mostListed = 50

// List gives one page of the applications that a right reaches; drafts are never listed.
func List(ctx context.Context, tx *db.Tx, right string, q Query) ([]Application, error) {
	where, args, err := q.where(ctx, tx, right)
	if err != nil {
		return nil, err
	}
	if q.After != "" {
		args = append(args, q.After)
		where += fmt.Sprintf(" and id < $%d", len(args))
	}
	if q.Limit <= 0 || q.Limit > 500 {
		q.Limit = mostListed
	}
	args = append(args, q.Limit)
	// an index gives the page's ids; only those rows are read
	return db.All[Application](ctx, tx, `
		select `+columns+` from intake_application where union_id = $1 and id in (
			select id from intake_application where `+where+fmt.Sprintf(` order by id desc limit $%d)
		order by id desc`, len(args)), args...)
}

// Count is how many applications stand in a state.
type Count struct {
	State State
	N     int64
}

// MostCounted is where the count of a tab ends: whoever has more to do looks for them in another way, and a house of a million
// cases is not counted for each page.
const MostCounted = 1000

// Counts gives the tabs of the list: how many in each state, with the same narrowing but for the state itself. MostCounted means so
// many or more.
func Counts(ctx context.Context, tx *db.Tx, right string, q Query) (map[State]int64, error) {
	q.After = ""
	where, args, _, err := q.narrow(ctx, tx, right)
	if err != nil {
		return nil, err
	}
	var parts []string
	for _, s := range States() {
		if s != Draft {
			parts = append(parts, fmt.Sprintf(`select '%s' as state, count(*) as n from (
				select 1 as one from intake_application where %s and state = '%s' limit %d) x`, s, where, s, MostCounted))
		}
	}
	rows, err := db.All[Count](ctx, tx, strings.Join(parts, " union all "), args...)
	out := map[State]int64{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, err
}

// among says the state and keeps drafts out. A state stands in the statement itself: as an argument SQLite would hold it
// against the index of drafts and plan anew each time. Of some units every other state is named, so that each is looked up
// with its units; of the whole union nothing is to be looked up.
func (q Query) among(units bool) string {
	switch {
	case q.State == Draft || q.State != "" && !slices.Contains(States(), q.State):
		return "1 = 0"
	case q.State != "":
		return "state = '" + string(q.State) + "'"
	case units:
		return "state in ('submitted', 'returned', 'verifying', 'visiting', 'panel', 'recommended', 'decided', 'refused', 'withdrawn')"
	}
	return "state <> 'draft'"
}

func (q Query) where(ctx context.Context, tx *db.Tx, right string) (string, []any, error) {
	where, args, units, err := q.narrow(ctx, tx, right)
	return where + " and " + q.among(units), args, err
}

// narrow says all but the state; units reports whether it is of some units only.
func (q Query) narrow(ctx context.Context, tx *db.Tx, right string) (where string, args []any, units bool, err error) {
	args = []any{tx.Union}
	parts := []string{"union_id = $1"}
	add := func(cond string, v any) {
		args = append(args, v)
		parts = append(parts, fmt.Sprintf(cond, len(args)))
	}
	reach := auth.Scope(tx.Actor, right)
	cond, more := reach.Where("unit_path", "person_id", tx.Actor.Person, len(args)+1)
	parts, args = append(parts, cond), append(args, more...)
	within := ""
	if len(reach.Paths) == 1 && !reach.All && !reach.Own {
		within = reach.Paths[0]
	}
	if q.UnitID != "" {
		u, err := org.UnitOf(ctx, tx, q.UnitID)
		if err != nil {
			return "", nil, false, err
		}
		within = u.Path
		cond, more := db.Beneath("unit_path", len(args)+1, within)
		parts, args = append(parts, cond), append(args, more...)
	}
	leaf, err := org.Leaf(ctx, tx, within)
	if err != nil {
		return "", nil, false, err
	}
	if leaf {
		add("unit_path = $%d", within) // of one unit the index has them in their order
	}
	for _, one := range []struct{ cond, value string }{{"programme = $%d", q.Programme}, {"cause = $%d", string(q.Cause)},
		{"number = $%d", strings.ToUpper(strings.TrimSpace(q.Number))}, {"submitted_on >= $%d", string(q.Since)}, {"submitted_on <= $%d", string(q.Until)}} {
		if one.value != "" {
			add(one.cond, one.value)
		}
	}
	if q.Emergency {
		parts = append(parts, "emergency = 1")
	}
	if q.Late {
		add("due <> '' and due < $%d and state not in ('decided', 'refused', 'withdrawn')", tx.Day())
	}
	if q.Mine {
		add("officer_id = $%d", tx.Actor.User)
	}
	if len(q.PersonIDs) > 0 {
		var marks []string
		for _, id := range q.PersonIDs {
			args = append(args, id)
			marks = append(marks, fmt.Sprintf("$%d", len(args)))
		}
		parts = append(parts, "person_id in ("+strings.Join(marks, ", ")+")")
	}
	return strings.Join(parts, " and "), args, within != "" || !reach.All, nil
}

// RefusedBetween gives the applications refused from one day up to another, both within, oldest first.
func RefusedBetween(ctx context.Context, tx *db.Tx, from, to day.Day, limit int) ([]Application, error) {
	return db.All[Application](ctx, tx, `
		select `+columns+` from intake_application where union_id = $1 and state = 'refused' and ended_on >= $2 and ended_on <= $3 order by ended_on, id limit $4`,
		tx.Union, from, to, limit)
}
