package backup

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// Plan is what the operator has set: where copies go, from which hour of the night on (China, below 0: never by
// themselves), how many are kept, after how many days a copy is old, and how often one is rehearsed. Every above 0 makes
// one each so many minutes instead, day and night, for those who may not lose a day.
type Plan struct {
	Every             int
	Dir               string
	Hour, Keep        int
	OldDays, TestDays int
}

// Nightly makes the copies that are due by themselves.
type Nightly struct {
	House House
	Plan  Plan
	Log   *slog.Logger
}

// Run looks every few seconds for what was asked for and every minute for what is due, until the context ends. It runs beside the
// jobs, not among them: a copy takes its time.
func (n Nightly) Run(ctx context.Context) {
	t := time.NewTicker(5 * time.Second)
	defer t.Stop()
	for i := 0; ; i++ {
		err := n.Asked(ctx)
		if i%12 == 0 {
			err = errors.Join(err, n.Once(ctx))
		}
		if err != nil && ctx.Err() == nil {
			n.Log.Error("backup", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// Once makes the copy of this night if it is due and no other machine has it, drops those beyond the number to be kept,
// and rehearses the newest when the last rehearsal is too old. Nothing is dropped when the new copy is not sound.
func (n Nightly) Once(ctx context.Context) error {
	now := n.House.DB.Now().In(day.Zone)
	unions, err := n.House.Unions(ctx)
	slot := n.Plan.slot(now)
	if err != nil || slot == "" || len(unions) == 0 {
		return err
	}
	if done, err := n.made(ctx, slot); err != nil || done {
		return err
	}
	id, err := begin(ctx, n.House.DB, Copied, slot)
	if err != nil || id == "" {
		return err
	}
	path, _, err := make1(ctx, n.House, n.Plan.Dir, id)
	if err != nil {
		return err
	}
	if err := prune(n.Plan.Dir, n.Plan.Keep); err != nil {
		return err
	}
	var s Standing
	err = n.House.DB.View(ctx, house(), func(ctx context.Context, tx *db.Tx) (err error) {
		s, err = Stand(ctx, tx, n.Plan)
		return err
	})
	if err == nil && (s.Rehearsal == nil || s.Rehearsal.Age(n.House.DB.Now()) >= n.Plan.TestDays-1 || s.LastTest.failed(n.House.DB.Now())) {
		_, err = Rehearse(ctx, n.House, path)
	}
	return err
}

// slot names the span for which a copy is due now, "" when none is.
func (p Plan) slot(now time.Time) string {
	switch {
	case p.Every > 0:
		return now.Truncate(time.Duration(p.Every) * time.Minute).Format("2006-01-02T15:04")
	case p.Hour < 0 || now.Hour() < p.Hour:
		return ""
	}
	return string(day.Of(now))
}

// made reports that tonight's copy is there, without writing.
func (n Nightly) made(ctx context.Context, night string) (done bool, err error) {
	err = n.House.DB.View(ctx, house(), func(ctx context.Context, tx *db.Tx) error {
		k, err := db.Value[int64](ctx, tx, `
			select count(*) from backup_run where union_id = $1 and kind = 'backup' and night = $2
			and (state = 'done' or tries >= $3 and state = 'failed')`, tx.Union, night, mostTries)
		done = k > 0
		return err
	})
	return done, err
}

// prune keeps the newest copies and takes away the others, and what was left half made a day ago or more.
func prune(dir string, keep int) (err error) {
	all := List(dir)
	for len(all) > max(1, keep) {
		err = errors.Join(err, os.RemoveAll(all[0]))
		all = all[1:]
	}
	left, _ := filepath.Glob(filepath.Join(dir, half+"*")) // the pattern is sound
	newest, bad := os.Stat(all[len(all)-1])
	for _, path := range left {
		if info, old := os.Stat(path); bad == nil && old == nil && newest.ModTime().Sub(info.ModTime()) > 24*time.Hour {
			err = errors.Join(err, os.RemoveAll(path))
		}
	}
	return err
}

// Watch opens a turn for the union's administrator when something is wrong with the copies, and closes it when it is right.
func Watch(ctx context.Context, tx *db.Tx, p Plan) error {
	s, err := Stand(ctx, tx, p)
	if err != nil {
		return err
	}
	if len(s.Warn) == 0 {
		return task.Close(ctx, tx, watchKind, watchObject)
	}
	return task.Open(ctx, tx, task.New{Kind: watchKind, Object: watchObject, ObjectID: watchObject, Role: org.RoleAdmin, UnitID: tx.Union,
		Days: 1, Href: "/desk/health", Title: words.Key("task.kind.backup.watch")})
}

const (
	watchKind   = "backup.watch"
	watchObject = "backup"
)
