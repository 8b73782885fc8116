package trail

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task/tasktest"
)

// read asks a page as an auditor, in a language.
func read(t *testing.T, h *tasktest.House, path, lang string) string {
	t.Helper()
	s := &site.Site{Log: slog.New(slog.DiscardHandler), Host: h.Host}
	who := db.Actor{Union: tasktest.Union, User: "ann", Posts: []db.Post{{Role: org.RoleAuditor, Unit: tasktest.Union, Path: "/u1/"}}}
	pattern, _, _ := strings.Cut(path, "?")
	for _, r := range Routes(org.Acts()) {
		if r.Pattern != "GET "+pattern {
			continue
		}
		w, req := httptest.NewRecorder(), httptest.NewRequest("GET", path, nil)
		q := &site.Req{W: w, R: req, Site: s, Who: who, Route: r}
		q.SetLook("lang", lang)
		if err := r.Do(q); err != nil || w.Code != http.StatusOK {
			t.Fatalf("GET %s = %d, %v", path, w.Code, err)
		}
		return w.Body.String()
	}
	t.Fatalf("no route %s", path)
	return ""
}

// The auditor reads who did what, refusals too, by conditions; the chain is sound until a line is changed.
func TestLog(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		set := func(who, value string) error {
			_, err := org.Change.Run(t.Context(), h.Host, act.Call{Actor: h.Actor(who)}, org.SettingIn{Name: "notice.days", Value: value})
			return err
		}
		if err := set("admin", "7"); err != nil {
			t.Fatal(err)
		}
		if set("officer", "2") == nil {
			t.Fatal("an officer changes the settings")
		}
		if err := audit.LinkAll(t.Context(), d, tasktest.Union); err != nil {
			t.Fatal(err)
		}
		wants := func(path string, want, not []string) {
			t.Helper()
			body := read(t, h, path, "zh")
			body = body[strings.Index(body, "<main"):]
			for _, s := range want {
				if !strings.Contains(body, s) {
					t.Errorf("%s does not say %q", path, s)
				}
			}
			for _, s := range not {
				if strings.Contains(body, s) {
					t.Errorf("%s says %q", path, s)
				}
			}
		}
		wants(home, []string{"<td data-l=\"谁\">admin", "<td data-l=\"谁\">officer", "fault.denied", "修改设置"}, nil)
		wants(home+"?outcome=refused", []string{"fault.denied"}, []string{"<td data-l=\"谁\">admin"})
		wants(home+"?"+url.Values{"who": {h.Users["admin"]}}.Encode(), []string{"<td data-l=\"谁\">admin"}, []string{"fault.denied"})
		wants(home+"?looks=1", []string{"没有符合条件的记录"}, nil)
		wants(home+"?since=2100-01-01", []string{"没有符合条件的记录"}, nil)
		wants(home+"/check", []string{"全部对得上"}, []string{"对不上。请"})
		h.Do("system", func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `update audit_entry set reason = 'changed' where union_id = $1 and act = 'org.setting'`, tx.Union)
			return err
		})
		wants(home+"/check", []string{"发现", "这一条的内容被改过"}, []string{"全部对得上"})
	})
}
