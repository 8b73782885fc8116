package lending

import (
	"context"
	"fmt"
	"io"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/deduction"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/org"
)

// MonthIn names the month whose wages a list takes from.
type MonthIn struct {
	Month string `form:"month" label:"月份" hint:"例如 2026-10" need:"true" max:"7"`
}

// MakeList makes the month's list for payroll: of each loan what is due by the month's end, as far as the worker's pay bears it
// under the protected floor and what other lists take. Paused loans are left out. Faults: "loan.no_minimum" (Refused: the
// minimum wage must be on record first), and those of deduction.Make.
var MakeList = act.Act[MonthIn, deduction.List]{Name: "loan.list", Title: "生成借款扣款清单", Right: "loan.list",
	Do: func(ctx context.Context, tx *db.Tx, in MonthIn) (deduction.List, error) {
		if !deduction.ValidMonth(in.Month) {
			return deduction.List{}, fault.New(fault.Invalid, "deduction.month").At("month")
		}
		asks, err := asksOf(ctx, tx, in.Month)
		if err != nil {
			return deduction.List{}, err
		}
		return deduction.Make(ctx, tx, deduction.New{Kind: deduction.Loan, Month: in.Month, Asks: asks})
	}}

// endOf gives the last day of a month.
func endOf(month string) day.Day { return day.Day(month + "-01").AddMonths(1).Add(-1) }

func minimumWage(ctx context.Context, tx *db.Tx) (money.Amount, error) {
	u, err := org.Info(ctx, tx)
	if err != nil {
		return 0, err
	}
	refs, err := standard.Lines(ctx, tx, u.Region, tx.Day())
	if err == nil && refs[standard.MinimumWage].Num <= 0 {
		err = fault.New(fault.Refused, "loan.no_minimum")
	}
	return money.Amount(refs[standard.MinimumWage].Num), err
}

func asksOf(ctx context.Context, tx *db.Tx, month string) ([]deduction.Ask, error) {
	low, err := minimumWage(ctx, tx)
	if err != nil {
		return nil, err
	}
	taken, err := deduction.AskedOf(ctx, tx, month)
	if err != nil {
		return nil, err
	}
	var out []deduction.Ask
	err = eachOwed(ctx, tx, func(s Standing) error {
		who := s.Loan.PersonID
		amount, err := s.bearable(ctx, tx, month, low, taken[who])
		if err != nil || amount == 0 {
			return err
		}
		taken[who] += amount
		p, err := s.Loan.product(ctx, tx)
		out = append(out, deduction.Ask{PersonID: who, Ref: s.Loan.ID, Amount: amount, PreTax: p.Kind == PreTax})
		return err
	})
	return out, err
}

// bearable is what a month's list may ask for a loan, when other lists take an amount already.
func (s Standing) bearable(ctx context.Context, tx *db.Tx, month string, low, taken money.Amount) (money.Amount, error) {
	due := Age(s.Dues, s.owing(), endOf(month)).Due()
	if due == 0 || s.Loan.PausedOn != "" {
		return 0, nil
	}
	w, err := person.Get(ctx, tx, s.Loan.PersonID)
	if err != nil || w.Status != person.Active {
		return 0, err
	}
	p, err := s.Loan.product(ctx, tx)
	if err != nil {
		return 0, err
	}
	pay := s.Loan.Pay
	if w.PayKnown {
		pay = w.Pay
	}
	room, err := Deductible(unknownYet, pay, low, p.Percent)
	return max(0, min(due, room-taken)), err
}

// LandIn is payroll's answer to a list.
type LandIn struct {
	ID   string    `form:"id" kind:"hidden" need:"true" max:"40"`
	On   day.Day   `form:"on" label:"发薪日期" need:"true"`
	File form.File `form:"file" label:"财务返回的扣款结果" hint:"原清单填上“实扣金额”，xlsx 或 csv" need:"true" max:"5"`
}

// Land takes payroll's answer in: each loan moves by what was taken from the wages and by nothing else. One row that does not
// match refuses the whole file. Faults: those of deduction.Land and fund.Repay.
var Land = act.Act[LandIn, deduction.Landed]{Name: "loan.land", Title: "导入借款扣款结果", Right: "loan.land",
	Do: func(ctx context.Context, tx *db.Tx, in LandIn) (deduction.Landed, error) {
		data, err := io.ReadAll(in.File.Open())
		if err != nil {
			return deduction.Landed{}, err
		}
		done, err := deduction.Land(ctx, tx, deduction.Landing{ID: in.ID, Kind: deduction.Loan, Data: data, On: in.On})
		if err != nil {
			return done, err
		}
		for _, line := range done.Lines {
			if line.Taken == 0 {
				continue
			}
			if err := landed(ctx, tx, done.List, line); err != nil {
				return done, err
			}
		}
		return done, nil
	}}

func landed(ctx context.Context, tx *db.Tx, list deduction.List, line deduction.Line) error {
	l, err := get(ctx, tx, line.Ref)
	if err != nil {
		return err
	}
	s, err := StandingOf(ctx, tx, l)
	if err != nil {
		return err
	}
	return s.book(ctx, tx, booking{key: fmt.Sprintf("deduction/%s/%d", list.ID, line.No), amount: line.Taken, on: line.OnDay, by: Age(s.Dues, s.owing(), endOf(list.Month))})
}

// booking is money that came for a loan, and what was due when it is counted.
type booking struct {
	key    string
	amount money.Amount
	on     day.Day
	by     Aged
}

// book posts a repayment and tells the borrower. What goes beyond what is due makes a new schedule of the same length.
func (s Standing) book(ctx context.Context, tx *db.Tx, b booking) error {
	principal, interest, err := Divide(b.amount, b.by, s.Debt.Out())
	if err != nil {
		return err
	}
	tx.About("loan", s.Loan.ID, "repaid")
	if _, err := fund.Repay(ctx, tx, fund.Repayment{Key: b.key, Ref: s.Loan.ID, Memo: s.Loan.Number, Principal: principal, Interest: interest, Day: b.on}); err != nil {
		return err
	}
	now, err := StandingOf(ctx, tx, s.Loan)
	if err != nil {
		return err
	}
	if now.Owed() == 0 {
		return now.settled(ctx, tx)
	}
	if principal > b.by.Principal {
		if err := now.again(ctx, tx, change{from: tx.Day(), months: now.left(tx.Day()), why: "early"}); err != nil {
			return err
		}
	}
	return s.Loan.tell(ctx, tx, "loan.told_taken", b.amount, now.Owed())
}

// settled ends the turns on a loan that owes nothing more, and frees its guarantors.
func (s Standing) settled(ctx context.Context, tx *db.Tx) error {
	if err := s.Loan.endTurns(ctx, tx); err != nil {
		return err
	}
	if err := s.Loan.tellGuarantors(ctx, tx, "loan.told_free"); err != nil {
		return err
	}
	return s.Loan.tell(ctx, tx, "loan.told_settled")
}

// BackIn is a repayment beside the wages, by its slip.
type BackIn struct {
	ID     string       `form:"id" kind:"hidden" need:"true" max:"40"`
	Amount money.Amount `form:"amount" label:"还款金额" unit:"元" need:"true" min:"0.01"`
	Slip   string       `form:"slip" label:"银行回单号" hint:"同一张回单只能登记一次" need:"true" max:"60"`
	On     day.Day      `form:"on" label:"到账日期" need:"true"`
}

// TakeBack books a repayment by the bank's slip, early ones and a guarantor's too. Faults: "loan.listed" (Conflict: payroll's answer
// must come first), "loan.slip_taken" (Conflict), "loan.too_much" (Refused), "loan.day", "loan.state", "loan.own".
var TakeBack = act.Act[BackIn, Loan]{Name: "loan.repay", Title: "登记还款", Right: "loan.repay",
	Do: func(ctx context.Context, tx *db.Tx, in BackIn) (Loan, error) {
		s, err := owing(ctx, tx, "loan.repay", in.ID)
		if err != nil {
			return s.Loan, err
		}
		if err := s.unlisted(ctx, tx); err != nil {
			return s.Loan, err
		}
		if !in.On.Valid() || in.On > tx.Day() || in.On < s.Loan.LentOn {
			return s.Loan, fault.New(fault.Invalid, "loan.day").At("on")
		}
		slip := strings.TrimSpace(in.Slip)
		seen, err := fund.Entries(ctx, tx, fund.Filter{Ref: s.Loan.ID, Kind: fund.KindRepay, Limit: 1000})
		if err != nil {
			return s.Loan, err
		}
		for _, e := range seen {
			if e.Key == "repay/"+slip {
				return s.Loan, fault.New(fault.Conflict, "loan.slip_taken", slip).At("slip")
			}
		}
		err = s.book(ctx, tx, booking{key: "repay/" + slip, amount: in.Amount, on: in.On, by: s.Aged})
		if fault.Is(err, "fund.key_reused") {
			err = fault.New(fault.Conflict, "loan.slip_taken", slip).At("slip")
		}
		return s.Loan, err
	}}

// unlisted holds that no line of a list waits for payroll's answer. Fault: "loan.listed" (Conflict).
func (s Standing) unlisted(ctx context.Context, tx *db.Tx) error {
	all, err := deduction.OfRef(ctx, tx, s.Loan.ID)
	for _, line := range all {
		if line.State == deduction.Waiting {
			return fault.New(fault.Conflict, "loan.listed", s.Loan.Number)
		}
	}
	return err
}
