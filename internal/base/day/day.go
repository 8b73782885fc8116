// Package day counts civil days: 2026-11-22, never an instant, never a time zone. Workdays are counted on a calendar of
// days off and make-up workdays that is data.
package day

import (
	"strings"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
)

// Day is a civil day as text, 2026-11-22: it sorts and compares as text does. The empty Day means "none".
type Day string

// Zone is the one civil time zone of the product.
var Zone = time.FixedZone("Asia/Shanghai", 8*3600)

// Of gives the civil day of an instant in China.
func Of(t time.Time) Day { return Day(t.In(Zone).Format(time.DateOnly)) }

// Parse reads a day as people write it: 2026-11-22, 2026/11/22, 2026.1.2, 2026年11月22日, 20261122, full-width digits.
// Faults: "day.empty", "day.shape" (not a day), "day.range" (outside 1900–2100).
func Parse(s string) (Day, error) {
	s = strings.TrimSpace(strings.Map(narrow, s))
	if s == "" {
		return "", fault.New(fault.Invalid, "day.empty")
	}
	s = strings.NewReplacer("年", "-", "月", "-", "日", "", "号", "", "/", "-", ".", "-").Replace(s)
	for _, layout := range []string{"2006-1-2", "20060102"} {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		if t.Year() < 1900 || t.Year() > 2100 {
			return "", fault.New(fault.Invalid, "day.range")
		}
		return Day(t.Format(time.DateOnly)), nil
	}
	return "", fault.New(fault.Invalid, "day.shape")
}

func narrow(r rune) rune {
	switch {
	case r == '\u3000' || r == '\u00a0' || r == ' ':
		return -1
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	}
	return r
}

// Time gives midnight UTC of the day, for counting only. The empty Day gives the zero time.
func (d Day) Time() time.Time {
	if y, m, n, ok := d.plain(); ok {
		return time.Date(y, m, n, 0, 0, 0, 0, time.UTC)
	}
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// plain reads the days that every month has; the rest is for the careful way. Lists count workdays by the thousand.
func (d Day) plain() (y int, m time.Month, n int, ok bool) {
	if len(d) != len(time.DateOnly) || d[4] != '-' || d[7] != '-' {
		return 0, 0, 0, false
	}
	var all int
	for i := range len(d) {
		if i == 4 || i == 7 {
			continue
		}
		if d[i] < '0' || d[i] > '9' {
			return 0, 0, 0, false
		}
		all = all*10 + int(d[i]-'0')
	}
	y, m, n = all/10000, time.Month(all/100%100), all%100
	return y, m, n, m >= 1 && m <= 12 && n >= 1 && n <= 28
}

// Valid reports whether d is a real day in the product's own form.
func (d Day) Valid() bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// Add moves by n calendar days.
func (d Day) Add(n int) Day { return Day(d.Time().AddDate(0, 0, n).Format(time.DateOnly)) }

// AddMonths moves by n months, staying in the target month: 31 January + 1 = 28 or 29 February.
func (d Day) AddMonths(n int) Day {
	t := d.Time()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Day(first.AddDate(0, 0, min(t.Day(), last)-1).Format(time.DateOnly))
}

// Sub gives the calendar days from e to d.
func (d Day) Sub(e Day) int { return int(d.Time().Sub(e.Time()).Hours() / 24) }

// Year gives the year.
func (d Day) Year() int { return d.Time().Year() }

// Quarter gives the quarter of the year, 1 to 4.
func (d Day) Quarter() int { return (int(d.Time().Month())-1)/3 + 1 }

// Age gives the full years from d to on: one more on each birthday.
func (d Day) Age(on Day) int {
	a, b := d.Time(), on.Time()
	years := b.Year() - a.Year()
	if b.Month() < a.Month() || b.Month() == a.Month() && b.Day() < a.Day() {
		years--
	}
	return years
}

var weekdays = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// Say puts the day into a sentence: 11月26日（周四） in Chinese, 26 Nov 2026 (Thu) in English.
func (d Day) Say(l words.Lang) string {
	if !d.Valid() {
		return "—"
	}
	t := d.Time()
	if l == words.En {
		return t.Format("2 Jan 2006 (Mon)")
	}
	return t.Format("1月2日") + "（" + weekdays[t.Weekday()] + "）"
}

// Clock says an instant (UTC milliseconds) as the product's clock shows it: 2026-11-22 09:30.
func Clock(ms int64) string { return time.UnixMilli(ms).In(Zone).Format("2006-01-02 15:04") }
