package setup

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task/tasktest"
)

type start struct {
	*tasktest.House
	site *site.Site
}

func open(t *testing.T) *start {
	t.Helper()
	h := &start{House: tasktest.New(t, dbtest.Open(t))}
	h.site = &site.Site{Log: slog.New(slog.DiscardHandler), Host: h.Host}
	h.Do("system", func(ctx context.Context, tx *db.Tx) error { return org.SetState(ctx, tx, "setup") })
	return h
}

func (h *start) ask(who, pattern string) (int, string, error) {
	h.T.Helper()
	for _, r := range Routes(nil) {
		if r.Pattern != pattern {
			continue
		}
		method, path, _ := strings.Cut(pattern, " ")
		w, req := httptest.NewRecorder(), httptest.NewRequest(method, path, nil)
		q := &site.Req{W: w, R: req, Site: h.site, Who: h.Actor(who), Route: r}
		if auth.Scope(q.Who, r.Right).None() {
			return 0, "", fault.New(fault.Denied, "fault.denied")
		}
		h.Do("system", func(ctx context.Context, tx *db.Tx) (err error) {
			q.Union, err = org.Info(ctx, tx)
			return err
		})
		err := r.Do(q)
		return w.Code, w.Body.String(), err
	}
	h.T.Fatalf("no route %s", pattern)
	return 0, "", nil
}

func (h *start) list(who string, has, not []string) {
	h.T.Helper()
	code, body, err := h.ask(who, "GET /desk/setup")
	if err != nil || code != http.StatusOK {
		h.T.Fatalf("the list as %s = %d, %v", who, code, err)
	}
	for _, s := range has {
		if !strings.Contains(body, s) {
			h.T.Errorf("the list of %s says nothing of %q", who, s)
		}
	}
	for _, s := range not {
		if strings.Contains(body, s) {
			h.T.Errorf("the list of %s says %q", who, s)
		}
	}
}

const live = `action="/desk/setup/live"`

func TestListLeadsToTheFirstCase(t *testing.T) {
	h := open(t)
	h.list("admin", []string{"还没有不兼帮扶干事的工会委员", "还没有不兼会计的出纳", "开始使用前必须完成", "没有名册", "还没有登记：低保标准", "还没有设立资金", "现在还不能开始使用"}, []string{live})
	if _, _, err := h.ask("admin", "POST /desk/setup/live"); fault.Of(err) == nil || fault.Of(err).Key != "org.live_lacks" {
		t.Errorf("it goes live with posts unfilled: %v", err)
	}
	h.Add("member", org.RoleCommittee, tasktest.Union)
	h.Add("cashier", org.RoleCashier, tasktest.Union)
	h.Add("manager", org.RoleManager, tasktest.Union)
	h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
		for _, kind := range []string{standard.DibaoLine, standard.MinimumWage} {
			if _, err := standard.AddLine(ctx, tx, standard.LineIn{Kind: kind, FromDay: "2026-01-01", Amount: money.Yuan(1100), Source: "示例文号"}); err != nil {
				return err
			}
		}
		_, err := person.Add(ctx, tx, person.Draft{StaffNo: "T1", Name: "示例甲", UnitID: h.Units["group"]})
		return err
	})
	h.list("admin", []string{"名册里有职工了", "可以开始使用了", live, "每个小组都有小组长"}, []string{"还没有登记：", "现在还不能开始使用"})
	h.list("officer", []string{`href="/desk/import"`, `href="/desk/standards/line"`}, []string{live})
	if code, _, err := h.ask("admin", "POST /desk/setup/live"); err != nil || code != http.StatusSeeOther {
		t.Fatalf("going live = %d, %v", code, err)
	}
	h.list("admin", []string{"本单位已经开始使用"}, []string{live})
}

func TestStrangersSeeNoList(t *testing.T) {
	h := open(t)
	for _, who := range []string{"worker", "leader", "company"} {
		if _, _, err := h.ask(who, "GET /desk/setup"); fault.Of(err) == nil || fault.Of(err).Kind != fault.Denied {
			t.Errorf("%s sees the list: %v", who, err)
		}
	}
	for _, who := range []string{"officer", "chair", "worker"} {
		if _, _, err := h.ask(who, "POST /desk/setup/live"); fault.Of(err) == nil || fault.Of(err).Kind != fault.Denied {
			t.Errorf("%s takes the union live: %v", who, err)
		}
	}
}
