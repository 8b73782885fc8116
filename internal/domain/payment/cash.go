package payment

import (
	"context"
	"slices"
	"strings"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// Cash goes another way than a bank's file: the cashier draws it when the list was countersigned, hands it over against
// signatures before a witness, and what nobody came for goes back to the bank. The ledger moves with each step.

// HandoverIn says which lines of a cash list were handed over. The face has cleaned the signed list and put it in the store:
// Paper is the key that the store gave.
type HandoverIn struct {
	ID      string   `form:"id" kind:"hidden" need:"true" max:"40"`
	Lines   []string `form:"line" label:"谁领了" need:"true" max:"40"`
	On      day.Day  `form:"on" label:"发放日期" need:"true"`
	Witness string   `form:"witness" label:"证明人" hint:"发钱时在场的另一个人" need:"true" max:"40"`
	Paper   string   `form:"paper" kind:"hidden" need:"true" max:"80"`
}

// Handover is one handing over of cash, with the list as it was signed.
type Handover struct {
	UnionID, ID, BatchID string
	OnDay                day.Day
	Witness              string
	Lines                int64
	Total                money.Amount
	Paper, ByUser        string
	At                   int64
}

const handoverColumns = `union_id, id, batch_id, on_day, witness, lines, total, paper, by_user, at`

// Handovers lists the handings over of a list, in order.
func Handovers(ctx context.Context, tx *db.Tx, batchID string) ([]Handover, error) {
	return db.All[Handover](ctx, tx, `select `+handoverColumns+` from payment_handover where union_id = $1 and batch_id = $2 order by at, id`, tx.Union, batchID)
}

// HandOver books cash that was handed over against signatures. What was not fetched stays on the list. Faults:
// "payment.batch_state" (Conflict), "payment.not_cash" (Refused), "payment.handover_day", "payment.handover_lines" (Invalid).
var HandOver = act.Act[HandoverIn, Landed]{Name: "payment.handover", Title: "登记现金签领", Right: "payment.batch", Do: handOver}

func handOver(ctx context.Context, tx *db.Tx, in HandoverIn) (done Landed, err error) {
	b, lines, err := BatchOf(ctx, tx, in.ID)
	if err != nil {
		return done, err
	}
	tx.About("batch", b.ID, "handover")
	switch {
	case !b.Cash():
		return done, fault.New(fault.Refused, "payment.not_cash", b.Number)
	case b.State != Sent:
		return done, fault.New(fault.Conflict, "payment.batch_state", b.Number, b.State)
	case in.On > tx.Day() || in.On < day.Of(time.UnixMilli(b.SentAt)):
		return done, fault.New(fault.Invalid, "payment.handover_day").At("on")
	}
	for _, l := range lines {
		taken := slices.Contains(in.Lines, l.ID)
		switch {
		case taken && l.State != LineWaiting:
			return done, fault.New(fault.Invalid, "payment.handover_lines").At("line")
		case taken:
			if err := l.land(ctx, tx, ResultLine{OK: true, Amount: l.Amount, On: in.On}); err != nil {
				return done, err
			}
			done.Paid, done.Total = done.Paid+1, done.Total+l.Amount
		case l.State == LineWaiting:
			done.Left++
		}
	}
	if done.Paid == 0 {
		return done, fault.New(fault.Invalid, "payment.handover_lines").At("line")
	}
	h := Handover{UnionID: tx.Union, ID: tx.ID(), BatchID: b.ID, OnDay: in.On, Witness: strings.TrimSpace(in.Witness), Lines: int64(done.Paid), Total: done.Total,
		Paper: in.Paper, ByUser: tx.Actor.User, At: tx.Ms()}
	if err := db.Insert(ctx, tx, "payment_handover", h); err != nil {
		return done, err
	}
	return done, b.landed(ctx, tx, h.ID, done.Left)
}

// HandoverID names one handing over.
type HandoverID struct {
	ID       string `form:"id" kind:"hidden" need:"true" max:"40"`
	Handover string `form:"handover" kind:"hidden" need:"true" max:"40"`
}

// OpenHandover gives one handing over for a look at the signed list; a look is on record.
var OpenHandover = act.Act[HandoverID, Handover]{Name: "payment.open_handover", Title: "查看签领表", Right: "payment.batches",
	Do: func(ctx context.Context, tx *db.Tx, in HandoverID) (Handover, error) {
		tx.About("batch", in.ID, "handover")
		return db.One[Handover](ctx, tx, `select `+handoverColumns+` from payment_handover where union_id = $1 and batch_id = $2 and id = $3`,
			tx.Union, in.ID, in.Handover)
	}}

// Cash reports a list that is handed over in cash.
func (b Batch) Cash() bool { return b.Profile == cashList }

// cashList is the code of the shipped format of a cash list.
const cashList = "cash"

// moved gives the ledger's moves of the lines that are still waiting, those to be paid a second time apart.
func (b Batch) moved(ctx context.Context, tx *db.Tx, key string, lines []Line) (c fund.Cash, err error) {
	c = fund.Cash{Key: key, Ref: b.ID, Memo: b.Number}
	for _, l := range lines {
		if l.State != LineWaiting {
			continue
		}
		i, err := Get(ctx, tx, l.InstalmentID)
		if err != nil {
			return c, err
		}
		m := fund.Move{Ref: l.AwardID, Key: l.ID, Amount: l.Amount, Cash: true}
		if i.Parked {
			c.Again = append(c.Again, m)
		} else {
			c.Moves = append(c.Moves, m)
		}
	}
	return c, nil
}

// draw takes the cash of a list out of the bank.
func (b Batch) draw(ctx context.Context, tx *db.Tx, lines []Line) error {
	c, err := b.moved(ctx, tx, "draw/"+b.ID, lines)
	if err != nil {
		return err
	}
	return fund.Draw(ctx, tx, c)
}

// putBack takes to the bank what nobody came for.
func (b Batch) putBack(ctx context.Context, tx *db.Tx, lines []Line) error {
	c, err := b.moved(ctx, tx, "putback/"+b.ID, lines)
	if err != nil || len(c.Moves)+len(c.Again) == 0 {
		return err
	}
	return fund.PutBack(ctx, tx, c)
}
