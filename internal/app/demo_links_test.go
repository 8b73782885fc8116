package app

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"bangfu/internal/face/cli"
)

// linked bounds the pages looked at for each role, and likeness how many of one kind (the same address but for its ids).
const (
	linked   = 90
	likeness = 2
)

var (
	hrefs   = regexp.MustCompile(`<a[^>]* href="([^"]+)"`)
	hiddens = regexp.MustCompile(`name="([^"]+)" value="([^"]*)"`)
	ids     = regexp.MustCompile(`[0-9a-z]{26}`)
)

// walkLinks goes where every role of the demonstration can go by pressing links, and wants no link to lead to a page that may not be
// opened or is not there; and that whoever works by turns has one.
func walkLinks(t *testing.T, h *House, doors []cli.Door) {
	srv := httptest.NewServer(h.faces(http.NotFoundHandler(), Limits{}))
	defer srv.Close()
	for _, d := range doors {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		w := &visitor{t: t, c: &http.Client{Jar: jar}, base: srv.URL, role: d.Role + " " + d.Name}
		w.signIn(d.Path)
		home := "/desk"
		if d.Role == "worker" {
			home = "/me"
		}
		w.walk(home)
		switch d.Role {
		case "worker", "auditor", "leader": // they look; nothing waits for them
		default:
			if _, body := w.get("/desk/todo"); strings.Contains(body, "没有待办，辛苦了。") {
				t.Errorf("%s has nothing to do in the demonstration", w.role)
			}
		}
	}
}

type visitor struct {
	t          *testing.T
	c          *http.Client
	base, role string
}

func (w *visitor) get(path string) (int, string) {
	w.t.Helper()
	r, err := w.c.Get(w.base + path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return r.StatusCode, string(body)
}

func (w *visitor) signIn(path string) {
	w.t.Helper()
	_, body := w.get(path)
	form := url.Values{}
	for _, m := range hiddens.FindAllStringSubmatch(body, -1) {
		form.Set(m[1], m[2])
	}
	r, err := w.c.PostForm(w.base+path, form)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Body.Close()
}

func (w *visitor) walk(home string) {
	w.t.Helper()
	from, kinds, queue := map[string]string{home: ""}, map[string]int{}, []string{home, "/"}
	n := 0
	for len(queue) > 0 && n < linked {
		path := queue[0]
		queue = queue[1:]
		kind := ids.ReplaceAllString(strings.SplitN(path, "?", 2)[0], "ID")
		if kinds[kind]++; kinds[kind] > likeness {
			continue
		}
		n++
		code, body := w.get(path)
		if code >= 400 {
			w.t.Errorf("%s: %s links to %s, which answers %d", w.role, from[path], path, code)
		}
		for _, m := range hrefs.FindAllStringSubmatch(body, -1) {
			to, _, _ := strings.Cut(html.UnescapeString(m[1]), "#")
			if _, seen := from[to]; !seen && strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") {
				from[to] = path
				queue = append(queue, to)
			}
		}
	}
	if n < 12 {
		w.t.Errorf("%s came to %d pages only", w.role, n)
	}
}
