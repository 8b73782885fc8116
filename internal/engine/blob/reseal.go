package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"bangfu/internal/base/fault"
)

// A blob sealed anew begins with this byte, which begins no sealed field, and the SHA-256 of its key and what follows: so it can still
// be checked without any secret, and neither stand in another's place nor be taken for the first sealing.
const (
	anew  = 0x10
	again = 1 + sha256.Size
)

// parts gives what is sealed in a file, and the row it is bound to.
func parts(key string, file []byte) (row string, sealed []byte) {
	if len(file) > again && file[0] == anew {
		return key, file[again:]
	}
	return "", file
}

// whole compares a file with its key, without opening it.
func whole(key string, file []byte) bool {
	if row, sealed := parts(key, file); row != "" {
		sum := mark(key, sealed)
		return bytes.Equal(sum[:], file[1:again])
	}
	sum := sha256.Sum256(file)
	return hex.EncodeToString(sum[:]) == key
}

func mark(key string, sealed []byte) [sha256.Size]byte {
	return sha256.Sum256(append([]byte(key), sealed...))
}

// staleTemp is how old a file must be that a killed writer left half done before it is taken away.
const staleTemp = 24 * time.Hour

// Reseal seals every blob anew that is under another key than the newest, one after another, while others put, get and delete; a
// blob keeps its key, and is there at every moment. It gives how many it changed. Once a whole walk has found nothing to change,
// it does not walk again until the newest key is another. A damaged blob is left as it is, and said at the end.
func (s *Store) Reseal(ctx context.Context, newest uint16, now time.Time) (n int64, err error) {
	defer fault.Note(&err, "reseal blobs")
	if s.settled.Load() == uint32(newest) || !s.walking.TryLock() {
		return 0, nil
	}
	defer s.walking.Unlock()
	var damaged error
	err = filepath.WalkDir(s.dir, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) || err == nil && e.IsDir() {
			return ctx.Err()
		}
		if err == nil && !validKey(e.Name()) {
			return swept(path, e, now)
		}
		if err != nil {
			return err
		}
		done, err := s.reseal(ctx, path, newest)
		if fault.Is(err, "blob.damaged") {
			damaged, err = err, nil
		}
		if done {
			n++
		}
		return err
	})
	if err == nil && n == 0 && damaged == nil {
		s.settled.Store(uint32(newest))
	}
	return n, errors.Join(err, damaged)
}

// reseal changes one blob, unless it is under the newest key or gone.
func (s *Store) reseal(ctx context.Context, path string, newest uint16) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if id, ok, err := under(path); err != nil || !ok || id == newest {
		return false, err
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	key := filepath.Base(path)
	file, err := s.sealed(ctx, key)
	if fault.Is(err, "blob.missing") {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	data, err := s.opened(key, file)
	if err != nil {
		return false, err
	}
	sealed, err := s.seal(key, data)
	if err != nil {
		return false, err
	}
	sum := mark(key, sealed)
	if err := writeWhole(path, append(append([]byte{anew}, sum[:]...), sealed...)); err != nil {
		return false, gone(err)
	}
	return true, gone(s.sync(filepath.Dir(path)))
}

// swept takes away what a killed writer left half done, once it is old.
func swept(path string, e fs.DirEntry, now time.Time) error {
	info, err := e.Info()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && strings.Contains(e.Name(), ".tmp-") && now.Sub(info.ModTime()) > staleTemp {
		err = os.Remove(path)
	}
	return err
}
