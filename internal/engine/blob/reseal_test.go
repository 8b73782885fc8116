package blob

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/seal"
)

// keyed is a store under a key file, whose keys can be changed.
func keyed(t *testing.T) (*Store, *seal.Ring, func()) {
	t.Helper()
	path, at := filepath.Join(t.TempDir(), "key"), time.UnixMilli(1)
	ring, err := seal.Load(path, seal.AES, func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(filepath.Join(t.TempDir(), "blobs"),
		func(row string, data []byte) ([]byte, error) { return ring.Seal("blob", row, string(data)) },
		func(row string, data []byte) ([]byte, error) {
			text, err := ring.Open("blob", row, data)
			return []byte(text), err
		})
	if err != nil {
		t.Fatal(err)
	}
	return s, ring, func() {
		if _, err := seal.Add(path, seal.SM4); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.Rotate(path, at); err != nil {
			t.Fatal(err)
		}
		ring.Reread()
	}
}

func put(t *testing.T, s *Store, text string) string {
	t.Helper()
	key, err := s.Put(context.Background(), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// Blobs are put, read and deleted while two changes of keys go over them: each keeps its key and reads the same all along, none comes
// back that was deleted, and in the end nothing is under an older key.
func TestResealUnderLoad(t *testing.T) {
	ctx := context.Background()
	s, ring, change := keyed(t)
	var mu sync.Mutex
	held := map[string]string{}
	for n := range 60 {
		text := fmt.Sprint("paper ", n)
		held[put(t, s, text)] = text
	}
	for round := range 2 {
		change()
		var all sync.WaitGroup
		all.Go(func() {
			for range 3 {
				if _, err := s.Reseal(ctx, ring.Newest(), time.UnixMilli(1)); err != nil {
					t.Error(err)
				}
			}
		})
		all.Go(func() {
			for n := range 40 {
				text := fmt.Sprint("more ", round, n)
				key, err := s.Put(ctx, []byte(text))
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				held[key] = text
				mu.Unlock()
			}
		})
		gone := map[string]bool{}
		mu.Lock()
		for key := range held {
			if len(gone) < 15 {
				gone[key] = true
			}
		}
		for key := range gone {
			delete(held, key)
		}
		old := make(map[string]string, len(held))
		for key, text := range held {
			old[key] = text
		}
		mu.Unlock()
		all.Go(func() {
			for key := range gone {
				if err := s.Delete(ctx, key); err != nil {
					t.Error(err)
				}
			}
		})
		for key, text := range old {
			if got, err := s.Get(ctx, key); err != nil || string(got) != text {
				t.Errorf("in the middle %s: %q, %v", key, got, err)
			}
		}
		all.Wait()
		for n := int64(1); n > 0; {
			var err error
			if n, err = s.Reseal(ctx, ring.Newest(), time.UnixMilli(1)); err != nil {
				t.Fatal(err)
			}
		}
		for key, text := range held {
			if got, err := s.Get(ctx, key); err != nil || string(got) != text || s.Check(ctx, key) != nil {
				t.Errorf("after %s: %q, %v", key, got, err)
			}
		}
		under, err := SealedUnder(s.dir)
		if err != nil || len(under) != 1 || under[ring.Newest()] != int64(len(held)) {
			t.Errorf("sealed under %v, %v; %d are held", under, err, len(held))
		}
	}
}

// A blob sealed anew is checked without a key as well as before: any byte changed and any exchange is found.
func TestResealedDamageIsFound(t *testing.T) {
	ctx := context.Background()
	s, ring, change := keyed(t)
	a, b := put(t, s, "one paper"), put(t, s, "two paper")
	change()
	if n, err := s.Reseal(ctx, ring.Newest(), time.UnixMilli(1)); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	raw, err := os.ReadFile(s.path(a))
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile(s.path(b))
	if err != nil {
		t.Fatal(err)
	}
	bad := [][]byte{other, raw[again:], raw[:again], raw[:1], {}}
	for i := range raw {
		one := bytes.Clone(raw)
		one[i] ^= 1
		bad = append(bad, one)
	}
	for i, text := range bad {
		if err := os.WriteFile(s.path(a), text, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := s.Check(ctx, a); !fault.Is(err, "blob.damaged") {
			t.Errorf("change %d: %v", i, err)
		}
	}
	change() // a damaged one is said and left, the other goes on
	if err := os.WriteFile(s.path(a), bad[len(bad)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Reseal(ctx, ring.Newest(), time.UnixMilli(1)); n != 1 || !fault.Is(err, "blob.damaged") {
		t.Errorf("with a damaged one: %d, %v", n, err)
	}
}

// What a killed writer left half done goes after a day, and not before.
func TestResealSweeps(t *testing.T) {
	ctx := context.Background()
	s, _, _ := keyed(t)
	path := s.path(put(t, s, "paper")) + ".tmp-left"
	if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, after := range []time.Duration{time.Hour, 25 * time.Hour} {
		if _, err := s.Reseal(ctx, uint16(1+i*8), info.ModTime().Add(after)); err != nil && i == 0 {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); (err == nil) != (i == 0) {
			t.Errorf("after %v: %v", after, err)
		}
	}
}

// A copy shares with the one before what is sealed alike, and copies what was sealed anew since.
func TestCopiesFollowTheKey(t *testing.T) {
	ctx := context.Background()
	s, ring, change := keyed(t)
	key := put(t, s, "paper")
	root := t.TempDir()
	var copies []*Store
	for n := range 3 {
		c, err := Copies(filepath.Join(root, fmt.Sprint(n)))
		if err != nil {
			t.Fatal(err)
		}
		shared := false
		if n > 0 {
			_, shared = c.Share(copies[n-1], s, key)
		}
		if !shared {
			if _, err := c.Copy(ctx, s, key); err != nil {
				t.Fatal(err)
			}
		}
		if shared != (n == 1) {
			t.Errorf("copy %d: shared %v", n, shared)
		}
		copies = append(copies, c)
		if n == 1 {
			change()
			if _, err := s.Reseal(ctx, ring.Newest(), time.UnixMilli(1)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for n, want := range []uint16{1, 1, 2} {
		if under, err := SealedUnder(copies[n].dir); err != nil || under[want] != 1 || copies[n].Check(ctx, key) != nil {
			t.Errorf("copy %d is under %v, %v", n, under, err)
		}
	}
}
