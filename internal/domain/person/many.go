package person

import (
	"context"
	"fmt"
	"strings"

	"bangfu/internal/engine/db"
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
