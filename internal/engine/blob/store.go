package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"bangfu/internal/base/fault"
)

// Store keeps blobs in a directory, two levels deep by their keys.
//
// A key is the SHA-256 of the bytes as they were sealed first, not of the plain ones: so the store can be checked and backed up
// without any secret, nobody who sees it can tell whether it holds a file he knows, and the same paper handed in for two persons is
// two blobs, of which one can be erased. A blob sealed anew (Reseal) keeps its key and carries a hash of its own in front.
type Store struct {
	dir        string
	seal, open Box

	changing sync.Mutex    // of Delete and of one blob's change of keys: what is gone does not come back
	walking  sync.Mutex    // one Reseal at a time
	settled  atomic.Uint32 // the sealing key under which a whole walk found everything
}

// Box seals bytes for one row, or opens them: row is "" for a blob sealed first, its key when it is sealed anew.
type Box func(row string, data []byte) ([]byte, error)

// New opens the store in dir, which it makes. seal closes the bytes before they touch the disk, open undoes it.
func New(dir string, seal, open Box) (*Store, error) {
	if seal == nil || open == nil {
		return nil, errors.New("a blob store needs its seal")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("blob store: %w", err)
	}
	return &Store{dir: filepath.Clean(dir), seal: seal, open: open}, nil
}

// Put seals and keeps data and gives its key. When it returns, the blob is on disk. Put twice, it is kept twice. Faults:
// "fault.full", "blob.gone".
func (s *Store) Put(ctx context.Context, data []byte) (key string, err error) {
	defer fault.Note(&err, "put blob")
	if err := ctx.Err(); err != nil {
		return "", err
	}
	sealed, err := s.seal("", data)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(sealed)
	key = hex.EncodeToString(sum[:])
	if _, err := os.Stat(s.dir); err != nil {
		return "", gone(err) // a disk that is not mounted is not made anew in its place
	}
	path := s.path(key)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", gone(err)
	}
	if err := writeWhole(path, sealed); err != nil {
		return "", gone(err)
	}
	return key, gone(s.sync(filepath.Dir(path)))
}

// gone adds the fault that a person is told when the store cannot be written or read: "fault.full" or "blob.gone".
func gone(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return errors.Join(fault.New(fault.Internal, "fault.full"), err)
	}
	return errors.Join(fault.New(fault.Internal, "blob.gone"), err)
}

// writeWhole writes a file that is there whole or not at all.
func writeWhole(path string, data []byte) (err error) {
	temp := path + ".tmp-" + rand.Text()
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temp)
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(temp, path)
}

// sync makes the names of a directory and of those above it, up to the store, durable.
func (s *Store) sync(dir string) error {
	for {
		d, err := os.Open(dir)
		if err != nil {
			return err
		}
		err = d.Sync()
		if cerr := d.Close(); err == nil {
			err = cerr
		}
		if err != nil || len(dir) <= len(s.dir) {
			return err
		}
		dir = filepath.Dir(dir)
	}
}

// Get gives the data of a key. Faults: "blob.missing"; "blob.damaged" when the bytes on disk are no longer those that were put.
func (s *Store) Get(ctx context.Context, key string) ([]byte, error) {
	sealed, err := s.sealed(ctx, key)
	if err != nil {
		return nil, err
	}
	return s.opened(key, sealed)
}

func (s *Store) opened(key string, sealed []byte) ([]byte, error) {
	row, sealed := parts(key, sealed)
	data, err := s.open(row, sealed)
	if err != nil {
		return nil, fmt.Errorf("open blob %s: %w", key, err)
	}
	return data, nil
}

// Check reads a blob and compares it with its key, without opening it. Faults as Get.
func (s *Store) Check(ctx context.Context, key string) error {
	_, err := s.sealed(ctx, key)
	return err
}

func (s *Store) sealed(ctx context.Context, key string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !validKey(key) {
		return nil, fault.New(fault.Missing, "blob.missing")
	}
	sealed, err := os.ReadFile(s.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		if _, away := os.Stat(s.dir); away != nil {
			return nil, gone(away) // not this paper is missing but the whole store
		}
		return nil, fault.New(fault.Missing, "blob.missing")
	}
	if err != nil {
		return nil, fmt.Errorf("read blob %s: %w", key, gone(err))
	}
	if !whole(key, sealed) {
		return nil, fmt.Errorf("blob %s: %w", key, fault.New(fault.Internal, "blob.damaged"))
	}
	return sealed, nil
}

// Delete removes a blob for good; one that is not there is no error.
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !validKey(key) {
		return nil
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	if err := os.Remove(s.path(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete blob %s: %w", key, err)
	}
	return nil
}

// Each calls f with every key and the instant its blob was stored, in the order of keys, until f fails. A sweeper must spare
// young blobs: one is put before the act that names it is committed.
func (s *Store) Each(ctx context.Context, f func(key string, stored time.Time) error) error {
	return filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // deleted while we walk
		}
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if d.IsDir() || !validKey(d.Name()) {
			return nil
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return f(d.Name(), info.ModTime())
	})
}

func (s *Store) path(key string) string { return filepath.Join(s.dir, key[:2], key[2:4], key) }

// validKey keeps anything that is no key, a path above all, away from the disk.
func validKey(key string) bool {
	return len(key) == 64 && strings.Trim(key, "0123456789abcdef") == ""
}
