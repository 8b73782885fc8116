package db_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
)

// endless writes rows until it is stopped in the middle of the statement.
func endless(ctx context.Context, tx *db.Tx) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	_, err := tx.Exec(ctx, `
		with recursive n(i) as (select cast(1 as bigint) union all select i + 1 from n)
		insert into db_number (union_id, series, year, last) select $1, 'endless', i, i from n`, tx.Union)
	return err
}

// wayward are the ways an act can go wrong among others.
func wayward() map[string]func(context.Context, *db.Tx) error {
	return map[string]func(context.Context, *db.Tx) error{
		"fails": func(ctx context.Context, tx *db.Tx) error {
			return errors.Join(bump(ctx, tx), errors.New("no"))
		},
		"panics": func(ctx context.Context, tx *db.Tx) error {
			_ = bump(ctx, tx)
			panic("in an act")
		},
		"breaks a rule of the table": func(ctx context.Context, tx *db.Tx) error {
			if err := bump(ctx, tx); err != nil {
				return err
			}
			return db.Insert(ctx, tx, "db_number", row{"u1", "T", tx.Day().Year(), 1})
		},
		"is cut short in a statement": endless,
		"swallows that it was cut short": func(ctx context.Context, tx *db.Tx) error {
			if err := endless(ctx, tx); err == nil {
				return nil
			}
			return bump(ctx, tx)
		},
		"gives back what is not its own": func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "rollback")
			return errors.Join(err, errors.New("no"))
		},
	}
}

// Among acts that commit together, one that goes wrong in any way takes no other with it: those before and after it are
// kept and answered so, once each, and the house goes on.
func TestOneWaywardAct(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for name, wrong := range wayward() {
			if d.Postgres() && strings.HasPrefix(name, "gives back") {
				continue // each act has a transaction of its own there
			}
			t.Run(name, func(t *testing.T) { amid(t, d, name, wrong) })
		}
	})
}

// amid lines acts up behind one that holds the writer, the wayward one in the middle, and then lets them all go.
func amid(t *testing.T, d *db.DB, series string, wrong func(context.Context, *db.Tx) error) {
	const n = 21
	ctx, who := context.Background(), db.System("u1")
	held, let := make(chan struct{}), make(chan struct{})
	var hold sync.Once
	errs := make([]error, n)
	done := make(chan int)
	act := func(i int) func(context.Context, *db.Tx) error {
		return func(ctx context.Context, tx *db.Tx) error {
			if i == 0 {
				hold.Do(func() { close(held) }) // it may be run again
				<-let
			}
			if i == n/2 {
				return wrong(ctx, tx)
			}
			_, err := tx.Number(ctx, series)
			return err
		}
	}
	for i := range n {
		go func() { // one who asks
			errs[i] = d.Update(ctx, who, act(i))
			done <- i
		}()
		if i == 0 {
			<-held
		}
	}
	close(let)
	for range n {
		<-done
	}
	for i, err := range errs {
		if (i == n/2) != (err != nil) {
			t.Errorf("act %d of %d: %v", i, n, err)
		}
	}
	err := d.View(ctx, who, func(ctx context.Context, tx *db.Tx) error {
		last, err := db.Value[int64](ctx, tx, `select last from db_number where union_id = 'u1' and series = $1`, series)
		if err == nil && last != n-1 {
			t.Errorf("%d acts are kept, %d were answered so", last, n-1)
		}
		left, bad := db.Value[int64](ctx, tx, `select count(*) from db_number where union_id = 'u1' and series in ('T', 'endless')`)
		if bad == nil && left != 0 {
			t.Errorf("%d rows are left of the act that went wrong", left)
		}
		return errors.Join(err, bad)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Update(ctx, who, func(ctx context.Context, tx *db.Tx) error { _, err := tx.Number(ctx, "after"); return err }); err != nil {
		t.Errorf("the house does not go on: %v", err)
	}
}

// Long work in chunks, as an import does it, stalls no other act: those who ask meanwhile are answered between its chunks,
// each after about one chunk on the average, and not when all is over.
func TestLongWorkStallsNobody(t *testing.T) {
	const chunks, rows = 25, 1500
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, who := context.Background(), db.System("u1")
		over := make(chan struct{})
		var short [4]int
		var wg sync.WaitGroup
		for i := range short {
			wg.Go(func() {
				for {
					select {
					case <-over:
						return
					default:
					}
					if err := d.Update(ctx, who, bump); err != nil {
						t.Error(err)
						return
					}
					short[i]++
				}
			})
		}
		for c := range chunks {
			all := make([]row, rows)
			for i := range all {
				all[i] = row{"u1", "import", c*rows + i, 1}
			}
			if err := d.Update(ctx, who, func(ctx context.Context, tx *db.Tx) error { return db.InsertAll(ctx, tx, "db_number", all) }); err != nil {
				t.Fatal(err)
			}
		}
		close(over)
		wg.Wait()
		for i, n := range short {
			if n < chunks*4/5 { // one that was just not asking when a chunk ended has missed it
				t.Errorf("asker %d was answered %d times during %d chunks", i, n, chunks)
			}
		}
	})
}
