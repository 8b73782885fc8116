package fund

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
)

// BookOf gives the head of the union's ledger; a union without entries has an empty one.
func BookOf(ctx context.Context, tx *db.Tx) (Book, error) {
	b, _, err := db.Maybe[Book](ctx, tx, `
		select entries, head, closed_through from fund_book where union_id = $1`, tx.Union)
	return b, err
}

// EntryOf gives an entry with its postings. Fault: "fund.no_entry" (Missing).
func EntryOf(ctx context.Context, tx *db.Tx, seq int64) (Entry, error) {
	e, ok, err := db.Maybe[Entry](ctx, tx, `
		select `+entryColumns+` from fund_entry where union_id = $1 and seq = $2`, tx.Union, seq)
	if err == nil && !ok {
		err = fault.New(fault.Missing, "fund.no_entry", seq)
	}
	if err != nil {
		return Entry{}, err
	}
	e.Postings, err = postingsOf(ctx, tx, seq)
	return e, err
}

// Filter narrows a list of entries; empty fields do not. Before pages: entries older than that number (0: the newest).
type Filter struct {
	Pocket, Month, Ref string
	Kind               Kind
	Before             int64
	Limit              int
}

// Entries lists entries, newest first, without their postings.
func Entries(ctx context.Context, tx *db.Tx, f Filter) ([]Entry, error) {
	return db.All[Entry](ctx, tx, `
		select `+entryColumns+` from fund_entry e
		where union_id = $1
			and ($2 = '' or exists (select 1 from fund_posting p where p.union_id = e.union_id and p.seq = e.seq
				and (p.src_pocket = $2 or p.dst_pocket = $2)))
			and ($3 = '' or day >= $3 || '-01' and day <= $3 || '-31')
			and ($4 = '' or ref = $4 or ref like $4 || '#%') and ($5 = '' or kind = $5) and ($6 = 0 or seq < $6)
		order by seq desc limit $7`, tx.Union, f.Pocket, f.Month, f.Ref, f.Kind, f.Before, f.Limit)
}

// State is where a pocket's money stands: what is in the bank, owed back to payees (parked), and the budget's four steps.
// Free of parked money bank and cash are always available + reserved + committed.
type State struct {
	Pocket                                              Pocket
	Bank, Parked, Available, Reserved, Committed, Spent money.Amount
	Cash                                                money.Amount // taken out of the bank and not yet handed over
	Lent                                                money.Amount // paid out as loans and owed back
	Invested                                            money.Amount // at cost
	Grown                                               money.Amount // all that was ever given, less what was moved away
}

// Used is the part of all the pocket ever had that is promised, paid, lent or invested.
func (s State) Used() money.Amount { return s.Reserved + s.Committed + s.Spent + s.Lent + s.Invested }

// Percent is Used in whole percent of Grown, rounded down; 0 for an empty pocket. It never exceeds 100.
func (s State) Percent() int64 {
	if s.Grown <= 0 {
		return 0
	}
	return int64(s.Used() * 100 / s.Grown)
}

// Mood says how a pocket's people should look at it.
type Mood string

// The moods: below the first line, at or above it, at or above the second.
const (
	Calm  Mood = "calm"
	Warn  Mood = "warn"
	Alarm Mood = "alarm"
)

// Say gives the mood in a language.
func (m Mood) Say(l words.Lang) string { return words.T(l, "fund.mood."+string(m)) }

// Mood compares what is used with the pocket's lines (ux 38: 80 and 95 %). Integers only: used × 100 ≥ grown × line.
func (s State) Mood() Mood {
	over := func(line int64) bool { return s.Grown > 0 && s.Used()*100 >= s.Grown*money.Amount(line) }
	switch {
	case over(s.Pocket.Alarm):
		return Alarm
	case over(s.Pocket.Warn):
		return Warn
	}
	return Calm
}

// States gives every pocket's state today, in the order of their codes.
func States(ctx context.Context, tx *db.Tx) ([]State, error) {
	pockets, err := Pockets(ctx, tx)
	if err != nil {
		return nil, err
	}
	chart, err := ChartOn(ctx, tx, tx.Day())
	if err != nil {
		return nil, err
	}
	at, err := balances(ctx, tx)
	if err != nil {
		return nil, err
	}
	out := make([]State, len(pockets))
	for i, p := range pockets {
		of := func(code string) money.Amount { return at[Account{p.Code, code}] }
		out[i] = State{
			Pocket: p, Bank: of(chart.bank()), Cash: of(chart.cash()), Parked: -of(chart.parked()), Available: of(Available),
			Reserved: of(Reserved), Committed: of(Committed), Spent: of(Spent), Lent: of(Lent), Invested: of(Invested), Grown: -of(Granted),
		}
	}
	return out, nil
}

// StateOf gives one pocket's state today. Fault: "fund.no_pocket".
func StateOf(ctx context.Context, tx *db.Tx, code string) (State, error) {
	all, err := States(ctx, tx)
	if err != nil {
		return State{}, err
	}
	for _, s := range all {
		if s.Pocket.Code == code {
			return s, nil
		}
	}
	return State{}, fault.New(fault.Missing, "fund.no_pocket", code)
}

func balances(ctx context.Context, tx *db.Tx) (map[Account]money.Amount, error) {
	type row struct {
		Pocket, Code string
		Balance      money.Amount
	}
	rows, err := db.All[row](ctx, tx, `select pocket, code, balance from fund_account where union_id = $1`, tx.Union)
	out := make(map[Account]money.Amount, len(rows))
	for _, r := range rows {
		out[Account{r.Pocket, r.Code}] = r.Balance
	}
	return out, err
}

// TrialLine is one account's balance, on the side it stands.
type TrialLine struct {
	Account       Account
	Class         Class
	Name          words.Said
	Debit, Credit money.Amount
}

// Trial is a trial balance: Debit and Credit are the sums of the two sides and must be equal.
type Trial struct {
	On            day.Day
	Lines         []TrialLine
	Debit, Credit money.Amount
}

// TrialOn gives the trial balance of the money accounts at the end of a day, of one pocket or (pocket "") of all.
// Accounts that stand at zero are left out.
func TrialOn(ctx context.Context, tx *db.Tx, on day.Day, pocket string) (Trial, error) {
	type row struct {
		Pocket, Code string
		Class        Class
		Balance      money.Amount
	}
	rows, err := db.All[row](ctx, tx, `
		select pocket, code, class, cast(balance - `+sinceDay+` as bigint) as balance
		from fund_account a
		where union_id = $1 and ($2 = '' or pocket = $2) and class not in ('budget', 'granted')
		order by code, pocket`, tx.Union, pocket, on)
	if err != nil {
		return Trial{}, err
	}
	chart, err := ChartOn(ctx, tx, on)
	if err != nil {
		return Trial{}, err
	}
	t := Trial{On: on}
	for _, r := range rows {
		l := TrialLine{Account: Account{r.Pocket, r.Code}, Class: r.Class, Name: chart.NameOf(r.Code)}
		switch {
		case r.Balance > 0:
			l.Debit = r.Balance
		case r.Balance < 0:
			l.Credit = -r.Balance
		default:
			continue
		}
		t.Lines = append(t.Lines, l)
		t.Debit, t.Credit = t.Debit+l.Debit, t.Credit+l.Credit
	}
	return t, nil
}

// sinceDay is what the postings after the day $3 put on account a: the kept balance less this is the day's balance.
const sinceDay = `(
	coalesce((select sum(p.amount) from fund_posting p where p.union_id = a.union_id and p.dst_pocket = a.pocket
		and p.dst = a.code and p.day > $3), 0) -
	coalesce((select sum(p.amount) from fund_posting p where p.union_id = a.union_id and p.src_pocket = a.pocket
		and p.src = a.code and p.day > $3), 0))`

// BalanceOn gives an account's balance at the end of any day: debit above zero, credit below.
func BalanceOn(ctx context.Context, tx *db.Tx, on day.Day, at Account) (money.Amount, error) {
	return db.Value[money.Amount](ctx, tx, `
		select cast(balance - `+sinceDay+` as bigint) from fund_account a
		where union_id = $1 and pocket = $2 and code = $4`, tx.Union, at.Pocket, on, at.Code)
}

// Line is one line of a statement: what came in, what went out, and what was left.
type Line struct {
	Seq                int64
	Day                day.Day
	Kind               Kind
	Voucher, Ref, Memo string
	In                 money.Amount `db:"came"`
	Out                money.Amount `db:"went"`
	Left               money.Amount `db:"-"`
}

// Span is some days, the first and the last included.
type Span struct{ From, To day.Day }

// Statement is an account over a span of days.
type Statement struct {
	Account Account
	Span
	Opening, Closing money.Amount
	In, Out          money.Amount
	Lines            []Line
}

// StatementOf gives the statement of an account; code "" is the pocket's bank account.
func StatementOf(ctx context.Context, tx *db.Tx, at Account, in Span) (Statement, error) {
	if at.Code == "" {
		chart, err := ChartOn(ctx, tx, in.To)
		if err != nil {
			return Statement{}, err
		}
		at.Code = chart.bank()
	}
	s := Statement{Account: at, Span: in}
	var err error
	if s.Opening, err = BalanceOn(ctx, tx, in.From.Add(-1), at); err != nil {
		return Statement{}, err
	}
	s.Lines, err = db.All[Line](ctx, tx, `
		select e.seq, e.day, e.kind, e.voucher, e.ref, e.memo,
			case when p.dst_pocket = $2 and p.dst = $3 then p.amount else 0 end as came,
			case when p.dst_pocket = $2 and p.dst = $3 then 0 else p.amount end as went
		from fund_posting p join fund_entry e on e.union_id = p.union_id and e.seq = p.seq
		where p.union_id = $1 and p.day >= $4 and p.day <= $5
			and (p.dst_pocket = $2 and p.dst = $3 or p.src_pocket = $2 and p.src = $3)
		order by e.day, e.seq, p.line`, tx.Union, at.Pocket, at.Code, in.From, in.To)
	s.Closing = s.Opening
	for i := range s.Lines {
		l := &s.Lines[i]
		s.In, s.Out = s.In+l.In, s.Out+l.Out
		s.Closing += l.In - l.Out
		l.Left = s.Closing
	}
	return s, err
}
