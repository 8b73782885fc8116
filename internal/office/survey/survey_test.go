package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// house is a union of one group with some workers who can be asked.
type house struct {
	t     *testing.T
	d     *db.DB
	clock *dbtest.Clock
	host  *act.Host
	unit  org.Unit
	n     int
	told  []Told
}

func newHouse(t *testing.T, d *db.DB, clock *dbtest.Clock, n int) *house {
	h := &house{t: t, d: d, clock: clock, n: n, host: &act.Host{DB: d, Allow: auth.Allow, Record: audit.Record}}
	h.update(func(ctx context.Context, tx *db.Tx) error {
		if err := org.Found(ctx, tx, org.Union{Name: "示例工会", Short: "示例", State: "live"}); err != nil {
			return err
		}
		var err error
		h.unit, err = org.AddUnit(ctx, tx, "u1", org.KindGroup, "检修一班")
		return err
	})
	return h
}

func (h *house) update(f func(context.Context, *db.Tx) error) {
	h.t.Helper()
	if err := h.d.Update(h.t.Context(), db.System("u1"), f); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) see(f func(context.Context, *db.Tx) error) {
	h.t.Helper()
	if err := h.d.View(h.t.Context(), db.System("u1"), f); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) hands() Hands {
	return Hands{
		Audience: func(_ context.Context, _ *db.Tx, _ Survey, after string) ([]Seat, string, error) {
			var out []Seat
			for i := range h.n {
				if id := worker(i); id > after {
					out = append(out, Seat{id, h.unit.ID, h.unit.Path})
				}
				if len(out) == 7 {
					return out, out[6].PersonID, nil
				}
			}
			return out, "", nil
		},
		Worker: func(context.Context, *db.Tx, string, string) (Seat, error) {
			return Seat{worker(0), h.unit.ID, h.unit.Path}, nil
		},
		Check: func([]Question) error { return nil },
		Keep:  func(_ context.Context, _ *db.Tx, t Told) error { h.told = append(h.told, t); return nil },
	}
}

func worker(i int) string { return fmt.Sprintf("p%03d", i) }

func as(i int) db.Actor {
	return db.Actor{Union: "u1", User: "user-" + worker(i), Person: worker(i), Via: "web"}
}

func officer() db.Actor {
	return db.Actor{Union: "u1", User: "officer", Via: "web", Posts: []db.Post{{Role: org.RoleOfficer, Unit: "u1", Path: "/u1/"}}}
}

func do[In, Out any](h *house, who db.Actor, a act.Act[In, Out], in In) (Out, error) {
	return a.Run(h.t.Context(), h.host, act.Call{Actor: who, Key: db.Token()}, in)
}

// open makes a survey of a template and publishes it.
func (h *house) open(code string) Ref {
	h.t.Helper()
	made := got(do(h, officer(), Begin, BeginIn{From: code}))
	if _, err := do(h, officer(), h.hands().Publish(), made); err != nil {
		h.t.Fatal(err)
	}
	h.seatAll()
	return made
}

// got gives what must be there.
func got[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func (h *house) seatAll() {
	for after := ""; ; {
		h.update(func(ctx context.Context, tx *db.Tx) (err error) {
			after, err = h.hands().Seating(ctx, tx, after)
			return err
		})
		if after == "" {
			return
		}
	}
}

func (h *house) remindAll() {
	for more := "more"; more != ""; {
		h.update(func(ctx context.Context, tx *db.Tx) (err error) {
			more, err = Reminding(ctx, tx, "")
			return err
		})
	}
}

func each(t *testing.T, n int, f func(h *house)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) { f(newHouse(t, d, c, n)) })
}

func content(score string) []string {
	return []string{"known=yes", "help=" + score, "fair=3", "prompt=3", "belong=3", "happy=3", "want=money", "want=fun", "words=谢谢"}
}

// Nothing that an anonymous answer leaves behind names who gave it: not the ballot, not the mark beyond yes or no, not the
// audit, not the keys of acts. After the night the rows stand in the order of random ids.
func TestNameless(t *testing.T) {
	each(t, 12, func(h *house) {
		s := h.open("satisfaction")
		for i := range 12 {
			if _, err := do(h, as(i), Cast, AnswerIn{s.ID, content(fmt.Sprint(i%5 + 1))}); err != nil {
				h.t.Fatal(err)
			}
		}
		if _, err := do(h, as(3), Cast, AnswerIn{s.ID, content("1")}); !fault.Is(err, "survey.answered") {
			h.t.Errorf("a second answer: %v", err)
		}
		if _, err := do(h, as(3), h.hands().Answer(), AnswerIn{s.ID, content("1")}); err == nil {
			h.t.Error("an anonymous survey took a named answer")
		}
		if _, err := do(h, as(4), Keep, AnswerIn{s.ID, content("1")}); err == nil {
			h.t.Error("an anonymous survey kept a half answer")
		}
		h.see(func(ctx context.Context, tx *db.Tx) error {
			before := got(ballots(ctx, tx, s.ID))
			named, err := db.Value[int64](ctx, tx, `select count(*) from audit_entry where union_id = $1 and act = 'survey.cast' and outcome = 'done' and actor <> 'public'`, "u1")
			if err != nil || named != 0 || len(before) != 12 {
				h.t.Errorf("%d entries of the audit with an actor, %d ballots: %v", named, len(before), err)
			}
			said, err := db.Value[int64](ctx, tx, `select count(*) from audit_entry where union_id = $1 and act = 'survey.cast' and outcome = 'refused' and actor <> 'public'`, "u1")
			if err != nil || said != 0 {
				h.t.Errorf("%d refusals with an actor: %v", said, err)
			}
			keys, err := db.Value[int64](ctx, tx, `select count(*) from act_key where union_id = $1 and act = 'survey.cast'`, "u1")
			if err != nil || keys != 0 {
				h.t.Errorf("%d keys of anonymous acts: %v", keys, err)
			}
			for _, b := range before {
				if b.OnDay != tx.Day()[:8]+"01" || strings.Contains(b.Answers, "p0") || len(b.ID) < 20 {
					h.t.Errorf("a ballot tells %+v", b)
				}
			}
			return nil
		})
		var before []ballot
		h.see(func(ctx context.Context, tx *db.Tx) (err error) { before, err = ballots(ctx, tx, s.ID); return err })
		h.update(Night)
		h.see(func(ctx context.Context, tx *db.Tx) error {
			after := got(ballots(ctx, tx, s.ID))
			var was, is []string
			for i := range after {
				was, is = append(was, before[i].Answers), append(is, after[i].Answers)
				if slices.ContainsFunc(before, func(b ballot) bool { return b.ID == after[i].ID }) {
					h.t.Error("a ballot kept its id over the night")
				}
			}
			slices.Sort(was)
			slices.Sort(is)
			if !slices.Equal(was, is) {
				h.t.Error("the night changed answers")
			}
			if tx.Postgres() {
				return nil
			}
			rows := got(db.All[string](ctx, tx, `select id from survey_ballot where union_id = $1 order by rowid`, "u1"))
			if !slices.IsSorted(rows) {
				h.t.Error("the rows still stand in the order they came")
			}
			return nil
		})
	})
}

// A named answer is kept question by question, gone on with, handed in once, and tells what its questionnaire declares.
func TestNamed(t *testing.T) {
	each(t, 3, func(h *house) {
		s := h.open("living-conditions")
		put := func(line ...string) error {
			_, err := do(h, as(0), Keep, AnswerIn{s.ID, line})
			return err
		}
		if err := put("size=4"); err != nil {
			h.t.Fatal(err)
		}
		if err := put("income=12,000.50"); err != nil {
			h.t.Fatal(err)
		}
		if err := put("illness=nobody"); err == nil {
			h.t.Error("an answer that is not on offer was kept")
		}
		if _, err := do(h, as(0), h.hands().Answer(), AnswerIn{ID: s.ID}); err == nil {
			h.t.Error("handed in with questions open")
		}
		if err := h.d.View(h.t.Context(), as(0), func(ctx context.Context, tx *db.Tx) error {
			mine, done, err := Mine(ctx, tx, s.ID)
			if done || fmt.Sprint(mine) != "map[income:[1200050] size:[4]]" {
				h.t.Errorf("kept %v, %v", mine, done)
			}
			return err
		}); err != nil {
			h.t.Fatal(err)
		}
		rest := []string{"rigid=0", "illness=spouse", "disaster=none", "disability=self", "schooling=none", "work=all", "contact=yes"}
		if _, err := do(h, as(0), h.hands().Answer(), AnswerIn{s.ID, rest}); err != nil {
			h.t.Fatal(err)
		}
		if len(h.told) != 1 || !slices.Contains(h.told[0].Facts, Said{"household", "income_year", "12000.50"}) || !slices.Contains(h.told[0].Facts, Said{"worker", "disabled", "1"}) {
			h.t.Errorf("told %+v", h.told)
		}
		if _, err := do(h, officer(), h.hands().Type(), TypeIn{s.ID, "G1", rest}); !fault.Is(err, "survey.answered") {
			h.t.Errorf("typed in what was handed in: %v", err)
		}
		h.see(func(ctx context.Context, tx *db.Tx) error {
			all := got(Statements(ctx, tx, Survey{ID: s.ID, Body: bodyIn(ctx, tx, s.ID)}, "", 9))
			if len(all) != 1 || !all[0].Asks || !slices.Equal(all[0].Causes, []string{"illness", "disability"}) {
				h.t.Errorf("stated %+v", all)
			}
			clear, err := db.Value[int64](ctx, tx, `select count(*) from survey_response where union_id = $1 and cast(answers as text) like '%spouse%'`, "u1")
			if tx.Postgres() {
				clear, err = db.Value[int64](ctx, tx, `select count(*) from survey_response where union_id = $1 and position('spouse'::bytea in answers) > 0`, "u1")
			}
			if clear != 0 {
				h.t.Error("a named answer lies in clear")
			}
			return err
		})
	})
}

func bodyIn(ctx context.Context, tx *db.Tx, id string) string {
	s, err := Get(ctx, tx, id)
	if err != nil {
		panic(err)
	}
	return s.Body
}

// Once published, a survey's questions and names are fixed; nobody has answered: it can be taken back; somebody has: never.
// A copy is free again.
func TestFrozen(t *testing.T) {
	each(t, 2, func(h *house) {
		s := h.open("satisfaction")
		change := QuestionIn{ID: s.ID, Kind: YesNo, Ask: "还有别的问题吗"}
		if _, err := do(h, officer(), SetQuestion, change); !fault.Is(err, "survey.not_draft") {
			h.t.Errorf("a question of an open survey: %v", err)
		}
		today := h.d.Today()
		set := SetIn{ID: s.ID, TitleZh: "改名", Anonymous: "named", Audience: All, OpenOn: today, CloseOn: today}
		if _, err := do(h, officer(), Set, set); !fault.Is(err, "survey.not_draft") {
			h.t.Errorf("names of an open survey: %v", err)
		}
		if _, err := do(h, officer(), TakeBack, s); err != nil {
			h.t.Fatal(err)
		}
		if _, err := do(h, officer(), SetQuestion, change); err != nil {
			h.t.Fatal(err)
		}
		if _, err := do(h, officer(), h.hands().Publish(), s); err != nil {
			h.t.Fatal(err)
		}
		if _, err := do(h, as(0), Cast, AnswerIn{s.ID, append(content("4"), "contact=yes")}); err != nil {
			h.t.Fatal(err)
		}
		if _, err := do(h, officer(), TakeBack, s); !fault.Is(err, "survey.begun") {
			h.t.Errorf("taken back after an answer: %v", err)
		}
		copied, err := do(h, officer(), Begin, BeginIn{From: s.ID})
		if err != nil {
			h.t.Fatal(err)
		}
		change.ID = copied.ID
		if _, err := do(h, officer(), SetQuestion, change); err != nil {
			h.t.Errorf("a copy is fixed: %v", err)
		}
	})
}

// Everybody is asked once and reminded at most once in three days, and nobody who has answered.
func TestReminders(t *testing.T) {
	each(t, 10, func(h *house) {
		s := h.open("satisfaction")
		for i := range 4 {
			if _, err := do(h, as(i), Cast, AnswerIn{s.ID, content("5")}); err != nil {
				h.t.Fatal(err)
			}
		}
		messages := func() (n int64) {
			h.see(func(ctx context.Context, tx *db.Tx) (err error) {
				n, err = db.Value[int64](ctx, tx, `select count(*) from notify_message where union_id = $1`, "u1")
				return err
			})
			return n
		}
		want := int64(10)
		for d := range 8 {
			h.seatAll()
			h.update(Night)
			h.remindAll()
			h.remindAll()
			if d > 0 && d%3 == 0 {
				want += 6
			}
			if n := messages(); n != want {
				h.t.Errorf("day %d: %d messages, want %d", d, n, want)
			}
			if _, err := do(h, officer(), Remind, s); d%3 != 0 && !fault.Is(err, "survey.reminded") {
				h.t.Errorf("day %d: reminded again by hand: %v", d, err)
			}
			h.clock.Add(24 * 3600 * 1e9)
		}
	})
}

// A suggestion without a name is found by its code only; one not answered in time is overdue; an answer comes once.
func TestSuggestions(t *testing.T) {
	each(t, 2, func(h *house) {
		in := SuggestIn{Topic: "life", Text: "夜班路上的灯坏了"}
		named, err := do(h, as(0), Suggest, in)
		if err != nil || named.Code != "" {
			h.t.Fatalf("%+v %v", named, err)
		}
		if again, err := do(h, as(0), Suggest, in); err != nil || again != named {
			h.t.Errorf("the same once more: %+v %v", again, err)
		}
		h.see(func(ctx context.Context, tx *db.Tx) error {
			if n, err := db.Value[int64](ctx, tx, `select count(*) from survey_suggestion where union_id = $1`, tx.Union); err != nil || n != 1 {
				h.t.Errorf("one suggestion stands there %d times, %v", n, err)
			}
			return nil
		})
		without, err := do(h, as(1), SuggestNameless, in)
		if err != nil || without.Code == "" {
			h.t.Fatalf("%+v %v", without, err)
		}
		h.see(func(ctx context.Context, tx *db.Tx) error {
			s, err := ByCode(ctx, tx, without.Code)
			if err != nil || s.PersonID != "" || s.Late(s.Due) || !s.Late(s.Due.Add(1)) {
				h.t.Errorf("%+v %v", s, err)
			}
			own, err := db.Value[int64](ctx, tx, `select count(*) from audit_entry where union_id = $1 and act = 'survey.suggest_nameless' and actor <> 'public'`, "u1")
			if own != 0 {
				h.t.Errorf("%d entries name who suggested", own)
			}
			return err
		})
		for n, want := range []string{"", "survey.replied"} {
			if _, err := do(h, officer(), Reply, ReplyIn{without.Code, "已经修好", true}); err != nil && !fault.Is(err, want) || err == nil && n == 1 {
				h.t.Errorf("answer %d: %v", n, err)
			}
		}
	})
}

// No table of counts lets a reader find a group of one to four: no hidden cell stands alone, and the hidden ones hold five
// together; what is shown is as it was counted.
func TestHidden(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 20_000 {
		cells := make([]Cell, 1+r.IntN(7))
		sum := int64(0)
		for i := range cells {
			cells[i].N = r.Int64N(4) * r.Int64N(9)
			sum += cells[i].N
		}
		was := slices.Clone(cells)
		hideParts(cells)
		shown, held := int64(0), 0
		for i, c := range cells {
			if c.Hidden {
				held++
			} else if shown += c.N; c.N != was[i].N || c.N > 0 && c.N < least {
				t.Fatalf("%v became %v", was, cells)
			}
		}
		if rest := sum - shown; sum >= least && held > 0 && (rest < least || held < 2 && held < nonzero(was)) {
			t.Fatalf("%v became %v: %d in %d hidden cells", was, cells, rest, held)
		}
	}
}

func nonzero(all []Cell) (n int) {
	for _, c := range all {
		if c.N > 0 {
			n++
		}
	}
	return n
}

// Of a question with several answers neither those who ticked a box nor those who did not are shown when they are few.
func TestHiddenEach(t *testing.T) {
	for _, c := range []struct {
		n, all int64
		hidden bool
	}{{0, 20, false}, {1, 20, true}, {4, 20, true}, {5, 20, false}, {15, 20, false}, {16, 20, true}, {19, 20, true}, {20, 20, false}} {
		cells := []Cell{{N: c.n}}
		if hideEach(cells, c.all); cells[0].Hidden != c.hidden {
			t.Errorf("%d of %d: hidden %v", c.n, c.all, cells[0].Hidden)
		}
	}
}

// The bands of numbers are few, round, and hold every number once.
func TestBands(t *testing.T) {
	q := Question{Kind: Number, Money: true}
	var given [][]string
	for i := range 50 {
		given = append(given, []string{fmt.Sprint(i * 1234567)})
	}
	r := Result{Question: q}
	r.bands(given)
	sum := int64(0)
	for _, c := range r.Cells {
		sum += c.N
	}
	if sum != 50 || len(r.Cells) > 6 || len(r.Cells) < 3 {
		t.Errorf("%d in %d bands, %+v", sum, len(r.Cells), r)
	}
}

// The shipped questionnaires read, ask at most ten questions, and every option they speak of is there.
func TestShipped(t *testing.T) {
	all, err := Templates()
	if err != nil || len(all) != 2 {
		t.Fatalf("%d, %v", len(all), err)
	}
	for _, s := range all {
		if len(s.Questions) > 10 {
			t.Errorf("%s asks %d questions", s.Code, len(s.Questions))
		}
		for _, q := range s.Questions {
			if q.Ask.En == "" {
				t.Errorf("%s/%s has no English", s.Code, q.Code)
			}
			for _, f := range q.Facts {
				for v := range f.When {
					if !slices.ContainsFunc(q.Picks(), func(o Option) bool { return o.Value == v }) {
						t.Errorf("%s/%s tells of %q, which nobody can choose", s.Code, q.Code, v)
					}
				}
			}
		}
	}
}

// Whatever a questionnaire's file says, it is read or refused, and what was read is read again from what is kept of it.
func FuzzTemplate(f *testing.F) {
	for _, name := range []string{"living", "satisfaction"} {
		text, err := files.ReadFile("shipped/" + name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseTemplate([]byte(text))
		if err != nil {
			return
		}
		body, err := s.body()
		if err != nil {
			t.Fatal(err)
		}
		var back []Question
		if err := json.Unmarshal([]byte(body), &back); err != nil || len(back) != len(s.Questions) {
			t.Fatalf("%d of %d questions: %v", len(back), len(s.Questions), err)
		}
	})
}

// Whatever a person types is kept in a form that reads to the same, or refused.
func FuzzAnswer(f *testing.F) {
	f.Add("number", "12,000.50")
	f.Add("text", "谢谢")
	f.Add("yesno", "yes")
	f.Fuzz(func(t *testing.T, kind, typed string) {
		q := Question{Code: "q", Kind: Kind(kind), Ask: Text{Zh: "问题"}, Money: true, Options: []Option{{"a", Text{"甲", ""}}, {"b", Text{"乙", ""}}}}
		kept, err := q.read([]string{typed})
		if err != nil || len(kept) == 0 {
			return
		}
		again, err := q.read(q.Shown(kept))
		if err != nil || !slices.Equal(kept, again) {
			t.Fatalf("%q was kept as %q and read again as %q, %v", typed, kept, again, err)
		}
	})
}
