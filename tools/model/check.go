package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
)

// compare holds every balance, list and statement of the ledger against the model, on a random span.
func (w *walker) compare() error {
	from := w.m.today.Add(-w.r.IntN(800))
	span := fund.Span{From: from, To: min(from.Add(w.r.IntN(500)), w.m.today)}
	return w.see(func(ctx context.Context, tx *db.Tx) error {
		for name, f := range map[string]func(context.Context, *db.Tx, fund.Span) error{"balances": w.balances, "states": w.states, "books": w.books,
			"funds": w.funds, "journal": w.journal, "entries": w.entries, "statement": w.statement, "holds": w.holds, "budgets": w.budgetsAgree, "debts": w.debts} {
			if err := f(ctx, tx, span); err != nil {
				return fmt.Errorf("after operation %d, %s: %w", w.n, name, err)
			}
		}
		v, err := fund.Verify(ctx, tx)
		if err == nil && v.Entries != int64(len(w.m.lines)) {
			err = fmt.Errorf("%d entries, the model has %d", v.Entries, len(w.m.lines))
		}
		return err
	})
}

func same(what any, got, want any) error {
	if got != want {
		return fmt.Errorf("%v: the ledger says %v, the model %v", what, got, want)
	}
	return nil
}

func (w *walker) balances(ctx context.Context, tx *db.Tx, span fund.Span) error {
	past := w.m.standing(span.To)
	for s, fen := range w.m.at {
		at := fund.Account{Pocket: s.pocket, Code: s.code}
		now, err := fund.Balance(ctx, tx, at)
		if err != nil {
			return err
		}
		on, err := fund.BalanceOn(ctx, tx, span.To, at)
		if err != nil {
			return err
		}
		if err := same(at, [2]int64{int64(now), int64(on)}, [2]int64{fen, past[s]}); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) states(ctx context.Context, tx *db.Tx, _ fund.Span) error {
	all, err := fund.States(ctx, tx)
	for _, s := range all {
		at := func(code string) int64 { return w.m.at[slot{s.Pocket.Code, code}] }
		got := [10]int64{int64(s.Cash), int64(s.Lent), int64(s.Invested), int64(s.Bank), int64(s.Parked), int64(s.Available), int64(s.Reserved), int64(s.Committed), int64(s.Spent), int64(s.Grown)}
		want := [10]int64{at("101"), at(fund.Lent), at(fund.Invested), at("102"), -at("225"), at(fund.Available), at(fund.Reserved), at(fund.Committed), at(fund.Spent), -at(fund.Granted)}
		if err := same(s.Pocket.Code, got, want); err != nil {
			return err
		}
	}
	return err
}

// turn is what a span put on an account.
type turn struct{ opening, debit, credit, carried int64 }

func (w *walker) turns(span fund.Span) map[slot]turn {
	out := map[slot]turn{}
	add := func(s slot, e line, fen int64) {
		t := out[s]
		switch {
		case e.day < span.From:
			t.opening += fen
		case fen > 0:
			t.debit += fen
		default:
			t.credit -= fen
		}
		if e.kind == "year" && e.day >= span.From {
			t.carried += fen
		}
		out[s] = t
	}
	for _, e := range w.m.lines {
		for _, g := range e.legs {
			if e.day <= span.To && !budgetCode(g.from.code) {
				add(g.to, e, g.fen)
				add(g.from, e, -g.fen)
			}
		}
	}
	return out
}

// books holds the account balances, income and expenditure, the balance sheet and the trial balance.
func (w *walker) books(ctx context.Context, tx *db.Tx, span fund.Span) error {
	b, err := fund.BooksOf(ctx, tx, span, "")
	if err != nil {
		return err
	}
	want := w.turns(span)
	maps.DeleteFunc(want, func(_ slot, t turn) bool { return t.opening == 0 && t.debit == 0 && t.credit == 0 })
	if err := same("accounts", len(b.Turns), len(want)); err != nil {
		return err
	}
	var in, out, assets, trial int64
	for _, t := range b.Turns {
		m := want[slot{t.Pocket, t.Code}]
		closing := m.opening + m.debit - m.credit
		if err := same(t.Account, [5]int64{int64(t.Opening), int64(t.Debit), int64(t.Credit), int64(t.Closing), int64(t.Carried)},
			[5]int64{m.opening, m.debit, m.credit, closing, m.carried}); err != nil {
			return err
		}
		switch {
		case strings.HasPrefix(t.Code, "4"):
			in += m.credit - m.debit + m.carried
		case strings.HasPrefix(t.Code, "5"):
			out += m.debit - m.credit - m.carried
		case strings.HasPrefix(t.Code, "1"):
			assets += closing
		}
		trial += max(closing, 0)
	}
	r, s := b.Result(), b.BalanceSheet()
	if !s.Even() {
		return fmt.Errorf("the balance sheet is not even: %+v", s)
	}
	t, err := fund.TrialOn(ctx, tx, span.To, "")
	if err != nil {
		return err
	}
	return same("statements", [5]int64{int64(r.In), int64(r.Out), int64(s.Have), int64(t.Debit), int64(t.Credit)}, [5]int64{in, out, assets, trial, trial})
}

func (w *walker) funds(ctx context.Context, tx *db.Tx, span fund.Span) error {
	all, err := fund.FundLines(ctx, tx, span)
	for _, f := range all {
		var want [12]int64
		for _, e := range w.m.lines {
			for _, g := range e.legs {
				fen := g.fen
				switch in, out := held(f.Pocket.Code, g.to), held(f.Pocket.Code, g.from); {
				case in == out:
					continue
				case out:
					fen = -fen
				}
				if e.day > span.To {
					continue
				}
				want[7] += fen
				if e.day < span.From {
					want[0] += fen
					continue
				}
				want[column(e.kind, fen)] += map[bool]int64{true: -fen, false: fen}[slices.Contains([]int{3, 4, 5, 8, 10}, column(e.kind, fen))]
			}
		}
		got := [12]int64{int64(f.Opening), int64(f.Given), int64(f.In), int64(f.Out), int64(f.Paid), int64(f.Returned), int64(f.Turned), int64(f.End),
			int64(f.Lent), int64(f.Repaid), int64(f.Invested), int64(f.Redeemed)}
		if err := same(f.Pocket.Code, got, want); err != nil {
			return err
		}
	}
	return err
}

// held reports the bank and the cash of a pocket.
func held(pocket string, s slot) bool {
	return s.pocket == pocket && (s.code == "102" || s.code == "101")
}

// column is where a kind stands in the statement of a pocket.
func column(kind string, fen int64) int {
	switch kind {
	case "given":
		return 1
	case "moved":
		return map[bool]int{true: 2, false: 3}[fen > 0]
	case "return":
		return 5
	case "reverse":
		return 6
	case "lend":
		return 8
	case "repay":
		return 9
	case "invest":
		return 10
	case "redeem":
		return 11
	}
	return 4
}

func (w *walker) journal(ctx context.Context, tx *db.Tx, span fund.Span) error {
	type row struct {
		voucher, pocket, code string
		debit, credit         int64
	}
	var got, want []row
	for after := int64(0); ; {
		some, err := fund.Journal(ctx, tx, fund.JournalQuery{Span: span, After: after, Most: 700})
		if err != nil {
			return err
		}
		if len(some) == 0 {
			break
		}
		for _, l := range some {
			after, got = l.Seq, append(got, row{l.Voucher, l.Pocket, l.Code, int64(l.Debit), int64(l.Credit)})
		}
	}
	for _, e := range w.m.lines {
		if e.day < span.From || e.day > span.To {
			continue
		}
		for _, g := range e.legs {
			if !budgetCode(g.from.code) {
				want = append(want, row{e.voucher, g.to.pocket, g.to.code, g.fen, 0}, row{e.voucher, g.from.pocket, g.from.code, 0, g.fen})
			}
		}
	}
	// the order inside a year's closing is free
	order := func(a, b row) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }
	slices.SortFunc(got, order)
	slices.SortFunc(want, order)
	if !slices.Equal(got, want) {
		return fmt.Errorf("%d lines, the model has %d, or others", len(got), len(want))
	}
	return nil
}

// entries holds a filtered list, newest first, a page of forty.
func (w *walker) entries(ctx context.Context, tx *db.Tx, span fund.Span) error {
	f := fund.Filter{Pocket: w.pick("", "A", "C"), Month: w.pick("", string(span.To)[:7]), Kind: fund.Kind(w.pick("", "spend", "reverse")), Limit: 40}
	if w.r.IntN(2) == 0 {
		f.Before = int64(w.r.IntN(len(w.m.lines) + 2))
	}
	all, err := fund.Entries(ctx, tx, f)
	if err != nil {
		return err
	}
	var want []string
	for i := len(w.m.lines); i > 0 && len(want) < f.Limit; i-- {
		e := w.m.lines[i-1]
		touches := slices.ContainsFunc(e.legs, func(g leg) bool { return g.from.pocket == f.Pocket || g.to.pocket == f.Pocket })
		if (f.Pocket == "" || touches) && (f.Month == "" || strings.HasPrefix(string(e.day), f.Month)) && (f.Kind == "" || string(f.Kind) == e.kind) &&
			(f.Before == 0 || int64(i) < f.Before) {
			want = append(want, fmt.Sprint(i, e.kind, e.day, e.fen, e.voucher, e.ref, e.reverses))
		}
	}
	for i, e := range all {
		got := fmt.Sprint(e.Seq, e.Kind, e.Day, int64(e.Amount), e.Voucher, e.Ref, e.Reverses)
		if i >= len(want) || got != want[i] {
			return fmt.Errorf("%+v, line %d: %s, want %s", f, i, got, want[min(i, len(want)-1)])
		}
	}
	return same("lines", len(all), len(want))
}

func (w *walker) statement(ctx context.Context, tx *db.Tx, span fund.Span) error {
	at := slot{w.pick("A", "B", "C", "D", "M", "E"), w.pick("101", "102", "121", "151", "225", "331", fund.Available)}
	s, err := fund.StatementOf(ctx, tx, fund.Account{Pocket: at.pocket, Code: at.code}, span)
	if err != nil {
		return err
	}
	var opening, in, out, lines int64
	for _, e := range w.m.lines {
		for _, g := range e.legs {
			switch {
			case g.from != at && g.to != at || e.day > span.To:
			case e.day < span.From && g.to == at:
				opening += g.fen
			case e.day < span.From:
				opening -= g.fen
			case g.to == at:
				in, lines = in+g.fen, lines+1
			default:
				out, lines = out+g.fen, lines+1
			}
		}
	}
	return same(at, [5]int64{int64(s.Opening), int64(s.In), int64(s.Out), int64(s.Closing), int64(len(s.Lines))}, [5]int64{opening, in, out, opening + in - out, lines})
}

// holds holds what stands aside for the awards of late.
func (w *walker) holds(ctx context.Context, tx *db.Tx, _ fund.Span) error {
	window := max(40, w.n/30)
	for i := range 40 {
		ref := fmt.Sprintf("R%d", window-i)
		mine := w.m.parts(ref)
		all, err := fund.PartsOf(ctx, tx, ref)
		if key, bad := told(err); bad != nil || key != "" && len(mine) > 0 {
			return fmt.Errorf("%s: %w", ref, err)
		}
		if err := same(ref, len(all), len(mine)); err != nil {
			return err
		}
		for n, h := range all {
			m := mine[n]
			if err := same(h.Ref, [5]any{h.Pocket, int64(h.Reserved), int64(h.Committed), int64(h.Spent), int64(h.Parked)}, [5]any{m.pocket, m.r, m.c, m.s, m.p}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *walker) budgetsAgree(ctx context.Context, tx *db.Tx, _ fund.Span) error {
	all, err := fund.Budgets(ctx, tx, 0)
	for _, b := range all {
		want, _ := w.m.left(b.Pocket, int(b.Year))
		if err := same(fmt.Sprint(b.Pocket, b.Year), int64(b.Left()), want); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	return same("budgets", len(all), len(w.m.budgets))
}
