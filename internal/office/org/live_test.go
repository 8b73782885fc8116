package org_test

import (
	"context"
	"slices"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// The union goes live when different persons hold what different persons have to do, and once only.
func TestGoLiveWantsDifferentPersons(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		users := map[string]string{}
		do := func(f func(context.Context, *db.Tx) error) {
			t.Helper()
			if err := d.Update(t.Context(), db.System("u1"), f); err != nil {
				t.Fatal(err)
			}
		}
		do(func(ctx context.Context, tx *db.Tx) error {
			return org.Found(ctx, tx, org.Union{Name: "示例工会", State: "setup"})
		})
		appoint := func(login, role string) {
			t.Helper()
			do(func(ctx context.Context, tx *db.Tx) error {
				if users[login] == "" {
					u, err := org.AddUser(ctx, tx, org.User{Login: login, Name: login})
					if err != nil {
						return err
					}
					users[login] = u.ID
				}
				return org.Appoint(ctx, tx, users[login], role, "u1")
			})
		}
		lacks := func() []string {
			t.Helper()
			var out []string
			do(func(ctx context.Context, tx *db.Tx) error {
				all, err := org.Lacks(ctx, tx)
				for _, l := range all {
					out = append(out, l.Role)
				}
				return err
			})
			return out
		}
		h := &act.Host{DB: d, Allow: auth.Allow, Record: audit.Record}
		live := func(who string) error {
			a := db.Actor{Union: "u1", User: "ann", Posts: []db.Post{{Role: who, Unit: "u1", Path: "/u1/"}}}
			_, err := org.GoLive.Run(t.Context(), h, act.Call{Actor: a}, act.None{})
			return err
		}
		all := []string{org.RoleOfficer, org.RoleChair, org.RoleCommittee, org.RoleAccountant, org.RoleCashier}
		if got := lacks(); !slices.Equal(got, all) {
			t.Errorf("an empty union lacks %v", got)
		}
		if err := live(org.RoleAdmin); fault.Of(err) == nil || fault.Of(err).Key != "org.live_lacks" {
			t.Errorf("an empty union goes live: %v", err)
		}
		for _, role := range all {
			appoint("one", role)
		}
		if got := lacks(); !slices.Equal(got, []string{org.RoleChair, org.RoleCommittee, org.RoleManager, org.RoleCashier}) {
			t.Errorf("one person for everything lacks %v", got)
		}
		appoint("three", org.RoleManager)
		appoint("two", org.RoleChair)
		appoint("two", org.RoleCommittee)
		appoint("two", org.RoleCashier)
		if got := lacks(); len(got) != 0 {
			t.Errorf("three persons lack %v", got)
		}
		if err := live(org.RoleOfficer); fault.Of(err) == nil || fault.Of(err).Kind != fault.Denied {
			t.Errorf("an officer takes the union live: %v", err)
		}
		if err := live(org.RoleAdmin); err != nil {
			t.Fatal(err)
		}
		if err := live(org.RoleAdmin); fault.Of(err) == nil || fault.Of(err).Key != "org.live_already" {
			t.Errorf("a live union goes live again: %v", err)
		}
	})
}
