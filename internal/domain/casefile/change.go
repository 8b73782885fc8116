package casefile

import (
	"context"
	"strconv"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
)

// Field is what one column of a file says.
type Field struct{ Name, Value string }

// changeRow is one field from a day on. Seq counts the changes of a file, so that of two for one day the later counts.
type changeRow struct {
	UnionID, ID, FileID, Field, Value string
	FromOn                            day.Day
	Seq                               int64
	ByUser                            string
	At                                int64
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// set lays one field on the file; an unknown name is a mistake of ours.
func (f *File) set(name, value string) error {
	text := map[string]*string{"household_id": &f.HouseholdID, "person_id": &f.PersonID, "unit_id": &f.UnitID, "unit_path": &f.UnitPath,
		"state": (*string)(&f.State), "level": (*string)(&f.Level), "class": &f.Class, "class_text": &f.ClassText, "scheme": &f.Scheme,
		"cause": (*string)(&f.Cause), "others": &f.Others, "degree": (*string)(&f.Degree), "need": &f.Need, "keeper": &f.Keeper,
		"opened_on": (*string)(&f.OpenedOn), "ended_on": (*string)(&f.EndedOn), "end_reason": (*string)(&f.EndReason),
		"review_due": (*string)(&f.ReviewDue), "keep_until": (*string)(&f.KeepUntil), "transit": &f.Transit}
	if to := text[name]; to != nil {
		*to = value
		return nil
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if name != "scheme_version" || err != nil {
		return fault.New(fault.Internal, "fault.internal")
	}
	f.SchemeVersion = n
	return nil
}

// change writes fields of a file from a day on: dated for ever, and onto the row of today when nothing later is written.
// Fields that say what the file says already are left out. Fault: "fault.stale" when someone was faster.
func (f *File) change(ctx context.Context, tx *db.Tx, on day.Day, fields ...Field) error {
	if len(fields) == 0 {
		return nil
	}
	if on == "" || on > tx.Day() || !on.Valid() {
		return fault.New(fault.Invalid, "casefile.day").At("on")
	}
	was := *f
	var fresh []Field
	for _, x := range fields {
		before := *f
		if err := f.set(x.Name, x.Value); err != nil {
			return err
		}
		if before != *f || on < tx.Day() {
			fresh = append(fresh, x)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	if err := f.date(ctx, tx, on, fresh); err != nil {
		return err
	}
	now, err := f.asOf(ctx, tx, tx.Day())
	if err != nil {
		return err
	}
	now.Version = was.Version
	*f = now
	for _, x := range fresh {
		tx.Trail.Fields = append(tx.Trail.Fields, x.Name)
	}
	return f.save(ctx, tx)
}

func (f *File) date(ctx context.Context, tx *db.Tx, on day.Day, fields []Field) error {
	seq, err := db.Value[int64](ctx, tx, `select max(seq) from casefile_change where union_id = $1 and file_id = $2`, tx.Union, f.ID)
	if err != nil {
		return err
	}
	rows := make([]changeRow, len(fields))
	for i, x := range fields {
		seq++
		rows[i] = changeRow{tx.Union, tx.ID(), f.ID, x.Name, x.Value, on, seq, tx.Actor.User, tx.Ms()}
	}
	return db.InsertAll(ctx, tx, "casefile_change", rows)
}

// save writes the row of today.
func (f *File) save(ctx context.Context, tx *db.Tx) error {
	err := tx.Must(ctx, "fault.stale", `
		update casefile_file set household_id = $4, person_id = $5, unit_id = $6, unit_path = $7, state = $8, level = $9, class = $10,
			class_text = $11, scheme = $12, scheme_version = $13, cause = $14, others = $15, degree = $16, need = $17, keeper = $18,
			opened_on = $19, ended_on = $20, end_reason = $21, review_due = $22, keep_until = $23, transit = $24, version = $3 + 1
		where union_id = $1 and id = $2 and version = $3`, tx.Union, f.ID, f.Version, f.HouseholdID, f.PersonID, f.UnitID, f.UnitPath,
		f.State, f.Level, f.Class, f.ClassText, f.Scheme, f.SchemeVersion, f.Cause, f.Others, f.Degree, f.Need, f.Keeper, f.OpenedOn,
		f.EndedOn, f.EndReason, f.ReviewDue, f.KeepUntil, f.Transit)
	f.Version++
	return err
}

// AsOf gives a file as it was on a day, folded from its dated fields (S04). Fault: Missing "casefile.not_yet" before the
// day it was first opened.
func AsOf(ctx context.Context, tx *db.Tx, id string, on day.Day) (File, error) {
	f, err := Get(ctx, tx, id)
	if err != nil {
		return File{}, err
	}
	return f.asOf(ctx, tx, on)
}

func (f *File) asOf(ctx context.Context, tx *db.Tx, on day.Day) (File, error) {
	rows, err := db.All[changeRow](ctx, tx, `
		select union_id, id, file_id, field, value, from_on, seq, by_user, at from casefile_change
		where union_id = $1 and file_id = $2 and from_on <= $3 order by from_on, seq`, tx.Union, f.ID, on)
	if err != nil {
		return File{}, err
	}
	if len(rows) == 0 {
		return File{}, fault.New(fault.Missing, "casefile.not_yet", f.Number, string(on))
	}
	out := File{UnionID: f.UnionID, ID: f.ID, Number: f.Number, Level: fund.Own, ImportRef: f.ImportRef, Version: f.Version, CreatedAt: f.CreatedAt}
	for _, r := range rows {
		if err := out.set(r.Field, r.Value); err != nil {
			return File{}, err
		}
	}
	return out, nil
}

// Dated is one change of a file as people read it.
type Dated struct {
	Field, Value string
	FromOn       day.Day
	ByUser       string
	At           int64
}

// History gives every change of a file, newest first: what, from when, by whom, recorded when.
func History(ctx context.Context, tx *db.Tx, id string) ([]Dated, error) {
	return db.All[Dated](ctx, tx, `
		select field, value, from_on, by_user, at from casefile_change where union_id = $1 and file_id = $2
		order by from_on desc, seq desc`, tx.Union, id)
}
