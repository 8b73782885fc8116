package plan

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/approval"
	"bangfu/internal/office/notify"
)

// ProposeIn is what the officer puts before those who decide: the item, the amount inside the standard's bounds with
// its reason (视情), how many instalments, and the pocket.
type ProposeIn struct {
	ApplicationID string       `form:"application_id" kind:"hidden" need:"true" max:"40"`
	Item          string       `form:"item" label:"帮扶项" kind:"choice" need:"true" max:"40"`
	Amount        money.Amount `form:"amount" label:"每次金额" unit:"元" need:"true" min:"0.01"`
	Times         int64        `form:"times" label:"发几次" hint:"一次性的填 1；按季发的填几个季度" min:"1" max:"12"`
	Reason        string       `form:"reason" label:"金额理由" hint:"为什么是这个数：收入、负担、病情或损失的程度" kind:"area" need:"true" max:"500"`
	Pocket        string       `form:"pocket" label:"从哪项资金出" kind:"choice" need:"true" max:"20"`
	Wish          bool         `form:"wish" label:"捐赠方的意愿我已读过，这笔帮扶符合" hint:"只在资金写明了捐赠方意愿时要勾"`
	Route         string       `form:"route" label:"审批路线" kind:"choice" max:"40"`
}

// Propose makes the award of an application whose panel has reported and asks for the decision. The standard judges
// first; an amount outside its bounds is refused with the clause. Faults: "plan.not_ready", "plan.verdict" (Refused:
// the standard says no, or cannot decide), "plan.once" (Refused), "plan.has_award", "fund.purpose" (Refused: the pocket's giver
// does not allow it), those of Verdict.Allows.
func Propose(ctx context.Context, tx *db.Tx, in ProposeIn) (Award, error) {
	app, err := intake.Reached(ctx, tx, "plan.propose", in.ApplicationID)
	if err != nil {
		return Award{}, err
	}
	if app.State != intake.Recommended {
		return Award{}, fault.New(fault.Conflict, "plan.not_ready", app.Number)
	}
	a, err := judged(ctx, tx, app, in)
	if err != nil {
		return a, err
	}
	live, err := OfApplication(ctx, tx, app.ID)
	if err != nil {
		return a, err
	}
	if slices.ContainsFunc(live, func(o Award) bool { return !o.State.Ended() && o.Item == a.Item && o.Subject == a.Subject }) {
		return a, fault.New(fault.Conflict, "plan.has_award")
	}
	if err := a.complete(ctx, tx, app, in.Wish); err != nil {
		return a, err
	}
	if err := db.Insert(ctx, tx, "plan_award", a); err != nil {
		return a, err
	}
	a.about(tx, "amount", "item", "pocket")
	m, err := a.matter(ctx, tx)
	if err != nil {
		return a, err
	}
	m.Route = in.Route
	if _, err = approval.Start(ctx, tx, m); err != nil {
		return a, err
	}
	return a, intake.Proposed(ctx, tx, app)
}

// verdictSaid is a verdict's plain sentences in the reader's language.
type verdictSaid standard.Verdict

// Say joins them.
func (v verdictSaid) Say(l words.Lang) string {
	between := ""
	if l == words.En {
		between = " "
	}
	return strings.Join(standard.Verdict(v).Sentences(l), between)
}

// judged fills the award with the standard's verdict and holds the asked amount to it.
func judged(ctx context.Context, tx *db.Tx, app intake.Application, in ProposeIn) (Award, error) {
	others, err := promised(ctx, tx, app.HouseholdID, func(a Award) bool { return a.ApplicationID != app.ID })
	if err != nil {
		return Award{}, err
	}
	if err := intake.SaidSame(ctx, tx, app, others...); err != nil {
		return Award{}, err
	}
	v, err := Judge(ctx, tx, app)
	if err != nil {
		return Award{}, err
	}
	if v.Outcome != standard.Yes {
		return Award{}, fault.New(fault.Refused, "plan.verdict", verdictSaid(v))
	}
	it, err := item(v, in.Item)
	if err != nil {
		return Award{}, err
	}
	if err := it.Allows(in.Amount); err != nil {
		return Award{}, fault.Of(err).At("amount")
	}
	if it.Period == "once" && in.Times > 1 {
		return Award{}, fault.New(fault.Refused, "plan.once").At("times")
	}
	text, err := json.Marshal(v)
	if err != nil {
		return Award{}, err
	}
	subject, err := subjectOf(ctx, tx, app)
	if err != nil {
		return Award{}, err
	}
	told, err := intake.Figures(ctx, tx, app)
	if err != nil {
		return Award{}, err
	}
	total, err := in.Amount.MulDiv(max(in.Times, 1), 1, money.Down)
	return Award{EventDay: day.Day(told["event_day"].Str), Standard: v.Standard, Item: it.Code, ItemName: it.Name.Zh, ItemNameEn: it.Name.En, Subject: subject, Kind: it.Kind, Period: it.Period,
		Times: max(in.Times, 1), Amount: in.Amount, Total: total, Reason: in.Reason, Clause: it.Where, Verdict: string(text), Pocket: in.Pocket}, err
}

// subjectOf gives the member of the household on file the help is for, by whom later help is counted; "" for the household.
func subjectOf(ctx context.Context, tx *db.Tx, app intake.Application) (string, error) {
	family, err := intake.Family(ctx, tx, app.ID, false)
	for _, m := range family {
		if m.ID == app.AboutID {
			return m.MemberID, err
		}
	}
	return "", err
}

// from holds the award to the terms of its pocket's giver already when it is asked for, not only at the decision. wish says that
// the giver's own wish was read and is followed. Faults: "fund.no_pocket", "fund.purpose" (Refused).
func (a *Award) from(ctx context.Context, tx *db.Tx, wish bool) error {
	p, err := fund.Get(ctx, tx, a.Pocket)
	if err != nil {
		return fault.Of(err).At("pocket")
	}
	at := "pocket"
	if p.Donor != "" && wish {
		a.Donor = p.Donor
	} else if p.Donor != "" {
		at = "wish"
	}
	if b := p.Admits(a.use(), tx.Day()); b != nil {
		return fault.New(fault.Refused, "fund.purpose", p.Name, b).At(at)
	}
	return nil
}

// Offers lists the pockets that may pay for one of the items a verdict allows, with what each could still promise for it.
func Offers(ctx context.Context, tx *db.Tx, app intake.Application, v standard.Verdict) ([]fund.Offer, error) {
	level, err := casefile.LevelOf(ctx, tx, app.HouseholdID)
	if err != nil {
		return nil, err
	}
	var uses []fund.Use
	for _, it := range v.Items {
		if it.Outcome == standard.Yes {
			uses = append(uses, Award{Item: it.Code, Programme: app.Programme, FileLevel: string(level), UnitPath: app.UnitPath, Year: int64(tx.Day().Year())}.use())
		}
	}
	return fund.Offers(ctx, tx, uses...)
}

func (a *Award) complete(ctx context.Context, tx *db.Tx, app intake.Application, wish bool) (err error) {
	a.UnionID, a.ID, a.State, a.Version = tx.Union, tx.ID(), Proposed, 1
	a.ApplicationID, a.HouseholdID, a.PersonID = app.ID, app.HouseholdID, app.PersonID
	a.UnitID, a.UnitPath, a.Programme, a.Emergency = app.UnitID, app.UnitPath, app.Programme, app.Emergency
	a.MadeBy, a.MadeAt, a.Year = tx.Actor.User, tx.Ms(), int64(tx.Day().Year())
	w, err := person.Get(ctx, tx, app.PersonID)
	if err != nil {
		return err
	}
	a.Masked = masked(w.Name)
	level, err := casefile.LevelOf(ctx, tx, app.HouseholdID)
	if err != nil {
		return err
	}
	a.FileLevel = string(level)
	if err := a.from(ctx, tx, wish); err != nil {
		return err
	}
	a.Number, err = tx.Number(ctx, "BZ")
	return err
}

// use is what the award's money is for, as its pocket checks it.
func (a Award) use() fund.Use {
	return fund.Use{Purpose: a.Item, Programme: a.Programme, FileLevel: fund.Level(a.FileLevel), Place: a.UnitPath, Year: int(a.Year), Donor: a.Donor}
}

// DecideIn is one person's word on one award.
type DecideIn struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	Yes    string `form:"yes" label:"决定" choices:"yes=同意|no=不同意" need:"true"`
	Reason string `form:"reason" label:"理由" hint:"不同意时必须写明，申请人会看到" kind:"area" max:"500"`
	Paper  string `form:"paper" kind:"hidden" max:"80"`
}

// Decide takes one step of the route. The last yes reserves the budget; a no ends the award and tells the worker why.
func Decide(ctx context.Context, tx *db.Tx, in DecideIn) (Award, error) {
	a, err := Reached(ctx, tx, "plan.decide", in.ID)
	if err != nil {
		return a, err
	}
	a.about(tx, "decision")
	m, err := a.matter(ctx, tx)
	if err != nil {
		return a, err
	}
	p, err := approval.Decide(ctx, tx, m, approval.Decision{Yes: in.Yes == "yes", Reason: in.Reason, PaperBlob: in.Paper})
	if err != nil || !p.Done {
		return a, err
	}
	if !p.Approved {
		return a, a.refuse(ctx, tx, in.Reason)
	}
	return a, a.reserve(ctx, tx)
}

func (a *Award) refuse(ctx context.Context, tx *db.Tx, reason string) error {
	if err := a.move(ctx, tx, Refused, "trouble = $5, decided_at = $6", reason, tx.Ms()); err != nil {
		return err
	}
	others, err := OfApplication(ctx, tx, a.ApplicationID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(others, func(o Award) bool { return o.ID != a.ID && o.State != Refused && o.State != Cancelled }) {
		return a.tellNo(ctx, tx, reason) // something else was asked for, and stands
	}
	app, err := intake.Get(ctx, tx, a.ApplicationID)
	if err != nil {
		return err
	}
	if err := intake.Close(ctx, tx, app, intake.RefuseIn{Reason: "other", Text: reason, Doors: []intake.Door{"relief", "again"}}); err != nil {
		return err
	}
	return a.tellNo(ctx, tx, reason)
}

func (a *Award) tellNo(ctx context.Context, tx *db.Tx, reason string) error {
	return notify.Send(ctx, tx, notify.To{PersonID: a.PersonID}, notify.Text{Key: "plan.told_no", Args: []any{a.Called(), reason},
		Href: "/me/applications/" + a.ApplicationID})
}

// living wants the worker of an award on the roster: nothing is decided, published or signed for who died, left or was handed
// over. Fault: Refused "plan.gone" with what became of them.
func (a Award) living(ctx context.Context, tx *db.Tx) error {
	w, err := person.Get(ctx, tx, a.PersonID)
	if err == nil && w.Status != person.Active {
		err = fault.New(fault.Refused, "plan.gone", a.Number, w.Status)
	}
	return err
}

func (a *Award) reserve(ctx context.Context, tx *db.Tx) error {
	if err := a.living(ctx, tx); err != nil {
		return err
	}
	if err := a.still(ctx, tx); err != nil {
		return err
	}
	err := fund.Reserve(ctx, tx, fund.Hold{Key: "reserve/" + a.ID, Pocket: a.Pocket, Ref: a.ID, Item: a.Item, Memo: a.Number, Amount: a.Total, Use: a.use()})
	if err != nil {
		return err
	}
	app, err := intake.Get(ctx, tx, a.ApplicationID)
	if err != nil {
		return err
	}
	file, err := casefile.Ensure(ctx, tx, casefile.Opening{HouseholdID: a.HouseholdID, PersonID: a.PersonID, ApplicationID: a.ApplicationID,
		Cause: casefile.Cause(app.Cause), Others: app.Others})
	if err != nil {
		return err
	}
	err = casefile.Event(ctx, tx, file.ID, casefile.Entry{Kind: "award", Text: "plan.event_decided", Args: []any{a.Number, a.Called(), a.Total}, Ref: a.ID})
	if err != nil {
		return err
	}
	if err := intake.Decide(ctx, tx, a.ApplicationID); err != nil {
		return err
	}
	if !a.Emergency {
		if err := a.move(ctx, tx, Reserved, "decided_at = $5", tx.Ms()); err != nil {
			return err
		}
		return a.askPublish(ctx, tx)
	}
	due, err := papersDue(ctx, tx)
	if err != nil {
		return err
	}
	if err := a.move(ctx, tx, Cleared, "decided_at = $5, papers_due = $6", tx.Ms(), due); err != nil {
		return err
	}
	if err := intake.AskLater(ctx, tx, a.ApplicationID, due); err != nil {
		return err
	}
	return a.askSignature(ctx, tx)
}
