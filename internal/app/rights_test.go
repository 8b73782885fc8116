package app

import (
	"context"
	"encoding/base64"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/api"
	"bangfu/internal/face/web"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
)

// caseData are the rights over the cases of families. The administrator keeps the house and sees none of it.
func caseData() []string {
	return []string{"intake.", "casefile.", "plan.", "payment.", "person.", "effect.", "roster.", "outreach.", "partner.", "survey.", "discovery."}
}

func isCaseData(right string) bool {
	return slices.ContainsFunc(caseData(), func(p string) bool { return strings.HasPrefix(right, p) })
}

func tableOfRights(t *testing.T) map[string]map[string]string {
	t.Helper()
	all, err := auth.Rights()
	if err != nil || len(all) < 50 {
		t.Fatalf("%d rights, %v", len(all), err)
	}
	return all
}

// asked gives every right that a route, an act, a reading or the navigation names, with who names it.
func asked(h *House) map[string]string {
	out := map[string]string{}
	for _, r := range web.Routes(h.Hooks()) {
		out[r.Right] = "route " + r.Pattern
	}
	for _, a := range Acts() {
		name, _, right := a.About()
		out[right] = "act " + name
	}
	for _, r := range api.Reads() {
		name, _, right := r.About()
		out[right] = "reading " + name
	}
	for _, n := range web.Nav() {
		out[n.Right] = "navigation " + n.Href
	}
	return out
}

// Whatever asks for a right asks for one of the table, and every right of the table is asked for somewhere.
func TestRightsAreThoseOfTheTable(t *testing.T) {
	table, named := tableOfRights(t), asked(open(t, ""))
	for right, by := range named {
		if table[right] == nil {
			t.Errorf("%s asks for %q, which is not in the table", by, right)
		}
	}
	said := literals(t)
	for right := range table {
		if named[right] == "" && !said[right] {
			t.Errorf("nothing asks for %s", right)
		}
	}
}

// literals gives the texts that stand in the sources, but for the names of acts.
func literals(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	err := fs.WalkDir(os.DirFS(".."), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), "../"+path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				key, ok := n.Key.(*ast.Ident)
				return !ok || key.Name != "Name"
			case *ast.BasicLit:
				if s, err := strconv.Unquote(n.Value); err == nil {
					all[s] = true
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The administrator keeps the house and has no right over a case.
func TestAdministratorHasNoCase(t *testing.T) {
	n := 0
	for right, roles := range tableOfRights(t) {
		if !isCaseData(right) {
			continue
		}
		n++
		for _, role := range []string{"admin", "signed"} {
			if roles[role] != "" {
				t.Errorf("%s is given to %s", right, role)
			}
		}
		if roles["public"] != "" && right != "intake.by_link" {
			t.Errorf("%s is given to everybody", right)
		}
	}
	if n < 30 {
		t.Errorf("only %d rights over cases", n)
	}
}

// walk is a union with one paid case, and those who walk through its pages.
type walk struct {
	t     *testing.T
	h     *House
	w     *world.World
	ids   []string // of everything that belongs to the case
	table map[string]map[string]string
}

const victim = "欧阳春梅"

// Every page that can be read, by nobody, by a worker without posts and by the administrator, with the ids of a
// colleague's case: who may not is sent to sign in or refused, and no page tells the colleague's name or story.
func TestPagesKeepToTheirRights(t *testing.T) {
	x := newWalk(t)
	officer, _ := x.signIn("王敏")
	for _, path := range []string{"/desk/applications/" + x.ids[0], "/desk/people/" + x.ids[2]} {
		if w := x.get(path, officer); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), victim) {
			t.Fatalf("%s does not show the officer whose case it is: %d", path, w.Code)
		}
	}
	for who, user := range map[string]string{"nobody": "", "worker": "赵玉兰", "admin": "admin"} {
		t.Run(who, func(t *testing.T) {
			x.t = t
			cookie, actor := x.signIn(user)
			if n := x.all(cookie, actor); n < 40 {
				t.Errorf("only %d pages", n)
			}
		})
	}
}

func newWalk(t *testing.T) *walk {
	h := open(t, "")
	x := &walk{t: t, h: h, table: tableOfRights(t)}
	p := &player{t: t, h: h, cases: map[string]*world.Live{}, family: map[string][]world.Kin{}, verdicts: map[string]string{}}
	p.play("walk", strings.ReplaceAll(`
union
pocket SJ-2026 upper 80000.00
worker 检修一班 3000.00 李长江 V 赵玉兰
leader 李长江 检修一班
apply V disaster calamity natural_disaster=1 event_day=20260822 loss=42000 found.major_loss=1
review 李长江 V
propose V 3000.00 SJ-2026
decide 周正 yes V
publish V
notice-ends
sign 吴平 V
pay SJ-2026 1 3000.00
`, "V", victim))
	x.w = p.w
	err := p.see(func(ctx context.Context, tx *db.Tx) error {
		a, err := plan.Get(ctx, tx, p.cases[victim].Award)
		if err != nil {
			return err
		}
		all, err := payment.OfAward(ctx, tx, a.ID)
		x.ids = []string{a.ApplicationID, a.ID, a.PersonID, a.HouseholdID, all[0].ID, all[0].BatchID}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// signIn opens a session; "" is nobody.
func (x *walk) signIn(user string) (*http.Cookie, db.Actor) {
	x.t.Helper()
	if user == "" {
		return nil, db.Actor{Union: x.w.Union, User: "public"}
	}
	actor, err := x.w.As(x.t.Context(), user)
	if err != nil {
		x.t.Fatal(err)
	}
	var secret string
	if err := x.h.DB.Update(x.t.Context(), db.System(x.w.Union), func(ctx context.Context, tx *db.Tx) (err error) {
		secret, err = auth.Begin(ctx, tx, x.w.Posts[user], "web")
		return err
	}); err != nil {
		x.t.Fatal(err)
	}
	return &http.Cookie{Name: "session", Value: base64.RawURLEncoding.EncodeToString([]byte(secret))}, actor
}

var parts = regexp.MustCompile(`\{[a-z_.]+\}`)

// all opens every page and gives how many there were.
func (x *walk) all(cookie *http.Cookie, actor db.Actor) (n int) {
	for _, r := range web.Routes(x.h.Hooks()) {
		path, ok := strings.CutPrefix(r.Pattern, "GET ")
		if !ok {
			continue
		}
		path = strings.TrimSuffix(path, "{$}")
		ids := x.ids
		if !parts.MatchString(path) {
			ids = ids[:1]
		}
		for _, id := range ids {
			n++
			x.open(r, parts.ReplaceAllLiteralString(path, id), cookie, actor)
		}
	}
	return n
}

func (x *walk) get(path string, cookie *http.Cookie) *httptest.ResponseRecorder {
	req := httptest.NewRequestWithContext(x.t.Context(), http.MethodGet, path, nil)
	if cookie != nil {
		req.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	x.h.Web.ServeHTTP(w, req)
	return w
}

func (x *walk) open(r site.Route, path string, cookie *http.Cookie, actor db.Actor) {
	x.t.Helper()
	w := x.get(path, cookie)
	body, to := w.Body.String(), w.Header().Get("Location")
	may := !auth.Scope(actor, r.Right).None()
	switch {
	case w.Code >= http.StatusInternalServerError:
		x.t.Errorf("%s (%s): %d", r.Pattern, r.Right, w.Code)
	case !may && cookie == nil && (w.Code != http.StatusSeeOther || !strings.HasPrefix(to, page.SignInPath)):
		x.t.Errorf("%s (%s): nobody gets %d %s", r.Pattern, r.Right, w.Code, to)
	case !may && cookie != nil && w.Code != http.StatusForbidden:
		x.t.Errorf("%s (%s): %d without the right", r.Pattern, r.Right, w.Code)
	case cookie == nil && w.Code == http.StatusOK && x.table[r.Right]["public"] == "":
		x.t.Errorf("%s (%s): nobody reads it", r.Pattern, r.Right)
	case w.Code == http.StatusOK && actor.Person == "" && isCaseData(r.Right) && r.Right != "intake.by_link":
		x.t.Errorf("%s (%s): case data is open", r.Pattern, r.Right)
	case strings.Contains(body, victim) || strings.Contains(body, "请工会帮一把"):
		x.t.Errorf("%s (%s) at %s tells of a colleague's case", r.Pattern, r.Right, path)
	}
}
