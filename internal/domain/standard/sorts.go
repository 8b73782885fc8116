package standard

import (
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
)

// Key names a word of this package's catalogue that fills a slot of a fault, as standard.<area>_<name>.
func Key(area, name string) words.Key { return words.Key("standard." + area + "_" + name) }

// fits reports whether n can stand where a value of the sort is wanted: a written 0 is also money, a written day a date.
func (n *Node) fits(want Sort) bool {
	if n.Sort == want {
		return true
	}
	if n.Op != OpLit {
		return false
	}
	if want == Money && n.Sort == Int && n.Lit.Num == 0 || want == Date && n.Sort == Words && validDay(n.Lit.Str) {
		n.Sort, n.Lit.Sort = want, want
		return true
	}
	return false
}

// alike makes all arguments of one sort, or says which two are mixed.
func alike(args []*Node) (Sort, error) {
	s := args[0].Sort
	for _, a := range args {
		if a.Op != OpLit {
			s = a.Sort
			break
		}
	}
	for _, a := range args {
		if a.Sort == Money {
			s = Money
		}
	}
	for _, a := range args {
		if !a.fits(s) {
			return None, fault.New(fault.Invalid, "standard.mixed", Key("sort", string(s)), Key("sort", string(a.Sort)))
		}
	}
	return s, nil
}

// signs are how operations are written.
var signs = map[Op]string{OpEq: "==", OpNe: "!=", OpLt: "<", OpLe: "<=", OpGt: ">", OpGe: ">=", OpAdd: "+", OpSub: "-", OpNeg: "-", OpMul: "*", OpIf: "? :",
	OpMin: "min", OpMax: "max", OpDiv: "floordiv", OpPercent: "percent", OpMonths: "months_between", OpDays: "days_between", OpYears: "years_between"}

func number(s Sort) bool { return s == Int || s == Money }

// settle gives a node its sort from its arguments.
func (n *Node) settle() (err error) {
	bad := func() error { return fault.New(fault.Invalid, "standard.operands", signs[n.Op]) }
	switch n.Op {
	case OpAnd, OpOr, OpNot:
		n.Sort = Bool
	case OpEq, OpNe, OpLt, OpLe, OpGt, OpGe:
		n.Sort = Bool
		s, err := alike(n.Args)
		if err != nil {
			return err
		}
		if s == List || n.Op != OpEq && n.Op != OpNe && !number(s) && s != Date {
			return bad()
		}
	case OpAdd, OpSub, OpNeg, OpMin, OpMax:
		if n.Sort, err = alike(n.Args); err != nil {
			return err
		}
		if !number(n.Sort) {
			return bad()
		}
	case OpMul:
		return n.settleMul(bad)
	case OpIf:
		n.Sort, err = alike(n.Args[1:])
		return err
	case OpIn:
		return n.settleIn()
	case OpDiv:
		return n.settleDiv(bad)
	case OpPercent:
		n.Sort = n.Args[0].Sort
		if _, err := alike(n.Args[1:]); err != nil {
			return err
		}
	case OpMonths, OpDays, OpYears:
		n.Sort = Int
		if !n.Args[0].fits(Date) || !n.Args[1].fits(Date) {
			return bad()
		}
	}
	return nil
}

func (n *Node) settleMul(bad func() error) error {
	a, b := n.Args[0].Sort, n.Args[1].Sort
	switch {
	case !number(a) || !number(b):
		return bad()
	case a == Money && b == Money:
		return fault.New(fault.Invalid, "standard.money_times_money")
	case a == Money || b == Money:
		n.Sort = Money
	default:
		n.Sort = Int
	}
	return nil
}

func (n *Node) settleDiv(bad func() error) error {
	a, b := n.Args[0].Sort, n.Args[1].Sort
	switch {
	case !number(a) || !number(b) || a == Int && b == Money:
		return bad()
	case a == Money && b == Int:
		n.Sort = Money
	default:
		n.Sort = Int
	}
	return nil
}

// settleIn also makes sure that listed values are written ones, so that a column kernel can hold them as a set.
func (n *Node) settleIn() error {
	n.Sort = Bool
	x, rest := n.Args[0], n.Args[1:]
	if len(rest) == 1 && rest[0].Sort == List {
		if x.Sort != Words {
			return fault.New(fault.Invalid, "standard.operands", "in")
		}
		return nil
	}
	for _, r := range rest {
		if r.Op != OpLit {
			return fault.New(fault.Invalid, "standard.in_literals")
		}
		if !r.fits(x.Sort) {
			return fault.New(fault.Invalid, "standard.mixed", Key("sort", string(x.Sort)), Key("sort", string(r.Sort)))
		}
	}
	return nil
}
