package fund

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
)

// Gift is money that came into a pocket's bank account. Account "" books it to the income account of the pocket's
// source; Day "" is today. Opening marks what a pocket held when its book began: it is surplus, not income.
type Gift struct {
	Key, Pocket, Account, Ref, Memo string
	Amount                          money.Amount
	Day                             day.Day
	Opening                         bool
}

// Give books money that came in: the named account → the bank, and its budget: granted → available. Faults:
// "fund.no_pocket", "fund.no_account", "fund.not_income" (Refused: the account is not one that money comes from),
// "fund.closed", "fund.future", "fund.key_reused".
func Give(ctx context.Context, tx *db.Tx, in Gift) (e Entry, err error) {
	defer fault.Note(&err, "give to %s", in.Pocket)
	d, err := in.draft(ctx, tx)
	if err != nil {
		return Entry{}, err
	}
	e, _, err = post(ctx, tx, d)
	return e, err
}

func (in Gift) draft(ctx context.Context, tx *db.Tx) (draft, error) {
	p, err := Get(ctx, tx, in.Pocket)
	if err != nil {
		return draft{}, err
	}
	kind, on := KindGiven, in.Day
	if in.Opening {
		kind = KindOpening
	}
	if on == "" {
		on = tx.Day()
	}
	return draft{
		Kind: kind, Key: in.Key, Day: on, Ref: in.Ref, Memo: in.Memo, Amount: in.Amount, Says: in,
		Build: func() ([]Posting, error) {
			c, err := ChartOn(ctx, tx, on)
			if err != nil {
				return nil, err
			}
			from, err := c.comesFrom(p, in)
			return []Posting{
				{Account{p.Code, from}, Account{p.Code, c.bank()}, in.Amount},
				{Account{p.Code, Granted}, Account{p.Code, Available}, in.Amount},
			}, err
		},
	}, nil
}

// comesFrom names the account that a gift is credited to.
func (c *Chart) comesFrom(p Pocket, in Gift) (string, error) {
	code := in.Account
	switch {
	case code != "":
	case p.Source == Mutual || !in.Opening: // members' money is owed to them from the first day
		code = c.IncomeCode(p.Source)
	default:
		code = c.surplus()
	}
	a, ok := c.Account(code)
	if !ok {
		return "", fault.New(fault.Missing, "fund.no_account", code).At("account")
	}
	if a.Class == Asset || a.Class == Expense || code == c.parked() {
		return "", fault.New(fault.Refused, "fund.not_income", code).At("account")
	}
	return code, nil
}

// Transfer is money moved from one pocket to another. Reason is for the auditor.
type Transfer struct {
	Key, From, To string
	Amount        money.Amount
	Reason        string
}

// Shift moves free money between pockets, through the surplus of each, so that each pocket's books balance alone. It is
// allowed only where the new pocket's terms are as narrow as the old one's. Faults: "fund.transfer_bars" (Refused, names
// the term), "fund.same_pocket" (Invalid), "fund.short", "fund.no_pocket", "fund.closed", "fund.key_reused".
func Shift(ctx context.Context, tx *db.Tx, in Transfer) (e Entry, err error) {
	defer fault.Note(&err, "shift from %s to %s", in.From, in.To)
	d, err := in.draft(ctx, tx)
	if err != nil {
		return Entry{}, err
	}
	e, _, err = post(ctx, tx, d)
	return e, err
}

func (in Transfer) draft(ctx context.Context, tx *db.Tx) (draft, error) {
	if in.From == in.To {
		return draft{}, fault.New(fault.Invalid, "fund.same_pocket").At("to")
	}
	from, err := Get(ctx, tx, in.From)
	if err != nil {
		return draft{}, err
	}
	to, err := Get(ctx, tx, in.To)
	if err != nil {
		return draft{}, err
	}
	return draft{
		Kind: KindMoved, Key: in.Key, Memo: in.Reason, Amount: in.Amount, Says: in,
		Build: func() ([]Posting, error) {
			if b := from.bars(to); b != nil {
				return nil, fault.New(fault.Refused, "fund.transfer_bars", from.Name, to.Name, b)
			}
			c, err := ChartOn(ctx, tx, tx.Day())
			if err != nil {
				return nil, err
			}
			return between(c, in), nil
		},
	}, nil
}

func between(c *Chart, in Transfer) []Posting {
	return []Posting{
		{Account{in.From, Available}, Account{in.From, Granted}, in.Amount},
		{Account{in.To, Granted}, Account{in.To, Available}, in.Amount},
		{Account{in.From, c.bank()}, Account{in.From, c.surplus()}, in.Amount},
		{Account{in.To, c.surplus()}, Account{in.To, c.bank()}, in.Amount},
	}
}

// bars says why money of the pocket may not go to another; nil means that it may. Members' mutual money is held for
// them and goes nowhere else, nor does other money become theirs.
func (p Pocket) bars(to Pocket) *Breach {
	if p.Source == Mutual || to.Source == Mutual {
		return &Breach{Rule: words.Key("fund.rule.mutual")}
	}
	return to.Within(p.Terms)
}
