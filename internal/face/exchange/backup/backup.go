// Package backup copies the whole house while it works, puts a copy back elsewhere, and proves that what came back is
// what was there. One form of copy serves both engines: the rows of one unchanging picture, table by table, and the
// sealed files under their hashes. The key file is never in it: who finds a copy can open nothing sealed.
package backup

import (
	"compress/gzip"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/blob"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/seal"
	"bangfu/internal/office/audit"
)

// House is what is copied: the database, the folder of the sealed files, and which unions it holds.
type House struct {
	DB      *db.DB
	Files   string
	Unions  func(ctx context.Context) ([]string, error)
	Version string
}

// Table is one table in a copy. Digest is of the rows, whatever their order; SHA256 is of the file they are in.
type Table struct {
	db.Table
	Rows   int64  `json:"rows"`
	Digest string `json:"digest"`
	SHA256 string `json:"sha256"`
}

// Books are what must come out the same again for one union: the end of its audit chain and of its ledger, and the two
// sides of its trial balance in fen on the day of the copy. Wrong says what was unsound already when it was copied.
type Books struct {
	Union  string       `json:"union"`
	Links  int64        `json:"audit_links"`
	Root   string       `json:"audit_root"`
	Ledger string       `json:"ledger_root"`
	Debit  money.Amount `json:"trial_debit"`
	Credit money.Amount `json:"trial_credit"`
	Wrong  []string     `json:"wrong,omitempty"`
}

// Files are the sealed papers in a copy; SHA256 is of the list files.txt, which names each by its own hash. Damaged names
// those that were no longer whole when they were copied.
type Files struct {
	Count   int64    `json:"count"`
	Bytes   int64    `json:"bytes"`
	SHA256  string   `json:"sha256"`
	Damaged []string `json:"damaged,omitempty"`
}

// Manifest says what is in a copy, and is signed with the house's key.
type Manifest struct {
	Format  int     `json:"format"`
	Version string  `json:"version"`
	Engine  string  `json:"engine"`
	Schema  int64   `json:"schema"`
	MadeAt  int64   `json:"made_at"`
	Day     day.Day `json:"day"`
	Tables  []Table `json:"tables"`
	Unions  []Books `json:"unions"`
	Files   Files   `json:"files"`
	Key     string  `json:"key"`   // a mark of the key file's index key, from which nothing can be had
	Probe   []byte  `json:"probe"` // a word sealed under the key of that day
	MAC     string  `json:"mac"`
}

// Sound reports that nothing was wrong with the house when it was copied.
func (m Manifest) Sound() bool {
	for _, b := range m.Unions {
		if len(b.Wrong) > 0 {
			return false
		}
	}
	return len(m.Files.Damaged) == 0
}

// Rows counts the rows of all tables.
func (m Manifest) Rows() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

const (
	format       = 1
	manifestFile = "manifest.json"
	filesList    = "files.txt"
	half         = ".making-"
	prefix       = "bangfu-"
)

// Make copies the house into a new folder under dir, named by the instant, and gives its path. The folder takes its name
// only when it is whole and on disk. The house goes on working. Faults: "backup.place" when dir cannot be written.
func Make(ctx context.Context, h House, dir string) (path string, m Manifest, err error) {
	defer fault.Note(&err, "backup")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", m, errors.Join(fault.New(fault.Refused, "backup.place", dir), err)
	}
	work := filepath.Join(dir, half+strings.ToLower(rand.Text()[:8]))
	if err := os.MkdirAll(filepath.Join(work, "tables"), 0o700); err != nil {
		return "", m, errors.Join(fault.New(fault.Refused, "backup.place", dir), err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(work))
		}
	}()
	now := h.DB.Now()
	m = Manifest{Format: format, Version: h.Version, Engine: engine(h.DB), MadeAt: now.UnixMilli(), Day: day.Of(now), Key: mark(h.DB.Ring())}
	if m.Probe, err = h.DB.Ring().Seal("backup.probe", "", probe); err != nil {
		return "", m, err
	}
	if m.Schema, err = h.DB.SchemaNumber(ctx); err != nil {
		return "", m, err
	}
	if err := m.copyRows(ctx, h, work); err != nil {
		return "", m, err
	}
	if err := m.copyFiles(ctx, h, dir, work); err != nil {
		return "", m, err
	}
	path = filepath.Join(dir, prefix+now.In(day.Zone).Format("20060102-150405"))
	return path, m, m.finish(h.DB.Ring(), work, path)
}

const probe = "bangfu"

func engine(d *db.DB) string {
	if d.Postgres() {
		return "postgres"
	}
	return "sqlite"
}

func mark(r *seal.Ring) string { return hex.EncodeToString(r.MAC("backup.key", nil)[:8]) }

// copyRows writes every table and adds up the books, all in one picture.
func (m *Manifest) copyRows(ctx context.Context, h House, work string) error {
	unions, err := h.Unions(ctx)
	if err != nil {
		return err
	}
	return h.DB.Picture(ctx, func(ctx context.Context, in func(string) *db.Tx) error {
		all, err := db.Tables(ctx, in("none"))
		if err != nil {
			return err
		}
		for _, t := range all {
			sum, err := writeTable(ctx, in("none"), t, filepath.Join(work, "tables", t.Name+".jsonl.gz"))
			if err != nil {
				return err
			}
			m.Tables = append(m.Tables, sum)
		}
		for _, u := range unions {
			b, err := booksOf(ctx, in(u), m.Day)
			if err != nil {
				return err
			}
			m.Unions = append(m.Unions, b)
		}
		return nil
	})
}

// booksOf reads the chain, the ledger and the trial balance of a union again from the first line.
func booksOf(ctx context.Context, tx *db.Tx, on day.Day) (Books, error) {
	b := Books{Union: tx.Union}
	r, err := audit.Verify(ctx, tx, nil)
	if err != nil {
		return b, err
	}
	b.Links, b.Root = r.Links, r.Head
	if n := len(r.Findings); n > 0 {
		b.Wrong = append(b.Wrong, fmt.Sprintf("audit chain: %d findings", n))
	}
	v, err := fund.Verify(ctx, tx)
	switch {
	case fault.Is(err, "fund.broken"):
		b.Wrong = append(b.Wrong, "ledger")
	case err != nil:
		return b, err
	}
	b.Ledger = v.Head
	trial, err := fund.TrialOn(ctx, tx, on, "")
	if err != nil {
		return b, err
	}
	if b.Debit, b.Credit = trial.Debit, trial.Credit; b.Debit != b.Credit {
		b.Wrong = append(b.Wrong, "trial balance")
	}
	return b, nil
}

func writeTable(ctx context.Context, tx *db.Tx, t db.Table, path string) (sum Table, err error) {
	sum.Table = t
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return sum, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	whole := sha256.New()
	gz, err := gzip.NewWriterLevel(io.MultiWriter(f, whole), gzip.BestSpeed)
	if err != nil {
		return sum, err
	}
	var d digest
	err = db.Rows(ctx, tx, t, func(row []any) error {
		line, err := encode(row)
		if err != nil {
			return err
		}
		d.add(line)
		sum.Rows++
		_, err = gz.Write(append(line, '\n'))
		return err
	})
	if err = errors.Join(err, gz.Close()); err != nil {
		return sum, err
	}
	sum.Digest, sum.SHA256 = d.String(), hex.EncodeToString(whole.Sum(nil))
	return sum, f.Sync()
}

// copyFiles brings over every sealed file, sharing those the newest copy has already. It comes after the rows: a file is
// stored before the act that names it is kept, so each file named in the picture is there.
func (m *Manifest) copyFiles(ctx context.Context, h House, dir, work string) (err error) {
	from, err := blob.Copies(h.Files)
	if err != nil {
		return err
	}
	to, err := blob.Copies(filepath.Join(work, "files"))
	if err != nil {
		return err
	}
	var last *blob.Store
	if all := List(dir); len(all) > 0 {
		if last, err = blob.Copies(filepath.Join(all[len(all)-1], "files")); err != nil {
			return err
		}
	}
	var list strings.Builder
	err = from.Each(ctx, func(key string, _ time.Time) error {
		n, shared := int64(0), false
		if last != nil {
			n, shared = to.Share(last, from, key)
		}
		if !shared {
			var err error
			switch n, err = to.Copy(ctx, from, key); {
			case fault.Is(err, "blob.missing"): // deleted while we copy
				return nil
			case fault.Is(err, "blob.damaged"):
				m.Files.Damaged = append(m.Files.Damaged, key)
				return nil
			case err != nil:
				return err
			}
		}
		m.Files.Count, m.Files.Bytes = m.Files.Count+1, m.Files.Bytes+n
		list.WriteString(key + "\n")
		return nil
	})
	if err != nil {
		return err
	}
	m.Files.SHA256 = sum([]byte(list.String()))
	return writeSynced(filepath.Join(work, filesList), []byte(list.String()))
}

// finish signs and writes the manifest and gives the copy its name.
func (m *Manifest) finish(r *seal.Ring, work, path string) error {
	m.MAC = m.sign(r)
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := writeSynced(filepath.Join(work, manifestFile), append(text, '\n')); err != nil {
		return err
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.Conflict, "backup.same_second")
	}
	for _, d := range []string{filepath.Join(work, "tables"), work} {
		if err := syncDir(d); err != nil {
			return err
		}
	}
	if err := os.Rename(work, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func (m Manifest) sign(r *seal.Ring) string {
	m.MAC = ""
	text, _ := json.Marshal(m) // texts and numbers never fail
	return hex.EncodeToString(r.MAC("backup.manifest", text))
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func writeSynced(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// List gives the whole copies under dir, oldest first.
func List(dir string) []string {
	all, _ := filepath.Glob(filepath.Join(dir, prefix+"*", manifestFile)) // the pattern is sound; the order is by name, which is by time
	for i := range all {
		all[i] = filepath.Dir(all[i])
	}
	return all
}
