package discovery

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
)

// Reason is how many families of a part of the union were found in hardship for a cause and a root, within a year (S03 cause
// analysis).
type Reason struct {
	Year, UnitID string
	Cause        string
	Root         Root
	N            int64
}

// Reasons counts the leads that proved true by year, unit, cause and root, within the actor's reach.
func Reasons(ctx context.Context, tx *db.Tx) ([]Reason, error) {
	where, args := auth.Scope(tx.Actor, "discovery.see").Where("unit_path", "person_id", tx.Actor.Person, 2)
	return db.All[Reason](ctx, tx, `
		select substr(ended_on, 1, 4) as year, unit_id, cause, root, count(*) as n from discovery_lead
		where union_id = $1 and outcome = 'true' and `+where+` group by substr(ended_on, 1, 4), unit_id, cause, root order by 1 desc, 2, 3, 4`,
		append([]any{tx.Union}, args...)...)
}

func invalid(field, key string, args ...any) error {
	return fault.New(fault.Invalid, key, args...).At(field)
}
