package payment

import (
	"context"

	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// home is the desk page that turns lead to.
const home = "/desk/payments"

// months is how far apart the instalments of a standard's period are; a one-off has one instalment.
func months(period string) int {
	switch period {
	case "monthly":
		return 1
	case "quarterly":
		return 3
	case "per_term":
		return 6
	case "yearly":
		return 12
	}
	return 0
}

// SignIn names the award to sign.
type SignIn struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40"`
}

// Sign is the final signature after 公示: it commits the budget and schedules the instalments, the first due today.
func Sign(ctx context.Context, tx *db.Tx, in SignIn) (plan.Award, error) {
	a, err := plan.MarkSigned(ctx, tx, in.ID)
	if err != nil {
		return a, err
	}
	for n := range a.Times {
		due := tx.Day().AddMonths(int(n) * months(a.Period))
		err := db.Insert(ctx, tx, "payment_instalment", Instalment{UnionID: tx.Union, ID: tx.ID(), AwardID: a.ID, No: n + 1,
			PersonID: a.PersonID, HouseholdID: a.HouseholdID, UnitPath: a.UnitPath, Pocket: a.Pocket, DueOn: due, Amount: a.Amount,
			State: Waiting, Version: 1})
		if err != nil {
			return a, err
		}
	}
	if err := event(ctx, tx, a, casefile.Entry{Kind: "sign", Text: "payment.event_signed", Args: []any{a.Number, a.Times}, Ref: a.ID}); err != nil {
		return a, err
	}
	err = notify.Send(ctx, tx, notify.To{PersonID: a.PersonID}, notify.Text{Key: "payment.told_signed", Args: []any{a.Called()},
		Href: "/me/applications/" + a.ApplicationID})
	if err != nil {
		return a, err
	}
	return a, askCheck(ctx, tx, a)
}

// askCheck gives the officer the turn to check what is due of an award.
func askCheck(ctx context.Context, tx *db.Tx, a plan.Award) error {
	return task.Open(ctx, tx, task.New{Kind: "payment.check", Object: "award", ObjectID: a.ID, Role: org.RoleOfficer, UnitID: a.UnitID,
		Href: home, Title: "核对后发放 {0}", Args: []any{a.Number}})
}

// AskDue opens the turns for instalments whose day has come. It is a daily job and may run as often as one likes.
func AskDue(ctx context.Context, tx *db.Tx) error {
	ids, err := db.All[string](ctx, tx, `select distinct award_id from payment_instalment
		where union_id = $1 and state = 'waiting' and due_on <= $2 order by award_id`, tx.Union, tx.Day())
	if err != nil {
		return err
	}
	for _, id := range ids {
		a, err := plan.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := askCheck(ctx, tx, a); err != nil {
			return err
		}
	}
	return nil
}

// event writes a line into the timeline of the family's file, if it has one.
func event(ctx context.Context, tx *db.Tx, a plan.Award, e casefile.Entry) error {
	f, ok, err := casefile.OfHousehold(ctx, tx, a.HouseholdID)
	if err != nil || !ok {
		return err
	}
	return casefile.Event(ctx, tx, f.ID, e)
}
