package intake

import (
	"context"
	"slices"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// AssignIn gives several applications to one officer: all of them or none.
type AssignIn struct {
	IDs     []string `form:"ids" label:"选中的申请" need:"true" max:"40"`
	Officer string   `form:"officer" label:"分派给" need:"true" max:"40"`
}

// AssignOut says how many changed hands.
type AssignOut struct{ Given int }

// Assign is the act (S06). An officer gives away what nobody has or what is theirs; a chair gives any. Faults (Refused):
// "intake.assign_none", "intake.assign_officer" when that person is no officer there, "intake.assign_own" when it is that
// officer's own or a relative's case or the officer gave its first review, "intake.assign_state", "intake.taken".
var Assign = act.Act[AssignIn, AssignOut]{Name: "intake.assign", Title: "分派申请", Right: "intake.assign",
	Do: func(ctx context.Context, tx *db.Tx, in AssignIn) (AssignOut, error) {
		var out AssignOut
		to, err := org.UserByID(ctx, tx, in.Officer)
		if err != nil {
			return out, err
		}
		if len(in.IDs) == 0 {
			return out, fault.New(fault.Refused, "intake.assign_none")
		}
		for _, id := range in.IDs {
			a, err := handled(ctx, tx, "intake.assign", id)
			if err != nil {
				return out, err
			}
			if a.OfficerID == to.ID {
				continue
			}
			if err := a.give(ctx, tx, to); err != nil {
				return out, err
			}
			out.Given++
		}
		if out.Given == 0 || to.ID == tx.Actor.User {
			return out, nil
		}
		return out, notify.Send(ctx, tx, notify.To{UserID: to.ID}, notify.Text{Key: "intake.told.assigned", Args: []any{out.Given}, Href: "/desk/applications?mine=1"})
	}}

// give hands one application to an officer who may have it.
func (a Application) give(ctx context.Context, tx *db.Tx, to org.User) error {
	if !a.State.Can("verify") {
		return fault.New(fault.Refused, "intake.assign_state", a.Number, a.State)
	}
	if a.OfficerID != "" && a.OfficerID != tx.Actor.User && !tx.Actor.Has(org.RoleChair) {
		return fault.New(fault.Refused, "intake.taken")
	}
	kin, err := person.Kin(ctx, tx, a.PersonID)
	if err != nil {
		return err
	}
	steps, err := Steps(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	barred := append(slices.Concat(kin, task.Split(a.Barred)), a.PersonID)
	for _, s := range steps {
		if s.Act == "pass" || s.Act == "forward" {
			barred = append(barred, s.UserID, s.PersonID)
		}
	}
	if task.Bars(barred, to.ID, to.PersonID) {
		return fault.New(fault.Refused, "intake.assign_own", a.Number, to.Name)
	}
	seats, err := org.Seats(ctx, tx, org.RoleOfficer, a.UnitPath)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(seats, func(h org.Holder) bool { return h.UserID == to.ID }) {
		return fault.New(fault.Refused, "intake.assign_officer", a.Number, to.Name)
	}
	tx.About("application", a.ID, "officer")
	a.OfficerID = to.ID
	if err := save(ctx, tx, &a, a.State); err != nil {
		return err
	}
	if err := note(ctx, tx, a.ID, Step{Act: "assign", FromState: a.State, ToState: a.State, Answer: to.Name}); err != nil {
		return err
	}
	return shift(ctx, tx, a)
}
