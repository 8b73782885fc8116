package payment

import (
	"context"
	"encoding/json"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// ID names one instalment.
type ID struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40"`
}

// finding is what a look at an instalment came to: why it may not be paid today ("" means that it may), and what it was
// judged on.
type finding struct {
	why     words.Key
	verdict string
	award   plan.Award
	worker  person.Worker
	to      account
}

// look holds an instalment against everything that can have changed since it was decided (S09: each re-checked before it
// is paid): the worker here and living, the award in force, the payments before it settled, an account, the standard on
// today's facts. Money that the bank gave back was judged when it was first paid, and is owed.
func look(ctx context.Context, tx *db.Tx, i Instalment) (f finding, err error) {
	if f.worker, err = person.Get(ctx, tx, i.PersonID); err != nil {
		return f, err
	}
	if f.award, err = plan.Get(ctx, tx, i.AwardID); err != nil {
		return f, err
	}
	var bar words.Key
	if f.to, bar, err = accountOf(ctx, tx, i, f.worker); err != nil {
		return f, err
	}
	switch {
	case f.worker.Status == person.Deceased:
		f.why = "payment.bar_deceased"
	case f.worker.Status != person.Active:
		f.why = "payment.bar_left"
	case bar != "":
		f.why = bar
	case i.DueOn > tx.Day():
		f.why = "payment.bar_early"
	case i.Parked:
	case f.award.State != plan.Signed:
		f.why = "payment.bar_award"
	default:
		if f.why, err = late(ctx, tx, f.award); err == nil && f.why == "" {
			err = f.judge(ctx, tx, i)
		}
	}
	return f, err
}

// late bars what is still to be paid of an emergency whose papers are not seen by their day (policy §1.5).
func late(ctx context.Context, tx *db.Tx, a plan.Award) (words.Key, error) {
	if !a.Emergency || a.PapersDue == "" || tx.Day() <= a.PapersDue {
		return "", nil
	}
	owes, err := intake.Owing(ctx, tx, a.ApplicationID)
	if owes {
		return "payment.bar_papers", err
	}
	return "", err
}

func (f *finding) judge(ctx context.Context, tx *db.Tx, i Instalment) error {
	before, err := db.Value[int64](ctx, tx, `select count(*) from payment_instalment where union_id = $1 and award_id = $2 and no < $3
		and state in ('waiting', 'held', 'ready', 'batched', 'failed')`, tx.Union, i.AwardID, i.No)
	if err != nil {
		return err
	}
	if before > 0 {
		f.why = "payment.bar_before"
		return nil
	}
	v, err := plan.Rejudge(ctx, tx, f.award)
	if err != nil {
		return err
	}
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	f.verdict, f.why = string(text), fits(v, f.award, i)
	return nil
}

// fits says why a verdict does not allow an instalment's amount for the award's item; "" means that it does. What cannot
// be decided is not a no: the officer is told to find the missing fact.
func fits(v standard.Verdict, a plan.Award, i Instalment) words.Key {
	why := words.Key("payment.bar_standard")
	if v.Outcome == standard.Unknown {
		why = "payment.bar_unknown"
	}
	for _, r := range v.Items {
		switch {
		case r.Code != a.Item:
		case r.Outcome == standard.Unknown:
			why = "payment.bar_unknown"
		case r.Allows(i.Amount) == nil:
			return ""
		}
	}
	return why
}

// Check looks at an instalment again and makes it ready, or holds it with the reason and gives the officer the turn.
func Check(ctx context.Context, tx *db.Tx, i *Instalment) error {
	f, err := look(ctx, tx, *i)
	if err != nil {
		return err
	}
	to := Ready
	if f.why != "" {
		to = Held
	}
	i.Trouble, i.CardTail, i.CheckedAt, i.Verdict = string(f.why), f.to.tail, tx.Ms(), f.verdict
	err = i.move(ctx, tx, to, "trouble = $5, card_tail = $6, checked_at = $7, verdict = $8", i.Trouble, i.CardTail, i.CheckedAt, i.Verdict)
	if err != nil {
		return err
	}
	if to == Ready {
		return task.Close(ctx, tx, "payment.held", i.ID)
	}
	return askHeld(ctx, tx, *i, f.award)
}

func askHeld(ctx context.Context, tx *db.Tx, i Instalment, a plan.Award) error {
	return task.Open(ctx, tx, task.New{Kind: "payment.held", Object: "instalment", ObjectID: i.ID, Role: org.RoleOfficer, UnitID: a.UnitID,
		Href: home + "?state=held", Title: "{0} 暂缓发放，请核实", Args: []any{a.Number}})
}

// checkMost is how many instalments of a state one act checks, so that it stays short; the next press takes the rest.
const checkMost = 500

// Checked counts what a check of all that is due came to.
type Checked struct{ Ready, Held int }

// CheckDue checks every instalment that is due and not yet ready.
func CheckDue(ctx context.Context, tx *db.Tx) (done Checked, err error) {
	for _, s := range []State{Waiting, Held} {
		due, err := In(ctx, tx, "payment.check", Query{State: s, Limit: checkMost})
		if err != nil {
			return done, err
		}
		for _, i := range due {
			if i.DueOn > tx.Day() {
				break // they come by their days
			}
			was := i.State
			if err := Check(ctx, tx, &i); err != nil {
				return done, err
			}
			switch {
			case i.State == Ready:
				done.Ready++
			case was == Waiting:
				done.Held++
			}
			if err := task.Close(ctx, tx, "payment.check", i.AwardID); err != nil {
				return done, err
			}
		}
	}
	return done, nil
}

// Retry takes a failed or held instalment up again after the account or the case was mended. Fault: Refused with what
// still stands against it.
func Retry(ctx context.Context, tx *db.Tx, in ID) (Instalment, error) {
	i, err := reached(ctx, tx, "payment.check", in.ID)
	if err != nil {
		return i, err
	}
	if err := Check(ctx, tx, &i); err != nil {
		return i, err
	}
	if i.State == Held {
		return i, fault.New(fault.Refused, "payment.still", words.Key(i.Trouble))
	}
	return i, task.Close(ctx, tx, "payment.failed", i.ID)
}

// PersonChanged holds what a worker was still to get when the worker dies, leaves or is transferred in mid-case, and asks
// the officer what is to become of it. A worker who is back changes nothing: the next check finds out.
func PersonChanged(ctx context.Context, tx *db.Tx, personID string) error {
	all, err := OfPerson(ctx, tx, personID)
	if err != nil {
		return err
	}
	for _, i := range all {
		if i.State != Ready && i.State != Waiting {
			continue
		}
		f, err := look(ctx, tx, i)
		if err != nil {
			return err
		}
		if f.worker.Status == person.Active {
			return nil
		}
		if err := i.move(ctx, tx, Held, "trouble = $5", string(f.why)); err != nil {
			return err
		}
		if err := askHeld(ctx, tx, i, f.award); err != nil {
			return err
		}
	}
	return nil
}

// Follow walks the instalments under way: those whose award has moved to another unit go along, with their turns. It is called with
// what it gave before until it gives "".
func Follow(ctx context.Context, tx *db.Tx, after string) (next string, err error) {
	all, err := db.All[Instalment](ctx, tx, `
		select `+columns+` from payment_instalment
		where union_id = $1 and state in ('waiting', 'held', 'ready', 'batched', 'failed') and id > $2 order by id limit $3`,
		tx.Union, after, checkMost)
	if err != nil {
		return "", err
	}
	for _, i := range all {
		a, err := plan.Get(ctx, tx, i.AwardID)
		if err != nil {
			return "", err
		}
		if a.UnitPath == i.UnitPath {
			continue
		}
		err = tx.Must(ctx, "fault.stale", `update payment_instalment set unit_path = $4, version = version + 1 where union_id = $1 and id = $2 and version = $3`,
			tx.Union, i.ID, i.Version, a.UnitPath)
		if err != nil {
			return "", err
		}
		if err := task.Rehome(ctx, tx, i.ID, org.Unit{ID: a.UnitID, Path: a.UnitPath}); err != nil {
			return "", err
		}
	}
	if len(all) < checkMost {
		return "", nil
	}
	return all[len(all)-1].ID, nil
}

// HoldGone is PersonChanged for everyone who is no longer here: a daily job, for whatever way a worker went.
func HoldGone(ctx context.Context, tx *db.Tx) error {
	ids, err := db.All[string](ctx, tx, `select distinct person_id from payment_instalment
		where union_id = $1 and state in ('waiting', 'ready') order by person_id`, tx.Union)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := PersonChanged(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}
