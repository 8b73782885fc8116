package roster

import (
	"context"
	"encoding/json"
	"fmt"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/sheet"
)

// A looker judges rows against the house as it is now. It writes only the staged rows.
type looker struct {
	tx    *db.Tx
	m     Import
	units *units
	byNo  map[string]person.Worker // the workers the chunk may speak of
	byID  map[string]person.Worker
}

// newLooker reads at once what a chunk of rows needs of the house.
func newLooker(ctx context.Context, tx *db.Tx, m Import, rows []sheet.Row) (*looker, error) {
	l := &looker{tx: tx, m: m}
	var err error
	if l.units, err = loadUnits(ctx, tx); err != nil {
		return nil, err
	}
	var nos, ids []string
	for _, row := range rows {
		nos = append(nos, person.StaffNo(row.Text("staff_no")))
		if id, _, err := ident.ParseID(row.Text("id_no"), tx.Day()); err == nil && m.Kind == Workers {
			ids = append(ids, person.Draft{ID: id}.IDIndex(tx))
		}
	}
	l.byNo, l.byID, err = person.Found(ctx, tx, nos, ids)
	return l, err
}

// openRows opens the cells of a chunk.
func openRows(tx *db.Tx, m Import, rows []rowRow) ([]sheet.Row, error) {
	out := make([]sheet.Row, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.opened(tx, m.Mapping); err != nil {
			return nil, err
		}
	}
	return out, nil
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
	news    discovery.Record
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
		l.worker(r, &out)
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
func (l *looker) worker(r *reader, out *read) {
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
	w, ok := l.byNo[d.StaffNo]
	out.worker, out.found = w, ok
	if ok && w.Status != person.Active {
		r.bad.Add("staff_no", "roster.not_active", w.Status)
	}
	if !d.ID.Zero() {
		if o, taken := l.byID[out.idIx]; taken && o.ID != w.ID {
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
	case Pay, Leave, News:
		no, out.news = r.news()
	case Aid, Workers:
		no, out.aid = r.aid()
	}
	out.outcome = fresh
	w, ok := l.byNo[no]
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
		var err error
		out.outcome, err = person.MemberOutcome(ctx, l.tx, out.member)
		return l.judged(r, "relation", err)
	case Budget:
		return l.budget(ctx, r, out)
	case Files:
		out.file.ImportID, out.file.WorkerID, out.file.HouseholdID = l.m.ID, w.ID, w.HouseholdID
	case Pay, Leave, News:
		out.news.ImportID, out.news.PersonID = l.m.ID, w.ID
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
	case Pay:
		return no + "\x00" + r.text("month")
	case Leave, News:
		return no + "\x00" + r.text("kind") + "\x00" + r.text("on")
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
		return checked(ctx, tx, m)
	}
	cells, err := openRows(tx, m, rows)
	if err != nil {
		return err
	}
	l, err := newLooker(ctx, tx, m, cells)
	if err != nil {
		return err
	}
	for i := range rows {
		if err := l.note(ctx, cells[i], &rows[i]); err != nil {
			return err
		}
	}
	m.Done = rows[len(rows)-1].Line
	_, err = tx.Exec(ctx, `delete from exchange_row where union_id = $1 and import_id = $2 and line >= $3 and line <= $4`,
		tx.Union, m.ID, rows[0].Line, m.Done)
	if err != nil {
		return err
	}
	if err := db.InsertAll(ctx, tx, "exchange_row", rows); err != nil {
		return err
	}
	return m.save(ctx, tx)
}

// checked ends the checking: rows that repeat an earlier one are marked, and all are counted.
func checked(ctx context.Context, tx *db.Tx, m Import) error {
	for _, column := range []string{"key_ix", "id_ix"} {
		if err := markTwice(ctx, tx, m, column); err != nil {
			return err
		}
	}
	type tally struct {
		Outcome string
		N       int64
	}
	all, err := db.All[tally](ctx, tx, `select outcome, count(*) as n from exchange_row where union_id = $1 and import_id = $2 group by outcome`, tx.Union, m.ID)
	if err != nil {
		return err
	}
	into := map[string]*int64{fresh: &m.Fresh, changed: &m.Changed, same: &m.Same, faulty: &m.Faulty, twice: &m.Twice}
	for _, t := range all {
		if to := into[t.Outcome]; to != nil {
			*to = t.N
		}
	}
	m.State, m.Done = Checked, m.Last
	return m.save(ctx, tx)
}

// markTwice marks, of the rows that bear the same index in a column, all but the first.
func markTwice(ctx context.Context, tx *db.Tx, m Import, column string) error {
	type repeated struct {
		Ix    string
		First int64
	}
	all, err := db.All[repeated](ctx, tx, `select `+column+` as ix, min(line) as first from exchange_row
		where union_id = $1 and import_id = $2 and `+column+` <> '' group by `+column+` having count(*) > 1`, tx.Union, m.ID)
	if err != nil {
		return err
	}
	for _, r := range all {
		text, err := json.Marshal([]flaw{{Key: "roster.twice", Args: []string{fmt.Sprint(r.First)}, Column: staffNo().names[0]}})
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update exchange_row set outcome = 'twice', faults = $5
			where union_id = $1 and import_id = $2 and `+column+` = $3 and line > $4`, tx.Union, m.ID, r.Ix, r.First, string(text)); err != nil {
			return err
		}
	}
	return nil
}

// nextRows gives the next chunk after the row the work has come to, of one outcome or (empty) of all.
func nextRows(ctx context.Context, tx *db.Tx, m Import, outcomes string) ([]rowRow, error) {
	return db.All[rowRow](ctx, tx, `
		select union_id, import_id, line, cells, key_ix, id_ix, outcome, person_id, faults from exchange_row
		where union_id = $1 and import_id = $2 and line > $3 and ($4 = '' or outcome = 'new' and $4 <> 'changed' or outcome = 'changed' and $4 = 'both')
		order by line limit $5`, tx.Union, m.ID, m.Done, outcomes, chunk)
}

// note judges a row and writes the judgement on it.
func (l *looker) note(ctx context.Context, cells sheet.Row, row *rowRow) error {
	got, flaws, err := l.look(ctx, cells)
	if err != nil {
		return err
	}
	row.KeyIx, row.IDIx, row.Outcome, row.PersonID, row.Faults = got.keyIx, got.idIx, got.outcome, got.worker.ID, ""
	if len(flaws) == 0 {
		return nil
	}
	text, err := json.Marshal(flaws)
	row.Faults = string(text)
	return err
}
