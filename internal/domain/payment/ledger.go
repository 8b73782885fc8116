package payment

import (
	"context"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
)

// Sums are the figures of a pocket's or a batch's payments, in fen: Due is Paid and Failed and Open together; Unconfirmed
// is the part of Paid that no worker has signed for yet.
type Sums struct {
	Due, Paid, Failed, Open, Unconfirmed money.Amount
	Lines                                int64
}

// PocketSums are the sums of one pocket, kept apart by where its money comes from (F2).
type PocketSums struct {
	Pocket fund.Pocket
	Sums
}

type stateSum struct {
	Pocket string
	State  State
	N      int64
	Amount money.Amount
}

// Reconcile gives the sums of every pocket that anything is paid from. What was stopped or recovered is no longer due.
func Reconcile(ctx context.Context, tx *db.Tx) ([]PocketSums, error) {
	rows, err := db.All[stateSum](ctx, tx, `select pocket, state, count(*) as n, cast(sum(amount) as bigint) as amount
		from payment_instalment where union_id = $1 group by pocket, state order by pocket, state`, tx.Union)
	if err != nil {
		return nil, err
	}
	var out []PocketSums
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].Pocket.Code != r.Pocket {
			p, err := fund.Get(ctx, tx, r.Pocket)
			if err != nil {
				return nil, err
			}
			out = append(out, PocketSums{Pocket: p})
		}
		out[len(out)-1].add(r)
	}
	return out, nil
}

func (s *Sums) add(r stateSum) {
	switch r.State {
	case Stopped, Recovered:
		return
	case Paid, Missing:
		s.Paid += r.Amount
		s.Unconfirmed += r.Amount
	case Confirmed:
		s.Paid += r.Amount
	case Failed:
		s.Failed += r.Amount
	case Waiting, Held, Ready, Batched:
		s.Open += r.Amount
	}
	s.Due += r.Amount
	s.Lines += r.N
}

// SumsOf adds up the lines of a batch as they were sent: a line that was recalled or given back is not paid.
func SumsOf(lines []Line, confirmed map[string]bool) (s Sums) {
	for _, l := range lines {
		s.Due += l.Amount
		s.Lines++
		switch l.State {
		case LinePaid:
			s.Paid += l.Amount
			if !confirmed[l.InstalmentID] {
				s.Unconfirmed += l.Amount
			}
		case LineFailed, LineReturned, LineRecalled:
			s.Failed += l.Amount
		case LineWaiting:
			s.Open += l.Amount
		}
	}
	return s
}

// ConfirmedIn says which instalments of a batch were signed for.
func ConfirmedIn(ctx context.Context, tx *db.Tx, batchID string) (map[string]bool, error) {
	ids, err := db.All[string](ctx, tx, `select id from payment_instalment where union_id = $1 and batch_id = $2 and state = 'confirmed'`, tx.Union, batchID)
	out := map[string]bool{}
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}

// LinesOf lists the lines an instalment stood in, newest first: every try to pay it.
func LinesOf(ctx context.Context, tx *db.Tx, instalmentID string) ([]Line, error) {
	return db.All[Line](ctx, tx, `select `+lineColumns+` from payment_line where union_id = $1 and instalment_id = $2 order by id desc`,
		tx.Union, instalmentID)
}

// ReadyIn gives what waits to be put into a batch, by pocket: Open is its sum, in fen.
func ReadyIn(ctx context.Context, tx *db.Tx) ([]PocketSums, error) {
	rows, err := db.All[stateSum](ctx, tx, `select pocket, state, count(*) as n, cast(sum(amount) as bigint) as amount
		from payment_instalment where union_id = $1 and state = 'ready' group by pocket, state order by pocket`, tx.Union)
	if err != nil {
		return nil, err
	}
	out := make([]PocketSums, len(rows))
	for n, r := range rows {
		if out[n].Pocket, err = fund.Get(ctx, tx, r.Pocket); err != nil {
			return nil, err
		}
		out[n].add(r)
	}
	return out, nil
}

// Speed says how promptly money came (及时发放, S09): N payments, and Days from the day each was due to the day the bank
// paid it, added up.
type Speed struct{ N, Days int }

// SpeedOf measures the payments that the actor's right reaches of the last days.
func SpeedOf(ctx context.Context, tx *db.Tx, right string, days int) (s Speed, err error) {
	where, args := auth.Scope(tx.Actor, right).Where("unit_path", "person_id", tx.Actor.Person, 3)
	paid, err := db.All[Instalment](ctx, tx, `select `+columns+` from payment_instalment
		where union_id = $1 and paid_on >= $2 and state in ('paid', 'confirmed', 'missing') and `+where, append([]any{tx.Union, tx.Day().Add(-days)}, args...)...)
	for _, i := range paid {
		s.N++
		s.Days += max(i.PaidOn.Sub(i.DueOn), 0)
	}
	return s, err
}
