package plan

import (
	"context"

	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/notice"
)

// WriteAct writes or revises a plan.
var WriteAct = act.Act[PlanIn, Plan]{Name: "plan.write", Title: "制定帮扶计划", Right: "plan.write",
	Do: func(ctx context.Context, tx *db.Tx, in PlanIn) (Plan, error) {
		app, err := intake.Reached(ctx, tx, "plan.write", in.ApplicationID)
		if err != nil {
			return Plan{}, err
		}
		p, err := Write(ctx, tx, in)
		tx.About("plan", p.ID, "goal", "content", "method", "steps")
		tx.Trail.Subject = app.PersonID
		return p, err
	}}

// StepAct ticks a step off.
var StepAct = act.Act[StepIn, act.None]{Name: "plan.step", Title: "完成计划步骤", Right: "plan.write",
	Do: func(ctx context.Context, tx *db.Tx, in StepIn) (act.None, error) {
		if _, err := intake.Reached(ctx, tx, "plan.write", in.ApplicationID); err != nil {
			return act.None{}, err
		}
		return act.None{}, StepDone(ctx, tx, in)
	}}

// MeetAct writes the minutes of a meeting.
var MeetAct = act.Act[MeetIn, Meeting]{Name: "plan.meet", Title: "记录会议纪要", Right: "plan.meet", Do: Meet}

// ProposeAct puts an award before those who decide.
var ProposeAct = act.Act[ProposeIn, Award]{Name: "plan.propose", Title: "提出帮扶意见", Right: "plan.propose", Do: Propose}

// DecideAct is one person's decision on one award.
var DecideAct = act.Act[DecideIn, Award]{Name: "plan.decide", Title: "审批", Right: "plan.decide", Do: Decide}

// BatchIn decides several awards at once, those whose list was shown.
type BatchIn struct {
	IDs []string `form:"id" label:"审批哪些" need:"true" max:"40"`
}

// BatchAct says yes to each of a list; one that cannot be decided refuses them all, named, so that no gate is jumped.
var BatchAct = act.Act[BatchIn, int]{Name: "plan.decide_batch", Title: "批量审批", Right: "plan.decide",
	Do: func(ctx context.Context, tx *db.Tx, in BatchIn) (int, error) {
		for _, id := range in.IDs {
			if _, err := Decide(ctx, tx, DecideIn{ID: id, Yes: "yes"}); err != nil {
				return 0, err
			}
		}
		tx.About("award", "", "decision")
		return len(in.IDs), nil
	}}

// PublishAct opens a 公示.
var PublishAct = act.Act[PublishIn, notice.Sheet]{Name: "plan.publish", Title: "发布公示", Right: "plan.publish", Do: Publish}

// Acts lists what can be done to plans and awards.
func Acts() []act.Any {
	return []act.Any{WriteAct, StepAct, MeetAct, ProposeAct, DecideAct, BatchAct, PublishAct, WithdrawAct, CloseGone, ResultPaper}
}
