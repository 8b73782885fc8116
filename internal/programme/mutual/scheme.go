// Package mutual runs a union's mutual fund (S15): workers join of their own will, pay in a little each month by their wages, are
// helped from it by its standard, and leave with what the terms give back.
//
// The money is the members', held for them in a pocket of the ledger (account 231). What one member paid in and got back are
// lines of the ledger's entries, which they add up to; a member's balance is read off the lines, never kept. Contributions
// move only by payroll's answer (package deduction), benefits are a programme like any other, paid from the fund's pocket.
package mutual

import (
	"context"
	_ "embed"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/standards"
)

//go:embed mutual_aid.yaml
var document []byte

// Code is the programme whose awards are the fund's benefits, and the name of its standard.
const Code = "mutual_aid"

// Scheme is the terms of the fund. Sums are fen; WaitMonths are the months paid before a benefit can be had; Missed is after how
// many months in a row without a deduction membership ends, 0 for never; BackOwn and BackGone are per cent of what was paid in
// and not had as benefits that goes back to one who leaves of his own will, and to one who leaves the company.
type Scheme struct {
	UnionID                               string
	Version                               int64
	Pocket, Name                          string
	Least, Most, Entry                    money.Amount
	WaitMonths, Missed, BackOwn, BackGone int64
	Rules, ByUser                         string
	At                                    int64
}

const schemeColumns = `union_id, version, pocket, name, least, most, entry, wait_months, missed, back_own, back_gone, rules, by_user, at`

// SchemeOf gives the terms in force; false before a union has a mutual fund.
func SchemeOf(ctx context.Context, tx *db.Tx) (Scheme, bool, error) {
	return db.Maybe[Scheme](ctx, tx, `select `+schemeColumns+` from mutual_scheme where union_id = $1 order by version desc limit 1`, tx.Union)
}

// ruled gives the terms. Fault: "mutual.none" (Refused) before there are any.
func ruled(ctx context.Context, tx *db.Tx) (Scheme, error) {
	s, ok, err := SchemeOf(ctx, tx)
	if err == nil && !ok {
		err = fault.New(fault.Refused, "mutual.none")
	}
	return s, err
}

// SchemeIn is the terms as they are set.
type SchemeIn struct {
	Name       string       `form:"name" label:"互助金名称" need:"true" min:"2" max:"40"`
	Least      money.Amount `form:"least" label:"每月最少" unit:"元" need:"true" min:"1" max:"10000"`
	Most       money.Amount `form:"most" label:"每月最多" unit:"元" need:"true" min:"1" max:"10000"`
	Entry      money.Amount `form:"entry" label:"入会费" unit:"元" hint:"只在第一次扣，没有就填 0" max:"10000"`
	WaitMonths int64        `form:"wait_months" label:"缴满几个月可以受助" hint:"从第一次缴费起算" max:"60"`
	Missed     int64        `form:"missed" label:"连续几个月没扣到算自动退会" hint:"填 0 就是不自动退会" max:"36"`
	BackOwn    int64        `form:"back_own" label:"自愿退会退还比例（%）" hint:"按本人已缴减去已受助的部分计算" max:"100"`
	BackGone   int64        `form:"back_gone" label:"离职、退休、去世退还比例（%）" hint:"按本人已缴减去已受助的部分计算" max:"100"`
	Rules      string       `form:"rules" label:"章程摘要" hint:"写给职工看，入会前要读" kind:"area" need:"true" max:"2000"`
}

// Check holds the shape: "mutual.amounts".
func (in SchemeIn) Check() error {
	if in.Least <= 0 || in.Most < in.Least {
		return fault.New(fault.Invalid, "mutual.amounts").At("most")
	}
	return nil
}

// Set sets the terms. The first time it opens the fund's pocket, whose manager is who sets it, and puts the programme and the
// standard of its benefits on the shelf, where the union edits them. Members keep what they agreed to until they change it.
var Set = act.Act[SchemeIn, Scheme]{Name: "mutual.set", Title: "设立或修改互助金章程", Right: "mutual.set", Do: set}

func set(ctx context.Context, tx *db.Tx, in SchemeIn) (Scheme, error) {
	last, there, err := SchemeOf(ctx, tx)
	if err != nil {
		return last, err
	}
	s := Scheme{UnionID: tx.Union, Version: last.Version + 1, Pocket: last.Pocket, Name: strings.TrimSpace(in.Name), Least: in.Least, Most: in.Most,
		Entry: in.Entry, WaitMonths: in.WaitMonths, Missed: in.Missed, BackOwn: in.BackOwn, BackGone: in.BackGone,
		Rules: strings.TrimSpace(in.Rules), ByUser: tx.Actor.User, At: tx.Ms()}
	if !there {
		if s.Pocket, err = begin(ctx, tx, s.Name); err != nil {
			return s, err
		}
	}
	tx.About("mutual_scheme", s.Pocket)
	return s, db.Insert(ctx, tx, "mutual_scheme", s)
}

// begin opens what a new fund needs.
func begin(ctx context.Context, tx *db.Tx, name string) (string, error) {
	code, err := tx.Number(ctx, "HZ")
	if err != nil {
		return "", err
	}
	if _, err := fund.Open(ctx, tx, fund.NewPocket{Code: code, Name: name, Source: fund.Mutual, Programmes: []string{Code}, Manager: tx.Actor.User}); err != nil {
		return "", err
	}
	text, err := standards.Files.ReadFile(Code + ".yaml")
	if err != nil {
		return "", err
	}
	if err := standard.Install(ctx, tx, string(text), tx.Day()); err != nil {
		return "", err
	}
	have, err := intake.Editions(ctx, tx)
	if err != nil || have[Code] > 0 {
		return code, err
	}
	_, err = intake.Keep(ctx, tx, document)
	return code, err
}

// Acts lists what people can do with the mutual fund.
func Acts() []act.Any {
	return []act.Any{Set, Join, Change, Leave, Approve, PayBack, Collect, Land, StatementPaper}
}
