// Package casefile keeps one file for each household in hardship (S04): who it is about, why, how hard, who looks after it,
// and every help it ever had. Each change has a day, so that the file can be shown as of any day; nothing is rubbed out.
package casefile

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// File is the file of a household as it stands today. Keeper is the user who looks after it (结对联系人). Class is the class
// of hardship by version SchemeVersion of the scheme named; Others and Need are further causes and what would help.
// Transit names where it is on its way to, "" for nowhere.
type File struct {
	UnionID, ID, Number, HouseholdID, PersonID string
	UnitID, UnitPath                           string
	State                                      State
	Level                                      fund.Level
	Class, ClassText, Scheme                   string
	SchemeVersion                              int64
	Cause                                      Cause
	Others                                     string
	Degree                                     Degree
	Need, Keeper                               string
	OpenedOn, EndedOn                          day.Day
	EndReason                                  Ending
	ReviewDue, KeepUntil                       day.Day
	Transit, ImportRef                         string
	Version, CreatedAt                         int64
}

const fileColumns = `union_id, id, number, household_id, person_id, unit_id, unit_path, state, level, class, class_text, scheme,
	scheme_version, cause, others, degree, need, keeper, opened_on, ended_on, end_reason, review_due, keep_until, transit, import_ref,
	version, created_at`

// Further gives the further causes.
func (f File) Further() []Cause {
	var out []Cause
	for _, c := range strings.Fields(f.Others) {
		out = append(out, Cause(c))
	}
	return out
}

// Get gives a file by id. It checks no right: that is for the act or page that asks.
func Get(ctx context.Context, tx *db.Tx, id string) (File, error) {
	return db.One[File](ctx, tx, `select `+fileColumns+` from casefile_file where union_id = $1 and id = $2`, tx.Union, id)
}

// Reached gives a file that a right of the actor reaches. Fault: "fault.denied", the same for one that is not there.
func Reached(ctx context.Context, tx *db.Tx, right, id string) (File, error) {
	f, err := Get(ctx, tx, id)
	if err != nil {
		if fault.Of(err).Kind == fault.Missing {
			err = fault.New(fault.Denied, "fault.denied")
		}
		return File{}, err
	}
	tx.About("file", f.ID)
	tx.Trail.Subject = f.PersonID
	return f, auth.Reach(tx, right, f.UnitPath, f.PersonID)
}

// OfHousehold gives the file of a household; false when it has none. A household that another was joined into finds the
// other's file by its worker, until it has one of its own.
func OfHousehold(ctx context.Context, tx *db.Tx, householdID string) (File, bool, error) {
	f, ok, err := db.Maybe[File](ctx, tx, `select `+fileColumns+` from casefile_file where union_id = $1 and household_id = $2`, tx.Union, householdID)
	if err != nil || ok {
		return f, ok, err
	}
	all, err := person.WorkersOf(ctx, tx, householdID)
	if err != nil {
		return File{}, false, err
	}
	for _, w := range all {
		if f, ok, err = OfPerson(ctx, tx, w.ID); err != nil || ok {
			return f, ok, err
		}
	}
	h, err := person.Household(ctx, tx, householdID)
	if err != nil || h.IntoID == "" {
		return File{}, false, missing(err)
	}
	return OfHousehold(ctx, tx, h.IntoID)
}

// missing takes "there is no such household" for "it has no file".
func missing(err error) error {
	if err != nil && fault.Of(err).Kind == fault.Missing {
		return nil
	}
	return err
}

// OfPerson gives the file that is kept under a worker's name; false when there is none.
func OfPerson(ctx context.Context, tx *db.Tx, personID string) (File, bool, error) {
	return db.Maybe[File](ctx, tx, `
		select `+fileColumns+` from casefile_file where union_id = $1 and person_id = $2 and person_id <> ''
		order by opened_on desc, id desc limit 1`, tx.Union, personID)
}

// LevelOf gives how high a household's file stands for restricted money: "" when it has no open file.
func LevelOf(ctx context.Context, tx *db.Tx, householdID string) (fund.Level, error) {
	f, ok, err := OfHousehold(ctx, tx, householdID)
	if err != nil || !ok || f.State != Open {
		return "", err
	}
	return f.Level, nil
}

// Opening says what is known when a household's file is opened, and why. Empty fields say nothing; On is today.
type Opening struct {
	HouseholdID, PersonID, ApplicationID string
	Level                                fund.Level
	Class, ClassText, Scheme             string
	SchemeVersion                        int64
	Cause                                Cause
	Others                               string
	Degree                               Degree
	Need                                 string
	On                                   day.Day
}

// Ensure gives the open file of a household: the one it has, one that had ended and is opened again (re-entry), or a new
// one with the next number DA-2026-000001. What the opening says is laid over what the file says. Faults: Missing for the
// worker, "casefile.transferred" when the file went to another union. An open file keeps its main cause; another is added
// to the further ones.
func Ensure(ctx context.Context, tx *db.Tx, in Opening) (File, error) {
	if in.On == "" {
		in.On = tx.Day()
	}
	f, ok, err := OfHousehold(ctx, tx, in.HouseholdID)
	switch {
	case err != nil:
		return File{}, err
	case !ok:
		return open(ctx, tx, in)
	case f.State == Transferred:
		return File{}, fault.New(fault.Refused, "casefile.transferred", f.Number)
	case f.State != Open:
		if err := reopen(ctx, tx, &f, in.On); err != nil {
			return File{}, err
		}
		if err := Event(ctx, tx, f.ID, Entry{Kind: "reenter", Text: "casefile.event_again", Ref: in.ApplicationID, On: in.On}); err != nil {
			return File{}, err
		}
	}
	in.causes(f)
	return f, f.change(ctx, tx, in.On, in.fields()...)
}

// causes adds the causes of an opening to those an open file has.
func (in *Opening) causes(f File) {
	if f.Cause == "" || in.Cause == "" {
		return
	}
	all := strings.Fields(f.Others)
	for _, c := range append([]string{string(in.Cause)}, strings.Fields(in.Others)...) {
		if c != string(f.Cause) && !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	in.Cause, in.Others = f.Cause, strings.Join(all, " ")
}

// fields gives what the opening says.
func (in Opening) fields() (out []Field) {
	add := func(name, value string) {
		if value != "" {
			out = append(out, Field{name, value})
		}
	}
	add("household_id", in.HouseholdID)
	add("level", string(in.Level))
	if in.Class != "" {
		out = append(out, Field{"class", in.Class}, Field{"class_text", in.ClassText}, Field{"scheme", in.Scheme}, Field{"scheme_version", number(in.SchemeVersion)})
	}
	add("cause", string(in.Cause))
	add("others", in.Others)
	add("degree", string(in.Degree))
	add("need", in.Need)
	return out
}

func open(ctx context.Context, tx *db.Tx, in Opening) (File, error) {
	f, err := start(ctx, tx, in)
	if err != nil {
		return File{}, err
	}
	return f, Event(ctx, tx, f.ID, Entry{Kind: "open", Text: "casefile.event_open", Args: []any{f.Number}, Ref: in.ApplicationID, On: in.On})
}

// start writes the row of a new file and its first dated fields.
func start(ctx context.Context, tx *db.Tx, in Opening) (File, error) {
	w, err := person.Get(ctx, tx, in.PersonID)
	if err != nil {
		return File{}, err
	}
	f := File{UnionID: tx.Union, ID: tx.ID(), HouseholdID: in.HouseholdID, PersonID: w.ID, UnitID: w.UnitID, UnitPath: w.UnitPath, State: Open,
		Level: fund.Own, OpenedOn: in.On, ReviewDue: in.On.AddMonths(12), Version: 1, CreatedAt: tx.Ms()}
	if f.HouseholdID == "" {
		f.HouseholdID = w.HouseholdID
	}
	if f.Number, err = tx.Number(ctx, "DA"); err != nil {
		return File{}, err
	}
	if err := db.Insert(ctx, tx, "casefile_file", f); err != nil {
		return File{}, err
	}
	first := []Field{{"state", string(Open)}, {"person_id", f.PersonID}, {"unit_id", f.UnitID}, {"unit_path", f.UnitPath},
		{"household_id", f.HouseholdID}, {"level", string(f.Level)}, {"opened_on", string(f.OpenedOn)}, {"review_due", string(f.ReviewDue)}}
	if err := f.date(ctx, tx, in.On, first); err != nil {
		return File{}, err
	}
	return f, f.change(ctx, tx, in.On, in.fields()...)
}

// SetClass writes into a file the class a recognition gave it, with the scheme and its version (policy §1.2: each file
// keeps its own). A level of "" leaves the level.
func SetClass(ctx context.Context, tx *db.Tx, fileID string, in Opening) error {
	f, err := Get(ctx, tx, fileID)
	if err != nil {
		return err
	}
	if in.On == "" {
		in.On = tx.Day()
	}
	in.HouseholdID = ""
	if err := f.change(ctx, tx, in.On, in.fields()...); err != nil {
		return err
	}
	return Event(ctx, tx, f.ID, Entry{Kind: "class", Text: "casefile.event_class", Args: []any{in.ClassText}, Ref: in.ApplicationID, On: in.On})
}

// Renew sets the next yearly review a year from today and closes the turn of this year's (policy §1.5).
func Renew(ctx context.Context, tx *db.Tx, fileID string) error {
	f, err := Get(ctx, tx, fileID)
	if err != nil {
		return err
	}
	if err := task.Close(ctx, tx, turnReview, f.ID); err != nil {
		return err
	}
	return f.change(ctx, tx, tx.Day(), Field{"review_due", string(tx.Day().AddMonths(12))})
}

// LoseClass takes the class off a file whose yearly review did not bear it out; ref names that review. The file stays open:
// an officer gets the turn to end it, because leaving hardship has its own rule (Exit).
func LoseClass(ctx context.Context, tx *db.Tx, fileID, ref string) error {
	f, err := Get(ctx, tx, fileID)
	if err != nil {
		return err
	}
	was := f.ClassText
	if err := f.change(ctx, tx, tx.Day(), Field{"class", ""}, Field{"class_text", ""}, Field{"scheme", ""}, Field{"scheme_version", "0"}); err != nil {
		return err
	}
	if err := Event(ctx, tx, f.ID, Entry{Kind: "class", Text: "casefile.event_unclass", Args: []any{was}, Ref: ref}); err != nil {
		return err
	}
	if err := Renew(ctx, tx, f.ID); err != nil {
		return err
	}
	return task.Open(ctx, tx, task.New{Kind: turnOut, Object: "file", ObjectID: f.ID, Role: org.RoleOfficer, UnitID: f.UnitID, Barred: []string{f.PersonID}, Days: 10,
		Href: "/desk/files/" + f.ID + "/exit", Title: "不再符合认定条件，请决定档案 {0} 是否退出", Args: []any{f.Number}})
}
