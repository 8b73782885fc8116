package page

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestAxis holds a scale to its promise for any numbers: zero and every value lie on it, its ticks are few and round.
func TestAxis(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.Int64Range(-1<<60, 1<<60)).Draw(t, "values")
		if rapid.Bool().Draw(t, "small") {
			for i := range values {
				values[i] %= 1000
			}
		}
		ax := newAxis([]Series{{Values: values}})
		if n := len(ax.ticks()); n < 2 || n > 7 {
			t.Fatalf("%d ticks from %d to %d", n, ax.lo, ax.hi)
		}
		if ax.lo > 0 || ax.hi < 0 {
			t.Fatalf("zero is not on the axis %d … %d", ax.lo, ax.hi)
		}
		last := -1
		for _, v := range ax.ticks() {
			if at := ax.at(v, 200); at <= last || at > 200 {
				t.Fatalf("tick %d stands at %d after %d", v, at, last)
			} else {
				last = at
			}
		}
		for _, v := range values {
			if v < ax.lo || v > ax.hi {
				t.Fatalf("%d is off the axis %d … %d", v, ax.lo, ax.hi)
			}
		}
	})
}

// TestPlotStaysInside wants every mark of a chart within its view box, however odd the numbers.
func TestPlotStaysInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Chart{Kind: rapid.SampledFrom([]ChartKind{ChartColumns, ChartBars, ChartLine}).Draw(t, "kind"), Money: true}
		c.Labels = rapid.SliceOfN(rapid.SampledFrom([]string{"6月", "检修一班", "a"}), 0, 40).Draw(t, "labels")
		for range rapid.IntRange(0, 4).Draw(t, "series") {
			c.Series = append(c.Series, Series{Values: rapid.SliceOfN(rapid.Int64Range(math.MinInt64, math.MaxInt64), 0, 40).Draw(t, "values")})
		}
		for _, w := range []int{340, 640} {
			p := c.plot(In{}, w)
			for _, m := range p.rects {
				if m.x < 0 || m.y < 0 || m.w < 0 || m.h < 0 || m.x+m.w > p.w || m.y+m.h > p.h {
					t.Fatalf("a bar at %+v leaves %d × %d", m, p.w, p.h)
				}
			}
			for _, m := range p.points {
				if m.x < 0 || m.x > p.w || m.y < 0 || m.y > p.h {
					t.Fatalf("a point at %+v leaves %d × %d", m, p.w, p.h)
				}
			}
		}
	})
}

func TestTick(t *testing.T) {
	for _, tt := range []struct {
		fen  int64
		want string
	}{{0, "0"}, {860000, "8,600"}, {1000000, "1万"}, {1200000, "1.2万"}, {1750000, "17,500"}, {-1200000, "-1.2万"}} {
		if got := (Chart{Money: true}).tick(In{}, tt.fen); got != tt.want {
			t.Errorf("tick(%d) = %q, want %q", tt.fen, got, tt.want)
		}
	}
}

func TestShare(t *testing.T) {
	for _, tt := range []struct{ part, whole, want int64 }{
		{0, 100, 0}, {50, 100, 50}, {150, 100, 100}, {1, 0, 0}, {-1, 10, 0}, {3, 6, 50}, {1, 3, 33}, {math.MaxInt64, math.MaxInt64, 100},
	} {
		if got := share(tt.part, tt.whole); got != tt.want {
			t.Errorf("share(%d, %d) = %d, want %d", tt.part, tt.whole, got, tt.want)
		}
	}
}
