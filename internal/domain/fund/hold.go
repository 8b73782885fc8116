package fund

import (
	"context"
	"fmt"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
)

// Hold asks that an amount of a pocket's budget stand aside for one award. Ref names the award, Item what it is.
type Hold struct {
	Key, Pocket, Ref, Item, Memo string
	Amount                       money.Amount
	Use                          Use
	Alone                        bool `json:",omitempty"` // only from this pocket, whatever the order of use
}

// Held is what stands aside for one award, and the use frozen with it. Spent counts what was paid and not taken back;
// Parked is the part of it that the bank gave back and that is still owed. Moves counts its entries.
type Held struct {
	UnionID, Ref, Pocket, Item string
	Use
	Reserved, Committed, Spent, Parked money.Amount
	Moves                              int64

	source Source
	terms  Terms
	name   string
}

// Move is a change to what is held for an award: an amount under a key. The same key with the same content changes
// nothing twice.
type Move struct {
	Ref, Key, Memo string
	Amount         money.Amount
	Cash           bool `json:",omitempty"` // paid out of cash in hand, not out of the bank
}

const heldColumns = `union_id, ref, pocket, item, purpose, programme, file_level, place, year, donor,
	reserved, committed, spent, parked, moves`

// HeldFor gives what is held for an award, over all its pockets. Fault: "fund.no_hold" (Missing).
func HeldFor(ctx context.Context, tx *db.Tx, ref string) (Held, error) {
	all, err := parts(ctx, tx, ref)
	if err != nil {
		return Held{}, err
	}
	return whole(all), nil
}

// allowed holds the giver's terms at every step from the decision to the payment.
func (h Held) allowed(tx *db.Tx) error {
	if b := h.terms.Admits(h.Use, tx.Day()); b != nil {
		return fault.New(fault.Refused, "fund.purpose", h.name, b)
	}
	return nil
}

func (h Held) at(code string) Account { return Account{h.Pocket, code} }

// Reserve sets budget aside at the decision: available → reserved. Where the pocket has too little, the rest comes from
// those after it in the union's order of use. Faults: "fund.purpose" (Refused, names the term that the use breaks),
// "fund.short" (Refused, have and need), "fund.over_budget" (Refused), "fund.held" (Conflict: this award already holds
// something), "fund.no_pocket", "fund.closed", "fund.key_reused".
func Reserve(ctx context.Context, tx *db.Tx, in Hold) (err error) {
	defer fault.Note(&err, "reserve for %s", in.Ref)
	if _, err := take(ctx, tx); err != nil {
		return err
	}
	if in.Ref == "" {
		return fault.New(fault.Invalid, "fund.need").At("ref")
	}
	body, err := draft{Kind: KindReserve, Says: in}.body()
	if err != nil {
		return err
	}
	if _, again, err := before(ctx, tx, in.Key, body); again || err != nil {
		return err
	}
	all, err := shares(ctx, tx, in)
	if err != nil {
		return err
	}
	for n, s := range all {
		if err := in.reserve(ctx, tx, n, s); err != nil {
			return err
		}
	}
	return nil
}

// begin writes the row of a new hold. One that was wholly released may be taken up again, even from another pocket.
func (h Held) begin(ctx context.Context, tx *db.Tx) error {
	return tx.Must(ctx, "fund.held", `
		insert into fund_hold (`+heldColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0, 0, 0)
		on conflict (union_id, ref) do update set pocket = excluded.pocket, item = excluded.item,
			purpose = excluded.purpose, programme = excluded.programme, file_level = excluded.file_level,
			place = excluded.place, year = excluded.year, donor = excluded.donor
		where fund_hold.reserved + fund_hold.committed + fund_hold.spent = 0`,
		tx.Union, h.Ref, h.Pocket, h.Item, h.Purpose, h.Programme, h.FileLevel, h.Place, h.Year, h.Donor)
}

// Commit binds all that is reserved at the signature after 公示: reserved → committed. A second asking changes nothing.
// Faults: "fund.purpose", "fund.nothing_held" (Refused), "fund.no_hold", "fund.closed".
func Commit(ctx context.Context, tx *db.Tx, ref string) (err error) {
	defer fault.Note(&err, "commit for %s", ref)
	if _, err := take(ctx, tx); err != nil {
		return err
	}
	all, err := parts(ctx, tx, ref)
	if err != nil {
		return err
	}
	if sum := whole(all); sum.Reserved+sum.Committed+sum.Spent == 0 {
		return fault.New(fault.Refused, "fund.nothing_held", ref)
	}
	for _, h := range all {
		if h.Reserved == 0 {
			continue
		}
		build := func() ([]Posting, error) {
			return []Posting{{h.at(Reserved), h.at(Committed), h.Reserved}}, h.allowed(tx)
		}
		if err := h.move(ctx, tx, draft{
			Kind: KindCommit, Key: h.key(KindCommit), Ref: h.Ref, Amount: h.Reserved, Says: []any{h.Ref, h.Reserved}, Build: build,
		}); err != nil {
			return err
		}
	}
	return nil
}

// key names a move that has no key of its own after the state it starts from.
func (h Held) key(k Kind) string { return fmt.Sprintf("%s/%s/%d", k, h.Ref, h.Moves) }

// Release gives back all that is reserved or committed and not yet spent: refused, cancelled, expired, stopped. Where
// nothing is left it changes nothing. Faults: "fund.no_hold", "fund.closed".
func Release(ctx context.Context, tx *db.Tx, ref string) (err error) {
	defer fault.Note(&err, "release for %s", ref)
	if _, err := take(ctx, tx); err != nil {
		return err
	}
	all, err := parts(ctx, tx, ref)
	if err != nil {
		return err
	}
	for _, h := range all {
		sum := h.Reserved + h.Committed
		if sum == 0 {
			continue
		}
		m := Move{Ref: h.Ref, Key: h.key(KindRelease), Amount: sum}
		if err := h.release(ctx, tx, draft{Kind: KindRelease, Key: m.Key, Ref: m.Ref, Amount: sum, Says: m}); err != nil {
			return err
		}
	}
	return nil
}

// Trim gives back a part of what is reserved or committed, for an award made smaller. Faults: "fund.held_short"
// (Refused), "fund.no_hold", "fund.closed", "fund.key_reused".
func Trim(ctx context.Context, tx *db.Tx, m Move) (err error) {
	defer fault.Note(&err, "trim for %s", m.Ref)
	return m.each(ctx, tx, KindRelease, func(h Held, d draft) error { return h.release(ctx, tx, d) })
}

func (h Held) release(ctx context.Context, tx *db.Tx, d draft) error {
	d.Build = func() ([]Posting, error) {
		var out []Posting
		first := min(d.Amount, h.Reserved)
		if first > 0 {
			out = append(out, Posting{h.at(Reserved), h.at(Available), first})
		}
		if rest := d.Amount - first; rest > 0 {
			out = append(out, Posting{h.at(Committed), h.at(Available), rest})
		}
		return out, nil
	}
	return h.move(ctx, tx, d)
}

// move posts an entry of a hold and carries it over to the hold's own row.
func (h Held) move(ctx context.Context, tx *db.Tx, d draft) error {
	e, fresh, err := post(ctx, tx, d)
	if err != nil || !fresh {
		return err
	}
	return carry(ctx, tx, e)
}

// carry takes an entry over to the row of its hold. What a hold has reserved, committed, spent and parked is what its
// own entries put on those accounts, so a reversal needs no rule of its own. Fault: "fund.held_short" (Refused).
func carry(ctx context.Context, tx *db.Tx, e Entry) error {
	on := map[string]money.Amount{}
	for _, p := range e.Postings {
		on[p.To.Code] += p.Amount
		on[p.From.Code] -= p.Amount
	}
	parked := money.Amount(0)
	switch e.Kind {
	case KindBounce, KindResend, KindUnpark, KindReverse:
		chart, err := ChartOn(ctx, tx, e.Day)
		if err != nil {
			return err
		}
		parked = -on[chart.parked()] // owed: a credit
	}
	n, err := tx.Exec(ctx, `
		update fund_hold set reserved = reserved + $3, committed = committed + $4, spent = spent + $5,
			parked = parked + $6, moves = moves + 1
		where union_id = $1 and ref = $2 and reserved + $3 >= 0 and committed + $4 >= 0 and spent + $5 >= 0
			and parked + $6 >= 0 and parked + $6 <= spent + $5`,
		tx.Union, e.Ref, on[Reserved], on[Committed], on[Spent], parked)
	if err != nil || n == 1 {
		return err
	}
	h, err := HeldFor(ctx, tx, e.Ref)
	if err != nil {
		return err
	}
	return fault.New(fault.Refused, "fund.held_short", e.Ref, h.Reserved, h.Committed, h.Spent-h.Parked)
}
