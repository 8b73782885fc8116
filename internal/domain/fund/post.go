package fund

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
)

// Kind says what an entry did.
type Kind string

// The kinds of entry. Each moves money, budget, or both together.
const (
	KindOpening Kind = "opening" // what a pocket held when its book began
	KindGiven   Kind = "given"   // money came in
	KindMoved   Kind = "moved"   // from one pocket to another
	KindReserve Kind = "reserve" // the decision
	KindCommit  Kind = "commit"  // the signature after 公示
	KindSpend   Kind = "spend"   // payment
	KindRelease Kind = "release" // refused, cancelled, expired
	KindRecover Kind = "recover" // a wrong payee's money came back
	KindBounce  Kind = "bounce"  // the bank gave a payment back
	KindResend  Kind = "resend"  // and it was paid again
	KindUnpark  Kind = "unpark"  // or it never will be, and is the pocket's again
	KindReverse Kind = "reverse" // an entry turned round
	KindReturn  Kind = "return"  // free money given back to its giver
	KindLend    Kind = "lend"    // a loan was paid out
	KindRepay   Kind = "repay"   // its borrower gave back
	KindInvest  Kind = "invest"  // free money was put into an investment
	KindRedeem  Kind = "redeem"  // and came back, with what it earned or lost
	KindForgive Kind = "forgive" // what was owed on it was waived, written off or turned into help
	KindDraw    Kind = "draw"    // cash was taken out of the bank to be handed over
	KindPutBack Kind = "putback" // what was not handed over went back to it
	KindStock   Kind = "stock"   // goods were given
	KindIssue   Kind = "issue"   // goods were handed out
	KindYear    Kind = "year"    // a year's income and expenditure carried to the surplus
)

// Say gives the kind in a language.
func (k Kind) Say(l words.Lang) string { return words.T(l, "fund.kind."+string(k)) }

// Account is one account of one pocket: a code of the chart, or one of the budget book.
type Account struct{ Pocket, Code string }

// Posting moves an amount above zero: To is debited (借), From credited (贷).
type Posting struct {
	From, To Account
	Amount   money.Amount
}

// Entry is a handful of postings under one key, written once and never changed. Voucher is empty for entries that
// touch the budget only. Amount is the sum the entry is about, not the sum of its postings.
type Entry struct {
	UnionID   string
	Seq       int64
	Key, Body string
	Kind      Kind
	Day       day.Day
	Voucher   string
	Ref, Memo string
	Amount    money.Amount
	Reverses  int64
	ByUser    string
	At        int64
	Hash      string
	Postings  []Posting `db:"-"`
}

// entryColumns stands for Entry in every select.
const entryColumns = `union_id, seq, key, body, kind, day, voucher, ref, memo, amount, reverses, by_user, at, hash`

// draft is an entry before it is written. Says is what was asked for: the same key must come with the same Says. Day ""
// means today. Build checks and composes the postings; it runs only if the entry is new.
type draft struct {
	Kind      Kind
	Key       string
	Day       day.Day
	Ref, Memo string
	Amount    money.Amount
	Reverses  int64
	Says      any
	Build     func() ([]Posting, error)
}

// body is the hash of what was asked, without when and by whom: a job run again tomorrow asks the same.
func (d draft) body() (string, error) {
	text, err := json.Marshal(d.Says)
	return hash([]byte(d.Kind), text), err
}

func hash(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d\n", len(p)) // a hash never fails to write
		h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Book is the head of a union's ledger: how many entries, the hash over all of them, the last closed month ("2026-10").
type Book struct {
	Entries             int64
	Head, ClosedThrough string
}

// take opens the book if need be and locks it until the act ends: one pen per union. The pen comes before everything
// else an act of this package reads, so that nothing it saw changes under it; only a pocket, which never changes, may be
// read before.
func take(ctx context.Context, tx *db.Tx) (Book, error) {
	return db.One[Book](ctx, tx, `
		insert into fund_book (union_id, entries, head, closed_through) values ($1, 0, '', '')
		on conflict (union_id) do update set entries = fund_book.entries
		returning entries, head, closed_through`, tx.Union)
}

// post writes an entry. The second result is false when the same key with the same content came before: then nothing is
// done and the first entry is given back. Faults: "fund.key_reused" (Conflict: the key with other content),
// "fund.closed" (Refused: the month is closed), "fund.future" (Refused), "fund.short" (Refused, with have and need).
func post(ctx context.Context, tx *db.Tx, d draft) (e Entry, fresh bool, err error) {
	defer fault.Note(&err, "post %s", d.Kind)
	if d.Key == "" || d.Amount <= 0 {
		return Entry{}, false, fault.New(fault.Invalid, "fund.amount").At("amount")
	}
	book, err := take(ctx, tx)
	if err != nil {
		return Entry{}, false, err
	}
	body, err := d.body()
	if err != nil {
		return Entry{}, false, err
	}
	if e, again, err := before(ctx, tx, d.Key, body); again || err != nil {
		return e, false, err
	}
	if d.Day == "" {
		d.Day = tx.Day()
	}
	if err := inTime(d.Day, tx.Day(), book); err != nil {
		return Entry{}, false, err
	}
	e = Entry{
		UnionID: tx.Union, Seq: book.Entries + 1, Key: d.Key, Body: body, Kind: d.Kind, Day: d.Day, Ref: d.Ref,
		Memo: d.Memo, Amount: d.Amount, Reverses: d.Reverses, ByUser: tx.Actor.User, At: tx.Ms(),
	}
	if e.Postings, err = d.Build(); err != nil {
		return Entry{}, false, err
	}
	if err := sound(e.Postings); err != nil {
		return Entry{}, false, err
	}
	if e.Voucher, err = nextVoucher(ctx, tx, e); err != nil {
		return Entry{}, false, err
	}
	if e.Hash, err = e.link(book.Head); err != nil {
		return Entry{}, false, err
	}
	return e, true, write(ctx, tx, e)
}

// sound holds what no posting may lack: an amount, two accounts, and one book. A breach is a mistake of the program.
func sound(all []Posting) error {
	if len(all) == 0 {
		return errors.New("an entry without postings")
	}
	for _, p := range all {
		if p.Amount <= 0 || p.From == p.To || p.From.Money() != p.To.Money() {
			return fmt.Errorf("a posting of %d fen from %s to %s", p.Amount, p.From.Code, p.To.Code)
		}
	}
	return nil
}

// Money reports an account of the money book, not of the budget.
func (a Account) Money() bool { return budgetClass(a.Code) == "" }

// before finds the entry that came under the key.
func before(ctx context.Context, tx *db.Tx, key, body string) (Entry, bool, error) {
	e, ok, err := db.Maybe[Entry](ctx, tx, `
		select `+entryColumns+` from fund_entry where union_id = $1 and key = $2`, tx.Union, key)
	if err != nil || !ok {
		return Entry{}, false, err
	}
	if e.Body != body {
		return Entry{}, false, fault.New(fault.Conflict, "fund.key_reused")
	}
	e.Postings, err = postingsOf(ctx, tx, e.Seq)
	return e, true, err
}

func inTime(on, today day.Day, b Book) error {
	switch {
	case !on.Valid():
		return fault.New(fault.Invalid, "day.shape").At("day")
	case on > today:
		return fault.New(fault.Refused, "fund.future").At("day")
	case month(on) <= b.ClosedThrough:
		return fault.New(fault.Refused, "fund.closed", month(on)).At("day")
	}
	return nil
}

// month gives the month of a day, "2026-11".
func month(d day.Day) string { return string(d)[:len("2006-01")] }

// nextVoucher numbers entries that move money, by month and without gaps: 记-2026-11-0007.
func nextVoucher(ctx context.Context, tx *db.Tx, e Entry) (string, error) {
	if !slices.ContainsFunc(e.Postings, func(p Posting) bool { return p.From.Money() }) {
		return "", nil
	}
	n, err := db.Value[int64](ctx, tx, `
		insert into fund_month (union_id, month, vouchers) values ($1, $2, 1)
		on conflict (union_id, month) do update set vouchers = fund_month.vouchers + 1
		returning vouchers`, tx.Union, month(e.Day))
	return fmt.Sprintf("记-%s-%04d", month(e.Day), n), err
}

// link is the entry's hash over its content and the hash before it.
func (e Entry) link(head string) (string, error) {
	e.Hash = ""
	text, err := json.Marshal(e)
	return hash([]byte(head), text), err
}

// postingRow is a posting as it is kept.
type postingRow struct {
	UnionID                        string
	Seq, Line                      int64
	Day                            day.Day
	SrcPocket, Src, DstPocket, Dst string
	Amount                         money.Amount
}

func write(ctx context.Context, tx *db.Tx, e Entry) error {
	if err := db.Insert(ctx, tx, "fund_entry", e); err != nil {
		return err
	}
	if err := settle(ctx, tx, e); err != nil {
		return err
	}
	rows := make([]postingRow, len(e.Postings))
	for i, p := range e.Postings {
		rows[i] = postingRow{tx.Union, e.Seq, int64(i + 1), e.Day, p.From.Pocket, p.From.Code, p.To.Pocket, p.To.Code, p.Amount}
	}
	if err := db.InsertAll(ctx, tx, "fund_posting", rows); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update fund_book set entries = $2, head = $3 where union_id = $1`, tx.Union, e.Seq, e.Hash)
	return err
}

// NameOf gives the name of an account of the chart or of the budget; an unknown code stands for itself.
func (c *Chart) NameOf(code string) words.Said {
	if budgetClass(code) != "" {
		return words.Key("fund.budget." + code)
	}
	if a, ok := c.Account(code); ok {
		return a.Name
	}
	return Name{Zh: code}
}

// Balance gives an account's kept balance: debit above zero, credit below.
func Balance(ctx context.Context, tx *db.Tx, p Account) (money.Amount, error) {
	return db.Value[money.Amount](ctx, tx, `
		select balance from fund_account where union_id = $1 and pocket = $2 and code = $3`, tx.Union, p.Pocket, p.Code)
}

func postingsOf(ctx context.Context, tx *db.Tx, seq int64) ([]Posting, error) {
	type row struct {
		SrcPocket, Src, DstPocket, Dst string
		Amount                         money.Amount
	}
	rows, err := db.All[row](ctx, tx, `
		select src_pocket, src, dst_pocket, dst, amount from fund_posting
		where union_id = $1 and seq = $2 order by line`, tx.Union, seq)
	out := make([]Posting, len(rows))
	for i, r := range rows {
		out[i] = Posting{Account{r.SrcPocket, r.Src}, Account{r.DstPocket, r.Dst}, r.Amount}
	}
	return out, err
}
