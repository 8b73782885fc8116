package standard

import (
	ones "math/bits"

	"bangfu/internal/base/day"
)

// numbers compiles arithmetic. What has no loop of its own runs the very function that Judge runs.
func (k *Screener) numbers(n *Node, out int, a []int) {
	loop := loops[n.Op]
	if loop == nil || len(a) != 2 {
		k.slow(n, out, a)
		return
	}
	k.add(func(f *frame) {
		r, x, y := &f.regs[out], &f.regs[a[0]], &f.regs[a[1]]
		r.k = x.k
		r.k.and(y.k)
		loop(&r.v, &x.v, &y.v)
	})
}

type vector = [block]int64

// loops run over unknown values too, whose numbers mean nothing: their bits say so.
var loops = map[Op]func(r, x, y *vector){
	OpAdd: func(r, x, y *vector) {
		for i := range r {
			r[i] = x[i] + y[i]
		}
	},
	OpSub: func(r, x, y *vector) {
		for i := range r {
			r[i] = x[i] - y[i]
		}
	},
	OpMul: func(r, x, y *vector) {
		for i := range r {
			r[i] = x[i] * y[i]
		}
	},
	OpMin: func(r, x, y *vector) {
		for i := range r {
			r[i] = min(x[i], y[i])
		}
	},
	OpMax: func(r, x, y *vector) {
		for i := range r {
			r[i] = max(x[i], y[i])
		}
	},
	OpDiv: func(r, x, y *vector) {
		for i := range r {
			p, q := uint64(x[i]), uint64(y[i])
			if (p|q)>>32 == 0 && q != 0 { // a narrow division takes a third of the time
				r[i] = int64(uint32(p) / uint32(q))
			} else if q != 0 {
				r[i] = floordiv(x[i], y[i])
			}
		}
	},
}

func (k *Screener) slow(n *Node, out int, a []int) {
	k.add(func(f *frame) {
		r := &f.regs[out]
		r.k = full
		for _, reg := range a {
			r.k.and(f.regs[reg].k)
		}
		args := make([]found, len(a))
		for i := range f.n {
			if r.k[i/64]>>(i%64)&1 == 0 {
				continue
			}
			for p, reg := range a {
				args[p] = known(Value{Sort: n.Args[p].Sort, Num: f.regs[reg].v[i]})
				if n.Args[p].Sort == Date {
					args[p] = known(DateOf(day.Day(dayText(f.regs[reg].v[i]))))
				}
			}
			v, ok := n.apply(args)
			r.v[i] = v.Num
			if !ok {
				r.k[i/64] &^= 1 << (i % 64)
			}
		}
	})
}

// Trace keeps, beside the decision, the truth of every elementary condition as a bit and every derived number: enough to
// say the whole explanation later. Truth and Known are by test, bit i%64 of word i/64 is family i; Figures by name order
// of Screener.Figures, meaningless where not known.
type Trace struct {
	Truth, Known [][]uint64
	Figures      [][]int32
}

// Tests are the elementary conditions in the order of a trace.
func (k *Screener) Tests() []Test { return k.tests }

// Figures are the derived numbers in the order of a trace.
func (k *Screener) Figures() []string { return k.figures }

// Class is the class of a row of Run's answer; "" for RowNone and RowUnknown.
func (k *Screener) Class(row uint8) string {
	if int(row) >= len(k.rows) {
		return ""
	}
	return k.s.Classes.Rows[row].Class
}

// Room is how many places Run and RunTraced want to write to: the families rounded up to whole blocks.
func (k *Screener) Room() int { return k.cols.blocks() * 64 }

// NewTrace makes room for a trace of everyone.
func (k *Screener) NewTrace() *Trace {
	t := &Trace{}
	for range k.tests {
		t.Truth, t.Known = append(t.Truth, make([]uint64, k.cols.blocks())), append(t.Known, make([]uint64, k.cols.blocks()))
	}
	for range k.figures {
		t.Figures = append(t.Figures, make([]int32, k.Room()))
	}
	return t
}

// Run decides the families from lo to hi (lo a multiple of 256): the number of the row that fired, RowNone or RowUnknown.
// rows is Room() long and indexed by family. t may be nil. Figures beyond 32 bits are kept as the nearest end.
func (k *Screener) Run(rows []uint8, t *Trace, lo, hi int) Tally {
	sum := Tally{Rows: make([]int64, len(k.rows))}
	f := &frame{regs: make([]register, k.nregs)}
	for f.lo = lo; f.lo < hi; f.lo += block {
		f.n = min(block, hi-f.lo)
		for _, s := range k.steps {
			s(f)
		}
		k.decide(f, &sum, (*[block]uint8)(rows[f.lo:f.lo+block]))
		if t != nil {
			k.keep(f, t)
		}
	}
	return sum
}

// Tally counts decisions: by the row that fired, no, and cannot decide.
type Tally struct {
	Rows          []int64
	None, Unknown int64
}

// count adds the decisions of one word, of the families that there are.
func (t *Tally) count(fired *[256]uint64, no, unknown, there uint64) {
	for i := range t.Rows {
		t.Rows[i] += int64(ones.OnesCount64(fired[i] &^ no &^ unknown & there))
	}
	t.None += int64(ones.OnesCount64(no & there))
	t.Unknown += int64(ones.OnesCount64(unknown & there))
}

func (k *Screener) keep(f *frame, t *Trace) {
	for _, s := range k.traced {
		s(f)
	}
	at := f.lo / 64
	for i, reg := range k.testReg {
		copy(t.Truth[i][at:at+lanes], f.regs[reg].t[:])
		copy(t.Known[i][at:at+lanes], f.regs[reg].k[:])
	}
	for i, reg := range k.figReg {
		out := (*[block]int32)(t.Figures[i][f.lo : f.lo+block])
		for p, x := range &f.regs[reg].v {
			out[p] = int32(min(max(x, -1<<31), 1<<31-1))
		}
	}
}

// spread turns eight bits into eight bytes of 0 or 1: a copy of the byte in each, of which each keeps its own bit.
func spread(b uint8) uint64 {
	x := uint64(b) * 0x0101010101010101 & 0x8040201008040201
	return (x + 0x7f7f7f7f7f7f7f7f) >> 7 & 0x0101010101010101
}

// decide walks the class rows as Judge does: under hit first a row that fires counts unless an earlier unknown row would
// give another class.
func (k *Screener) decide(f *frame, sum *Tally, out *[block]uint8) {
	var fired [256]uint64
	maybe := make([]uint64, k.classes)
	for w := range lanes {
		no, unknown := uint64(0), uint64(0)
		for _, reg := range k.base {
			r := &f.regs[reg]
			no |= r.k[w] &^ r.t[w]
			unknown |= ^r.k[w]
		}
		clear(maybe)
		open := ^uint64(0)
		for i, reg := range k.rows {
			r := &f.regs[reg]
			other := uint64(0)
			for c := range maybe {
				if c != k.class[i] || k.all {
					other |= maybe[c]
				}
			}
			hit := r.t[w] & open
			unknown |= hit & other
			fired[i] = hit
			open &^= hit
			if k.all {
				unknown |= ^r.k[w]
			}
			maybe[k.class[i]] |= ^r.k[w] & open
		}
		possible := uint64(0)
		for _, m := range maybe {
			possible |= m
		}
		no |= open &^ possible
		unknown = (unknown | open) &^ no
		there := ^uint64(0)
		if rest := f.n - w*64; rest < 64 {
			there = 1<<max(0, rest) - 1
		}
		sum.count(&fired, no, unknown, there)
		k.write(&fired, no, unknown, (*[64]uint8)(out[w*64:w*64+64]))
	}
}

// write turns the bits of a word into 64 decisions.
func (k *Screener) write(fired *[256]uint64, no, unknown uint64, out *[64]uint8) {
	for b := 0; b < 64; b += 8 {
		u, n := spread(uint8(unknown>>b)), spread(uint8(no>>b))
		var x uint64
		for i := 1; i < len(k.rows); i++ {
			x |= spread(uint8((fired[i]&^no&^unknown)>>b)) * uint64(i)
		}
		x |= n*uint64(RowNone) | u*uint64(RowUnknown)
		p := (*[8]uint8)(out[b : b+8])
		p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7] = uint8(x), uint8(x>>8), uint8(x>>16), uint8(x>>24), uint8(x>>32), uint8(x>>40), uint8(x>>48), uint8(x>>56)
	}
}
