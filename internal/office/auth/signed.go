package auth

import (
	"context"

	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// SignedIn reports whether a worker has an account and has ever signed in to it: whether a message can reach them there.
func SignedIn(ctx context.Context, tx *db.Tx, personID string) (bool, error) {
	u, ok, err := org.UserOfPerson(ctx, tx, personID)
	if err != nil || !ok || u.Status != "active" {
		return false, err
	}
	at, err := db.Value[int64](ctx, tx, `select signed_at from auth_password where union_id = $1 and user_id = $2`, tx.Union, u.ID)
	return at > 0, err
}
