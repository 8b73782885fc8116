// Command crash kills "bangfu serve" at random moments under clients that apply, approve and pay, starts it again, and
// proves from the clients' journals that nothing answered was lost and nothing was done twice. One JSON line is the
// result; the exit code is 0 only if all of it holds. The same seed makes the same schedule.
//
//	go run ./tools/crash                          200 kills of serve on SQLite
//	go run ./tools/crash -engine postgres         the same on a private PostgreSQL that flushes
//	go run ./tools/crash -engine postgres -victim database -servers 3
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

	"bangfu/internal/app"
	"bangfu/tools/load"
)

type wish struct {
	engine, victim                 string
	kills, clients, servers, least int
	seed                           uint64
	most, lasts                    time.Duration
	keep                           bool
}

// result is the line that is printed.
type result struct {
	Work    string  `json:"work"`
	Engine  string  `json:"engine"`
	Victim  string  `json:"victim"`
	Seed    uint64  `json:"seed"`
	Kills   int     `json:"kills"`
	Clients int     `json:"clients"`
	Servers int     `json:"servers"`
	Seconds float64 `json:"seconds"`
	Ready   float64 `json:"ready_ms"`   // the longest a killed one took until it was ready
	Memory  [2]int  `json:"memory_mib"` // of the first server: a tenth into the work after the last kill, and at its end
	load.Verdict
	Check string `json:"check"`
}

func main() {
	var w wish
	flag.StringVar(&w.engine, "engine", "sqlite", "sqlite or postgres")
	flag.StringVar(&w.victim, "victim", "serve", "what is killed: serve, or database (PostgreSQL only)")
	flag.IntVar(&w.kills, "kills", 200, "how often")
	flag.IntVar(&w.clients, "clients", 8, "how many apply, approve and pay at once")
	flag.IntVar(&w.servers, "servers", 1, "how many serve at once (more than 1: PostgreSQL only)")
	flag.Uint64Var(&w.seed, "seed", uint64(time.Now().UnixNano()), "of the schedule and of what the clients do")
	flag.DurationVar(&w.most, "most", 700*time.Millisecond, "the longest time between ready and the next kill")
	flag.IntVar(&w.least, "least", 1, "go on until so many cases were paid, if the kills are over sooner")
	flag.DurationVar(&w.lasts, "for", 0, "go on working for so long after the last kill; memory must not grow")
	flag.BoolVar(&w.keep, "keep", false, "leave the house and the journal behind")
	flag.Parse()
	fmt.Fprintf(os.Stderr, "crash: engine %s, victim %s, seed %d\n", w.engine, w.victim, w.seed)
	r, err := run(context.Background(), w)
	r.Check = "ok"
	if err != nil {
		r.Wrong = append(r.Wrong, err.Error())
	}
	if !r.Good() {
		r.Check = "failed"
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

// run makes the house, lets the clients work while it kills, and compares.
func run(ctx context.Context, w wish) (r result, err error) {
	r = result{Work: "crash", Engine: w.engine, Victim: w.victim, Seed: w.seed, Kills: w.kills, Clients: w.clients, Servers: w.servers}
	dir, err := os.MkdirTemp("", "bangfu-crash-")
	if err != nil {
		return r, err
	}
	defer func() {
		if w.keep {
			fmt.Fprintln(os.Stderr, "left behind:", dir)
			return
		}
		err = errors.Join(err, os.RemoveAll(dir))
	}()
	f := &field{wish: w, dir: dir, cfg: app.Config{Data: filepath.Join(dir, "house")}}
	if w.engine == "postgres" {
		if f.pg, err = load.NewPostgres(); err != nil {
			return r, err
		}
		defer func() { err = errors.Join(err, f.pg.Remove()) }()
		f.cfg.DSN = f.pg.DSN()
	} else if w.servers > 1 || w.victim != "serve" {
		return r, errors.New("SQLite has one process, and no server to kill")
	}
	defer f.stop() // whatever happens, no process is left
	began := time.Now()
	if err := f.prepare(ctx); err != nil {
		return r, err
	}
	err = f.work(ctx, &r)
	r.Seconds = time.Since(began).Round(100 * time.Millisecond).Seconds()
	return r, err
}

// field is where it happens.
type field struct {
	wish
	dir     string
	cfg     app.Config
	pg      *load.Postgres
	servers []*load.Server
	clients []*load.Client
	workers []load.Worker
	stopped chan struct{}
}

func (f *field) prepare(ctx context.Context) error {
	u, err := load.Found(ctx, f.cfg, f.wish.clients, 200+f.kills*10+int(f.lasts.Seconds())*10)
	if err != nil {
		return fmt.Errorf("found a union: %w", err)
	}
	bin, err := load.Build(ctx, f.dir)
	if err != nil {
		return err
	}
	j, err := load.NewJournal(filepath.Join(f.dir, "journal.jsonl"))
	if err != nil {
		return err
	}
	var bases []string
	for range f.wish.servers {
		addr, err := load.FreeAddr()
		if err != nil {
			return err
		}
		s := &load.Server{Bin: bin, Data: f.cfg.Data, DSN: f.cfg.DSN, Addr: addr}
		f.servers = append(f.servers, s)
		bases = append(bases, s.Base())
	}
	f.stopped, f.workers = make(chan struct{}), u.Workers
	for i := range f.wish.clients {
		from := append(append([]string{}, bases[i%len(bases):]...), bases[:i%len(bases)]...)
		f.clients = append(f.clients, &load.Client{No: i, Union: u, Servers: from, Journal: j, Stop: f.stopped,
			Rand: rand.New(rand.NewPCG(f.seed, uint64(i+1)))})
	}
	return nil
}

// work lets the clients loose, kills by the schedule, and lays the journal and the house side by side.
func (f *field) work(ctx context.Context, r *result) error {
	for _, s := range f.servers {
		if err := s.Start(); err != nil {
			return err
		}
	}
	for _, s := range f.servers {
		if err := s.Ready(ctx); err != nil {
			return err
		}
	}
	going, giveUp := context.WithCancel(ctx) // one client that cannot go on ends the run
	defer giveUp()
	var wg sync.WaitGroup
	broken := make([]error, len(f.clients))
	for i, c := range f.clients {
		var mine []load.Worker
		for k := i; k < len(f.workers); k += len(f.clients) {
			mine = append(mine, f.workers[k])
		}
		wg.Go(func() {
			if broken[i] = c.Run(going, mine); broken[i] != nil {
				giveUp()
			}
		})
	}
	err := f.kill(going, r)
	if err != nil {
		giveUp()
	}
	if err == nil {
		f.enough(going)
		f.soak(going, r)
	}
	close(f.stopped)
	wg.Wait()
	if err = errors.Join(append(broken, err)...); err != nil {
		return err
	}
	err = errors.Join(err, r.Replay(ctx, f.clients[0], 300), f.stop())
	return errors.Join(err, r.Verdict.Check(ctx, f.cfg, f.clients))
}

// kill is the schedule: a random moment after all are ready, a random one of them.
func (f *field) kill(ctx context.Context, r *result) error {
	dice := rand.New(rand.NewPCG(f.seed, 0))
	for n := range f.kills {
		wait := time.Duration(dice.Int64N(int64(f.most)))
		which := f.servers[dice.IntN(len(f.servers))]
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
		began := time.Now()
		if err := f.strike(ctx, which); err != nil {
			return fmt.Errorf("kill %d: %w", n+1, err)
		}
		r.Ready = max(r.Ready, float64(time.Since(began).Milliseconds()))
		if (n+1)%20 == 0 {
			fmt.Fprintf(os.Stderr, "crash: %d kills, %d acts answered\n", n+1, f.clients[0].Journal.Acts())
		}
	}
	return nil
}

// strike kills, starts again and waits until all is well.
func (f *field) strike(ctx context.Context, which *load.Server) error {
	if f.victim == "database" {
		if err := f.pg.Kill(); err != nil {
			return err
		}
		if err := f.pg.Start(ctx); err != nil {
			return err
		}
		return which.Ready(ctx)
	}
	if err := which.Kill(); err != nil {
		return err
	}
	if err := which.Start(); err != nil {
		return err
	}
	return which.Ready(ctx)
}

// enough waits, within a minute, until some cases were paid: a run that was all kills proves little.
func (f *field) enough(ctx context.Context) {
	for range 600 {
		if f.clients[0].Journal.Count("payment.land") >= f.least {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// soak goes on without a kill and looks at the memory.
func (f *field) soak(ctx context.Context, r *result) {
	for i, part := range []time.Duration{f.lasts / 10, f.lasts - f.lasts/10} {
		select {
		case <-ctx.Done():
			return
		case <-time.After(part):
		}
		r.Memory[i] = f.servers[0].Memory()
	}
	if f.lasts > 0 && r.Memory[1] > r.Memory[0]*3/2+32 {
		r.Wrong = append(r.Wrong, fmt.Sprintf("memory grew from %d to %d MiB", r.Memory[0], r.Memory[1]))
	}
}

func (f *field) stop() error {
	var err error
	for _, s := range f.servers {
		err = errors.Join(err, s.Stop())
	}
	return err
}
