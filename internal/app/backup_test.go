package app

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/internal/app/world"
	"bangfu/internal/base/fault"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/face/exchange/backup"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// engines give the address of an empty database of each engine; "" is SQLite in the data folder.
func engines() map[string]func(*testing.T) string {
	return map[string]func(*testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return dbtest.PostgresDSN(t) },
	}
}

// lived opens a house in which a whole case was paid, with a paper in its store.
func lived(t *testing.T, dsn string) (*player, string) {
	t.Helper()
	p := &player{t: t, h: open(t, dsn), cases: map[string]*world.Live{}, family: map[string][]world.Kin{}, verdicts: map[string]string{}}
	const file = "testdata/scenario1.txt"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p.play(file, string(text))
	key, err := p.h.Site.Blob.Put(t.Context(), []byte("a paper"))
	if err != nil {
		t.Fatal(err)
	}
	return p, key
}

// A backup taken while acts go on comes back on either engine with every row, file and book equal, and the house lives on.
func TestBackupComesBack(t *testing.T) {
	for from, dsn := range engines() {
		t.Run(from, func(t *testing.T) {
			p, paper := lived(t, dsn(t))
			stop, busy := make(chan struct{}), sync.WaitGroup{}
			busy.Go(func() { write(t, p.h, stop) })
			path, m, err := backup.Now(t.Context(), p.h.copied(), t.TempDir())
			close(stop)
			busy.Wait()
			if err != nil || !m.Sound() || m.Files.Count != 1 || len(m.Unions) != 1 || m.Unions[0].Debit == 0 {
				t.Fatalf("backup: %+v, %v", m, err)
			}
			if all, err := filepath.Glob(filepath.Join(path, "*key*")); err != nil || len(all) > 0 {
				t.Errorf("the copy holds the key: %v %v", all, err)
			}
			for to, target := range engines() {
				t.Run("to_"+to, func(t *testing.T) { comesBack(t, backedUp{p.h, path, paper}, target) })
			}
		})
	}
}

// write does acts until told to stop.
func write(t *testing.T, h *House, stop <-chan struct{}) {
	unions, err := h.Unions(t.Context())
	if err != nil {
		t.Error(err)
		return
	}
	for {
		select {
		case <-stop:
			return
		default:
		}
		if err := h.DB.Update(t.Context(), db.System(unions[0]), func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Number(ctx, "T"); err != nil {
				return err
			}
			return audit.Record(ctx, tx, act.Entry{Act: "test.write", Outcome: "done"})
		}); err != nil {
			t.Error(err)
			return
		}
	}
}

type backedUp struct {
	h           *House
	path, paper string
}

func comesBack(t *testing.T, b backedUp, target func(*testing.T) string) {
	place := backup.Place{Data: filepath.Join(t.TempDir(), "new"), DSN: target(t), Key: filepath.Join(b.h.Data, "bangfu.key")}
	if place.DSN != "" {
		place.DSN = emptied(t, place.DSN)
	}
	r, err := backup.Restore(t.Context(), b.path, place)
	if err != nil || r.Rows == 0 || r.Files != 1 {
		t.Fatalf("restore: %+v, %v", r, err)
	}
	back, err := Open(t.Context(), Config{Data: place.Data, DSN: place.DSN, Clock: b.h.clock})
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	if text, err := back.Site.Blob.Get(t.Context(), b.paper); err != nil || string(text) != "a paper" {
		t.Errorf("the paper: %q, %v", text, err)
	}
	unions, err := back.Unions(t.Context())
	if err != nil || len(unions) != 1 {
		t.Fatal(unions, err)
	}
	if err := audit.LinkAll(t.Context(), back.DB, unions[0]); err != nil {
		t.Error(err)
	}
	check := func(ctx context.Context, tx *db.Tx) error {
		all, err := db.All[string](ctx, tx, `select id from person_worker where union_id = $1 limit 1`, tx.Union)
		if err != nil || len(all) == 0 {
			return errors.Join(err, errors.New("no worker came back"))
		}
		number, _, err := person.Openers()["person.id_no"](ctx, tx, all[0])
		if err == nil && len(number) != 18 {
			t.Errorf("a sealed number opens to %d letters", len(number))
		}
		return err
	}
	if err := back.DB.View(t.Context(), db.System(unions[0]), check); err != nil {
		t.Error(err)
	}
	stop := make(chan struct{})
	close(stop)
	write(t, back, stop)
	if _, err := backup.Restore(t.Context(), b.path, backup.Place{Data: place.Data, DSN: place.DSN}); !fault.Is(err, "backup.not_empty") {
		t.Errorf("over a house that lives: %v", err)
	}
}

// emptied gives a database without tables on the server of one with them.
func emptied(t *testing.T, dsn string) string {
	t.Helper()
	d, err := db.Open(t.Context(), db.Config{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Update(t.Context(), db.System("none"), func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `drop schema public cascade`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `create schema public`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return dsn
}

// Whatever is wrong with a copy or its key is found before anything is kept, and is said by name.
func TestBackupDamaged(t *testing.T) {
	p, _ := lived(t, "")
	path, m, err := backup.Now(t.Context(), p.h.copied(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(p.h.Data, "bangfu.key")
	flip := func(file string) func(t *testing.T, copied string) {
		return func(t *testing.T, copied string) {
			all, err := filepath.Glob(filepath.Join(copied, file))
			if err != nil || len(all) == 0 {
				t.Fatal(file, err)
			}
			text, err := os.ReadFile(all[0])
			if err != nil {
				t.Fatal(err)
			}
			text[len(text)/2] ^= 1
			if err := os.WriteFile(all[0], text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	remove := func(file string) func(t *testing.T, copied string) {
		return func(t *testing.T, copied string) {
			all, err := filepath.Glob(filepath.Join(copied, file))
			if err != nil || len(all) == 0 || os.Remove(all[0]) != nil {
				t.Fatal(file, err)
			}
		}
	}
	other := filepath.Join(t.TempDir(), "other.key")
	open(t, "").moveKey(t, other)
	for _, tt := range []struct {
		name   string
		break_ func(t *testing.T, copied string)
		key    string
		want   string
	}{
		{"whole", func(*testing.T, string) {}, key, ""},
		{"a row", flip("tables/fund_posting.jsonl.gz"), key, "backup.damaged"},
		{"a table gone", remove("tables/org_user.jsonl.gz"), key, "backup.damaged"},
		{"a paper", flip("files/??/??/*"), key, "backup.damaged"},
		{"a paper gone", remove("files/??/??/*"), key, "backup.damaged"},
		{"the list of papers", flip("files.txt"), key, "backup.damaged"},
		{"the manifest", func(t *testing.T, copied string) {
			name := filepath.Join(copied, "manifest.json")
			text, err := os.ReadFile(name)
			if err != nil || os.WriteFile(name, []byte(strings.Replace(string(text), `"trial_debit": `, `"trial_debit": 1`, 1)), 0o600) != nil {
				t.Fatal(err)
			}
		}, key, "backup.damaged"},
		{"no manifest", remove("manifest.json"), key, "backup.not_one"},
		{"another key", func(*testing.T, string) {}, other, "backup.wrong_key"},
		{"no key", func(*testing.T, string) {}, "", "backup.needs_key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			copied := filepath.Join(t.TempDir(), "copy")
			if err := os.CopyFS(copied, os.DirFS(path)); err != nil {
				t.Fatal(err)
			}
			tt.break_(t, copied)
			place := filepath.Join(t.TempDir(), "new")
			r, err := backup.Restore(t.Context(), copied, backup.Place{Data: place, Key: tt.key})
			if tt.want == "" && (err != nil || r.Rows != m.Rows()) || tt.want != "" && !fault.Is(err, tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if left, err := os.ReadDir(place); tt.want != "" && (err != nil || len(left) > 0) {
				t.Errorf("a restore that failed left %v, %v", left, err)
			}
		})
	}
}

// moveKey copies the key of a house to a file.
func (h *House) moveKey(t *testing.T, to string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(h.Data, "bangfu.key"))
	if err != nil || os.WriteFile(to, text, 0o600) != nil {
		t.Fatal(err)
	}
}

// The nightly copy is made once by whichever machine comes first, rehearsed, and kept as many as asked; when it stays away
// the administrator has a turn, which closes by itself when all is well again.
func TestNightlyBackup(t *testing.T) {
	for engine, dsn := range engines() {
		t.Run(engine, func(t *testing.T) {
			p, _ := lived(t, dsn(t))
			n := &nights{t: t, h: p.h, plan: backup.Plan{Dir: t.TempDir(), Hour: 2, Keep: 2, OldDays: 2, TestDays: 3}}
			n.at("2027-03-01", 1)
			n.stands(0, "backup.warn_never")
			n.at("2027-03-01", 3)
			n.stands(1)
			n.at("2027-03-01", 4)
			n.stands(1)
			n.at("2027-03-02", 3)
			n.stands(2)
			n.at("2027-03-03", 3)
			n.stands(2)
			n.plan.Hour = -1
			n.at("2027-03-07", 3)
			n.stands(2, "backup.warn_old", "backup.warn_test_old")
			good := n.plan.Dir
			n.plan.Hour, n.plan.Dir = 2, filepath.Join(p.h.Data, "bangfu.key", "no-folder")
			if err := n.nightly().Once(t.Context()); !fault.Is(err, "backup.place") {
				t.Errorf("into a place that is none: %v", err)
			}
			n.stands(0, "backup.warn_old", "backup.warn_failed", "backup.warn_test_old")
			n.plan.Dir = good
			n.at("2027-03-07", 3) // the next try of the same night waits an hour
			n.stands(2, "backup.warn_old", "backup.warn_failed", "backup.warn_test_old")
			n.at("2027-03-07", 5)
			n.stands(2)
			n.plan.Hour, n.plan.Every, n.plan.Keep = -1, 60, 9
			for hour := 8; hour < 11; hour++ {
				n.at("2027-03-07", hour)
				n.stands(hour - 5)
			}
		})
	}
}

type nights struct {
	t    *testing.T
	h    *House
	plan backup.Plan
}

func (n *nights) nightly() backup.Nightly {
	return backup.Nightly{House: n.h.copied(), Plan: n.plan, Log: slog.New(slog.DiscardHandler)}
}

// at lets two machines look at an hour of a day in China.
func (n *nights) at(date string, hour int) {
	n.t.Helper()
	at, err := time.ParseInLocation(time.DateOnly, date, time.FixedZone("CST", 8*3600))
	if err != nil {
		n.t.Fatal(err)
	}
	n.h.clock.Reset()
	n.h.clock.Move(at.Add(time.Duration(hour) * time.Hour).Sub(db.Machine()))
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if err := n.nightly().Once(n.t.Context()); err != nil {
				n.t.Errorf("%s: %v", date, err)
			}
		})
	}
	both.Wait()
}

// stands compares how many copies there are and what the administrator is warned of.
func (n *nights) stands(copies int, warn ...string) {
	n.t.Helper()
	if all := backup.List(n.plan.Dir); len(all) != copies {
		n.t.Errorf("%d copies, want %d: %v", len(all), copies, all)
	}
	unions, err := n.h.Unions(n.t.Context())
	if err != nil {
		n.t.Fatal(err)
	}
	if err := n.h.DB.Update(n.t.Context(), db.System(unions[0]), func(ctx context.Context, tx *db.Tx) error {
		s, err := backup.Stand(ctx, tx, n.plan)
		if err != nil {
			return err
		}
		var got []string
		for _, w := range s.Warn {
			got = append(got, string(w.Key))
		}
		if strings.Join(got, " ") != strings.Join(warn, " ") {
			n.t.Errorf("warned of %v, want %v", got, warn)
		}
		if err := backup.Watch(ctx, tx, n.plan); err != nil {
			return err
		}
		open, err := task.Of(ctx, tx, "backup")
		if err == nil && (len(open) > 0) != (len(warn) > 0) || len(open) > 0 && open[0].Role != org.RoleAdmin {
			n.t.Errorf("turns: %+v", open)
		}
		return err
	}); err != nil {
		n.t.Error(err)
	}
}
