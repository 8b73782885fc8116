package db

import (
	"context"
	"fmt"
	"reflect"
	"strings"
)

// mostArgs keeps a statement well below the number of parameters either engine takes.
const mostArgs = 10_000

// InsertAll writes many rows of one struct type with as few statements as the engines allow; the columns are the
// struct's fields, as Insert writes them.
func InsertAll[T any](ctx context.Context, tx *Tx, table string, rows []T) error {
	return insertAll(ctx, tx, rows, [2]string{"insert into " + table, ""})
}

// InsertNew is InsertAll that leaves out the rows whose key is there already.
func InsertNew[T any](ctx context.Context, tx *Tx, table string, rows []T) error {
	return insertAll(ctx, tx, rows, [2]string{"insert into " + table, " on conflict do nothing"})
}

// insertAll writes rows between the two ends of a statement.
func insertAll[T any](ctx context.Context, tx *Tx, rows []T, ends [2]string) error {
	cols := columns(reflect.TypeFor[T]())
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = c.name
	}
	step := max(1, min(mostArgs/len(cols), 1000))
	for len(rows) > 0 {
		n := min(step, len(rows))
		var q strings.Builder
		q.WriteString(ends[0] + " (" + strings.Join(names, ", ") + ") values ")
		args := make([]any, 0, n*len(cols))
		for i, r := range rows[:n] {
			v := reflect.ValueOf(r)
			for j, c := range cols {
				args = append(args, v.FieldByIndex(c.index).Interface())
				q.WriteString(lead(i, j))
				if tx.pg {
					fmt.Fprintf(&q, "$%d", len(args))
				} else {
					q.WriteByte('?') // SQLite takes $1 for a name and looks each one up among all before it
				}
			}
			q.WriteByte(')')
		}
		if _, err := tx.Exec(ctx, q.String()+ends[1], args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// lead is what stands before a value: an opening bracket, and commas between values and between rows.
func lead(row, col int) string {
	switch {
	case col > 0:
		return ", "
	case row > 0:
		return ", ("
	}
	return "("
}
