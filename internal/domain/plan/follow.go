package plan

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/approval"
	"bangfu/internal/office/notice"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// followed is how many awards one act of the walk looks at.
const followed = 200

// Follow walks the awards under way as intake.Follow walks applications: those of workers in another unit go along with their
// applications, and where the worker is no longer here an officer gets the turn. It is called with what it gave before until it gives "".
func Follow(ctx context.Context, tx *db.Tx, after string) (next string, err error) {
	all, err := db.All[Award](ctx, tx, `
		select `+columns+` from plan_award
		where union_id = $1 and state not in ('refused', 'paid', 'stopped', 'cancelled') and id > $2 order by id limit $3`, tx.Union, after, followed)
	if err != nil {
		return "", err
	}
	var ids []string
	for _, a := range all {
		ids = append(ids, a.PersonID)
	}
	who, err := person.Many(ctx, tx, ids)
	if err != nil {
		return "", err
	}
	for _, a := range all {
		if err := a.along(ctx, tx, who[a.PersonID]); err != nil {
			return "", err
		}
	}
	if len(all) < followed {
		return "", nil
	}
	return all[len(all)-1].ID, nil
}

func (a Award) along(ctx context.Context, tx *db.Tx, w person.Worker) error {
	switch {
	case w.Status != person.Active && a.State != Signed: // what is signed is held by payment
		app, err := intake.Get(ctx, tx, a.ApplicationID)
		if err != nil {
			return err
		}
		return intake.AskGone(ctx, tx, app, w)
	case w.Status != person.Active || w.UnitID == a.UnitID:
		return nil
	}
	to, err := org.UnitOf(ctx, tx, w.UnitID)
	if err != nil {
		return err
	}
	if err := intake.Rehome(ctx, tx, a.ApplicationID, to.ID); err != nil {
		return err
	}
	if err := approval.Rehome(ctx, tx, "award", a.ID, to); err != nil {
		return err
	}
	err = tx.Must(ctx, "fault.stale", `update plan_award set unit_id = $4, unit_path = $5, version = version + 1 where union_id = $1 and id = $2 and version = $3`,
		tx.Union, a.ID, a.Version, to.ID, to.Path)
	if err != nil {
		return err
	}
	return task.Rehome(ctx, tx, a.ID, to)
}

// CloseGone ends the application of a worker who died, left or went to another union: what it asked for is cancelled, its budget is
// free again, its line in a 公示 is taken down. What was signed already is stopped in payments. Faults: "plan.withdraw_signed"
// (Refused), those of intake.EndGone.
var CloseGone = act.Act[intake.GoneIn, act.None]{Name: "plan.close_gone", Title: "职工已不在，结束申请", Right: "intake.officer",
	Do: func(ctx context.Context, tx *db.Tx, in intake.GoneIn) (act.None, error) {
		if err := intake.MayEndGone(ctx, tx, in.ID); err != nil {
			return act.None{}, err
		}
		if err := takeBack(ctx, tx, in.ID); err != nil {
			return act.None{}, err
		}
		return act.None{}, intake.EndGone(ctx, tx, in)
	}}

// takeBack cancels what was decided on an application and is not signed. Fault: "plan.withdraw_signed" (Refused).
func takeBack(ctx context.Context, tx *db.Tx, applicationID string) error {
	all, err := OfApplication(ctx, tx, applicationID)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.State == Signed || a.State == Paid {
			return fault.New(fault.Refused, "plan.withdraw_signed", a.Number)
		}
	}
	for i := range all {
		if all[i].State.Ended() {
			continue
		}
		if err := notice.WithdrawObject(ctx, tx, all[i].ID, "plan.withdrawn"); err != nil {
			return err
		}
		if err := all[i].cancel(ctx, tx, "plan.withdrawn"); err != nil {
			return err
		}
	}
	return nil
}
