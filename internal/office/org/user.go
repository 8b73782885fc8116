package org

import (
	"context"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
)

// User is a person with an account. PersonID ties it to a worker of the roster; an administrator may have none.
type User struct {
	UnionID, ID, Login, Name, Phone, PersonID, Status, Lang, Size string
	CreatedAt                                                     int64
}

const userColumns = `union_id, id, login, name, phone, person_id, status, lang, size, created_at`

// Login is the normal form of a login name: no spaces, lower case, half width.
func Login(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '\u3000' || r == '\t' || r == '\u00a0':
			return -1
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		}
		return r
	}, s))
}

// AddUser opens an account. Faults: "org.login" (empty or too long), "org.login_taken", "org.name".
func AddUser(ctx context.Context, tx *db.Tx, u User) (User, error) {
	u.Login, u.Name = Login(u.Login), strings.TrimSpace(u.Name)
	if u.Login == "" || len(u.Login) > 60 {
		return User{}, fault.New(fault.Invalid, "org.login").At("login")
	}
	if u.Name == "" || len([]rune(u.Name)) > 50 {
		return User{}, fault.New(fault.Invalid, "org.name").At("name")
	}
	u.UnionID, u.ID, u.Status, u.CreatedAt = tx.Union, tx.ID(), "active", tx.Ms()
	n, err := tx.Exec(ctx, `
		insert into org_user (union_id, id, login, name, phone, person_id, status, lang, size, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (union_id, login) do nothing`,
		u.UnionID, u.ID, u.Login, u.Name, u.Phone, u.PersonID, u.Status, u.Lang, u.Size, u.CreatedAt)
	if err == nil && n == 0 {
		err = fault.New(fault.Invalid, "org.login_taken").At("login")
	}
	return u, err
}

// UserByID gives an account.
func UserByID(ctx context.Context, tx *db.Tx, id string) (User, error) {
	return db.One[User](ctx, tx, `select `+userColumns+` from org_user where union_id = $1 and id = $2`, tx.Union, id)
}

// UserByLogin gives the account of a login name; the second result is false when there is none.
func UserByLogin(ctx context.Context, tx *db.Tx, login string) (User, bool, error) {
	return db.Maybe[User](ctx, tx, `select `+userColumns+` from org_user where union_id = $1 and login = $2`, tx.Union, Login(login))
}

// UserOfPerson gives the account of a worker; false when the worker has none.
func UserOfPerson(ctx context.Context, tx *db.Tx, personID string) (User, bool, error) {
	return db.Maybe[User](ctx, tx, `select `+userColumns+` from org_user where union_id = $1 and person_id = $2 and person_id <> ''`, tx.Union, personID)
}

// Users lists the accounts that hold or held a post, by name.
func Users(ctx context.Context, tx *db.Tx) ([]User, error) {
	return db.All[User](ctx, tx, `
		select `+userColumns+` from org_user u where union_id = $1
		and exists (select 1 from org_post p where p.union_id = u.union_id and p.user_id = u.id) order by name, id`, tx.Union)
}

// Accounts lists every open account that does not only serve a worker: those without a worker behind them, and those
// who hold or held a post; by name.
func Accounts(ctx context.Context, tx *db.Tx) ([]User, error) {
	return db.All[User](ctx, tx, `
		select `+userColumns+` from org_user u where union_id = $1 and status = 'active'
		and (person_id = '' or exists (select 1 from org_post p where p.union_id = u.union_id and p.user_id = u.id)) order by name, id`, tx.Union)
}

// SetStatus opens or closes an account ("active", "off"). Fault: "org.last_admin" for the account by which alone the house can be run.
func SetStatus(ctx context.Context, tx *db.Tx, id, status string) error {
	n, err := db.Value[int64](ctx, tx, `select count(*) from org_post where union_id = $1 and user_id = $2 and role = 'admin' and until = ''`, tx.Union, id)
	if err == nil && n > 0 && status != "active" {
		err = otherAdmin(ctx, tx, "u.id <> $2", id)
	}
	if err != nil {
		return err
	}
	return tx.Must(ctx, "fault.missing", `update org_user set status = $3 where union_id = $1 and id = $2`, tx.Union, id, status)
}

// Prefer keeps a user's language and text size.
func Prefer(ctx context.Context, tx *db.Tx, id, lang, size string) error {
	return tx.Must(ctx, "fault.missing", `update org_user set lang = $3, size = $4 where union_id = $1 and id = $2`, tx.Union, id, lang, size)
}

// Unclaimed lists the open accounts with no worker of the roster behind them.
func Unclaimed(ctx context.Context, tx *db.Tx) ([]User, error) {
	return db.All[User](ctx, tx, `select `+userColumns+` from org_user where union_id = $1 and person_id = '' and status = 'active' order by id`, tx.Union)
}

// Claim says which worker of the roster an account belongs to, so that own and relatives' cases are kept from it; "" takes
// that back.
func Claim(ctx context.Context, tx *db.Tx, userID, personID string) error {
	_, err := tx.Exec(ctx, `update org_user set person_id = $3 where union_id = $1 and id = $2`, tx.Union, userID, personID)
	return err
}
