package outreach

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// Sum is how far visits are: of a unit, or of all (UnitID ""). Extra are further visits, counted apart: All, Done, Left and
// Dropped count households once. Money and Worth are what was given, fen, by all visits.
type Sum struct {
	UnitID                                string
	All, Done, Left, Dropped, Extra, Late int
	Money, Worth                          money.Amount
}

// Sums counts the visits of a campaign: all together first, then each unit in the order of the units' paths.
func Sums(all []Visit, today day.Day) ([]Sum, error) {
	total, units, paths := Sum{}, map[string]*Sum{}, map[string]string{}
	for _, v := range all {
		if units[v.UnitID] == nil {
			units[v.UnitID] = &Sum{UnitID: v.UnitID}
			paths[v.UnitID] = v.UnitPath
		}
		for _, s := range []*Sum{&total, units[v.UnitID]} {
			if err := s.add(v, today); err != nil {
				return nil, err
			}
		}
	}
	out := make([]Sum, 0, len(units)+1)
	for _, s := range units {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b Sum) int { return strings.Compare(paths[a.UnitID], paths[b.UnitID]) })
	return append([]Sum{total}, out...), nil
}

func (s *Sum) add(v Visit, today day.Day) (err error) {
	if v.Extra == 1 {
		if v.State == Done {
			s.Extra++
		}
	} else {
		s.All++
		switch v.State {
		case Done:
			s.Done++
		case Planned:
			s.Left++
		case Gone:
			s.Dropped++
		}
		if v.Late(today) {
			s.Late++
		}
	}
	if v.State != Done {
		return nil
	}
	if s.Money, err = s.Money.Add(v.Given); err == nil {
		s.Worth, err = s.Worth.Add(v.Worth)
	}
	return err
}

// Unvisited gives the visits of a campaign still to be made, those whose day is over first, then by unit and number.
func Unvisited(all []Visit, today day.Day) []Visit {
	out := slices.DeleteFunc(slices.Clone(all), func(v Visit) bool { return v.State != Planned })
	slices.SortFunc(out, func(a, b Visit) int {
		if a.Late(today) != b.Late(today) {
			if a.Late(today) {
				return -1
			}
			return 1
		}
		return strings.Compare(a.UnitPath+a.Number, b.UnitPath+b.Number)
	})
	return out
}

// RouteIn asks for the list to go by: visits not made yet, with where the people live. It is one bulk look, with its purpose.
type RouteIn struct {
	Campaign string `form:"campaign" kind:"hidden" max:"40"`
	Unit     string `form:"unit" label:"部门" max:"200" kind:"choice"`
	Mine     bool   `form:"mine" label:"只要分派给我的"`
	Purpose  string `form:"purpose" label:"用途" hint:"会打开住址，按批量查阅记入日志" need:"true" min:"4" max:"100"`
}

// Stop is one stop of a route: whom to visit and where. Place is the address, or the ward.
type Stop struct {
	Visit       Visit
	Name, Place string
}

// mostStops bounds one route list.
const mostStops = 300

// Route gives the list to go by, by unit and then by address. Faults: "outreach.route_empty", "outreach.route_long"
// (Refused), "fault.denied".
var Route = act.Act[RouteIn, []Stop]{Name: "outreach.route", Title: "打印走访路线表", Right: "outreach.route", Secret: true, Do: route}

func route(ctx context.Context, tx *db.Tx, in RouteIn) ([]Stop, error) {
	all, err := List(ctx, tx, "outreach.route", Query{Campaign: in.Campaign, Alone: in.Campaign == "", State: Planned, Mine: in.Mine, UnitPath: in.Unit})
	switch {
	case err != nil:
		return nil, err
	case len(all) == 0:
		return nil, fault.New(fault.Refused, "outreach.route_empty")
	case len(all) > mostStops:
		return nil, fault.New(fault.Refused, "outreach.route_long", mostStops)
	}
	var people, homes []string
	for _, v := range all {
		people, homes = append(people, v.PersonID), append(homes, v.HouseholdID)
	}
	who, err := person.Many(ctx, tx, people)
	if err != nil {
		return nil, err
	}
	where, err := person.OpenAddresses(ctx, tx, homes)
	if err != nil {
		return nil, err
	}
	out := make([]Stop, len(all))
	sum := sha256.New()
	for i, v := range all {
		out[i] = Stop{Visit: v, Name: who[v.PersonID].Name, Place: where[v.HouseholdID]}
		if len(v.Place) > 0 {
			if out[i].Place, err = tx.Open(placePlace, v.ID, v.Place); err != nil {
				return nil, err
			}
		}
		fmt.Fprintf(sum, "%s\x1f%s\x1e", v.Number, v.PersonID)
	}
	slices.SortFunc(out, func(a, b Stop) int {
		return strings.Compare(a.Visit.UnitPath+"\x00"+a.Place+"\x00"+a.Visit.Number, b.Visit.UnitPath+"\x00"+b.Place+"\x00"+b.Visit.Number)
	})
	tx.About("outreach.route", in.Campaign, "address", fmt.Sprintf("rows=%d", len(out)), "sha256="+hex.EncodeToString(sum.Sum(nil)))
	tx.Trail.Reason = in.Purpose
	return out, nil
}
