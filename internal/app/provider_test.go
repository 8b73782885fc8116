package app

import (
	"encoding/base32"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/auth"
)

// enrol sets codes up in a browser that is signed in, and gives what makes the next ones. The clock goes on a minute before
// each, for none works twice.
func (b *browser) enrol(h *House) func() string {
	b.t.Helper()
	found := reSecret.FindStringSubmatch(b.post("/account/code", url.Values{"_key": {"enrol"}}).Body.String())
	if found == nil {
		b.t.Fatal("no secret is shown")
	}
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(found[1])
	if err != nil {
		b.t.Fatal(err)
	}
	code := func() string {
		h.clock.Move(time.Minute)
		return auth.Digits(raw, h.DB.Now().Unix()/30, 6)
	}
	if w := b.post("/account/code/confirm", url.Values{"code": {code()}}); w.Code != http.StatusOK {
		b.t.Fatalf("the first code: %d", w.Code)
	}
	return code
}

// says holds an answer to its status and to words in it; the address it leads to counts as words.
func says(t *testing.T, what string, w *httptest.ResponseRecorder, code int, words string) {
	t.Helper()
	if to := w.Header().Get("Location"); w.Code != code || !strings.Contains(to+"\n"+w.Body.String(), words) {
		t.Errorf("%s: %d %s, want %d and %q", what, w.Code, to, code, words)
	}
}

// enter goes to the provider and signs in there as a user; it gives where the provider sends the browser back to.
func (b *browser) enter(g *glewlwyd, user string) string {
	b.t.Helper()
	w := b.get("/signin/provider?next=%2Fme%2Fapply")
	to, err := url.Parse(w.Header().Get("Location"))
	if err != nil || w.Code != http.StatusSeeOther || !strings.HasPrefix(to.String(), g.at) {
		b.t.Fatalf("the way to the provider: %d %v %s", w.Code, to, reMain.FindString(w.Body.String()))
	}
	if q := to.Query(); q.Get("code_challenge_method") != "S256" || q.Get("nonce") == "" || q.Get("state") == "" || q.Get("scope") != "openid" {
		b.t.Errorf("the provider is asked %v", q)
	}
	return g.sit().through(to.String(), user)
}

// link links the account of who is signed in with a user of the provider.
func (b *browser) link(g *glewlwyd, user string) *httptest.ResponseRecorder {
	b.t.Helper()
	says(b.t, "linking without the password", b.post("/account/provider", url.Values{"password": {"wrong-password"}}), http.StatusUnprocessableEntity, "密码不对")
	says(b.t, "going on without the password", b.get("/account/provider/go"), http.StatusSeeOther, "/account/provider")
	says(b.t, "linking", b.post("/account/provider", url.Values{"password": {words8}}), http.StatusOK, "/account/provider/go")
	to := b.get("/account/provider/go").Header().Get("Location")
	if !strings.Contains(to, "prompt=login") {
		b.t.Errorf("whoever sat at the provider before may be linked: %s", to)
	}
	return b.get(g.sit().through(to, user))
}

// The whole way through a real provider: it is set up by the administrator's page, an account is linked once by its owner,
// and from then on opens without a password, with a code where there are codes.
func TestProviderSignsIn(t *testing.T) {
	g := provider(t, "lichangjiang", "zhouzheng", "stranger")
	for engine, dsn := range map[string]func(testing.TB) string{"sqlite": func(testing.TB) string { return "" }, "postgres": dbtest.PostgresDSN} {
		t.Run(engine, func(t *testing.T) {
			h, _ := gatedOn(t, dsn(t))
			g.t = t
			p := &providerWalk{t: t, h: h, g: g}
			p.setUp()
			p.worker()
			p.chair()
			p.strangers()
			p.away()
		})
	}
}

var reGiven = regexp.MustCompile(`code=[^&]*`)

type providerWalk struct {
	t     *testing.T
	h     *House
	g     *glewlwyd
	admin *browser
	code  func() string // the administrator's
}

func (p *providerWalk) browser() *browser { return newBrowser(p.t, p.h, "192.0.2.1") }

func (p *providerWalk) set(issuer, secret string) *httptest.ResponseRecorder {
	p.t.Helper()
	says(p.t, "the administrator's code", p.admin.post("/account/prove", url.Values{"code": {p.code()}}), http.StatusSeeOther, "")
	return p.admin.post("/desk/settings/provider", url.Values{"name": {"集团统一登录"}, "issuer": {issuer}, "client_id": {ourClient}, "secret": {secret}})
}

func (p *providerWalk) setUp() {
	t := p.t
	says(t, "without a provider", p.browser().get("/signin/provider"), http.StatusUnprocessableEntity, "没有开通统一登录")
	p.admin = p.browser()
	p.admin.signIn("admin", words8)
	says(t, "the settings without a code", p.admin.get("/desk/settings/provider"), http.StatusSeeOther, "/account/code")
	p.code = p.admin.enrol(p.h)
	says(t, "the page", p.admin.get("/desk/settings/provider"), http.StatusOK, ourBack)
	says(t, "no TLS", p.set("http://id.example.com", ourSecret), http.StatusUnprocessableEntity, "https://")
	says(t, "no secret", p.set(p.g.issuer(), ""), http.StatusUnprocessableEntity, "应用密钥")
	says(t, "a provider", p.set(p.g.issuer(), ourSecret), http.StatusSeeOther, "/desk/settings/provider")
	says(t, "the secret stays inside", p.admin.get("/desk/settings/provider"), http.StatusOK, p.g.issuer())
	if w := p.admin.get("/desk/settings/provider"); strings.Contains(w.Body.String(), ourSecret) {
		t.Error("the page shows the secret")
	}
	says(t, "the same with the secret left", p.set(p.g.issuer(), ""), http.StatusSeeOther, "/desk/settings/provider")
	says(t, "elsewhere with the secret left", p.set("https://id.example.com", ""), http.StatusUnprocessableEntity, "应用密钥")
	says(t, "the sign-in page", p.browser().get("/signin?next=%2Fme%2Fapply"), http.StatusOK, "用“集团统一登录”登录")
}

func (p *providerWalk) worker() {
	t := p.t
	b := p.browser()
	back := b.enter(p.g, "lichangjiang")
	says(t, "an account nobody linked", b.get(back), http.StatusUnprocessableEntity, "还没有和这里的账号关联")
	b.signIn("G00001", words8)
	says(t, "linking", b.link(p.g, "lichangjiang"), http.StatusSeeOther, "/account")
	says(t, "the account", b.get("/account"), http.StatusOK, "取消关联")
	says(t, "the owner is told", b.get("/me/messages"), http.StatusOK, "关联了统一登录")

	b = p.browser()
	back = b.enter(p.g, "lichangjiang")
	says(t, "another browser with what was brought back", p.browser().get(back), http.StatusSeeOther, "/signin")
	other := p.browser()
	other.enter(p.g, "lichangjiang")
	says(t, "a browser on a way of its own", other.get(back), http.StatusUnprocessableEntity, "没有成功")
	says(t, "signing in", b.get(back), http.StatusSeeOther, "/me/apply")
	says(t, "signed in", b.get("/account"), http.StatusOK, "登录名 g00001")
	says(t, "the same answer again", b.get(back), http.StatusSeeOther, "/signin")

	same := p.browser()
	same.signIn("zhouzheng", words8)
	says(t, "what opens another's account", same.link(p.g, "lichangjiang"), http.StatusConflict, "关联了别人的账号")
	says(t, "unlinking", b.post("/account/provider/end", nil), http.StatusSeeOther, "/account")
	b = p.browser()
	says(t, "an account unlinked", b.get(b.enter(p.g, "lichangjiang")), http.StatusUnprocessableEntity, "还没有和这里的账号关联")
}

// chair shows that a provider's sign-in stands for the password and never for the code.
func (p *providerWalk) chair() {
	t := p.t
	b := p.browser()
	b.signIn("zhouzheng", words8)
	says(t, "linking", b.link(p.g, "zhouzheng"), http.StatusSeeOther, "/account")
	bare := p.browser()
	bare.get(bare.enter(p.g, "zhouzheng"))
	says(t, "a post without codes sleeps", bare.get("/desk"), http.StatusSeeOther, "/account/code")
	code := b.enrol(p.h)
	b = p.browser()
	says(t, "signing in", b.get(b.enter(p.g, "zhouzheng")), http.StatusSeeOther, "/signin/second")
	if b.jar["session"] != "" {
		t.Error("the provider alone signs the chair in")
	}
	says(t, "a wrong code", b.post("/signin/second", url.Values{"code": {"000000"}}), http.StatusUnprocessableEntity, "动态码不对")
	b.post("/signin/second", url.Values{"code": {code()}})
	says(t, "the desk after the code", b.get("/desk"), http.StatusOK, "")
}

func (p *providerWalk) strangers() {
	t := p.t
	b := p.browser()
	says(t, "a stranger", b.get(b.enter(p.g, "stranger")), http.StatusUnprocessableEntity, "还没有和这里的账号关联")
	back := b.enter(p.g, "zhouzheng")
	says(t, "a code that is not one", b.get(reGiven.ReplaceAllString(back, "code=forged")), http.StatusUnprocessableEntity, "没有成功")
	b.enter(p.g, "zhouzheng")
	says(t, "who changed their mind there", b.get("/signin/provider/back?error=access_denied&state=x"), http.StatusUnprocessableEntity, "没有成功")
	says(t, "nothing asked for", p.browser().get("/signin/provider/back?code=x&state=x"), http.StatusSeeOther, "/signin")
	says(t, "a wrong secret is taken in", p.set(p.g.issuer(), "another-secret"), http.StatusSeeOther, "")
	says(t, "and refused by the provider", b.get(b.enter(p.g, "zhouzheng")), http.StatusUnprocessableEntity, "没有成功")
	says(t, "the right one", p.set(p.g.issuer(), ourSecret), http.StatusSeeOther, "")
	if b.jar["session"] != "" {
		t.Error("one of these signed in")
	}
}

// away takes the provider away: the page says so, and the password opens the account as ever.
func (p *providerWalk) away() {
	t := p.t
	b := p.browser()
	back := b.enter(p.g, "zhouzheng")
	p.g.stop()
	says(t, "back from a provider that is gone", b.get(back), http.StatusUnprocessableEntity, "暂时连不上")
	w := b.get("/signin/provider?next=%2Fme%2Fapply")
	says(t, "to a provider that is gone", w, http.StatusUnprocessableEntity, "暂时连不上")
	if !strings.Contains(w.Body.String(), `name="password"`) || !strings.Contains(w.Body.String(), `value="/me/apply"`) {
		t.Error("the page has no place for the password, or lost the way")
	}
	says(t, "the password", b.signIn("G00001", words8), http.StatusSeeOther, "/me")
	p.g.start()
	b = p.browser()
	says(t, "the provider is back", b.get(b.enter(p.g, "zhouzheng")), http.StatusSeeOther, "/signin/second")
	says(t, "the administrator's code", p.admin.post("/account/prove", url.Values{"code": {p.code()}}), http.StatusSeeOther, "")
	says(t, "the end of it", p.admin.post("/desk/settings/provider/end", nil), http.StatusSeeOther, "/desk/settings")
	says(t, "afterwards", p.browser().get("/signin/provider"), http.StatusUnprocessableEntity, "没有开通统一登录")
}
