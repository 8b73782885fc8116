package db

import (
	"context"
	"fmt"
	"strings"
)

// tellPlanner gives SQLite's planner one fixed picture of the tables: large ones, nearly all of whose rows are of one union.
// Without it SQLite takes ten rows for what "union_id = …" leaves, walks a whole union by its primary key to save a sort,
// and each query costs as much as the roster is long. Fixed figures rather than measured ones, so that a plan is the same
// on an empty house, in a test and with a million cases.
func (d *DB) tellPlanner(ctx context.Context) (err error) {
	if d.pg {
		return nil
	}
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback() // what went wrong is said already
		}
	}()
	if _, err = tx.ExecContext(ctx, `analyze goose_db_version`); err != nil { // makes the planner's table; that one is tiny
		return err
	}
	rows, err := tx.QueryContext(ctx, `
		select m.name, l.name, l."unique", group_concat(coalesce(i.name, '')) from sqlite_schema m
		join pragma_index_list(m.name) l join pragma_index_info(l.name) i
		where m.type = 'table' and m.name not like 'sqlite_%' group by m.name, l.name, l."unique" order by m.name, l.name`)
	if err != nil {
		return err
	}
	var all []indexed
	for rows.Next() {
		var x indexed
		if err = rows.Scan(&x.table, &x.index, &x.unique, &x.columns); err != nil {
			return err
		}
		all = append(all, x)
	}
	if err = rows.Err(); err != nil {
		return err
	}
	if _, err = tx.ExecContext(ctx, `delete from sqlite_stat1`); err != nil {
		return err
	}
	for _, x := range all {
		if _, err = tx.ExecContext(ctx, `insert into sqlite_stat1 (tbl, idx, stat) values ($1, $2, $3)`, x.table, x.index, x.picture()); err != nil {
			return err
		}
	}
	if _, err = tx.ExecContext(ctx, `analyze sqlite_schema`); err != nil { // reads the figures anew
		return err
	}
	return tx.Commit()
}

// indexed is one index: its columns, by comma, in order.
type indexed struct {
	table, index, columns string
	unique                bool
}

// picture gives how many rows the table has and how many are left after each column of the index is fixed.
func (x indexed) picture() string {
	const rows, ofUnion = 1_000_000, 500_000
	left := []int{20, 10, 8, 6, 5, 4, 3, 2}
	var b strings.Builder
	fmt.Fprint(&b, rows)
	columns := strings.Split(x.columns, ",")
	k := 0
	for i, c := range columns {
		n := left[min(k, len(left)-1)]
		switch {
		case x.unique && i == len(columns)-1:
			n = 1
		case i == 0 && c == "union_id":
			n = ofUnion
		default:
			k++
		}
		fmt.Fprintf(&b, " %d", n)
	}
	return b.String()
}
