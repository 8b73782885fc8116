package household

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
)

// size gives how many live together: the number that was told, grown and shrunk with the members on file since; or the
// members on file, once somebody besides the worker is. Of a worker alone on file nothing is known.
func (t *telling) size(ctx context.Context, tx *db.Tx) error {
	now := int64(len(t.home.Members))
	f, told := t.fact(t.HouseholdID, "family_size")
	if !told {
		if now > 1 {
			t.tell("family_size", standard.IntOf(now))
		}
		return nil
	}
	then, err := person.HouseholdAsOf(ctx, tx, t.HouseholdID, f.FromOn)
	if err != nil {
		return err
	}
	t.tell("family_size", standard.IntOf(max(1, f.Num+now-int64(len(then.Members)))))
	return nil
}

// counted reports whether anybody has said who lives in the household.
func (t *telling) counted() bool { return t.out["family_size"].Known() }

// money tells the sums of the household: as they were told, unless a part was told later; then from the parts.
func (t *telling) money() error {
	year, yearKnown, err := t.income()
	if err != nil {
		return err
	}
	month, monthTold := t.told("income_month", incomePart)
	if !yearKnown && monthTold {
		if year, err = month.MulDiv(12, 1, money.Down); err != nil {
			return err
		}
		yearKnown = true
	}
	if yearKnown {
		t.tell("income_year", standard.MoneyOf(year))
		if !monthTold {
			if month, err = year.MulDiv(1, 12, money.Down); err != nil {
				return err
			}
		}
		t.tell("income_month", standard.MoneyOf(month))
	}
	if per, ok := t.told("income_per_head_month", incomePart); ok {
		t.tell("income_per_head_month", standard.MoneyOf(per))
	} else if n := t.out["family_size"].Num; yearKnown && n > 0 {
		if per, err = year.MulDiv(1, 12*n, money.Down); err != nil {
			return err
		}
		t.tell("income_per_head_month", standard.MoneyOf(per))
	}
	return t.spending()
}

func (t *telling) spending() error {
	rigid, ok := t.told("rigid_year", func(f person.Fact) bool { return expense(f.Name) })
	if !ok {
		var err error
		if rigid, ok, err = t.parts(person.Expenses()); err != nil {
			return err
		}
	}
	if ok {
		t.tell("rigid_year", standard.MoneyOf(rigid))
	}
	if f, ok := t.fact(t.PersonID, "self_pay"); ok {
		t.tell("self_pay", standard.MoneyOf(f.Amount()))
		return nil
	}
	medical, ok, err := t.parts([]person.Kind{{Name: "rigid_medical", Counted: true}})
	if ok {
		t.tell("self_pay", standard.MoneyOf(medical))
	}
	return err
}

// told gives a sum somebody said of the household, unless a part of it was said later.
func (t *telling) told(name string, part func(person.Fact) bool) (money.Amount, bool) {
	sum, ok := t.fact(t.HouseholdID, name)
	if !ok {
		return 0, false
	}
	stale := slices.ContainsFunc(t.home.Facts, func(f person.Fact) bool {
		return part(f) && (f.FromOn > sum.FromOn || f.FromOn == sum.FromOn && f.RecordedAt > sum.RecordedAt)
	})
	return sum.Amount(), !stale
}

// incomePart reports a fact that a sum of income is made of.
func incomePart(f person.Fact) bool {
	if f.SubjectKind != person.OfHousehold && (f.Name == person.FactPay || f.Name == person.FactIncome) {
		return true
	}
	return slices.ContainsFunc(person.Incomes(), func(k person.Kind) bool { return k.Name == f.Name })
}

func expense(name string) bool { return strings.HasPrefix(name, "rigid_") && name != "rigid_year" }

// income gives the household's income of a year: as told, else added up when it is known of everybody who may earn. A sum
// that lacks somebody's part would call a family poorer than it is, so it is no sum.
func (t *telling) income() (money.Amount, bool, error) {
	if a, ok := t.told("income_year", incomePart); ok {
		return a, true, nil
	}
	if !t.counted() || t.out["family_size"].Num != int64(len(t.home.Members)) {
		return 0, false, nil // somebody of the family is not on file
	}
	var all []money.Amount
	for _, m := range t.home.Members {
		a, ok := t.yearly(m)
		if !ok {
			return 0, false, nil
		}
		all = append(all, a)
	}
	for _, k := range person.Incomes() {
		if f, ok := t.fact(t.HouseholdID, k.Name); ok && k.Counted {
			all = append(all, f.Amount())
		}
	}
	sum, err := money.Sum(all...)
	return sum, true, err
}

// yearly gives a member's income of a year: what was told, else wages (a year's, or twelve times the month's) and the
// other kinds that count (R24). It is known of those who cannot earn, and of others when something was said.
func (t *telling) yearly(m person.Member) (money.Amount, bool) {
	if f, ok := t.factOf(m, "income_year"); ok {
		return f.Amount(), true
	}
	var all []money.Amount
	wage, known := t.factOf(m, "income_wage")
	if known {
		all = append(all, wage.Amount())
	}
	for _, name := range []string{person.FactPay, person.FactIncome} {
		if f, ok := t.factOf(m, name); ok && !known {
			a, err := f.Amount().MulDiv(12, 1, money.Down)
			if err != nil {
				return 0, false
			}
			all, known = append(all, a), true
		}
	}
	for _, k := range person.Incomes() {
		if f, ok := t.factOf(m, k.Name); ok && k.Counted && k.Name != "income_wage" {
			all = append(all, f.Amount())
			known = known || m.Employment == "retired" || m.Employment == "farming"
		}
	}
	sum, err := money.Sum(all...)
	return sum, err == nil && (known || t.cannotEarn(m))
}

// cannotEarn reports a member whose wage is nothing without anybody saying so.
func (t *telling) cannotEarn(m person.Member) bool {
	age, ok := t.age(m)
	if ok && age < 16 || atSchool(m) {
		return true
	}
	switch m.Employment {
	case "student", "minor", "unable", "jobless":
		return true
	}
	return false
}

// parts adds up kinds over the household and its members for the newest year that any of them speaks of.
func (t *telling) parts(kinds []person.Kind) (money.Amount, bool, error) {
	year := ""
	for _, f := range t.home.Facts {
		if slices.ContainsFunc(kinds, func(k person.Kind) bool { return k.Name == f.Name }) && recent(f, t.On) {
			year = max(year, f.Period)
		}
	}
	var all []money.Amount
	for _, k := range kinds {
		a, known, err := t.home.Sum(k.Name, year)
		if err != nil {
			return 0, false, err
		}
		if known {
			all = append(all, a)
		}
	}
	sum, err := money.Sum(all...)
	return sum, len(all) > 0, err
}
