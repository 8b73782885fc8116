package db

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migrate brings the tables up to the schema's newest number. Forward only; on PostgreSQL one of many processes does
// it and the others wait, and none waits when nothing is due.
func (d *DB) Migrate(ctx context.Context) error {
	p, err := d.migrations()
	if err != nil {
		return err
	}
	pending, err := p.HasPending(ctx)
	if err != nil {
		return err
	}
	if pending {
		if _, err = p.Up(ctx); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
	}
	if err := d.pathsByByte(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := d.tellPlanner(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Pending reports whether migrations wait: a program newer than its tables is not ready.
func (d *DB) Pending(ctx context.Context) (bool, error) {
	p, err := d.migrations()
	if err != nil {
		return false, err
	}
	return p.HasPending(ctx)
}

func (d *DB) migrations() (*goose.Provider, error) {
	dialect, opts := goose.DialectSQLite3, []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	files := fs.FS(strictFS{d.cfg.Schema})
	if d.pg {
		dialect, files = goose.DialectPostgres, d.cfg.Schema
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(dialect, d.write, files, opts...)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return p, nil
}

// strictFS gives the schema to SQLite in its own words: bytea is blob, bigint is integer, and tables are strict.
type strictFS struct{ fs.FS }

var (
	reBytes = regexp.MustCompile(`\bbytea\b`)
	reInt   = regexp.MustCompile(`\bbigint\b`)
	reEnd   = regexp.MustCompile(`(?m)^\);$`)
)

// Open translates one file.
func (s strictFS) Open(name string) (fs.File, error) {
	f, err := s.FS.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		return f, err
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	text = reBytes.ReplaceAll(text, []byte("blob"))
	text = reInt.ReplaceAll(text, []byte("integer"))
	text = reEnd.ReplaceAll(text, []byte(") strict;"))
	return &memFile{Reader: bytes.NewReader(text), info: sized{info, int64(len(text))}, close: f.Close}, nil
}

type memFile struct {
	*bytes.Reader
	info  fs.FileInfo
	close func() error
}

func (m *memFile) Stat() (fs.FileInfo, error) { return m.info, nil }
func (m *memFile) Close() error               { return m.close() }

type sized struct {
	fs.FileInfo
	size int64
}

func (s sized) Size() int64        { return s.size }
func (s sized) ModTime() time.Time { return time.Time{} }
