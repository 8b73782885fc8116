package db_test

import (
	"slices"
	"strings"
	"testing"

	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
)

// Both engines give the same statements: the extension, the reference tables, then every other table after those it leads
// to. A server without Citus refuses them and nothing is changed.
func TestDistribution(t *testing.T) {
	var both [][]string
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		all, err := d.Distribution(t.Context())
		if err != nil || len(all) < 70 {
			t.Fatal(len(all), err)
		}
		both = append(both, all)
		at := func(what string) int {
			return slices.IndexFunc(all, func(q string) bool { return strings.HasPrefix(q, what) })
		}
		if at("create extension") != 0 || at("select create_reference_table('org_union')") != 1 && at("select create_reference_table('org_union')") != 2 {
			t.Errorf("it begins with %q", all[:3])
		}
		for _, pair := range [][2]string{{"org_unit", "org_post"}, {"person_household", "person_worker"}, {"notice_notice", "notice_line"}, {"notice_line", "notice_objection"}} {
			on, from := at("select create_distributed_table('"+pair[0]+"', 'union_id')"), at("select create_distributed_table('"+pair[1]+"', 'union_id')")
			if on < 0 || from < on {
				t.Errorf("%s comes at %d, %s at %d", pair[0], on, pair[1], from)
			}
		}
		if err := d.Distribute(t.Context()); err == nil {
			t.Error("a server without Citus took them")
		}
		if pending, err := d.Pending(t.Context()); err != nil || pending {
			t.Errorf("after a refusal: %v %v", pending, err)
		}
	})
	if len(both) != 2 || !slices.Equal(both[0], both[1]) {
		t.Error("the engines do not agree")
	}
}
