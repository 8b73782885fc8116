package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/approval"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/notice"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// everyAct is what the program can do, as app hands it down.
func everyAct() []act.Any {
	return slices.Concat(org.Acts(), auth.Acts(), calendar.Acts(), task.Acts(), approval.Acts(), notice.Acts(), notify.Acts(),
		standard.Acts(), person.Acts(), fund.Acts(), casefile.Acts(), intake.Acts(), plan.Acts(), payment.Acts(), Acts())
}

// house is a union with one holder of each role, each with a token that may do all its user may.
type house struct {
	d      *db.DB
	host   *act.Host
	h      http.Handler
	ids    map[string]string // login → user id
	tokens map[string]string
	keys   int
}

const union = "u1"

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{d: d, host: &act.Host{DB: d, Allow: auth.Allow, Record: audit.Record}, ids: map[string]string{}, tokens: map[string]string{}}
	h.h = Handler(h.host, slog.New(slog.DiscardHandler), everyAct(), Reads())
	err := d.Update(context.Background(), db.System(union), func(ctx context.Context, tx *db.Tx) error {
		if err := org.Found(ctx, tx, org.Union{Name: "示例工会", State: "live"}); err != nil {
			return err
		}
		for _, role := range append(org.Roles(), "worker") {
			u, err := org.AddUser(ctx, tx, org.User{Login: role, Name: "示例" + role, PersonID: "p-" + role})
			if err != nil {
				return err
			}
			h.ids[role] = u.ID
			if role == "worker" {
				continue
			}
			if err := org.Appoint(ctx, tx, u.ID, role, union); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for login := range h.ids {
		h.tokens[login] = h.token(t, login, TokenIn{Name: "示例程序", Days: 30, All: true})
	}
	return h
}

func (h *house) actor(t testing.TB, login string) db.Actor {
	t.Helper()
	var a db.Actor
	err := h.d.View(context.Background(), db.System(union), func(ctx context.Context, tx *db.Tx) (err error) {
		a, err = auth.ActorOf(ctx, tx, h.ids[login])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Via = "web"
	return a
}

func (h *house) token(t testing.TB, login string, in TokenIn) string {
	t.Helper()
	made, err := NewToken.Run(context.Background(), h.host, act.Call{Actor: h.actor(t, login)}, in)
	if err != nil {
		t.Fatalf("token of %s: %v", login, err)
	}
	return made.Secret
}

// call is one request; Key "" takes a fresh one and "none" sends none.
type call struct{ Method, Path, Token, Body, Key, Lang, Kind string }

func (h *house) do(c call) (int, http.Header, string) {
	r := httptest.NewRequest(c.Method, c.Path, strings.NewReader(c.Body))
	if c.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	if c.Key == "" {
		h.keys++
		c.Key = fmt.Sprintf("key-%06d", h.keys)
	}
	if c.Key != "none" {
		r.Header.Set("Idempotency-Key", c.Key)
	}
	if c.Kind == "" {
		c.Kind = "application/json"
	}
	r.Header.Set("Content-Type", c.Kind)
	r.Header.Set("Accept-Language", c.Lang)
	w := httptest.NewRecorder()
	h.h.ServeHTTP(w, r)
	body, _ := io.ReadAll(w.Result().Body) // a recorder's body cannot fail
	return w.Code, w.Header(), string(body)
}

func problemIn(t testing.TB, body string) Problem {
	t.Helper()
	var p Problem
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatalf("no problem: %v in %q", err, body)
	}
	return p
}

// holder gives a login that has a right, the first of the roles in order.
func holder(t testing.TB, right string) string {
	t.Helper()
	all, err := auth.Rights()
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range append(org.Roles(), "worker") {
		if all[right][role] != "" {
			return role
		}
	}
	if all[right]["signed"] == "" && all[right]["public"] == "" {
		t.Fatalf("nobody has the right %q", right)
	}
	return "worker"
}

// stranger gives a login without a right; "" when everyone has it.
func stranger(t testing.TB, right string) string {
	t.Helper()
	all, _ := auth.Rights()
	if all[right]["signed"] != "" || all[right]["public"] != "" {
		return ""
	}
	for _, role := range append(org.Roles(), "worker") {
		if all[right][role] == "" && all[right]["worker"] == "" {
			return role
		}
	}
	return ""
}

// body makes an input that has the shape an act asks for, from its own description.
func body(in reflect.Type) string {
	out := map[string]any{}
	for _, f := range form.Describe(in) {
		if f.Need || f.Kind == form.Area {
			out[f.Name] = sample(f)
		}
	}
	text, _ := json.Marshal(out) // texts and numbers never fail
	return string(text)
}

func sample(f form.Field) any {
	switch f.Kind {
	case form.Money, form.Int:
		return max(f.Min, 1)
	case form.Bool:
		return true
	case form.Day:
		return "2026-11-24"
	case form.FileIn:
		one := map[string]any{"name": "a.txt", "data": "5LiA"}
		if f.Many {
			return []any{one}
		}
		return one
	case form.Pick:
		if len(f.Choices) > 0 {
			return f.Choices[0].Value
		}
	case form.Picks:
		if len(f.Choices) > 0 {
			return []string{f.Choices[0].Value}
		}
		return []string{"nothing"}
	case form.Phone:
		return "13800000000"
	}
	return strings.Repeat("x", int(max(f.Min, 4)))
}

func TestGaps(t *testing.T) {
	if gaps := Gaps(everyAct()); len(gaps) > 0 {
		t.Errorf("acts that need a line in Left: %q", gaps)
	}
	names := map[string]bool{}
	for _, op := range operations(everyAct(), Reads()) {
		if names[op.method+op.path] {
			t.Errorf("%s %s is served twice", op.method, op.path)
		}
		names[op.method+op.path] = true
	}
	for _, must := range []string{"POST/api/v1/intake/submit", "POST/api/v1/fund/receive", "GET/api/v1/task/mine"} {
		if !names[must] {
			t.Errorf("%s is not served", must)
		}
	}
	for name := range Left() {
		if names["POST"+Root+strings.ReplaceAll(name, ".", "/")] {
			t.Errorf("%s is left out and served", name)
		}
	}
}

// TestWalk asks for every operation without a token, with a token narrowed to another right, as a person without the right, and
// as one who has it.
func TestWalk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for _, op := range operations(everyAct(), Reads()) {
			c := call{Method: op.method, Path: op.path, Body: "{}"}
			if code, head, text := h.do(c); code != http.StatusUnauthorized || problemIn(t, text).Code != "api.token" || head.Get("WWW-Authenticate") == "" {
				t.Errorf("%s without a token: %d %s", op.name, code, text)
			}
			who := holder(t, op.right)
			other := "web.signed"
			c.Token = h.narrow(t, who, other)
			if code, _, text := h.do(c); code != http.StatusForbidden || problemIn(t, text).Code != "fault.denied" {
				t.Errorf("%s with a token for %s only: %d %s", op.name, other, code, text)
			}
			if who := stranger(t, op.right); who != "" {
				c.Token = h.tokens[who]
				if code, _, text := h.do(c); code != http.StatusForbidden {
					t.Errorf("%s as %s: %d %s", op.name, who, code, text)
				}
			}
			h.right(t, op, who)
		}
	})
}

// narrow gives a token of a user for one right, the same one each time.
func (h *house) narrow(t testing.TB, login, right string) string {
	t.Helper()
	name := login + "/" + right
	if h.tokens[name] == "" {
		h.tokens[name] = h.token(t, login, TokenIn{Name: "示例程序", Days: 30, Rights: []string{right}})
	}
	return h.tokens[name]
}

// right asks as one who may: an empty body is refused for its shape where something is needed, a whole one is never an
// error of ours.
func (h *house) right(t *testing.T, op operation, who string) {
	t.Helper()
	c := call{Method: op.method, Path: op.path, Body: "{}", Token: h.narrow(t, who, op.right)}
	code, _, text := h.do(c)
	if need := slices.ContainsFunc(form.Describe(op.in), func(f form.Field) bool { return f.Need }); need && code != http.StatusUnprocessableEntity {
		t.Errorf("%s as %s, empty: %d %s", op.name, who, code, text)
	}
	if op.method == http.MethodGet {
		c.Path += "?" + querySample(op.in)
	}
	c.Body = body(op.in)
	code, _, text = h.do(c)
	if code == http.StatusUnauthorized || code >= 500 {
		t.Errorf("%s as %s, %s: %d %s", op.name, who, c.Body, code, text)
	}
	if op.method == http.MethodGet && code != http.StatusOK {
		t.Errorf("%s as %s: %d %s", op.name, who, code, text)
	}
}

func querySample(in reflect.Type) string {
	if _, ok := form.Name(form.Describe(in), "year"); ok {
		return "year=2026"
	}
	return ""
}

func TestEndToEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		c := call{Method: "POST", Path: "/api/v1/org/add_unit", Token: h.tokens["admin"], Key: "same-key-1",
			Body: `{"parent_id":"u1","kind":"branch","name":"示例分会"}`}
		code, _, first := h.do(c)
		if code != http.StatusOK || !strings.Contains(first, `"name":"示例分会"`) || !strings.Contains(first, `"parent_id":"u1"`) {
			t.Fatalf("add a unit: %d %s", code, first)
		}
		if code, _, again := h.do(c); code != http.StatusOK || again != first {
			t.Errorf("the same again: %d %s, want %s", code, again, first)
		}
		c.Body = strings.Replace(c.Body, "示例分会", "别的分会", 1)
		if code, _, text := h.do(c); code != http.StatusConflict || problemIn(t, text).Code != "act.key_reused" {
			t.Errorf("the key with another body: %d %s", code, text)
		}
		list := call{Method: "GET", Path: "/api/v1/org/units", Token: h.tokens["admin"]}
		if code, _, text := h.do(list); code != http.StatusOK || strings.Count(text, "示例分会") != 1 || strings.Contains(text, "别的分会") {
			t.Errorf("units: %d %s", code, text)
		}
		h.page(t)
	})
}

// page reads the audit's entries one by one by their cursors: all of them, none twice.
func (h *house) page(t *testing.T) {
	t.Helper()
	seen, after := map[string]bool{}, ""
	for range 200 {
		code, _, text := h.do(call{Method: "GET", Path: "/api/v1/audit/entries?limit=5&after=" + after, Token: h.tokens["auditor"]})
		var p struct {
			Items []struct{ ID string }
			Next  string
		}
		if err := json.Unmarshal([]byte(text), &p); err != nil || code != http.StatusOK {
			t.Fatalf("entries: %d %s", code, text)
		}
		for _, e := range p.Items {
			if seen[e.ID] {
				t.Errorf("entry %s comes twice", e.ID)
			}
			seen[e.ID] = true
		}
		if after = p.Next; after == "" {
			break
		}
	}
	var want int64
	err := h.d.View(context.Background(), db.System(union), func(ctx context.Context, tx *db.Tx) error {
		r, err := audit.Verify(ctx, tx, nil)
		want = r.Entries
		return err
	})
	if err != nil || int64(len(seen)) != want || want < 10 {
		t.Errorf("paged %d entries of %d, %v", len(seen), want, err)
	}
}

func TestProblems(t *testing.T) {
	h := newHouse(t, dbtest.Open(t))
	ok := call{Method: "POST", Path: "/api/v1/org/add_unit", Token: h.tokens["admin"], Body: `{"parent_id":"u1","kind":"branch","name":"示例"}`}
	with := func(f func(*call)) call { c := ok; f(&c); return c }
	for name, tc := range map[string]struct {
		c    call
		code int
		key  string
	}{
		"no key":        {with(func(c *call) { c.Key = "none" }), 400, "api.key"},
		"short key":     {with(func(c *call) { c.Key = "abc" }), 400, "api.key"},
		"key with 空":    {with(func(c *call) { c.Key = "钥匙钥匙钥匙钥匙" }), 400, "api.key"},
		"not json":      {with(func(c *call) { c.Kind = "text/plain" }), 415, "api.media"},
		"form":          {with(func(c *call) { c.Kind = "application/x-www-form-urlencoded" }), 415, "api.media"},
		"broken":        {with(func(c *call) { c.Body = `{"name":` }), 400, "form.body"},
		"array":         {with(func(c *call) { c.Body = `[]` }), 400, "form.body"},
		"too big":       {with(func(c *call) { c.Body = `{"name":"` + strings.Repeat("x", form.Limit) + `"}` }), 413, "form.big"},
		"unknown":       {with(func(c *call) { c.Body = `{"nam":"x"}` }), 422, "fault.form"},
		"wrong method":  {with(func(c *call) { c.Method = "GET" }), 405, "api.method"},
		"no such":       {with(func(c *call) { c.Path = "/api/v1/org/nothing" }), 404, "api.nowhere"},
		"left out":      {with(func(c *call) { c.Path = "/api/v1/auth/sign_out"; c.Body = "{}" }), 404, "api.nowhere"},
		"other union":   {with(func(c *call) { c.Token = strings.Replace(c.Token, ".u1.", ".u2.", 1) }), 401, "api.token"},
		"guessed":       {with(func(c *call) { c.Token = "bf.u1." + strings.Repeat("a", 32) }), 401, "api.token"},
		"query unknown": {call{Method: "GET", Path: "/api/v1/org/units?x=1", Token: ok.Token}, 422, "fault.form"},
		"query twice":   {call{Method: "GET", Path: "/api/v1/task/mine?kind=a&kind=b", Token: ok.Token}, 422, "fault.form"},
		"cursor":        {call{Method: "GET", Path: "/api/v1/task/mine?after=***", Token: ok.Token}, 422, "api.cursor"},
	} {
		code, head, text := h.do(tc.c)
		p := problemIn(t, text)
		if code != tc.code || p.Status != code || p.Code != tc.key || head.Get("Content-Type") != "application/problem+json" || p.Detail == "" || p.Detail == p.Code {
			t.Errorf("%s: %d %s, want %d %s", name, code, text, tc.code, tc.key)
		}
	}
	_, _, zh := h.do(with(func(c *call) { c.Body = "{}" }))
	_, _, en := h.do(with(func(c *call) { c.Body, c.Lang = "{}", "fr, en-GB;q=0.8, zh;q=0.5" }))
	if a, b := problemIn(t, zh), problemIn(t, en); a.Title != "填写有误" || b.Title != "The input needs mending" || len(a.Errors) != len(b.Errors) ||
		!slices.ContainsFunc(b.Errors, func(w Wrong) bool { return w.Pointer == "#/name" && w.Code == "form.need" }) {
		t.Errorf("languages: %s and %s", zh, en)
	}
	if code, _, text := h.do(with(func(*call) {})); code != http.StatusOK {
		t.Errorf("the good one: %d %s", code, text)
	}
}

func TestTokens(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		h := newHouse(t, d)
		get := func(token string) int {
			code, _, _ := h.do(call{Method: "GET", Path: "/api/v1/org/units", Token: token})
			return code
		}
		one := h.token(t, "officer", TokenIn{Name: "示例", Days: 2, Rights: []string{"org.see"}})
		if got := get(one); got != http.StatusOK {
			t.Fatalf("a new token: %d", got)
		}
		run := func(login, via string, in TokenIn) error {
			a := h.actor(t, login)
			a.Via = via
			_, err := NewToken.Run(context.Background(), h.host, act.Call{Actor: a}, in)
			return err
		}
		if err := run("worker", "web", TokenIn{Name: "示例", Days: 2, Rights: []string{"org.manage"}}); !fault.Is(err, "api.not_yours") {
			t.Errorf("a right one has not: %v", err)
		}
		if err := run("admin", "api", TokenIn{Name: "示例", Days: 2, All: true}); !fault.Is(err, "api.by_token") {
			t.Errorf("a token that makes a token: %v", err)
		}
		if err := run("admin", "web", TokenIn{Name: "示例", Days: 2}); fault.Of(err).Kind != fault.Invalid {
			t.Errorf("no scope: %v", err)
		}
		own := func(login string) (all []Token) {
			err := d.View(context.Background(), h.actor(t, login), func(ctx context.Context, tx *db.Tx) (err error) {
				all, err = Tokens(ctx, tx)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		mine := own("officer")
		if len(mine) != 2 || mine[0].Rights != "org.see" && mine[1].Rights != "org.see" || len(own("admin")) != len(h.ids)+1 {
			t.Fatalf("tokens: %v, admin sees %d", mine, len(own("admin")))
		}
		i := slices.IndexFunc(mine, func(tk Token) bool { return tk.Rights == "org.see" })
		end := func(login string) error {
			_, err := EndToken.Run(context.Background(), h.host, act.Call{Actor: h.actor(t, login)}, TokenID{mine[i].ID})
			return err
		}
		if err := end("worker"); !fault.Is(err, "api.gone") || get(one) != http.StatusOK {
			t.Errorf("somebody else's token: %v", err)
		}
		clock.Add(48 * time.Hour)
		if got := get(one); got != http.StatusUnauthorized {
			t.Errorf("an expired token: %d", got)
		}
		if got := get(h.tokens["officer"]); got != http.StatusOK {
			t.Errorf("a token of 30 days on the third: %d", got)
		}
		if err := end("officer"); err != nil {
			t.Error(err)
		}
		admin := h.actor(t, "admin")
		if _, err := auth.CloseUser.Run(context.Background(), h.host, act.Call{Actor: admin}, auth.UserRef{UserID: h.ids["officer"]}); err != nil {
			t.Fatal(err)
		}
		if got := get(h.tokens["officer"]); got != http.StatusUnauthorized {
			t.Errorf("a token of a closed account: %d", got)
		}
	})
}

// TestAnswers holds that nothing sealed leaves: no bytes and no blind index, whatever a type may hold.
func TestAnswers(t *testing.T) {
	type inner struct{ Deep string }
	type row struct {
		inner
		ID       string
		IDNoIx   string
		IDNo     []byte
		Hidden   string `json:"-"`
		Title    words.Key
		Next     *inner
		Counts   map[string]int64
		Call     func()
		internal string
	}
	got, _ := json.Marshal(answer(row{inner{"d"}, "1", "ix", []byte("sealed"), "h", "年份", nil, map[string]int64{"a": 1}, nil, "i"}, words.En))
	want := `{"counts":{"a":1},"deep":"d","id":"1","next":null,"title":"Year"}`
	if string(got) != want {
		t.Errorf("answer %s, want %s", got, want)
	}
	if got, _ := json.Marshal(answer("x", words.Zh)); string(got) != `{"value":"x"}` {
		t.Errorf("a plain answer: %s", got)
	}
	for _, op := range operations(everyAct(), Reads()) {
		s := &shapes{all: object{}}
		s.answer(op.out)
		text, _ := json.Marshal(s.all)
		if strings.Contains(string(text), `_ix"`) {
			t.Errorf("%s answers with a blind index", op.name)
		}
	}
}
