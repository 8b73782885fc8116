package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"bangfu/bench/harness"
	"bangfu/internal/app"
	"bangfu/internal/app/world"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/face/exchange/roster"

	_ "modernc.org/sqlite" // the driver the program uses
)

// taken is what one round came to: seconds, MiB and ms.
type taken struct{ whole, read, insert, memory, alone, beside float64 }

// tables are those an import writes.
func tables() []string {
	return []string{"person_household", "person_worker", "person_member", "person_fact", "person_token"}
}

// round imports the file into a new house while another person works, then takes the raw things.
func round(ctx context.Context, rows int, k kind, data []byte) (r taken, err error) {
	dir, err := os.MkdirTemp("", "bangfu-import-")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cfg := app.Config{Data: filepath.Join(dir, "house")}
	h, err := app.Open(ctx, cfg)
	if err != nil {
		return r, err
	}
	err = r.imported(ctx, h, rows, k, data)
	if err = errors.Join(err, h.Close()); err != nil {
		return r, err
	}
	var n int
	if r.read, err = harness.Seconds(func() (err error) { n, err = k.read(data); return err }); err != nil || n != rows {
		return r, fmt.Errorf("the raw read found %d rows: %w", n, err)
	}
	r.insert, err = again(ctx, filepath.Join(cfg.Data, "bangfu.db"), filepath.Join(dir, "raw.db"))
	return r, err
}

func (r *taken) imported(ctx context.Context, h *app.House, rows int, k kind, data []byte) error {
	w, err := world.Found(ctx, h.Host, world.Shape{Name: "临江机电有限公司工会委员会", Short: "临江机电工会", Region: "990101", Branches: 2, Groups: 8, State: "live"}, app.Ship)
	if err != nil {
		return err
	}
	who, err := w.As(ctx, "wangmin")
	if err != nil {
		return err
	}
	hired := 0
	stop := make(chan struct{})
	close(stop)
	if r.alone, err = others(ctx, w, &hired, 100, stop); err != nil {
		return err
	}
	spill, err := os.MkdirTemp("", "bangfu-spill-")
	if err != nil {
		return err
	}
	old := os.TempDir()
	if err := os.Setenv("TMPDIR", spill); err != nil { // what is left in it afterwards, the import has left
		return err
	}
	rest := peak()
	stop = make(chan struct{})
	felt := make(chan error, 1)
	go func() {
		var err error
		r.beside, err = others(ctx, w, &hired, 0, stop)
		felt <- err
	}()
	r.whole, err = harness.Seconds(func() error { return whole(ctx, h, who, rows, form.NewFile("名册."+k.name, data)) })
	close(stop)
	r.memory = peak() - rest
	left, bad := os.ReadDir(spill)
	if err = errors.Join(err, bad, <-felt, os.Setenv("TMPDIR", old), os.RemoveAll(spill)); err != nil {
		return err
	}
	if len(left) > 0 {
		return fmt.Errorf("the import left %d temporary files", len(left))
	}
	return h.DB.View(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
		n, err := db.Value[int](ctx, tx, `select count(*) from person_worker where union_id = $1`, tx.Union)
		if err == nil && n != rows+hired {
			err = fmt.Errorf("%d workers are there after %d rows and %d hired by hand", n, rows, hired)
		}
		return err
	})
}

// whole is the import as the pages do it.
func whole(ctx context.Context, h *app.House, who db.Actor, rows int, f form.File) error {
	desk, call := roster.Desk{Host: h.Host}, act.Call{Actor: who}
	id, err := roster.Upload(ctx, h.Host, call, roster.UploadIn{Kind: roster.Workers, File: f})
	if err != nil {
		return err
	}
	m, err := desk.Advance(ctx, who, id)
	if err != nil {
		return err
	}
	if m.Fresh != int64(rows) {
		return fmt.Errorf("of %d rows %d are new, %d faulty, %d twice", rows, m.Fresh, m.Faulty, m.Twice)
	}
	if _, err := roster.Confirm.Run(ctx, h.Host, call, roster.ConfirmIn{ID: id, Mode: "new"}); err != nil {
		return err
	}
	m, err = desk.Advance(ctx, who, id)
	if err == nil && m.State != roster.Live {
		err = fmt.Errorf("the import ended %s", m.State)
	}
	return err
}

// others hires workers one by one, at least so many and until stopped, and gives the p99 of that act in ms.
func others(ctx context.Context, w *world.World, hired *int, least int, stop <-chan struct{}) (float64, error) {
	var took []float64
	for {
		select {
		case <-stop:
			if len(took) >= max(least, 1) {
				slices.Sort(took)
				return took[99*(len(took)-1)/100], nil
			}
		default:
		}
		s, err := harness.Seconds(func() error {
			_, err := w.Hire(ctx, groups()[*hired%8], money.Yuan(3000), fmt.Sprintf("王%c%c", '一'+*hired/1000, '一'+*hired%1000))
			return err
		})
		if err != nil {
			return 0, err
		}
		took = append(took, 1000*s)
		*hired++
		time.Sleep(5 * time.Millisecond) // a person's pace, and more
	}
}

// peak begins a new count of the process's highest memory and gives the one until now, in MiB; 0 where it is not told.
func peak() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	var kib float64
	_, _ = fmt.Sscan(rest, &kib)
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o200) // where it is not allowed, the count goes on
	return kib / 1024
}

// again inserts every row of the import's tables into an empty copy of them, in one transaction, and gives the seconds;
// reading them is not counted.
func again(ctx context.Context, from, to string) (total float64, err error) {
	src, err := sql.Open("sqlite", "file:"+from)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	dst, err := sql.Open("sqlite", "file:"+to+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, dst.Close()) }()
	if err := same(ctx, src, dst); err != nil {
		return 0, err
	}
	tx, err := dst.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	for _, t := range tables() {
		s, err := move(ctx, src, tx, t)
		if err != nil {
			return 0, errors.Join(err, tx.Rollback())
		}
		total += s
	}
	s, err := harness.Seconds(tx.Commit)
	return total + s, err
}

// same makes the tables and their indexes as they are.
func same(ctx context.Context, src, dst *sql.DB) error {
	for _, t := range tables() {
		rows, err := src.QueryContext(ctx, `select sql from sqlite_schema where tbl_name = $1 and sql is not null order by type desc`, t)
		if err != nil {
			return err
		}
		for rows.Next() {
			var text string
			if err = rows.Scan(&text); err == nil {
				_, err = dst.ExecContext(ctx, text)
			}
			if err != nil {
				return errors.Join(err, rows.Close())
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
	}
	return nil
}

// move reads a table in parts and inserts them; only the inserting is counted.
func move(ctx context.Context, src *sql.DB, tx *sql.Tx, table string) (total float64, err error) {
	rows, err := src.QueryContext(ctx, "select * from "+table)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	names, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	ins, err := tx.PrepareContext(ctx, "insert into "+table+" ("+strings.Join(names, ", ")+") values (?"+strings.Repeat(", ?", len(names)-1)+")")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, ins.Close()) }()
	for more := true; more; {
		var part [][]any
		for len(part) < 5000 {
			if more = rows.Next(); !more {
				break
			}
			one, at := make([]any, len(names)), make([]any, len(names))
			for i := range one {
				at[i] = &one[i]
			}
			if err := rows.Scan(at...); err != nil {
				return 0, err
			}
			part = append(part, one)
		}
		s, err := harness.Seconds(func() error {
			for _, one := range part {
				if _, err := ins.ExecContext(ctx, one...); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
		total += s
	}
	return total, rows.Err()
}
