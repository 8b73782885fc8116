package fund

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/engine/form"
	"pgregory.net/rapid"
)

func clerk() db.Actor { return db.Actor{Union: "u1", User: "ann", Person: "p-ann"} }

func write1(t testing.TB, d *db.DB, f func(context.Context, *db.Tx) error) {
	t.Helper()
	if err := d.Update(t.Context(), clerk(), f); err != nil {
		t.Fatal(err)
	}
}

// funded gives a union with one pocket of an amount.
func funded(t testing.TB, d *db.DB, code string, a money.Amount) {
	t.Helper()
	write1(t, d, func(ctx context.Context, tx *db.Tx) error {
		if _, err := Open(ctx, tx, NewPocket{Code: code, Name: code, Source: Company, Manager: "m1"}); err != nil {
			return err
		}
		_, err := Give(ctx, tx, Gift{Key: "slip/" + code, Pocket: code, Amount: a})
		return err
	})
}

func TestLastYuanGoesToOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		funded(t, d, "XZ", money.Yuan(1))
		const racers = 16
		var wg sync.WaitGroup
		got := make([]error, racers)
		for i := range racers {
			wg.Go(func() {
				got[i] = d.Update(t.Context(), clerk(), func(ctx context.Context, tx *db.Tx) error {
					ref := fmt.Sprintf("A%d", i)
					if err := Reserve(ctx, tx, Hold{Key: ref, Pocket: "XZ", Ref: ref, Amount: money.Yuan(1)}); err != nil {
						return err
					}
					if err := Commit(ctx, tx, ref); err != nil {
						return err
					}
					return Spend(ctx, tx, Move{Key: "pay/" + ref, Ref: ref, Amount: money.Yuan(1)})
				})
			})
		}
		wg.Wait()
		won := 0
		for _, err := range got {
			switch {
			case err == nil:
				won++
			case !fault.Is(err, "fund.short"):
				t.Errorf("a loser was told %v", err)
			}
		}
		if won != 1 {
			t.Fatalf("%d of %d got the last yuan", won, racers)
		}
		write1(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := Verify(ctx, tx)
			return err
		})
	})
}

func TestSameSlipAtOnceIsBookedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		funded(t, d, "XZ", money.Yuan(1))
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				err := d.Update(t.Context(), clerk(), func(ctx context.Context, tx *db.Tx) error {
					_, err := Give(ctx, tx, Gift{Key: "slip/7", Pocket: "XZ", Amount: money.Yuan(5)})
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		write1(t, d, func(ctx context.Context, tx *db.Tx) error {
			if s, err := StateOf(ctx, tx, "XZ"); err != nil || s.Bank != money.Yuan(6) {
				t.Errorf("bank %v, %v", s.Bank, err)
			}
			return nil
		})
	})
}

func TestVerifyFindsChanges(t *testing.T) {
	for name, spoil := range map[string]string{
		"amount":   `update fund_posting set amount = amount + 1 where union_id = 'u1' and seq = 1 and line = 1`,
		"memo":     `update fund_entry set memo = 'other' where union_id = 'u1' and seq = 1`,
		"posting":  `delete from fund_posting where union_id = 'u1' and seq = 2`,
		"balance":  `update fund_account set balance = balance + 1 where union_id = 'u1' and code = '102'`,
		"hold":     `update fund_hold set reserved = reserved - 1 where union_id = 'u1'`,
		"head":     `update fund_book set head = '' where union_id = 'u1'`,
		"unposted": `insert into fund_account (union_id, pocket, code, class, balance) values ('u1', 'XZ', '141', 'asset', 5)`,
	} {
		t.Run(name, func(t *testing.T) {
			d := dbtest.Open(t)
			funded(t, d, "XZ", money.Yuan(9))
			write1(t, d, func(ctx context.Context, tx *db.Tx) error {
				return Reserve(ctx, tx, Hold{Key: "r", Pocket: "XZ", Ref: "A1", Amount: 5})
			})
			write1(t, d, func(ctx context.Context, tx *db.Tx) error {
				if v, err := Verify(ctx, tx); err != nil || v.Entries != 2 || v.Postings != 3 {
					t.Fatalf("before: %+v, %v", v, err)
				}
				if _, err := tx.Exec(ctx, spoil); err != nil {
					return err
				}
				if _, err := Verify(ctx, tx); !fault.Is(err, "fund.broken") {
					t.Errorf("after: %v", err)
				}
				return nil
			})
		})
	}
}

// TestTableRefuses holds that the law stands in the tables too: no program can put an account where it may not be.
func TestTableRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		funded(t, d, "XZ", money.Yuan(1))
		for _, q := range []string{
			`update fund_account set balance = -1 where union_id = 'u1' and code = '102'`,
			`update fund_account set balance = -1 where union_id = 'u1' and code = 'available'`,
			`insert into fund_account (union_id, pocket, code, class, balance) values ('u1', 'XZ', '225', 'liability', 1)`,
			`update fund_posting set amount = 0 where union_id = 'u1'`,
		} {
			if err := d.Update(t.Context(), clerk(), func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, q)
				return err
			}); err == nil {
				t.Errorf("the tables took %s", q)
			}
		}
	})
}

func genTerms(r *rapid.T, label string) Terms {
	pick := func(name string, from ...string) string { return rapid.SampledFrom(from).Draw(r, label+name) }
	return Terms{
		Purposes: List(pick("p", "", "a", "b", "a b")), Programmes: List(pick("g", "", "x", "x y")),
		Level: Level(pick("l", "any", "own", "provincial", "national")), Place: pick("pl", "", "110000", "110100", "/u/", "/u/b/"),
		Year: rapid.SampledFrom([]int{0, 2025, 2026}).Draw(r, label+"y"), Donor: pick("d", "", "d1", "d2"),
		FromOn: day.Day(pick("f", "", "2026-01-01", "2026-06-01")), UntilOn: day.Day(pick("u", "", "2026-06-30", "2026-12-31")),
	}
}

// TestWithin: money that may move to narrower terms can only be used as the wider ones allow.
func TestWithin(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		outer, inner := genTerms(r, "outer"), genTerms(r, "inner")
		if rapid.Bool().Draw(r, "near") {
			inner = outer
			inner.Level = National
		}
		u := genTerms(r, "use")
		use := Use{
			Purpose: rapid.SampledFrom([]string{"", "a", "b"}).Draw(r, "purpose"), Programme: strings.Fields(string(u.Programmes) + " z")[0],
			FileLevel: u.Level, Place: u.Place, Year: u.Year, Donor: u.Donor,
		}
		on := max(u.FromOn, "2026-03-01")
		if inner.Within(outer) == nil && inner.Admits(use, on) == nil && outer.Admits(use, on) != nil {
			r.Fatalf("%+v is within %+v, but %+v is admitted by the first only", inner, outer, use)
		}
		if outer.Within(outer) != nil {
			r.Fatalf("%+v is not within itself", outer)
		}
	})
}

func TestLevels(t *testing.T) {
	for _, tt := range []struct {
		need, have Level
		ok         bool
	}{
		{AnyLevel, "", true}, {Own, "", false}, {Own, Own, true}, {Own, National, true}, {Provincial, Own, false},
		{Provincial, Provincial, true}, {National, Provincial, false}, {National, National, true}, {AnyLevel, "city", false},
	} {
		if got := (Terms{Level: tt.need}).Admits(Use{FileLevel: tt.have}, "2026-01-01") == nil; got != tt.ok {
			t.Errorf("Admits need %s, have %q = %v", tt.need, tt.have, got)
		}
	}
}

func TestMood(t *testing.T) {
	for _, tt := range []struct {
		spent, grown money.Amount
		want         Mood
		percent      int64
	}{{0, 0, Calm, 0}, {7999, 10000, Calm, 79}, {8000, 10000, Warn, 80}, {9499, 10000, Warn, 94}, {9500, 10000, Alarm, 95}, {3, 3, Alarm, 100}} {
		s := State{Pocket: Pocket{Warn: 80, Alarm: 95}, Spent: tt.spent, Grown: tt.grown}
		if s.Mood() != tt.want || s.Percent() != tt.percent {
			t.Errorf("%v of %v = %s, %d%%", tt.spent, tt.grown, s.Mood(), s.Percent())
		}
	}
}

func TestForesee(t *testing.T) {
	f := Foresee(Flow{money.Yuan(100), money.Yuan(120), money.Yuan(60), 12}, "2026-11-23")
	if f.OutPer != money.Yuan(10) || f.Months != 10 || f.MonthsWithInput != 20 || f.LastsUntil != "2027-09-30" {
		t.Errorf("%+v", f)
	}
	if f := Foresee(Flow{Free: money.Yuan(100), Past: 12}, "2026-11-23"); f.Months != -1 || f.LastsUntil != "" {
		t.Errorf("nothing spent: %+v", f)
	}
}

func TestForecastOf(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		c.SetDay(t, "2026-01-05")
		funded(t, d, "XZ", money.Yuan(100))
		c.SetDay(t, "2026-02-10")
		write1(t, d, func(ctx context.Context, tx *db.Tx) error {
			return errors.Join(Reserve(ctx, tx, Hold{Key: "r", Pocket: "XZ", Ref: "A", Amount: money.Yuan(20)}),
				Commit(ctx, tx, "A"), Spend(ctx, tx, Move{Key: "p", Ref: "A", Amount: money.Yuan(20)}))
		})
		c.SetDay(t, "2026-03-02")
		write1(t, d, func(ctx context.Context, tx *db.Tx) error {
			f, err := ForecastOf(ctx, tx, "XZ")
			if err != nil || f.Past != 2 || f.OutPer != money.Yuan(10) || f.InPer != money.Yuan(50) || f.Months != 8 || f.MonthsWithInput != -1 {
				t.Errorf("%+v, %v", f, err)
			}
			s, err := StatementOf(ctx, tx, Account{Pocket: "XZ"}, Span{"2026-02-01", "2026-03-02"})
			if err != nil || s.Opening != money.Yuan(100) || s.Closing != money.Yuan(80) || len(s.Lines) != 1 || s.Lines[0].Left != s.Closing {
				t.Errorf("%+v, %v", s, err)
			}
			all, err := Entries(ctx, tx, Filter{Pocket: "XZ", Month: "2026-02", Limit: 10})
			if err != nil || len(all) != 3 || all[0].Kind != KindSpend || all[0].Voucher != "记-2026-02-0001" || all[1].Voucher != "" {
				t.Errorf("%+v, %v", all, err)
			}
			if more, err := Entries(ctx, tx, Filter{Before: all[2].Seq, Kind: KindGiven, Limit: 10}); err != nil || len(more) != 1 {
				t.Errorf("%+v, %v", more, err)
			}
			return nil
		})
	})
}

func TestActs(t *testing.T) {
	d := dbtest.Open(t)
	host := &act.Host{
		DB:     d,
		Allow:  func(context.Context, *db.Tx, string) error { return nil },
		Record: func(context.Context, *db.Tx, act.Entry) error { return nil },
	}
	_, err := OpenPocket.Run(t.Context(), host, act.Call{Actor: clerk(), Key: "1"}, NewPocket{})
	if f := fault.Of(err); f == nil || f.Key != "fault.form" || len(f.Parts) != 4 {
		t.Errorf("empty pocket: %v", err)
	}
	open := NewPocket{Code: "XZ", Name: "XZ", Source: Company, Manager: "m"}
	for range 2 {
		if p, err := OpenPocket.Run(t.Context(), host, act.Call{Actor: clerk(), Key: "2"}, open); err != nil || p.Warn != 80 {
			t.Fatalf("%+v, %v", p, err)
		}
	}
	if _, err := OpenPocket.Run(t.Context(), host, act.Call{Actor: clerk(), Key: "3"}, open); !fault.Is(err, "fund.pocket_taken") {
		t.Errorf("twice: %v", err)
	}
	in := ReceiveIn{Pocket: "XZ", Amount: 500, Slip: " 88 ", Day: "2026-11-01", Payer: "company"}
	for _, key := range []string{"4", "4", "5"} {
		if e, err := Receive.Run(t.Context(), host, act.Call{Actor: clerk(), Key: key}, in); err != nil || e.Seq != 1 || len(e.Postings) != 2 {
			t.Errorf("receive: %+v, %v", e, err)
		}
	}
	if _, err := SetMapping.Run(t.Context(), host, act.Call{Actor: clerk()}, Mapping{"warmth", "102", "2026-11-23"}); !fault.Is(err, "fund.not_spending") {
		t.Errorf("map to a bank: %v", err)
	}
	for _, a := range Acts() {
		name, title, right := a.About()
		in, _ := a.Types()
		if name != right || !strings.HasPrefix(name, "fund.") || title == "" || len(form.Describe(in)) == 0 {
			t.Errorf("act %s, right %s", name, right)
		}
	}
}

func TestMappingAndChart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		funded(t, d, "XZ", money.Yuan(100))
		write1(t, d, func(ctx context.Context, tx *db.Tx) error {
			if err := MapAccount(ctx, tx, Mapping{"visit", "50206", tx.Day()}); err != nil {
				return err
			}
			err := errors.Join(
				Reserve(ctx, tx, Hold{Key: "r", Pocket: "XZ", Ref: "A", Item: "visit", Amount: 100, Use: Use{Purpose: "warmth"}}),
				Commit(ctx, tx, "A"), Spend(ctx, tx, Move{Key: "p", Ref: "A", Amount: 100}))
			if err != nil {
				return err
			}
			if a, err := Balance(ctx, tx, Account{"XZ", "50206"}); err != nil || a != 100 {
				t.Errorf("booked %v, %v", a, err)
			}
			lacks := strings.ReplaceAll(sample, "account 50206", "account 50299")
			if _, err := AdoptChart(ctx, tx, NewChart{lacks, tx.Day()}); !fault.Is(err, "fund.chart_drops") {
				t.Errorf("a chart without an account in use: %v", err)
			}
			more := strings.ReplaceAll(sample, "aid warmth 50205", "aid warmth 50204")
			if _, err := AdoptChart(ctx, tx, NewChart{more, "2027-01-01"}); err != nil {
				return err
			}
			now, err := ChartOn(ctx, tx, tx.Day())
			if err != nil {
				return err
			}
			later, err := ChartOn(ctx, tx, "2027-01-01")
			if err != nil || now.links["aid warmth"] != "50205" || later.links["aid warmth"] != "50204" {
				t.Errorf("charts: %v, %v, %v", now.links["aid warmth"], later.links["aid warmth"], err)
			}
			return nil
		})
	})
}

func TestParseChart(t *testing.T) {
	c, err := ParseChart(sample)
	if err != nil {
		t.Fatal(err)
	}
	a, ok := c.Account("50204")
	if !c.Historic || !ok || a.Name.Say(words.Zh) != "困难职工帮扶费" || a.Name.Say(words.En) != "Aid to workers in hardship" {
		t.Errorf("%+v", a)
	}
	for _, tt := range []struct{ old, new, key string }{
		{"account 102 asset", "account 102 debit", "fund.chart_line"},
		{"use bank 102", "use bank 999", "fund.chart_line"},
		{"use bank 102", "use bank 225", "fund.chart_lacks"},
		{"use bank 102", "", "fund.chart_lacks"},
		{"income company 405", "income company 405\nincome company 408", "fund.chart_line"},
		{"aid * 50204", "aid * 102", "fund.chart_lacks"},
		{"account 101 asset", "account 102 asset", "fund.chart_line"},
	} {
		if _, err := ParseChart(strings.Replace(sample, tt.old, tt.new, 1)); !fault.Is(err, tt.key) {
			t.Errorf("%q for %q: %v", tt.new, tt.old, err)
		}
	}
}

func FuzzParseChart(f *testing.F) {
	f.Add(sample)
	f.Add("chart x y\naccount 102 asset a|b\nuse bank 102")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseChart(text)
		if err != nil {
			return
		}
		codes := map[string]bool{}
		for _, a := range c.Accounts {
			if codes[a.Code] || !reCode.MatchString(a.Code) {
				t.Errorf("account %q", a.Code)
			}
			codes[a.Code] = true
		}
		if !slices.ContainsFunc(c.Accounts, func(a ChartAccount) bool { return a.Code == c.bank() && a.Class == Asset }) {
			t.Error("no bank")
		}
	})
}
