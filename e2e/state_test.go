package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"bangfu/e2e/browser"
)

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

// TestBack goes back in the browser (A31): a list is as it was left, and what was sent and is sent again stands there once.
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
