package bangfu_test

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestDataTable(t *testing.T) { hold(t, rule{"data", findUnlisted}) }

var (
	reSensitive = regexp.MustCompile(`id_no|id_mask|phone|card|address|diagnosis|story|contact|_ix$`)
	reNamed     = regexp.MustCompile("`([a-z0-9_]+\\.[a-z0-9_]+)`")
)

// findUnlisted holds docs/data.md to the schema: every bytea column and every column whose name speaks of a person's
// numbers, home, illness or story has a row that says how it is kept, who sees it and what counts as a look; a row names
// columns that exist, says "sealed" of bytea and of nothing else, and "index" of blind indexes.
func findUnlisted(h *house) []finding {
	text, err := fs.ReadFile(h.fsys, "docs/data.md")
	if err != nil {
		return []finding{{"docs/data.md", 0, err.Error()}}
	}
	kept := map[string]string{}
	for _, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(line, "|")
		if !strings.HasPrefix(line, "|") || len(cells) < 3 {
			continue
		}
		for _, m := range reNamed.FindAllStringSubmatch(cells[1], -1) {
			kept[m[1]], _, _ = strings.Cut(strings.TrimSpace(cells[2]), ",")
		}
	}
	var out []finding
	for _, c := range schemaColumns(h) {
		how, listed := kept[c.name]
		delete(kept, c.name)
		bytes, index := c.typ == "bytea", strings.HasSuffix(c.name, "_ix")
		switch {
		case !listed && (bytes || reSensitive.MatchString(c.name)):
			out = append(out, finding{c.name, 0, "has no row in docs/data.md: say how it is kept, who sees it and what counts as a look"})
		case listed && bytes != (how == "sealed"):
			out = append(out, finding{c.name, 0, fmt.Sprintf("is %s, and docs/data.md says it is %q: sealed columns are bytea, and no others", c.typ, how)})
		case listed && index != (how == "index"):
			out = append(out, finding{c.name, 0, fmt.Sprintf("docs/data.md says it is %q: a blind index ends in _ix and is called index", how)})
		}
	}
	for name := range kept {
		out = append(out, finding{name, 0, "stands in docs/data.md and in no table: take it out"})
	}
	return byPlace(out)
}

type column struct{ name, typ string }

// schemaColumns lists table.column of every table, in the order of the migrations.
func schemaColumns(h *house) []column {
	names, _ := fs.Glob(h.fsys, "internal/base/schema/*.sql") // the pattern is sound
	var out []column
	for _, name := range names {
		text, _ := fs.ReadFile(h.fsys, name)
		for _, m := range reTable.FindAllStringSubmatch(string(text), -1) {
			for _, c := range reColumn.FindAllStringSubmatch(reComment.ReplaceAllString(m[3], ""), -1) {
				if slices.Contains([]string{"text", "bigint", "bytea"}, c[2]) {
					out = append(out, column{m[2] + "." + c[1], c[2]})
				}
			}
		}
	}
	return out
}

// The rule is shown tables that break it, one way each.
func TestDataTableBites(t *testing.T) {
	const head = "create table person_worker (\n    union_id text not null,\n"
	for _, tt := range []struct{ name, sql, doc, want string }{
		{"bytea without a row", head + "    notes bytea,\n);\n", "", "person_worker.notes has no row"},
		{"name without a row", head + "    home_phone text not null,\n);\n", "", "person_worker.home_phone has no row"},
		{"listed", head + "    id_no bytea,\n);\n", "| `person_worker.id_no` | sealed | x |\n", ""},
		{"sealed in clear", head + "    id_no text not null,\n);\n", "| `person_worker.id_no` | sealed | x |\n", "is text"},
		{"bytes called plain", head + "    id_no bytea,\n);\n", "| `person_worker.id_no` | plain | x |\n", "is bytea"},
		{"index called plain", head + "    id_no_ix text not null,\n);\n", "| `person_worker.id_no_ix` | plain | x |\n", "a blind index"},
		{"gone", head + "    name text not null,\n);\n", "| `person_worker.card` | sealed | x |\n", "in no table"},
		{"elsewhere in the row", head + "    card bytea,\n);\n", "| `person_worker.name` | plain | `person_worker.card` |\n", "person_worker.card has no row"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := findUnlisted(&house{fsys: fstest.MapFS{
				"internal/base/schema/1.sql": {Data: []byte(tt.sql)}, "docs/data.md": {Data: []byte("# Data\n\n" + tt.doc)},
			}})
			says := ""
			for _, f := range found {
				says += f.where + " " + f.says + "\n"
			}
			if tt.want == "" && says != "" || !strings.Contains(says, tt.want) {
				t.Errorf("found %q, want %q", says, tt.want)
			}
		})
	}
}
