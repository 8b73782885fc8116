package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
)

// every is the scope of a token that may do whatever its user may.
const every = "*"

// Token is one key of a program as its user sees it: never the secret, which is shown once.
type Token struct {
	UnionID, ID, UserID, Name, Rights string
	MadeAt, Until, UsedAt, EndedAt    int64
}

const tokenColumns = `union_id, id, user_id, name, rights, made_at, until, used_at, ended_at`

// All reports whether the token may do whatever its user may.
func (t Token) All() bool { return t.Rights == every }

// List gives the rights the token was narrowed to.
func (t Token) List() []string { return strings.Fields(t.Rights) }

// Live reports whether the token is good at an instant in milliseconds.
func (t Token) Live(now int64) bool { return t.EndedAt == 0 && t.Until > now }

// TokenIn asks for a token: a name to know it by, how many days it is good, and what it may do.
type TokenIn struct {
	Name   string   `form:"name" label:"给哪个程序用" need:"true" min:"2" max:"60"`
	Days   int64    `form:"days" label:"多少天内有效" need:"true" min:"1" max:"366"`
	All    bool     `form:"all" label:"我能做的它都能做"`
	Rights []string `form:"rights" label:"只能做这些"`
}

// Check wants a scope. Fault: "api.scope".
func (in TokenIn) Check() error {
	var bad fault.List
	if in.All == (len(in.Rights) > 0) {
		bad.Add("rights", "api.scope")
	}
	return bad.Err()
}

// Made is a new token; Secret is what the program sends and is never shown again.
type Made struct{ ID, Secret string }

// NewToken makes a token of the actor's own. It never reaches further than the actor, then or later. Faults:
// "api.not_yours" for a right the actor has not, "api.by_token" when a token asks.
var NewToken = act.Act[TokenIn, Made]{Name: "api.token_new", Title: "新建接口令牌", Right: "api.token", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in TokenIn) (Made, error) {
		if tx.Actor.Via == via {
			return Made{}, fault.New(fault.Denied, "api.by_token")
		}
		rights := every
		if !in.All {
			for _, r := range in.Rights {
				if auth.Scope(tx.Actor, r).None() {
					return Made{}, fault.New(fault.Invalid, "api.not_yours", r).At("rights")
				}
			}
			slices.Sort(in.Rights)
			rights = strings.Join(slices.Compact(in.Rights), " ")
		}
		secret := db.Token()
		m := Made{ID: tx.ID(), Secret: prefix + tx.Union + "." + secret}
		tx.About("api_token", m.ID, "rights", "until")
		_, err := tx.Exec(ctx, `
			insert into api_token (union_id, id, hash, user_id, name, rights, made_at, until, used_at, ended_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0)`, tx.Union, m.ID, digest(secret), tx.Actor.User, in.Name, rights,
			tx.Ms(), tx.Now.Add(time.Duration(in.Days)*24*time.Hour).UnixMilli())
		return m, err
	}}

// TokenID names a token.
type TokenID struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40"`
}

// EndToken ends a token of the actor's own at once, or anybody's with the right "api.manage". Fault: Conflict "api.gone".
var EndToken = act.Act[TokenID, act.None]{Name: "api.token_end", Title: "停用接口令牌", Right: "api.token",
	Do: func(ctx context.Context, tx *db.Tx, in TokenID) (act.None, error) {
		tx.About("api_token", in.ID, "ended_at")
		return act.None{}, tx.Must(ctx, "api.gone", `
			update api_token set ended_at = $5 where union_id = $1 and id = $2 and ended_at = 0 and (user_id = $3 or $4 = 1)`,
			tx.Union, in.ID, tx.Actor.User, !auth.Scope(tx.Actor, "api.manage").None(), tx.Ms())
	}}

// Acts lists what can be done to tokens.
func Acts() []act.Any { return []act.Any{NewToken, EndToken} }

// Tokens lists the actor's own tokens, or everybody's with the right "api.manage"; the newest first, at most 200.
func Tokens(ctx context.Context, tx *db.Tx) ([]Token, error) {
	return db.All[Token](ctx, tx, `
		select `+tokenColumns+` from api_token where union_id = $1 and (user_id = $2 or $3 = 1) order by id desc limit 200`,
		tx.Union, tx.Actor.User, !auth.Scope(tx.Actor, "api.manage").None())
}

const (
	prefix = "bf." // so that a token that strayed into a file can be found
	via    = "api"
	// seen is how stale the time of last use may be: not every request writes.
	seen = 10 * time.Minute
)

func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Who gives the actor of a token as of now: its user, with the user's posts, narrowed to the token's rights. Fault:
// Denied "api.token" when the token is unknown, over or ended, or its user's account is closed.
func Who(ctx context.Context, d *db.DB, token string) (a db.Actor, err error) {
	bad := fault.New(fault.Denied, "api.token")
	rest, ok := strings.CutPrefix(token, prefix)
	union, secret, _ := strings.Cut(rest, ".")
	if !ok || union == "" || secret == "" {
		return a, bad
	}
	var t Token
	stale := false
	err = d.View(ctx, db.Actor{Union: union, User: "system"}, func(ctx context.Context, tx *db.Tx) error {
		t, ok, err = db.Maybe[Token](ctx, tx, `select `+tokenColumns+` from api_token where union_id = $1 and hash = $2`, union, digest(secret))
		if err != nil {
			return err
		}
		if !ok || !t.Live(tx.Ms()) {
			return bad
		}
		stale = t.UsedAt < tx.Now.Add(-seen).UnixMilli()
		a, err = auth.ActorOf(ctx, tx, t.UserID)
		return err
	})
	if fault.Is(err, "auth.session") {
		err = bad
	}
	if err != nil {
		return db.Actor{}, err
	}
	a.Via = via
	if !t.All() {
		a.Only = t.List()
	}
	if stale {
		err = d.Update(ctx, a, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `update api_token set used_at = $3 where union_id = $1 and id = $2`, tx.Union, t.ID, tx.Ms())
			return err
		})
	}
	return a, err
}
