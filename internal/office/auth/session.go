package auth

import (
	"context"
	"strconv"
	"strings"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// Session is one signed-in browser. Idle is how long it may lie still (ms), ProvenAt when a code was last shown in it (0
// never), Device the browser it came from.
type Session struct {
	UnionID, ID, UserID, Via string
	CreatedAt, SeenAt, Until int64
	Idle, ProvenAt           int64
	Device                   string
}

const sessionColumns = `union_id, id, user_id, via, created_at, seen_at, until, idle, proven_at, device`

// Begin opens a session for a user who has shown every factor and gives its token, "union.secret"; only the token's hash
// is kept. A new session has a new token, whatever the browser carried before.
func Begin(ctx context.Context, tx *db.Tx, userID, via string) (string, error) {
	return begin(ctx, tx, Session{UserID: userID, Via: via, ProvenAt: tx.Ms()})
}

func begin(ctx context.Context, tx *db.Tx, s Session) (string, error) {
	posts, err := org.PostsOf(ctx, tx, s.UserID)
	if err != nil {
		return "", err
	}
	idle, life := "session.idle", "session.hours"
	if len(posts) > 0 {
		idle, life = "session.desk_idle", "session.desk_hours"
	}
	still, err := number(ctx, tx, idle)
	if err != nil {
		return "", err
	}
	hours, err := number(ctx, tx, life)
	if err != nil {
		return "", err
	}
	_, err = tx.Exec(ctx, `update auth_password set failed = 0, locked_until = 0, signed_at = $3 where union_id = $1 and user_id = $2`,
		tx.Union, s.UserID, tx.Ms())
	if err != nil {
		return "", err
	}
	token := db.Token()
	s.UnionID, s.ID, s.CreatedAt, s.SeenAt = tx.Union, hash(token), tx.Ms(), tx.Ms()
	s.Until, s.Idle = tx.Now.Add(time.Duration(hours)*time.Hour).UnixMilli(), still*time.Minute.Milliseconds()
	return tx.Union + "." + token, db.Insert(ctx, tx, "auth_session", s)
}

// number reads a setting that is a whole number; org.Change keeps others out.
func number(ctx context.Context, tx *db.Tx, name string) (int64, error) {
	text, err := org.Setting(ctx, tx, name)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(text, 10, 64)
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
		s, ok, err := db.Maybe[Session](ctx, tx, `select `+sessionColumns+` from auth_session where union_id = $1 and id = $2`, union, hash(secret))
		if err != nil {
			return err
		}
		if !ok || s.Until < tx.Ms() || s.SeenAt < tx.Ms()-s.Idle {
			return over
		}
		if stale = s.SeenAt < tx.Now.Add(-time.Minute).UnixMilli(); stale {
			s.SeenAt = tx.Ms()
		}
		a, err = ActorOf(ctx, tx, s.UserID)
		a.Session, a.Via, a.Proven, a.Until = s.ID, s.Via, s.ProvenAt, min(s.Until, s.SeenAt+s.Idle)
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

// End ends the actor's own session. An ended session is known for a day, so that what its browser still posts is kept for
// its own user and nobody else (Whose).
func End(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `update auth_session set until = $3 where union_id = $1 and id = $2 and until > $3`, tx.Union, tx.Actor.Session, tx.Ms()-1)
	return err
}

// Whose gives the user of a session, also of one that has ended within a day; "" when nobody knows.
func Whose(ctx context.Context, tx *db.Tx, token string) (string, error) {
	_, secret, _ := strings.Cut(token, ".")
	user, _, err := db.Maybe[string](ctx, tx, `select user_id from auth_session where union_id = $1 and id = $2`, tx.Union, hash(secret))
	return user, err
}

// EndSessions ends every session of a user.
func EndSessions(ctx context.Context, tx *db.Tx, userID string) error {
	_, err := tx.Exec(ctx, `update auth_session set until = $3 where union_id = $1 and user_id = $2 and until > $3`, tx.Union, userID, tx.Ms()-1)
	return err
}

// Signed is one living session of the actor as its owner sees it; Here is the one that asks.
type Signed struct {
	Device            string
	CreatedAt, SeenAt int64
	Here              bool
}

// Sessions lists the actor's living sessions, the last used first.
func Sessions(ctx context.Context, tx *db.Tx) ([]Signed, error) {
	all, err := db.All[Session](ctx, tx, `
		select `+sessionColumns+` from auth_session where union_id = $1 and user_id = $2 and until >= $3 and seen_at + idle >= $3
		order by seen_at desc, id limit 100`, tx.Union, tx.Actor.User, tx.Ms())
	out := make([]Signed, 0, len(all))
	for _, s := range all {
		out = append(out, Signed{Device: s.Device, CreatedAt: s.CreatedAt, SeenAt: s.SeenAt, Here: s.ID == tx.Actor.Session})
	}
	return out, err
}

// Browser is where a sign-in comes from: the secret kept in the browser and its plain name ("Chrome · Windows").
type Browser struct{ Secret, Name string }

// Known gives the hash of a browser that has signed in to this account before, or "".
func Known(ctx context.Context, tx *db.Tx, login, secret string) (string, error) {
	if secret == "" {
		return "", nil
	}
	id, _, err := db.Maybe[string](ctx, tx, `select id from auth_device where union_id = $1 and user_id = $2 and id = $3`,
		tx.Union, loginID(ctx, tx, login), hash(secret))
	return id, err
}

// seen notes a browser and reports whether the user has come from others before but never from this one.
func seen(ctx context.Context, tx *db.Tx, userID string, b Browser) (bool, error) {
	if b.Secret == "" {
		return false, nil
	}
	others, err := db.Value[int64](ctx, tx, `select count(*) from auth_device where union_id = $1 and user_id = $2 and id <> $3`, tx.Union, userID, hash(b.Secret))
	if err != nil {
		return false, err
	}
	first, err := db.Value[int64](ctx, tx, `
		insert into auth_device (union_id, user_id, id, name, first_at, seen_at) values ($1, $2, $3, $4, $5, $5)
		on conflict (union_id, user_id, id) do update set seen_at = excluded.seen_at, name = excluded.name returning first_at`,
		tx.Union, userID, hash(b.Secret), b.Name, tx.Ms())
	return others > 0 && first == tx.Ms(), err
}
