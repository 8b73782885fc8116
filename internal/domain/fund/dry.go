package fund

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
)

// Try names a posting to be worked out without writing it. What is "given", "moved", "return" or "reverse"; To is used by
// "moved", Account by "given", Entry by "reverse". Nothing named is nothing to work out.
type Try struct {
	What    Kind         `form:"what" label:"记什么" max:"10"`
	Pocket  string       `form:"pocket" label:"资金" max:"16"`
	To      string       `form:"to" label:"调入资金" max:"16"`
	Account string       `form:"account" label:"收入科目" max:"12"`
	Amount  money.Amount `form:"amount" label:"金额" unit:"元"`
	Entry   int64        `form:"entry" label:"分录号"`
	Day     day.Day      `form:"day" label:"日期"`
}

// Dry is what a posting would do: its postings, and each account before and after.
type Dry struct {
	Postings []Posting
	Accounts []DryLine
}

// DryLine is an account before and after, debit above zero.
type DryLine struct {
	Account
	Name          words.Said `json:"-"`
	Before, After money.Amount
}

// DryRun works a posting out as it would be made now, and writes nothing. Its faults are those the posting would give.
func DryRun(ctx context.Context, tx *db.Tx, in Try) (Dry, error) {
	if in.What == "" {
		return Dry{}, nil
	}
	d, err := in.draft(ctx, tx)
	if err != nil {
		return Dry{}, err
	}
	if d.Day == "" {
		d.Day = tx.Day()
	}
	if d.Amount <= 0 {
		return Dry{}, fault.New(fault.Invalid, "fund.amount").At("amount")
	}
	book, err := BookOf(ctx, tx)
	if err != nil {
		return Dry{}, err
	}
	if err := inTime(d.Day, tx.Day(), book); err != nil {
		return Dry{}, err
	}
	out := Dry{}
	if out.Postings, err = d.Build(); err != nil {
		return Dry{}, err
	}
	if err := sound(out.Postings); err != nil {
		return Dry{}, err
	}
	out.Accounts, err = after(ctx, tx, d.Day, out.Postings)
	return out, err
}

// after says where the accounts of some postings would stand. Fault: "fund.short".
func after(ctx context.Context, tx *db.Tx, on day.Day, all []Posting) ([]DryLine, error) {
	chart, err := ChartOn(ctx, tx, on)
	if err != nil {
		return nil, err
	}
	at, err := balances(ctx, tx)
	if err != nil {
		return nil, err
	}
	net := map[Account]money.Amount{}
	for _, p := range all {
		net[p.To] += p.Amount
		net[p.From] -= p.Amount
	}
	var out []DryLine
	for a, by := range net {
		class, err := chart.classOf(a.Code)
		if err != nil {
			return nil, err
		}
		l := DryLine{a, chart.NameOf(a.Code), at[a], at[a] + by}
		if (class == Asset || class == Budget) && l.After < 0 || class == Liability && l.After > 0 {
			return nil, fault.New(fault.Refused, "fund.short", a.Pocket, l.Name, size(l.Before), size(by))
		}
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b DryLine) int {
		return cmp.Or(cmp.Compare(a.Pocket, b.Pocket), cmp.Compare(a.Code, b.Code))
	})
	return out, nil
}

func (in Try) draft(ctx context.Context, tx *db.Tx) (draft, error) {
	switch in.What {
	case KindGiven:
		return Gift{Pocket: in.Pocket, Account: in.Account, Amount: in.Amount, Day: in.Day}.draft(ctx, tx)
	case KindMoved:
		return Transfer{From: in.Pocket, To: in.To, Amount: in.Amount}.draft(ctx, tx)
	case KindReturn:
		return ReturnIn{Pocket: in.Pocket, Amount: in.Amount}.draft(ctx, tx)
	case KindReverse:
		if err := reversible(ctx, tx, strconv.FormatInt(in.Entry, 10)); err != nil {
			return draft{}, err
		}
		e, err := EntryOf(ctx, tx, in.Entry)
		return draft{Kind: KindReverse, Amount: e.Amount, Build: func() ([]Posting, error) { return turned(e.Postings), nil }}, err
	}
	return draft{}, fault.New(fault.Invalid, "fund.try", strings.Join([]string{"given", "moved", "return", "reverse"}, ", ")).At("what")
}
