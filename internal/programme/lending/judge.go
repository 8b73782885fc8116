package lending

import (
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
)

// Wish is what somebody wants to borrow, with what is known of them. An amount of 0 is not known.
type Wish struct {
	Purpose            string
	Amount             money.Amount
	Months             int
	Pay, Price, Family money.Amount // a month's pay; the price of what is bought; the family's income of a month
	Member, Regular    bool
	Service, Career    int  // months
	Live               bool // a loan is still owed
}

// Judge says all reasons against a loan together; nil means that it may be lent. It is pure. Faults, each at its field:
// "loan.purpose", "loan.above" (with the most that may be lent), "loan.unknown" (a bound that cannot be told),
// "loan.months", "loan.member", "loan.regular", "loan.service", "loan.career", "loan.live".
func (p Product) Judge(w Wish) error {
	var l fault.List
	switch most, err := p.Most(w); {
	case err != nil:
		l.AddErr(fault.Of(err).Field, err)
	case w.Amount <= 0:
		l.Add("amount", "loan.amount")
	case w.Amount > most:
		l.Add("amount", "loan.above", most)
	}
	if w.Months < 1 || w.Months > p.Months {
		l.Add("months", "loan.months", p.Months)
	}
	for _, c := range []struct {
		bad   bool
		field string
		key   string
		arg   int
	}{
		{p.Member && !w.Member, "member", "loan.member", 0},
		{p.Regular && !w.Regular, "product", "loan.regular", 0},
		{w.Service < p.Service, "product", "loan.service", p.Service},
		{w.Career < p.Career, "product", "loan.career", p.Career},
		{p.Live != "" && w.Live, "product", "loan.live", 0},
	} {
		if c.bad {
			l.Add(c.field, c.key, c.arg)
		}
	}
	return l.Err()
}

// Most gives the most that may be lent for a wish. Faults: "loan.purpose", "loan.unknown".
func (p Product) Most(w Wish) (money.Amount, error) {
	u, ok := p.PurposeOf(w.Purpose)
	if !ok {
		return 0, fault.New(fault.Refused, "loan.purpose").At("purpose")
	}
	most := money.Amount(-1)
	for _, l := range []Limits{p.Limits, u.Limits} {
		for _, b := range []struct {
			field   string
			times   int64
			of, per money.Amount
		}{
			{"amount", min(int64(l.Cap), 1), money.Amount(l.Cap), 1},
			{"pay", l.Pay, w.Pay, 100},
			{"price", l.Price, w.Price, 100},
			{"family", l.FamilyMonths, w.Family, 1},
		} {
			if b.times == 0 {
				continue
			}
			if b.of <= 0 {
				return 0, fault.New(fault.Refused, "loan.unknown").At(b.field)
			}
			bound, err := b.of.MulDiv(b.times, int64(b.per), money.Down)
			if err != nil {
				return 0, err
			}
			if most < 0 || bound < most {
				most = bound
			}
		}
	}
	return most, nil
}
