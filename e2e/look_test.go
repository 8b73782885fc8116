package e2e

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bangfu/e2e/browser"
)

// codes are the checks of docs/acceptance.md that are made on every page of the walk.
func codes() []string {
	return strings.Fields("A01 A02 A04 A09 A10 A11 A12 A13 A14 A15 A16 A17 A18 A19 A20 A21 A24 A25 A26 A28 A34")
}

// look is how the pages are looked at: the language, the size of letters, the contrast.
type look struct{ lang, size, contrast string }

// looks are the ways the pages are walked through: Chinese in the gate; at night English too, and both in the largest letters
// and strongest contrast.
func looks() []look {
	if os.Getenv("BANGFU_TIER") != "nightly" {
		return []look{{"zh", "normal", "normal"}}
	}
	return []look{{"zh", "normal", "normal"}, {"en", "normal", "normal"}, {"zh", "large", "normal"}, {"zh", "max", "high"}, {"en", "max", "high"}}
}

// round is one walk: what was found on the pages by code, once for each thing.
type round struct {
	t             *testing.T
	how           look
	pages, sheets int
	found         map[string]map[string]*finding // by code and sentence
	help          map[string]string              // where the way to help stands, by width and face
}

// finding is where a thing was found first, and on how many pages.
type finding struct {
	first string
	n     int
}

func newRound(t *testing.T, how look) *round {
	return &round{t, how, 0, 0, map[string]map[string]*finding{}, map[string]string{}}
}

// TestWalk visits every page without an id, and of each kind of record the first, by each role that may see it, wide and
// narrow: it answers, and is looked over by every check of docs/acceptance.md that a page alone can be put to. The browser
// has nothing to complain of.
func TestWalk(t *testing.T) {
	s := serve(t, "")
	b := browser.Start(t)
	for _, how := range looks() {
		t.Run(strings.Join([]string{how.lang, how.size, how.contrast}, "_"), func(t *testing.T) {
			r := newRound(t, how)
			done := map[string]bool{}
			for _, role := range []string{"worker", "officer", "accountant", "cashier", "chair", "auditor", "leader", "manager", "admin", "group_leader", "committee", "company", "upper"} {
				var mine []string
				for _, path := range s.paths(t, role) {
					if !done[path] || path == "/desk" {
						done[path] = true
						mine = append(mine, path)
					}
				}
				if len(mine) > 0 {
					s.look(r, b, role, mine)
				}
			}
			if r.sheets < 4 {
				t.Errorf("only %d print sheets were looked at", r.sheets)
			}
			r.report(100)
			t.Logf("%d pages, %d of them print sheets", r.pages, r.sheets)
		})
	}
}

func (s *served) look(r *round, b *browser.Browser, role string, paths []string) {
	p := b.Open(r.t, s.base, browser.Look{Width: browser.Desk})
	s.enter(p, role, 0)
	r.dress(p)
	seen := map[string]bool{}
	for _, width := range []int64{browser.Desk, browser.Phone} {
		p.Resize(width)
		for _, path := range paths {
			if !r.visit(p, path) {
				continue
			}
			for _, record := range records(p) {
				if key := fmt.Sprint(width, reID.ReplaceAllString(record, "id")); !seen[key] {
					seen[key] = true
					r.visit(p, record)
				}
			}
		}
	}
}

// dress sets the look of the tab as a person does, by the links of the page.
func (r *round) dress(p *browser.Page) {
	for _, one := range [][2]string{{"lang", r.how.lang}, {"size", r.how.size}, {"contrast", r.how.contrast}} {
		p.Go("/look?" + one[0] + "=" + one[1] + "&back=/help")
	}
}

// visit looks at one page.
func (r *round) visit(p *browser.Page, path string) bool {
	r.t.Helper()
	p.Go(path)
	if p.Status() != 200 {
		r.t.Errorf("%s answered %d", path, p.Status())
		return false
	}
	r.check(p)
	return true
}

// check looks the page over and keeps what it finds.
func (r *round) check(p *browser.Page) {
	r.t.Helper()
	r.pages++
	for _, f := range p.Check(r.how.size != "normal") {
		r.note(f.Code, p, f.Says)
	}
	if width := p.Width(); width == browser.Phone {
		p.Resize(320)
		if wide := p.TooWide(); wide != "" {
			r.note("A11", p, wide)
		}
		p.Resize(width)
	}
	r.helpStays(p)
	r.sheet(p)
	p.Shot(reID.ReplaceAllString(strings.ReplaceAll(strings.Trim(p.Path(), "/"), "/", "_"), "id"))
}

func (r *round) note(code string, p *browser.Page, says string) {
	if r.found[code] == nil {
		r.found[code] = map[string]*finding{}
	}
	f, ok := r.found[code][says]
	if !ok {
		f = &finding{first: fmt.Sprintf("%s at %d pixels", p.Path(), p.Width())}
		r.found[code][says] = f
	}
	f.n++
}

// sheet holds what is printed to A4: between its margins nothing is cut, the head row of a table comes again on the next
// page, and a seal has 50 × 50 mm.
func (r *round) sheet(p *browser.Page) {
	const look = `(function () {
	  if (!document.querySelector(".sheet")) return "";
	  const out = [], mm = 96 / 25.4;
	  if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1) out.push("wider than the paper: " + document.documentElement.scrollWidth);
	  for (const h of document.querySelectorAll(".sheet thead")) if (getComputedStyle(h).display !== "table-header-group") out.push("a head row that does not come again");
	  for (const s of document.querySelectorAll(".seal")) { const b = s.getBoundingClientRect(); if (b.width < 50 * mm - 1 || b.height < 50 * mm - 1) out.push("a seal of " + b.width + " × " + b.height); }
	  for (const e of document.querySelectorAll(".sheet-bar, .top, .side")) if (e.getClientRects().length) out.push("printed: " + e.className);
	  return out.join("; ") || "well";
	})()`
	if p.Eval(`document.querySelector(".sheet") ? "yes" : ""`) == "" {
		return
	}
	width := p.Width()
	p.Prefer("print", "", "")
	p.Resize(631) // 167 mm between the margins
	if p.Eval(`document.querySelector(".sheet-wide") ? "yes" : ""`) != "" {
		p.Resize(1009) // 267 mm, across
	}
	if wrong := p.Eval(look); wrong != "well" {
		r.note("A34", p, wrong)
	}
	p.Prefer("", "", "")
	p.Resize(width)
	r.sheets++
}

// helpStays holds that the way to help is on every page, and on pages of one face and width at one place.
func (r *round) helpStays(p *browser.Page) {
	const where = `(function () {
	  const a = document.querySelector('header a[href="/help"]');
	  if (document.querySelector(".sheet")) return "sheet";
	  if (!a || a.getClientRects().length === 0) return "";
	  const order = [...document.querySelectorAll("header a[href], header button")].filter((e) => e.getClientRects().length);
	  return document.body.className + " from the end " + (order.length - order.indexOf(a));
	})()`
	got := p.Eval(where)
	if got == "sheet" {
		return
	}
	face, place, _ := strings.Cut(got, " from the end ")
	key := fmt.Sprint(face, p.Width(), p.Eval(`document.querySelectorAll("header form[method=post]").length + ""`))
	if first, ok := r.help[key]; got == "" || ok && first != place {
		r.note("A25", p, fmt.Sprintf("help stands at %q, elsewhere at %q", got, first))
	}
	r.help[key] = place
}

// report is one subtest for each code.
func (r *round) report(least int) {
	if r.pages < least {
		r.t.Errorf("only %d pages were looked at", r.pages)
	}
	for _, code := range codes() {
		r.t.Run(code, func(t *testing.T) {
			for says, f := range r.found[code] {
				t.Errorf("%s, and in all %d times: %s", f.first, f.n, says)
			}
		})
	}
	for code := range r.found {
		if !slices.Contains(codes(), code) {
			r.t.Errorf("%s was found and is not among the codes: %v", code, r.found[code])
		}
	}
}

var reID = regexp.MustCompile(`01[0-9a-z]{24}`)

// records gives the first record of each kind that a list leads to: one page of each stands for all.
func records(p *browser.Page) []string {
	const first = `(function () {
	  const seen = {};
	  for (const a of document.querySelectorAll("main a[href]")) {
	    const href = a.getAttribute("href"), kind = href.replace(/01[0-9a-z]{24}/, "id");
	    if (kind !== href && !href.includes("?") && !(kind in seen)) seen[kind] = href;
	  }
	  return Object.values(seen).join(" ");
	})()`
	return strings.Fields(p.Eval(first))
}
