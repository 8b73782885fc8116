// Package e2e walks the whole product in a real browser: every page by the roles that may see it, and the life of a case.
package e2e

import (
	"context"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"bangfu/e2e/browser"
	"bangfu/internal/app"
	"bangfu/internal/app/world"
	"bangfu/internal/engine/db"
	"bangfu/internal/face/cli"
	"bangfu/internal/face/web"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
)

// served is a demonstration house behind a test server.
type served struct {
	house *app.House
	base  string
	doors []cli.Door
	clock *world.Clock
	open  map[string]string // the session that came of a door: a link works once
}

// serve opens a demonstration on a database and serves it until the test ends.
func serve(t *testing.T, dsn string) *served {
	t.Helper()
	ctx := context.Background()
	clock := &world.Clock{}
	h, err := app.Open(ctx, app.Config{Data: t.TempDir(), DSN: dsn, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	doors, err := h.Demo(ctx, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h.Web)
	t.Cleanup(func() {
		srv.Close()
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return &served{h, srv.URL, doors, clock, map[string]string{}}
}

// enter signs the n-th holder of a role in at a tab.
func (s *served) enter(p *browser.Page, role string, n int) {
	for _, d := range s.doors {
		if d.Role != role {
			continue
		}
		if n--; n >= 0 {
			continue
		}
		if token, ok := s.open[d.Path]; ok {
			p.SetCookie("session", token)
			return
		}
		p.Go(d.Path)
		p.Click("登录")
		s.open[d.Path] = p.Cookie("session")
		return
	}
}

// paths lists the pages a role may see that need no id: those of the router whose right the role has.
func (s *served) paths(t *testing.T, role string) []string {
	t.Helper()
	unions, err := s.house.Unions(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	who := db.Actor{Union: unions[0], User: "u", Person: "p", Posts: []db.Post{{Role: role, Path: "/"}}}
	if role == "worker" {
		who.Posts = nil
	}
	var out []string
	for _, r := range s.routes() {
		path, get := strings.CutPrefix(r.Pattern, "GET ")
		if !get || strings.Contains(path, "{") || auth.Scope(who, r.Right).None() || slices.Contains(notPages(), path) {
			continue
		}
		out = append(out, path)
	}
	slices.Sort(out)
	return out
}

func (s *served) routes() []site.Route { return web.Routes(s.house.Hooks()) }

// notPages are addresses that answer with something else than a page.
func notPages() []string { return []string{"/look", "/stay"} }
