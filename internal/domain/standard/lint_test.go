package standard_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bangfu/internal/base/words"
	"bangfu/internal/domain/standard"
	"bangfu/standards"
)

const (
	lintHead = "standard: x\nname: {zh: 名}\nkind: benefit\nfacts: {self_pay: , age: , union_member: , first_diagnosed: , disease_category: }\ngroups: {students: }\n"
	lintItem = "items: [{code: a, zh: 甲, kind: CAP, amount: self_pay}]\n"
)

// gate is a document whose only fault, if any, is in this condition, at line 6 from column 30 on.
func gate(when string) string {
	return lintHead + "gates: [{code: g, zh: 门, when: " + when + "}]\n" + lintItem
}

func item(fields string) string {
	return lintHead + "items: [{code: a, zh: 甲, " + fields + "}]\n"
}

// mistakes are one bad document for each kind of an author's error, with the place and the fault.
var mistakes = []struct{ at, key, text string }{
	{"2:8", "yaml_colon", "standard: x\nname: 名: y\n"},
	{"2:1", "yaml_char", "standard: x\n\tname: y\n"},
	{"1:1", "yaml_bracket", "facts: {a: 1\n"},
	{"2:1", "yaml_quote", "a: 1\nname: \"x\n"},
	{"1:1", "yaml_escape", "name: \"\\d\"\n"},
	{"1:1", "yaml_alias", "name: *a\n"},
	{"2:1", "yaml_indent", "items:\n  - a: 1\n b: 2\n"},
	{"1:1", "yaml_utf8", "name: \xff\n"},
	{"1:1", "yaml", "%YAML 9.9\n---\na: 1\n"},
	{"1:1", "empty", ""},
	{"1:1", "too_big", strings.Repeat("# 很大\n", 1<<18)},
	{"2:7", "not_mapping", "standard: x\nname: 名\nkind: benefit\n"},
	{"1:11", "not_text", "standard: {a: 1}\n"},
	{"6:8", "not_list", lintHead + "gates: {code: g}\n" + lintItem},
	{"2:1", "twice", "standard: x\nstandard: y\n"},
	{"6:1", "field", lintHead + "colour: red\n" + lintItem},
	{"6:1", "field_near", lintHead + "gate: []\n" + lintItem},
	{"1:1", "missing", "standard: x\nname: {zh: 名}\n" + lintItem},
	{"6:32", "choice", item("kind: UPTO, amount: 1")},
	{"2:10", "whole", "standard: x\nversion: 1.5\n"},
	{"6:56", "truth", item("kind: CAP, amount: 1, reason: maybe")},
	{"2:15", "day", "standard: x\nvalid: {from: 2026-02-30}\n"},
	{"1:11", "code", "standard: Winter-Grant\n"},
	{"1:9", "reserved", "facts: {class: {type: int, zh: 类}}\n"},
	{"2:14", "name_taken", "facts: {age: }\nparameters: {age: 3}\n"},
	{"1:9", "not_published", "facts: {nothing_such: }\n"},
	{"1:9", "not_published_near", "facts: {incom_year: }\n"},
	{"1:14", "other_sort", "facts: {age: {type: money, zh: 岁}}\n"},
	{"6:32", "quote", gate("!union_member ")},
	{"1:38", "bad_value", "parameters: {abc: {type: int, value: three}}\n"},
	{"1:41", "values_text", "facts: {own: {type: int, zh: 己, values: {a: {zh: 甲}}}}\n"},
	{"1:14", "bounds_number", "facts: {own: {type: text, zh: 己, max: 3}}\n"},
	{"1:14", "bounds_order", "facts: {own: {type: int, zh: 己, min: 5, max: 3}}\n"},
	{"1:19", "value_or_ref", "parameters: {abc: {type: int}}\n"},
	{"2:8", "valid_order", "standard: x\nvalid: {from: 2026-02-01, until: 2026-01-01}\n"},
	{"1:1", "stacking", lintHead + "items: [{code: a, zh: 甲, kind: CAP, amount: 1}, {code: b, zh: 乙, kind: CAP, amount: 1}]\n"},
	{"7:11", "adds_to", lintHead + lintItem + "stacking: {rule: sequence, adds_to: age}\n"},
	{"1:1", "kind_needs", "standard: x\nname: {zh: 名}\nkind: loan\n"},
	{"6:9", "range_form", item("kind: CAP, amount: 5, floor: 1")},
	{"6:9", "range_order", item("kind: RANGE, floor: 500, ceiling: 300")},
	{"6:72", "band", item("kind: FORMULA, slices: {of: self_pay, bands: [{rate: 9%}, {rate: 1%}]}")},
	{"6:72", "rate", item("kind: FORMULA, slices: {of: self_pay, bands: [{rate: 0.9}]}")},
	{"6:57", "limit_form", item("kind: CAP, amount: 5, limits: [{most: 5, times: 2, within: year}]")},
	{"6:65", "items_joint", item("kind: CAP, amount: 5, limits: [{items: [a, b], within: year}]")},
	{"2:36", "sum_number", "groups: {students: }\nderived: {t: {over: students, sum: student.stage}}\n"},
	{"6:32", "too_long", gate(strings.Repeat("age + ", 400) + "1 > 0")},
	{"6:32", "undeclared", gate("zzzzzz > 1")},
	{"6:49", "undeclared_near", gate("age > 3 && age > agee")},
	{"6:32", "not_listed", gate("homes > 1")},
	{"6:32", "group_not_listed", gate("member.age > 1")},
	{"6:32", "earlier_form", gate("aid.a.week > yuan(1)")},
	{"6:36", "overload", gate("age > union_member")},
	{"6:32", "expected", gate("age && union_member")},
	{"6:38", "syntax", gate("age > > 1")},
	{"6:37", "unfinished", gate("age > ")},
	{"6:38", "decimal", gate("age > 1.5")},
	{"6:43", "per_cent", gate("self_pay > 80% * self_pay")},
	{"6:43", "amount_word", gate("self_pay > 5000元")},
	{"6:36", "sign", gate("age ≥ 3")},
	{"6:36", "sign", gate("age = 3")},
	{"6:40", "sign", gate("age > 3 and union_member")},
	{"6:32", "literal", gate("null == null")},
	{"6:45", "form", gate("\"age > [1, 2][0]\"")},
	{"6:33", "function", gate("\"size('a') > 0\"")},
	{"6:33", "function_near", gate("\"mim(age, 3) > 0\"")},
	{"6:33", "signature", gate("\"percent(age, 3) > 0\"")},
	{"6:36", "slash", gate("age / 2 > 1")},
	{"6:32", "outside", gate("student.grade > 1")},
	{"6:65", "wants", item("kind: CAP, amount: 5, limits: [{times: union_member, within: year}]")},
	{"6:32", "wants_bool", gate("age + 1")},
	{"6:45", "wants_money", item("kind: CAP, amount: age + 1")},
	{"6:41", "mixed", gate("self_pay > 100")},
	{"6:41", "money_times_money", gate("self_pay * self_pay > yuan(1)")},
	{"6:49", "operands", gate("disease_category > 'a'")},
	{"6:37", "in_literals", gate("\"age in [1, age]\"")},
	{"6:44", "yuan", gate("\"self_pay > yuan(self_pay)\"")},
	{"6:33", "zero", gate("\"floordiv(self_pay, age) > yuan(1)\"")},
	{"2:18", "overflow", "facts: {own: {type: int, zh: 己, max: 9000000000000000000}}\nderived: {t: own * own}\n"},
}

// advice is one document for each thing that an author may not have meant.
var advice = []struct{ at, key, text string }{
	{"4:36", "unused", "standard: x\nname: {zh: 名}\nkind: benefit\nfacts: {self_pay: , family_size: , homes: }\nitems: [{code: a, zh: 甲, kind: CAP, when: family_size > 1, amount: self_pay}]\n"},
	{"5:26", "slot", "standard: x\nname: {zh: 名}\nkind: benefit\nfacts: {self_pay: }\nitems: [{code: a, zh: \"甲{x}\", kind: CAP, amount: self_pay}]\n"},
	{"5:32", "always", "standard: x\nname: {zh: 名}\nkind: benefit\nfacts: {self_pay: , age: }\ngates: [{code: g, zh: 门, when: age >= 0}]\nitems: [{code: a, zh: 甲, kind: CAP, amount: self_pay}]\n"},
	{"6:37", "nobody", "standard: x\nname: {zh: 名}\nkind: benefit\nfacts: {self_pay: , age: }\ngates: [{code: g, zh: 门, when: age > 3}]\nexclusions: [{code: h, zh: 外, when: age > 3}]\nitems: [{code: a, zh: 甲, kind: CAP, amount: self_pay}]\n"},
	{"5:74", "shadowed", "standard: x\nname: {zh: 名}\nkind: classification\nfacts: {age: }\nclasses: {rows: [{code: a, zh: 甲, when: age > 3}, {code: b, zh: 乙, when: age > 3}]}\n"},
	{"5:44", "strict", "standard: x\nname: {zh: 名}\nkind: classification\nfacts: {age: }\nclasses: {rows: [{code: a, zh: 不满三岁, when: age <= 3}]}\n"},
	{"5:45", "inclusive", "standard: x\nname: {zh: 名}\nkind: classification\nfacts: {age: }\nclasses: {rows: [{code: a, zh: 不超过三岁, when: age < 3}]}\n"},
	{"5:64", "empty_step", steps("{from: 5, upto: 3, amount: 1}")},
	{"5:95", "overlap", steps("{from: 1, upto: 3, amount: 1}, {from: 3, amount: 2}")},
	{"5:96", "hole", steps("{from: 1, below: 3, amount: 1}, {above: 3, amount: 2}")},
	{"5:45", "nothing", "standard: x\nname: {zh: 名}\nkind: benefit\nfacts: {}\nitems: [{code: a, zh: 甲, kind: CAP, amount: 0}]\n"},
	{"5:107", "levels", "standard: x\nname: {zh: 名}\nkind: benefit\nfacts: {}\nitems: [{code: a, zh: 甲, kind: CAP, amount: 9, levels: [{code: m, zh: 高, from: 5}, {code: n, zh: 低, from: 3}]}]\n"},
}

func steps(all string) string {
	return "standard: x\nname: {zh: 名}\nkind: benefit\nfacts: {age: }\nitems: [{code: a, zh: 甲, kind: FIXED, tiers: {of: age, steps: [" + all + "]}}]\n"
}

// Every kind of an author's error is explained at its place, in both languages.
func TestLint(t *testing.T) {
	seen := map[string]bool{}
	for _, tt := range mistakes {
		seen[tt.key] = true
		explained(t, tt.text, tt.at, tt.key, false)
	}
	for _, tt := range advice {
		seen["advice_"+tt.key] = true
		explained(t, tt.text, tt.at, "advice_"+tt.key, true)
	}
	said := regexp.MustCompile(`(?:add|addErr|New|say|sayAt)\([^"\n]*"standard\.([a-z_]+)"|\{"[^"]+", "standard\.(yaml_[a-z0-9]+)"`)
	elsewhere := []string{"at", "other_standard", "not_value"} // the wrapper; faults of a cases file; of a group written as a value
	for _, name := range []string{"yaml", "parse", "parse_body", "compile", "hint", "lint", "lint_bounds", "sorts", "bounds", "vocabulary"} {
		text, err := os.ReadFile(name + ".go")
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range said.FindAllStringSubmatch(string(text), -1) {
			if key := m[1] + m[2]; !seen[key] && !slices.Contains(elsewhere, key) && key != "faults" {
				t.Errorf("%s.go: no bad document shows standard.%s", name, key)
			}
		}
	}
}

func explained(t *testing.T, text, at, key string, isAdvice bool) {
	t.Helper()
	var got []string
	for _, f := range standard.Lint([]byte(text)) {
		place := fmt.Sprintf("%d:%d", f.Line, f.Col)
		got = append(got, place+" "+f.Fault.Key)
		for _, l := range words.Langs() {
			if said := words.T(l, f.Fault.Key, f.Fault.Args...); strings.Contains(said, "standard.") || strings.Contains(said, "{0}") || len(said) < 12 {
				t.Errorf("%s: %q", key, said)
			}
		}
		if place == at && f.Fault.Key == "standard."+key && f.Advice == isAdvice {
			return
		}
	}
	t.Errorf("%s: got %q, want it at %s", key, got, at)
}

// A fault inside an expression stands under its very character, however the author wrote the text.
func TestLintPlaces(t *testing.T) {
	head := "standard: x\nname: {zh: 名}\nkind: classification\nfacts: {age: , disease_category: }\nclasses:\n  rows:\n    - code: a\n      zh: 甲\n"
	for _, tt := range []struct{ name, when, at string }{
		{"plain", "      when: age > 1.5\n", "9:19"},
		{"single quotes", "      when: 'disease_category == ''癌'' && age > 1.5'\n", "9:49"},
		{"double quotes", "      when: \"disease_category == \\\"癌\\\" && age > 1.5\"\n", "9:49"},
		{"folded", "      when: >\n        age > 1 &&\n        age > 1.5\n", "11:15"},
		{"literal", "      when: |\n        age > 1 &&\n        age > 1.5\n", "11:15"},
		{"plain over two lines", "      when: age > 1 &&\n        age > 1.5\n", "10:15"},
	} {
		all := standard.Lint([]byte(head + tt.when))
		if len(all) != 1 || fmt.Sprintf("%d:%d", all[0].Line, all[0].Col) != tt.at || all[0].Fault.Key != "standard.decimal" {
			t.Errorf("%s: %+v, want %s", tt.name, all, tt.at)
		}
	}
}

// The command prints place, sentence, the line and a mark under the character; the shipped standards are without fault.
func TestRunLint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(path, []byte(gate("age ≥ 3")), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	n, err := standard.RunLint(&out, words.En, path)
	if want := path + ":6:36: \"≥\" cannot be written here; write >=\n    gates: [{code: g, zh: 门, when: age ≥ 3}]\n    " + strings.Repeat(" ", 36) + "^\n"; err != nil || n != 1 || !strings.HasPrefix(out.String(), want) {
		t.Errorf("RunLint = %d, %v:\n%s", n, err, out.String())
	}
	if _, err := standard.RunLint(&out, words.Zh, path+"x"); keyOf(err) != "standard.no_file" {
		t.Errorf("no file: %v", err)
	}
	for _, name := range shipped(t) {
		text, err := standards.Files.ReadFile(name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range standard.Lint(text) {
			t.Errorf("%s.yaml:%d:%d: %s", name, f.Line, f.Col, words.T(words.En, f.Fault.Key, f.Fault.Args...))
		}
	}
}
