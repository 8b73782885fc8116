package day

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"

	"bangfu/internal/base/words"
)

func TestLunarAgainstOracle(t *testing.T) {
	f, err := os.Open("testdata/lunar.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if strings.HasPrefix(sc.Text(), "#") {
			continue
		}
		var d Day
		var year, month, lday int
		if _, err := fmt.Sscan(sc.Text(), &d, &year, &month, &lday); err != nil {
			t.Fatal(err)
		}
		want := LunarDate{Year: year, Month: max(month, -month), Day: lday, Leap: month < 0}
		if got, ok := Lunar(d); !ok || got != want {
			t.Errorf("Lunar(%s) = %v, %v, want %v", d, got, ok, want)
		}
		n++
	}
	if n < 1200 {
		t.Fatalf("only %d vectors", n)
	}
}

func TestLunarYearsJoin(t *testing.T) {
	for y := lunarFirst; y < lunarLast; y++ {
		days := 0
		for i := range months(y) {
			days += monthDays(y, i)
		}
		if got := SpringFestival(y).Add(days); got != SpringFestival(y+1) {
			t.Errorf("lunar year %d ends before %s, next begins %s", y, got, SpringFestival(y+1))
		}
	}
}

func TestLunarEdges(t *testing.T) {
	for _, tt := range []struct {
		day Day
		ok  bool
	}{{"1900-01-30", false}, {"1900-01-31", true}, {"2100-12-31", true}, {"2101-01-28", true}, {"2101-01-29", false}, {"", false}, {"2026-02-30", false}} {
		if _, ok := Lunar(tt.day); ok != tt.ok {
			t.Errorf("Lunar(%q) ok = %v", tt.day, ok)
		}
	}
	for y, want := range map[int]Day{1949: "1949-01-29", 2000: "2000-02-05", 2024: "2024-02-10", 2025: "2025-01-29", 2026: "2026-02-17", 2033: "2033-01-31", 1899: "", 2101: ""} {
		if got := SpringFestival(y); got != want {
			t.Errorf("SpringFestival(%d) = %s, want %s", y, got, want)
		}
	}
}

func TestLunarSay(t *testing.T) {
	for _, tt := range []struct {
		l      LunarDate
		zh, en string
	}{
		{LunarDate{2025, 12, 23, false}, "腊月廿三", "day 23 of lunar month 12"},
		{LunarDate{2026, 1, 1, false}, "正月初一", "day 1 of lunar month 1"},
		{LunarDate{2025, 6, 10, true}, "闰六月初十", "day 10 of leap lunar month 6"},
		{LunarDate{2026, 8, 15, false}, "八月十五", "day 15 of lunar month 8"},
		{LunarDate{2026, 11, 20, false}, "冬月二十", "day 20 of lunar month 11"},
		{LunarDate{2026, 12, 30, false}, "腊月三十", "day 30 of lunar month 12"},
		{LunarDate{}, "—", "—"},
	} {
		if zh, en := tt.l.Say(words.Zh), tt.l.Say(words.En); zh != tt.zh || en != tt.en {
			t.Errorf("%v.Say = %q, %q, want %q, %q", tt.l, zh, en, tt.zh, tt.en)
		}
	}
}
