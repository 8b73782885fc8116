// Package fund keeps the money (S14): one double-entry ledger of a union that only grows, over pockets kept apart.
//
// A posting moves an amount above zero from one account to another, so it balances by being written at all: the account
// it goes to is debited, the one it comes from credited. An entry is a handful of postings under one key. Each pocket
// has two books in the ledger: its money (accounts of the chart: bank, income, spending) and its budget, in which money
// goes from available to reserved at the decision, to committed at the signature after 公示, and to spent at payment.
// The giver's terms of a pocket are part of posting: an entry that breaks them cannot be made.
//
// There is one pen: whoever writes in a union's ledger locks its book first, so what an act reads there is true until it
// ends, entries stand in one order without gaps, and each one's hash covers all before it.
package fund

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/org"
)

// Source is where a pocket's money comes from.
type Source string

// The sources (S14; policy 3.1). Mutual is members' money held for them, never the union's own.
const (
	Company    Source = "company"
	Upper      Source = "upper"
	Government Source = "government"
	Dues       Source = "dues"
	Allotted   Source = "allotted"
	Members    Source = "members"
	StaffGifts Source = "staff_gifts"
	Donation   Source = "donation"
	Department Source = "department"
	Events     Source = "events"
	Mutual     Source = "mutual"
	Difference Source = "difference"
	Service    Source = "paid_service"
	Interest   Source = "interest"
	Other      Source = "other"
)

// Choices lists the sources in menu order.
func (Source) Choices() []form.Choice {
	return []form.Choice{
		{Value: string(Company), Label: "行政拨款"},
		{Value: string(Upper), Label: "上级工会补助"},
		{Value: string(Government), Label: "政府补助"},
		{Value: string(Dues), Label: "会费"},
		{Value: string(Allotted), Label: "拨缴经费"},
		{Value: string(Members), Label: "会员缴纳"},
		{Value: string(StaffGifts), Label: "职工捐款"},
		{Value: string(Donation), Label: "社会捐赠"},
		{Value: string(Department), Label: "部门捐赠"},
		{Value: string(Events), Label: "职工活动收入"},
		{Value: string(Mutual), Label: "职工互助金"},
		{Value: string(Difference), Label: "收入调节差额"},
		{Value: string(Service), Label: "有偿服务收入"},
		{Value: string(Interest), Label: "存款利息"},
		{Value: string(Other), Label: "其他来源"},
	}
}

// Say gives the source in a language.
func (s Source) Say(l words.Lang) string { return sayChoice(l, s.Choices(), string(s)) }

// Level is how high a family's file must stand for money to reach it (policy 3.2): filed nationally, by the province, by
// the union itself, or not at all.
type Level string

// The levels, from the widest to the narrowest.
const (
	AnyLevel   Level = "any"
	Own        Level = "own"
	Provincial Level = "provincial"
	National   Level = "national"
)

// Choices lists the levels from the widest.
func (Level) Choices() []form.Choice {
	return []form.Choice{
		{Value: string(AnyLevel), Label: "不限档案"},
		{Value: string(Own), Label: "本级建档"},
		{Value: string(Provincial), Label: "省级建档"},
		{Value: string(National), Label: "全国建档"},
	}
}

// Say gives the level in a language.
func (v Level) Say(l words.Lang) string { return sayChoice(l, v.Choices(), string(v.orAny())) }

func (v Level) orAny() Level {
	if v == "" {
		return AnyLevel
	}
	return v
}

// rank orders the levels; what is not a level ranks below all.
func (v Level) rank() int {
	return slices.Index([]Level{AnyLevel, Own, Provincial, National}, v.orAny())
}

func sayChoice(l words.Lang, all []form.Choice, value string) string {
	for _, c := range all {
		if c.Value == value {
			return words.T(l, c.Label)
		}
	}
	return value
}

// Pocket is one source of money kept apart from all others. Terms are its giver's and never change once it is open.
type Pocket struct {
	UnionID, Code, Name string
	Source              Source
	Terms
	Manager     string // the account of the named person who answers for it
	Warn, Alarm int64  // percent used at which its people are told, 80 and 95 unless said
	At          int64
}

const pocketColumns = `union_id, code, name, source, purposes, programmes, level, place, year, donor, wish,
	from_on, until_on, manager, warn, alarm, at`

// Get gives one pocket. Fault: "fund.no_pocket" (Missing).
func Get(ctx context.Context, tx *db.Tx, code string) (Pocket, error) {
	p, ok, err := db.Maybe[Pocket](ctx, tx, `select `+pocketColumns+` from fund_pocket
		where union_id = $1 and code = $2`, tx.Union, code)
	if err == nil && !ok {
		err = fault.New(fault.Missing, "fund.no_pocket", code)
	}
	return p, err
}

// Pockets lists the union's pockets in the order of their codes.
func Pockets(ctx context.Context, tx *db.Tx) ([]Pocket, error) {
	return db.All[Pocket](ctx, tx, `select `+pocketColumns+` from fund_pocket where union_id = $1 order by code`, tx.Union)
}

// Fitting lists the pockets whose terms allow a use today, for the person who decides where aid is to come from.
func Fitting(ctx context.Context, tx *db.Tx, u Use) ([]Pocket, error) {
	all, err := Pockets(ctx, tx)
	return slices.DeleteFunc(all, func(p Pocket) bool { return p.Admits(u, tx.Day()) != nil }), err
}

// Offer is a pocket that may pay for a use, and what it could still promise for it.
type Offer struct {
	Pocket
	Room money.Amount
}

// Offers lists the pockets whose terms allow one of the uses today, as whoever decides where aid is to come from picks among
// them. A donor's wish is taken as followed: who picks the pocket reads it and says so; a use without a place is where the pocket
// is for. Room is the most of the uses; what has none left stands last.
func Offers(ctx context.Context, tx *db.Tx, uses ...Use) ([]Offer, error) {
	all, err := Pockets(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []Offer
	for _, p := range all {
		o, fits := Offer{Pocket: p}, false
		for _, u := range uses {
			u.Donor = p.Donor
			if u.Place == "" {
				u.Place = p.Place
			}
			if p.Admits(u, tx.Day()) != nil {
				continue
			}
			room, err := roomIn(ctx, tx, p.Code, u)
			if err != nil {
				return nil, err
			}
			o.Room, fits = max(o.Room, room), true
		}
		if fits {
			out = append(out, o)
		}
	}
	slices.SortStableFunc(out, func(a, b Offer) int { return cmp.Compare(min(b.Room, 1), min(a.Room, 1)) })
	return out, nil
}

var rePocket = regexp.MustCompile(`^[A-Z0-9][A-Z0-9-]{0,15}$`)

// NewPocket is what opens a pocket. Warn and Alarm of 0 mean 80 and 95.
type NewPocket struct {
	Code       string   `form:"code" label:"资金编号" hint:"大写字母、数字和短横线，例如 XZ-2026" need:"true" max:"16"`
	Name       string   `form:"name" label:"资金名称" need:"true" max:"40"`
	Source     Source   `form:"source" label:"资金来源" need:"true"`
	Purposes   []string `form:"purposes" label:"限定用途" hint:"不选就是不限用途"`
	Programmes []string `form:"programmes" label:"限定项目" hint:"不选就是不限项目"`
	Level      Level    `form:"level" label:"档案要求" hint:"中央和省级资金只能用于已建档的家庭"`
	Place      string   `form:"place" label:"限定地区或单位" hint:"行政区划代码，或单位在组织树中的路径" max:"120"`
	Year       int      `form:"year" label:"限定年度" min:"2000" max:"2100"`
	Donor      string   `form:"donor" label:"捐赠方" max:"60"`
	Wish       string   `form:"wish" kind:"area" label:"捐赠方意愿" max:"500"`
	From       day.Day  `form:"from" label:"使用期开始"`
	Until      day.Day  `form:"until" label:"使用期截止"`
	Manager    string   `form:"manager" label:"基金管理人" need:"true" max:"40"`
	Warn       int64    `form:"warn" label:"提醒线" unit:"%" min:"1" max:"100"`
	Alarm      int64    `form:"alarm" label:"预警线" unit:"%" min:"1" max:"100"`
}

// Check holds the shape: "fund.pocket_code", "fund.need", "fund.source", "fund.level", "fund.span", "fund.alarms",
// "fund.wish" (a wish needs its donor).
func (n NewPocket) Check() error {
	var bad fault.List
	if !rePocket.MatchString(n.Code) {
		bad.Add("code", "fund.pocket_code")
	}
	if strings.TrimSpace(n.Name) == "" {
		bad.Add("name", "fund.need")
	}
	if strings.TrimSpace(n.Manager) == "" {
		bad.Add("manager", "fund.need")
	}
	if !offered(n.Source.Choices(), string(n.Source)) {
		bad.Add("source", "fund.source")
	}
	if n.Level.rank() < 0 {
		bad.Add("level", "fund.level")
	}
	if n.Until != "" && n.Until < n.From {
		bad.Add("until", "fund.span")
	}
	if warn, alarm := n.alarms(); warn < 1 || warn > alarm || alarm > 100 {
		bad.Add("warn", "fund.alarms")
	}
	if n.Wish != "" && n.Donor == "" {
		bad.Add("donor", "fund.wish")
	}
	return bad.Err()
}

func offered(all []form.Choice, value string) bool {
	return slices.ContainsFunc(all, func(c form.Choice) bool { return c.Value == value })
}

func (n NewPocket) alarms() (warn, alarm int64) {
	warn, alarm = n.Warn, n.Alarm
	if warn == 0 {
		warn = 80
	}
	if alarm == 0 {
		alarm = 95
	}
	return warn, alarm
}

// Open opens a pocket, and with the first one the union's book under the shipped chart of accounts. Faults: those of
// Check, "fund.pocket_taken" (Conflict).
func Open(ctx context.Context, tx *db.Tx, n NewPocket) (Pocket, error) {
	if err := n.Check(); err != nil {
		return Pocket{}, err
	}
	if _, err := take(ctx, tx); err != nil {
		return Pocket{}, err
	}
	warn, alarm := n.alarms()
	p := Pocket{
		UnionID: tx.Union, Code: n.Code, Name: strings.TrimSpace(n.Name), Source: n.Source,
		Terms: Terms{
			Purposes: listOf(n.Purposes), Programmes: listOf(n.Programmes), Level: n.Level.orAny(), Place: n.Place,
			Year: n.Year, Donor: n.Donor, Wish: n.Wish, FromOn: n.From, UntilOn: n.Until,
		},
		Manager: n.Manager, Warn: warn, Alarm: alarm, At: tx.Ms(),
	}
	tx.About("pocket", p.Code, "terms", "manager")
	taken, err := db.Value[int64](ctx, tx, `select count(*) from fund_pocket where union_id = $1 and code = $2`, tx.Union, p.Code)
	if err != nil {
		return Pocket{}, err
	}
	if taken > 0 {
		return Pocket{}, fault.New(fault.Conflict, "fund.pocket_taken", p.Code)
	}
	return p, db.Insert(ctx, tx, "fund_pocket", p)
}

// OpenNext opens a pocket under the next number of a row of codes ("FWZ" → FWZ2026000001), managed by who manages the union's
// money, or by the actor where nobody does: for programmes that open their own. Faults: those of Open.
func OpenNext(ctx context.Context, tx *db.Tx, row string, n NewPocket) (Pocket, error) {
	code, err := tx.Number(ctx, row)
	if err != nil {
		return Pocket{}, err
	}
	managers, err := org.Holders(ctx, tx, org.RoleManager, tx.Union)
	if err != nil {
		return Pocket{}, err
	}
	n.Code, n.Manager = code, tx.Actor.User
	if len(managers) > 0 {
		n.Manager = managers[0].UserID
	}
	return Open(ctx, tx, n)
}
