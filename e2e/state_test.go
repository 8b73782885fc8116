package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

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
	for path, status := range map[string]int{"/nowhere": 404, "/desk/nowhere": 404, "/desk/people-roles": 403, "/desk/awards/01aaaaaaaaaaaaaaaaaaaaaaaa": 404} {
		p.Go(path)
		if p.Status() != status {
			r.t.Errorf("%s answered %d, want %d", path, p.Status(), status)
		}
		r.check(p)
	}
}

// troubles draws the pages of what cannot be brought about at will: each kind on each face.
func troubles(r *round, b *browser.Browser) {
	lang := words.Lang(r.how.lang)
	face := map[string]page.Face{"worker": page.Worker, "desk": page.Desk}
	kinds := []string{"denied", "missing", "conflict", "internal", "offline", "refused", "invalid"}
	mux := http.NewServeMux()
	mux.Handle(page.AssetsPath+"/", page.Assets())
	mux.HandleFunc("GET /{face}/{kind}", func(w http.ResponseWriter, q *http.Request) {
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
				p.Go("/" + name + "/" + kind)
				p.Expect("1235")
				r.check(p)
			}
		}
	}
}

// TestKeyboard presses Tab through pages of the journeys (A18): it reaches every control, in the order of the page, and comes out
// at the end.
func TestKeyboard(t *testing.T) {
	s, b := serve(t, ""), browser.Start(t)
	for role, paths := range map[string][]string{"worker": {"/me", "/me/apply", "/me/surveys", "/me/suggestions/new"}, "officer": {"/desk", "/desk/import/new", "/desk/awards?state=reserved", "/desk/outreach/talk"},
		"accountant": {"/desk/payments", "/desk/fund"}} {
		p := b.Open(t, s.base, browser.Look{})
		s.enter(p, role, 0)
		for _, path := range paths {
			p.Go(path)
			want := strings.Fields(p.Eval(`(function () {
			  document.activeElement.blur();
			  const all = [...document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden]), [tabindex='0']")];
			  const seen = {}, out = [];
			  all.forEach((e, i) => {
			    if (e.disabled || e.tabIndex < 0 || !e.getClientRects().length || getComputedStyle(e).visibility === "hidden") return;
			    if (e.type === "radio") { const k = e.name + (e.form ? e.form.action : ""); if (seen[k]) return; seen[k] = 1; }
			    e.dataset.n = i; out.push(i);
			  });
			  for (const e of document.querySelectorAll("input[type=radio]:checked")) { e.dataset.n = document.querySelector("input[name='" + e.name + "'][data-n]").dataset.n; }
			  return out.join(" ");
			})()`))
			var got []string
			for same := 0; same < 8; { // the parts of a day's field are stops of one control; more are a trap
				p.Key(kb.Tab)
				at := p.Eval(`document.activeElement === document.body ? "end" : (document.activeElement.dataset.n || "?")`)
				if at == "end" {
					break
				}
				if same++; len(got) == 0 || got[len(got)-1] != at {
					got, same = append(got, at), 0
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("A18 %s: Tab goes %v, and the page has %v", path, got, want)
			}
		}
	}
}

// TestSessionWarns lets half an hour and more go by on an open page (A27): two minutes before the end it says so, takes the focus,
// and one press makes the session longer.
func TestSessionWarns(t *testing.T) {
	s, b := serve(t, ""), browser.Start(t)
	p := b.Open(t, s.base, browser.Look{})
	s.enter(p, "officer", 0)
	p.Go("/desk")
	p.ExpectNot("还有 2 分钟就会退出")
	var seconds float64
	if _, err := fmt.Sscan(p.Eval(`document.querySelector("[data-expires]").dataset.expires`), &seconds); err != nil || seconds < 600 {
		t.Fatalf("the session ends after %v seconds, %v", seconds, err)
	}
	p.Wait(seconds - 110)
	p.Expect("您有一会儿没有操作，还有 2 分钟就会退出。填好的内容会留着。")
	if on := p.Eval(`document.activeElement.textContent`); on != "我还在用" {
		t.Errorf("the focus is on %q", on)
	}
	p.Tap("我还在用")
	if p.Eval(`document.querySelector("[data-expires]").hidden + ""`) != "true" {
		t.Error("the warning stays")
	}
}

// TestBack goes back in the browser (A31): a list is as it was left, and a form that was sent is not sent twice.
func TestBack(t *testing.T) {
	s, b := serve(t, ""), browser.Start(t)
	p := b.Open(t, s.base, browser.Look{})
	s.enter(p, "officer", 0)
	p.Go("/desk/applications?state=decided")
	before := p.Path()
	first := p.Eval(`document.querySelector("main tbody a").innerText`)
	p.Click(first)
	p.Back()
	p.Expect(first)
	if p.Path() != before {
		t.Errorf("back leads to %s, and the list was %s", p.Path(), before)
	}
	w := b.Open(t, s.base, browser.Look{Width: browser.Phone, NoScript: true})
	s.enter(w, "worker", 0)
	w.Go("/me/suggestions/new")
	w.Choose("食堂、宿舍和文体")
	w.Fill("您的建议", "食堂能不能晚半小时关门。")
	w.Click("提交建议")
	w.Expect("已收到您的建议")
	w.Back()
	w.Expect("您的建议")
	w.Click("提交建议")
	w.Expect("已收到您的建议")
	w.Go("/me/suggestions")
	if n := strings.Count(w.Text(), "食堂能不能晚半小时关门。"); n != 1 {
		t.Errorf("one suggestion stands there %d times", n)
	}
}

// TestStatement reads the accessibility statement (A37): its date, its level, what is lacking, whom to tell.
func TestStatement(t *testing.T) {
	s, b := serve(t, ""), browser.Start(t)
	p := b.Open(t, s.base, browser.Look{Width: browser.Phone, NoScript: true})
	p.Go("/a11y")
	p.Expect("无障碍声明", "WCAG 2.2 AA", "GB/T 37668—2019 第二级", "已知的不足", "声明日期 2026-", "打电话")
	if p.Eval(`document.querySelectorAll("main a[href^='tel:']").length + ""`) == "0" {
		t.Error("nobody to call")
	}
}
