package plan

import (
	"context"

	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// WithdrawAct takes an application back, until what was decided on it is signed: what it asked for is cancelled, its budget is
// free again, and its line in a 公示 is taken down. Faults: "plan.withdraw_signed" (Refused), those of intake.TakeBackAll.
var WithdrawAct = act.Act[intake.WithdrawIn, act.None]{Name: "plan.withdraw", Title: "撤回申请", Right: "intake.fill",
	Do: func(ctx context.Context, tx *db.Tx, in intake.WithdrawIn) (act.None, error) {
		if _, err := intake.Reached(ctx, tx, "intake.fill", in.ID); err != nil {
			return act.None{}, err
		}
		if err := takeBack(ctx, tx, in.ID); err != nil {
			return act.None{}, err
		}
		return act.None{}, intake.Withdraw(ctx, tx, in)
	}}
