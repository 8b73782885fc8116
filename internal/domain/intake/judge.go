package intake

import (
	"context"

	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
)

// Judge has the programme's standard judge an application as of today. False when no standard is in force or no programme
// is named yet: a panel then judges by hand.
func Judge(ctx context.Context, tx *db.Tx, a Application) (standard.Verdict, bool, error) {
	return standard.Verdict{}, false, nil
}

func fileFacts(ctx context.Context, tx *db.Tx, a Application) (standard.Facts, error) {
	return nil, nil
}
