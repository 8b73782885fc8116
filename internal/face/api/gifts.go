package api

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/programme/giving"
)

// Campaign is a call for gifts with its account: Came = Used + Returned + Held (promised, not paid) + Free, all fen.
type Campaign struct {
	ID, Number, Name, Purpose, Wish, Pocket, State string
	From, Until                                    day.Day
	Target, Came, Used, Returned, Held, Free       money.Amount
}

var campaigns = act.Read[act.Cursor, act.Page[Campaign]]{Name: "giving.campaigns", Title: "募捐", Right: "giving.see",
	Do: func(ctx context.Context, tx *db.Tx, in act.Cursor) (page act.Page[Campaign], err error) {
		all, err := giving.Campaigns(ctx, tx)
		if err != nil {
			return page, err
		}
		return pageOf(all, in, func(c giving.Campaign) string { return c.ID }, func(c giving.Campaign) (Campaign, error) {
			a, err := giving.AccountOf(ctx, tx, c.ID)
			return Campaign{c.ID, c.Number, c.Name, c.Purpose, c.Wish, c.Pocket, c.State, c.FromOn, c.UntilOn,
				c.Target, a.Came, a.Used, a.Returned, a.Held, a.Free}, err
		})
	}}

// Gift is one gift as the desk lists it: By is what the public calls the donor, whose name stays sealed. Turned says that its
// entry was turned round; Became is what its money went to, households unnamed.
type Gift struct {
	ID, Number, Campaign, Kind, By, Item, Unit string
	Worth                                      money.Amount
	Pieces, Given                              int64
	On                                         day.Day
	Turned                                     bool
	Became                                     []Became
}

// Became is a help that a gift paid for, or a part of it, in fen.
type Became struct {
	Award, Number, Name string
	On                  day.Day
	Amount              money.Amount
}

// giftsIn names the campaign whose gifts are asked for.
type giftsIn struct {
	act.Cursor
	Campaign string `form:"campaign" label:"募捐" max:"40"`
}

var gifts = act.Read[giftsIn, act.Page[Gift]]{Name: "giving.gifts", Title: "捐赠", Right: "giving.see",
	Do: func(ctx context.Context, tx *db.Tx, in giftsIn) (act.Page[Gift], error) {
		all, err := giving.Campaigns(ctx, tx)
		if err != nil {
			return act.Page[Gift]{}, err
		}
		var out []Gift
		for _, c := range all {
			if in.Campaign != "" && in.Campaign != c.ID {
				continue
			}
			some, err := giftsOf(ctx, tx, c.ID)
			if err != nil {
				return act.Page[Gift]{}, err
			}
			out = append(out, some...)
		}
		return slicePage(out, in.Cursor, func(g Gift) string { return g.ID })
	}}

func giftsOf(ctx context.Context, tx *db.Tx, campaign string) (out []Gift, err error) {
	a, err := giving.AccountOf(ctx, tx, campaign)
	for _, g := range a.Gifts {
		one := Gift{ID: g.ID, Number: g.Number, Campaign: g.CampaignID, Kind: g.Kind, By: g.By(words.Zh), Item: g.Item, Unit: g.Unit,
			Worth: g.Worth, Pieces: g.Pieces, Given: g.Given, On: g.OnDay, Turned: a.Turned[g.ID]}
		for _, h := range a.Became(g) {
			one.Became = append(one.Became, Became{h.Award, h.Number, h.Called(words.Zh), h.Day, h.Amount})
		}
		out = append(out, one)
	}
	return out, err
}
