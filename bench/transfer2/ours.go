package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"bangfu/internal/base/money"
	"bangfu/internal/base/schema"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/seal"
)

// ours is the ledger itself on one engine.
type ours struct {
	engine  string
	d       *db.DB
	pockets int
	posted  atomic.Int64
	runs    atomic.Int64
}

func clerk() db.Actor { return db.Actor{Union: "u1", User: "bench", Person: "p-bench"} }

// newOurs opens a ledger of some pockets, each with more money than the work can use up.
func newOurs(engine, dsn string, pockets int) (*ours, error) {
	ring, err := seal.NewOf(seal.AES)
	if err != nil {
		return nil, err
	}
	o := &ours{engine: engine, pockets: pockets}
	ctx := context.Background()
	if o.d, err = db.Open(ctx, db.Config{DSN: dsn, Schema: schema.Files, Ring: ring}); err != nil {
		return nil, err
	}
	if err := o.d.Migrate(ctx); err != nil {
		return nil, err
	}
	for at := 0; at < pockets; at += 100 {
		err := o.d.Update(ctx, clerk(), func(ctx context.Context, tx *db.Tx) error {
			for i := at; i < min(at+100, pockets); i++ {
				if _, err := fund.Open(ctx, tx, fund.NewPocket{Code: code(i), Name: code(i), Source: fund.Company, Manager: "bench"}); err != nil {
					return err
				}
				if _, err := fund.Give(ctx, tx, fund.Gift{Key: "slip/" + code(i), Pocket: code(i), Amount: money.Yuan(1_000_000_000)}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	o.posted.Store(int64(pockets))
	return o, nil
}

func code(i int) string { return fmt.Sprintf("P%05d", i) }

func (o *ours) close() { _ = o.d.Close() } // the figures are printed

// pair picks two pockets; hot always the first of them to pay.
func pair(r *rand.Rand, n int, hot bool) (from, to int) {
	if from = r.IntN(n); hot {
		from = 0
	}
	if to = r.IntN(n - 1); to >= from {
		to++
	}
	return from, to
}

func (o *ours) side(mode string) side {
	per := 1
	if mode == "batch" {
		per = 1000
	}
	return side{engine: o.engine, name: "ours", mode: mode, check: o.check, begin: func() (op, error) {
		begun := fmt.Sprint(o.runs.Add(1), "-", time.Now().UnixNano())
		return func(ctx context.Context, client, n int) (int, error) {
			r := rand.New(rand.NewPCG(uint64(client), uint64(n)))
			err := o.d.Update(ctx, clerk(), func(ctx context.Context, tx *db.Tx) error {
				for i := range per {
					from, to := pair(r, o.pockets, mode == "hot")
					if _, err := fund.Shift(ctx, tx, fund.Transfer{Key: fmt.Sprintf("%s-%d-%d-%d", begun, client, n, i), From: code(from), To: code(to),
						Amount: money.Amount(1 + r.IntN(100000)), Reason: "bench"}); err != nil {
						return err
					}
				}
				return nil
			})
			if err == nil {
				o.posted.Add(int64(per))
			}
			return per, err
		}, nil
	}}
}

// check holds that every answered transfer is there once, and the whole chain, every sum and every balance.
func (o *ours) check() error {
	return o.d.View(context.Background(), clerk(), func(ctx context.Context, tx *db.Tx) error {
		book, err := fund.BookOf(ctx, tx)
		if err != nil {
			return err
		}
		if book.Entries != o.posted.Load() {
			return fmt.Errorf("%d entries, %d were answered", book.Entries, o.posted.Load())
		}
		trial, err := fund.TrialOn(ctx, tx, tx.Day(), "")
		if err == nil && trial.Debit != trial.Credit {
			err = errors.New("the trial balance is not even")
		}
		return err
	})
}
