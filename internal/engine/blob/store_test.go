package blob

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"bangfu/internal/base/fault"
)

// box is a real seal under a key of the test.
func box(t testing.TB) (seal, open Box) {
	t.Helper()
	block, err := aes.NewCipher(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		t.Fatal(err)
	}
	return func(_ string, b []byte) ([]byte, error) { return gcm.Seal(nil, nil, b, nil), nil },
		func(_ string, b []byte) ([]byte, error) { return gcm.Open(nil, nil, b, nil) }
}

func store(t testing.TB) *Store {
	t.Helper()
	seal, open := box(t)
	s, err := New(filepath.Join(t.TempDir(), "blobs"), seal, open)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPutGet(t *testing.T) {
	ctx, s := context.Background(), store(t)
	for _, data := range [][]byte{[]byte("secret paper"), {}, bytes.Repeat([]byte("x"), 1<<20)} {
		key, err := s.Put(ctx, data)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Get(ctx, key); err != nil || !bytes.Equal(got, data) {
			t.Errorf("Get(%s) = %d bytes, %v", key, len(got), err)
		}
		raw, err := os.ReadFile(s.path(key))
		if err != nil || len(data) > 0 && bytes.Contains(raw, data[:min(8, len(data))]) {
			t.Errorf("the disk shows the data, %v", err)
		}
		again, err := s.Put(ctx, data)
		if err != nil || again == key {
			t.Errorf("the same data twice has one key: %v", err)
		}
	}
	for name, mode := range map[string]os.FileMode{s.dir: 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestDamageIsFound(t *testing.T) {
	ctx, s := context.Background(), store(t)
	key, err := s.Put(ctx, []byte("paper"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(s.path(key))
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		bad := bytes.Clone(raw)
		bad[i] ^= 1
		if err := os.WriteFile(s.path(key), bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Get(ctx, key); !fault.Is(err, "blob.damaged") {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	if err := s.Check(ctx, key); fault.Of(err).Kind != fault.Internal {
		t.Errorf("Check = %v", err)
	}
}

func TestMissingAndForeignKeys(t *testing.T) {
	ctx, s := context.Background(), store(t)
	if err := os.WriteFile(filepath.Join(s.dir, "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"", "x", "../secret", "../../etc/passwd", string(bytes.Repeat([]byte("A"), 64)), string(bytes.Repeat([]byte("a"), 64))} {
		if _, err := s.Get(ctx, key); !fault.Is(err, "blob.missing") {
			t.Errorf("Get(%q) = %v", key, err)
		}
		if err := s.Delete(ctx, key); err != nil {
			t.Errorf("Delete(%q) = %v", key, err)
		}
	}
	if _, err := os.Stat(filepath.Join(s.dir, "secret")); err != nil {
		t.Error("a foreign file was deleted")
	}
}

func TestEachAndDelete(t *testing.T) {
	ctx, s := context.Background(), store(t)
	want := map[string]bool{}
	for range 20 {
		key, err := s.Put(ctx, []byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		want[key] = true
	}
	if err := os.WriteFile(filepath.Join(s.dir, "left.tmp-over"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	last := ""
	err := s.Each(ctx, func(key string, stored time.Time) error {
		if !want[key] || key <= last || stored.IsZero() {
			t.Errorf("Each gives %s after %s at %v", key, last, stored)
		}
		last = key
		delete(want, key)
		return s.Delete(ctx, key)
	})
	if err != nil || len(want) > 0 {
		t.Fatalf("%d keys not seen, %v", len(want), err)
	}
	if _, err := s.Get(ctx, last); !fault.Is(err, "blob.missing") {
		t.Errorf("a deleted blob: %v", err)
	}
	stop := errors.New("stop")
	if _, err := s.Put(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Each(ctx, func(string, time.Time) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("Each = %v", err)
	}
}

func TestNothingIsLeftOfAFailedPut(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	refuse := errors.New("no key")
	_, open := box(t)
	s, err := New(t.TempDir(), func(string, []byte) ([]byte, error) { return nil, refuse }, open)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(ctx, []byte("x")); !errors.Is(err, refuse) {
		t.Errorf("Put = %v", err)
	}
	cancel()
	if _, err := s.Put(ctx, []byte("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("Put after the end = %v", err)
	}
	if entries, err := os.ReadDir(s.dir); err != nil || len(entries) > 0 {
		t.Errorf("left over: %v, %v", entries, err)
	}
	if _, err := New(t.TempDir(), nil, open); err == nil {
		t.Error("a store without a seal")
	}
}
