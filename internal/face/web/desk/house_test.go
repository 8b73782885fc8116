package desk

import (
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/blob"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// house is a union with one workshop, its people and one programme, on a database of its own.
type house struct {
	t                                                *testing.T
	d                                                *db.DB
	site                                             *site.Site
	group                                            string
	worker, leader, officer, member, admin, governor db.Actor
}

const document = `
code: relief
sort: 1
name: {zh: 救急帮扶, en: Relief}
purpose: {zh: 遇到难处, en: In trouble}
who: {zh: 本单位职工}
get: {zh: 由工会研究确定}
prepare: {zh: 身份证}
causes: [illness, low_income, other]
about: [self, spouse, child]
ask:
  - {fact: serious_illness, of: event, label: {zh: 是大病吗, en: Serious illness}, causes: [illness]}
  - {fact: still_hard, by: officer, label: {zh: 各项救助后仍困难, en: Still hard}}
proofs:
  - {code: id_card, name: {zh: 身份证, en: Identity card}}
  - {code: diagnosis, name: {zh: 诊断证明, en: Diagnosis}, causes: [illness], sensitive: health}
standard: relief
route: ordinary
period: once
money: true
urgent: true
`

func plain(_ string, b []byte) ([]byte, error) { return b, nil }

func open(t *testing.T) *house {
	t.Helper()
	d := dbtest.Open(t)
	files, err := blob.New(t.TempDir(), plain, plain)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, d: d, site: &site.Site{Log: slog.New(slog.DiscardHandler), Blob: files, Host: &act.Host{DB: d, Allow: auth.Allow, Record: audit.Record}}}
	h.update(func(ctx context.Context, tx *db.Tx) error {
		if err := org.Found(ctx, tx, org.Union{Name: "临江机电工会", State: "live"}); err != nil {
			return err
		}
		g, err := org.AddUnit(ctx, tx, "u1", org.KindGroup, "检修一班")
		h.group = g.ID
		if err != nil {
			return err
		}
		_, err = intake.Keep(ctx, tx, []byte(document))
		return err
	})
	h.worker = h.person("W1", "王小河", "", "")
	h.leader = h.person("L1", "李大山", org.RoleGroupLeader, h.group)
	h.officer = h.person("O1", "周明月", org.RoleOfficer, "u1")
	h.member = h.person("C1", "郑远帆", org.RoleCommittee, "u1")
	h.admin = h.person("A1", "何管家", org.RoleAdmin, "u1")
	h.governor = h.person("G1", "卫新天", org.RoleLeader, "u1")
	return h
}

func (h *house) update(f func(context.Context, *db.Tx) error) {
	h.t.Helper()
	if err := h.d.Update(h.t.Context(), db.System("u1"), f); err != nil {
		h.t.Fatalf("set up: %v", err)
	}
}

func (h *house) person(no, name, role, unit string) (a db.Actor) {
	h.t.Helper()
	h.update(func(ctx context.Context, tx *db.Tx) error {
		pay := money.Yuan(3000)
		w, err := person.Add(ctx, tx, person.Draft{StaffNo: no, Name: name, UnitID: h.group, Pay: &pay})
		if err != nil {
			return err
		}
		u, err := org.AddUser(ctx, tx, org.User{Login: no, Name: name, PersonID: w.ID})
		if err != nil {
			return err
		}
		if role != "" {
			if err := org.Appoint(ctx, tx, u.ID, role, unit); err != nil {
				return err
			}
		}
		a, err = auth.ActorOf(ctx, tx, u.ID)
		return err
	})
	return a
}

func must[In, Out any](h *house, who db.Actor, a act.Act[In, Out], in In) Out {
	h.t.Helper()
	out, err := a.Run(h.t.Context(), h.site.Host, act.Call{Actor: who}, in)
	if err != nil {
		h.t.Fatalf("%s by %s: %v", a.Name, who.Name, err)
	}
	return out
}

// submitted gives an application handed in by the worker: a sick spouse, one paper with a file.
func (h *house) submitted() string {
	h.t.Helper()
	id := must(h, h.worker, intake.Start, intake.StartIn{Programme: "relief"}).ID
	must(h, h.worker, intake.Give, intake.ConsentIn{ID: id, Notice: true})
	must(h, h.worker, intake.Give, intake.ConsentIn{ID: id, Separate: true, Agree: []intake.Purpose{intake.ForHealth}})
	must(h, h.worker, intake.Self, intake.SelfIn{ID: id})
	income := money.Yuan(780)
	spouse := must(h, h.worker, intake.AddMember, intake.RelativeIn{ID: id, Relation: person.RelSpouse, Name: "陈秋水", Health: "ill", Income: &income})
	must(h, h.worker, intake.FamilyDone, intake.Ref{ID: id})
	must(h, h.worker, intake.SetCause, intake.CauseIn{ID: id, Cause: "illness", Story: "爱人病了"})
	must(h, h.worker, intake.SetAnswers, intake.AnswerIn{ID: id, Page: "ask", About: spouse.Member, Set: []string{"event/serious_illness=1"}})
	must(h, h.worker, intake.SetAnswers, intake.AnswerIn{ID: id, Page: "money"})
	key, err := h.site.Blob.Put(h.t.Context(), []byte("%PDF-1.4 a paper"))
	if err != nil {
		h.t.Fatal(err)
	}
	must(h, h.worker, intake.AddProof, intake.ProofIn{ID: id, Code: "id_card", Blob: key, File: "id.pdf", Kind: "application/pdf", Size: 16})
	must(h, h.worker, intake.AddProof, intake.ProofIn{ID: id, Code: "diagnosis", Reason: "later"})
	must(h, h.worker, intake.PapersDone, intake.Ref{ID: id})
	must(h, h.worker, intake.Submit, intake.SubmitIn{ID: id, Promise: true, Signed: h.worker.Name})
	return id
}

// ask sends one request to the route of a pattern and gives what came back.
func (h *house) ask(who db.Actor, method, path string, in url.Values) (*httptest.ResponseRecorder, error) {
	h.t.Helper()
	q, w := h.req(who, method, path, in)
	return w, q.Route.Do(q)
}

func (h *house) req(who db.Actor, method, path string, in url.Values) (*site.Req, *httptest.ResponseRecorder) {
	h.t.Helper()
	bare, _, _ := strings.Cut(path, "?")
	for _, exact := range []bool{true, false} {
		for _, r := range Routes() {
			verb, pattern, _ := strings.Cut(r.Pattern, " ")
			parts, ok := match(pattern, bare)
			if verb != method || !ok || exact != (pattern == bare) {
				continue
			}
			w, req := httptest.NewRecorder(), httptest.NewRequest(method, path, strings.NewReader(in.Encode()))
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for k, v := range parts {
				req.SetPathValue(k, v)
			}
			return &site.Req{W: w, R: req, Site: h.site, Who: who, Route: r}, w
		}
	}
	h.t.Fatalf("no route %s %s", method, path)
	return nil, nil
}

func match(pattern, path string) (map[string]string, bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	parts := map[string]string{}
	for i := range want {
		switch {
		case len(want) != len(got):
			return nil, false
		case strings.HasPrefix(want[i], "{"):
			parts[strings.Trim(want[i], "{}")] = got[i]
		case want[i] != got[i]:
			return nil, false
		}
	}
	return parts, true
}

// get gives a page that must come, in Chinese.
func (h *house) get(who db.Actor, path string) string {
	h.t.Helper()
	w, err := h.ask(who, "GET", path, nil)
	if err != nil {
		h.t.Fatalf("GET %s by %s: %v", path, who.Name, err)
	}
	body := w.Body.String()
	entire(h.t, path, body)
	return body
}

// post sends a form; want is the status it must give.
func (h *house) post(who db.Actor, path string, in url.Values, want int) *httptest.ResponseRecorder {
	h.t.Helper()
	w, err := h.ask(who, "POST", path, in)
	if err != nil || w.Code != want {
		h.t.Fatalf("POST %s by %s = %d, %v; want %d", path, who.Name, w.Code, err, want)
	}
	return w
}

// refused wants a request to end with a fault.
func (h *house) refused(who db.Actor, method, path string, in url.Values, key string) {
	h.t.Helper()
	if _, err := h.ask(who, method, path, in); !fault.Is(err, key) {
		h.t.Errorf("%s %s by %s = %v, want %s", method, path, who.Name, err, key)
	}
}

var (
	reNode = regexp.MustCompile(`>([^<]+)<`)
	reSlot = regexp.MustCompile(`\{\d\}`)
	reKey  = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)+$`)
)

// entire wants a page with a heading, every slot filled and every key of the catalogue worded.
func entire(t *testing.T, name, body string) {
	t.Helper()
	if !strings.Contains(body, "<h1") {
		t.Errorf("%s has no heading", name)
	}
	for _, m := range reNode.FindAllStringSubmatch(body, -1) {
		if text := strings.TrimSpace(m[1]); reSlot.MatchString(text) || reKey.MatchString(text) {
			t.Errorf("%s says %q", name, text)
		}
	}
}

// english draws a view in English and wants no text of the catalogue left in Chinese.
func english(t *testing.T, name string, view func(page.In) templ.Component) {
	t.Helper()
	var b bytes.Buffer
	if err := view(page.In{Lang: words.En, Face: page.Desk, Title: name}).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	entire(t, name, b.String())
	all, err := words.Catalogue(words.En)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range reNode.FindAllStringSubmatch(b.String(), -1) {
		text := strings.TrimSpace(m[1])
		if _, known := all[text]; known && strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%s in English says %q", name, text)
		}
	}
}
