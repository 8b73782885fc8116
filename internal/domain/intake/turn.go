package intake

import (
	"context"
	"strings"

	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// The kinds of turn an application gives.
const (
	turnFirst  = "intake.first"
	turnSupply = "intake.supply"
	turnLater  = "intake.later"
	turnGone   = "intake.gone"
	turnVerify = "intake.verify"
	turnAssess = "intake.assess"
	turnOffer  = "intake.propose"
)

func actName(what string) words.Key { return words.Key("intake.act." + what) }

// pass hands an application on after a move: the turn before is closed, the next is opened, and who waits is told.
func pass(ctx context.Context, tx *db.Tx, a Application) error {
	if err := shift(ctx, tx, a); err != nil {
		return err
	}
	return tellMove(ctx, tx, a)
}

// shift gives the turn anew without a word to the worker: the case stands where it stood, in other hands.
func shift(ctx context.Context, tx *db.Tx, a Application) error {
	if err := closeTurns(ctx, tx, a); err != nil {
		return err
	}
	n, ok, err := a.turn(ctx, tx)
	if err != nil {
		return err
	}
	if !ok {
		return nil
	}
	return task.Open(ctx, tx, n)
}

// closeTurns ends the turns an application gave; it was moved on, or ended.
func closeTurns(ctx context.Context, tx *db.Tx, a Application) error {
	for _, kind := range []string{turnFirst, turnSupply, turnLater, turnGone, turnVerify, turnAssess, turnOffer, turnAppeal} {
		if err := task.Close(ctx, tx, kind, a.ID); err != nil {
			return err
		}
	}
	return nil
}

// turn says whose turn it is in a state. Nobody gets their own or a relative's case; who gave the first review does not
// verify, and neither of them writes the panel's report.
func (a Application) turn(ctx context.Context, tx *db.Tx) (task.New, bool, error) {
	w, err := person.Get(ctx, tx, a.PersonID)
	if err != nil {
		return task.New{}, false, err
	}
	n := task.New{Object: "application", ObjectID: a.ID, UnitID: a.UnitID, Barred: strings.Fields(a.Barred), Due: a.Due,
		Href: "/desk/applications/" + a.ID, Args: []any{w.Name, a.Number}}
	reviewed, err := Reviewers(ctx, tx, a.ID)
	if err != nil {
		return n, false, err
	}
	switch a.State {
	case Submitted:
		n.Kind, n.Role, n.Title = turnFirst, org.RoleGroupLeader, "intake.turn.first"
	case Returned:
		n.Kind, n.PersonID, n.Title, n.Href = turnSupply, a.PersonID, "intake.turn.supply", "/me/applications/"+a.ID+"/supply"
		n.Barred = nil
	case Verifying, Visiting:
		n.Kind, n.Title = turnVerify, "intake.turn.verify"
		if a.OfficerID != "" {
			n.UserID = a.OfficerID
		} else {
			n.Role, n.Barred = org.RoleOfficer, append(n.Barred, reviewed...)
		}
	case Panel:
		n.Kind, n.Role, n.Title = turnAssess, org.RoleCommittee, "intake.turn.assess"
		n.Barred = append(n.Barred, reviewed...)
	case Recommended:
		n.Kind, n.Role, n.Title, n.Href = turnOffer, org.RoleOfficer, "intake.turn.propose", n.Href+"/propose"
	case Draft, Decided, Refused, Withdrawn:
		return n, false, nil
	}
	return n, true, nil
}
