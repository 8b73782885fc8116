package db

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Table is one table as it is copied from house to house: its name and its columns in their order.
type Table struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
}

// Picture runs f on one unchanging picture of the whole house; in gives its reading as one union sees it. It is for those
// who copy or check the house: no page and no act reads across unions. Writers go on beside it.
func (d *DB) Picture(ctx context.Context, f func(ctx context.Context, in func(union string) *Tx) error) error {
	return d.View(ctx, System("none"), func(ctx context.Context, tx *Tx) error {
		return f(ctx, func(union string) *Tx {
			return &Tx{Actor: System(union), Union: union, Now: tx.Now, ring: tx.ring, conn: tx.conn, pg: tx.pg, watch: tx.watch, documents: tx.documents}
		})
	})
}

// Tables lists the house's tables, each after those its foreign keys lead to: put back in this order, every row finds
// what it leans on.
func Tables(ctx context.Context, tx *Tx) ([]Table, error) {
	type cell struct{ T, C string }
	columns := `select m.name as t, c.name as c from sqlite_master m join pragma_table_info(m.name) c
		where m.type = 'table' and m.name not like 'sqlite\_%' escape '\' and m.name not like 'goose\_%' escape '\' order by m.name, c.cid`
	leans := `select m.name as t, f."table" as c from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table' order by 1, 2`
	if tx.pg {
		columns = `select table_name::text as t, column_name::text as c from information_schema.columns
			where table_schema = current_schema() and table_name not like 'goose\_%' order by table_name::text collate "C", ordinal_position`
		leans = `select distinct conrelid::regclass::text as t, confrelid::regclass::text as c from pg_constraint
			where contype = 'f' and connamespace = current_schema()::regnamespace order by 1, 2`
	}
	cells, err := All[cell](ctx, tx, columns)
	if err != nil {
		return nil, err
	}
	var all []Table
	for _, c := range cells {
		if n := len(all); n == 0 || all[n-1].Name != c.T {
			all = append(all, Table{Name: c.T})
		}
		last := &all[len(all)-1]
		last.Columns = append(last.Columns, c.C)
	}
	edges, err := All[cell](ctx, tx, leans)
	if err != nil {
		return nil, err
	}
	on := map[string][]string{}
	for _, e := range edges {
		if e.C != e.T {
			on[e.T] = append(on[e.T], e.C)
		}
	}
	return ordered(all, on)
}

// ordered puts each table after those it leans on.
func ordered(all []Table, on map[string][]string) ([]Table, error) {
	var out []Table
	placed := map[string]bool{}
	for len(out) < len(all) {
		before := len(out)
		for _, t := range all {
			free := !slices.ContainsFunc(on[t.Name], func(name string) bool { return !placed[name] })
			if !placed[t.Name] && free {
				placed[t.Name], out = true, append(out, t)
			}
		}
		if len(out) == before {
			return nil, errors.New("the foreign keys of the tables go round in a ring")
		}
	}
	return out, nil
}

// Rows gives f every row of a table, in no order: text as string, numbers as int64, bytes as []byte, null as nil. The
// slice is used again for the next row.
func Rows(ctx context.Context, tx *Tx, t Table, f func(row []any) error) (err error) {
	rows, err := tx.conn.QueryContext(ctx, "select "+strings.Join(t.Columns, ", ")+" from "+t.Name)
	if err != nil {
		return fmt.Errorf("read %s: %w", t.Name, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	row := make([]any, len(t.Columns))
	into := make([]any, len(row))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("read %s: %w", t.Name, err)
		}
		if err := f(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Put writes rows of one table.
type Put func(ctx context.Context, t Table, rows [][]any) error

// Fill puts rows back into an empty house in one transaction of its own, all or none, for as long as it takes. Nothing
// else may use the house meanwhile. Error: when a table has rows already, ErrFilled.
func (d *DB) Fill(ctx context.Context, f func(ctx context.Context, put Put) error) (err error) {
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	in := d.tx(tx, System("none"))
	all, err := Tables(ctx, in)
	if err != nil {
		return err
	}
	for _, t := range all {
		n, err := Value[int64](ctx, in, "select 1 from "+t.Name+" limit 1")
		if err != nil {
			return err
		}
		if n > 0 {
			return ErrFilled
		}
	}
	if err := f(ctx, func(ctx context.Context, t Table, rows [][]any) error { return put(ctx, in, t, rows) }); err != nil {
		return err
	}
	return tx.Commit()
}

// ErrFilled says that a house to be filled holds rows already.
var ErrFilled = errors.New("the database is not empty")

func put(ctx context.Context, tx *Tx, t Table, rows [][]any) error {
	for len(rows) > 0 {
		n := min(len(rows), max(1, mostArgs/len(t.Columns)))
		var q strings.Builder
		q.WriteString("insert into " + t.Name + " (" + strings.Join(t.Columns, ", ") + ") values ")
		args := make([]any, 0, n*len(t.Columns))
		for i, r := range rows[:n] {
			for j, v := range r {
				args = append(args, v)
				q.WriteString(lead(i, j))
				if tx.pg {
					fmt.Fprintf(&q, "$%d", len(args))
				} else {
					q.WriteByte('?')
				}
			}
			q.WriteByte(')')
		}
		if _, err := tx.conn.ExecContext(ctx, q.String(), args...); err != nil {
			return fmt.Errorf("fill %s: %w", t.Name, err)
		}
		rows = rows[n:]
	}
	return nil
}

// SchemaNumber is the number of the schema that the tables have, 0 before the first migration.
func (d *DB) SchemaNumber(ctx context.Context) (int64, error) {
	p, err := d.migrations()
	if err != nil {
		return 0, err
	}
	return p.GetDBVersion(ctx)
}

// MigrateTo brings the tables up to a number of the schema and no further, for rows of an older house. Forward only.
func (d *DB) MigrateTo(ctx context.Context, number int64) error {
	p, err := d.migrations()
	if err != nil {
		return err
	}
	if _, err = p.UpTo(ctx, number); err != nil {
		return fmt.Errorf("migrate to %d: %w", number, err)
	}
	return nil
}
