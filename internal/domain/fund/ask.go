package fund

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
)

// What is a thing that two persons do together: one asks with a reason, another answers.
type What string

// The things that need two persons.
const (
	Close   What = "close"   // a month, and all before it
	Reopen  What = "reopen"  // the month closed last
	Reverse What = "reverse" // an entry
)

// Say gives the thing in a language.
func (w What) Say(l words.Lang) string { return words.T(l, "fund.ask."+string(w)) }

// Ask is one asking and, once given, its answer ("yes" or "no"). Object is a month ("2026-10") or an entry's number.
type Ask struct {
	UnionID, ID                          string
	What                                 What
	Object, Reason, AskedBy, AskedPerson string
	AskedAt                              int64
	Answer, AnsweredBy                   string
	AnsweredAt                           int64
}

const askColumns = `union_id, id, what, object, reason, asked_by, asked_person, asked_at, answer, answered_by, answered_at`

// Asks lists what waits for a second person, oldest first.
func Asks(ctx context.Context, tx *db.Tx) ([]Ask, error) {
	return db.All[Ask](ctx, tx, `select `+askColumns+` from fund_ask
		where union_id = $1 and answer = '' order by asked_at, id`, tx.Union)
}

// Answered lists the latest answers, newest first, for the auditor.
func Answered(ctx context.Context, tx *db.Tx, limit int) ([]Ask, error) {
	return db.All[Ask](ctx, tx, `select `+askColumns+` from fund_ask
		where union_id = $1 and answer <> '' order by answered_at desc, id limit $2`, tx.Union, limit)
}

// Proposal is what the first person asks for: a thing, the month or the entry it is about, and why.
type Proposal struct {
	What           What
	Object, Reason string
}

// Propose is the first person's half. Faults: "fund.reason" (Invalid), "fund.asked" (Conflict: it waits already), and
// those of the thing itself: see doable.
func Propose(ctx context.Context, tx *db.Tx, in Proposal) (Ask, error) {
	if strings.TrimSpace(in.Reason) == "" {
		return Ask{}, fault.New(fault.Invalid, "fund.reason").At("reason")
	}
	if _, err := take(ctx, tx); err != nil {
		return Ask{}, err
	}
	if err := doable(ctx, tx, in.What, in.Object); err != nil {
		return Ask{}, err
	}
	waits, err := db.Value[int64](ctx, tx, `select count(*) from fund_ask
		where union_id = $1 and what = $2 and object = $3 and answer = ''`, tx.Union, in.What, in.Object)
	if err != nil {
		return Ask{}, err
	}
	if waits > 0 {
		return Ask{}, fault.New(fault.Conflict, "fund.asked")
	}
	a := Ask{UnionID: tx.Union, ID: tx.ID(), What: in.What, Object: in.Object, Reason: strings.TrimSpace(in.Reason),
		AskedBy: tx.Actor.User, AskedPerson: tx.Actor.Person, AskedAt: tx.Ms()}
	tx.About("fund_ask", a.ID, string(a.What))
	return a, db.Insert(ctx, tx, "fund_ask", a)
}

// Answer is the second person's half; on yes the thing is done in the same act. The first may say no and so withdraw. Faults: "fund.same_person" (Denied: two
// accounts of one person count as one), "fund.answered" (Conflict), "fund.no_ask" (Missing), and those of the thing.
func Answer(ctx context.Context, tx *db.Tx, id string, yes bool) (Ask, error) {
	if _, err := take(ctx, tx); err != nil {
		return Ask{}, err
	}
	a, ok, err := db.Maybe[Ask](ctx, tx, `select `+askColumns+` from fund_ask where union_id = $1 and id = $2`, tx.Union, id)
	switch {
	case err != nil:
		return Ask{}, err
	case !ok:
		return Ask{}, fault.New(fault.Missing, "fund.no_ask")
	case a.Answer != "":
		return Ask{}, fault.New(fault.Conflict, "fund.answered")
	case yes && (a.AskedBy == tx.Actor.User || a.AskedPerson != "" && a.AskedPerson == tx.Actor.Person):
		return Ask{}, fault.New(fault.Denied, "fund.same_person")
	}
	a.Answer, a.AnsweredBy, a.AnsweredAt = "no", tx.Actor.User, tx.Ms()
	tx.About("fund_ask", a.ID, string(a.What))
	if yes {
		a.Answer = "yes"
		if err := doable(ctx, tx, a.What, a.Object); err != nil {
			return Ask{}, err
		}
		if err := a.do(ctx, tx); err != nil {
			return Ask{}, err
		}
	}
	return a, tx.Must(ctx, "fund.answered", `
		update fund_ask set answer = $3, answered_by = $4, answered_at = $5
		where union_id = $1 and id = $2 and answer = ''`, tx.Union, a.ID, a.Answer, a.AnsweredBy, a.AnsweredAt)
}

var reMonth = regexp.MustCompile(`^20[0-9]{2}-(0[1-9]|1[0-2])$`)

// doable says why a thing cannot be done now. Faults: "fund.month" (Invalid), "fund.close_early" (Refused: the month has
// not ended), "fund.closed_already" (Conflict), "fund.reopen_last" (Refused: only the last closed month opens again),
// "fund.no_entry" (Missing), "fund.reversed_already" (Conflict), "fund.reverse_twice" (Refused: a reversal stays),
// "fund.reverse_year" (Refused: open December again, book what is missing and close it again).
func doable(ctx context.Context, tx *db.Tx, w What, object string) error {
	if w == Reverse {
		return reversible(ctx, tx, object)
	}
	b, err := BookOf(ctx, tx)
	if err != nil {
		return err
	}
	switch {
	case !reMonth.MatchString(object):
		return fault.New(fault.Invalid, "fund.month").At("month")
	case w == Close && object >= month(tx.Day()):
		return fault.New(fault.Refused, "fund.close_early", object)
	case w == Close && object <= b.ClosedThrough:
		return fault.New(fault.Conflict, "fund.closed_already", object)
	case w == Reopen && object != b.ClosedThrough:
		return fault.New(fault.Refused, "fund.reopen_last", b.ClosedThrough)
	}
	return nil
}

func (a Ask) do(ctx context.Context, tx *db.Tx) error {
	through := a.Object
	switch a.What {
	case Reverse:
		return reverse(ctx, tx, a)
	case Close:
		if err := endYears(ctx, tx, through); err != nil {
			return err
		}
	case Reopen:
		through = month(day.Day(a.Object + "-01").AddMonths(-1))
	}
	_, err := tx.Exec(ctx, `update fund_book set closed_through = $2 where union_id = $1`, tx.Union, through)
	return err
}

func reversible(ctx context.Context, tx *db.Tx, object string) error {
	seq, err := strconv.ParseInt(object, 10, 64)
	if err != nil {
		return fault.New(fault.Missing, "fund.no_entry", object)
	}
	e, err := EntryOf(ctx, tx, seq)
	if err != nil {
		return err
	}
	if e.Kind == KindReverse {
		return fault.New(fault.Refused, "fund.reverse_twice")
	}
	if e.Kind == KindYear {
		return fault.New(fault.Refused, "fund.reverse_year")
	}
	n, err := db.Value[int64](ctx, tx, `select count(*) from fund_entry where union_id = $1 and reverses = $2`, tx.Union, seq)
	if err == nil && n > 0 {
		err = fault.New(fault.Conflict, "fund.reversed_already")
	}
	return err
}

// reverse writes an entry with the postings of another turned round and in reverse order, today, and turns round what
// the other did to its hold. The first entry stands as it was.
func reverse(ctx context.Context, tx *db.Tx, a Ask) error {
	seq, err := strconv.ParseInt(a.Object, 10, 64)
	if err != nil {
		return err
	}
	e, err := EntryOf(ctx, tx, seq)
	if err != nil {
		return err
	}
	if err := e.heldThere(ctx, tx); err != nil {
		return err
	}
	back, _, err := post(ctx, tx, draft{
		Kind: KindReverse, Key: "reverse/" + a.Object, Ref: e.Ref, Memo: a.Reason, Amount: e.Amount, Reverses: seq, Says: seq,
		Build: func() ([]Posting, error) { return turned(e.Postings), nil },
	})
	if err != nil || !e.Kind.holds() {
		return err
	}
	return carry(ctx, tx, back)
}

// heldThere holds that the award of an entry is still held in the pocket the entry moved: one that was wholly released
// and taken up again from another pocket has nothing there to turn round. Fault: "fund.reverse_moved" (Refused).
func (e Entry) heldThere(ctx context.Context, tx *db.Tx) error {
	if !e.Kind.holds() {
		return nil
	}
	now, err := db.Value[string](ctx, tx, `select pocket from fund_hold where union_id = $1 and ref = $2`, tx.Union, e.Ref)
	if err == nil && now != e.Postings[0].From.Pocket {
		err = fault.New(fault.Refused, "fund.reverse_moved", now)
	}
	return err
}

// turned gives postings turned round and in reverse order.
func turned(all []Posting) []Posting {
	out := make([]Posting, len(all))
	for i, p := range all {
		out[len(all)-1-i] = Posting{p.To, p.From, p.Amount}
	}
	return out
}

// holds reports a kind whose entries change what is held for an award.
func (k Kind) holds() bool {
	return !slices.Contains([]Kind{KindOpening, KindGiven, KindMoved, KindReturn, KindRepay, KindInvest, KindRedeem, KindDraw, KindPutBack, KindStock, KindIssue, KindYear}, k)
}
