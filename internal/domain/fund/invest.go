package fund

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
)

// Purchase is free money of a pocket put into an investment, or taken out of it again: Amount is what was bought for, Back what
// came in when it was sold, with what it earned or lost. Ref names the holding. Day "" is today.
type Purchase struct {
	Key, Pocket, Ref, Memo string
	Amount, Back           money.Amount
	Day                    day.Day
}

// Free reports whether a pocket's money may be invested at all (S18, policy 3.3): none that a giver has bound to a purpose,
// place, year or time, none that is held for members, and none that was given for aid.
func (p Pocket) Free() bool {
	free := p.Source == Interest || p.Source == Service || p.Source == Other
	return free && p.Terms == (Terms{Level: p.Level}) && p.Level == AnyLevel
}

// Invest buys: the bank → investments, available → invested. Faults: "fund.not_free" (Refused: the pocket's money is bound),
// "fund.no_invested" (Refused: the chart names no account for it), "fund.short", "fund.no_pocket", "fund.closed",
// "fund.key_reused".
func Invest(ctx context.Context, tx *db.Tx, in Purchase) (e Entry, err error) {
	defer fault.Note(&err, "invest from %s", in.Pocket)
	return in.post(ctx, tx, KindInvest, func(p Pocket, c *Chart) ([]Posting, error) {
		if !p.Free() {
			return nil, fault.New(fault.Refused, "fund.not_free", p.Name)
		}
		return []Posting{{Account{p.Code, Available}, Account{p.Code, Invested}, in.Amount}, {Account{p.Code, c.bank()}, Account{p.Code, c.invested()}, in.Amount}}, nil
	})
}

// Redeem sells the whole of a holding: investments → the bank for what was bought, and what it earned is income of the pocket,
// what it lost is taken off that income. Faults as Invest.
func Redeem(ctx context.Context, tx *db.Tx, in Purchase) (e Entry, err error) {
	defer fault.Note(&err, "redeem for %s", in.Pocket)
	return in.post(ctx, tx, KindRedeem, func(p Pocket, c *Chart) (out []Posting, err error) {
		at := func(code string) Account { return Account{p.Code, code} }
		if same := min(in.Amount, in.Back); same > 0 {
			out = append(out, Posting{at(Invested), at(Available), same}, Posting{at(c.invested()), at(c.bank()), same})
		}
		switch gain := in.Back - in.Amount; {
		case gain > 0:
			out = append(out, Posting{at(Granted), at(Available), gain}, Posting{at(c.earned()), at(c.bank()), gain})
		case gain < 0:
			out = append(out, Posting{at(Invested), at(Granted), -gain}, Posting{at(c.invested()), at(c.earned()), -gain})
		}
		return out, nil
	})
}

func (in Purchase) post(ctx context.Context, tx *db.Tx, k Kind, build func(Pocket, *Chart) ([]Posting, error)) (Entry, error) {
	p, err := Get(ctx, tx, in.Pocket)
	if err != nil {
		return Entry{}, err
	}
	if in.Back < 0 {
		return Entry{}, fault.New(fault.Invalid, "fund.amount").At("amount")
	}
	d := draft{Kind: k, Key: in.Key, Day: in.Day, Ref: in.Ref, Memo: in.Memo, Amount: in.Amount, Says: in,
		Build: func() ([]Posting, error) {
			c, err := ChartOn(ctx, tx, tx.Day())
			if err != nil {
				return nil, err
			}
			if c.invested() == "" || c.earned() == "" {
				return nil, fault.New(fault.Refused, "fund.no_invested")
			}
			return build(p, c)
		}}
	e, _, err := post(ctx, tx, d)
	return e, err
}
