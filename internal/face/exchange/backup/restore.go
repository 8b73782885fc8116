package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/schema"
	"bangfu/internal/engine/blob"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/seal"
	"bangfu/internal/office/auth"
)

// Place is where a copy goes: a new data folder and a new database. An empty DSN is SQLite in the folder. The key file
// stands there already, or is copied there from Key.
type Place struct {
	Data, DSN string
	Key       string
	ring      *seal.Ring
	rows      bool // only the rows are put back; the files are checked where they lie
}

// Restored is what came back and was found equal to what was copied.
type Restored struct {
	MadeAt int64   `json:"made_at"`
	Schema int64   `json:"schema"`
	Tables int     `json:"tables"`
	Rows   int64   `json:"rows"`
	Files  int64   `json:"files"`
	Unions []Books `json:"unions"`
}

// Read reads a copy's manifest and checks it against the key. Faults: "backup.not_one", "backup.newer",
// "backup.wrong_key", "backup.damaged".
func Read(from string, ring *seal.Ring) (m Manifest, err error) {
	text, err := os.ReadFile(filepath.Join(from, manifestFile))
	if err != nil {
		return m, errors.Join(fault.New(fault.Invalid, "backup.not_one", from), err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, errors.Join(fault.New(fault.Refused, "backup.damaged", manifestFile), err)
	}
	if m.Format != format || m.Schema > newest() {
		return m, fault.New(fault.Refused, "backup.newer", m.Version)
	}
	if word, err := ring.Open("backup.probe", "", m.Probe); m.Key != mark(ring) || err == nil && word != probe {
		return m, fault.New(fault.Refused, "backup.wrong_key")
	} else if err != nil {
		return m, errors.Join(fault.New(fault.Refused, "backup.wrong_key"), err)
	}
	if m.MAC != m.sign(ring) {
		return m, fault.New(fault.Refused, "backup.damaged", manifestFile)
	}
	return m, nil
}

// newest is the number of the newest migration this program knows.
func newest() (n int64) {
	names, _ := fs.Glob(schema.Files, "*.sql") // the pattern is sound
	for _, name := range names {
		var at int64
		if _, err := fmt.Sscanf(name, "%d_", &at); err == nil {
			n = max(n, at)
		}
	}
	return n
}

// Restore puts a copy back into a new place and proves it: every file's hash, every table's count and digest read back
// from the new database, the trial balance, the end of the audit chain and of the ledger of every union. It takes away
// what it made when anything fails. Faults: those of Read, "backup.needs_key", "backup.not_empty", "backup.damaged" (which
// file), "backup.differs" (what).
func Restore(ctx context.Context, from string, to Place) (r Restored, err error) {
	defer fault.Note(&err, "restore")
	if to.DSN == "" {
		to.DSN = "sqlite:" + filepath.Join(to.Data, "bangfu.db")
	}
	if err := to.prepare(); err != nil {
		return r, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, to.clear())
		}
	}()
	m, err := Read(from, to.ring)
	if err != nil {
		return r, err
	}
	d, err := db.Open(ctx, db.Config{DSN: to.DSN, Schema: schema.Files, Ring: to.ring})
	if err != nil {
		return r, err
	}
	err = m.restore(ctx, from, to, d)
	if err = errors.Join(err, d.Close()); err != nil {
		return r, err
	}
	return Restored{MadeAt: m.MadeAt, Schema: m.Schema, Tables: len(m.Tables), Rows: m.Rows(), Files: m.Files.Count, Unions: m.Unions}, nil
}

// prepare sees that the folder holds nothing but a key, and reads the key.
func (p *Place) prepare() error {
	if err := os.MkdirAll(p.Data, 0o700); err != nil {
		return errors.Join(fault.New(fault.Refused, "backup.place", p.Data), err)
	}
	there, err := os.ReadDir(p.Data)
	if err != nil {
		return err
	}
	for _, e := range there {
		if e.Name() != keyFile {
			return fault.New(fault.Refused, "backup.not_empty", p.Data)
		}
	}
	if p.ring != nil {
		return nil
	}
	kept := filepath.Join(p.Data, keyFile)
	if p.Key != "" {
		text, err := os.ReadFile(filepath.Clean(p.Key))
		if err != nil {
			return errors.Join(fault.New(fault.Invalid, "backup.needs_key", p.Data), err)
		}
		if len(there) > 0 {
			return fault.New(fault.Refused, "backup.not_empty", p.Data)
		}
		if err := writeSynced(kept, text); err != nil {
			return err
		}
	}
	if _, err := os.Stat(kept); err != nil {
		return errors.Join(fault.New(fault.Invalid, "backup.needs_key", p.Data), err)
	}
	p.ring, err = seal.Load(kept, seal.AES, db.Machine)
	return err
}

const keyFile = "bangfu.key"

// clear takes away what a restore that failed has made; a key that stood there stays.
func (p *Place) clear() error {
	there, err := os.ReadDir(p.Data)
	for _, e := range there {
		if e.Name() != keyFile || p.Key != "" {
			err = errors.Join(err, os.RemoveAll(filepath.Join(p.Data, e.Name())))
		}
	}
	return err
}

func (m Manifest) restore(ctx context.Context, from string, to Place, d *db.DB) error {
	if n, err := d.SchemaNumber(ctx); err != nil || n > 0 {
		return errors.Join(err, fault.New(fault.Refused, "backup.not_empty", to.Data))
	}
	for _, t := range m.Tables {
		if err := checkFile(rowsFile(from, t), t.SHA256); err != nil {
			return errors.Join(fault.New(fault.Refused, "backup.damaged", "tables/"+t.Name+".jsonl.gz"), err)
		}
	}
	if err := m.restoreFiles(ctx, from, to); err != nil {
		return err
	}
	if err := d.MigrateTo(ctx, m.Schema); err != nil {
		return err
	}
	err := d.Fill(ctx, func(ctx context.Context, put db.Put) error {
		for _, t := range m.Tables {
			if err := readTable(ctx, rowsFile(from, t), t, func(rows [][]any) error { return put(ctx, t.Table, rows) }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := m.compareRows(ctx, d); err != nil {
		return err
	}
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	if err := m.compareBooks(ctx, d); err != nil {
		return err
	}
	return d.Update(ctx, db.System(auth.InstallUnion), func(ctx context.Context, tx *db.Tx) error { return stopped(ctx, tx) })
}

func rowsFile(from string, t Table) string {
	return filepath.Join(from, "tables", t.Name+".jsonl.gz")
}

// restoreFiles brings every file of the list over, or for a rehearsal reads it where it lies; each is compared with its key.
func (m Manifest) restoreFiles(ctx context.Context, from string, to Place) error {
	text, err := os.ReadFile(filepath.Join(from, filesList))
	if err != nil || sum(text) != m.Files.SHA256 {
		return errors.Join(fault.New(fault.Refused, "backup.damaged", filesList), err)
	}
	source, err := blob.Copies(filepath.Join(from, "files"))
	if err != nil {
		return err
	}
	target := source
	if !to.rows {
		if target, err = blob.Copies(filepath.Join(to.Data, "files")); err != nil {
			return err
		}
	}
	for key := range strings.FieldsSeq(string(text)) {
		if to.rows {
			err = source.Check(ctx, key)
		} else {
			_, err = target.Copy(ctx, source, key)
		}
		if f := fault.Of(err); err != nil && (f.Key == "blob.missing" || f.Key == "blob.damaged") {
			return errors.Join(fault.New(fault.Refused, "backup.damaged", "files/"+key), err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func checkFile(path, want string) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	if hex.EncodeToString(h.Sum(nil)) != want {
		return errors.New("its bytes are not those that were written")
	}
	return nil
}

// compareRows reads every row back from the new database.
func (m Manifest) compareRows(ctx context.Context, d *db.DB) error {
	return d.Picture(ctx, func(ctx context.Context, in func(string) *db.Tx) error {
		for _, t := range m.Tables {
			var sum digest
			n := int64(0)
			err := db.Rows(ctx, in("none"), t.Table, func(row []any) error {
				line, err := encode(row)
				sum.add(line)
				n++
				return err
			})
			if err != nil {
				return err
			}
			if n != t.Rows || sum.String() != t.Digest {
				return fault.New(fault.Refused, "backup.differs", t.Name)
			}
		}
		return nil
	})
}

// compareBooks recomputes chain, ledger and trial balance of each union by the program's own readers.
func (m Manifest) compareBooks(ctx context.Context, d *db.DB) error {
	return d.Picture(ctx, func(ctx context.Context, in func(string) *db.Tx) error {
		for _, want := range m.Unions {
			got, err := booksOf(ctx, in(want.Union), m.Day)
			if err != nil {
				return err
			}
			same := got.Links == want.Links && got.Root == want.Root && got.Ledger == want.Ledger &&
				got.Debit == want.Debit && got.Credit == want.Credit && slices.Equal(got.Wrong, want.Wrong)
			if !same {
				return fault.New(fault.Refused, "backup.differs", want.Union)
			}
		}
		return nil
	})
}
