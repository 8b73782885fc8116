package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/base/day"
	"bangfu/internal/base/ident"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/face/api"
	"bangfu/internal/face/web"
	"bangfu/internal/office/org"
)

// paper is a log that tests read.
type paper struct {
	mu sync.Mutex
	bytes.Buffer
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.Buffer.Write(b)
}

// planted are numbers that stand in the house or were typed into it.
type planted struct {
	t    *testing.T
	all  []string
	next int
}

func (p *planted) another() string {
	p.next++
	return p.all[p.next%len(p.all)]
}

// absent wants none of the numbers in a text.
func (p *planted) absent(where string, text []byte) {
	p.t.Helper()
	for _, n := range p.all {
		if bytes.Contains(text, []byte(n)) {
			p.t.Errorf("%s holds …%s in clear", where, n[len(n)-4:])
		}
	}
}

// Hundreds of identity, card and phone numbers live in the house and are typed into every field of every form and every
// operation, most of them where they are refused; a page panics with one. None stands in clear
// in the log, the figures, an address, a page that says no, a temporary file, the database file or its log.
func TestPlantedNumbersStayHidden(t *testing.T) {
	tmp, data, log := t.TempDir(), t.TempDir(), &paper{}
	t.Setenv("TMPDIR", tmp)
	h, err := Open(t.Context(), Config{Data: data, Clock: &world.Clock{}, Log: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	must(t, err)
	t.Cleanup(func() { must(t, h.Close()) })
	m := matrixIn(t, h)
	p := &planted{t: t}
	for i := range 70 {
		p.all = append(p.all, ident.Invented(day.Day("1970-01-01").Add(i*97), i+300), ident.InventedPhone(70_000_000+i), ident.InventedCard(800_000+i))
	}
	p.house(m)
	if len(p.all) < 200 {
		t.Fatalf("only %d numbers", len(p.all))
	}
	n := 0
	for _, who := range []string{org.RoleOfficer, org.RoleAccountant, "worker", "nobody"} {
		n += p.walk(m.walker(t, who))
	}
	p.panics(m)
	figures := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
	figures.RemoteAddr = "127.0.0.1:9"
	got := httptest.NewRecorder()
	h.Web.ServeHTTP(got, figures)
	if got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "bangfu_acts_total") {
		t.Fatalf("no figures: %d", got.Code)
	}
	p.absent("the figures", got.Body.Bytes())
	if !strings.Contains(log.String(), "panicked") || log.Len() < 10_000 {
		t.Fatalf("the log is not there: %d bytes", log.Len())
	}
	p.absent("the log", log.Bytes())
	files := p.files(data) + p.files(tmp)
	t.Logf("%d numbers, %d requests, %d bytes of log, %d files", len(p.all), n, log.Len(), files)
}

// house takes the numbers of workers of the roster, and of the cases.
func (p *planted) house(m *matrix) {
	p.t.Helper()
	must(p.t, m.h.DB.View(p.t.Context(), db.System(m.own.union), func(ctx context.Context, tx *db.Tx) error {
		for _, x := range m.things {
			p.all = append(p.all, x.numbers...)
		}
		ids, err := db.All[string](ctx, tx, `select id from person_worker where union_id = $1`, tx.Union)
		for _, id := range ids {
			for _, open := range person.Openers() {
				if text, _, err := open(ctx, tx, id); err == nil && len(text) >= 11 && !slices.Contains(p.all, text) {
					p.all = append(p.all, text)
				}
			}
		}
		return err
	}))
}

// walk types a number into every field that names nothing, of every form and every operation, and keeps nothing of it.
func (p *planted) walk(w *walker) (n int) {
	p.t.Helper()
	x := w.m.own
	ids := map[string]bool{}
	for _, id := range x.ids {
		ids[id] = true
	}
	for _, r := range web.Routes(w.m.h.Hooks()) {
		path, ok := strings.CutPrefix(r.Pattern, "POST ")
		if !ok || strings.HasPrefix(path, "/signout") {
			continue
		}
		at, _ := fill(p.t, path, x)
		typed := url.Values{}
		for k, v := range w.m.everything(p.t, path, x) {
			if typed[k] = v; len(v) == 1 && !ids[v[0]] && k != "_key" && !slices.Contains([]string{"id", "code", "kind", "field"}, k) {
				typed[k] = []string{p.another()}
			}
		}
		q := httptest.NewRequest(http.MethodPost, at, strings.NewReader(typed.Encode()))
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if w.cookie != nil {
			q.AddCookie(w.cookie)
		}
		n++
		p.answered(r.Pattern, w.send(w.web, q))
	}
	for _, a := range api.Offered(Acts()) {
		n++
		p.operation(w, a)
	}
	return n
}

func (p *planted) operation(w *walker, a act.Any) {
	p.t.Helper()
	name, _, _ := a.About()
	in, _ := a.Types()
	fields, _ := body(p.t, name, in, w.m.own)
	for k, v := range fields {
		if s, ok := v.(string); ok && k != "id" && k != "kind" && k != "field" && strings.HasPrefix(s, "字") {
			fields[k] = p.another()
		}
	}
	text, err := json.Marshal(fields)
	must(p.t, err)
	q := httptest.NewRequest(http.MethodPost, api.Root+strings.ReplaceAll(name, ".", "/"), bytes.NewReader(text))
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Idempotency-Key", db.Token())
	q.Header.Set("Authorization", "Bearer "+w.token)
	p.answered(name, w.send(w.api, q))
}

// answered wants no number in an address and none in a page that says no; a form that comes back shows what was typed to who
// typed it.
func (p *planted) answered(what string, got *httptest.ResponseRecorder) {
	p.t.Helper()
	for k, v := range got.Header() {
		p.absent(what+": the header "+k, []byte(strings.Join(v, " ")))
	}
	switch got.Code {
	case http.StatusForbidden, http.StatusNotFound, http.StatusInternalServerError:
		p.absent(fmt.Sprintf("%s: the page of %d", what, got.Code), got.Body.Bytes())
	}
}

// panics has a page fall over with a number in its last words.
func (p *planted) panics(m *matrix) {
	p.t.Helper()
	w := m.walker(p.t, org.RoleOfficer)
	for _, say := range []string{p.all[0], p.all[1], p.all[2]} {
		host := *m.h.Host
		host.Record = func(context.Context, *db.Tx, act.Entry) error { panic("cannot read " + say) }
		pages := *m.h.Site
		pages.Host = &host
		q := httptest.NewRequest(http.MethodGet, "/desk/applications/"+m.own.ids["application"], nil)
		q.AddCookie(w.cookie)
		got := w.send(web.Handler(&pages, m.h.Hooks()), q)
		if got.Code != http.StatusInternalServerError {
			p.t.Errorf("a page that panics answers %d", got.Code)
		}
		p.answered("a page that panics", got)
	}
}

// files looks through every file of a folder.
func (p *planted) files(dir string) (n int) {
	p.t.Helper()
	must(p.t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		n++
		p.absent(filepath.Base(path), text)
		return err
	}))
	return n
}
