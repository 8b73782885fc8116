package household

import (
	"cmp"
	"context"
	"slices"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
)

// MostFamilies is how many families one look at "what if" takes in; more are for the terminal (bangfu simulate).
const MostFamilies = 3000

// Family is one household as two standards see it now, with nothing given yet.
type Family struct {
	Worker person.Worker
	Facts  [2]standard.Facts
}

// Families tells the families of whom something is on file, those a right reaches, for two standards, so many at most; true when
// there are more.
func Families(ctx context.Context, tx *db.Tx, right string, pair [2]*standard.Standard, most int) ([]Family, bool, error) {
	all, err := person.Told(ctx, tx, right, most+1)
	if err != nil {
		return nil, false, err
	}
	more := len(all) > most
	var out []Family
	for _, w := range all[:min(len(all), most)] {
		f := Family{Worker: w}
		for i, s := range pair {
			if i > 0 && sameQuestions(s, pair[0]) {
				f.Facts[i] = f.Facts[0]
				continue
			}
			var err error
			if f.Facts[i], err = Facts(ctx, tx, Ask{HouseholdID: w.HouseholdID, PersonID: w.ID, For: s, Fresh: true}); err != nil {
				return nil, false, err
			}
		}
		out = append(out, f)
	}
	return out, more, nil
}

// sameQuestions reports that two standards ask the same about earlier help, so that one telling does for both.
func sameQuestions(a, b *standard.Standard) bool {
	name := func(f standard.Fact) string { return f.Name }
	return slices.Equal(names(a.Earlier(), name), names(b.Earlier(), name)) &&
		slices.Equal(names(a.Pools, func(p standard.Pool) string { return p.Code }), names(b.Pools, func(p standard.Pool) string { return p.Code }))
}

func names[T any](all []T, name func(T) string) (out []string) {
	for _, x := range all {
		out = append(out, name(x))
	}
	return out
}

// Rule is a standard with the reference figures it is held against.
type Rule struct {
	S    *standard.Standard
	Refs standard.Refs
}

// Year is what help costs in a year: Least is what must be given, Most what people may decide at the most. Fen.
type Year struct{ Least, Most money.Amount }

func (y Year) add(o Year) (Year, error) {
	least, err := y.Least.Add(o.Least)
	if err != nil {
		return y, err
	}
	most, err := y.Most.Add(o.Most)
	return Year{least, most}, err
}

// Change is what becomes of a family.
type Change string

// The changes; Same is none.
const (
	Same   Change = "same"
	Enters Change = "enters"
	Leaves Change = "leaves"
	More   Change = "more"
	Less   Change = "less"
	Class  Change = "class"
	Unsure Change = "unsure" // can be decided under one of the two only
)

// Side is one family under one of the two rules.
type Side struct {
	Outcome standard.Outcome
	Class   string
	Year    Year
	Items   map[string]Year
}

// Move is one family with what changes for it.
type Move struct {
	Family
	Before, After Side
	Change        Change
}

// Tally counts families and their cost before and after.
type Tally struct {
	Before, After   int
	Enters, Leaves  int
	Others          int // those whose class or amount changes
	BeforeY, AfterY Year
}

// WhatIf is what another rule would do to the families. Near are those the new rule leaves out although they stand at most
// ten per cent above its line.
type WhatIf struct {
	Families int
	Unknown  int // families the new rule cannot decide
	All      Tally
	Units    map[string]Tally // by unit id
	Items    map[string]Tally // by item code
	Moves    []Move           // without those that stay the same, the largest change first
	Near     []Near
}

// Near is a family just above the line: Percent is how far at the most, from 1 to 10, Loses what one below the line may get
// in a year.
type Near struct {
	Family
	Percent int
	Loses   money.Amount
}

// Taper is what the family would get in a year if help ran out over the ten per cent above the line instead of stopping at
// it: in the middle of each per cent step, rounded to the nearest fen.
func (n Near) Taper() (money.Amount, error) {
	return n.Loses.MulDiv(int64(10-n.Percent)*10+5, 100, money.HalfUp)
}

// Compare judges every family by both rules (S03).
func Compare(all []Family, before, after Rule) (WhatIf, error) {
	out := WhatIf{Families: len(all), Units: map[string]Tally{}, Items: map[string]Tally{}}
	steps := steeper(after)
	for _, f := range all {
		m, err := f.move(before, after)
		if err != nil {
			return out, err
		}
		if m.Change != Same {
			out.Moves = append(out.Moves, m)
		}
		if err := out.count(m); err != nil {
			return out, err
		}
		if m.After.Outcome != standard.No {
			continue
		}
		near, is, err := nearness(f, steps)
		if err != nil {
			return out, err
		}
		if is {
			out.Near = append(out.Near, near)
		}
	}
	slices.SortStableFunc(out.Moves, func(a, b Move) int { return cmp.Compare(b.weight(), a.weight()) })
	return out, nil
}

// Sides judges every family by both rules and gives each, whether it changes or not, in their order.
func Sides(all []Family, before, after Rule) ([]Move, error) {
	var out []Move
	for _, f := range all {
		m, err := f.move(before, after)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

func (f Family) move(before, after Rule) (Move, error) {
	m := Move{Family: f}
	var err error
	if m.Before, err = before.side(f.Facts[0]); err != nil {
		return m, err
	}
	if m.After, err = after.side(f.Facts[1]); err != nil {
		return m, err
	}
	m.Change = m.change()
	return m, nil
}

func (m Move) weight() money.Amount {
	d := m.After.Year.Most - m.Before.Year.Most
	return max(d, -d)
}

func (m Move) change() Change {
	a, b := m.Before, m.After
	switch {
	case a.Outcome == standard.Unknown && b.Outcome != standard.Unknown, b.Outcome == standard.Unknown && a.Outcome != standard.Unknown:
		return Unsure
	case a.Outcome != standard.Yes && b.Outcome == standard.Yes:
		return Enters
	case a.Outcome == standard.Yes && b.Outcome != standard.Yes:
		return Leaves
	case a.Class != b.Class:
		return Class
	case b.Year.Most > a.Year.Most || b.Year.Most == a.Year.Most && b.Year.Least > a.Year.Least:
		return More
	case b.Year != a.Year:
		return Less
	}
	return Same
}

// count adds a family to the sums.
func (w *WhatIf) count(m Move) error {
	if m.After.Outcome == standard.Unknown {
		w.Unknown++
	}
	var err error
	if w.All, err = w.All.with(m, m.Before.Outcome, m.After.Outcome, [2]Year{m.Before.Year, m.After.Year}); err != nil {
		return err
	}
	unit := m.Worker.UnitID
	if w.Units[unit], err = w.Units[unit].with(m, m.Before.Outcome, m.After.Outcome, [2]Year{m.Before.Year, m.After.Year}); err != nil {
		return err
	}
	codes := map[string]bool{}
	for c := range m.Before.Items {
		codes[c] = true
	}
	for c := range m.After.Items {
		codes[c] = true
	}
	for c := range codes {
		a, inA := m.Before.Items[c]
		b, inB := m.After.Items[c]
		if w.Items[c], err = w.Items[c].with(m, gets(inA), gets(inB), [2]Year{a, b}); err != nil {
			return err
		}
	}
	return nil
}

func gets(yes bool) standard.Outcome {
	if yes {
		return standard.Yes
	}
	return standard.No
}

func (t Tally) with(m Move, before, after standard.Outcome, y [2]Year) (Tally, error) {
	was, is := before == standard.Yes, after == standard.Yes
	if was {
		t.Before++
	}
	if is {
		t.After++
	}
	switch {
	case is && !was:
		t.Enters++
	case was && !is:
		t.Leaves++
	case was && (y[0] != y[1] || m.Before.Class != m.After.Class):
		t.Others++
	}
	var err error
	if t.BeforeY, err = t.BeforeY.add(y[0]); err == nil {
		t.AfterY, err = t.AfterY.add(y[1])
	}
	return t, err
}

// turns is how often a year help of a period is given.
func turns(period string) int64 {
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

// side judges one family by one rule and adds up what it gets in a year.
func (r Rule) side(f standard.Facts) (Side, error) {
	v := r.S.Judge(f, r.Refs)
	out := Side{Outcome: v.Outcome, Class: v.Class, Items: map[string]Year{}}
	if v.Outcome != standard.Yes {
		return out, nil
	}
	for _, it := range v.Items {
		if it.Outcome != standard.Yes || it.Flow != "pay" && it.Flow != "lend" {
			continue
		}
		y := Year{it.Amount, it.Amount}
		if it.Kind == "CAP" || it.Kind == "RANGE" {
			y = Year{it.Floor, it.Ceiling}
		}
		var err error
		if y.Least, err = y.Least.MulDiv(turns(it.Period), 1, money.HalfUp); err != nil {
			return out, err
		}
		if y.Most, err = y.Most.MulDiv(turns(it.Period), 1, money.HalfUp); err != nil {
			return out, err
		}
		if out.Items[it.Code], err = out.Items[it.Code].add(y); err != nil {
			return out, err
		}
		if out.Year, err = out.Year.add(y); err != nil {
			return out, err
		}
	}
	return out, nil
}

// steeper gives the rule with its lines raised by one to ten per cent; none where it has no line of money.
func steeper(r Rule) []Rule {
	var out []Rule
	lines := false
	for _, p := range r.S.Parameters {
		lines = lines || p.Ref != "" && r.Refs[p.Ref].Sort == standard.Money
	}
	if !lines {
		return nil
	}
	for percent := int64(1); percent <= 10; percent++ {
		refs := standard.Refs{}
		for name, v := range r.Refs {
			refs[name] = v
		}
		for _, p := range r.S.Parameters {
			if v := r.Refs[p.Ref]; p.Ref != "" && v.Sort == standard.Money {
				raised, err := money.Amount(v.Num).MulDiv(100+percent, 100, money.HalfUp)
				if err != nil {
					return nil
				}
				refs[p.Ref] = standard.MoneyOf(raised)
			}
		}
		out = append(out, Rule{r.S, refs})
	}
	return out
}

// nearness says how far above the line a family stands that is left out; false when it is more than ten per cent or no line
// keeps it out.
func nearness(f Family, steps []Rule) (Near, bool, error) {
	if len(steps) == 0 {
		return Near{}, false, nil
	}
	top, err := steps[len(steps)-1].side(f.Facts[1])
	if err != nil || top.Outcome != standard.Yes {
		return Near{}, false, err
	}
	for i, r := range steps {
		s, err := r.side(f.Facts[1])
		if err != nil {
			return Near{}, false, err
		}
		if s.Outcome == standard.Yes {
			return Near{f, i + 1, s.Year.Most}, true, nil
		}
	}
	return Near{}, false, nil
}
