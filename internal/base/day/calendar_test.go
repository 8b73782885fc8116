package day

import (
	"fmt"
	"strings"
	"testing"

	"bangfu/internal/base/fault"

	"pgregory.net/rapid"
)

// Read off the State Council's announcements for 2024 to 2026.
func TestWorkday(t *testing.T) {
	c := Shipped()
	for _, tt := range []struct {
		day  Day
		want bool
	}{
		{"2024-02-09", true},  // eve of 2024: worked
		{"2024-02-04", true},  // Sunday, make-up
		{"2024-02-16", false}, // Friday in the festival
		{"2024-02-18", true},
		{"2024-09-14", true},
		{"2024-09-16", false},
		{"2024-10-08", true},
		{"2024-12-31", true},
		{"2025-01-01", false},
		{"2025-01-26", true},
		{"2025-01-27", true},
		{"2025-01-28", false}, // eve of 2025: off by law since this year
		{"2025-02-08", true},
		{"2025-04-27", true},
		{"2025-05-02", false},
		{"2025-06-02", false},
		{"2025-10-08", false},
		{"2025-10-11", true},
		{"2026-01-02", false},
		{"2026-01-04", true},
		{"2026-02-14", true},
		{"2026-02-23", false},
		{"2026-02-24", true},
		{"2026-02-28", true},
		{"2026-05-09", true},
		{"2026-06-19", false},
		{"2026-09-20", true},
		{"2026-09-25", false},
		{"2026-10-07", false},
		{"2026-10-08", true},
		{"2026-10-10", true},
		{"2026-11-21", false}, // plain Saturday
		{"2026-11-23", true},
		{"2027-01-01", true}, // not known: a Friday
	} {
		if got := c.Workday(tt.day); got != tt.want {
			t.Errorf("Workday(%s) = %v, want %v", tt.day, got, tt.want)
		}
	}
}

func TestAddWorkdays(t *testing.T) {
	c := Shipped()
	for _, tt := range []struct {
		from        Day
		n           int
		want        Day
		provisional bool
	}{
		{"2026-11-16", 5, "2026-11-23", false}, // five workdays of publicity from a Monday
		{"2026-11-20", 1, "2026-11-23", false},
		{"2026-11-21", 1, "2026-11-23", false},
		{"2026-11-21", 0, "2026-11-21", false},
		{"2026-02-13", 1, "2026-02-14", false}, // Saturday, worked
		{"2026-02-13", 2, "2026-02-24", false},
		{"2026-02-13", 5, "2026-02-27", false},
		{"2026-02-13", 6, "2026-02-28", false},
		{"2026-09-24", 3, "2026-09-30", false},
		{"2026-09-24", 4, "2026-10-08", false},
		{"2026-09-30", 3, "2026-10-10", false},
		{"2026-04-30", 5, "2026-05-11", false},
		{"2025-01-24", 3, "2025-02-05", false},
		{"2025-09-26", 5, "2025-10-10", false},
		{"2025-12-31", 1, "2026-01-04", false},
		{"2024-12-31", 1, "2025-01-02", false},
		{"2024-02-09", 1, "2024-02-18", false},
		{"2026-12-31", 1, "2027-01-01", true},
		{"2026-12-28", 3, "2026-12-31", false},
		{"2026-12-28", 10, "2027-01-11", true},
		{"2026-10-08", -1, "2026-09-30", false},
		{"2026-01-05", -2, "2025-12-31", false},
	} {
		got, provisional := c.AddWorkdays(tt.from, tt.n)
		if got != tt.want || provisional != tt.provisional {
			t.Errorf("AddWorkdays(%s, %d) = %s, %v, want %s, %v", tt.from, tt.n, got, provisional, tt.want, tt.provisional)
		}
	}
}

func TestWorkdaysInvertAddWorkdays(t *testing.T) {
	c := Shipped()
	rapid.Check(t, func(t *rapid.T) {
		from := Day("2023-06-01").Add(rapid.IntRange(0, 1400).Draw(t, "from"))
		n := rapid.IntRange(-200, 200).Draw(t, "n")
		to, p := c.AddWorkdays(from, n)
		got, q := c.Workdays(from, to)
		if got != n || p != q || n != 0 && !c.Workday(to) {
			t.Fatalf("AddWorkdays(%s, %d) = %s %v, Workdays back = %d %v", from, n, to, p, got, q)
		}
	})
}

func TestWithReplacesAndExtraLaysOver(t *testing.T) {
	base := Shipped()
	next := base.With(Year{Year: 2027, Days: []Special{{"2027-01-01", "元旦", true}, {"2026-12-27", "元旦", false}}})
	if base.Known(2027) || !next.Known(2027) || !next.Known(2026) {
		t.Fatal("With must make its year known, and only in the new calendar")
	}
	if d, p := next.AddWorkdays("2026-12-31", 1); d != "2027-01-04" || p {
		t.Errorf("with 2027 known: %s %v", d, p)
	}
	if !next.Workday("2026-12-27") || base.Workday("2026-12-27") {
		t.Error("a make-up day at the end of the year before must count")
	}
	if got := next.With(Year{Year: 2027}); got.Workday("2027-01-01") != true {
		t.Error("a second announcement must replace the first")
	}
	local := base.Extra(Special{"2026-11-23", "三月三", true})
	if local.Workday("2026-11-23") || !base.Workday("2026-11-23") || local.Known(2027) {
		t.Error("Extra must lay a day over its own copy only")
	}
	var zero Calendar
	if d, p := zero.AddWorkdays("2026-11-20", 1); d != "2026-11-23" || !p {
		t.Errorf("zero calendar: %s %v", d, p)
	}
	if s, ok := base.Special("2026-10-06"); !ok || s.Name != "国庆节" {
		t.Errorf("Special(2026-10-06) = %v, %v", s, ok)
	}
}

func TestShippedFileReads(t *testing.T) {
	if _, err := parseShipped(shipped); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"2026-01-01 休", "2026-01-01 假 元旦", "2026-02-30 休 x", "2026-01-02..2026-01-01 休 x"} {
		if _, err := parseShipped(bad); err == nil {
			t.Errorf("parseShipped(%q) took it", bad)
		}
	}
	// By law: 11 days off a year until 2024, 13 from 2025; with the weekends beside them never fewer.
	for year, want := range map[int]int{2024: 11, 2025: 13, 2026: 13} {
		off := 0
		for d := Day(fmt.Sprintf("%d-01-01", year)); d.Year() == year; d = d.Add(1) {
			switch s, ok := Shipped().Special(d); {
			case ok && s.Off && !weekend(d):
				off++
			case ok && !s.Off:
				off--
			}
		}
		weekends := 0
		for d := Day(fmt.Sprintf("%d-01-01", year)); d.Year() == year; d = d.Add(1) {
			if s, ok := Shipped().Special(d); ok && s.Off && weekend(d) {
				weekends++
			}
		}
		if off > want || off+weekends < want {
			t.Errorf("%d: %d weekdays off net, %d weekend days, want %d by law between", year, off, weekends, want)
		}
	}
}

func TestParseYear(t *testing.T) {
	good := `{"$schema":"x","year":2027,"papers":[],"days":[{"name":"元旦","date":"2027-01-01","isOffDay":true},{"name":"元旦","date":"2026-12-27","isOffDay":false}]}`
	for _, tt := range []struct{ name, in, key string }{
		{"json", good, ""},
		{"json with mark", "\ufeff" + good, ""},
		{"csv", "日期,名称,休/班\n2026-12-27,元旦,班\n2027-01-01,元旦,休\n2027-01-02,元旦,休\n", ""},
		{"csv bare", "2027/1/1,元旦,true\n", ""},
		{"no json", `{"year":2027,"days":[`, "day.file.shape"},
		{"no year", `{"days":[]}`, "day.file.shape"},
		{"no days", `{"year":2027,"days":[]}`, "day.file.empty"},
		{"nothing", "", "day.file.empty"},
		{"bad day", `{"year":2027,"days":[{"name":"x","date":"2027-02-30","isOffDay":true}]}`, "day.file.row"},
		{"no flag", `{"year":2027,"days":[{"name":"x","date":"2027-02-03"}]}`, "day.file.row"},
		{"bad row", "2027-01-01,元旦,休\n2027-01-02,元旦\n", "day.file.row"},
		{"bad word", "2027-01-01,元旦,休\n2027-01-02,元旦,也许\n", "day.file.row"},
		{"far year", `{"year":2027,"days":[{"name":"x","date":"2029-01-01","isOffDay":true}]}`, "day.file.year"},
		{"twice", "2027-01-01,元旦,休\n2027-01-01,元旦,休\n", "day.file.twice"},
		{"swapped", "2027-01-01,元旦,班\n", "day.file.makeup"},
		{"quotes", "\"2027-01-01,元旦,班\n", "day.file.shape"},
		{"huge", strings.Repeat(" x", mostFile), "day.file.shape"},
	} {
		y, err := ParseYear([]byte(tt.in))
		if tt.key != "" {
			if !fault.Is(err, tt.key) {
				t.Errorf("%s: %v, %v, want %s", tt.name, y, err, tt.key)
			}
			continue
		}
		if err != nil || y.Year != 2027 || len(y.Days) == 0 {
			t.Errorf("%s: %v, %v", tt.name, y, err)
		}
	}
}

func FuzzParseYear(f *testing.F) {
	f.Add([]byte(`{"year":2027,"days":[{"name":"元旦","date":"2027-01-01","isOffDay":true}]}`))
	f.Add([]byte("日期,名称,休/班\n2027-01-01,元旦,休\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		y, err := ParseYear(data)
		if err != nil {
			if fault.Of(err).Kind != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		c := Calendar{}.With(y)
		for _, s := range y.Days {
			if c.Workday(s.Day) == s.Off {
				t.Fatalf("%v is not kept", s)
			}
		}
	})
}
