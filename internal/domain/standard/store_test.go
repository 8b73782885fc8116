package standard

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
)

const grant = `standard: winter
version: 1
name: {zh: 冬季补助, en: Winter grant}
kind: benefit
facts: {income_per_head_month: }
parameters:
  line: {type: money, ref: dibao_line, zh: 低保标准, en: subsistence line}
  before: {type: money, ref: dibao_line, at: last_year, zh: 上年低保标准, en: last year's line}
items:
  - {code: grant, zh: 补助金, en: grant, kind: FIXED, amount: 800, when: income_per_head_month < line && before > yuan(0), clause: 第三条}
`

func as(t *testing.T, d *db.DB, user string, f func(context.Context, *db.Tx) error) error {
	t.Helper()
	return d.Update(t.Context(), db.Actor{Union: "u1", User: user, Person: "p-" + user}, f)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t *testing.T, err error, key string) {
	t.Helper()
	if !fault.Is(err, key) {
		t.Fatalf("got %v, want %s", err, key)
	}
}

func TestTwoPersonsBringAVersionIntoForce(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		var v Version
		save := func(text string) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) (err error) {
				v, err = Save(ctx, tx, DraftIn{Body: text})
				return err
			}
		}
		yes := func(ctx context.Context, tx *db.Tx) error {
			_, err := approve(ctx, tx, ApproveIn{v.Code, v.Version, v.Hash})
			return err
		}
		in := func(on day.Day) (version int64, err error) {
			err = as(t, d, "reader", func(ctx context.Context, tx *db.Tx) error {
				s, _, err := Current(ctx, tx, "winter", on)
				if err == nil {
					version = s.Version
				}
				return err
			})
			return version, err
		}
		must(t, as(t, d, "ann", save(grant)))
		_, err := in("2026-11-23")
		wants(t, err, "standard.none_in_force")
		wants(t, as(t, d, "ann", yes), "standard.same_person")
		seen := v
		must(t, as(t, d, "ann", save(strings.Replace(grant, "800", "900", 1))))
		stale := v
		v = seen
		wants(t, as(t, d, "bob", yes), "standard.draft_changed")
		v = stale
		must(t, as(t, d, "bob", yes))
		wants(t, as(t, d, "cy", yes), "standard.not_draft")
		wants(t, as(t, d, "ann", save(grant)), "standard.version_taken")

		next := strings.Replace(grant, "version: 1", "version: 2\nvalid: {from: 2027-01-01}", 1)
		must(t, as(t, d, "ann", save(next)))
		must(t, as(t, d, "bob", yes))
		for on, want := range map[day.Day]int64{"2026-11-23": 1, "2026-12-31": 1, "2027-01-01": 2} {
			if got, err := in(on); err != nil || got != want {
				t.Errorf("in force on %s: version %d, %v, want %d", on, got, err, want)
			}
		}
		if _, err = in("2026-11-22"); !fault.Is(err, "standard.none_in_force") {
			t.Errorf("a standard is in force before its approval: %v", err)
		}
		c.SetDay(t, "2027-02-01")
		leave := func(on day.Day) func(context.Context, *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				_, err := retire(ctx, tx, RetireIn{"winter", 2, on, "上级停止"})
				return err
			}
		}
		wants(t, as(t, d, "bob", leave("2027-01-31")), "standard.retire_past")
		must(t, as(t, d, "bob", leave("2027-02-01")))
		wants(t, as(t, d, "bob", leave("2027-02-01")), "standard.not_approved")
		for on, want := range map[day.Day]int64{"2027-02-01": 2, "2027-02-02": 1} {
			if got, err := in(on); err != nil || got != want {
				t.Errorf("after retiring, in force on %s: version %d, %v, want %d", on, got, err, want)
			}
		}
		must(t, as(t, d, "ann", save(strings.Replace(grant, "version: 1", "version: 5", 1))))
		wants(t, as(t, d, "ann", save(strings.Replace(grant, "version: 1", "version: 4", 1))), "standard.version_next")
		wants(t, as(t, d, "ann", save("standard: ['")), "standard.faults")
	})
}

func TestShippedStandardsInstallOnce(t *testing.T) {
	names, err := filepath.Glob("../../../standards/*.yaml")
	must(t, err)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		done := 0
		must(t, as(t, d, "system", func(ctx context.Context, tx *db.Tx) error {
			for _, name := range names {
				if strings.Contains(name, ".cases.") {
					continue
				}
				text, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				if err := Install(ctx, tx, string(text), "2026-01-01"); err != nil {
					return err
				}
				if err := Install(ctx, tx, string(text), "2020-01-01"); err != nil {
					return err
				}
				done++
			}
			all, err := Versions(ctx, tx, "")
			if len(all) != done || done < 10 {
				t.Errorf("%d documents gave %d versions", done, len(all))
			}
			for _, v := range all {
				s, _, err := Current(ctx, tx, v.Code, v.FromDay)
				if err != nil || s.Hash != v.Hash {
					t.Errorf("%s is not in force: %v", v.Code, err)
				}
			}
			return err
		}))
	})
}

func TestLinesOfTheNearestRegion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		set := func(region string, from day.Day, yuan int64) {
			t.Helper()
			must(t, as(t, d, "ann", func(ctx context.Context, tx *db.Tx) error {
				_, err := AddLine(ctx, tx, LineIn{region, DibaoLine, from, money.Yuan(yuan), "示例文号"})
				return err
			}))
		}
		set("440000", "2025-01-01", 900)
		set("440700", "2025-07-01", 1000)
		set("440700", "2026-07-01", 1100)
		set("440700", "2026-07-01", 1120) // corrected: the later recorded counts
		set("", "2020-01-01", 500)
		for _, tt := range []struct {
			region    string
			on        day.Day
			now, last int64
		}{
			{"440703", "2026-11-23", 1120, 1000}, {"440703", "2026-06-30", 1000, 1000}, {"440700", "2025-06-30", 900, 500},
			{"440300", "2026-11-23", 900, 900}, {"110000", "2026-11-23", 500, 500}, {"", "2026-11-23", 500, 500},
			{"110000", "2020-06-01", 500, 0}, {"110000", "2019-06-01", 0, 0},
		} {
			must(t, as(t, d, "ann", func(ctx context.Context, tx *db.Tx) error {
				refs, err := Lines(ctx, tx, tt.region, tt.on)
				want := Refs{}
				if tt.now > 0 {
					want[DibaoLine] = MoneyOf(money.Yuan(tt.now))
				}
				if tt.last > 0 {
					want[DibaoLine+LastYear] = MoneyOf(money.Yuan(tt.last))
				}
				if len(refs) != len(want) || !refs[DibaoLine].Equal(want[DibaoLine]) || !refs[DibaoLine+LastYear].Equal(want[DibaoLine+LastYear]) {
					t.Errorf("Lines(%s, %s) = %v, want %v", tt.region, tt.on, refs, want)
				}
				return err
			}))
		}
		wants(t, as(t, d, "ann", func(ctx context.Context, tx *db.Tx) error {
			_, err := AddLine(ctx, tx, LineIn{"440700", DibaoLine, "2026-07-01", money.Yuan(1120), "示例文号"})
			return err
		}), "standard.line_same")
	})
}

// A figure that nobody has written is asked for by its name, never taken for nothing.
func TestMissingLineIsNeeded(t *testing.T) {
	s, err := Parse([]byte(grant))
	must(t, err)
	v := s.Judge(Facts{"income_per_head_month": MoneyOf(money.Yuan(10))}, Refs{})
	if v.Outcome != Unknown || len(v.Needs) != 2 {
		t.Errorf("without lines: %s, needs %v", v.Outcome, v.Needs)
	}
	v = s.Judge(Facts{"income_per_head_month": MoneyOf(money.Yuan(10))}, Refs{DibaoLine: MoneyOf(money.Yuan(900)), DibaoLine + LastYear: MoneyOf(money.Yuan(800))})
	if v.Outcome != Yes {
		t.Errorf("with lines: %s", v.Outcome)
	}
}

func TestCompare(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"equal", "a\nb\n", "a\nb", " a b"},
		{"one changed", "a\nb\nc", "a\nx\nc", " a-b+x c"},
		{"added", "a", "a\nb", " a+b"},
		{"removed", "a\nb", "b", "-a b"},
		{"nothing common", "a", "b", "-a+b"},
	} {
		got := ""
		for _, c := range Compare(tt.old, tt.new) {
			got += c.Mark + c.Text
		}
		if got != tt.want {
			t.Errorf("%s: Compare = %q, want %q", tt.name, got, tt.want)
		}
	}
}
