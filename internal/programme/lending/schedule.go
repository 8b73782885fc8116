package lending

import (
	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
)

// Due is one instalment of a schedule.
type Due struct {
	No                  int
	On                  day.Day
	Principal, Interest money.Amount
}

// Sum is what the instalment asks for.
func (d Due) Sum() money.Amount { return d.Principal + d.Interest }

// Terms are what a schedule is made from. Rate is the borrower's, a year, in hundredths of a percent. The first instalment
// falls due Grace + 1 months after From; no interest is asked for the months of grace.
type Terms struct {
	Amount        money.Amount
	Months, Grace int
	Rate          int64
	From          day.Day
}

// Schedule divides an amount into months: equal principal in whole fen, the last instalment takes the rest, and interest of
// a month on what is then still owed, rounded down. It is pure; the principal adds up to the amount to the fen and nothing is
// below zero. Fault: "loan.terms".
func Schedule(t Terms) ([]Due, error) {
	if t.Amount <= 0 || t.Months < 1 || t.Months > 1200 || t.Grace < 0 || t.Grace > 1200 || t.Rate < 0 || !t.From.Valid() {
		return nil, fault.New(fault.Invalid, "loan.terms")
	}
	months := int(min(int64(t.Months), int64(t.Amount))) // no instalment of nothing
	each, left := t.Amount/money.Amount(months), t.Amount
	out := make([]Due, months)
	for i := range out {
		d := Due{No: i + 1, On: t.From.AddMonths(t.Grace + 1 + i), Principal: each}
		if i == months-1 {
			d.Principal = left
		}
		var err error
		if d.Interest, err = left.MulDiv(t.Rate, 120000, money.Down); err != nil {
			return nil, err
		}
		left -= d.Principal
		out[i] = d
	}
	return out, nil
}

// Deductible is how much of what is owed a month's pay can bear: not above the percent of the pay, and never so much that
// less than the minimum wage is left (policy §4). It is pure and never negative. Pay or a minimum wage that is not known (0)
// bears nothing.
func Deductible(owed, pay, minimum money.Amount, percent int64) (money.Amount, error) {
	if pay <= 0 || minimum <= 0 {
		return 0, nil
	}
	share, err := pay.MulDiv(percent, 100, money.Down)
	return max(0, min(owed, share, pay-minimum)), err
}

// Owing is where a loan stands against its schedule. Base is what was owed when the schedule was made and Out what is owed
// now; Asked is the interest asked before the schedule, and Paid all interest ever paid.
type Owing struct {
	Base, Out, Asked, Paid money.Amount
}

// Aged is what is late. Principal and Interest are due by the day and not paid; Late is the part due before it. Since is the
// day of the oldest instalment that is late, "" for none.
type Aged struct {
	Principal, Interest, Late money.Amount
	Since                     day.Day
	Days                      int
}

// Due is what is to be paid by the day.
func (a Aged) Due() money.Amount { return a.Principal + a.Interest }

// Band puts the days late in one of the bands of an ageing list: 0 for not late, then up to 30, 90, 180 days, and more.
func (a Aged) Band() int {
	band := 0
	for _, from := range []int{1, 31, 91, 181} {
		if a.Days >= from {
			band++
		}
	}
	return band
}

// Age says what is due and late on a day. What was paid covers the oldest instalments first. It is pure.
func Age(all []Due, o Owing, on day.Day) Aged {
	var a Aged
	paid := o.Base - o.Out
	principal, interest, late := money.Amount(0), o.Asked, money.Amount(0)
	for _, d := range all {
		if d.On > on {
			break
		}
		principal += d.Principal
		interest += d.Interest
		if d.On < on {
			late = principal
			if principal > paid && a.Since == "" {
				a.Since, a.Days = d.On, on.Sub(d.On)
			}
		}
	}
	a.Principal = max(0, min(principal-paid, o.Out))
	a.Interest = max(0, interest-o.Paid)
	a.Late = max(0, min(late-paid, o.Out))
	return a
}

// Divide divides a payment: interest that is due first, the rest to the principal. It is pure. Fault: "loan.too_much" with
// the most that can be taken.
func Divide(amount money.Amount, a Aged, out money.Amount) (principal, interest money.Amount, err error) {
	interest = min(amount, a.Interest)
	principal = amount - interest
	if amount <= 0 || principal > out {
		return 0, 0, fault.New(fault.Refused, "loan.too_much", out+a.Interest).At("amount")
	}
	return principal, interest, nil
}
