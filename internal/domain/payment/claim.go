package payment

import (
	"context"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// Money that came back makes something payable again, or a pocket fuller. So it is two people's word: the accountant says what the
// bank's slip says, the cashier looks at the account and says whether it is there; then it is posted.

// Why is how money came to be back.
type Why string

// The ways: the bank could not deliver it after all; it went to the wrong payee and the worker is still owed it; it was not due.
const (
	BankGaveBack Why = "back"
	StillOwed    Why = "owed"
	NotDue       Why = "undue"
)

// Claim is money said to have come back. Slip is the bank's; State is open, yes or no.
type Claim struct {
	UnionID, ID, InstalmentID string
	Kind                      Why
	Slip, Reason, State       string
	ByUser, ByPerson          string
	At                        int64
	Answer, AnsweredBy        string
	AnsweredAt                int64
}

// Said is what the accountant wrote, with the slip.
func (c Claim) Said() string { return strings.TrimSpace(c.Reason + " " + c.Slip) }

const claimColumns = `union_id, id, instalment_id, kind, slip, reason, state, by_user, by_person, at, answer, answered_by, answered_at`

// OpenClaim gives the claim on an instalment that waits for the cashier; false when there is none.
func OpenClaim(ctx context.Context, tx *db.Tx, instalmentID string) (Claim, bool, error) {
	return db.Maybe[Claim](ctx, tx, `
		select `+claimColumns+` from payment_claim where union_id = $1 and instalment_id = $2 and state = 'open'`, tx.Union, instalmentID)
}

// claim writes down money said to have come back and asks the cashier. Faults: "payment.state" (Conflict) where nothing was paid,
// "payment.claimed" (Conflict) while one waits.
func (i Instalment) claim(ctx context.Context, tx *db.Tx, c Claim) error {
	if i.State != Paid && i.State != Missing && i.State != Confirmed {
		return fault.New(fault.Conflict, "payment.state", i.State)
	}
	if _, open, err := OpenClaim(ctx, tx, i.ID); err != nil || open {
		if err == nil {
			err = fault.New(fault.Conflict, "payment.claimed")
		}
		return err
	}
	a, err := plan.Get(ctx, tx, i.AwardID)
	if err != nil {
		return err
	}
	tx.Trail.Reason = c.Reason
	c.UnionID, c.ID, c.InstalmentID, c.State = tx.Union, tx.ID(), i.ID, "open"
	c.ByUser, c.ByPerson, c.At = tx.Actor.User, tx.Actor.Person, tx.Ms()
	if err := db.Insert(ctx, tx, "payment_claim", c); err != nil {
		return err
	}
	if err := task.Close(ctx, tx, "payment.missing", i.ID); err != nil {
		return err
	}
	return task.Open(ctx, tx, task.New{Kind: "payment.back", Object: "instalment", ObjectID: i.ID, Role: org.RoleCashier, UnitID: tx.Union,
		Barred: []string{tx.Actor.User, tx.Actor.Person}, Href: home + "/" + i.ID, Title: "{0} 有款退回，请核对账户", Args: []any{a.Number}})
}

// Seen is what the cashier found.
type Seen string

// Choices lists the answers.
func (Seen) Choices() []form.Choice {
	return []form.Choice{{Value: "yes", Label: "钱在账上"}, {Value: "no", Label: "账上没有", Hint: "退给会计再查"}}
}

// BackIn is the cashier's answer to a claim.
type BackIn struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	Seen   Seen   `form:"seen" label:"账户里看到了吗" need:"true"`
	Answer string `form:"answer" label:"说明" hint:"入账日期、金额；没有的写查了哪几天" need:"true" max:"200"`
}

// BackAct is the second word on money that came back; with it the books are moved. Faults: "payment.no_claim" (Conflict),
// "payment.same_person" (Refused), "payment.state" (Conflict).
var BackAct = act.Act[BackIn, Instalment]{Name: "payment.back", Title: "核对退回款", Right: "payment.back", Do: answerClaim}

func answerClaim(ctx context.Context, tx *db.Tx, in BackIn) (Instalment, error) {
	i, err := reached(ctx, tx, "payment.back", in.ID)
	if err != nil {
		return i, err
	}
	c, open, err := OpenClaim(ctx, tx, i.ID)
	switch {
	case err != nil:
		return i, err
	case !open:
		return i, fault.New(fault.Conflict, "payment.no_claim")
	case task.Bars([]string{c.ByUser, c.ByPerson}, tx.Actor.User, tx.Actor.Person):
		return i, fault.New(fault.Refused, "payment.same_person")
	}
	tx.Trail.Reason = strings.TrimSpace(in.Answer)
	err = tx.Must(ctx, "fault.stale", `
		update payment_claim set state = $4, answer = $5, answered_by = $6, answered_at = $7 where union_id = $1 and id = $2 and state = $3`,
		tx.Union, c.ID, "open", string(in.Seen), tx.Trail.Reason, tx.Actor.User, tx.Ms())
	if err != nil {
		return i, err
	}
	if err := task.Close(ctx, tx, "payment.back", i.ID); err != nil {
		return i, err
	}
	a, err := plan.Get(ctx, tx, i.AwardID)
	switch {
	case err != nil:
		return i, err
	case in.Seen != "yes":
		return i, task.Open(ctx, tx, task.New{Kind: "payment.missing", Object: "instalment", ObjectID: i.ID, Role: org.RoleAccountant, UnitID: tx.Union,
			Href: home + "/" + i.ID, Title: "{0} 的退回款账上没有，请再查", Args: []any{a.Number}})
	case c.Kind == NotDue:
		return i, i.recover(ctx, tx, a, c)
	}
	return i, i.bounce(ctx, tx, a, c.Reason)
}

// recover books money that was not due back into its pocket and takes the aid out of the household's books.
func (i *Instalment) recover(ctx context.Context, tx *db.Tx, a plan.Award, c Claim) error {
	if err := i.move(ctx, tx, Recovered, "trouble = $5", c.Reason); err != nil {
		return err
	}
	err := fund.Recover(ctx, tx, fund.Move{Ref: a.ID, Key: "recover/" + i.LineID, Memo: a.Number + " " + c.Slip, Amount: i.Amount})
	if err != nil {
		return err
	}
	if err := plan.Landed(ctx, tx, a.ID, -1); err != nil {
		return err
	}
	if err := casefile.TakeBackAid(ctx, tx, i.LineID); err != nil {
		return err
	}
	if err := task.CloseAll(ctx, tx, i.ID); err != nil {
		return err
	}
	return event(ctx, tx, a, casefile.Entry{Kind: "recover", Text: "payment.event_recovered", Args: []any{i.No, i.Amount, c.Reason}, Ref: i.ID})
}
