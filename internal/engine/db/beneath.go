package db

import (
	"context"
	"errors"
	"fmt"
)

// Beneath gives the condition that a column of paths ("/u1/b2/") lies at a path or beneath it, as a range that an index
// answers, with its two arguments; n is the number of the first of them. Nothing lies beneath the empty path. Both engines
// compare paths byte by byte: SQLite always, PostgreSQL since Migrate has set its columns so.
func Beneath(column string, n int, path string) (string, []any) {
	if path == "" {
		return "1 = 0", nil
	}
	last := len(path) - 1
	return fmt.Sprintf("%s >= $%d and %s < $%d", column, n, column, n+1), []any{path, path[:last] + string(rune(path[last]+1))}
}

// pathsByByte makes PostgreSQL compare the columns of paths byte by byte, whatever the language its database was made in:
// there a language's order may pass over "/". Rows stay as they are; only indexes are built anew.
func (d *DB) pathsByByte(ctx context.Context) (err error) {
	if !d.pg {
		return nil
	}
	const other = `select quote_ident(c.relname), quote_ident(a.attname) from pg_attribute a join pg_class c on c.oid = a.attrelid
		where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and a.attname in ('unit_path', 'path') and not a.attisdropped
		and a.atttypid = 'text'::regtype and a.attcollation <> 'pg_catalog."C"'::regcollation order by 1, 2`
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback() // what went wrong is said already
		}
	}()
	var due bool
	if err = tx.QueryRowContext(ctx, "select exists ("+other+")").Scan(&due); err != nil || !due {
		return errors.Join(err, tx.Rollback())
	}
	const ours = 7420110913 // one process does it, the others wait
	if _, err = tx.ExecContext(ctx, `select pg_advisory_xact_lock($1)`, ours); err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, other)
	if err != nil {
		return err
	}
	var all []string
	for rows.Next() {
		var table, column string
		if err = rows.Scan(&table, &column); err != nil {
			return err
		}
		all = append(all, fmt.Sprintf(`alter table %s alter column %s type text collate "C"`, table, column))
	}
	if err = rows.Err(); err != nil {
		return err
	}
	for _, change := range all {
		if _, err = tx.ExecContext(ctx, change); err != nil {
			return err
		}
	}
	return tx.Commit()
}
