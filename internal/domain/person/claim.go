package person

import (
	"context"
	"strings"

	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// WorkerOf gives the worker an account is of: the login is the staff number and the name the same; "" when there is none or
// the worker has an account already.
func WorkerOf(ctx context.Context, tx *db.Tx, login, name string) (string, error) {
	for _, no := range []string{org.Login(login), strings.ToUpper(org.Login(login))} {
		w, ok, err := ByStaffNo(ctx, tx, no)
		if err != nil {
			return "", err
		}
		if !ok || w.Name != strings.TrimSpace(name) {
			continue
		}
		_, taken, err := org.UserOfPerson(ctx, tx, w.ID)
		if err != nil || taken {
			return "", err
		}
		return w.ID, nil
	}
	return "", nil
}

// claim ties the staff's accounts to the workers they are, after workers have come onto the roster: who reviews is then
// kept from own and relatives' cases (S06) without anybody having to declare it.
func claim(ctx context.Context, tx *db.Tx) error {
	open, err := org.Unclaimed(ctx, tx)
	if err != nil {
		return err
	}
	for _, u := range open {
		id, err := WorkerOf(ctx, tx, u.Login, u.Name)
		if err != nil {
			return err
		}
		if id != "" {
			if err := org.Claim(ctx, tx, u.ID, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// claimFor is claim for one worker just added.
func claimFor(ctx context.Context, tx *db.Tx, w Worker) error {
	u, ok, err := org.UserByLogin(ctx, tx, w.StaffNo)
	if err != nil || !ok || u.PersonID != "" || u.Name != w.Name {
		return err
	}
	return org.Claim(ctx, tx, u.ID, w.ID)
}

// unclaim lets go of the staff's accounts whose workers a batch added, before it is undone.
func unclaim(ctx context.Context, tx *db.Tx, batchID string) error {
	staff, err := org.Users(ctx, tx)
	if err != nil {
		return err
	}
	for _, u := range staff {
		if u.PersonID == "" {
			continue
		}
		n, err := db.Value[int64](ctx, tx, `
			select count(*) from person_next_worker where union_id = $1 and batch_id = $2 and op = 'new' and id = $3`, tx.Union, batchID, u.PersonID)
		if err != nil {
			return err
		}
		if n > 0 {
			if err := org.Claim(ctx, tx, u.ID, ""); err != nil {
				return err
			}
		}
	}
	return nil
}
