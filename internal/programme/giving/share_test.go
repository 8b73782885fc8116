package giving_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"bangfu/internal/base/money"
	"bangfu/internal/programme/giving"
)

// The first gift is spent first, the next pays the rest; what a help gives back is free again for the next help.
func TestShare(t *testing.T) {
	in := []giving.Flow{{Seq: 1, Amount: 100}, {Seq: 2, Ref: "a", Amount: -130}, {Seq: 3, Amount: 50}, {Seq: 4, Ref: "a", Amount: 40}, {Seq: 5, Ref: "b", Amount: -60}, {Seq: 6, Amount: -5}}
	want := []giving.Part{{Seq: 1, Ref: "a", Amount: 90}, {Seq: 1, Ref: "b", Amount: 10}, {Seq: 3, Ref: "b", Amount: 50}}
	if got := giving.Share(in[:5]); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// No sum is used beyond itself; each help is paid to the fen by sums that came; more gifts change no gift's answer.
func TestShareProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var in []giving.Flow
		free, spent := money.Amount(0), map[string]money.Amount{}
		add := func(ref string, a money.Amount) {
			in = append(in, giving.Flow{Seq: int64(len(in) + 1), Ref: ref, Amount: a})
			free += a
			if ref != "" {
				spent[ref] -= a
			}
		}
		for range rapid.IntRange(1, 30).Draw(r, "steps") {
			ref := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(r, "ref")
			switch rapid.IntRange(0, 2).Draw(r, "what") {
			case 0:
				add("", money.Amount(rapid.Int64Range(1, 500).Draw(r, "in")))
			case 1:
				if free > 0 {
					add(ref, -money.Amount(rapid.Int64Range(1, int64(free)).Draw(r, "out")))
				}
			case 2:
				if spent[ref] > 0 {
					add(ref, money.Amount(rapid.Int64Range(1, int64(spent[ref])).Draw(r, "back")))
				}
			}
		}
		got := giving.Share(in)
		of, to := map[int64]money.Amount{}, map[string]money.Amount{}
		for _, p := range got {
			if p.Amount <= 0 {
				r.Fatalf("a part of %d", p.Amount)
			}
			of[p.Seq] += p.Amount
			to[p.Ref] += p.Amount
		}
		for _, f := range in {
			if f.Ref == "" && of[f.Seq] > f.Amount {
				r.Fatalf("sum %d used beyond itself: %d of %d", f.Seq, of[f.Seq], f.Amount)
			}
		}
		for ref, kept := range spent {
			if to[ref] != kept {
				r.Fatalf("help %s: parts of %d, kept %d", ref, to[ref], kept)
			}
		}
		more := giving.Share(append(in, giving.Flow{Seq: 1000, Amount: 77}))
		if fmt.Sprint(more) != fmt.Sprint(got) {
			r.Fatalf("a later gift changed %v to %v", got, more)
		}
	})
}
