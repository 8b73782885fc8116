package mutual

import (
	"context"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/deduction"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// LeaveIn ends a membership. A worker leaves of the own will; the officer may say that the worker left the company.
type LeaveIn struct {
	ID  string `form:"id" kind:"hidden" need:"true" max:"40"`
	Why Why    `form:"why" label:"退会原因" need:"true"`
}

// Leave asks to end a membership: no more is deducted and no benefit begins from now on. What goes back is approved by who
// answers for the fund and paid by the cashier. Fault: "mutual.state" (Conflict).
var Leave = act.Act[LeaveIn, Member]{Name: "mutual.leave", Title: "退出互助金", Right: "mutual.join",
	Do: func(ctx context.Context, tx *db.Tx, in LeaveIn) (Member, error) {
		m, err := reached(ctx, tx, "mutual.join", in.ID)
		if err != nil {
			return m, err
		}
		if m.State != Active {
			return m, fault.New(fault.Conflict, "mutual.state", m.State)
		}
		if m.PersonID == tx.Actor.Person {
			in.Why = OwnWill
		}
		return m, m.leave(ctx, tx, in.Why)
	}}

func (m *Member) leave(ctx context.Context, tx *db.Tx, why Why) error {
	tx.About("mutual_member", m.ID, "state")
	m.State, m.Why = Leaving, why
	if err := m.cover(ctx, tx, false); err != nil {
		return err
	}
	if err := m.save(ctx, tx); err != nil {
		return err
	}
	return task.Open(ctx, tx, task.New{Kind: "mutual.approve", Object: "mutual_member", ObjectID: m.ID, Role: org.RoleManager, UnitID: tx.Union, Days: 5,
		Barred: []string{m.PersonID}, Href: Home + "/members/" + m.ID, Title: "核准 {0} 退会退款", Args: []any{m.Number}})
}

// Home is where the desk works on the fund.
const Home = "/desk/mutual"

// ID names a membership.
type ID struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40"`
}

// Approve fixes what goes back to a leaving member by the terms, and asks the cashier to pay it; with nothing to pay the
// membership ends at once. Faults: "mutual.state" (Conflict), "mutual.line_open" (Refused: a deduction waits for payroll's
// answer), "mutual.own" (Denied).
var Approve = act.Act[ID, Member]{Name: "mutual.approve", Title: "核准退会退款", Right: "mutual.approve", Do: approve}

func approve(ctx context.Context, tx *db.Tx, in ID) (Member, error) {
	m, err := Of(ctx, tx, in.ID)
	if err != nil {
		return m, err
	}
	tx.About("mutual_member", m.ID, "back")
	tx.Trail.Subject = m.PersonID
	if m.State != Leaving {
		return m, fault.New(fault.Conflict, "mutual.state", m.State)
	}
	if err := notOwn(ctx, tx, m); err != nil {
		return m, err
	}
	lines, err := deduction.OfRef(ctx, tx, m.ID)
	if err != nil {
		return m, err
	}
	for _, l := range lines {
		if l.State == deduction.Waiting {
			return m, fault.New(fault.Refused, "mutual.line_open")
		}
	}
	s, err := ruled(ctx, tx)
	if err != nil {
		return m, err
	}
	a, err := AccountOf(ctx, tx, m)
	if err != nil {
		return m, err
	}
	if m.Back, err = s.back(a, m.Why); err != nil {
		return m, err
	}
	m.State, m.ApprovedBy = Approved, tx.Actor.User
	if err := task.Close(ctx, tx, "mutual.approve", m.ID); err != nil {
		return m, err
	}
	if m.Back == 0 {
		m.State, m.LeftOn = Left, tx.Day()
		if err := m.save(ctx, tx); err != nil {
			return m, err
		}
		return m, m.tell(ctx, tx, notify.Text{Key: "mutual.told_left", Args: []any{m.Back}})
	}
	if err := m.save(ctx, tx); err != nil {
		return m, err
	}
	return m, task.Open(ctx, tx, task.New{Kind: "mutual.pay_back", Object: "mutual_member", ObjectID: m.ID, Role: org.RoleCashier, UnitID: tx.Union, Days: 5,
		Barred: []string{m.PersonID, tx.Actor.User, tx.Actor.Person}, Href: Home + "/members/" + m.ID, Title: "支付 {0} 退会退款", Args: []any{m.Number}})
}

// back is what goes back by the terms: a share of what was paid in less the benefits had, never below zero.
func (s Scheme) back(a Account, why Why) (money.Amount, error) {
	rate := s.BackOwn
	if why == Gone {
		rate = s.BackGone
	}
	return max(a.Paid-a.Back-a.Benefits, 0).MulDiv(rate, 100, money.Down)
}

// notOwn keeps people from deciding on their own or a relative's money.
func notOwn(ctx context.Context, tx *db.Tx, m Member) error {
	kin, err := person.Kin(ctx, tx, m.PersonID)
	for _, id := range append(kin, m.PersonID) {
		if err == nil && tx.Actor.Person != "" && id == tx.Actor.Person {
			err = fault.New(fault.Denied, "mutual.own")
		}
	}
	return err
}

// PayBackIn is the bank's slip of a refund.
type PayBackIn struct {
	ID   string `form:"id" kind:"hidden" need:"true" max:"40"`
	Slip string `form:"slip" label:"银行回单号" hint:"同一张回单只能登记一次" need:"true" max:"60"`
}

// PayBack books the refund that was paid, and ends the membership. Faults: "mutual.state" (Conflict), "mutual.same_person"
// (Denied: who approved it does not pay it), "mutual.own" (Denied), "mutual.slip_taken" (Conflict), those of fund.GiveBack.
var PayBack = act.Act[PayBackIn, Member]{Name: "mutual.pay_back", Title: "登记退会退款", Right: "mutual.pay_back",
	Do: func(ctx context.Context, tx *db.Tx, in PayBackIn) (Member, error) {
		m, err := Of(ctx, tx, in.ID)
		if err != nil {
			return m, err
		}
		tx.About("mutual_member", m.ID, "state", "slip")
		tx.Trail.Subject = m.PersonID
		if m.State != Approved {
			return m, fault.New(fault.Conflict, "mutual.state", m.State)
		}
		if m.ApprovedBy == tx.Actor.User {
			return m, fault.New(fault.Denied, "mutual.same_person")
		}
		if err := notOwn(ctx, tx, m); err != nil {
			return m, err
		}
		if err := m.refund(ctx, tx, strings.TrimSpace(in.Slip)); err != nil {
			return m, err
		}
		m.State, m.LeftOn = Left, tx.Day()
		if err := task.Close(ctx, tx, "mutual.pay_back", m.ID); err != nil {
			return m, err
		}
		if err := m.save(ctx, tx); err != nil {
			return m, err
		}
		return m, m.tell(ctx, tx, notify.Text{Key: "mutual.told_left", Args: []any{m.Back}})
	}}

func (m Member) refund(ctx context.Context, tx *db.Tx, slip string) error {
	s, err := ruled(ctx, tx)
	if err != nil {
		return err
	}
	e, err := fund.GiveBack(ctx, tx, fund.Leave{Key: "return/" + slip, Pocket: s.Pocket, Ref: slip, Memo: m.Number, Amount: m.Back})
	if fault.Is(err, "fund.key_reused") {
		return fault.New(fault.Conflict, "mutual.slip_taken", slip).At("slip")
	}
	if err != nil {
		return err
	}
	return db.Insert(ctx, tx, "mutual_line", Line{UnionID: tx.Union, ID: tx.ID(), MemberID: m.ID, Kind: Back, Month: string(tx.Day())[:7], Amount: m.Back,
		Seq: e.Seq, OnDay: tx.Day()})
}

// followed is how many members one act of the walk looks at.
const followed = 200

// Follow walks the members: those moved to another unit go along, those no longer here leave by the program. It is called with
// what it gave before until it gives "".
func Follow(ctx context.Context, tx *db.Tx, after string) (string, error) {
	all, err := db.All[Member](ctx, tx, `select `+memberColumns+` from mutual_member where union_id = $1 and state = 'active' and id > $2 order by id limit $3`,
		tx.Union, after, followed)
	if err != nil {
		return "", err
	}
	ids := make([]string, len(all))
	for i, m := range all {
		ids[i] = m.PersonID
	}
	who, err := person.Many(ctx, tx, ids)
	if err != nil {
		return "", err
	}
	for _, m := range all {
		w := who[m.PersonID]
		switch {
		case w.Status != person.Active:
			err = m.leave(ctx, tx, Gone)
		case w.UnitPath != m.UnitPath:
			m.UnitPath = w.UnitPath
			err = m.save(ctx, tx)
		}
		if err != nil {
			return "", err
		}
	}
	if len(all) < followed {
		return "", nil
	}
	return all[len(all)-1].ID, nil
}
