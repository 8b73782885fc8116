package standard

import (
	"fmt"
	"slices"

	"bangfu/internal/base/money"
)

// top is the bound that a limit may cut.
func (r *ItemResult) top() *money.Amount {
	if r.Kind == "CAP" || r.Kind == "RANGE" {
		return &r.Ceiling
	}
	return &r.Amount
}

// earlier reads earlier aid: of the element in hand where the limit is per element and the item too, else of the family.
func (j *judging) earlier(it Item, l Limit, kind string) found {
	sum := found{Value: Value{Sort: Money}}
	for _, code := range l.Items {
		if l.Within == "time" {
			continue
		}
		name := kind + "." + code + "." + l.Within
		v, ok := j.facts[name]
		need := name
		if it.Each != "" && l.Per != "household" {
			v, ok = j.facts[it.Each].Rows[j.row][name]
			need = fmt.Sprintf("%s[%d].%s", it.Each, j.row+1, name)
		}
		if !ok {
			sum = missing(found{needs: sum.needs}, found{needs: []string{need}})
			continue
		}
		if sum.Known() {
			n, fits := add(sum.Num, v.Num)
			if !fits {
				return found{needs: []string{"overflow"}}
			}
			sum.Num = n
		}
	}
	return sum
}

// counted adds to a step the earlier aid that its limit counted.
func (j *judging) counted(s *Step, it Item, l Limit, kind string) {
	for _, code := range l.Items {
		d, ok := j.s.fact(kind + "." + code + "." + l.Within)
		if !ok {
			continue
		}
		v := j.facts[d.Name]
		if it.Each != "" && l.Per != "household" {
			v = j.facts[it.Each].Rows[j.row][d.Name]
		}
		s.Figures = append(s.Figures, Figure{Name: d.Name, Text: j.s.said(d), Kind: "fact", Value: v})
	}
}

// limit applies one limit: refuses, or cuts the item's top to what is left.
func (j *judging) limit(it Item, l Limit, key string, r *ItemResult) finding {
	if it.Each != "" && l.Per != "household" {
		key = fmt.Sprintf("%s/%d", key, j.row+1)
	}
	if l.Times != nil {
		return j.times(it, l, key, r)
	}
	used, most := j.earlier(it, l, "aid"), known(Value{Sort: Money, Num: int64(*r.top())})
	if l.Most != nil {
		most = j.eval(l.Most.Node)
	}
	c := l.Clause
	c.When = l.Most
	if !used.Known() || !most.Known() {
		j.step("limit", it.Code, c, Unknown)
		return finding{out: Unknown, needs: missing(used, most).needs}
	}
	out := LimitResult{Key: key, Code: l.Code, Where: l.Where, Per: l.Per, Within: l.Within, Most: money.Amount(most.Num), Used: money.Amount(used.Num)}
	out.Left = max(out.Most-out.Used, 0)
	if out.Text = j.fill(l.Text); out.Text == (Text{}) {
		out.Text = both("standard.limit_says", Key("per", l.Per), Key("within", l.Within), out.Most)
	}
	c.Text = out.Text
	top := r.top()
	short := *top > out.Left
	refused := short && (!l.Cut || out.Left == 0 || it.Kind == "RANGE" && out.Left < r.Floor)
	truthOf := map[bool]Outcome{true: No, false: Yes}
	j.counted(j.step("limit", it.Code, c, truthOf[refused]), it, l, "aid")
	if refused {
		return finding{out: No, reasons: []Reason{{l.Code, out.Text, l.Where}}}
	}
	if short {
		*top, out.Cut = out.Left, true
	}
	r.Limits = append(r.Limits, out)
	return positive()
}

// times applies one limit in times.
func (j *judging) times(it Item, l Limit, key string, r *ItemResult) finding {
	used, most := j.earlier(it, l, "times"), j.eval(l.Times.Node)
	c := l.Clause
	c.When = l.Times
	if c.Text == (Text{}) {
		c.Text = both("standard.times_says", Key("per", l.Per), Key("within", l.Within), most.Num)
	}
	switch {
	case used.Known() && most.Known() && used.Num < most.Num:
		j.counted(j.step("limit", it.Code, c, Yes), it, l, "times")
		r.Limits = append(r.Limits, LimitResult{Key: key, Code: l.Code, Text: j.fill(c.Text), Where: l.Where, Per: l.Per, Within: l.Within, Turns: most.Num - used.Num})
		return positive()
	case used.Known() && most.Known():
		j.counted(j.step("limit", it.Code, c, No), it, l, "times")
		return finding{out: No, reasons: []Reason{{l.Code, j.fill(c.Text), l.Where}}}
	}
	j.step("limit", it.Code, c, Unknown)
	return finding{out: Unknown, needs: missing(used, most).needs}
}

// pool tells what the item's pool has left. A pool that refuses does so here; one that holds lets the caller ask.
func (j *judging) pool(it Item, r *ItemResult) finding {
	at := slices.IndexFunc(j.s.Pools, func(p Pool) bool { return p.Code == it.Pool && it.Pool != "" })
	if at < 0 {
		return positive()
	}
	p := j.s.Pools[at]
	total := j.eval(p.Total.Node)
	spent := j.lookup(&Node{Op: OpFact, Name: "pool." + p.Code + ".spent"})
	carried := j.lookup(&Node{Op: OpFact, Name: "pool." + p.Code + ".carried"})
	c := p.Clause
	c.When = p.Total
	if m := missing(total, spent, carried); len(m.needs) > 0 {
		j.step("pool", it.Code, c, Unknown)
		return finding{out: Unknown, needs: m.needs}
	}
	have, ok := add(total.Num, carried.Num)
	left, fits := sub(have, spent.Num)
	if !ok || !fits {
		return finding{out: Unknown, needs: []string{"overflow"}}
	}
	r.Pool = &PoolResult{p.Code, j.fill(p.Text), p.Where, money.Amount(max(left, 0)), p.Over}
	least := r.Amount
	if it.Kind == "RANGE" {
		least = r.Floor
	} else if it.Kind == "CAP" {
		least = 1
	}
	if r.Pool.Left < least && p.Over == "refuse" {
		j.spent(j.step("pool", it.Code, c, No), p)
		return finding{out: No, reasons: []Reason{{p.Code, r.Pool.Text, p.Where}}}
	}
	j.spent(j.step("pool", it.Code, c, Yes), p)
	return positive()
}

// spent adds to a step what its pool has spent and carried over.
func (j *judging) spent(s *Step, p Pool) {
	for _, kind := range []string{"spent", "carried"} {
		s.Figures = append(s.Figures, j.figure(&Node{Op: OpFact, Name: "pool." + p.Code + "." + kind}))
	}
}

func (j *judging) ladder(it Item, r *ItemResult) finding {
	f := positive()
	for _, l := range it.Levels {
		e, strict := l.From, false
		if e == nil {
			e, strict = l.Above, true
		}
		x := j.eval(e.Node)
		if !x.Known() {
			f = f.and(finding{out: Unknown, needs: x.needs})
			continue
		}
		r.Levels = append(r.Levels, LevelResult{l.Code, l.Text, money.Amount(x.Num), strict})
	}
	if it.Exception == nil {
		return f
	}
	e := &ExceptionResult{Code: it.Exception.Code, Text: it.Exception.Text, Where: it.Exception.Where}
	if it.Exception.Most != nil {
		x := j.eval(it.Exception.Most.Node)
		if !x.Known() {
			return f.and(finding{out: Unknown, needs: x.needs})
		}
		e.Most = money.Amount(x.Num)
	}
	r.Exception = e
	return f
}
