package auth

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// Hashed is a new password after it was checked (Strong) and hashed outside the act; UserID is empty for one's own.
type Hashed struct {
	Hash string
}

// ChangePassword sets the actor's own password and ends every session.
var ChangePassword = act.Act[Hashed, act.None]{Name: "auth.password", Title: "修改密码", Right: "auth.password", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in Hashed) (act.None, error) {
		tx.About("user", tx.Actor.User, "password")
		return act.None{}, SetPassword(ctx, tx, tx.Actor.User, in.Hash)
	}}

// Opening is a sign-in whose password was found right, or the use of a sign-in link (Link).
type Opening struct {
	UserID, Link string
}

// SignIn opens a session for a user whose password was checked, or whose link is spent here. It gives the token.
var SignIn = act.Act[Opening, string]{Name: "auth.sign_in", Title: "登录", Right: "auth.sign_in", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in Opening) (string, error) {
		user := in.UserID
		if in.Link != "" {
			s, err := Use(ctx, tx, SecretSignIn, in.Link)
			if err != nil {
				return "", err
			}
			user = s.Subject
		}
		tx.About("user", user)
		a, err := ActorOf(ctx, tx, user)
		if err != nil {
			return "", err
		}
		tx.Trail.Subject = a.Person
		return Begin(ctx, tx, user, "web")
	}}

// SignOut ends the actor's session.
var SignOut = act.Act[act.None, act.None]{Name: "auth.sign_out", Title: "退出登录", Right: "auth.sign_out",
	Do: func(ctx context.Context, tx *db.Tx, _ act.None) (act.None, error) {
		tx.About("user", tx.Actor.User)
		return act.None{}, End(ctx, tx)
	}}

// CodeUse is a worker's first secret: the code handed over and the new password, already hashed.
type CodeUse struct {
	Login, Code, Hash string
}

// CodeUsed tells whether the code was right; a wrong one is counted.
type CodeUsed struct {
	Right bool
	Token string
}

// UseCode lets the holder of a code set a secret of their own and signs them in (settled questions: the code confirms
// nothing). A wrong code is an answer, not a fault, so that the count of tries is kept.
var UseCode = act.Act[CodeUse, CodeUsed]{Name: "auth.use_secret", Title: "用办理码设置密码", Right: "auth.use_secret", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in CodeUse) (CodeUsed, error) {
		u, ok, err := org.UserByLogin(ctx, tx, in.Login)
		if err != nil || !ok || u.Status != "active" {
			return CodeUsed{}, err
		}
		tx.About("user", u.ID, "password")
		tx.Trail.Subject = u.PersonID
		right, err := CodeGood(ctx, tx, u.ID, in.Code)
		if err != nil || !right {
			return CodeUsed{}, err
		}
		if err := SetPassword(ctx, tx, u.ID, in.Hash); err != nil {
			return CodeUsed{}, err
		}
		token, err := Begin(ctx, tx, u.ID, "web")
		return CodeUsed{Right: true, Token: token}, err
	}}

// Taste is the actor's own language and text size.
type Taste struct {
	Lang string `form:"lang"`
	Size string `form:"size"`
}

// Check takes only what exists.
func (in Taste) Check() error {
	if in.Lang != "" && in.Lang != "zh" && in.Lang != "en" || in.Size != "" && in.Size != "large" && in.Size != "max" {
		return fault.New(fault.Invalid, "fault.missing")
	}
	return nil
}

// Prefer keeps the actor's language and text size.
var Prefer = act.Act[Taste, act.None]{Name: "auth.prefer", Title: "语言和字号", Right: "auth.prefer",
	Do: func(ctx context.Context, tx *db.Tx, in Taste) (act.None, error) {
		tx.About("user", tx.Actor.User, "lang", "size")
		return act.None{}, org.Prefer(ctx, tx, tx.Actor.User, in.Lang, in.Size)
	}}

// Acts lists the acts that need no work outside the transaction; those with passwords are called by the sign-in pages.
func Acts() []act.Any {
	return []act.Any{SignOut, Prefer}
}
