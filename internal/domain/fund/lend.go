package fund

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
)

// Lend pays a loan out of what is committed for it (S17): committed → lent, and the bank → money lent. What is owed on a
// loan is what the entries under its reference put on the account of money lent. Faults as Spend, and "fund.no_lent"
// (Refused: the chart names no account for money lent).
func Lend(ctx context.Context, tx *db.Tx, m Move) (err error) {
	defer fault.Note(&err, "lend for %s", m.Ref)
	return m.each(ctx, tx, KindLend, func(h Held, d draft) error {
		d.Build = func() ([]Posting, error) {
			if err := h.allowed(tx); err != nil {
				return nil, err
			}
			c, err := lending(ctx, tx)
			if err != nil {
				return nil, err
			}
			return []Posting{{h.at(Committed), h.at(Lent), d.Amount}, {h.at(c.bank()), h.at(c.lent()), d.Amount}}, nil
		}
		return h.move(ctx, tx, d)
	})
}

func lending(ctx context.Context, tx *db.Tx) (*Chart, error) {
	c, err := ChartOn(ctx, tx, tx.Day())
	if err == nil && c.lent() == "" {
		err = fault.New(fault.Refused, "fund.no_lent")
	}
	return c, err
}

// Repayment is what a borrower gave back: Principal of what was lent, and Interest on it. Day "" is today.
type Repayment struct {
	Key, Ref, Memo      string
	Principal, Interest money.Amount
	Day                 day.Day
}

// Repay books a repayment: money lent → the bank and lent → available, and the interest as income of the pocket, or as
// members' money where the pocket is theirs. Faults: "fund.over_repaid" (Refused: more than is owed), "fund.no_hold",
// "fund.closed", "fund.future", "fund.key_reused".
func Repay(ctx context.Context, tx *db.Tx, in Repayment) (e Entry, err error) {
	defer fault.Note(&err, "repay for %s", in.Ref)
	if _, err := take(ctx, tx); err != nil {
		return Entry{}, err
	}
	h, err := HeldFor(ctx, tx, in.Ref)
	if err != nil {
		return Entry{}, err
	}
	if in.Principal < 0 || in.Interest < 0 {
		return Entry{}, fault.New(fault.Invalid, "fund.amount").At("amount")
	}
	d := draft{Kind: KindRepay, Key: in.Key, Day: in.Day, Ref: in.Ref, Memo: in.Memo, Amount: in.Principal + in.Interest, Says: in,
		Build: func() ([]Posting, error) {
			if err := owes(ctx, tx, in.Ref, in.Principal); err != nil {
				return nil, err
			}
			c, err := lending(ctx, tx)
			if err != nil {
				return nil, err
			}
			p, err := Get(ctx, tx, h.Pocket)
			return h.repaid(c, p.Source, in), err
		}}
	e, _, err = post(ctx, tx, d)
	return e, err
}

func (h Held) repaid(c *Chart, s Source, in Repayment) (out []Posting) {
	if in.Principal > 0 {
		out = append(out, Posting{h.at(Lent), h.at(Available), in.Principal}, Posting{h.at(c.lent()), h.at(c.bank()), in.Principal})
	}
	if in.Interest > 0 {
		from := Interest
		if s == Mutual {
			from = Mutual
		}
		out = append(out, Posting{h.at(Granted), h.at(Available), in.Interest}, Posting{h.at(c.IncomeCode(from)), h.at(c.bank()), in.Interest})
	}
	return out
}

// Forgive ends what is owed on a loan without money: waived, written off, or turned into help: lent → spent, and money lent →
// the account of the aid. Faults: "fund.over_repaid", "fund.no_hold", "fund.closed", "fund.key_reused".
func Forgive(ctx context.Context, tx *db.Tx, m Move) (err error) {
	defer fault.Note(&err, "forgive for %s", m.Ref)
	return m.each(ctx, tx, KindForgive, func(h Held, d draft) error {
		d.Build = func() ([]Posting, error) {
			if err := owes(ctx, tx, h.Ref, d.Amount); err != nil {
				return nil, err
			}
			c, err := lending(ctx, tx)
			if err != nil {
				return nil, err
			}
			code, err := spendCode(ctx, tx, c, h)
			return []Posting{{h.at(Lent), h.at(Spent), d.Amount}, {h.at(c.lent()), h.at(code), d.Amount}}, err
		}
		return h.move(ctx, tx, d)
	})
}

// Debt is a loan as the ledger has it: what was lent, repaid and forgiven, and the interest paid on it.
type Debt struct {
	Ref                              string
	Lent, Repaid, Forgiven, Interest money.Amount
}

// Out is what is owed.
func (d Debt) Out() money.Amount { return d.Lent - d.Repaid - d.Forgiven }

// DebtOf gives a loan's debt; one that was never paid out is all zero.
func DebtOf(ctx context.Context, tx *db.Tx, ref string) (Debt, error) {
	all, err := debts(ctx, tx, ref)
	d := all[ref]
	d.Ref = ref
	return d, err
}

// Debts gives the debts of all loans by reference.
func Debts(ctx context.Context, tx *db.Tx) (map[string]Debt, error) { return debts(ctx, tx, "") }

// debts reads what was lent off the budget account of money lent, whose code no chart can change, and interest off what a
// repayment adds to the budget. An entry turned round counts against what it turned.
func debts(ctx context.Context, tx *db.Tx, ref string) (map[string]Debt, error) {
	type row struct {
		Ref, Src, Dst string
		Amount        money.Amount
	}
	rows, err := db.All[row](ctx, tx, `
		select e.ref, p.src, p.dst, cast(sum(p.amount) as bigint) as amount
		from fund_posting p join fund_entry e on e.union_id = p.union_id and e.seq = p.seq
		left join fund_entry o on o.union_id = e.union_id and o.seq = e.reverses and e.reverses > 0
		where p.union_id = $1 and ($2 = '' or e.ref = $2) and coalesce(o.kind, e.kind) in ('lend', 'repay', 'forgive')
			and (p.src in ('lent', 'granted') or p.dst in ('lent', 'granted'))
		group by e.ref, p.src, p.dst`, tx.Union, ref)
	out := map[string]Debt{}
	for _, r := range rows {
		name, _, _ := strings.Cut(r.Ref, "#")
		d := out[name]
		d.Ref = name
		switch {
		case r.Src == Committed:
			d.Lent += r.Amount
		case r.Dst == Committed:
			d.Lent -= r.Amount
		case r.Src == Lent && r.Dst == Available:
			d.Repaid += r.Amount
		case r.Src == Available && r.Dst == Lent:
			d.Repaid -= r.Amount
		case r.Src == Lent:
			d.Forgiven += r.Amount
		case r.Dst == Lent:
			d.Forgiven -= r.Amount
		case r.Src == Granted:
			d.Interest += r.Amount
		default:
			d.Interest -= r.Amount
		}
		out[name] = d
	}
	return out, err
}

// owes holds that a loan owes at least an amount. Fault: "fund.over_repaid" with what is owed.
func owes(ctx context.Context, tx *db.Tx, ref string, amount money.Amount) error {
	d, err := DebtOf(ctx, tx, ref)
	if err == nil && amount > d.Out() {
		err = fault.New(fault.Refused, "fund.over_repaid", d.Out())
	}
	return err
}
