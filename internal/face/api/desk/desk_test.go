package desk

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/face/api"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// reader is somebody at the pages.
type reader struct {
	t    *testing.T
	site *site.Site
	who  db.Actor
}

func newReader(t *testing.T) *reader {
	r := &reader{t: t, site: &site.Site{Log: slog.New(slog.DiscardHandler), Host: &act.Host{DB: dbtest.Open(t), Allow: auth.Allow, Record: audit.Record}}}
	err := r.site.Host.DB.Update(context.Background(), db.System("u1"), func(ctx context.Context, tx *db.Tx) error {
		if err := org.Found(ctx, tx, org.Union{Name: "示例工会", State: "live"}); err != nil {
			return err
		}
		u, err := org.AddUser(ctx, tx, org.User{Login: "ann", Name: "示例甲"})
		if err != nil {
			return err
		}
		if err := org.Appoint(ctx, tx, u.ID, org.RoleAdmin, "u1"); err != nil {
			return err
		}
		r.who, err = auth.ActorOf(ctx, tx, u.ID)
		r.who.Via = "web"
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func acts() []act.Any { return append(org.Acts(), api.Acts()...) }

func (r *reader) ask(method, path string, in url.Values) (int, string) {
	r.t.Helper()
	for _, route := range Routes(acts(), api.Reads()) {
		if route.Pattern != method+" "+path {
			continue
		}
		w, req := httptest.NewRecorder(), httptest.NewRequest(method, path, strings.NewReader(in.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q := &site.Req{W: w, R: req, Site: r.site, Who: r.who, Route: route}
		if err := route.Do(q); err != nil {
			r.t.Fatalf("%s %s: %v", method, path, err)
		}
		return w.Code, w.Body.String()
	}
	r.t.Fatalf("no route %s %s", method, path)
	return 0, ""
}

var reSecret = regexp.MustCompile(`bf\.u1\.[0-9a-z]{32}`)

func TestTokens(t *testing.T) {
	r := newReader(t)
	if code, text := r.ask("GET", home, nil); code != http.StatusOK || !strings.Contains(text, "还没有令牌") {
		t.Errorf("no tokens: %d", code)
	}
	_, form := r.ask("GET", home+"/new", nil)
	if !strings.Contains(form, `value="org.manage"`) || strings.Contains(form, `value="fund.see"`) {
		t.Errorf("the form offers other rights than the reader's own")
	}
	if code, text := r.ask("POST", home+"/new", url.Values{"name": {"考勤系统"}, "days": {"30"}}); code != http.StatusUnprocessableEntity || reSecret.MatchString(text) {
		t.Errorf("no scope: %d", code)
	}
	code, text := r.ask("POST", home+"/new", url.Values{"name": {"考勤系统"}, "days": {"30"}, "rights": {"org.see", "org.manage"}})
	secret := reSecret.FindString(text)
	if code != http.StatusOK || secret == "" {
		t.Fatalf("a token: %d %s", code, text)
	}
	a, err := api.Who(context.Background(), r.site.Host.DB, secret)
	if err != nil || a.User != r.who.User || strings.Join(a.Only, " ") != "org.manage org.see" {
		t.Fatalf("who: %+v %v", a, err)
	}
	_, list := r.ask("GET", home, nil)
	id := regexp.MustCompile(`name="id" value="([0-9a-z]+)"`).FindStringSubmatch(list)
	if !strings.Contains(list, "考勤系统") || reSecret.MatchString(list) || id == nil {
		t.Fatalf("the list: %s", list)
	}
	if code, _ := r.ask("POST", home+"/end", url.Values{"id": {id[1]}}); code != http.StatusSeeOther {
		t.Errorf("end: %d", code)
	}
	if _, err := api.Who(context.Background(), r.site.Host.DB, secret); err == nil {
		t.Error("an ended token is good")
	}
}

// TestDocs: the page names every operation and brings no script from elsewhere.
func TestDocs(t *testing.T) {
	r := newReader(t)
	_, text := r.ask("GET", docsPath, nil)
	ops := api.Operations(acts(), api.Reads(), "zh")
	if len(ops) < 10 {
		t.Fatalf("%d operations", len(ops))
	}
	for _, op := range ops {
		if !strings.Contains(text, op.Method+" "+op.Path) || !strings.Contains(text, op.Right) {
			t.Errorf("the page has no %s", op.Name)
		}
	}
	if strings.Contains(text, "//cdn") || strings.Contains(text, `src="http`) || strings.Contains(text, "api/auth") {
		t.Error("the page loads from elsewhere, or shows what is not served")
	}
}
