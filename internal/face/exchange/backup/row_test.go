package backup

import (
	"bytes"
	"reflect"
	"testing"
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
