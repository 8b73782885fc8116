package standard

import (
	"math"
	"strings"
)

// certain reports what the bounds of facts prove of a condition, if they do.
func certain(n *Node) (holds, sure bool) {
	switch n.Op {
	case OpLit:
		return n.Lit.Num == 1, true
	case OpNot:
		t, sure := certain(n.Args[0])
		return !t, sure
	case OpLt, OpLe, OpGt, OpGe:
	default:
		return false, false
	}
	a, b := n.Args[0], n.Args[1]
	if !number(a.Sort) || !number(b.Sort) {
		return false, false
	}
	if n.Op == OpGt || n.Op == OpGe {
		a, b = b, a
	}
	if n.Op == OpLt || n.Op == OpGt { // a < b
		return a.hi < b.lo, a.hi < b.lo || a.lo >= b.hi
	}
	return a.hi <= b.lo, a.hi <= b.lo || a.lo > b.hi
}

var (
	inclusiveWords = []string{"不低于", "不少于", "不高于", "不超过", "未超过", "不多于", "不大于", "不小于", "以上", "以下", "以内", "（含）", "(含)", "达到"}
	strictWords    = []string{"低于", "不足", "不满", "少于", "超过", "高于", "大于", "小于", "未满", "未达", "多于"}
)

// strict compares the words of a condition with its sign: 低于 and 超过 leave the number out, 不低于 and 以内 take it in.
func (l *linter) strict(c Clause) {
	text, inclusive, strict := c.Text.Zh, false, false
	for _, w := range inclusiveWords {
		inclusive = inclusive || strings.Contains(text, w)
		text = strings.ReplaceAll(text, w, "")
	}
	for _, w := range strictWords {
		strict = strict || strings.Contains(text, w)
	}
	switch op := c.When.Node.Op; {
	case strict && !inclusive && (op == OpLe || op == OpGe):
		l.say(c.When.Line, c.When.Col, "standard.advice_strict", c.Text, map[Op]string{OpLe: "<=", OpGe: ">="}[op], map[Op]string{OpLe: "<", OpGe: ">"}[op])
	case inclusive && !strict && (op == OpLt || op == OpGt):
		l.say(c.When.Line, c.When.Col, "standard.advice_inclusive", c.Text, map[Op]string{OpLt: "<", OpGt: ">"}[op], map[Op]string{OpLt: "<=", OpGt: ">="}[op])
	}
}

// interval is the whole numbers that a step takes, where its ends are written figures.
func interval(n *Node, of *Node) (lo, hi int64, ok bool) {
	if n.Op == OpAnd {
		lo, hi, ok = interval(n.Args[0], of)
		l, h, also := interval(n.Args[1], of)
		return max(lo, l), min(hi, h), ok && also
	}
	lo, hi = math.MinInt64, math.MaxInt64
	if len(n.Args) != 2 || n.Args[1].Op != OpLit || key(n.Args[0]) != key(of) {
		return lo, hi, false
	}
	x := n.Args[1].Lit.Num
	switch n.Op {
	case OpGe:
		lo = x
	case OpGt:
		lo = x + 1
	case OpLe:
		hi = x
	case OpLt:
		hi = x - 1
	default:
		return lo, hi, false
	}
	return lo, hi, true
}

// steps looks at an amount table over one figure for numbers that two rows take, or none.
func (l *linter) steps(it Item) {
	last := int64(math.MaxInt64)
	for i, r := range it.Rows {
		if r.When == nil {
			return
		}
		of := r.When.Node
		for of.Op == OpAnd {
			of = of.Args[0]
		}
		if len(of.Args) == 0 {
			return
		}
		lo, hi, ok := interval(r.When.Node, of.Args[0])
		if !ok {
			return
		}
		end := Value{Sort: of.Args[0].Sort, Num: last}
		switch {
		case lo > hi:
			l.say(r.When.Line, r.When.Col, "standard.advice_empty_step", i+1)
		case i > 0 && last != math.MaxInt64 && lo <= last && lo != math.MinInt64:
			l.say(r.When.Line, r.When.Col, "standard.advice_overlap", i, i+1, end)
		case i > 0 && last != math.MaxInt64 && lo > last+1:
			end.Num++
			l.say(r.When.Line, r.When.Col, "standard.advice_hole", i, i+1, end)
		}
		last = hi
	}
}

// amounts looks for amounts of nothing and for levels that do not rise.
func (l *linter) amounts() {
	for _, it := range l.s.Items {
		for _, r := range it.Rows {
			for _, e := range []*Expr{r.Amount, r.Ceiling} {
				if e != nil && e.Node.hi <= 0 {
					l.say(e.Line, e.Col, "standard.advice_nothing", it.Text)
				}
			}
		}
		for i := 1; i < len(it.Levels); i++ {
			a, b := it.Levels[i-1].least(), it.Levels[i].least()
			if a.Node.Op == OpLit && b.Node.Op == OpLit && b.Node.Lit.Num < a.Node.Lit.Num {
				l.say(b.Line, b.Col, "standard.advice_levels", it.Levels[i-1].Code, it.Levels[i].Code)
			}
		}
	}
}

// least is the amount that a level begins at.
func (l Level) least() *Expr {
	if l.From != nil {
		return l.From
	}
	return l.Above
}
