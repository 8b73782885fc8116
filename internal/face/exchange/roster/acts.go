package roster

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// ImportID names an import.
type ImportID struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40"`
}

// MatchIn says by hand which column of the file is which: "id_no=4" is the fifth column, an empty place is none.
type MatchIn struct {
	ID      string   `form:"id" kind:"hidden" need:"true" max:"40"`
	Columns []string `form:"columns" label:"列的对应关系"`
}

// MatchColumns corrects how the heading was understood; every row is then looked at anew. Faults: "roster.columns",
// "roster.needed", "roster.state".
var MatchColumns = act.Act[MatchIn, act.None]{Name: "roster.match", Title: "对应列", Right: "roster.import",
	Do: func(ctx context.Context, tx *db.Tx, in MatchIn) (act.None, error) {
		m, err := Get(ctx, tx, in.ID)
		tx.About("import", in.ID, "columns")
		if err != nil {
			return act.None{}, err
		}
		if err := m.want(Checked, Checking); err != nil {
			return act.None{}, err
		}
		if m.Mapping.At, err = places(m, in.Columns); err != nil {
			return act.None{}, err
		}
		return act.None{}, m.again(ctx, tx, "")
	}}

func places(m Import, pairs []string) (map[string]int, error) {
	at := map[string]int{}
	var taken []int
	for _, p := range pairs {
		key, place, _ := strings.Cut(p, "=")
		if place == "" {
			continue
		}
		n, err := strconv.Atoi(place)
		if err != nil || n < 0 || n >= len(m.Mapping.Titles) || slices.Contains(taken, n) || columnOf(m.Kind, key).key == "" {
			return nil, fault.New(fault.Invalid, "roster.columns").At("columns")
		}
		at[key], taken = n, append(taken, n)
	}
	for _, c := range columnsOf(m.Kind) {
		if _, ok := at[c.key]; c.need && !ok {
			return nil, fault.New(fault.Invalid, "roster.needed", c.names[0]).At("columns")
		}
	}
	return at, nil
}

// ConfirmIn is a person's word that an import is to be written.
type ConfirmIn struct {
	ID      string `form:"id" kind:"hidden" need:"true" max:"40"`
	Mode    Mode   `form:"mode" label:"怎么处理已有的职工" need:"true"`
	Partial bool   `form:"partial" label:"只导入没有问题的行"`
}

// Confirm begins the writing (Desk.Advance does it). In the mode "report" nothing is written. Faults: "roster.state",
// "roster.faulty_left" when rows have faults and Partial is not said, "roster.nothing_left".
var Confirm = act.Act[ConfirmIn, act.None]{Name: "roster.confirm", Title: "确认导入", Right: "roster.import",
	Do: func(ctx context.Context, tx *db.Tx, in ConfirmIn) (act.None, error) {
		m, err := Get(ctx, tx, in.ID)
		tx.About("import", in.ID, "confirmed")
		if err != nil {
			return act.None{}, err
		}
		if err := m.want(Checked); err != nil {
			return act.None{}, err
		}
		m.Mode, m.Done, m.Written, m.State = in.Mode, 0, 0, Writing
		writes := m.Fresh
		if in.Mode == "update" {
			writes += m.Changed
		}
		switch {
		case in.Mode == "report":
			m.State, m.Done = Reported, m.Last
		case !in.Partial && m.Faulty+m.Twice > 0:
			return act.None{}, fault.New(fault.Refused, "roster.faulty_left", m.Faulty+m.Twice)
		case writes == 0:
			return act.None{}, fault.New(fault.Refused, "roster.nothing_left")
		}
		return act.None{}, m.save(ctx, tx)
	}}

// Drop gives up an import that was not written; its rows are wiped.
var Drop = act.Act[ImportID, act.None]{Name: "roster.drop", Title: "放弃导入", Right: "roster.import",
	Do: func(ctx context.Context, tx *db.Tx, in ImportID) (act.None, error) {
		m, err := Get(ctx, tx, in.ID)
		tx.About("import", in.ID, "state")
		if err != nil {
			return act.None{}, err
		}
		if err := m.want(Staging, Checking, Checked, Reported, Writing); err != nil {
			return act.None{}, err
		}
		if err := person.DropBatch(ctx, tx, m.ID); err != nil {
			return act.None{}, err
		}
		m.State = Dropped
		if err := m.save(ctx, tx); err != nil {
			return act.None{}, err
		}
		return act.None{}, wipe(ctx, tx, m.ID)
	}}

func wipe(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `delete from exchange_row where union_id = $1 and import_id = $2`, tx.Union, id)
	return err
}

// Undo makes the act that takes a whole import back within a day, unless somebody has worked with a row since. Faults: "roster.state",
// "roster.too_late", "roster.account", "roster.used", "roster.counted",
// "person.batch_used".
func (d Desk) Undo() act.Act[ImportID, act.None] {
	return act.Act[ImportID, act.None]{Name: "roster.undo", Title: "撤销导入", Right: "roster.import", Do: d.undo}
}

func (d Desk) undo(ctx context.Context, tx *db.Tx, in ImportID) (act.None, error) {
	m, err := Get(ctx, tx, in.ID)
	tx.About("import", in.ID, "undone")
	if err != nil {
		return act.None{}, err
	}
	if err := m.want(Live); err != nil {
		return act.None{}, err
	}
	if tx.Ms() > m.Until {
		return act.None{}, fault.New(fault.Refused, "roster.too_late")
	}
	if err := d.unused(ctx, tx, m); err != nil {
		return act.None{}, err
	}
	switch {
	case m.Kind.tells():
		err = discovery.Forget(ctx, tx, m.ID)
	case m.Kind == Files || m.Kind == Aid:
		if d.Hands.Forget != nil {
			err = d.Hands.Forget(ctx, tx, m.ID)
		}
	default:
		err = person.UndoBatch(ctx, tx, m.ID)
	}
	if err != nil {
		return act.None{}, err
	}
	m.State, m.Until = Undone, 0
	return act.None{}, m.save(ctx, tx)
}

// unused wants that the workers an import added have no account and that no other package works with them, and that nobody has
// gone by what it told of a household since.
func (d Desk) unused(ctx context.Context, tx *db.Tx, m Import) error {
	added, err := person.BatchWorkers(ctx, tx, m.ID, "new")
	if err != nil {
		return err
	}
	if len(added) > 0 {
		users, err := org.Users(ctx, tx)
		if err != nil {
			return err
		}
		for _, u := range users {
			if _, mine := slices.BinarySearch(added, u.PersonID); mine {
				return fault.New(fault.Refused, "roster.account")
			}
		}
	}
	if d.Hands.Used == nil || m.Kind == Files || m.Kind == Aid || m.Kind.tells() { // what rests on history is asked by Forget
		return nil
	}
	used, err := d.Hands.Used(ctx, tx, added, 0)
	if err != nil {
		return err
	}
	if len(used) > 0 {
		return fault.New(fault.Refused, "roster.used", len(used))
	}
	touched, err := person.BatchTouched(ctx, tx, m.ID)
	if err != nil {
		return err
	}
	if used, err = d.Hands.Used(ctx, tx, touched, m.LiveAt); err == nil && len(used) > 0 {
		err = fault.New(fault.Refused, "roster.counted", len(used))
	}
	return err
}

// Sweep wipes the staged rows of imports that can no longer be undone, and of those nobody confirmed for three days: the cells
// hold numbers that are kept nowhere longer than needed.
func Sweep(ctx context.Context, tx *db.Tx) error {
	all, err := db.All[string](ctx, tx, `
		select i.id from exchange_import i where i.union_id = $1
		and (i.state = 'live' and i.until < $2 or i.state <> 'live' and i.made_at < $3)
		and exists (select 1 from exchange_row r where r.union_id = i.union_id and r.import_id = i.id)`,
		tx.Union, tx.Ms(), tx.Ms()-3*undoTime)
	if err != nil {
		return err
	}
	for _, id := range all {
		if err := person.DropBatch(ctx, tx, id); err != nil {
			return err
		}
		if err := wipe(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// Acts lists what can be done with imports.
func (d Desk) Acts() []act.Any {
	return []act.Any{Begin, MatchColumns, Confirm, Drop, d.Undo()}
}
