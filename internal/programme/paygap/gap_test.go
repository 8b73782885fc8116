package paygap_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"bangfu/internal/base/money"
	"bangfu/internal/programme/paygap"
)

func yuan(all ...int64) (out []money.Amount) {
	for _, y := range all {
		out = append(out, money.Yuan(y))
	}
	return out
}

// The measures against figures worked by hand.
func TestMeasure(t *testing.T) {
	if m := paygap.MeasureOf(yuan(5000, 5000, 5000, 5000)); m.Gini != 0 || m.Theil != 0 || m.Top != 2500 && m.Top != 5000 || m.P90P10 != 100 {
		t.Errorf("equal wages: %+v", m)
	}
	// 1, 2, 3, 4: Gini = 2(1+4+9+16)/(4·10) − 5/4 = 0.25; Theil = ¼ Σ (x/2.5) ln(x/2.5) = 0.1064.
	m := paygap.MeasureOf(yuan(3000, 1000, 4000, 2000))
	if m.Gini != 2500 || m.Theil != 1064 || m.Median != money.Yuan(2000) || m.Mean != money.Yuan(2500) || m.P90P10 != 400 {
		t.Errorf("one to four: %+v", m)
	}
	if m := paygap.MeasureOf(yuan(0, 0, 0, 9000)); m.Gini != 7500 || m.Lorenz[7] != 0 || m.Lorenz[10] != 10_000 {
		t.Errorf("one has all: %+v", m)
	}
	if m := paygap.MeasureOf(nil); m.N != 0 || m.Gini != 0 {
		t.Errorf("nobody: %+v", m)
	}
}

// Small groups are not shown, nor one that could be had by difference; the spread is what lies between and inside.
func TestGroups(t *testing.T) {
	many := func(n int, y int64) []money.Amount { return slices.Repeat(yuan(y), n) }
	groups, split := paygap.GroupsOf(map[string][]money.Amount{"甲": many(30, 4000), "乙": many(20, 8000), "丙": many(12, 5000), "丁": many(3, 9000)})
	var hidden, shown []string
	for _, g := range groups {
		if g.Hidden {
			hidden = append(hidden, g.Name)
			if g.N != 0 || g.Sum != 0 {
				t.Errorf("a hidden group tells %+v", g)
			}
		} else {
			shown = append(shown, g.Name)
		}
	}
	if !slices.Equal(shown, []string{"甲", "乙"}) || !slices.Equal(hidden, []string{"丙", "丁"}) {
		t.Errorf("shown %v, hidden %v", shown, hidden)
	}
	if split.Within != 0 || split.Between == 0 {
		t.Errorf("equal inside each group: %+v", split)
	}
}

// Whatever the wages: a scheme never turns two of them round, takes nothing from those below it, never widens the gap, and what
// the fund gets is what the wages lose.
func TestTryNeverHarms(t *testing.T) {
	r := rand.New(rand.NewPCG(20, 20))
	for range 2000 {
		bands := paygap.Bands{{From: money.Amount(1 + r.Int64N(800_000)), Rate: 1 + r.Int64N(20)}}
		if r.IntN(2) == 0 {
			bands = append(bands, paygap.Band{From: bands[0].From + 1 + money.Amount(r.Int64N(500_000)), Rate: bands[0].Rate + r.Int64N(30)})
		}
		if err := bands.Check(); err != nil {
			t.Fatal(err, bands)
		}
		pays := make([]money.Amount, 1+r.IntN(60))
		for i := range pays {
			pays[i] = money.Amount(100_000 + r.Int64N(2_000_000))
		}
		got := paygap.Try(bands, pays)
		if got.Before.Sum-got.Fund != got.After.Sum || got.After.Gini > got.Before.Gini {
			t.Fatalf("%+v of %v: %+v", bands, pays, got)
		}
		for i, p := range pays { // sorted by Try
			if bands.Of(p) > 0 && p <= bands[0].From || i > 0 && p-bands.Of(p) < pays[i-1]-bands.Of(pays[i-1]) {
				t.Fatalf("%+v of %s gives %s", bands, p, bands.Of(p))
			}
		}
	}
}

func TestBands(t *testing.T) {
	for _, bad := range []paygap.Bands{nil, {{From: 0, Rate: 5}}, {{From: 100, Rate: 51}}, {{From: 100, Rate: 0}}, {{From: 200, Rate: 5}, {From: 200, Rate: 6}},
		{{From: 100, Rate: 9}, {From: 200, Rate: 8}}} {
		if bad.Check() == nil {
			t.Errorf("%+v passes", bad)
		}
	}
	b := paygap.Bands{{From: money.Yuan(10_000), Rate: 5}, {From: money.Yuan(20_000), Rate: 10}}
	if got := b.Of(money.Yuan(25_000)); got != money.Yuan(1000) { // 5% of 10,000 and 10% of 5,000
		t.Errorf("%s", got)
	}
}
