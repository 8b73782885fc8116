package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/big"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// Codes of an app are those of RFC 6238 with its defaults, which every app knows: SHA-1, 30 seconds, 6 digits. A clock may
// be one step off either way.
const (
	codeStep   = 30
	codeDigits = 6
	codeSlack  = 1
	recoveries = 10
)

// Digits gives the code of a secret at a time step, of so many digits (RFC 4226, RFC 6238).
func Digits(secret []byte, step int64, digits int) string {
	var at [8]byte
	binary.BigEndian.PutUint64(at[:], uint64(step))
	mac := hmac.New(sha1.New, secret)
	mac.Write(at[:])
	sum := mac.Sum(nil)
	n := binary.BigEndian.Uint32(sum[sum[len(sum)-1]&15:]) & 0x7fffffff
	mod := uint32(1)
	for range digits {
		mod *= 10
	}
	return fmt.Sprintf("%0*d", digits, n%mod)
}

type factor struct {
	UnionID, UserID      string
	Secret               []byte
	Step, MadeAt, LiveAt int64
}

func factorOf(ctx context.Context, tx *db.Tx, userID string) (factor, bool, error) {
	return db.Maybe[factor](ctx, tx, `
		select union_id, user_id, secret, step, made_at, live_at from auth_factor where union_id = $1 and user_id = $2`, tx.Union, userID)
}

// Enrolled reports whether a user signs in with codes.
func Enrolled(ctx context.Context, tx *db.Tx, userID string) (bool, error) {
	f, ok, err := factorOf(ctx, tx, userID)
	return ok && f.LiveAt > 0, err
}

// Enrolment is what an app is told once: the secret in base 32 and the address that the picture holds.
type Enrolment struct{ Secret, URI string }

// Shown gives the enrolment that waits for the actor's first code; false when there is none.
func Shown(ctx context.Context, tx *db.Tx) (Enrolment, bool, error) {
	f, ok, err := factorOf(ctx, tx, tx.Actor.User)
	if err != nil || !ok || f.LiveAt > 0 {
		return Enrolment{}, false, err
	}
	e, err := enrolment(ctx, tx, f)
	return e, err == nil, err
}

func enrolment(ctx context.Context, tx *db.Tx, f factor) (Enrolment, error) {
	secret, err := tx.Open("auth_factor.secret", f.UserID, f.Secret)
	if err != nil {
		return Enrolment{}, err
	}
	u, err := org.UserByID(ctx, tx, f.UserID)
	if err != nil {
		return Enrolment{}, err
	}
	about, err := org.Info(ctx, tx)
	issuer := about.Short
	if issuer == "" {
		issuer = "Bangfu"
	}
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(secret))
	uri := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + u.Login,
		RawQuery: url.Values{"secret": {text}, "issuer": {issuer}}.Encode()}
	return Enrolment{Secret: text, URI: strings.ReplaceAll(uri.String(), "+", "%20")}, err
}

// enrol makes a new secret for the actor, not yet live; one that is live stays until the new one is confirmed elsewhere.
// Fault: Conflict "auth.code_live".
func enrol(ctx context.Context, tx *db.Tx) error {
	var secret [20]byte
	_, _ = rand.Read(secret[:]) // never fails
	sealed, err := tx.Seal("auth_factor.secret", tx.Actor.User, string(secret[:]))
	if err != nil {
		return err
	}
	return tx.Must(ctx, "auth.code_live", `
		insert into auth_factor (union_id, user_id, secret, step, made_at, live_at) values ($1, $2, $3, 0, $4, 0)
		on conflict (union_id, user_id) do update set secret = excluded.secret, made_at = excluded.made_at, step = 0
		where auth_factor.live_at = 0`, tx.Union, tx.Actor.User, sealed, tx.Ms())
}

// codeGood reports whether a code is one of the user's app, and uses up its time step so that no code works twice.
func codeGood(ctx context.Context, tx *db.Tx, f factor, code string) (bool, error) {
	secret, err := tx.Open("auth_factor.secret", f.UserID, f.Secret)
	if err != nil {
		return false, err
	}
	now := tx.Now.Unix() / codeStep
	for step := now - codeSlack; step <= now+codeSlack; step++ {
		if hmac.Equal([]byte(Digits([]byte(secret), step, codeDigits)), []byte(code)) {
			n, err := tx.Exec(ctx, `update auth_factor set step = $3 where union_id = $1 and user_id = $2 and step < $3`, tx.Union, f.UserID, step)
			return n == 1, err
		}
	}
	return false, nil
}

// secondGood reports whether a text is a living code of the user's app or one of the recovery codes, which it spends.
func secondGood(ctx context.Context, tx *db.Tx, userID, text string) (bool, error) {
	f, ok, err := factorOf(ctx, tx, userID)
	if err != nil || !ok || f.LiveAt == 0 {
		return false, err
	}
	text = strings.ReplaceAll(org.Login(text), "-", "")
	if len(text) == codeDigits && onlyDigits(text) {
		return codeGood(ctx, tx, f, text)
	}
	secret, err := tx.Open("auth_factor.secret", userID, f.Secret)
	if err != nil || len(text) != recoveryDigits || !onlyDigits(text) {
		return false, err
	}
	n, err := tx.Exec(ctx, `update auth_recovery set used_at = $4 where union_id = $1 and user_id = $2 and hash = $3 and used_at = 0`,
		tx.Union, userID, recoveryHash(secret, text), tx.Ms())
	return n == 1, err
}

// recoveryDigits is the length of a recovery code. Ten digits can be tried out by who holds the table, so they are kept as
// passwords are, salted by the app's own secret, which is sealed.
const recoveryDigits = 10

func recoveryHash(secret, text string) string {
	return hex.EncodeToString(argon2.IDKey([]byte(text), []byte(secret), 1, argonMem, argonLanes, 16))
}

// newRecoveries makes ten codes of ten digits for a lost phone; older ones die.
func newRecoveries(ctx context.Context, tx *db.Tx, f factor) ([]string, error) {
	userID := f.UserID
	secret, err := tx.Open("auth_factor.secret", userID, f.Secret)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, `delete from auth_recovery where union_id = $1 and user_id = $2`, tx.Union, userID); err != nil {
		return nil, err
	}
	out := make([]string, recoveries)
	for i := range out {
		n, err := rand.Int(rand.Reader, big.NewInt(1e10))
		if err != nil {
			return nil, err
		}
		text := fmt.Sprintf("%010d", n)
		out[i] = text[:5] + "-" + text[5:]
		_, err = tx.Exec(ctx, `insert into auth_recovery (union_id, user_id, hash, used_at) values ($1, $2, $3, 0)`,
			tx.Union, userID, recoveryHash(secret, text))
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Recoveries counts the recovery codes a user has left.
func Recoveries(ctx context.Context, tx *db.Tx, userID string) (int64, error) {
	return db.Value[int64](ctx, tx, `select count(*) from auth_recovery where union_id = $1 and user_id = $2 and used_at = 0`, tx.Union, userID)
}

func dropFactor(ctx context.Context, tx *db.Tx, userID string) error {
	for _, q := range []string{`delete from auth_factor where union_id = $1 and user_id = $2`, `delete from auth_recovery where union_id = $1 and user_id = $2`} {
		if _, err := tx.Exec(ctx, q, tx.Union, userID); err != nil {
			return err
		}
	}
	return nil
}

// Wanted reports whether the house wants codes of whoever holds one of these posts: a role of the setting, and a union
// that is live. While it is set up and in the demonstration nobody is asked for one they have not set up.
func Wanted(ctx context.Context, tx *db.Tx, posts []db.Post) (bool, error) {
	if len(posts) == 0 {
		return false, nil
	}
	about, err := org.Info(ctx, tx)
	if err != nil || about.State != "live" {
		return false, err
	}
	text, err := org.Setting(ctx, tx, "auth.code_roles")
	roles := strings.Fields(text)
	return slices.ContainsFunc(posts, func(p db.Post) bool { return slices.Contains(roles, p.Role) }), err
}

// Bare reports whether the actor's session may not use its posts yet: the house wants a code and none was shown in it.
func Bare(ctx context.Context, tx *db.Tx) (bool, error) {
	if tx.Actor.Session == "" || tx.Actor.Proven > 0 {
		return false, nil
	}
	return Wanted(ctx, tx, tx.Actor.Posts)
}

// Fresh holds approvals, payments and the keys of the house to a code shown minutes ago in the same session. Jobs and the
// operator's commands have no session and are not asked. Faults, Denied: "auth.enrol" (set codes up first), "auth.fresh"
// (show one now), "auth.by_person" (a program asks: a person must do this).
func Fresh(ctx context.Context, tx *db.Tx, right string) error {
	all, err := table()
	if err != nil || all[right][mark] == "" || tx.Actor.Session == "" && tx.Actor.Via != "api" {
		return err
	}
	enrolled, err := Enrolled(ctx, tx, tx.Actor.User)
	if err != nil {
		return err
	}
	wanted, err := Wanted(ctx, tx, tx.Actor.Posts)
	if err != nil || !enrolled && !wanted {
		return err
	}
	minutes, err := number(ctx, tx, "auth.code_minutes")
	switch {
	case err != nil:
		return err
	case tx.Actor.Via == "api":
		return fault.New(fault.Denied, "auth.by_person")
	case tx.Actor.Proven >= tx.Now.Add(-time.Duration(minutes)*time.Minute).UnixMilli():
		return nil
	case !enrolled:
		return fault.New(fault.Denied, "auth.enrol")
	}
	return fault.New(fault.Denied, "auth.fresh")
}
