package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
)

// Loans, investments and cash: what else the ledger moves besides aid.

// repay is what a borrower gives back, with interest.
func (l *ledger) repay(ref, key string, principal, interest int64) string {
	all := l.parts(ref)
	if len(all) == 0 {
		return "fund.no_hold"
	}
	says := fmt.Sprint("repay", ref, principal, interest)
	if f, seen := l.again(key, says); seen {
		return f
	}
	if string(l.today)[:7] <= l.closed {
		return "fund.closed"
	}
	if principal > l.owed[ref] {
		return "fund.over_repaid"
	}
	pocket := all[0].pocket
	at := func(code string) slot { return slot{pocket, code} }
	e := line{kind: "repay", key: key, says: says, ref: ref, fen: principal + interest}
	if principal > 0 {
		e.legs = append(e.legs, leg{at(fund.Lent), at(fund.Available), principal}, leg{at("121"), at("102"), principal})
	}
	if interest > 0 {
		from := "408"
		if l.pocket(pocket).mutual {
			from = "231"
		}
		e.legs = append(e.legs, leg{at(fund.Granted), at(fund.Available), interest}, leg{at(from), at("102"), interest})
	}
	return l.post(e)
}

// invest buys for fen; redeem sells what was bought for fen and brings back.
func (l *ledger) invest(kind, pocket, key string, fen, back int64) string {
	says := fmt.Sprint(kind, pocket, fen, back)
	if f, seen := l.again(key, says); seen {
		return f
	}
	if string(l.today)[:7] <= l.closed {
		return "fund.closed"
	}
	at := func(code string) slot { return slot{pocket, code} }
	e := line{kind: kind, key: key, says: says, fen: fen}
	switch same, gain := min(fen, back), back-fen; {
	case kind == "invest" && pocket != "E":
		return "fund.not_free"
	case kind == "invest":
		e.legs = []leg{{at(fund.Available), at(fund.Invested), fen}, {at("102"), at("151"), fen}}
	default:
		if same > 0 {
			e.legs = append(e.legs, leg{at(fund.Invested), at(fund.Available), same}, leg{at("151"), at("102"), same})
		}
		if gain > 0 {
			e.legs = append(e.legs, leg{at(fund.Granted), at(fund.Available), gain}, leg{at("407"), at("102"), gain})
		}
		if gain < 0 {
			e.legs = append(e.legs, leg{at(fund.Invested), at(fund.Granted), -gain}, leg{at("151"), at("407"), -gain})
		}
	}
	return l.post(e)
}

// cash draws money of an award out of the bank, or puts it back.
func (l *ledger) cash(kind, ref, key string, fen int64) string {
	says := fmt.Sprint(kind, ref, fen)
	if f, seen := l.again(key, says); seen {
		return f
	}
	if string(l.today)[:7] <= l.closed {
		return "fund.closed"
	}
	all := l.parts(ref)
	if len(all) == 0 {
		return "fund.no_hold"
	}
	from := map[string]int64{all[0].pocket: fen}
	if len(all) > 1 {
		rest := fen
		clear(from)
		for _, h := range all {
			if f := min(h.c, rest); f > 0 {
				from[h.pocket], rest = from[h.pocket]+f, rest-f
			}
		}
		if rest > 0 {
			return "fund.held_short"
		}
	}
	e := line{kind: kind, key: key, says: says, fen: fen}
	for _, pocket := range slices.Sorted(maps.Keys(from)) {
		g := leg{slot{pocket, "102"}, slot{pocket, "101"}, from[pocket]}
		if kind == "putback" {
			g.from, g.to = g.to, g.from
		}
		e.legs = append(e.legs, g)
	}
	return l.post(e)
}

func (w *walker) loan(ref, key string, fen int64) (what, want string, err error) {
	owed := w.m.owed[ref]
	if w.r.IntN(2) == 0 && owed > 0 {
		fen = 1 + w.r.Int64N(owed)
	}
	switch w.r.IntN(3) {
	case 0:
		return "lend " + ref, w.m.change("lend", ref, key, fen, false), w.as("ann", func(ctx context.Context, tx *db.Tx) error {
			return fund.Lend(ctx, tx, fund.Move{Ref: ref, Key: key, Amount: money.Amount(fen)})
		})
	case 1:
		return "forgive " + ref, w.m.change("forgive", ref, key, fen, false), w.as("ann", func(ctx context.Context, tx *db.Tx) error {
			return fund.Forgive(ctx, tx, fund.Move{Ref: ref, Key: key, Amount: money.Amount(fen)})
		})
	}
	interest := w.r.Int64N(30)
	return "repay " + ref, w.m.repay(ref, key, fen, interest), w.as("ann", func(ctx context.Context, tx *db.Tx) error {
		_, err := fund.Repay(ctx, tx, fund.Repayment{Key: key, Ref: ref, Principal: money.Amount(fen), Interest: money.Amount(interest)})
		return err
	})
}

func (w *walker) invest(key string, fen int64) (what, want string, err error) {
	pocket, back := w.pick("E", "E", "E", "A", "M"), int64(0)
	kind, do := "invest", fund.Invest
	if w.r.IntN(2) == 0 {
		kind, do, back = "redeem", fund.Redeem, max(0, fen+w.r.Int64N(200)-80)
	}
	return kind + " " + pocket, w.m.invest(kind, pocket, key, fen, back), w.as("ann", func(ctx context.Context, tx *db.Tx) error {
		_, err := do(ctx, tx, fund.Purchase{Key: key, Pocket: pocket, Amount: money.Amount(fen), Back: money.Amount(back)})
		return err
	})
}

func (w *walker) till(ref, key string, fen int64) (what, want string, err error) {
	kind, do := "draw", fund.Draw
	if w.r.IntN(3) == 0 {
		kind, do = "putback", fund.PutBack
	}
	return kind + " " + ref, w.m.cash(kind, ref, key, fen), w.as("ann", func(ctx context.Context, tx *db.Tx) error {
		return do(ctx, tx, fund.Cash{Key: key, Moves: []fund.Move{{Ref: ref, Key: key, Amount: money.Amount(fen), Cash: true}}})
	})
}

// debts holds what every loan owes.
func (w *walker) debts(ctx context.Context, tx *db.Tx, _ fund.Span) error {
	all, err := fund.Debts(ctx, tx)
	if err != nil {
		return err
	}
	sums := map[string]int64{}
	for ref, fen := range w.m.owed {
		name, _, _ := strings.Cut(ref, "#")
		sums[name] += fen
	}
	for ref, fen := range sums {
		if err := same("debt of "+ref, int64(all[ref].Out()), fen); err != nil {
			return err
		}
	}
	return nil
}
