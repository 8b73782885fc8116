package paygap

import (
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
)

// Band says that Rate per cent of what a month's wage has above From is contributed, up to where the next band begins.
type Band struct {
	From money.Amount
	Rate int64
}

// MostRate bounds a rate: who earns more always keeps more, and keeps at least half of it.
const MostRate = 50

// Bands are a scheme from its lowest band up.
type Bands []Band

// Check wants one to three bands that rise: "paygap.bands", "paygap.rate" (Invalid).
func (all Bands) Check() error {
	if len(all) == 0 || len(all) > 3 {
		return fault.New(fault.Invalid, "paygap.bands").At("from1")
	}
	for i, b := range all {
		if b.From <= 0 || i > 0 && b.From <= all[i-1].From {
			return fault.New(fault.Invalid, "paygap.bands").At("from1")
		}
		if b.Rate < 1 || b.Rate > MostRate || i > 0 && b.Rate < all[i-1].Rate {
			return fault.New(fault.Invalid, "paygap.rate", MostRate).At("rate1")
		}
	}
	return nil
}

// Of gives what a month's wage contributes, in fen, rounded down.
func (all Bands) Of(pay money.Amount) (sum money.Amount) {
	for i, b := range all {
		top := pay
		if i+1 < len(all) {
			top = min(top, all[i+1].From)
		}
		if top > b.From {
			c, err := (top - b.From).MulDiv(b.Rate, 100, money.Down)
			if err != nil {
				return 0 // a wage is bounded far below where this could happen
			}
			sum += c
		}
	}
	return sum
}

// Trial is what a scheme does to the wages of a month: the gap before and after, what the fund gets a month, of how many, their
// mean and highest contribution, what part of all wages that is (ten-thousandths: what the company's operations see), and what
// part of the wages of those who contribute (the incentive they lose, beside the highest rate).
type Trial struct {
	Before, After       Measure
	Fund, Mean, Highest money.Amount
	People              int
	OfWages, OfTheirs   int64
	TopRate             int64
}

// Year is what the fund gets in twelve such months, fen.
func (t Trial) Year() money.Amount { return t.Fund * 12 }

// Try works out what bands do to wages. It sorts its argument.
func Try(all Bands, pays []money.Amount) Trial {
	t := Trial{Before: MeasureOf(pays)}
	after := make([]money.Amount, len(pays))
	theirs := money.Amount(0)
	for i, p := range pays {
		c := all.Of(p)
		after[i] = p - c
		if c > 0 {
			t.People++
			t.Fund += c
			theirs += p
			t.Highest = max(t.Highest, c)
		}
	}
	t.After = MeasureOf(after)
	for _, b := range all {
		t.TopRate = max(t.TopRate, b.Rate)
	}
	if t.People > 0 {
		t.Mean = t.Fund / money.Amount(t.People)
		t.OfWages, t.OfTheirs = part(t.Fund, t.Before.Sum), part(t.Fund, theirs)
	}
	return t
}
