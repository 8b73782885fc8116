package seal

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// Key is one key as its keeper may see it: never the secret. From is the instant in milliseconds from which it seals; a key
// that was added and not put in force yet has none. A retired key opens nothing more.
type Key struct {
	ID      uint16    `json:"id"`
	Alg     Algorithm `json:"alg"`
	From    int64     `json:"from"`
	Retired bool      `json:"retired,omitempty"`
}

// never is the From of a key that waits.
const never = math.MaxInt64

func (k Key) waiting() bool { return k.From == never }

// key is a key with its secrets at work.
type key struct {
	Key
	aead  cipher.AEAD // nil once retired
	index maker
}

// mark leads the indexes of every generation but the first that the key file of old had.
func (k key) mark() string {
	if k.ID <= 1 {
		return ""
	}
	return strconv.Itoa(int(k.ID)) + "."
}

func (k key) lift(ix string) string {
	return k.mark() + hex.EncodeToString(k.index.sum("lift\x00" + ix)[:16])
}

// stored is a key in the file.
type stored struct {
	Key
	Secret string `json:"secret,omitempty"` // base64; gone once retired
	Index  string `json:"index"`            // base64; stays, for each generation of indexes is made from the one before
}

// keyFile is the form of the key file. Files of old had a map of AES keys and one index key, which also signed.
type keyFile struct {
	List   []stored          `json:"ring"`
	MAC    string            `json:"mac"`
	MACAlg Algorithm         `json:"mac_alg"`
	Keys   map[uint16]string `json:"keys,omitempty"`
	Index  string            `json:"index,omitempty"`
}

func fresh(a Algorithm) (keyFile, error) {
	if !a.Valid() {
		return keyFile{}, fmt.Errorf("no algorithm %q: aes or sm4", a)
	}
	f := keyFile{MAC: secret(32), MACAlg: a}
	f.List = []stored{{Key{ID: 1, Alg: a}, secret(a.size()), secret(32)}}
	return f, nil
}

// secret makes n random bytes in base64.
func secret(n int) string {
	raw := make([]byte, n)
	_, _ = rand.Read(raw) // crypto/rand.Read never fails
	return base64.StdEncoding.EncodeToString(raw)
}

// Load reads the key file, making it with a fresh key of an algorithm (mode 0600) where there is none. Losing this file
// loses every sealed field, so backups must carry it apart. The clock says which keys are in force.
func Load(path string, a Algorithm, clock func() time.Time) (*Ring, error) {
	s, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		var f keyFile
		if f, err = fresh(a); err == nil {
			err = errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), f.write(path))
		}
		if err == nil {
			s, err = read(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	r := &Ring{path: path, clock: clock}
	r.state.Store(s)
	return r, nil
}

func readFile(path string) (f keyFile, stamp time.Time, err error) {
	raw, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return f, stamp, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return f, stamp, err
	}
	f, err = parse(raw)
	// Two changes within one tick of the file system's clock differ in their size.
	return f, info.ModTime().Add(time.Duration(info.Size())), err
}

// parse reads a key file of today or of old.
func parse(raw []byte) (f keyFile, err error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return f, errors.New("the key file is not one of ours") // the decoder's words could hold a secret
	}
	for id, text := range f.Keys {
		f.List = append(f.List, stored{Key{ID: id, Alg: AES}, text, f.Index})
	}
	if f.MAC == "" {
		f.MAC, f.MACAlg = f.Index, AES
	}
	slices.SortFunc(f.List, func(a, b stored) int { return int(a.ID) - int(b.ID) })
	f.Keys, f.Index = nil, ""
	return f, nil
}

func read(path string) (*state, error) {
	f, stamp, err := readFile(path)
	if err != nil {
		return nil, err
	}
	s, err := f.open()
	if s != nil {
		s.stamp = stamp
	}
	return s, err
}

// open puts the keys of a file to work.
func (f keyFile) open() (*state, error) {
	s := &state{mac: maker{alg: f.MACAlg}}
	var err error
	if s.mac.secret, err = base64.StdEncoding.DecodeString(f.MAC); err != nil || len(s.mac.secret) != 32 || !f.MACAlg.Valid() {
		return nil, errors.New("the key file has no signing key of 32 bytes")
	}
	for i, k := range f.List {
		if !k.Alg.Valid() || k.ID == 0 || i > 0 && (k.ID == f.List[i-1].ID || k.From < f.List[i-1].From) {
			return nil, fmt.Errorf("key %d is out of order or of no known algorithm", k.ID)
		}
		at := key{Key: k.Key, index: maker{alg: k.Alg}}
		if at.index.secret, err = base64.StdEncoding.DecodeString(k.Index); err != nil || len(at.index.secret) != 32 {
			return nil, fmt.Errorf("key %d has no index key of 32 bytes", k.ID)
		}
		if !k.Retired {
			raw, err := base64.StdEncoding.DecodeString(k.Secret)
			if err != nil {
				return nil, fmt.Errorf("key %d is not base64", k.ID)
			}
			if at.aead, err = k.Alg.aead(raw); err != nil {
				return nil, fmt.Errorf("key %d: %w", k.ID, err)
			}
		}
		s.keys = append(s.keys, at)
	}
	if len(s.keys) == 0 || s.keys[0].waiting() {
		return nil, errors.New("the key file needs at least one key in force")
	}
	return s, nil
}

func (s *state) key(id uint16) (key, bool) {
	i := slices.IndexFunc(s.keys, func(k key) bool { return k.ID == id })
	if i < 0 {
		return key{}, false
	}
	return s.keys[i], true
}

// write puts the file in place whole, readable by its owner only.
func (f keyFile) write(path string) error {
	raw, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	temp := path + ".new"
	out, err := os.OpenFile(filepath.Clean(temp), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = out.Write(raw)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	return os.Rename(temp, path)
}

// change reads the file, lets f change it, proves that it opens, and writes it.
func change(path string, change func(*keyFile) error) error {
	f, _, err := readFile(path)
	if err == nil {
		err = change(&f)
	}
	if err == nil {
		_, err = f.open()
	}
	if err != nil {
		return err
	}
	return f.write(path)
}

// ErrKey is the answer to a change the keys do not allow.
var ErrKey = errors.New("the keys do not allow it")

// Add puts a fresh key into the file; it opens and does not seal until Rotate puts it in force.
func Add(path string, a Algorithm) (id uint16, err error) {
	err = change(path, func(f *keyFile) error {
		last := f.List[len(f.List)-1]
		if last.waiting() || !a.Valid() || last.ID == math.MaxUint16 {
			return ErrKey
		}
		id = last.ID + 1
		f.List = append(f.List, stored{Key{ID: id, Alg: a, From: never}, secret(a.size()), secret(32)})
		return nil
	})
	return id, err
}

// Rotate puts the key that waits in force from an instant on, the same for every process that reads the file.
func Rotate(path string, from time.Time) (id uint16, err error) {
	err = change(path, func(f *keyFile) error {
		last := &f.List[len(f.List)-1]
		if !last.waiting() {
			return ErrKey
		}
		id, last.From = last.ID, from.UnixMilli()
		return nil
	})
	return id, err
}

// Retire wipes the sealing secret of a key that a newer one has followed. The caller makes sure that nothing is sealed
// under it any more.
func Retire(path string, id uint16, now time.Time) error {
	return change(path, func(f *keyFile) error {
		i := slices.IndexFunc(f.List, func(k stored) bool { return k.ID == id })
		if i < 0 || f.List[i].Retired || i == len(f.List)-1 || f.List[i+1].waiting() || f.List[i+1].From > now.UnixMilli() {
			return ErrKey
		}
		f.List[i].Secret, f.List[i].Retired = "", true
		return nil
	})
}

// List gives the keys of a file, oldest first, without their secrets.
func List(path string) (all []Key, err error) {
	f, _, err := readFile(path)
	for _, k := range f.List {
		all = append(all, k.Key)
	}
	return all, err
}

// Waiting reports a key that was added and not put in force.
func (k Key) Waiting() bool { return k.waiting() }
