// Package site is what every page stands on: it finds out who asks, holds each route to its right, turns faults into
// pages, and gives pages their frame. The pages themselves are in the packages beside it, one for each noun.
package site

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/blob"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/limit"
	"bangfu/internal/engine/page"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// The rights of routes that belong to no act: anyone at all, and anyone signed in.
const (
	Open   = "web.open"
	Signed = "web.signed"
)

// Site is the one value the pages share.
type Site struct {
	Host   *act.Host
	Hash   auth.Hasher
	Blob   *blob.Store
	Log    *slog.Logger
	Secure bool // TLS: the cookies carry __Host- and Secure
	Nav    []NavEntry
	Titles map[string]words.Key                                            // what acts are called, by their name
	Count  func(ctx context.Context, tx *db.Tx, right string) (int, error) // how many things wait, shown at "todo"

	Rush  *limit.Counter // nil lets every rush through
	Pace  int            // how many requests a minute one account may make
	Trust limit.Trust    // the proxies in front, if any

	inner  *http.ServeMux    // the routes, behind the guards
	rights map[string]string // the right of each pattern that is read
}

// NavEntry is one entry of the desk's navigation; it is shown to those who have the right.
type NavEntry struct {
	Href, Icon, Right string
	Label             words.Key
	Group             words.Key // the heading it stands under
	Also              []string  // pages of other addresses that belong here
}

// Handler answers one request or gives the error to be shown.
type Handler func(q *Req) error

// Route is one way in: a pattern of the standard mux ("GET /desk/people/{id}"), the right it needs, what it does. Face
// is the look of its error pages.
type Route struct {
	Pattern string
	Right   string
	Face    page.Face
	Do      Handler
}

// Req is one request under way.
type Req struct {
	W     http.ResponseWriter
	R     *http.Request
	Site  *Site
	Who   db.Actor // "public" when nobody is signed in
	Union org.Union
	Route Route

	prefer look
	key    string
	bare   bool // signed in without the code that the reader's posts want; they sleep until it is shown
}

// SignedIn reports whether somebody is.
func (q *Req) SignedIn() bool { return q.Who.User != "" && q.Who.User != "public" }

// ID is a part of the path: {id} of the pattern.
func (q *Req) ID(name string) string { return q.R.PathValue(name) }

// Query is a value of the address.
func (q *Req) Query(name string) string { return q.R.URL.Query().Get(name) }

// T says a sentence in the reader's language.
func (q *Req) T(zh string, args ...any) string {
	return words.T(words.Lang(q.prefer.Lang), zh, args...)
}

// Lang is the reader's language.
func (q *Req) Lang() words.Lang { return words.Lang(q.prefer.Lang) }

// See reads under the route's right, in one unchanging picture of the data.
func (q *Req) See(f func(context.Context, *db.Tx) error) error {
	return q.Site.Host.See(q.R.Context(), q.Who, q.Route.Right, f)
}

// Can reports whether the reader has a right at all, for links and buttons; the act itself checks again.
func (q *Req) Can(right string) bool { return !auth.Scope(q.Who, right).None() }

// Call is the asking for an act: the actor, and the idempotency key of the posted form.
func (q *Req) Call() act.Call {
	return act.Call{Actor: q.Who, Key: q.R.PostFormValue(form.KeyName)}
}

// Do runs an act for a request.
func Do[In, Out any](q *Req, a act.Act[In, Out], in In) (Out, error) {
	return a.Run(q.R.Context(), q.Site.Host, q.Call(), in)
}

// Read fills a pointer to struct from the posted form, and gives the raw values for showing again.
func (q *Req) Read(into any) (form.Values, error) {
	values, err := form.Parse(q.R)
	if err != nil {
		return nil, err
	}
	return values, form.Read(q.R, into)
}

// Render writes a page.
func (q *Req) Render(c templ.Component) error { return q.status(http.StatusOK, c) }

// Again writes the page of a form once more with what was wrong (422), or gives err back when it is not the form's to
// tell: a missing right, a lost session, our own mistake.
func (q *Req) Again(err error, page func(page.In) templ.Component, in page.In) error {
	switch fault.Of(err).Kind {
	case fault.Invalid, fault.Refused, fault.Conflict:
		q.note(err)
		return q.status(http.StatusUnprocessableEntity, page(in.With(err)))
	}
	return err
}

func (q *Req) status(code int, c templ.Component) error {
	h := q.W.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	q.W.WriteHeader(code)
	return c.Render(q.R.Context(), q.W)
}

// Go answers a post by sending the browser on.
func (q *Req) Go(to string) error {
	http.Redirect(q.W, q.R, to, http.StatusSeeOther)
	return nil
}

// Done sends the browser on with one green line to show there. The line is a catalogue key without any name in it.
func (q *Req) Done(to string, line string) error {
	q.SetFlash(line)
	return q.Go(to)
}

// SetFlash keeps one green line for the next page; a catalogue key without any name in it.
func (q *Req) SetFlash(line string) { q.setCookie("flash", line, 60) }

// GetPost makes the pair of routes of a form's page: r shows it at the path of its pattern, take takes what is posted there.
func GetPost(r Route, take Handler) []Route {
	path, post := r.Pattern, r
	r.Pattern, post.Pattern, post.Do = "GET "+path, "POST "+path, take
	return []Route{r, post}
}

// Press makes the route of a button: it reads the act's input from the form, runs the act and sends the browser to where
// done says, with a green line. A fault is shown on a page of its own: the form once more, or else a way back.
func Press[In, Out any](path string, face page.Face, a act.Act[In, Out], done func(q *Req, out Out) (to, line string)) Route {
	_, title, right := a.About()
	return Route{Pattern: "POST " + path, Right: right, Face: face, Do: func(q *Req) error {
		var in In
		typed, err := q.Read(&in)
		if err != nil {
			return q.retry(err, title, form.Of[In](), typed)
		}
		out, err := Do(q, a, in)
		if err != nil {
			return q.retry(err, title, form.Of[In](), typed)
		}
		to, line := done(q, out)
		return q.Done(to, line)
	}}
}
