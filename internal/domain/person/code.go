package person

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// RightCode is the right to hand a worker a one-time code.
const RightCode = "auth.give_code"

// CodeFor names the worker who asks for a code.
type CodeFor struct {
	WorkerID string `form:"worker_id" kind:"hidden" need:"true" max:"40"`
}

// Handed is a code to be given into the worker's hand: the login name and eight digits, good for a day and for one use.
type Handed struct{ Login, Code string }

// GiveCode lets a worker set a password of their own (settled questions, "Who"): it opens the account of a worker who has
// none, with the staff number as login name, and makes a code. The code signs and confirms nothing. Whoever holds a post gets
// none, or a group leader could come in as the chair. Faults: "person.not_active", "person.code_post", "person.code_login",
// "person.code_closed".
var GiveCode = act.Act[CodeFor, Handed]{Name: "person.give_code", Title: "给办理码", Right: RightCode, Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in CodeFor) (Handed, error) {
		tx.About("person", in.WorkerID, "code")
		w, err := reached(ctx, tx, RightCode, in.WorkerID)
		if err != nil {
			return Handed{}, err
		}
		if w.Status != Active {
			return Handed{}, fault.New(fault.Refused, "person.not_active", w.Status)
		}
		u, err := account(ctx, tx, w.Worker)
		if err != nil {
			return Handed{}, err
		}
		code, err := auth.Code(ctx, tx, u.ID)
		return Handed{Login: u.Login, Code: code}, err
	}}

// account gives the account of a worker who holds no post, opening it first if need be.
func account(ctx context.Context, tx *db.Tx, w Worker) (org.User, error) {
	u, have, err := org.UserOfPerson(ctx, tx, w.ID)
	if err != nil {
		return u, err
	}
	if !have {
		if _, taken, err := org.UserByLogin(ctx, tx, w.StaffNo); err != nil || taken {
			if err == nil {
				err = fault.New(fault.Refused, "person.code_login", w.StaffNo)
			}
			return u, err
		}
		return auth.OpenAccount(ctx, tx, org.User{Login: w.StaffNo, Name: w.Name, PersonID: w.ID})
	}
	posts, err := org.PostsOf(ctx, tx, u.ID)
	switch {
	case err != nil:
		return u, err
	case u.Status != "active":
		return u, fault.New(fault.Refused, "person.code_closed")
	case len(posts) > 0:
		return u, fault.New(fault.Refused, "person.code_post")
	}
	return u, nil
}
