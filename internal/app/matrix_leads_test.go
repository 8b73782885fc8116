package app

import (
	"context"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
)

// hinted gives a family a lead as it was before it had a file, with somebody's word on it and its own yes.
func (m *matrix) hinted(t *testing.T, w *world.World, p person.Worker, ids map[string]string) {
	t.Helper()
	must(t, m.h.DB.Update(t.Context(), db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
		l := discovery.Lead{UnionID: tx.Union, ID: tx.ID(), PersonID: p.ID, HouseholdID: p.HouseholdID, UnitID: p.UnitID, UnitPath: p.UnitPath,
			State: discovery.New, DueOn: tx.Day(), UntilOn: tx.Day().Add(30), FoundOn: tx.Day(), Version: 1}
		ids["lead"] = l.ID
		return db.Insert(ctx, tx, "discovery_lead", l)
	}))
}
