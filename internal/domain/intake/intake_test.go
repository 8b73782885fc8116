package intake_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// house is a union with one workshop, its people and one programme.
type house struct {
	t                                         *testing.T
	d                                         *db.DB
	host                                      *act.Host
	group                                     string
	worker, leader, officer, officer2, member db.Actor
}

const document = `
code: relief
sort: 1
name: {zh: 救急帮扶}
purpose: {zh: 遇到难处}
who: {zh: 本单位职工}
get: {zh: 由工会研究确定}
prepare: {zh: 身份证}
causes: [illness, low_income, other]
about: [self, spouse, child]
ask:
  - {fact: serious_illness, of: event, label: {zh: 是大病吗}, causes: [illness]}
  - {fact: rigid_medical, label: {zh: 自己付了多少}}
  - {fact: still_hard, by: officer, label: {zh: 各项救助后仍困难}}
proofs:
  - {code: id_card, name: {zh: 身份证}}
  - {code: diagnosis, name: {zh: 诊断证明}, causes: [illness], sensitive: health}
  - {code: authorisation, name: {zh: 授权书}, optional: true}
standard: relief
route: ordinary
period: once
money: true
urgent: true
`

func open(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{t: t, d: d, host: &act.Host{DB: d, Allow: auth.Allow, Record: audit.Record}}
	h.update(func(ctx context.Context, tx *db.Tx) error {
		if err := org.Found(ctx, tx, org.Union{Name: "临江机电工会", State: "live"}); err != nil {
			return err
		}
		g, err := org.AddUnit(ctx, tx, "u1", org.KindGroup, "检修一班")
		h.group = g.ID
		if err != nil {
			return err
		}
		_, err = intake.Keep(ctx, tx, []byte(document))
		return err
	})
	h.worker = h.person("W1", "王小河", "", "")
	h.leader = h.person("L1", "李大山", org.RoleGroupLeader, h.group)
	h.officer = h.person("O1", "周明月", org.RoleOfficer, "u1")
	h.officer2 = h.person("O2", "吴长风", org.RoleOfficer, "u1")
	h.member = h.person("C1", "郑远帆", org.RoleCommittee, "u1")
	return h
}

func (h *house) update(f func(context.Context, *db.Tx) error) {
	h.t.Helper()
	if err := h.d.Update(h.t.Context(), db.System("u1"), f); err != nil {
		h.t.Fatalf("set up: %v", err)
	}
}

// person puts a worker on the roster with an account and a post.
func (h *house) person(no, name, role, unit string) db.Actor {
	h.t.Helper()
	var a db.Actor
	h.update(func(ctx context.Context, tx *db.Tx) error {
		pay := money.Yuan(3000)
		w, err := person.Add(ctx, tx, person.Draft{StaffNo: no, Name: name, UnitID: h.group, Pay: &pay})
		if err != nil {
			return err
		}
		u, err := org.AddUser(ctx, tx, org.User{Login: no, Name: name, PersonID: w.ID})
		if err != nil {
			return err
		}
		if role != "" {
			if err := org.Appoint(ctx, tx, u.ID, role, unit); err != nil {
				return err
			}
		}
		a, err = auth.ActorOf(ctx, tx, u.ID)
		return err
	})
	return a
}

func do[In, Out any](h *house, who db.Actor, a act.Act[In, Out], in In) (Out, error) {
	return a.Run(h.t.Context(), h.host, act.Call{Actor: who}, in)
}

func must[In, Out any](h *house, who db.Actor, a act.Act[In, Out], in In) Out {
	h.t.Helper()
	out, err := do(h, who, a, in)
	if err != nil {
		h.t.Fatalf("%s by %s: %v", a.Name, who.Name, err)
	}
	return out
}

func refused[In, Out any](h *house, key string, who db.Actor, a act.Act[In, Out], in In) {
	h.t.Helper()
	if _, err := do(h, who, a, in); !fault.Is(err, key) {
		f := fault.Of(err)
		if f != nil && len(f.Parts) > 0 && f.Parts[0].Key == key {
			return
		}
		h.t.Fatalf("%s by %s = %v, want %s", a.Name, who.Name, err, key)
	}
}

func (h *house) get(id string) (a intake.Application) {
	h.t.Helper()
	err := h.d.View(h.t.Context(), db.System("u1"), func(ctx context.Context, tx *db.Tx) (err error) {
		a, err = intake.Get(ctx, tx, id)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

func (h *house) wants(id string, s intake.State) {
	h.t.Helper()
	if a := h.get(id); a.State != s {
		h.t.Fatalf("state %s, want %s", a.State, s)
	}
}

// turns gives the kinds of turn an actor has.
func (h *house) turns(who db.Actor) (out []string) {
	h.t.Helper()
	err := h.d.View(h.t.Context(), who, func(ctx context.Context, tx *db.Tx) error {
		all, err := task.Mine(ctx, tx)
		for _, t := range all {
			out = append(out, t.Kind)
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

// fill fills in a draft to the point of handing in.
func (h *house) fill(who db.Actor, id string) {
	h.t.Helper()
	must(h, who, intake.Give, intake.ConsentIn{ID: id, Notice: true})
	must(h, who, intake.Give, intake.ConsentIn{ID: id, Separate: true, Agree: []intake.Purpose{intake.ForHealth, intake.ForAccount}})
	must(h, who, intake.Self, intake.SelfIn{ID: id})
	income := money.Yuan(780)
	must(h, who, intake.AddMember, intake.RelativeIn{ID: id, Relation: person.RelSpouse, Name: "陈秋水", Health: "ill", Income: &income})
	must(h, who, intake.FamilyDone, intake.Ref{ID: id})
	must(h, who, intake.SetCause, intake.CauseIn{ID: id, Cause: "illness", Story: "爱人病了"})
	spouse := h.family(id)[1].ID
	must(h, who, intake.SetAnswers, intake.AnswerIn{ID: id, Page: "ask", About: spouse,
		Set: []string{"event/serious_illness=1", "household/rigid_medical=12,000"}})
	out := must(h, who, intake.SetAnswers, intake.AnswerIn{ID: id, Page: "money"})
	if want := money.Yuan(1890); out.PerHead != want || !out.Known || out.Heads != 2 {
		h.t.Fatalf("per head %v of %d known %v, want %v of 2", out.PerHead, out.Heads, out.Known, want)
	}
	must(h, who, intake.AddProof, intake.ProofIn{ID: id, Code: "id_card", Blob: "aa", File: "id.jpg", Kind: "image/jpeg", Size: 10})
	must(h, who, intake.AddProof, intake.ProofIn{ID: id, Code: "diagnosis", Reason: "later"})
	must(h, who, intake.PapersDone, intake.Ref{ID: id})
}

func (h *house) family(id string) (out []intake.Relative) {
	h.t.Helper()
	err := h.d.View(h.t.Context(), db.System("u1"), func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = intake.Family(ctx, tx, id, false)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

// submitted gives an application handed in by the worker.
func (h *house) submitted() string {
	h.t.Helper()
	id := must(h, h.worker, intake.Start, intake.StartIn{Programme: "relief"}).ID
	h.fill(h.worker, id)
	must(h, h.worker, intake.Submit, intake.SubmitIn{ID: id, Promise: true, Signed: h.worker.Name})
	return id
}

func (h *house) visit(id string) {
	h.t.Helper()
	must(h, h.officer, intake.RecordVisit, intake.VisitIn{ID: id, On: "2026-11-23", Visitors: "周明月\n吴长风", Checked: []intake.Looked{"met"},
		Findings: "家里确实困难", Signed: true})
}

func (h *house) papers(id string) (out []intake.Paper) {
	h.t.Helper()
	err := h.d.View(h.t.Context(), db.System("u1"), func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = intake.Papers(ctx, tx, id)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

// scan gives the one paper of which there is a file.
func (h *house) scan(id string) string {
	h.t.Helper()
	for _, p := range h.papers(id) {
		if p.Blob != "" {
			return p.ID
		}
	}
	h.t.Fatal("no file")
	return ""
}

// verified brings a submitted application before the panel.
func (h *house) verified(id string) {
	h.t.Helper()
	must(h, h.leader, intake.FirstReview, intake.FirstIn{ID: id, Opinion: intake.OpinionTrue, OnDuty: "yes"})
	h.visit(id)
	for _, p := range h.papers(id) {
		if p.Blob != "" {
			must(h, h.officer, intake.LookPaper, intake.LookIn{ID: id, Proof: p.ID, Good: "ok"})
		}
	}
	must(h, h.officer, intake.VouchPaper, intake.VouchIn{ID: id, Code: "diagnosis", How: intake.VouchSeen})
	must(h, h.officer, intake.Correct, intake.CorrectIn{ID: id, Subject: "household", Name: "still_hard", Value: "1", Note: "入户看到"})
	must(h, h.officer, intake.Verify, intake.VerifyIn{ID: id, Finding: "情况属实，收入很低", Agrees: true})
}

func TestFromDraftToRecommended(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		id := h.submitted()
		a := h.get(id)
		if a.Number != "BF-2026-000001" || a.State != intake.Submitted || a.Due != "2026-11-26" {
			t.Fatalf("receipt %s %s due %s", a.Number, a.State, a.Due)
		}
		if got := h.turns(h.leader); len(got) != 1 || got[0] != "intake.first" {
			t.Fatalf("the leader's turns: %v", got)
		}
		refused(h, "intake.not_draft", h.worker, intake.Self, intake.SelfIn{ID: id})
		must(h, h.leader, intake.FirstReview, intake.FirstIn{ID: id, Opinion: intake.OpinionTrue, OnDuty: "yes"})
		if got := h.turns(h.leader); len(got) != 0 {
			t.Fatalf("the leader's turns after the review: %v", got)
		}
		must(h, h.officer, intake.Take, intake.Ref{ID: id})
		if got := h.turns(h.officer2); len(got) != 0 {
			t.Fatalf("the other officer's turns after the taking: %v", got)
		}
		refused(h, "intake.taken", h.officer2, intake.Verify, intake.VerifyIn{ID: id, Finding: "情况属实，收入很低", Agrees: true})
		refused(h, "intake.no_visit", h.officer, intake.Verify, intake.VerifyIn{ID: id, Finding: "情况属实，收入很低", Agrees: true})
		h.visit(id)
		refused(h, "intake.papers_open", h.officer, intake.Verify, intake.VerifyIn{ID: id, Finding: "情况属实，收入很低", Agrees: true})
		must(h, h.officer, intake.LookPaper, intake.LookIn{ID: id, Proof: h.scan(id), Good: "ok"})
		refused(h, "intake.papers_unseen", h.officer, intake.Verify, intake.VerifyIn{ID: id, Finding: "情况属实，收入很低", Agrees: true})
		refused(h, "intake.vouch_note", h.officer, intake.VouchPaper, intake.VouchIn{ID: id, Code: "diagnosis", How: intake.VouchWaived})
		refused(h, "fault.missing", h.officer, intake.VouchPaper, intake.VouchIn{ID: id, Code: "nothing", How: intake.VouchSeen})
		must(h, h.officer, intake.VouchPaper, intake.VouchIn{ID: id, Code: "diagnosis", How: intake.VouchSeen})
		refused(h, "intake.facts_open", h.officer, intake.Verify, intake.VerifyIn{ID: id, Finding: "情况属实，收入很低", Agrees: true})
		must(h, h.officer, intake.Correct, intake.CorrectIn{ID: id, Subject: "household", Name: "still_hard", Value: "1", Note: "入户看到"})
		must(h, h.officer, intake.Correct, intake.CorrectIn{ID: id, Subject: h.family(id)[1].ID, Name: person.FactIncome, Value: "0", Note: "病后没有收入"})
		refused(h, "intake.facts_unchecked", h.officer, intake.Verify, intake.VerifyIn{ID: id, Finding: "情况属实，收入很低"})
		must(h, h.officer, intake.Verify, intake.VerifyIn{ID: id, Finding: "情况属实，收入很低", Agrees: true})
		refused(h, "fault.denied", h.leader, intake.Assess, report(id))
		must(h, h.member, intake.Assess, report(id))
		h.wants(id, intake.Recommended)
		h.checkFacts(id)
	})
}

func report(id string) intake.AssessIn {
	return intake.AssessIn{ID: id, Situation: "爱人重病，全家只有一人收入", Suggestion: "help", Amount: money.Yuan(1000), Present: "郑远帆\n钱多多"}
}

// checkFacts wants the corrected figures in what a standard reads and in the household's dated facts.
func (h *house) checkFacts(id string) {
	h.t.Helper()
	err := h.d.View(h.t.Context(), db.System("u1"), func(ctx context.Context, tx *db.Tx) error {
		a, err := intake.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		got, err := intake.Figures(ctx, tx, a)
		if err != nil {
			return err
		}
		for name, want := range map[string]standard.Value{
			"family_size": standard.IntOf(2), "income_year": standard.MoneyOf(money.Yuan(36000)), "event_person": standard.TextOf("spouse"),
			"serious_illness": standard.BoolOf(true), "rigid_year": standard.MoneyOf(money.Yuan(12000)), "still_hard": standard.BoolOf(true),
		} {
			if !got[name].Equal(want) {
				h.t.Errorf("Figures()[%s] = %v, want %v", name, got[name], want)
			}
		}
		home, err := person.Household(ctx, tx, a.HouseholdID)
		if err != nil {
			return err
		}
		if len(home.Members) != 2 {
			h.t.Errorf("%d on file, want the spouse there too", len(home.Members))
		}
		f, ok := home.Fact(a.HouseholdID, "income_year")
		if !ok || f.Amount() != money.Yuan(36000) || f.Source != person.FromOfficer {
			h.t.Errorf("income_year on file %v by %s", f.Amount(), f.Source)
		}
		reviewed, err := intake.Reviewers(ctx, tx, id)
		for _, who := range []db.Actor{h.leader, h.officer, h.member} {
			if !strings.Contains(strings.Join(reviewed, " "), who.User) {
				h.t.Errorf("%s reviewed but is not named", who.Name)
			}
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func TestReturnAndSupply(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := open(t, d)
		id := h.submitted()
		refused(h, "intake.gaps", h.leader, intake.FirstReview, intake.FirstIn{ID: id, Opinion: intake.OpinionMore})
		must(h, h.leader, intake.FirstReview, intake.FirstIn{ID: id, Opinion: intake.OpinionMore, Gaps: []intake.Gap{"cause_unclear"}})
		h.wants(id, intake.Returned)
		if got := h.turns(h.worker); len(got) != 1 || got[0] != "intake.supply" {
			t.Fatalf("the worker's turns: %v", got)
		}
		refused(h, "intake.supply_words", h.worker, intake.Supply, intake.SupplyIn{ID: id})
		must(h, h.worker, intake.Supply, intake.SupplyIn{ID: id, Note: "是慢性病"})
		h.wants(id, intake.Submitted)
		must(h, h.leader, intake.FirstReview, intake.FirstIn{ID: id, Opinion: intake.OpinionUnknown})
		must(h, h.officer, intake.Return, intake.ReturnIn{ID: id, Gaps: []intake.Gap{"paper_missing"}, Proofs: []string{"diagnosis"}, Text: "请拍诊断证明"})
		c.Add(time.Hour)
		refused(h, "intake.supply_none", h.worker, intake.Supply, intake.SupplyIn{ID: id})
		must(h, h.worker, intake.AddProof, intake.ProofIn{ID: id, Code: "diagnosis", Blob: "bb", File: "d.jpg", Kind: "image/jpeg", Size: 10})
		must(h, h.worker, intake.Supply, intake.SupplyIn{ID: id})
		h.wants(id, intake.Verifying)
		refused(h, "intake.not_draft", h.worker, intake.AddProof, intake.ProofIn{ID: id, Code: "diagnosis", Blob: "cc"})
	})
}

func TestNobodyHandlesTheirOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.update(func(ctx context.Context, tx *db.Tx) error {
			return person.DeclareKin(ctx, tx, person.KinIn{A: h.worker.Person, B: h.leader.Person, Relation: person.RelSibling, Source: person.FromSelf})
		})
		id := h.submitted()
		refused(h, "intake.own", h.leader, intake.FirstReview, intake.FirstIn{ID: id, Opinion: intake.OpinionTrue})
		if got := h.turns(h.leader); len(got) != 0 {
			t.Fatalf("a relative's case is the leader's turn: %v", got)
		}
		if got := h.turns(h.officer); len(got) != 1 || got[0] != "intake.first" {
			t.Fatalf("the officer stands in: %v", got)
		}
		must(h, h.officer, intake.FirstReview, intake.FirstIn{ID: id, Opinion: intake.OpinionTrue})
		refused(h, "intake.first_same", h.officer, intake.Take, intake.Ref{ID: id})
		if got := h.turns(h.officer); len(got) != 0 {
			t.Fatalf("who reviewed first is asked to verify: %v", got)
		}
		must(h, h.officer2, intake.Take, intake.Ref{ID: id})
	})
}

// withdraw is the worker's act without what plan adds to it.
var withdraw = act.Act[intake.WithdrawIn, act.None]{Name: "intake.withdraw", Title: "撤回申请", Right: "intake.fill",
	Do: func(ctx context.Context, tx *db.Tx, in intake.WithdrawIn) (act.None, error) {
		return act.None{}, intake.Withdraw(ctx, tx, in)
	}}

func TestWithdrawAtEachState(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		steps := []func(id string){
			func(id string) {},
			func(id string) {
				must(h, h.leader, intake.FirstReview, intake.FirstIn{ID: id, Opinion: intake.OpinionMore, Gaps: []intake.Gap{"cause_unclear"}})
			},
			func(id string) {
				must(h, h.leader, intake.FirstReview, intake.FirstIn{ID: id, Opinion: intake.OpinionTrue})
			},
			func(id string) {
				must(h, h.leader, intake.FirstReview, intake.FirstIn{ID: id, Opinion: intake.OpinionTrue})
				h.visit(id)
			},
			h.verified,
			func(id string) {
				h.verified(id)
				must(h, h.member, intake.Assess, report(id))
			},
		}
		for i, f := range steps {
			id := must(h, h.worker, intake.Start, intake.StartIn{Programme: "relief"}).ID
			if len(h.family(id)) == 1 {
				h.fill(h.worker, id)
			} else {
				h.again(id)
			}
			must(h, h.worker, intake.Submit, intake.SubmitIn{ID: id, Promise: true, Signed: h.worker.Name})
			f(id)
			refused(h, "fault.denied", h.officer, withdraw, intake.WithdrawIn{ID: id})
			must(h, h.worker, withdraw, intake.WithdrawIn{ID: id})
			h.wants(id, intake.Withdrawn)
			refused(h, "intake.state", h.worker, withdraw, intake.WithdrawIn{ID: id})
			for _, who := range []db.Actor{h.worker, h.leader, h.officer, h.officer2, h.member} {
				if got := h.turns(who); len(got) != 0 {
					t.Fatalf("case %d: %s still has a turn: %v", i, who.Name, got)
				}
			}
		}
		id := must(h, h.worker, intake.Start, intake.StartIn{}).ID
		must(h, h.worker, withdraw, intake.WithdrawIn{ID: id})
		h.wants(id, intake.Withdrawn)
	})
}

// again fills in a draft whose family is on file already: nothing is asked twice.
func (h *house) again(id string) {
	h.t.Helper()
	must(h, h.worker, intake.Give, intake.ConsentIn{ID: id, Notice: true})
	must(h, h.worker, intake.Give, intake.ConsentIn{ID: id, Separate: true, Agree: []intake.Purpose{intake.ForHealth}})
	must(h, h.worker, intake.Self, intake.SelfIn{ID: id})
	must(h, h.worker, intake.FamilyDone, intake.Ref{ID: id})
	must(h, h.worker, intake.SetCause, intake.CauseIn{ID: id, Cause: "illness"})
	must(h, h.worker, intake.SetAnswers, intake.AnswerIn{ID: id, Page: "ask", About: h.family(id)[0].ID, Set: []string{"event/serious_illness=1"}})
	must(h, h.worker, intake.SetAnswers, intake.AnswerIn{ID: id, Page: "money"})
	must(h, h.worker, intake.AddProof, intake.ProofIn{ID: id, Code: "id_card", Blob: "aa", File: "id.jpg", Kind: "image/jpeg", Size: 10})
	must(h, h.worker, intake.AddProof, intake.ProofIn{ID: id, Code: "diagnosis", Reason: "onsite"})
	must(h, h.worker, intake.PapersDone, intake.Ref{ID: id})
}

func TestOnBehalf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		refused(h, "fault.denied", h.worker, intake.FileOnBehalf, intake.BehalfIn{Person: h.officer.Person})
		refused(h, "intake.relative_kin", h.leader, intake.FileOnBehalf, intake.BehalfIn{Person: h.worker.Person, Relative: "孙长河", Relation: person.RelSibling})
		id := must(h, h.leader, intake.FileOnBehalf, intake.BehalfIn{Person: h.worker.Person, Programme: "relief", Relative: "陈秋水", Relation: person.RelSpouse}).ID
		refused(h, "fault.denied", h.officer, intake.Self, intake.SelfIn{ID: id})
		h.fill(h.leader, id)
		in := intake.SubmitIn{ID: id, Promise: true, Signed: h.leader.Name}
		refused(h, "intake.need_confirm", h.leader, intake.Submit, in)
		refused(h, "intake.confirm_paper", h.leader, intake.ConfirmBehalf, intake.ConfirmIn{ID: id})
		must(h, h.worker, intake.ConfirmBehalf, intake.ConfirmIn{ID: id})
		must(h, h.leader, intake.Submit, in)
		if a := h.get(id); a.Confirmed != "self" || a.FiledHow != "relative" {
			t.Fatalf("confirmed %q filed %q", a.Confirmed, a.FiledHow)
		}
	})
}

func TestConsents(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		id := must(h, h.worker, intake.Start, intake.StartIn{Programme: "relief"}).ID
		refused(h, "intake.notice", h.worker, intake.Give, intake.ConsentIn{ID: id})
		must(h, h.worker, intake.Give, intake.ConsentIn{ID: id, Notice: true})
		must(h, h.worker, intake.Give, intake.ConsentIn{ID: id, Separate: true})
		refused(h, "intake.proof_consent", h.worker, intake.AddProof, intake.ProofIn{ID: id, Code: "diagnosis", Blob: "aa"})
		must(h, h.worker, intake.AddProof, intake.ProofIn{ID: id, Code: "diagnosis", Reason: "onsite"})
		refused(h, "intake.card_consent", h.worker, intake.SetCard, intake.CardIn{ID: id, Holder: person.HolderSelf, Card: ident.InventedCard(1), Bank: "工商银行"})
		child := ident.Invented("2018-05-01", 3)
		refused(h, "intake.minor_consent", h.worker, intake.AddMember, intake.RelativeIn{ID: id, Relation: person.RelChild, Name: "王一一", IDNo: child, Health: "good"})
		must(h, h.worker, intake.Give, intake.ConsentIn{ID: id, Separate: true, Agree: []intake.Purpose{intake.ForAccount, intake.ForMinors}})
		must(h, h.worker, intake.AddMember, intake.RelativeIn{ID: id, Relation: person.RelChild, Name: "王一一", IDNo: child, Health: "good"})
		must(h, h.worker, intake.SetCard, intake.CardIn{ID: id, Holder: person.HolderSelf, Card: ident.InventedCard(1), Bank: "工商银行"})
		must(h, h.worker, intake.TakeBack, intake.TakeBackIn{Purpose: intake.ForAccount})
		refused(h, "fault.missing", h.worker, intake.TakeBack, intake.TakeBackIn{Purpose: intake.ForAccount})
		refused(h, "intake.card_consent", h.worker, intake.SetCard, intake.CardIn{ID: id, Holder: person.HolderSelf, Card: ident.InventedCard(1), Bank: "工商银行"})
	})
}

func TestRelativeLink(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := open(t, d)
		id := h.submitted()
		spouse := h.family(id)[1]
		public := db.Actor{Union: "u1", User: "public", Via: "web"}
		first := must(h, h.worker, intake.RelativeLink, intake.MemberRef{ID: id, Member: spouse.ID}).Token
		second := must(h, h.worker, intake.RelativeLink, intake.MemberRef{ID: id, Member: spouse.ID}).Token
		refused(h, "intake.link", public, intake.RelativeConsent, intake.RelativeConsentIn{Token: first, Answer: "yes", Name: spouse.Name})
		refused(h, "intake.signed", public, intake.RelativeConsent, intake.RelativeConsentIn{Token: second, Answer: "yes", Name: "别人"})
		must(h, public, intake.RelativeConsent, intake.RelativeConsentIn{Token: second, Answer: "yes", Name: spouse.Name})
		refused(h, "intake.link", public, intake.RelativeConsent, intake.RelativeConsentIn{Token: second, Answer: "no", Name: spouse.Name})
		if got := h.family(id)[1]; got.Consent != "link" {
			t.Fatalf("consent %q", got.Consent)
		}
		third := must(h, h.worker, intake.RelativeLink, intake.MemberRef{ID: id, Member: spouse.ID}).Token
		c.SetDay(t, "2026-12-20")
		refused(h, "intake.link", public, intake.RelativeConsent, intake.RelativeConsentIn{Token: third, Answer: "no", Name: spouse.Name})
	})
}

func TestDraftsWait(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := open(t, d)
		id := must(h, h.worker, intake.Start, intake.StartIn{}).ID
		if same := must(h, h.worker, intake.Start, intake.StartIn{Programme: "relief"}).ID; same != id {
			t.Fatalf("a second draft %s beside %s", same, id)
		}
		for _, tt := range []struct {
			on            day.Day
			told, dropped int
		}{{"2026-12-10", 0, 0}, {"2026-12-20", 1, 0}, {"2026-12-21", 0, 0}, {"2027-01-22", 0, 0}, {"2027-01-23", 0, 1}} {
			c.SetDay(t, string(tt.on))
			h.update(func(ctx context.Context, tx *db.Tx) error {
				told, err := intake.RemindDrafts(ctx, tx)
				if err != nil {
					return err
				}
				dropped, err := intake.DropDrafts(ctx, tx)
				if told != tt.told || dropped != tt.dropped {
					t.Errorf("on %s told %d dropped %d, want %d and %d", tt.on, told, dropped, tt.told, tt.dropped)
				}
				return err
			})
		}
		h.wants(id, intake.Withdrawn)
	})
}

func TestListReachesOnlyWhatIsReached(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		var other org.Unit
		h.update(func(ctx context.Context, tx *db.Tx) (err error) {
			other, err = org.AddUnit(ctx, tx, "u1", org.KindGroup, "铸造班")
			return err
		})
		stranger := h.person("L2", "冯北望", org.RoleGroupLeader, other.ID)
		id := h.submitted()
		for _, tt := range []struct {
			who  db.Actor
			want int
		}{{h.leader, 1}, {h.officer, 1}, {stranger, 0}, {h.worker, 0}} {
			err := h.d.View(t.Context(), tt.who, func(ctx context.Context, tx *db.Tx) error {
				got, err := intake.List(ctx, tx, "intake.list", intake.Query{State: intake.Submitted})
				if err != nil {
					return err
				}
				n, err := intake.Counts(ctx, tx, "intake.list", intake.Query{})
				if len(got) != tt.want || int(n[intake.Submitted]) != tt.want {
					t.Errorf("%s sees %d, counts %d, want %d", tt.who.Name, len(got), n[intake.Submitted], tt.want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		refused(h, "fault.denied", stranger, intake.FirstReview, intake.FirstIn{ID: id, Opinion: intake.OpinionTrue})
		refused(h, "fault.denied", h.leader, intake.Verify, intake.VerifyIn{ID: id, Finding: "情况属实"})
	})
}
