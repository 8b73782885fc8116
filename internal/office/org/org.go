// Package org is the union's own shape (S01): its units as a tree, who holds what role where and until when, who stands
// in for whom, and the settings of the house.
package org

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
)

// The roles of the house (systems.md, Roles). What each may do is data in package auth.
const (
	RoleWorker      = "worker"
	RoleGroupLeader = "group_leader"
	RoleOfficer     = "officer"
	RoleChair       = "chair"
	RoleCommittee   = "committee"
	RoleCompany     = "company"
	RoleLeader      = "leader"
	RoleAccountant  = "accountant"
	RoleCashier     = "cashier"
	RoleManager     = "manager"
	RoleAuditor     = "auditor"
	RoleUpper       = "upper"
	RoleAdmin       = "admin"
)

// Roles lists the roles a post can have, in menu order; the worker's is not a post.
func Roles() []string {
	return []string{RoleGroupLeader, RoleOfficer, RoleChair, RoleCommittee, RoleCompany, RoleLeader,
		RoleAccountant, RoleCashier, RoleManager, RoleAuditor, RoleUpper, RoleAdmin}
}

// The kinds of unit.
const (
	KindUnion  = "union"
	KindBranch = "branch"
	KindGroup  = "group"
)

// Union is one union that keeps its own books. State is setup, live or demo.
type Union struct {
	UnionID, Name, Short, CreditCode, Region, Phone, Address, UpperID, State string
	CreatedAt                                                                int64
}

// Unit is the union, a branch or a department group. Path ("/root/branch/group/") leads every unit beneath it.
type Unit struct {
	UnionID, ID, ParentID, Kind, Name, Path string
	Sort                                    int64
	ClosedOn                                day.Day
}

const unitColumns = `union_id, id, parent_id, kind, name, path, sort, closed_on`

// Info gives the act's union.
func Info(ctx context.Context, tx *db.Tx) (Union, error) {
	return db.One[Union](ctx, tx, `
		select union_id, name, short, credit_code, region, phone, address, upper_id, state, created_at
		from org_union where union_id = $1`, tx.Union)
}

// All gives every union of the installation, for sign-in and for jobs.
func All(ctx context.Context, tx *db.Tx) ([]Union, error) {
	return db.All[Union](ctx, tx, `
		select union_id, name, short, credit_code, region, phone, address, upper_id, state, created_at
		from org_union order by name`)
}

// Found makes a union with its root unit, which has the union's own id.
func Found(ctx context.Context, tx *db.Tx, u Union) error {
	if strings.TrimSpace(u.Name) == "" {
		return fault.New(fault.Invalid, "org.name").At("name")
	}
	u.UnionID, u.CreatedAt = tx.Union, tx.Ms()
	if err := db.Insert(ctx, tx, "org_union", u); err != nil {
		return err
	}
	return db.Insert(ctx, tx, "org_unit", Unit{UnionID: tx.Union, ID: tx.Union, Kind: KindUnion, Name: u.Name, Path: "/" + tx.Union + "/"})
}

// SetState moves the union from set-up to live.
func SetState(ctx context.Context, tx *db.Tx, state string) error {
	return tx.Must(ctx, "fault.stale", `update org_union set state = $2 where union_id = $1`, tx.Union, state)
}

// AddUnit hangs a branch or a group under a parent. Faults: "org.name", "org.unit_taken".
func AddUnit(ctx context.Context, tx *db.Tx, parentID, kind, name string) (Unit, error) {
	name = strings.TrimSpace(name)
	if name == "" || len([]rune(name)) > 50 {
		return Unit{}, fault.New(fault.Invalid, "org.name").At("name")
	}
	if kind != KindBranch && kind != KindGroup {
		return Unit{}, fault.New(fault.Invalid, "org.kind").At("kind")
	}
	parent, err := UnitOf(ctx, tx, parentID)
	if err != nil {
		return Unit{}, err
	}
	id := tx.ID()
	u := Unit{UnionID: tx.Union, ID: id, ParentID: parentID, Kind: kind, Name: name, Path: parent.Path + id + "/"}
	n, err := tx.Exec(ctx, `
		insert into org_unit (union_id, id, parent_id, kind, name, path, sort, closed_on)
		values ($1, $2, $3, $4, $5, $6, 0, '') on conflict (union_id, parent_id, name) do nothing`,
		u.UnionID, u.ID, u.ParentID, u.Kind, u.Name, u.Path)
	if err == nil && n == 0 {
		err = fault.New(fault.Invalid, "org.unit_taken", name).At("name")
	}
	return u, err
}

// UnitOf gives a unit by id.
func UnitOf(ctx context.Context, tx *db.Tx, id string) (Unit, error) {
	return db.One[Unit](ctx, tx, `select `+unitColumns+` from org_unit where union_id = $1 and id = $2`, tx.Union, id)
}

// Leaf reports whether a path is a unit's and no unit, open or closed, lies beneath it.
func Leaf(ctx context.Context, tx *db.Tx, path string) (bool, error) {
	if path == "" {
		return false, nil
	}
	beneath, args := db.Beneath("path", 2, path)
	n, err := db.Value[int64](ctx, tx, `
		select count(*) from (select id from org_unit where union_id = $1 and `+beneath+` limit 2) as found`, append([]any{tx.Union}, args...)...)
	return n == 1, err
}

// Units gives every open unit, parents before children, by name within a parent.
func Units(ctx context.Context, tx *db.Tx) ([]Unit, error) {
	all, err := db.All[Unit](ctx, tx, `
		select `+unitColumns+` from org_unit where union_id = $1 and closed_on = '' order by sort, name`, tx.Union)
	if err != nil {
		return nil, err
	}
	return order(all), nil
}

// order puts each unit after its parent.
func order(all []Unit) []Unit {
	under := map[string][]Unit{}
	for _, u := range all {
		under[u.ParentID] = append(under[u.ParentID], u)
	}
	out := make([]Unit, 0, len(all))
	var walk func(parent string)
	walk = func(parent string) {
		for _, u := range under[parent] {
			out = append(out, u)
			walk(u.ID)
		}
	}
	walk("")
	return out
}

// Depth is how far below the root a unit hangs, for indenting lists.
func (u Unit) Depth() int { return max(strings.Count(u.Path, "/")-2, 0) }

// defaults of the settings; every setting of the house stands here with its meaning.
func defaults() map[string]string {
	return map[string]string{
		"notice.days":         "5",              // workdays of publicity (policy §1.5)
		"notice.amount":       "no",             // whether amounts are shown in the publicity (ux §8.4)
		"disclosure.public":   "no",             // whether income and spending of the fund are shown to everybody (S21)
		"recognition.publish": "yes",            // whether a recognition is made public before it counts (policy §1.5)
		"first.days":          "3",              // workdays for the group leader's first review
		"verify.days":         "7",              // workdays for verification
		"panel.days":          "5",              // workdays for the panel's report
		"return.days":         "10",             // workdays a worker has to supply papers
		"decide.days":         "3",              // workdays for each decision
		"publish.days":        "5",              // workdays from the decision to the publicity
		"pay.days":            "5",              // workdays from signature to payment
		"leader.sees_income":  "no",             // whether the group leader sees the family's income (ux §8.3)
		"emergency.papers":    "15",             // workdays to supply papers after an emergency payment
		"follow.months":       "3",              // months between follow-ups of a file
		"watch.months":        "12",             // months a helped household is followed (S10)
		"loan.sources":        "mutual company", // the sources of money that may be lent (policy §4)
		"help.phone":          "12351",          // the union's own line, shown on every page
		"session.idle":        "120",            // minutes a worker's session may lie idle
		"session.hours":       "12",             // hours a worker's session lasts at most
		"session.desk_idle":   "60",             // the same for whoever holds a post
		"session.desk_hours":  "10",
		"auth.code_minutes":   "10", // minutes a code is fresh enough for an approval or a payment
		"auth.code_roles":     "chair company accountant cashier manager admin",
	}
}

// SettingNames lists the settings of the house in order.
func SettingNames() []string { return slices.Sorted(maps.Keys(defaults())) }

// Setting gives a setting of the union, or its default. An unknown name is a fault of ours.
func Setting(ctx context.Context, tx *db.Tx, name string) (string, error) {
	std, known := defaults()[name]
	if !known {
		return "", fault.New(fault.Internal, "fault.internal")
	}
	v, ok, err := db.Maybe[string](ctx, tx, `select value from org_setting where union_id = $1 and name = $2`, tx.Union, name)
	if err != nil || !ok {
		return std, err
	}
	return v, nil
}

// YesNo reports whether a setting is answered with yes or no.
func YesNo(name string) bool { return defaults()[name] == "yes" || defaults()[name] == "no" }

// Set changes a setting. Faults: "org.setting" for a name that is none, "org.setting_yes", "org.setting_number" and
// "org.setting_role" for a value that is neither yes nor no, would leave sign-in without an end, or misspells a role.
func Set(ctx context.Context, tx *db.Tx, name, value string) error {
	if _, known := defaults()[name]; !known {
		return fault.New(fault.Invalid, "org.setting", name)
	}
	switch {
	case YesNo(name):
		if value != "yes" && value != "no" {
			return fault.New(fault.Invalid, "org.setting_yes").At("value")
		}
	case strings.HasPrefix(name, "session.") || name == "auth.code_minutes":
		if n, err := strconv.Atoi(value); err != nil || n < 1 || n > 720 {
			return fault.New(fault.Invalid, "org.setting_number", 1, 720).At("value")
		}
	case name == "auth.code_roles":
		for _, role := range strings.Fields(value) {
			if !slices.Contains(Roles(), role) {
				return fault.New(fault.Invalid, "org.setting_role", role).At("value")
			}
		}
	}
	_, err := tx.Exec(ctx, `
		insert into org_setting (union_id, name, value) values ($1, $2, $3)
		on conflict (union_id, name) do update set value = excluded.value`, tx.Union, name, value)
	return err
}
