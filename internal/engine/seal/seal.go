// Package seal closes what may not lie open: it encrypts single fields under numbered keys, makes blind indexes to find
// them again, and never logs either.
package seal

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Every sealed field begins with one byte for the algorithm and two for the key's id; twelve of nonce follow, then the
// text and its tag.
const (
	versionAES = 1 // AES-256-GCM
	versionSM4 = 2 // SM4-GCM
	head       = 3
	nonceSize  = 12
	tagSize    = 16
)

// Ring holds the keys. The newest key in force seals; all open. Index finds by content without opening. A ring that was
// loaded from a file follows it: a key added there is known within a second, or at once when a field asks for it.
type Ring struct {
	path  string
	clock func() time.Time
	state atomic.Pointer[state]
	seen  atomic.Int64 // when the file was last looked at, in milliseconds
}

// state is one reading of the key file; it never changes.
type state struct {
	keys  []key // by id, oldest first
	mac   maker
	stamp time.Time // when the file was written, and how long it was
}

// New makes a ring with fresh keys that live in memory only, for tests and the demonstration.
func New() (*Ring, error) { return NewOf(AES) }

// NewOf is New under an algorithm.
func NewOf(a Algorithm) (*Ring, error) {
	f, err := fresh(a)
	if err != nil {
		return nil, err
	}
	s, err := f.open()
	if err != nil {
		return nil, err
	}
	r := &Ring{clock: func() time.Time { return time.UnixMilli(0) }}
	r.state.Store(s)
	return r, nil
}

// now gives the keys as they stand, reading the file anew when it has changed; at most once a second unless pressed.
func (r *Ring) now(press bool) *state {
	s := r.state.Load()
	if r.path == "" {
		return s
	}
	at := r.clock().UnixMilli()
	if last := r.seen.Load(); !press && (at-last < 1000 && at >= last) || !r.seen.CompareAndSwap(r.seen.Load(), at) {
		return s
	}
	if fresh, err := read(r.path); err == nil && (press || !fresh.stamp.Equal(s.stamp)) {
		r.state.Store(fresh) // a file that cannot be read leaves the keys that are known
		return fresh
	}
	return s
}

// Reread takes in a changed key file at once.
func (r *Ring) Reread() { r.now(true) }

// inForce gives the keys whose time has come, oldest first; the last of them seals.
func (r *Ring) inForce() []key {
	all, at := r.now(false).keys, r.clock().UnixMilli()
	n := 0
	for n < len(all) && all[n].From <= at && !all[n].waiting() {
		n++
	}
	return all[:n]
}

// Seal closes a text for one place ("person_worker.id_no") and one row; it opens nowhere else. Empty text stays nil.
func (r *Ring) Seal(place, row, text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	all := r.inForce()
	k := all[len(all)-1]
	if k.aead == nil {
		return nil, fmt.Errorf("key %d is retired", k.ID)
	}
	out := make([]byte, head+nonceSize, head+nonceSize+len(text)+tagSize)
	out[0], out[1], out[2] = k.Alg.version(), byte(k.ID>>8), byte(k.ID)
	if _, err := rand.Read(out[head : head+nonceSize]); err != nil {
		return nil, err
	}
	return k.aead.Seal(out, out[head:head+nonceSize], []byte(text), []byte(place+"\x00"+row)), nil
}

// KeyOf gives the id of the key a field is sealed under; false for what is no sealed field.
func KeyOf(sealed []byte) (uint16, bool) {
	if len(sealed) < head+nonceSize+tagSize || sealed[0] != versionAES && sealed[0] != versionSM4 {
		return 0, false
	}
	return uint16(sealed[1])<<8 | uint16(sealed[2]), true
}

// Open gives the text back. Nil opens to the empty text. A changed byte, another place or another row is an error.
func (r *Ring) Open(place, row string, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	id, ok := KeyOf(sealed)
	if !ok {
		return "", errors.New("not a sealed field")
	}
	k, ok := r.now(false).key(id)
	if !ok {
		k, ok = r.now(true).key(id)
	}
	if !ok || k.aead == nil || k.Alg.version() != sealed[0] {
		return "", fmt.Errorf("sealed under key %d, which is not in the key file", id)
	}
	text, err := k.aead.Open(nil, sealed[head:head+nonceSize], sealed[head+nonceSize:], []byte(place+"\x00"+row))
	if err != nil {
		return "", fmt.Errorf("open %s: %w", place, err)
	}
	return string(text), nil
}

// Index gives the blind index of a normal form within a union: equal texts of one kind have equal indexes, and the
// text cannot be had from it without the keys. Empty text has the empty index.
func (r *Ring) Index(union, kind, normal string) string {
	all := r.Indexes(union, kind, normal)
	return all[len(all)-1]
}

// Indexes gives the blind indexes of a normal form under every generation of keys, the newest last: the index of a
// generation is made from the one before, so that rows are brought up to it without opening anything.
func (r *Ring) Indexes(union, kind, normal string) []string {
	if normal == "" {
		return []string{""}
	}
	var out []string
	for _, k := range r.inForce() {
		if len(out) == 0 {
			out = append(out, k.mark()+hex.EncodeToString(k.index.sum(union + "\x00" + kind + "\x00" + normal)[:16]))
			continue
		}
		out = append(out, k.lift(out[len(out)-1]))
	}
	return out
}

// Lift brings a stored index up to the newest generation; one that is there already stays as it is.
func (r *Ring) Lift(ix string) string {
	if ix == "" {
		return ""
	}
	at := generation(ix)
	for i, k := range r.inForce() {
		if i > 0 && k.ID > at {
			ix = k.lift(ix)
		}
	}
	return ix
}

// Mark is how every index of the newest generation begins; "" for the first, which has no mark.
func (r *Ring) Mark() string {
	all := r.inForce()
	return all[len(all)-1].mark()
}

// generation reads the id of the key before the point of an index; the first generation has none.
func generation(ix string) uint16 {
	text, _, ok := strings.Cut(ix, ".")
	if !ok {
		return 0
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0
	}
	return uint16(n)
}

// MAC signs bytes for a purpose, for checkpoints and links that this installation alone makes. Its key outlives rotation.
func (r *Ring) MAC(purpose string, data []byte) []byte {
	return r.now(false).mac.sum("mac\x00" + purpose + "\x00" + string(data))
}

// Newest gives the id of the key that seals.
func (r *Ring) Newest() uint16 {
	all := r.inForce()
	return all[len(all)-1].ID
}

// KeyIDs lists the keys of the ring that open, oldest first.
func (r *Ring) KeyIDs() []uint16 {
	var ids []uint16
	for _, k := range r.now(false).keys {
		if k.aead != nil {
			ids = append(ids, k.ID)
		}
	}
	slices.Sort(ids)
	return ids
}
