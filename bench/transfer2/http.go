package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	"bangfu/internal/app"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
	"bangfu/tools/load"
)

// served is the ledger of a whole house, asked through its JSON API: a token, the right, validation, the audit entry and the answer
// kept for its key, beside the transfer itself.
type served struct {
	engine  string
	house   *app.House
	srv     *httptest.Server
	ask     *http.Client
	union   string
	token   string
	pockets int
	before  int64
	posted  atomic.Int64
	runs    atomic.Int64
}

// newServed founds a union by the program's own acts and opens pockets in it with more money than the work can use up.
func newServed(engine, dir, dsn string, pockets int) (*served, error) {
	ctx, cfg := context.Background(), app.Config{Data: dir, DSN: dsn}
	u, err := load.Found(ctx, cfg, 1, 1)
	if err != nil {
		return nil, err
	}
	s := &served{engine: engine, union: u.ID, token: u.Staff["hanshou"].Token, pockets: pockets,
		ask: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	if s.house, err = app.Open(ctx, cfg); err != nil {
		return nil, err
	}
	for at := 0; at < pockets; at += 100 {
		err := s.house.DB.Update(ctx, db.System(u.ID), func(ctx context.Context, tx *db.Tx) error {
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
	s.srv = httptest.NewServer(s.house.Web)
	s.before, err = s.entries()
	return s, err
}

func (s *served) close() {
	s.srv.Close()
	_ = s.house.Close() // the figures are printed
}

func (s *served) side(mode string) side {
	return side{engine: s.engine, name: "http", mode: mode, check: s.check, begin: func() (op, error) {
		begun := fmt.Sprint(s.runs.Add(1), "-", time.Now().UnixNano())
		return func(ctx context.Context, client, n int) (int, error) {
			r := rand.New(rand.NewPCG(uint64(client), uint64(n)))
			from, to := pair(r, s.pockets, mode == "hot")
			body := fmt.Sprintf(`{"from":%q,"to":%q,"amount":%d,"reason":"bench"}`, code(from), code(to), 1+r.IntN(100000))
			if err := s.post(ctx, fmt.Sprintf("%s-%d-%d", begun, client, n), body); err != nil {
				return 0, err
			}
			s.posted.Add(1)
			return 1, nil
		}, nil
	}}
}

func (s *served) post(ctx context.Context, key, body string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.srv.URL+"/api/v1/fund/transfer", strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+s.token)
	r.Header.Set("Idempotency-Key", key)
	r.Header.Set("Content-Type", "application/json")
	a, err := s.ask.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = a.Body.Close() }()
	text, err := io.ReadAll(a.Body)
	if err == nil && a.StatusCode != http.StatusOK {
		err = fmt.Errorf("transfer answered %d: %.200s", a.StatusCode, text)
	}
	return err
}

func (s *served) entries() (n int64, err error) {
	err = s.house.DB.View(context.Background(), db.System(s.union), func(ctx context.Context, tx *db.Tx) error {
		book, err := fund.BookOf(ctx, tx)
		n = book.Entries
		return err
	})
	return n, err
}

// check holds that every answered transfer is there once and that the books are even.
func (s *served) check() error {
	n, err := s.entries()
	if err != nil {
		return err
	}
	if n-s.before != s.posted.Load() {
		return fmt.Errorf("%d entries, %d were answered", n-s.before, s.posted.Load())
	}
	return s.house.DB.View(context.Background(), db.System(s.union), func(ctx context.Context, tx *db.Tx) error {
		trial, err := fund.TrialOn(ctx, tx, tx.Day(), "")
		if err == nil && trial.Debit != trial.Credit {
			err = fmt.Errorf("the trial balance is not even: %v and %v", trial.Debit, trial.Credit)
		}
		return err
	})
}
