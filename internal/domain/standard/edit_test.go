package standard

import (
	"os"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
)

func TestEdit(t *testing.T) {
	text, err := os.ReadFile("../../../standards/living.yaml")
	if err != nil {
		t.Fatal(err)
	}
	body := string(text)
	ceiling := dialled(t, body, "ceiling", "500").Key
	next, err := Edit{Name: Text{Zh: `生活"帮扶"：新`}, From: "2027-01-01", Figures: map[string]string{ceiling: "650"}, Version: 2}.Apply(body)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Parse([]byte(next))
	if err != nil || s.Version != 2 || s.Name.Zh != `生活"帮扶"：新` || s.Name.En != "Living aid" || s.From != "2027-01-01" || !strings.Contains(next, "ceiling: 650\n") {
		t.Fatalf("%+v, %v\n%s", s, err, next)
	}
	turned, ok := Turns(body, next)
	if !ok || len(turned) != 1 || turned[0].Was != "500" || turned[0].Text != "650" || turned[0].Part != "ceiling" {
		t.Errorf("turned %+v, %v", turned, ok)
	}
	again, err := Edit{From: "2027-02-01", Version: 3}.Apply(next)
	if err != nil || strings.Count(again, "valid:") != 1 || !strings.Contains(again, "from: 2027-02-01") {
		t.Errorf("the day again: %v\n%s", err, again)
	}
	if _, ok := Turns(body, strings.Replace(body, "income_year < line_year", "income_year <= line_year", 1)); ok {
		t.Error("another condition is told as a figure")
	}
	for _, tt := range []struct {
		body, key string
		e         Edit
	}{
		{body, "standard.edit_same", Edit{Version: 2}},
		{body, "standard.edit_same", Edit{Version: 2, Name: Text{Zh: "生活帮扶"}, Figures: map[string]string{ceiling: "500"}}},
		{strings.Replace(body, "name: {zh: 生活帮扶, en: Living aid}", "name:\n  zh: 生活帮扶\n  en: Living aid", 1), "standard.edit_form", Edit{Version: 2, Name: Text{Zh: "新"}}},
	} {
		if _, err := tt.e.Apply(tt.body); !fault.Is(err, tt.key) {
			t.Errorf("%+v: %v, want %s", tt.e, err, tt.key)
		}
	}
	until := strings.Replace(body, "version: 1\n", "version: 1\nvalid: {until: 2027-12-31}\n", 1)
	if next, err := (Edit{From: "2027-01-01", Version: 2}).Apply(until); err != nil || !strings.Contains(next, "valid: {from: 2027-01-01, until: 2027-12-31}") {
		t.Errorf("a last day stays: %v\n%s", err, next)
	}
}
