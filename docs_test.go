package bangfu_test

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
)

func TestDocs(t *testing.T) { hold(t, rule{"docs", findStaleDocs}) }

var (
	reLink     = regexp.MustCompile(`\]\(([^)#\s]+)`)
	reDecision = regexp.MustCompile(`^docs/decisions/(\d{4})-[a-z0-9-]+\.md$`)
)

// findStaleDocs holds the pages to the tree: a link leads to a file, ARCHITECTURE.md names the packages of each storey and
// gives the orders of arch_test.go, and decisions are numbered one after another.
func findStaleDocs(h *house) []finding {
	var out []finding
	next := 1
	for _, p := range h.texts {
		if path.Ext(p) != ".md" {
			continue
		}
		text, err := fs.ReadFile(h.fsys, p)
		if err != nil {
			out = append(out, finding{p, 0, err.Error()})
			continue
		}
		for _, m := range reLink.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], ":") {
				continue
			}
			if _, err := fs.Stat(h.fsys, path.Join(path.Dir(p), m[1])); err != nil {
				out = append(out, finding{p, 0, "links to " + m[1] + ", which is not there"})
			}
		}
		if m := reDecision.FindStringSubmatch(p); m != nil {
			if m[1] != fmt.Sprintf("%04d", next) {
				out = append(out, finding{p, 0, fmt.Sprintf("the next decision is %04d", next)})
			}
			next++
		}
		if p == "ARCHITECTURE.md" {
			out = append(out, findOrder(string(text))...)
			out = append(out, findUnnamed(h, string(text))...)
		}
	}
	return out
}

func findOrder(page string) []finding {
	var out []finding
	at := -1
	for _, s := range storeys {
		i := strings.Index(page, "\n| `"+s+"` |")
		if i <= at {
			out = append(out, finding{"ARCHITECTURE.md", 0, "the storey " + s + " has no row, or stands out of order"})
		}
		at = max(at, i)
	}
	for storey, order := range stairs {
		if line := "- " + storey + ": " + strings.Join(order, " · ") + "\n"; !strings.Contains(page, line) {
			out = append(out, finding{"ARCHITECTURE.md", 0, "want the line " + line})
		}
	}
	return out
}

// findUnnamed wants every package that stands directly in a storey in the row of that storey.
func findUnnamed(h *house, page string) []finding {
	var out []finding
	seen := map[string]bool{}
	for _, s := range h.product() {
		if len(s.parts) < 2 || seen[s.parts[0]+s.parts[1]] {
			continue
		}
		seen[s.parts[0]+s.parts[1]] = true
		_, row, _ := strings.Cut(page, "\n| `"+s.parts[0]+"` |")
		row, _, _ = strings.Cut(row, "\n")
		if !regexp.MustCompile(`\b` + s.parts[1] + `\b`).MatchString(row) {
			out = append(out, finding{"ARCHITECTURE.md", 0, "the row of " + s.parts[0] + " does not name " + s.parts[1]})
		}
	}
	return out
}
