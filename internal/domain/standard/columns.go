package standard

import (
	"math"
	"strconv"
	"strings"

	"bangfu/internal/base/fault"
)

// Columns are the facts of many families, a column for each fact, laid out to be screened a union or a province at a time
// (S13). Money is in fen, a date the number yyyymmdd, a text the number it has in this table, a truth one bit.
type Columns struct {
	n     int
	cols  map[string]*column
	texts map[string]int64
}

// column holds narrow (all inside 32 bits) or wide numbers, or bits for truths. known nil means that all is known.
type column struct {
	sort   Sort
	narrow []int32
	wide   []int64
	bits   []uint64
	known  []uint64
}

// NewColumns makes room for n families of whom nothing is known yet.
func NewColumns(n int) *Columns {
	return &Columns{n: n, cols: map[string]*column{}, texts: map[string]int64{}}
}

// Len is the number of families.
func (c *Columns) Len() int { return c.n }

// Set writes what is known of family i: numbers, money, truths, texts and dates; lists and groups have no column. It may
// run for one family at a time only.
func (c *Columns) Set(i int, f Facts) {
	for name, v := range f {
		if v.Sort == List || v.Sort == Rows || !v.Known() {
			continue
		}
		col := c.cols[name]
		if col == nil {
			col = &column{sort: v.Sort, known: make([]uint64, c.blocks())}
			if v.Sort == Bool {
				col.bits = make([]uint64, c.blocks())
			} else {
				col.wide = make([]int64, c.n)
			}
			c.cols[name] = col
		}
		if col.sort != v.Sort || v.Sort == Bool && v.Num>>1 != 0 || v.Sort == Date && !validDay(v.Str) {
			col.forget(i)
			continue
		}
		col.put(i, c.number(v))
	}
}

// Ints gives the whole column of a number or money fact at once, known of everyone; the slice is kept, not copied.
func (c *Columns) Ints(name string, s Sort, v []int32) error {
	if len(v) != c.n || !number(s) {
		return fault.New(fault.Invalid, "standard.column", name, c.n, len(v))
	}
	c.cols[name] = &column{sort: s, narrow: v}
	return nil
}

// Bools gives the whole column of a truth at once, known of everyone: bit i%64 of word i/64 is family i.
func (c *Columns) Bools(name string, bits []uint64) error {
	if len(bits) < (c.n+63)/64 {
		return fault.New(fault.Invalid, "standard.column", name, c.n, len(bits)*64)
	}
	all := make([]uint64, c.blocks())
	copy(all, bits)
	c.cols[name] = &column{sort: Bool, bits: all}
	return nil
}

// blocks is the number of 64-bit words that hold a bit for everyone, whole blocks.
func (c *Columns) blocks() int { return (c.n + block - 1) / block * lanes }

// number is how a value stands in a column.
func (c *Columns) number(v Value) int64 {
	switch v.Sort {
	case Words:
		return c.text(v.Str)
	case Date:
		return dayNumber(v.Str)
	}
	return v.Num
}

func (c *Columns) text(s string) int64 {
	n, ok := c.texts[s]
	if !ok {
		n = int64(len(c.texts))
		c.texts[s] = n
	}
	return n
}

func dayNumber(s string) int64 {
	n, err := strconv.ParseInt(strings.ReplaceAll(s, "-", ""), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func dayText(n int64) string {
	s := strconv.FormatInt(n, 10)
	if len(s) != 8 {
		return ""
	}
	return s[:4] + "-" + s[4:6] + "-" + s[6:]
}

func (c *column) put(i int, n int64) {
	if c.known != nil {
		c.known[i/64] |= 1 << (i % 64)
	}
	switch {
	case c.sort == Bool:
		c.bits[i/64] = c.bits[i/64]&^(1<<(i%64)) | uint64(n)<<(i%64)
	case c.wide != nil:
		c.wide[i] = n
	case n < math.MinInt32 || n > math.MaxInt32:
		c.wide = make([]int64, len(c.narrow))
		for k, x := range c.narrow {
			c.wide[k] = int64(x)
		}
		c.narrow, c.wide[i] = nil, n
	default:
		c.narrow[i] = int32(n)
	}
}

func (c *column) forget(i int) {
	if c.known != nil {
		c.known[i/64] &^= 1 << (i % 64)
	}
}

func (c *column) at(i int) int64 {
	if c.narrow != nil {
		return int64(c.narrow[i])
	}
	return c.wide[i]
}

// allowed is who has a known value that the standard takes: what is out of its bounds counts as not known, as in Judge.
// nil means everyone.
func (c *Columns) allowed(col *column, f Fact) []uint64 {
	if col.sort == Bool {
		return col.known
	}
	ok := func(n int64) bool { return n >= f.Min && n <= f.Max }
	if f.Sort == Date {
		return col.known
	}
	if f.Sort == Words {
		if len(f.Values) == 0 {
			return col.known
		}
		set := map[int64]bool{}
		for _, v := range f.Values {
			set[c.text(v.Value)] = true
		}
		ok = func(n int64) bool { return set[n] }
	}
	bad := false
	out := make([]uint64, c.blocks())
	for i := range c.n {
		if ok(col.at(i)) && (col.known == nil || col.known[i/64]>>(i%64)&1 == 1) {
			out[i/64] |= 1 << (i % 64)
		} else {
			bad = true
		}
	}
	if !bad {
		return nil
	}
	return out
}
