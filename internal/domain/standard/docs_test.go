package standard_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bangfu/internal/base/words"
	"bangfu/internal/domain/standard"
)

// Every example of the reference is a whole standard that parses, and its cases hold; every published name stands in it.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../../../docs/standards.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]*standard.Standard{}
	for _, block := range strings.Split(string(text), "```yaml\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		code, _, _ := strings.Cut(block[strings.Index(block, "standard: ")+len("standard: "):], "\n")
		code = strings.Fields(code)[0]
		if !strings.HasPrefix(block, "# cases") {
			s, err := standard.Parse([]byte(block))
			if err != nil {
				t.Errorf("%s: %s", code, say(err))
				continue
			}
			known[code] = s
			for _, f := range standard.Lint([]byte(block)) {
				if f.Fault.Key != "standard.advice_unused" && f.Fault.Key != "standard.advice_always" { // small examples show a field by itself
					t.Errorf("%s:%d:%d: %s", code, f.Line, f.Col, words.T(words.En, f.Fault.Key, f.Fault.Args...))
				}
			}
			continue
		}
		if known[code] == nil {
			t.Errorf("%s has cases and no standard", code)
			continue
		}
		c, err := standard.ParseCases(known[code], []byte(block))
		if err != nil {
			t.Errorf("cases of %s: %s", code, say(err))
			continue
		}
		for _, d := range standard.CheckCases(known[code], c) {
			t.Errorf("%s %s: %s: want %s, got %s", code, d.Family, d.What, d.Want, d.Got)
		}
	}
	v, err := standard.Published()
	if err != nil {
		t.Fatal(say(err))
	}
	for _, f := range v.Facts {
		if !strings.Contains(string(text), "| `"+f.Name+"` |") {
			t.Errorf("docs/standards.md does not list %s", f.Name)
		}
	}
	for _, g := range v.Groups {
		for _, f := range g.Fields {
			if !strings.Contains(string(text), "| `"+g.One+"."+f.Name+"` |") {
				t.Errorf("docs/standards.md does not list %s.%s", g.One, f.Name)
			}
		}
	}
}

// RunCheck counts differences, and names the place of every fault.
func TestRunCheck(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := write("s.yaml", "standard: s\nname: {zh: 例}\nkind: benefit\nfacts: {homes: }\nitems: [{code: a, zh: 甲, kind: FIXED, amount: 100, when: homes < 2}]\n")
	cases := write("c.yaml", "standard: s\nfamilies:\n  - {name: F1, facts: {homes: 1}, expect: {outcome: yes, items: {a: 100}}}\n  - {name: F2, facts: {homes: 2}, expect: {outcome: yes, items: {a: 100}}}\n")
	var out bytes.Buffer
	n, err := standard.RunCheck(&out, good, cases)
	if err != nil || n != 3 || strings.Count(out.String(), "F2") != 3 || strings.Contains(out.String(), "F1") {
		t.Errorf("RunCheck = %d, %v: %s", n, err, out.String())
	}
	out.Reset()
	if _, err := standard.RunCheck(&out, write("bad.yaml", "standard: s\nkind: benefit\nsize: 3\n"), cases); err == nil || !strings.Contains(out.String(), "bad.yaml: 第 3 行第 1 列") {
		t.Errorf("RunCheck of a bad file: %v: %s", err, out.String())
	}
	if _, err := standard.RunCheck(&out, filepath.Join(dir, "none"), cases); err == nil {
		t.Error("RunCheck of no file")
	}
}
