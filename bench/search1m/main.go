// Command search1m measures the work SEARCH-1M: a page of the roster found by a part of a name, by pinyin whole or in part, by
// initials, and by a part of a staff number, among a million workers with invented names. The limit is 20 ms at the 99th
// percentile. Each answer is held against the text, and a sample of the counts against reading every worker.
//
//	go run ./bench/search1m               a million, on SQLite
//	go run ./bench/search1m -n 100000     fewer
//	go run ./bench/search1m -dsn postgres://…   on a database that may be filled
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"bangfu/bench/harness"
	"bangfu/internal/base/schema"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/seal"
)

type wish struct {
	n, asks int
	dsn     string
}

func main() {
	var w wish
	flag.IntVar(&w.n, "n", 1_000_000, "workers")
	flag.IntVar(&w.asks, "asks", 400, "searches of each kind")
	flag.StringVar(&w.dsn, "dsn", "", "an empty database; a new SQLite file where none is named")
	flag.Parse()
	if err := run(context.Background(), w, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "search1m:", err)
		os.Exit(1)
	}
}

const union = "u1"

func run(ctx context.Context, w wish, out io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "bangfu-search-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if w.dsn == "" {
		w.dsn = "sqlite:" + filepath.Join(dir, "search.db")
	}
	ring, err := seal.NewOf(seal.AES)
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Config{DSN: w.dsn, Schema: schema.Files, Ring: ring})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	harness.Machine()
	took, err := harness.Seconds(func() error { return fill(ctx, d, w.n) })
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d workers laid down in %.0f s\n", w.n, took)
	engine, _, _ := strings.Cut(w.dsn, ":")
	for _, k := range kinds() {
		l, err := measure(ctx, d, w, k)
		l.Work, l.Engine = fmt.Sprintf("SEARCH-%d %s", w.n, k.name), engine
		if err := l.Print(out, err); err != nil {
			return err
		}
	}
	return nil
}

// measure takes the searches of one kind one after another, page and count as the roster's page asks for both.
func measure(ctx context.Context, d *db.DB, w wish, k kind) (l harness.Line, err error) {
	r := rand.New(rand.NewPCG(7, uint64(len(k.name))))
	var took []float64
	for i := range w.asks {
		text := k.text(invent(r.IntN(w.n)), r)
		began := time.Now()
		found, many, err := search(ctx, d, text)
		took = append(took, float64(time.Since(began).Microseconds())/1000)
		if err == nil {
			err = check(ctx, d, text, found, many, i%100 == 0)
		}
		if err != nil {
			return l, err
		}
	}
	slices.Sort(took)
	l = harness.Line{Clients: 1, Against: "20 ms", Ours: took[len(took)*99/100], Limit: 20, P99: took[len(took)*99/100], Unit: "ms at the 99th percentile"}
	l.Ratio = l.Ours / l.Limit
	fmt.Fprintf(os.Stderr, "%s: median %.1f ms, p99 %.1f ms, most %.1f ms\n", k.name, took[len(took)/2], l.Ours, took[len(took)-1])
	return l, nil
}

func search(ctx context.Context, d *db.DB, text string) (found []person.Worker, many int64, err error) {
	err = d.View(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) error {
		q := person.Query{Text: text}
		if found, err = person.List(ctx, tx, person.RightList, q); err != nil {
			return err
		}
		many, err = person.Count(ctx, tx, person.RightList, q)
		return err
	})
	return found, many, err
}

// check holds what was found against the text, and now and then the count against reading everybody.
func check(ctx context.Context, d *db.DB, text string, found []person.Worker, many int64, recount bool) error {
	if len(found) == 0 || int(many) < len(found) {
		return fmt.Errorf("%q: %d on the page, %d counted", text, len(found), many)
	}
	for _, f := range found {
		if _, all, _ := person.SearchKeys(f.Name, f.StaffNo); !strings.Contains(all, text) {
			return fmt.Errorf("%q found somebody who has it nowhere", text)
		}
	}
	if !recount {
		return nil
	}
	return d.View(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) error {
		n, err := db.Value[int64](ctx, tx, `select count(*) from person_worker where union_id = $1 and search like $2`, union, "%"+text+"%")
		if err == nil && min(n, person.Query{Text: text}.Most()) != many {
			err = fmt.Errorf("%q: counted %d, there are %d", text, many, n)
		}
		return err
	})
}
