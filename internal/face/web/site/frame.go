package site

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/office/auth"
)

// look is how a reader wants pages: kept in cookies that say nothing about the person.
type look struct{ Lang, Size, Contrast, Density string }

func (q *Req) look() look {
	l := look{Lang: q.cookie("lang"), Size: q.cookie("size"), Contrast: q.cookie("contrast"), Density: q.cookie("density")}
	if l.Lang != "en" {
		l.Lang = "zh"
	}
	if l.Size != "large" && l.Size != "max" {
		l.Size = ""
	}
	if l.Contrast != "high" {
		l.Contrast = ""
	}
	if l.Density != "roomy" && l.Density != "tight" {
		l.Density = ""
	}
	return l
}

// Page gives the frame of a page of this request: title, reader, navigation, a fresh idempotency key.
func (q *Req) Page(title string) page.In {
	if q.key == "" {
		q.key = q.R.PostFormValue(form.KeyName)
	}
	if q.key == "" {
		q.key = db.Token()
	}
	in := page.In{
		Lang: words.Lang(q.prefer.Lang), Size: q.prefer.Size, Contrast: q.prefer.Contrast, Density: q.prefer.Density, Face: q.Route.Face,
		May: q.may, Year: q.Site.Host.DB.Today().Year(), Title: title, Unit: q.Union.Name, Key: q.key, Path: q.R.URL.RequestURI(), Demo: q.Union.State == "demo",
	}
	if in.Face == "" {
		in.Face = page.Public
	}
	if q.Union.Phone != "" {
		in.Phones = append(in.Phones, page.Phone{Label: q.T("本单位工会"), Number: q.Union.Phone})
		in.Foot = q.T("{0} · 帮扶电话 {1}", q.Union.Name, q.Union.Phone)
	}
	in.Phones = append(in.Phones, page.Phone{Label: q.T("职工维权热线"), Number: "12351"})
	if line := q.cookie("flash"); line != "" && q.R.Method == http.MethodGet {
		in.Flash = page.Flash{Text: q.T(line)}
		q.setCookie("flash", "", -1)
	}
	in.Doubt = q.doubted()
	if q.SignedIn() {
		in.Who = page.Who{Name: q.Who.Name, Role: q.role(), Unit: q.Union.Short}
		in.Nav = q.nav()
		in.Expires = max(int((q.Who.Until-q.Site.Host.DB.Now().UnixMilli())/1000), 0)
		in.Todo = q.count("todo")
	}
	return in
}

// role names the reader's first post, for the head of the page.
func (q *Req) role() string {
	for _, p := range q.Who.Posts {
		return q.T("role." + p.Role)
	}
	return q.T("role.worker")
}

func (q *Req) nav() []page.NavItem {
	var out []page.NavItem
	longest, current := "", ""
	for _, n := range q.Site.Nav {
		for _, href := range append([]string{n.Href}, n.Also...) {
			if under(q.R.URL.Path, href) && len(href) > len(longest) {
				longest, current = href, n.Href
			}
		}
	}
	for _, n := range q.Site.Nav {
		if !auth.Scope(q.Who, n.Right).None() {
			out = append(out, page.NavItem{Href: n.Href, Icon: n.Icon, Label: n.Label.Say(q.Lang()), Group: n.Group.Say(q.Lang()), Current: n.Href == current})
		}
	}
	return out
}

func under(path, href string) bool {
	return path == href || strings.HasPrefix(path, href+"/")
}

func (q *Req) count(right string) int {
	if q.Site.Count == nil {
		return 0
	}
	n := 0
	err := q.Site.Host.DB.View(q.R.Context(), q.Who, func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = q.Site.Count(ctx, tx, right)
		return err
	})
	if err != nil {
		q.Site.Log.Error("count", "error", err)
	}
	return n
}

// cookieName puts the browser's own lock on cookies when the page came by TLS.
func (q *Req) cookieName(name string) string {
	if q.Site.Secure {
		return "__Host-" + name
	}
	return name
}

func (q *Req) cookie(name string) string {
	c, err := q.R.Cookie(q.cookieName(name))
	if err != nil {
		return ""
	}
	raw, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return ""
	}
	return string(raw)
}

func (q *Req) setCookie(name, value string, maxAge int) {
	http.SetCookie(q.W, &http.Cookie{Name: q.cookieName(name), Value: base64.RawURLEncoding.EncodeToString([]byte(value)),
		Path: "/", MaxAge: maxAge, HttpOnly: true, Secure: q.Site.Secure, SameSite: http.SameSiteLaxMode})
}

// SetSession signs the browser in with a token, or out with none.
func (q *Req) SetSession(token string) {
	q.setCookie("second", "", -1)
	if token == "" {
		q.setCookie("session", "", -1)
		return
	}
	q.setCookie("session", token, 0)
}

// Browser is the secret that marks this browser as one its user has signed in from before; it is made at the first
// sign-in and lets nobody in.
func (q *Req) Browser() string {
	secret := q.cookie("device")
	if len(secret) != 32 {
		secret = db.Token()
		q.setCookie("device", secret, 400*24*3600)
	}
	return secret
}

// KnownBrowser is that secret when the browser has one, else "".
func (q *Req) KnownBrowser() string { return q.cookie("device") }

// SetSecond keeps, for the time a right password waits for its code, what asks for the code.
func (q *Req) SetSecond(union, second string) { q.setCookie("second", union+"."+second, 600) }

// Second gives what SetSecond kept.
func (q *Req) Second() (union, second string) {
	union, second, _ = strings.Cut(q.cookie("second"), ".")
	return union, second
}

// Flow is a sign-in under way at an identity provider, kept in the browser that began it: its secret, in which union, for
// which page. Link says that an account is being linked and nobody signed in.
type Flow struct {
	Union, Secret, Next string
	Link                bool
}

// flowTime is how long the provider may take, in seconds.
const flowTime = 600

// SetFlow keeps a flow in the browser; the zero Flow ends it.
func (q *Req) SetFlow(f Flow) {
	if f.Secret == "" {
		q.setCookie("flow", "", -1)
		return
	}
	kind := "in"
	if f.Link {
		kind = "link"
	}
	q.setCookie("flow", strings.Join([]string{kind, f.Union, f.Secret, f.Next}, "."), flowTime)
}

// Flow gives what SetFlow kept, or the zero Flow.
func (q *Req) Flow() Flow {
	p := strings.SplitN(q.cookie("flow"), ".", 4)
	if len(p) != 4 {
		return Flow{}
	}
	return Flow{Link: p[0] == "link", Union: p[1], Secret: p[2], Next: p[3]}
}

// Whole is the whole address of a page of this site, as this browser reaches it.
func (q *Req) Whole(path string) string {
	scheme := "http"
	if q.R.TLS != nil || q.Site.Secure {
		scheme = "https"
	}
	return (&url.URL{Scheme: scheme, Host: q.R.Host, Path: path}).String()
}

// SetLook keeps one thing of the look: lang, size, contrast or density.
func (q *Req) SetLook(what, value string) {
	if slices.Contains([]string{"lang", "size", "contrast", "density"}, what) {
		q.setCookie(what, value, 365*24*3600)
	}
}

// Local gives a way back that stays in this site; anything else becomes the fallback.
func Local(to, fallback string) string {
	u, err := url.Parse(to)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, `\`) {
		return fallback
	}
	return u.RequestURI()
}
