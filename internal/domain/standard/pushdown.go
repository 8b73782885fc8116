package standard

import (
	"fmt"
	"strconv"
	"strings"

	"bangfu/internal/base/fault"
)

// Pushdown writes the standard as one query over a table that has a column for every fact of the same name (numbers, fen
// and truths 0/1 as bigint, texts and days as text, null for what is not known) and answers, for every row, key and
// decision: the number of the class row that fired, -1 for no, null for "cannot decide". The text is the same for SQLite
// and PostgreSQL. Fault "standard.no_columns" as of Screener; percent over what is not proven above 0, slices and the
// spans between days have no SQL form either. from is a table name or a select in parentheses; both it and the key are
// the program's own words, never a person's.
func (s *Standard) Pushdown(from, key string, r Refs) (string, error) {
	if s.Kind != "recognition" && s.Kind != "classification" || s.Classes == nil {
		return "", fault.New(fault.Refused, "standard.no_columns", s.Name, "kind: "+s.Kind)
	}
	p := &pusher{s: s, refs: r}
	base := []string{"1 = 1"}
	for _, g := range s.Gates {
		base = append(base, p.sql(g.When.Node))
	}
	for _, x := range s.Exclusions {
		base = append(base, "not ("+p.sql(x.When.Node)+")")
	}
	inner := []string{key, "(" + strings.Join(base, " and ") + ") as base_holds"}
	for i, row := range s.Classes.Rows {
		inner = append(inner, fmt.Sprintf("(%s) as row_%d", p.sql(row.When.Node), i))
	}
	if p.bad != "" {
		return "", fault.New(fault.Refused, "standard.no_columns", s.Name, p.bad)
	}
	return "select " + key + ", case when not base_holds or class_row = -1 then -1 when base_holds is null or class_row = -2 then null else class_row end as decision" +
		" from (select " + key + ", base_holds, " + s.classSQL() + " as class_row from (select " + strings.Join(inner, ", ") + " from " + from + ") facts) rows_of", nil
}

// classSQL names the row that fires, -1 for none, -2 when an unknown row could give another class.
func (s *Standard) classSQL() string {
	var b strings.Builder
	rows := s.Classes.Rows
	b.WriteString("case")
	if s.Classes.Hit == "all" {
		for i := range rows {
			fmt.Fprintf(&b, " when row_%d is null then -2", i)
		}
	}
	for i := range rows {
		var other []string
		for e := range i {
			if rows[e].Class != rows[i].Class {
				other = append(other, fmt.Sprintf("row_%d is null", e))
			}
		}
		if len(other) > 0 {
			fmt.Fprintf(&b, " when row_%d and (%s) then -2", i, strings.Join(other, " or "))
		}
		fmt.Fprintf(&b, " when row_%d then %d", i, i)
	}
	for i := range rows {
		fmt.Fprintf(&b, " when row_%d is null then -2", i)
	}
	b.WriteString(" else -1 end")
	return b.String()
}

// pusher writes checked trees as SQL, whose and, or and not are Kleene's already. bad is the first thing without a form.
type pusher struct {
	s    *Standard
	refs Refs
	bad  string
}

func (p *pusher) none(what string) string {
	if p.bad == "" {
		p.bad = what
	}
	return "null"
}

var infix = map[Op]string{OpAnd: "and", OpOr: "or", OpEq: "=", OpNe: "<>", OpLt: "<", OpLe: "<=", OpGt: ">", OpGe: ">=", OpAdd: "+", OpSub: "-", OpMul: "*"}

func (p *pusher) sql(n *Node) string {
	switch n.Op {
	case OpLit:
		return p.value(n.Sort, n.Lit)
	case OpParam:
		return p.value(n.Sort, p.s.paramValue(n.Name, p.refs))
	case OpDerived:
		for _, d := range p.s.Derived {
			if d.Name == n.Name {
				return p.sql(d.Expr.Node)
			}
		}
	case OpFact:
		return p.fact(n.Name)
	case OpIn:
		return p.in(n)
	case OpField, OpClass, OpSum, OpCount, OpAny, OpEvery, OpMost, OpMonths, OpDays, OpYears, OpSlices:
		return p.none(string(n.Op) + " " + n.Name)
	}
	a := make([]string, len(n.Args))
	for i, x := range n.Args {
		if x.Sort == List || x.Sort == Rows {
			return p.none(string(n.Op) + " " + x.Name)
		}
		a[i] = p.sql(x)
	}
	return p.apply(n, a)
}

func (p *pusher) apply(n *Node, a []string) string {
	if sign, ok := infix[n.Op]; ok {
		return "(" + a[0] + " " + sign + " " + a[1] + ")"
	}
	switch n.Op {
	case OpNot:
		return "(not " + a[0] + ")"
	case OpNeg:
		return "(- " + a[0] + ")"
	case OpIf:
		return fmt.Sprintf("(case when %s then %s when not %s then %s when %s = %s then %s end)", a[0], a[1], a[0], a[2], a[1], a[2], a[1])
	case OpMin, OpMax:
		sign := map[Op]string{OpMin: "<=", OpMax: ">="}[n.Op]
		out := a[0]
		for _, x := range a[1:] {
			out = fmt.Sprintf("(case when %s %s %s then %s when %s is not null and %s is not null then %s end)", out, sign, x, out, out, x, x)
		}
		return out
	case OpDiv:
		if n.Args[0].lo >= 0 {
			return "(" + a[0] + " / " + a[1] + ")"
		}
		return fmt.Sprintf("(%s / %s - case when %s %% %s < 0 then 1 else 0 end)", a[0], a[1], a[0], a[1])
	case OpPercent:
		return p.percent(n, a)
	}
	return p.none(string(n.Op))
}

// percent multiplies first, so both factors must be proven not below 0 and the product inside 63 bits.
func (p *pusher) percent(n *Node, a []string) string {
	x, num, den := n.Args[0], n.Args[1], n.Args[2]
	top, ok := mul(x.hi, num.hi)
	top, also := mul(top, 2)
	_, last := add(top, den.hi)
	if x.lo < 0 || num.lo < 0 || den.hi > 1<<60 || !ok || !also || !last {
		return p.none("percent")
	}
	switch n.Round {
	case "down":
		return fmt.Sprintf("(%s * %s / %s)", a[0], a[1], a[2])
	case "up":
		return fmt.Sprintf("((%s * %s + %s - 1) / %s)", a[0], a[1], a[2], a[2])
	}
	return fmt.Sprintf("((%s * %s * 2 + %s) / (%s * 2))", a[0], a[1], a[2], a[2])
}

func (p *pusher) value(s Sort, v Value) string {
	switch {
	case s == Bool && !v.Known():
		return "(null = 1)"
	case s == Bool:
		return fmt.Sprintf("(1 = %d)", v.Num)
	case number(s) && !v.Known():
		return "cast(null as bigint)"
	case number(s):
		return "cast(" + strconv.FormatInt(v.Num, 10) + " as bigint)"
	case s == Words || s == Date:
		if !v.Known() {
			return "cast(null as text)"
		}
		return quoted(v.Str)
	}
	return p.none(string(s))
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// fact is the column, null where its value is none that the standard takes.
func (p *pusher) fact(name string) string {
	f, ok := p.s.fact(name)
	if !ok || strings.ContainsAny(name, ". ") {
		return p.none(name)
	}
	switch f.Sort {
	case Int, Money:
		return fmt.Sprintf("(case when %s between %d and %d then %s end)", name, f.Min, f.Max, name)
	case Bool:
		return fmt.Sprintf("(case when %s in (0, 1) then %s = 1 end)", name, name)
	case Date:
		return fmt.Sprintf("(case when %s between '1900-01-01' and '2100-12-31' then %s end)", name, name)
	case Words:
		if len(f.Values) == 0 {
			return name
		}
		var all []string
		for _, v := range f.Values {
			all = append(all, quoted(v.Value))
		}
		return fmt.Sprintf("(case when %s in (%s) then %s end)", name, strings.Join(all, ", "), name)
	}
	return p.none(name)
}

func (p *pusher) in(n *Node) string {
	x, all := p.sql(n.Args[0]), []string{}
	if l := n.Args[1:]; len(l) == 1 && l[0].Sort == List {
		v := p.s.paramValue(l[0].Name, p.refs)
		if l[0].Op != OpParam || !v.Known() {
			return p.none("in " + l[0].Name)
		}
		for _, t := range v.List {
			all = append(all, quoted(t))
		}
	} else {
		for _, a := range l {
			all = append(all, p.value(a.Sort, a.Lit))
		}
	}
	if len(all) == 0 {
		return "(case when " + x + " is not null then 1 = 0 end)"
	}
	return "(" + x + " in (" + strings.Join(all, ", ") + "))"
}
