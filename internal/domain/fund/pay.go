package fund

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
)

// Spend pays from what is committed, the whole or an instalment: committed → spent, and the bank → the account the aid
// is booked to, in one entry. Faults: "fund.purpose", "fund.short", "fund.held_short" (Refused), "fund.no_hold",
// "fund.closed", "fund.key_reused".
func Spend(ctx context.Context, tx *db.Tx, m Move) (err error) {
	defer fault.Note(&err, "spend for %s", m.Ref)
	return pay(ctx, tx, m, KindSpend)
}

// Recover takes back what a wrong payee returned to the bank: spent → available, and the account of the aid → the bank.
// Faults: "fund.held_short", "fund.no_hold", "fund.closed", "fund.key_reused".
func Recover(ctx context.Context, tx *db.Tx, m Move) (err error) {
	defer fault.Note(&err, "recover for %s", m.Ref)
	return pay(ctx, tx, m, KindRecover)
}

// Bounce books a payment the bank gave back: the money is in the bank again and owed to the worker (other payables),
// the aid stays spent (policy 3.4: park in 225). Faults as Recover.
func Bounce(ctx context.Context, tx *db.Tx, m Move) (err error) {
	defer fault.Note(&err, "bounce for %s", m.Ref)
	return pay(ctx, tx, m, KindBounce)
}

// Resend pays a bounced amount again: what was owed goes out of the bank. Faults as Recover.
func Resend(ctx context.Context, tx *db.Tx, m Move) (err error) {
	defer fault.Note(&err, "resend for %s", m.Ref)
	return pay(ctx, tx, m, KindResend)
}

// Unpark ends the waiting of a bounced amount that will not be paid: it is the pocket's again, and not spent. Faults as
// Recover.
func Unpark(ctx context.Context, tx *db.Tx, m Move) (err error) {
	defer fault.Note(&err, "unpark for %s", m.Ref)
	return pay(ctx, tx, m, KindUnpark)
}

func pay(ctx context.Context, tx *db.Tx, m Move, k Kind) error {
	return m.each(ctx, tx, k, func(h Held, d draft) error {
		d.Build = func() ([]Posting, error) {
			c, err := ChartOn(ctx, tx, tx.Day())
			if err != nil {
				return nil, err
			}
			till, err := m.till(c)
			if err != nil {
				return nil, err
			}
			code := ""
			switch k {
			case KindSpend:
				if err := h.allowed(tx); err != nil {
					return nil, err
				}
				code, err = spendCode(ctx, tx, c, h)
			case KindRecover, KindUnpark:
				code, err = spentOn(ctx, tx, h.Ref)
			}
			return h.legs(k, d.Amount, booked{till, c.parked(), code}), err
		}
		return h.move(ctx, tx, d)
	})
}

// booked names the accounts a payment is booked to: where the money lies, where it waits when it came back, what it was for.
type booked struct{ till, parked, aid string }

// legs composes what a payment or its undoing posts. It is pure.
func (h Held) legs(k Kind, amount money.Amount, to booked) []Posting {
	till, parked, aid := h.at(to.till), h.at(to.parked), h.at(to.aid)
	switch k {
	case KindSpend:
		return []Posting{{h.at(Committed), h.at(Spent), amount}, {till, aid, amount}}
	case KindRecover:
		return []Posting{{h.at(Spent), h.at(Available), amount}, {aid, till, amount}}
	case KindBounce:
		return []Posting{{parked, till, amount}}
	case KindResend:
		return []Posting{{till, parked, amount}}
	case KindUnpark:
		return []Posting{{h.at(Spent), h.at(Available), amount}, {aid, parked, amount}}
	}
	return nil
}

// spentOn gives the account that the award was last booked to. Fault: "fund.nothing_spent" (Refused).
func spentOn(ctx context.Context, tx *db.Tx, ref string) (string, error) {
	code, ok, err := db.Maybe[string](ctx, tx, `
		select p.dst from fund_posting p join fund_entry e on e.union_id = p.union_id and e.seq = p.seq
		where e.union_id = $1 and e.ref = $2 and e.kind = $3 and p.dst <> $4
		order by p.seq desc limit 1`, tx.Union, ref, KindSpend, Spent)
	if err == nil && !ok {
		err = fault.New(fault.Refused, "fund.nothing_spent", ref)
	}
	return code, err
}
