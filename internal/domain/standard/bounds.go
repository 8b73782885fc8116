package standard

import (
	"math"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
)

// bound proves the bounds of an int or money node, so that no evaluator can overflow or divide by zero on facts inside
// theirs. It faults with "standard.overflow" or "standard.zero".
func (n *Node) bound() error {
	if !number(n.Sort) {
		return nil
	}
	a := n.Args
	switch n.Op {
	case OpAdd:
		return n.hull(add, a[0], a[1])
	case OpSub:
		return n.hull(sub, a[0], a[1])
	case OpMul:
		return n.hull(mul, a[0], a[1])
	case OpNeg:
		return n.hull(sub, literal(IntOf(0)), a[0])
	case OpIf:
		n.lo, n.hi = min(a[1].lo, a[2].lo), max(a[1].hi, a[2].hi)
	case OpMin, OpMax:
		n.lo, n.hi = a[0].lo, a[0].hi
		for _, x := range a[1:] {
			if n.Op == OpMin {
				n.lo, n.hi = min(n.lo, x.lo), min(n.hi, x.hi)
			} else {
				n.lo, n.hi = max(n.lo, x.lo), max(n.hi, x.hi)
			}
		}
	case OpDiv:
		if a[1].lo <= 0 {
			return fault.New(fault.Invalid, "standard.zero")
		}
		return n.hull(func(x, y int64) (int64, bool) { return floordiv(x, y), true }, a[0], a[1])
	case OpPercent:
		return n.boundPercent()
	case OpMonths, OpDays, OpYears:
		span := map[Op]int64{OpMonths: 2412, OpDays: 73414, OpYears: 201}[n.Op]
		n.lo, n.hi = -span, span
	case OpSlices:
		n.lo, n.hi = 0, max(0, a[0].hi)
	}
	return nil
}

// boundOver proves the bounds of an aggregate over a group of at most most elements.
func (n *Node) boundOver(most int64) error {
	switch n.Op {
	case OpCount:
		n.lo, n.hi = 0, most
	case OpMost:
		n.lo, n.hi = min(0, n.Args[0].lo), max(0, n.Args[0].hi)
	case OpSum:
		if err := n.hull(mul, n.Args[0], &Node{lo: 0, hi: most}); err != nil {
			return err
		}
	}
	return nil
}

func (n *Node) boundPercent() error {
	if n.Args[2].lo <= 0 {
		return fault.New(fault.Invalid, "standard.zero")
	}
	n.lo, n.hi = math.MaxInt64, math.MinInt64
	for _, x := range [2]int64{n.Args[0].lo, n.Args[0].hi} {
		for _, y := range [2]int64{n.Args[1].lo, n.Args[1].hi} {
			for _, d := range [2]int64{n.Args[2].lo, n.Args[2].hi} {
				v, err := money.Amount(x).MulDiv(y, d, money.Up)
				if err != nil {
					return fault.New(fault.Invalid, "standard.overflow")
				}
				n.lo, n.hi = min(n.lo, int64(v)), max(n.hi, int64(v))
			}
		}
	}
	return nil
}

// hull takes the corners of two intervals through a monotone operation.
func (n *Node) hull(f func(x, y int64) (int64, bool), a, b *Node) error {
	n.lo, n.hi = math.MaxInt64, math.MinInt64
	for _, x := range [2]int64{a.lo, a.hi} {
		for _, y := range [2]int64{b.lo, b.hi} {
			v, ok := f(x, y)
			if !ok {
				return fault.New(fault.Invalid, "standard.overflow")
			}
			n.lo, n.hi = min(n.lo, v), max(n.hi, v)
		}
	}
	return nil
}

func add(x, y int64) (int64, bool) {
	s := x + y
	return s, (s > x) == (y > 0) || y == 0
}

func sub(x, y int64) (int64, bool) {
	s := x - y
	return s, (s < x) == (y > 0) || y == 0
}

func mul(x, y int64) (int64, bool) {
	if x == 0 || y == 0 {
		return 0, true
	}
	p := x * y
	return p, p/y == x && !(x == -1 && y == math.MinInt64) && !(y == -1 && x == math.MinInt64)
}

// floordiv divides towards minus infinity; y is above 0.
func floordiv(x, y int64) int64 {
	q := x / y
	if x%y < 0 {
		q--
	}
	return q
}
