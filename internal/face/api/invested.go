package api

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/programme/investment"
)

// Holding is one investment, in fen; Worst is the loss reckoned with in the stress test, per cent, and Expect the return that was
// expected, in hundredths of a per cent.
type Holding struct {
	ID, Number, Issuer, Name, Pocket  string
	Class                             investment.Class
	State                             investment.State
	Amount, Value, Back               money.Amount
	Worst, Expect                     int64
	DueOn, ValuedOn, BoughtOn, SoldOn day.Day
	Version                           int64
}

var holdings = act.Read[act.Cursor, act.Page[Holding]]{Name: "investment.holdings", Title: "投资", Right: "investment.see",
	Do: func(ctx context.Context, tx *db.Tx, in act.Cursor) (page act.Page[Holding], err error) {
		all, err := investment.All(ctx, tx)
		if err != nil {
			return page, err
		}
		return pageOf(all, in, func(h investment.Holding) string { return h.ID }, func(h investment.Holding) (Holding, error) {
			return Holding{h.ID, h.Number, h.Issuer, h.Name, h.Pocket, h.Class, h.State, h.Amount, h.Value, h.Back,
				h.Worst, h.Expect, h.DueOn, h.ValuedOn, h.BoughtOn, h.SoldOn, h.Version}, nil
		})
	}}

// Invested is the whole of what is invested, in fen: whether the rule in force allows it, the idle money, what was earned so far,
// and the stress test, which holds while Worst ≤ Earned.
type Invested struct {
	On                  bool
	Idle, Earned, Worst money.Amount
	Holds               bool
	Rule                investment.RuleIn
	Waits               bool // another rule waits to be confirmed
}

var invested = act.Read[act.None, Invested]{Name: "investment.book", Title: "投资总账和压力测试", Right: "investment.see",
	Do: func(ctx context.Context, tx *db.Tx, _ act.None) (out Invested, err error) {
		rule, on, _, waits, err := investment.Rules(ctx, tx)
		if err != nil {
			return out, err
		}
		b, err := investment.BookOf(ctx, tx)
		out = Invested{on, b.Idle, b.Earned, b.Test.Worst, b.Test.Holds(), investment.RuleIn{}, waits}
		if on {
			out.Rule = rule.Shown()
		}
		return out, err
	}}
