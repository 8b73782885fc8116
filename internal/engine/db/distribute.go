package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Reference reads which tables of a schema stand whole on every node of a distributed PostgreSQL, from distribution.txt.
// All others are distributed by union_id.
func Reference(schema fs.FS) (map[string]bool, error) {
	text, err := fs.ReadFile(schema, "distribution.txt")
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || strings.HasPrefix(line, "#"):
		case len(words) > 2 && words[0] == "reference":
			out[words[1]] = true
		default:
			return nil, fmt.Errorf("distribution.txt: %q", strings.TrimSpace(line))
		}
	}
	return out, nil
}

// Distribution gives the statements that lay the house's tables out on a distributed PostgreSQL (Citus): reference tables
// first, then each table after those its foreign keys lead to. A table that is laid out already is left alone, so they
// may be issued again after an upgrade.
func (d *DB) Distribution(ctx context.Context) ([]string, error) {
	shared, err := Reference(d.cfg.Schema)
	if err != nil {
		return nil, err
	}
	var all []Table
	if err := d.View(ctx, System("none"), func(ctx context.Context, tx *Tx) (err error) {
		all, err = Tables(ctx, tx)
		return err
	}); err != nil {
		return nil, err
	}
	const once = " where not exists (select 1 from pg_dist_partition where logicalrelid = '%[1]s'::regclass)"
	first, then := []string{"create extension if not exists citus"}, []string{}
	for _, t := range all {
		if shared[t.Name] {
			first = append(first, fmt.Sprintf("select create_reference_table('%[1]s')"+once, t.Name))
		} else {
			then = append(then, fmt.Sprintf("select create_distributed_table('%[1]s', 'union_id')"+once, t.Name))
		}
	}
	return append(first, then...), nil
}

// Distribute issues those statements. Error: on SQLite, and where the server has no Citus.
func (d *DB) Distribute(ctx context.Context) error {
	if !d.pg {
		return errors.New("only PostgreSQL with the Citus extension can be distributed")
	}
	all, err := d.Distribution(ctx)
	if err != nil {
		return err
	}
	for _, q := range all {
		if _, err := d.write.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", brief(q), err)
		}
	}
	return nil
}
