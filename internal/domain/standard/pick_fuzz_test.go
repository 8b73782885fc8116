package standard_test

import (
	"testing"

	"bangfu/internal/domain/standard"
)

// Whatever stands as a condition: what the lists take it for writes the same condition, or it is left to its text.
func FuzzReadPicks(f *testing.F) {
	for _, seed := range []string{"union_member && income_per_head_month < line", "!(event_kind in ['illness', 'other'])", "self_pay > yuan(\"799.99\") || dibao",
		"income_per_head_month * 2 < line * 3", "a ? b : c", "", "&&", "x in [", "line * 999999999999 < self_pay"} {
		f.Add(seed)
	}
	s, err := standard.Parse([]byte(small))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		p, ok := standard.ReadPicks(s, "", expr)
		if !ok {
			return
		}
		text, err := p.Write(s, "")
		if again, still := standard.ReadPicks(s, "", text); err != nil || !still || !same(again, p) {
			t.Errorf("%q is written %q, %v", expr, text, err)
		}
	})
}
