package db_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
)

// A statement that is kept answers as a new one does: asked again while its rows are read, after it failed, after an act
// was rolled back, and after the tables changed under it.
func TestPreparedStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, who := context.Background(), db.System("u1")
		const list = `select last from db_number where union_id = $1 and last > $2 order by last`
		all := func(ctx context.Context, tx *db.Tx, above int64) []int64 {
			t.Helper()
			got, err := db.All[int64](ctx, tx, list, tx.Union, above)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		put := func(series string, last int64) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				return db.Insert(ctx, tx, "db_number", row{"u1", series, 2030, last})
			}
		}
		for i := range int64(5) {
			if err := d.Update(ctx, who, put(fmt.Sprint(i), i+1)); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Update(ctx, who, put("0", 9)); !db.Taken(err) {
			t.Fatalf("a second row of one key: %v", err)
		}
		boom := errors.New("boom")
		err := d.Update(ctx, who, func(ctx context.Context, tx *db.Tx) error {
			if err := put("gone", 90)(ctx, tx); err != nil {
				return err
			}
			if n := len(all(ctx, tx, 0)); n != 6 {
				t.Errorf("%d rows within the act, want 6", n)
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		if err := d.Update(ctx, who, put("5", 6)); err != nil {
			t.Fatalf("the statement that failed, once more: %v", err)
		}
		if !d.Postgres() { // one connection of PostgreSQL reads one list at a time
			nested(t, d, list)
		}
		err = d.Update(ctx, who, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `alter table db_number add column note text not null default 'new'`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.View(ctx, who, func(ctx context.Context, tx *db.Tx) error {
			if got := all(ctx, tx, 3); fmt.Sprint(got) != "[4 5 6]" {
				t.Errorf("after the tables changed: %v", got)
			}
			note, err := db.Value[string](ctx, tx, `select note from db_number where union_id = $1 and series = '5'`, tx.Union)
			if err == nil && note != "new" {
				t.Errorf("the new column gives %q", note)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// nested asks the same text while its own rows are being read.
func nested(t *testing.T, d *db.DB, list string) {
	err := d.View(context.Background(), db.System("u1"), func(ctx context.Context, tx *db.Tx) error {
		pairs := 0
		err := db.Each(ctx, tx, func(a int64) error {
			return db.Each(ctx, tx, func(b int64) error {
				if b <= a {
					return fmt.Errorf("%d within %d", b, a)
				}
				pairs++
				return nil
			}, list, tx.Union, a)
		}, list, tx.Union, 0)
		if err == nil && pairs != 15 {
			err = fmt.Errorf("%d pairs of 6 rows, want 15", pairs)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// However many statements are asked, a connection keeps a bounded number, and the one that had to go still answers.
func TestPreparedStatementsAreBounded(t *testing.T) {
	d := dbtest.Open(t)
	err := d.View(context.Background(), db.System("u1"), func(ctx context.Context, tx *db.Tx) error {
		for round := range 2 {
			for i := range 500 {
				n, err := db.Value[int64](ctx, tx, fmt.Sprintf(`select %d + %d + $1`, i, round), 1)
				if err != nil {
					return err
				}
				if n != int64(i+round+1) {
					return fmt.Errorf("statement %d gives %d", i, n)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
