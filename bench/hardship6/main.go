// Command hardship6 measures how fast a written standard decides: HARDSHIP-6, one decision for each of a million generated
// families, six inputs, six rows, the first that holds. The standard is read from hardship6.yaml like any other. Beside it
// run, in turn, the hand-written limit and, with -peers, expr and cel-go (a module of their own, so that the program's
// stays clean). One JSON object a line; "check" is ok only when rows and sum are the right ones.
package main

import (
	"cmp"
	"embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"bangfu/internal/domain/standard"
)

//go:embed hardship6.yaml
var document []byte

// peerFiles is the module of expr and cel-go, laid out in a folder of its own when it is run.
//
//go:embed peers
var peerFiles embed.FS

// tally is what every engine must arrive at.
type tally struct {
	rows [7]int64
	sum  int64
}

var right = tally{[7]int64{175227, 5310, 38481, 2936, 19289, 17546, 741211}, 108652300000}

type line struct {
	Work    string  `json:"work"`
	Engine  string  `json:"engine"`
	Clients int     `json:"clients"`
	Against string  `json:"against"`
	Ours    float64 `json:"ours"`
	Limit   float64 `json:"limit"`
	Ratio   float64 `json:"ratio"`
	P99     float64 `json:"p99_ms"`
	Check   string  `json:"check"`
}

func main() {
	n := flag.Int("n", 1_000_000, "families")
	peers := flag.Bool("peers", true, "run expr and cel-go too")
	flag.Parse()
	if err := run(*n, *peers); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(n int, peers bool) error {
	in := generate(n)
	ours, err := load(in)
	if err != nil {
		return err
	}
	for _, workers := range []int{1, 2} {
		var plain, traced, limit []float64
		ok := true
		for range 3 { // in turn, so that a slow minute falls on all alike
			for _, e := range []struct {
				to   *[]float64
				pass func(lo, hi int) tally
			}{{&limit, in.limit}, {&plain, ours.plain}, {&traced, ours.traced}} {
				rate, sum := measure(n, workers, e.pass)
				*e.to = append(*e.to, rate)
				ok = ok && (n != 1_000_000 || sum == right)
			}
		}
		report("columns", "limit", workers, plain, limit, ok)
		report("columns+trace", "limit", workers, traced, limit, ok)
		if peers && workers == 1 {
			if err := against(plain, ok); err != nil {
				return err
			}
		}
	}
	return nil
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return x[len(x)/2]
}

func report(engine, peer string, workers int, ours, theirs []float64, ok bool) {
	l := line{Work: "hardship6", Engine: engine, Clients: workers, Against: peer, Ours: median(ours), Limit: median(theirs), Check: "wrong"}
	l.Ratio = float64(int(l.Ours/l.Limit*1000)) / 1000
	if ok {
		l.Check = "ok"
	}
	if err := json.NewEncoder(os.Stdout).Encode(l); err != nil {
		panic(err)
	}
}

// measure runs one pass to warm up and gives the decisions a second of the middle one of five.
func measure(n, workers int, pass func(lo, hi int) tally) (rate float64, sum tally) {
	var took []time.Duration
	for i := range 6 {
		start := time.Now()
		parts := make([]tally, workers)
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() { parts[w] = pass(n*w/workers/256*256, edge(n, w+1, workers)) })
		}
		wg.Wait()
		if i > 0 {
			took = append(took, time.Since(start))
		}
		sum = tally{}
		for _, p := range parts {
			for r := range p.rows {
				sum.rows[r] += p.rows[r]
			}
			sum.sum += p.sum
		}
	}
	slices.SortFunc(took, cmp.Compare[time.Duration])
	return float64(int(float64(n) / took[2].Seconds())), sum
}

func edge(n, w, workers int) int {
	if w == workers {
		return n
	}
	return n * w / workers / 256 * 256
}

// engine is the standard, compiled, with room for its answers.
type engine struct {
	k       *standard.Screener
	rows    []uint8
	trace   *standard.Trace
	amounts [7]int64
}

func load(in *families) (*engine, error) {
	s, err := standard.Parse(document)
	if err != nil {
		return nil, err
	}
	c := standard.NewColumns(len(in.members))
	for _, col := range []struct {
		name string
		sort standard.Sort
		v    []int32
	}{{"people", standard.Int, in.members}, {"income", standard.Money, in.income}, {"medical", standard.Money, in.medical},
		{"disaster", standard.Money, in.disaster}, {"pupils", standard.Int, in.students}} {
		if err := c.Ints(col.name, col.sort, col.v); err != nil {
			return nil, err
		}
	}
	bits := make([]uint64, (len(in.disabled)+63)/64)
	for i, x := range in.disabled {
		bits[i/64] |= uint64(x) << (i % 64)
	}
	if err := c.Bools("disabled", bits); err != nil {
		return nil, err
	}
	k, err := s.Screener(c, nil)
	if err != nil {
		return nil, err
	}
	e := &engine{k: k, rows: make([]uint8, k.Room()), trace: k.NewTrace()}
	for _, p := range s.Parameters {
		if i, err := strconv.Atoi(p.Name[len("amount_"):]); err == nil {
			e.amounts[i] = p.Value.Num
		}
	}
	return e, nil
}

func (e *engine) plain(lo, hi int) tally  { return e.pass(nil, lo, hi) }
func (e *engine) traced(lo, hi int) tally { return e.pass(e.trace, lo, hi) }

func (e *engine) pass(t *standard.Trace, lo, hi int) (sum tally) {
	got := e.k.Run(e.rows, t, lo, hi)
	for i, n := range got.Rows {
		sum.rows[i] = n
		sum.sum += n * e.amounts[i]
	}
	sum.rows[6] = got.None
	return sum
}

// against runs the interpreters and reports ours over theirs.
func against(plain []float64, ok bool) error {
	rates, good := map[string][]float64{}, ok
	dir, err := layOut()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for range 3 {
		for _, peer := range []string{"expr", "cel-go"} {
			cmd := exec.Command("go", "run", "-C", dir, ".", peer)
			cmd.Stderr = os.Stderr
			out, err := cmd.Output()
			if err != nil {
				return fmt.Errorf("%s: %w (to do without: -peers=false)", peer, err)
			}
			var r struct {
				Rate float64
				Rows [7]int64
				Sum  int64
			}
			if err := json.Unmarshal(out, &r); err != nil {
				return fmt.Errorf("%s: %w", peer, err)
			}
			rates[peer] = append(rates[peer], r.Rate)
			good = good && tally{r.Rows, r.Sum} == right
		}
	}
	report("columns", "expr", 1, plain, rates["expr"], good)
	report("columns", "cel-go", 1, plain, rates["cel-go"], good)
	return nil
}

// layOut writes the peers' module into a folder of its own.
func layOut() (string, error) {
	dir, err := os.MkdirTemp("", "hardship6-")
	for _, name := range []string{"main.go", "go.mod", "go.sum"} {
		var text []byte
		if err == nil {
			text, err = peerFiles.ReadFile("peers/" + name + ".txt")
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), text, 0o600)
		}
	}
	return dir, err
}
