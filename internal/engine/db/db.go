// Package db runs acts: functions of one transaction by one actor at one instant, all of it kept or none, on SQLite or
// PostgreSQL with the same SQL text. Nothing else in the program opens a transaction, reads a clock or makes an identifier.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/engine/seal"
)

// Post is an office an actor holds: a role in a unit and all beneath it. Path is the unit's place in the tree
// ("/u1/b2/"), so that "beneath" is a prefix. As names the holder when the actor stands in as delegate.
type Post struct {
	Role, Unit, Path, As string
}

// Actor is who does an act, as the face found out once: a plain value. Nothing is written by nobody.
type Actor struct {
	Union   string // the union the act is in
	User    string // account id; "system" for jobs
	Person  string // the worker behind the account, if one
	Name    string // for pages only, never for logs
	Session string
	Via     string // web, api, cli, job
	Lang    string
	Posts   []Post
	Proven  int64    // when a code was last shown in the session, UTC ms; 0 never
	Until   int64    // when the session ends if nothing more is asked, UTC ms; 0 is none
	Only    []string // rights a token was narrowed to; nil is no narrowing
}

// Has reports whether the actor holds a role anywhere.
func (a Actor) Has(role string) bool {
	for _, p := range a.Posts {
		if p.Role == role {
			return true
		}
	}
	return false
}

// System is the actor of jobs and of set-up in a union.
func System(union string) Actor { return Actor{Union: union, User: "system", Via: "job"} }

// Config says where the data are and what the acts need around them.
type Config struct {
	DSN    string     // "sqlite:/path/bangfu.db" or "postgres://…"
	Schema fs.FS      // migrations, NNNNN_owner_subject.sql
	Ring   *seal.Ring // keys of sealed fields
	// Secrets are the columns that a change of keys goes through.
	Secrets Secrets
	Clock   func() time.Time // nil: the machine's clock
	Log     *slog.Logger     // nil: silent
	Watch   Watch            // nil: nobody is told of the statements
	Opened  Opened           // nil: nobody is told of the openings
}

// Watch is told of every statement before it runs, with the union of its Tx: tests hold statements to rules by it.
type Watch func(union, query string, args []any)

// Opened is told of every sealed text of a column ("intake_application.story") that a Tx is asked to open: tests hold
// openings to the looks on record by it.
type Opened func(tx *Tx, place, row string)

// DB is one open database.
type DB struct {
	cfg    Config
	pg     bool
	write  *sql.DB
	read   *sql.DB
	writer *writer // SQLite only
	after  []func(union string)

	documents documents

	settled sync.Map // union → the newest key when a change of keys had nothing left to do
}

// Open connects; it does not migrate. Close ends it.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	d := &DB{cfg: cfg}
	var err error
	switch {
	case strings.HasPrefix(cfg.DSN, "sqlite:"):
		err = d.openSQLite(ctx, strings.TrimPrefix(cfg.DSN, "sqlite:"))
	case strings.HasPrefix(cfg.DSN, "postgres://"), strings.HasPrefix(cfg.DSN, "postgresql://"):
		d.pg = true
		err = d.openPostgres(ctx, cfg.DSN)
	default:
		err = errors.New("the database address must begin with sqlite: or postgres://")
	}
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return d, nil
}

// Close waits for the acts under way and ends the connections.
func (d *DB) Close() error {
	if d.writer != nil {
		d.writer.stop()
	}
	if d.read != d.write {
		return errors.Join(d.read.Close(), d.write.Close())
	}
	return d.write.Close()
}

// Machine is the machine's own clock, for those who set a house's clock by it.
func Machine() time.Time { return time.Now() }

// Postgres reports which engine this is, for the few statements that differ.
func (d *DB) Postgres() bool { return d.pg }

// Now is the clock of the database: the only one.
func (d *DB) Now() time.Time { return d.cfg.Clock().UTC().Truncate(time.Millisecond) }

// Today is the civil day in China.
func (d *DB) Today() day.Day { return day.Of(d.Now()) }

// Ring gives the keys, for blobs and signed links outside an act.
func (d *DB) Ring() *seal.Ring { return d.cfg.Ring }

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	var one int
	return d.read.QueryRowContext(ctx, "select 1").Scan(&one)
}

// OnCommit adds a hook told the union of every committed act, to wake those who wait for work. Call it before serving.
func (d *DB) OnCommit(f func(union string)) { d.after = append(d.after, f) }

// actTime bounds one act; longer work is done in chunks.
const actTime = 30 * time.Second

// Update runs f as one act by who: all of it or none. A conflict on PostgreSQL runs f again, so f touches only its Tx.
// Faults of its own: "fault.full" (the disk is full), "fault.gone" (the database cannot be reached or read). The act goes on when the caller's context is cancelled: an answer lost is not an act undone.
func (d *DB) Update(ctx context.Context, who Actor, f func(context.Context, *Tx) error) error {
	if who.Union == "" || who.User == "" {
		return errors.New("an act needs a union and a user")
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), actTime)
	defer cancel()
	var err error
	if d.pg {
		err = d.updatePostgres(ctx, who, f)
	} else {
		err = d.writer.do(ctx, who, f)
	}
	if err == nil {
		for _, after := range d.after {
			after(who.Union)
		}
	}
	return weigh(err)
}

// View runs f on one unchanging picture of the data; f writes nothing.
func (d *DB) View(ctx context.Context, who Actor, f func(context.Context, *Tx) error) (err error) {
	opts := &sql.TxOptions{}
	if d.pg {
		opts.ReadOnly, opts.Isolation = true, sql.LevelRepeatableRead
	}
	tx, err := d.read.BeginTx(ctx, opts)
	if err != nil {
		return weigh(err)
	}
	defer tx.Rollback() // a read leaves nothing to keep
	return weigh(f(ctx, d.tx(tx, who)))
}

// caught turns a panic in an act into an error, so that one act cannot take the writer with it.
func caught(ctx context.Context, tx *Tx, f func(context.Context, *Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("act panicked: %v", p)
		}
	}()
	return f(ctx, tx)
}
