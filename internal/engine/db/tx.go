package db

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"reflect"
	"strings"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/seal"
)

type conn interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

// Tx is one act: one actor, one union, one instant, all or nothing.
type Tx struct {
	Actor Actor
	Union string    // the union every statement is bound to
	Now   time.Time // one instant for the whole act, UTC, whole milliseconds
	Trail Trail     // what the act did, for the audit entry written with it

	ring    *seal.Ring
	secrets Secrets
	moves   [][2]string // indexes to bring up before the next statement
	moving  bool        // an act while the keys are being changed
	conn    conn
	pg      bool
	spilt   error // SQLite: a statement failed so that the transaction may be gone; nothing more is written
	watch   Watch
	opened  Opened

	documents *documents
}

func (tx *Tx) tell(query string, args []any) {
	if tx.watch != nil {
		tx.watch(tx.Union, query, args)
	}
}

// Trail is what an act says of itself: the thing it was about and the fields it touched. No values, no names.
type Trail struct {
	Kind, ID string
	Subject  string // the person whose data it was, so that they can see it
	Fields   []string
	Reason   string
}

func (d *DB) tx(c conn, who Actor) *Tx {
	return &Tx{Actor: who, Union: who.Union, Now: d.Now(), ring: d.cfg.Ring, secrets: d.cfg.Secrets, conn: c, pg: d.pg, watch: d.cfg.Watch, opened: d.cfg.Opened, documents: &d.documents}
}

// acting makes the Tx that of an act, which writes.
func (tx *Tx) acting(d *DB) *Tx {
	tx.moving = d.settling(tx.Union)
	return tx
}

// About names the thing the act is about, for its audit entry: "application", its id, and the fields touched.
func (tx *Tx) About(kind, id string, fields ...string) {
	tx.Trail.Kind, tx.Trail.ID = kind, id
	tx.Trail.Fields = append(tx.Trail.Fields, fields...)
}

// Day is the civil day of the act.
func (tx *Tx) Day() day.Day { return day.Of(tx.Now) }

// Ms is the act's instant as it is stored: milliseconds since 1970, UTC.
func (tx *Tx) Ms() int64 { return tx.Now.UnixMilli() }

// Postgres reports the engine, for the few statements that differ.
func (tx *Tx) Postgres() bool { return tx.pg }

// Exec runs a statement and gives the number of rows it changed.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := tx.moved(ctx); err != nil {
		return 0, err
	}
	if tx.spilt != nil {
		return 0, tx.spilt
	}
	tx.tell(query, args)
	res, err := tx.conn.ExecContext(ctx, query, plain(args)...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", brief(query), tx.spill(err))
	}
	return res.RowsAffected()
}

// spill notes an error after which SQLite may have given the whole transaction back: any but a broken constraint. A
// statement after it would stand alone and be kept whatever becomes of the act. PostgreSQL refuses those by itself.
func (tx *Tx) spill(err error) error {
	if !tx.pg && tx.spilt == nil && !constraintSQLite(err) {
		tx.spilt = err
	}
	return err
}

// Must runs a statement that has to change exactly one row; else it faults with the key given, as a Conflict.
func (tx *Tx) Must(ctx context.Context, key, query string, args ...any) error {
	n, err := tx.Exec(ctx, query, args...)
	if err == nil && n != 1 {
		return fault.New(fault.Conflict, key)
	}
	return err
}

// Seal closes a text for a column ("person_worker.id_no") of a row.
func (tx *Tx) Seal(place, row, text string) ([]byte, error) {
	return tx.ring.Seal(place, tx.Union+"/"+row, text)
}

// Open gives a sealed text back. Whoever calls it answers for the right and for the look's entry in the audit.
func (tx *Tx) Open(place, row string, sealed []byte) (string, error) {
	if tx.opened != nil {
		tx.opened(tx, place, row)
	}
	return tx.ring.Open(place, tx.Union+"/"+row, sealed)
}

// Index gives the blind index of a normal form in this union, to be written or, in an act, compared: the act brings rows
// of the same value that stand under an older key up to it. A read that looks for rows uses Find.
func (tx *Tx) Index(kind, normal string) string {
	all := tx.ring.Indexes(tx.Union, kind, normal)
	last := all[len(all)-1]
	if tx.moving {
		for _, old := range all[:len(all)-1] {
			tx.moves = append(tx.moves, [2]string{old, last})
		}
	}
	return last
}

// Find gives the blind indexes a row of this normal form may have while the keys are being changed: the newest and the one
// before it, which are the same text when there is one.
func (tx *Tx) Find(kind, normal string) (newest, before string) {
	all := tx.ring.Indexes(tx.Union, kind, normal)
	return all[len(all)-1], all[max(0, len(all)-2)]
}

// MAC signs bytes for a purpose under this installation's key.
func (tx *Tx) MAC(purpose string, data []byte) []byte { return tx.ring.MAC(purpose, data) }

// ID makes a new identifier: 26 letters and digits that sort by the act's time.
func (tx *Tx) ID() string { return newID(tx.Now) }

const idLetters = "0123456789abcdefghjkmnpqrstvwxyz"

func newID(now time.Time) string {
	var raw [16]byte
	ms := now.UnixMilli()
	for i := range 6 {
		raw[i] = byte(ms >> (40 - 8*i))
	}
	_, _ = rand.Read(raw[6:]) // crypto/rand.Read never fails
	var b strings.Builder
	var acc, bits uint
	acc, bits = 0, 2 // 128 bits in 26 letters of 5: two leading zero bits
	for _, c := range raw {
		acc, bits = acc<<8|uint(c), bits+8
		for bits >= 5 {
			bits -= 5
			b.WriteByte(idLetters[acc>>bits&31])
		}
		acc &= 1<<bits - 1
	}
	return b.String()
}

// Token makes a secret of 32 letters and digits that cannot be guessed, for links and sessions.
func Token() string { return strings.ToLower(rand.Text() + rand.Text())[:32] }

// Number gives the next short number people see, BF-2026-000318, counted without gaps per union, series and year.
func (tx *Tx) Number(ctx context.Context, series string) (string, error) {
	year := tx.Day().Year()
	n, err := Value[int64](ctx, tx, `
		insert into db_number (union_id, series, year, last) values ($1, $2, $3, 1)
		on conflict (union_id, series, year) do update set last = db_number.last + 1
		returning last`, tx.Union, series, year)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s-%d-%06d", series, year, n), nil
}

// plain turns arguments into what both drivers take: int64, string, []byte, nil.
func plain(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = plainOne(a)
	}
	return out
}

func plainOne(a any) any {
	switch v := a.(type) {
	case nil, string, int64, []byte:
		return v
	case bool:
		if v {
			return int64(1)
		}
		return int64(0)
	case driver.Valuer:
		got, err := v.Value()
		if err != nil {
			return a
		}
		return got
	}
	switch v := reflect.ValueOf(a); v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Bool:
		return plainOne(v.Bool())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Bytes()
		}
	}
	return a
}

// brief is a statement in few words for the log; statements hold no personal data, their arguments are never logged.
func brief(query string) string {
	q := strings.Join(strings.Fields(query), " ")
	if len(q) > 60 {
		q = q[:60] + "…"
	}
	return q
}

// NewUnion makes the id of a union that is about to be founded.
func NewUnion(d *DB) string { return newID(d.Now()) }
