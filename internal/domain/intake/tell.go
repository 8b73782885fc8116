package intake

import (
	"context"
	"strings"

	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
)

// tellMove tells the worker where an application has come to, and who filed it for them when more is asked for.
func tellMove(ctx context.Context, tx *db.Tx, a Application) error {
	switch a.State {
	case Submitted, Verifying, Visiting, Panel, Returned, Refused:
		if err := tellWorker(ctx, tx, a, words.Key("intake.told."+string(a.State)), a.Number, a.Due); err != nil {
			return err
		}
	case Draft, Recommended, Decided, Withdrawn:
	}
	if a.State != Returned || a.FiledHow == "self" {
		return nil
	}
	return notify.Send(ctx, tx, notify.To{UserID: a.FiledBy}, notify.Text{Key: "intake.told.returned", Args: []any{a.Number, a.Due},
		Href: "/desk/applications/" + a.ID})
}

// tellWorker sends the worker a message that leads to the one page it is about.
func tellWorker(ctx context.Context, tx *db.Tx, a Application, key words.Key, args ...any) error {
	href := "/me/applications/" + a.ID
	switch a.State {
	case Draft:
		href = "/me/apply/" + a.ID
	case Returned:
		href += "/supply"
	case Submitted, Verifying, Visiting, Panel, Recommended, Decided, Refused, Withdrawn:
	}
	return notify.Send(ctx, tx, notify.To{PersonID: a.PersonID, UnitID: a.UnitID}, notify.Text{Key: key, Args: args, Href: href})
}

// tellOfficer sends whoever has the case a message: the officer who took it, else the officers of the unit.
func tellOfficer(ctx context.Context, tx *db.Tx, a Application, key words.Key, args ...any) error {
	to := notify.To{UserID: a.OfficerID}
	if a.OfficerID == "" {
		to = notify.To{Role: org.RoleOfficer, UnitID: a.UnitID, Barred: strings.Fields(a.Barred)}
	}
	return notify.Send(ctx, tx, to, notify.Text{Key: key, Args: args, Href: "/desk/applications/" + a.ID})
}
