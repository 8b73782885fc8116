package job_test

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"testing"

	"bangfu/internal/base/schema"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/engine/job"
)

// several opens one PostgreSQL database as several processes do.
func several(t *testing.T, dsn string, n int) []*db.DB {
	t.Helper()
	var all []*db.DB
	for range n {
		d, err := db.Open(t.Context(), db.Config{DSN: dsn, Schema: schema.Files, Clock: dbtest.NewClock().Now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
		all = append(all, d)
	}
	return all
}

// Several processes that start at once on an empty database bring it up to date once, and none of them fails.
func TestSeveralMigrate(t *testing.T) {
	all := several(t, dbtest.PostgresCopy(t, "postgres://127.0.0.1/template1"), 4)
	var wg sync.WaitGroup
	for i, d := range all {
		wg.Go(func() {
			if err := d.Migrate(context.Background()); err != nil {
				t.Errorf("process %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if pending, err := all[0].Pending(t.Context()); err != nil || pending {
		t.Errorf("pending %v, %v", pending, err)
	}
}

// Several processes work off the same jobs side by side, and each job is done by one of them, once.
func TestSeveralRunners(t *testing.T) {
	const jobs = 120
	all := several(t, dbtest.PostgresDSN(t), 3)
	err := all[0].Update(t.Context(), db.System("u1"), func(ctx context.Context, tx *db.Tx) error {
		for i := range jobs {
			if err := job.Add(ctx, tx, "count", strconv.Itoa(i), strconv.Itoa(i), tx.Now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	done, by := map[string]int{}, make([]int, len(all))
	var wg sync.WaitGroup
	for i, d := range all {
		r := &job.Runner{DB: d, Log: slog.New(slog.DiscardHandler), Unions: func(context.Context) ([]string, error) { return []string{"u1"}, nil },
			Kinds: map[string]job.Func{"count": func(_ context.Context, _ *db.DB, _, arg string) error {
				mu.Lock()
				defer mu.Unlock()
				done[arg]++
				by[i]++
				return nil
			}}}
		r.Init()
		wg.Go(func() {
			if err := r.Once(context.Background()); err != nil {
				t.Errorf("process %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	for arg, n := range done {
		if n != 1 {
			t.Errorf("job %s was done %d times", arg, n)
		}
	}
	if len(done) != jobs {
		t.Errorf("%d of %d jobs were done, by process %v", len(done), jobs, by)
	}
}
