// Package api is the way in for programs: every act is a POST and every read a GET under /api/v1, typed, held to a token's
// rights, safe to send twice, and answered in JSON. It holds no rule: what a page cannot do, a program cannot either.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/auth"
)

// Root is where the operations stand, and DocumentPath where their description is.
const (
	Root         = "/api/v1/"
	DocumentPath = "/api/openapi.json"
)

// server is the API of one house.
type server struct {
	host *act.Host
	log  *slog.Logger
	ops  map[string]operation // by "POST /api/v1/…"
	docs map[words.Lang][]byte
}

// operation is one thing that can be asked: an act or a read.
type operation struct {
	method, path, name string
	title              words.Key
	right              string
	in, out            reflect.Type
	do                 func(ctx context.Context, q *request) (any, error)
}

// request is one asking under way.
type request struct {
	s    *server
	w    http.ResponseWriter
	r    *http.Request
	op   operation
	who  db.Actor
	lang words.Lang
}

// Handler serves the acts and reads given, but those of Left, and their description. Mount it at "/api/".
func Handler(h *act.Host, log *slog.Logger, acts []act.Any, reads []act.AnyRead) http.Handler {
	s := &server{host: h, log: log, ops: map[string]operation{}, docs: map[words.Lang][]byte{}}
	all := operations(acts, reads)
	for _, op := range all {
		s.ops[op.method+" "+op.path] = op
	}
	for _, l := range words.Langs() {
		s.docs[l], _ = json.Marshal(document(all, l)) // maps of texts and numbers never fail
	}
	return s
}

// operations lists what is served, by path.
func operations(acts []act.Any, reads []act.AnyRead) []operation {
	var all []operation
	for _, a := range Offered(acts) {
		op := operation{method: http.MethodPost}
		op.name, op.title, op.right = a.About()
		op.in, op.out = a.Types()
		op.do = func(ctx context.Context, q *request) (any, error) {
			return a.Serve(ctx, q.s.host, act.Call{Actor: q.who, Key: q.r.Header.Get("Idempotency-Key")}, q.fill)
		}
		all = append(all, op)
	}
	for _, a := range reads {
		op := operation{method: http.MethodGet}
		op.name, op.title, op.right = a.About()
		op.in, op.out = a.Types()
		op.do = func(ctx context.Context, q *request) (any, error) { return a.Serve(ctx, q.s.host, q.who, q.fill) }
		all = append(all, op)
	}
	for i := range all {
		all[i].path = Root + strings.ReplaceAll(all[i].name, ".", "/")
	}
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return all
}

// ServeHTTP answers one request.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	if r.TLS != nil {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	q := &request{s: s, w: w, r: r, lang: langOf(r)}
	if r.URL.Path == DocumentPath && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		r.Pattern = "GET " + DocumentPath
		h.Set("Content-Type", "application/json")
		_, _ = w.Write(s.docs[q.lang]) // the caller is gone if this fails
		return
	}
	r.Pattern = "/api/"
	began := s.host.DB.Now()
	status, err := q.serve()
	args := []any{"route", r.Pattern, "status", status, "ms", s.host.DB.Now().Sub(began).Milliseconds(), "user", q.who.User}
	if err != nil {
		args = append(args, "outcome", fault.Of(err).Key)
	}
	s.log.Info("api", args...)
}

// serve finds who asks and for what, does it and answers.
func (q *request) serve() (int, error) {
	out, err := q.do()
	if err == nil {
		q.w.Header().Set("Content-Type", "application/json")
		text, err := json.Marshal(answer(out, q.lang))
		if err == nil {
			_, err = q.w.Write(text)
		}
		return http.StatusOK, err
	}
	p := problemOf(fault.Of(err), q.lang)
	if p.Status == http.StatusInternalServerError {
		p.Trace = strings.ToUpper(db.Token()[:6])
		q.s.log.Error("api trouble", "trace", p.Trace, "route", q.r.Pattern, "error", ident.Veil(err.Error()))
	}
	p.write(q.w)
	return p.Status, err
}

func (q *request) do() (out any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s panicked: %v", q.r.Pattern, p)
		}
	}()
	token, ok := strings.CutPrefix(q.r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return nil, fault.New(fault.Denied, "api.token")
	}
	if q.who, err = Who(q.r.Context(), q.s.host.DB, token); err != nil {
		return nil, err
	}
	if q.op, ok = q.s.ops[q.r.Method+" "+q.r.URL.Path]; !ok {
		return nil, q.nowhere()
	}
	q.r.Pattern = q.op.method + " " + q.op.path
	if q.op.method == http.MethodPost && !keyGood(q.r.Header.Get("Idempotency-Key")) {
		return nil, fault.New(fault.Invalid, "api.key")
	}
	return q.op.do(q.r.Context(), q)
}

// nowhere tells a wrong method from a wrong address.
func (q *request) nowhere() error {
	for _, other := range []string{http.MethodGet, http.MethodPost} {
		if _, ok := q.s.ops[other+" "+q.r.URL.Path]; ok {
			q.w.Header().Set("Allow", other)
			return fault.New(fault.Invalid, "api.method", other)
		}
	}
	return fault.New(fault.Missing, "api.nowhere")
}

// keyGood holds an idempotency key to 8 to 120 plain characters.
func keyGood(key string) bool {
	return len(key) >= 8 && len(key) <= 120 && !strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' })
}

// fill reads the input. Whoever has no right gets it left empty, so that the act itself refuses and the refusal is on record
// before anything is said of the body.
func (q *request) fill(into any) error {
	if auth.Scope(q.who, q.op.right).None() {
		return nil
	}
	if q.op.method == http.MethodGet {
		return query(q.r.URL.Query(), into)
	}
	kind, _, err := mime.ParseMediaType(q.r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return fault.New(fault.Invalid, "api.media")
	}
	err = form.JSON(q.r.Body, into)
	if f := fault.Of(err); f != nil && f.Kind == fault.Internal {
		return errors.Join(fault.New(fault.Invalid, "form.body"), err)
	}
	return err
}

// query fills a read's input from the address: names nobody knows and names given twice are refused.
func query(values url.Values, into any) error {
	fields := form.Describe(reflect.TypeOf(into))
	var bad fault.List
	for name, v := range values {
		f, ok := form.Name(fields, name)
		if !ok {
			bad.Add(name, "form.unknown", name)
		} else if len(v) > 1 && f.Kind != form.Picks {
			bad.Add(name, "form.twice", name)
		}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return form.Decode(form.Values(values), into)
}
