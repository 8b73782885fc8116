package standard

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
)

func dialled(t *testing.T, body, part, text string) Dial {
	t.Helper()
	for _, d := range Dials(body) {
		if d.Part == part && d.Text == text {
			return d
		}
	}
	t.Fatalf("no %s of %s among %+v", part, text, Dials(body))
	return Dial{}
}

// Of every shipped document each figure can be turned alone: the line it stands on changes and nothing else, what is put
// in is read back, and turning it back gives the document to the letter.
func TestTurnEveryFigure(t *testing.T) {
	paths, err := filepath.Glob("../../../standards/*.yaml")
	if err != nil || len(paths) < 20 {
		t.Fatal(paths, err)
	}
	turned := 0
	for _, p := range paths {
		text, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		body := string(text)
		for _, d := range Dials(body) {
			next, err := Turn(body, map[string]string{d.Key: "7"})
			if fault.Is(err, "standard.faults") {
				continue // a floor above its ceiling, bands out of order: refused as any document
			}
			if err != nil {
				t.Fatalf("%s %s: %v", p, d.Key, err)
			}
			a, b := strings.Split(body, "\n"), strings.Split(next, "\n")
			for i := range a {
				if (a[i] != b[i]) != (i == d.line && d.Text != "7") {
					t.Fatalf("%s %s: line %d is %q, was %q", p, d.Key, i+1, b[i], a[i])
				}
			}
			found := false
			for _, e := range Dials(next) {
				if found = found || e.Key == d.Key && e.Text == "7"; found {
					back, err := Turn(next, map[string]string{e.Key: d.Text})
					if err != nil || !strings.EqualFold(normal(back), normal(body)) {
						t.Fatalf("%s %s does not turn back: %v", p, d.Key, err)
					}
					break
				}
			}
			if !found {
				t.Fatalf("%s %s: 7 is not read back", p, d.Key)
			}
			turned++
		}
	}
	if turned < 80 {
		t.Fatalf("only %d figures", turned)
	}
}

// normal leaves out what a sum of money may be written with.
func normal(s string) string { return strings.ReplaceAll(s, ".00", "") }

func TestDials(t *testing.T) {
	text, err := os.ReadFile("../../../standards/recognition.yaml")
	if err != nil {
		t.Fatal(err)
	}
	body := string(text)
	var got []string
	for _, d := range Dials(body) {
		got = append(got, d.Part+" "+d.Text)
	}
	// 12 months and 100 per cent are arithmetic; the bounds are figures.
	if want := "value 80|when 2|when 2"; strings.Join(got, "|") != want {
		t.Errorf("dials %v, want %s", got, want)
	}
	text, err = os.ReadFile("../../../standards/living.yaml")
	if err != nil {
		t.Fatal(err)
	}
	body = string(text)
	floor, ceiling := dialled(t, body, "floor", "300"), dialled(t, body, "ceiling", "500")
	if !floor.Money || floor.Bound() || floor.Of.Zh != "生活帮扶" || floor.Of.En != "living aid" {
		t.Errorf("floor %+v", floor)
	}
	next, err := Turn(body, map[string]string{ceiling.Key: "1,600.50", floor.Key: " "})
	if err != nil || !strings.Contains(next, "ceiling: 1600.50\n") || !strings.Contains(next, "floor: 300\n") {
		t.Errorf("turned: %v\n%s", err, next)
	}
	for _, wrong := range []string{"abc", "-1", "1.234", "'; x"} {
		if _, err := Turn(body, map[string]string{ceiling.Key: wrong}); err == nil || fault.Of(err).Kind != fault.Invalid {
			t.Errorf("%q is taken: %v", wrong, err)
		}
	}
	if _, err := Turn(body, map[string]string{ceiling.Key: "200"}); !fault.Is(err, "standard.faults") {
		t.Errorf("a ceiling below its floor: %v", err)
	}
	if got := Renumber(body, 9); !strings.Contains(got, "\nversion: 9\n") || len(got) != len(body) {
		t.Errorf("renumbered: %s", got[:40])
	}
	if Dials("standard: x") != nil {
		t.Error("a document that cannot be read has figures")
	}
}
