package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/api"
	"bangfu/internal/face/web"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// errDry undoes an act that would have been done, so that the walk changes nothing and every cell meets the same house.
var errDry = errors.New("the walk keeps nothing")

// walker walks as one user through a house whose acts are all undone, and knows what the last request did.
type walker struct {
	t      *testing.T
	m      *matrix
	name   string
	actor  db.Actor
	cookie *http.Cookie
	token  string
	user   string
	web    http.Handler
	api    http.Handler

	done    bool // the last request's act would have been done
	refused bool // its refusal was put on record
	cells   map[string]int
}

func (m *matrix) walker(t *testing.T, name string) *walker {
	w := &walker{t: t, m: m, name: name, user: m.users[name], cells: map[string]int{}}
	w.actor = db.Actor{Union: m.own.union, User: "public"}
	if w.user != "" {
		w.actor, w.cookie = m.enter(t, w.user)
		w.token = m.token(t, w.actor)
	}
	host := *m.h.Host
	host.Record = func(ctx context.Context, tx *db.Tx, e act.Entry) error {
		if w.done = w.done || e.Outcome == "done"; e.Outcome == "refused" {
			w.refused = true
		}
		if e.Act == intake.LookTexts.Name && e.Outcome == "done" { // it changes nothing, and the page that follows must be seen
			return m.h.Host.Record(ctx, tx, e)
		}
		return errors.Join(errDry, m.h.Host.Record(ctx, tx, e))
	}
	pages := *m.h.Site
	pages.Host = &host
	w.web = web.Handler(&pages, m.h.Hooks())
	w.api = api.Handler(&host, m.h.Log, Acts(), api.Reads())
	return w
}

func (w *walker) send(to http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w.done, w.refused = false, false
	got := httptest.NewRecorder()
	to.ServeHTTP(got, r.WithContext(w.t.Context()))
	return got
}

// beyond reports that what the kinds name lies beyond the actor's right.
func (w *walker) beyond(right, where string, x thing, kinds []string) bool {
	span := auth.Scope(w.actor, right)
	named := slices.ContainsFunc(kinds, func(k string) bool {
		return !slices.Contains([]string{"one", "none", "kind", "union", "standard", "pocket", "seq", "message", ""}, k)
	})
	if where == "far" {
		return named
	}
	path := x.path
	switch {
	case span.All:
		return false
	case slices.ContainsFunc(kinds, func(k string) bool { return slices.Contains(ownKinds(), k) }):
	case slices.ContainsFunc(kinds, func(k string) bool { return k == "notice" || k == "objection" }):
		path = "/" + x.union + "/" // the walk's notices are the whole union's
	default:
		return false
	}
	under := slices.ContainsFunc(span.Paths, func(p string) bool { return strings.HasPrefix(path, p) })
	return !under && !(span.Own && x.person == w.actor.Person)
}

// tells finds what an answer says that the reader may not know: the numbers of anybody in clear, the name and story of those
// beyond the right.
func (w *walker) tells(text, right, here string) string {
	for where, x := range w.m.things {
		for _, n := range x.numbers {
			if strings.Contains(text, n) && here != "audit.look" {
				return "a number in clear"
			}
		}
		if x.person != w.actor.Person && w.beyond(right, where, x, []string{"person"}) {
			for _, s := range x.secrets {
				if strings.Contains(text, s) {
					return "of the case " + where
				}
			}
		}
	}
	return ""
}

var title = regexp.MustCompile(`(?s)<title>.*?</title>`)

// page asks for one route with the ids of one thing and holds the answer to what the table of rights says.
func (w *walker) page(r site.Route, where string, x thing) {
	method, path, _ := strings.Cut(r.Pattern, " ")
	at, kinds := fill(w.t, path, x)
	var posted url.Values
	if method == http.MethodPost {
		posted = w.m.everything(w.t, path, x)
		if posted.Get("id") != "" && !parts.MatchString(path) && !regexp.MustCompile(`/(new|export|check|people)$`).MatchString(path) {
			kinds = append(kinds, routeKind(path))
		}
	}
	q := httptest.NewRequest(method, at, strings.NewReader(posted.Encode()))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if w.cookie != nil {
		q.AddCookie(w.cookie)
	}
	got := w.send(w.web, q)
	text, to := got.Body.String(), got.Header().Get("Location")
	said := fmt.Sprintf("%s: %s at the %s case (%s): %d %s", w.name, r.Pattern, where, r.Right, got.Code, title.FindString(text))
	w.cells[fmt.Sprint(got.Code)]++
	may := !auth.Scope(w.actor, r.Right).None()
	switch {
	case got.Code >= http.StatusInternalServerError && !w.done:
		w.t.Errorf("%s", said)
	case !may && w.cookie == nil && (got.Code != http.StatusSeeOther || !strings.HasPrefix(to, page.SignInPath)):
		w.t.Errorf("%s: not sent to sign in", said)
	case !may && w.cookie != nil && got.Code != http.StatusForbidden:
		w.t.Errorf("%s: without the right", said)
	case may && w.beyond(r.Right, where, x, kinds) && (w.done || got.Code < http.StatusBadRequest):
		w.t.Errorf("%s: beyond the right, done %v", said, w.done)
	case may && !w.beyond(r.Right, where, x, kinds) && got.Code == http.StatusForbidden && !w.m.mayRefuse(r.Pattern, w.name):
		w.t.Errorf("%s: refused within the right", said)
	}
	if n := strings.Count(text, "<!doctype html>"); n > 1 {
		w.t.Errorf("%s: %d documents in one", said, n)
	}
	if s := w.tells(text, r.Right, r.Pattern); s != "" && !w.m.mayTell(r.Pattern) {
		w.t.Errorf("%s: tells %s", said, s)
	}
}

// everything is a form with every field that any act knows, so that a post gets as far as it can.
func (m *matrix) everything(t *testing.T, path string, x thing) url.Values {
	out := url.Values{"_key": {db.Token()}}
	for _, a := range Acts() {
		name, _, _ := a.About()
		in, _ := a.Types()
		fields, _ := body(t, name, in, x)
		for k, v := range fields {
			if s := fmt.Sprint(v); out[k] == nil && k != "id" {
				out[k] = []string{strings.Trim(s, "[]")}
			}
		}
	}
	if kind := routeKind(path); kind != "" {
		out.Set("id", x.ids[kind])
	}
	return out
}

// operation asks for one operation of the API and holds the answer to what the table of rights says.
func (w *walker) operation(a act.Any, where string, x thing) {
	name, _, right := a.About()
	in, _ := a.Types()
	fields, kinds := body(w.t, name, in, x)
	text, err := json.Marshal(fields)
	must(w.t, err)
	q := httptest.NewRequest(http.MethodPost, api.Root+strings.ReplaceAll(name, ".", "/"), bytes.NewReader(text))
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Idempotency-Key", db.Token())
	if w.token != "" {
		q.Header.Set("Authorization", "Bearer "+w.token)
	}
	got := w.send(w.api, q)
	said := fmt.Sprintf("%s: %s on the %s case (%s): %d %s", w.name, name, where, right, got.Code, got.Body.String())
	w.cells[fmt.Sprint("api ", got.Code)]++
	may := !auth.Scope(w.actor, right).None()
	if fault := w.verdict(name, may, may && w.beyond(right, where, x, kinds), got); fault != "" {
		w.t.Errorf("%s: %s", said, fault)
	}
	if s := w.tells(got.Body.String(), right, name); s != "" {
		w.t.Errorf("%s: tells %s", said, s)
	}
}

// verdict says what is wrong with the answer to an operation; "" is nothing.
func (w *walker) verdict(name string, may, beyond bool, got *httptest.ResponseRecorder) string {
	code, said := got.Code, got.Body.String()
	refused := code == http.StatusForbidden || code == http.StatusNotFound || name == "api.token_end" && code == http.StatusConflict
	switch {
	case w.token == "":
		if code != http.StatusUnauthorized {
			return "without a token"
		}
	case !may && (code != http.StatusForbidden || !w.refused):
		return fmt.Sprintf("without the right, on record %v", w.refused)
	case beyond && (w.done || !refused && !unknown(said)):
		return fmt.Sprintf("beyond the right, done %v", w.done)
	case beyond && code == http.StatusForbidden && !w.refused:
		return "the refusal is not on record"
	case may && !beyond && code == http.StatusForbidden && !byPerson(said) && !w.m.mayRefuse(name, w.name):
		return "refused within the right"
	case may && !beyond && code >= http.StatusInternalServerError && !w.done:
		return "fell over"
	}
	return ""
}

// byPerson reports the refusal of a program where a person has to show a code (approvals, payments, keys).
func byPerson(said string) bool { return strings.Contains(said, `"auth.by_person"`) }

// unknown reports a refusal of shape that says: there is no such person, unit, pocket or role here. It is how a field that
// is picked from a list answers for what is not on it.
func unknown(said string) bool {
	return slices.ContainsFunc([]string{"fault.missing", "person.subject", "person.unit", "org.away_who", "task.same_user", "fund.pocket_code"}, func(key string) bool {
		return strings.Contains(said, `"`+key+`"`)
	})
}

// read asks for one reading of the API.
func (w *walker) read(a act.AnyRead) {
	name, _, right := a.About()
	q := httptest.NewRequest(http.MethodGet, api.Root+strings.ReplaceAll(name, ".", "/")+map[string]string{"calendar.days": "?year=2026"}[name], nil)
	if w.token != "" {
		q.Header.Set("Authorization", "Bearer "+w.token)
	}
	got := w.send(w.api, q)
	want := http.StatusOK
	if w.token == "" {
		want = http.StatusUnauthorized
	} else if auth.Scope(w.actor, right).None() {
		want = http.StatusForbidden
	}
	w.cells[fmt.Sprint("api ", got.Code)]++
	if got.Code != want {
		w.t.Errorf("reading %s (%s): %d, want %d", name, right, got.Code, want)
	}
	if s := w.tells(got.Body.String(), right, name); s != "" {
		w.t.Errorf("reading %s (%s): tells %s", name, right, s)
	}
}

// mayRefuse lists the refusals that lie in the act and not in the table of rights, each with its reason.
func (m *matrix) mayRefuse(what, who string) bool {
	return strings.Contains(what, "token}") || // a link nobody was given
		(strings.Contains(what, " /me/apply/") || strings.HasSuffix(what, "/supply") || strings.HasSuffix(what, "/withdraw")) && who != "worker" || // what is handed in shows there to who wrote it
		slices.Contains([]string{
			"GET /me/applications/{id}/paper/{proof}",          // the walk's papers are shown on site: there is no file
			"POST /desk/people/{id}/check",                     // names a fact, which the walk's form does not
			"intake.free", "POST /desk/applications/{id}/free", // only the officer who holds the case, or a chair
			"intake.withdraw", "POST /me/applications/{id}/withdraw", // only the worker, once it is handed in
			"POST /desk/meetings/new", "POST /desk/applications/new", // name cases and people whom the walk chose, wherever they are
			"POST /desk/applications/{id}/more", // a paid case is in nobody's hands any more
		}, what)
}

// mayTell lists the pages that show a number in clear or a name beyond the right, each with its reason.
func (m *matrix) mayTell(what string) bool { return false }

// Every route and every operation of the API, by everyone who holds a role, the worker whose case it is, a colleague and
// nobody, at the case of the own branch, of another branch and of another union. What must come out is computed from the
// table of rights and where the thing belongs. Nothing is kept of what is done, so each cell meets the same house.
func TestMatrix(t *testing.T) {
	m := newMatrix(t)
	who := append(roles(t), "worker", "colleague", "nobody")
	if len(who) < 15 {
		t.Errorf("only %d walk", len(who))
	}
	for _, name := range who {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := m.walker(t, name)
			n := 0
			for where, x := range m.things {
				for _, r := range web.Routes(m.h.Hooks()) {
					if r.Pattern != "POST "+page.SignOutPath { // it would end the walk
						w.page(r, where, x)
						n++
					}
				}
				for _, a := range api.Offered(Acts()) {
					w.operation(a, where, x)
					n++
				}
			}
			for _, a := range api.Reads() {
				w.read(a)
				n++
			}
			t.Logf("%d cells: %v", n, w.cells)
		})
	}
}

// A right that is withdrawn is gone at the next request, in a session and in a token that were opened with it.
func TestWithdrawnRight(t *testing.T) {
	m := newMatrix(t)
	w := m.walker(t, org.RoleOfficer)
	ask := func() (int, int) {
		q := httptest.NewRequest(http.MethodGet, "/desk/people/"+m.own.ids["person"], nil)
		q.AddCookie(w.cookie)
		p := httptest.NewRequest(http.MethodGet, api.Root+"person/list", nil)
		p.Header.Set("Authorization", "Bearer "+w.token)
		return w.send(m.h.Web, q).Code, w.send(m.h.Web, p).Code
	}
	if a, b := ask(); a != http.StatusOK || b != http.StatusOK {
		t.Fatalf("with the right: %d %d", a, b)
	}
	must(t, m.h.DB.Update(t.Context(), db.System(m.own.union), func(ctx context.Context, tx *db.Tx) error {
		id, err := db.Value[string](ctx, tx, `select id from org_post where union_id = $1 and user_id = $2`, tx.Union, w.user)
		if err != nil {
			return err
		}
		return org.Retire(ctx, tx, id)
	}))
	if a, b := ask(); a != http.StatusForbidden || b != http.StatusForbidden {
		t.Errorf("without the right: %d %d", a, b)
	}
}
