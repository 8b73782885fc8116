package backup

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/seal"
)

// A row comes back as it went, whatever is in it.
func FuzzRow(f *testing.F) {
	f.Add("示例", int64(-1), []byte{0, 255}, true)
	f.Add("\xff\x00<&>\u2028", int64(1<<62), []byte{}, false)
	f.Fuzz(func(t *testing.T, text string, n int64, raw []byte, null bool) {
		row := []any{text, n, raw, nil}
		if !null {
			row[3] = ""
		}
		if raw == nil {
			row[2] = []byte{}
		}
		line, err := encode(row)
		if err != nil || bytes.ContainsRune(line, '\n') {
			t.Fatalf("%q %v", line, err)
		}
		if back, err := decode(line, len(row)); err != nil || !reflect.DeepEqual(row, back) {
			t.Fatalf("%#v came back as %#v, %v", row, back, err)
		}
	})
}

// Nothing but a row of the right width is taken for one, and nothing brings the reader down.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{`["a",1,null]`, `["a",1.5,null]`, `["a",{"b":"AP8="},{"t":"/w=="}]`, `[1,2]`, `{`, `["a",{"x":1},1]`, `["a",[1],2]`, `["a",{"b":null},2]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		row, err := decode(line, 3)
		if err != nil {
			return
		}
		again, err := encode(row)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := decode(again, 3); err != nil || !reflect.DeepEqual(row, back) {
			t.Fatalf("%q came back as %#v, %v", line, back, err)
		}
	})
}

// FuzzRead reads any bytes as a copy's manifest: a fault of its own, or the manifest whose signature holds.
func FuzzRead(f *testing.F) {
	ring, err := seal.Load(filepath.Join(f.TempDir(), "key"), seal.AES, time.Now)
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := ring.Seal("backup.probe", "", probe)
	if err != nil {
		f.Fatal(err)
	}
	m := Manifest{Format: format, Version: "v1", Key: mark(ring), Probe: sealed, Tables: []Table{{Rows: 1}}}
	m.MAC = m.sign(ring)
	good, err := json.Marshal(m)
	if err != nil {
		f.Fatal(err)
	}
	dir := f.TempDir()
	f.Add(good)
	f.Add(bytes.Replace(good, []byte(`"rows":1`), []byte(`"rows":2`), 1))
	f.Add(good[:len(good)/2])
	f.Add([]byte("null"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(filepath.Join(dir, manifestFile), text, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Read(dir, ring)
		switch {
		case err != nil && fault.Of(err).Key == "fault.internal":
			t.Fatalf("not a fault: %v", err)
		case err == nil && got.sign(ring) != m.MAC:
			t.Fatal("a manifest that was never signed is taken")
		}
	})
}

// The digest knows rows, not their order; a row more, less or other changes it.
func TestDigest(t *testing.T) {
	of := func(lines ...string) string {
		var d digest
		for _, l := range lines {
			d.add([]byte(l))
		}
		return d.String()
	}
	if of("a", "b", "c") != of("c", "a", "b") {
		t.Error("the order counts")
	}
	for _, other := range [][]string{{"a", "b"}, {"a", "b", "b"}, {"a", "b", "d"}, {"a", "b", "c", "c"}} {
		if of(other...) == of("a", "b", "c") {
			t.Errorf("%v has the digest of a, b, c", other)
		}
	}
}
