package plan

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/notice"
)

// WithdrawAct takes an application back, until what was decided on it is signed: what it asked for is cancelled, its budget is
// free again, and its line in a 公示 is taken down. Faults: "plan.withdraw_signed" (Refused), those of intake.TakeBackAll.
var WithdrawAct = act.Act[intake.WithdrawIn, act.None]{Name: "plan.withdraw", Title: "撤回申请", Right: "intake.fill",
	Do: func(ctx context.Context, tx *db.Tx, in intake.WithdrawIn) (act.None, error) {
		if _, err := intake.Reached(ctx, tx, "intake.fill", in.ID); err != nil {
			return act.None{}, err
		}
		all, err := OfApplication(ctx, tx, in.ID)
		if err != nil {
			return act.None{}, err
		}
		for _, a := range all {
			if a.State == Signed || a.State == Paid {
				return act.None{}, fault.New(fault.Refused, "plan.withdraw_signed", a.Number)
			}
		}
		for i := range all {
			if all[i].State.Ended() {
				continue
			}
			if err := notice.WithdrawObject(ctx, tx, all[i].ID, "plan.withdrawn"); err != nil {
				return act.None{}, err
			}
			if err := all[i].cancel(ctx, tx, "plan.withdrawn"); err != nil {
				return act.None{}, err
			}
		}
		return act.None{}, intake.Withdraw(ctx, tx, in)
	}}
