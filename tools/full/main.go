// Command full fills the disk a house stands on, for real: a small file system of its own, SQLite, the papers and a ballast file on
// it, and clients that book slips and hand in papers until there is no room left. Everything answered must be there, everything
// refused absent, the page must say what to do; with room again the same calls, asked with the same keys, are each done once, without
// a restart. One JSON line is the result. It mounts a tmpfs, for which it must be root.
//
//	go run ./tools/full                 three times full and empty again
//	go run ./tools/full -size 96 -rounds 5
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"bangfu/internal/app"
	"bangfu/internal/app/world"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/audit"
)

const clients = 8

// result is the line that is printed.
type result struct {
	Work    string   `json:"work"`
	MiB     int      `json:"mib"`
	Rounds  int      `json:"rounds"`
	Done    int64    `json:"answered"`
	Refused int64    `json:"refused"`
	Papers  int64    `json:"papers"`
	Missing int64    `json:"missing"`
	Doubled int64    `json:"doubled"`
	Seconds float64  `json:"seconds"`
	Wrong   []string `json:"wrong"`
	Check   string   `json:"check"`
}

func main() {
	size, rounds := flag.Int("size", 64, "of the file system, in MiB"), flag.Int("rounds", 3, "how often it is filled")
	flag.Parse()
	r, err := run(context.Background(), *size, *rounds)
	if err != nil {
		r.Wrong = append(r.Wrong, err.Error())
	}
	if r.Check = "ok"; len(r.Wrong) > 0 || r.Missing+r.Doubled > 0 {
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

// field is the house on its small disk, and what its clients were told.
type field struct {
	*result
	dir   string
	h     *app.House
	w     *world.World
	mu    sync.Mutex
	slips map[string]bool   // by number: whether it was answered
	kept  map[string]string // papers, by key
}

func run(ctx context.Context, size, rounds int) (r result, err error) {
	r = result{Work: "full", MiB: size, Rounds: rounds}
	dir, err := os.MkdirTemp("", "bangfu-full-")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.Remove(dir)) }()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm,mode=700", size)); err != nil {
		return r, fmt.Errorf("mount (it needs root): %w", err)
	}
	defer func() { err = errors.Join(err, syscall.Unmount(dir, 0)) }()
	began := time.Now()
	f := &field{result: &r, dir: dir, slips: map[string]bool{}, kept: map[string]string{}}
	if err := f.found(ctx); err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, f.h.Close()) }()
	for n := range rounds {
		if err := f.round(ctx, n); err != nil {
			return r, err
		}
	}
	r.Seconds = time.Since(began).Round(100 * time.Millisecond).Seconds()
	return r, nil
}

func (f *field) found(ctx context.Context) (err error) {
	if f.h, err = app.Open(ctx, app.Config{Data: filepath.Join(f.dir, "house")}); err != nil {
		return err
	}
	if f.w, err = world.Found(ctx, f.h.Host, world.Shape{Name: "测试工会", Short: "测试", Region: "990101", Branches: 1, Groups: 1, State: "live"}, app.Ship); err != nil {
		return err
	}
	return f.w.Endow(ctx, fund.NewPocket{Code: "XZ", Name: "行政补助", Source: "company"}, money.Yuan(1000))
}

// round fills the disk, looks, makes room, and has everything done that was refused.
func (f *field) round(ctx context.Context, n int) error {
	ballast := filepath.Join(f.dir, "ballast")
	if err := f.fill(ballast, 3<<20); err != nil { // some room is left for the clients to use up
		return err
	}
	f.work(ctx, n)
	if err := f.fill(ballast+"-rest", 0); err != nil {
		return err
	}
	f.last(ctx, n)
	if _, err := f.h.Site.Blob.Put(ctx, make([]byte, 1<<20)); !fault.Is(err, "fault.full") {
		f.say("a paper on a full disk: %v", err)
	}
	for n := 0; n < 100 && f.ask("POST", "/desk/settings").Code == http.StatusSeeOther; n++ { // a post whose session is over is put by, while there is room
	}
	f.page("POST", "/desk/settings", http.StatusServiceUnavailable, "服务器的硬盘满了")
	f.page("GET", "/signin", http.StatusOK, "登录")
	if err := f.compare(ctx); err != nil {
		return err
	}
	if err := errors.Join(os.Remove(ballast), os.Remove(ballast+"-rest")); err != nil {
		return err
	}
	for slip, done := range f.slips {
		if !done {
			if err := f.book(ctx, slip); err != nil {
				f.say("with room again: %v", err)
			}
		}
	}
	if _, err := f.h.Site.Blob.Put(ctx, make([]byte, 1<<20)); err != nil {
		f.say("a paper with room again: %v", err)
	}
	f.page("GET", "/", http.StatusOK, "找工会")
	return f.compare(ctx)
}

// last books slips until the log of the database, which is written over again and again, has no place for another either.
func (f *field) last(ctx context.Context, round int) {
	for n := range 5000 {
		if err := f.book(ctx, fmt.Sprintf("R%d-last-%d", round, n)); err != nil {
			if !fault.Is(err, "fault.full") {
				f.say("an act on a full disk: %v", err)
			}
			return
		}
	}
	f.say("5,000 acts on a full disk")
}

// fill writes until nothing more goes, and gives room back.
func (f *field) fill(path string, room int64) error {
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil && errors.Is(err, syscall.ENOSPC) {
		return nil
	}
	if err != nil {
		return err
	}
	size := int64(0)
	for block := make([]byte, 64<<10); len(block) > 0; {
		n, err := out.Write(block)
		size += int64(n)
		if err != nil && !errors.Is(err, syscall.ENOSPC) {
			return errors.Join(err, out.Close())
		}
		if err != nil {
			block = block[:len(block)/2]
		}
	}
	return errors.Join(out.Truncate(max(0, size-room)), out.Close())
}

// work lets every client book slips and hand in papers until it is refused.
func (f *field) work(ctx context.Context, round int) {
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() {
			for n := range 10_000 {
				if err := f.book(ctx, fmt.Sprintf("R%d-%d-%d", round, c, n)); err != nil {
					if !fault.Is(err, "fault.full") {
						f.say("a slip: %v", err)
					}
					return
				}
				text := strings.Repeat(fmt.Sprintf("paper %d %d %d ", round, c, n), 500)
				key, err := f.h.Site.Blob.Put(ctx, []byte(text))
				if err != nil {
					if !fault.Is(err, "fault.full") {
						f.say("a paper: %v", err)
					}
					return
				}
				f.mu.Lock()
				f.kept[key] = text
				f.Papers++
				f.mu.Unlock()
			}
		})
	}
	all.Wait()
}

// book books one slip under its own key, however often it is asked.
func (f *field) book(ctx context.Context, slip string) error {
	who, err := f.w.As(ctx, "蒋清")
	if err == nil {
		_, err = fund.Receive.Run(ctx, f.h.Host, act.Call{Actor: who, Key: slip},
			fund.ReceiveIn{Pocket: "XZ", Amount: 12_345, Slip: slip, Day: f.h.DB.Today(), Payer: "公司"})
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.slips[slip] = err == nil
	if err == nil {
		f.Done++
	} else {
		f.Refused++
	}
	return err
}

// compare wants what was answered and nothing else, once each, in books and a chain that are sound.
func (f *field) compare(ctx context.Context) error {
	for key, text := range f.kept {
		if got, err := f.h.Site.Blob.Get(ctx, key); err != nil || string(got) != text {
			f.Missing++
		}
	}
	return f.h.DB.View(ctx, db.System(f.w.Union), func(ctx context.Context, tx *db.Tx) error {
		all, err := fund.Entries(ctx, tx, fund.Filter{Limit: 1_000_000})
		if err != nil {
			return err
		}
		times := map[string]int64{}
		for _, e := range all {
			times[e.Ref]++
		}
		for slip, done := range f.slips {
			switch n := times[slip]; {
			case done && n == 0:
				f.Missing++
			case n > 1 || !done && n > 0:
				f.Doubled++
			}
		}
		if _, err := fund.Verify(ctx, tx); err != nil {
			return err
		}
		trial, err := fund.TrialOn(ctx, tx, tx.Day(), "")
		if err != nil || trial.Debit != trial.Credit {
			f.say("trial balance %v and %v, %v", trial.Debit, trial.Credit, err)
		}
		sound, err := audit.Verify(ctx, tx, nil)
		if len(sound.Findings) > 0 {
			f.say("the chain: %v", sound.Findings)
		}
		return err
	})
}

// page asks as a browser does, and holds the answer to its status and words.
func (f *field) page(method, path string, code int, words string) {
	w := f.ask(method, path)
	body, err := io.ReadAll(w.Result().Body)
	if err != nil || w.Code != code || !strings.Contains(string(body), words) {
		f.say("%s %s: %d, without %q", method, path, w.Code, words)
	}
}

func (f *field) ask(method, path string) *httptest.ResponseRecorder {
	w, r := httptest.NewRecorder(), httptest.NewRequest(method, path, strings.NewReader("text="+strings.Repeat("x", 40_000)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	f.h.Web.ServeHTTP(w, r)
	return w
}

func (f *field) say(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.Wrong) < 20 {
		f.Wrong = append(f.Wrong, fmt.Sprintf(format, args...))
	}
}
