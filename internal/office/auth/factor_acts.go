package auth

import (
	"context"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// SecretSecond is the kind of secret that a right password gives to whoever signs in with codes: it asks for one.
const SecretSecond = "second"

// secondTime is how long a right password waits for its code.
const secondTime = 10 * time.Minute

// Half notes that a user's password was right and gives the secret with which the code is handed in.
func Half(ctx context.Context, tx *db.Tx, userID string) (string, error) {
	return Link(ctx, tx, SecretSecond, userID, secondTime)
}

// codeTry counts guesses at a user's codes, whoever makes them: only someone with the password or the session can.
func codeTry(tx *db.Tx, userID string) Try {
	return Try{Name: tx.Union + "/" + userID, Address: "code"}
}

// guess checks a code and counts the try. Fault: Refused "auth.wait_code". A wrong code is an answer, so that the count stays.
func guess(ctx context.Context, tx *db.Tx, userID, code string) (bool, error) {
	t := codeTry(tx, userID)
	wait, err := Take(ctx, tx, t)
	if err != nil {
		return false, err
	}
	if wait > 0 {
		return false, fault.New(fault.Refused, "auth.wait_code", Minutes(wait))
	}
	right, err := secondGood(ctx, tx, userID, code)
	if err != nil || !right {
		return false, err
	}
	return true, Right(ctx, tx, t)
}

// Minutes rounds a wait up to whole minutes.
func Minutes(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }

// Coded is an answer to a code: whether it was right, and what is shown once.
type Coded struct {
	Right      bool
	Recoveries []string
}

// CodeText is a code as typed: six digits of the app, or a recovery code.
type CodeText struct {
	Code string `form:"code" label:"动态码" hint:"手机上验证器里的 6 位数字；手机不在身边，填一个恢复码" kind:"code" need:"true" max:"20" auto:"one-time-code"`
}

// CodeBegin makes a new secret for the actor's app, to be confirmed by its first code. Fault: Conflict "auth.code_live".
var CodeBegin = act.Act[act.None, act.None]{Name: "auth.code_begin", Title: "设置动态码", Right: "auth.code", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, _ act.None) (act.None, error) {
		tx.About("user", tx.Actor.User, "code")
		return act.None{}, enrol(ctx, tx)
	}}

// CodeConfirm takes the app's first code: from now on the actor signs in with codes. It gives the recovery codes, once.
var CodeConfirm = act.Act[CodeText, Coded]{Name: "auth.code_confirm", Title: "启用动态码", Right: "auth.code", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in CodeText) (Coded, error) {
		me := tx.Actor.User
		tx.About("user", me, "code")
		f, ok, err := factorOf(ctx, tx, me)
		if err != nil || !ok || f.LiveAt > 0 {
			return Coded{}, err
		}
		wait, err := Take(ctx, tx, codeTry(tx, me))
		if err != nil || wait > 0 {
			return Coded{}, orWait(err, wait)
		}
		right, err := codeGood(ctx, tx, f, org.Login(in.Code))
		if err != nil || !right {
			return Coded{}, err
		}
		if _, err := tx.Exec(ctx, `update auth_factor set live_at = $3 where union_id = $1 and user_id = $2`, tx.Union, me, tx.Ms()); err != nil {
			return Coded{}, err
		}
		if err := prove(ctx, tx); err != nil {
			return Coded{}, err
		}
		all, err := newRecoveries(ctx, tx, f)
		return Coded{Right: true, Recoveries: all}, err
	}}

func orWait(err error, wait time.Duration) error {
	if err == nil {
		err = fault.New(fault.Refused, "auth.wait_code", Minutes(wait))
	}
	return err
}

// prove notes that a code was shown in the actor's session just now.
func prove(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `update auth_session set proven_at = $4 where union_id = $1 and id = $2 and user_id = $3`,
		tx.Union, tx.Actor.Session, tx.Actor.User, tx.Ms())
	return err
}

// CodeProve shows a code in a session that is open, before an approval or a payment. Fault: Refused "auth.wait_code".
var CodeProve = act.Act[CodeText, Coded]{Name: "auth.code_prove", Title: "验证动态码", Right: "auth.code", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in CodeText) (Coded, error) {
		tx.About("user", tx.Actor.User)
		right, err := guess(ctx, tx, tx.Actor.User, in.Code)
		if err != nil || !right {
			return Coded{}, err
		}
		return Coded{Right: true}, prove(ctx, tx)
	}}

// CodeEnd takes the actor's codes away again. Faults: "auth.fresh" (Denied) without a fresh code, Refused "auth.code_wanted"
// when the house wants codes of the actor's role.
var CodeEnd = act.Act[act.None, act.None]{Name: "auth.code_end", Title: "停用动态码", Right: "auth.code_end",
	Do: func(ctx context.Context, tx *db.Tx, _ act.None) (act.None, error) {
		tx.About("user", tx.Actor.User, "code")
		wanted, err := Wanted(ctx, tx, tx.Actor.Posts)
		if err == nil && wanted {
			err = fault.New(fault.Refused, "auth.code_wanted")
		}
		if err != nil {
			return act.None{}, err
		}
		return act.None{}, dropFactor(ctx, tx, tx.Actor.User)
	}}

// CodeReset takes the codes of somebody who lost phone and recovery codes, and ends their sessions; they set up new ones
// at the next sign-in.
var CodeReset = act.Act[UserRef, act.None]{Name: "auth.code_reset", Title: "重置动态码", Right: "org.appoint",
	Do: func(ctx context.Context, tx *db.Tx, in UserRef) (act.None, error) {
		tx.About("user", in.UserID, "code")
		if _, err := org.UserByID(ctx, tx, in.UserID); err != nil {
			return act.None{}, err
		}
		if err := dropFactor(ctx, tx, in.UserID); err != nil {
			return act.None{}, err
		}
		return act.None{}, EndSessions(ctx, tx, in.UserID)
	}}

// EndOthers ends every session of the actor but the one that asks.
var EndOthers = act.Act[act.None, act.None]{Name: "auth.end_others", Title: "退出其他登录", Right: "auth.password",
	Do: func(ctx context.Context, tx *db.Tx, _ act.None) (act.None, error) {
		tx.About("user", tx.Actor.User, "sessions")
		_, err := tx.Exec(ctx, `update auth_session set until = $4 where union_id = $1 and user_id = $2 and id <> $3 and until > $4`,
			tx.Union, tx.Actor.User, tx.Actor.Session, tx.Ms()-1)
		return act.None{}, err
	}}

// EndUser ends every session of a user, by the administrator.
var EndUser = act.Act[UserRef, act.None]{Name: "auth.end_sessions", Title: "让他人退出登录", Right: "org.appoint",
	Do: func(ctx context.Context, tx *db.Tx, in UserRef) (act.None, error) {
		tx.About("user", in.UserID, "sessions")
		if _, err := org.UserByID(ctx, tx, in.UserID); err != nil {
			return act.None{}, err
		}
		return act.None{}, EndSessions(ctx, tx, in.UserID)
	}}
