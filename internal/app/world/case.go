package world

import (
	"context"
	"fmt"
	"strings"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/notice"
)

// Kin is one of an invented family.
type Kin struct {
	Relation  person.Relation
	Name      string
	Health    person.Health
	Schooling person.Schooling
	Income    money.Amount // a month
}

// Case is what a worker asks for. Say are facts of the event or the household, Child those of the child it is about;
// Found are facts the union must find itself.
type Case struct {
	Worker, Programme string
	Cause             intake.Cause
	Story             string
	Emergency         bool
	Behalf            string // who fills it in, if not the worker
	Relative          *Kin   // the relative who came to have it filled in, if one did
	Family            []Kin
	About             string // the name of the one it is for
	Unseen            bool   // the papers are brought after the decision
	Say, Child, Found map[string]string
	Pay               string // the worker's own monthly income as typed; "" leaves the roster's
}

// Live is a case under way.
type Live struct {
	Case
	App, Award string
	family     []intake.Relative
}

// Apply fills in a case page by page as its worker would, and hands it in.
func (w *World) Apply(ctx context.Context, c Case) (*Live, error) {
	l := &Live{Case: c}
	if err := l.begin(ctx, w); err != nil {
		return l, err
	}
	for _, step := range []func(context.Context, *World) error{l.agree, l.tellFamily, l.tellCause, l.answer, l.papers} {
		if err := step(ctx, w); err != nil {
			return l, err
		}
	}
	if c.Behalf != "" { // the worker stands up for it by a signed paper
		if _, err := Do(ctx, w, c.Behalf, intake.ConfirmBehalf, intake.ConfirmIn{ID: l.App, Paper: "signed-paper"}); err != nil {
			return l, err
		}
	}
	_, err := Do(ctx, w, l.hand(), intake.Submit, intake.SubmitIn{ID: l.App, Promise: true, Signed: w.Staff[c.Worker].Name})
	return l, err
}

// hand is who fills the case in.
func (l *Live) hand() string {
	if l.Behalf != "" {
		return l.Behalf
	}
	return l.Worker
}

func (l *Live) begin(ctx context.Context, w *World) (err error) {
	var ref intake.Ref
	if l.Behalf == "" {
		ref, err = Do(ctx, w, l.Worker, intake.Start, intake.StartIn{Programme: l.Programme, Emergency: l.Emergency})
	} else {
		in := intake.BehalfIn{Person: w.Staff[l.Worker].ID, Programme: l.Programme, Emergency: l.Emergency}
		if l.Relative != nil {
			in.Relative, in.Relation = l.Relative.Name, l.Relative.Relation
		}
		ref, err = Do(ctx, w, l.Behalf, intake.FileOnBehalf, in)
	}
	l.App = ref.ID
	return err
}

func (l *Live) agree(ctx context.Context, w *World) error {
	if _, err := Do(ctx, w, l.hand(), intake.Give, intake.ConsentIn{ID: l.App, Notice: true}); err != nil {
		return err
	}
	all := intake.ConsentIn{ID: l.App, Separate: true}
	for _, p := range intake.Purpose("").Choices() {
		all.Agree = append(all.Agree, intake.Purpose(p.Value))
	}
	if _, err := Do(ctx, w, l.hand(), intake.Give, all); err != nil {
		return err
	}
	_, err := Do(ctx, w, l.hand(), intake.Self, intake.SelfIn{ID: l.App})
	return err
}

func (l *Live) tellFamily(ctx context.Context, w *World) (err error) {
	for _, k := range l.Family {
		in := intake.RelativeIn{ID: l.App, Relation: k.Relation, Name: k.Name, Health: k.Health, Schooling: k.Schooling, Income: &k.Income}
		if in.Health == "" {
			in.Health = "good"
		}
		if _, err := Do(ctx, w, l.hand(), intake.AddMember, in); err != nil {
			return err
		}
	}
	if _, err := Do(ctx, w, l.hand(), intake.FamilyDone, intake.Ref{ID: l.App}); err != nil {
		return err
	}
	return w.system(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		l.family, err = intake.Family(ctx, tx, l.App, false)
		return err
	})
}

func (l *Live) tellCause(ctx context.Context, w *World) error {
	_, err := Do(ctx, w, l.hand(), intake.SetCause, intake.CauseIn{ID: l.App, Cause: l.Cause, Story: l.Story})
	return err
}

// subject gives the row of the family with a name; "" is the worker.
func (l *Live) subject(name string) string {
	for _, m := range l.family {
		if m.Name == name || name == "" && m.Self() {
			return m.ID
		}
	}
	return ""
}

func (l *Live) answer(ctx context.Context, w *World) error {
	p, err := l.programme(ctx, w)
	if err != nil {
		return err
	}
	for _, page := range p.Pages(l.Cause) {
		in := intake.AnswerIn{ID: l.App, Page: page, About: l.subject(l.About)}
		switch page {
		case "ask":
			for _, q := range p.Questions(l.Cause, "") {
				if v := l.said(q); v != "" {
					in.Set = append(in.Set, v)
				}
			}
		case "money":
			if l.Pay != "" {
				in.Set = append(in.Set, l.subject("")+"/"+person.FactIncome+"="+l.Pay)
			}
		default:
			continue
		}
		if _, err := Do(ctx, w, l.hand(), intake.SetAnswers, in); err != nil {
			return fmt.Errorf("page %s: %w", page, err)
		}
	}
	return nil
}

// said gives the answer to a question as the page posts it: subject/name=value; "" where the case says nothing.
func (l *Live) said(q intake.Question) string {
	f, _ := q.Asks()
	subject, from := f.Of, l.Say
	if f.Of == intake.OfMember {
		subject, from = l.subject(l.About), l.Child
	}
	if from[q.Fact] == "" {
		return ""
	}
	return subject + "/" + q.Fact + "=" + from[q.Fact]
}

func (l *Live) programme(ctx context.Context, w *World) (p intake.Programme, err error) {
	err = w.system(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := intake.Get(ctx, tx, l.App)
		if err != nil {
			return err
		}
		p, err = intake.ProgrammeOf(ctx, tx, a)
		return err
	})
	return p, err
}

func (l *Live) papers(ctx context.Context, w *World) error {
	p, err := l.programme(ctx, w)
	if err != nil {
		return err
	}
	for _, f := range p.Papers(l.Cause) {
		if _, err := Do(ctx, w, l.hand(), intake.AddProof, intake.ProofIn{ID: l.App, Code: f.Code, Reason: "onsite"}); err != nil {
			return err
		}
	}
	if _, err := Do(ctx, w, l.hand(), intake.PapersDone, intake.Ref{ID: l.App}); err != nil {
		return err
	}
	_, err = Do(ctx, w, l.hand(), intake.SetCard, intake.CardIn{ID: l.App, Later: true})
	return err
}

// First is the group leader's first review.
func (w *World) First(ctx context.Context, l *Live, leader string) error {
	_, err := Do(ctx, w, leader, intake.FirstReview, intake.FirstIn{ID: l.App, Opinion: intake.OpinionTrue, OnDuty: "yes"})
	return err
}

// Verify takes a case, visits the home, looks at the papers, finds what the union must find, and passes it to the panel.
func (w *World) Verify(ctx context.Context, l *Live, officer string) error {
	if _, err := Do(ctx, w, officer, intake.Take, intake.Ref{ID: l.App}); err != nil {
		return err
	}
	visit := intake.VisitIn{ID: l.App, Visitors: "王敏\n赵青", Findings: "住房简单，家庭情况与申请一致。", Signed: true}
	for _, c := range intake.Looked("").Choices() {
		visit.Checked = append(visit.Checked, intake.Looked(c.Value))
	}
	visit.On = w.Host.DB.Today()
	if _, err := Do(ctx, w, officer, intake.RecordVisit, visit); err != nil {
		return err
	}
	if err := w.find(ctx, l, officer); err != nil {
		return err
	}
	_, err := Do(ctx, w, officer, intake.Verify, intake.VerifyIn{ID: l.App, Programme: l.Programme, Finding: "情况属实，材料已核对。", Agrees: true})
	return err
}

func (w *World) find(ctx context.Context, l *Live, officer string) error {
	var papers []intake.Paper
	if err := w.system(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		papers, err = intake.Papers(ctx, tx, l.App)
		return err
	}); err != nil {
		return err
	}
	for _, p := range papers {
		if p.State == "paper" && !l.Unseen {
			if _, err := Do(ctx, w, officer, intake.VouchPaper, intake.VouchIn{ID: l.App, Code: p.Code, How: intake.VouchSeen}); err != nil {
				return err
			}
		}
		if p.State != "given" {
			continue
		}
		if _, err := Do(ctx, w, officer, intake.LookPaper, intake.LookIn{ID: l.App, Proof: p.ID, Good: "ok"}); err != nil {
			return err
		}
	}
	p, err := l.programme(ctx, w)
	if err != nil {
		return err
	}
	for _, q := range append(p.Questions(l.Cause, "officer"), intake.Question{Fact: intake.FactSameEvent, Of: intake.OfEvent}) {
		v := l.Found[q.Fact]
		if v == "" {
			continue
		}
		f, _ := q.Asks()
		in := intake.CorrectIn{ID: l.App, Subject: f.Of, Name: q.Fact, Value: v, Note: "走访时核实"}
		if _, err := Do(ctx, w, officer, intake.Correct, in); err != nil {
			return fmt.Errorf("%s: %w", q.Fact, err)
		}
	}
	return nil
}

// Assess is the panel's report.
func (w *World) Assess(ctx context.Context, l *Live, member string) error {
	_, err := Do(ctx, w, member, intake.Assess, intake.AssessIn{ID: l.App, Situation: "家庭困难属实，符合本单位的帮扶办法。",
		Suggestion: "help", Present: "郑和\n冯立"})
	return err
}

// Propose puts an award before those who decide.
func (w *World) Propose(ctx context.Context, l *Live, in plan.ProposeIn) error {
	in.ApplicationID = l.App
	if in.Reason == "" {
		in.Reason = "按家庭收入和负担，视情确定。"
	}
	a, err := Do(ctx, w, "zhaoqing", plan.ProposeAct, in)
	l.Award = a.ID
	return err
}

// Decide says yes or no to an award.
func (w *World) Decide(ctx context.Context, l *Live, who string, yes bool, reason string) error {
	word := "no"
	if yes {
		word = "yes"
	}
	_, err := Do(ctx, w, who, plan.DecideAct, plan.DecideIn{ID: l.Award, Yes: word, Reason: reason})
	return err
}

// Publish opens the 公示 of cases together.
func (w *World) Publish(ctx context.Context, cases ...*Live) (notice.Sheet, error) {
	var in plan.PublishIn
	for _, l := range cases {
		in.IDs = append(in.IDs, l.Award)
	}
	return Do(ctx, w, "wangmin", plan.PublishAct, in)
}

// Settle carries ended notices over to their awards, as the daily job does.
func (w *World) Settle(ctx context.Context) error { return w.system(ctx, plan.SettleNotices) }

// Sign is the final signature.
func (w *World) Sign(ctx context.Context, l *Live, who string) error {
	_, err := Do(ctx, w, who, payment.SignAct, payment.SignIn{ID: l.Award})
	return err
}

// Batch checks what is due and makes a batch of all that is ready of a pocket; with nothing ready its ID is "".
func (w *World) Batch(ctx context.Context, pocket string) (payment.Batch, error) {
	if _, err := Do(ctx, w, "wangmin", payment.CheckAct, act.None{}); err != nil {
		return payment.Batch{}, err
	}
	in := payment.MakeIn{Pocket: pocket, Profile: "plain"}
	if err := w.system(ctx, func(ctx context.Context, tx *db.Tx) error {
		in.IDs = nil
		good, _, err := payment.Candidates(ctx, tx, pocket, in.Profile)
		for _, i := range good {
			in.IDs = append(in.IDs, i.ID)
		}
		return err
	}); err != nil || len(in.IDs) == 0 {
		return payment.Batch{}, err
	}
	return Do(ctx, w, "jiangqing", payment.MakeAct, in)
}

// PayAll has a batch of all that is ready of a pocket checked and sent, and lands the bank's answer: everything paid but the lines
// whose person is named in fail.
func (w *World) PayAll(ctx context.Context, pocket string, fail ...string) (payment.Landed, error) {
	b, err := w.Batch(ctx, pocket)
	if err != nil || b.ID == "" {
		return payment.Landed{}, err
	}
	if _, err := Do(ctx, w, "shenshi", payment.CountersignAct, payment.BatchID{ID: b.ID}); err != nil {
		return payment.Landed{}, err
	}
	if _, err := Do(ctx, w, "shenshi", payment.SendAct, payment.BatchID{ID: b.ID}); err != nil {
		return payment.Landed{}, err
	}
	return w.land(ctx, b.ID, fail)
}

// land answers for the bank.
func (w *World) land(ctx context.Context, batch string, fail []string) (done payment.Landed, err error) {
	actor, err := w.As(ctx, "shenshi")
	if err != nil {
		return done, err
	}
	err = w.Host.DB.Update(ctx, actor, func(ctx context.Context, tx *db.Tx) error {
		_, rows, err := payment.BatchOf(ctx, tx, batch)
		if err != nil {
			return err
		}
		var all []payment.ResultLine
		for n, i := range rows {
			p, err := person.Get(ctx, tx, i.PersonID)
			if err != nil {
				return err
			}
			r := payment.ResultLine{Row: n + 2, Ref: i.ID, Amount: i.Amount, OK: true, On: tx.Day()}
			if strings.Contains(strings.Join(fail, " "), p.Name) {
				r.OK, r.Reason = false, "户名不符"
			}
			all = append(all, r)
		}
		done, err = payment.Land(ctx, tx, batch, "answer-"+batch, all)
		return err
	})
	return done, err
}
