package site

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// Mux mounts the routes behind the house's guards: headers, same-origin posts, who asks, the route's right.
func (s *Site) Mux(routes []Route) http.Handler {
	mux := http.NewServeMux()
	s.rights = map[string]string{}
	for _, r := range routes {
		s.rights[r.Pattern] = r.Right
		mux.Handle(r.Pattern, s.handler(r))
	}
	mux.Handle("GET "+page.AssetsPath+"/", page.Assets())
	mux.Handle("/desk/", s.handler(Route{Pattern: "/desk/", Right: Open, Face: page.Desk, Do: func(*Req) error {
		return fault.New(fault.Missing, "fault.missing")
	}}))
	mux.Handle("/", s.handler(Route{Pattern: "/", Right: Open, Face: page.Public, Do: func(*Req) error {
		return fault.New(fault.Missing, "fault.missing")
	}}))
	s.inner = mux
	guard := http.NewCrossOriginProtection()
	return headers(plainMethods(guard.Handler(compress(mux))))
}

// may reports whether the reader has the right of the page an address leads to; whether it reaches that one thing is for the page.
// What is not of the house is not for it to say.
func (q *Req) may(href string) bool {
	to, err := url.Parse(href)
	if err != nil || to.Host != "" || !strings.HasPrefix(to.Path, "/") || q.Site.inner == nil {
		return true
	}
	_, pattern := q.Site.inner.Handler(&http.Request{Method: http.MethodGet, URL: to, Host: q.R.Host})
	right, known := q.Site.rights[pattern]
	return !known || right == Open || right == Signed || q.Can(right)
}

// plainMethods answers only the methods that pages use: TRACE, CONNECT and inventions find nobody.
func plainMethods(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet, http.MethodHead, http.MethodPost:
			next.ServeHTTP(w, r)
		default:
			w.Header().Set("Allow", "GET, HEAD, POST")
			w.WriteHeader(http.StatusMethodNotAllowed)
		}
	})
}

func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", page.Policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
		if r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Site) handler(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := s.Host.DB.Now()
		rec := &recorder{ResponseWriter: w, code: http.StatusOK}
		q := &Req{W: rec, R: r, Site: s, Route: route}
		err := q.serve()
		if err != nil && !rec.wrote {
			err = errors.Join(err, q.trouble(err))
		}
		level, outcome := s.Log.Info, "ok"
		if err != nil {
			outcome = fault.Of(err).Key
		}
		if rec.code >= http.StatusInternalServerError {
			level = s.Log.Error
		}
		args := []any{"route", route.Pattern, "status", rec.code, "ms", s.Host.DB.Now().Sub(began).Milliseconds(), "user", q.Who.User, "outcome", outcome}
		if rec.code >= http.StatusInternalServerError {
			args = append(args, "error", ident.Veil(err.Error()))
		}
		level("request", args...)
	})
}

func (q *Req) serve() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s panicked: %v", q.Route.Pattern, p)
		}
	}()
	if err := q.arrive(); err != nil {
		return err
	}
	if err := q.rush(); err != nil {
		return err
	}
	if auth.Scope(q.Who, q.Route.Right).None() {
		switch {
		case !q.SignedIn():
			return fault.New(fault.Denied, "auth.session")
		case q.bare:
			return fault.New(fault.Denied, "auth.enrol")
		}
		return fault.New(fault.Denied, "fault.denied")
	}
	return q.Route.Do(q)
}

// arrive finds the actor, the union and the look of a request.
func (q *Req) arrive() error {
	q.prefer = q.look()
	who, err := auth.Who(q.R.Context(), q.Site.Host.DB, q.cookie("session"))
	switch {
	case err == nil:
		q.Who = who
		if who.Lang != "" && q.cookie("lang") == "" {
			q.prefer.Lang = who.Lang
		}
	case fault.Of(err).Kind == fault.Denied:
		union, err := q.guess()
		if err != nil {
			return err
		}
		q.Who = db.Actor{Union: union, User: "public", Via: "web"}
	default:
		return err
	}
	if q.Who.Union == "" {
		return nil
	}
	return q.Site.Host.DB.View(q.R.Context(), q.Who, func(ctx context.Context, tx *db.Tx) (err error) {
		q.Union, err = org.Info(ctx, tx)
		if fault.Of(err) != nil && fault.Of(err).Kind == fault.Missing {
			err = nil
		}
		if err != nil || !q.SignedIn() {
			return err
		}
		q.bare, err = auth.Bare(ctx, tx)
		if q.bare {
			q.Who.Posts = nil
		}
		return err
	})
}

// guess finds the union of somebody not signed in: named in the address, left by an earlier visit, or the only one.
func (q *Req) guess() (string, error) {
	if u := q.Query("u"); u != "" {
		return u, nil
	}
	if u, _, _ := strings.Cut(q.cookie("session"), "."); u != "" {
		return u, nil
	}
	var all []org.Union
	err := q.Site.Host.DB.View(q.R.Context(), db.System("none"), func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = org.All(ctx, tx)
		return err
	})
	if err != nil || len(all) != 1 {
		return "", err
	}
	return all[0].UnionID, nil
}

// trouble shows a fault as a page. Somebody whose session is over is sent to sign in and back; what they posted is kept.
func (q *Req) trouble(err error) error {
	f := fault.Of(err)
	if to := q.before(f.Key); to != "" {
		bad := q.first(to)
		if bad == nil {
			return nil
		}
		f, err = fault.Of(bad), bad // what was posted could not be put by: say so
	}
	in := q.Page(q.T("出错了"))
	t := page.Trouble{Kind: f.Kind.String(), Text: q.T(f.Key, f.Args...)}
	code := http.StatusInternalServerError
	switch f.Kind {
	case fault.Invalid, fault.Refused:
		code, t.Kind = http.StatusUnprocessableEntity, "refused"
		if len(f.Parts) > 0 {
			in = in.With(loose(f))
		}
	case fault.Denied:
		code, t.Kind = http.StatusForbidden, "denied"
	case fault.Missing:
		code, t.Kind = http.StatusNotFound, "missing"
	case fault.Conflict:
		code, t.Kind = http.StatusConflict, "conflict"
	}
	switch {
	case f.Key == rushKey:
		code = http.StatusTooManyRequests
	case code == http.StatusInternalServerError:
		t.Kind, t.Code = "internal", strings.ToUpper(db.Token()[:4])
		if f.Key == "fault.full" || f.Key == "fault.gone" || f.Key == "blob.gone" { // the machine's: over when it is seen to
			code = http.StatusServiceUnavailable
			q.W.Header().Set("Retry-After", "60")
		}
		q.Site.Log.Error("trouble", "code", t.Code, "route", q.Route.Pattern, "error", ident.Veil(err.Error()))
	}
	if back := q.R.Referer(); back != "" && q.R.Method == http.MethodPost {
		if u, err := url.Parse(back); err == nil && u.Host == q.R.Host {
			t.Buttons = append(t.Buttons, page.Button{Label: q.T("回到刚才那一页"), Href: u.RequestURI(), Kind: "main"})
		}
	}
	return q.status(code, page.TroublePage(in, t))
}

// loose is a fault whose lines lead to no field, for a page that has none of them.
func loose(f *fault.Fault) *fault.Fault {
	out := *f
	out.Parts = make([]*fault.Fault, len(f.Parts))
	for i, p := range f.Parts {
		line := *p
		line.Field = ""
		out.Parts[i] = &line
	}
	return &out
}

// before gives the page that must come before what was asked for, or "".
func (q *Req) before(key string) string {
	switch {
	case key == "auth.session" && q.Route.Right != Open:
		return page.SignInPath
	case key == "auth.fresh":
		return ProvePath
	case key == "auth.enrol":
		return CodePath
	}
	return ""
}

// first sends the reader to a page that must come before: to sign in, or to show a code. The way back stands in the
// address; what was posted is kept with its files and offered again.
func (q *Req) first(to string) error {
	next := q.R.URL.RequestURI()
	if q.R.Method == http.MethodPost {
		parked, err := q.park()
		if err != nil {
			return err
		}
		next = parked
	}
	return q.Go(to + "?next=" + url.QueryEscape(next))
}

// note records for the log that a form came back with faults: keys and fields, never values.
func (q *Req) note(err error) {
	f := fault.Of(err)
	keys := []string{f.Key}
	for _, p := range f.Parts {
		keys = append(keys, p.Field+":"+p.Key)
	}
	q.Site.Log.Info("form", "route", q.Route.Pattern, "faults", strings.Join(keys, " "))
}

type recorder struct {
	http.ResponseWriter
	code  int
	wrote bool
}

// Write is an answer under way, too late for another.
func (r *recorder) Write(p []byte) (int, error) {
	r.wrote = true
	return r.ResponseWriter.Write(p)
}

// WriteHeader remembers the code for the log.
func (r *recorder) WriteHeader(code int) {
	r.code, r.wrote = code, true
	r.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController through.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
