package blob

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"bangfu/internal/engine/seal"
)

// SealedUnder counts the files of a store's folder by the key they are sealed under, those that a killed writer left half done too.
func SealedUnder(dir string) (map[uint16]int64, error) {
	out := map[uint16]int64{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) || err == nil && e.IsDir() {
			return nil
		}
		if err != nil {
			return err
		}
		id, ok, err := under(path)
		if ok {
			out[id]++
		}
		return err
	})
	return out, err
}

// under reads the id of the key a file is sealed under; one that is gone or is no blob has none.
func under(path string) (id uint16, ok bool, err error) {
	f, err := os.Open(filepath.Clean(path))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	head := make([]byte, again+64)
	n, err := io.ReadFull(f, head)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = nil
	}
	_, sealed := parts("", head[:n])
	id, ok = seal.KeyOf(sealed)
	return id, ok, errors.Join(err, f.Close())
}
