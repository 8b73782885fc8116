package oversight_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/oversight"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/task"
)

// The auditor asks those who were paid; they answer past everyone who handled it; an answer that something is wrong is the auditors' turn.
func TestReceiversAreAsked(t *testing.T) {
	each(t, func(h *house) {
		h.paid("问甲", "问乙", "问丙")
		s := do(h, auditor, oversight.Draw, h.span())
		in := oversight.SampleID{Sample: s.ID}
		refuses(h, "fault.denied", officer, oversight.Ask, in)
		if out := do(h, auditor, oversight.Ask, in); out.Asked != 3 || out.Left != 0 {
			t.Fatalf("asked %+v", out)
		}
		if out := do(h, auditor, oversight.Ask, in); out.Asked != 0 || out.Left != 3 {
			t.Errorf("asked again %+v", out)
		}
		var all []oversight.Asked
		who := map[string]string{}
		h.as(auditor, func(ctx context.Context, tx *db.Tx) (err error) {
			if all, err = oversight.AskedOf(ctx, tx, s.ID); err != nil {
				return err
			}
			for _, a := range all {
				w, err := person.Get(ctx, tx, a.PersonID)
				if err != nil {
					return err
				}
				who[a.ID] = w.Name
			}
			return nil
		})
		if all[0].Amount != money.Yuan(400) {
			t.Errorf("asked about %s", all[0].Amount)
		}
		good := oversight.ReplyIn{Asked: all[0].ID, Answer: "all", Favour: "no"}
		refuses(h, "fault.denied", who[all[1].ID], oversight.Reply, good)
		refuses(h, "fault.denied", officer, oversight.Reply, good)
		do(h, who[all[0].ID], oversight.Reply, good)
		refuses(h, "oversight.answered", who[all[0].ID], oversight.Reply, good)
		const said = "组长要了一百元。"
		do(h, who[all[1].ID], oversight.Reply, oversight.ReplyIn{Asked: all[1].ID, Answer: "part", Favour: "yes", Said: said})
		do(h, auditor, oversight.Reply, oversight.ReplyIn{Asked: all[2].ID, Answer: "none", Favour: "no"})
		open := oversight.Openers()["oversight_asked.said"]
		h.as(auditor, func(ctx context.Context, tx *db.Tx) error {
			all, err := oversight.AskedOf(ctx, tx, s.ID)
			if err != nil {
				return err
			}
			if all[0].Bad() || !all[1].Bad() || !all[2].Bad() || all[2].ToldBy == "" || all[1].ToldBy != "" {
				t.Errorf("answered %+v", all)
			}
			if text, _, err := open(ctx, tx, all[1].ID); err != nil || text != said {
				t.Errorf("said %q, %v", text, err)
			}
			turns, err := task.Mine(ctx, tx)
			if !slices.ContainsFunc(turns, func(x task.Task) bool { return x.Kind == "oversight.answered" }) {
				t.Errorf("the auditor's turns are %+v", turns)
			}
			return err
		})
		h.as(officer, func(ctx context.Context, tx *db.Tx) error {
			if _, _, err := open(ctx, tx, all[1].ID); err == nil {
				t.Error("an officer opens what was said to the auditor")
			}
			return nil
		})
	})
}

func (h *house) span() (in oversight.DrawIn) {
	h.tx(func(_ context.Context, tx *db.Tx) error {
		in = oversight.DrawIn{Basis: oversight.Awards, Method: oversight.Random, From: tx.Day().Add(-60), Until: tx.Day(), Size: 3}
		return nil
	})
	return in
}

func names(items []oversight.Item) (out []string) {
	for _, i := range items {
		out = append(out, i.Name)
	}
	return out
}

// The same seed over the same records gives the same sample, on either basis; another seed another one; what was drawn stays.
func TestSample(t *testing.T) {
	each(t, func(h *house) {
		in := h.span()
		refuses(h, "oversight.nothing", auditor, oversight.Draw, in)
		refuses(h, "fault.denied", officer, oversight.Draw, in)
		h.paid("陈甲", "陈乙", "陈丙", "陈丁", "陈戊", "陈己")
		in = h.span()
		first := do(h, auditor, oversight.Draw, in)
		in.Seed = first.Seed
		again := do(h, auditor, oversight.Draw, in)
		if first.Population != 6 || first.Size != 3 || first.Digest != again.Digest || first.Seed == "" || first.Amount != money.Yuan(2400) {
			t.Errorf("drawn %+v, again %+v", first, again)
		}
		h.as(auditor, func(ctx context.Context, tx *db.Tx) error {
			s, a, err := oversight.SampleOf(ctx, tx, first.ID)
			if err != nil {
				return err
			}
			_, b, err := oversight.SampleOf(ctx, tx, again.ID)
			if !slices.Equal(names(a), names(b)) {
				t.Errorf("one seed drew %v and %v", names(a), names(b))
			}
			if err != nil {
				return err
			}
			r, err := oversight.Redraw(ctx, tx, s, a)
			if !r.Same || !r.SameData {
				t.Errorf("drawn again: %+v", r)
			}
			return err
		})
		drew := map[string]bool{}
		for n := range 8 {
			in.Seed = fmt.Sprint("种子", n)
			s := do(h, auditor, oversight.Draw, in)
			h.as(auditor, func(ctx context.Context, tx *db.Tx) error {
				_, items, err := oversight.SampleOf(ctx, tx, s.ID)
				drew[fmt.Sprint(names(items))] = true
				return err
			})
		}
		if len(drew) < 4 {
			t.Errorf("eight seeds drew only %d samples", len(drew))
		}
		in.Basis, in.Method, in.Size = oversight.Payments, oversight.ByRisk, 500
		pays := do(h, auditor, oversight.Draw, in)
		if pays.Size != 6 || pays.Population != 6 || pays.Amount != money.Yuan(2400) {
			t.Errorf("payments: %+v", pays)
		}
		passed := do(h, auditor, oversight.Pass, oversight.PassIn{Sample: pays.ID, Place: 1})
		if passed.PassedBy == "" || passed.PassedAt == 0 {
			t.Errorf("passed: %+v", passed)
		}
		refuses(h, "fault.stale", auditor, oversight.Pass, oversight.PassIn{Sample: pays.ID, Place: 1})
	})
}

// A case that went the whole way has no gap but the ones the record truly has; each thing that is spoilt is found.
func TestSignals(t *testing.T) {
	each(t, func(h *house) {
		l := h.paid("职工甲", "职工乙")
		had := h.codes(l[0])
		t.Logf("a plain case: %v", had)
		for _, spoil := range []struct {
			code, sql string
			args      []any
		}{
			{"no_consent", `update intake_consent set given = 0 where union_id = $1 and application_id = $2`, []any{l[0].App}},
			{"adult_consent", `update intake_member set consent = '' where union_id = $1 and application_id = $2 and relation = 'spouse'`, []any{l[0].App}},
			{"no_panel", `delete from intake_assessment where union_id = $1 and application_id = $2`, []any{l[0].App}},
			{"no_visit", `delete from intake_visit where union_id = $1 and application_id = $2`, []any{l[0].App}},
			{"no_decision", `update approval_decision set yes = 0 where union_id = $1 and object_id = $2`, []any{l[0].Award}},
			{"same_hand", `update plan_award set made_by = (select max(user_id) from approval_decision where union_id = $1 and object_id = $2) where union_id = $1 and id = $2`, []any{l[0].Award}},
			{"short_public", `update notice_notice set days = 2 where union_id = $1 and id in (select notice_id from notice_line where union_id = $1 and object_id = $2)`, []any{l[0].Award}},
			{"unchecked", `update payment_instalment set checked_at = 0 where union_id = $1 and award_id = $2`, []any{l[0].Award}},
			{"same_payer", `update payment_batch set checked_by = made_by where union_id = $1 and id in (select batch_id from payment_instalment where award_id = $2)`, []any{l[0].Award}},
			{"denied", `update payment_instalment set state = 'missing' where union_id = $1 and award_id = $2`, []any{l[0].Award}},
			{"no_entry", `update fund_entry set kind = 'given' where union_id = $1 and ref = $2 and kind = 'spend'`, []any{l[0].Award}},
			{"no_receipt", `update payment_instalment set state = 'paid', paid_on = '2026-01-01' where union_id = $1 and award_id = $2`, []any{l[0].Award}},
			{"twice", `update plan_award set household_id = (select household_id from plan_award where union_id = $1 and id = $2) where union_id = $1`, []any{l[0].Award}},
			{"same_contact_card", `update person_worker set card_ix = 'x' where union_id = $1 and name in ($2, '职工乙')`, []any{"职工甲"}},
			{"same_contact_phone", `update person_worker set phone_ix = 'x' where union_id = $1 and name in ($2, '职工乙')`, []any{"职工甲"}},
		} {
			if _, had := had[spoil.code]; had {
				t.Errorf("%s stands against an award it should not", spoil.code)
			}
			h.tx(func(ctx context.Context, tx *db.Tx) error {
				n, err := tx.Exec(ctx, spoil.sql, append([]any{tx.Union}, spoil.args...)...)
				if err == nil && n == 0 {
					t.Errorf("%s: nothing was spoilt", spoil.code)
				}
				return err
			})
			if s, found := h.codes(l[0])[spoil.code]; !found {
				t.Errorf("%s was not found: %v", spoil.code, h.codes(l[0]))
			} else if s.Gap() && s.Part() == "" {
				t.Errorf("%s stands nowhere", spoil.code)
			}
		}
		if a, b := oversight.Score(nil), oversight.Score([]oversight.Sign{{Code: "no_entry"}, {Code: "round"}}); a != 0 || b != 45 {
			t.Errorf("scores %d, %d", a, b)
		}
	})
}

// Whoever had a hand in an award of their own kin is found, also when the kinship was written down only afterwards.
func TestKin(t *testing.T) {
	each(t, func(h *house) {
		l := h.paid("职工甲")
		h.tx(func(ctx context.Context, tx *db.Tx) error {
			return person.DeclareKin(ctx, tx, person.KinIn{A: h.Staff["甲组长"].ID, B: h.Staff["职工甲"].ID, Relation: person.RelSibling, Source: "officer"})
		})
		if s, found := h.codes(l[0])["kin_hand"]; !found || s.Args[0] != "甲组长" {
			t.Errorf("signals %v", h.codes(l[0]))
		}
	})
}

// A finding goes to its role, back and forth until the auditor closes it; nobody else does.
func TestFinding(t *testing.T) {
	each(t, func(h *house) {
		l := h.paid("职工甲")
		today := h.span().Until
		in := oversight.FindIn{Award: l[0].Award, Text: "回执没有签字，请补。", Role: "officer", Due: today.Add(-1)}
		refuses(h, "oversight.due", auditor, oversight.Find, in)
		in.Due = today.Add(10)
		refuses(h, "fault.denied", officer, oversight.Find, in)
		f := do(h, auditor, oversight.Find, in)
		if got := h.turns(officer, "oversight.answer"); got != 1 {
			t.Errorf("the officer has %d turns", got)
		}
		say := oversight.WordIn{ID: f.ID, Text: "已经补签。"}
		refuses(h, "oversight.state", auditor, oversight.Close, say)
		refuses(h, "fault.denied", auditor, oversight.Answer, say)
		refuses(h, "oversight.not_asked", "jiangqing", oversight.Answer, say) // the accountant was not asked
		do(h, officer, oversight.Answer, say)
		refuses(h, "oversight.state", officer, oversight.Answer, say)
		refuses(h, "fault.denied", officer, oversight.Close, say)
		if h.turns(officer, "oversight.answer") != 0 || h.turns(auditor, "oversight.close") != 1 {
			t.Error("the turn did not go to the auditor")
		}
		back := do(h, auditor, oversight.Back, oversight.BackIn{WordIn: oversight.WordIn{ID: f.ID, Text: "日期不对，请核实。"}, Due: today.Add(20)})
		if back.State != oversight.Open || back.Due != today.Add(20) || h.turns(officer, "oversight.answer") != 1 {
			t.Errorf("sent back: %+v", back)
		}
		do(h, officer, oversight.Answer, say)
		done := do(h, auditor, oversight.Close, oversight.WordIn{ID: f.ID, Text: "整改到位。"})
		if done.State != oversight.Closed || done.ClosedAt == 0 {
			t.Errorf("closed: %+v", done)
		}
		h.as(officer, func(ctx context.Context, tx *db.Tx) error {
			_, said, err := oversight.FindingOf(ctx, tx, "oversight.findings", f.ID)
			var kinds []string
			for _, w := range said {
				kinds = append(kinds, w.Kind)
			}
			if want := []string{"answer", "back", "answer", "close"}; !slices.Equal(kinds, want) {
				t.Errorf("said %v", kinds)
			}
			return err
		})
	})
}

// turns counts somebody's open turns of a kind.
func (h *house) turns(who, kind string) (n int) {
	h.t.Helper()
	h.as(who, func(ctx context.Context, tx *db.Tx) error {
		all, err := task.Mine(ctx, tx)
		for _, t := range all {
			if t.Kind == kind {
				n++
			}
		}
		return err
	})
	return n
}

// A late answer is late from the day after.
func TestLate(t *testing.T) {
	f := oversight.Finding{State: oversight.Open, Due: "2026-03-10"}
	for today, want := range map[day.Day]bool{"2026-03-10": false, "2026-03-11": true} {
		if f.Late(today) != want {
			t.Errorf("late on %s: %v", today, !want)
		}
	}
}
