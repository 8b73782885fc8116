package roster

import (
	"context"
	"encoding/json"
	"fmt"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/sheet"
)

// A looker judges rows against the house as it is now. It writes only the staged rows.
type looker struct {
	tx    *db.Tx
	m     Import
	units *units
}

// read is a row understood: what it says, whom it is about, and what would become of it.
type read struct {
	line    int64
	keyIx   string
	idIx    string
	worker  person.Worker
	found   bool
	outcome string
	draft   person.Draft
	member  person.NewMember
	facts   []person.Fact
	file    PastFile
	aid     PastAid
}

// flaw is one thing wrong with a row, as it is kept: a key of the catalogue, its words and the column.
type flaw struct {
	Key    string   `json:"k"`
	Args   []string `json:"a,omitempty"`
	Column string   `json:"c"`
}

// look judges one row.
func (l *looker) look(ctx context.Context, row sheet.Row) (read, []flaw, error) {
	r := &reader{kind: l.m.Kind, row: row, today: l.tx.Day()}
	out := read{line: int64(row.Number)}
	var err error
	if l.m.Kind == Workers {
		err = l.worker(ctx, r, &out)
	} else {
		err = l.other(ctx, r, &out)
	}
	if err != nil {
		return read{}, nil, err
	}
	if bad := r.bad.Err(); bad != nil {
		out.outcome = faulty
		return out, l.flaws(bad), nil
	}
	return out, nil, nil
}

func (l *looker) flaws(err error) []flaw {
	var out []flaw
	for _, p := range fault.Of(err).Parts {
		f := flaw{Key: p.Key, Column: p.Field}
		if c := columnOf(l.m.Kind, p.Field); len(c.names) > 0 {
			f.Column = c.names[0]
		}
		for _, a := range p.Args {
			if s, ok := a.(words.Said); ok {
				f.Args = append(f.Args, s.Say(words.Zh))
			} else {
				f.Args = append(f.Args, fmt.Sprint(a))
			}
		}
		out = append(out, f)
	}
	return out
}

// worker judges a row of the roster.
func (l *looker) worker(ctx context.Context, r *reader, out *read) error {
	d := r.worker()
	if name := r.need("unit"); name != "" {
		u, err := l.units.find(name)
		if err != nil && l.m.MakeUnits && fault.Of(err).Key != "roster.unit_many" {
			u.ID, u.Path, err = "new", "", nil // made when the import is written
		}
		r.bad.AddErr("unit", known(err))
		d.UnitID, d.UnitPath = u.ID, u.Path
	}
	out.draft = d
	out.keyIx, out.idIx = l.tx.Index("staff_no", d.StaffNo), d.IDIndex(l.tx)
	w, ok, err := person.ByStaffNo(ctx, l.tx, d.StaffNo)
	if err != nil {
		return err
	}
	out.worker, out.found = w, ok
	if ok && w.Status != person.Active {
		r.bad.Add("staff_no", "roster.not_active", w.Status)
	}
	if !d.ID.Zero() {
		o, taken, err := person.ByIDNo(ctx, l.tx, d.ID)
		if err != nil {
			return err
		}
		if taken && o.ID != w.ID {
			r.bad.Add("id_no", "person.id_taken", o.StaffNo)
		}
	}
	if ok && out.idIx != "" && w.IDNoIx != "" && w.IDNoIx != out.idIx && w.Name != d.Name {
		r.bad.Add("staff_no", "roster.other_person")
	}
	out.outcome = fresh
	if ok {
		out.outcome = changed
		if alike, _ := d.Same(l.tx, w); alike {
			out.outcome = same
		}
	}
	return nil
}

// other judges a row about a worker who must be there.
func (l *looker) other(ctx context.Context, r *reader, out *read) error {
	no := ""
	switch l.m.Kind {
	case Members:
		no, out.member = r.member()
	case Budget:
		no, out.facts = r.budget()
	case Files:
		no, out.file = r.file()
	case Aid, Workers:
		no, out.aid = r.aid()
	}
	out.outcome = fresh
	w, ok, err := person.ByStaffNo(ctx, l.tx, no)
	if err != nil {
		return err
	}
	out.worker, out.found = w, ok
	switch {
	case !ok && no != "":
		r.bad.Add("staff_no", "roster.no_worker", no)
	case ok && w.Status != person.Active && l.m.Kind != Aid && l.m.Kind != Files:
		r.bad.Add("staff_no", "roster.not_active", w.Status)
	}
	out.keyIx = l.tx.Index("row", l.key(r, no))
	if out.member.Relation == person.RelSpouse {
		out.idIx = l.tx.Index("row", no+"\x00spouse") // nobody has two
	}
	if !ok || r.bad.Err() != nil {
		return nil
	}
	switch l.m.Kind {
	case Members:
		out.member.WorkerID = w.ID
		out.outcome, err = person.MemberOutcome(ctx, l.tx, out.member)
		return l.judged(r, "relation", err)
	case Budget:
		return l.budget(ctx, r, out)
	case Files:
		out.file.ImportID, out.file.WorkerID, out.file.HouseholdID = l.m.ID, w.ID, w.HouseholdID
	case Aid, Workers:
		out.aid.ImportID, out.aid.WorkerID, out.aid.HouseholdID = l.m.ID, w.ID, w.HouseholdID
	}
	return nil
}

// judged puts a fault on the row and passes an error on.
func (l *looker) judged(r *reader, field string, err error) error {
	if err == nil || fault.Of(err).Kind == fault.Internal {
		return err
	}
	r.bad.AddErr(field, err)
	return nil
}

// budget keeps the facts that say something new.
func (l *looker) budget(ctx context.Context, r *reader, out *read) error {
	h, err := person.Household(ctx, l.tx, out.worker.HouseholdID)
	if err != nil {
		return err
	}
	var fresher []person.Fact
	out.outcome = same
	for _, f := range out.facts {
		f.SubjectID, f.HouseholdID = h.ID, h.ID
		if err := l.judged(r, f.Name, person.CheckFactValue(l.tx, f)); err != nil {
			return err
		}
		standing := false
		for _, old := range h.Facts {
			if old.SubjectID == h.ID && old.Name == f.Name && old.Period == f.Period {
				standing = true
				if old.Amount().Plain() != f.Value {
					out.outcome = changed
					fresher = append(fresher, f)
				}
			}
		}
		if !standing {
			fresher = append(fresher, f)
			if out.outcome == same {
				out.outcome = fresh
			}
		}
	}
	out.facts = fresher
	return nil
}

// key is what makes two rows of one file the same row. Past aid may well be given twice alike: every row is its own.
func (l *looker) key(r *reader, no string) string {
	switch l.m.Kind {
	case Members:
		return no + "\x00" + r.text("name") + "\x00" + r.text("id_no")
	case Budget:
		return no + "\x00" + r.text("year")
	case Files:
		return no + "\x00" + r.text("number")
	case Aid, Workers:
	}
	return ""
}

func known(err error) error {
	if err == nil {
		return nil
	}
	return fault.Of(err)
}

// checkChunk judges the next rows and notes what becomes of each.
func checkChunk(ctx context.Context, tx *db.Tx, m Import) error {
	rows, err := nextRows(ctx, tx, m, "")
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		m.State, m.Done = Checked, m.Last
		return m.save(ctx, tx)
	}
	l := &looker{tx: tx, m: m}
	if l.units, err = loadUnits(ctx, tx); err != nil {
		return err
	}
	for _, row := range rows {
		if err := l.note(ctx, row); err != nil {
			return err
		}
	}
	l.m.Done = rows[len(rows)-1].Line
	return l.m.save(ctx, tx)
}

// nextRows gives the next chunk after the row the work has come to, of one outcome or (empty) of all.
func nextRows(ctx context.Context, tx *db.Tx, m Import, outcomes string) ([]rowRow, error) {
	return db.All[rowRow](ctx, tx, `
		select union_id, import_id, line, cells, key_ix, id_ix, outcome, person_id, faults from exchange_row
		where union_id = $1 and import_id = $2 and line > $3 and ($4 = '' or outcome = 'new' and $4 <> 'changed' or outcome = 'changed' and $4 = 'both')
		order by line limit $5`, tx.Union, m.ID, m.Done, outcomes, chunk)
}

func (l *looker) note(ctx context.Context, row rowRow) error {
	cells, err := row.opened(l.tx, l.m.Mapping)
	if err != nil {
		return err
	}
	got, flaws, err := l.look(ctx, cells)
	if err != nil {
		return err
	}
	if dup, err := l.twice(ctx, got); err != nil {
		return err
	} else if dup > 0 {
		got.outcome, flaws = twice, []flaw{{Key: "roster.twice", Args: []string{fmt.Sprint(dup)}, Column: columnOf(l.m.Kind, "staff_no").names[0]}}
	}
	l.count(got.outcome)
	text, err := json.Marshal(flaws)
	if err != nil {
		return err
	}
	if len(flaws) == 0 {
		text = nil
	}
	return l.tx.Must(ctx, "fault.stale", `update exchange_row set key_ix = $4, id_ix = $5, outcome = $6, person_id = $7, faults = $8
		where union_id = $1 and import_id = $2 and line = $3`, l.tx.Union, l.m.ID, got.line, got.keyIx, got.idIx, got.outcome, got.worker.ID, string(text))
}

// twice gives the line of an earlier row of the same file with the same number or the same document, 0 when there is none.
func (l *looker) twice(ctx context.Context, got read) (int64, error) {
	for _, q := range []struct{ where, ix string }{{`key_ix`, got.keyIx}, {`id_ix`, got.idIx}} {
		if q.ix == "" {
			continue
		}
		line, err := db.Value[int64](ctx, l.tx, `select min(line) from exchange_row where union_id = $1 and import_id = $2 and `+q.where+` = $3 and line < $4`,
			l.tx.Union, l.m.ID, q.ix, got.line)
		if err != nil || line > 0 {
			return line, err
		}
	}
	return 0, nil
}

func (l *looker) count(outcome string) {
	switch outcome {
	case fresh:
		l.m.Fresh++
	case changed:
		l.m.Changed++
	case same:
		l.m.Same++
	case faulty:
		l.m.Faulty++
	case twice:
		l.m.Twice++
	}
}
