// Package tasktest gives tests a small invented union with people in office: one branch with one group, and a second
// branch without an officer of its own.
package tasktest

import (
	"context"
	"testing"

	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// Union is the id of the union and of its root unit.
const Union = "u1"

// House is the union under test: unit ids by name ("branch", "group", "other"), user ids by login name.
type House struct {
	T     *testing.T
	DB    *db.DB
	Host  *act.Host
	Units map[string]string
	Users map[string]string
}

// posts are login → role and unit. The person id of each is "p-" and the login.
func posts() map[string][2]string {
	return map[string][2]string{
		"leader":     {org.RoleGroupLeader, "group"},
		"officer":    {org.RoleOfficer, Union},
		"officer2":   {org.RoleOfficer, Union},
		"branch":     {org.RoleOfficer, "branch"},
		"chair":      {org.RoleChair, Union},
		"company":    {org.RoleCompany, Union},
		"accountant": {org.RoleAccountant, Union},
		"admin":      {org.RoleAdmin, Union},
		"worker":     {"", ""},
	}
}

// New founds the union.
func New(t *testing.T, d *db.DB) *House {
	t.Helper()
	h := &House{T: t, DB: d, Host: &act.Host{DB: d, Allow: auth.Allow, Record: audit.Record},
		Units: map[string]string{Union: Union}, Users: map[string]string{}}
	h.Do("system", func(ctx context.Context, tx *db.Tx) error {
		if err := org.Found(ctx, tx, org.Union{Name: "示例工会", State: "live"}); err != nil {
			return err
		}
		for _, u := range [][3]string{{"branch", Union, org.KindBranch}, {"group", "branch", org.KindGroup}, {"other", Union, org.KindBranch}} {
			made, err := org.AddUnit(ctx, tx, h.Units[u[1]], u[2], u[0])
			if err != nil {
				return err
			}
			h.Units[u[0]] = made.ID
		}
		return nil
	})
	for login, p := range posts() {
		h.Add(login, p[0], p[1])
	}
	return h
}

// Add gives a new user, who holds a role at a unit when one is named.
func (h *House) Add(login, role, unit string) {
	h.T.Helper()
	h.Do("system", func(ctx context.Context, tx *db.Tx) error {
		u, err := org.AddUser(ctx, tx, org.User{Login: login, Name: login, PersonID: "p-" + login})
		if err != nil || role == "" {
			h.Users[login] = u.ID
			return err
		}
		h.Users[login] = u.ID
		return org.Appoint(ctx, tx, u.ID, role, h.Units[unit])
	})
}

// Actor gives a user as an actor with today's posts; "system" and "public" are themselves.
func (h *House) Actor(login string) db.Actor {
	h.T.Helper()
	if login == "system" || login == "public" {
		return db.Actor{Union: Union, User: login, Via: "job"}
	}
	var a db.Actor
	err := h.DB.View(context.Background(), db.System(Union), func(ctx context.Context, tx *db.Tx) (err error) {
		a, err = auth.ActorOf(ctx, tx, h.Users[login])
		return err
	})
	if err != nil {
		h.T.Fatalf("actor %s: %v", login, err)
	}
	return a
}

// Try runs a function as one act of a user and gives its error.
func (h *House) Try(login string, f func(context.Context, *db.Tx) error) error {
	h.T.Helper()
	return h.DB.Update(context.Background(), h.Actor(login), f)
}

// Do is Try that has to succeed.
func (h *House) Do(login string, f func(context.Context, *db.Tx) error) {
	h.T.Helper()
	if err := h.Try(login, f); err != nil {
		h.T.Fatalf("as %s: %v", login, err)
	}
}

// Retire ends every post of a user.
func (h *House) Retire(login string) {
	h.T.Helper()
	h.Do("system", func(ctx context.Context, tx *db.Tx) error {
		list, err := org.Posts(ctx, tx)
		for _, p := range list {
			if p.UserID == h.Users[login] && err == nil {
				err = org.Retire(ctx, tx, p.ID)
			}
		}
		return err
	})
}
