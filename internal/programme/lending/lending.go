package lending

import (
	"context"
	"fmt"
	"slices"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/approval"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/task"
)

// Programme is what pockets and routes know loans by.
const Programme = "lending"

// Item is what a loan turned into a grant is called in the household's record of help.
const Item = "loan_grant"

// State is where a loan stands. One that is lent and owes nothing more is settled: the ledger says so, not the state.
type State string

// The states.
const (
	Asked     State = "asked" // waits for its guarantors
	Checking  State = "checking"
	Deciding  State = "deciding"
	Approved  State = "approved"
	Signed    State = "signed"
	Lent      State = "lent"
	Refused   State = "refused"
	Withdrawn State = "withdrawn"
	Settled   State = "settled"
)

// Say gives the state in a language.
func (s State) Say(l words.Lang) string { return words.T(l, "loan.state."+string(s)) }

// Loan is one loan. Amounts are fen.
type Loan struct {
	UnionID, ID, Number   string
	PersonID, HouseholdID string
	UnitID, UnitPath      string
	Product               string
	Version               int64
	Purpose               string
	Amount                money.Amount
	Months                int64
	Price, Family, Pay    money.Amount
	Pocket                string
	State                 State
	Why, CheckedBy        string
	SignedOn, LentOn      day.Day
	Slip                  string
	PausedOn              day.Day
	PausedWhy             string
	LeftOn                day.Day
	Extends               int64
	Ending                Ending
	EndingAmount          money.Amount
	EndingWhy             string
	Endings               int64
	Reminded              string
	ByUser                string
	At                    int64
}

const loanColumns = `union_id, id, number, person_id, household_id, unit_id, unit_path, product, version, purpose, amount, months, price, family, pay,
	pocket, state, why, checked_by, signed_on, lent_on, slip, paused_on, paused_why, left_on, extends, ending, ending_amount, ending_why, endings,
	reminded, by_user, at`

func get(ctx context.Context, tx *db.Tx, id string) (Loan, error) {
	return db.One[Loan](ctx, tx, `select `+loanColumns+` from lending_loan where union_id = $1 and id = $2`, tx.Union, id)
}

// Reached gives a loan that a right reaches: by its unit, or the borrower's own. Faults: Missing, "fault.denied".
func Reached(ctx context.Context, tx *db.Tx, right, id string) (Loan, error) {
	l, err := get(ctx, tx, id)
	if err != nil {
		return l, err
	}
	tx.Trail.Subject = l.PersonID
	return l, auth.Reach(tx, right, l.UnitPath, l.PersonID)
}

// Guarantor is one who stands, or is asked to stand, for a loan: asked, yes or no.
type Guarantor struct {
	UnionID, LoanID, PersonID, State string
	At                               int64
}

// Guarantors lists those of a loan.
func Guarantors(ctx context.Context, tx *db.Tx, id string) ([]Guarantor, error) {
	return db.All[Guarantor](ctx, tx, `select union_id, loan_id, person_id, state, at from lending_guarantor where union_id = $1 and loan_id = $2 order by person_id`, tx.Union, id)
}

// Worked gives the workers with a loan, or a guarantee for one, since an instant (UTC ms).
func Worked(ctx context.Context, tx *db.Tx, since int64) ([]string, error) {
	return db.All[string](ctx, tx, `select person_id from lending_loan where union_id = $1 and at >= $2
		union select person_id from lending_guarantor where union_id = $1 and at >= $2`, tx.Union, since)
}

// Mine gives a loan to its borrower or to one asked to stand for it. Fault: "fault.denied".
func Mine(ctx context.Context, tx *db.Tx, id string) (Loan, []Guarantor, error) {
	l, err := get(ctx, tx, id)
	if err != nil {
		return l, nil, err
	}
	all, err := Guarantors(ctx, tx, id)
	who := l.PersonID
	for _, g := range all {
		if g.PersonID == tx.Actor.Person {
			who = g.PersonID
		}
	}
	if err == nil {
		err = auth.Reach(tx, "loan.mine", l.UnitPath, who)
	}
	return l, all, err
}

// MineAll lists the actor's loans, and those the actor is asked to stand for, newest first.
func MineAll(ctx context.Context, tx *db.Tx) ([]Loan, error) {
	return db.All[Loan](ctx, tx, `select `+loanColumns+` from lending_loan where union_id = $1 and $2 <> '' and (person_id = $2
		or exists (select 1 from lending_guarantor g where g.union_id = lending_loan.union_id and g.loan_id = lending_loan.id and g.person_id = $2)) order by id desc`,
		tx.Union, tx.Actor.Person)
}

// Query narrows a list of loans. After is the id of the last one seen.
type Query struct {
	State State
	After string
	Limit int
}

// List lists the loans that "loan.see" reaches, newest first.
func List(ctx context.Context, tx *db.Tx, q Query) ([]Loan, error) {
	where, args := auth.Scope(tx.Actor, "loan.see").Where("unit_path", "person_id", tx.Actor.Person, 5)
	return db.All[Loan](ctx, tx, `select `+loanColumns+` from lending_loan where union_id = $1 and ($2 = '' or state = $2) and ($3 = '' or id < $3) and `+where+`
		order by id desc limit $4`, append([]any{tx.Union, q.State, q.After, q.Limit}, args...)...)
}

// Counts counts the loans that "loan.see" reaches by state; "" counts all.
func Counts(ctx context.Context, tx *db.Tx) (map[State]int64, error) {
	type row struct {
		State State
		N     int64
	}
	where, args := auth.Scope(tx.Actor, "loan.see").Where("unit_path", "person_id", tx.Actor.Person, 2)
	all, err := db.All[row](ctx, tx, `select state, count(*) as n from lending_loan where union_id = $1 and `+where+` group by state`, append([]any{tx.Union}, args...)...)
	out := map[State]int64{}
	for _, r := range all {
		out[r.State] = r.N
		out[""] += r.N
	}
	return out, err
}

// lent lists loans that were paid out, by number after one.
func lent(ctx context.Context, tx *db.Tx, after string, limit int) ([]Loan, error) {
	return db.All[Loan](ctx, tx, `select `+loanColumns+` from lending_loan where union_id = $1 and state = 'lent' and number > $2 order by number limit $3`, tx.Union, after, limit)
}

// move brings a loan from one state to another and sets more columns, from $5 on. Fault: "loan.state" (Conflict).
func (l *Loan) move(ctx context.Context, tx *db.Tx, to State, set string, args ...any) error {
	tx.About("loan", l.ID, "state")
	if set != "" {
		set = ", " + set
	}
	n, err := tx.Exec(ctx, `update lending_loan set state = $4`+set+` where union_id = $1 and id = $2 and state = $3`,
		append([]any{tx.Union, l.ID, l.State, to}, args...)...)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.stale")
	}
	l.State = to
	return err
}

// in holds that a loan stands in one of some states. Fault: "loan.state" (Conflict).
func (l Loan) in(all ...State) error {
	if slices.Contains(all, l.State) {
		return nil
	}
	return fault.New(fault.Conflict, "loan.state", l.Number, l.State)
}

// barred are those who may not work on a loan: the borrower, the relatives and the guarantors.
func (l Loan) barred(ctx context.Context, tx *db.Tx) ([]string, error) {
	kin, err := person.Kin(ctx, tx, l.PersonID)
	if err != nil {
		return nil, err
	}
	all, err := Guarantors(ctx, tx, l.ID)
	out := append(kin, l.PersonID)
	for _, g := range all {
		out = append(out, g.PersonID)
	}
	return out, err
}

// free holds that the actor is none of the barred. Fault: "loan.own" (Denied).
func (l Loan) free(ctx context.Context, tx *db.Tx) error {
	barred, err := l.barred(ctx, tx)
	if err == nil && task.Bars(barred, "", tx.Actor.Person) {
		err = fault.New(fault.Denied, "loan.own")
	}
	return err
}

// turn gives a role the turn on a loan.
func (l Loan) turn(ctx context.Context, tx *db.Tx, kind, role string, title words.Key) error {
	barred, err := l.barred(ctx, tx)
	if err != nil {
		return err
	}
	return task.Open(ctx, tx, task.New{Kind: kind, Object: "loan", ObjectID: l.ID, Role: role, UnitID: l.UnitID, Barred: barred, Days: 5,
		Href: "/desk/loans/" + l.ID, Title: title, Args: []any{l.Number}})
}

// tell sends the borrower a message.
func (l Loan) tell(ctx context.Context, tx *db.Tx, key words.Key, args ...any) error {
	return notify.Send(ctx, tx, notify.To{PersonID: l.PersonID, UnitID: l.UnitID}, notify.Text{Key: key, Args: append([]any{l.Number}, args...), Href: "/me/loans/" + l.ID})
}

func (l Loan) tellGuarantors(ctx context.Context, tx *db.Tx, key words.Key, args ...any) error {
	all, err := Guarantors(ctx, tx, l.ID)
	for _, g := range all {
		if err == nil && g.State == "yes" {
			err = notify.Send(ctx, tx, notify.To{PersonID: g.PersonID, UnitID: l.UnitID}, notify.Text{Key: key, Args: append([]any{l.Number}, args...), Href: "/me/loans/" + l.ID})
		}
	}
	return err
}

// matter is what is decided on: the loan itself, or its end.
func (l Loan) matter(ctx context.Context, tx *db.Tx) (approval.Matter, error) {
	barred, err := l.barred(ctx, tx)
	m := approval.Matter{Kind: "loan", ID: l.ID, UnitID: l.UnitID, Amount: l.Amount, Programme: Programme, Barred: barred, Acted: []string{l.CheckedBy},
		Label: l.Number, Href: "/desk/loans/" + l.ID}
	if l.Ending != "" {
		m.Kind, m.ID, m.Amount = "loan_end", fmt.Sprintf("%s-%d", l.ID, l.Endings), l.EndingAmount
	}
	return m, err
}

func (l Loan) use(tx *db.Tx) fund.Use {
	return fund.Use{Purpose: l.Purpose, Programme: Programme, Place: l.UnitPath, Year: tx.Day().Year()}
}

// ID names a loan.
type ID struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40"`
}

// Acts lists what people can do with loans.
func Acts() []act.Any {
	return []act.Any{Adopt, Retract, Apply, ApplyFor, Consent, ConsentOnPaper, Withdraw, Verify, Decide, Sign, PayOut, MakeList, Land, TakeBack,
		Reschedule, Pause, Resume, Replace, AskEnd}
}
