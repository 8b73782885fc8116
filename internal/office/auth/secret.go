package auth

import (
	"context"
	"crypto/rand"
	"math/big"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
)

// The kinds of one-time secret.
const (
	SecretFirstRun = "first_run" // the link printed at the first start; makes the administrator
	SecretSignIn   = "sign_in"   // a link that signs one user in, once
	SecretCode     = "code"      // eight digits a group leader hands over: lets a worker set a secret, confirms nothing
	SecretConsent  = "consent"   // a link by which an adult relative consents on their own phone
)

// maxTries is how many wrong guesses end a code of eight digits: a chance of one in a million. Each place has five before
// it must wait (Take), so that nobody can end another's code at once.
const maxTries = 100

// Secret is a one-time secret about a subject.
type Secret struct {
	UnionID, ID, Kind, Subject, MadeBy string
	Until, UsedAt, Tries               int64
}

const secretColumns = `union_id, id, kind, subject, made_by, until, used_at, tries`

// Link makes a long one-time secret for a subject, good for a while.
func Link(ctx context.Context, tx *db.Tx, kind, subject string, good time.Duration) (string, error) {
	token := db.Token()
	return token, db.Insert(ctx, tx, "auth_secret", Secret{UnionID: tx.Union, ID: hash(token), Kind: kind, Subject: subject,
		MadeBy: tx.Actor.User, Until: tx.Now.Add(good).UnixMilli()})
}

// Code makes an eight-digit code for a user, good for a day; an older code of the same user dies.
func Code(ctx context.Context, tx *db.Tx, userID string) (string, error) {
	if _, err := tx.Exec(ctx, `delete from auth_secret where union_id = $1 and kind = $2 and subject = $3`, tx.Union, SecretCode, userID); err != nil {
		return "", err
	}
	n, err := rand.Int(rand.Reader, big.NewInt(90_000_000))
	if err != nil {
		return "", err
	}
	code := n.Add(n, big.NewInt(10_000_000)).String()
	return code, db.Insert(ctx, tx, "auth_secret", Secret{UnionID: tx.Union, ID: hash(userID + code), Kind: SecretCode, Subject: userID,
		MadeBy: tx.Actor.User, Until: tx.Now.Add(24 * time.Hour).UnixMilli()})
}

// Peek gives a live link without using it. Fault: Denied "auth.link" when it is used up, too old or unknown.
func Peek(ctx context.Context, tx *db.Tx, kind, token string) (Secret, error) {
	s, ok, err := db.Maybe[Secret](ctx, tx, `
		select `+secretColumns+` from auth_secret where union_id = $1 and kind = $2 and id = $3 and used_at = 0 and until > $4`,
		tx.Union, kind, hash(token), tx.Ms())
	if err == nil && !ok {
		err = fault.New(fault.Denied, "auth.link")
	}
	return s, err
}

// Use spends a link. Fault: Denied "auth.link".
func Use(ctx context.Context, tx *db.Tx, kind, token string) (Secret, error) {
	s, err := Peek(ctx, tx, kind, token)
	if err != nil {
		return s, err
	}
	return s, tx.Must(ctx, "auth.link", `
		update auth_secret set used_at = $4 where union_id = $1 and kind = $2 and id = $3 and used_at = 0`, tx.Union, kind, s.ID, tx.Ms())
}

// InstallUnion is the place of secrets that belong to no union yet.
const InstallUnion = "install"

// PeekFirst gives the live first-run link without using it. Fault: Denied "auth.link".
func PeekFirst(ctx context.Context, tx *db.Tx, token string) error {
	n, err := db.Value[int64](ctx, tx, `select count(*) from auth_secret where union_id = $1 and kind = $2 and id = $3 and used_at = 0 and until > $4`,
		InstallUnion, SecretFirstRun, hash(token), tx.Ms())
	if err == nil && n == 0 {
		err = fault.New(fault.Denied, "auth.link")
	}
	return err
}

func useFirst(ctx context.Context, tx *db.Tx, token string) (int64, error) {
	n, err := tx.Exec(ctx, `update auth_secret set used_at = $4 where union_id = $1 and kind = $2 and id = $3 and used_at = 0 and until > $4`,
		InstallUnion, SecretFirstRun, hash(token), tx.Ms())
	if err == nil && n != 1 {
		err = fault.New(fault.Denied, "auth.link")
	}
	return n, err
}

// CodeGood reports whether a code is the live one of a user, and spends it if so. A wrong guess is counted; after a
// hundred the code is dead. The caller keeps the act whichever the answer, so that the count stays.
func CodeGood(ctx context.Context, tx *db.Tx, userID, code string) (bool, error) {
	n, err := tx.Exec(ctx, `
		update auth_secret set used_at = $5 where union_id = $1 and kind = $2 and subject = $3 and id = $4
		and used_at = 0 and until > $5 and tries < $6`, tx.Union, SecretCode, userID, hash(userID+code), tx.Ms(), maxTries)
	if err != nil || n == 1 {
		return n == 1, err
	}
	_, err = tx.Exec(ctx, `update auth_secret set tries = tries + 1 where union_id = $1 and kind = $2 and subject = $3`,
		tx.Union, SecretCode, userID)
	return false, err
}
