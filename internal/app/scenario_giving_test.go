package app

import (
	"context"
	"fmt"
	"strings"

	"bangfu/internal/app/world"
	"bangfu/internal/engine/db"
	"bangfu/internal/programme/giving"
)

// appealed gives the newest campaign's account.
func (p *player) appealed() (a giving.Account, err error) {
	err = p.see(func(ctx context.Context, tx *db.Tx) error {
		all, err := giving.Campaigns(ctx, tx)
		if err == nil {
			a, err = giving.AccountOf(ctx, tx, all[0].ID)
		}
		return err
	})
	return a, err
}

// appeal NAME for=programmes wish=what its donors wish opens a campaign; its pocket is known to the script by its number.
func (p *player) appeal(ctx context.Context, l line) error {
	today := p.h.DB.Today()
	_, err := world.Do(ctx, p.w, "韩守", giving.Announce, giving.CampaignIn{Name: l.words[1], From: "donation", Purpose: "示例用途",
		Programmes: strings.FieldsFunc(l.opt["for"], func(r rune) bool { return r == ',' }), Wish: l.opt["wish"], Start: today, Until: today.Add(60)})
	return err
}

// gift SLIP AMOUNT books a gift of money, by=a name that may be shown.
func (p *player) gift(ctx context.Context, l line) error {
	a, err := p.appealed()
	if err != nil {
		return err
	}
	in := giving.MoneyIn{Campaign: a.Campaign.ID, Slip: l.words[1], Amount: l.amount(2), On: p.h.DB.Today(), Showing: giving.Anonymous}
	if in.Donor = l.opt["by"]; in.Donor != "" {
		in.Showing = giving.Named
	}
	_, err = world.Do(ctx, p.w, "蒋清", giving.Receive, in)
	return err
}

// account CAME USED HELD FREE wants the public account of the newest campaign.
func (p *player) account(_ context.Context, l line) error {
	a, err := p.appealed()
	if err != nil {
		return err
	}
	return same([]any{a.Came.Plain(), a.Used.Plain(), a.Held.Plain(), a.Free.Plain()}, l.words[1:])
}

// became SLIP WORKER:amount … wants what a gift of money went to.
func (p *player) became(_ context.Context, l line) error {
	a, err := p.appealed()
	if err != nil {
		return err
	}
	got := []string{}
	for _, g := range a.Gifts {
		if g.Slip != l.words[1] {
			continue
		}
		for _, h := range a.Became(g) {
			for name, c := range p.cases {
				if c.Award == h.Award {
					got = append(got, fmt.Sprintf("%s:%s", name, h.Amount.Plain()))
				}
			}
		}
	}
	return same(got, l.words[2:])
}
