package app

import (
	"context"
	"fmt"

	"bangfu/internal/app/world"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/deduction"
	"bangfu/internal/engine/form"
	"bangfu/internal/programme/mutual"
)

// demoMutual has a mutual fund with members, a month paid in, a list for the next and one who leaves.
func (h *House) demoMutual(ctx context.Context, w *world.World) error {
	if _, err := world.Do(ctx, w, "hanshou", mutual.Set, mutual.SchemeIn{Name: "职工互助金", Least: money.Yuan(10), Most: money.Yuan(100), WaitMonths: 1, Missed: 6,
		BackOwn: 50, BackGone: 100, Rules: "自愿加入，每月从工资里扣。缴费后本人住院，自己付的部分补助三成，一年最多 10000 元。退会按比例退还。"}); err != nil {
		return err
	}
	var all []demoMember
	for i, g := range w.Groups[:3] {
		for j, name := range g.Workers[1:5] {
			m, err := world.Do(ctx, w, "wangmin", mutual.Join, mutual.JoinIn{StaffNo: w.Staff[name].StaffNo, Monthly: money.Yuan(int64(10 * (1 + (i+j)%4))), Agree: true})
			if err != nil {
				return err
			}
			all = append(all, demoMember{m, w.Staff[name].StaffNo})
		}
	}
	today := h.DB.Today()
	l, err := world.Do(ctx, w, "jiangqing", mutual.Collect, mutual.CollectIn{Month: string(today)[:7]})
	if err != nil {
		return err
	}
	if _, err := world.Do(ctx, w, "jiangqing", deduction.Send, deduction.ID{ID: l.ID}); err != nil {
		return err
	}
	text := "序号,工号,实扣金额,少扣原因\n"
	for i, m := range all {
		if i == len(all)-1 {
			text += fmt.Sprintf("%d,%s,0,病假 当月没有工资\n", i+1, m.staff)
			continue
		}
		text += fmt.Sprintf("%d,%s,%s,\n", i+1, m.staff, m.Monthly.Plain())
	}
	if _, err := world.Do(ctx, w, "jiangqing", mutual.Land, mutual.LandIn{ID: l.ID, On: today, File: form.NewFile("扣款结果.csv", []byte(text))}); err != nil {
		return err
	}
	if _, err := world.Do(ctx, w, "wangmin", mutual.Leave, mutual.LeaveIn{ID: all[3].ID, Why: mutual.OwnWill}); err != nil {
		return err
	}
	_, err = world.Do(ctx, w, "jiangqing", mutual.Collect, mutual.CollectIn{Month: string(today.Add(31))[:7]})
	return err
}

// demoMember is a member with the number payroll knows them by.
type demoMember struct {
	mutual.Member
	staff string
}
