package bangfu_test

import (
	"strings"
	"testing"
	"testing/fstest"
)

// Every rule is shown a house that breaks it and one sentence of what it must say; a rule that has stopped biting fails.
func TestRulesBite(t *testing.T) {
	const clause = "-- owner: fund\ncreate table fund_entry (\n    union_id text not null,\n    id text not null,\n    primary key (union_id, id)\n);\n"
	for _, tt := range []struct {
		name string
		find func(*house) []finding
		path string
		text string
		want string // "" where nothing may be found
	}{
		{"up", findStoreys, "internal/office/org/a.go", `package org; import "bangfu/internal/domain/fund"`, "office may not look up at domain"},
		{"order", findStoreys, "internal/domain/fund/a.go", `package fund; import "bangfu/internal/domain/intake"`, "fund stands to the left of intake"},
		{"leftwards", findStoreys, "internal/domain/intake/a.go", `package intake; import "bangfu/internal/domain/fund"`, ""},
		{"unknown storey", findStoreys, "internal/util/a.go", `package util`, "no storey internal/util"},
		{"unknown noun", findStoreys, "internal/domain/zebra/a.go", `package zebra`, "has no place"},
		{"base", findStoreys, "internal/base/day/a.go", `package day; import "golang.org/x/text/width"`, "base stands on the standard library"},
		{"plug", findStoreys, "internal/face/web/a.go", `package web; import "bangfu/internal/programme/psych"`, "only programme/all knows"},
		{"plugs apart", findStoreys, "internal/programme/legal/a.go", `package legal; import "bangfu/internal/programme/psych"`, "only programme/all knows"},
		{"all knows plugs", findStoreys, "internal/programme/all/a.go", `package all; import "bangfu/internal/programme/psych"`, ""},
		{"command", findStoreys, "cmd/bangfu/main.go", `package main; import "bangfu/internal/engine/db"`, "hands its flags to internal/app"},
		{"test helper", findStoreys, "internal/domain/fund/a.go", `package fund; import "bangfu/internal/engine/db/dbtest"`, "only tests import"},
		{"stranger reads", findStrangers, "internal/domain/plan/a.go", "package plan; const q = `select id from fund_entry`", "belongs to package fund"},
		{"stranger inserts", findStrangers, "internal/domain/plan/a.go", `package plan; func f() { db.Insert(ctx, tx, "fund_entry", row) }`, "insert fund_entry"},
		{"report writes", findStrangers, "internal/domain/report/a.go", "package report; const q = `update fund_entry set id = $1`", "update fund_entry"},
		{"report reads", findStrangers, "internal/domain/report/a.go", "package report; const q = `select id from fund_entry`", ""},
		{"star", findStrangers, "internal/domain/fund/a.go", "package fund; const q = `select * from fund_entry`", "list the columns"},
		{"code", findCodes, "internal/face/web/a.go", `package web; const c = "psych"`, "the code of a programme"},
		{"key", findKeys, "internal/base/schema/2.sql", "create table fund_line (\n    id text not null primary key\n);\n", "begins with id"},
		{"no key", findKeys, "internal/base/schema/2.sql", "create table fund_line (\n    id text not null\n);\n", "has no primary key"},
		{"reference", findKeys, "internal/base/schema/2.sql", "-- reference: the same for every union\ncreate table fund_line (\n    id text not null primary key\n);\n", ""},
		{"unique", findKeys, "internal/base/schema/2.sql", "create unique index x on fund_entry (id);\n", "the unique index x"},
		{"foreign", findKeys, "internal/base/schema/2.sql", "create table fund_line (\n    union_id text not null,\n    id text not null,\n    primary key (union_id, id),\n    foreign key (id) references fund_entry (id)\n);\n", "the key (id)"},
		{"owner", findSchema, "internal/base/schema/2.sql", "create table fund_line (\n    id text not null\n);\n", "does not say '-- owner: fund'"},
		{"type", findSchema, "internal/base/schema/2.sql", "-- owner: fund\ncreate table fund_line (\n    id uuid not null\n);\n", "column of type uuid"},
		{"long file", findLongFiles, "internal/domain/fund/a.go", "package fund\n" + strings.Repeat("\n", 401), "the budget is 400"},
		{"long function", findLongFuncs, "internal/domain/fund/a.go", "package fund\nfunc f() {" + strings.Repeat("\n", 61) + "}", "the budget is 60"},
		{"parameters", findManyParameters, "internal/domain/fund/a.go", "package fund\nfunc f(a, b, c, d, e int) {}", "5 parameters"},
		{"package comment", findSilentPackages, "internal/domain/fund/a.go", "package fund", "no package comment"},
		{"comment", findSilentNames, "internal/domain/fund/a.go", "package fund\n\n// Does something.\nfunc Post() {}", "fund/a.go:Post"},
		{"type comment", findSilentNames, "internal/domain/fund/a.go", "package fund\n\ntype Entry struct{}", "fund/a.go:Entry"},
		{"parser", findUnfuzzed, "internal/domain/fund/a.go", "package fund\nfunc ParseEntry(text string) {}", "no Fuzz function"},
		{"no parser", findUnfuzzed, "internal/domain/fund/a.go", "package fund\nfunc OpenEntry(tx *db.Tx, id string) {}", ""},
		{"fuzz without seed", findUnfuzzed, "internal/domain/fund/a_test.go", "package fund\nfunc FuzzEntry(f *testing.F) { f.Fuzz(g) }", "without a seed"},
		{"init", findInits, "internal/domain/fund/a.go", "package fund\nfunc init() {}", "func init"},
		{"clock", findClocks, "internal/domain/fund/a.go", "package fund\nvar t = time.Now()", "time.Now"},
		{"float", findFloats, "internal/domain/fund/a.go", "package fund\nfunc f(a float64) {}", "a float on a money path"},
		{"bare variable", findVariables, "internal/domain/fund/a.go", "package fund\nvar n int", "without a value"},
		{"variable", findVariables, "internal/domain/fund/a.go", "package fund\nvar n = open()", "not plainly fixed"},
		{"changed table", findVariables, "internal/domain/fund/a.go", "package fund\nvar m = map[string]int{}\nfunc f() { m[\"a\"] = 1 }", "is assigned"},
		{"fixed table", findVariables, "internal/domain/fund/a.go", "package fund\nvar m = map[string]int{}\nfunc f() { m := map[string]int{}; m[\"a\"] = 1 }", ""},
		{"fault without words", findMissingWords, "internal/domain/fund/a.go", `package fund; func f() { fault.New(k, "fund.short") }`, `catalogue/zh has no "fund.short"`},
		{"page without English", findMissingWords, "internal/face/web/a.go", `package web; func f() { p.T("提交") }`, `catalogue/en has no "提交"`},
		{"label without English", findMissingWords, "internal/face/web/a.go", "package web; type in struct { A string `label:\"姓名\"` }", `catalogue/en has no "姓名"`},
		{"typed key", findMissingWords, "internal/face/web/a.go", `package web; type menu struct { Title words.Key }; func f() []menu { return []menu{{Title: "首页"}} }`, `catalogue/en has no "首页"`},
		{"key argument", findMissingWords, "internal/face/web/a.go", `package web; func say(k words.Key) {}; func f() { say("首页") }`, `catalogue/en has no "首页"`},
		{"unused", findUnusedWords, "internal/base/words/catalogue/en/web.txt", "取消 = Cancel\n", `nobody says "取消"`},
		{"slots", findSlots, "internal/base/words/catalogue/en/web.txt", "有 {0} 处 = Some places\n", "Chinese has the slots [0]"},
		{"ID number", findPersons, "internal/face/web/testdata/a.txt", "1101011990" + "03070038", "ID number"},
		{"ID number nobody has", findPersons, "internal/face/web/testdata/a.txt", "99010119900307003X", ""},
		{"mobile", findPersons, "docs/a.md", "电话 1391" + "2345670。", "mobile number"},
		{"card", findPersons, "docs/a.md", "62220212345678" + "90136", "bank card"},
		{"banned", findBanned, "internal/face/web/a.go", `package web; const c = "成功` + "！" + `"`, "says ！"},
		{"place", findPlaces, "docs/a.md", "see /ho" + "me/me/bangfu", "speak of the product only"},
		{"module without a row", findDependencies, "internal/engine/db/a.go", `package db; import "example.com/b/c"`, "has no row"},
		{"row without a module", findDependencies, "internal/engine/db/a.go", `package db`, "nothing imports it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fsys := fstest.MapFS{
				"go.mod":                      {Data: []byte("module bangfu\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n)\n")},
				"docs/dependencies.md":        {Data: []byte("| `example.com/a` | MIT | for the sake of the test |\n")},
				"internal/base/schema/1.sql":  {Data: []byte(clause)},
				"internal/programme/psych/k":  {},
				"internal/domain/fund/doc.go": {Data: []byte("package fund")},
			}
			fsys[tt.path] = &fstest.MapFile{Data: []byte(tt.text)}
			h, err := load(fsys)
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, f := range tt.find(h) {
				said = append(said, f.where+": "+f.says)
			}
			all := strings.Join(said, "\n")
			if tt.want == "" && all != "" || !strings.Contains(all, tt.want) {
				t.Errorf("said %q, want %q", all, tt.want)
			}
		})
	}
}

// An exception lets pass exactly what it names, and fails when it is no longer needed.
func TestExceptionsOnlyShrink(t *testing.T) {
	list := []exception{{"func", "a.go:F", 70}, {"func", "a.go:Gone", 65}}
	for _, tt := range []struct {
		figure int
		want   string
	}{{70, ""}, {71, "the exception allows 70"}, {69, "write 69 for 70"}} {
		said := judge("func", []finding{{"a.go:F", tt.figure, "long"}, {"a.go:Gone", 65, "long"}}, list)
		if got := strings.Join(said, "\n"); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("a function of %d lines: said %q, want %q", tt.figure, got, tt.want)
		}
	}
	if said := judge("func", []finding{{"a.go:F", 70, "long"}}, list); len(said) != 1 || !strings.Contains(said[0], "take the line out") {
		t.Errorf("a line no longer needed: said %q", said)
	}
}
