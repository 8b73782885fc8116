package intake

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// SubmitIn hands a draft in: the promise, and the worker's typed name as a signature (the no-drag alternative, W1-13).
type SubmitIn struct {
	ID      string `form:"id" kind:"hidden" need:"true" max:"40"`
	Promise bool   `form:"promise" label:"我保证以上情况属实，同意工会核实" need:"true"`
	Signed  string `form:"signed" label:"签名：请输入您的姓名" need:"true" max:"50" auto:"name"`
}

// SubmitOut is the receipt.
type SubmitOut struct {
	ID     string `json:"id"`
	Number string `json:"number"`
}

// Submit hands an application in and gives it its number (S05). Faults: "intake.unfinished" (which page), "intake.signed"
// when the name is not the worker's, "intake.need_confirm" when another filed it and the worker has not stood up for it,
// "intake.reconsent" when the texts have changed since.
var Submit = act.Act[SubmitIn, SubmitOut]{Name: "intake.submit", Title: "提交申请", Right: "intake.fill", Do: submit}

func submit(ctx context.Context, tx *db.Tx, in SubmitIn) (SubmitOut, error) {
	a, err := filling(ctx, tx, in.ID)
	if err != nil {
		return SubmitOut{}, err
	}
	tx.About("application", a.ID, "state", "signed")
	w, err := person.Get(ctx, tx, a.PersonID)
	if err != nil {
		return SubmitOut{}, err
	}
	name, err := ident.ParseName(in.Signed)
	if err != nil || name != w.Name && a.mine(tx) || name != tx.Actor.Name && name != w.Name && !a.mine(tx) {
		return SubmitOut{}, fault.New(fault.Invalid, "intake.signed", w.Name).At("signed")
	}
	if !a.mine(tx) && a.Confirmed == "" {
		return SubmitOut{}, fault.New(fault.Refused, "intake.need_confirm", w.Name)
	}
	if err := a.complete(ctx, tx); err != nil {
		return SubmitOut{}, err
	}
	if err := oneOfAKind(ctx, tx, a.PersonID, a.Programme); err != nil {
		return SubmitOut{}, err
	}
	kin, err := person.Kin(ctx, tx, a.PersonID)
	if err != nil {
		return SubmitOut{}, err
	}
	if a.Number, err = tx.Number(ctx, "BF"); err != nil {
		return SubmitOut{}, err
	}
	if a.mine(tx) && a.Confirmed == "" && a.FiledHow != "self" {
		a.Confirmed = "self"
	}
	a.Signed, a.SubmittedOn, a.Barred = name, tx.Day(), strings.Join(append([]string{a.PersonID}, kin...), " ")
	a.HouseholdID, a.UnitID, a.UnitPath = w.HouseholdID, w.UnitID, w.UnitPath
	if err := move(ctx, tx, &a, Step{Act: "submit"}); err != nil {
		return SubmitOut{}, err
	}
	if err := writeFacts(ctx, tx, a, person.FromSelf); err != nil {
		return SubmitOut{}, err
	}
	return SubmitOut{a.ID, a.Number}, pass(ctx, tx, a)
}

// complete wants every page done and the consents under the present text.
func (a Application) complete(ctx context.Context, tx *db.Tx) error {
	all, err := Consents(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	if !Agreed(all, ForNotice) || !Asked(all, ForHealth) {
		return fault.New(fault.Refused, "intake.reconsent")
	}
	p, err := ProgrammeOf(ctx, tx, a)
	if err != nil {
		return err
	}
	for _, page := range p.Pages(a.Cause) {
		if !a.Has(page) && page != "card" {
			return fault.New(fault.Refused, "intake.unfinished", pageName(page))
		}
	}
	return nil
}

// WithdrawIn takes an application back.
type WithdrawIn struct {
	ID   string `form:"id" kind:"hidden" need:"true" max:"40"`
	Note string `form:"note" label:"为什么不申请了" max:"200"`
}

// Withdraw is the worker's own end of it; the worker may apply again. plan calls it, which knows whether anything was signed
// already and takes back what was decided. Faults: "fault.denied" for anybody else, "intake.state".
func Withdraw(ctx context.Context, tx *db.Tx, in WithdrawIn) error {
	a, err := Reached(ctx, tx, "intake.fill", in.ID)
	if err != nil {
		return err
	}
	if !a.mine(tx) && !(a.State == Draft && a.filer(tx)) {
		return fault.New(fault.Denied, "fault.denied")
	}
	was := a.State
	if err := move(ctx, tx, &a, Step{Act: "withdraw", Note: strings.TrimSpace(in.Note)}); err != nil {
		return err
	}
	if err := closeTurns(ctx, tx, a); err != nil || was == Draft {
		return err
	}
	return tellOfficer(ctx, tx, a, "intake.told.withdrawn", a.Number)
}

// SupplyIn hands in what was asked for and nothing else.
type SupplyIn struct {
	ID   string `form:"id" kind:"hidden" need:"true" max:"40"`
	Note string `form:"note" label:"说明" hint:"想补充说明的，写在这里" kind:"area" max:"200"`
}

// Supply puts a returned application back to where it was (W2). Fault: "intake.supply_none" while a paper that was asked
// for has not been handed in and nothing is written either.
var Supply = act.Act[SupplyIn, act.None]{Name: "intake.supply", Title: "补交材料", Right: "intake.fill", Do: supply}

func supply(ctx context.Context, tx *db.Tx, in SupplyIn) (act.None, error) {
	a, err := supplying(ctx, tx, in.ID)
	if err != nil {
		return act.None{}, err
	}
	if a.later() {
		return act.None{}, a.supplyLater(ctx, tx, strings.TrimSpace(in.Note))
	}
	r, err := LastReturn(ctx, tx, a.ID)
	if err != nil {
		return act.None{}, err
	}
	have, err := Papers(ctx, tx, a.ID)
	if err != nil {
		return act.None{}, err
	}
	written := strings.TrimSpace(in.Note)
	if missing := r.Missing(have); len(missing) > 0 && written == "" {
		return act.None{}, fault.New(fault.Invalid, "intake.supply_none", len(missing)).At("file")
	}
	came := slices.ContainsFunc(have, func(p Paper) bool { return p.At > r.At })
	if len(r.Codes()) == 0 && written == "" && !came {
		return act.None{}, fault.New(fault.Invalid, "intake.supply_words").At("note")
	}
	if err := move(ctx, tx, &a, Step{Act: "supply", ToState: a.BackTo, Note: written}); err != nil {
		return act.None{}, err
	}
	return act.None{}, pass(ctx, tx, a)
}

// LastReturn gives the newest sending back: its reasons, the papers asked for, and what the reviewer wrote.
func LastReturn(ctx context.Context, tx *db.Tx, id string) (Step, error) {
	return db.One[Step](ctx, tx, `
		select `+stepColumns+` from intake_step where union_id = $1 and application_id = $2 and to_state = 'returned' order by n desc limit 1`,
		tx.Union, id)
}

// Gaps gives the reasons of a sending back.
func (s Step) Gaps() []Gap {
	var out []Gap
	for _, g := range strings.Fields(s.Reasons) {
		out = append(out, Gap(g))
	}
	return out
}

// Codes gives the papers a sending back asks for.
func (s Step) Codes() []string { return strings.Fields(s.Answer) }

// Missing gives the papers of those asked for of which nothing has come since.
func (s Step) Missing(have []Paper) []string {
	var out []string
	for _, code := range s.Codes() {
		came := false
		for _, p := range have {
			came = came || p.Code == code && p.At > s.At
		}
		if !came {
			out = append(out, code)
		}
	}
	return out
}
