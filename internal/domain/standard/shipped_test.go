package standard_test

import (
	"io/fs"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/standard"
	"bangfu/standards"
)

func load(t testing.TB, name string) (*standard.Standard, standard.Cases) {
	t.Helper()
	text, err := standards.Files.ReadFile(name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := standard.Parse(text)
	if err != nil {
		t.Fatalf("%s.yaml: %s", name, say(err))
	}
	if text, err = standards.Files.ReadFile(name + ".cases.yaml"); err != nil {
		t.Fatal(err)
	}
	c, err := standard.ParseCases(s, text)
	if err != nil {
		t.Fatalf("%s.cases.yaml: %s", name, say(err))
	}
	return s, c
}

func say(err error) string {
	f := fault.Of(err)
	var all []string
	for _, p := range f.Parts {
		all = append(all, words.T(words.En, p.Key, p.Args...))
	}
	if len(all) == 0 {
		return err.Error()
	}
	return strings.Join(all, "\n")
}

func shipped(t testing.TB) (names []string) {
	t.Helper()
	files, err := fs.Glob(standards.Files, "*.cases.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no shipped standards: %v", err)
	}
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f, ".cases.yaml"))
	}
	return names
}

// Every shipped standard says of every worked family exactly what its author wrote.
func TestShipped(t *testing.T) {
	for _, name := range shipped(t) {
		t.Run(name, func(t *testing.T) {
			s, c := load(t, name)
			if s.Code != name {
				t.Errorf("%s.yaml calls itself %s", name, s.Code)
			}
			for _, d := range standard.CheckCases(s, c) {
				t.Errorf("%s (line %d): %s: want %q, got %q", d.Family, d.Line, d.What, d.Want, d.Got)
			}
		})
	}
}
