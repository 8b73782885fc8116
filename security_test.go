package bangfu_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	reDuty    = regexp.MustCompile(`^\| (\d+\.\d+\.\d+) \| ([123]) \| ([^|]+) \| (held|partly|open|none) \| ([^|]+) \|$`)
	reTestRef = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9_]+)`")
	reTestDef = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9_]+)\(`)
)

// levels says how many requirements ASVS 5.0.0 has at levels 1 and 2, by chapter and level.
func levels() map[string]int { return map[string]int{"1": 70, "2": 183} }

// levelThree are the items of level 3 that a house with money and illness takes on.
func levelThree() []string {
	return strings.Fields("2.3.5 2.4.2 3.4.8 3.5.7 3.5.8 5.2.4 6.3.5 6.3.7 6.3.8 6.4.6 7.5.3 8.2.4 8.3.2 8.4.2 13.1.2 13.1.3 13.2.6 13.3.3 13.3.4 " +
		"13.4.6 13.4.7 14.2.6 14.2.7 15.2.4 15.4.1 15.4.2 15.4.3 15.4.4 16.5.4")
}

// docs/security.md lists every requirement of its levels once, each with a state; what it calls shown is shown by tests that
// exist, or by a reason; and four of five that apply are shown by a test.
func TestSecurityList(t *testing.T) {
	text, err := os.ReadFile("docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := everyTest(t)
	count, seen, apply, shown := map[string]int{}, map[string]bool{}, 0, 0
	for _, line := range strings.Split(string(text), "\n") {
		if !regexp.MustCompile(`^\| \d+\.\d`).MatchString(line) {
			continue
		}
		m := reDuty.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("not a line of the list: %s", line)
			continue
		}
		id, level, state, proof := m[1], m[2], m[4], m[5]
		if seen[id] {
			t.Errorf("%s stands twice", id)
		}
		seen[id] = true
		count[level]++
		refs := reTestRef.FindAllStringSubmatch(proof, -1)
		for _, r := range refs {
			if !tests[r[1]] {
				t.Errorf("%s names %s, which is not there", id, r[1])
			}
		}
		if len(refs) == 0 && len(strings.TrimSpace(proof)) < 2 {
			t.Errorf("%s is shown by nothing", id)
		}
		if state == "held" && len(refs) == 0 && !strings.HasPrefix(proof, "reason: ") {
			t.Errorf("%s is held and names neither test nor reason", id)
		}
		if state != "none" && level != "3" {
			apply++
			if len(refs) > 0 {
				shown++
			}
		}
	}
	for level, want := range levels() {
		if count[level] != want {
			t.Errorf("%d requirements of level %s, want %d", count[level], level, want)
		}
	}
	for _, id := range levelThree() {
		if !seen[id] {
			t.Errorf("%s of level 3 is missing", id)
		}
	}
	if shown*5 < apply*4 {
		t.Errorf("%d of %d that apply are shown by a test", shown, apply)
	}
}

func everyTest(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range reTestDef.FindAllStringSubmatch(string(text), -1) {
			all[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The program starts no other program and calls no address, so that nothing a person types can become a command or a
// request from inside; and what nobody may guess comes from the system's randomness alone.
func TestProgramKeepsToItself(t *testing.T) {
	h, err := load(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, s := range h.product() {
		n++
		for _, im := range s.file.Imports {
			switch im.Path.Value {
			case `"os/exec"`, `"plugin"`, `"net/smtp"`, `"net/rpc"`, `"math/rand"`, `"math/rand/v2"`, `"encoding/gob"`, `"unsafe"`:
				if !strings.Contains(s.path, "dbtest") && s.path != "internal/engine/db/postgres.go" { // which spreads its waits before a new try
					t.Errorf("%s imports %s", s.path, im.Path.Value)
				}
			}
		}
		text, err := os.ReadFile(s.path)
		if err != nil {
			t.Fatal(err)
		}
		if m := reCalls.Find(text); m != nil && s.path != "internal/engine/oidc/careful.go" { // the identity provider of the administrator's setting
			t.Errorf("%s calls out by %s", s.path, m)
		}
	}
	if n < 200 {
		t.Errorf("only %d files", n)
	}
}

var reCalls = regexp.MustCompile(`http\.(Get|Post|PostForm|Head|DefaultClient|Client\{|NewRequest)|net\.Dial|tls\.Dial`)

// The script writes no HTML, runs no text, listens to no other window and keeps nothing in the browser but the look.
func TestScriptsAreTame(t *testing.T) {
	text, err := os.ReadFile("internal/engine/page/kit.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "postMessage", "__proto__", "localStorage", "indexedDB"} {
		if strings.Contains(string(text), bad) {
			t.Errorf("kit.js has %s", bad)
		}
	}
}
