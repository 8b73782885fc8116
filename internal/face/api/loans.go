package api

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/programme/lending"
)

// Loan is one loan and where it stands today. What is owed is read off the ledger; Late is the part of it that is late, since
// LateDays days. All sums are fen.
type Loan struct {
	ID, Number, PersonID, UnitID, Product, Purpose string
	State                                          lending.State
	Amount, Repaid, Forgiven, Interest, Owed, Late money.Amount
	LateDays                                       int
	LentOn, PausedOn                               day.Day
	Instalments                                    []Instalment // of the schedule in force
}

// Instalment is one instalment of a loan's schedule in force.
type Instalment struct {
	No                  int
	On                  day.Day
	Principal, Interest money.Amount
}

// loansIn narrows the loans to a state.
type loansIn struct {
	act.Cursor
	State lending.State `form:"state" label:"状态" max:"40"`
}

var loans = act.Read[loansIn, act.Page[Loan]]{Name: "loan.loans", Title: "借款", Right: "loan.see",
	Do: func(ctx context.Context, tx *db.Tx, in loansIn) (act.Page[Loan], error) {
		all, err := lending.List(ctx, tx, lending.Query{State: in.State, After: in.After, Limit: in.Most() + 1})
		if err != nil {
			return act.Page[Loan]{}, err
		}
		stands, err := lending.Standings(ctx, tx, all)
		out := make([]Loan, len(stands))
		for i, s := range stands {
			l := s.Loan
			out[i] = Loan{l.ID, l.Number, l.PersonID, l.UnitID, l.Product, l.Purpose, s.State(), l.Amount, s.Debt.Repaid, s.Debt.Forgiven, s.Debt.Interest, s.Owed(), s.Aged.Late,
				s.Aged.Days, l.LentOn, l.PausedOn, nil}
			for _, d := range s.Dues {
				out[i].Instalments = append(out[i].Instalments, Instalment(d))
			}
		}
		return act.Cut(out, in.Most(), func(l Loan) string { return l.ID }), err
	}}
