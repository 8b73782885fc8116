package words_test

import (
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/base/words"
)

// A sentence stored and said later reads as one said at once, in both languages.
func TestPack(t *testing.T) {
	args := []any{day.Day("2026-11-26"), "BF-2026-000318", int64(5_000_000), words.Key("role.chair")}
	for _, l := range words.Langs() {
		want := words.T(l, "{0} {1} {2} {3}", args...)
		if got := words.T(l, "{0} {1} {2} {3}", words.Unpack(words.Pack(args))...); got != want {
			t.Errorf("%s: %q, want %q", l, got, want)
		}
	}
	for _, bad := range []string{"", "{}", "[1]", "[[]]", "null"} {
		if got := words.Unpack(bad); len(got) != 0 {
			t.Errorf("Unpack(%q) = %v", bad, got)
		}
	}
}

// FuzzUnpack reads any text as packed args: what comes out can be said in both languages and packs to what unpacks the same.
func FuzzUnpack(f *testing.F) {
	f.Add(`["a",{"zh":"甲","en":"A"}]`)
	f.Add(`["a",1]`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, packed string) {
		once := words.Pack(words.Unpack(packed))
		if again := words.Pack(words.Unpack(once)); again != once {
			t.Fatalf("%q packs to %q, then %q", packed, once, again)
		}
	})
}
