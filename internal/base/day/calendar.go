package day

import (
	_ "embed"
	"fmt"
	"maps"
	"strings"
	"sync"

	"bangfu/internal/base/fault"
)

//go:embed calendar.txt
var shipped string

// Special is a day that is not what its weekday says: a public holiday (Off) or a weekend day that is worked instead.
type Special struct {
	Day  Day
	Name string
	Off  bool
}

// Year is what the State Council announces for one year. Some of its days may lie in the neighbouring years.
type Year struct {
	Year int
	Days []Special
}

// Calendar says which days are worked. It never changes: With and Extra give new calendars. The zero Calendar knows no
// year and counts Monday to Friday.
type Calendar struct {
	special map[Day]Special
	known   map[int]bool
}

var shippedCalendar = sync.OnceValues(func() (Calendar, error) { return parseShipped(shipped) })

// Shipped gives the calendar that comes with the program: China, 2024 to 2026. A fault in the embedded file, which a test
// rules out, gives the zero Calendar: every deadline is then marked provisional.
func Shipped() Calendar {
	c, err := shippedCalendar()
	if err != nil {
		return Calendar{}
	}
	return c
}

func parseShipped(text string) (Calendar, error) {
	years := map[int]*Year{}
	for i, line := range strings.Split(text, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Fields(line)
		if len(f) != 3 || f[1] != "休" && f[1] != "班" {
			return Calendar{}, fmt.Errorf("calendar.txt:%d: want day, 休 or 班, name", i+1)
		}
		first, last, span := strings.Cut(f[0], "..")
		if !span {
			last = first
		}
		if !Day(first).Valid() || !Day(last).Valid() || last < first {
			return Calendar{}, fmt.Errorf("calendar.txt:%d: %q is no span of days", i+1, f[0])
		}
		for d := Day(first); d <= Day(last); d = d.Add(1) {
			if years[d.Year()] == nil {
				years[d.Year()] = &Year{Year: d.Year()}
			}
			y := years[d.Year()]
			y.Days = append(y.Days, Special{Day: d, Name: f[2], Off: f[1] == "休"})
		}
	}
	var c Calendar
	for _, y := range years {
		c = c.With(*y)
	}
	return c, nil
}

// With gives a calendar in which the year is known by this announcement; what was held of that year is replaced.
func (c Calendar) With(y Year) Calendar {
	n := Calendar{special: maps.Clone(c.special), known: maps.Clone(c.known)}
	if n.known == nil {
		n.special, n.known = map[Day]Special{}, map[int]bool{}
	}
	maps.DeleteFunc(n.special, func(d Day, _ Special) bool { return d.Year() == y.Year })
	n.known[y.Year] = true
	for _, s := range y.Days {
		n.special[s.Day] = s
	}
	return n
}

// Extra gives a calendar with further days laid over it, such as a region's own holiday. No year becomes known by it.
func (c Calendar) Extra(days ...Special) Calendar {
	n := Calendar{special: maps.Clone(c.special), known: c.known}
	if n.special == nil {
		n.special = map[Day]Special{}
	}
	for _, s := range days {
		n.special[s.Day] = s
	}
	return n
}

// Known reports whether the year's announcement is held. Days of other years count Monday to Friday.
func (c Calendar) Known(year int) bool { return c.known[year] }

// Special gives the holiday or make-up workday that falls on d.
func (c Calendar) Special(d Day) (Special, bool) {
	s, ok := c.special[d]
	return s, ok
}

// Workday reports whether d is worked.
func (c Calendar) Workday(d Day) bool {
	if s, ok := c.special[d]; ok {
		return !s.Off
	}
	return !weekend(d)
}

func weekend(d Day) bool {
	w := d.Time().Weekday()
	return w == 0 || w == 6
}

// AddWorkdays gives the n-th workday after d, d itself not counted; a negative n counts backwards, 0 gives d. The answer
// is provisional when a year it passed through is not known yet: it must then be shown as such and counted again later.
// An n whose answer lies outside the years 1 to 9999 stops at that edge.
func (c Calendar) AddWorkdays(d Day, n int) (deadline Day, provisional bool) {
	step, left := 1, n
	if n < 0 {
		step, left = -1, -n
	}
	for left > 0 {
		next := d.Add(step)
		if !next.Valid() || next.Year() < 1 {
			return d, true
		}
		d = next
		if c.Workday(d) {
			left--
		}
		provisional = provisional || !c.known[d.Year()]
	}
	return d, provisional
}

// Workdays counts the workdays after from, up to and with to; it is negative when to is earlier. So for every workday to,
// AddWorkdays(from, Workdays(from, to)) is to. Provisional as in AddWorkdays.
func (c Calendar) Workdays(from, to Day) (n int, provisional bool) {
	if to < from {
		// Backwards, from is not counted and to is.
		for d := to; d < from; d = d.Add(1) {
			if c.Workday(d) {
				n--
			}
			provisional = provisional || !c.known[d.Year()]
		}
		return n, provisional
	}
	for d := from; d < to; {
		d = d.Add(1)
		if c.Workday(d) {
			n++
		}
		provisional = provisional || !c.known[d.Year()]
	}
	return n, provisional
}

// check faults on what an announcement can not mean: two meanings for a day, a make-up workday in the middle of a week.
func (y Year) check() error {
	seen := map[Day]bool{}
	for _, s := range y.Days {
		switch {
		case s.Day.Year() < y.Year-1 || s.Day.Year() > y.Year+1:
			return fault.New(fault.Invalid, "day.file.year", string(s.Day), y.Year)
		case seen[s.Day]:
			return fault.New(fault.Invalid, "day.file.twice", string(s.Day))
		case !s.Off && !weekend(s.Day):
			return fault.New(fault.Invalid, "day.file.makeup", string(s.Day))
		}
		seen[s.Day] = true
	}
	return nil
}
