package payment

import (
	"context"
	"slices"
	"strconv"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// home is the desk page that turns lead to.
const home = "/desk/payments"

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
		due := tx.Day().AddMonths(int(n) * plan.Months(a.Period))
		err := db.Insert(ctx, tx, "payment_instalment", Instalment{UnionID: tx.Union, ID: tx.ID(), AwardID: a.ID, No: n + 1,
			PersonID: a.PersonID, HouseholdID: a.HouseholdID, UnitPath: a.UnitPath, Pocket: a.Pocket, DueOn: due, Amount: a.Amount,
			State: Waiting, Way: ByBank, Version: 1})
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
	n, err := payDays(ctx, tx)
	if err != nil {
		return err
	}
	w, err := person.Get(ctx, tx, a.PersonID)
	if err != nil {
		return err
	}
	called := standard.Text{Zh: w.Name + "的" + a.Called().Say(words.Zh) + "（" + a.Number + "）", En: a.Number + ", " + w.Name + ": " + a.Called().Say(words.En)}
	return task.Open(ctx, tx, task.New{Kind: "payment.check", Object: "award", ObjectID: a.ID, Role: org.RoleOfficer, UnitID: a.UnitID, Days: n,
		Href: home, Title: "核对后发放 {0}", Args: []any{called}})
}

// payDays is how many workdays lie between a signature and the payment.
func payDays(ctx context.Context, tx *db.Tx) (int, error) {
	v, err := org.Setting(ctx, tx, "pay.days")
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		err = fault.New(fault.Refused, "plan.setting", "pay.days")
	}
	return n, err
}

// turnMake is the kind of the turn to put what was checked into a batch.
const turnMake = "payment.make"

// askMake gives the accountant the turn for every pocket that has something ready to pay, and ends it where nothing is left.
func askMake(ctx context.Context, tx *db.Tx) error {
	pockets, err := fund.Pockets(ctx, tx)
	if err != nil {
		return err
	}
	ready, err := db.All[string](ctx, tx, `select distinct pocket from payment_instalment where union_id = $1 and state = 'ready'`, tx.Union)
	if err != nil {
		return err
	}
	n, err := payDays(ctx, tx)
	if err != nil {
		return err
	}
	for _, p := range pockets {
		if slices.Contains(ready, p.Code) {
			err = task.Open(ctx, tx, task.New{Kind: turnMake, Object: "pocket", ObjectID: p.Code, Role: org.RoleAccountant, UnitID: tx.Union, Days: n,
				Href: home + "/new?pocket=" + p.Code, Title: "{0}有核对好的款项，请编制发放批次", Args: []any{p.Name}})
		} else {
			err = task.Close(ctx, tx, turnMake, p.Code)
		}
		if err != nil && !fault.Is(err, "task.nobody") {
			return err
		}
	}
	return nil
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
	return askMake(ctx, tx)
}

// event writes a line into the timeline of the family's file, if it has one.
func event(ctx context.Context, tx *db.Tx, a plan.Award, e casefile.Entry) error {
	f, ok, err := casefile.OfHousehold(ctx, tx, a.HouseholdID)
	if err != nil || !ok {
		return err
	}
	return casefile.Event(ctx, tx, f.ID, e)
}
