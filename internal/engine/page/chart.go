package page

import (
	"strings"
	"unicode/utf8"

	"bangfu/internal/base/money"
)

// ChartKind is the shape of a chart.
type ChartKind string

// The shapes. Columns stand (grouped when there are several series), Bars lie (for long labels), Line is over time.
const (
	ChartColumns ChartKind = "columns"
	ChartBars    ChartKind = "bars"
	ChartLine    ChartKind = "line"
)

// Series is one row of numbers, one for each label of the chart.
type Series struct {
	Name   string
	Values []int64
}

// Chart is numbers drawn. ID is unique on its page. With Money the values are fen and are shown in yuan or 万元.
// At most eight series have a colour; the numbers always stand in the table under the chart as well.
type Chart struct {
	ID, Title, Desc string
	Unit            string
	Kind            ChartKind
	Labels          []string
	Series          []Series
	Money           bool
}

// mark is one drawn thing: rectangle, line or text, all in whole units of the view box.
type mark struct {
	x, y, w, h int
	class      string
	text       string
	anchor     string
}

// plot is a chart laid out for one width.
type plot struct {
	w, h   int
	rects  []mark
	rules  []mark // x,y to w,h
	points []mark
	paths  []mark // text holds the points of a polyline
	texts  []mark
}

// axis is a zero-based scale with round ticks.
type axis struct {
	lo, hi, step int64
}

// newAxis spans all values and zero in at most five steps of 1, 2 or 5 times a power of ten.
func newAxis(series []Series) axis {
	var lo, hi int64
	for _, s := range series {
		for _, v := range s.Values {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	const bound = int64(1) << 60
	lo, hi = max(lo, -bound), min(hi, bound)
	if lo == 0 && hi == 0 {
		hi = 1
	}
	span, step := uint64(hi-lo), uint64(1)
	for i := 0; (span+step-1)/step > 4; i++ {
		if i%3 == 1 {
			step = step / 2 * 5
		} else {
			step *= 2
		}
	}
	s := int64(step)
	a := axis{step: s}
	for a.lo > lo {
		a.lo -= s
	}
	for a.hi < hi {
		a.hi += s
	}
	return a
}

func (a axis) ticks() []int64 {
	var all []int64
	for v := a.lo; v <= a.hi; v += a.step {
		all = append(all, v)
	}
	return all
}

// at maps a value to 0 … length without floats and without overflow.
func (a axis) at(v int64, length int) int {
	v = min(max(v, a.lo), a.hi)
	span := a.hi - a.lo
	per := max(1, span/1_000_000) // six digits are finer than any screen
	return int((v - a.lo) / per * int64(length) / max(1, span/per))
}

// say words a value of the chart: counts with separators, money in yuan without the fen, both in 万 on the axis when long.
func (c Chart) say(in In, v int64) string {
	if c.Money {
		return money.Amount(v).String()
	}
	return strings.TrimSuffix(money.Yuan(v).String(), ".00")
}

// tick words a value for the axis: short.
func (c Chart) tick(in In, v int64) string {
	if c.Money {
		v /= 100
	}
	if in.lang() == "zh" && (v >= 10_000 || v <= -10_000) && v%1_000 == 0 {
		whole := strings.TrimSuffix(money.Yuan(v/10_000).String(), ".00")
		if rest := v % 10_000 / 1_000; rest != 0 {
			whole += "." + itoa(int(max(rest, -rest)))
		}
		return whole + "万"
	}
	return strings.TrimSuffix(money.Yuan(v).String(), ".00")
}

func (c Chart) value(s Series, i int) int64 {
	if i < len(s.Values) {
		return s.Values[i]
	}
	return 0
}

func (c Chart) plot(in In, width int) plot {
	if c.Kind == ChartBars {
		return c.lying(in, width)
	}
	return c.standing(in, width)
}

// standing lays out columns and lines.
func (c Chart) standing(in In, width int) plot {
	const top, bottom, left, right = 24, 30, 64, 12
	p := plot{w: width, h: 260}
	ax := newAxis(c.Series)
	room, tall := width-left-right, p.h-top-bottom
	y := func(v int64) int { return top + tall - ax.at(v, tall) }
	for _, v := range ax.ticks() {
		class := "grid"
		if v == 0 {
			class = "axis"
		}
		p.rules = append(p.rules, mark{x: left, y: y(v), w: width - right, h: y(v), class: class})
		p.texts = append(p.texts, mark{x: left - 8, y: y(v) + 4, anchor: "end", class: "faint", text: c.tick(in, v)})
	}
	n := max(1, len(c.Labels))
	slot := room * 16 / n // in sixteenths, so that many slots still end at the edge
	every := 1
	for every < n && slot*every/16 < 14*widest(c.Labels)/2+10 {
		every++
	}
	for i, l := range c.Labels {
		if i%every == 0 {
			p.texts = append(p.texts, mark{x: left + (slot*i+slot/2)/16, y: p.h - 8, anchor: "middle", text: l})
		}
	}
	for k, s := range c.Series {
		if c.Kind == ChartLine {
			p.line(c, k, func(i int) (int, int) { return left + (slot*i+slot/2)/16, y(c.value(s, i)) })
			continue
		}
		gap := min(slot/5, 16*24)
		wide := max(16, min((slot-gap)/max(1, len(c.Series)), 16*48))
		off := (slot - wide*len(c.Series)) / 2
		for i := range c.Labels {
			v := c.value(s, i)
			y0, y1 := y(0), y(v)
			m := mark{x: left + (slot*i+off+wide*k)/16, y: min(y0, y1), w: max(1, wide/16-1), h: max(y0-y1, y1-y0), class: fill(k)}
			p.rects = append(p.rects, m)
			if text := c.tick(in, v); len(c.Series) == 1 && slot/16 > 8*utf8.RuneCountInString(text)+6 {
				p.texts = append(p.texts, mark{x: m.x + m.w/2, y: m.y - 6, anchor: "middle", class: "strong", text: text})
			}
		}
	}
	return p
}

// line adds one series as a line with a point at each label.
func (p *plot) line(c Chart, k int, at func(int) (int, int)) {
	var pts []string
	for i := range c.Labels {
		x, y := at(i)
		pts = append(pts, itoa(x)+","+itoa(y))
		p.points = append(p.points, mark{x: x, y: y, w: 4, class: fill(k)})
	}
	p.paths = append(p.paths, mark{text: strings.Join(pts, " "), class: "ln ln" + itoa(k%8+1)})
}

// lying lays out bars from the left, one line of label, bar and number each.
func (c Chart) lying(in In, width int) plot {
	left := min(14*widest(c.Labels)/2+16, width*2/5)
	const right, thick, gap = 84, 16, 12
	per := thick*max(1, len(c.Series)) + gap
	p := plot{w: width, h: max(60, per*len(c.Labels)+gap)}
	ax := newAxis(c.Series)
	room := width - left - right
	zero := left + ax.at(0, room)
	p.rules = append(p.rules, mark{x: zero, y: 0, w: zero, h: p.h, class: "axis"})
	for i, l := range c.Labels {
		y := gap/2 + per*i
		p.texts = append(p.texts, mark{x: left - 8, y: y + (per-gap)/2 + 5, anchor: "end", text: cutLabel(l, (left-16)/14*2)})
		for k, s := range c.Series {
			v := c.value(s, i)
			end := left + ax.at(v, room)
			p.rects = append(p.rects, mark{x: min(zero, end), y: y + thick*k, w: max(end-zero, zero-end), h: thick - 2, class: fill(k)})
			p.texts = append(p.texts, mark{x: max(end, zero) + 6, y: y + thick*k + 12, class: "strong", text: c.tick(in, v)})
		}
	}
	return p
}

func fill(k int) string { return "s" + itoa(k%8+1) }

// widest is the width of the longest label, in half characters of Chinese.
func widest(labels []string) int {
	most := 2
	for _, l := range labels {
		most = max(most, halves(l))
	}
	return most
}

func halves(s string) int {
	n := 0
	for _, r := range s {
		if n++; r > 0x2e7f {
			n++
		}
	}
	return n
}

func cutLabel(s string, room int) string {
	if halves(s) <= room {
		return s
	}
	n := 1
	for i, r := range s {
		if n++; r > 0x2e7f {
			n++
		}
		if n > room {
			return s[:i] + "…"
		}
	}
	return s
}
