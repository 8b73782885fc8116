package standard_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/standard"
)

// drawValue draws a value that a fact may have, near its edges as often as not.
func drawValue(t *rapid.T, f standard.Fact) standard.Value {
	switch f.Sort {
	case standard.Int, standard.Money:
		n := rapid.OneOf(rapid.Int64Range(max(f.Min, 0), min(f.Max, 40)), rapid.Int64Range(f.Min, min(f.Max, 20_000_000)), rapid.Just(f.Min)).Draw(t, f.Name)
		return standard.Value{Sort: f.Sort, Num: n}
	case standard.Bool:
		return standard.BoolOf(rapid.Bool().Draw(t, f.Name))
	case standard.Date:
		return standard.DateOf(day.Day("2020-06-01").Add(rapid.IntRange(0, 700).Draw(t, f.Name)))
	case standard.Words:
		if len(f.Values) > 0 {
			return standard.TextOf(rapid.SampledFrom(f.Values).Draw(t, f.Name).Value)
		}
		return standard.TextOf(rapid.SampledFrom([]string{"a", "b"}).Draw(t, f.Name))
	}
	return standard.ListOf("a")
}

// drawFamily draws a family of whom everything is known.
func drawFamily(t *rapid.T, s *standard.Standard) (standard.Facts, standard.Refs) {
	f, r := standard.Facts{}, standard.Refs{}
	for _, d := range s.Facts {
		f[d.Name] = drawValue(t, d)
	}
	for _, g := range s.Groups {
		rows := standard.RowsOf()
		for range rapid.IntRange(0, 3).Draw(t, g.Name) {
			row := standard.Facts{}
			for _, d := range append(slices.Clone(g.Fields), s.Earlier()...) {
				row[d.Name] = drawValue(t, d)
			}
			rows.Rows = append(rows.Rows, row)
		}
		f[g.Name] = rows
	}
	for _, p := range s.Parameters {
		if p.Ref != "" {
			r[p.Ref] = standard.Value{Sort: p.Sort, Num: rapid.Int64Range(max(p.Min, 1), min(p.Max, 200_000)).Draw(t, p.Ref)}
		}
	}
	return f, r
}

// forget takes some of what is known away.
func forget(t *rapid.T, f standard.Facts, share int) standard.Facts {
	out := standard.Facts{}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if rapid.IntRange(0, 9).Draw(t, "forget") < share {
			continue
		}
		v := f[name]
		if v.Sort == standard.Rows {
			rows := standard.RowsOf()
			for _, row := range v.Rows {
				rows.Rows = append(rows.Rows, forget(t, row, share))
			}
			v = rows
		}
		out[name] = v
	}
	return out
}

func everyStandard(t *testing.T) (all []*standard.Standard) {
	for _, name := range shipped(t) {
		s, _ := load(t, name)
		all = append(all, s)
	}
	for _, text := range []string{sequence, joint, higher} {
		s, err := standard.Parse([]byte(text))
		if err != nil {
			t.Fatal(say(err))
		}
		all = append(all, s)
	}
	return all
}

// What is decided while something is unknown stays so whatever the unknown turns out to be: unknown is never no.
func TestUnknownIsNeverNo(t *testing.T) {
	all := everyStandard(t)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(all).Draw(t, "standard")
		f, r := drawFamily(t, s)
		part, whole := s.Judge(forget(t, f, rapid.IntRange(0, 5).Draw(t, "share")), r), s.Judge(f, r)
		if part.Outcome != standard.Unknown && part.Outcome != whole.Outcome {
			t.Fatalf("%s: %s became %s", s.Code, part.Outcome, whole.Outcome)
		}
		if part.Outcome == standard.Unknown && len(part.Needs) == 0 {
			t.Fatalf("%s: unknown, but needs nothing", s.Code)
		}
		for _, it := range part.Items {
			now, ok := whole.Item(it.Code, it.Index)
			if it.Outcome == standard.Unknown && len(it.Needs) == 0 {
				t.Fatalf("%s %s: unknown, but needs nothing", s.Code, it.Code)
			}
			if ok && it.Outcome != standard.Unknown && (it.Outcome != now.Outcome || it.Amount != now.Amount || it.Floor != now.Floor || it.Ceiling != now.Ceiling) {
				t.Fatalf("%s: %+v became %+v", s.Code, it, now)
			}
		}
	})
}

// A verdict goes through JSON and replays equal.
func TestReplay(t *testing.T) {
	all := everyStandard(t)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(all).Draw(t, "standard")
		f, r := drawFamily(t, s)
		if len(s.Facts) > 0 { // a fact that cannot be is kept as it was given
			f[s.Facts[0].Name] = standard.Value{Sort: standard.Money, Num: -1 << 60}
		}
		v := s.Judge(forget(t, f, 2), r)
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var back standard.Verdict
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if err := back.Replay(s); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(back.Facts, v.Facts) {
			t.Fatalf("facts changed: %v, %v", v.Facts, back.Facts)
		}
		back.Outcome = "no!"
		if back.Replay(s) == nil {
			t.Fatal("a changed verdict replays")
		}
	})
}

// What is allowed keeps every bound, limit and pool.
func TestCapsHold(t *testing.T) {
	all := everyStandard(t)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(all).Draw(t, "standard")
		v := s.Judge(drawFamily(t, s))
		for _, it := range v.Items {
			a := rapid.OneOf(rapid.Just(it.Amount), rapid.Just(it.Ceiling), rapid.Just(it.Floor), rapid.Map(rapid.Int64Range(-5, 5_000_000), func(n int64) money.Amount { return money.Amount(n) })).Draw(t, "amount")
			err := it.Allows(a)
			exact := it.Kind == "FIXED" || it.Kind == "FORMULA"
			inside := it.Outcome == standard.Yes && a > 0 && (exact && a == it.Amount || !exact && a >= it.Floor && a <= it.Ceiling) && (it.Pool == nil || a <= it.Pool.Left)
			if (err == nil) != inside {
				t.Fatalf("%s %s: Allows(%d) = %v on %+v", s.Code, it.Code, a, err, it)
			}
			for _, l := range it.Limits {
				if err == nil && l.Turns == 0 && a+l.Used > l.Most {
					t.Fatalf("%s %s: %d + %d is above %d", s.Code, it.Code, a, l.Used, l.Most)
				}
			}
		}
	})
}

// What is decided of many is what is judged of each, by columns and one by one.
func TestDecide(t *testing.T) {
	all := everyStandard(t)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(all).Draw(t, "standard")
		var families []standard.Facts
		_, refs := drawFamily(t, s)
		for range rapid.IntRange(1, 5).Draw(t, "families") {
			f, _ := drawFamily(t, s)
			families = append(families, forget(t, f, 1))
		}
		for i, got := range s.Decide(families, refs) {
			v := s.Judge(families[i], refs)
			want := standard.Decision{Outcome: v.Outcome, Class: v.Class}
			for _, it := range v.Items {
				if v.Outcome == standard.Yes && it.Outcome == standard.Yes && (it.Flow == "pay" || it.Flow == "lend") {
					want.Gives, want.Most = want.Gives+it.Amount, want.Most+it.Ceiling
				}
			}
			if got != want {
				t.Fatalf("%s: decided %+v, judged %+v", s.Code, got, want)
			}
		}
	})
}

// FuzzFact reads any text as a fact of each sort: what is taken may stand for the fact, and nothing else is.
func FuzzFact(f *testing.F) {
	for _, s := range []string{"", "12.50", "1,000元", "是", "false", "2026-02-29", "2026-01-31", "a|b", "-3", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, sort := range []standard.Sort{standard.Int, standard.Money, standard.Bool, standard.Date, standard.Words, standard.List} {
			fact, p := standard.Fact{Sort: sort, Min: 0, Max: 1000}, standard.Parameter{Sort: sort, Min: 0, Max: 1000}
			v, ok := fact.Read(text)
			if w, also := p.ReadRef(text); ok != also || !v.Equal(w) {
				t.Fatalf("%q as %s: %v %v, as a figure %v %v", text, sort, v, ok, w, also)
			}
			if ok && v.Known() && (v.Sort != sort || (sort == standard.Int || sort == standard.Money) && (v.Num < 0 || v.Num > 1000)) {
				t.Fatalf("%q as %s gives %+v", text, sort, v)
			}
		}
	})
}
