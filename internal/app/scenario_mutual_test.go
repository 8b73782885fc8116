package app

import (
	"context"
	"fmt"
	"strings"

	"bangfu/internal/app/world"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/deduction"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/programme/mutual"
)

// membersFund wait=MONTHS own=PERCENT gone=PERCENT sets up the mutual fund.
func (p *player) membersFund(ctx context.Context, l line) error {
	in := mutual.SchemeIn{Name: "职工互助金", Least: money.Yuan(10), Most: money.Yuan(100), Rules: "自愿加入，按月缴费。"}
	for to, name := range map[*int64]string{&in.WaitMonths: "wait", &in.BackOwn: "own", &in.BackGone: "gone"} {
		if _, err := fmt.Sscan(l.opt[name], to); err != nil {
			return err
		}
	}
	_, err := world.Do(ctx, p.w, "韩守", mutual.Set, in)
	return err
}

// joins WORKER MONTHLY makes a worker a member.
func (p *player) joins(ctx context.Context, l line) error {
	_, err := world.Do(ctx, p.w, "王敏", mutual.Join, mutual.JoinIn{StaffNo: p.w.Staff[l.words[1]].StaffNo, Monthly: l.amount(2), Agree: true})
	return err
}

// contributes MONTH WORKER:amount … is a month's list and payroll's answer to it, in the order the workers joined.
func (p *player) contributes(ctx context.Context, l line) error {
	list, err := world.Do(ctx, p.w, "蒋清", mutual.Collect, mutual.CollectIn{Month: l.words[1]})
	if err != nil {
		return err
	}
	if _, err := world.Do(ctx, p.w, "蒋清", deduction.Send, deduction.ID{ID: list.ID}); err != nil {
		return err
	}
	text := "序号,工号,实扣金额\n"
	for i, w := range l.words[2:] {
		name, amount, _ := strings.Cut(w, ":")
		text += fmt.Sprintf("%d,%s,%s\n", i+1, p.w.Staff[name].StaffNo, amount)
	}
	_, err = world.Do(ctx, p.w, "蒋清", mutual.Land, mutual.LandIn{ID: list.ID, On: p.h.DB.Today(), File: form.NewFile("答复.csv", []byte(text))})
	return err
}

// membership gives a worker's newest membership.
func (p *player) membership(name string) (m mutual.Member, err error) {
	err = p.see(func(ctx context.Context, tx *db.Tx) error {
		all, err := mutual.Memberships(ctx, tx, p.w.Staff[name].ID)
		if err == nil {
			m = all[len(all)-1]
		}
		return err
	})
	return m, err
}

// ownAccount WORKER PAID BACK BENEFITS wants the sums of a member's own account.
func (p *player) ownAccount(_ context.Context, l line) error {
	m, err := p.membership(l.words[1])
	if err != nil {
		return err
	}
	return p.see(func(ctx context.Context, tx *db.Tx) error {
		a, err := mutual.AccountOf(ctx, tx, m)
		if err != nil {
			return err
		}
		return same([]any{a.Paid.Plain(), a.Back.Plain(), a.Benefits.Plain()}, l.words[2:])
	})
}

// leaves WORKER AMOUNT SLIP leaves of the own will; the amount is approved and paid by the slip.
func (p *player) leaves(ctx context.Context, l line) error {
	m, err := p.membership(l.words[1])
	if err != nil {
		return err
	}
	if _, err := world.Do(ctx, p.w, "王敏", mutual.Leave, mutual.LeaveIn{ID: m.ID, Why: mutual.OwnWill}); err != nil {
		return err
	}
	if m, err = world.Do(ctx, p.w, "韩守", mutual.Approve, mutual.ID{ID: m.ID}); err != nil {
		return err
	}
	if err := same(m.Back.Plain(), l.words[2]); err != nil {
		return err
	}
	_, err = world.Do(ctx, p.w, "沈实", mutual.PayBack, mutual.PayBackIn{ID: m.ID, Slip: l.words[3]})
	return err
}
