package org

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
)

// UnitIn hangs a new unit under a parent.
type UnitIn struct {
	ParentID string `form:"parent_id" label:"上级" kind:"text" need:"true" max:"40"`
	Kind     string `form:"kind" label:"类型" kind:"text" need:"true" max:"10"`
	Name     string `form:"name" label:"名称" kind:"text" need:"true" max:"50"`
}

// NewUnit adds a branch or a group (S01).
var NewUnit = act.Act[UnitIn, Unit]{Name: "org.add_unit", Title: "新增机构", Right: "org.manage",
	Do: func(ctx context.Context, tx *db.Tx, in UnitIn) (Unit, error) {
		u, err := AddUnit(ctx, tx, in.ParentID, in.Kind, in.Name)
		tx.About("unit", u.ID, "name", "kind")
		return u, err
	}}

// PostIn gives a user a role at a unit.
type PostIn struct {
	UserID string `form:"user_id" label:"人员" kind:"text" need:"true" max:"40"`
	Role   string `form:"role" label:"角色" kind:"text" need:"true" max:"20"`
	UnitID string `form:"unit_id" label:"机构" kind:"text" need:"true" max:"40"`
}

// NewPost appoints (S01: terms of office).
var NewPost = act.Act[PostIn, act.None]{Name: "org.appoint", Title: "任职", Right: "org.appoint",
	Do: func(ctx context.Context, tx *db.Tx, in PostIn) (act.None, error) {
		tx.About("user", in.UserID, "post."+in.Role)
		return act.None{}, Appoint(ctx, tx, in.UserID, in.Role, in.UnitID)
	}}

// PostID names a post.
type PostID struct {
	ID string `form:"id" kind:"text" need:"true" max:"40"`
}

// EndPost retires a holder from a post; the right is gone at the next request.
var EndPost = act.Act[PostID, act.None]{Name: "org.retire", Title: "卸任", Right: "org.appoint",
	Do: func(ctx context.Context, tx *db.Tx, in PostID) (act.None, error) {
		tx.About("post", in.ID, "until")
		return act.None{}, Retire(ctx, tx, in.ID)
	}}

// AwayIn says the actor is away and who stands in.
type AwayIn struct {
	DelegateID string  `form:"delegate_id" label:"代办人" kind:"text" need:"true" max:"40"`
	Role       string  `form:"role" label:"代办的角色" kind:"text" max:"20"`
	Since      day.Day `form:"since" label:"开始日期" kind:"day" need:"true"`
	Until      day.Day `form:"until" label:"结束日期" kind:"day" need:"true"`
}

// GoAway hands the actor's turns to a delegate for a span of days.
var GoAway = act.Act[AwayIn, act.None]{Name: "org.away", Title: "外出委托", Right: "org.away",
	Do: func(ctx context.Context, tx *db.Tx, in AwayIn) (act.None, error) {
		tx.About("user", tx.Actor.User, "away")
		return act.None{}, SetAway(ctx, tx, Away{UserID: tx.Actor.User, DelegateID: in.DelegateID, Role: in.Role, Since: in.Since, Until: in.Until})
	}}

// SettingIn changes one setting of the house.
type SettingIn struct {
	Name  string `form:"name" kind:"text" need:"true" max:"40"`
	Value string `form:"value" label:"值" kind:"text" max:"60"`
}

// Change sets one setting.
var Change = act.Act[SettingIn, act.None]{Name: "org.setting", Title: "修改设置", Right: "org.setting",
	Do: func(ctx context.Context, tx *db.Tx, in SettingIn) (act.None, error) {
		tx.About("setting", in.Name, "value")
		return act.None{}, Set(ctx, tx, in.Name, in.Value)
	}}

// Acts lists what can be done to the union's shape.
func Acts() []act.Any {
	return []act.Any{NewUnit, NewPost, EndPost, GoAway, Change, GoLive}
}

// UnitChoices gives the units as choices of a form, indented by depth.
func UnitChoices(units []Unit) []form.Choice {
	out := make([]form.Choice, 0, len(units))
	for _, u := range units {
		label := u.Name
		for range u.Depth() {
			label = "　" + label
		}
		out = append(out, form.Choice{Value: u.ID, Label: label})
	}
	return out
}
