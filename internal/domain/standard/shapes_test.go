package standard_test

import (
	"encoding/json"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/standard"
)

// sequence takes items one after another and tests again with what was given.
const sequence = `
standard: sequence
name: {zh: 依次}
kind: benefit
facts: {income_year: , family_size: , self_pay: , disabled: }
parameters: {line: {type: money, ref: dibao_line}}
derived: {line_year: line * 12 * family_size}
gates: [{code: low, when: income_year < line_year, zh: 低于低保}]
items:
  - {code: living, zh: 生活, kind: FORMULA, amount: 10 * line, period: yearly, levels: [{code: city, zh: 市, from: 0}, {code: province, zh: 省, from: 20000}, {code: national, zh: 全国, above: 50000}]}
  - {code: medical, zh: 医疗, kind: CAP, when: self_pay > yuan(0), amount: "min(self_pay, yuan(\"20000.00\"))", period: yearly}
  - {code: special, zh: 特殊, kind: FIXED, when: disabled, amount: 500元}
stacking: {rule: sequence, adds_to: income_year}
`

// joint has items that share limits and a table whose rows add up; only one item may be taken.
const joint = `
standard: joint
name: {zh: 共用}
kind: benefit
facts: {disabled: , single_parent: , homes: , self_pay: , rigid_year: }
rounding: {mode: down, to: yuan}
exclusions: [{code: homes, when: homes >= 2, zh: 两套以上住房}]
items:
  - code: basic
    zh: 基本
    kind: FORMULA
    hit: all
    rows:
      - {code: r1, when: disabled, amount: "percent(rigid_year, 1, 3)"}
      - {code: r2, when: single_parent, amount: 200}
    limits: [{within: rolling12}]
  - code: extra
    zh: 额外
    kind: RANGE
    when: self_pay > yuan(100)
    floor: 100
    ceiling: max(self_pay, yuan(100))
    limits: [{within: year, times: 2, code: twice}]
limits:
  - {items: [basic, extra], within: year, most: 1000, code: both, zh: 两项合计}
stacking: one
`

// higher gives the highest of an item's rows, and of the items.
const higher = `
standard: higher
name: {zh: 就高}
kind: benefit
facts: {disabled: , single_parent: , self_pay: }
groups: {students: }
items:
  - {code: a, zh: 甲, kind: RANGE, hit: highest, rows: [{when: disabled, floor: 1, ceiling: 20}, {when: single_parent, floor: 2, ceiling: 10}]}
  - {code: b, zh: 乙, kind: FORMULA, amount: "percent(self_pay, 10, 100)"}
  - {code: c, zh: 丙, kind: FIXED, each: students, when: student.disabled, amount: 8}
stacking: highest
`

func parse(t *testing.T, text string) *standard.Standard {
	t.Helper()
	s, err := standard.Parse([]byte(text))
	if err != nil {
		t.Fatal(say(err))
	}
	return s
}

func yuan(n int64) standard.Value { return standard.MoneyOf(money.Yuan(n)) }

func TestSequence(t *testing.T) {
	s := parse(t, sequence)
	f := standard.Facts{"income_year": yuan(20_000), "family_size": standard.IntOf(3), "self_pay": yuan(50_000), "disabled": standard.BoolOf(true)}
	r := standard.Refs{"dibao_line": yuan(1000)}
	v := s.Judge(f, r)
	if it, _ := v.Item("living", 0); it.Amount != money.Yuan(10_000) || it.Level(it.Amount) != "city" || it.Level(money.Yuan(20_000)) != "province" || it.Level(money.Yuan(50_000)) != "province" || it.Level(money.Yuan(50_001)) != "national" {
		t.Errorf("living: %+v", it)
	}
	if it, _ := v.Item("medical", 0); it.Ceiling != money.Yuan(20_000) {
		t.Errorf("medical: %+v", it)
	}
	if it, _ := v.Item("special", 0); it.Outcome != standard.Unknown || strings.Join(it.Needs, " ") != "decided.medical" {
		t.Errorf("special before medical is decided: %+v", it)
	}
	f["decided.medical"] = yuan(6_000) // 20,000 + 10,000 + 6,000 is the line: no longer below it
	if it, _ := s.Judge(f, r).Item("special", 0); it.Outcome != standard.No || it.Reasons[0].Code != "low" {
		t.Errorf("special at the line: %+v", it)
	}
	f["decided.medical"] = yuan(5_999)
	if it, _ := s.Judge(f, r).Item("special", 0); it.Amount != money.Yuan(500) {
		t.Errorf("special below the line: %+v", it)
	}
}

// A refused item adds nothing: what was not known stays not known, and for its own reason, not for the item's.
func TestSequenceOverUnknown(t *testing.T) {
	s := parse(t, "standard: seq\nname: {zh: 名}\nkind: benefit\nfacts: {income_year: , disabled: , dibao: , self_pay: }\nitems:\n"+
		"  - {code: a, zh: 甲, kind: FIXED, when: disabled, amount: 100}\n  - {code: b, zh: 乙, kind: FIXED, when: income_year < yuan(1000), amount: 200}\n"+
		"  - {code: c, zh: 丙, kind: CAP, when: dibao, amount: self_pay}\n  - {code: d, zh: 丁, kind: FIXED, when: income_year < yuan(5000), amount: 50}\nstacking: {rule: sequence, adds_to: income_year}\n")
	no, yes := standard.BoolOf(false), standard.BoolOf(true)
	for _, tt := range []struct {
		name  string
		facts standard.Facts
		want  map[string]string // item → outcome and needs
	}{
		{"refused, income unknown", standard.Facts{"disabled": no, "dibao": no}, map[string]string{"a": "no ", "b": "unknown income_year", "d": "unknown income_year"}},
		{"given, income unknown", standard.Facts{"disabled": yes, "dibao": no}, map[string]string{"a": "yes ", "b": "unknown income_year"}},
		{"refused, income known", standard.Facts{"disabled": no, "dibao": no, "income_year": yuan(900)}, map[string]string{"b": "yes ", "d": "yes "}},
		{"given, income known", standard.Facts{"disabled": yes, "dibao": no, "income_year": yuan(900)}, map[string]string{"b": "no ", "d": "yes "}},
		{"not sure of the first", standard.Facts{"dibao": no, "income_year": yuan(900)}, map[string]string{"a": "unknown disabled", "b": "unknown disabled", "c": "no ", "d": "unknown disabled"}},
		{"not sure of a cap", standard.Facts{"disabled": no, "dibao": yes, "income_year": yuan(900)}, map[string]string{"c": "unknown self_pay", "d": "unknown self_pay"}},
		{"a cap to be decided", standard.Facts{"disabled": no, "dibao": yes, "self_pay": yuan(5), "income_year": yuan(900)}, map[string]string{"c": "yes ", "d": "unknown decided.c"}},
	} {
		v := s.Judge(tt.facts, nil)
		for code, want := range tt.want {
			it, _ := v.Item(code, 0)
			if got := string(it.Outcome) + " " + strings.Join(it.Needs, " "); got != want {
				t.Errorf("%s: %s is %q, want %q", tt.name, code, got, want)
			}
		}
	}
}

func TestJoint(t *testing.T) {
	s := parse(t, joint)
	f := standard.Facts{"disabled": standard.BoolOf(true), "single_parent": standard.BoolOf(true), "homes": standard.IntOf(1), "self_pay": yuan(5000), "rigid_year": yuan(1000),
		"aid.basic.rolling12": yuan(0), "aid.basic.year": yuan(0), "aid.extra.year": yuan(700), "times.extra.year": standard.IntOf(1)}
	v := s.Judge(f, nil)
	if it, _ := v.Item("basic", 0); it.Outcome != standard.Yes || it.Amount != money.Yuan(300) { // 333 + 200, cut to what the joint limit leaves
		t.Errorf("basic: %+v", it)
	}
	for _, tt := range []struct {
		ask  []standard.Request
		want string
	}{
		{[]standard.Request{{Item: "extra", Amount: money.Yuan(300)}}, ""},
		{[]standard.Request{{Item: "extra", Amount: money.Yuan(301)}}, "standard.above_limit"},
		{[]standard.Request{{Item: "basic", Amount: money.Yuan(300)}, {Item: "extra", Amount: money.Yuan(100)}}, "standard.shared_limit"},
		{[]standard.Request{{Item: "none", Amount: 1}}, "standard.no_item"},
	} {
		err := v.Allows(tt.ask)
		if got := keyOf(err); got != tt.want {
			t.Errorf("Allows(%v) = %q, want %q", tt.ask, got, tt.want)
		}
	}
	f["aid.extra.year"], f["rigid_year"] = yuan(0), yuan(1)
	if err := s.Judge(f, nil).Allows([]standard.Request{{Item: "basic", Amount: money.Yuan(200)}, {Item: "extra", Amount: money.Yuan(100)}}); keyOf(err) != "standard.only_one" {
		t.Errorf("two of one: %v", err)
	}
	f["homes"] = standard.IntOf(2)
	if v := s.Judge(f, nil); v.Outcome != standard.No || v.Reasons[0].Code != "homes" {
		t.Errorf("excluded: %+v", v.Reasons)
	}
}

// A count per household also counts the elements asked for together.
func TestSharedTimes(t *testing.T) {
	s := parse(t, "standard: twins\nname: {zh: 名}\nkind: benefit\ngroups: {students: }\nitems: [{code: study, zh: 助学, kind: FIXED, each: students, amount: 2000, limits: [{per: household, within: year, times: 2}]}]\n")
	one := standard.Facts{"grade": standard.IntOf(1)}
	f := standard.Facts{"students": standard.RowsOf(one, one, one), "times.study.year": standard.IntOf(0)}
	ask := []standard.Request{{Item: "study", Index: 1, Amount: money.Yuan(2000)}, {Item: "study", Index: 2, Amount: money.Yuan(2000)}, {Item: "study", Index: 3, Amount: money.Yuan(2000)}}
	if err := s.Judge(f, nil).Allows(ask[:2]); err != nil {
		t.Errorf("two of two: %v", err)
	}
	if err := s.Judge(f, nil).Allows(ask); keyOf(err) != "standard.shared_times" {
		t.Errorf("three of two: %v", err)
	}
}

func keyOf(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Key
}

// Every fault of a document names its place and what is wrong.
func TestFaults(t *testing.T) {
	head := "standard: x\nname: {zh: 名}\nkind: benefit\nfacts: {self_pay: , age: , union_member: , first_diagnosed: }\n"
	item := "items: [{code: a, zh: 甲, kind: CAP, amount: 100}]\n"
	for _, tt := range []struct{ name, text, at, key string }{
		{"unknown field", head + item + "colour: red\n", "6:1", "standard.field"},
		{"float", head + "gates: [{code: g, zh: 门, when: age > 1.5}]\n" + item, "5:38", "standard.decimal"},
		{"slash", head + "gates: [{code: g, zh: 门, when: age / 2 > 1}]\n" + item, "5:36", "standard.slash"},
		{"money against number", head + "gates: [{code: g, zh: 门, when: self_pay > 100}]\n" + item, "5:41", "standard.mixed"},
		{"money times money", head + "gates: [{code: g, zh: 门, when: self_pay * self_pay > yuan(1)}]\n" + item, "5:41", "standard.money_times_money"},
		{"not a truth", head + "gates: [{code: g, zh: 门, when: age + 1}]\n" + item, "5:32", "standard.wants_bool"},
		{"undeclared", head + "gates: [{code: g, zh: 门, when: homes > 1}]\n" + item, "5:32", "standard.not_listed"},
		{"division by zero", head + "gates: [{code: g, zh: 门, when: \"floordiv(self_pay, age) > yuan(1)\"}]\n" + item, "5:33", "standard.zero"},
		{"overflow", head + "derived: {a: self_pay * 1000000, b: a * 1000000}\n" + item, "5:39", "standard.overflow"},
		{"macro", head + "gates: [{code: g, zh: 门, when: \"[1].all(x, x > 0)\"}]\n" + item, "5:37", "standard.function"},
		{"size", head + "gates: [{code: g, zh: 门, when: \"size('a') > 0\"}]\n" + item, "5:33", "standard.function"},
		{"range without floor", head + "items: [{code: a, zh: 甲, kind: RANGE, amount: 100}]\n", "5:9", "standard.missing"},
		{"yaml", "standard: [\n", "1:1", "standard.yaml_bracket"},
		{"alias", "standard: &a x\nname: *a\n", "2:7", "standard.not_mapping"},
		{"tag", head + "gates: [{code: g, zh: 门, when: !union_member }]\n" + item, "5:32", "standard.quote"},
		{"no stacking", head + "items: [{code: a, zh: 甲, kind: CAP, amount: 1}, {code: b, zh: 乙, kind: CAP, amount: 1}]\n", "1:1", "standard.stacking"},
		{"fact not published", "standard: x\nname: {zh: 名}\nkind: benefit\nfacts: {nothing_such: }\n" + item, "4:9", "standard.not_published"},
		{"bad rate", head + "items: [{code: a, zh: 甲, kind: FORMULA, slices: {of: self_pay, bands: [{rate: 0.9}]}}]\n", "5:72", "standard.rate"},
		{"range upside down", head + "items: [{code: a, zh: 甲, kind: RANGE, floor: 500, ceiling: 300}]\n", "5:9", "standard.range_order"},
		{"bands upside down", head + "items: [{code: a, zh: 甲, kind: FORMULA, slices: {of: self_pay, bands: [{upto: 200, rate: 9%}, {upto: 100, rate: 9%}, {rate: 1%}]}}]\n", "5:95", "standard.band"},
		{"date", head + "gates: [{code: g, zh: 门, when: first_diagnosed > '2021-02-30'}]\n" + item, "5:48", "standard.mixed"},
	} {
		_, err := standard.Parse([]byte(tt.text))
		var got []string
		for _, p := range fault.Of(err).Parts {
			inner := p.Args[2].(standard.Said)
			got = append(got, p.Field+" "+inner.Key)
		}
		if want := tt.at + " " + tt.key; !strings.Contains(strings.Join(got, "\n")+"\n", want+"\n") {
			t.Errorf("%s: got %q, want %q", tt.name, got, want)
		}
	}
}

// The worker's and the auditor's sentences are complete in both languages: no key, no open slot is left.
func TestSentences(t *testing.T) {
	for _, name := range shipped(t) {
		s, c := load(t, name)
		for _, f := range c.Families {
			v := s.Judge(f.Facts, f.Refs)
			for _, l := range words.Langs() {
				for _, line := range v.Audit(l) {
					if strings.Contains(line, "standard.") || strings.Contains(line, "{0}") || strings.Contains(line, "{1}") {
						t.Errorf("%s %s: %q", name, f.Name, line)
					}
				}
				if len(v.Sentences(l)) == 0 {
					t.Errorf("%s %s says nothing", name, f.Name)
				}
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sequence))
	f.Add([]byte(joint))
	f.Add([]byte("standard: x\nitems: [&a {code: *a}]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := standard.Parse(b)
		if err != nil {
			if fault.Of(err).Key == "fault.internal" {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		v := s.Judge(nil, nil)
		if err := v.Replay(s); err != nil {
			t.Fatal(err)
		}
		if _, err := standard.ParseCases(s, b); err == nil {
			t.Fatal("a standard is not a cases file")
		}
	})
}

// FuzzValue reads any text as a kept value: what is taken is written and read back the same.
func FuzzValue(f *testing.F) {
	for _, s := range []string{`{"money":79999}`, `{"bool":true}`, `{"list":["a"]}`, `{"rows":[{"a":{"int":1}}]}`, "null", "{}", `{"int":1,"money":1}`, `{"zebra":1}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var v, back standard.Value
		if json.Unmarshal([]byte(text), &v) != nil {
			return
		}
		once, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := back.UnmarshalJSON(once); err != nil {
			t.Fatalf("%s was written and is not read: %v", once, err)
		}
		if twice, err := json.Marshal(back); err != nil || string(twice) != string(once) {
			t.Fatalf("%s, then %s, %v", once, twice, err)
		}
	})
}

func FuzzExpression(f *testing.F) {
	for _, e := range []string{"age > 18", "floordiv(self_pay, 3) == yuan(5)", "percent(self_pay, 1, 3) < yuan('0.01') || !union_member", "first_diagnosed in ['2021-01-01']", "months_between(first_diagnosed, '2021-01-01') > -3", "min(1,2,3) == -age", "true ? true : union_member"} {
		f.Add(e)
	}
	f.Fuzz(func(t *testing.T, e string) {
		if strings.ContainsAny(e, "\r\n\x85\u2028\u2029") {
			return
		}
		text := "standard: x\nname: {zh: 名}\nkind: classification\nfacts: {self_pay: , age: , union_member: , first_diagnosed: }\nclasses: {rows: [{code: c, zh: 类, when: '" + strings.ReplaceAll(e, "'", "''") + "'}]}\n"
		s, err := standard.Parse([]byte(text))
		if err != nil {
			return
		}
		facts := standard.Facts{"self_pay": yuan(100), "age": standard.IntOf(40), "union_member": standard.BoolOf(true), "first_diagnosed": standard.DateOf("2021-03-04")}
		v := s.Judge(facts, nil)
		if v.Outcome == standard.Unknown {
			t.Fatalf("%q is not total: needs %v", e, v.Needs)
		}
	})
}
