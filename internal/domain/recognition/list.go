package recognition

import (
	"context"
	"fmt"

	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
)

// Query asks for a page of the proposals the right reaches, newest first. Empty fields ask nothing. After is the id of the
// last one of the page before; Limit 0 is 50.
type Query struct {
	State State
	Class Class
	After string
	Limit int
}

// stands is Case.Stands for the database.
const stands = `case when c.state = 'proposed' and c.decided_at > 0 then 'public' else c.state end`

// List gives a page of proposals.
func List(ctx context.Context, tx *db.Tx, right string, q Query) ([]Case, error) {
	if q.Limit <= 0 || q.Limit > 500 {
		q.Limit = 50
	}
	args := []any{tx.Union, q.State, q.Class, q.After, q.Limit}
	reach, more := auth.Scope(tx.Actor, right).Where("c.unit_path", "c.person_id", tx.Actor.Person, len(args)+1)
	return db.All[Case](ctx, tx, fmt.Sprintf(`
		select `+columns+` from recognition_case c
		where c.union_id = $1 and ($2 = '' or `+stands+` = $2) and ($3 = '' or c.class = $3) and ($4 = '' or c.id < $4) and %s
		order by c.id desc limit $5`, reach), append(args, more...)...)
}

// Counted is how many proposals stand in a state.
type Counted struct {
	State State
	N     int64
}

// Counts gives how many proposals stand in each state, for the tabs.
func Counts(ctx context.Context, tx *db.Tx, right string) (map[State]int64, error) {
	reach, more := auth.Scope(tx.Actor, right).Where("c.unit_path", "c.person_id", tx.Actor.Person, 2)
	rows, err := db.All[Counted](ctx, tx, `select `+stands+` as state, count(*) as n from recognition_case c where c.union_id = $1 and `+reach+` group by `+stands,
		append([]any{tx.Union}, more...)...)
	out := map[State]int64{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, err
}
