package desk

import (
	"net/http"
	"net/url"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/act"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

// The ticked cases go to one officer, all or none; nobody gets an own or a relative's case, or one of an own first review.
func TestAssign(t *testing.T) {
	h := open(t)
	other := h.person("O2", "孙立秋", org.RoleOfficer, "u1")
	id := h.submitted()
	lacks(t, h.get(h.leader, apps), "分派给")
	h.refused(h.officer, "POST", apps+"/assign", url.Values{"ids": {id}, "officer": {other.User}}, "intake.assign_state")
	must(h, h.leader, intake.FirstReview, intake.FirstIn{ID: id, Opinion: intake.OpinionTrue})

	contains(t, h.get(h.officer, apps), "分派给", "孙立秋", `name="ids"`)
	for who, want := range map[string]string{h.leader.User: "intake.assign_own", h.worker.User: "intake.assign_own", h.member.User: "intake.assign_officer"} {
		h.refused(h.officer, "POST", apps+"/assign", url.Values{"ids": {id}, "officer": {who}}, want)
	}
	back := apps + "?state=verifying&col=officer"
	done := h.post(h.officer, apps+"/assign", url.Values{"ids": {id}, "officer": {other.User}, "back": {back}}, http.StatusSeeOther)
	if to := done.Header().Get("Location"); to != back {
		t.Errorf("it comes back to %s", to)
	}
	contains(t, h.get(other, apps+"?mine=1&col=officer"), "BF-2026-000001", "经办人", ">孙立秋<")
	h.refused(h.officer, "POST", apps+"/assign", url.Values{"ids": {id}, "officer": {h.officer.User}}, "intake.taken")
}

// Columns live in the address; a list kept under a name keeps them, but never whom one searched for.
func TestViews(t *testing.T) {
	h := open(t)
	h.submitted()
	plain := h.get(h.officer, apps)
	contains(t, plain, `<th scope="col">部门</th>`)
	lacks(t, plain, `<th scope="col">工号</th>`)
	chosen := h.get(h.officer, apps+"?col=no&col=state")
	contains(t, chosen, `<th scope="col">工号</th>`, ">W1<", `<th scope="col">姓名</th>`)
	lacks(t, chosen, `<th scope="col">部门</th>`)

	v := must(h, h.officer, site.SaveView, site.ViewIn{List: apps, Name: "我的初审", Ask: "col=no&q=%E7%8E%8B%E5%B0%8F%E6%B2%B3&state=submitted"})
	if want := apps + "?col=no&state=submitted"; v.Href() != want {
		t.Errorf("kept as %s, want %s", v.Href(), want)
	}
	must(h, h.officer, site.SaveView, site.ViewIn{List: apps, Name: "我的初审", Ask: "late=1"})
	contains(t, h.get(h.officer, apps), "我的初审", apps+"?late=1")
	lacks(t, h.get(h.leader, apps), "我的初审")
	for _, in := range []site.ViewIn{{List: "https://example.org/", Name: "x"}, {List: "/me", Name: "x"}, {List: apps + "?late=1", Name: "x"}} {
		if _, err := site.SaveView.Run(t.Context(), h.site.Host, act.Call{Actor: h.officer}, in); fault.Of(err).Kind != fault.Invalid {
			t.Errorf("a view of %s = %v", in.List, err)
		}
	}
	if _, err := site.DropView.Run(t.Context(), h.site.Host, act.Call{Actor: h.leader}, site.ViewRef{ID: v.ID}); fault.Of(err) == nil {
		t.Errorf("another's view is dropped: %v", err)
	}
}
