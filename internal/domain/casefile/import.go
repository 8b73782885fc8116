package casefile

import (
	"context"
	"slices"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
)

// OldFile is one file of the years before this program. Ref is its old number: importing it again changes nothing. The
// class keeps the scheme and version it was given by (policy §1.2, migration rule). EndedOn "" is still open.
//
// ImportID names the import it came with.
type OldFile struct {
	ImportID string
	Ref      string
	Opening  Opening
	EndedOn  day.Day
	Ending   Ending
	Note     string
}

// ImportedFiles counts what an import wrote and what was there already.
type ImportedFiles struct{ New, Same int }

// Import takes old files in. A household that has a file already keeps it, and the old number is written into its
// timeline. Faults: "casefile.day" for a day to come, Missing for an unknown worker.
func Import(ctx context.Context, tx *db.Tx, all []OldFile) (ImportedFiles, error) {
	var out ImportedFiles
	for _, o := range all {
		fresh, err := importOne(ctx, tx, o)
		if err != nil {
			return out, err
		}
		if fresh {
			out.New++
		} else {
			out.Same++
		}
	}
	return out, nil
}

func importOne(ctx context.Context, tx *db.Tx, o OldFile) (bool, error) {
	seen, err := db.Value[int64](ctx, tx, `select count(*) from casefile_file where union_id = $1 and import_ref = $2 and import_ref <> ''`, tx.Union, o.Ref)
	if err != nil || seen > 0 {
		return false, err
	}
	hid := o.Opening.HouseholdID
	if hid == "" {
		w, err := person.Get(ctx, tx, o.Opening.PersonID)
		if err != nil {
			return false, err
		}
		hid = w.HouseholdID
	}
	f, has, err := OfHousehold(ctx, tx, hid)
	if err != nil {
		return false, err
	}
	if has {
		return false, f.noteOld(ctx, tx, o)
	}
	if o.Opening.On == "" {
		o.Opening.On = tx.Day()
	}
	if f, err = start(ctx, tx, o.Opening); err != nil {
		return false, err
	}
	if err := tx.Must(ctx, "fault.stale", `update casefile_file set import_ref = $3 where union_id = $1 and id = $2`, tx.Union, f.ID, o.Ref); err != nil {
		return false, err
	}
	f.ImportRef = o.Ref
	if err := Event(ctx, tx, f.ID, Entry{Kind: "import", Text: "casefile.event_import", Args: []any{o.Ref}, Ref: o.Ref, On: o.Opening.On}); err != nil {
		return false, err
	}
	if o.EndedOn == "" {
		return true, f.came(ctx, tx, o, true)
	}
	err = f.change(ctx, tx, o.EndedOn, Field{"state", string(Exited)}, Field{"ended_on", string(o.EndedOn)}, Field{"end_reason", string(o.Ending)},
		Field{"review_due", ""}, Field{"keep_until", string(o.EndedOn.AddMonths(12 * yearsKept))})
	if err != nil {
		return false, err
	}
	if err := f.came(ctx, tx, o, true); err != nil {
		return false, err
	}
	return true, Event(ctx, tx, f.ID, Entry{Kind: "exit", Text: "casefile.event_exit", Args: []any{o.Ending, o.Note}, Ref: o.Ref, On: o.EndedOn})
}

// noteOld writes an old number into the timeline of the file that is there, once.
func (f File) noteOld(ctx context.Context, tx *db.Tx, o OldFile) error {
	n, err := db.Value[int64](ctx, tx, `
		select count(*) from casefile_event where union_id = $1 and file_id = $2 and kind = 'import' and ref = $3`, tx.Union, f.ID, o.Ref)
	if err != nil || n > 0 {
		return err
	}
	if err := f.came(ctx, tx, o, false); err != nil {
		return err
	}
	return Event(ctx, tx, f.ID, Entry{Kind: "import", Text: "casefile.event_import", Args: []any{o.Ref}, Ref: o.Ref, On: o.Opening.On})
}

// ImportAid takes help of the years before this program in, so that limits and re-tests count it. It gives how many were
// new; the same Ref again changes nothing. Faults: those of AddAid.
func ImportAid(ctx context.Context, tx *db.Tx, all []Aid) (int, error) {
	fresh := 0
	for _, a := range all {
		a.Source = Imported
		is, err := addAid(ctx, tx, a)
		if err != nil {
			return fresh, err
		}
		if is {
			fresh++
		}
	}
	return fresh, nil
}

// cameRow is what an import did to one file.
type cameRow struct {
	UnionID, ImportID, FileID, Ref string
	Made                           bool
	Version, At                    int64
}

const cameColumns = `union_id, import_id, file_id, ref, made, version, at`

// came notes which import opened the file, or wrote its old number into it.
func (f File) came(ctx context.Context, tx *db.Tx, o OldFile, made bool) error {
	return db.Insert(ctx, tx, "casefile_import", cameRow{tx.Union, o.ImportID, f.ID, o.Ref, made, f.Version, tx.Ms()})
}

// aidOf is the beginning of the refs of the help that came with an import.
func aidOf(importID string) string { return "import/" + importID + "/" }

// Brought is what an import of history brought: the workers of the households it touched, the files it opened, and the
// instant it was made visible (UTC ms).
type Brought struct {
	Workers, Files []string
	At             int64
}

// BroughtBy gives what an import brought, for those who ask whether anything rests on it.
func BroughtBy(ctx context.Context, tx *db.Tx, importID string) (b Brought, err error) {
	rows, err := db.All[cameRow](ctx, tx, `select `+cameColumns+` from casefile_import where union_id = $1 and import_id = $2 order by file_id`, tx.Union, importID)
	if err != nil {
		return b, err
	}
	var homes []string
	for _, r := range rows {
		f, err := Get(ctx, tx, r.FileID)
		if err != nil {
			return b, err
		}
		homes, b.At = append(homes, f.HouseholdID), r.At
		if r.Made {
			b.Files = append(b.Files, f.ID)
		}
	}
	aid, err := db.All[Aid](ctx, tx, `select `+aidColumns+` from casefile_aid where union_id = $1 and ref like $2`, tx.Union, aidOf(importID)+"%")
	if err != nil {
		return b, err
	}
	for _, a := range aid {
		homes, b.At = append(homes, a.HouseholdID), a.At
	}
	slices.Sort(homes)
	for _, id := range slices.Compact(homes) {
		all, err := person.WorkersOf(ctx, tx, id)
		if err != nil {
			return b, err
		}
		for _, w := range all {
			b.Workers = append(b.Workers, w.ID)
		}
	}
	return b, nil
}

// Forget takes back all that came with an import: the files it opened, the old numbers it noted, the help it wrote down. The
// caller has asked every other noun whether anything rests on it. Fault: Refused "casefile.import_used" (how many of its
// files or helps were worked with since).
func Forget(ctx context.Context, tx *db.Tx, importID string) error {
	rows, err := db.All[cameRow](ctx, tx, `select `+cameColumns+` from casefile_import where union_id = $1 and import_id = $2 order by file_id`, tx.Union, importID)
	if err != nil {
		return err
	}
	used, err := db.Value[int64](ctx, tx, `
		select (select count(*) from casefile_import i join casefile_file f on f.union_id = i.union_id and f.id = i.file_id
				where i.union_id = $1 and i.import_id = $2 and i.made = 1 and (f.version <> i.version or exists (
					select 1 from casefile_event e where e.union_id = f.union_id and e.file_id = f.id and e.at > i.at)))
			+ (select count(*) from casefile_aid where union_id = $1 and ref like $3 and taken_back <> '')`, tx.Union, importID, aidOf(importID)+"%")
	if err != nil {
		return err
	}
	if used > 0 {
		return fault.New(fault.Refused, "casefile.import_used", used)
	}
	if _, err := tx.Exec(ctx, `delete from casefile_aid where union_id = $1 and ref like $2`, tx.Union, aidOf(importID)+"%"); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from casefile_import where union_id = $1 and import_id = $2`, tx.Union, importID); err != nil {
		return err
	}
	for _, r := range rows {
		if err := r.forget(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// forget takes one file back, or the line its old number made in the file of a household that had one.
func (r cameRow) forget(ctx context.Context, tx *db.Tx) error {
	queries := []string{`delete from casefile_event where union_id = $1 and file_id = $2 and kind = 'import' and ref = $3`}
	if r.Made {
		queries = []string{
			`delete from casefile_event where union_id = $1 and file_id = $2 and $3 <> ''`,
			`delete from casefile_change where union_id = $1 and file_id = $2 and $3 <> ''`,
			`delete from casefile_file where union_id = $1 and id = $2 and import_ref = $3`,
		}
	}
	for _, q := range queries {
		if _, err := tx.Exec(ctx, q, tx.Union, r.FileID, r.Ref); err != nil {
			return err
		}
	}
	return nil
}

// Worked gives the workers who were given a file or a help since an instant (UTC ms), whatever its source.
func Worked(ctx context.Context, tx *db.Tx, since int64) ([]string, error) {
	return db.All[string](ctx, tx, `
		select person_id from casefile_file where union_id = $1 and created_at >= $2
		union select person_id from casefile_aid where union_id = $1 and at >= $2`, tx.Union, since)
}
