package seal

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emmansun/gmsm/sm3"
)

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// The published vectors: SM3 of "abc" (GB/T 32905), SM4-GCM (RFC 8998, A.1).
func TestStandardVectors(t *testing.T) {
	sum := sm3.Sum([]byte("abc"))
	if got := hex.EncodeToString(sum[:]); got != "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" {
		t.Errorf("SM3: %s", got)
	}
	aead, err := SM4.aead(unhex(t, "0123456789abcdeffedcba9876543210"))
	if err != nil {
		t.Fatal(err)
	}
	text := unhex(t, "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa")
	want := unhex(t, "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec")
	got := aead.Seal(nil, unhex(t, "00001234567800000000abcd"), text, unhex(t, "feedfacedeadbeeffeedfacedeadbeefabaddad2"))
	if !bytes.Equal(got, want) {
		t.Errorf("SM4-GCM: %x", got)
	}
}

// Under each algorithm a field opens at its place and row, nowhere else, and with no byte changed.
func TestSealOpens(t *testing.T) {
	for _, a := range []Algorithm{AES, SM4} {
		r, err := NewOf(a)
		if err != nil {
			t.Fatal(err)
		}
		closed, err := r.Seal("t.c", "1", "示例")
		if err != nil || closed[0] != a.version() {
			t.Fatalf("%s: %x, %v", a, closed, err)
		}
		if text, err := r.Open("t.c", "1", closed); err != nil || text != "示例" {
			t.Errorf("%s: %q, %v", a, text, err)
		}
		for i := range closed {
			bad := bytes.Clone(closed)
			bad[i] ^= 1
			if _, err := r.Open("t.c", "1", bad); err == nil {
				t.Errorf("%s: byte %d changed and it opens", a, i)
			}
		}
		if _, err := r.Open("t.c", "2", closed); err == nil {
			t.Errorf("%s: opens in another row", a)
		}
	}
}

// A key file of old opens what was sealed under it, and goes through add, rotate and retire: what waits does not seal, what
// is sealed opens, indexes are lifted without opening, signatures stay, and a retired key's secret is gone from the file.
func TestKeysChange(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bangfu.key")
	old := `{"keys":{"1":"` + secret(32) + `"},"index":"` + secret(32) + `"}`
	if err := os.WriteFile(path, []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.UnixMilli(1_000_000)
	r, err := Load(path, AES, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	tick := func() { now = now.Add(2 * time.Second) }
	first, err := r.Seal("t.c", "1", "示例")
	ix, mac := r.Index("u", "k", "1"), r.MAC("p", nil)
	if err != nil || len(ix) != 32 {
		t.Fatalf("%v, index %q", err, ix)
	}
	id, err := Add(path, SM4)
	if tick(); err != nil || id != 2 || r.Newest() != 1 || r.Index("u", "k", "1") != ix {
		t.Fatalf("added %d, %v, seals %d", id, err, r.Newest())
	}
	if _, err := Add(path, AES); !errors.Is(err, ErrKey) {
		t.Errorf("two keys wait: %v", err)
	}
	if err := Retire(path, 1, now); !errors.Is(err, ErrKey) {
		t.Errorf("the key in use is retired: %v", err)
	}
	if _, err := Rotate(path, now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if tick(); r.Newest() != 1 {
		t.Error("in force before its time")
	}
	now = now.Add(time.Minute)
	second, err := r.Seal("t.c", "1", "示例")
	if err != nil || second[0] != versionSM4 || r.Newest() != 2 {
		t.Fatalf("%x, %v", second, err)
	}
	for _, closed := range [][]byte{first, second} {
		if text, err := r.Open("t.c", "1", closed); err != nil || text != "示例" {
			t.Errorf("%q, %v", text, err)
		}
	}
	if got := r.Index("u", "k", "1"); got == ix || r.Lift(ix) != got || r.Lift(got) != got || !strings.HasPrefix(got, r.Mark()) {
		t.Errorf("index %q, lifted %q", got, r.Lift(ix))
	}
	if !bytes.Equal(r.MAC("p", nil), mac) {
		t.Error("the signature changed with the key")
	}
	if err := Retire(path, 1, now); err != nil {
		t.Fatal(err)
	}
	if tick(); r.Index("u", "k", "1") != r.Lift(ix) {
		t.Error("retiring the key changed the indexes")
	}
	if _, err := r.Open("t.c", "1", first); err == nil {
		t.Error("a retired key opens")
	}
}

// FuzzKeyFile reads any bytes as a key file: it opens or it is an error that repeats nothing of what was read.
func FuzzKeyFile(f *testing.F) {
	for _, s := range []string{"", "{}", `{"keys":{"1":"AAAA"},"index":"AAAA"}`, `{"ring":[{"id":1,"alg":"sm4","from":0,"secret":"canary","index":""}],"mac":"","mac_alg":"aes"}`, `{"ring":null}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, err := parse(raw)
		if err == nil {
			_, err = file.open()
		}
		if err != nil && bytes.Contains(raw, []byte("canary")) && strings.Contains(err.Error(), "canary") {
			t.Error("the error tells a secret")
		}
	})
}

// FuzzOpenField opens any bytes as a sealed field: only what the ring itself sealed for that place and row opens.
func FuzzOpenField(f *testing.F) {
	r, err := Load(filepath.Join(f.TempDir(), "k"), AES, time.Now)
	if err != nil {
		f.Fatal(err)
	}
	good, err := r.Seal("t.c", "1", "text")
	if err != nil {
		f.Fatal(err)
	}
	f.Add("t.c", "1", good)
	f.Add("t.c", "2", good)
	f.Add("t.c", "1", good[:len(good)-1])
	f.Add("", "", []byte{versionAES, 0, 1})
	f.Fuzz(func(t *testing.T, place, row string, sealed []byte) {
		text, err := r.Open(place, row, sealed)
		if err == nil && len(sealed) > 0 && (place != "t.c" || row != "1" || !bytes.Equal(sealed, good) || text != "text") {
			t.Fatalf("what was never sealed opens to %d characters", len(text))
		}
	})
}
