package app

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/office/survey"
)

// surveys are what the house does for surveys, which know no families.
func surveys() survey.Hands {
	return survey.Hands{Audience: audience, Worker: paperWorker, Check: discovery.Check, Keep: discovery.Keep}
}

// seats is how many workers of an audience come at a time.
const seats = 500

// audience lists the workers in service whom a survey asks, by id; of households on file every worker.
func audience(ctx context.Context, tx *db.Tx, s survey.Survey, after string) ([]survey.Seat, string, error) {
	if s.Audience == survey.Filed {
		return filed(ctx, tx, after)
	}
	all, err := person.After(ctx, tx, after, seats)
	if err != nil {
		return nil, "", err
	}
	paths, err := unitPaths(ctx, tx, s)
	if err != nil {
		return nil, "", err
	}
	var out []survey.Seat
	for _, w := range all {
		if w.Status == person.Active && asks(s, w, paths) {
			out = append(out, survey.Seat{PersonID: w.ID, UnitID: w.UnitID, UnitPath: w.UnitPath})
		}
	}
	if len(all) < seats {
		return out, "", nil
	}
	return out, all[len(all)-1].ID, nil
}

// unitPaths gives the paths of the units a survey asks.
func unitPaths(ctx context.Context, tx *db.Tx, s survey.Survey) ([]string, error) {
	if s.Audience != survey.Units {
		return nil, nil
	}
	all, err := org.Units(ctx, tx)
	var out []string
	for _, u := range all {
		if slices.Contains(s.Chosen(), u.ID) {
			out = append(out, u.Path)
		}
	}
	return out, err
}

func asks(s survey.Survey, w person.Worker, paths []string) bool {
	switch s.Audience {
	case survey.Units:
		return slices.ContainsFunc(paths, func(p string) bool { return strings.HasPrefix(w.UnitPath, p) })
	case survey.Kinds:
		return slices.Contains(s.Chosen(), string(w.Employment))
	case survey.All, survey.Filed:
	}
	return true
}

// filed lists the workers of the households with an open file, file by file.
func filed(ctx context.Context, tx *db.Tx, after string) ([]survey.Seat, string, error) {
	files, err := casefile.OpenAfter(ctx, tx, after, seats)
	if err != nil {
		return nil, "", err
	}
	var out []survey.Seat
	for _, f := range files {
		all, err := person.WorkersOf(ctx, tx, f.HouseholdID)
		if err != nil {
			return nil, "", err
		}
		for _, w := range all {
			if w.Status == person.Active {
				out = append(out, survey.Seat{PersonID: w.ID, UnitID: w.UnitID, UnitPath: w.UnitPath})
			}
		}
	}
	if len(files) < seats {
		return out, "", nil
	}
	return out, files[len(files)-1].ID, nil
}

// paperWorker finds the worker who filled in a paper form. Fault: "survey.nobody" for one who is not there or out of reach.
func paperWorker(ctx context.Context, tx *db.Tx, right, staffNo string) (survey.Seat, error) {
	w, ok, err := person.ByStaffNo(ctx, tx, person.StaffNo(staffNo))
	if err != nil {
		return survey.Seat{}, err
	}
	if !ok || auth.Reach(tx, right, w.UnitPath, "") != nil {
		return survey.Seat{}, fault.New(fault.Refused, "survey.nobody").At("staff_no")
	}
	return survey.Seat{PersonID: w.ID, UnitID: w.UnitID, UnitPath: w.UnitPath}, nil
}
