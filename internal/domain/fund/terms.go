package fund

import (
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/words"
)

// Terms are what the giver of a pocket's money allows (policy 3.2: 专款专用; central and provincial money only for filed
// families; a donor's wish before the general rules). An empty term allows everything.
type Terms struct {
	Purposes, Programmes List
	Level                Level
	Place                string // a region code, or a unit's path: it and all beneath
	Year                 int
	Donor, Wish          string
	FromOn, UntilOn      day.Day // both included
}

// Use is what money is to be used for, frozen on the award. Donor names the donor whose wish the decider has read and
// confirmed that the aid follows. FileLevel "" means the family has no file.
type Use struct {
	Purpose, Programme string
	FileLevel          Level
	Place              string
	Year               int
	Donor              string
}

// List is a list of code words, stored joined by single spaces.
type List string

func listOf(all []string) List {
	all = slices.Clone(all)
	slices.Sort(all)
	return List(strings.Join(strings.Fields(strings.Join(slices.Compact(all), " ")), " "))
}

// All gives the words.
func (l List) All() []string { return strings.Fields(string(l)) }

// Has reports whether a word is in the list.
func (l List) Has(word string) bool { return slices.Contains(l.All(), word) }

func (l List) within(outer List) bool {
	return outer == "" || l != "" && !slices.ContainsFunc(l.All(), func(w string) bool { return !outer.Has(w) })
}

// Breach says which term a use or a transfer breaks, with the figures. It stands inside the sentence of a fault.
type Breach struct {
	Rule words.Key
	Args []any
}

// Say gives the broken term in a language.
func (b *Breach) Say(l words.Lang) string { return words.T(l, string(b.Rule), b.Args...) }

// Admits says which term a use on a day breaks; nil means none. It is pure.
func (t Terms) Admits(u Use, on day.Day) *Breach {
	switch {
	case t.FromOn != "" && on < t.FromOn:
		return &Breach{"fund.rule.from", []any{string(t.FromOn)}}
	case t.UntilOn != "" && on > t.UntilOn:
		return &Breach{"fund.rule.until", []any{string(t.UntilOn)}}
	case t.Purposes != "" && !t.Purposes.Has(u.Purpose):
		return &Breach{"fund.rule.purpose", []any{strings.Join(t.Purposes.All(), "、")}}
	case t.Programmes != "" && !t.Programmes.Has(u.Programme):
		return &Breach{"fund.rule.programme", []any{strings.Join(t.Programmes.All(), "、")}}
	case u.FileLevel.rank() < t.Level.rank():
		return &Breach{"fund.rule.level", []any{t.Level, u.FileLevel}}
	case !covers(t.Place, u.Place):
		return &Breach{"fund.rule.place", []any{t.Place}}
	case t.Year != 0 && u.Year != t.Year:
		return &Breach{"fund.rule.year", []any{t.Year, u.Year}}
	case t.Donor != "" && u.Donor != t.Donor:
		return &Breach{"fund.rule.donor", []any{t.Donor}}
	}
	return nil
}

// Within says which of the outer terms these are wider than; nil means that every use these admit, outer admits too, so
// that money may go from a pocket under outer to one under these. It is pure.
func (t Terms) Within(outer Terms) *Breach {
	switch {
	case !t.Purposes.within(outer.Purposes):
		return &Breach{"fund.rule.purpose", []any{strings.Join(outer.Purposes.All(), "、")}}
	case !t.Programmes.within(outer.Programmes):
		return &Breach{"fund.rule.programme", []any{strings.Join(outer.Programmes.All(), "、")}}
	case t.Level.rank() < outer.Level.rank():
		return &Breach{"fund.rule.level", []any{outer.Level, t.Level}}
	case !covers(outer.Place, t.Place):
		return &Breach{"fund.rule.place", []any{outer.Place}}
	case outer.Year != 0 && t.Year != outer.Year:
		return &Breach{"fund.rule.year", []any{outer.Year, t.Year}}
	case outer.Donor != "" && (t.Donor != outer.Donor || t.Wish != outer.Wish):
		return &Breach{"fund.rule.donor", []any{outer.Donor}}
	case outer.FromOn != "" && t.FromOn < outer.FromOn:
		return &Breach{"fund.rule.from", []any{string(outer.FromOn)}}
	case outer.UntilOn != "" && (t.UntilOn == "" || t.UntilOn > outer.UntilOn):
		return &Breach{"fund.rule.until", []any{string(outer.UntilOn)}}
	}
	return nil
}

// covers reports whether a place lies in another: region codes by their leading pairs of digits (110000 covers 110105),
// unit paths by their beginning.
func covers(outer, place string) bool {
	if !strings.Contains(outer, "/") {
		for strings.HasSuffix(outer, "00") {
			outer = strings.TrimSuffix(outer, "00")
		}
	}
	return strings.HasPrefix(place, outer)
}
