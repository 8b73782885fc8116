// Package harness is what the benches share: a closed loop of clients over HTTP, rounds taken in turn, medians, and the one
// JSON line a figure is printed as. Nothing of it is in the program.
package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"
)

// Line is one figure. Ours and Limit are in Unit; Ratio is how much of the limit is reached, above 1 is better than it.
// Check is "ok" only when the work's own check value held.
type Line struct {
	Work    string  `json:"work"`
	Engine  string  `json:"engine"`
	Clients int     `json:"clients"`
	Against string  `json:"against"`
	Ours    float64 `json:"ours"`
	Limit   float64 `json:"limit"`
	Ratio   float64 `json:"ratio"`
	P99     float64 `json:"p99_ms"`
	Unit    string  `json:"unit"`
	Check   string  `json:"check"`
}

// Print writes the line; what went wrong stands in its check.
func (l Line) Print(w io.Writer, err error) error {
	l.Check = "ok"
	if err != nil {
		l.Check = err.Error()
	}
	text, bad := json.Marshal(l)
	if bad == nil {
		_, bad = fmt.Fprintln(w, string(text))
	}
	return errors.Join(bad, err)
}

// Rate is what one run of a closed loop came to.
type Rate struct {
	PerSecond, P99 float64
	Done           int // answered, those of the warm-up too
}

// Ask makes the n-th request, n counted over all clients from 0.
type Ask func(n int) (*http.Request, error)

// Loop lets so many clients ask without a pause, first to warm up for a quarter of the time and then for the counted time.
// Any answer but 2xx ends it as a fault.
func Loop(ctx context.Context, clients int, lasts time.Duration, ask Ask) (Rate, error) {
	l := &loop{ask: ask, warm: time.Now().Add(lasts / 4), http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients + 1}}}
	l.end = l.warm.Add(lasts)
	defer l.http.CloseIdleConnections()
	var all sync.WaitGroup
	for range clients {
		all.Go(func() { l.run(ctx) })
	}
	all.Wait()
	if l.err == nil && len(l.took) == 0 {
		l.err = errors.New("no answer was counted")
	}
	if l.err != nil {
		return Rate{}, l.err
	}
	slices.Sort(l.took)
	return Rate{float64(len(l.took)) / lasts.Seconds(), ms(l.took[99*(len(l.took)-1)/100]), l.done}, nil
}

type loop struct {
	ask       Ask
	warm, end time.Time
	http      *http.Client

	mu   sync.Mutex
	next int
	done int
	took []time.Duration
	err  error
}

func (l *loop) run(ctx context.Context) {
	for {
		l.mu.Lock()
		n, stop := l.next, l.err != nil
		l.next++
		l.mu.Unlock()
		began := time.Now()
		if stop || began.After(l.end) {
			return
		}
		err := l.one(ctx, n)
		ended := time.Now()
		l.mu.Lock()
		if err != nil {
			l.err = err
		} else {
			l.done++
			if began.After(l.warm) && ended.Before(l.end) {
				l.took = append(l.took, ended.Sub(began))
			}
		}
		l.mu.Unlock()
	}
}

func (l *loop) one(ctx context.Context, n int) error {
	r, err := l.ask(n)
	if err != nil {
		return err
	}
	_, err = Get(ctx, l.http, r)
	return err
}

// Get sends a request and gives the body of a 2xx answer; all else is a fault.
func Get(ctx context.Context, c *http.Client, r *http.Request) ([]byte, error) {
	res, err := c.Do(r.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(res.Body)
	err = errors.Join(err, res.Body.Close())
	if err == nil && (res.StatusCode < 200 || res.StatusCode > 299) {
		err = fmt.Errorf("%s %s: %d %.300s", r.Method, r.URL.Path, res.StatusCode, text)
	}
	return text, err
}

// Median gives the middle one.
func Median(all []float64) float64 {
	s := slices.Sorted(slices.Values(all))
	return s[len(s)/2]
}

// Seconds says how long something took.
func Seconds(do func() error) (float64, error) {
	began := time.Now()
	err := do()
	return time.Since(began).Seconds(), err
}

// Machine says on standard error how busy the machine is, for a figure is worth little without it.
func Machine() {
	text, err := os.ReadFile("/proc/loadavg")
	if err == nil {
		fmt.Fprintf(os.Stderr, "load: %s", text)
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
