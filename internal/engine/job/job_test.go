package job_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/engine/job"
)

func runner(d *db.DB, kinds map[string]job.Func, every ...job.Every) *job.Runner {
	r := &job.Runner{DB: d, Kinds: kinds, Every: every, Log: slog.New(slog.DiscardHandler),
		Unions: func(context.Context) ([]string, error) { return []string{"u1"}, nil }}
	r.Init()
	return r
}

// A job asked for twice under one key is done once, whichever of several runners gets it; one in a refused act never.
func TestOnceAmongMany(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		var runs atomic.Int64
		kinds := map[string]job.Func{"count": func(context.Context, *db.DB, string, string) error {
			runs.Add(1)
			return nil
		}}
		add := func(key string, end error) {
			err := d.Update(ctx, db.System("u1"), func(ctx context.Context, tx *db.Tx) error {
				return errors.Join(job.Add(ctx, tx, "count", key, "", tx.Now), end)
			})
			if (err != nil) != (end != nil) {
				t.Fatal(err)
			}
		}
		for _, key := range []string{"a", "b", "a"} {
			add(key, nil)
		}
		add("never", errors.New("refused"))
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := runner(d, kinds).Once(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if runs.Load() != 2 {
			t.Errorf("ran %d times, want 2", runs.Load())
		}
	})
}

// What fails is tried again later, and what comes due by itself comes once in its span.
func TestAgainAndEvery(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		fails, days := 0, 0
		r := runner(d, map[string]job.Func{
			"bad": func(context.Context, *db.DB, string, string) error { fails++; return errors.New("no") },
			"day": func(context.Context, *db.DB, string, string) error { days++; return nil },
		}, job.Every{Kind: "day", Span: 1000 * 24 * time.Hour})
		if err := d.Update(ctx, db.System("u1"), func(ctx context.Context, tx *db.Tx) error {
			return job.Add(ctx, tx, "bad", "1", "", tx.Now)
		}); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if err := r.Once(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if fails != 1 || days != 1 {
			t.Errorf("the failing job ran %d times at once, the daily %d; want 1 and 1", fails, days)
		}
	})
}
