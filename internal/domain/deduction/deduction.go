// Package deduction has the monthly lists by which payroll takes from wages what workers agreed to: contributions to the
// mutual fund (S15), repayments of loans and advances (S17).
//
// A list is asked once for a kind and a month, goes to payroll as a file, and comes back as the same file with what was
// taken. Nothing is taken before payroll says so: whose list it is, moves its own records and the ledger by the answered
// lines that Land gives it, in the same act.
package deduction

import (
	"context"
	"regexp"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// Kind says what a list takes from wages.
type Kind string

// The kinds.
const (
	Mutual Kind = "mutual"
	Loan   Kind = "loan"
)

// Say gives the kind in a language, as the file's column names it.
func (k Kind) Say(l words.Lang) string { return words.T(l, "deduction.kind."+string(k)) }

// State is where a list stands.
type State string

// The states of a list.
const (
	Made      State = "made"      // its file has not been taken yet
	Sent      State = "sent"      // payroll has it
	Done      State = "done"      // payroll has answered for every line
	Cancelled State = "cancelled" // called off, whole or for what was not answered
)

// Say gives the state in a language.
func (s State) Say(l words.Lang) string { return words.T(l, "deduction.state."+string(s)) }

// List is one month's list of a kind. Total is what was asked, Taken what payroll took so far, in fen.
type List struct {
	UnionID, ID, Number string
	Kind                Kind
	Month               string
	State               State
	Lines               int64
	Total, Taken        money.Amount
	AnswerHash          string
	MadeBy              string
	MadeAt              int64
	SentBy              string
	SentAt, DoneAt      int64
}

const listColumns = `union_id, id, number, kind, month, state, lines, total, taken, answer_hash, made_by, made_at, sent_by, sent_at, done_at`

// LineState is where a line stands.
type LineState string

// The states of a line.
const (
	Waiting  LineState = "waiting"
	Answered LineState = "answered"
	Dropped  LineState = "cancelled"
)

// Line is what is asked of one person's wages. Ref is what the kind knows it by; Taken is payroll's word, in fen, of the
// day OnDay; Why its reason where it took less. PreTax lines are taken before tax is reckoned.
type Line struct {
	UnionID, ListID string
	No              int64
	PersonID, Ref   string
	Asked, Taken    money.Amount
	State           LineState
	Why             string
	OnDay           day.Day
	PreTax          bool `db:"pretax"`
}

const lineColumns = `union_id, list_id, no, person_id, ref, asked, taken, state, why, on_day, pretax`

// Of gives a list with its lines in order. Fault: Missing.
func Of(ctx context.Context, tx *db.Tx, id string) (List, []Line, error) {
	l, err := db.One[List](ctx, tx, `select `+listColumns+` from deduction_list where union_id = $1 and id = $2`, tx.Union, id)
	if err != nil {
		return l, nil, err
	}
	lines, err := db.All[Line](ctx, tx, `select `+lineColumns+` from deduction_line where union_id = $1 and list_id = $2 order by no`, tx.Union, id)
	return l, lines, err
}

// Lists lists the newest lists of a kind first, at most limit of them.
func Lists(ctx context.Context, tx *db.Tx, k Kind, limit int) ([]List, error) {
	return db.All[List](ctx, tx, `select `+listColumns+` from deduction_list where union_id = $1 and kind = $2 order by month desc, id desc limit $3`, tx.Union, k, limit)
}

// OfRef lists the lines of one membership or loan, oldest first.
func OfRef(ctx context.Context, tx *db.Tx, ref string) ([]Line, error) {
	return db.All[Line](ctx, tx, `select `+lineColumns+` from deduction_line where union_id = $1 and ref = $2 order by list_id`, tx.Union, ref)
}

// AskedOf gives what the month's lists ask of each person's wages already, so that a list made later keeps to the floor
// under the wages.
func AskedOf(ctx context.Context, tx *db.Tx, month string) (map[string]money.Amount, error) {
	type sum struct {
		PersonID string
		Amount   money.Amount
	}
	all, err := db.All[sum](ctx, tx, `select d.person_id, cast(sum(case d.state when 'waiting' then d.asked else d.taken end) as bigint) as amount
		from deduction_line d join deduction_list l on l.union_id = d.union_id and l.id = d.list_id
		where d.union_id = $1 and l.month = $2 group by d.person_id`, tx.Union, month)
	out := make(map[string]money.Amount, len(all))
	for _, s := range all {
		out[s.PersonID] = s.Amount
	}
	return out, err
}

// Ask is what a kind wants taken from one person's wages: one line.
type Ask struct {
	PersonID, Ref string
	Amount        money.Amount
	PreTax        bool // before tax is reckoned
}

// New is a list to be made. Month is like 2026-11.
type New struct {
	Kind  Kind
	Month string
	Asks  []Ask
}

var monthShape = regexp.MustCompile(`^20\d\d-(0[1-9]|1[0-2])$`)

// ValidMonth reports a month like 2026-11.
func ValidMonth(m string) bool { return monthShape.MatchString(m) }

// Make makes the list of a kind for a month and asks the accountant to hand it to payroll. Faults: "deduction.month"
// (Invalid), "deduction.nothing" (Refused), "deduction.again" (Conflict: the month has its list), "deduction.open"
// (Conflict: an earlier list is not answered yet, so what it will take is not known).
func Make(ctx context.Context, tx *db.Tx, n New) (List, error) {
	l := List{UnionID: tx.Union, ID: tx.ID(), Kind: n.Kind, Month: n.Month, State: Made, Lines: int64(len(n.Asks)), MadeBy: tx.Actor.User, MadeAt: tx.Ms()}
	if !ValidMonth(n.Month) {
		return l, fault.New(fault.Invalid, "deduction.month").At("month")
	}
	if len(n.Asks) == 0 {
		return l, fault.New(fault.Refused, "deduction.nothing", n.Month)
	}
	if err := free(ctx, tx, n); err != nil {
		return l, err
	}
	var err error
	for _, a := range n.Asks {
		if l.Total, err = l.Total.Add(a.Amount); err != nil {
			return l, err
		}
	}
	if l.Number, err = tx.Number(ctx, "KK"); err != nil {
		return l, err
	}
	tx.About("deduction", l.ID, "lines", "total")
	if err := db.Insert(ctx, tx, "deduction_list", l); err != nil {
		return l, err
	}
	for i, a := range n.Asks {
		line := Line{UnionID: tx.Union, ListID: l.ID, No: int64(i + 1), PersonID: a.PersonID, Ref: a.Ref, Asked: a.Amount, State: Waiting, PreTax: a.PreTax}
		if err := db.Insert(ctx, tx, "deduction_line", line); err != nil {
			return l, err
		}
	}
	return l, l.ask(ctx, tx, "deduction.send", "把 {0} 月扣款清单交给财务", l.Month)
}

// Home is where the lists of a kind are worked on.
func (k Kind) Home() string { return "/desk/" + string(k) + "/lists/" }

// ask gives the accountant a turn on the list.
func (l List) ask(ctx context.Context, tx *db.Tx, kind string, title words.Key, args ...any) error {
	return task.Open(ctx, tx, task.New{Kind: kind, Object: "deduction", ObjectID: l.ID, Role: org.RoleAccountant, Days: 5, Href: l.Kind.Home() + l.ID,
		Title: title, Args: args})
}

// free holds that the month has no list of the kind yet, and no list of it is open.
func free(ctx context.Context, tx *db.Tx, n New) error {
	all, err := db.All[List](ctx, tx, `select `+listColumns+` from deduction_list
		where union_id = $1 and kind = $2 and (month = $3 and state <> 'cancelled' or state in ('made', 'sent'))`, tx.Union, n.Kind, n.Month)
	for _, l := range all {
		if l.Month == n.Month {
			return fault.New(fault.Conflict, "deduction.again", n.Month, l.Number).At("month")
		}
		return fault.New(fault.Conflict, "deduction.open", l.Month, l.Number)
	}
	return err
}
