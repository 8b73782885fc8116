package household

import (
	"context"
	"os"
	"strconv"
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/org"
)

// home is one invented family under test; the clock stands at 2026-11-23 unless a test moves it.
type home struct {
	t     *testing.T
	d     *db.DB
	clock *dbtest.Clock
	w     person.Worker
	n     int
}

func each(t *testing.T, test func(t *testing.T, h *home)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := &home{t: t, d: d, clock: c}
		now := c.Now()
		c.SetDay(t, "2025-01-06")
		h.do(func(ctx context.Context, tx *db.Tx) error {
			if err := org.Found(ctx, tx, org.Union{Name: "示例工会", Region: "440703", State: "live"}); err != nil {
				return err
			}
			pay := money.Yuan(3000)
			var err error
			h.w, err = person.Add(ctx, tx, person.Draft{StaffNo: "T1", Name: "示例", UnitID: "u1", EntryOn: "2020-02-29", Birth: "1980-06-01", Sex: "male",
				Employment: person.Regular, Pay: &pay})
			return err
		})
		c.Set(now)
		test(t, h)
	})
}

func (h *home) do(f func(context.Context, *db.Tx) error) {
	h.t.Helper()
	if err := h.d.Update(h.t.Context(), db.Actor{Union: "u1", User: "ann"}, f); err != nil {
		h.t.Fatal(err)
	}
}

func (h *home) member(n person.NewMember) (m person.Member) {
	h.t.Helper()
	h.n++
	n.WorkerID, n.Name, n.Source = h.w.ID, "成员"+strconv.Itoa(h.n), person.FromSelf
	h.do(func(ctx context.Context, tx *db.Tx) (err error) {
		m, err = person.AddMember(ctx, tx, n)
		return err
	})
	return m
}

// says writes a fact about the household, or about a member.
func (h *home) says(m person.Member, name, period, value string) {
	h.t.Helper()
	f := person.Fact{SubjectKind: person.OfHousehold, SubjectID: h.w.HouseholdID, Name: name, Period: period, Known: true, Value: value, Source: person.FromSelf}
	if m.ID != "" {
		f.SubjectKind, f.SubjectID = person.OfMember, m.ID
	}
	h.do(func(ctx context.Context, tx *db.Tx) error {
		_, err := person.SetFact(ctx, tx, f)
		return err
	})
}

func (h *home) facts(in Ask) (out standard.Facts) {
	h.t.Helper()
	in.PersonID = h.w.ID
	h.do(func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = Facts(ctx, tx, in)
		return err
	})
	return out
}

func (h *home) want(f standard.Facts, name string, v standard.Value) {
	h.t.Helper()
	if got := f[name]; !got.Equal(v) {
		h.t.Errorf("%s = %+v, want %+v", name, got, v)
	}
}

func yuan(n int64) standard.Value { return standard.MoneyOf(money.Yuan(n)) }

func shipped(t *testing.T, name string) (*standard.Standard, string) {
	t.Helper()
	text, err := os.ReadFile("../../../standards/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := standard.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return s, string(text)
}

// Of a worker alone on the roster nothing is known of the family, and nothing is made up.
func TestUnknownStaysAbsent(t *testing.T) {
	each(t, func(t *testing.T, h *home) {
		s, _ := shipped(t, "living")
		f := h.facts(Ask{For: s})
		for _, name := range []string{"family_size", "income_year", "income_month", "income_per_head_month", "rigid_year", "members", "students", "dibao", "self_pay", "disabled"} {
			if v, ok := f[name]; ok {
				t.Errorf("%s is told as %+v", name, v)
			}
		}
		h.want(f, "service_months", standard.IntOf(80))
		h.want(f, "age", standard.IntOf(46))
		h.want(f, "employment", standard.TextOf("own"))
		h.want(f, "in_service", standard.BoolOf(true))
		h.want(f, "filed_class", standard.TextOf("none"))
		h.want(f, "times.living.quarter", standard.IntOf(0))
		if v := s.Judge(f, standard.Refs{"dibao_line": yuan(1000)}); v.Outcome != standard.Unknown {
			t.Errorf("judged %s on nothing", v.Outcome)
		}
	})
}

// A sum that lacks one earner's part is no sum: the family would seem poorer than it is.
func TestIncomeOfTheFamily(t *testing.T) {
	each(t, func(t *testing.T, h *home) {
		spouse := h.member(person.NewMember{Relation: person.RelSpouse, Employment: "employed"})
		child := h.member(person.NewMember{Relation: person.RelChild, Birth: "2010-09-01", Schooling: "senior", Disability: "sight"})
		f := h.facts(Ask{})
		h.want(f, "family_size", standard.IntOf(3))
		h.want(f, "income_year", standard.Value{})
		h.says(spouse, person.FactIncome, "", "2400.50")
		f = h.facts(Ask{})
		h.want(f, "income_year", standard.MoneyOf(64806_00)) // 12 × (3000 + 2400.50)
		h.want(f, "income_month", standard.MoneyOf(5400_50))
		h.want(f, "income_per_head_month", standard.MoneyOf(1800_16))
		h.says(person.Member{}, "income_rent", "2026", "6000")
		h.says(person.Member{}, "income_condolence", "2026", "800")
		h.want(h.facts(Ask{}), "income_year", yuan(70806-0))
		h.clock.Add(1e9)
		h.says(person.Member{}, "income_year", "2026", "50000")
		h.want(h.facts(Ask{}), "income_year", yuan(50000))
		h.clock.Add(1e9)
		h.says(spouse, person.FactIncome, "", "0") // said after the sum: the sum is stale
		h.want(h.facts(Ask{}), "income_year", yuan(42000))
		h.says(person.Member{}, "rigid_medical", "2026", "12000")
		h.says(child, "rigid_schooling", "2026", "3000")
		f = h.facts(Ask{})
		h.want(f, "rigid_year", yuan(15000))
		h.want(f, "self_pay", yuan(12000))
		students := f["students"].Rows
		if len(students) != 1 || students[0]["stage"].Str != "senior" || !students[0]["tuition"].Equal(yuan(3000)) || students[0]["disabled"].Num != 1 {
			t.Errorf("students %+v", students)
		}
		if n := len(f["members"].Rows); n != 3 {
			t.Errorf("%d members", n)
		}
		h.want(h.facts(Ask{Extra: standard.Facts{"income_year": yuan(1), "rigid_year": {}}}), "income_year", yuan(1))
		if _, ok := h.facts(Ask{Extra: standard.Facts{"rigid_year": {}}})["rigid_year"]; ok {
			t.Error("an Extra of nothing leaves the fact")
		}
	})
}

// A grandparent without any word on income leaves the sum open; a retired one with a pension does not.
func TestEveryEarnerIsAsked(t *testing.T) {
	each(t, func(t *testing.T, h *home) {
		elder := h.member(person.NewMember{Relation: person.RelParent, Birth: "1950-01-01", Employment: "retired"})
		h.want(h.facts(Ask{}), "income_year", standard.Value{})
		h.says(elder, "income_pension", "2026", "24000")
		h.want(h.facts(Ask{}), "income_year", yuan(60000))
		h.member(person.NewMember{Relation: person.RelChild, Birth: "2012-05-05"})
		h.want(h.facts(Ask{}), "income_year", yuan(60000))
		h.member(person.NewMember{Relation: person.RelOther})
		h.want(h.facts(Ask{}), "income_year", standard.Value{})
	})
}

func TestFactsAsOfADay(t *testing.T) {
	each(t, func(t *testing.T, h *home) {
		h.clock.SetDay(t, "2026-03-01")
		h.says(person.Member{}, "dibao", "", "是")
		h.says(person.Member{}, "family_size", "", "4")
		h.clock.SetDay(t, "2026-11-23")
		h.says(person.Member{}, "dibao", "", "否")
		h.member(person.NewMember{Relation: person.RelChild, Birth: "2026-10-01", Since: "2026-10-01"})
		for on, want := range map[day.Day]standard.Value{"2026-02-28": {}, "2026-03-01": standard.BoolOf(true), "2026-11-22": standard.BoolOf(true), "2026-11-23": standard.BoolOf(false)} {
			h.want(h.facts(Ask{On: on}), "dibao", want)
		}
		h.want(h.facts(Ask{On: "2026-03-01"}), "family_size", standard.IntOf(4))
		h.want(h.facts(Ask{}), "family_size", standard.IntOf(5)) // a birth since it was told
		h.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := casefile.Ensure(ctx, tx, casefile.Opening{PersonID: h.w.ID, HouseholdID: h.w.HouseholdID, Class: "deep", ClassText: "深度困难", On: "2026-06-01"})
			return err
		})
		h.want(h.facts(Ask{On: "2026-05-31"}), "filed_class", standard.TextOf("none"))
		h.want(h.facts(Ask{On: "2026-06-01"}), "filed_class", standard.TextOf("deep"))
	})
}

const limited = `standard: limited
version: 1
name: {zh: 限次}
kind: benefit
facts: {event_day: }
groups: {students: }
stacking: all
pools: [{code: budget, zh: 年度预算, total: 1000, over: hold}]
items:
  - code: visit
    zh: 慰问
    kind: FIXED
    amount: 100
    pool: budget
    limits:
      - {within: month, times: 9}
      - {within: quarter, times: 9}
      - {within: term, times: 9}
      - {within: year, most: 9000}
      - {within: rolling12, times: 9}
      - {within: event, times: 9}
      - {within: life, times: 9}
      - {per: person, within: life, most: 9000}
  - {code: study, zh: 助学, kind: FIXED, each: students, amount: 100, limits: [{per: student, within: life, times: 1}, {per: person, within: year, times: 9}]}
`

func TestWindowsOfEarlierAid(t *testing.T) {
	s, err := standard.Parse([]byte(limited))
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, h *home) {
		for i, on := range []day.Day{"2026-11-01", "2026-10-31", "2026-10-01", "2026-09-30", "2026-09-01", "2026-08-31", "2026-01-01", "2025-11-24", "2025-11-23"} {
			h.do(func(ctx context.Context, tx *db.Tx) error {
				return casefile.AddAid(ctx, tx, casefile.Aid{Ref: strconv.Itoa(i), HouseholdID: h.w.HouseholdID, PersonID: h.w.ID, Item: "visit",
					Amount: money.Yuan(100), On: on, Source: casefile.Imported})
			})
		}
		event := standard.Facts{"event_day": standard.DateOf("2026-10-01")}
		for name, want := range map[string]int64{"times.visit.month": 1, "times.visit.quarter": 3, "times.visit.term": 5, "times.visit.rolling12": 8,
			"times.visit.event": 3, "times.visit.life": 9} {
			h.want(h.facts(Ask{For: s, Extra: event}), name, standard.IntOf(want))
		}
		h.want(h.facts(Ask{For: s, Extra: event}), "aid.visit.year", yuan(700))
		h.want(h.facts(Ask{For: s}), "times.visit.event", standard.Value{})
		h.want(h.facts(Ask{For: s}), "pool.budget.spent", yuan(700))
		h.want(h.facts(Ask{For: s}), "pool.budget.carried", yuan(0))
		promised := []casefile.Aid{{Item: "visit", PersonID: h.w.ID, Amount: money.Yuan(50), On: "2026-11-23"}}
		h.want(h.facts(Ask{For: s, Promised: promised}), "times.visit.quarter", standard.IntOf(4))
		h.want(h.facts(Ask{For: s, Promised: promised}), "pool.budget.spent", yuan(750))
		h.want(h.facts(Ask{For: s, On: "2026-10-15", Extra: event}), "times.visit.month", standard.IntOf(1))
		h.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := standard.AddLine(ctx, tx, standard.LineIn{Region: "440700", Kind: "pool.budget.carried", FromDay: "2026-01-01", Amount: money.Yuan(30), Source: "会议纪要"})
			return err
		})
		h.want(h.facts(Ask{For: s}), "pool.budget.carried", yuan(30))
	})
}

// Two events are told apart by their days, whenever the money came; help whose event nobody wrote down counts from its day on.
func TestEventsAreToldApart(t *testing.T) {
	s, err := standard.Parse([]byte(limited))
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, h *home) {
		give := func(ref string, event day.Day) {
			h.do(func(ctx context.Context, tx *db.Tx) error {
				return casefile.AddAid(ctx, tx, casefile.Aid{Ref: ref, HouseholdID: h.w.HouseholdID, PersonID: h.w.ID, Item: "visit",
					Amount: money.Yuan(100), On: "2026-09-20", EventDay: event, Source: casefile.Paid})
			})
		}
		had := func(event day.Day) standard.Value {
			return h.facts(Ask{For: s, Extra: standard.Facts{"event_day": standard.DateOf(event)}})["times.visit.event"]
		}
		give("flood", "2026-08-22")
		for event, want := range map[day.Day]int64{"2026-08-22": 1, "2026-09-05": 0, "2026-10-10": 0, "2026-08-01": 0} {
			if got := had(event); got.Num != want || !got.Known() {
				t.Errorf("an event of %s was helped %+v times, want %d", event, got, want)
			}
		}
		// The union says that an event is the one helped with before, though its day is told differently; not one of another year.
		for event, want := range map[day.Day]int64{"2026-08-23": 1, "2026-08-22": 1, "2028-08-22": 0} {
			told := standard.Facts{"event_day": standard.DateOf(event), "same_event": standard.BoolOf(true)}
			if got := h.facts(Ask{For: s, Extra: told})["times.visit.event"]; got.Num != want || !got.Known() {
				t.Errorf("the same event, now of %s, was helped %+v times, want %d", event, got, want)
			}
		}
		give("old", "")
		if got := had("2026-09-05"); got.Num != 1 {
			t.Errorf("help of an event nobody wrote down counts %+v, want 1", got)
		}
	})
}

// Help is counted for the child it was for; help nobody wrote a child to leaves it open.
func TestEarlierAidOfOneChild(t *testing.T) {
	s, err := standard.Parse([]byte(limited))
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, h *home) {
		a := h.member(person.NewMember{Relation: person.RelChild, Birth: "2008-09-01", Schooling: "senior"})
		b := h.member(person.NewMember{Relation: person.RelChild, Birth: "2010-09-01", Schooling: "junior"})
		give := func(ref, subject string) {
			h.do(func(ctx context.Context, tx *db.Tx) error {
				return casefile.AddAid(ctx, tx, casefile.Aid{Ref: ref, HouseholdID: h.w.HouseholdID, PersonID: h.w.ID, Subject: subject, Item: "study",
					Amount: money.Yuan(100), On: "2026-09-10", Source: casefile.Paid})
			})
		}
		had := func(in Ask) map[string]standard.Value {
			out := map[string]standard.Value{}
			in.For = s
			for _, r := range h.facts(in)["students"].Rows {
				out[r[MemberKey].Str] = r["times.study.life"]
			}
			return out
		}
		give("1", a.ID)
		got := had(Ask{})
		if len(got) != 2 || got[a.ID].Num != 1 || !got[a.ID].Known() || got[b.ID].Num != 0 || !got[b.ID].Known() {
			t.Errorf("%+v", got)
		}
		rows := standard.RowsOf(standard.Facts{"stage": standard.TextOf("senior")}, standard.Facts{MemberKey: standard.TextOf(a.ID)})
		got = had(Ask{Extra: standard.Facts{"students": rows}})
		if got[""].Known() || got[a.ID].Num != 1 {
			t.Errorf("rows of the application: %+v", got)
		}
		if len(rows.Rows[1]) != 1 {
			t.Error("the caller's own rows were written into")
		}
		give("2", "a-stranger")
		if got = had(Ask{}); got[b.ID].Known() {
			t.Errorf("help to somebody unknown: %+v", got)
		}
		give("3", "")
		if got = had(Ask{}); got[b.ID].Known() {
			t.Errorf("help without a child: %+v", got)
		}
	})
}

func TestFrozenVerdictReplays(t *testing.T) {
	s, text := shipped(t, "living")
	each(t, func(t *testing.T, h *home) {
		h.says(person.Member{}, "family_size", "", "3")
		h.says(person.Member{}, "income_year", "2026", "20000")
		facts := h.facts(Ask{For: s})
		v := s.Judge(facts, standard.Refs{"dibao_line": yuan(1000)})
		if v.Outcome != standard.Yes {
			t.Fatalf("judged %s: %+v", v.Outcome, v.Needs)
		}
		frozen, err := Freeze(v)
		if err != nil {
			t.Fatal(err)
		}
		again := func(text string) (err error) {
			h.do(func(ctx context.Context, tx *db.Tx) error {
				_, err = Replay(ctx, tx, text)
				return nil
			})
			return err
		}
		if err := again(frozen); fault.Of(err).Kind != fault.Missing {
			t.Errorf("replayed without the document: %v", err)
		}
		h.do(func(ctx context.Context, tx *db.Tx) error { return standard.Install(ctx, tx, text, "2026-01-01") })
		if err := again(frozen); err != nil {
			t.Errorf("replay: %v", err)
		}
		h.says(person.Member{}, "income_year", "2026", "99999") // later facts change nothing
		if err := again(frozen); err != nil {
			t.Errorf("replay after a change of facts: %v", err)
		}
		v.Items[0].Ceiling++
		forged, err := Freeze(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := again(forged); !fault.Is(err, "standard.replay") {
			t.Errorf("a forged verdict replays: %v", err)
		}
	})
}

func TestTermsAndMonths(t *testing.T) {
	for on, want := range map[day.Day]day.Day{"2026-11-23": "2026-09-01", "2026-09-01": "2026-09-01", "2026-08-31": "2026-03-01", "2026-03-01": "2026-03-01", "2026-02-28": "2025-09-01", "2026-01-01": "2025-09-01"} {
		if got := term(on); got != want {
			t.Errorf("term(%s) = %s, want %s", on, got, want)
		}
	}
	for _, tt := range []struct {
		from, to day.Day
		want     int64
	}{{"2020-02-29", "2026-11-23", 80}, {"2026-11-23", "2026-11-23", 0}, {"2026-01-31", "2026-02-28", 1}, {"2025-11-24", "2026-11-23", 11}, {"2025-11-23", "2026-11-23", 12}} {
		if got := months(tt.from, tt.to); got != tt.want {
			t.Errorf("months(%s, %s) = %d, want %d", tt.from, tt.to, got, tt.want)
		}
	}
}
