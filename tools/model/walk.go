package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
)

// walker does random operations on one union, on the ledger and on the model, and compares what each says.
type walker struct {
	d        *db.DB
	union    string
	now      *time.Time // the clock of d
	r        *rand.Rand
	m        *ledger
	n        int
	accepted int
	faults   map[string]int
}

func (w *walker) as(user string, f func(context.Context, *db.Tx) error) error {
	return w.d.Update(context.Background(), db.Actor{Union: w.union, User: user, Person: "p-" + user}, f)
}

func (w *walker) see(f func(context.Context, *db.Tx) error) error {
	return w.d.View(context.Background(), db.Actor{Union: w.union, User: "ann", Person: "p-ann"}, f)
}

// open opens the pockets and their order of use.
func (w *walker) open() error {
	return w.as("ann", func(ctx context.Context, tx *db.Tx) error {
		w.m.today = tx.Day()
		for code, source := range map[string]fund.Source{"A": fund.Company, "B": fund.Dues, "C": fund.Upper, "D": fund.Donation, "M": fund.Mutual, "E": fund.Interest} {
			t := w.m.pocket(code)
			n := fund.NewPocket{Code: code, Name: code, Source: source, Level: t.level, Until: t.until, Manager: "ann"}
			if t.purpose != "" {
				n.Purposes = []string{t.purpose}
			}
			if _, err := fund.Open(ctx, tx, n); err != nil {
				return err
			}
		}
		_, err := fund.SetOrder(ctx, tx, fund.SetOrderIn{Order: "A\nB\nC"})
		return err
	})
}

// told is the key of a fault, "" for none; an error that is no fault is an error of ours and ends the walk.
func told(err error) (string, error) {
	if err == nil {
		return "", nil
	}
	if f := fault.Of(err); f.Kind != fault.Internal {
		return f.Key, nil
	}
	return "", err
}

// step does one random operation on both and compares the answers.
func (w *walker) step() error {
	w.n++
	if w.r.IntN(150) == 0 {
		*w.now = w.now.AddDate(0, 0, 1+w.r.IntN(12))
		w.m.today = day.Of(*w.now)
	}
	what, want, err := w.one()
	got, bad := told(err)
	if bad != nil {
		return fmt.Errorf("operation %d, %s: %w", w.n, what, bad)
	}
	if got != want {
		return fmt.Errorf("operation %d, %s: the ledger says %q, the model %q", w.n, what, got, want)
	}
	if got == "" {
		w.accepted++
	} else {
		w.faults[got]++
	}
	return nil
}

// one picks an operation: its name, what the model says, and what the ledger says.
func (w *walker) one() (what, want string, err error) {
	fen := int64(1 + w.r.IntN(5000))
	pocket := w.pick("A", "A", "B", "C", "D", "M", "E")
	window := max(40, w.n/30)
	ref := fmt.Sprintf("R%d", window-w.r.IntN(40))
	key := fmt.Sprintf("k%d", w.n)
	if w.r.IntN(25) == 0 {
		key = fmt.Sprintf("k%d", max(1, w.n-w.r.IntN(60))) // perhaps one that came before
	}
	switch n := w.r.IntN(100); {
	case n < 12:
		return w.give(pocket, key, fen*4)
	case n < 17:
		return w.move(pocket, key, fen)
	case n < 19:
		return "return", w.m.giveBack(pocket, key, fen), w.as("ann", func(ctx context.Context, tx *db.Tx) error {
			_, err := fund.Return(ctx, tx, fund.ReturnIn{Pocket: pocket, Amount: money.Amount(fen), Slip: key, Reason: "model"})
			return err
		})
	case n < 38:
		return w.reserve(pocket, ref, key, fen)
	case n < 55:
		return "commit", w.m.commit(ref), w.as("ann", func(ctx context.Context, tx *db.Tx) error { return fund.Commit(ctx, tx, ref) })
	case n < 58:
		return "release", w.m.release(ref), w.as("ann", func(ctx context.Context, tx *db.Tx) error { return fund.Release(ctx, tx, ref) })
	case n < 84:
		return w.change(ref, key, fen)
	case n < 89:
		return w.loan(ref, key, fen)
	case n < 92:
		return w.till(ref, key, fen)
	case n < 95:
		return w.invest(key, fen)
	case n < 97:
		return w.reverse()
	case n < 98:
		return w.budget(pocket, fen*40)
	}
	return w.month()
}

func (w *walker) pick(all ...string) string { return all[w.r.IntN(len(all))] }

func (w *walker) give(pocket, key string, fen int64) (what, want string, err error) {
	on := w.m.today
	if w.r.IntN(4) == 0 {
		on = on.Add(2 - w.r.IntN(60))
	}
	return "give", w.m.give(pocket, key, fen, on), w.as("ann", func(ctx context.Context, tx *db.Tx) error {
		_, err := fund.Give(ctx, tx, fund.Gift{Key: key, Pocket: pocket, Amount: money.Amount(fen), Day: on})
		return err
	})
}

func (w *walker) move(pocket, key string, fen int64) (what, want string, err error) {
	to := w.pick("A", "B", "C", "D", "M", "E")
	return "move", w.m.move(pocket, to, key, fen), w.as("ann", func(ctx context.Context, tx *db.Tx) error {
		_, err := fund.Shift(ctx, tx, fund.Transfer{Key: key, From: pocket, To: to, Amount: money.Amount(fen), Reason: "model"})
		return err
	})
}

func (w *walker) reserve(pocket, ref, key string, fen int64) (what, want string, err error) {
	h := part{ref: ref, pocket: pocket, purpose: w.pick("medical", "living", "warmth"), year: w.m.today.Year(),
		level: fund.Level(w.pick("any", "own", "national"))}
	return "reserve " + ref, w.m.reserve(h, key, fen), w.as("ann", func(ctx context.Context, tx *db.Tx) error {
		return fund.Reserve(ctx, tx, fund.Hold{Key: key, Pocket: pocket, Ref: ref, Item: h.purpose, Amount: money.Amount(fen),
			Use: fund.Use{Purpose: h.purpose, FileLevel: h.level, Year: h.year}})
	})
}

func (w *walker) change(ref, key string, fen int64) (what, want string, err error) {
	do := map[string]func(context.Context, *db.Tx, fund.Move) error{"spend": fund.Spend, "release": fund.Trim, "recover": fund.Recover,
		"bounce": fund.Bounce, "resend": fund.Resend, "unpark": fund.Unpark}
	kind := w.pick("spend", "spend", "spend", "spend", "release", "recover", "bounce", "bounce", "resend", "unpark")
	if w.r.IntN(3) > 0 {
		fen = fen%1500 + 1
	}
	if h := w.m.holds[ref]; h != nil && w.r.IntN(3) == 0 { // exactly what there is
		fen = max(1, map[string]int64{"spend": h.c, "release": h.r + h.c, "recover": h.s - h.p, "bounce": h.s - h.p, "resend": h.p, "unpark": h.p}[kind])
	}
	cash := w.r.IntN(6) == 0
	return kind + " " + ref, w.m.change(kind, ref, key, fen, cash), w.as("ann", func(ctx context.Context, tx *db.Tx) error {
		return do[kind](ctx, tx, fund.Move{Ref: ref, Key: key, Amount: money.Amount(fen), Cash: cash})
	})
}

// twice is what two persons do: one asks, another says yes; what cannot be done is withdrawn.
func (w *walker) twice(p fund.Proposal) error {
	var a fund.Ask
	err := w.as("ann", func(ctx context.Context, tx *db.Tx) (err error) {
		a, err = fund.Propose(ctx, tx, p)
		return err
	})
	if err != nil {
		return err
	}
	err = w.as("bob", func(ctx context.Context, tx *db.Tx) error {
		_, err := fund.Answer(ctx, tx, a.ID, true)
		return err
	})
	if err != nil {
		_ = w.as("ann", func(ctx context.Context, tx *db.Tx) error { // the first fault is the one that counts
			_, err := fund.Answer(ctx, tx, a.ID, false)
			return err
		})
	}
	return err
}

func (w *walker) reverse() (what, want string, err error) {
	n := len(w.m.lines) - w.r.IntN(80) + 2
	what, want = fmt.Sprint("reverse ", n), w.m.canReverse(n)
	if want == "" {
		want = w.m.reverse(n)
	}
	return what, want, w.twice(fund.Proposal{What: fund.Reverse, Object: fmt.Sprint(n), Reason: "model"})
}

func (w *walker) budget(pocket string, fen int64) (what, want string, err error) {
	year := w.m.today.Year() + w.r.IntN(3) - 1
	carry := w.r.IntN(2) == 0
	if year < w.m.today.Year() {
		want = "fund.budget_past"
	} else {
		w.m.budgets[budgetKey{pocket, year}] = budget{fen, carry}
	}
	return "budget", want, w.as("ann", func(ctx context.Context, tx *db.Tx) error {
		_, err := fund.SetBudget(ctx, tx, fund.BudgetIn{Pocket: pocket, Year: int64(year), Amount: money.Amount(fen), Carry: carry})
		return err
	})
}

// month closes or opens one.
func (w *walker) month() (what, want string, err error) {
	m := string(day.Day(string(w.m.today)[:7] + "-01").AddMonths(-w.r.IntN(4)))[:7]
	if w.r.IntN(3) > 0 {
		if want = w.m.canClose(m); want == "" {
			want = w.m.closeMonth(m)
		}
		return "close " + m, want, w.twice(fund.Proposal{What: fund.Close, Object: m, Reason: "model"})
	}
	if m != w.m.closed {
		want = "fund.reopen_last"
	} else {
		w.m.closed = string(day.Day(m + "-01").AddMonths(-1))[:7]
	}
	return "reopen " + m, want, w.twice(fund.Proposal{What: fund.Reopen, Object: m, Reason: "model"})
}
