package fund

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
)

// Stock is goods by what they are worth: taken in as a gift, or handed out as help. Goods are no money: the budget of the pocket
// does not move, its books do. Day "" is today.
type Stock struct {
	Key, Pocket, Ref, Memo string
	Amount                 money.Amount
	Day                    day.Day
}

// TakeIn books goods that were given: the income account of the pocket's source → goods in stock. Faults: "fund.no_goods"
// (Refused: the chart names no account for them), "fund.no_pocket", "fund.closed", "fund.future", "fund.key_reused".
func TakeIn(ctx context.Context, tx *db.Tx, in Stock) (e Entry, err error) {
	defer fault.Note(&err, "take goods into %s", in.Pocket)
	return in.post(ctx, tx, KindStock, func(c *Chart, p Pocket) ([]Posting, error) {
		return []Posting{{Account{p.Code, c.IncomeCode(p.Source)}, Account{p.Code, c.goods()}, in.Amount}}, nil
	})
}

// HandOut books goods that were handed out: goods in stock → the account of the aid. Faults as TakeIn, and "fund.short" where the
// stock is worth less.
func HandOut(ctx context.Context, tx *db.Tx, in Stock) (e Entry, err error) {
	defer fault.Note(&err, "hand goods out of %s", in.Pocket)
	return in.post(ctx, tx, KindIssue, func(c *Chart, p Pocket) ([]Posting, error) {
		aid, err := spendCode(ctx, tx, c, Held{Pocket: p.Code, Item: "goods", source: p.Source})
		return []Posting{{Account{p.Code, c.goods()}, Account{p.Code, aid}, in.Amount}}, err
	})
}

func (in Stock) post(ctx context.Context, tx *db.Tx, k Kind, build func(*Chart, Pocket) ([]Posting, error)) (Entry, error) {
	p, err := Get(ctx, tx, in.Pocket)
	if err != nil {
		return Entry{}, err
	}
	e, _, err := post(ctx, tx, draft{Kind: k, Key: in.Key, Day: in.Day, Ref: in.Ref, Memo: in.Memo, Amount: in.Amount, Says: in, Build: func() ([]Posting, error) {
		c, err := ChartOn(ctx, tx, tx.Day())
		if err != nil {
			return nil, err
		}
		if c.goods() == "" {
			return nil, fault.New(fault.Refused, "fund.no_goods")
		}
		return build(c, p)
	}})
	return e, err
}
