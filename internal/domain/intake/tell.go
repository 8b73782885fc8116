package intake

import (
	"context"

	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
)

// tellMove tells the worker where an application has come to.
func tellMove(ctx context.Context, tx *db.Tx, a Application) error {
	switch a.State {
	case Submitted, Verifying, Visiting, Panel, Returned, Refused:
		return tellWorker(ctx, tx, a, words.Key("intake.told."+string(a.State)), a.Number, a.Due)
	case Draft, Recommended, Decided, Withdrawn:
	}
	return nil
}

func tellWorker(ctx context.Context, tx *db.Tx, a Application, key words.Key, args ...any) error {
	return nil
}

func tellOfficer(ctx context.Context, tx *db.Tx, a Application, key words.Key, args ...any) error {
	return nil
}
