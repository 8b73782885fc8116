package standard_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
)

const randomHead = `standard: random
name: {zh: 随机}
kind: classification
facts:
  a: {type: int, zh: 甲, min: -50, max: 50}
  b: {type: int, zh: 乙, min: 1, max: 9}
  m: {type: money, zh: 钱, max: 2000}
  p: {type: bool, zh: 是否}
  q: {type: bool, zh: 可否}
  s: {type: text, zh: 类, values: {x: {zh: 子}, y: {zh: 丑}, z: {zh: 寅}}}
  d: {type: date, zh: 日}
parameters:
  line: {type: money, ref: dibao_line, zh: 线}
  known: 7
  sorts: {type: list, value: [x, z]}
`

// drawNumber, drawMoney and drawTruth draw expressions as an author may write them.
func drawNumber(t *rapid.T, depth int) string {
	if depth <= 0 {
		return rapid.SampledFrom([]string{"a", "b", "known", "3", "-2", "0"}).Draw(t, "n")
	}
	n := func() string { return drawNumber(t, depth-1) }
	switch rapid.IntRange(0, 8).Draw(t, "num") {
	case 0:
		return "(" + n() + " + " + n() + ")"
	case 1:
		return "(" + n() + " - " + n() + ")"
	case 2:
		return "(" + n() + " * " + n() + ")"
	case 3:
		return "min(" + n() + ", " + n() + ", " + n() + ")"
	case 4:
		return "max(" + n() + ", " + n() + ")"
	case 5:
		return "floordiv(" + n() + ", max(1, " + n() + "))"
	case 6:
		return "(" + drawTruth(t, depth-1) + " ? " + n() + " : " + n() + ")"
	case 7:
		return "floordiv(" + drawMoney(t, depth-1) + ", yuan(7))"
	}
	return "(-" + n() + ")"
}

func drawMoney(t *rapid.T, depth int) string {
	if depth <= 0 {
		return rapid.SampledFrom([]string{"m", "line", "yuan(100)", "yuan('0.01')"}).Draw(t, "m")
	}
	switch rapid.IntRange(0, 4).Draw(t, "money") {
	case 0:
		return "(" + drawMoney(t, depth-1) + " - " + drawMoney(t, depth-1) + ")"
	case 1:
		return "(" + drawMoney(t, depth-1) + " * " + drawNumber(t, depth-1) + ")"
	case 2:
		return "percent(" + drawMoney(t, 0) + ", 30, " + rapid.SampledFrom([]string{"7", "100", "b"}).Draw(t, "den") + ")"
	case 3:
		return "floordiv(" + drawMoney(t, depth-1) + ", b)"
	}
	return drawMoney(t, 0)
}

func drawTruth(t *rapid.T, depth int) string {
	if depth <= 0 {
		return rapid.SampledFrom([]string{"p", "q", "s == 'x'", "s != 'y'", "s in sorts", "s in ['y', 'z']", "a in [1, 2, 3]", "d >= '2021-01-01'", "p != q"}).Draw(t, "t")
	}
	cmp := rapid.SampledFrom([]string{" < ", " <= ", " > ", " >= ", " == ", " != "})
	switch rapid.IntRange(0, 6).Draw(t, "truth") {
	case 0:
		return "(" + drawTruth(t, depth-1) + " && " + drawTruth(t, depth-1) + ")"
	case 1:
		return "(" + drawTruth(t, depth-1) + " || " + drawTruth(t, depth-1) + ")"
	case 2:
		return "!" + "(" + drawTruth(t, depth-1) + ")"
	case 3:
		return drawNumber(t, depth-1) + cmp.Draw(t, "cmp") + drawNumber(t, depth-1)
	case 4:
		return drawMoney(t, depth-1) + cmp.Draw(t, "cmp") + drawMoney(t, depth-1)
	case 5:
		return "(" + drawTruth(t, depth-1) + " ? " + drawTruth(t, depth-1) + " : " + drawTruth(t, depth-1) + ")"
	}
	return drawTruth(t, 0)
}

func drawStandard(t *rapid.T) *standard.Standard {
	var b strings.Builder
	b.WriteString(randomHead)
	fmt.Fprintf(&b, "derived:\n  n: \"%s\"\n", drawNumber(t, 2))
	for _, part := range []string{"gates", "exclusions"} {
		if rapid.Bool().Draw(t, part) {
			fmt.Fprintf(&b, "%s: [{code: %s1, zh: 条件, when: \"%s\"}]\n", part, part, drawTruth(t, 2))
		}
	}
	fmt.Fprintf(&b, "classes:\n  hit: %s\n  rows:\n", rapid.SampledFrom([]string{"first", "first", "all"}).Draw(t, "hit"))
	for i := range rapid.IntRange(1, 5).Draw(t, "rows") {
		when := drawTruth(t, rapid.IntRange(0, 3).Draw(t, "depth"))
		if rapid.IntRange(0, 3).Draw(t, "with n") == 0 {
			when = "n >= 2 || " + when
		}
		fmt.Fprintf(&b, "    - {code: r%d, class: c%d, zh: 类别, when: \"%s\"}\n", i, rapid.IntRange(0, 2).Draw(t, "class"), when)
	}
	s, err := standard.Parse([]byte(b.String()))
	if err != nil {
		t.Fatalf("%s\n%s", say(err), b.String())
	}
	return s
}

// randomFacts makes one household; about one fact in six is not known, and one in forty out of its bounds.
func randomFacts(r *rand.Rand) standard.Facts {
	f := standard.Facts{}
	pick := func(name string, v standard.Value) {
		if r.IntN(6) > 0 {
			f[name] = v
		}
	}
	wild := func(lo, hi int64) int64 {
		if r.IntN(40) == 0 {
			return hi + 1 + r.Int64N(1<<40)
		}
		return lo + r.Int64N(hi-lo+1)
	}
	pick("a", standard.IntOf(wild(-50, 50)))
	pick("b", standard.IntOf(wild(1, 9)))
	pick("m", standard.Value{Sort: standard.Money, Num: wild(0, 200_000)})
	pick("p", standard.BoolOf(r.IntN(2) == 0))
	pick("q", standard.BoolOf(r.IntN(2) == 0))
	pick("s", standard.TextOf([]string{"x", "y", "z", "x", "y", "z", "other"}[r.IntN(7)]))
	pick("d", standard.DateOf(day.Day("2020-12-20").Add(r.IntN(24))))
	return f
}

// rowOf is what Judge says, as a screener says it.
func rowOf(s *standard.Standard, v standard.Verdict) int {
	switch v.Outcome {
	case standard.Yes:
		for i, row := range s.Classes.Rows {
			if row.Code == v.Classes[0].Row {
				return i
			}
		}
	case standard.Unknown:
		return int(standard.RowUnknown)
	}
	return int(standard.RowNone)
}

// Explain and columns say the same of 1,100 households for each of a hundred random standards and more: above 100,000
// pairs a run. A difference shrinks to the smallest standard and the smallest household number.
func TestColumnsEqualExplain(t *testing.T) {
	pairs := 0
	rapid.Check(t, func(t *rapid.T) {
		s := drawStandard(t)
		refs := standard.Refs{}
		if rapid.IntRange(0, 9).Draw(t, "line known") > 0 {
			refs["dibao_line"] = standard.Value{Sort: standard.Money, Num: rapid.Int64Range(1, 200_000).Draw(t, "line")}
		}
		const n = 1100
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		all, cols := make([]standard.Facts, n), standard.NewColumns(n)
		for i := range all {
			all[i] = randomFacts(r)
			cols.Set(i, all[i])
		}
		k, err := s.Screener(cols, refs)
		if err != nil {
			t.Fatal(say(err))
		}
		rows := make([]uint8, k.Room())
		sum := k.Run(rows, k.NewTrace(), 0, n)
		counted := standard.Tally{Rows: make([]int64, len(s.Classes.Rows))}
		for i, f := range all {
			if want := rowOf(s, s.Judge(f, refs)); int(rows[i]) != want {
				t.Fatalf("household %d %v: columns say %d, explain says %d", i, f, rows[i], want)
			}
			switch rows[i] {
			case standard.RowNone:
				counted.None++
			case standard.RowUnknown:
				counted.Unknown++
			default:
				counted.Rows[rows[i]]++
			}
		}
		if !reflect.DeepEqual(sum, counted) {
			t.Fatalf("Run counts %v, its answers are %v", sum, counted)
		}
		pairs += n
	})
	if pairs < 100_000 {
		t.Errorf("only %d pairs were compared", pairs)
	}
}

// The query says the same on both engines.
func TestPushdownEqualsExplain(t *testing.T) {
	const n = 300
	r := rand.New(rand.NewPCG(4, 2))
	all := make([]standard.Facts, n)
	var values []string
	for i := range all {
		all[i] = randomFacts(r)
		values = append(values, sqlRow(i, all[i]))
	}
	table := "(select 0 as id, 0 as a, 0 as b, 0 as m, 0 as p, 0 as q, '' as s, '' as d where 1 = 0 union all " + strings.Join(values, " union all ") + ") input"
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		asked := 0
		err := d.View(t.Context(), db.System("u"), func(ctx context.Context, tx *db.Tx) error {
			rapid.Check(t, func(t *rapid.T) {
				s := drawStandard(t)
				refs := standard.Refs{"dibao_line": standard.Value{Sort: standard.Money, Num: rapid.Int64Range(1, 200_000).Draw(t, "line")}}
				query, err := s.Pushdown(table, "id", refs)
				if err != nil {
					return // only percent of what may be below 0 comes here
				}
				asked++
				type answer struct{ ID, Decision int64 }
				got, err := db.All[answer](ctx, tx, "select id, coalesce(decision, -2) as decision from ("+query+") x order by id")
				if err != nil || len(got) != n {
					t.Fatalf("%d rows, %v\n%s", len(got), err, query)
				}
				for i, f := range all {
					want := int64(rowOf(s, s.Judge(f, refs)))
					if want >= int64(standard.RowNone) {
						want = int64(standard.RowNone) - 1 - want
					}
					if got[i].Decision != want {
						t.Fatalf("household %v: the query says %d, explain says %d", f, got[i].Decision, want)
					}
				}
			})
			return nil
		})
		if err != nil || asked < 50 {
			t.Fatalf("%d queries, %v", asked, err)
		}
	})
}

func sqlRow(i int, f standard.Facts) string {
	out := []string{fmt.Sprint(i)}
	for _, name := range []string{"a", "b", "m", "p", "q"} {
		if v, ok := f[name]; ok {
			out = append(out, fmt.Sprintf("cast(%d as bigint)", v.Num))
		} else {
			out = append(out, "cast(null as bigint)")
		}
	}
	for _, name := range []string{"s", "d"} {
		if v, ok := f[name]; ok {
			out = append(out, "'"+v.Str+"'")
		} else {
			out = append(out, "cast(null as text)")
		}
	}
	return "select " + strings.Join(out, ", ")
}
