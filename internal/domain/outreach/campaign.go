package outreach

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// Campaign is a round of visits in which every household on file is visited once. Money and Worth are meant for each, fen.
type Campaign struct {
	UnionID, ID, Number, Name string
	FromOn, UntilOn           day.Day
	Pocket                    string
	Money                     money.Amount
	Gift                      string
	Worth                     money.Amount
	State                     string // open or closed
	Worked, Lacking, MadeBy   string
	MadeAt                    int64
	ClosedBy                  string
	ClosedOn                  day.Day
}

const campaignColumns = `union_id, id, number, name, from_on, until_on, pocket, money, gift, worth, state, worked, lacking, made_by, made_at,
	closed_by, closed_on`

// Open reports a campaign that still runs.
func (c Campaign) Open() bool { return c.State == "open" }

// Near is how many days before its end the unvisited of a campaign are shown with a warning.
const Near = 10

// Pressing reports a running campaign that ends in Near days or is over.
func (c Campaign) Pressing(today day.Day) bool { return c.Open() && today > c.UntilOn.Add(-Near) }

// FestivalOf gives the days of 两节送温暖 of a year: from New Year's Day to the day of Spring Festival [13].
func FestivalOf(year int) (from, until day.Day) {
	until = day.SpringFestival(year)
	return day.Day(until[:4] + "-01-01"), until
}

// NextFestival gives the days of the festival that runs or comes next.
func NextFestival(today day.Day) (from, until day.Day) {
	if from, until = FestivalOf(today.Year()); today > until {
		return FestivalOf(today.Year() + 1)
	}
	return from, until
}

// CampaignOf gives a campaign. Fault: Missing.
func CampaignOf(ctx context.Context, tx *db.Tx, id string) (Campaign, error) {
	return db.One[Campaign](ctx, tx, `select `+campaignColumns+` from outreach_campaign where union_id = $1 and id = $2`, tx.Union, id)
}

// Campaigns lists the campaigns, newest first.
func Campaigns(ctx context.Context, tx *db.Tx) ([]Campaign, error) {
	return db.All[Campaign](ctx, tx, `
		select `+campaignColumns+` from outreach_campaign where union_id = $1 order by from_on desc, id desc`, tx.Union)
}

// CampaignIn begins a campaign.
type CampaignIn struct {
	Name   string       `form:"name" label:"活动名称" need:"true" max:"40"`
	From   day.Day      `form:"from" label:"开始日期" need:"true"`
	Until  day.Day      `form:"until" label:"结束日期" hint:"两节送温暖从元旦到春节，已按日历填好" need:"true"`
	Money  money.Amount `form:"money" label:"每户慰问金" unit:"元" hint:"不发慰问金就填 0" max:"100000"`
	Pocket string       `form:"pocket" label:"资金来源" max:"16" kind:"choice"`
	Gift   string       `form:"gift" label:"慰问品" hint:"例如：米、油各一份" max:"60"`
	Worth  money.Amount `form:"worth" label:"每份慰问品价值" unit:"元" max:"100000"`
}

// Check wants a span of days, a pocket for the money, and the worth of what is given.
func (in CampaignIn) Check() error {
	var l fault.List
	if !in.From.Valid() || !in.Until.Valid() || in.Until < in.From {
		l.Add("until", "outreach.span")
	}
	checkGift(&l, in.Money, in.Pocket, gift{in.Gift, in.Worth})
	return l.Err()
}

type gift struct {
	name  string
	worth money.Amount
}

func checkGift(l *fault.List, m money.Amount, pocket string, g gift) {
	if m < 0 || m > 0 && pocket == "" {
		l.Add("pocket", "outreach.pocket")
	}
	if g.worth < 0 || g.worth > 0 && strings.TrimSpace(g.name) == "" {
		l.Add("gift", "outreach.gift")
	}
}

// Start begins a campaign and plans one visit for every household on file. Faults: those of Check, "outreach.running"
// (Conflict) when a campaign runs already, "fund.no_pocket".
var Start = act.Act[CampaignIn, Campaign]{Name: "outreach.start", Title: "开始走访活动", Right: "outreach.campaign", Do: start}

func start(ctx context.Context, tx *db.Tx, in CampaignIn) (Campaign, error) {
	n, err := db.Value[int64](ctx, tx, `select count(*) from outreach_campaign where union_id = $1 and state = 'open'`, tx.Union)
	switch {
	case err != nil:
		return Campaign{}, err
	case n > 0:
		return Campaign{}, fault.New(fault.Conflict, "outreach.running")
	case in.Money == 0:
		in.Pocket = ""
	default:
		if _, err := fund.Get(ctx, tx, in.Pocket); err != nil {
			return Campaign{}, err
		}
	}
	c := Campaign{UnionID: tx.Union, ID: tx.ID(), Name: strings.TrimSpace(in.Name), FromOn: in.From, UntilOn: in.Until, Pocket: in.Pocket,
		Money: in.Money, Gift: strings.TrimSpace(in.Gift), Worth: in.Worth, State: "open", MadeBy: tx.Actor.User, MadeAt: tx.Ms()}
	if c.Number, err = tx.Number(ctx, "HD"); err != nil {
		return c, err
	}
	tx.About("outreach.campaign", c.ID)
	if err := db.Insert(ctx, tx, "outreach_campaign", c); err != nil {
		return c, err
	}
	for after := ""; ; {
		if after, err = c.reachOut(ctx, tx, after); err != nil || after == "" {
			break
		}
	}
	if err != nil || c.Money == 0 {
		return c, err
	}
	return c, c.askApproval(ctx, tx)
}

const (
	chunk       = 200
	turnApprove = "outreach.approve"
)

func (c Campaign) askApproval(ctx context.Context, tx *db.Tx) error {
	return task.Open(ctx, tx, task.New{Kind: turnApprove, Object: "campaign", ObjectID: c.ID, Role: org.RoleChair, UnitID: tx.Union,
		Barred: []string{c.MadeBy}, Days: 5, Href: "/desk/outreach/campaigns/" + c.ID, Title: "批准慰问金：{0}", Args: []any{c.Name}})
}

// reachOut plans a visit for each household of a chunk of the open files that has none in the campaign yet.
func (c Campaign) reachOut(ctx context.Context, tx *db.Tx, after string) (next string, err error) {
	files, err := casefile.OpenAfter(ctx, tx, after, chunk)
	if err != nil {
		return "", err
	}
	have, err := db.All[string](ctx, tx, `
		select household_id from outreach_visit where union_id = $1 and campaign_id = $2 and extra = 0`, tx.Union, c.ID)
	if err != nil {
		return "", err
	}
	planned := map[string]bool{}
	for _, h := range have {
		planned[h] = true
	}
	var all []Visit
	for _, f := range files {
		if planned[f.HouseholdID] {
			continue
		}
		v := Visit{CampaignID: c.ID, Kind: Festival, PersonID: f.PersonID, HouseholdID: f.HouseholdID, FileID: f.ID, UnitID: f.UnitID,
			UnitPath: f.UnitPath, DueOn: c.UntilOn, Pocket: c.Pocket, Money: c.Money, Gift: c.Gift, Worth: c.Worth}
		if err := v.number(ctx, tx); err != nil {
			return "", err
		}
		all = append(all, v)
	}
	if err := db.InsertAll(ctx, tx, "outreach_visit", all); err != nil || len(files) < chunk {
		return "", err
	}
	return files[len(files)-1].ID, nil
}

// number makes a planned visit of a draft.
func (v *Visit) number(ctx context.Context, tx *db.Tx) (err error) {
	v.UnionID, v.ID, v.State, v.MadeBy, v.Version = tx.Union, tx.ID(), Planned, tx.Actor.User, 1
	v.Number, err = tx.Number(ctx, "ZF")
	return err
}

// Sweep plans the visits of households that came on file while a campaign runs, chunk by chunk: the job calls it with what
// it gave before until it gives "".
func Sweep(ctx context.Context, tx *db.Tx, after string) (next string, err error) {
	c, ok, err := db.Maybe[Campaign](ctx, tx, `
		select `+campaignColumns+` from outreach_campaign where union_id = $1 and state = 'open' and until_on >= $2
		order by from_on limit 1`, tx.Union, tx.Day())
	if err != nil || !ok {
		return "", err
	}
	if next, err = c.reachOut(ctx, tx, after); err != nil || next != "" {
		return next, err
	}
	waits, err := db.Value[int64](ctx, tx, `
		select count(*) from outreach_visit where union_id = $1 and campaign_id = $2 and state = 'planned' and money > 0 and approved_by = ''`, tx.Union, c.ID)
	if err != nil || waits == 0 {
		return "", err
	}
	return "", c.askApproval(ctx, tx)
}

// EndIn ends a campaign with what was learned.
type EndIn struct {
	ID      string `form:"id" kind:"hidden" need:"true" max:"40"`
	Worked  string `form:"worked" label:"经验" hint:"哪些做法有效" kind:"area" need:"true" max:"1000"`
	Lacking string `form:"lacking" label:"不足" hint:"哪些地方要改" kind:"area" need:"true" max:"1000"`
}

// End ends a campaign once nobody in it is unvisited: each visit was made, or dropped with its reason. Faults:
// "outreach.unvisited" (Refused, how many), "outreach.ended" (Conflict).
var End = act.Act[EndIn, Campaign]{Name: "outreach.end", Title: "结束走访活动", Right: "outreach.campaign",
	Do: func(ctx context.Context, tx *db.Tx, in EndIn) (Campaign, error) {
		c, err := CampaignOf(ctx, tx, in.ID)
		if err != nil {
			return c, err
		}
		tx.About("outreach.campaign", c.ID)
		left, err := db.Value[int64](ctx, tx, `
			select count(*) from outreach_visit where union_id = $1 and campaign_id = $2 and state = 'planned'`, tx.Union, c.ID)
		if err == nil && left > 0 {
			err = fault.New(fault.Refused, "outreach.unvisited", left)
		}
		if err != nil {
			return c, err
		}
		c.State, c.Worked, c.Lacking, c.ClosedBy, c.ClosedOn = "closed", strings.TrimSpace(in.Worked), strings.TrimSpace(in.Lacking), tx.Actor.User, tx.Day()
		err = tx.Must(ctx, "outreach.ended", `
			update outreach_campaign set state = 'closed', worked = $3, lacking = $4, closed_by = $5, closed_on = $6
			where union_id = $1 and id = $2 and state = 'open'`, tx.Union, c.ID, c.Worked, c.Lacking, c.ClosedBy, c.ClosedOn)
		if err != nil {
			return c, err
		}
		return c, task.CloseAll(ctx, tx, c.ID)
	}}
