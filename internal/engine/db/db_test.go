package db_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
)

func bump(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Number(ctx, "T")
	return err
}

// Acts that run at once are each whole: numbers have no gap and no double, and a failing or panicking act takes no other with it.
func TestActsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, who := context.Background(), db.System("u1")
		var wg sync.WaitGroup
		var mu sync.Mutex
		seen := map[string]bool{}
		boom := errors.New("boom")
		for i := range 60 {
			wg.Go(func() {
				var got string
				err := d.Update(ctx, who, func(ctx context.Context, tx *db.Tx) (err error) {
					if got, err = tx.Number(ctx, "BF"); err != nil {
						return err
					}
					switch i % 5 {
					case 1:
						return boom
					case 2:
						panic("in an act")
					}
					return nil
				})
				if (i%5 == 1 || i%5 == 2) != (err != nil) {
					t.Errorf("act %d: %v", i, err)
				}
				if err == nil {
					mu.Lock()
					defer mu.Unlock()
					if seen[got] {
						t.Errorf("%s given twice", got)
					}
					seen[got] = true
				}
			})
		}
		wg.Wait()
		var last string
		if err := d.Update(ctx, who, func(ctx context.Context, tx *db.Tx) (err error) {
			last, err = tx.Number(ctx, "BF")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if want := "000037"; last[len(last)-6:] != want {
			t.Errorf("after 36 kept acts the next number is %s, want …%s", last, want)
		}
	})
}

// An act goes on when whoever asked for it has gone away.
func TestActOutlivesCaller(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := d.Update(ctx, db.System("u1"), bump); err != nil {
			t.Fatal(err)
		}
	})
}

// A view sees one picture and cannot write.
func TestViewWritesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.View(context.Background(), db.System("u1"), bump); err == nil {
			t.Error("a view wrote")
		}
	})
}

type row struct {
	UnionID, Series string
	Year            int
	Last            int64
}

func TestRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		err := d.Update(ctx, db.System("u1"), func(ctx context.Context, tx *db.Tx) error {
			want := row{"u1", "X", 2030, 7}
			if err := db.Insert(ctx, tx, "db_number", want); err != nil {
				return err
			}
			got, err := db.One[row](ctx, tx, `select union_id, series, year, last from db_number where series = $1`, "X")
			if err != nil || got != want {
				t.Errorf("One = %+v, %v", got, err)
			}
			n, err := db.Value[int64](ctx, tx, `select sum(last) from db_number where series = $1`, "none")
			if err != nil || n != 0 {
				t.Errorf("sum of nothing = %d, %v", n, err)
			}
			if _, err := db.One[row](ctx, tx, `select union_id, series, year, last from db_number where series = $1`, "none"); !fault.Is(err, "fault.missing") {
				t.Errorf("One of nothing: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.Update(ctx, db.System("u1"), func(ctx context.Context, tx *db.Tx) error {
			return db.Insert(ctx, tx, "db_number", row{"u1", "X", 2030, 7})
		})
		if !db.Taken(err) {
			t.Errorf("a second row of the same key: %v", err)
		}
	})
}

// A range of paths takes the unit and all beneath it, nothing beside it, and nothing at all for no unit.
func TestBeneath(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		all := []string{"/", "/u1/", "/u1/b", "/u1/b/", "/u1/b/g/", "/u1/b0/", "/u1/b1/", "/u1/B/", "/u10/"}
		err := d.View(context.Background(), db.System("u1"), func(ctx context.Context, tx *db.Tx) error {
			for _, path := range append(all, "") {
				var want, rows, args = []string{}, []string{}, []any{}
				for i, p := range all {
					if path != "" && strings.HasPrefix(p, path) {
						want = append(want, p)
					}
					args = append(args, p)
					rows = append(rows, fmt.Sprintf("select $%d as path", i+1))
				}
				cond, more := db.Beneath("path", len(args)+1, path)
				collate := ""
				if d.Postgres() {
					collate = ` collate "C"`
				}
				got, err := db.All[string](ctx, tx, `select path from (select path`+collate+` as path from (`+strings.Join(rows, " union all ")+`) as a) as b where `+cond, append(args, more...)...)
				if err != nil {
					return err
				}
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) {
					t.Errorf("beneath %q: %q, want %q", path, got, want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// PostgreSQL compares each column of paths byte by byte, in whatever language its database was made.
func TestPathsByByte(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if !d.Postgres() {
			return
		}
		err := d.View(context.Background(), db.System("u1"), func(ctx context.Context, tx *db.Tx) error {
			got, err := db.All[string](ctx, tx, `select distinct coalesce(collation_name, 'none')::text from information_schema.columns
				where table_schema = current_schema() and column_name in ('unit_path', 'path')`)
			if err != nil {
				return err
			}
			if !slices.Equal(got, []string{"C"}) {
				t.Errorf("columns of paths are compared by %q", got)
			}
			if _, err := tx.Exec(ctx, `set local enable_seqscan = off`); err != nil { // there is nothing in the table yet
				return err
			}
			plan, err := db.All[string](ctx, tx, `explain select id from intake_application
				where union_id = 'u1' and state = 'panel' and unit_path >= '/a/' and unit_path < '/a0'`)
			if text := strings.Join(plan, "\n"); err == nil && !strings.Contains(text, "(unit_path < '/a0'::text)") || !strings.Contains(text, "Index Cond") {
				t.Errorf("a range of paths is not looked up in an index:\n%s", text)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// A text is parsed once, and another text by itself; one that cannot be read is tried again.
func TestOnce(t *testing.T) {
	d := dbtest.Open(t)
	err := d.View(context.Background(), db.System("u1"), func(_ context.Context, tx *db.Tx) error {
		parsed := 0
		parse := func(text []byte) (int, error) {
			parsed++
			return strconv.Atoi(string(text))
		}
		for _, c := range []struct {
			text      string
			want, ran int
		}{{"7", 7, 1}, {"7", 7, 1}, {"8", 8, 2}, {"7", 7, 2}, {"x", 0, 3}, {"x", 0, 4}} {
			got, err := db.Once(tx, c.text, parse)
			if got != c.want || parsed != c.ran || (err != nil) != (c.text == "x") {
				t.Errorf("read %q: %d, %v, parsed %d times", c.text, got, err, parsed)
			}
		}
		whole, err := db.Once(tx, "7", func(b []byte) (string, error) { return string(b), nil })
		if whole != "7" {
			t.Errorf("the same text read as another thing: %q", whole)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What is asked for by union and household is found by its index and sorted, not by walking the union: on SQLite the plan must
// not depend on how full the house is.
func TestPlans(t *testing.T) {
	d := dbtest.Open(t)
	err := d.View(context.Background(), db.System("u1"), func(ctx context.Context, tx *db.Tx) error {
		for q, index := range map[string]string{
			`select id from person_worker where union_id = $1 and household_id = $2 order by id`:                                                                "person_worker_household",
			`select id from org_post where union_id = $1 and role = $2 order by id`:                                                                             "org_post_role",
			`select ref from casefile_aid where union_id = $1 and (household_id = $2 or person_id = $2)`:                                                        "casefile_aid_household",
			`select id from intake_application where union_id = $1 and state = 'panel' and unit_path >= $2 and unit_path < $2 || '0' order by id desc limit 30`: "intake_application_state (union_id=? AND state=? AND unit_path>? AND unit_path<?)",
			`select id from intake_application where union_id = $1 and state = 'panel' and unit_path = $2 order by id desc limit 30`:                            "intake_application_state (union_id=? AND state=? AND unit_path=?)",
			`select id from intake_application where union_id = $1 and state = 'panel' and id < $2 order by id desc limit 30`:                                   "intake_application_newest (union_id=? AND state=? AND id<?)",
		} {
			plan, err := db.All[struct {
				ID, Parent, Notused int64
				Detail              string
			}](ctx, tx, "explain query plan "+q, tx.Union, "x")
			if err != nil {
				return err
			}
			text := ""
			for _, p := range plan {
				text += p.Detail + "\n"
			}
			if !strings.Contains(text, index) {
				t.Errorf("%s\ndoes not use %s:\n%s", q, index, text)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
