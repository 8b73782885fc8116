package app

import (
	"context"
	"encoding/json"
	"fmt"

	"bangfu/internal/app/world"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/approval"
	"bangfu/internal/office/audit"
)

// adjust WHO WORKER N AMOUNT; stop WHO WORKER N; retry WHO WORKER N: what is done to the n-th instalment.
func (p *player) adjust(ctx context.Context, l line) error {
	in := payment.AdjustIn{ID: p.nth(l).ID, Amount: l.amount(4), Reason: "成效评估：情况有好转"}
	_, err := world.Do(ctx, p.w, l.words[1], payment.AdjustAct, in)
	return err
}

func (p *player) stop(ctx context.Context, l line) error {
	in := payment.StopIn{ID: p.nth(l).ID, Reason: "收入已高于保障线，转介慈善组织"}
	_, err := world.Do(ctx, p.w, l.words[1], payment.StopAct, in)
	return err
}

func (p *player) retry(ctx context.Context, l line) error {
	_, err := world.Do(ctx, p.w, l.words[1], payment.RetryAct, payment.ID{ID: p.nth(l).ID})
	return err
}

// instalments WORKER STATE … wants the states in order.
func (p *player) instalments(_ context.Context, l line) error {
	all, err := p.of(l.words[1])
	var states []payment.State
	for _, i := range all {
		states = append(states, i.State)
	}
	if err != nil {
		return err
	}
	return same(states, l.words[2:])
}

// held - WORKER N KEY wants the reason why the n-th instalment waits.
func (p *player) held(_ context.Context, l line) error { return same(p.nth(l).Trouble, l.words[4]) }

// aid WORKER TOTAL wants what the household's books count.
func (p *player) aid(_ context.Context, l line) error {
	return p.see(func(ctx context.Context, tx *db.Tx) error {
		all, err := casefile.AidOf(ctx, tx, p.w.Staff[l.words[1]].HouseholdID, "", tx.Day())
		if err != nil {
			return err
		}
		sum, err := casefile.Total(all)
		if err != nil {
			return err
		}
		return same(sum.Plain(), l.words[2])
	})
}

// ledger WORKER POCKET SOURCE TOTAL wants the payments of an award: from which pocket, of which source, how much.
func (p *player) ledger(_ context.Context, l line) error {
	return p.see(func(ctx context.Context, tx *db.Tx) error {
		all, err := fund.Entries(ctx, tx, fund.Filter{Ref: p.cases[l.words[1]].Award, Kind: fund.KindSpend, Limit: 100})
		if err != nil {
			return err
		}
		from, sum := fund.Pocket{}, money.Amount(0)
		for _, e := range all {
			if e, err = fund.EntryOf(ctx, tx, e.Seq); err != nil {
				return err
			}
			for _, post := range e.Postings {
				if post.From.Pocket != l.words[2] || post.To.Pocket != l.words[2] {
					return fmt.Errorf("entry %d posts %v to %v", e.Seq, post.From, post.To)
				}
			}
			if from, err = fund.Get(ctx, tx, e.Postings[0].From.Pocket); err != nil {
				return err
			}
			sum += e.Amount
		}
		return same([]any{from.Code, from.Source, sum.Plain()}, l.words[2:])
	})
}

// award WORKER STATE wants where an award stands.
func (p *player) award(_ context.Context, l line) error {
	return p.see(func(ctx context.Context, tx *db.Tx) error {
		a, err := plan.Get(ctx, tx, p.cases[l.words[1]].Award)
		if err != nil {
			return err
		}
		return same(a.State, l.words[2])
	})
}

// route WORKER STATE ROLE:NAME[:PAPER] … wants who answered each step of the decision, and with which scan.
func (p *player) route(_ context.Context, l line) error {
	return p.see(func(ctx context.Context, tx *db.Tx) error {
		v, err := approval.State(ctx, tx, "award", p.cases[l.words[1]].Award)
		if err != nil {
			return err
		}
		got := []string{v.State}
		for _, s := range v.Steps {
			step := s.Role + ":" + s.Name
			if s.Recorded {
				step += ":" + s.Paper
			}
			got = append(got, step)
		}
		return same(got, l.words[2:])
	})
}

// look RIGHT WHO WORKER opens a worker's case as somebody.
func (p *player) look(ctx context.Context, l line) error {
	actor, err := p.w.As(ctx, l.words[2])
	if err != nil {
		return err
	}
	return p.h.DB.View(ctx, actor, func(ctx context.Context, tx *db.Tx) error {
		_, err := intake.Reached(ctx, tx, l.words[1], p.cases[l.words[3]].App)
		return err
	})
}

// sound holds the end of every script to what must always be so.
func (p *player) sound() {
	if err := audit.LinkAll(p.t.Context(), p.h.DB, p.w.Union); err != nil {
		p.t.Fatal(err)
	}
	if err := p.see(func(ctx context.Context, tx *db.Tx) error {
		trial, err := fund.TrialOn(ctx, tx, tx.Day(), "")
		if err != nil {
			return err
		}
		if trial.Debit != trial.Credit || trial.Debit == 0 {
			p.t.Errorf("trial balance: debit %v, credit %v", trial.Debit, trial.Credit)
		}
		if _, err := fund.Verify(ctx, tx); err != nil {
			p.t.Errorf("the ledger does not verify: %v", err)
		}
		r, err := audit.Verify(ctx, tx, nil)
		if err != nil {
			return err
		}
		if len(r.Findings) > 0 || r.Waiting > 0 || r.Links == 0 {
			p.t.Errorf("audit: %d links, %d waiting, findings %v", r.Links, r.Waiting, r.Findings)
		}
		return p.replay(ctx, tx)
	}); err != nil {
		p.t.Error(err)
	}
}

// replay judges every verdict again, those of awards and those of payments: each is as it was when it was made.
func (p *player) replay(ctx context.Context, tx *db.Tx) error {
	if len(p.verdicts) == 0 && len(p.cases) > 0 {
		p.t.Error("the script has no award")
	}
	for id, text := range p.verdicts {
		a, err := plan.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		if a.Verdict != text {
			p.t.Errorf("the verdict of %s changed", a.Number)
		}
		all, err := payment.OfAward(ctx, tx, id)
		if err != nil {
			return err
		}
		texts := []string{text}
		for _, i := range all {
			if i.Verdict != "" {
				texts = append(texts, i.Verdict)
			}
		}
		for _, text := range texts {
			if err := again(ctx, tx, text); err != nil {
				p.t.Errorf("%s: %v", a.Number, err)
			}
		}
	}
	return nil
}

func again(ctx context.Context, tx *db.Tx, text string) error {
	var v standard.Verdict
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return err
	}
	s, _, err := standard.Current(ctx, tx, v.Standard, tx.Day())
	if err != nil {
		return err
	}
	return v.Replay(s)
}
