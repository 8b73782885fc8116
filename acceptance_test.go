package bangfu_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	reCheck   = regexp.MustCompile(`^\| ([ABJ]\d\d) \| [^|]+ \| (?:(\d+) \| (\d+) \| )?(gate|night|later) \| ([^|]+) \|$`)
	reWhere   = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9_]+)` in `([^`]+)`")
	reBudget  = regexp.MustCompile(`ExpectWithin\("(J\d\d) [^"]*", (\d+), (\d+)\)`)
	reAnyTest = regexp.MustCompile("`(?:Test|Fuzz)[A-Za-z0-9_]+`")
)

// docs/acceptance.md has every code once and in order; each test it names is in the file beside it; what is not later is made
// by a test, what is later gives its reason; and the numbers of a journey are those its test counts to.
func TestAcceptance(t *testing.T) {
	text, err := os.ReadFile("docs/acceptance.md")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, part := range []struct {
		letter string
		last   int
	}{{"A", 37}, {"B", 12}, {"J", 19}} {
		for n := range part.last {
			want = append(want, fmt.Sprintf("%s%02d", part.letter, n+1))
		}
	}
	counted := budgets(t)
	for _, line := range strings.Split(string(text), "\n") {
		if !regexp.MustCompile(`^\| [ABJ]\d`).MatchString(line) {
			continue
		}
		m := reCheck.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("not a line of the list: %s", line)
			continue
		}
		code, budget, tier, where := m[1], m[2]+" "+m[3], m[4], m[5]
		got = append(got, code)
		places := reWhere.FindAllStringSubmatch(where, -1)
		for _, p := range places {
			if src, err := os.ReadFile(p[2]); err != nil || !strings.Contains(string(src), "\nfunc "+p[1]+"(") {
				t.Errorf("%s names %s in %s, which is not there", code, p[1], p[2])
			}
		}
		if len(places) != len(reAnyTest.FindAllString(where, -1)) {
			t.Errorf("%s names a test without its file", code)
		}
		if rest := strings.Trim(reWhere.ReplaceAllString(where, ""), " ,"); (tier == "later") != (len(rest) > 10) || tier != "later" && len(places) == 0 {
			t.Errorf("%s is %s: want tests when it is made, a reason when it is not", code, tier)
		}
		if has, ok := counted[code]; ok != (code[0] == 'J' && tier != "later") || ok && has != budget {
			t.Errorf("%s may take %q, and is counted to %q", code, budget, has)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the codes are %v, want %v", got, want)
	}
}

// budgets are the presses and fields each journey is held to by its test.
func budgets(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	files, err := filepath.Glob("e2e/*_test.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no journeys", err)
	}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range reBudget.FindAllStringSubmatch(string(src), -1) {
			out[m[1]] = m[2] + " " + m[3]
		}
	}
	return out
}
