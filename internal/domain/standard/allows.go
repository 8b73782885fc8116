package standard

import (
	"slices"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
)

// Request is an amount a person proposes for one item: Amount each time, Times times (0 is once).
type Request struct {
	Item   string
	Index  int // the element it is for, counted from 1; 0 for the household
	Amount money.Amount
	Times  int
}

// Allows reports whether the amount may be given for the item, once; the fault names the bound and the clause. Keys:
// standard.not_entitled, undecided, not_positive, not_exact, below_floor, above_ceiling, above_cap, above_exception,
// above_limit, pool_hold, pool_short.
func (r ItemResult) Allows(a money.Amount) error { return r.allows(a, a) }

// allows judges one amount and, for the pool, the total it makes.
func (r ItemResult) allows(a, total money.Amount) error {
	where := Place(r.Where)
	switch {
	case r.Outcome == No:
		why := Text{}
		if len(r.Reasons) > 0 {
			why, where = r.Reasons[0].Text, Place(r.Reasons[0].Where)
		}
		return fault.New(fault.Refused, "standard.not_entitled", r.Name, why, where)
	case r.Outcome != Yes:
		return fault.New(fault.Refused, "standard.undecided", r.Name)
	case a <= 0:
		return fault.New(fault.Invalid, "standard.not_positive")
	}
	if err := r.bounds(a, where); err != nil {
		return err
	}
	if r.Pool != nil && total > r.Pool.Left {
		key := "standard.pool_" + map[string]string{"hold": "hold", "refuse": "short"}[r.Pool.Over]
		return fault.New(fault.Refused, key, r.Pool.Text, r.Pool.Left, total, Place(r.Pool.Where))
	}
	return nil
}

func (r ItemResult) bounds(a money.Amount, where Text) error {
	switch {
	case (r.Kind == "FIXED" || r.Kind == "FORMULA") && a != r.Amount:
		return fault.New(fault.Refused, "standard.not_exact", r.Name, r.Amount, a, where)
	case r.Kind == "RANGE" && a < r.Floor:
		return fault.New(fault.Refused, "standard.below_floor", r.Name, r.Floor, a, where)
	case (r.Kind == "RANGE" || r.Kind == "CAP") && a > r.Ceiling:
		return r.above(a, where)
	}
	return nil
}

// above says which bound was passed: a limit that cut it, the ceiling, or one that a special decision may pass.
func (r ItemResult) above(a money.Amount, where Text) error {
	for _, l := range r.Limits {
		if l.Cut && l.Left == r.Ceiling {
			return fault.New(fault.Refused, "standard.above_limit", r.Name, l.Text, l.Left, a, Place(l.Where))
		}
	}
	if r.Exception != nil && (r.Exception.Most == 0 || a <= r.Exception.Most) {
		return fault.New(fault.Refused, "standard.above_exception", r.Name, r.Ceiling, a, r.Exception.Text, where)
	}
	if r.Kind == "CAP" {
		return fault.New(fault.Refused, "standard.above_cap", r.Name, r.Ceiling, a, where)
	}
	return fault.New(fault.Refused, "standard.above_ceiling", r.Name, r.Ceiling, a, where)
}

// Place says the clause of a source in a sentence; where there is none it says nothing.
func Place(where string) Text {
	if where == "" {
		return Text{}
	}
	t := both("standard.where", where)
	t.En = " " + t.En
	return t
}

// perYear is how often an item of a period can be paid in a year.
func perYear(period string) int {
	switch period {
	case "monthly":
		return 12
	case "quarterly":
		return 4
	case "per_term":
		return 2
	}
	return 1
}

// Allows reports whether all requests may be given together: each alone, how often in a year, the limits and pools they
// share, and whether the standard lets its items be combined. Further keys: standard.no_item, too_often, shared_limit,
// shared_times, only_one, stacking_unstated.
func (v Verdict) Allows(all []Request) error {
	used, pools := map[string]money.Amount{}, map[string]money.Amount{}
	var items []string
	for _, q := range all {
		r, ok := v.Item(q.Item, q.Index)
		if !ok {
			return fault.New(fault.Missing, "standard.no_item", q.Item)
		}
		n := max(q.Times, 1)
		if n > perYear(r.Period) {
			return fault.New(fault.Refused, "standard.too_often", r.Name, Key("period", r.Period), perYear(r.Period), n)
		}
		total, err := q.Amount.MulDiv(int64(n), 1, money.Down)
		if err != nil {
			return err
		}
		if r.Pool != nil {
			if pools[r.Pool.Code], err = pools[r.Pool.Code].Add(total); err != nil {
				return err
			}
			total = pools[r.Pool.Code]
		}
		if err := r.allows(q.Amount, total); err != nil {
			return err
		}
		if err := r.share(q.Amount, n, used); err != nil {
			return err
		}
		items = union(items, []string{q.Item})
	}
	return v.stacks(items)
}

// share books a request against the limits it counts towards. A limit within a quarter counts what falls into one; a
// limit in times counts the requests themselves.
func (r ItemResult) share(a money.Amount, times int, used map[string]money.Amount) error {
	for _, l := range r.Limits {
		n := times
		switch l.Within {
		case "time", "month", "event":
			n = 1
		case "quarter":
			n = min(n, max(1, perYear(r.Period)/4))
		case "term":
			n = min(n, max(1, perYear(r.Period)/2))
		}
		if l.Turns > 0 {
			if used[l.Key] += money.Amount(n); int64(used[l.Key]) > l.Turns {
				return fault.New(fault.Refused, "standard.shared_times", l.Text, l.Turns, int64(used[l.Key]), Place(l.Where))
			}
			continue
		}
		sum, err := a.MulDiv(int64(n), 1, money.Down)
		if err != nil {
			return err
		}
		if used[l.Key], err = used[l.Key].Add(sum); err != nil {
			return err
		}
		if used[l.Key] > l.Left {
			return fault.New(fault.Refused, "standard.shared_limit", l.Text, l.Left, used[l.Key], Place(l.Where))
		}
	}
	return nil
}

func (v Verdict) stacks(items []string) error {
	slices.Sort(items)
	switch {
	case len(items) < 2:
	case v.Stacking == "one" || v.Stacking == "highest":
		return fault.New(fault.Refused, "standard.only_one", v.Name)
	case v.Stacking == "unstated":
		return fault.New(fault.Refused, "standard.stacking_unstated", v.Name)
	}
	return nil
}
