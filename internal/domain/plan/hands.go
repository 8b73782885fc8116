package plan

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/approval"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// matter is the award as those who decide see it: the applicant and relatives are barred, and so is everybody who had a
// hand in it before: who filed it for the worker, reviewed it or proposed it (S06, S07).
func (a Award) matter(ctx context.Context, tx *db.Tx) (approval.Matter, error) {
	app, err := intake.Get(ctx, tx, a.ApplicationID)
	if err != nil {
		return approval.Matter{}, err
	}
	acted, err := intake.Reviewers(ctx, tx, a.ApplicationID)
	if err != nil {
		return approval.Matter{}, err
	}
	kin, err := person.Kin(ctx, tx, a.PersonID)
	if err != nil {
		return approval.Matter{}, err
	}
	class := ""
	if v, err := a.Kept(); err == nil {
		class = v.Class
	}
	return approval.Matter{Kind: "award", ID: a.ID, UnitID: a.UnitID, Amount: a.Total, Programme: a.Programme, Class: class,
		Emergency: a.Emergency, Barred: append(kin, a.PersonID), Acted: append(acted, a.MadeBy, app.FiledBy), Label: a.Number,
		Href: "/desk/awards/" + a.ID}, nil
}

// deciders are those who signed on the route. The final signature looks at their decision once more, so it is another
// person's; an emergency is helped at once on one signature and its papers are looked at later (article 7).
func (a Award) deciders(ctx context.Context, tx *db.Tx) ([]string, error) {
	if a.Emergency {
		return nil, nil
	}
	v, err := approval.State(ctx, tx, "award", a.ID)
	var out []string
	for _, s := range v.Steps {
		if s.Answered > 0 && !s.Recorded {
			out = append(out, s.UserID, s.Person)
		}
	}
	return out, err
}

// askSignature gives the turn for the final signature: to a chair who has not decided, else to the named manager of the
// fund (article 2), else to the upper union.
func (a *Award) askSignature(ctx context.Context, tx *db.Tx) error {
	m, err := a.matter(ctx, tx)
	if err != nil {
		return err
	}
	decided, err := a.deciders(ctx, tx)
	if err != nil {
		return err
	}
	n := task.New{Kind: "plan.sign", Object: "award", ObjectID: a.ID, Role: org.RoleChair, UnitID: a.UnitID,
		Barred: append(append(m.Barred, m.Acted...), decided...), Href: "/desk/awards/" + a.ID, Title: "签发 {0}", Args: []any{a.Number}}
	if _, mine, err := task.Turn(ctx, tx, task.Where{Role: org.RoleManager, UnitPath: a.UnitPath, Barred: n.Barred}); err == nil && len(mine) > 0 {
		if role, _, err := task.Turn(ctx, tx, task.Where{Role: org.RoleChair, UnitPath: a.UnitPath, Barred: n.Barred}); err != nil || role != org.RoleChair {
			n.Role = org.RoleManager
		}
	}
	return task.Open(ctx, tx, n)
}

// askPublish gives the officer of the unit the turn to publish what was decided.
func (a *Award) askPublish(ctx context.Context, tx *db.Tx) error {
	m, err := a.matter(ctx, tx)
	if err != nil {
		return err
	}
	n, err := days(ctx, tx, "publish.days")
	if err != nil {
		return err
	}
	return task.Open(ctx, tx, task.New{Kind: turnPublish, Object: "award", ObjectID: a.ID, Role: org.RoleOfficer, UnitID: a.UnitID, Barred: m.Barred, Days: n,
		Href: "/desk/awards?state=reserved", Title: "公示 {0}", Args: []any{a.Number}})
}

// turnPublish is the kind of the turn to publish.
const turnPublish = "plan.publish"

// MaySign wants a signer who had no hand in the case. Faults (Refused): "approval.barred" for the worker and relatives,
// "approval.same_person" for whoever filed, reviewed or proposed, "plan.sign_decider" for whoever decided.
func (a Award) MaySign(ctx context.Context, tx *db.Tx) error {
	m, err := a.matter(ctx, tx)
	if err != nil {
		return err
	}
	decided, err := a.deciders(ctx, tx)
	if err != nil {
		return err
	}
	me := tx.Actor
	switch {
	case task.Bars(m.Barred, me.User, me.Person):
		return fault.New(fault.Refused, "approval.barred")
	case task.Bars(m.Acted, me.User, me.Person):
		return fault.New(fault.Refused, "approval.same_person")
	case task.Bars(decided, me.User, me.Person):
		return fault.New(fault.Refused, "plan.sign_decider")
	}
	return nil
}
