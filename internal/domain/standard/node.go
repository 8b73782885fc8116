package standard

// Op is what a node of the checked tree does.
type Op string

// The operations. Every evaluator knows exactly these.
const (
	OpLit     Op = "lit"     // Lit
	OpFact    Op = "fact"    // fact Name of the family
	OpField   Op = "field"   // field Name of the element in hand
	OpParam   Op = "param"   // parameter Name
	OpDerived Op = "derived" // derived value Name
	OpClass   Op = "class"   // the class found by the class table
	OpAnd     Op = "and"
	OpOr      Op = "or"
	OpNot     Op = "not"
	OpEq      Op = "eq"
	OpNe      Op = "ne"
	OpLt      Op = "lt"
	OpLe      Op = "le"
	OpGt      Op = "gt"
	OpGe      Op = "ge"
	OpAdd     Op = "add"
	OpSub     Op = "sub"
	OpMul     Op = "mul"
	OpNeg     Op = "neg"
	OpIf      Op = "if"      // Args: condition, then, else
	OpIn      Op = "in"      // Args: text or number, then a list value or the listed literals
	OpMin     Op = "min"     // Args: two or more
	OpMax     Op = "max"     // Args: two or more
	OpDiv     Op = "div"     // floordiv: towards minus infinity; the divisor is proven above 0
	OpPercent Op = "percent" // Args: amount, num, den; rounded once by Round; den is proven above 0
	OpMonths  Op = "months"  // full months from the first date to the second
	OpDays    Op = "days"    // days from the first date to the second
	OpYears   Op = "years"   // full years from the first date to the second
	OpSlices  Op = "slices"  // Args: amount, then the upper end of every slice but the last; Rates in ppm; rounded once
	OpSum     Op = "sum"     // over group Name; Args: value, condition (may be missing)
	OpCount   Op = "count"   // over group Name; Args: condition
	OpAny     Op = "any"     // over group Name; Args: condition
	OpEvery   Op = "every"   // over group Name; Args: condition
	OpMost    Op = "most"    // over group Name: the largest; 0 for an empty group; Args: value, condition
)

// Node is one step of a checked expression: compact, typed, without side effects. It is what every evaluator reads.
type Node struct {
	Op    Op
	Sort  Sort
	Name  string
	Lit   Value
	Args  []*Node
	Rates []int64 // OpSlices
	Round string  // OpPercent, OpSlices: half_up, down or up

	lo, hi int64 // proven bounds of an int or money result
}

// Bounds gives the proven inclusive bounds of an int or money result; other evaluators choose their width by it.
func (n *Node) Bounds() (lo, hi int64) { return n.lo, n.hi }

// Walk visits the node and all below it, parents first.
func (n *Node) Walk(visit func(*Node)) {
	if n == nil {
		return
	}
	visit(n)
	for _, a := range n.Args {
		a.Walk(visit)
	}
}
