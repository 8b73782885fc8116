package oversight

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// A paper trail can be whole and the money gone all the same. So the auditor asks those who should have it, and the answer goes to
// the auditor alone.

const (
	placeSaid = "oversight_asked.said"
	turnAsked = "oversight.reply"
	askDays   = 10 // workdays in which a receiver is reminded
)

// Got is how much of the money came.
type Got string

// Choices lists the answers.
func (Got) Choices() []form.Choice {
	return []form.Choice{{Value: "all", Label: "全部收到了"}, {Value: "part", Label: "只收到一部分"}, {Value: "none", Label: "没有收到"}}
}

// Say gives the answer in a language.
func (g Got) Say(l words.Lang) string { return label(l, g.Choices(), string(g)) }

// Favour is whether somebody wanted something for it.
type Favour string

// Choices lists the answers.
func (Favour) Choices() []form.Choice {
	return []form.Choice{{Value: "no", Label: "没有"}, {Value: "yes", Label: "有"}}
}

// Say gives the answer in a language.
func (f Favour) Say(l words.Lang) string { return label(l, f.Choices(), string(f)) }

// Asked is a receiver asked about what was paid of an award until then, in fen. ToldBy is "" for an answer by the receiver, else
// the auditor who wrote it down. What they said is
// sealed; a look opens it.
type Asked struct {
	UnionID, ID, SampleID, AwardID, PersonID, UnitPath string
	Amount                                             money.Amount
	ByUser                                             string
	At                                                 int64
	Answer                                             Got
	Favour                                             Favour
	Words                                              []byte `db:"said"`
	ToldBy                                             string
	AnsweredAt                                         int64
}

const askedColumns = `union_id, id, sample_id, award_id, person_id, unit_path, amount, by_user, at, answer, favour, said, told_by, answered_at`

// Bad reports an answer that the auditor has to look into.
func (a Asked) Bad() bool { return a.Answer == "part" || a.Answer == "none" || a.Favour == "yes" }

// Openers gives what can be opened here with a reason: what a receiver wrote, for the auditor.
func Openers() map[string]audit.Opener {
	return map[string]audit.Opener{placeSaid: func(ctx context.Context, tx *db.Tx, id string) (string, string, error) {
		if err := auth.Reach(tx, "oversight.draw", "", ""); err != nil {
			return "", "", err
		}
		a, err := db.One[Asked](ctx, tx, `select `+askedColumns+` from oversight_asked where union_id = $1 and id = $2`, tx.Union, id)
		if err == nil && len(a.Words) == 0 {
			err = fault.New(fault.Missing, "fault.missing")
		}
		if err != nil {
			return "", a.PersonID, err
		}
		text, err := tx.Open(placeSaid, a.ID, a.Words)
		return text, a.PersonID, err
	}}
}

// AskedOf lists who was asked about a sample, in the order they were asked.
func AskedOf(ctx context.Context, tx *db.Tx, sampleID string) ([]Asked, error) {
	return db.All[Asked](ctx, tx, `select `+askedColumns+` from oversight_asked where union_id = $1 and sample_id = $2 order by id`, tx.Union, sampleID)
}

// AskedReached gives a question that the actor's right reaches: their own, or an auditor's. Fault: "fault.denied".
func AskedReached(ctx context.Context, tx *db.Tx, id string) (Asked, error) {
	a, err := db.One[Asked](ctx, tx, `select `+askedColumns+` from oversight_asked where union_id = $1 and id = $2`, tx.Union, id)
	if fault.Is(err, "fault.missing") {
		return a, fault.New(fault.Denied, "fault.denied")
	}
	if err != nil {
		return a, err
	}
	tx.Trail.Subject = a.PersonID
	return a, auth.Reach(tx, "oversight.reply", a.UnitPath, a.PersonID)
}

// SampleID names a sample.
type SampleID struct {
	Sample string `form:"sample" kind:"hidden" need:"true" max:"40"`
}

// AskOut counts who was asked; Left are those of the sample who were paid nothing yet or were asked before.
type AskOut struct{ Asked, Left int }

// Ask asks every receiver of a sample whether the money came and whether anybody wanted something for it (S09: a sample of
// recipients asked; S21). Nobody is asked twice for one sample, and no auditor asks themselves.
var Ask = act.Act[SampleID, AskOut]{Name: "oversight.ask", Title: "向收款人发问", Right: "oversight.draw", Do: ask}

func ask(ctx context.Context, tx *db.Tx, in SampleID) (out AskOut, err error) {
	s, items, err := SampleOf(ctx, tx, in.Sample)
	if err != nil {
		return out, err
	}
	tx.About("oversight_sample", s.ID, "asked")
	before, err := AskedOf(ctx, tx, s.ID)
	if err != nil {
		return out, err
	}
	done := map[string]bool{}
	for _, a := range before {
		done[a.AwardID] = true
	}
	for _, i := range items {
		if done[i.AwardID] {
			out.Left++
			continue
		}
		done[i.AwardID] = true
		sum, err := paidOf(ctx, tx, i.AwardID)
		if err != nil {
			return out, err
		}
		a, err := plan.Get(ctx, tx, i.AwardID)
		if err != nil {
			return out, err
		}
		if sum == 0 || a.PersonID == tx.Actor.Person {
			out.Left++
			continue
		}
		if err := askOne(ctx, tx, s, a, sum); err != nil {
			return out, err
		}
		out.Asked++
	}
	return out, nil
}

// paidOf adds up what a bank, a cashier or an institution's account has of an award.
func paidOf(ctx context.Context, tx *db.Tx, awardID string) (sum money.Amount, err error) {
	all, err := payment.OfAward(ctx, tx, awardID)
	for _, p := range all {
		if slices.Contains([]payment.State{payment.Paid, payment.Confirmed, payment.Missing}, p.State) {
			if sum, err = sum.Add(p.Amount); err != nil {
				return 0, err
			}
		}
	}
	return sum, err
}

func askOne(ctx context.Context, tx *db.Tx, s Sample, a plan.Award, sum money.Amount) error {
	q := Asked{UnionID: tx.Union, ID: tx.ID(), SampleID: s.ID, AwardID: a.ID, PersonID: a.PersonID, UnitPath: a.UnitPath, Amount: sum, ByUser: tx.Actor.User, At: tx.Ms()}
	if err := db.Insert(ctx, tx, "oversight_asked", q); err != nil {
		return err
	}
	href := "/me/asked/" + q.ID
	if err := notify.Send(ctx, tx, notify.To{PersonID: a.PersonID, UnitID: a.UnitID}, notify.Text{Key: "oversight.told_asked", Args: []any{a.Called()}, Href: href}); err != nil {
		return err
	}
	return task.Open(ctx, tx, task.New{Kind: turnAsked, Object: "oversight_asked", ObjectID: q.ID, PersonID: a.PersonID, UnitID: a.UnitID, Days: askDays, Href: href,
		Title: "回答经审回访：{0}", Args: []any{a.Called()}})
}

// ReplyIn is a receiver's answer.
type ReplyIn struct {
	Asked  string `form:"asked" kind:"hidden" need:"true" max:"40"`
	Answer Got    `form:"answer" label:"这笔钱您收到了吗" need:"true"`
	Favour Favour `form:"favour" label:"有没有人要您返还一部分，或者要您请客、送礼" need:"true"`
	Said   string `form:"said" label:"想说的话" hint:"只有经审人员能看到" kind:"area" max:"500"`
}

// Reply answers once: the receiver on the phone's page, or the auditor writes down what was said by telephone. An answer that
// something is wrong gives the auditors the turn. Fault: "oversight.answered" (Conflict).
var Reply = act.Act[ReplyIn, Asked]{Name: "oversight.reply", Title: "回答经审回访", Right: "oversight.reply", Secret: true, Do: reply}

func reply(ctx context.Context, tx *db.Tx, in ReplyIn) (Asked, error) {
	a, err := AskedReached(ctx, tx, in.Asked)
	if err != nil {
		return a, err
	}
	tx.About("oversight_asked", a.ID, "answer")
	if a.Answer != "" {
		return a, fault.New(fault.Conflict, "oversight.answered")
	}
	a.Answer, a.Favour, a.AnsweredAt = in.Answer, in.Favour, tx.Ms()
	if tx.Actor.Person != a.PersonID {
		a.ToldBy = tx.Actor.User
	}
	if text := strings.TrimSpace(in.Said); text != "" {
		if a.Words, err = tx.Seal(placeSaid, a.ID, text); err != nil {
			return a, err
		}
	}
	err = tx.Must(ctx, "fault.stale", `update oversight_asked set answer = $3, favour = $4, said = $5, told_by = $6, answered_at = $7
		where union_id = $1 and id = $2 and answer = ''`, tx.Union, a.ID, a.Answer, a.Favour, a.Words, a.ToldBy, a.AnsweredAt)
	if err != nil {
		return a, err
	}
	if err := task.CloseAll(ctx, tx, a.ID); err != nil || !a.Bad() {
		return a, err
	}
	s, _, err := SampleOf(ctx, tx, a.SampleID)
	if err != nil {
		return a, err
	}
	return a, task.Open(ctx, tx, task.New{Kind: "oversight.answered", Object: "oversight_sample", ObjectID: s.ID, Role: org.RoleAuditor, UnitID: tx.Union,
		Href: Home + "/samples/" + s.ID, Title: "样本 {0} 有收款人说钱没有全到或有人索要", Args: []any{s.Number}})
}
