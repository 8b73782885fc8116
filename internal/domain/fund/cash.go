package fund

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
)

// Cash is money of awards taken out of the bank to be handed over in person, or what was not handed over put back. Ref names
// the payment list it is for. Again are moves of awards whose money the bank gave back and that are paid once more.
type Cash struct {
	Key, Ref, Memo string
	Moves          []Move
	Again          []Move `json:",omitempty"`
}

// Draw takes cash out of the bank (提现): the bank → cash in hand, of the pockets that the awards will be paid from. Faults:
// "fund.no_cash" (Refused: the chart names no account for it), "fund.held_short", "fund.no_hold", "fund.closed", "fund.key_reused".
func Draw(ctx context.Context, tx *db.Tx, in Cash) (err error) {
	defer fault.Note(&err, "draw cash for %s", in.Ref)
	return in.post(ctx, tx, KindDraw)
}

// PutBack takes to the bank what of a draw was not handed over: cash in hand → the bank. Faults as Draw.
func PutBack(ctx context.Context, tx *db.Tx, in Cash) (err error) {
	defer fault.Note(&err, "put cash back for %s", in.Ref)
	return in.post(ctx, tx, KindPutBack)
}

func (in Cash) post(ctx context.Context, tx *db.Tx, k Kind) error {
	if _, err := take(ctx, tx); err != nil {
		return err
	}
	var sum money.Amount
	for _, m := range append(slices.Clone(in.Moves), in.Again...) {
		var err error
		if sum, err = sum.Add(m.Amount); err != nil {
			return err
		}
	}
	_, _, err := post(ctx, tx, draft{Kind: k, Key: in.Key, Ref: in.Ref, Memo: in.Memo, Amount: sum, Says: in, Build: func() ([]Posting, error) {
		c, err := ChartOn(ctx, tx, tx.Day())
		if err != nil {
			return nil, err
		}
		if c.cash() == "" {
			return nil, fault.New(fault.Refused, "fund.no_cash")
		}
		by := map[string]money.Amount{}
		if err := portion(ctx, tx, by, KindSpend, in.Moves); err != nil {
			return nil, err
		}
		if err := portion(ctx, tx, by, KindResend, in.Again); err != nil {
			return nil, err
		}
		var out []Posting
		for _, pocket := range slices.SortedFunc(maps.Keys(by), cmp.Compare) {
			p := Posting{Account{pocket, c.bank()}, Account{pocket, c.cash()}, by[pocket]}
			if k == KindPutBack {
				p.From, p.To = p.To, p.From
			}
			out = append(out, p)
		}
		return out, nil
	}})
	return err
}

// portion adds up, by pocket, what moves will be paid from, as the payment itself will spread them.
func portion(ctx context.Context, tx *db.Tx, by map[string]money.Amount, k Kind, moves []Move) error {
	for _, m := range moves {
		all, err := parts(ctx, tx, m.Ref)
		if err != nil {
			return err
		}
		from, amounts, err := m.spread(k, all)
		if err != nil {
			return err
		}
		for i, h := range from {
			by[h.Pocket] += amounts[i]
		}
	}
	return nil
}

// till is the account that a move is paid out of: the bank, or cash in hand.
func (m Move) till(c *Chart) (string, error) {
	switch {
	case !m.Cash:
		return c.bank(), nil
	case c.cash() == "":
		return "", fault.New(fault.Refused, "fund.no_cash")
	}
	return c.cash(), nil
}
