package bangfu_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestDependencies(t *testing.T) { hold(t, rule{"dependency", findDependencies}) }

// reRow is a row of docs/dependencies.md: | `module` | licence | why |.
var reRow = regexp.MustCompile("(?m)^\\| `([^`]+)` *\\| *([^|]*?) *\\| *([^|]*?) *\\|$")

var reRequire = regexp.MustCompile(`(?m)^\s*(?:require )?([a-z0-9.]+\.[a-z]+/[^\s]+|[a-z]+\.[a-z]+/[^\s]+) v`)

// findDependencies wants a row with licence and reason for every module our code imports, and an import for every row.
func findDependencies(h *house) []finding {
	mod, err := fs.ReadFile(h.fsys, "go.mod")
	if err != nil {
		return []finding{{"go.mod", 0, err.Error()}}
	}
	var modules []string
	for _, m := range reRequire.FindAllStringSubmatch(string(mod), -1) {
		modules = append(modules, m[1])
	}
	imported := map[string]string{} // module → a file that imports it
	for _, s := range h.files {
		for _, im := range s.file.Imports {
			if m := moduleOf(strings.Trim(im.Path.Value, `"`), modules); m != "" && imported[m] == "" {
				imported[m] = s.path
			}
		}
	}
	doc, err := fs.ReadFile(h.fsys, "docs/dependencies.md")
	if err != nil {
		return []finding{{"docs/dependencies.md", 0, err.Error()}}
	}
	var out []finding
	listed := map[string]bool{}
	for _, m := range reRow.FindAllStringSubmatch(string(doc), -1) {
		listed[m[1]] = true
		module := slices.Contains(modules, m[1]) || strings.Contains(strings.Split(m[1], "/")[0], ".") && !strings.HasPrefix(m[1], ".")
		switch {
		case module && imported[m[1]] == "":
			out = append(out, finding{m[1], 0, "stands in docs/dependencies.md and nothing imports it: take the row out"})
		case m[2] == "" || len(m[3]) < 12:
			out = append(out, finding{m[1], 0, "its row in docs/dependencies.md wants a licence and a reason"})
		}
	}
	for m, by := range imported {
		if !listed[m] {
			out = append(out, finding{m, 0, by + " imports it and docs/dependencies.md has no row for it: | `module` | licence | why |"})
		}
	}
	return byPlace(out)
}

// moduleOf gives the longest required module that holds an import path.
func moduleOf(path string, modules []string) string {
	best := ""
	for _, m := range modules {
		if (path == m || strings.HasPrefix(path, m+"/")) && len(m) > len(best) {
			best = m
		}
	}
	return best
}
