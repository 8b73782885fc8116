// Package roster takes the lists personnel offices keep – workers, families, incomes and expenses, yesterday's files and aid – from a
// spreadsheet into the house: read, matched, checked row by row, shown before anything is written, made visible by one flip and
// undone as a whole for a day. What a row means is said by the packages it goes to.
package roster

import (
	"context"
	"encoding/json"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/sheet"
)

// Kind is what a file holds.
type Kind string

// The kinds of file.
const (
	Workers Kind = "workers"
	Members Kind = "members"
	Budget  Kind = "budget"
	Files   Kind = "files"
	Aid     Kind = "aid"
)

// Choices lists the kinds in the order in which they are best imported.
func (Kind) Choices() []form.Choice {
	return append([]form.Choice{{Value: "workers", Label: "职工名册"}, {Value: "members", Label: "家庭成员"}, {Value: "budget", Label: "家庭收支"},
		{Value: "files", Label: "历史档案"}, {Value: "aid", Label: "历史帮扶"}}, newsKinds()...)
}

// Mode is what an import does with rows whose worker is there already.
type Mode string

// Choices lists the modes (ux §7.1).
func (Mode) Choices() []form.Choice {
	return []form.Choice{{Value: "new", Label: "只新增"}, {Value: "update", Label: "新增，并更新已有的"}, {Value: "report", Label: "只看差异，不写入"}}
}

// The states of an import.
const (
	Staging  = "staging"  // the file is being read
	Checking = "checking" // rows are being looked at
	Checked  = "checked"  // waits for a person's word
	Writing  = "writing"  // is being laid ready, invisible
	Live     = "live"     // visible
	Reported = "reported" // differences only: nothing written
	Undone   = "undone"
	Dropped  = "dropped"
)

// The outcomes of a row.
const (
	fresh   = "new"
	changed = "changed"
	same    = "same"
	faulty  = "faulty"
	twice   = "twice"
)

// Import is one file on its way in. Last is its last row's number, Done how far the present work has come, by row number.
// Until is the instant (UTC ms) to which it can be undone.
type Import struct {
	UnionID, ID            string
	Kind                   Kind
	File                   string
	Mode                   Mode
	MakeUnits              bool
	State                  string
	Rows, Last, Done       int64
	Fresh, Changed, Same   int64
	Faulty, Twice, Written int64
	Fault                  string
	MadeBy                 string
	MadeAt, LiveAt, Until  int64
	Version                int64
	Mapping                sheet.Mapping `db:"-"`
}

type importRow struct {
	Import
	MappingText string `db:"columns"`
}

const importColumns = `union_id, id, kind, file, columns, mode, make_units, state, rows, last, done, fresh, changed, same, faulty, twice,
	written, fault, made_by, made_at, live_at, until, version`

// Progress is how far the present work has come, 0 to 100.
func (m Import) Progress() int64 {
	if m.Last == 0 {
		return 0
	}
	return min(m.Done*100/m.Last, 100)
}

// Get gives one import.
func Get(ctx context.Context, tx *db.Tx, id string) (Import, error) {
	r, err := db.One[importRow](ctx, tx, `select `+importColumns+` from exchange_import where union_id = $1 and id = $2`, tx.Union, id)
	if err == nil {
		err = r.open()
	}
	return r.Import, err
}

// List gives the newest imports.
func List(ctx context.Context, tx *db.Tx, limit int) ([]Import, error) {
	rows, err := db.All[importRow](ctx, tx, `select `+importColumns+` from exchange_import where union_id = $1 order by made_at desc, id desc limit $2`,
		tx.Union, limit)
	out := make([]Import, len(rows))
	for i := range rows {
		if err == nil {
			err = rows[i].open()
		}
		out[i] = rows[i].Import
	}
	return out, err
}

func (r *importRow) open() error { return json.Unmarshal([]byte(r.MappingText), &r.Mapping) }

// save writes an import back; a version that moved meanwhile is a Conflict "fault.stale".
func (m *Import) save(ctx context.Context, tx *db.Tx) error {
	text, err := json.Marshal(m.Mapping)
	if err != nil {
		return err
	}
	seen := m.Version
	m.Version++
	return tx.Must(ctx, "fault.stale", `
		update exchange_import set columns = $4, mode = $5, state = $6, rows = $7, last = $8, done = $9, fresh = $10, changed = $11, same = $12,
			faulty = $13, twice = $14, written = $15, fault = $16, live_at = $17, until = $18, make_units = $19, version = $20
		where union_id = $1 and id = $2 and version = $3`,
		tx.Union, m.ID, seen, string(text), m.Mode, m.State, m.Rows, m.Last, m.Done, m.Fresh, m.Changed, m.Same, m.Faulty, m.Twice, m.Written,
		m.Fault, m.LiveAt, m.Until, m.MakeUnits, m.Version)
}

// want faults unless the import is in one of the states: "roster.state".
func (m Import) want(states ...string) error {
	for _, s := range states {
		if m.State == s {
			return nil
		}
	}
	return fault.New(fault.Conflict, "roster.state", words.Key("roster.state."+m.State))
}

// PastFile is one file of a hardship household kept before the program came.
type PastFile struct {
	ImportID, WorkerID, HouseholdID string
	Number, Class, Cause            string
	FiledOn, ClosedOn               day.Day
	Note                            string
}

// PastAid is aid given before the program came. Amount is fen.
type PastAid struct {
	ImportID, WorkerID, HouseholdID string
	Programme, Item                 string
	Amount                          money.Amount
	On                              day.Day
	Note                            string
}

// Hands are what the house above gives this package, so that it needs to know nobody: who has been used since an import,
// and where yesterday's files and aid go. A nil one is not asked.
type Hands struct {
	// Used gives, of these workers (ids in order), those some other package has worked with since an instant (UTC ms; 0 for ever).
	Used func(ctx context.Context, tx *db.Tx, workers []string, since int64) ([]string, error)
	// Files and Aid take rows in; Forget takes back all that came with an import, or refuses. Records, of whichever kind tells
	// of trouble, go to package discovery by itself.
	Files  func(ctx context.Context, tx *db.Tx, rows []PastFile) error
	Aid    func(ctx context.Context, tx *db.Tx, rows []PastAid) error
	Forget func(ctx context.Context, tx *db.Tx, importID string) error
}
