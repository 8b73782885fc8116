// Package paygap measures how wages are spread (S20), tries out contributions from the top of them to the relief fund, and books
// the difference of a scheme that the company has adopted.
//
// It knows aggregates only: wages of a month come in without names, a group of fewer than ten is not shown, and what is written
// down is a scheme and a month's sum. The measures are whole numbers: shares, Gini and Theil in ten-thousandths.
package paygap

import (
	"math"
	"math/big"
	"slices"

	"bangfu/internal/base/money"
)

// Least is the smallest group that is shown.
const Least = 10

// Measure says how the wages of some people are spread. Sums are fen; Gini, Theil and the shares are ten-thousandths; the ratios
// are hundredths: of the wage that nine in ten do not reach to the one that one in ten does not (P90P10), of that to the middle
// one (P90P50), of the middle to the low one (P50P10). Lorenz is what the poorest 0, 10, … 100 in a hundred have of the whole.
type Measure struct {
	N                      int
	Sum, Mean, Median      money.Amount
	P10, P90               money.Amount
	Gini, Theil            int64
	Top, Bottom            int64 // the share of the best and of the least paid fifth
	P90P10, P90P50, P50P10 int64
	Lorenz                 [11]int64
}

// whole is what shares are parts of.
const whole = 10_000

// MeasureOf measures wages; none give the zero Measure. It sorts its argument.
func MeasureOf(pays []money.Amount) Measure {
	m := Measure{N: len(pays)}
	slices.Sort(pays)
	for _, p := range pays {
		m.Sum += p // wages are bounded by the import; a million of them stay far below the range
	}
	if m.N == 0 || m.Sum <= 0 {
		return m
	}
	m.Mean = m.Sum / money.Amount(m.N)
	m.P10, m.Median, m.P90 = quantile(pays, 10), quantile(pays, 50), quantile(pays, 90)
	m.P90P10, m.P90P50, m.P50P10 = ratio(m.P90, m.P10), ratio(m.P90, m.Median), ratio(m.Median, m.P10)
	below, next := money.Amount(0), 0
	for i := range m.Lorenz {
		for ; next < m.N*i/10; next++ {
			below += pays[next]
		}
		m.Lorenz[i] = part(below, m.Sum)
	}
	m.Bottom, m.Top = m.Lorenz[2], whole-m.Lorenz[8]
	m.Gini, m.Theil = gini(pays, m.Sum), theil(pays, m.Sum)
	return m
}

// quantile gives the wage that per cent of the people do not exceed, by the nearest rank.
func quantile(sorted []money.Amount, per int) money.Amount {
	return sorted[max((len(sorted)*per+99)/100, 1)-1]
}

// ratio gives a ÷ b in hundredths, 0 where b is nothing.
func ratio(a, b money.Amount) int64 {
	if b <= 0 {
		return 0
	}
	r, err := a.MulDiv(100, int64(b), money.HalfUp)
	if err != nil {
		return 0
	}
	return int64(r)
}

func part(a, of money.Amount) int64 {
	r, err := a.MulDiv(whole, int64(of), money.HalfUp)
	if err != nil {
		return 0
	}
	return int64(r)
}

// gini is 2 Σ i·x(i) ÷ (n Σ x) − (n + 1) ÷ n, in ten-thousandths, computed in whole numbers.
func gini(sorted []money.Amount, sum money.Amount) int64 {
	n := int64(len(sorted))
	ranked, term := new(big.Int), new(big.Int)
	for i, p := range sorted {
		ranked.Add(ranked, term.Mul(big.NewInt(int64(i+1)), big.NewInt(int64(p))))
	}
	all := new(big.Int).Mul(big.NewInt(n), big.NewInt(int64(sum)))
	ranked.Mul(ranked, big.NewInt(2*whole))
	ranked.Sub(ranked, term.Mul(all, big.NewInt(whole)))
	ranked.Sub(ranked, term.Mul(big.NewInt(int64(sum)), big.NewInt(whole)))
	return ranked.Add(ranked, term.Div(all, big.NewInt(2))).Div(ranked, all).Int64()
}

// theil is the mean of x/μ · ln(x/μ), in ten-thousandths. A logarithm is no whole number; no money comes of it.
func theil(pays []money.Amount, sum money.Amount) int64 {
	mean := float64(sum) / float64(len(pays))
	all := 0.0
	for _, p := range pays {
		if p > 0 {
			x := float64(p) / mean
			all += x * math.Log(x)
		}
	}
	return int64(math.Round(all / float64(len(pays)) * whole))
}

// Group is the wages of one department, or of those too few to be shown together.
type Group struct {
	Name   string
	Hidden bool
	Measure
}

// Split says what part of the spread (Theil, ten-thousandths) lies between the groups and what part inside them.
type Split struct{ Between, Within int64 }

// GroupsOf measures each group and hides those of fewer than Least; where that would leave one alone hidden, whose wages could be
// had by taking the rest from the whole, the smallest of the others is hidden too. The largest come first, the hidden last.
func GroupsOf(by map[string][]money.Amount) ([]Group, Split) {
	var out []Group
	var all []money.Amount
	for name, pays := range by {
		if len(pays) > 0 {
			out = append(out, Group{Name: name, Hidden: len(pays) < Least, Measure: MeasureOf(pays)})
			all = append(all, pays...)
		}
	}
	slices.SortFunc(out, func(a, b Group) int {
		if a.Hidden != b.Hidden {
			return map[bool]int{true: 1, false: -1}[a.Hidden]
		}
		if a.N != b.N {
			return b.N - a.N
		}
		return map[bool]int{true: -1, false: 1}[a.Name < b.Name]
	})
	split := splitOf(out, MeasureOf(all))
	hidden := 0
	for _, g := range out {
		if g.Hidden {
			hidden++
		}
	}
	if hidden == 1 && len(out) > 1 {
		out[len(out)-2].Hidden = true
	}
	for i := range out {
		if out[i].Hidden {
			out[i].Measure = Measure{}
		}
	}
	return out, split
}

func splitOf(groups []Group, all Measure) Split {
	if all.Sum <= 0 {
		return Split{}
	}
	between := 0.0
	for _, g := range groups {
		if g.Sum > 0 {
			share, mean := float64(g.Sum)/float64(all.Sum), float64(g.Sum)/float64(g.N)
			between += share * math.Log(mean/(float64(all.Sum)/float64(all.N)))
		}
	}
	b := max(int64(math.Round(between*whole)), 0)
	return Split{Between: b, Within: max(all.Theil-b, 0)}
}
