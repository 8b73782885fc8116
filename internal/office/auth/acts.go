package auth

import (
	"context"
	"time"

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

// Opening is a sign-in: a user whose password was checked, or whom the provider named (Subject, of SubjectID), or the link
// of the demonstration that is spent here, or the secret of a right password with its code. From is the browser.
type Opening struct {
	UserID, Link string
	Subject      string
	Second, Code string
	From         Browser
}

// Entered is the answer to a sign-in. Token is empty when a code is wanted still (Second asks for it) or was wrong.
// Odd says that the user has come from other browsers before and never from this one.
type Entered struct {
	Token, UserID, Second string
	Odd                   bool
}

// SignIn opens a session. Whoever has codes gets a Second first. Faults: "auth.link", "auth.session" (account closed),
// "auth.subject", "auth.wait_code".
var SignIn = act.Act[Opening, Entered]{Name: "auth.sign_in", Title: "登录", Right: "auth.sign_in", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in Opening) (Entered, error) {
		user, err := in.who(ctx, tx)
		if err != nil {
			return Entered{}, err
		}
		tx.About("user", user)
		a, err := ActorOf(ctx, tx, user)
		if err != nil {
			return Entered{}, err
		}
		tx.Trail.Subject = a.Person
		has, err := Enrolled(ctx, tx, user)
		if err != nil {
			return Entered{}, err
		}
		s := Session{UserID: user, Via: "web", Device: in.From.Name}
		switch {
		case has && in.Second == "":
			second, err := Half(ctx, tx, user)
			return Entered{UserID: user, Second: second}, err
		case in.Second != "":
			right, err := guess(ctx, tx, user, in.Code)
			if err != nil || !right {
				return Entered{UserID: user}, err
			}
			if _, err := Use(ctx, tx, SecretSecond, in.Second); err != nil {
				return Entered{}, err
			}
			s.ProvenAt = tx.Ms()
		}
		return enter(ctx, tx, s, in.From)
	}}

func enter(ctx context.Context, tx *db.Tx, s Session, from Browser) (Entered, error) {
	token, err := begin(ctx, tx, s)
	if err != nil {
		return Entered{}, err
	}
	odd, err := seen(ctx, tx, s.UserID, from)
	return Entered{Token: token, UserID: s.UserID, Odd: odd}, err
}

func (in Opening) who(ctx context.Context, tx *db.Tx) (string, error) {
	switch {
	case in.Link != "":
		about, err := org.Info(ctx, tx)
		if err == nil && about.State != "demo" {
			err = fault.New(fault.Denied, "auth.link") // a real house sets a password by the link: see Reset
		}
		if err != nil {
			return "", err
		}
		s, err := Use(ctx, tx, SecretSignIn, in.Link)
		return s.Subject, err
	case in.Subject != "":
		return UserOfSubject(ctx, tx, in.Subject)
	case in.Second != "":
		s, err := Peek(ctx, tx, SecretSecond, in.Second)
		return s.Subject, err
	}
	return in.UserID, nil
}

// Resetting is a new password by a one-time link, already hashed.
type Resetting struct {
	Link, Hash string
	From       Browser
}

// Reset spends a one-time link on a password of the owner's own, which ends every session, and signs in. Codes stay: a
// link replaces the password and nothing else. Fault: "auth.link".
var Reset = act.Act[Resetting, Entered]{Name: "auth.reset", Title: "用链接设置密码", Right: "auth.use_secret", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in Resetting) (Entered, error) {
		link, err := Use(ctx, tx, SecretSignIn, in.Link)
		if err != nil {
			return Entered{}, err
		}
		tx.About("user", link.Subject, "password")
		a, err := ActorOf(ctx, tx, link.Subject)
		if err != nil {
			return Entered{}, err
		}
		tx.Trail.Subject = a.Person
		if err := SetPassword(ctx, tx, link.Subject, in.Hash); err != nil {
			return Entered{}, err
		}
		has, err := Enrolled(ctx, tx, link.Subject)
		if err != nil {
			return Entered{}, err
		}
		if has {
			second, err := Half(ctx, tx, link.Subject)
			return Entered{UserID: link.Subject, Second: second}, err
		}
		return enter(ctx, tx, Session{UserID: link.Subject, Via: "web", Device: in.From.Name}, in.From)
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
	From              Browser
}

// CodeUsed tells whether the code was right; a wrong one is counted.
type CodeUsed struct {
	Right bool
	Entered
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
		has, err := Enrolled(ctx, tx, u.ID)
		if err != nil {
			return CodeUsed{}, err
		}
		if has {
			second, err := Half(ctx, tx, u.ID)
			return CodeUsed{Right: true, Entered: Entered{UserID: u.ID, Second: second}}, err
		}
		made, err := enter(ctx, tx, Session{UserID: u.ID, Via: "web", Device: in.From.Name}, in.From)
		return CodeUsed{Right: true, Entered: made}, err
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

// UserIn opens an account for somebody who will hold a post.
type UserIn struct {
	Login    string `form:"login" label:"登录名" hint:"一般用工号" need:"true" max:"60"`
	Name     string `form:"name" label:"姓名" need:"true" max:"50"`
	Phone    string `form:"phone" label:"办公电话" max:"20"`
	PersonID string `form:"person_id" kind:"hidden" max:"40"`
}

// Invited is a new account with the one-time link by which its holder first comes in and sets a password.
type Invited struct{ UserID, Link string }

// linkTime is how long an invitation is good.
const linkTime = 72 * time.Hour

// NewUser opens an account (S01). Faults: those of org.AddUser.
var NewUser = act.Act[UserIn, Invited]{Name: "auth.new_user", Title: "新建账号", Right: "org.appoint", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in UserIn) (Invited, error) {
		u, err := OpenAccount(ctx, tx, org.User{Login: in.Login, Name: in.Name, Phone: in.Phone, PersonID: in.PersonID})
		if err != nil {
			return Invited{}, err
		}
		tx.About("user", u.ID, "login", "name")
		link, err := Link(ctx, tx, SecretSignIn, u.ID, linkTime)
		return Invited{u.ID, link}, err
	}}

// OpenAccount adds a user and puts the login name into the directory.
func OpenAccount(ctx context.Context, tx *db.Tx, u org.User) (org.User, error) {
	u, err := org.AddUser(ctx, tx, u)
	if err != nil {
		return u, err
	}
	return u, Enlist(ctx, tx, u.Login)
}

// UserRef names an account.
type UserRef struct {
	UserID string `form:"user_id" kind:"hidden" need:"true" max:"40"`
}

// Invite makes a new one-time link for an account that has lost its password; nobody chooses another's password.
var Invite = act.Act[UserRef, Invited]{Name: "auth.invite", Title: "重新发登录链接", Right: "org.appoint", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in UserRef) (Invited, error) {
		tx.About("user", in.UserID, "link")
		if _, err := org.UserByID(ctx, tx, in.UserID); err != nil {
			return Invited{}, err
		}
		link, err := Link(ctx, tx, SecretSignIn, in.UserID, linkTime)
		return Invited{in.UserID, link}, err
	}}

// CloseUser closes an account and ends its sessions at once.
var CloseUser = act.Act[UserRef, act.None]{Name: "auth.close_user", Title: "停用账号", Right: "org.appoint",
	Do: func(ctx context.Context, tx *db.Tx, in UserRef) (act.None, error) {
		tx.About("user", in.UserID, "status")
		if err := org.SetStatus(ctx, tx, in.UserID, "off"); err != nil {
			return act.None{}, err
		}
		return act.None{}, EndSessions(ctx, tx, in.UserID)
	}}

// First is the first thing ever done: the union and its administrator, by the link printed at the first start.
type First struct {
	Link, Union, Short, Region, Phone, Name, Login, Hash string
}

// Install founds the union and opens the administrator's account. The call's actor names the new union. The link is
// spent in the same act, so that it founds one union and no more.
var Install = act.Act[First, string]{Name: "auth.install", Title: "首次安装", Right: "auth.sign_in", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in First) (string, error) {
		if _, err := useFirst(ctx, tx, in.Link); err != nil {
			return "", err
		}
		if err := org.Found(ctx, tx, org.Union{Name: in.Union, Short: in.Short, Region: in.Region, Phone: in.Phone, State: "setup"}); err != nil {
			return "", err
		}
		u, err := OpenAccount(ctx, tx, org.User{Login: in.Login, Name: in.Name})
		if err != nil {
			return "", err
		}
		tx.About("user", u.ID, "login", "name")
		if err := org.Appoint(ctx, tx, u.ID, org.RoleAdmin, tx.Union); err != nil {
			return "", err
		}
		if err := SetPassword(ctx, tx, u.ID, in.Hash); err != nil {
			return "", err
		}
		return begin(ctx, tx, Session{UserID: u.ID, Via: "web"})
	}}

// Acts lists the acts that need no work outside the transaction; those with passwords are called by the sign-in pages.
func Acts() []act.Any {
	return []act.Any{SignOut, Prefer, NewUser, Invite, CloseUser, CodeBegin, CodeConfirm, CodeProve, CodeEnd, CodeReset, EndOthers, EndUser,
		SetProvider, EndProvider, LinkBegin, LinkSubject, Unlink}
}
