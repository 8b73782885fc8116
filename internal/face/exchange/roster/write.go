package roster

import (
	"context"
	"errors"
	"math"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/sheet"
)

// undoTime is how long an import can be undone as a whole (ux C4): a day.
const undoTime = 24 * 3600 * 1000

// Desk is the import with the hands it was given.
type Desk struct {
	Host  *act.Host
	Hands Hands
}

// Advance goes on with an import until a person is needed: it checks, or writes and makes visible, one chunk an act. It can be called again
// after any break and takes up where the work stood. A fault that stops the writing is noted on the import, which waits
// to be checked again.
func (d Desk) Advance(ctx context.Context, who db.Actor, id string) (Import, error) {
	return d.Steps(ctx, who, id, math.MaxInt)
}

// Steps is Advance for so many chunks at most, for callers that must answer soon: while the import it gives is still checking or
// writing, there is more to do.
func (d Desk) Steps(ctx context.Context, who db.Actor, id string, most int) (m Import, err error) {
	defer fault.Note(&err, "import %s", id)
	for range most {
		err = d.Host.DB.Update(ctx, who, func(ctx context.Context, tx *db.Tx) error {
			if err := d.Host.Allow(ctx, tx, Begin.Right); err != nil {
				return err
			}
			if m, err = Get(ctx, tx, id); err != nil {
				return err
			}
			return d.step(ctx, tx, m)
		})
		switch {
		case err != nil && m.State == Writing && fault.Of(err).Kind == fault.Conflict && fault.Of(err).Key != "fault.stale":
			return m, errors.Join(err, d.stop(ctx, who, id, fault.Of(err).Key))
		case err != nil || m.State != Checking && m.State != Writing:
			return m, err
		}
	}
	return m, nil
}

// step does one chunk of what the import is at.
func (d Desk) step(ctx context.Context, tx *db.Tx, m Import) error {
	switch m.State {
	case Checking:
		return checkChunk(ctx, tx, m)
	case Writing:
		return d.writeChunk(ctx, tx, m)
	}
	return nil
}

// stop puts an import that could not be written back to where it waits for a person.
func (d Desk) stop(ctx context.Context, who db.Actor, id, key string) error {
	return d.Host.DB.Update(ctx, who, func(ctx context.Context, tx *db.Tx) error {
		m, err := Get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := person.DropBatch(ctx, tx, id); err != nil {
			return err
		}
		return m.again(ctx, tx, key)
	})
}

// again has every row looked at anew.
func (m *Import) again(ctx context.Context, tx *db.Tx, key string) error {
	m.State, m.Done, m.Fault = Checking, 0, key
	m.Fresh, m.Changed, m.Same, m.Faulty, m.Twice = 0, 0, 0, 0, 0
	if _, err := tx.Exec(ctx, `update exchange_row set key_ix = '', id_ix = '', outcome = '', faults = '' where union_id = $1 and import_id = $2`,
		tx.Union, m.ID); err != nil {
		return err
	}
	return m.save(ctx, tx)
}

// writeChunk lays the next rows ready; after the last, one flip makes all of them visible.
func (d Desk) writeChunk(ctx context.Context, tx *db.Tx, m Import) error {
	which := "both"
	if m.Mode == "new" {
		which = "new"
	}
	rows, err := nextRows(ctx, tx, m, which)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return d.flip(ctx, tx, m)
	}
	cells, err := openRows(tx, m, rows)
	if err != nil {
		return err
	}
	l, err := newLooker(ctx, tx, m, cells)
	if err != nil {
		return err
	}
	if err := l.makeUnits(ctx, cells); err != nil {
		return err
	}
	got := make([]read, len(rows))
	for i, row := range rows {
		one, flaws, err := l.look(ctx, cells[i])
		if err != nil {
			return err
		}
		if len(flaws) > 0 || one.outcome != row.Outcome {
			return fault.New(fault.Conflict, "roster.moved", row.Line)
		}
		got[i] = one
	}
	if err := d.lay(ctx, tx, m, got); err != nil {
		return err
	}
	m.Done, m.Written = rows[len(rows)-1].Line, m.Written+int64(len(rows))
	return m.save(ctx, tx)
}

// makeUnits builds the units a chunk names and the union has not, where the import was begun so.
func (l *looker) makeUnits(ctx context.Context, rows []sheet.Row) error {
	for _, row := range rows {
		name := row.Text("unit")
		if _, err := l.units.find(name); err == nil || !l.m.MakeUnits || name == "" {
			continue
		}
		if err := l.units.make(ctx, l.tx, name); err != nil {
			return err
		}
	}
	return nil
}

// lay hands a chunk to the package the rows belong to.
func (d Desk) lay(ctx context.Context, tx *db.Tx, m Import, rows []read) error {
	switch m.Kind {
	case Workers:
		all := make([]person.Staged, len(rows))
		for i, r := range rows {
			all[i] = person.Staged{ID: r.worker.ID, Draft: r.draft}
		}
		return person.StageWorkers(ctx, tx, m.ID, all)
	case Members:
		all := make([]person.NewMember, len(rows))
		for i, r := range rows {
			all[i] = r.member
		}
		return person.StageMembers(ctx, tx, m.ID, all)
	case Budget:
		var all []person.Fact
		for _, r := range rows {
			all = append(all, r.facts...)
		}
		return person.StageFacts(ctx, tx, m.ID, all)
	case Files, Aid, Pay, Leave, News: // handed over at the flip: their package keeps no batches
	}
	return nil
}

// flip makes the import visible.
func (d Desk) flip(ctx context.Context, tx *db.Tx, m Import) error {
	var err error
	switch m.Kind {
	case Workers, Members, Budget:
		_, err = person.FlipBatch(ctx, tx, m.ID)
	case Files, Aid, Pay, Leave, News:
		err = d.history(ctx, tx, m)
	}
	if err != nil {
		return err
	}
	tx.About("import", m.ID, "live")
	m.State, m.Done, m.LiveAt, m.Until, m.Fault = Live, m.Last, tx.Ms(), tx.Ms()+undoTime, ""
	if err := m.save(ctx, tx); err != nil || d.Host.Record == nil {
		return err
	}
	return d.Host.Record(ctx, tx, act.Entry{Act: "roster.live", Outcome: "done", Trail: tx.Trail})
}

// history hands yesterday's files or aid over, chunk by chunk within the flip.
func (d Desk) history(ctx context.Context, tx *db.Tx, m Import) error {
	at := m
	for at.Done = 0; ; {
		rows, err := nextRows(ctx, tx, at, "both")
		if err != nil || len(rows) == 0 {
			return err
		}
		cells, err := openRows(tx, m, rows)
		if err != nil {
			return err
		}
		l, err := newLooker(ctx, tx, m, cells)
		if err != nil {
			return err
		}
		var files []PastFile
		var aid []PastAid
		var news []discovery.Record
		for _, row := range cells {
			got, _, err := l.look(ctx, row)
			if err != nil {
				return err
			}
			files, aid, news = append(files, got.file), append(aid, got.aid), append(news, got.news)
		}
		switch {
		case m.Kind.tells():
			err = discovery.Take(ctx, tx, news)
		case m.Kind == Files && d.Hands.Files != nil:
			err = d.Hands.Files(ctx, tx, files)
		case m.Kind == Aid && d.Hands.Aid != nil:
			err = d.Hands.Aid(ctx, tx, aid)
		}
		if err != nil {
			return err
		}
		at.Done = rows[len(rows)-1].Line
	}
}
