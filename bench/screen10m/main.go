// Command screen10m measures how fast ten million families are screened by six standards, from columns in memory and by
// pushdown on both databases. One JSON object a line; "check" is ok only when all ways count alike.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the drivers the program uses
	_ "modernc.org/sqlite"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/standard"
)

const head = "version: 1\nname: {zh: 筛查}\nkind: recognition\nfacts:\n" +
	"  income_year: {type: money, zh: 年收入, max: 2000000}\n  rigid_year: {type: money, zh: 刚性支出, max: 2000000}\n" +
	"  family_size: {type: int, zh: 人口, min: 1, max: 9}\n  self_pay: {type: money, zh: 自付, max: 2000000}\n  homes: {type: int, zh: 住房, max: 9}\n" +
	"parameters: {line: {type: money, ref: dibao_line, max: 10000}}\n"

// documents are the six: below the line by product and by division, by disease, by assets, by multiples, by an exclusion.
var documents = []string{
	"classes: {rows: [{code: a, zh: 甲, when: income_year - rigid_year < line * 12 * family_size}, {code: b, zh: 乙, when: income_year - rigid_year < line * 24 * family_size}]}",
	"derived: {head: \"floordiv(income_year, 12 * family_size)\"}\nclasses: {rows: [{code: a, zh: 甲, when: head <= yuan(1000)}, {code: b, zh: 乙, when: head <= yuan(1500)}, {code: c, zh: 丙, when: head <= yuan(2000)}]}",
	"classes: {rows: [{code: a, zh: 甲, when: self_pay * 100 > income_year * 80}, {code: b, zh: 乙, when: self_pay > yuan(50000)}]}",
	"gates: [{code: g, zh: 少于两套, when: homes < 2}]\nclasses: {rows: [{code: a, zh: 甲, when: income_year < yuan(30000) * family_size}]}",
	"classes: {rows: [{code: a, zh: 甲, when: income_year * 2 < line * 36 * family_size && self_pay > yuan(10000)}, {code: b, zh: 乙, when: income_year < line * 12 * family_size}]}",
	"exclusions: [{code: x, zh: 三套住房, when: homes >= 3}]\nclasses: {rows: [{code: a, zh: 甲, when: income_year - rigid_year - self_pay < line * 12 * family_size}, {code: b, zh: 乙, when: rigid_year * 100 > income_year * 60}]}",
}

// fact is one column by its formula: least + mix(i, seed) % span.
type fact struct {
	name              string
	sort              standard.Sort
	seed, span, least int64
}

var facts = []fact{
	{"income_year", standard.Money, 1, 15_000_000, 0}, {"rigid_year", standard.Money, 2, 4_000_000, 0}, {"family_size", standard.Int, 3, 6, 1},
	{"self_pay", standard.Money, 4, 8_000_000, 0}, {"homes", standard.Int, 5, 4, 0},
}

func (f fact) of(i int64) int64 { return f.least + ((i*7919+f.seed*104729)%1_000_003*31_337+i)%f.span }

func (f fact) sql() string {
	return fmt.Sprintf("%d + ((i * 7919 + %d) %% 1000003 * 31337 + i) %% %d as %s", f.least, f.seed*104729, f.span, f.name)
}

type line struct {
	Work    string  `json:"work"`
	Engine  string  `json:"engine"`
	Clients int     `json:"clients"`
	Against string  `json:"against,omitempty"`
	Ours    float64 `json:"ours"`
	Limit   float64 `json:"limit,omitempty"`
	Ratio   float64 `json:"ratio,omitempty"`
	P99     float64 `json:"p99_ms,omitempty"`
	Bytes   float64 `json:"bytes,omitempty"`
	Unit    string  `json:"unit"`
	Check   string  `json:"check"`
}

// bench is the standards, the figures and what every way must count.
type bench struct {
	n    int
	all  []*standard.Standard
	refs standard.Refs
	want []standard.Tally
}

func main() {
	n := flag.Int("n", 10_000_000, "families")
	lite := flag.Bool("sqlite", true, "run SQLite too")
	moves := flag.Int("moves", 0, "instead: so many moves of a line over the families, as the what-if page makes them")
	flag.Parse()
	if err := run(*n, *moves, *lite); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(n, moves int, lite bool) error {
	b := &bench{n: n, refs: standard.Refs{"dibao_line": standard.MoneyOf(money.Yuan(1000))}}
	for i, d := range documents {
		s, err := standard.Parse([]byte(fmt.Sprintf("standard: screen%d\n", i+1) + head + d + "\n"))
		if err != nil {
			return err
		}
		b.all = append(b.all, s)
	}
	if moves > 0 {
		return b.whatIf(moves)
	}
	if err := b.memory(); err != nil {
		return err
	}
	if lite {
		dir, err := os.MkdirTemp("", "screen10m-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		if err := b.database("sqlite", "sqlite", "file:"+filepath.Join(dir, "t.db")+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=cache_size(-65536)"); err != nil {
			return err
		}
	}
	if dsn := os.Getenv("BANGFU_TEST_POSTGRES"); dsn != "" {
		return b.database("postgres", "pgx", dsn)
	}
	return nil
}

// memory lays the families out and runs the kernels, plain and traced, by one worker and by two.
func (b *bench) memory() error {
	cols := standard.NewColumns(b.n)
	for _, f := range facts {
		v := make([]int32, b.n)
		for i := range v {
			v[i] = int32(f.of(int64(i)))
		}
		if err := cols.Ints(f.name, f.sort, v); err != nil {
			return err
		}
	}
	var all []*standard.Screener
	for _, s := range b.all {
		k, err := s.Screener(cols, b.refs)
		if err != nil {
			return err
		}
		all = append(all, k)
	}
	for _, workers := range []int{1, 2} {
		for _, traced := range []bool{false, true} {
			rows, traces, bytes := make([][]uint8, len(all)), make([]*standard.Trace, len(all)), 0
			for i, k := range all {
				rows[i] = make([]uint8, k.Room())
				bytes += len(rows[i])
				if traced {
					traces[i] = k.NewTrace()
					bytes += 16*len(k.Tests())*k.Room()/64 + 4*len(k.Figures())*k.Room()
				}
			}
			best := 0.0
			ok := true
			for range 3 {
				start := time.Now()
				got := b.pass(all, rows, traces, workers)
				if took := time.Since(start).Seconds(); best == 0 || took < best {
					best = took
				}
				if b.want == nil {
					b.want = got
				}
				ok = ok && reflect.DeepEqual(got, b.want)
			}
			l := line{Work: "screen10m", Engine: "memory", Clients: workers, Ours: best, Unit: "s", Bytes: float64(bytes) / float64(b.n*len(all)), Check: check(ok)}
			if traced {
				l.Engine = "memory+trace"
			}
			if err := l.print(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) pass(all []*standard.Screener, rows [][]uint8, traces []*standard.Trace, workers int) []standard.Tally {
	parts := make([][]standard.Tally, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			lo, hi := b.n*w/workers/256*256, b.n*(w+1)/workers/256*256
			if w == workers-1 {
				hi = b.n
			}
			for i, k := range all {
				parts[w] = append(parts[w], k.Run(rows[i], traces[i], lo, hi))
			}
		})
	}
	wg.Wait()
	sum := parts[0]
	for _, p := range parts[1:] {
		for i := range sum {
			for r := range sum[i].Rows {
				sum[i].Rows[r] += p[i].Rows[r]
			}
			sum[i].None, sum[i].Unknown = sum[i].None+p[i].None, sum[i].Unknown+p[i].Unknown
		}
	}
	return sum
}

// database fills a table by the same formulas and asks the six queries, and the bare scans.
func (b *bench) database(engine, driver, dsn string) (err error) {
	ctx := context.Background()
	d, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	d.SetMaxOpenConns(1)
	var cols, sums []string
	for _, f := range facts {
		cols = append(cols, f.sql())
		sums = append(sums, "sum("+f.name+")")
	}
	series := fmt.Sprintf("with recursive s(i) as (select 0 union all select i + 1 from s where i < %d) ", b.n-1)
	from := "s"
	if engine == "postgres" {
		series, from = "", fmt.Sprintf("generate_series(0::bigint, %d) as s(i)", b.n-1)
	}
	if _, err := d.ExecContext(ctx, "create temp table screen_families as "+series+"select i as id, "+strings.Join(cols, ", ")+" from "+from); err != nil {
		return err
	}
	var ours, limit float64
	ok := true
	for i, s := range b.all {
		query, err := s.Pushdown("screen_families", "id", b.refs)
		if err != nil {
			return err
		}
		start := time.Now()
		got, err := tally(ctx, d, query, len(b.want[i].Rows))
		if err != nil {
			return err
		}
		ours += time.Since(start).Seconds()
		ok = ok && reflect.DeepEqual(got, b.want[i])
		start = time.Now()
		into := make([]any, len(facts))
		for k := range into {
			into[k] = new(sql.NullString)
		}
		if err := d.QueryRowContext(ctx, "select "+strings.Join(sums, ", ")+" from screen_families").Scan(into...); err != nil {
			return err
		}
		limit += time.Since(start).Seconds()
	}
	return line{Work: "screen10m", Engine: engine, Clients: 1, Against: "bare scan", Ours: ours, Limit: limit, Ratio: float64(int(limit/ours*1000)) / 1000, Unit: "s", Check: check(ok)}.print()
}

func tally(ctx context.Context, d *sql.DB, query string, rows int) (t standard.Tally, err error) {
	t.Rows = make([]int64, rows)
	r, err := d.QueryContext(ctx, "select coalesce(decision, -2), count(*) from ("+query+") x group by 1")
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, r.Close(), r.Err()) }()
	for r.Next() {
		var row, n int64
		if err := r.Scan(&row, &n); err != nil {
			return t, err
		}
		switch row {
		case -1:
			t.None = n
		case -2:
			t.Unknown = n
		default:
			t.Rows[row] = n
		}
	}
	return t, nil
}

func check(ok bool) string {
	if ok {
		return "ok"
	}
	return "wrong"
}

// print fails where the ways do not count alike, so that no figure of such a run is taken for one.
func (l line) print() error {
	if err := json.NewEncoder(os.Stdout).Encode(l); err != nil || l.Check == "ok" {
		return err
	}
	return fmt.Errorf("%s on %s: the check is %s", l.Work, l.Engine, l.Check)
}
