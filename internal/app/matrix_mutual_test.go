package app

import (
	"context"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/deduction"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/programme/mutual"
)

// shares makes a worker a member of the mutual fund of the union, which has a list that waits for payroll.
func (m *matrix) shares(t *testing.T, w *world.World, p person.Worker, ids map[string]string) {
	t.Helper()
	ctx := t.Context()
	var there bool
	var lists []deduction.List
	must(t, m.h.DB.View(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) (err error) {
		if _, there, err = mutual.SchemeOf(ctx, tx); err == nil {
			lists, err = deduction.Lists(ctx, tx, deduction.Mutual, 1)
		}
		return err
	}))
	if !there {
		_, err := world.Do(ctx, w, "hanshou", mutual.Set, mutual.SchemeIn{Name: "示例互助金", Least: money.Yuan(10), Most: money.Yuan(50), Rules: "自愿加入"})
		must(t, err)
	}
	member, err := world.Do(ctx, w, "wangmin", mutual.Join, mutual.JoinIn{StaffNo: p.StaffNo, Monthly: money.Yuan(20), Agree: true})
	must(t, err)
	if len(lists) == 0 {
		l, err := world.Do(ctx, w, "jiangqing", mutual.Collect, mutual.CollectIn{Month: string(m.h.DB.Today())[:7]})
		must(t, err)
		lists = append(lists, l)
	}
	ids["membership"], ids["deduction"] = member.ID, lists[0].ID
}
