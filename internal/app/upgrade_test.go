package app

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/face/exchange/backup"
	"bangfu/internal/office/org"
)

// What the first release left behind, with cases under way, is migrated row by row on either engine and ends in the very
// tables of a new house; the cases go on to the bank, and the books are sound. testdata/upgrade holds a backup of a house
// of that release in which before.txt was played; after.txt is played here. Each release adds a backup of its own.
func TestUpgrade(t *testing.T) {
	releases, err := filepath.Glob("testdata/upgrade/release-*.tar.gz")
	if err != nil || len(releases) == 0 {
		t.Fatal(releases, err)
	}
	after, err := os.ReadFile("testdata/upgrade/after.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, release := range releases {
		for engine, dsn := range engines() {
			t.Run(strings.TrimSuffix(filepath.Base(release), ".tar.gz")+"/"+engine, func(t *testing.T) {
				from, place := unpacked(t, release), backup.Place{Data: filepath.Join(t.TempDir(), "house"), DSN: dsn(t)}
				if place.DSN != "" {
					place.DSN = emptied(t, place.DSN)
				}
				place.Key = filepath.Join(from, "bangfu.key")
				r, err := backup.Restore(t.Context(), from, place)
				if err != nil || r.Schema != 14 || r.Rows < 500 {
					t.Fatalf("%+v, %v", r, err)
				}
				h, err := Open(t.Context(), Config{Data: place.Data, DSN: place.DSN, Clock: &world.Clock{}})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() {
					if err := h.Close(); err != nil {
						t.Error(err)
					}
				})
				sameTables(t, h.DB)
				p := met(t, h)
				p.play("after.txt", string(after))
				p.sound()
			})
		}
	}
}

// unpacked opens a backup kept as one file.
func unpacked(t *testing.T, file string) string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	gz, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for in := tar.NewReader(gz); ; {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return dir
		}
		if err != nil || !filepath.IsLocal(h.Name) {
			t.Fatal(h, err)
		}
		path := filepath.Join(dir, h.Name)
		if h.Typeflag == tar.TypeDir {
			err = os.MkdirAll(path, 0o700)
		} else {
			var text []byte
			if text, err = io.ReadAll(in); err == nil {
				err = os.WriteFile(path, text, 0o600)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// sameTables holds an upgraded house to the tables and columns of a new one of the same engine, in any order of columns.
func sameTables(t *testing.T, d *db.DB) {
	t.Helper()
	fresh := dbtest.Open(t)
	if d.Postgres() {
		fresh = dbtest.Postgres(t, dbtest.NewClock())
	}
	read := func(d *db.DB) map[string][]string {
		out := map[string][]string{}
		err := d.Picture(t.Context(), func(ctx context.Context, in func(string) *db.Tx) error {
			all, err := db.Tables(ctx, in("none"))
			for _, one := range all {
				out[one.Name] = one.Columns
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got, want := read(d), read(fresh); len(want) < 70 || !reflect.DeepEqual(got, want) {
		t.Errorf("the upgraded house has tables %v, a new one %v", got, want)
	}
}

// met makes the world of a script anew from what a house holds: its people by name, and the newest case of each worker.
func met(t *testing.T, h *House) *player {
	t.Helper()
	unions, err := h.Unions(t.Context())
	if err != nil || len(unions) != 1 {
		t.Fatal(unions, err)
	}
	p := &player{t: t, h: h, cases: map[string]*world.Live{}, family: map[string][]world.Kin{}, verdicts: map[string]string{}}
	p.w = &world.World{Host: h.Host, Union: unions[0], Units: map[string]org.Unit{}, Posts: map[string]string{}, Staff: map[string]person.Worker{}}
	type user struct{ ID, Login, Name string }
	type made struct{ Worker, App, Programme, Award string }
	err = p.see(func(ctx context.Context, tx *db.Tx) error {
		users, err := db.All[user](ctx, tx, `select id, login, name from org_user where union_id = $1`, tx.Union)
		if err != nil {
			return err
		}
		for _, u := range users {
			p.w.Posts[u.Name], p.w.Posts[u.Login] = u.ID, u.ID
		}
		workers, err := db.All[string](ctx, tx, `select id from person_worker where union_id = $1`, tx.Union)
		if err != nil {
			return err
		}
		for _, id := range workers {
			w, err := person.Get(ctx, tx, id)
			if err != nil {
				return err
			}
			p.w.Staff[w.Name] = w
		}
		cases, err := db.All[made](ctx, tx, `
			select w.name as worker, a.id as app, a.programme, coalesce(d.id, '') as award
			from intake_application a join person_worker w on w.union_id = a.union_id and w.id = a.person_id
			left join plan_award d on d.union_id = a.union_id and d.application_id = a.id where a.union_id = $1 order by a.id`, tx.Union)
		for _, c := range cases {
			p.cases[c.Worker] = &world.Live{Case: world.Case{Worker: c.Worker, Programme: c.Programme}, App: c.App, Award: c.Award}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
