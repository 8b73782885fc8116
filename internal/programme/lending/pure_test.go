package lending_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/programme/lending"
)

func pattern(t *testing.T, code string) lending.Product {
	t.Helper()
	p, err := lending.Parse([]byte(lending.PatternText(code)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// refusals gives the keys of a judgement, at their fields.
func refusals(err error) string {
	if err == nil {
		return ""
	}
	var out []string
	for _, f := range fault.Of(err).Parts {
		out = append(out, f.Field+" "+f.Key)
	}
	if out == nil {
		f := fault.Of(err)
		out = []string{f.Field + " " + f.Key}
	}
	return strings.Join(out, ", ")
}

// The worked cases of R25 (rulesets.md): C1 to C5; C6 is the mutual fund's own.
func TestR25(t *testing.T) {
	p := pattern(t, "r25_medical")
	wish := func(amount int64, purpose string, member bool) lending.Wish {
		return lending.Wish{Purpose: purpose, Amount: money.Yuan(amount), Months: 12, Member: member}
	}
	for _, c := range []struct {
		name string
		w    lending.Wish
		want string
	}{
		{"C1 member, surgery, 20,000", wish(20000, "illness", true), ""},
		{"C2 member, 25,000", wish(25000, "illness", true), "amount loan.above"},
		{"C3 not a member", wish(20000, "illness", false), "member loan.member"},
		{"C4 member, buys a flat", wish(20000, "home", true), "purpose loan.purpose"},
	} {
		if got := refusals(p.Judge(c.w)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if most, err := p.Most(wish(25000, "illness", true)); err != nil || most != money.Yuan(20000) {
		t.Errorf("C2: at most %v %v", most, err)
	}
	all, err := lending.Schedule(lending.Terms{Amount: money.Yuan(15000), Months: 24, Rate: p.WorkerRate(), From: "2026-11-30"})
	if err != nil {
		t.Fatal(err)
	}
	sum, interest := money.Amount(0), money.Amount(0)
	for _, d := range all {
		sum, interest = sum+d.Principal, interest+d.Interest
	}
	if sum != money.Yuan(15000) || interest != 0 {
		t.Errorf("C5: repays %v and interest %v", sum, interest)
	}
}

// The patterns of policy §4, on and beside their bounds.
func TestPatterns(t *testing.T) {
	all, err := lending.Patterns()
	if err != nil || len(all) != 13 {
		t.Fatalf("%d patterns, %v", len(all), err)
	}
	yuan := money.Yuan
	for _, c := range []struct {
		code string
		w    lending.Wish
		most int64
		want string
	}{
		{"company_2012", lending.Wish{Purpose: "illness", Amount: yuan(50000), Months: 24}, 50000, ""},
		{"company_2012", lending.Wish{Purpose: "other", Amount: yuan(10001), Months: 25}, 10000, "amount loan.above, months loan.months"},
		{"company_2021", lending.Wish{Purpose: "disaster", Amount: yuan(8000), Months: 6, Pay: yuan(4000)}, 8000, ""},
		{"company_2021", lending.Wish{Purpose: "other", Amount: yuan(2001), Months: 6, Pay: yuan(4000)}, 2000, "amount loan.above"},
		{"company_2021", lending.Wish{Purpose: "other", Amount: yuan(100), Months: 6}, 0, "pay loan.unknown"},
		{"welfare_committee", lending.Wish{Purpose: "need", Amount: yuan(4000), Months: 3, Pay: yuan(4000), Live: true}, 4000, "product loan.live"},
		{"homes_15m", lending.Wish{Purpose: "home", Amount: yuan(300000), Months: 60, Service: 35, Career: 120}, 300000, "product loan.service"},
		{"homes_15m", lending.Wish{Purpose: "home", Amount: yuan(300000), Months: 60, Service: 36, Career: 119}, 300000, "product loan.career"},
		{"price_share_2021", lending.Wish{Purpose: "home", Amount: yuan(150000), Months: 60, Service: 24, Price: yuan(1000000), Pay: yuan(4000)}, 144000, "amount loan.above"},
		{"price_share_2021", lending.Wish{Purpose: "home", Amount: yuan(150000), Months: 60, Service: 24, Price: yuan(500000), Pay: yuan(9000)}, 150000, ""},
		{"long_term_2025", lending.Wish{Purpose: "home", Amount: yuan(500000), Months: 120, Service: 96}, 500000, ""},
		{"family_income_2023", lending.Wish{Purpose: "home", Amount: yuan(120001), Months: 60, Family: yuan(10000)}, 120000, "amount loan.above"},
		{"pre_tax", lending.Wish{Purpose: "need", Amount: yuan(1), Months: 1, Pay: yuan(3000)}, 6000, "product loan.regular"},
		{"wage_advance", lending.Wish{Purpose: "unpaid", Amount: yuan(3000), Months: 3, Pay: yuan(3000)}, 3000, ""},
		{"interest_free", lending.Wish{Purpose: "illness", Amount: 0, Months: 3}, 20000, "amount loan.amount"},
	} {
		p := pattern(t, c.code)
		if most, err := p.Most(c.w); most != yuan(c.most) || (err != nil) != (c.most == 0) {
			t.Errorf("%s: at most %v, %v", c.code, most, err)
		}
		if got := refusals(p.Judge(c.w)); got != c.want {
			t.Errorf("%s %+v: %q, want %q", c.code, c.w, got, c.want)
		}
	}
}

// A schedule's principal adds up to the fen, nothing in it is negative, interest never rises, and its days go up.
func TestScheduleProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 25))
	for range 20000 {
		in := lending.Terms{Amount: money.Amount(1 + r.Int64N(1_000_000_00)), Months: 1 + r.IntN(360), Grace: r.IntN(13), Rate: r.Int64N(2401),
			From: day.Day("2026-01-31").Add(r.IntN(800))}
		all, err := lending.Schedule(in)
		if err != nil {
			t.Fatal(err)
		}
		left, last := in.Amount, in.From
		for i, d := range all {
			if d.No != i+1 || d.On <= last || d.Principal <= 0 || d.Interest < 0 || i > 0 && d.Interest > all[i-1].Interest {
				t.Fatalf("%+v: %+v", in, d)
			}
			if i < len(all)-1 && d.Principal != all[0].Principal {
				t.Fatalf("%+v: uneven %+v", in, d)
			}
			left, last = left-d.Principal, d.On
		}
		if left != 0 || all[0].On != in.From.AddMonths(in.Grace+1) {
			t.Fatalf("%+v: %v is left", in, left)
		}
	}
	for _, bad := range []lending.Terms{{Months: 1, From: "2026-01-01"}, {Amount: 1, From: "2026-01-01"}, {Amount: 1, Months: 1}, {Amount: 1, Months: 1, From: "2026-01-01", Rate: -1},
		{Amount: 1, Months: 1, From: "2026-01-01", Grace: -1}} {
		if _, err := lending.Schedule(bad); !fault.Is(err, "loan.terms") {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// A deduction never takes more than the percent, nor what keeps the worker below the minimum wage, nor more than is owed.
func TestFloor(t *testing.T) {
	for _, c := range []struct{ owed, pay, minimum, want int64 }{
		{1000, 5000, 2000, 1000}, {1001, 5000, 2000, 1000}, {1000, 2300, 2000, 300}, {1000, 2000, 2000, 0}, {1000, 1500, 2000, 0}, {1000, 0, 2000, 0}, {1000, 5000, 0, 0}, {0, 5000, 2000, 0},
	} {
		got, err := lending.Deductible(money.Yuan(c.owed), money.Yuan(c.pay), money.Yuan(c.minimum), 20)
		if err != nil || got != money.Yuan(c.want) {
			t.Errorf("%+v: %v %v", c, got, err)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		owed, pay, low, percent := money.Amount(r.Int64N(1e7)), money.Amount(r.Int64N(2e6)), money.Amount(r.Int64N(1e6)), 1+r.Int64N(100)
		got, err := lending.Deductible(owed, pay, low, percent)
		if err != nil || got < 0 || got > owed || int64(got)*100 > int64(pay)*percent || got > 0 && (pay-got < low || low == 0) {
			t.Fatalf("owed %v of %v, floor %v, %d%%: %v %v", owed, pay, low, percent, got, err)
		}
	}
}

// Paying what is due at each day brings a loan to nothing and never leaves it late, whatever is paid early besides.
func TestRepaidToNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		in := lending.Terms{Amount: money.Amount(1 + r.Int64N(5_000_000)), Months: 1 + r.IntN(48), Rate: r.Int64N(1500), From: "2026-01-31"}
		all, err := lending.Schedule(in)
		if err != nil {
			t.Fatal(err)
		}
		o := lending.Owing{Base: in.Amount, Out: in.Amount}
		for _, d := range all {
			a := lending.Age(all, o, d.On)
			if a.Late != 0 || a.Days != 0 {
				t.Fatalf("%+v late on %s: %+v", in, d.On, a)
			}
			amount := a.Due()
			if r.IntN(4) == 0 {
				amount = min(amount+money.Amount(r.Int64N(100000)), o.Out+a.Interest)
			}
			if amount == 0 {
				continue
			}
			principal, interest, err := lending.Divide(amount, a, o.Out)
			if err != nil || principal < 0 || interest < 0 || principal+interest != amount {
				t.Fatalf("%v of %+v: %v %v %v", amount, a, principal, interest, err)
			}
			o.Out, o.Paid = o.Out-principal, o.Paid+interest
		}
		if o.Out != 0 {
			t.Fatalf("%+v: %v is left", in, o.Out)
		}
		if _, _, err := lending.Divide(1, lending.Age(all, o, all[len(all)-1].On), o.Out); !fault.Is(err, "loan.too_much") {
			t.Fatalf("more than is owed was taken: %v", err)
		}
	}
}

func TestAgeing(t *testing.T) {
	all, err := lending.Schedule(lending.Terms{Amount: money.Yuan(1200), Months: 12, From: "2026-01-10"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		paid       int64
		on         day.Day
		due, late  int64
		days, band int
	}{
		{0, "2026-02-09", 0, 0, 0, 0}, {0, "2026-02-10", 100, 0, 0, 0}, {0, "2026-02-11", 100, 100, 1, 1}, {0, "2026-03-12", 200, 200, 30, 1}, {0, "2026-03-13", 200, 200, 31, 2},
		{50, "2026-03-12", 150, 150, 30, 1}, {150, "2026-03-11", 50, 50, 1, 1}, {300, "2026-03-11", 0, 0, 0, 0}, {100, "2026-08-12", 600, 600, 155, 3}, {1200, "2027-12-01", 0, 0, 0, 0}, {0, "2027-12-01", 1200, 1200, 659, 4},
	} {
		a := lending.Age(all, lending.Owing{Base: money.Yuan(1200), Out: money.Yuan(1200 - c.paid)}, c.on)
		if a.Due() != money.Yuan(c.due) || a.Late != money.Yuan(c.late) || a.Days != c.days || a.Band() != c.band {
			t.Errorf("%+v: %+v band %d", c, a, a.Band())
		}
	}
}

func TestProductFaults(t *testing.T) {
	good := lending.PatternText("wage_advance")
	for _, c := range []struct{ from, to, want string }{
		{"months: 3", "months: 0", "loan.product_lacks"}, {"kind: advance", "kind: gift", "loan.product_lacks"}, {"pay_percent: 100", "pay_percent: -1", "loan.product_lacks"},
		{"pay_percent: 100", "rate: 100", "loan.product_lacks"}, {"months: 3", "month: 3", "loan.product_text"}, {"months: 3", "months: three", "loan.product_text"},
		{"pay_percent: 100", "cap: 1e3", "loan.product_text"}, {"code: need", "code: unpaid", "loan.product_lacks"}, {"leave_days: 1", "leave_days: 1\n---\ncode: x", "loan.product_"},
	} {
		text := strings.Replace(good, c.from, c.to, 1)
		if _, err := lending.Parse([]byte(text)); text == good || err == nil || !strings.HasPrefix(fault.Of(err).Key, c.want) {
			t.Errorf("%s → %s: %v", c.from, c.to, err)
		}
	}
	if lending.PatternText("../x") != "" || lending.PatternText("none") != "" {
		t.Error("a pattern that is none")
	}
}

func FuzzParse(f *testing.F) {
	all, err := lending.Patterns()
	if err != nil {
		f.Fatal(err)
	}
	for _, p := range all {
		f.Add([]byte(lending.PatternText(p.Code)))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := lending.Parse(text)
		if err != nil {
			return
		}
		if p.Months < 1 || p.WorkerRate() < 0 || p.Percent < 1 || p.Percent > 100 || len(p.Purposes) == 0 {
			t.Errorf("%+v", p)
		}
	})
}
