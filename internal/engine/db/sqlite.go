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

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// pragmas are constants: the driver runs them as SQL. FULL, because an act answered is an act on disk.
const pragmas = "_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)"

// readers is how many pictures are read at once; the others wait.
const readers = 4

func (d *DB) openSQLite(ctx context.Context, path string) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file := "file:" + (&url.URL{Path: path}).EscapedPath() // a "#" or "%" in a folder's name is part of the name
	if d.write, err = openPrepared(file + "?_txlock=immediate&" + pragmas); err != nil {
		return err
	}
	d.write.SetMaxOpenConns(1)
	if err := d.write.PingContext(ctx); err != nil {
		return err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return err
	}
	if d.read, err = openPrepared(file + "?_pragma=query_only(ON)&" + pragmas); err != nil {
		return err
	}
	d.read.SetMaxOpenConns(readers)
	d.read.SetMaxIdleConns(readers) // a connection closed takes its statements and its pages with it
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

// commit runs the first act and those that came meanwhile, until each has its answer.
func (w *writer) commit(first *waiting) {
	for due := []*waiting{first}; len(due) > 0; {
		due = w.group(due)
	}
}

// group runs the acts that are due, and those that come meanwhile, in one transaction. An act can lose the transaction
// under them all: cut short in the middle of a statement, or on a disk that fails or is full, SQLite gives everything
// back. Then that act alone is answered with its error, and the others are due again: an act touches only its Tx.
func (w *writer) group(due []*waiting) (again []*waiting) {
	tx, err := w.db.write.BeginTx(context.Background(), nil)
	if err != nil {
		answer(due, err)
		return nil
	}
	var kept []*waiting
	for n := 0; ; n++ {
		var a *waiting
		if len(due) > 0 {
			a, due = due[0], due[1:]
		} else if a = w.next(n); a == nil {
			break
		}
		lost, err := w.one(tx, a)
		if err == nil {
			kept = append(kept, a)
			continue
		}
		a.answer(err)
		if lost {
			_ = tx.Rollback() // there may be nothing left to roll back
			return append(kept, due...)
		}
	}
	answer(kept, tx.Commit())
	return nil
}

func (w *writer) next(n int) *waiting {
	if n >= most {
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

// one runs an act in its savepoint; what fails is rolled back alone. Lost says that the transaction went with it.
func (w *writer) one(tx *sql.Tx, a *waiting) (lost bool, err error) {
	if err := a.ctx.Err(); err != nil {
		return false, err
	}
	if _, err := tx.Exec("savepoint act"); err != nil {
		return true, err
	}
	own := w.db.tx(tx, a.who).acting(w.db)
	if err = caught(a.ctx, own, a.f); err == nil {
		err = own.spilt // it made little of a statement that failed
	}
	if err != nil {
		if _, back := tx.Exec("rollback to act"); back != nil {
			return true, errors.Join(err, fmt.Errorf("roll back: %w", back))
		}
	}
	if _, done := tx.Exec("release act"); done != nil {
		return true, errors.Join(err, done)
	}
	return false, err
}

func (a *waiting) answer(err error) {
	a.err = err
	close(a.done)
}

func answer(all []*waiting, err error) {
	for _, a := range all {
		a.answer(err)
	}
}

func uniqueSQLite(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

func constraintSQLite(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_CONSTRAINT
}
