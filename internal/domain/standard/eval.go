package standard

import (
	"math/big"
	"slices"
	"strconv"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
)

// found is what a node gives: a known value, or the names of what is missing to know it.
type found struct {
	Value
	needs []string
}

func known(v Value) found { return found{Value: v} }

func truth(b bool) found { return found{Value: BoolOf(b)} }

func (f found) yes() bool { return f.Sort == Bool && f.Num == 1 }
func (f found) no() bool  { return f.Sort == Bool && f.Num == 0 }

// missing joins what several unknown values need.
func missing(all ...found) found {
	var out found
	for _, f := range all {
		if !f.Known() {
			out.needs = union(out.needs, f.needs)
		}
	}
	return out
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// judging is one run over one family. Its facts are checked: what is out of its bounds is not known.
type judging struct {
	s       *Standard
	facts   Facts
	params  map[string]found
	derived map[string]found
	class   found
	alias   map[string][]string // fact → what must be known before it
	group   string              // the group whose element is in hand
	row     int
	trace   *[]Step
}

// eval gives the value of a node in three-valued logic: unknown is never false.
func (j *judging) eval(n *Node) found {
	switch n.Op {
	case OpLit:
		return known(n.Lit)
	case OpFact, OpField, OpParam, OpDerived, OpClass:
		return j.lookup(n)
	case OpAnd, OpOr:
		return j.logic(n)
	case OpIf:
		return j.branch(n)
	case OpSum, OpCount, OpAny, OpEvery, OpMost:
		return j.over(n)
	}
	args := make([]found, len(n.Args))
	for i, a := range n.Args {
		args[i] = j.eval(a)
	}
	for _, a := range args {
		if !a.Known() {
			return missing(args...)
		}
	}
	v, ok := n.apply(args)
	if !ok { // unreachable on facts inside their bounds: the bounds were proven when the standard was read
		return found{needs: []string{"overflow"}}
	}
	return known(v)
}

func (j *judging) lookup(n *Node) found {
	switch n.Op {
	case OpParam:
		return j.params[n.Name]
	case OpClass:
		return j.class
	case OpDerived:
		return j.derivedOf(n.Name)
	case OpField:
		return j.fieldOf(n.Name)
	}
	if v := j.facts[n.Name]; v.Known() {
		return known(v)
	}
	if why := j.alias[n.Name]; len(why) > 0 {
		return found{needs: why}
	}
	return found{needs: []string{n.Name}}
}

func (j *judging) derivedOf(name string) found {
	if f, ok := j.derived[name]; ok {
		return f
	}
	for _, d := range j.s.Derived {
		if d.Name == name {
			outer, row := j.group, j.row
			f := j.eval(d.Expr.Node)
			j.group, j.row = outer, row
			j.derived[name] = f
			return f
		}
	}
	return found{needs: []string{name}}
}

// fieldOf reads a field of the element in hand; its need is written group[1].field, counted from one.
func (j *judging) fieldOf(full string) found {
	g, _ := j.s.group(j.group)
	field := full[len(g.One)+1:]
	rows := j.facts[j.group].Rows
	if j.row < len(rows) {
		if v := rows[j.row][field]; v.Known() {
			return known(v)
		}
	}
	return found{needs: []string{j.group + "[" + strconv.Itoa(j.row+1) + "]." + field}}
}

// logic is Kleene's and and or: one no decides an and, one yes an or, whatever else is missing.
func (j *judging) logic(n *Node) found {
	a, b := j.eval(n.Args[0]), j.eval(n.Args[1])
	decides := found.no
	if n.Op == OpOr {
		decides = found.yes
	}
	switch {
	case decides(a):
		return a
	case decides(b):
		return b
	case a.Known() && b.Known():
		return a
	}
	return missing(a, b)
}

func (j *judging) branch(n *Node) found {
	c := j.eval(n.Args[0])
	if c.yes() {
		return j.eval(n.Args[1])
	}
	if c.no() {
		return j.eval(n.Args[2])
	}
	a, b := j.eval(n.Args[1]), j.eval(n.Args[2])
	if a.Known() && a.Equal(b.Value) {
		return a
	}
	return c
}

// over runs an aggregate over the elements of a group.
func (j *judging) over(n *Node) found {
	group := j.facts[n.Name]
	if !group.Known() {
		return found{needs: []string{n.Name}}
	}
	outer, row := j.group, j.row
	defer func() { j.group, j.row = outer, row }()
	j.group = n.Name
	acc := &fold{op: n.Op}
	for i := range group.Rows {
		j.row = i
		where := truth(true)
		if len(n.Args) > 1 {
			where = j.eval(n.Args[1])
		}
		if where.no() {
			continue
		}
		acc.take(where, j.eval(n.Args[0]))
	}
	return acc.result(n.Sort)
}

// fold gathers one aggregate.
type fold struct {
	op      Op
	unknown found
	some    bool
	num     int64
	decided bool // any met a yes, every met a no
	over    bool
}

func (f *fold) take(where, v found) {
	if f.op == OpAny || f.op == OpEvery {
		if where.yes() && (f.op == OpAny && v.yes() || f.op == OpEvery && v.no()) {
			f.decided = true
		} else if harmless := f.op == OpAny && v.no() || f.op == OpEvery && v.yes(); !harmless && (!where.Known() || !v.Known()) {
			f.miss(where, v)
		}
		return
	}
	if f.op == OpCount {
		if !v.no() && (!where.Known() || !v.Known()) {
			f.miss(where, v)
		} else if v.yes() {
			f.num++
		}
		return
	}
	if !where.Known() || !v.Known() {
		f.miss(where, v)
		return
	}
	if f.op == OpSum {
		s, ok := add(f.num, v.Num)
		f.num, f.over = s, f.over || !ok
	} else if !f.some || v.Num > f.num {
		f.num = v.Num
	}
	f.some = true
}

func (f *fold) miss(all ...found) {
	f.unknown.needs = union(f.unknown.needs, missing(all...).needs)
}

func (f *fold) result(s Sort) found {
	switch {
	case f.decided:
		return truth(f.op == OpAny)
	case len(f.unknown.needs) > 0:
		return f.unknown
	case f.over:
		return found{needs: []string{"overflow"}}
	case f.op == OpAny:
		return truth(false)
	case f.op == OpEvery:
		return truth(true)
	}
	return known(Value{Sort: s, Num: f.num})
}

// apply computes a node over known arguments; false means overflow.
func (n *Node) apply(a []found) (Value, bool) {
	v := Value{Sort: n.Sort}
	ok := true
	switch n.Op {
	case OpNot:
		return BoolOf(a[0].no()), true
	case OpEq, OpNe, OpLt, OpLe, OpGt, OpGe:
		return BoolOf(compare(n.Op, a[0].Value, a[1].Value)), true
	case OpIn:
		return BoolOf(in(a)), true
	case OpAdd:
		v.Num, ok = add(a[0].Num, a[1].Num)
	case OpSub:
		v.Num, ok = sub(a[0].Num, a[1].Num)
	case OpMul:
		v.Num, ok = mul(a[0].Num, a[1].Num)
	case OpNeg:
		v.Num, ok = sub(0, a[0].Num)
	case OpMin, OpMax:
		v.Num = a[0].Num
		for _, x := range a[1:] {
			if (n.Op == OpMin) == (x.Num < v.Num) {
				v.Num = x.Num
			}
		}
	case OpDiv:
		if a[1].Num <= 0 {
			return Value{}, false
		}
		v.Num = floordiv(a[0].Num, a[1].Num)
	case OpPercent:
		m, err := money.Amount(a[0].Num).MulDiv(a[1].Num, a[2].Num, rounding(n.Round))
		v.Num, ok = int64(m), err == nil
	case OpMonths:
		v.Num = months(day.Day(a[0].Str), day.Day(a[1].Str))
	case OpYears:
		v.Num = months(day.Day(a[0].Str), day.Day(a[1].Str)) / 12
	case OpDays:
		v.Num = int64(day.Day(a[1].Str).Sub(day.Day(a[0].Str)))
	case OpSlices:
		v.Num = n.slice(a)
	}
	return v, ok
}

func rounding(mode string) money.Round {
	switch mode {
	case "down":
		return money.Down
	case "up":
		return money.Up
	}
	return money.HalfUp
}

func compare(op Op, a, b Value) bool {
	c := 0
	switch {
	case a.Num < b.Num || a.Num == b.Num && a.Str < b.Str:
		c = -1
	case a.Num > b.Num || a.Str > b.Str:
		c = 1
	}
	switch op {
	case OpEq:
		return c == 0
	case OpNe:
		return c != 0
	case OpLt:
		return c < 0
	case OpLe:
		return c <= 0
	case OpGt:
		return c > 0
	}
	return c >= 0
}

func in(a []found) bool {
	if len(a) == 2 && a[1].Sort == List {
		return slices.Contains(a[1].List, a[0].Str)
	}
	for _, x := range a[1:] {
		if x.Equal(a[0].Value) {
			return true
		}
	}
	return false
}

// months counts full months from a to b; before a it counts down.
func months(a, b day.Day) int64 {
	if b < a {
		return -months(b, a)
	}
	x, y := a.Time(), b.Time()
	n := (y.Year()-x.Year())*12 + int(y.Month()) - int(x.Month())
	if a.AddMonths(n) > b {
		n--
	}
	return int64(n)
}

// slice adds each part of the figure by its own rate and rounds once; below 0 there is nothing to pay.
func (n *Node) slice(a []found) int64 {
	total, from := new(big.Int), int64(0)
	for i, rate := range n.Rates {
		to := max(a[0].Num, 0)
		if i+1 < len(a) {
			to = min(to, a[i+1].Num)
		}
		if part := to - from; part > 0 {
			total.Add(total, new(big.Int).Mul(big.NewInt(part), big.NewInt(rate)))
			from = to
		}
	}
	q, rem := new(big.Int).QuoRem(total, big.NewInt(1_000_000), new(big.Int))
	if n.Round == "up" && rem.Sign() > 0 || n.Round == "half_up" && rem.Int64() >= 500_000 {
		q.Add(q, big.NewInt(1))
	}
	return q.Int64()
}
