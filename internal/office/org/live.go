package org

import (
	"context"
	"slices"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// Lacking is one thing that keeps the union's posts from working by the rule of different persons. Says why in words; Role
// is the role to appoint.
type Lacking struct {
	Role string
	Says words.Key
}

// Lacks gives the posts at the union's head without which a case cannot be taken to its end by different persons: somebody
// verifies, another sits on the panel, another decides, yet another signs it off; the one who makes a payment does not check it.
func Lacks(ctx context.Context, tx *db.Tx) ([]Lacking, error) {
	held := map[string][]string{}
	for _, role := range []string{RoleOfficer, RoleChair, RoleCommittee, RoleManager, RoleAccountant, RoleCashier} {
		all, err := Holders(ctx, tx, role, tx.Union)
		if err != nil {
			return nil, err
		}
		for _, h := range all {
			held[role] = append(held[role], h.UserID)
		}
	}
	return lacks(held), nil
}

func lacks(held map[string][]string) []Lacking {
	var out []Lacking
	none := func(role string, says words.Key) {
		if len(held[role]) == 0 {
			out = append(out, Lacking{role, says})
		}
	}
	none(RoleOfficer, "还没有帮扶干事，核实没有人做")
	other := func(role, than string, says words.Key) {
		if !apart(held[role], held[than]) {
			out = append(out, Lacking{role, says})
		}
	}
	other(RoleChair, RoleOfficer, "还没有不兼帮扶干事的工会主席，审批没有人做")
	other(RoleCommittee, RoleOfficer, "还没有不兼帮扶干事的工会委员，集体研究没有人做")
	if len(held[RoleChair]) > 0 && !apart(held[RoleChair], slices.Concat(held[RoleManager], held[RoleChair])) {
		out = append(out, Lacking{RoleManager, "审批的主席不能自己签发：请再设一位主席，或一位基金管理人"})
	}
	none(RoleAccountant, "还没有会计，付款没有人制单")
	other(RoleCashier, RoleAccountant, "还没有不兼会计的出纳，付款没有人复核")
	return out
}

// apart reports whether one can be chosen from each list and be two persons; with nobody to differ from, anyone will do.
func apart(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool {
		return len(b) == 0 || slices.ContainsFunc(b, func(y string) bool { return x != y })
	})
}

// GoLive ends the set-up: from here on the union works. Faults: "org.live_already", "org.live_lacks" with what is missing.
var GoLive = act.Act[act.None, act.None]{Name: "org.go_live", Title: "开始使用", Right: "org.manage",
	Do: func(ctx context.Context, tx *db.Tx, _ act.None) (act.None, error) {
		tx.About("union", tx.Union, "state")
		u, err := Info(ctx, tx)
		if err != nil {
			return act.None{}, err
		}
		if u.State != "setup" {
			return act.None{}, fault.New(fault.Refused, "org.live_already")
		}
		missing, err := Lacks(ctx, tx)
		if err != nil {
			return act.None{}, err
		}
		if len(missing) > 0 {
			return act.None{}, fault.New(fault.Refused, "org.live_lacks", missing[0].Says, len(missing))
		}
		return act.None{}, SetState(ctx, tx, "live")
	}}
