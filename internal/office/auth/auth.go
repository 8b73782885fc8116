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
	"time"

	"golang.org/x/crypto/argon2"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// The cost of a password: argon2id with 19 MiB, 2 passes, 1 lane. Two are hashed at a time, so that a rush of sign-ins
// cannot eat the memory.
const (
	argonMem, argonTime, argonLanes = 19 * 1024, 2, 1
	idle                            = 2 * time.Hour
	longest                         = 12 * time.Hour
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

// Strong checks a new secret: 8 to 64 characters, not all the same, not the login itself. Faults: "auth.short",
// "auth.long", "auth.weak".
func Strong(password, login string) error {
	n := len([]rune(password))
	switch {
	case n < 8:
		return fault.New(fault.Invalid, "auth.short")
	case n > 64:
		return fault.New(fault.Invalid, "auth.long")
	case strings.EqualFold(password, login), strings.Count(password, password[:1]) == len(password),
		strings.Contains("01234567890123456789", password), strings.Contains("98765432109876543210", password):
		return fault.New(fault.Invalid, "auth.weak")
	}
	return nil
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
type Stored struct {
	UserID, Hash string
	LockedUntil  int64
}

// StoredOf gives what a login's password is checked against; nobody's is empty and never matches.
func StoredOf(ctx context.Context, tx *db.Tx, login string) (Stored, error) {
	s, _, err := db.Maybe[Stored](ctx, tx, `
		select p.user_id, p.hash, p.locked_until from auth_password p where p.union_id = $1 and p.user_id = $2`,
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

// freeTries is how many wrong passwords cost nothing; each one after locks the account for a minute more, fifteen at most.
const freeTries = 5

// Wrong counts a wrong password and says how long the account now waits.
func Wrong(ctx context.Context, tx *db.Tx, userID string) (time.Duration, error) {
	if userID == "" {
		return 0, nil
	}
	n, err := db.Value[int64](ctx, tx, `
		update auth_password set failed = failed + 1 where union_id = $1 and user_id = $2 returning failed`, tx.Union, userID)
	if err != nil || n < freeTries {
		return 0, err
	}
	wait := time.Duration(min(n-freeTries+1, 15)) * time.Minute
	_, err = tx.Exec(ctx, `update auth_password set locked_until = $3 where union_id = $1 and user_id = $2`,
		tx.Union, userID, tx.Now.Add(wait).UnixMilli())
	return wait, err
}

// Session is one signed-in browser or program.
type Session struct {
	UnionID, ID, UserID, Via string
	CreatedAt, SeenAt, Until int64
}

// Begin opens a session and gives its token, "union.secret"; only the token's hash is kept.
func Begin(ctx context.Context, tx *db.Tx, userID, via string) (string, error) {
	token := db.Token()
	_, err := tx.Exec(ctx, `update auth_password set failed = 0, locked_until = 0, signed_at = $3 where union_id = $1 and user_id = $2`,
		tx.Union, userID, tx.Ms())
	if err != nil {
		return "", err
	}
	err = db.Insert(ctx, tx, "auth_session", Session{UnionID: tx.Union, ID: hash(token), UserID: userID, Via: via,
		CreatedAt: tx.Ms(), SeenAt: tx.Ms(), Until: tx.Now.Add(longest).UnixMilli()})
	return tx.Union + "." + token, err
}

// Who gives the actor of a token as of now: name, person, posts. Fault: Denied "auth.session" when the session is over.
func Who(ctx context.Context, d *db.DB, token string) (db.Actor, error) {
	union, secret, _ := strings.Cut(token, ".")
	over := fault.New(fault.Denied, "auth.session")
	if union == "" || secret == "" {
		return db.Actor{}, over
	}
	var a db.Actor
	stale := false
	err := d.View(ctx, db.Actor{Union: union, User: "system"}, func(ctx context.Context, tx *db.Tx) error {
		s, ok, err := db.Maybe[Session](ctx, tx, `
			select union_id, id, user_id, via, created_at, seen_at, until from auth_session where union_id = $1 and id = $2`, union, hash(secret))
		if err != nil {
			return err
		}
		if !ok || s.Until < tx.Ms() || s.SeenAt < tx.Now.Add(-idle).UnixMilli() {
			return over
		}
		stale = s.SeenAt < tx.Now.Add(-time.Minute).UnixMilli()
		a, err = ActorOf(ctx, tx, s.UserID)
		a.Session, a.Via = s.ID, s.Via
		return err
	})
	if err == nil && stale {
		err = d.Update(ctx, a, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `update auth_session set seen_at = $3 where union_id = $1 and id = $2`, tx.Union, a.Session, tx.Ms())
			return err
		})
	}
	return a, err
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

// End ends the actor's own session.
func End(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `delete from auth_session where union_id = $1 and id = $2`, tx.Union, tx.Actor.Session)
	return err
}

// EndSessions ends every session of a user.
func EndSessions(ctx context.Context, tx *db.Tx, userID string) error {
	_, err := tx.Exec(ctx, `delete from auth_session where union_id = $1 and user_id = $2`, tx.Union, userID)
	return err
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
