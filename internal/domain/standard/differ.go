package standard

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
)

// CheckCases judges every family and gives each difference from what its author expected.
func CheckCases(s *Standard, c Cases) (all []Diff) {
	for _, f := range c.Families {
		v := s.Judge(f.Facts, f.Refs)
		d := differ{family: f}
		d.verdict(v)
		if err := v.Replay(s); err != nil {
			d.add("replay", "equal", "different")
		}
		all = append(all, d.all...)
	}
	return all
}

type differ struct {
	family Family
	all    []Diff
}

func (d *differ) add(what, want, got string) {
	if want != got {
		d.all = append(d.all, Diff{d.family.Name, d.family.Line, what, want, got})
	}
}

func (d *differ) verdict(v Verdict) {
	e := d.family.Expect
	if e.Outcome != "" {
		d.add("outcome", e.Outcome, strings.TrimSpace(string(v.Outcome)))
	}
	if e.Class != nil {
		d.add("class", *e.Class, v.Class)
	}
	if e.Reason != "" {
		d.add("reason", e.Reason, reasonIn(v.Reasons, e.Reason))
	}
	if e.Needs != nil {
		want, got := slices.Clone(e.Needs), slices.Clone(v.Needs)
		sort.Strings(want)
		sort.Strings(got)
		d.add("needs", strings.Join(want, " "), strings.Join(got, " "))
	}
	for _, name := range slices.Sorted(maps.Keys(e.Figures)) {
		got := Value{}
		for _, f := range v.Figures {
			if f.Name == name {
				got = f.Value
			}
		}
		d.add(name, plain(e.Figures[name]), plain(got))
	}
	for _, it := range e.Items {
		d.item(v, it)
	}
	for _, a := range d.family.Asks {
		d.ask(v, a)
	}
}

// reasonIn finds the wanted code among the reasons; else it lists what there is.
func reasonIn(all []Reason, want string) string {
	var codes []string
	for _, r := range all {
		if r.Code == want {
			return want
		}
		codes = append(codes, r.Code)
	}
	return strings.Join(codes, " ")
}

func plain(v Value) string {
	if v.Sort == Money {
		return money.Amount(v.Num).Plain()
	}
	b, err := v.MarshalJSON()
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func (d *differ) item(v Verdict, e ItemExpectation) {
	name := e.Item
	if e.Index > 0 {
		name = fmt.Sprintf("%s[%d]", name, e.Index)
	}
	r, ok := v.Item(e.Item, e.Index)
	if !ok {
		d.add(name, string(e.Outcome), "absent")
		return
	}
	d.add(name, string(e.Outcome), string(r.Outcome))
	if e.Reason != "" {
		d.add(name+" reason", e.Reason, reasonIn(r.Reasons, e.Reason))
	}
	for _, part := range []struct {
		name string
		want *money.Amount
		got  money.Amount
	}{{"amount", e.Amount, r.Amount}, {"floor", e.Floor, r.Floor}, {"ceiling", e.Ceiling, r.Ceiling}} {
		if part.want == nil {
			continue
		}
		got := part.got
		if part.name == "amount" && (r.Kind == "CAP" || r.Kind == "RANGE") {
			got = r.Ceiling // never equal by accident: a bound is not an amount, and the name says so
			d.add(name+" kind", "FIXED or FORMULA", r.Kind)
		}
		d.add(name+" "+part.name, part.want.Plain(), got.Plain())
	}
	if e.Level != "" {
		d.add(name+" level", e.Level, r.Level(max(r.Amount, r.Ceiling)))
	}
}

func (d *differ) ask(v Verdict, a Ask) {
	got := ""
	if err := v.Allows(a.Requests); err != nil {
		got = strings.TrimPrefix(fault.Of(err).Key, "standard.")
		var f *fault.Fault
		if !errors.As(err, &f) {
			got = err.Error()
		}
	}
	want := a.Refused
	if got == "not_entitled" && want != "" && want != got { // the document's own reason may be named instead
		if r, ok := v.Item(a.Requests[0].Item, a.Requests[0].Index); ok {
			got = reasonIn(r.Reasons, want)
		}
	}
	var said []string
	var total money.Amount
	for _, q := range a.Requests {
		said = append(said, fmt.Sprintf("%s %s×%d", q.Item, q.Amount.Plain(), max(q.Times, 1)))
		total += q.Amount * money.Amount(max(q.Times, 1))
	}
	d.add("ask "+strings.Join(said, " + "), allowedOr(want), allowedOr(got))
	if a.Total != nil {
		d.add("total", a.Total.Plain(), total.Plain())
	}
}

func allowedOr(s string) string {
	if s == "" {
		return "allowed"
	}
	return "refused: " + s
}
