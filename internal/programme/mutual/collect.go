package mutual

import (
	"context"
	"io"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/deduction"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/notify"
)

// CollectIn asks for a month's contributions.
type CollectIn struct {
	Month string `form:"month" label:"月份" hint:"例如 2026-11" need:"true" max:"7"`
}

// Collect makes the month's list for payroll: every active member's contribution, with the entry fee for those who have paid
// nothing yet. Faults: those of deduction.Make, "mutual.none".
var Collect = act.Act[CollectIn, deduction.List]{Name: "mutual.collect", Title: "做互助金扣款清单", Right: "mutual.collect",
	Do: func(ctx context.Context, tx *db.Tx, in CollectIn) (deduction.List, error) {
		s, err := ruled(ctx, tx)
		if err != nil {
			return deduction.List{}, err
		}
		asks, err := s.asks(ctx, tx, in.Month)
		if err != nil {
			return deduction.List{}, err
		}
		return deduction.Make(ctx, tx, deduction.New{Kind: deduction.Mutual, Month: in.Month, Asks: asks})
	}}

func (s Scheme) asks(ctx context.Context, tx *db.Tx, month string) ([]deduction.Ask, error) {
	all, err := db.All[Member](ctx, tx, `select `+memberColumns+` from mutual_member where union_id = $1 and state = 'active' and from_month <= $2 order by number`,
		tx.Union, month)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(all))
	for i, m := range all {
		ids[i] = m.PersonID
	}
	who, err := person.Many(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	paid, err := paidIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []deduction.Ask
	for _, m := range all {
		if who[m.PersonID].Status != person.Active {
			continue
		}
		a := deduction.Ask{PersonID: m.PersonID, Ref: m.ID, Amount: m.Monthly}
		if paid[m.ID].Amount == 0 {
			a.Amount += s.Entry // both are bounded by the forms, far from overflow
		}
		out = append(out, a)
	}
	return out, nil
}

// paidSum is what a member paid in, and in how many months.
type paidSum struct {
	MemberID string
	Amount   money.Amount
	Months   int64
}

func paidIn(ctx context.Context, tx *db.Tx) (map[string]paidSum, error) {
	all, err := db.All[paidSum](ctx, tx, `select member_id, cast(sum(amount) as bigint) as amount, count(*) as months from mutual_line
		where union_id = $1 and kind = 'paid' group by member_id`, tx.Union)
	out := make(map[string]paidSum, len(all))
	for _, p := range all {
		out[p.MemberID] = p
	}
	return out, err
}

// LandIn is payroll's answer to a list.
type LandIn struct {
	ID   string    `form:"id" kind:"hidden" need:"true" max:"40"`
	On   day.Day   `form:"on" label:"扣款到账日期" need:"true"`
	File form.File `form:"file" label:"财务填好的扣款清单" hint:"就是导出的那份表，填好“实扣金额”" need:"true" max:"5"`
}

// Land takes payroll's answer: what was deducted is booked to the fund in one entry, and stands on each member's account.
// Faults: those of deduction.Land and fund.Give.
var Land = act.Act[LandIn, deduction.Landed]{Name: "mutual.land", Title: "导入互助金扣款结果", Right: "mutual.collect", Do: land}

func land(ctx context.Context, tx *db.Tx, in LandIn) (deduction.Landed, error) {
	s, err := ruled(ctx, tx)
	if err != nil {
		return deduction.Landed{}, err
	}
	data, err := io.ReadAll(in.File.Open())
	if err != nil {
		return deduction.Landed{}, err
	}
	done, err := deduction.Land(ctx, tx, deduction.Landing{ID: in.ID, Kind: deduction.Mutual, Data: data, On: in.On})
	if err != nil {
		return done, err
	}
	seq := int64(0)
	if done.Taken > 0 {
		e, err := fund.Give(ctx, tx, fund.Gift{Key: "mutual/" + done.List.ID + "/" + done.List.AnswerHash, Pocket: s.Pocket, Ref: done.List.Number,
			Memo: done.List.Month, Amount: done.Taken, Day: in.On})
		if err != nil {
			return done, err
		}
		seq = e.Seq
	}
	paid, err := paidIn(ctx, tx)
	if err != nil {
		return done, err
	}
	for _, l := range done.Lines {
		if err := s.credit(ctx, tx, credited{l, done.List.Month, seq, paid[l.Ref].Months}); err != nil {
			return done, err
		}
	}
	return done, nil
}

// credited is one answered line: its month, the entry that booked it, and how many months were paid before.
type credited struct {
	deduction.Line
	Month  string
	Seq    int64
	Before int64
}

// credit writes what was taken on the member's account. A month without a deduction counts as missed; whoever misses too many
// in a row leaves.
func (s Scheme) credit(ctx context.Context, tx *db.Tx, c credited) error {
	m, err := Of(ctx, tx, c.Ref)
	if err != nil {
		return err
	}
	if c.Taken == 0 {
		m.Missed++
		if s.Missed > 0 && m.Missed >= s.Missed && m.State == Active {
			return m.leave(ctx, tx, Lapsed)
		}
		if err := m.save(ctx, tx); err != nil {
			return err
		}
		return m.tell(ctx, tx, notify.Text{Key: "mutual.told_missed", Args: []any{c.Month}})
	}
	line := Line{UnionID: tx.Union, ID: tx.ID(), MemberID: m.ID, Kind: Paid, Month: c.Month, Amount: c.Taken, Seq: c.Seq, OnDay: c.OnDay}
	if err := db.Insert(ctx, tx, "mutual_line", line); err != nil {
		return err
	}
	m.Missed = 0
	if m.Covered == 0 && m.State == Active && c.Before+1 >= s.WaitMonths {
		if err := m.cover(ctx, tx, true); err != nil {
			return err
		}
	}
	return m.save(ctx, tx)
}

// cover says in the worker's facts whether benefits can be had; the standard of the benefits reads it there.
func (m *Member) cover(ctx context.Context, tx *db.Tx, yes bool) error {
	was := m.Covered
	m.Covered = 0
	value := "0"
	if yes {
		m.Covered, value = 1, "1"
	}
	if was == m.Covered {
		return nil
	}
	_, err := person.SetFact(ctx, tx, person.Fact{SubjectKind: person.OfWorker, SubjectID: m.PersonID, Name: "mutual_aid_member", Known: true, Value: value,
		Source: person.FromExternal})
	return err
}
