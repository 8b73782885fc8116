package bangfu_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// A table is one "create table" of internal/base/schema.
type table struct {
	name, file string
	shared     string   // the reason after "-- reference:" or "-- local:" above it
	primary    []string // columns of the primary key
	keys       []string // unique and foreign keys, each as its column list
	types      []string
	body       string // what stands between the brackets
}

var (
	reTable   = regexp.MustCompile(`(?ms)((?:^--[^\n]*\n)*)^create table (?:if not exists )?([a-z0-9_]+) \((.*?)^\)`)
	rePrimary = regexp.MustCompile(`(?m)^\s*primary key \(([^)]*)\)`)
	reInline  = regexp.MustCompile(`(?m)^\s*([a-z0-9_]+)\s+\w+[^,\n]*\bprimary key\b`)
	reKey     = regexp.MustCompile(`(?m)^\s*(?:unique|foreign key) \(([^)]*)\)`)
	reSingle  = regexp.MustCompile(`(?m)^\s*([a-z0-9_]+)\s+\w+[^,\n]*\b(?:unique|references)\b`)
	reColumn  = regexp.MustCompile(`(?m)^ {1,4}([a-z0-9_]+) +([a-z]+)`)
	reIndex   = regexp.MustCompile(`create unique index (?:if not exists )?([a-z0-9_]+)\s+on ([a-z0-9_]+)\s*\(([^)]*)\)`)
	reShared  = regexp.MustCompile(`(?mi)^-- (?:reference|local|directory): (.{10,})$`)
	reOwner   = regexp.MustCompile(`(?m)^-- owner: ([a-z0-9, ]+)$`)
	reComment = regexp.MustCompile(`(?m)--.*$`)
)

func schemaTables(h *house) []table {
	names, err := fs.Glob(h.fsys, "internal/base/schema/*.sql")
	if err != nil {
		return nil
	}
	var out []table
	for _, name := range names {
		text, err := fs.ReadFile(h.fsys, name)
		if err != nil {
			continue
		}
		for _, m := range reTable.FindAllStringSubmatch(string(text), -1) {
			out = append(out, tableOf(name, m[2], m[1], reComment.ReplaceAllString(m[3], "")))
		}
	}
	return out
}

func tableOf(file, name, above, body string) table {
	t := table{name: name, file: file, body: body}
	if m := reShared.FindStringSubmatch(above); m != nil {
		t.shared = m[1]
	}
	if m := rePrimary.FindStringSubmatch(body); m != nil {
		t.primary = columns(m[1])
	} else if m := reInline.FindStringSubmatch(body); m != nil {
		t.primary = []string{m[1]}
	}
	for _, re := range []*regexp.Regexp{reKey, reSingle} {
		for _, m := range re.FindAllStringSubmatch(body, -1) {
			if !slices.Contains([]string{"unique", "foreign", "primary", "check"}, m[1]) {
				t.keys = append(t.keys, m[1])
			}
		}
	}
	for _, m := range reColumn.FindAllStringSubmatch(body, -1) {
		if !slices.Contains([]string{"primary", "foreign", "and", "or", "constraint"}, m[1]) {
			t.types = append(t.types, m[2])
		}
	}
	return t
}

func columns(list string) []string {
	out := strings.Split(list, ",")
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return out
}

func TestTableKeys(t *testing.T) { hold(t, rule{"key", findKeys}) }

// findKeys holds that the union is the shard key: every primary, unique and foreign key begins with union_id, unless
// the table is shared by all unions and a comment above it says why ("-- reference: …", "-- local: …" or "-- directory: …").
func findKeys(h *house) []finding {
	var out []finding
	shared := map[string]bool{}
	for _, t := range schemaTables(h) {
		shared[t.name] = t.shared != ""
		switch {
		case len(t.primary) == 0:
			out = append(out, finding{t.name, 0, "has no primary key"})
		case t.shared == "" && t.primary[0] != "union_id":
			out = append(out, finding{t.name, 0, "its primary key begins with " + t.primary[0] + ": begin with union_id, or write '-- reference: why', '-- local: why' or '-- directory: why' above the table"})
		}
		for _, k := range t.keys {
			if t.shared == "" && columns(k)[0] != "union_id" {
				out = append(out, finding{t.name, 0, fmt.Sprintf("the key (%s) does not begin with union_id", k)})
			}
		}
	}
	names, _ := fs.Glob(h.fsys, "internal/base/schema/*.sql") // the pattern is a constant
	for _, name := range names {
		text, _ := fs.ReadFile(h.fsys, name)
		for _, m := range reIndex.FindAllStringSubmatch(string(text), -1) {
			if !shared[m[2]] && columns(m[3])[0] != "union_id" {
				out = append(out, finding{m[2], 0, fmt.Sprintf("the unique index %s does not begin with union_id", m[1])})
			}
		}
	}
	return out
}

func TestSchemaOwners(t *testing.T) { hold(t, rule{"schema", findSchema}) }

// findSchema holds that each migration names its owners on its first line, that each table carries the name of one of
// them, that this is the name of a package, and that columns are text, bigint or bytea.
func findSchema(h *house) []finding {
	packages := map[string]bool{}
	for _, s := range h.files {
		for _, name := range s.parts {
			packages[name] = true
		}
	}
	var out []finding
	for _, t := range schemaTables(h) {
		text, err := fs.ReadFile(h.fsys, t.file)
		if err != nil {
			continue
		}
		prefix, _, _ := strings.Cut(t.name, "_")
		m := reOwner.FindStringSubmatch(string(text))
		if m == nil || !slices.Contains(columns(m[1]), prefix) {
			out = append(out, finding{t.name, 0, path.Base(t.file) + " does not say '-- owner: " + prefix + "'"})
		}
		if !packages[prefix] {
			out = append(out, finding{t.name, 0, "there is no package " + prefix + " to own it"})
		}
		for _, typ := range t.types {
			if !slices.Contains([]string{"text", "bigint", "bytea"}, typ) {
				out = append(out, finding{t.name, 0, "has a column of type " + typ + ": the schema knows text, bigint and bytea"})
			}
		}
	}
	return out
}

func TestReleasedMigrations(t *testing.T) { hold(t, rule{"released", findRewritten}) }

// findRewritten holds that a migration that has been released stays as it is, byte for byte: houses elsewhere have run it.
// internal/base/schema/released.txt lists them with their SHA-256; a new file may not take a number among them.
func findRewritten(h *house) []finding {
	const list = "internal/base/schema/released.txt"
	text, err := fs.ReadFile(h.fsys, list)
	if err != nil {
		return []finding{{list, 0, err.Error()}}
	}
	var out []finding
	released, last := map[string]bool{}, ""
	for line := range strings.Lines(string(text)) {
		want, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if strings.HasPrefix(line, "#") || !ok {
			continue
		}
		released[name], last = true, max(last, name[:5])
		body, err := fs.ReadFile(h.fsys, "internal/base/schema/"+name)
		if err != nil {
			out = append(out, finding{name, 0, "was released and is gone"})
		} else if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != want {
			out = append(out, finding{name, 0, "was released and has been edited: put it back and write a new migration"})
		}
	}
	names, _ := fs.Glob(h.fsys, "internal/base/schema/*.sql") // the pattern is sound
	for _, name := range names {
		if base := path.Base(name); base[:5] <= last && !released[base] {
			out = append(out, finding{base, 0, "takes a number among the released: take the next free one"})
		}
	}
	return byPlace(out)
}

// The rule is shown a folder where a released file was edited, one was removed and one was slipped in.
func TestReleasedMigrationsBite(t *testing.T) {
	sum := sha256.Sum256([]byte("one"))
	files := fstest.MapFS{
		"internal/base/schema/released.txt":    {Data: []byte("# x\n" + hex.EncodeToString(sum[:]) + "  00001_a.sql\n" + hex.EncodeToString(sum[:]) + "  00002_b.sql\n" + hex.EncodeToString(sum[:]) + "  00003_c.sql\n")},
		"internal/base/schema/00001_a.sql":     {Data: []byte("one")},
		"internal/base/schema/00002_b.sql":     {Data: []byte("two")},
		"internal/base/schema/00002_other.sql": {Data: []byte("x")},
		"internal/base/schema/00004_d.sql":     {Data: []byte("x")},
	}
	var got []string
	for _, f := range findRewritten(&house{fsys: files}) {
		got = append(got, f.where)
	}
	if strings.Join(got, " ") != "00002_b.sql 00002_other.sql 00003_c.sql" {
		t.Errorf("found %v", got)
	}
}

func TestDistribution(t *testing.T) { hold(t, rule{"distribution", findUndistributed}) }

var (
	reReference = regexp.MustCompile(`(?m)^reference ([a-z0-9_]+) +\S.{5,}$`)
	reLeads     = regexp.MustCompile(`foreign key \(([^)]*)\) references ([a-z0-9_]+) \(([^)]*)\)`)
)

// findUndistributed holds the schema to what a distributed PostgreSQL (Citus) takes. distribution.txt lists the tables that
// stand whole on every node; a table that is shared by all unions is among them. A foreign key leads from union_id to
// union_id, or to a reference table; a reference table leads to none but its like. Statements are held by dbtest.Shards.
func findUndistributed(h *house) []finding {
	const list = "internal/base/schema/distribution.txt"
	text, err := fs.ReadFile(h.fsys, list)
	if err != nil {
		return []finding{{list, 0, err.Error()}}
	}
	reference := map[string]bool{}
	for _, m := range reReference.FindAllStringSubmatch(string(text), -1) {
		reference[m[1]] = true
	}
	var out []finding
	there := map[string]bool{}
	for _, t := range schemaTables(h) {
		there[t.name] = true
		if t.shared != "" && !reference[t.name] {
			out = append(out, finding{t.name, 0, "is shared by all unions and not a reference table in distribution.txt"})
		}
		for _, m := range reLeads.FindAllStringSubmatch(t.body, -1) {
			switch {
			case reference[t.name] && !reference[m[2]]:
				out = append(out, finding{t.name, 0, "is a reference table and may not lead to " + m[2]})
			case !reference[m[2]] && (columns(m[1])[0] != "union_id" || columns(m[3])[0] != "union_id"):
				out = append(out, finding{t.name, 0, "its key to " + m[2] + " does not lead from union_id to union_id"})
			}
		}
	}
	for name := range reference {
		if !there[name] {
			out = append(out, finding{name, 0, "stands in distribution.txt and is no table"})
		}
	}
	return byPlace(out)
}

// The rule is shown tables that Citus would refuse.
func TestDistributionBites(t *testing.T) {
	files := fstest.MapFS{
		"internal/base/schema/distribution.txt": {Data: []byte("reference a_list  small and shared\nreference a_gone  small and shared\n")},
		"internal/base/schema/00001_a.sql": {Data: []byte(`create table a_list (
    id text not null primary key,
    foreign key (id) references a_one (id)
);
-- local: every union reads it at once
create table a_local (
    id text not null primary key
);
create table a_one (
    union_id text not null,
    id text not null,
    primary key (union_id, id),
    foreign key (union_id, id) references a_two (union_id, id),
    foreign key (id) references a_list (id)
);
create table a_two (
    union_id text not null,
    primary key (union_id),
    foreign key (id, union_id) references a_one (id, union_id)
);
`)},
	}
	var got []string
	for _, f := range findUndistributed(&house{fsys: files}) {
		got = append(got, f.where)
	}
	if strings.Join(got, " ") != "a_gone a_list a_local a_two" {
		t.Errorf("found %v", got)
	}
}
