package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"modernc.org/sqlite" // registers the driver too
	sqlite3 "modernc.org/sqlite/lib"
)

// pragmas are constants: the driver runs them as SQL. FULL, because an act answered is an act on disk.
const pragmas = "_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)"

func (d *DB) openSQLite(ctx context.Context, path string) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file := "file:" + (&url.URL{Path: path}).EscapedPath() // a "#" or "%" in a folder's name is part of the name
	if d.write, err = sql.Open("sqlite", file+"?_txlock=immediate&"+pragmas); err != nil {
		return err
	}
	d.write.SetMaxOpenConns(1)
	if err := d.write.PingContext(ctx); err != nil {
		return err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return err
	}
	if d.read, err = sql.Open("sqlite", file+"?_pragma=query_only(ON)&"+pragmas); err != nil {
		return err
	}
	d.read.SetMaxOpenConns(4)
	d.writer = &writer{db: d, queue: make(chan *waiting, 256), gone: make(chan struct{})}
	go d.writer.run() // the one writer of the file, for as long as it is open
	return nil
}

// writer takes acts from a queue, runs each inside a savepoint and commits all that wait together, so that many acts
// share one sync and each is on disk when it is answered.
type writer struct {
	db    *DB
	queue chan *waiting
	gone  chan struct{}
	mu    sync.RWMutex
	shut  bool
}

type waiting struct {
	ctx  context.Context
	who  Actor
	f    func(context.Context, *Tx) error
	err  error
	done chan struct{}
}

var errClosed = errors.New("the database is closing")

func (w *writer) do(ctx context.Context, who Actor, f func(context.Context, *Tx) error) error {
	a := &waiting{ctx: ctx, who: who, f: f, done: make(chan struct{})}
	w.mu.RLock()
	if w.shut {
		w.mu.RUnlock()
		return errClosed
	}
	w.queue <- a
	w.mu.RUnlock()
	<-a.done
	return a.err
}

func (w *writer) stop() {
	w.mu.Lock()
	if !w.shut {
		w.shut = true
		close(w.queue)
	}
	w.mu.Unlock()
	<-w.gone
}

func (w *writer) run() {
	defer close(w.gone)
	for first := range w.queue {
		w.commit(first)
	}
}

// most bounds a commit group, so that the first in it does not wait for ever.
const most = 64

// commit runs one group: the first act and those that came while it ran.
func (w *writer) commit(first *waiting) {
	ctx := context.Background()
	tx, err := w.db.write.BeginTx(ctx, nil)
	if err != nil {
		first.answer(err)
		return
	}
	var group []*waiting
	for a := first; a != nil && len(group) < most; a = w.next(len(group)) {
		if err := w.one(tx, a); err != nil {
			a.answer(err)
		} else {
			group = append(group, a)
		}
	}
	err = tx.Commit()
	for _, a := range group {
		a.answer(err)
	}
}

func (w *writer) next(n int) *waiting {
	if n+1 >= most {
		return nil
	}
	select {
	case a, ok := <-w.queue:
		if ok {
			return a
		}
	default:
	}
	return nil
}

// one runs an act in its savepoint; what fails is rolled back alone.
func (w *writer) one(tx *sql.Tx, a *waiting) error {
	if err := a.ctx.Err(); err != nil {
		return err
	}
	if _, err := tx.Exec("savepoint act"); err != nil {
		return err
	}
	err := caught(a.ctx, w.db.tx(tx, a.who), a.f)
	if err != nil {
		if _, back := tx.Exec("rollback to act"); back != nil {
			err = errors.Join(err, fmt.Errorf("roll back: %w", back))
		}
	}
	_, done := tx.Exec("release act")
	return errors.Join(err, done)
}

func (a *waiting) answer(err error) {
	a.err = err
	close(a.done)
}

func uniqueSQLite(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}
