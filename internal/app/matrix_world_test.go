package app

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/effect"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/recognition"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/sheet"
	"bangfu/internal/face/api"
	"bangfu/internal/face/exchange/roster"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/notice"
	"bangfu/internal/office/org"
)

// thing is one family's case with everything that hangs on it, or what a union has of each kind: ids by kind, and words that
// only those within reach may read.
type thing struct {
	union, path, person string
	ids                 map[string]string
	secrets             []string // name and story
	numbers             []string // in clear; no page shows them at all
}

// ownKinds belong to a family, so a post in one branch reaches those of the branch only. All other kinds are the union's.
func ownKinds() []string {
	return []string{"application", "proof", "visit", "relative", "award", "instalment", "file", "recognition", "person", "member", "fact", "watch", "checkup", "call", "todo", "referral", "lead", "membership", "loan", "finding", "asked"}
}

// matrix is an installation with two unions, three cases (of the walkers' branch, of another branch, of another union), and
// one holder of each role in the walkers' branch.
type matrix struct {
	h      *House
	own    thing
	things map[string]thing // own, other, far
	users  map[string]string
	owner  string
	payees []string
}

func newMatrix(t *testing.T) *matrix {
	t.Helper()
	return matrixIn(t, open(t, ""))
}

func matrixIn(t *testing.T, h *House) *matrix {
	t.Helper()
	m := &matrix{h: h, things: map[string]thing{}, users: map[string]string{}}
	near := m.found(t, "示例机电公司工会")
	far := m.found(t, "示例纺织公司工会")
	m.things["own"] = m.live(t, near, "检修一班", "欧阳春梅", "春天家里遭了水灾，想请工会看一看。")
	m.things["other"] = m.live(t, near, "检修二班", "欧阳夏荷", "夏天家里遭了水灾，想请工会看一看。")
	m.things["far"] = m.live(t, far, "检修一班", "欧阳秋菊", "秋天家里遭了水灾，想请工会看一看。")
	for name, w := range map[string]*world.World{"own": near, "other": near, "far": far} {
		m.union(t, w, m.things[name].ids)
	}
	m.own = m.things["own"]
	m.owner = near.Posts["欧阳春梅"]
	m.post(t, near)
	return m
}

func (m *matrix) found(t *testing.T, name string) *world.World {
	t.Helper()
	w, err := world.Found(t.Context(), m.h.Host, world.Shape{Name: name, Short: name, Region: demoRegion, Branches: 2, Groups: 2, State: "live"}, Ship)
	must(t, err)
	must(t, w.Endow(t.Context(), fund.NewPocket{Code: "SJ-2026", Name: "示例资金", Source: "upper"}, money.Yuan(80000)))
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// live drives one family's case through to the bank's word, its follow-up and a second public notice with an objection.
func (m *matrix) live(t *testing.T, w *world.World, group, name, story string) thing {
	t.Helper()
	ctx := t.Context()
	leader, second := name[:len("欧阳")]+"长江", name[:len("欧阳")]+"玉兰"
	_, err := w.Hire(ctx, group, money.Yuan(3000), leader, name, second)
	must(t, err)
	must(t, w.Lead(ctx, leader, group))
	l := m.award(t, w, leader, world.Case{Worker: name, Story: story, Family: []world.Kin{{Relation: "spouse", Name: name + "之夫", Income: money.Yuan(900)}}})
	s, err := w.Publish(ctx, l)
	must(t, err)
	m.h.clock.MoveTo(s.EndsOn.Add(1), m.h.DB.Now())
	must(t, w.Settle(ctx))
	must(t, w.Sign(ctx, l, "wuping"))
	_, err = w.PayAll(ctx, "SJ-2026")
	must(t, err)
	again := m.award(t, w, leader, world.Case{Worker: second, Story: story})
	s, err = w.Publish(ctx, again)
	must(t, err)
	in := notice.ObjectIn{NoticeID: s.ID, N: 1, Text: "听说他家另有一套房出租，请再核实。", Contact: "13800000000"}
	_, err = notice.Object.Run(ctx, m.h.Host, act.Call{Actor: notice.Public(w.Union), Key: db.Token()}, in)
	must(t, err)
	return m.thing(t, w, w.Staff[name], story)
}

func (m *matrix) award(t *testing.T, w *world.World, leader string, c world.Case) *world.Live {
	t.Helper()
	c.Programme, c.Cause = "disaster", "calamity"
	c.Say = map[string]string{"natural_disaster": "1", "event_day": strings.ReplaceAll(string(m.h.DB.Today().Add(-20)), "-", ""), "loss": "42000"}
	c.Found = map[string]string{"major_loss": "1"}
	ctx := t.Context()
	l, err := w.Apply(ctx, c)
	must(t, err)
	must(t, w.First(ctx, l, leader))
	must(t, w.Verify(ctx, l, "wangmin"))
	must(t, w.Assess(ctx, l, "zhenghe"))
	must(t, w.Propose(ctx, l, plan.ProposeIn{Item: "disaster", Times: 1, Pocket: "SJ-2026", Amount: money.Yuan(3000)}))
	must(t, w.Decide(ctx, l, "zhouzheng", true, ""))
	return l
}

// thing gathers the ids of a case.
func (m *matrix) thing(t *testing.T, w *world.World, p person.Worker, story string) thing {
	t.Helper()
	x := thing{union: w.Union, path: p.UnitPath, person: p.ID, ids: map[string]string{"person": p.ID}, secrets: []string{p.Name, story}}
	must(t, m.h.DB.Update(t.Context(), db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
		for _, k := range []struct{ kind, query string }{
			{"application", `select id from intake_application where union_id = $1 and person_id = $2`},
			{"proof", `select p.id from intake_proof p join intake_application a on a.union_id = p.union_id and a.id = p.application_id where a.union_id = $1 and a.person_id = $2 limit 1`},
			{"visit", `select v.id from intake_visit v join intake_application a on a.union_id = v.union_id and a.id = v.application_id where a.union_id = $1 and a.person_id = $2`},
			{"relative", `select r.id from intake_member r join intake_application a on a.union_id = r.union_id and a.id = r.application_id where a.union_id = $1 and a.person_id = $2 and r.relation = 'spouse'`},
			{"award", `select id from plan_award where union_id = $1 and person_id = $2`},
			{"instalment", `select id from payment_instalment where union_id = $1 and person_id = $2`},
			{"batch", `select batch_id from payment_instalment where union_id = $1 and person_id = $2`},
			{"file", `select id from casefile_file where union_id = $1 and person_id = $2`},
			{"member", `select m.id from person_member m join person_worker w on w.union_id = m.union_id and w.household_id = m.household_id where w.union_id = $1 and w.id = $2 limit 1`},
			{"fact", `select id from person_fact where union_id = $1 and subject_id = $2 limit 1`},
		} {
			id, err := db.Value[string](ctx, tx, k.query, w.Union, p.ID)
			if err != nil || id == "" {
				t.Fatalf("no %s of %s: %v", k.kind, p.Name, err)
			}
			x.ids[k.kind] = id
		}
		if err := proposed(ctx, tx, p, x.ids); err != nil {
			return err
		}
		watch, err := effect.Begin(ctx, tx, x.ids["file"])
		x.ids["watch"] = watch.ID
		if err != nil {
			return err
		}
		if x.ids["checkup"], err = db.Value[string](ctx, tx, `select id from effect_visit where union_id = $1 and watch_id = $2`, w.Union, watch.ID); err != nil {
			return err
		}
		for _, open := range person.Openers() {
			if text, _, err := open(ctx, tx, p.ID); err == nil && len(text) >= 11 {
				x.numbers = append(x.numbers, text)
			}
		}
		return nil
	}))
	m.visited(t, w, p, x.ids)
	m.hinted(t, w, p, x.ids)
	m.gave(t, w, x.ids)
	m.owed(t, w, x.ids)
	m.shares(t, w, p, x.ids)
	m.borrows(t, w, p, x.ids)
	m.levels(t, w, x.ids)
	m.invests(t, w, x.ids)
	m.drew(t, w, x.ids)
	m.serves(t, w, x.ids)
	if len(x.numbers) < 2 {
		t.Fatalf("only %d numbers of %s", len(x.numbers), p.Name)
	}
	return x
}

// proposed puts the household forward for recognition.
func proposed(ctx context.Context, tx *db.Tx, p person.Worker, ids map[string]string) error {
	for _, name := range []string{"income_year", "rigid_year", "homes", "employs_others", "costly_private_school", "self_paid_abroad", "still_hard"} {
		if _, err := person.SetFact(ctx, tx, person.Fact{SubjectKind: person.OfHousehold, SubjectID: p.HouseholdID, Name: name, Value: "0", Known: true, Source: person.FromOfficer}); err != nil {
			return err
		}
	}
	u, err := org.Info(ctx, tx)
	if err != nil {
		return err
	}
	if _, has, err := standard.LineOn(ctx, tx, u.Region, standard.DibaoLine, tx.Day()); err != nil || !has {
		in := standard.LineIn{Region: u.Region, Kind: standard.DibaoLine, FromDay: "2020-01-01", Amount: money.Yuan(800), Source: "示例"}
		if _, err := standard.AddLine(ctx, tx, in); err != nil {
			return err
		}
	}
	c, err := recognition.Propose.Do(ctx, tx, recognition.ProposeIn{PersonID: p.ID, Level: "own", Cause: "calamity", Reason: "走访核实"})
	ids["recognition"] = c.ID
	return err
}

// union adds what belongs to the union as a whole.
func (m *matrix) union(t *testing.T, w *world.World, ids map[string]string) {
	t.Helper()
	actor, err := w.As(t.Context(), "wangmin")
	must(t, err)
	in := roster.BeginIn{Kind: "workers", File: "示例.csv", Mapping: sheet.Mapping{}}
	ids["import"], err = roster.Begin.Run(t.Context(), m.h.Host, act.Call{Actor: actor, Key: db.Token()}, in)
	must(t, err)
	made, err := api.NewToken.Run(t.Context(), m.h.Host, act.Call{Actor: actor, Key: db.Token()}, api.TokenIn{Name: "示例程序", Days: 9, All: true})
	must(t, err)
	ids["token"] = made.ID
	m.asking(t, w, ids)
	ids["unit"], ids["union"], ids["pocket"], ids["seq"] = w.Units["机械分会"].ID, w.Union, "SJ-2026", "1"
	must(t, m.h.DB.Update(t.Context(), db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
		u, err := auth.OpenAccount(ctx, tx, org.User{Login: db.Token()[:8], Name: "示例备用"})
		if err != nil {
			return err
		}
		ids["user"] = u.ID
		for kind, query := range map[string]string{
			"notice":    `select notice_id from notice_objection where union_id = $1 order by notice_id desc limit 1`,
			"objection": `select id from notice_objection where union_id = $1 order by id desc limit 1`,
			"post":      `select id from org_post where union_id = $1 and role = 'leader'`,
			"message":   `select id from notify_message where union_id = $1 limit 1`,
			"standard":  `select code from standard_version where union_id = $1 order by code limit 1`,
		} {
			if ids[kind], err = db.Value[string](ctx, tx, query, w.Union); err != nil || ids[kind] == "" {
				t.Fatalf("no %s: %v", kind, err)
			}
		}
		return nil
	}))
}

// roles gives every role that the table of rights speaks of.
func roles(t *testing.T) (all []string) {
	t.Helper()
	for _, by := range tableOfRights(t) {
		for role := range by {
			if !slices.Contains([]string{"public", "signed", "worker"}, role) && !slices.Contains(all, role) {
				all = append(all, role)
			}
		}
	}
	slices.Sort(all)
	return all
}

// post gives every role to an account of its own, in the branch of the own case.
func (m *matrix) post(t *testing.T, w *world.World) {
	t.Helper()
	_, err := w.Hire(t.Context(), "检修一班", money.Yuan(3000), "同事")
	must(t, err)
	m.users["worker"], m.users["colleague"] = m.owner, w.Posts["同事"]
	must(t, chunks(surveys().Seating)(t.Context(), m.h.DB, w.Union, "")) // the newcomer is asked as well
	must(t, m.h.DB.Update(t.Context(), db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
		for _, role := range roles(t) {
			u, err := auth.OpenAccount(ctx, tx, org.User{Login: "walk" + role, Name: "示例" + role})
			if err != nil {
				return err
			}
			if err := org.Appoint(ctx, tx, u.ID, role, w.Units["机械分会"].ID); err != nil {
				return err
			}
			m.users[role] = u.ID
		}
		return nil
	}))
}

// enter opens a session of a user, as the actor it is and the cookie it shows.
func (m *matrix) enter(t *testing.T, user string) (a db.Actor, c *http.Cookie) {
	t.Helper()
	must(t, m.h.DB.Update(t.Context(), db.System(m.own.union), func(ctx context.Context, tx *db.Tx) error {
		secret, err := auth.Begin(ctx, tx, user, "web")
		if err != nil {
			return err
		}
		c = &http.Cookie{Name: "session", Value: base64.RawURLEncoding.EncodeToString([]byte(secret))}
		a, err = auth.ActorOf(ctx, tx, user)
		return err
	}))
	return a, c
}

// token makes a program's token of a user, good for all the user may do.
func (m *matrix) token(t *testing.T, a db.Actor) string {
	t.Helper()
	made, err := api.NewToken.Run(t.Context(), m.h.Host, act.Call{Actor: a, Key: db.Token()}, api.TokenIn{Name: "示例程序", Days: 9, All: true})
	must(t, err)
	return made.Secret
}
