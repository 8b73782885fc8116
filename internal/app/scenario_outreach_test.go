package app

import (
	"context"
	"fmt"

	"bangfu/internal/app/world"
	"bangfu/internal/base/day"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/effect"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/outreach"
	"bangfu/internal/domain/partner"
	"bangfu/internal/engine/db"
)

// campaign WHO AMOUNT POCKET begins the festival's visits, on the days of the calendar.
func (p *player) campaign(ctx context.Context, l line) error {
	from, until := outreach.NextFestival(p.h.DB.Today())
	in := outreach.CampaignIn{Name: "两节送温暖", From: from, Until: until, Money: l.amount(2), Pocket: l.words[3]}
	_, err := world.Do(ctx, p.w, l.words[1], outreach.Start, in)
	return err
}

// running gives the newest campaign and its visits.
func (p *player) running() (c outreach.Campaign, all []outreach.Visit, err error) {
	err = p.see(func(ctx context.Context, tx *db.Tx) error {
		cs, err := outreach.Campaigns(ctx, tx)
		if err != nil {
			return err
		}
		c = cs[0]
		all, err = outreach.List(ctx, tx, "outreach.see", outreach.Query{Campaign: c.ID})
		return err
	})
	return c, all, err
}

// approve-visits WHO N LEFT
func (p *player) approveVisits(ctx context.Context, l line) error {
	c, _, err := p.running()
	if err != nil {
		return err
	}
	done, err := world.Do(ctx, p.w, l.words[1], outreach.Approve, outreach.ApproveIn{ID: c.ID})
	if err != nil {
		return err
	}
	return same([]any{done.N, done.Left}, l.words[2:])
}

// visit WHO AMOUNT WORKER … records the visit of each, with the amount handed over.
func (p *player) visit(ctx context.Context, l line) error {
	_, all, err := p.running()
	if err != nil {
		return err
	}
	for _, name := range l.words[3:] {
		for _, v := range all {
			if v.PersonID != p.w.Staff[name].ID {
				continue
			}
			in := outreach.RecordIn{ID: v.ID, On: p.h.DB.Today(), Visitors: []string{p.w.Posts["王敏"], p.w.Posts["赵青"]}, Met: "self",
				Money: l.amount(2), Signed: "self", Slip: "QL-1", Gift: "米油", Worth: 8000, Note: "家里过年的东西备好了。"}
			if _, err := world.Do(ctx, p.w, l.words[1], outreach.Record, in); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

// visit-again WHO WORKER asks for a further visit of a household in the same campaign, why=the reason.
func (p *player) visitAgain(ctx context.Context, l line) error {
	c, _, err := p.running()
	if err != nil {
		return err
	}
	_, err = world.Do(ctx, p.w, l.words[1], outreach.Plan, outreach.PlanIn{Campaign: c.ID, StaffNo: p.w.Staff[l.words[2]].StaffNo,
		Kind: outreach.Festival, Due: c.UntilOn, Why: l.opt["why"]})
	return err
}

// visited ALL DONE LEFT EXTRA MONEY wants how far the campaign is, and the same money in the ledger.
func (p *player) visited(_ context.Context, l line) error {
	_, all, err := p.running()
	if err != nil {
		return err
	}
	sums, err := outreach.Sums(all, p.h.DB.Today())
	if err != nil {
		return err
	}
	s := sums[0]
	if err := same([]any{s.All, s.Done, s.Left, s.Extra, s.Money.Plain()}, l.words[1:]); err != nil {
		return err
	}
	if n := len(outreach.Unvisited(all, p.h.DB.Today())); n != s.Left {
		return fmt.Errorf("%d on the list of the unvisited, want %d", n, s.Left)
	}
	return p.see(func(ctx context.Context, tx *db.Tx) error {
		for _, v := range all {
			if v.ApprovedBy == "" {
				continue
			}
			h, err := fund.HeldFor(ctx, tx, "visit/"+v.ID)
			if err != nil || h.Spent != v.Given || v.State == outreach.Done && h.Reserved+h.Committed != 0 {
				return fmt.Errorf("the ledger holds %+v for %s: %w", h, v.Number, err)
			}
		}
		return nil
	})
}

// looked WHO RESULT WORKER … makes the follow-up of each household and writes what came of the help.
func (p *player) looked(ctx context.Context, l line) error {
	for _, name := range l.words[3:] {
		var visit effect.Visit
		err := p.h.DB.Update(ctx, db.System(p.w.Union), func(ctx context.Context, tx *db.Tx) error {
			f, _, err := casefile.OfPerson(ctx, tx, p.w.Staff[name].ID)
			if err != nil {
				return err
			}
			if _, err := effect.Begin(ctx, tx, f.ID); err != nil {
				return err
			}
			all, err := effect.Visits(ctx, tx, f.ID)
			visit = all[0]
			return err
		})
		if err != nil {
			return err
		}
		seen := effect.VisitIn{ID: visit.ID, On: p.h.DB.Today(), Way: "home", Rating: "4", Found: "收入稳定，孩子上学。", Next: "go_on"}
		if _, err := world.Do(ctx, p.w, l.words[1], effect.Record, seen); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		end := effect.CloseIn{ID: visit.WatchID, Result: effect.Result(l.words[2]), Next: "go_on", Summary: "帮扶起了作用，已和本人谈过。"}
		if _, err := world.Do(ctx, p.w, l.words[1], effect.Close, end); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// effects FROM WATCHES BETTER wants the report of what came of the help.
func (p *player) effects(_ context.Context, l line) error {
	return p.see(func(ctx context.Context, tx *db.Tx) error {
		all, err := effect.Results(ctx, tx, day.Day(l.words[1]), tx.Day())
		if err != nil {
			return err
		}
		return same([]any{all[0].Watches, all[0].Better}, l.words[2:])
	})
}

// partner KIND NAME until=the last day of its agreement
func (p *player) partner(ctx context.Context, l line) error {
	in := partner.BodyIn{Name: l.words[2], Kind: partner.Kind(l.words[1]), Helps: []partner.Help{"daily"}, Until: day.Day(l.opt["until"])}
	_, err := world.Do(ctx, p.w, "王敏", partner.Keep, in)
	return err
}

// refer WHO WORKER PARTNER refers a worker whose award was stopped.
func (p *player) refer(ctx context.Context, l line) error {
	today := p.h.DB.Today()
	in := partner.ReferIn{Source: partner.OfAward, SourceID: p.cases[l.words[2]].Award, Asks: []partner.Help{"daily"}, Reason: "收入刚过标准，请看能否帮一把。",
		Told: []partner.Told{"family"}, Consent: "signed", ConsentOn: today, Due: today.Add(30)}
	err := p.see(func(ctx context.Context, tx *db.Tx) error {
		all, err := partner.List(ctx, tx)
		for _, b := range all {
			if b.Name == l.words[3] {
				in.Body = b.ID
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	_, err = world.Do(ctx, p.w, l.words[1], partner.Refer, in)
	return err
}

// answer WHO WORKER STATE AMOUNT writes down what came of the referral.
func (p *player) answer(ctx context.Context, l line) error {
	var all []partner.Referral
	err := p.see(func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = partner.Referrals(ctx, tx, partner.Query{Source: p.cases[l.words[2]].Award})
		return err
	})
	if err != nil || len(all) != 1 {
		return fmt.Errorf("%d referrals: %w", len(all), err)
	}
	in := partner.AnswerIn{ID: all[0].ID, State: partner.State(l.words[3]), Amount: l.amount(4), Kind: "daily", On: p.h.DB.Today()}
	_, err = world.Do(ctx, p.w, l.words[1], partner.Answer, in)
	return err
}
