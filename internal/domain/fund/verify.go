package fund

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
)

// Verified says what a full check of the ledger found. Head is the hash to compare with one printed or kept elsewhere.
type Verified struct {
	Entries, Postings int64
	Head              string
}

// Verify reads every entry of the union's ledger again: numbers without gaps, each hash over all before it, every posting
// sound, kept balances equal to the sums of the postings, holds equal to the budget accounts. Fault: "fund.broken"
// (Refused), with the entry or account where the books and the record part.
func Verify(ctx context.Context, tx *db.Tx) (v Verified, err error) {
	defer fault.Note(&err, "verify the ledger")
	book, err := BookOf(ctx, tx)
	if err != nil {
		return v, err
	}
	sums, err := v.chain(ctx, tx)
	if err != nil {
		return v, err
	}
	if v.Entries != book.Entries || v.Head != book.Head {
		return v, broken(book.Entries)
	}
	kept, err := balances(ctx, tx)
	if err != nil {
		return v, err
	}
	for at, sum := range sums {
		if kept[at] != sum {
			return v, broken(at.Pocket + " " + at.Code)
		}
	}
	for at, have := range kept {
		if sums[at] != have {
			return v, broken(at.Pocket + " " + at.Code)
		}
	}
	return v, holdsMatch(ctx, tx, kept)
}

func broken(where any) error { return fault.New(fault.Refused, "fund.broken", where) }

// page is how many entries are held at once while the chain is read.
const page = 500

// chain walks the entries in order and gives the sum of the postings on every account.
func (v *Verified) chain(ctx context.Context, tx *db.Tx) (map[Account]money.Amount, error) {
	sums := map[Account]money.Amount{}
	for {
		some, err := db.All[Entry](ctx, tx, `select `+entryColumns+` from fund_entry
			where union_id = $1 and seq > $2 order by seq limit $3`, tx.Union, v.Entries, page)
		if err != nil || len(some) == 0 {
			return sums, err
		}
		for _, e := range some {
			if e.Postings, err = postingsOf(ctx, tx, e.Seq); err != nil {
				return nil, err
			}
			want, err := e.link(v.Head)
			if err != nil {
				return nil, err
			}
			if e.Seq != v.Entries+1 || e.Hash != want || sound(e.Postings) != nil {
				return nil, broken(v.Entries + 1)
			}
			for _, p := range e.Postings {
				sums[p.To] += p.Amount
				sums[p.From] -= p.Amount
			}
			v.Entries, v.Head = e.Seq, e.Hash
			v.Postings += int64(len(e.Postings))
		}
	}
}

// holdsMatch holds that what is set aside for awards is what the budget accounts say, pocket by pocket.
func holdsMatch(ctx context.Context, tx *db.Tx, kept map[Account]money.Amount) error {
	type row struct {
		Pocket                     string
		Reserved, Committed, Spent money.Amount
	}
	rows, err := db.All[row](ctx, tx, `
		select p.code as pocket, cast(coalesce(sum(h.reserved), 0) as bigint) as reserved,
			cast(coalesce(sum(h.committed), 0) as bigint) as committed, cast(coalesce(sum(h.spent), 0) as bigint) as spent
		from fund_pocket p left join fund_hold h on h.union_id = p.union_id and h.pocket = p.code
		where p.union_id = $1 group by p.code order by p.code`, tx.Union)
	if err != nil {
		return err
	}
	for _, r := range rows {
		for code, sum := range map[string]money.Amount{Reserved: r.Reserved, Committed: r.Committed, Spent: r.Spent} {
			if kept[Account{r.Pocket, code}] != sum {
				return broken(r.Pocket + " " + code)
			}
		}
	}
	return nil
}
