package blob

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"bangfu/internal/engine/seal"
)

// SealedUnder counts the blobs of a store's folder by the key they are sealed under. A blob's name is the hash of its sealed
// bytes, so it keeps its key for life.
func SealedUnder(dir string) (map[uint16]int64, error) {
	out := map[uint16]int64{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) || err == nil && e.IsDir() {
			return nil
		}
		if err != nil {
			return err
		}
		f, err := os.Open(filepath.Clean(path))
		if err != nil {
			return err
		}
		head := make([]byte, 64)
		n, err := io.ReadFull(f, head)
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			err = nil
		}
		if id, ok := seal.KeyOf(head[:n]); ok {
			out[id]++
		}
		return errors.Join(err, f.Close())
	})
	return out, err
}
