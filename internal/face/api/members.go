package api

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/programme/mutual"
)

// Member is one membership of the mutual fund, in fen; Covered counts the months paid, Missed those in a row that were not. Who
// it is stands in the roster by PersonID.
type Member struct {
	ID, Number, PersonID, FromMonth string
	Monthly, Back                   money.Amount
	State                           mutual.State
	Covered, Missed                 int64
	JoinedOn, LeftOn                day.Day
	Version                         int64
}

// membersIn narrows the members to a state.
type membersIn struct {
	act.Cursor
	State mutual.State `form:"state" label:"状态" max:"40"`
}

var mutualMembers = act.Read[membersIn, act.Page[Member]]{Name: "mutual.members", Title: "互助会员", Right: "mutual.see",
	Do: func(ctx context.Context, tx *db.Tx, in membersIn) (act.Page[Member], error) {
		all, err := mutual.Members(ctx, tx, mutual.Query{State: in.State, After: in.After, Limit: in.Most() + 1})
		out := make([]Member, len(all))
		for i, m := range all {
			out[i] = Member{m.ID, m.Number, m.PersonID, m.FromMonth, m.Monthly, m.Back, m.State, m.Covered, m.Missed, m.JoinedOn, m.LeftOn, m.Version}
		}
		return act.Cut(out, in.Most(), func(m Member) string { return m.ID }), err
	}}

// Mutual is how the mutual fund stands, in fen: what members paid, what went back to those who left, what is left in its pocket.
type Mutual struct {
	Name, Pocket     string
	Members, Covered int64
	Paid, Back       money.Amount
	Bank, Available  money.Amount
	Least, Most      money.Amount
}

var mutualFund = act.Read[act.None, Mutual]{Name: "mutual.figures", Title: "互助金", Right: "mutual.see",
	Do: func(ctx context.Context, tx *db.Tx, _ act.None) (out Mutual, err error) {
		_, any, err := mutual.SchemeOf(ctx, tx)
		if err != nil || !any {
			return out, err
		}
		f, err := mutual.FiguresOf(ctx, tx)
		return Mutual{f.Scheme.Name, f.Scheme.Pocket, f.Members, f.Covered, f.Paid, f.Back, f.Pocket.Bank, f.Pocket.Available,
			f.Scheme.Least, f.Scheme.Most}, err
	}}
