package fund

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
)

// carryOver ends a year (年终结转): every income and expenditure account that is not at zero on 31 December is carried to the
// surplus of its own pocket. Two persons close December, so two persons end the year. A year that was opened again and
// closed again carries the rest. Budgets are not touched: what a giver allows next year too is simply still there.
func carryOver(ctx context.Context, tx *db.Tx, year string) error {
	last := day.Day(year + "-12-31")
	b, err := BooksOf(ctx, tx, Span{last, last}, "")
	if err != nil {
		return err
	}
	all, sum := b.closing()
	if len(all) == 0 {
		return nil
	}
	book, err := BookOf(ctx, tx)
	if err != nil {
		return err
	}
	_, _, err = post(ctx, tx, draft{
		Kind: KindYear, Key: fmt.Sprintf("year/%s/%d", year, book.Entries), Day: last, Memo: year, Amount: sum, Says: year,
		Build: func() ([]Posting, error) { return all, nil },
	})
	return err
}

// endYears carries over every year whose December is closed by closing through a month and was not closed before.
func endYears(ctx context.Context, tx *db.Tx, through string) error {
	b, err := BookOf(ctx, tx)
	if err != nil {
		return err
	}
	first, err := db.Value[day.Day](ctx, tx, `select coalesce(min(day), '') from fund_entry where union_id = $1`, tx.Union)
	if err != nil || first == "" {
		return err
	}
	for y := first.Year(); fmt.Sprintf("%d-12", y) <= through; y++ {
		if december := fmt.Sprintf("%d-12", y); december <= b.ClosedThrough {
			continue
		}
		if err := carryOver(ctx, tx, fmt.Sprint(y)); err != nil {
			return err
		}
	}
	return nil
}

// closing gives the postings that bring income and expenditure to zero, and the sum of both. It is pure.
func (b Books) closing() (all []Posting, sum money.Amount) {
	for _, t := range b.Turns {
		if t.Class != Income && t.Class != Expense || t.Closing == 0 {
			continue
		}
		to := Account{t.Pocket, b.Chart.surplus()}
		p := Posting{t.Account, to, t.Closing}
		if t.Closing < 0 { // a credit is taken off by a debit
			p = Posting{to, t.Account, -t.Closing}
		}
		all, sum = append(all, p), sum+p.Amount
	}
	slices.SortStableFunc(all, func(a, b Posting) int { return cmp.Compare(a.To.Pocket, b.To.Pocket) })
	return all, sum
}

// ReturnIn is free money given back to whoever gave it (policy 3.2: what is unspent at the end of the time of use goes
// back). The slip's number is the entry's key.
type ReturnIn struct {
	Pocket string       `form:"pocket" label:"资金" need:"true" max:"16"`
	Amount money.Amount `form:"amount" label:"退回金额" unit:"元" need:"true" min:"0.01"`
	Slip   string       `form:"slip" label:"付款回单号" hint:"同一张回单只能登记一次" need:"true" max:"60"`
	Reason string       `form:"reason" kind:"area" label:"理由" need:"true" max:"300"`
}

// Check holds the shape: "fund.need", "fund.amount", "fund.reason".
func (in ReturnIn) Check() error {
	var bad fault.List
	if strings.TrimSpace(in.Slip) == "" {
		bad.Add("slip", "fund.need")
	}
	if in.Amount <= 0 {
		bad.Add("amount", "fund.amount")
	}
	if strings.TrimSpace(in.Reason) == "" {
		bad.Add("reason", "fund.reason")
	}
	return bad.Err()
}

// Return gives free money back to its giver: the bank → the account it came from, available → granted. Only what nothing
// is promised from can go. Faults: "fund.no_pocket", "fund.return_mutual" (Refused: members' money goes back by leaving),
// "fund.short", "fund.closed", "fund.key_reused".
func Return(ctx context.Context, tx *db.Tx, in ReturnIn) (e Entry, err error) {
	defer fault.Note(&err, "return from %s", in.Pocket)
	if _, err := take(ctx, tx); err != nil {
		return Entry{}, err
	}
	d, err := in.draft(ctx, tx)
	if err != nil {
		return Entry{}, err
	}
	tx.About("pocket", in.Pocket, "available")
	e, _, err = post(ctx, tx, d)
	return e, err
}

func (in ReturnIn) draft(ctx context.Context, tx *db.Tx) (draft, error) {
	p, err := Get(ctx, tx, in.Pocket)
	if err != nil {
		return draft{}, err
	}
	slip := strings.TrimSpace(in.Slip)
	return draft{
		Kind: KindReturn, Key: "return/" + slip, Ref: slip, Memo: strings.TrimSpace(in.Reason), Amount: in.Amount, Says: in,
		Build: func() ([]Posting, error) {
			if p.Source == Mutual {
				return nil, fault.New(fault.Refused, "fund.return_mutual")
			}
			c, err := ChartOn(ctx, tx, tx.Day())
			if err != nil {
				return nil, err
			}
			return []Posting{
				{Account{p.Code, c.bank()}, Account{p.Code, c.IncomeCode(p.Source)}, in.Amount},
				{Account{p.Code, Available}, Account{p.Code, Granted}, in.Amount},
			}, nil
		},
	}, nil
}

// Due is a pocket whose time of use has ended, or ends within the days asked for, and the free money that goes back.
type Due struct {
	Pocket Pocket
	Free   money.Amount
	Over   bool // the time has ended
}

// Duties lists the pockets with money to give back: those whose last day of use has passed or comes within some days.
func Duties(ctx context.Context, tx *db.Tx, within int) ([]Due, error) {
	all, err := States(ctx, tx)
	var out []Due
	for _, s := range all {
		until := s.Pocket.UntilOn
		if until != "" && s.Available > 0 && until <= tx.Day().Add(within) {
			out = append(out, Due{s.Pocket, s.Available, until < tx.Day()})
		}
	}
	return out, err
}

// Leave is members' money that goes back to one who leaves the mutual fund (S15). Key makes it once; Day "" is today.
type Leave struct {
	Key, Pocket, Ref, Memo string
	Amount                 money.Amount
	Day                    day.Day
}

// GiveBack pays a leaving member: the bank → the account that holds members' money, available → granted. Faults:
// "fund.no_pocket", "fund.not_mutual" (Refused), "fund.short", "fund.closed", "fund.key_reused".
func GiveBack(ctx context.Context, tx *db.Tx, in Leave) (e Entry, err error) {
	defer fault.Note(&err, "give back from %s", in.Pocket)
	p, err := Get(ctx, tx, in.Pocket)
	if err != nil {
		return Entry{}, err
	}
	d := draft{Kind: KindReturn, Key: in.Key, Day: in.Day, Ref: in.Ref, Memo: in.Memo, Amount: in.Amount, Says: in,
		Build: func() ([]Posting, error) {
			if p.Source != Mutual {
				return nil, fault.New(fault.Refused, "fund.not_mutual")
			}
			c, err := ChartOn(ctx, tx, tx.Day())
			if err != nil {
				return nil, err
			}
			return []Posting{
				{Account{p.Code, c.bank()}, Account{p.Code, c.IncomeCode(p.Source)}, in.Amount},
				{Account{p.Code, Available}, Account{p.Code, Granted}, in.Amount},
			}, nil
		}}
	e, _, err = post(ctx, tx, d)
	return e, err
}
