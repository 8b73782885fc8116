package standard

import (
	"errors"
	"regexp"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
)

// longest is the most characters of one expression: enough for any clause people wrote, little enough to read.
const longest = 2000

// compiler turns the expressions of one document into checked trees. CEL parses and types them; the finer sorts (money,
// date), the whitelist of operations and the bounds are ours.
type compiler struct {
	env    *cel.Env
	names  map[string]*Node // what a name stands for: a node without arguments
	groups map[string]Group
	field  map[string]string // element field → group
	group  string            // the group whose element is in hand, if any
	round  string
}

var base = sync.OnceValues(func() (*cel.Env, error) {
	i, s := cel.IntType, cel.StringType
	opts := []cel.EnvOption{
		cel.ClearMacros(),
		cel.ParserRecursionLimit(60),
		cel.ParserExpressionSizeLimit(longest * 2),
		cel.Function("floordiv", cel.Overload("floordiv_int", []*cel.Type{i, i}, i)),
		cel.Function("percent", cel.Overload("percent_int", []*cel.Type{i, i, i}, i)),
		cel.Function("months_between", cel.Overload("months_str", []*cel.Type{s, s}, i)),
		cel.Function("days_between", cel.Overload("days_str", []*cel.Type{s, s}, i)),
		cel.Function("years_between", cel.Overload("years_str", []*cel.Type{s, s}, i)),
		cel.Function("yuan", cel.Overload("yuan_int", []*cel.Type{i}, i), cel.Overload("yuan_str", []*cel.Type{s}, i)),
	}
	for _, f := range []string{"min", "max"} {
		var over []cel.FunctionOpt
		args := []*cel.Type{i}
		for _, n := range []string{"2", "3", "4", "5"} {
			args = append(args, i)
			over = append(over, cel.Overload(f+n, append([]*cel.Type(nil), args...), i))
		}
		opts = append(opts, cel.Function(f, over...))
	}
	return cel.NewEnv(opts...)
})

func newCompiler(round string) (*compiler, error) {
	env, err := base()
	if err != nil {
		return nil, err
	}
	return &compiler{env: env, names: map[string]*Node{}, groups: map[string]Group{}, field: map[string]string{}, round: round}, nil
}

func celType(s Sort) *cel.Type {
	switch s {
	case Int, Money:
		return cel.IntType
	case Bool:
		return cel.BoolType
	case List:
		return cel.ListType(cel.StringType)
	case Words, Date, None, Rows:
	}
	return cel.StringType
}

// declare makes names usable from here on.
func (c *compiler) declare(nodes ...*Node) error {
	var opts []cel.EnvOption
	for _, n := range nodes {
		if _, dup := c.names[n.Name]; dup {
			continue
		}
		c.names[n.Name] = n
		opts = append(opts, cel.Variable(n.Name, celType(n.Sort)))
	}
	if len(opts) == 0 {
		return nil
	}
	env, err := c.env.Extend(opts...)
	if err != nil {
		return err
	}
	c.env = env
	return nil
}

var bare = regexp.MustCompile(`^-?[0-9][0-9,]*(\.[0-9]{1,2})?元?$`)

// compile checks one expression that must give a value of the sort want; None takes any. Where money is wanted a bare
// number is yuan.
func (c *compiler) compile(text string, want Sort) (*Node, error) {
	text = strings.TrimSpace(text)
	if len([]rune(text)) > longest {
		return nil, fault.New(fault.Invalid, "standard.too_long", longest)
	}
	if want == Money && bare.MatchString(text) {
		a, err := money.Parse(text)
		if err != nil {
			return nil, err
		}
		return literal(MoneyOf(a)), nil
	}
	if err := c.signs(text); err != nil {
		return nil, err
	}
	tree, issues := c.env.Compile(text)
	if issues.Err() != nil {
		return nil, c.celFault(text, issues)
	}
	checked := tree.NativeRep()
	n, err := (&converter{compiler: c, tree: checked, text: text}).convert(checked.Expr())
	if err != nil {
		return nil, err
	}
	if want != None && !n.fits(want) {
		switch want {
		case Bool:
			return nil, fault.New(fault.Invalid, "standard.wants_bool", Key("sort", string(n.Sort)))
		case Money:
			return nil, fault.New(fault.Invalid, "standard.wants_money", Key("sort", string(n.Sort)))
		}
		return nil, fault.New(fault.Invalid, "standard.wants", Key("sort", string(want)), Key("sort", string(n.Sort)))
	}
	return n, nil
}

// celFault says the first of CEL's complaints in the author's words, at its character.
func (c *compiler) celFault(text string, issues *cel.Issues) error {
	for _, e := range issues.Errors() {
		at := named(text, offset(text, e.Location.Line(), e.Location.Column()))
		if name, ok := strings.CutPrefix(e.Message, "undeclared reference to '"); ok {
			name, _, _ = strings.Cut(name, "'")
			return placed{c.unknown(text, at, name), at}
		}
		if strings.HasPrefix(e.Message, "found no matching overload") {
			return placed{mismatch(e.Message), at}
		}
		if m := expected.FindStringSubmatch(e.Message); m != nil {
			return placed{fault.New(fault.Invalid, "standard.expected", Sorts{m[1]}, Sorts{m[2]}), at}
		}
		here := string([]rune(text)[min(at, len([]rune(text))):])
		if here == "" {
			return placed{fault.New(fault.Invalid, "standard.unfinished"), at}
		}
		return placed{fault.New(fault.Invalid, "standard.syntax", string([]rune(here)[:min(12, len([]rune(here)))])), at}
	}
	return errors.Join(issues.Err())
}

// named goes back from a function's bracket, or the dot of a field, to where its name begins.
func named(text string, at int) int {
	all := []rune(text)
	if at >= len(all) || all[at] != '(' && all[at] != '.' {
		return at
	}
	for at > 0 && (all[at-1] == '_' || all[at-1] == '.' || all[at-1] >= 'a' && all[at-1] <= 'z' || all[at-1] >= 'A' && all[at-1] <= 'Z' || all[at-1] >= '0' && all[at-1] <= '9') {
		at--
	}
	if all[at] == '.' {
		at++
	}
	return at
}

// offset counts the characters before a line (from 1) and column (from 0) of an expression.
func offset(text string, line, col int) int {
	for before := range strings.SplitSeq(text, "\n") {
		if line <= 1 {
			return min(col, len([]rune(before)))
		}
		col += len([]rune(before)) + 1
		line--
		if line <= 1 {
			return min(col, len([]rune(text)))
		}
	}
	return 0
}

func clean(s string) string {
	if len(s) > 200 {
		s = strings.ToValidUTF8(s[:200], "") + "…"
	}
	return strings.ReplaceAll(s, "\n", " ")
}

// converter walks one checked CEL tree and keeps only what is allowed.
type converter struct {
	*compiler
	tree *ast.AST
	text string
}

func (c *converter) convert(e ast.Expr) (*Node, error) {
	n, err := c.node(e)
	if err != nil {
		r, _ := c.tree.SourceInfo().GetOffsetRange(e.ID())
		err = placeAt(err, named(c.text, int(r.Start)))
	}
	return n, err
}

func (c *converter) node(e ast.Expr) (*Node, error) {
	switch e.Kind() {
	case ast.LiteralKind:
		switch v := e.AsLiteral().(type) {
		case types.Int:
			return literal(IntOf(int64(v))), nil
		case types.Bool:
			return literal(BoolOf(bool(v))), nil
		case types.String:
			return literal(TextOf(string(v))), nil
		}
		return nil, fault.New(fault.Invalid, "standard.literal")
	case ast.IdentKind:
		return c.ident(e.AsIdent())
	case ast.CallKind:
		return c.call(e.AsCall())
	}
	return nil, fault.New(fault.Invalid, "standard.form")
}

func (c *converter) ident(name string) (*Node, error) {
	name = strings.TrimPrefix(name, ".")
	n, ok := c.names[name]
	if !ok {
		return nil, c.unknown(name, 0, name)
	}
	if n.Op == OpField && c.field[name] != c.group {
		return nil, fault.New(fault.Invalid, "standard.outside", name, c.field[name])
	}
	return n, nil
}

var calls = map[string]Op{
	"_&&_": OpAnd, "_||_": OpOr, "!_": OpNot, "_==_": OpEq, "_!=_": OpNe, "_<_": OpLt, "_<=_": OpLe, "_>_": OpGt,
	"_>=_": OpGe, "_+_": OpAdd, "_-_": OpSub, "_*_": OpMul, "-_": OpNeg, "_?_:_": OpIf, "min": OpMin, "max": OpMax,
	"floordiv": OpDiv, "percent": OpPercent, "months_between": OpMonths, "days_between": OpDays, "years_between": OpYears,
}

func (c *converter) call(e ast.CallExpr) (*Node, error) {
	if e.IsMemberFunction() {
		return nil, fault.New(fault.Invalid, "standard.form")
	}
	switch e.FunctionName() {
	case "@in":
		return c.in(e.Args())
	case "yuan":
		return c.yuan(e.Args()[0])
	case "_/_", "_%_":
		return nil, fault.New(fault.Invalid, "standard.slash")
	}
	op, ok := calls[e.FunctionName()]
	if !ok && strings.HasPrefix(e.FunctionName(), "_") {
		return nil, fault.New(fault.Invalid, "standard.form")
	}
	if !ok {
		return nil, fault.New(fault.Invalid, "standard.function", e.FunctionName(), functions())
	}
	n := &Node{Op: op}
	for _, a := range e.Args() {
		arg, err := c.convert(a)
		if err != nil {
			return nil, err
		}
		n.Args = append(n.Args, arg)
	}
	return c.finish(n)
}

// finish gives a built node its sort and its bounds.
func (c *compiler) finish(n *Node) (*Node, error) {
	if n.Op == OpPercent || n.Op == OpSlices {
		n.Round = c.round
	}
	if err := n.settle(); err != nil {
		return nil, err
	}
	return n, n.bound()
}

// in takes "x in [a, b]" and "x in list_fact".
func (c *converter) in(args []ast.Expr) (*Node, error) {
	x, err := c.convert(args[0])
	if err != nil {
		return nil, err
	}
	n := &Node{Op: OpIn, Args: []*Node{x}}
	if args[1].Kind() == ast.ListKind {
		for _, e := range args[1].AsList().Elements() {
			lit, err := c.convert(e)
			if err != nil {
				return nil, err
			}
			n.Args = append(n.Args, lit)
		}
		return c.finish(n)
	}
	list, err := c.convert(args[1])
	if err != nil {
		return nil, err
	}
	n.Args = append(n.Args, list)
	return c.finish(n)
}

// yuan makes money of a written figure, or of a whole number of yuan.
func (c *converter) yuan(arg ast.Expr) (*Node, error) {
	n, err := c.convert(arg)
	if err != nil {
		return nil, err
	}
	if n.Op == OpLit && n.Sort == Words {
		a, err := money.Parse(n.Lit.Str)
		if err != nil {
			return nil, err
		}
		return literal(MoneyOf(a)), nil
	}
	if n.Sort != Int {
		return nil, fault.New(fault.Invalid, "standard.yuan")
	}
	if n.Op == OpLit {
		a, err := money.Amount(n.Lit.Num).MulDiv(100, 1, money.HalfUp)
		return literal(MoneyOf(a)), err
	}
	return c.finish(&Node{Op: OpMul, Args: []*Node{literal(MoneyOf(money.Yuan(1))), n}})
}

func literal(v Value) *Node { return &Node{Op: OpLit, Sort: v.Sort, Lit: v, lo: v.Num, hi: v.Num} }
