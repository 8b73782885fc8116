package lending

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
)

// Plan is one schedule of a loan. Base is what was owed when it was made, Asked the interest asked before it.
type Plan struct {
	UnionID, LoanID string
	No              int64
	FromOn          day.Day
	Base, Asked     money.Amount
	Why, ByUser     string
	At              int64
}

type dueRow struct {
	UnionID, LoanID     string
	Plan, No            int64
	OnDay               day.Day
	Principal, Interest money.Amount
}

// Standing is where a loan stands on a day: what the ledger says is owed, by which schedule, and what of it is due and late.
type Standing struct {
	Loan Loan
	Debt fund.Debt
	Plan Plan
	Dues []Due
	Aged Aged
}

// State is the loan's state, settled where it was lent and owes nothing more.
func (s Standing) State() State {
	if s.Loan.State == Lent && s.Debt.Out() == 0 && s.Owed() == 0 {
		return Settled
	}
	return s.Loan.State
}

// Owed is all that would end the loan today: what was lent and is not repaid, and the interest that is due.
func (s Standing) Owed() money.Amount { return s.Debt.Out() + s.Aged.Interest }

// Next gives the first instalment after the day that still asks for something; false for none.
func (s Standing) Next(on day.Day) (Due, bool) {
	for _, d := range s.Dues {
		if d.On > on && s.Debt.Out() > 0 {
			return d, true
		}
	}
	return Due{}, false
}

// StandingOf works out where a loan stands today.
func StandingOf(ctx context.Context, tx *db.Tx, l Loan) (Standing, error) {
	d, err := fund.DebtOf(ctx, tx, l.ID)
	if err != nil {
		return Standing{}, err
	}
	all, err := stand(ctx, tx, []Loan{l}, map[string]fund.Debt{l.ID: d})
	if err != nil {
		return Standing{}, err
	}
	return all[0], nil
}

// Standings works it out for many loans, reading the ledger once.
func Standings(ctx context.Context, tx *db.Tx, all []Loan) ([]Standing, error) {
	debts, err := fund.Debts(ctx, tx)
	if err != nil {
		return nil, err
	}
	return stand(ctx, tx, all, debts)
}

// stand reads the schedules in force of some loans, a few hundred at a time.
func stand(ctx context.Context, tx *db.Tx, all []Loan, debts map[string]fund.Debt) ([]Standing, error) {
	out := make([]Standing, 0, len(all))
	for some := range slices.Chunk(all, 300) {
		args, marks := []any{tx.Union}, []string{}
		for _, l := range some {
			args = append(args, l.ID)
			marks = append(marks, fmt.Sprintf("$%d", len(args)))
		}
		in := ` and p.loan_id in (` + strings.Join(marks, ", ") + `) and p.no = (select max(n.no) from lending_plan n where n.union_id = p.union_id and n.loan_id = p.loan_id)`
		plans, err := db.All[Plan](ctx, tx, `select p.union_id, p.loan_id, p.no, p.from_on, p.base, p.asked, p.why, p.by_user, p.at from lending_plan p where p.union_id = $1`+in, args...)
		if err != nil {
			return nil, err
		}
		rows, err := db.All[dueRow](ctx, tx, `select d.union_id, d.loan_id, d.plan, d.no, d.on_day, d.principal, d.interest from lending_due d
			join lending_plan p on p.union_id = d.union_id and p.loan_id = d.loan_id and p.no = d.plan where d.union_id = $1`+in+` order by d.loan_id, d.no`, args...)
		if err != nil {
			return nil, err
		}
		at, dues := map[string]Plan{}, map[string][]Due{}
		for _, p := range plans {
			at[p.LoanID] = p
		}
		for _, r := range rows {
			dues[r.LoanID] = append(dues[r.LoanID], Due{int(r.No), r.OnDay, r.Principal, r.Interest})
		}
		for _, l := range some {
			out = append(out, standing(Standing{Loan: l, Debt: debts[l.ID], Plan: at[l.ID], Dues: dues[l.ID]}, tx.Day()))
		}
	}
	return out, nil
}

// standing adds what is due and late on a day. It is pure.
func standing(s Standing, on day.Day) Standing {
	if s.Loan.State != Lent {
		return s
	}
	if s.Loan.PausedOn != "" && s.Loan.PausedOn < on {
		on = s.Loan.PausedOn
	}
	s.Aged = Age(s.Dues, s.owing(), on)
	return s
}

func (s Standing) owing() Owing {
	return Owing{Base: s.Plan.Base, Out: s.Debt.Out(), Asked: s.Plan.Asked, Paid: s.Debt.Interest}
}

// History lists the schedules a loan had, the first first.
func History(ctx context.Context, tx *db.Tx, id string) ([]Plan, error) {
	return db.All[Plan](ctx, tx, `select union_id, loan_id, no, from_on, base, asked, why, by_user, at from lending_plan
		where union_id = $1 and loan_id = $2 order by no`, tx.Union, id)
}

// change is a schedule to be made: from a day, for what is then owed.
type change struct {
	from          day.Day
	base, asked   money.Amount
	months, grace int
	why           string
}

// schedule makes a loan's next schedule. Its days stay those of the day the money came.
func (l Loan) schedule(ctx context.Context, tx *db.Tx, p Product, c change) error {
	dues, err := Schedule(Terms{Amount: c.base, Months: c.months, Grace: c.grace + months(l.LentOn, c.from), Rate: p.WorkerRate(), From: l.LentOn})
	if err != nil {
		return err
	}
	return l.keep(ctx, tx, c, dues)
}

func (l Loan) keep(ctx context.Context, tx *db.Tx, c change, dues []Due) error {
	last, err := db.Value[int64](ctx, tx, `select max(no) from lending_plan where union_id = $1 and loan_id = $2`, tx.Union, l.ID)
	if err != nil {
		return err
	}
	n := Plan{tx.Union, l.ID, last + 1, c.from, c.base, c.asked, c.why, tx.Actor.User, tx.Ms()}
	if err := db.Insert(ctx, tx, "lending_plan", n); err != nil {
		return err
	}
	rows := make([]dueRow, len(dues))
	for i, d := range dues {
		rows[i] = dueRow{tx.Union, l.ID, n.No, int64(d.No), d.On, d.Principal, d.Interest}
	}
	return db.InsertAll(ctx, tx, "lending_due", rows)
}

// again makes a new schedule for what a loan still owes, over so many months from a day. Where nothing is owed there is none.
func (s Standing) again(ctx context.Context, tx *db.Tx, c change) error {
	p, err := s.Loan.product(ctx, tx)
	if err != nil || s.Debt.Out() == 0 {
		return err
	}
	c.base, c.asked = s.Debt.Out(), s.Debt.Interest+s.Aged.Interest
	return s.Loan.schedule(ctx, tx, p, c)
}

// left counts the instalments after a day; a loan whose instalments have all come still has one.
func (s Standing) left(after day.Day) int {
	n := 0
	for _, d := range s.Dues {
		if d.On > after {
			n++
		}
	}
	return max(n, 1)
}

// owing gives a loan that is lent and owes something, and that the actor may work on. Faults: "loan.state" (Conflict: nothing is
// owed on it), "loan.own" (Denied).
func owing(ctx context.Context, tx *db.Tx, right, id string) (Standing, error) {
	l, err := Reached(ctx, tx, right, id)
	if err != nil {
		return Standing{}, err
	}
	if err := l.free(ctx, tx); err != nil {
		return Standing{}, err
	}
	s, err := StandingOf(ctx, tx, l)
	if err == nil && (l.State != Lent || s.Owed() == 0) {
		err = fault.New(fault.Conflict, "loan.state", l.Number, s.State())
	}
	return s, err
}

// Under gives the product a loan was asked under, in the version of then.
func (l Loan) Under(ctx context.Context, tx *db.Tx) (Product, error) { return l.product(ctx, tx) }

// Total gives what all loans owe, and what of it is late.
func Total(ctx context.Context, tx *db.Tx) (out, late money.Amount, err error) {
	err = eachOwed(ctx, tx, func(s Standing) error {
		out, late = out+s.Owed(), late+s.Aged.Late
		return nil
	})
	return out, late, err
}

// eachOwed goes through the loans that owe something, by number.
func eachOwed(ctx context.Context, tx *db.Tx, do func(Standing) error) error {
	debts, err := fund.Debts(ctx, tx)
	for after := ""; err == nil; {
		var some []Loan
		if some, err = lent(ctx, tx, after, 300); err != nil || len(some) == 0 {
			return err
		}
		after = some[len(some)-1].Number
		some = slices.DeleteFunc(some, func(l Loan) bool { return debts[l.ID].Out() == 0 })
		stands, bad := stand(ctx, tx, some, debts)
		if bad != nil {
			return bad
		}
		for _, s := range stands {
			if err := do(s); err != nil {
				return err
			}
		}
	}
	return err
}
