// Command cases100k measures the work CASES-100K over HTTP: a page of 30 cases of one group in one state, newest first, and
// the creation of one case, durable when answered. Ours is signed in, with rights, validation, audit and its chain; the
// JSON API and the HTML page are taken apart. The limit is rawlimit beside it, which does nothing else, in turn with ours,
// three rounds, medians.
//
//	go run ./bench/cases100k                    SQLite, against rawlimit on the program's driver
//	go run ./bench/cases100k -engine postgres   a private PostgreSQL that flushes, against the same
//	go run ./bench/cases100k -big 1000000       and the same list at a million cases, against that at 100,000
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"bangfu/bench/harness"
	"bangfu/internal/app"
	"bangfu/tools/load"
)

type wish struct {
	engine            string
	cases, spare, big int
	clients, rounds   int
	lasts             time.Duration
}

// field is where it happens.
type field struct {
	wish
	out    io.Writer
	dir    string
	bin    string
	pg     *load.Postgres
	cfg    app.Config
	server *load.Server
	seeded *seeded
	limits []limit
	made   int // creates ours has answered
}

// limit is one rawlimit that serves.
type limit struct {
	name, base string
	made       int // creates it has answered
}

func main() {
	var w wish
	flag.StringVar(&w.engine, "engine", "sqlite", "sqlite or postgres")
	flag.IntVar(&w.cases, "cases", 100_000, "how many there are")
	flag.IntVar(&w.spare, "spare", 100_000, "workers without a case: the most that can be created")
	flag.IntVar(&w.big, "big", 0, "also the list at so many cases")
	flag.IntVar(&w.clients, "clients", 16, "how many ask at once")
	flag.IntVar(&w.rounds, "rounds", 3, "how often each is taken, in turn")
	flag.DurationVar(&w.lasts, "for", 4*time.Second, "how long each is counted")
	flag.Parse()
	if err := run(context.Background(), w, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "cases100k:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w wish, out io.Writer) (err error) {
	f := &field{wish: w, out: out}
	if f.dir, err = os.MkdirTemp("", "bangfu-cases-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(f.dir)) }()
	if f.bin, err = load.Build(ctx, f.dir); err != nil {
		return err
	}
	stop, err := f.raise(ctx)
	defer stop()
	if err != nil {
		return err
	}
	harness.Machine()
	small, err := f.measure(ctx, f.cases)
	if err == nil {
		err = f.tell(small)
	}
	if err != nil || f.big == 0 {
		return err
	}
	big, err := f.measure(ctx, f.big)
	if err != nil {
		return err
	}
	for _, name := range []string{"list", "page"} {
		l := harness.Line{Work: fmt.Sprintf("CASES-%d %s", f.big, name), Engine: f.engine, Clients: f.clients, Against: fmt.Sprintf("ours at %d", f.cases),
			Ours: harness.Median(big[name].rate), Limit: harness.Median(small[name].rate), P99: harness.Median(big[name].p99), Unit: "per second"}
		l.Ratio = l.Ours / l.Limit
		err = errors.Join(err, l.Print(out, nil))
	}
	return err
}

// series are the rounds of one thing.
type series struct{ rate, p99 []float64 }

// measure makes a house of n cases, takes the rounds in turn, and holds what was answered against what is kept.
func (f *field) measure(ctx context.Context, n int) (map[string]*series, error) {
	stop, err := f.serve(ctx, n)
	defer stop()
	if err == nil {
		err = f.checkList(ctx)
	}
	if err != nil {
		return nil, err
	}
	all := map[string]*series{}
	for range f.rounds {
		if err := f.round(ctx, all); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(f.server.Stop(), f.checkKept(ctx)); err != nil {
		return nil, err
	}
	return all, f.sizes(ctx)
}

// round takes each thing once: ours, then each limit, thing by thing.
func (f *field) round(ctx context.Context, all map[string]*series) error {
	take := func(name string, made *int, ask harness.Ask) error {
		r, err := harness.Loop(ctx, f.clients, f.lasts, ask)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if all[name] == nil {
			all[name] = &series{}
		}
		all[name].rate, all[name].p99 = append(all[name].rate, r.PerSecond), append(all[name].p99, r.P99)
		*made += r.Done
		fmt.Fprintf(os.Stderr, "%s: %.0f a second, p99 %.1f ms\n", name, r.PerSecond, r.P99)
		return nil
	}
	var none int
	err := errors.Join(take("list", &none, f.askList), take("page", &none, f.askPage))
	for i := range f.limits {
		err = errors.Join(err, take("list "+f.limits[i].name, &none, f.limits[i].askList))
	}
	from := f.made
	err = errors.Join(err, take("create", &f.made, func(n int) (*http.Request, error) { return f.askCreate(from + n) }))
	for i := range f.limits {
		from := f.limits[i].made
		err = errors.Join(err, take("create "+f.limits[i].name, &f.limits[i].made, func(n int) (*http.Request, error) { return f.limits[i].askCreate(from + n) }))
	}
	return err
}

// tell prints a line for each thing and limit.
func (f *field) tell(all map[string]*series) error {
	for _, of := range [][2]string{{"list", "list"}, {"page", "list"}, {"create", "create"}} {
		for _, limit := range f.limits {
			ours, raw := all[of[0]], all[of[1]+" "+limit.name]
			l := harness.Line{Work: fmt.Sprintf("CASES-%d %s", f.cases, of[0]), Engine: f.engine, Clients: f.clients, Against: limit.name,
				Ours: harness.Median(ours.rate), Limit: harness.Median(raw.rate), P99: harness.Median(ours.p99), Unit: "per second"}
			l.Ratio = l.Ours / l.Limit
			if err := l.Print(f.out, nil); err != nil {
				return err
			}
		}
	}
	return nil
}
