package household

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// earlier answers what the standard asks about help given before, what its pools have spent and carried over. Decisions
// (decided.…) are the caller's to say.
func (t *telling) earlier(ctx context.Context, tx *db.Tx) error {
	if t.For == nil {
		return nil
	}
	var all []casefile.Aid
	if !t.Fresh {
		var err error
		if all, err = casefile.AidOf(ctx, tx, t.HouseholdID, "", t.On); err != nil {
			return err
		}
		all = append(all, t.Promised...)
	}
	if err := t.meet(ctx, tx, all); err != nil {
		return err
	}
	for _, f := range t.For.Earlier() {
		kind, rest, _ := strings.Cut(f.Name, ".")
		item, window, _ := strings.Cut(rest, ".")
		switch kind {
		case "aid", "times":
			t.window(question{f.Name, kind, item, window}, all)
		case "pool":
			if err := t.pool(ctx, tx, f.Name); err != nil {
				return err
			}
		}
	}
	for _, p := range t.For.Pools {
		for _, what := range []string{"spent", "carried"} {
			if err := t.pool(ctx, tx, "pool."+p.Code+"."+what); err != nil {
				return err
			}
		}
	}
	return nil
}

// meet finds the help that was written to somebody no roster knows.
func (t *telling) meet(ctx context.Context, tx *db.Tx, all []casefile.Aid) error {
	t.strangers = map[string]bool{}
	for _, a := range all {
		if _, met := t.strangers[a.Subject]; met || a.Subject == "" {
			continue
		}
		_, err := person.MemberByID(ctx, tx, a.Subject)
		if err != nil && fault.Of(err).Kind == fault.Missing {
			_, err = person.Get(ctx, tx, a.Subject)
		}
		if err != nil && fault.Of(err).Kind != fault.Missing {
			return err
		}
		t.strangers[a.Subject] = err != nil
	}
	return nil
}

// question is one thing a standard asks about earlier help: how much (aid) or how often (times) of an item in a window.
type question struct{ name, kind, item, window string }

// window answers a question for the family and for every row of a group that names its member.
func (t *telling) window(q question, all []casefile.Aid) {
	all = slices.DeleteFunc(slices.Clone(all), func(a casefile.Aid) bool { return a.Item != q.item })
	in, sure := t.within(q.window, all)
	if q.personal(t.For) {
		in = slices.DeleteFunc(slices.Clone(in), func(a casefile.Aid) bool { return a.PersonID != t.PersonID })
	}
	if sure {
		t.tell(q.name, q.answer(in))
	}
	for name, group := range t.out {
		if group.Sort != standard.Rows {
			continue
		}
		rows := make([]standard.Facts, len(group.Rows)) // never into the caller's own rows
		for i, row := range group.Rows {
			rows[i] = standard.Facts{}
			for k, v := range row {
				rows[i][k] = v
			}
			if own, ok := t.own(row, in); ok && sure {
				put(rows[i], q.name, q.answer(own))
			}
		}
		t.out[name] = standard.RowsOf(rows...)
	}
}

// own gives the help that was for the member of a row. A row that names nobody is sure of nothing but nothing.
func (t *telling) own(row standard.Facts, in []casefile.Aid) ([]casefile.Aid, bool) {
	id := row[MemberKey].Str
	if id == "" {
		return nil, len(in) == 0
	}
	ids := []string{id}
	for _, m := range t.home.Members {
		if m.ID == id {
			ids = subjects(m)
		}
	}
	var out []casefile.Aid
	for _, a := range in {
		switch {
		case slices.Contains(ids, a.Subject):
			out = append(out, a)
		case a.Subject == "" || t.strangers[a.Subject]:
			return nil, false // nobody wrote down for whom of the family this help was
		}
	}
	return out, true
}

// personal reports that every limit asking the question counts one person's help.
func (q question) personal(s *standard.Standard) bool {
	asked := false
	each := func(l standard.Limit) bool {
		if !slices.Contains(l.Items, q.item) || l.Within != q.window {
			return true
		}
		asked = true
		return l.Per == "person"
	}
	for _, it := range s.Items {
		for _, l := range it.Limits {
			if !each(l) {
				return false
			}
		}
	}
	for _, l := range s.Joint {
		if !each(l) {
			return false
		}
	}
	return asked
}

func (q question) answer(in []casefile.Aid) standard.Value {
	if q.kind == "times" {
		return standard.IntOf(int64(len(in)))
	}
	sum, err := casefile.Total(in)
	if err != nil {
		return standard.Value{} // beyond all money: not known
	}
	return standard.MoneyOf(sum)
}

// within gives the help of a window that the day lies in; false when it cannot be told which help belongs to it.
func (t *telling) within(window string, all []casefile.Aid) ([]casefile.Aid, bool) {
	from := t.On
	switch window {
	case "month":
		from = day.Day(string(t.On)[:7] + "-01")
	case "quarter":
		from = day.Day(string(t.On)[:7] + "-01").AddMonths(-((int(t.On.Time().Month()) - 1) % 3))
	case "term":
		from = term(t.On)
	case "year":
		from = day.Day(string(t.On)[:4] + "-01-01")
	case "rolling12":
		from = t.On.AddMonths(-12).Add(1)
	case "event":
		return t.sameEvent(all)
	default: // life
		from = ""
	}
	return slices.DeleteFunc(slices.Clone(all), func(a casefile.Aid) bool { return a.On < from || a.On > ends(window, t.On) }), true
}

// ends is the last day of a window that a day lies in: help promised for a later day is of another one.
func ends(window string, on day.Day) day.Day {
	switch first := on[:8] + "01"; window {
	case "month":
		return first.AddMonths(1).Add(-1)
	case "quarter":
		return first.AddMonths(3 - (int(on.Time().Month())-1)%3).Add(-1)
	case "term":
		return term(on).AddMonths(6).Add(-1)
	case "year":
		return on[:4] + "-12-31"
	}
	return "9999-12-31"
}

// nearEvent is within how many days of each other two days may be those of one event.
const nearEvent = 366

// NearEvent reports whether two days may be those of one event, told of differently.
func NearEvent(a, b day.Day) bool {
	if !a.Valid() || !b.Valid() {
		return false
	}
	d := a.Sub(b)
	return d <= nearEvent && d >= -nearEvent
}

// sameEvent gives the help that was for the event now told of: events are told apart by their day, and those of a year by the
// union's word (same_event). Help whose event was not written down counts when it came on that day or after; false when no day
// is told and there was help at all.
func (t *telling) sameEvent(all []casefile.Aid) ([]casefile.Aid, bool) {
	v := t.out["event_day"]
	if !v.Known() {
		return all, len(all) == 0
	}
	event, same := day.Day(v.Str), t.out["same_event"]
	return slices.DeleteFunc(slices.Clone(all), func(a casefile.Aid) bool {
		if a.EventDay != "" {
			return a.EventDay != event && !(same.Known() && same.Num == 1 && NearEvent(a.EventDay, event))
		}
		return a.On < event
	}), true
}

// term gives the first day of the school term a day lies in: 1 September or 1 March.
func term(on day.Day) day.Day {
	year, rest := string(on)[:4], string(on)[5:]
	switch {
	case rest >= "09-01":
		return day.Day(year + "-09-01")
	case rest >= "03-01":
		return day.Day(year + "-03-01")
	}
	return day.Day(string(day.Day(year + "-01-01").Add(-1))[:4] + "-09-01")
}

// pool answers what a pool has spent this year, from the books of the whole union, and what the union has written down as
// carried over under the reference figure of the same name: nothing written is nothing carried.
func (t *telling) pool(ctx context.Context, tx *db.Tx, name string) error {
	if _, said := t.out[name]; said {
		return nil
	}
	if t.Fresh {
		t.tell(name, standard.MoneyOf(0))
		return nil
	}
	parts := strings.Split(name, ".")
	year := string(t.On)[:4]
	if parts[2] == "carried" {
		u, err := org.Info(ctx, tx)
		if err != nil {
			return err
		}
		n, _, err := standard.LineOn(ctx, tx, u.Region, name, t.On)
		t.tell(name, standard.MoneyOf(n))
		return err
	}
	var items []string
	for _, it := range t.For.Items {
		if it.Pool == parts[1] {
			items = append(items, it.Code)
		}
	}
	spent, err := casefile.SpentOn(ctx, tx, items, day.Day(year+"-01-01"), t.On)
	if err != nil {
		return err
	}
	for _, a := range t.Promised {
		if slices.Contains(items, a.Item) {
			spent += a.Amount // each bounded by the budget that reserved it
		}
	}
	t.tell(name, standard.MoneyOf(spent))
	return nil
}
