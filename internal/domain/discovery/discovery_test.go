package discovery

import (
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/office/survey"
)

// What the shipped questionnaires tell is known to the house, and values are ones the facts can have.
func TestShippedTellWhatIsKnown(t *testing.T) {
	all, err := survey.Templates()
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, s := range all {
		if err := Check(s.Questions); err != nil {
			t.Errorf("%s: %v", s.Code, err)
		}
		for _, q := range s.Questions {
			told += len(q.Facts)
		}
	}
	if told < 15 {
		t.Errorf("the questionnaires tell only %d facts", told)
	}
}

// A declaration of a fact or a value that nobody knows is found.
func TestCheckFindsTheUnknown(t *testing.T) {
	for _, f := range []survey.Fact{
		{Of: "household", Name: "nothing"}, {Of: "worker", Name: "income_year"}, {Of: "screen", Name: "nothing", When: map[string]string{"a": "1"}},
		{Of: "screen", Name: "event_person", When: map[string]string{"a": "neighbour"}}, {Of: "student", Name: "stage", When: map[string]string{"a": "nowhere"}},
		{Of: "nobody", Name: "homes"},
	} {
		if err := Check([]survey.Question{{Code: "q", Facts: []survey.Fact{f}}}); !fault.Is(err, "discovery.fact") {
			t.Errorf("%+v: %v", f, err)
		}
	}
}
