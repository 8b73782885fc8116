package standard

import (
	"fmt"
	"strings"

	"bangfu/internal/base/fault"
)

// A block of families goes through all steps of a program before the next, so that what is between stays near.
const (
	block = 256
	lanes = block / 64
)

// What a decision of Screen says besides the row that fired.
const (
	RowNone    uint8 = 254 // the standard says no
	RowUnknown uint8 = 255 // it cannot decide: something is not known
)

// bits are one truth of every family of a block.
type bits [lanes]uint64

// register holds a value of every family of a block: numbers in v, or truths in t, of whom it is known in k (t within k).
type register struct {
	v    [block]int64
	t, k bits
}

// frame is one worker's registers and where it stands.
type frame struct {
	regs []register
	lo   int // first family of the block
	n    int // families in the block
}

type step func(*frame)

// Screener is a standard compiled to steps over columns. It says of every family what Judge says, without the words.
// Several goroutines may use one; each Run has its own registers.
type Screener struct {
	s       *Standard
	cols    *Columns
	refs    Refs
	steps   []step
	nregs   int
	seen    map[string]int // node → register
	base    []int          // gates and exclusions, turned so that all must hold
	rows    []int          // class rows
	class   []int          // row → number of its class
	classes int
	all     bool // hit all

	tests   []Test
	testReg []int
	figures []string // derived numbers kept by a trace
	figReg  []int
	traced  []step // what only a trace needs
}

// Test is one elementary condition of a screener's trace: a comparison or a truth, as it stands in the standard.
type Test struct{ Text string }

// Screener compiles a recognition or classification standard for the columns, with reference figures for all of them.
// Fault "standard.no_columns" names what has no column form (groups, lists, "class" inside a condition, items): such a
// standard is judged family by family with Judge.
func (s *Standard) Screener(c *Columns, r Refs) (*Screener, error) {
	if s.Kind != "recognition" && s.Kind != "classification" || s.Classes == nil || len(s.Classes.Rows) > 250 {
		return nil, fault.New(fault.Refused, "standard.no_columns", s.Name, "kind: "+s.Kind)
	}
	k := &Screener{s: s, cols: c, refs: r, seen: map[string]int{}, all: s.Classes.Hit == "all"}
	for _, g := range s.Gates {
		reg, err := k.node(g.When.Node)
		if err != nil {
			return nil, err
		}
		k.base = append(k.base, reg)
	}
	for _, x := range s.Exclusions {
		reg, err := k.node(&Node{Op: OpNot, Sort: Bool, Args: []*Node{x.When.Node}})
		if err != nil {
			return nil, err
		}
		k.base = append(k.base, reg)
	}
	names := map[string]int{}
	for _, row := range s.Classes.Rows {
		reg, err := k.node(row.When.Node)
		if err != nil {
			return nil, err
		}
		if _, ok := names[row.Class]; !ok {
			names[row.Class] = len(names)
		}
		k.rows, k.class = append(k.rows, reg), append(k.class, names[row.Class])
	}
	k.classes = len(names)
	return k, k.trace()
}

// trace adds the derived numbers that no condition needed as such, for Trace.
func (k *Screener) trace() error {
	plain := k.steps
	k.steps = nil
	for _, d := range k.s.Derived {
		if !number(d.Expr.Node.Sort) {
			continue
		}
		reg, err := k.node(d.Expr.Node)
		if err != nil {
			return err
		}
		k.figures, k.figReg = append(k.figures, d.Name), append(k.figReg, reg)
	}
	k.traced, k.steps = k.steps, plain
	return nil
}

// key writes a node so that equal nodes are computed once.
func key(n *Node) string {
	var b strings.Builder
	fmt.Fprintf(&b, "(%s %s %s %v %s %v %v", n.Op, n.Sort, n.Name, n.Lit.Num, n.Lit.Str, n.Lit.List, n.Rates)
	b.WriteString(n.Round)
	for _, a := range n.Args {
		b.WriteString(key(a))
	}
	b.WriteByte(')')
	return b.String()
}

// node compiles a node once and gives its register.
func (k *Screener) node(n *Node) (int, error) {
	id := key(n)
	if reg, ok := k.seen[id]; ok {
		return reg, nil
	}
	reg, err := k.emit(n)
	if err != nil {
		return 0, err
	}
	k.seen[id] = reg
	return reg, nil
}

func (k *Screener) fresh() int { k.nregs++; return k.nregs - 1 }

func (k *Screener) add(s step) { k.steps = append(k.steps, s) }

func (k *Screener) none(what string) error {
	return fault.New(fault.Refused, "standard.no_columns", k.s.Name, what)
}

// emit compiles one node.
func (k *Screener) emit(n *Node) (int, error) {
	switch n.Op {
	case OpLit:
		return k.constant(n.Lit, true), nil
	case OpFact:
		return k.fact(n)
	case OpParam:
		return k.param(n.Name)
	case OpDerived:
		for _, d := range k.s.Derived {
			if d.Name == n.Name {
				return k.node(d.Expr.Node)
			}
		}
	case OpEq, OpNe, OpLt, OpLe, OpGt, OpGe:
		reg, ok, err := k.fused(n)
		if ok || err != nil {
			return reg, err
		}
	case OpIn:
		return k.in(n)
	case OpField, OpClass, OpSum, OpCount, OpAny, OpEvery, OpMost:
		return 0, k.none(string(n.Op) + " " + n.Name)
	}
	args := make([]int, len(n.Args))
	for i, a := range n.Args {
		if a.Sort == List || a.Sort == Rows {
			return 0, k.none(string(n.Op) + " " + a.Name)
		}
		reg, err := k.node(a)
		if err != nil {
			return 0, err
		}
		args[i] = reg
	}
	return k.apply(n, args)
}

// constant puts a value into a register of everyone.
func (k *Screener) constant(v Value, isKnown bool) int {
	out, num := k.fresh(), k.cols.number(v)
	k.add(func(f *frame) {
		r := &f.regs[out]
		for i := range r.v {
			r.v[i] = num
		}
		for w := range lanes {
			r.t[w], r.k[w] = 0, 0
			if isKnown {
				r.k[w] = ^uint64(0)
				if v.Sort == Bool && num == 1 {
					r.t[w] = ^uint64(0)
				}
			}
		}
	})
	return out
}

func (k *Screener) param(name string) (int, error) {
	v := k.s.paramValue(name, k.refs)
	if v.Sort == List {
		return 0, k.none(name)
	}
	return k.constant(v, v.Known()), nil
}

// paramValue is the parameter's own figure, or the one of the reference tables when it is there and inside its bounds.
func (s *Standard) paramValue(name string, r Refs) Value {
	for _, p := range s.Parameters {
		if p.Name != name {
			continue
		}
		if p.Ref == "" {
			return p.Value
		}
		if v := r[p.Ref]; v.Known() && (Fact{Sort: p.Sort, Min: p.Min, Max: p.Max}).check(v) == "" {
			return v
		}
	}
	return Value{}
}

// fact loads a column. A fact without one is not known of anybody.
func (k *Screener) fact(n *Node) (int, error) {
	f, ok := k.s.fact(n.Name)
	if !ok || f.Sort == List {
		return 0, k.none(n.Name)
	}
	col := k.cols.cols[n.Name]
	if col == nil || col.sort != f.Sort {
		return k.constant(Value{}, false), nil
	}
	out, who := k.fresh(), k.cols.allowed(col, f)
	k.add(func(f *frame) {
		r := &f.regs[out]
		at := f.lo / 64
		if who == nil {
			r.k = full
		} else {
			copy(r.k[:], who[at:at+lanes])
		}
		switch {
		case col.bits != nil:
			copy(r.t[:], col.bits[at:at+lanes])
			r.t.and(r.k)
		case col.narrow != nil:
			for i, x := range col.narrow[f.lo : f.lo+f.n] {
				r.v[i] = int64(x)
			}
		default:
			copy(r.v[:f.n], col.wide[f.lo:f.lo+f.n])
		}
	})
	if n.Sort == Bool {
		k.test(out, n.Name)
	}
	return out, nil
}

func (k *Screener) test(reg int, text string) {
	k.tests, k.testReg = append(k.tests, Test{text}), append(k.testReg, reg)
}

var full = bits{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}

func (b *bits) and(o bits) {
	for w := range b {
		b[w] &= o[w]
	}
}
