// Command transfer2 measures the work TRANSFER-2 on the ledger: a transfer between two accounts with an idempotency key, two
// sides, both balances kept, on disk when it is answered. Ours is fund.Shift, the whole of it: one voucher, four postings in
// the books of money and of budget, the givers' terms, the hash chain. Beside it in the same run: the bare work on our own
// SQLite driver (bare-sql), on PostgreSQL by one function (pg-func), and the write-ahead limit (wal: memory, one
// append-only file, group commit). Rounds are taken in turn; the medians are printed, one JSON object a line.
//
//	go run ./bench/transfer2                     both engines, a private PostgreSQL that flushes
//	go run ./bench/transfer2 -secs 4 -rounds 3 -clients 1,8,16
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"bangfu/tools/load"
)

// op does one unit of the work and says how many transfers it was. It is called by one client only.
type op func(ctx context.Context, client, n int) (int, error)

// side is one system under the work: begin gives its op, check holds its books, done ends it.
type side struct {
	engine, name, mode string
	begin              func() (op, error)
	check              func() error
}

// run is what one side did in one round.
type run struct{ perSecond, p99 float64 }

// result is the line that is printed. Ours and Limit are transfers a second; Limit is of the system named by Against.
type result struct {
	Work    string  `json:"work"`
	Engine  string  `json:"engine"`
	Mode    string  `json:"mode"`
	Clients int     `json:"clients"`
	Against string  `json:"against"`
	Ours    float64 `json:"ours"`
	Limit   float64 `json:"limit"`
	Ratio   float64 `json:"ratio"`
	P99     float64 `json:"p99_ms"`
	Check   string  `json:"check"`
}

type wish struct {
	secs    float64
	rounds  int
	clients []int
	pockets int
	engines string
}

func main() {
	var w wish
	clients := flag.String("clients", "1,8,16", "how many at once")
	flag.Float64Var(&w.secs, "secs", 3, "seconds counted of each run, after one second not counted")
	flag.IntVar(&w.rounds, "rounds", 3, "rounds, taken in turn")
	flag.IntVar(&w.pockets, "pockets", 1000, "pockets in the ledger")
	flag.StringVar(&w.engines, "engines", "sqlite,postgres", "which of them")
	flag.Parse()
	for _, c := range strings.Split(*clients, ",") {
		n, err := strconv.Atoi(c)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		w.clients = append(w.clients, n)
	}
	if err := w.all(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (w wish) all() error {
	dir, err := os.MkdirTemp("", "bangfu-transfer2-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a folder of figures already printed
	var sides []side
	if strings.Contains(w.engines, "sqlite") {
		own, err := newOurs("sqlite", "sqlite:"+filepath.Join(dir, "ours", "b.db"), w.pockets)
		if err != nil {
			return err
		}
		defer own.close()
		web, err := newServed("sqlite", filepath.Join(dir, "house"), "", w.pockets)
		if err != nil {
			return err
		}
		defer web.close()
		sides = append(sides, own.side("spread"), own.side("hot"), own.side("batch"), web.side("spread"),
			bareSQL(filepath.Join(dir, "bare.db"), "spread"), bareSQL(filepath.Join(dir, "bareb.db"), "batch"), wal(filepath.Join(dir, "wal")))
	}
	if strings.Contains(w.engines, "postgres") {
		pg, err := load.NewPostgres()
		if err != nil {
			return err
		}
		defer func() { _ = pg.Remove() }() // private to this run
		own, err := newOurs("postgres", pg.DSN(), w.pockets)
		if err != nil {
			return err
		}
		defer own.close()
		more, err := load.NewPostgres()
		if err != nil {
			return err
		}
		defer func() { _ = more.Remove() }() // private to this run
		web, err := newServed("postgres", filepath.Join(dir, "pghouse"), more.DSN(), w.pockets)
		if err != nil {
			return err
		}
		defer web.close()
		sides = append(sides, own.side("spread"), own.side("hot"), web.side("spread"), pgFunc(pg.DSN(), "spread"), pgFunc(pg.DSN(), "hot"))
	}
	return w.print(sides)
}

// figures are the runs of each side, by clients.
type figures map[string]map[int][]run

func (s side) key() string { return s.engine + " " + s.name + " " + s.mode }

func (w wish) print(sides []side) error {
	all, checks := figures{}, map[string]string{}
	for round := range w.rounds {
		for _, s := range sides {
			for _, c := range w.clients {
				if s.mode == "batch" && c != w.clients[0] {
					continue
				}
				r, err := w.drive(s, c)
				if err != nil {
					return fmt.Errorf("%s: %w", s.key(), err)
				}
				if all[s.key()] == nil {
					all[s.key()] = map[int][]run{}
				}
				all[s.key()][c] = append(all[s.key()][c], r)
				fmt.Fprintf(os.Stderr, "round %d  %-24s clients %2d  %9.0f /s  p99 %.2f ms\n", round+1, s.key(), c, r.perSecond, r.p99)
			}
			if checks[s.key()] == "" || checks[s.key()] == "ok" {
				if checks[s.key()] = "ok"; s.check() != nil {
					checks[s.key()] = s.check().Error()
				}
			}
		}
	}
	return w.lines(all, checks)
}

// lines prints each of our figures against each of the others of its engine.
func (w wish) lines(all figures, checks map[string]string) error {
	out := json.NewEncoder(os.Stdout)
	for _, pair := range [][2]string{
		{"sqlite ours spread", "sqlite bare-sql spread"}, {"sqlite ours spread", "sqlite wal spread"}, {"sqlite ours hot", "sqlite ours spread"},
		{"sqlite ours batch", "sqlite bare-sql batch"}, {"sqlite http spread", "sqlite ours spread"}, {"postgres http spread", "postgres ours spread"}, {"postgres ours spread", "postgres pg-func spread"}, {"postgres ours hot", "postgres pg-func hot"},
	} {
		for _, c := range w.clients {
			mine, other := median(all[pair[0]][c]), median(all[pair[1]][c])
			if mine.perSecond == 0 || other.perSecond == 0 {
				continue
			}
			word := strings.Fields(pair[0])
			r := result{Work: "transfer2", Engine: word[0], Mode: word[2], Clients: c, Against: strings.Join(strings.Fields(pair[1])[1:], " "),
				Ours: round2(mine.perSecond), Limit: round2(other.perSecond), Ratio: round2(mine.perSecond / other.perSecond), P99: round2(mine.p99), Check: checks[pair[0]]}
			if r.Check == "ok" && checks[pair[1]] != "ok" {
				r.Check = checks[pair[1]]
			}
			if err := out.Encode(r); err != nil {
				return err
			}
		}
	}
	return w.together(all, checks, out)
}

// together prints what more clients at once do against one: their acts share a commit.
func (w wish) together(all figures, checks map[string]string, out *json.Encoder) error {
	for _, key := range []string{"sqlite ours spread", "sqlite http spread", "postgres ours spread", "postgres http spread"} {
		one := median(all[key][1])
		for _, c := range w.clients {
			mine := median(all[key][c])
			if c == 1 || one.perSecond == 0 || mine.perSecond == 0 {
				continue
			}
			word := strings.Fields(key)
			if err := out.Encode(result{Work: "transfer2", Engine: word[0], Mode: word[2], Clients: c, Against: word[1] + " at one client",
				Ours: round2(mine.perSecond), Limit: round2(one.perSecond), Ratio: round2(mine.perSecond / one.perSecond), P99: round2(mine.p99), Check: checks[key]}); err != nil {
				return err
			}
		}
	}
	return nil
}

func round2(x float64) float64 { return float64(int64(x*100+0.5)) / 100 }

func median(all []run) run {
	if len(all) == 0 {
		return run{}
	}
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b run) int {
		return map[bool]int{true: -1, false: 1}[a.perSecond < b.perSecond]
	})
	return all[len(all)/2]
}

// drive lets some clients do the work in a closed loop.
func (w wish) drive(s side, clients int) (run, error) {
	do, err := s.begin()
	if err != nil {
		return run{}, err
	}
	warm := time.Now().Add(time.Second)
	end := warm.Add(time.Duration(w.secs * float64(time.Second)))
	var mu sync.Mutex
	var took []time.Duration
	var first error
	n := 0
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			var mine []time.Duration
			done := 0
			for i := 0; time.Now().Before(end); i++ {
				began := time.Now()
				k, err := do(context.Background(), c, i)
				if err != nil {
					mu.Lock()
					first = err
					mu.Unlock()
					return
				}
				if now := time.Now(); now.After(warm) && now.Before(end) {
					done, mine = done+k, append(mine, now.Sub(began))
				}
			}
			mu.Lock()
			n, took = n+done, append(took, mine...)
			mu.Unlock()
		})
	}
	wg.Wait()
	slices.Sort(took)
	r := run{perSecond: float64(n) / w.secs}
	if len(took) > 0 {
		r.p99 = float64(took[len(took)*99/100].Microseconds()) / 1000
	}
	return r, first
}
