// Command failover takes the primary of a three-node PostgreSQL cluster away, again and again, under clients that apply,
// approve and pay through two "bangfu serve", and proves from the clients' journals that nothing answered was lost. The
// cluster is Patroni in strict synchronous mode with etcd and haproxy, all on loopback (Debian's patroni, etcd-server and
// haproxy). Every drill waits until the cluster is whole again. One JSON line is the result; the exit code is 0 only if
// nothing is missing, nothing is doubled and all verifies.
//
//	go run ./tools/failover -drills 20
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
	"slices"
	"sync"
	"syscall"
	"time"

	"bangfu/internal/app"
	"bangfu/tools/load"
)

type result struct {
	Work    string    `json:"work"`
	Seed    uint64    `json:"seed"`
	Drills  int       `json:"drills"`
	Killed  int       `json:"killed"`
	Stopped int       `json:"stopped"`
	Gaps    []float64 `json:"gaps_s"` // the longest time without an answered act, of each drill
	Median  float64   `json:"gap_median_s"`
	Worst   float64   `json:"gap_worst_s"`
	load.Verdict
	Check string `json:"check"`
}

func main() {
	drills := flag.Int("drills", 20, "how often the primary is taken away, by SIGKILL and SIGSTOP in turn")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the moments and of what the clients do")
	flag.Parse()
	r := result{Work: "failover", Seed: *seed, Check: "ok"}
	if err := run(context.Background(), &r, *drills); err != nil {
		r.Wrong = append(r.Wrong, err.Error())
	}
	if !r.Good() || r.Drills != *drills {
		r.Check = "failed"
	}
	line, err := json.Marshal(r)
	fmt.Println(string(line))
	if err != nil || r.Check != "ok" {
		os.Exit(1)
	}
}

func run(ctx context.Context, r *result, drills int) (err error) {
	dir, err := os.MkdirTemp("", "bangfu-failover-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	bin, err := load.Build(ctx, dir)
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "failover: seed", r.Seed, "- the cluster comes up")
	c, err := load.NewCluster(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Remove()) }()
	cfg := app.Config{Data: filepath.Join(dir, "house"), DSN: c.DSN()}
	const clients = 4
	u, err := load.Found(ctx, cfg, clients, 200+40*drills)
	if err != nil {
		return err
	}
	j, err := load.NewJournal(filepath.Join(dir, "journal.jsonl"))
	if err != nil {
		return err
	}
	var servers []*load.Server
	var bases []string
	defer func() {
		for _, s := range servers {
			err = errors.Join(err, s.Stop())
		}
	}()
	for range 2 {
		addr, err := load.FreeAddr()
		if err != nil {
			return err
		}
		s := &load.Server{Bin: bin, Data: cfg.Data, DSN: cfg.DSN, Addr: addr}
		if err := errors.Join(s.Start(), s.Ready(ctx)); err != nil {
			return err
		}
		servers, bases = append(servers, s), append(bases, s.Base())
	}
	var all []*load.Client
	stop := make(chan struct{})
	for i := range clients {
		all = append(all, &load.Client{No: i, Union: u, Servers: bases, Journal: j, Stop: stop, Rand: rand.New(rand.NewPCG(r.Seed, uint64(i+1)))})
	}
	if err := work(ctx, all, stop, func() error { return r.drill(ctx, c, j, drills) }); err != nil {
		return err
	}
	if err := r.Replay(ctx, all[0], 300); err != nil {
		return err
	}
	for _, s := range servers {
		if err := s.Stop(); err != nil {
			return err
		}
	}
	return r.Verdict.Check(ctx, cfg, all)
}

// work lets the clients work while f runs, and then stops them.
func work(ctx context.Context, all []*load.Client, stop chan struct{}, f func() error) error {
	going, giveUp := context.WithCancel(ctx)
	defer giveUp()
	var wg sync.WaitGroup
	errs := make([]error, len(all)+1)
	for i, c := range all {
		var mine []load.Worker
		for k := i; k < len(c.Union.Workers); k += len(all) {
			mine = append(mine, c.Union.Workers[k])
		}
		wg.Go(func() { errs[i] = c.Run(going, mine) })
	}
	if errs[len(all)] = f(); errs[len(all)] != nil {
		giveUp()
	}
	close(stop)
	wg.Wait()
	return errors.Join(errs...)
}

// drill takes the primary away so many times.
func (r *result) drill(ctx context.Context, c *load.Cluster, j *load.Journal, drills int) error {
	dice := rand.New(rand.NewPCG(r.Seed, 0))
	for r.Drills < drills {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second + time.Duration(dice.Int64N(int64(2*time.Second)))):
		}
		sig := syscall.SIGKILL
		if r.Drills%2 == 1 {
			sig = syscall.SIGSTOP
			r.Stopped++
		} else {
			r.Killed++
		}
		before := j.Acts()
		j.Gap()
		back, err := c.Strike(ctx, sig)
		if err != nil {
			return fmt.Errorf("drill %d, %v: %w", r.Drills+1, sig, err)
		}
		if err := j.Await(ctx, before+20); err != nil { // writes go on without the old one
			return fmt.Errorf("drill %d, %v: %w", r.Drills+1, sig, err)
		}
		r.Gaps = append(r.Gaps, j.Gap().Round(100*time.Millisecond).Seconds())
		if err := errors.Join(back(), c.Whole(ctx)); err != nil {
			return fmt.Errorf("drill %d, %v: %w", r.Drills+1, sig, err)
		}
		r.Drills++
		fmt.Fprintf(os.Stderr, "failover: drill %d, %v: %.1f s without an answer, %d acts answered\n", r.Drills, sig, r.Gaps[len(r.Gaps)-1], j.Acts())
	}
	sorted := slices.Sorted(slices.Values(r.Gaps))
	r.Median, r.Worst = sorted[len(sorted)/2], sorted[len(sorted)-1]
	return nil
}
