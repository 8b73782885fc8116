package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"bangfu/e2e/browser"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/page"
)

// TestStates looks at what is not the everyday page (A03): forms that come back with faults (A22), pages that are not there, not
// allowed, changed meanwhile (B12), broken or offline, and an empty house; and at a person who wants no motion (A29).
func TestStates(t *testing.T) {
	s, b := serve(t, ""), browser.Start(t)
	for _, how := range looks() {
		t.Run(strings.Join([]string{how.lang, how.size, how.contrast}, "_"), func(t *testing.T) {
			r := newRound(t, how)
			s.refused(r, b)
			s.lost(r, b)
			s.done(r, b)
			bare(r, b)
			troubles(r, b)
			r.report(60)
		})
	}
	t.Run("A29", func(t *testing.T) {
		p := b.Open(t, s.base, browser.Look{})
		p.Prefer("", "prefers-reduced-motion", "reduce")
		s.enter(p, "officer", 0)
		p.Go("/desk/applications")
		moving := p.Eval(`[...document.querySelectorAll("*")].filter((e) => { const s = getComputedStyle(e); return parseFloat(s.transitionDuration) > 0 || s.animationName !== "none"; }).length + ""`)
		if moving != "0" {
			t.Errorf("%s things on the page still move", moving)
		}
	})
}

// needyScript sends the page's form with nothing filled in that was not there before, and one text of ours in a field that may
// have any. It says whether there is such a form.
const needyScript = `(function () {
  const forms = [...document.querySelectorAll("main form[method=post]")].filter((f) => {
    const b = f.querySelector("button[type=submit]");
    return f.querySelector("[required]") && b && b.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true});
  });
  const bare = forms.find((f) => [...f.querySelectorAll("[required]")].some((e) => !e.value || /radio|checkbox/.test(e.type)));
  if (!bare) return "";
  const text = [...bare.querySelectorAll("textarea, input[type=text]")].find((e) => !e.required && !e.value && !e.inputMode);
  if (text) text.value = "保留";
  const send = bare.querySelector("button[type=submit]");
  send.dataset.needy = "1";
  return text ? text.name : "-";
})()`

// answeredScript checks a page with faults (A22): the summary has the focus, each of its lines leads to a field whose own words
// are the same, and what was typed is there.
const answeredScript = `(function (kept) {
  const sum = document.querySelector(".errsum");
  if (!sum) return "no summary of faults";
  if (document.activeElement !== sum) return "the summary has not the focus";
  for (const a of sum.querySelectorAll("a[href^='#']")) {
    const field = document.getElementById(decodeURIComponent(a.getAttribute("href").slice(1)));
    if (!field) return "“" + a.textContent + "” leads nowhere";
    const said = document.getElementById(field.id + "-e");
    if (said && !said.textContent.includes(a.textContent.trim())) return "the field says “" + said.textContent + "”, the summary “" + a.textContent + "”";
    a.click();
    if (document.activeElement !== field && !field.contains(document.activeElement)) return "“" + a.textContent + "” does not focus its field";
  }
  const f = kept !== "-" && document.querySelector("main form[method=post] [name='" + kept + "']");
  if (f && f.value !== "保留") return "what was typed into " + kept + " is gone";
  return "";
})`

// refused sends every form that needs something without it.
func (s *served) refused(r *round, b *browser.Browser) {
	done := map[string]bool{}
	n := 0
	for _, role := range []string{"worker", "officer", "manager", "accountant", "admin"} {
		p := b.Open(r.t, s.base, browser.Look{Width: browser.Phone})
		s.enter(p, role, 0)
		r.dress(p)
		for _, path := range s.paths(r.t, role) {
			if done[path] {
				continue
			}
			done[path] = true
			p.Go(path)
			if p.Status() != 200 {
				continue
			}
			kept := p.Eval(needyScript)
			if kept == "" {
				continue
			}
			n++
			p.Press("button[data-needy]")
			if status := p.Status(); status != http.StatusUnprocessableEntity {
				r.t.Errorf("%s with nothing filled in answered %d", path, status)
				continue
			}
			if wrong := p.Eval(answeredScript + fmt.Sprintf("(%q)", kept)); wrong != "" {
				r.t.Errorf("A22 %s: %s", path, wrong)
			}
			r.check(p)
		}
	}
	if n < 20 {
		r.t.Errorf("only %d forms were refused", n)
	}
}

// lost asks for what is not there and for what one may not see.
func (s *served) lost(r *round, b *browser.Browser) {
	p := b.Open(r.t, s.base, browser.Look{Width: browser.Phone})
	s.enter(p, "accountant", 0)
	r.dress(p)
	for path, status := range map[string]int{"/nowhere": 404, "/desk/nowhere": 404, "/desk/people-roles": 403, "/desk/payments/batches/01aaaaaaaaaaaaaaaaaaaaaaaa": 404} {
		p.Go(path)
		if p.Status() != status {
			r.t.Errorf("%s answered %d, want %d", path, p.Status(), status)
		}
		r.check(p)
	}
}

// done looks at the end of a journey.
func (s *served) done(r *round, b *browser.Browser) {
	p := b.Open(r.t, s.base, browser.Look{Width: browser.Phone})
	s.enter(p, "worker", 0)
	r.dress(p)
	p.Go("/me/suggestions/new")
	p.Eval(`(document.querySelector("main form[method=post] [type=radio]").checked = true, document.querySelector("main form[method=post] textarea").value = "食堂能不能晚半小时关门。", "")`)
	p.Press("main form[method=post] button[type=submit]")
	if p.Status() != http.StatusOK {
		r.t.Errorf("a suggestion was answered %d", p.Status())
	}
	r.check(p)
}

// bare looks at a union of the first day: every list of an officer in which there is nothing yet.
func bare(r *round, b *browser.Browser) {
	j := &journey{served: empty(r.t, ""), t: r.t, b: b}
	j.found()
	j.appoint("wangmin", "王敏", "帮扶干事", "临江机电有限公司工会委员会")
	p, n := j.as("王敏", browser.Look{Width: browser.Phone}), 0
	r.dress(p)
	for _, path := range j.paths(r.t, "officer") {
		if !strings.HasPrefix(path, "/desk") {
			continue
		}
		p.Go(path)
		if p.Status() != http.StatusOK {
			r.t.Errorf("%s of an empty union answered %d", path, p.Status())
		}
		if p.Eval(`document.querySelector("main .empty") ? "empty" : ""`) != "" {
			r.check(p)
			n++
		}
	}
	if n < 10 {
		r.t.Errorf("only %d pages say that there is nothing", n)
	}
}

// troubles draws the pages of what cannot be brought about at will: each kind on each face.
func troubles(r *round, b *browser.Browser) {
	lang := words.Lang(r.how.lang)
	face := map[string]page.Face{"worker": page.Worker, "desk": page.Desk}
	kinds := []string{"denied", "missing", "conflict", "internal", "offline", "refused", "invalid"}
	mux := http.NewServeMux()
	mux.Handle(page.AssetsPath+"/", page.Assets())
	mux.HandleFunc("GET /show/{face}/{kind}", func(w http.ResponseWriter, q *http.Request) {
		in := page.In{Lang: lang, Face: face[q.PathValue("face")], Title: words.T(lang, "申请"), Unit: "临江机电工会", Size: r.how.size, Contrast: r.how.contrast,
			Errors: []*fault.Fault{fault.New(fault.Conflict, "fault.stale")}, Nav: []page.NavItem{{Href: "#a", Label: words.T(lang, "工作台"), Icon: "home"}},
			Phones: []page.Phone{{Label: "12351", Number: "12351"}}}
		var out bytes.Buffer
		err := page.TroublePage(in, page.Trouble{Kind: q.PathValue("kind"), Code: "A7F3",
			Mine: []page.Pair{{Label: words.T(lang, "姓名"), Value: "示例甲"}}, Theirs: []page.Pair{{Label: words.T(lang, "姓名"), Value: "示例乙"}}}).Render(q.Context(), &out)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(out.Bytes())
	})
	srv := httptest.NewServer(mux)
	r.t.Cleanup(srv.Close)
	p := b.Open(r.t, srv.URL, browser.Look{})
	for _, width := range []int64{browser.Desk, browser.Phone} {
		p.Resize(width)
		for name := range face {
			for _, kind := range kinds {
				p.Go("/show/" + name + "/" + kind)
				p.Expect("1235")
				r.check(p)
			}
		}
	}
}
