package payment

import (
	"context"
	"slices"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/task"
)

// BatchState is where a batch stands.
type BatchState string

// The states of a batch.
const (
	Made      BatchState = "made"      // waits for another person's check
	Approved  BatchState = "checked"   // may be sent to the bank
	Sent      BatchState = "sent"      // the bank has the file
	Done      BatchState = "done"      // the bank has answered for every line, or what it did not pay was recalled
	Cancelled BatchState = "cancelled" // taken apart
)

// Say gives the state in a language.
func (s BatchState) Say(l words.Lang) string { return words.T(l, "payment.batch."+string(s)) }

// Batch is what goes to the bank together, from one pocket: made by one person, checked and sent by another (S09). Lines
// and Total are its control figures, Total in fen; FileHash is the SHA-256 of the file the bank got.
type Batch struct {
	UnionID, ID, Number, Pocket, Profile string
	Lines                                int64
	Total                                money.Amount
	State                                BatchState
	MadeBy                               string
	MadeAt                               int64
	CheckedBy                            string
	CheckedAt                            int64
	SentBy                               string
	SentAt                               int64
	FileHash, ResultHash                 string
	DoneAt                               int64
	Reason                               string
	Version                              int64
}

const batchColumns = `union_id, id, number, pocket, profile, lines, total, state, made_by, made_at, checked_by, checked_at, sent_by,
	sent_at, file_hash, result_hash, done_at, reason, version`

// LineState is what became of a line of a batch.
type LineState string

// The states of a line. It never comes back to waiting: an instalment that is paid again stands in another batch.
const (
	LineWaiting  LineState = "waiting"
	LinePaid     LineState = "paid"
	LineFailed   LineState = "failed"
	LineRecalled LineState = "recalled"
	LineReturned LineState = "returned" // paid, and given back by the bank later
)

// Say gives the state in a language.
func (s LineState) Say(l words.Lang) string { return words.T(l, "payment.line."+string(s)) }

// Line is one line of a batch as it was made. Its ID is the reference (流水号) the bank is given: FF-2026-000012-0003.
type Line struct {
	UnionID, ID, BatchID            string
	No                              int64
	InstalmentID, AwardID, PersonID string
	Amount                          money.Amount
	CardIx, CardTail                string
	State                           LineState
	Reason                          string
	PaidOn                          day.Day
	PayeeID                         string
}

const lineColumns = `union_id, id, batch_id, no, instalment_id, award_id, person_id, amount, card_ix, card_tail, state, reason, paid_on, payee_id`

// BatchOf gives a batch with its lines in order.
func BatchOf(ctx context.Context, tx *db.Tx, id string) (Batch, []Line, error) {
	b, err := db.One[Batch](ctx, tx, `select `+batchColumns+` from payment_batch where union_id = $1 and id = $2`, tx.Union, id)
	if err != nil {
		return b, nil, err
	}
	lines, err := db.All[Line](ctx, tx, `select `+lineColumns+` from payment_line where union_id = $1 and batch_id = $2 order by no`, tx.Union, id)
	return b, lines, err
}

// Batches lists the batches, newest first, after the id of the last one seen ("" for the first page).
func Batches(ctx context.Context, tx *db.Tx, before string, limit int) ([]Batch, error) {
	return db.All[Batch](ctx, tx, `select `+batchColumns+` from payment_batch
		where union_id = $1 and ($2 = '' or id < $2) order by id desc limit $3`, tx.Union, before, limit)
}

// BatchID names a batch.
type BatchID struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40"`
}

// move takes a batch from one state to another. Fault: "payment.batch_state" (Conflict).
func (b *Batch) move(ctx context.Context, tx *db.Tx, to BatchState, set string, args ...any) error {
	next := map[BatchState][]BatchState{Made: {Approved, Cancelled}, Approved: {Sent, Cancelled}, Sent: {Sent, Done, Cancelled}}
	if !slices.Contains(next[b.State], to) {
		return fault.New(fault.Conflict, "payment.batch_state", b.Number, b.State)
	}
	err := tx.Must(ctx, "fault.stale", `update payment_batch set state = $4, version = version + 1, `+set+`
		where union_id = $1 and id = $2 and version = $3`, append([]any{tx.Union, b.ID, b.Version, to}, args...)...)
	b.State, b.Version = to, b.Version+1
	return err
}

// move ends a line, once.
func (l *Line) move(ctx context.Context, tx *db.Tx, to LineState, from LineState) error {
	l.State = to
	return tx.Must(ctx, "fault.stale", `update payment_line set state = $4, reason = $5, paid_on = $6
		where union_id = $1 and id = $2 and state = $3`, tx.Union, l.ID, from, to, l.Reason, l.PaidOn)
}

// Countersign checks a batch made by another. Faults: "payment.same_person", "payment.own_line" (Refused).
func Countersign(ctx context.Context, tx *db.Tx, in BatchID) (Batch, error) {
	b, lines, err := BatchOf(ctx, tx, in.ID)
	if err != nil {
		return b, err
	}
	tx.About("batch", b.ID, "checked")
	if err := b.other(ctx, tx, lines); err != nil {
		return b, err
	}
	if err := b.move(ctx, tx, Approved, "checked_by = $5, checked_at = $6", tx.Actor.User, tx.Ms()); err != nil {
		return b, err
	}
	b.CheckedBy, b.CheckedAt = tx.Actor.User, tx.Ms()
	if err := task.Close(ctx, tx, "payment.batch", b.ID); err != nil {
		return b, err
	}
	return b, b.ask(ctx, tx, "payment.send", b.sendTitle())
}

// other holds that whoever checks or sends a batch has not made it and gets nothing by it, nor does a relative.
func (b Batch) other(ctx context.Context, tx *db.Tx, lines []Line) error {
	if b.MadeBy == tx.Actor.User {
		return fault.New(fault.Refused, "payment.same_person")
	}
	mine, err := kin(ctx, tx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(lines, func(l Line) bool { return slices.Contains(mine, l.PersonID) }) {
		return fault.New(fault.Refused, "payment.own_line")
	}
	return nil
}

// CancelIn takes a batch apart. A reason is needed once the bank has the file.
type CancelIn struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	Reason string `form:"reason" label:"撤销原因" hint:"已经交给银行的，先向银行确认没有执行" max:"200"`
}

// Cancel takes a batch apart before it went to the bank, or recalls what the bank has not carried out of it; those lines'
// instalments are ready again. Whoever sent a batch does not recall it. Faults: "payment.batch_state" (Conflict),
// "payment.recall_reason" (Invalid), "payment.same_person" (Refused).
func Cancel(ctx context.Context, tx *db.Tx, in CancelIn) (Batch, error) {
	b, lines, err := BatchOf(ctx, tx, in.ID)
	if err != nil {
		return b, err
	}
	tx.About("batch", b.ID, "state")
	tx.Trail.Reason = in.Reason
	switch {
	case b.State == Sent && in.Reason == "":
		return b, fault.New(fault.Invalid, "payment.recall_reason").At("reason")
	case b.State == Sent && b.SentBy == tx.Actor.User:
		return b, fault.New(fault.Refused, "payment.same_person")
	}
	if b.Cash() && b.State == Sent {
		if err := b.putBack(ctx, tx, lines); err != nil {
			return b, err
		}
	}
	to := Cancelled
	for _, l := range lines {
		if l.State != LineWaiting {
			to = Done
			continue
		}
		if err := l.recall(ctx, tx, in.Reason); err != nil {
			return b, err
		}
	}
	if err := b.move(ctx, tx, to, "done_at = $5, reason = $6", tx.Ms(), in.Reason); err != nil {
		return b, err
	}
	if err := task.CloseAll(ctx, tx, b.ID); err != nil {
		return b, err
	}
	return b, askMake(ctx, tx)
}

func (l *Line) recall(ctx context.Context, tx *db.Tx, reason string) error {
	l.Reason = reason
	if err := l.move(ctx, tx, LineRecalled, LineWaiting); err != nil {
		return err
	}
	i, err := Get(ctx, tx, l.InstalmentID)
	if err != nil {
		return err
	}
	return i.move(ctx, tx, Ready, "batch_id = '', line_id = ''")
}
