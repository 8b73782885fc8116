package day

import (
	"testing"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		in, want, key string
	}{
		{"2026-11-22", "2026-11-22", ""},
		{"2026/11/22", "2026-11-22", ""},
		{"2026.1.2", "2026-01-02", ""},
		{"2026年11月22日", "2026-11-22", ""},
		{"２０２６年１月２号", "2026-01-02", ""},
		{" 20261122 ", "2026-11-22", ""},
		{"2024-2-29", "2024-02-29", ""},
		{"2025-2-29", "", "day.shape"},
		{"2026-13-01", "", "day.shape"},
		{"明天", "", "day.shape"},
		{"1899-12-31", "", "day.range"},
		{"2101-01-01", "", "day.range"},
		{"  ", "", "day.empty"},
	} {
		got, err := Parse(tt.in)
		if tt.key != "" {
			if !fault.Is(err, tt.key) {
				t.Errorf("Parse(%q) = %v, %v, want fault %s", tt.in, got, err, tt.key)
			}
			continue
		}
		if err != nil || string(got) != tt.want {
			t.Errorf("Parse(%q) = %v, %v, want %v", tt.in, got, err, tt.want)
		}
	}
}

func TestArithmetic(t *testing.T) {
	for _, tt := range []struct{ got, want any }{
		{Day("2026-01-31").AddMonths(1), Day("2026-02-28")},
		{Day("2024-01-31").AddMonths(1), Day("2024-02-29")},
		{Day("2026-03-31").AddMonths(-13), Day("2025-02-28")},
		{Day("2026-12-31").Add(1), Day("2027-01-01")},
		{Day("2026-03-01").Sub("2026-02-01"), 28},
		{Day("2000-02-29").Age("2026-02-28"), 25},
		{Day("2000-02-29").Age("2026-03-01"), 26},
		{Day("2026-11-22").Quarter(), 4},
		{Day("2026-11-26").Say(words.Zh), "11月26日（周四）"},
		{Day("2026-11-26").Say(words.En), "26 Nov 2026 (Thu)"},
		{Day("").Say(words.Zh), "—"},
		{Of(time.Date(2026, 11, 21, 16, 0, 0, 0, time.UTC)), Day("2026-11-22")},
		{Of(time.Date(2026, 11, 21, 15, 59, 59, 0, time.UTC)), Day("2026-11-21")},
	} {
		if tt.got != tt.want {
			t.Errorf("got %v, want %v", tt.got, tt.want)
		}
	}
}

func anyDay() *rapid.Generator[Day] {
	return rapid.Custom(func(t *rapid.T) Day {
		return Day("1990-01-01").Add(rapid.IntRange(0, 36500).Draw(t, "offset"))
	})
}

func TestDayProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := anyDay().Draw(t, "day"), rapid.IntRange(-3000, 3000).Draw(t, "n")
		if got := d.Add(n).Sub(d); got != n {
			t.Fatalf("%s.Add(%d).Sub = %d", d, n, got)
		}
		if (d.Add(n) > d) != (n > 0) {
			t.Fatalf("%s.Add(%d) sorts wrongly", d, n)
		}
		if got := d.AddMonths(n); (got.Year()*12+int(got.Time().Month()))-(d.Year()*12+int(d.Time().Month())) != n {
			t.Fatalf("%s.AddMonths(%d) = %s", d, n, got)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2026-11-22", "2026年1月2日", "20260230", "２０２６．１．２", "-1", "年月日"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse(s)
		if err != nil {
			if fault.Of(err).Kind != fault.Invalid {
				t.Fatalf("Parse(%q): %v is no fault of the input", s, err)
			}
			return
		}
		if again, err := Parse(string(d)); !d.Valid() || err != nil || again != d {
			t.Fatalf("Parse(%q) = %q does not read back", s, d)
		}
	})
}

// Every day of ten thousand and every broken one gives the time that the library reads.
func TestTimeIsTheLibrarys(t *testing.T) {
	at := time.Date(1999, 12, 25, 0, 0, 0, 0, time.UTC)
	for range 10_000 {
		if got := Day(at.Format(time.DateOnly)).Time(); !got.Equal(at) {
			t.Fatalf("%s is read as %s", at, got)
		}
		at = at.AddDate(0, 0, 1)
	}
	for _, broken := range []Day{"", "2026-13-01", "2026-00-10", "2026-02-29", "2026-01-00", "2026/01/01", "2026-1-1", "20x6-01-01", "2026-01-011"} {
		if got := broken.Time(); !got.IsZero() {
			t.Errorf("%q is read as %s", broken, got)
		}
	}
}
