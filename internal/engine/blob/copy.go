package blob

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Copies opens a store of copies in dir, which it makes: it checks and hands on sealed blobs, and can neither seal nor open.
func Copies(dir string) (*Store, error) {
	shut := func(string, []byte) ([]byte, error) { return nil, errors.New("a store of copies has no key") }
	return New(dir, shut, shut)
}

// Copy brings a blob over from another store as it is, sealed, and compares it with its key on the way. One that is here
// already stays. It gives the number of bytes. Faults as Get.
func (s *Store) Copy(ctx context.Context, from *Store, key string) (int64, error) {
	sealed, err := from.sealed(ctx, key)
	if err != nil {
		return 0, err
	}
	if err := os.MkdirAll(filepath.Dir(s.path(key)), 0o700); err != nil {
		return 0, err
	}
	if err := writeWhole(s.path(key), sealed); err != nil {
		return 0, err
	}
	return int64(len(sealed)), s.sync(filepath.Dir(s.path(key)))
}

// Share makes one blob of an older copy on the same disk stand here too without a second copy, if it is still sealed there as it is
// in the store it came from. It reports whether it could, and the blob's bytes; where it could not, Copy will.
func (s *Store) Share(old, from *Store, key string) (int64, bool) {
	if !validKey(key) || !alike(old.path(key), from.path(key)) || os.MkdirAll(filepath.Dir(s.path(key)), 0o700) != nil {
		return 0, false
	}
	if err := os.Link(old.path(key), s.path(key)); err != nil && !errors.Is(err, fs.ErrExist) {
		return 0, false
	}
	info, err := os.Stat(s.path(key))
	if err != nil {
		return 0, false
	}
	return info.Size(), true
}

// alike reports that two files of one key are the same sealing of it: each has a nonce of its own in its head.
func alike(a, b string) bool {
	var heads [2][again + 64]byte
	for i, path := range []string{a, b} {
		f, err := os.Open(filepath.Clean(path))
		if err != nil {
			return false
		}
		_, err = io.ReadFull(f, heads[i][:])
		if bad := f.Close(); bad != nil || err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return false
		}
	}
	return heads[0] == heads[1]
}
