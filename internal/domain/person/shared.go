package person

import (
	"context"

	"bangfu/internal/engine/db"
)

// SharesCard reports a card that a worker of another household is paid to as well: a payment to it is looked at first (S09).
func SharesCard(ctx context.Context, tx *db.Tx, workerID string) (bool, error) {
	n, err := db.Value[int64](ctx, tx, `
		select count(*) from person_worker w join person_worker o on o.union_id = w.union_id and o.card_ix = w.card_ix
		where w.union_id = $1 and w.id = $2 and w.card_ix <> '' and o.id <> w.id and o.household_id <> w.household_id`, tx.Union, workerID)
	return n > 0, err
}

// Hold keeps a household to this act until it ends, so that two acts that count its help do not both miss the other's.
func Hold(ctx context.Context, tx *db.Tx, householdID string) error {
	return tx.Must(ctx, "fault.missing", `update person_household set version = version where union_id = $1 and id = $2`, tx.Union, householdID)
}

// IsCard reports whether a number is the card of a worker on the rolls of the union; the number itself is kept nowhere.
func IsCard(ctx context.Context, tx *db.Tx, number string) (bool, error) {
	n, err := db.Value[int64](ctx, tx, `select count(*) from person_worker where union_id = $1 and card_ix = $2`, tx.Union, tx.Index(indexCard, number))
	return n > 0, err
}
