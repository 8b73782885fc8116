package standard

import (
	"math"
	"slices"
)

// below sets bit i where v[i] < c·m[i] (m nil: v[i] < c), eight at a time without a branch, which is what makes a
// column faster than a row.
func below(v, m *[block]int64, c int64, out *bits) {
	if m == nil {
		for w := range lanes {
			var r uint64
			for b := 0; b < 64; b += 8 {
				x := (*[8]int64)(v[w*64+b : w*64+b+8])
				r |= (uint64(x[0]-c)>>63 | uint64(x[1]-c)>>63<<1 | uint64(x[2]-c)>>63<<2 | uint64(x[3]-c)>>63<<3 |
					uint64(x[4]-c)>>63<<4 | uint64(x[5]-c)>>63<<5 | uint64(x[6]-c)>>63<<6 | uint64(x[7]-c)>>63<<7) << b
			}
			out[w] = r
		}
		return
	}
	for w := range lanes {
		var r uint64
		for b := 0; b < 64; b += 8 {
			x, y := (*[8]int64)(v[w*64+b:w*64+b+8]), (*[8]int64)(m[w*64+b:w*64+b+8])
			r |= (uint64(x[0]-c*y[0])>>63 | uint64(x[1]-c*y[1])>>63<<1 | uint64(x[2]-c*y[2])>>63<<2 | uint64(x[3]-c*y[3])>>63<<3 |
				uint64(x[4]-c*y[4])>>63<<4 | uint64(x[5]-c*y[5])>>63<<5 | uint64(x[6]-c*y[6])>>63<<6 | uint64(x[7]-c*y[7])>>63<<7) << b
		}
		out[w] = r
	}
}

// written is the number of a node that is the same for everyone: a literal or a known parameter.
func (k *Screener) written(n *Node) (int64, bool) {
	if !number(n.Sort) {
		return 0, false
	}
	switch n.Op {
	case OpLit:
		return n.Lit.Num, true
	case OpParam:
		v := k.s.paramValue(n.Name, k.refs)
		return v.Num, v.Known()
	case OpDerived:
		return k.written(k.seenThrough(n))
	case OpMul, OpAdd, OpSub:
		a, ok := k.written(n.Args[0])
		b, also := k.written(n.Args[1])
		if !ok || !also {
			return 0, false
		}
		switch n.Op {
		case OpMul:
			return a * b, true
		case OpAdd:
			return a + b, true
		}
		return a - b, true
	}
	return 0, false
}

// seenThrough is what a derived value stands for.
func (k *Screener) seenThrough(n *Node) *Node {
	for n.Op == OpDerived {
		i := slices.IndexFunc(k.s.Derived, func(d Derived) bool { return d.Name == n.Name })
		n = k.s.Derived[i].Expr.Node
	}
	return n
}

const far = math.MaxInt64 / 4

// fused compiles an order between a figure and a written number; floordiv(a, b) < c is a < c·b for b above 0, exactly, so
// nothing is divided.
func (k *Screener) fused(n *Node) (int, bool, error) {
	op, x := n.Op, k.seenThrough(n.Args[0])
	c, ok := k.written(n.Args[1])
	if !ok || op == OpEq || op == OpNe || c > far || c < -far || x.lo < -far || x.hi > far {
		return 0, false, nil
	}
	if op == OpLe || op == OpGt { // x <= c is x < c + 1
		c++
	}
	turn := op == OpGe || op == OpGt
	var divisor = -1
	if x.Op == OpDiv {
		top, isSafe := mul(max(c, -c), x.Args[1].hi)
		if isSafe && top <= far && x.Args[0].lo > -far && x.Args[0].hi < far {
			reg, err := k.node(x.Args[1])
			if err != nil {
				return 0, false, err
			}
			divisor, x = reg, x.Args[0]
		}
	}
	a, err := k.node(x)
	if err != nil {
		return 0, false, err
	}
	out := k.fresh()
	k.add(func(f *frame) {
		r, v := &f.regs[out], &f.regs[a]
		r.k = v.k
		if divisor >= 0 {
			below(&v.v, &f.regs[divisor].v, c, &r.t)
			r.k.and(f.regs[divisor].k)
		} else {
			below(&v.v, nil, c, &r.t)
		}
		for w := range r.t {
			if turn {
				r.t[w] = ^r.t[w]
			}
			r.t[w] &= r.k[w]
		}
	})
	k.test(out, sayTest(n))
	return out, true, nil
}

func sayTest(n *Node) string {
	part := func(a *Node) string {
		if a.Name != "" {
			return a.Name
		}
		return string(a.Op)
	}
	return part(n.Args[0]) + " " + string(n.Op) + " " + part(n.Args[1])
}

// in compiles membership in a written set.
func (k *Screener) in(n *Node) (int, error) {
	x, err := k.node(n.Args[0])
	if err != nil {
		return 0, err
	}
	set, isKnown := map[int64]bool{}, true
	if l := n.Args[1:]; len(l) == 1 && l[0].Sort == List {
		if l[0].Op != OpParam {
			return 0, k.none("in " + l[0].Name)
		}
		v := k.s.paramValue(l[0].Name, k.refs)
		isKnown = v.Known()
		for _, t := range v.List {
			set[k.cols.text(t)] = true
		}
	} else {
		for _, a := range l {
			set[k.cols.number(a.Lit)] = true
		}
	}
	out, truths := k.fresh(), n.Args[0].Sort == Bool
	k.add(func(f *frame) {
		r, a := &f.regs[out], &f.regs[x]
		r.t, r.k = bits{}, bits{}
		if !isKnown {
			return
		}
		r.k = a.k
		for i := range f.n {
			v := a.v[i]
			if truths {
				v = int64(a.t[i/64] >> (i % 64) & 1)
			}
			if set[v] {
				r.t[i/64] |= 1 << (i % 64)
			}
		}
		r.t.and(r.k)
	})
	k.test(out, sayTest(n))
	return out, nil
}

// apply compiles a node over registers.
func (k *Screener) apply(n *Node, a []int) (int, error) {
	out := k.fresh()
	switch n.Op {
	case OpAnd, OpOr, OpNot:
		k.logic(n.Op, out, a)
	case OpIf:
		k.choose(n.Sort == Bool, out, a)
	case OpEq, OpNe, OpLt, OpLe, OpGt, OpGe:
		k.compare(n, out, a)
		k.test(out, sayTest(n))
	default:
		k.numbers(n, out, a)
	}
	return out, nil
}

// logic is Kleene's: t says yes, k without t says no.
func (k *Screener) logic(op Op, out int, a []int) {
	k.add(func(f *frame) {
		r, x := &f.regs[out], &f.regs[a[0]]
		if op == OpNot {
			for w := range r.t {
				r.t[w], r.k[w] = x.k[w]&^x.t[w], x.k[w]
			}
			return
		}
		y := &f.regs[a[1]]
		for w := range r.t {
			xn, yn := x.k[w]&^x.t[w], y.k[w]&^y.t[w]
			if op == OpAnd {
				r.t[w] = x.t[w] & y.t[w]
				r.k[w] = r.t[w] | xn | yn
			} else {
				r.t[w] = x.t[w] | y.t[w]
				r.k[w] = r.t[w] | xn&yn
			}
		}
	})
}

// choose takes one of two; where the condition is not known, what both agree on.
func (k *Screener) choose(truths bool, out int, a []int) {
	k.add(func(f *frame) {
		r, c, x, y := &f.regs[out], &f.regs[a[0]], &f.regs[a[1]], &f.regs[a[2]]
		for w := range r.t {
			yes, no := c.t[w], c.k[w]&^c.t[w]
			same := x.k[w] & y.k[w] &^ c.k[w]
			if truths {
				same &^= x.t[w] ^ y.t[w]
				r.t[w] = yes&x.t[w] | no&y.t[w] | same&x.t[w]
			} else {
				for i := range 64 {
					if x.v[w*64+i] != y.v[w*64+i] {
						same &^= 1 << i
					}
					r.v[w*64+i] = y.v[w*64+i]
					if c.t[w]>>i&1 == 1 {
						r.v[w*64+i] = x.v[w*64+i]
					}
				}
			}
			r.k[w] = yes&x.k[w] | no&y.k[w] | same
		}
	})
}

// compare is any comparison that fused does not take.
func (k *Screener) compare(n *Node, out int, a []int) {
	truths := n.Args[0].Sort == Bool
	k.add(func(f *frame) {
		r, x, y := &f.regs[out], &f.regs[a[0]], &f.regs[a[1]]
		for w := range r.t {
			r.k[w] = x.k[w] & y.k[w]
			var m uint64
			if truths { // only == and != are typed for truths
				m = x.t[w] ^ y.t[w]
				if n.Op == OpEq {
					m = ^m
				}
			} else {
				for i := range 64 {
					p, q := x.v[w*64+i], y.v[w*64+i]
					if compare(n.Op, Value{Num: p}, Value{Num: q}) {
						m |= 1 << i
					}
				}
			}
			r.t[w] = m & r.k[w]
		}
	})
}
