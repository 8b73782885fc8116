package person

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/org"
)

func officer() db.Actor {
	return db.Actor{Union: "u1", User: "o1", Lang: "zh", Posts: []db.Post{{Role: org.RoleOfficer, Unit: "u1", Path: "/u1/"}}}
}

// house runs a story on both engines, in a union of one unit.
func house(t *testing.T, story func(t *testing.T, s *scene)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := &scene{T: t, d: d, c: c}
		s.do(func(ctx context.Context, tx *db.Tx) error {
			return org.Found(ctx, tx, org.Union{Name: "示例工会", State: "live"})
		})
		story(t, s)
	})
}

type scene struct {
	*testing.T
	d *db.DB
	c *dbtest.Clock
}

// do runs one act that must go well, a moment after the last.
func (s *scene) do(f func(context.Context, *db.Tx) error) {
	s.Helper()
	s.c.Add(time.Second)
	if err := s.d.Update(s.Context(), officer(), f); err != nil {
		s.Fatal(err)
	}
}

// refuse runs one act that must fault with the key.
func (s *scene) refuse(key string, f func(context.Context, *db.Tx) error) {
	s.Helper()
	if err := s.d.Update(s.Context(), officer(), f); !fault.Is(err, key) {
		s.Errorf("got %v, want %s", err, key)
	}
}

func (s *scene) worker(no, name string, seq int) (w Worker) {
	s.Helper()
	s.do(func(ctx context.Context, tx *db.Tx) (err error) {
		id, _, err := ident.ParseID(ident.Invented("1985-06-01", seq), tx.Day())
		if err != nil {
			return err
		}
		pay := money.Yuan(4200)
		w, err = Add(ctx, tx, Draft{StaffNo: no, Name: name, ID: id, Birth: id.Birth(), Sex: id.Sex(), UnitID: "u1", Post: "装配工", Pay: &pay})
		return err
	})
	return w
}

func (s *scene) home(id string, on day.Day) (h Home) {
	s.Helper()
	s.do(func(ctx context.Context, tx *db.Tx) (err error) {
		h, err = HouseholdAsOf(ctx, tx, id, on)
		return err
	})
	return h
}

func TestNumbersAreSealedAndFound(t *testing.T) {
	house(t, func(t *testing.T, s *scene) {
		w := s.worker("A001", "王示例", 1)
		if w.IDMask == "" || strings.Contains(w.IDMask, "19850601") {
			t.Errorf("mask %q shows the birthday", w.IDMask)
		}
		s.do(func(ctx context.Context, tx *db.Tx) error {
			id, _, err := ident.ParseID(ident.Invented("1985-06-01", 1), tx.Day())
			if err != nil {
				return err
			}
			got, ok, err := ByIDNo(ctx, tx, id)
			if !ok || got.ID != w.ID {
				t.Errorf("not found by the document")
			}
			text, subject, err2 := Openers()["person.id_no"](ctx, tx, w.ID)
			if text != id.Open() || subject != w.ID {
				t.Errorf("opened %q of %q", text, subject)
			}
			return errors.Join(err, err2)
		})
		s.refuse("person.staff_taken", func(ctx context.Context, tx *db.Tx) error {
			_, err := Add(ctx, tx, Draft{StaffNo: "A001", Name: "别人", UnitID: "u1"})
			return err
		})
	})
}

func TestSearch(t *testing.T) {
	house(t, func(t *testing.T, s *scene) {
		for i, name := range []string{"王建华", "单雄信", "曾示例", "欧阳建明", "买买提·吐尔逊"} {
			s.worker("A00"+string(rune('1'+i)), name, i*2)
		}
		for _, tt := range []struct{ text, want string }{
			{"建", "欧阳建明 王建华"}, {"王建华", "王建华"}, {"wjh", "王建华"}, {"jianhua", "王建华"}, {"sxx", "单雄信"}, {"zeng", "曾示例"},
			{"A003", "曾示例"}, {"003", "曾示例"}, {"吐尔", "买买提·吐尔逊"}, {"欧阳建明", "欧阳建明"}, {"ＷＪＨ", "王建华"}, {"张", ""}, {"w", ""}, {"%%%", ""},
			{ident.Invented("1985-06-01", 0), "王建华"},
		} {
			s.do(func(ctx context.Context, tx *db.Tx) error {
				got, err := List(ctx, tx, RightList, Query{Text: tt.text})
				var names []string
				for _, w := range got {
					names = append(names, w.Name)
				}
				slices.SortFunc(names, func(a, b string) int { return strings.Compare(b, a) })
				slices.Reverse(names)
				want := strings.Fields(tt.want)
				slices.Sort(want)
				if !slices.Equal(names, want) {
					t.Errorf("search %q gave %v, want %v", tt.text, names, want)
				}
				return err
			})
		}
	})
}

func TestListPagesWithoutGaps(t *testing.T) {
	house(t, func(t *testing.T, s *scene) {
		for i := range 7 {
			s.worker("B00"+string(rune('0'+i)), "同名人", i)
		}
		seen := map[string]bool{}
		var at Cursor
		for range 4 {
			s.do(func(ctx context.Context, tx *db.Tx) error {
				got, err := List(ctx, tx, RightList, Query{After: at, Limit: 2})
				for _, w := range got {
					seen[w.ID], at = true, Cursor{w.SortKey, w.ID}
				}
				return err
			})
		}
		if len(seen) != 7 {
			t.Errorf("%d of 7 seen", len(seen))
		}
	})
}

func TestHouseholdAsOf(t *testing.T) {
	house(t, func(t *testing.T, s *scene) {
		w := s.worker("A001", "王示例", 1)
		var child Member
		s.do(func(ctx context.Context, tx *db.Tx) (err error) {
			income := money.Yuan(0)
			child, err = AddMember(ctx, tx, NewMember{WorkerID: w.ID, Relation: RelChild, Name: "王小示", Birth: "2010-05-01", Schooling: "junior",
				Income: &income, Since: "2026-01-01", Source: FromSelf})
			return err
		})
		set := func(kind, id, name, value string, from day.Day) {
			s.do(func(ctx context.Context, tx *db.Tx) error {
				_, err := SetFact(ctx, tx, Fact{SubjectKind: kind, SubjectID: id, Name: name, Value: value, Known: value != "", Source: FromOfficer, FromOn: from})
				return err
			})
		}
		set(OfMember, child.ID, FactSchooling, "senior", "2026-09-01")
		set(OfHousehold, w.HouseholdID, "debts", "50000", "2026-03-01")
		set(OfHousehold, w.HouseholdID, "debts", "20000", "2026-10-01")
		set(OfHousehold, w.HouseholdID, "debts", "", "2026-11-01")
		for _, tt := range []struct {
			on      day.Day
			members int
			stage   Schooling
			debts   money.Amount
			known   bool
		}{{"2025-12-31", 0, "", 0, false}, {"2026-02-01", 1, "junior", 0, false}, {"2026-08-31", 1, "junior", money.Yuan(50000), true},
			{"2026-10-15", 1, "senior", money.Yuan(20000), true}, {"2026-11-23", 2, "senior", 0, false}} {
			h := s.home(w.HouseholdID, tt.on)
			f, known := h.Fact(w.HouseholdID, "debts")
			if len(h.Members) != tt.members || known != tt.known || f.Amount() != tt.debts {
				t.Errorf("on %s: %d members, debts %v %v", tt.on, len(h.Members), f.Amount(), known)
			}
			for _, m := range h.Members {
				if m.ID == child.ID && m.Schooling != tt.stage {
					t.Errorf("on %s the child is at %s, want %s", tt.on, m.Schooling, tt.stage)
				}
			}
		}
		s.do(func(ctx context.Context, tx *db.Tx) error {
			return EndMember(ctx, tx, EndIn{ID: child.ID, On: "2026-11-20", Reason: "moved"})
		})
		if h := s.home(w.HouseholdID, "2026-11-23"); len(h.Members) != 1 {
			t.Errorf("%d members after the child moved out", len(h.Members))
		}
	})
}

func TestSpousesBecomeOneHousehold(t *testing.T) {
	house(t, func(t *testing.T, s *scene) {
		a, b := s.worker("A001", "王示例", 1), s.worker("A002", "李示例", 2)
		add := func(n NewMember) {
			s.do(func(ctx context.Context, tx *db.Tx) error {
				n.Source = FromSelf
				_, err := AddMember(ctx, tx, n)
				return err
			})
		}
		add(NewMember{WorkerID: b.ID, Relation: RelParent, Name: "李老示"})
		add(NewMember{WorkerID: b.ID, Relation: RelChild, Name: "王小示", Birth: "2012-01-01"})
		add(NewMember{WorkerID: a.ID, Relation: RelChild, Name: "王小示", Birth: "2012-01-01"})
		add(NewMember{WorkerID: b.ID, Relation: RelSpouse, Name: "王示例"})
		add(NewMember{WorkerID: a.ID, Relation: RelSpouse, Name: "李示例"})
		s.do(func(ctx context.Context, tx *db.Tx) error {
			a, err := Get(ctx, tx, a.ID)
			b, err2 := Get(ctx, tx, b.ID)
			if a.HouseholdID != b.HouseholdID {
				t.Fatal("two households")
			}
			h, err3 := Household(ctx, tx, a.HouseholdID)
			got := map[Relation]int{}
			for _, m := range h.Members {
				got[m.Relation]++
			}
			if want := (map[Relation]int{RelSelf: 1, RelSpouse: 1, RelChild: 1, RelParentInLaw: 1}); !reflect.DeepEqual(got, want) {
				t.Errorf("relations %v, want %v", got, want)
			}
			for _, m := range h.SeenBy(b.ID) {
				if m.Name == "李老示" && m.Relation != RelParent || m.WorkerID == a.ID && m.Relation != RelSpouse {
					t.Errorf("to the wife %s is %s", m.Name, m.Relation)
				}
			}
			kin, err4 := Kin(ctx, tx, a.ID)
			if !slices.Equal(kin, []string{b.ID}) {
				t.Errorf("kin %v", kin)
			}
			return errors.Join(err, err2, err3, err4)
		})
		if h := s.home(b.HouseholdID, "2026-11-22"); len(h.Members) != 0 || h.IntoID != a.HouseholdID {
			t.Errorf("the old household yesterday: %d members, into %q", len(h.Members), h.IntoID)
		}
	})
}

func TestCardHolder(t *testing.T) {
	house(t, func(t *testing.T, s *scene) {
		w := s.worker("A001", "王示例", 1)
		card := func(holder string, rel Holder, no string, sure bool) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				return SetCard(ctx, tx, CardIn{WorkerID: w.ID, Card: no, Holder: holder, Relation: rel, Bank: "示例银行", Sure: sure})
			}
		}
		good := ident.InventedCard(7)
		bad := good[:18] + string('0'+(good[18]-'0'+1)%10)
		s.refuse("person.card_holder", card("别人", HolderSelf, good, false))
		s.refuse("person.card_spouse", card("李示例", HolderSpouse, good, false))
		s.refuse("person.card_sure", card("王示例", HolderSelf, bad, false))
		s.do(card("王示例", HolderSelf, good, false))
		s.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := AddMember(ctx, tx, NewMember{WorkerID: w.ID, Relation: RelSpouse, Name: "李示例", Source: FromSelf})
			return err
		})
		s.do(card("李示例", HolderSpouse, good, false))
	})
}

func TestLeavingAndDying(t *testing.T) {
	house(t, func(t *testing.T, s *scene) {
		w := s.worker("A001", "王示例", 1)
		move := func(to Status, on day.Day) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				return Move(ctx, tx, MoveIn{WorkerID: w.ID, To: to, On: on})
			}
		}
		s.refuse("person.status_day", move(Left, "2026-12-01"))
		s.do(move(Left, "2026-11-01"))
		s.refuse("person.status_same", move(Left, "2026-11-02"))
		s.do(move(Active, "2026-11-10"))
		s.do(move(Deceased, "2026-11-20"))
		s.refuse("person.status_dead", move(Active, "2026-11-21"))
	})
}

func TestVocabularyNamesAreOneEach(t *testing.T) {
	all, err := Vocabulary()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, n := range all {
		if seen[n.Name] || len(n.Subjects) == 0 {
			t.Errorf("%s stands twice or belongs to nobody", n.Name)
		}
		seen[n.Name] = true
	}
	for _, name := range []string{"debts", "homes", "income_year", "rigid_year", "tuition", "income_wage", "rigid_medical"} {
		if !seen[name] {
			t.Errorf("no %s", name)
		}
	}
}

func FuzzKeysOf(f *testing.F) {
	f.Add("王建华", "A001")
	f.Add("买买提·吐尔逊", " ａ０1 ")
	f.Add("", "\xff")
	f.Fuzz(func(t *testing.T, name, no string) {
		_, search, tokens := SearchKeys(name, no)
		for _, tok := range tokens {
			if !strings.Contains(search, tok) {
				t.Fatalf("token %q is not in %q", tok, search)
			}
		}
		for _, tok := range asked(squash(name)) {
			if !slices.Contains(tokens, tok) {
				t.Fatalf("%q is not found by itself: no token %q", name, tok)
			}
		}
	})
}
