package plan

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/approval"
	"bangfu/internal/office/notice"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// PublishIn names the awards to publish together (S08).
type PublishIn struct {
	IDs []string `form:"id" label:"公示哪些" need:"true" max:"40"`
}

// Line is an award as the public sees it: masked name, unit, category; the amount only where the union says so.
func Line(ctx context.Context, tx *db.Tx, a Award) (notice.Line, error) {
	unit, err := org.UnitOf(ctx, tx, a.UnitID)
	if err != nil {
		return notice.Line{}, err
	}
	m, err := a.matter(ctx, tx)
	if err != nil {
		return notice.Line{}, err
	}
	return notice.Line{ObjectID: a.ID, Name: a.Masked, Unit: unit.Name, Category: a.ItemName, CategoryEn: a.ItemNameEn, Amount: a.Total,
		Barred: append(m.Barred, m.Acted...)}, nil
}

// NoticeTitle heads every 公示 of awards.
const NoticeTitle words.Key = "困难职工帮扶对象公示"

// Publish opens the 公示 of decided awards, all with one notice and one span of workdays.
func Publish(ctx context.Context, tx *db.Tx, in PublishIn) (notice.Sheet, error) {
	var awards []Award
	n := notice.New{Kind: "award", Title: string(NoticeTitle)}
	for _, id := range in.IDs {
		a, err := Reached(ctx, tx, "plan.publish", id)
		if err != nil {
			return notice.Sheet{}, err
		}
		if a.State != Reserved {
			return notice.Sheet{}, fault.New(fault.Conflict, "plan.state", a.Number, a.State)
		}
		if err := a.living(ctx, tx); err != nil {
			return notice.Sheet{}, err
		}
		line, err := Line(ctx, tx, a)
		if err != nil {
			return notice.Sheet{}, err
		}
		n.Lines = append(n.Lines, line)
		awards = append(awards, a)
	}
	var err error
	if n.Scope, err = scope(ctx, tx, awards); err != nil {
		return notice.Sheet{}, err
	}
	opened, err := notice.Open(ctx, tx, n)
	if err != nil {
		return opened, err
	}
	tx.About("notice", opened.ID, "lines")
	for _, a := range awards {
		if err := a.move(ctx, tx, Public, "published_at = $5", tx.Ms()); err != nil {
			return opened, err
		}
		if err := task.Close(ctx, tx, turnPublish, a.ID); err != nil {
			return opened, err
		}
		err := notify.Send(ctx, tx, notify.To{PersonID: a.PersonID}, notify.Text{Key: "plan.told_public", Args: []any{a.Called(), opened.EndsOn},
			Href: "/me/applications/" + a.ApplicationID})
		if err != nil {
			return opened, err
		}
	}
	return opened, nil
}

// scope is where awards may be shown: those who did not agree to be on the screen are posted on paper only, in a list of
// their own. Fault: "plan.public_mixed" (Refused) for a list of both.
func scope(ctx context.Context, tx *db.Tx, awards []Award) (string, error) {
	paper := 0
	for _, a := range awards {
		all, err := intake.Consents(ctx, tx, a.ApplicationID)
		if err != nil {
			return "", err
		}
		if !intake.Agreed(all, intake.ForPublic) {
			paper++
		}
	}
	switch paper {
	case 0:
		return notice.ScopeBoth, nil
	case len(awards):
		return notice.ScopePaper, nil
	}
	return "", fault.New(fault.Refused, "plan.public_mixed", paper)
}

// SettleNotices carries the state of the notices over to their awards: an objection holds exactly its award, the end of
// the days clears, an objection upheld cancels. It is a job and may run as often as one likes.
func SettleNotices(ctx context.Context, tx *db.Tx) error {
	waiting, err := db.All[Award](ctx, tx, `select `+columns+` from plan_award where union_id = $1 and state in ('public', 'objected') order by id`, tx.Union)
	if err != nil {
		return err
	}
	for _, a := range waiting {
		s, err := notice.StateOf(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		if err := a.follow(ctx, tx, s); err != nil {
			return err
		}
	}
	return nil
}

func (a *Award) follow(ctx context.Context, tx *db.Tx, s notice.State) error {
	switch {
	case s == notice.StateObjected && a.State == Public:
		return a.move(ctx, tx, Objected, "")
	case s == notice.StateOpen && a.State == Objected:
		return a.move(ctx, tx, Public, "")
	case s == notice.StateUpheld || s == notice.StateWithdrawn:
		return a.cancel(ctx, tx, "plan.upheld")
	case s == notice.StateEnded:
		if err := a.move(ctx, tx, Cleared, ""); err != nil {
			return err
		}
		return a.askSignature(ctx, tx)
	}
	return nil
}

// cancel ends an award before its signature and frees its budget.
func (a *Award) cancel(ctx context.Context, tx *db.Tx, why words.Key) error {
	before := a.State
	if err := a.move(ctx, tx, Cancelled, "trouble = $5", string(why)); err != nil {
		return err
	}
	if before == Proposed {
		if err := approval.Cancel(ctx, tx, "award", a.ID); err != nil {
			return err
		}
	} else if err := fund.Release(ctx, tx, a.ID); err != nil {
		return err
	}
	if err := task.CloseAll(ctx, tx, a.ID); err != nil {
		return err
	}
	return notify.Send(ctx, tx, notify.To{PersonID: a.PersonID}, notify.Text{Key: "plan.told_cancelled", Args: []any{a.Called(), why},
		Href: "/me/applications/" + a.ApplicationID})
}

// StopIn ends an award with a reason.
type StopIn struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	Reason string `form:"reason" label:"原因" hint:"例如：本人去世、调离、情况好转、发现不实" kind:"area" need:"true" max:"300"`
}

// Stop ends an award whatever has been paid: before the signature it is cancelled, after it what is left is released.
// Instalments are payment's to stop; it calls this.
func Stop(ctx context.Context, tx *db.Tx, a Award, reason string) error {
	a.about(tx, "state")
	if a.State != Signed {
		return a.cancel(ctx, tx, words.Key(reason))
	}
	if err := a.move(ctx, tx, Stopped, "trouble = $5", reason); err != nil {
		return err
	}
	return fund.Release(ctx, tx, a.ID)
}

// MarkSigned commits the budget with the final signature (S08, S09). Only payment calls it, in the act that schedules
// the instalments. Faults: "plan.state" and those of MaySign.
func MarkSigned(ctx context.Context, tx *db.Tx, id string) (Award, error) {
	a, err := Reached(ctx, tx, "payment.sign", id)
	if err != nil {
		return a, err
	}
	a.about(tx, "signature")
	if a.State != Cleared {
		return a, fault.New(fault.Conflict, "plan.state", a.Number, a.State)
	}
	if err := a.MaySign(ctx, tx); err != nil {
		return a, err
	}
	if err := a.living(ctx, tx); err != nil {
		return a, err
	}
	if err := a.still(ctx, tx); err != nil {
		return a, err
	}
	if err := a.move(ctx, tx, Signed, "signed_at = $5, signed_by = $6", tx.Ms(), tx.Actor.User); err != nil {
		return a, err
	}
	if err := task.Close(ctx, tx, "plan.sign", a.ID); err != nil {
		return a, err
	}
	return a, fund.Commit(ctx, tx, a.ID)
}

// Landed counts instalments of an award that were paid (1) or came back (-1). Only payment calls it.
func Landed(ctx context.Context, tx *db.Tx, id string, n int64) error {
	return tx.Must(ctx, "fault.missing", `update plan_award set paid_times = paid_times + $3 where union_id = $1 and id = $2`, tx.Union, id, n)
}

// MarkPaid ends an award whose last instalment was paid. Only payment calls it.
func MarkPaid(ctx context.Context, tx *db.Tx, id string) error {
	a, err := Get(ctx, tx, id)
	if err != nil || a.State != Signed {
		return err
	}
	return a.move(ctx, tx, Paid, "")
}
