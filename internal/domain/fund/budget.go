package fund

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
)

// BudgetIn is what may be promised from a pocket in a year, for one programme or (empty) for all. With Carry, what was left
// of the year before may be used too (R14: the rest is carried over).
type BudgetIn struct {
	Pocket    string       `form:"pocket" label:"资金" need:"true" max:"16"`
	Programme string       `form:"programme" label:"帮扶项目" hint:"不填就是这笔资金的全部项目" max:"40"`
	Year      int64        `form:"year" label:"年度" need:"true" min:"2000" max:"2100"`
	Amount    money.Amount `form:"amount" label:"年度预算" unit:"元" need:"true"`
	Carry     bool         `form:"carry" label:"上年没用完的可以接着用"`
}

// YearBudget is a year's limit and how it stands: Carried is what the year before left, Extra what special requests added, Used
// what is reserved, committed and spent of that year.
type YearBudget struct {
	Pocket, Programme string
	Year              int64
	Amount, Extra     money.Amount
	Carry             bool
	Carried, Used     money.Amount `db:"-"`
}

// Limit is all that may be promised in the year.
func (b YearBudget) Limit() money.Amount { return b.Amount + b.Extra + b.Carried }

// Left is what may still be promised; below zero where a budget was set under what was promised already.
func (b YearBudget) Left() money.Amount { return b.Limit() - b.Used }

// SetBudget keeps a year's budget. A budget may be set again; what is promised already stays. Faults: "fund.amount"
// (Invalid), "fund.no_pocket", "fund.budget_past" (Refused: years gone by).
func SetBudget(ctx context.Context, tx *db.Tx, in BudgetIn) (YearBudget, error) {
	switch {
	case in.Amount < 0:
		return YearBudget{}, fault.New(fault.Invalid, "fund.amount").At("amount")
	case int(in.Year) < tx.Day().Year():
		return YearBudget{}, fault.New(fault.Refused, "fund.budget_past").At("year")
	}
	if _, err := take(ctx, tx); err != nil {
		return YearBudget{}, err
	}
	if _, err := Get(ctx, tx, in.Pocket); err != nil {
		return YearBudget{}, err
	}
	tx.About("pocket", in.Pocket, "budget")
	carry := 0
	if in.Carry {
		carry = 1
	}
	err := tx.Must(ctx, "fault.stale", `
		insert into fund_budget (union_id, pocket, programme, year, amount, extra, carry, by_user, at)
		values ($1, $2, $3, $4, $5, 0, $6, $7, $8)
		on conflict (union_id, pocket, programme, year) do update set amount = excluded.amount, carry = excluded.carry,
			by_user = excluded.by_user, at = excluded.at`,
		tx.Union, in.Pocket, in.Programme, in.Year, in.Amount, carry, tx.Actor.User, tx.Ms())
	return YearBudget{Pocket: in.Pocket, Programme: in.Programme, Year: in.Year, Amount: in.Amount, Carry: in.Carry}, err
}

// Budgets lists the budgets of a year and how they stand, by pocket and programme; year 0 lists every year, newest first.
func Budgets(ctx context.Context, tx *db.Tx, year int64) ([]YearBudget, error) {
	all, err := budgets(ctx, tx, "")
	var out []YearBudget
	for i := len(all) - 1; i >= 0; i-- {
		if year == 0 || all[i].Year == year {
			out = append(out, all[i])
		}
	}
	return out, err
}

// budgets reads the budgets of a pocket (or of all), oldest first, each with what the year before left of it.
func budgets(ctx context.Context, tx *db.Tx, pocket string) ([]YearBudget, error) {
	all, err := db.All[YearBudget](ctx, tx, `
		select pocket, programme, year, amount, extra, carry from fund_budget
		where union_id = $1 and ($2 = '' or pocket = $2) order by year, pocket desc, programme desc`, tx.Union, pocket)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	type used struct {
		Pocket, Programme string
		Year              int64
		Amount            money.Amount
	}
	uses, err := db.All[used](ctx, tx, `
		select pocket, programme, year, cast(sum(reserved + committed + spent) as bigint) as amount
		from fund_hold where union_id = $1 and ($2 = '' or pocket = $2) group by pocket, programme, year`, tx.Union, pocket)
	for i := range all {
		b := &all[i]
		for _, u := range uses {
			if u.Pocket == b.Pocket && u.Year == b.Year && (b.Programme == "" || b.Programme == u.Programme) {
				b.Used += u.Amount
			}
		}
		for _, last := range all[:i] {
			if b.Carry && last.Pocket == b.Pocket && last.Programme == b.Programme && last.Year == b.Year-1 {
				b.Carried = max(last.Left(), 0)
			}
		}
	}
	return all, err
}

// limitsOf gives the budgets that a use of a pocket falls under: the pocket's own and that of the programme.
func limitsOf(ctx context.Context, tx *db.Tx, pocket string, u Use) ([]YearBudget, error) {
	all, err := budgets(ctx, tx, pocket)
	var out []YearBudget
	for _, b := range all {
		if b.Year == int64(u.Year) && (b.Programme == "" || b.Programme == u.Programme) {
			out = append(out, b)
		}
	}
	return out, err
}

// within holds the budgets of a pocket. Fault: "fund.over_budget" (Refused, with what is left and what is needed).
func within(ctx context.Context, tx *db.Tx, p Pocket, u Use, need money.Amount) error {
	limits, err := limitsOf(ctx, tx, p.Code, u)
	for _, b := range limits {
		if b.Left() < need {
			return fault.New(fault.Refused, "fund.over_budget", p.Name, b.Year, max(b.Left(), 0), need)
		}
	}
	return err
}
