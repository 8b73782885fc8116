package person

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// Move changes the status of a worker on a day: leaves, is transferred out of the union, dies, or comes back. The file, the
// household and what runs stay; the packages that pay and follow read the status. Faults: "person.status_same",
// "person.status_day", "person.status_dead".
func Move(ctx context.Context, tx *db.Tx, in MoveIn) error {
	w, err := row(ctx, tx, in.WorkerID)
	switch {
	case err != nil:
		return err
	case w.Status == in.To:
		return fault.New(fault.Refused, "person.status_same", in.To)
	case w.Status == Deceased:
		return fault.New(fault.Refused, "person.status_dead")
	case !in.On.Valid() || in.On > tx.Day() || in.On < w.StatusOn:
		return fault.New(fault.Invalid, "person.status_day").At("on")
	}
	err = tx.Must(ctx, "fault.stale", `
		update person_worker set status = $4, status_on = $5, status_note = $6, version = version + 1, changed_at = $7
		where union_id = $1 and id = $2 and version = $3`, tx.Union, w.ID, w.Version, in.To, in.On, in.Note, tx.Ms())
	if err != nil || in.To != Deceased {
		return err
	}
	_, err = tx.Exec(ctx, `update person_member set until = $3, end_reason = 'deceased', version = version + 1
		where union_id = $1 and worker_id = $2 and until = ''`, tx.Union, w.ID, in.On.Add(1))
	return err
}

// MoveIn says to what status a worker moves, from what day, and why.
type MoveIn struct {
	WorkerID string
	To       Status
	On       day.Day
	Note     string
}

// Transfer moves a worker to another unit of the same union from today on; what is under way follows within minutes (intake.Follow,
// plan.Follow, payment.Follow).
// Faults: Missing for the unit, "person.status_unit" for the same one, "person.not_active".
func Transfer(ctx context.Context, tx *db.Tx, workerID, unitID string) error {
	w, err := Get(ctx, tx, workerID)
	if err != nil {
		return err
	}
	if _, err := org.UnitOf(ctx, tx, unitID); err != nil {
		return err
	}
	if w.UnitID == unitID {
		return fault.New(fault.Refused, "person.status_unit").At("unit_id")
	}
	_, err = Change(ctx, tx, Staged{ID: workerID, Draft: Draft{UnitID: unitID}})
	return err
}
