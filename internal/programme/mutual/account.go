package mutual

import (
	"context"
	"fmt"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/paper"
	"bangfu/internal/office/org"
)

// The kinds of line on a member's account.
const (
	Paid = "paid"
	Back = "back"
)

// Line is one movement of a member's money: part of entry Seq of the ledger, fen.
type Line struct {
	UnionID, ID, MemberID, Kind, Month string
	Amount                             money.Amount
	Seq                                int64
	OnDay                              day.Day
}

// Account is a member's own account: the lines, their sums, and the benefits had since joining. Sums are fen.
type Account struct {
	Member               Member
	Lines                []Line
	Helps                []casefile.Aid
	Paid, Back, Benefits money.Amount
}

// Months counts the months paid.
func (a Account) Months() (n int) {
	for _, l := range a.Lines {
		if l.Kind == Paid {
			n++
		}
	}
	return n
}

// AccountOf reads a member's account as of now.
func AccountOf(ctx context.Context, tx *db.Tx, m Member) (Account, error) {
	a := Account{Member: m}
	w, err := person.Get(ctx, tx, m.PersonID)
	if err != nil {
		return a, err
	}
	if a.Lines, err = db.All[Line](ctx, tx, `select union_id, id, member_id, kind, month, amount, seq, on_day from mutual_line
		where union_id = $1 and member_id = $2 order by id`, tx.Union, m.ID); err != nil {
		return a, err
	}
	for _, l := range a.Lines {
		if l.Kind == Paid {
			a.Paid += l.Amount
		} else {
			a.Back += l.Amount
		}
	}
	to := m.LeftOn
	if to == "" {
		to = tx.Day()
	}
	all, err := casefile.AidOf(ctx, tx, w.HouseholdID, m.JoinedOn, to)
	for _, h := range all {
		if h.Programme == Code && h.PersonID == m.PersonID {
			a.Helps = append(a.Helps, h)
			a.Benefits += h.Amount
		}
	}
	return a, err
}

// Figures are the fund as a whole: how many take part, what they paid in and got back (of the lines), and the state of its
// pocket (of the ledger). Sums are fen.
type Figures struct {
	Scheme           Scheme
	Members, Covered int64
	Paid, Back       money.Amount
	Pocket           fund.State
}

// FiguresOf reads them. Fault: "mutual.none" (Refused).
func FiguresOf(ctx context.Context, tx *db.Tx) (f Figures, err error) {
	if f.Scheme, err = ruled(ctx, tx); err != nil {
		return f, err
	}
	type counts struct{ Members, Covered int64 }
	n, err := db.One[counts](ctx, tx, `select count(*) as members, cast(coalesce(sum(covered), 0) as bigint) as covered from mutual_member
		where union_id = $1 and state <> 'left'`, tx.Union)
	if err != nil {
		return f, err
	}
	f.Members, f.Covered = n.Members, n.Covered
	type sum struct {
		Kind   string
		Amount money.Amount
	}
	sums, err := db.All[sum](ctx, tx, `select kind, cast(sum(amount) as bigint) as amount from mutual_line where union_id = $1 group by kind`, tx.Union)
	if err != nil {
		return f, err
	}
	for _, s := range sums {
		if s.Kind == Paid {
			f.Paid = s.Amount
		} else {
			f.Back = s.Amount
		}
	}
	f.Pocket, err = fund.StateOf(ctx, tx, f.Scheme.Pocket)
	return f, err
}

// StatementPaper makes a member's statement (对账单) as a PDF and keeps it: every contribution, every refund and benefit, and
// their sums. Fault: Missing.
var StatementPaper = act.Act[ID, paper.Kept]{Name: "mutual.statement_paper", Title: "生成互助金对账单", Right: "mutual.statement", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in ID) (paper.Kept, error) {
		m, err := reached(ctx, tx, "mutual.statement", in.ID)
		if err != nil {
			return paper.Kept{}, err
		}
		tx.About("mutual_member", m.ID, "pdf")
		a, err := AccountOf(ctx, tx, m)
		if err != nil {
			return paper.Kept{}, err
		}
		u, err := org.Info(ctx, tx)
		if err != nil {
			return paper.Kept{}, err
		}
		w, err := person.Get(ctx, tx, m.PersonID)
		if err != nil {
			return paper.Kept{}, err
		}
		return paper.Keep(ctx, tx, paper.Of{Kind: "mutual_statement", ID: m.ID}, a.sheet(u.Name, w.Name, tx.Day()))
	}}

func (a Account) sheet(union, name string, today day.Day) paper.Sheet {
	s := paper.Sheet{Title: "职工互助金个人对账单", Union: union, Number: a.Member.Number, Seal: true, Day: paper.DayOf(today),
		Pairs: []paper.Pair{{Label: "会员", Value: name}, {Label: "入会日期", Value: paper.DayOf(a.Member.JoinedOn)}, {Label: "每月缴费", Value: a.Member.Monthly.String() + " 元"},
			{Label: "已缴月数", Value: fmt.Sprint(a.Months())}}, Signers: []string{"经办人"}}
	s.Table.Cols = []paper.Col{{Label: "日期", Share: 6}, {Label: "项目", Share: 8}, {Label: "缴入（元）", Share: 5, Num: true}, {Label: "退还（元）", Share: 5, Num: true},
		{Label: "补助（元）", Share: 5, Num: true}}
	for _, l := range a.Lines {
		row := []string{string(l.OnDay), l.Month + " 月缴费", l.Amount.String(), "", ""}
		if l.Kind == Back {
			row = []string{string(l.OnDay), "退会退款", "", l.Amount.String(), ""}
		}
		s.Table.Rows = append(s.Table.Rows, row)
	}
	for _, h := range a.Helps {
		s.Table.Rows = append(s.Table.Rows, []string{string(h.On), "互助金补助", "", "", h.Amount.String()})
	}
	s.Table.Foot = []string{"合计", "", a.Paid.String(), a.Back.String(), a.Benefits.String()}
	return s
}
