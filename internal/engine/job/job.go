// Package job does what an act asked for after it was kept: each item is written in the act's own transaction, leased by
// one runner at a time, tried again with patience, and laid aside as dead where a person can see it.
package job

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/engine/db"
)

// Func does one item. It must be safe to run twice: a lease can end before its work does.
type Func func(ctx context.Context, d *db.DB, union, arg string) error

// Every is a kind that comes due by itself: once in each span of time, on one of many machines.
type Every struct {
	Kind string
	Span time.Duration
}

// Runner runs jobs of all unions.
type Runner struct {
	DB     *db.DB
	Kinds  map[string]Func
	Every  []Every
	Unions func(ctx context.Context) ([]string, error)
	Log    *slog.Logger

	wake chan struct{}
}

// The patience of the runner.
const (
	lease    = 5 * time.Minute
	attempts = 8
	batch    = 10
	tick     = time.Second
)

// Add asks for a job in the act under way. The same kind and key asked twice is done once.
func Add(ctx context.Context, tx *db.Tx, kind, key, arg string, at time.Time) error {
	_, err := tx.Exec(ctx, `
		insert into job_item (union_id, id, kind, key, arg, run_at, lease, attempt, state, trouble)
		values ($1, $2, $3, $4, $5, $6, 0, 0, 'wait', '') on conflict (union_id, kind, key) do nothing`,
		tx.Union, tx.ID(), kind, key, arg, at.UnixMilli())
	return err
}

// Wake tells the runner that there may be work. It never waits.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Init makes the runner ready for Wake before Run.
func (r *Runner) Init() { r.wake = make(chan struct{}, 1) }

// Run works until the context ends: when woken, and once a second.
func (r *Runner) Run(ctx context.Context) {
	t := time.NewTicker(tick)
	defer t.Stop()
	for {
		if err := r.Once(ctx); err != nil && ctx.Err() == nil {
			r.Log.Error("jobs", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		case <-r.wake:
		}
	}
}

// Once puts in what is due by itself, and does what is due.
func (r *Runner) Once(ctx context.Context) error {
	unions, err := r.Unions(ctx)
	if err != nil {
		return err
	}
	for _, u := range unions {
		if err := r.union(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

func (r *Runner) union(ctx context.Context, union string) error {
	if err := r.plan(ctx, union); err != nil {
		return err
	}
	for {
		items, err := r.take(ctx, union)
		if err != nil || len(items) == 0 {
			return err
		}
		for _, it := range items {
			if err := r.do(ctx, it); err != nil {
				return err
			}
		}
	}
}

// plan writes the slots of this moment that nobody has written yet; a read first keeps the writer free.
func (r *Runner) plan(ctx context.Context, union string) error {
	var missing []Every
	now := r.DB.Now()
	err := r.DB.View(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) error {
		for _, e := range r.Every {
			n, err := db.Value[int64](ctx, tx, `select count(*) from job_item where union_id = $1 and kind = $2 and key = $3`, union, e.Kind, slot(now, e))
			if err != nil {
				return err
			}
			if n == 0 {
				missing = append(missing, e)
			}
		}
		return nil
	})
	if err != nil || len(missing) == 0 {
		return err
	}
	return r.DB.Update(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) error {
		for _, e := range missing {
			if err := Add(ctx, tx, e.Kind, slot(now, e), "", now); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `delete from job_item where union_id = $1 and state = 'done' and run_at < $2`, union, now.Add(-7*24*time.Hour).UnixMilli())
		return err
	})
}

func slot(now time.Time, e Every) string {
	return strconv.FormatInt(now.UnixMilli()/e.Span.Milliseconds(), 10)
}

type item struct {
	UnionID, ID, Kind, Arg string
	Attempt                int64
}

// take leases what is due: a first look without writing, then one conditional update for each item.
func (r *Runner) take(ctx context.Context, union string) ([]item, error) {
	var due, got []item
	err := r.DB.View(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) (err error) {
		due, err = db.All[item](ctx, tx, `
			select union_id, id, kind, arg, attempt from job_item
			where union_id = $1 and state = 'wait' and run_at <= $2 and lease < $2 order by run_at limit $3`, union, tx.Ms(), batch)
		return err
	})
	if err != nil || len(due) == 0 {
		return nil, err
	}
	err = r.DB.Update(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) error {
		got = nil
		for _, it := range due {
			n, err := tx.Exec(ctx, `
				update job_item set lease = $3, attempt = attempt + 1
				where union_id = $1 and id = $2 and state = 'wait' and lease < $4`, union, it.ID, tx.Now.Add(lease).UnixMilli(), tx.Ms())
			if err != nil {
				return err
			}
			if n == 1 {
				it.Attempt++
				got = append(got, it)
			}
		}
		return nil
	})
	return got, err
}

func (r *Runner) do(ctx context.Context, it item) error {
	f := r.Kinds[it.Kind]
	var err error
	if f == nil {
		err = fault.New(fault.Internal, "fault.internal")
	} else {
		err = f(ctx, r.DB, it.UnionID, it.Arg)
	}
	state, trouble, again := "done", "", r.DB.Now()
	if err != nil {
		r.Log.Error("job", "kind", it.Kind, "id", it.ID, "attempt", it.Attempt, "error", ident.Veil(err.Error()))
		state, trouble = "wait", fault.Of(err).Key
		again = again.Add(time.Duration(it.Attempt*it.Attempt) * 10 * time.Second)
		if it.Attempt >= attempts {
			state = "dead"
		}
	}
	return r.DB.Update(ctx, db.System(it.UnionID), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `update job_item set state = $3, trouble = $4, run_at = $5, lease = 0 where union_id = $1 and id = $2`,
			it.UnionID, it.ID, state, trouble, again.UnixMilli())
		return err
	})
}

// Dead counts the jobs of a union that were given up, for the health page.
func Dead(ctx context.Context, tx *db.Tx) (int64, error) {
	return db.Value[int64](ctx, tx, `select count(*) from job_item where union_id = $1 and state = 'dead'`, tx.Union)
}
