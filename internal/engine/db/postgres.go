package db

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx" of database/sql
)

func (d *DB) openPostgres(ctx context.Context, dsn string) (err error) {
	if d.write, err = sql.Open("pgx", dsn); err != nil {
		return err
	}
	d.write.SetMaxOpenConns(16)
	d.write.SetMaxIdleConns(8)
	d.read = d.write
	return d.write.PingContext(ctx)
}

// tries bounds how often an act that lost a race is run again.
const tries = 6

// updatePostgres runs at read committed: acts guard themselves with constraints, conditional updates and row locks.
func (d *DB) updatePostgres(ctx context.Context, who Actor, f func(context.Context, *Tx) error) error {
	for try := 1; ; try++ {
		err := d.tryPostgres(ctx, who, f)
		if err == nil || try == tries || !lostRace(err) {
			return err
		}
		wait := time.Duration(rand.Int64N(int64(try) * int64(20*time.Millisecond)))
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait):
		}
	}
}

func (d *DB) tryPostgres(ctx context.Context, who Actor, f func(context.Context, *Tx) error) (err error) {
	tx, err := d.write.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return err
	}
	if err := caught(ctx, d.tx(tx, who).acting(d), f); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func lostRace(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}

// Taken reports whether an error is a unique key already in use. On PostgreSQL the act cannot go on after it: use
// "on conflict do nothing" where the act has something else to do.
func Taken(err error) bool {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code == "23505"
	}
	return uniqueSQLite(err)
}
