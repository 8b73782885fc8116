// Package giving takes gifts (S16): campaigns, money and goods, named and anonymous donors, receipts, and a letter that says
// what each gift became.
//
// A campaign opens a pocket of the ledger with the donors' wish as its terms, so that no posting can go against it. All
// sums are read off the ledger: there is no balance here. Which help a gift paid for is computed on read by Share: what came
// first is spent first, so a gift's answer never changes because a later one came.
package giving

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
)

// From says who a campaign asks, which decides the income account of its gifts.
type From string

// Choices lists the three.
func (From) Choices() []form.Choice {
	return []form.Choice{{Value: string(fund.StaffGifts), Label: "职工捐款"}, {Value: string(fund.Donation), Label: "社会捐赠"},
		{Value: string(fund.Events), Label: "职工活动收入"}}
}

// The states of a campaign: one that is closed takes no more gifts; its money is still used as it was meant.
const (
	Open   = "open"
	Closed = "closed"
)

// Campaign is a call for gifts. Target is fen, 0 for none; Pocket is where its money lies.
type Campaign struct {
	UnionID, ID, Number, Name, Purpose, Wish, Pocket string
	Target                                           money.Amount
	FromOn, UntilOn                                  day.Day
	State, ByUser                                    string
	At                                               int64
}

const campaignColumns = `union_id, id, number, name, purpose, wish, pocket, target, from_on, until_on, state, by_user, at`

// Campaigns lists the campaigns, newest first.
func Campaigns(ctx context.Context, tx *db.Tx) ([]Campaign, error) {
	return db.All[Campaign](ctx, tx, `select `+campaignColumns+` from giving_campaign where union_id = $1 order by number desc`, tx.Union)
}

// CampaignOf gives one. Fault: Missing.
func CampaignOf(ctx context.Context, tx *db.Tx, id string) (Campaign, error) {
	return db.One[Campaign](ctx, tx, `select `+campaignColumns+` from giving_campaign where union_id = $1 and id = $2`, tx.Union, id)
}

// CampaignIn is a campaign as it is announced. Programmes are what its money may be used for, and bind every posting.
type CampaignIn struct {
	Name       string       `form:"name" label:"募捐名称" need:"true" min:"2" max:"40"`
	From       From         `form:"from" label:"向谁募捐" need:"true"`
	Purpose    string       `form:"purpose" label:"用途说明" hint:"写给捐款人看，会公开" kind:"area" need:"true" max:"300"`
	Programmes []string     `form:"programmes" label:"只能用于" hint:"不选就是各类帮扶都可以用；设立后不能改"`
	Level      fund.Level   `form:"level" label:"档案要求" hint:"不选就是有没有档案都可以；设立后不能改"`
	Wish       string       `form:"wish" label:"捐款人的心愿" hint:"会公开，例如：优先帮助有孩子上学的家庭。用这笔钱的人每次都要确认符合" kind:"area" max:"300"`
	Target     money.Amount `form:"target" label:"目标金额" unit:"元" hint:"没有目标就不填"`
	Start      day.Day      `form:"from_on" label:"开始日期" need:"true"`
	Until      day.Day      `form:"until_on" label:"截止日期" need:"true"`
	Use        day.Day      `form:"use_by" label:"最晚用到哪天" hint:"不填就是不限；到期用不完的要和捐款人商量"`
}

// Check wants the days in order and no negative target: "giving.days", "giving.use_by", "giving.amount".
func (in CampaignIn) Check() error {
	var l fault.List
	if !in.Start.Valid() || !in.Until.Valid() || in.Until < in.Start {
		l.Add("until_on", "giving.days")
	}
	if in.Use != "" && in.Use < in.Until {
		l.Add("use_by", "giving.use_by")
	}
	if in.Target < 0 {
		l.Add("target", "giving.amount")
	}
	return l.Err()
}

// Announce opens a campaign and its pocket; who announces it answers for the pocket.
var Announce = act.Act[CampaignIn, Campaign]{Name: "giving.announce", Title: "发起募捐", Right: "giving.campaign", Do: announce}

func announce(ctx context.Context, tx *db.Tx, in CampaignIn) (Campaign, error) {
	c := Campaign{UnionID: tx.Union, ID: tx.ID(), Name: strings.TrimSpace(in.Name), Purpose: strings.TrimSpace(in.Purpose), Wish: strings.TrimSpace(in.Wish),
		Target: in.Target, FromOn: in.Start, UntilOn: in.Until, State: Open, ByUser: tx.Actor.User, At: tx.Ms()}
	number, err := tx.Number(ctx, "MJ")
	if err != nil {
		return c, err
	}
	c.Number, c.Pocket = number, number
	n := fund.NewPocket{Code: c.Pocket, Name: c.Name, Source: fund.Source(in.From), Programmes: in.Programmes, Level: in.Level, Until: in.Use,
		Manager: tx.Actor.User}
	if c.Wish != "" {
		n.Donor, n.Wish = words.T(words.Zh, "{0}捐款人", c.Name), c.Wish
	}
	if _, err := fund.Open(ctx, tx, n); err != nil {
		return c, err
	}
	tx.About("giving_campaign", c.ID)
	return c, db.Insert(ctx, tx, "giving_campaign", c)
}

// ID names one campaign or gift.
type ID struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40"`
}

// Finish closes a campaign to gifts. Fault: "giving.closed" (Conflict).
var Finish = act.Act[ID, Campaign]{Name: "giving.finish", Title: "结束募捐", Right: "giving.campaign",
	Do: func(ctx context.Context, tx *db.Tx, in ID) (Campaign, error) {
		c, err := CampaignOf(ctx, tx, in.ID)
		if err != nil {
			return c, err
		}
		tx.About("giving_campaign", c.ID, "state")
		c.State = Closed
		return c, tx.Must(ctx, "giving.closed", `update giving_campaign set state = 'closed' where union_id = $1 and id = $2 and state = 'open'`, tx.Union, c.ID)
	}}

// Acts lists what people can do with gifts.
func Acts() []act.Any {
	return []act.Any{Announce, Finish, Receive, TakeGoods, HandOut, ReceiptPaper, LetterPaper}
}

// Showing is how a donor wishes to be named.
type Showing string

// The three: by name in public, on the receipt only, or not at all.
const (
	Named     Showing = "named"
	Unnamed   Showing = "unnamed"
	Anonymous Showing = "anonymous"
)

// Choices lists them.
func (Showing) Choices() []form.Choice {
	return []form.Choice{{Value: string(Unnamed), Label: "不公开姓名", Hint: "姓名只写在收据上"}, {Value: string(Named), Label: "同意公开姓名"},
		{Value: string(Anonymous), Label: "匿名", Hint: "不留姓名"}}
}

// shownName is what the public account calls a donor.
func shownName(l words.Lang, s Showing, name string) string {
	if s == Named {
		return name
	}
	return words.T(l, "爱心人士")
}
