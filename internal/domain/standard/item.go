package standard

import (
	"fmt"
	"slices"

	"bangfu/internal/base/money"
)

// items judges every item for the family, or for each element of its group.
func (j *judging) items(base finding) (all []ItemResult) {
	retest := j.s.Stacking.Rule == "sequence"
	var taken, open []string // items that fired, and needs of items that may have, for hit first
	for _, it := range j.s.Items {
		if j.s.Hit == "first" {
			if len(taken) > 0 {
				base = base.and(finding{out: No, reasons: []Reason{{"earlier_item", both("standard.earlier_item", taken[0]), ""}}})
			} else if len(open) > 0 {
				base = base.and(finding{out: Unknown, needs: open})
			}
		}
		results := j.each(it, base)
		all = append(all, results...)
		for _, r := range results {
			if r.Outcome == Yes {
				taken = append(taken, it.Code)
			}
			open = union(open, r.Needs)
		}
		if retest {
			j = j.after(it, results)
			base = j.base().and(j.classify(&Verdict{}))
		}
	}
	if j.s.Stacking.Rule == "highest" {
		j.highest(all)
	}
	return all
}

// highest leaves of the items that fire the one that gives most, the first of equals; an item given to several elements counts
// as their sum. While any item is open, none is sure.
func (j *judging) highest(all []ItemResult) {
	sums, needs := map[string]money.Amount{}, []string(nil)
	best, name := "", Text{}
	for i := range all {
		r := &all[i]
		needs = union(needs, r.Needs)
		if r.Outcome != Yes {
			continue
		}
		sum, ok := add(int64(sums[r.Code]), int64(*r.top()))
		if !ok {
			needs = union(needs, []string{"overflow"})
		}
		sums[r.Code] = money.Amount(sum)
	}
	for _, r := range all {
		if sum := sums[r.Code]; r.Outcome == Yes && (best == "" || sum > sums[best]) {
			best, name = r.Code, r.Name
		}
	}
	if len(sums) == 1 && len(needs) == 0 {
		return
	}
	for i := range all {
		switch r := &all[i]; {
		case r.Outcome != Yes:
		case len(needs) > 0:
			r.close(finding{out: Unknown, needs: needs})
		case r.Code != best:
			r.close(finding{out: No, reasons: []Reason{{"lower_item", both("standard.lower_item", name), j.s.Stacking.Where}}})
		}
	}
}

// after gives the run as it stands once an item has been given: the amount is added to the fact that grows by aid. What is
// not given adds nothing, so that a fact not known stays not known for its own reason. What a person has yet to decide is
// not known before the fact decided.<item> says it.
func (j *judging) after(it Item, results []ItemResult) *judging {
	fact := j.s.Stacking.AddsTo
	now := j.facts[fact]
	given, needs := MoneyOf(0), []string(nil)
	for _, r := range results {
		if r.Outcome == No {
			continue
		}
		one, decided := j.facts["decided."+it.Code]
		if r.Kind == "FIXED" || r.Kind == "FORMULA" { // no one decides an exact amount
			one, decided = MoneyOf(r.Amount), true
		}
		if needs = union(needs, r.Needs); !decided && r.Outcome == Yes {
			needs = union(needs, []string{"decided." + it.Code})
		}
		var fits bool
		if given.Num, fits = add(given.Num, one.Num); !fits {
			needs = union(needs, []string{"overflow"})
		}
	}
	sum, fits := add(now.Num, given.Num)
	switch {
	case !now.Known():
		return j
	case len(needs) > 0 || !fits:
		return j.with(fact, Value{}, needs)
	}
	return j.with(fact, Value{Sort: Money, Num: sum}, nil)
}

func (j *judging) each(it Item, base finding) []ItemResult {
	if it.Each == "" {
		return []ItemResult{j.one(it, base)}
	}
	group := j.facts[it.Each]
	if !group.Known() && base.out != No {
		base = base.and(finding{out: Unknown, needs: []string{it.Each}})
	}
	if len(group.Rows) == 0 {
		r := j.blank(it)
		if group.Known() {
			base = base.and(finding{out: No, reasons: []Reason{{"not_applicable", it.Text, it.Where}}})
		}
		r.close(base)
		return []ItemResult{r}
	}
	k := *j
	k.group = it.Each
	var all []ItemResult
	for i := range group.Rows {
		k.row = i
		r := k.one(it, base)
		r.Index = i + 1
		all = append(all, r)
	}
	return all
}

func (j *judging) blank(it Item) ItemResult {
	return ItemResult{Code: it.Code, Name: it.Text, Kind: it.Kind, Flow: it.Flow, Period: it.Period, Where: it.Where, Reason: it.Reason, Documents: it.Documents}
}

// close ends a result with what was found.
func (r *ItemResult) close(f finding) {
	r.Outcome, r.Reasons, r.Needs = f.out, f.reasons, f.needs
	if f.out != Yes {
		r.Amount, r.Floor, r.Ceiling = 0, 0, 0
	}
}

func (j *judging) one(it Item, f finding) ItemResult {
	r := j.blank(it)
	if f.out == No {
		r.close(f)
		return r
	}
	if it.When != nil {
		t := j.eval(it.When.Node)
		j.step("item", it.Code, it.Clause, outcome(t))
		if t.no() {
			r.close(finding{out: No, reasons: []Reason{{"not_applicable", j.fill(it.Text), it.Where}}})
			return r
		}
		if !t.Known() {
			f = f.and(finding{out: Unknown, needs: t.needs})
		}
	}
	for _, c := range it.Requires {
		f = f.and(j.holds("require", it.Code, c, true))
	}
	for _, c := range it.Excludes {
		f = f.and(j.holds("exclude", it.Code, c, false))
	}
	sure := j.amount(it, &r)
	if f = f.and(sure); f.out != No {
		f = f.and(j.bounded(it, &r, sure.out == Yes))
	}
	r.close(f)
	return r
}

// amount finds the item's figure: the first row that fires, or the sum of all that do.
func (j *judging) amount(it Item, r *ItemResult) finding {
	f, fired := positive(), false
	for i, row := range it.Rows {
		if row.When != nil {
			t := j.eval(row.When.Node)
			c := row.Clause
			if c.Code == "" {
				c.Code = fmt.Sprintf("row%d", i+1)
			}
			j.step("row", it.Code, c, outcome(t)).Fired = t.yes() && f.out == Yes
			row.Clause = c
			if t.no() {
				continue
			}
			if !t.Known() {
				f = f.and(finding{out: Unknown, needs: t.needs})
				continue
			}
			if r.Row == "" && it.Hit != "highest" {
				r.Row = c.Code
			}
			if c.Where != "" && it.Hit != "highest" {
				r.Where = c.Where
			}
		}
		fired = true
		if it.Hit == "highest" {
			f = f.and(j.higher(it, row, r))
			continue
		}
		f = f.and(j.figureOf(it, row, r))
		if it.Hit == "first" {
			break
		}
	}
	if !fired && f.out == Yes {
		return finding{out: No, reasons: []Reason{{"no_row", both("standard.no_row", it.Text), it.Where}}}
	}
	return f
}

func (j *judging) figureOf(it Item, row AmountRow, r *ItemResult) finding {
	f := positive()
	for _, part := range []struct {
		name string
		e    *Expr
		to   *money.Amount
	}{{"amount", row.Amount, &r.Amount}, {"floor", row.Floor, &r.Floor}, {"ceiling", row.Ceiling, &r.Ceiling}} {
		if part.e == nil {
			continue
		}
		x := j.eval(part.e.Node)
		step := j.step("amount", it.Code, Clause{Code: part.name, Text: it.Text, Where: r.Where, When: part.e}, outcome2(x))
		if !x.Known() {
			f = f.and(finding{out: Unknown, needs: x.needs})
			continue
		}
		to := part.to
		if it.Kind == "CAP" {
			to = &r.Ceiling
		}
		n := max(x.Num, 0)
		if it.Kind == "FORMULA" {
			n = j.s.Rounding.round(n)
		}
		sum, ok := add(int64(*to), n)
		if !ok {
			return finding{out: Unknown, needs: []string{"overflow"}}
		}
		*to = money.Amount(sum)
		step.Result = &Value{Sort: Money, Num: n}
	}
	return f
}

// higher keeps a row's figures where they give more than those of the rows before.
func (j *judging) higher(it Item, row AmountRow, r *ItemResult) finding {
	one := *r
	one.Amount, one.Floor, one.Ceiling = 0, 0, 0
	f := j.figureOf(it, row, &one)
	if f.out == Yes && (r.Row == "" || *one.top() > *r.top()) {
		r.Amount, r.Floor, r.Ceiling, r.Row = one.Amount, one.Floor, one.Ceiling, row.Code
		if row.Where != "" {
			r.Where = row.Where
		}
	}
	return f
}

func outcome2(x found) Outcome {
	if x.Known() {
		return Yes
	}
	return Unknown
}

// round loses what is below the unit, in the standard's own way.
func (r Rounding) round(n int64) int64 {
	q, rem := n/r.Unit, n%r.Unit
	if rem > 0 && (r.Mode == "up" || r.Mode == "half_up" && rem*2 >= r.Unit) {
		if up, ok := mul(q+1, r.Unit); ok {
			return up
		}
	}
	return q * r.Unit
}

// bounded applies what bounds an amount from outside: limits, counts, pools; then notes levels and exceptions. While the
// amount is not sure only counts are applied: money that may yet change refuses nothing.
func (j *judging) bounded(it Item, r *ItemResult, sure bool) finding {
	f := positive()
	for i, l := range it.Limits {
		if sure || l.Times != nil {
			f = f.and(j.limit(it, l, fmt.Sprintf("%s/%d", it.Code, i), r))
		}
	}
	if !sure {
		return f
	}
	for i, l := range j.s.Joint {
		if slices.Contains(l.Items, it.Code) {
			f = f.and(j.limit(it, l, fmt.Sprintf("joint/%d", i), r))
		}
	}
	if f.out == No {
		return f
	}
	f = f.and(it.worth(r)).and(j.pool(it, r))
	return f.and(j.ladder(it, r))
}

// worth refuses an amount of nothing, and a range that holds nothing.
func (it Item) worth(r *ItemResult) finding {
	if top := *r.top(); top <= 0 || it.Kind == "RANGE" && top < r.Floor {
		return finding{out: No, reasons: []Reason{{"nothing", both("standard.nothing", it.Text), r.Where}}}
	}
	return positive()
}
