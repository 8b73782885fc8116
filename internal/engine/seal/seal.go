// Package seal closes what may not lie open: it encrypts single fields under numbered keys, makes blind indexes to find
// them again, and never logs either.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// version is the first byte of every sealed field: AES-256-GCM, two bytes of key id, twelve of nonce, then the text.
const version = 1

// Ring holds the keys. The newest seals; all open. Index finds by content without opening.
type Ring struct {
	keys  map[uint16]cipher.AEAD
	newer uint16
	index []byte
}

// keyFile is the form of the key file: keys by id in base64, and the key of the blind indexes.
type keyFile struct {
	Keys  map[uint16]string `json:"keys"`
	Index string            `json:"index"`
}

// Load reads the key file, making it with fresh keys (mode 0600) where there is none. Losing this file loses every
// sealed field, so backups must carry it apart.
func Load(path string) (*Ring, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if raw, err = create(path); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	var f keyFile
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("key file %s: %w", filepath.Base(path), err)
	}
	return open(f)
}

// New makes a ring with fresh keys that live in memory only, for tests and the demonstration.
func New() (*Ring, error) {
	f, err := fresh()
	if err != nil {
		return nil, err
	}
	return open(f)
}

func create(path string) ([]byte, error) {
	f, err := fresh()
	if err != nil {
		return nil, err
	}
	raw, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	return raw, os.WriteFile(path, raw, 0o600)
}

func fresh() (keyFile, error) {
	var raw [64]byte
	if _, err := rand.Read(raw[:]); err != nil {
		return keyFile{}, err
	}
	b := base64.StdEncoding.EncodeToString
	return keyFile{Keys: map[uint16]string{1: b(raw[:32])}, Index: b(raw[32:])}, nil
}

func open(f keyFile) (*Ring, error) {
	r := &Ring{keys: map[uint16]cipher.AEAD{}}
	for id, text := range f.Keys {
		key, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(key) != 32 {
			return nil, fmt.Errorf("key %d is not 32 bytes of base64", id)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		if r.keys[id], err = cipher.NewGCM(block); err != nil {
			return nil, err
		}
		r.newer = max(r.newer, id)
	}
	var err error
	if r.index, err = base64.StdEncoding.DecodeString(f.Index); err != nil || len(r.index) != 32 || len(r.keys) == 0 {
		return nil, errors.New("key file needs at least one key and an index key of 32 bytes")
	}
	return r, nil
}

// Seal closes a text for one place ("person_worker.id_no") and one row; it opens nowhere else. Empty text stays nil.
func (r *Ring) Seal(place, row, text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	out := make([]byte, 3, 3+12+len(text)+16)
	out[0], out[1], out[2] = version, byte(r.newer>>8), byte(r.newer)
	nonce := out[3:15]
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	return r.keys[r.newer].Seal(out[:15], nonce, []byte(text), []byte(place+"\x00"+row)), nil
}

// Open gives the text back. Nil opens to the empty text. A changed byte, another place or another row is an error.
func (r *Ring) Open(place, row string, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	if len(sealed) < 15+16 || sealed[0] != version {
		return "", errors.New("not a sealed field")
	}
	key := r.keys[uint16(sealed[1])<<8|uint16(sealed[2])]
	if key == nil {
		return "", fmt.Errorf("sealed under key %d, which is not in the key file", uint16(sealed[1])<<8|uint16(sealed[2]))
	}
	text, err := key.Open(nil, sealed[3:15], sealed[15:], []byte(place+"\x00"+row))
	if err != nil {
		return "", fmt.Errorf("open %s: %w", place, err)
	}
	return string(text), nil
}

// Index gives the blind index of a normal form within a union: equal texts of one kind have equal indexes, and the
// text cannot be had from it without the key. Empty text has the empty index.
func (r *Ring) Index(union, kind, normal string) string {
	if normal == "" {
		return ""
	}
	m := hmac.New(sha256.New, r.index)
	m.Write([]byte(union + "\x00" + kind + "\x00" + normal))
	return hex.EncodeToString(m.Sum(nil)[:16])
}

// MAC signs bytes under the ring's index key for a purpose, for checkpoints and links that this installation alone makes.
func (r *Ring) MAC(purpose string, data []byte) []byte {
	m := hmac.New(sha256.New, r.index)
	m.Write([]byte("mac\x00" + purpose + "\x00"))
	m.Write(data)
	return m.Sum(nil)
}

// KeyIDs lists the keys of the ring, oldest first.
func (r *Ring) KeyIDs() []uint16 {
	ids := make([]uint16, 0, len(r.keys))
	for id := range r.keys {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
