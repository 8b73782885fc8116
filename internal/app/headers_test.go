package app

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"bangfu/internal/face/web"
)

var (
	reName   = regexp.MustCompile(`<(?:input|select|textarea)[^>]* name="([^"]+)"`)
	reInline = regexp.MustCompile(`(?i)<script(?:>| [^>]*>)[^<]|\son[a-z]+\s*=\s*"|\sstyle\s*=\s*"|javascript:`)
)

// wanted are the headers every answer of the pages carries, and those of the API.
func wanted(path string) map[string]string {
	all := map[string]string{"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "frame-ancestors 'none'"}
	if strings.HasPrefix(path, "/api/") && path != "/api/docs" {
		all["Referrer-Policy"] = "no-referrer"
		return all
	}
	for name, value := range map[string]string{"Content-Security-Policy": "default-src 'none'", "Referrer-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Permissions-Policy": "geolocation=()"} {
		all[name] = value
	}
	return all
}

// Every route, asked by nobody, by a worker and by those in office, answers with every header; what is private is not
// kept by caches; no page has a script, a style or a handler inside it.
func TestHeadersOnEveryRoute(t *testing.T) {
	x := newWalk(t)
	for _, who := range []string{"", "赵玉兰", "王敏", "admin", "jiangqing"} {
		cookie, _ := x.signIn(who)
		for _, r := range web.Routes(x.h.Hooks()) {
			path, ok := strings.CutPrefix(r.Pattern, "GET ")
			if !ok {
				continue
			}
			path = parts.ReplaceAllLiteralString(strings.TrimSuffix(path, "{$}"), x.ids[0])
			w := x.get(path, cookie)
			x.headers(path, w)
			kind := w.Header().Get("Content-Type")
			if strings.HasPrefix(kind, "text/html") && w.Code != http.StatusSeeOther {
				if m := reInline.FindString(w.Body.String()); m != "" {
					t.Errorf("%s has %q inside", path, m)
				}
			}
			if cc := w.Header().Get("Cache-Control"); cookie != nil && w.Code == http.StatusOK && w.Body.Len() > 0 && !strings.Contains(cc, "no-store") {
				t.Errorf("%s may be kept by caches: %q", path, cc)
			}
		}
	}
	for _, path := range []string{"/api/v1/task/mine", "/api/v1/nothing", "/api/openapi.json", "/nothing", "/assets/nothing"} {
		x.headers(path, x.get(path, nil))
	}
}

func (x *walk) headers(path string, w *httptest.ResponseRecorder) {
	x.t.Helper()
	for name, value := range wanted(path) {
		if got := strings.Join(w.Header().Values(name), "; "); !strings.Contains(got, value) {
			x.t.Errorf("%s (%d): %s is %q", path, w.Code, name, got)
		}
	}
	for _, name := range []string{"Server", "X-Powered-By", "Access-Control-Allow-Origin"} {
		if got := w.Header().Get(name); got != "" {
			x.t.Errorf("%s: %s is %q", path, name, got)
		}
	}
}

// A post that another site makes a browser send does nothing, whichever way the browser says so; nor does a method that
// no page uses.
func TestPostsFromElsewhereAreRefused(t *testing.T) {
	x := newWalk(t)
	cookie, _ := x.signIn("王敏")
	for _, r := range web.Routes(x.h.Hooks()) {
		path, ok := strings.CutPrefix(r.Pattern, "POST ")
		if !ok {
			continue
		}
		path = parts.ReplaceAllLiteralString(path, x.ids[0])
		for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
			req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader("_key=12345678"))
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.Header.Set(name, value)
			req.AddCookie(cookie)
			w := httptest.NewRecorder()
			x.h.Web.ServeHTTP(w, req)
			if w.Code != http.StatusForbidden {
				t.Errorf("POST %s with %s: %s gives %d", path, name, value, w.Code)
			}
		}
	}
	for _, method := range []string{"TRACE", "TRACK", "CONNECT", "PUT", "DELETE", "PATCH", "PROPFIND"} {
		req := httptest.NewRequestWithContext(t.Context(), method, "/signin", nil)
		w := httptest.NewRecorder()
		x.h.Web.ServeHTTP(w, req)
		if w.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s gives %d", method, w.Code)
		}
	}
}

// With TLS every cookie is bound to this host, out of reach of scripts, and sent by nobody else's forms.
func TestCookies(t *testing.T) {
	h, _ := gated(t)
	h.Site.Secure = true
	w := newBrowser(t, h, "192.0.2.1").signIn("G00001", words8)
	cookies := w.Result().Cookies()
	if len(cookies) < 2 {
		t.Fatalf("cookies: %v", cookies)
	}
	for _, c := range cookies {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.HttpOnly || !c.Secure || c.Path != "/" || c.Domain != "" ||
			c.SameSite != http.SameSiteLaxMode || len(c.Name)+len(c.Value) > 4096 {
			t.Errorf("cookie %+v", c)
		}
	}
}

// Full of requests, the house says so within the moment and takes new ones as soon as there is room.
func TestFullHouse(t *testing.T) {
	inside, free := make(chan bool), make(chan bool)
	h := Limits{AtOnce: 1}.gate(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside <- true; <-free }))
	done := make(chan bool)
	go func() {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
		done <- true
	}()
	<-inside
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "请过几秒再试") {
		t.Errorf("a full house says %d %q", w.Code, w.Body)
	}
	free <- true
	<-done
}
