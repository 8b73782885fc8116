// Package auth says who is asking and what they may do: passwords, one-time secrets, sessions, and the one table of
// rights (right × role × reach). A right is read at each request; a session never carries one.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// The cost of a password: argon2id with 19 MiB, 2 passes, 1 lane. Two are hashed at a time, so that a rush of sign-ins
// cannot eat the memory.
const (
	argonMem, argonTime, argonLanes = 19 * 1024, 2, 1
)

// Hasher bounds how many passwords are hashed at once.
type Hasher chan struct{}

// NewHasher makes a hasher for two at a time.
func NewHasher() Hasher { return make(Hasher, 2) }

// Hash gives the stored form of a password (PHC string).
func (h Hasher) Hash(password string) string {
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // never fails
	b := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", argonMem, argonTime, argonLanes, b(salt[:]), b(h.key(password, salt[:])))
}

func (h Hasher) key(password string, salt []byte) []byte {
	h <- struct{}{}
	defer func() { <-h }()
	return argon2.IDKey([]byte(password), salt, argonTime, argonMem, argonLanes, 32)
}

// Same reports whether a password is the one stored. An empty stored form takes as long and is never the same.
func (h Hasher) Same(password, stored string) bool {
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		h.key(password, make([]byte, 16))
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	got := h.key(password, salt)
	return err1 == nil && err2 == nil && subtle.ConstantTimeCompare(got, want) == 1
}

// SetPassword stores a hash and ends every session of the user.
func SetPassword(ctx context.Context, tx *db.Tx, userID, hash string) error {
	_, err := tx.Exec(ctx, `
		insert into auth_password (union_id, user_id, hash, failed, locked_until, signed_at) values ($1, $2, $3, 0, 0, 0)
		on conflict (union_id, user_id) do update set hash = excluded.hash, failed = 0, locked_until = 0`, tx.Union, userID, hash)
	if err != nil {
		return err
	}
	return EndSessions(ctx, tx, userID)
}

// Enlist puts a login name into the directory, so that its union is found before sign-in.
func Enlist(ctx context.Context, tx *db.Tx, login string) error {
	_, err := tx.Exec(ctx, `insert into auth_directory (login, union_id) values ($1, $2) on conflict do nothing`, org.Login(login), tx.Union)
	return err
}

// UnionsOf gives the unions that know a login name.
func UnionsOf(ctx context.Context, tx *db.Tx, login string) ([]string, error) {
	return db.All[string](ctx, tx, `select union_id from auth_directory where login = $1 order by union_id`, org.Login(login))
}

// Stored is what a sign-in is checked against.
type Stored struct{ UserID, Hash string }

// StoredOf gives what a login's password is checked against; nobody's is empty and never matches.
func StoredOf(ctx context.Context, tx *db.Tx, login string) (Stored, error) {
	s, _, err := db.Maybe[Stored](ctx, tx, `
		select p.user_id, p.hash from auth_password p where p.union_id = $1 and p.user_id = $2`,
		tx.Union, loginID(ctx, tx, login))
	return s, err
}

func loginID(ctx context.Context, tx *db.Tx, login string) string {
	u, ok, err := org.UserByLogin(ctx, tx, login)
	if err != nil || !ok || u.Status != "active" {
		return ""
	}
	return u.ID
}

// ActorOf gives a user as an actor with today's posts. Fault: Denied "auth.session" for a closed account.
func ActorOf(ctx context.Context, tx *db.Tx, userID string) (db.Actor, error) {
	u, err := org.UserByID(ctx, tx, userID)
	if err != nil && fault.Of(err).Kind != fault.Missing { // a database that is away signs nobody out
		return db.Actor{}, err
	}
	if err != nil || u.Status != "active" {
		return db.Actor{}, fault.New(fault.Denied, "auth.session")
	}
	posts, err := org.PostsOf(ctx, tx, userID)
	return db.Actor{Union: tx.Union, User: u.ID, Person: u.PersonID, Name: u.Name, Lang: u.Lang, Posts: posts}, err
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
