package person

import (
	"context"
	"fmt"
	"strings"

	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
)

// Many gives the workers of some ids at once, masked, for a page of a list; ids of nobody are left out. It checks no
// right: the list they come from has. Give it a page of them, at most a few hundred.
func Many(ctx context.Context, tx *db.Tx, ids []string) (map[string]Worker, error) {
	out := make(map[string]Worker, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	args := []any{tx.Union}
	var marks []string
	for _, id := range ids {
		args = append(args, id)
		marks = append(marks, fmt.Sprintf("$%d", len(args)))
	}
	rows, err := db.All[worker](ctx, tx, `select `+workerColumns+` from person_worker where union_id = $1 and id in (`+
		strings.Join(marks, ", ")+`)`, args...)
	for _, w := range rows {
		out[w.ID] = w.Worker
	}
	return out, err
}

// After gives workers of every status in the order of their ids, those that come after one, limit at most: for what goes
// through the whole roster in chunks. It checks no right.
func After(ctx context.Context, tx *db.Tx, id string, limit int) ([]Worker, error) {
	return views(db.All[worker](ctx, tx, `select `+workerColumns+` from person_worker where union_id = $1 and id > $2 order by id limit $3`, tx.Union, id, limit))
}

// Paths gives the place of every worker by id, for figures over all of them.
func Paths(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	type row struct{ ID, UnitPath string }
	all, err := db.All[row](ctx, tx, `select id, unit_path from person_worker where union_id = $1`, tx.Union)
	out := make(map[string]string, len(all))
	for _, r := range all {
		out[r.ID] = r.UnitPath
	}
	return out, err
}

// Told lists the workers in service of whose family something is written down beside the roster, one of each household in
// the order of their ids, those a right reaches, limit at most: the families a standard can say something of.
func Told(ctx context.Context, tx *db.Tx, right string, limit int) ([]Worker, error) {
	span, args := auth.Scope(tx.Actor, right).Where("w.unit_path", "", "", 3)
	return views(db.All[worker](ctx, tx, `select `+workerColumns+` from person_worker w
		where w.union_id = $1 and w.status = 'active' and w.household_id in (
				select f.household_id from person_fact f where f.union_id = $1 and f.subject_kind <> 'worker' and f.source <> 'roster')
			and not exists (select 1 from person_worker o where o.union_id = w.union_id and o.household_id = w.household_id and o.status = 'active' and o.id < w.id)
			and `+span+` order by w.id limit $2`, append([]any{tx.Union, limit}, args...)...))
}
