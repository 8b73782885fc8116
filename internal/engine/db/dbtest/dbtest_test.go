package dbtest_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
)

// columns are "table.column" of every table, as an engine tells them.
func columns(t *testing.T, d *db.DB, query string) []string {
	t.Helper()
	var out []string
	err := d.View(context.Background(), db.System("u1"), func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = db.All[string](ctx, tx, query)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// The migrations end in the same tables and columns, of the same kind and equally required, on both engines.
func TestMigrationsEndAlike(t *testing.T) {
	lite := columns(t, dbtest.Open(t), `
		select m.name || '.' || c.name || ' ' || lower(c.type) || case when c."notnull" = 1 or c.pk > 0 then ' needed' else '' end
		from sqlite_master m join pragma_table_info(m.name) c
		where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like 'goose_%'`)
	full := columns(t, dbtest.Postgres(t, dbtest.NewClock()), `
		select table_name || '.' || column_name || ' ' ||
			case data_type when 'bigint' then 'integer' when 'bytea' then 'blob' else data_type end ||
			case is_nullable when 'NO' then ' needed' else '' end
		from information_schema.columns where table_schema = 'public' and table_name not like 'goose_%'`)
	if len(lite) == 0 {
		t.Fatal("no tables")
	}
	for _, c := range lite {
		if !slices.Contains(full, c) {
			t.Errorf("only on SQLite: %s", c)
		}
	}
	for _, c := range full {
		if !slices.Contains(lite, c) {
			t.Errorf("only on PostgreSQL: %s", c)
		}
	}
}

// Each gives every test an empty database of its own, at the clock's start.
func TestEachIsEmpty(t *testing.T) {
	days := map[string]string{}
	for range 2 {
		dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
			err := d.Update(context.Background(), db.System("u1"), func(ctx context.Context, tx *db.Tx) error {
				n, err := tx.Number(ctx, "T")
				if err == nil && n != "T-2026-000001" {
					t.Errorf("the first number is %s", n)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			c.SetDay(t, "2027-01-04")
			days[t.Name()] = string(d.Today())
		})
	}
	for _, day := range slices.Collect(maps.Values(days)) {
		if day != "2027-01-04" {
			t.Errorf("the day is %s", day)
		}
	}
}
