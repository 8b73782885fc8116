// Command model does random operations on the relief fund's ledger and on a simple ledger kept in memory, beside each other:
// both must take and refuse the same, with the same reason, and every balance, list and statement must be equal whenever
// they are compared. The same seed makes the same operations. One JSON line is the result.
//
//	go run ./tools/model                      1,000,000 operations on SQLite
//	go run ./tools/model -engine postgres     the same on a private PostgreSQL
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"bangfu/internal/base/schema"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/seal"
	"bangfu/tools/load"
)

type wish struct {
	engine            string
	ops, walks, every int
	seed              uint64
}

// result is the line that is printed.
type result struct {
	Work      string         `json:"work"`
	Engine    string         `json:"engine"`
	Seed      uint64         `json:"seed"`
	Ops       int            `json:"ops"`
	Accepted  int            `json:"accepted"`
	Entries   int            `json:"entries"`
	Compared  int            `json:"compared"`
	Refused   map[string]int `json:"refused"`
	PerSecond float64        `json:"per_second"`
	Check     string         `json:"check"`
}

func main() {
	var w wish
	flag.StringVar(&w.engine, "engine", "sqlite", "sqlite or postgres")
	flag.IntVar(&w.ops, "ops", 1_000_000, "how many operations")
	flag.IntVar(&w.walks, "walks", 4, "how many unions are walked at once")
	flag.IntVar(&w.every, "every", 5000, "operations between two comparisons of everything")
	flag.Uint64Var(&w.seed, "seed", uint64(time.Now().UnixNano()), "of the operations")
	flag.Parse()
	fmt.Fprintf(os.Stderr, "model: engine %s, seed %d\n", w.engine, w.seed)
	r, err := run(w)
	if r.Check = "ok"; err != nil {
		r.Check = err.Error()
	}
	line, bad := json.Marshal(r)
	if bad != nil {
		fmt.Fprintln(os.Stderr, bad)
	}
	fmt.Println(string(line))
	if r.Check != "ok" {
		os.Exit(1)
	}
}

func run(w wish) (r result, err error) {
	r = result{Work: "model", Engine: w.engine, Seed: w.seed, Refused: map[string]int{}}
	dir, err := os.MkdirTemp("", "bangfu-model-")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	dsn := func(i int) string { return "sqlite:" + filepath.Join(dir, fmt.Sprint(i), "model.db") }
	if w.engine == "postgres" {
		pg, err := load.NewPostgres()
		if err != nil {
			return r, err
		}
		defer func() { err = errors.Join(err, pg.Remove()) }()
		dsn = func(int) string { return pg.DSN() }
	}
	return w.all(r, func(i int, clock func() time.Time) (*db.DB, error) { return house(dsn(i), clock) })
}

// house opens a database; each walk has its own, so that each has a clock of its own.
func house(dsn string, clock func() time.Time) (*db.DB, error) {
	ring, err := seal.NewOf(seal.AES)
	if err != nil {
		return nil, err
	}
	d, err := db.Open(context.Background(), db.Config{DSN: dsn, Schema: schema.Files, Ring: ring, Clock: clock})
	if err == nil {
		err = d.Migrate(context.Background())
	}
	return d, err
}

// all walks some unions side by side, each with random numbers of its own.
func (w wish) all(r result, open func(i int, clock func() time.Time) (*db.DB, error)) (result, error) {
	began := time.Now()
	var wg sync.WaitGroup
	walks, faults := make([]*walker, w.walks), make([]error, w.walks)
	for i := range walks {
		now := time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)
		d, err := open(i, func() time.Time { return now })
		if err != nil {
			return r, err
		}
		walks[i] = &walker{d: d, union: fmt.Sprintf("u%d", i), now: &now, r: rand.New(rand.NewPCG(w.seed, uint64(i))), m: newLedger(), faults: map[string]int{}}
		wg.Go(func() { faults[i] = errors.Join(walks[i].walk(w.ops/w.walks, w.every), d.Close()) })
	}
	wg.Wait()
	for _, k := range walks {
		r.Ops, r.Accepted, r.Entries = r.Ops+k.n, r.Accepted+k.accepted, r.Entries+len(k.m.lines)
		r.Compared += k.n/w.every + 1
		for key, n := range k.faults {
			r.Refused[key] += n
		}
	}
	r.PerSecond = float64(int(float64(r.Ops) / time.Since(began).Seconds()))
	return r, errors.Join(faults...)
}

// walk does so many operations and compares everything every so often and at the end.
func (w *walker) walk(ops, every int) error {
	if err := w.open(); err != nil {
		return err
	}
	for w.n < ops {
		if err := w.step(); err != nil {
			return fmt.Errorf("%s: %w", w.union, err)
		}
		if w.n%every == 0 {
			if err := w.compare(); err != nil {
				return fmt.Errorf("%s: %w", w.union, err)
			}
		}
	}
	return w.compare()
}
