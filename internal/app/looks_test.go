package app

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/face/web"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/org"
)

// openings is every opening of a sealed column, and every entry of the audit, by the transaction each was in.
type openings struct {
	mu      sync.Mutex
	opened  map[*db.Tx][]string // "place row"
	entries map[*db.Tx]act.Entry
}

func (o *openings) open(tx *db.Tx, place, row string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.opened[tx] = append(o.opened[tx], place+" "+row)
}

// watch has every entry kept as it goes into the audit.
func (o *openings) watch(h *House) {
	record := h.Host.Record
	h.Host.Record = func(ctx context.Context, tx *db.Tx, e act.Entry) error {
		o.mu.Lock()
		o.entries[tx] = e
		o.mu.Unlock()
		return record(ctx, tx, e)
	}
}

// lookOf gives what docs/data.md calls a look at each column.
func lookOf(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/data.md")
	must(t, err)
	out := map[string]string{}
	for _, l := range strings.Split(string(text), "\n") {
		if cells := strings.Split(l, "|"); len(cells) > 5 {
			for _, name := range strings.FieldsFunc(cells[1], func(r rune) bool { return r == '`' || r == ',' || r == ' ' }) {
				out[name] = strings.TrimSpace(cells[5])
			}
		}
	}
	return out
}

// fieldOf is what a look's entry calls a column.
func fieldOf(place string) string {
	_, column, _ := strings.Cut(place, ".")
	switch place {
	case "intake_assessment.situation":
		return "report"
	case "person_fact.sealed":
		return "value"
	}
	return column
}

// A case is driven from its draft to the bank's word, with its pages opened by everyone with a post between the steps. Every
// opening of a sealed column stands in one transaction with an entry that names the field, the worker and a reason, as the
// table of docs/data.md says; and every entry of a look stands with an opening. What the worker reads back is no look.
func TestOpeningsAreLooks(t *testing.T) {
	o := &openings{opened: map[*db.Tx][]string{}, entries: map[*db.Tx]act.Entry{}}
	h, err := Open(t.Context(), Config{Data: t.TempDir(), Clock: &world.Clock{}, Opened: o.open})
	must(t, err)
	t.Cleanup(func() { must(t, h.Close()) })
	o.watch(h)
	x := &walk{t: t, h: h}
	p := &player{t: t, h: h, cases: map[string]*world.Live{}, family: map[string][]world.Kin{}, verdicts: map[string]string{}}
	pages, elsewhere := 0, false
	for _, part := range strings.Split(strings.ReplaceAll(journey, "V", victim), "--\n") {
		p.play("looks", part)
		if x.w = p.w; !elsewhere { // an officer of another place, whom the case is closed to
			elsewhere = true
			must(t, h.DB.Update(t.Context(), db.System(p.w.Union), func(ctx context.Context, tx *db.Tx) error {
				return org.Appoint(ctx, tx, p.w.Posts["赵玉兰"], org.RoleOfficer, p.w.Units["检修二班"].ID)
			}))
		}
		if l := p.cases[victim]; l != nil {
			pages += x.read(l, p.w.Staff[victim].ID)
		}
	}
	look, n := lookOf(t), map[string]int{}
	for tx, all := range o.opened {
		e := o.entries[tx]
		for _, one := range all {
			place, row, _ := strings.Cut(one, " ")
			said, _, _ := strings.Cut(strings.TrimSuffix(look[place], ";"), ";")
			switch {
			case said == "program" && e.Act != "":
			case tx.Actor.Person == p.w.Staff[victim].ID && (row == p.cases[victim].App || e.Act == ""):
			case e.Outcome != "done" || e.Trail.Reason == "":
				t.Errorf("%s (%s) is opened by %s with no look on record: %+v", place, said, tx.Actor.Name, e)
			case said == "page" && (e.Act != intake.LookTexts.Name || !slices.Contains(e.Trail.Fields, fieldOf(place)) || e.Trail.Subject == ""):
				t.Errorf("%s is opened for a page by %+v", place, e)
			case said != "page" && e.Act == intake.LookTexts.Name, said == "none":
				t.Errorf("%s (%s) is opened by %+v", place, said, e)
			case e.Act == "audit.look" && (len(all) != 1 || e.Trail.Subject == ""):
				t.Errorf("one look opens %v", all)
			}
		}
		n[e.Act]++
	}
	for tx, e := range o.entries {
		if (e.Act == "audit.look" || e.Act == intake.LookTexts.Name) && e.Outcome == "done" && len(o.opened[tx]) < len(e.Trail.Fields) {
			t.Errorf("a look on record without an opening: %+v", e)
		}
	}
	x.kept(n)
	t.Logf("%d pages, openings in %v", pages, n)
}

const journey = `
union
pocket SJ-2026 upper 80000.00
worker 检修一班 3000.00 李长江 V 赵玉兰
leader 李长江 检修一班
family V spouse:示例
apply V disaster calamity natural_disaster=1 event_day=20260822 loss=42000 found.major_loss=1
--
review 李长江 V
--
propose V 3000.00 SJ-2026
decide 周正 yes V
publish V
notice-ends
--
sign 吴平 V
pay SJ-2026 1 3000.00
`

// read opens every page that names an application or a person as each of the union's people, and looks at a number.
func (x *walk) read(l *world.Live, person string) (n int) {
	x.t.Helper()
	for _, who := range []string{"王敏", "杨明", "周正", "郑和", "李长江", "赵玉兰", "admin", victim} {
		cookie, actor := x.signIn(who)
		for _, r := range web.Routes(x.h.Hooks()) {
			path, ok := strings.CutPrefix(r.Pattern, "GET ")
			id := map[string]string{"application": l.App, "person": person}[routeKind(path)]
			if !ok || id == "" || !strings.Contains(path, "{id}") {
				continue
			}
			n++
			if w := x.get(parts.ReplaceAllLiteralString(strings.TrimSuffix(path, "{$}"), id), cookie); w.Code >= http.StatusInternalServerError {
				x.t.Errorf("%s as %s: %d", path, who, w.Code)
			}
		}
		if actor.Person == "" {
			form := url.Values{"kind": {"person"}, "id": {person}, "field": {"id_no"}, "reason": {"核对身份"}, "_key": {db.Token()}}
			q := httptest.NewRequestWithContext(x.t.Context(), http.MethodPost, "/desk/look", strings.NewReader(form.Encode()))
			q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			q.AddCookie(cookie)
			x.h.Web.ServeHTTP(httptest.NewRecorder(), q)
		}
	}
	return n
}

// kept wants the looks in the audit as often as the openings happened, and the refused ones beside them.
func (x *walk) kept(n map[string]int) {
	x.t.Helper()
	must(x.t, x.h.DB.View(x.t.Context(), db.System(x.w.Union), func(ctx context.Context, tx *db.Tx) error {
		all, err := audit.List(ctx, tx, audit.Query{Looks: true, Limit: 10000})
		done, refused := map[string]int{}, 0
		for _, e := range all {
			if e.Outcome == "done" {
				done[e.Act]++
			} else {
				refused++
			}
		}
		for _, name := range []string{"audit.look", intake.LookTexts.Name} {
			if done[name] != n[name] || n[name] < 3 {
				x.t.Errorf("%s: %d openings, %d on record", name, n[name], done[name])
			}
		}
		if refused == 0 {
			x.t.Error("no refused look is on record")
		}
		return err
	}))
}
