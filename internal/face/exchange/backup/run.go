package backup

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
)

// Kind is what was run.
type Kind string

// The two kinds of run.
const (
	Copied    Kind = "backup"
	Rehearsed Kind = "rehearsal"
)

// Run is one backup or rehearsal: when, of which copy, and what became of it. Fault is the key of what went wrong.
type Run struct {
	UnionID, ID string
	Kind        Kind
	Night       string
	At, EndedAt int64
	Tries       int64
	State       string
	Fault       string
	Name        string
	RowSum      int64
	Files       int64
}

const runColumns = `union_id, id, kind, night, at, ended_at, tries, state, fault, name, row_sum, files`

// house is the place of what belongs to no union.
func house() db.Actor { return db.System(auth.InstallUnion) }

// begin puts a run on record; night claims the night for this machine, and gives "" when another has it.
func begin(ctx context.Context, d *db.DB, kind Kind, night string) (id string, err error) {
	err = d.Update(ctx, house(), func(ctx context.Context, tx *db.Tx) error {
		id = tx.ID()
		n, err := tx.Exec(ctx, `
			insert into backup_run (union_id, id, kind, night, at, ended_at, tries, state, fault, name, row_sum, files)
			values ($1, $2, $3, $4, $5, 0, 1, 'running', '', '', 0, 0) on conflict (union_id, kind, night) where night <> '' do nothing`,
			tx.Union, id, kind, night, tx.Ms())
		if err != nil || n == 1 {
			return err
		}
		id, err = db.Value[string](ctx, tx, `
			update backup_run set state = 'running', at = $4, tries = tries + 1, fault = ''
			where union_id = $1 and kind = $2 and night = $3 and tries < $5
			and (state = 'failed' and at < $6 or state = 'running' and at < $7) returning id`, tx.Union, kind, night, tx.Ms(),
			mostTries, tx.Now.Add(-time.Hour).UnixMilli(), tx.Now.Add(-lost).UnixMilli())
		return err
	})
	return id, err
}

const (
	mostTries = 3
	lost      = 6 * time.Hour // a run that says nothing for so long was cut off
)

// end writes down what became of a run, and gives its error back.
func end(ctx context.Context, d *db.DB, r Run, why error) error {
	r.State = "done"
	if why != nil {
		r.State, r.Fault = "failed", fault.Of(why).Key
	}
	err := d.Update(ctx, house(), func(ctx context.Context, tx *db.Tx) error {
		return tx.Must(ctx, "fault.stale", `
			update backup_run set state = $3, fault = $4, name = $5, row_sum = $6, files = $7, ended_at = $8 where union_id = $1 and id = $2`,
			tx.Union, r.ID, r.State, r.Fault, r.Name, r.RowSum, r.Files, tx.Ms())
	})
	if why != nil {
		return why
	}
	return err
}

// stopped marks the runs that were under way when a picture was taken: in the house restored from it nobody goes on.
func stopped(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `update backup_run set state = 'failed', fault = 'backup.stopped' where union_id = $1 and state = 'running'`, tx.Union)
	return err
}

// Now makes a backup at once and puts it on record. Faults: those of Make; "backup.unsound" when the copy is whole but
// the house it shows was not.
func Now(ctx context.Context, h House, dir string) (path string, m Manifest, err error) {
	id, err := begin(ctx, h.DB, Copied, "")
	if err != nil {
		return "", m, err
	}
	return make1(ctx, h, dir, id)
}

func make1(ctx context.Context, h House, dir, id string) (path string, m Manifest, err error) {
	path, m, err = Make(ctx, h, dir)
	if err == nil && !m.Sound() {
		err = fault.New(fault.Refused, "backup.unsound")
	}
	return path, m, end(ctx, h.DB, Run{ID: id, Name: filepath.Base(path), RowSum: m.Rows(), Files: m.Files.Count}, err)
}

// Rehearse restores a copy into a place of its own beside it, proves it as Restore does, takes the place away and puts the
// result on record. The sealed files are read where they lie. Faults: those of Restore; "backup.none" without a copy.
func Rehearse(ctx context.Context, h House, from string) (r Restored, err error) {
	id, err := begin(ctx, h.DB, Rehearsed, "")
	if err != nil {
		return r, err
	}
	if from == "" {
		err = fault.New(fault.Refused, "backup.none")
	} else {
		r, err = rehearse(ctx, h, from)
	}
	return r, end(ctx, h.DB, Run{ID: id, Name: filepath.Base(from), RowSum: r.Rows, Files: r.Files}, err)
}

func rehearse(ctx context.Context, h House, from string) (r Restored, err error) {
	place := filepath.Join(filepath.Dir(from), half+"rehearsal-"+rand.Text()[:8])
	defer func() {
		if gone := os.RemoveAll(place); err == nil {
			err = gone
		}
	}()
	return Restore(ctx, from, Place{Data: place, ring: h.DB.Ring(), rows: true})
}

// Standing is how the house stands with its copies. Warn is what the operator must look to, nil when all is well.
type Standing struct {
	Backup, Rehearsal *Run // the newest that went well
	Last, LastTest    *Run // the newest of all
	Days, TestDays    int  // how old they may be
	Warn              []Warning
}

// Warning is one sentence for the operator.
type Warning struct {
	Key  words.Key
	Args []any
}

// Say gives the sentence in a language.
func (w Warning) Say(l words.Lang) string { return words.T(l, string(w.Key), w.Args...) }

// Stand reads how the house stands, from within any union.
func Stand(ctx context.Context, tx *db.Tx, p Plan) (s Standing, err error) {
	s.Days, s.TestDays = p.OldDays, p.TestDays
	for _, one := range []struct {
		into **Run
		kind Kind
		well bool
	}{{&s.Backup, Copied, true}, {&s.Last, Copied, false}, {&s.Rehearsal, Rehearsed, true}, {&s.LastTest, Rehearsed, false}} {
		r, ok, err := db.Maybe[Run](ctx, tx, `
			select `+runColumns+` from backup_run where union_id = $1 and kind = $2 and (state = 'done' or $3 = 0)
			order by at desc, id desc limit 1`, auth.InstallUnion, one.kind, one.well)
		if err != nil {
			return s, err
		}
		if ok {
			*one.into = &r
		}
	}
	s.warn(tx.Now)
	return s, nil
}

// Age is how many whole days ago a run began.
func (r Run) Age(now time.Time) int { return int(now.Sub(time.UnixMilli(r.At)).Hours() / 24) }

func (r *Run) failed(now time.Time) bool {
	return r != nil && (r.State == "failed" || r.State == "running" && now.Sub(time.UnixMilli(r.At)) > lost)
}

func (s *Standing) warn(now time.Time) {
	say := func(key words.Key, args ...any) { s.Warn = append(s.Warn, Warning{key, args}) }
	switch {
	case s.Backup == nil:
		say("backup.warn_never")
	case s.Backup.Age(now) >= s.Days:
		say("backup.warn_old", s.Backup.Age(now))
	}
	if s.Last.failed(now) {
		say("backup.warn_failed")
	}
	switch {
	case s.Backup == nil: // nothing to rehearse yet
	case s.Rehearsal == nil:
		say("backup.warn_untested")
	case s.Rehearsal.Age(now) >= s.TestDays:
		say("backup.warn_test_old", s.Rehearsal.Age(now))
	}
	if s.LastTest.failed(now) {
		say("backup.warn_test_failed")
	}
}
