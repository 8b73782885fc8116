package browser_test

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bangfu/e2e/browser"
)

const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'"

const formPage = `<form method="post" action="/sent" enctype="multipart/form-data">
<p><label for="n">姓名 <span>（必填）</span></label> <input id="n" name="name" value="旧的"></p>
<p><label for="d">日期</label> <input id="d" name="day" type="date"></p>
<p><label for="k">类别</label> <select id="k" name="kind"><option value="">请选择</option><option value="m">医疗救助</option></select></p>
<fieldset><legend>是否低保</legend><label><input type="radio" name="low" value="y"> 是</label> <label><input type="radio" name="low" value="n"> 否</label></fieldset>
<fieldset><legend>是否住院</legend><label><input type="radio" name="bed" value="y"> 是</label> <label><input type="radio" name="bed" value="n"> 否</label></fieldset>
<p><label><input type="checkbox" name="ok" value="1"> 我同意</label></p>
<p><label for="f">病历</label> <input id="f" name="paper" type="file"></p>
<p><button>提交申请</button></p></form>
<table><tr><td>张三</td><td><a href="/case/1">查看</a></td></tr><tr><td>李四</td><td><a href="/case/2">查看</a></td></tr></table>
<p><button id="more" type="button">更多</button> <output id="out"></output></p>
<script src="/more.js"></script>`

func site(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	page := func(w http.ResponseWriter, body string) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", csp)
		_, _ = io.WriteString(w, `<!doctype html><html lang="zh-CN"><head><title>试验</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"></head><body><main><h1>试验</h1>`+body+`</main></body></html>`)
	}
	show := func(pattern, body string) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) { page(w, body) })
	}
	show("GET /{$}", formPage)
	show("GET /inline", `<p style="color:red">红</p>`)
	show("GET /noisy", `<script src="/noisy.js"></script><img src="/gone.png" alt="没有">`)
	show("GET /blind", `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><input>`)
	show("GET /wide", `<table><tr><td>`+strings.Repeat("宽", 200)+`</td>`+strings.Repeat("<td>宽宽宽宽宽宽</td>", 40)+`</tr></table>`)
	show("GET /faulty", faultyPage)
	mux.HandleFunc("GET /faulty.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		_, _ = io.WriteString(w, faultyStyle)
	})
	mux.HandleFunc("GET /more.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = io.WriteString(w, `document.getElementById("more").addEventListener("click", () => { document.getElementById("out").textContent = "还有三件"; });`)
	})
	mux.HandleFunc("GET /noisy.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = io.WriteString(w, `console.error("坏了"); fetch("http://198.51.100.1/").catch(() => {}); null.x;`)
	})
	mux.HandleFunc("GET /case/{id}", func(w http.ResponseWriter, r *http.Request) { page(w, "第 "+r.PathValue("id")+" 件") })
	mux.HandleFunc("GET /broken", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		page(w, "系统出了点问题")
	})
	mux.HandleFunc("POST /sent", func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		said := fmt.Sprint(r.FormValue("name"), " ", r.FormValue("day"), " ", r.FormValue("kind"), " low=", r.FormValue("low"), " bed=", r.FormValue("bed"), " ok=", r.FormValue("ok"))
		if f, h, err := r.FormFile("paper"); err == nil {
			text, _ := io.ReadAll(f)
			said += " " + h.Filename + "=" + string(text)
		}
		http.SetCookie(w, &http.Cookie{Name: "said", Value: fmt.Sprintf("%x", said)})
		http.Redirect(w, r, "/done", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /done", func(w http.ResponseWriter, r *http.Request) {
		c, err := r.Cookie("said")
		if err != nil {
			http.Error(w, "no cookie", http.StatusForbidden)
			return
		}
		var said []byte
		_, _ = fmt.Sscanf(c.Value, "%x", &said)
		page(w, `<p>收到</p><p>`+html.EscapeString(string(said))+`</p>`)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

// A form is filled and sent by its words, with scripts and without, wide and narrow.
func TestJourney(t *testing.T) {
	b, base := browser.Start(t), site(t)
	paper := filepath.Join(t.TempDir(), "病历.txt")
	if err := os.WriteFile(paper, []byte("纸"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, look := range map[string]browser.Look{"desk": {}, "phone": {Width: browser.Phone}, "no script": {Width: browser.Phone, NoScript: true}} {
		t.Run(name, func(t *testing.T) {
			p := b.Open(t, base, look)
			p.Go("/")
			p.Fill("姓名", "王小明𬭎")
			p.Fill("日期", "2026-11-22")
			p.Fill("类别", "医疗救助")
			p.In("是否低保").Choose("是")
			p.In("是否住院").Choose("否")
			p.Choose("我同意")
			p.Upload("病历", paper)
			p.Shot("form")
			p.Click("提交申请")
			p.Expect("收到", "王小明𬭎 2026-11-22 m low=y bed=n ok=1 病历.txt=纸")
			p.ExpectNot("旧的")
			if p.Path() != "/done" || p.Status() != http.StatusOK {
				t.Errorf("at %s with %d", p.Path(), p.Status())
			}
			if res, body := p.Fetch("/done"); res.StatusCode != http.StatusOK || !strings.Contains(string(body), "王小明") {
				t.Errorf("fetched %d %s", res.StatusCode, body)
			}
			p.Go("/")
			p.In("李四").Click("查看")
			p.Expect("第 2 件")
			if !look.NoScript {
				p.Go("/")
				p.ExpectFits()
				p.ExpectAccessible()
				p.Tap("更多")
				p.Expect("还有三件")
			}
		})
	}
}

// The browser's complaints are heard, with scripts on and off.
func TestComplaints(t *testing.T) {
	b, base := browser.Start(t), site(t)
	for _, tt := range []struct {
		path     string
		noScript bool
		want     []string
	}{
		{"/", false, nil},
		{"/inline", false, []string{"Content Security Policy"}},
		{"/inline", true, []string{"Content Security Policy"}},
		{"/noisy", false, []string{"console: 坏了", "TypeError", "answer 404", "Content Security Policy"}},
		{"/broken", false, []string{"answer 500"}},
	} {
		p := b.Open(t, base, browser.Look{NoScript: tt.noScript})
		p.Go(tt.path)
		p.Expect("试验")
		got := p.Complaints()
		for _, want := range tt.want {
			if !slices.ContainsFunc(got, func(c string) bool { return strings.Contains(c, want) }) {
				t.Errorf("%s: heard %q, not %q", tt.path, got, want)
			}
		}
		if len(tt.want) == 0 && len(got) > 0 {
			t.Errorf("%s: heard %q", tt.path, got)
		}
	}
}

// Axe finds what is wrong, and a page too wide is told.
func TestFindsFaults(t *testing.T) {
	p := browser.Start(t).Open(t, site(t), browser.Look{Width: browser.Phone})
	p.Go("/blind")
	var ids []string
	for _, v := range p.Axe() {
		ids = append(ids, v.ID)
	}
	for _, want := range []string{"image-alt", "label"} {
		if !slices.Contains(ids, want) {
			t.Errorf("axe found %v, not %s", ids, want)
		}
	}
	p.Go("/wide")
	heard := &listener{TB: t}
	p.With(heard).ExpectFits()
	if !strings.Contains(heard.said, "wider than the window") {
		t.Errorf("a wide page: %q", heard.said)
	}
}

// faultyPage breaks every rule of Check that a page alone can break.
const faultyPage = `<link rel="stylesheet" href="/faulty.css"><h3>三</h3><p class="pale">看不清</p><p class="cut">这一行字比它的框高出许多，被切掉了一截。</p>
<p class="tight">刚好一行的字</p><p class="long">宽</p><span class="tag"></span><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><canvas></canvas>
<form method="post" action="/sent"><input type="password" name="p"><button accesskey="s" tabindex="3">小</button></form>
<p><a class="bare" href="/">没有光圈</a></p><p><a class="under" href="/">在下面</a></p><p class="bar"></p>`

const faultyStyle = `.pale { color: #ddd } .cut { height: 8px; overflow: hidden } .tight { overflow: hidden; width: 6em; white-space: nowrap } .long { width: 3000px }
button { padding: 0; width: 12px; height: 12px; overflow: hidden } .bare:focus { outline: none } .under { position: fixed; bottom: 0; left: 0 } .bar { position: fixed; bottom: 0; left: 0; width: 100%; height: 80px; margin: 0; background: #fff }`

// Check finds each kind of fault where it is planted, and says nothing against what is not there.
func TestCheckFinds(t *testing.T) {
	p := browser.Start(t).Open(t, site(t), browser.Look{})
	p.Go("/faulty")
	found := map[string]string{}
	for _, f := range p.Check(false) {
		found[f.Code] = f.Says
	}
	for _, code := range strings.Fields("A01 A02 A09 A10 A11 A12 A13 A14 A15 A16 A17 A18 A19 A20 A21 A24 A26 A28") {
		if found[code] == "" {
			t.Errorf("%s was not found", code)
		}
		delete(found, code)
	}
	if len(found) > 0 {
		t.Errorf("and this was: %v", found)
	}
}

// listener is a test that notes its errors.
type listener struct {
	testing.TB
	said string
}

func (l *listener) Errorf(format string, args ...any) { l.said += fmt.Sprintf(format, args...) }
