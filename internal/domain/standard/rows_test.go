package standard_test

import (
	"io/fs"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/standard"
	"bangfu/standards"
)

const small = `standard: winter
version: 1
name: {zh: 冬季补助, en: Winter grant}
kind: benefit
facts: {income_per_head_month: }
parameters:
  line: {type: money, ref: dibao_line, zh: 低保标准, en: subsistence line}
gates: # who
  - {code: below, when: income_per_head_month < line, zh: 人均低于低保标准, clause: 第二条}
items:
  - {code: grant, zh: 补助金, kind: FIXED, amount: 800, period: once}
`

func parsed(t rapid.TB, body string) *standard.Standard {
	t.Helper()
	s, err := standard.Parse([]byte(body))
	if err != nil {
		t.Fatalf("%v\n%s", err, body)
	}
	return s
}

// A document is written row by row: a fact comes with the condition that speaks of it, the order can be changed, and what is
// taken out is gone.
func TestRows(t *testing.T) {
	must := func(body string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatalf("%v %+v", err, fault.Of(err).Parts)
		}
		return body
	}
	body := must(standard.PutRow(small, "gates", 1, standard.Row{"code": "member", "zh": "工会会员: 在册", "when": "union_member", "clause": "第一条"}))
	body = must(standard.PutRow(body, "items/0/requires", 0, standard.Row{"code": "ill", "zh": "患重大疾病", "when": "!dibao"}))
	body = must(standard.PutRow(body, "documents", 0, standard.Row{"code": "id_card", "zh": "身份证", "items": "grant"}))
	body = must(standard.PutRow(body, "items", 0, standard.Row{"code": "grant", "zh": "补助金", "kind": "FIXED", "amount": "900", "period": "yearly", "documents": "id_card"}))
	body = must(standard.RaiseRow(body, "gates", 1))
	body = must(standard.SetFields(body, map[string]string{"publicity/days": "5", "source/title": "帮扶办法: 试行", "name/zh": "冬季暖心补助"}))
	s := parsed(t, body)
	if len(s.Gates) != 2 || s.Gates[0].Code != "member" || s.Gates[0].Text.Zh != "工会会员: 在册" || len(s.Items[0].Requires) != 1 || s.Publicity.Days != 5 ||
		s.Source.Title != "帮扶办法: 试行" || s.Name.Zh != "冬季暖心补助" || s.Name.En != "Winter grant" || s.Items[0].Period != "yearly" || len(s.Items[0].Documents) != 1 {
		t.Errorf("%+v\n%s", s, body)
	}
	if row, err := standard.RowAt(body, "items", 0); err != nil || row["documents"] != "id_card" || row["amount"] != "900" || row["requires"] != "" {
		t.Errorf("row %v, %v", row, err)
	}
	if !strings.Contains(body, "# who") {
		t.Errorf("the comment is gone:\n%s", body)
	}
	body = must(standard.DropRow(body, "gates", 0))
	if n := standard.RowsIn(body, "gates"); n != 1 {
		t.Errorf("%d gates are left", n)
	}
	body = must(standard.PutRow(body, "parameters", 1, standard.Row{"name": "cap", "type": "money", "value": "5000", "zh": "封顶"}))
	if s = parsed(t, body); len(s.Parameters) != 2 || s.Parameters[1].Value.Num != 500000 {
		t.Errorf("%+v", s.Parameters)
	}
	if standard.Field(body, "publicity/days") != "5" || standard.Field(body, "valid/from") != "" {
		t.Errorf("fields: %q", body)
	}
}

// A fault of a row stands at its field; one elsewhere keeps its line.
func TestRowFaults(t *testing.T) {
	at := func(list string, n int, row standard.Row) string {
		t.Helper()
		_, err := standard.PutRow(small, list, n, row)
		var out []string
		for _, p := range fault.Of(err).Parts {
			out = append(out, p.Field+" "+p.Key)
		}
		return strings.Join(out, ", ")
	}
	for want, got := range map[string]string{
		"when standard.undeclared": at("gates", 1, standard.Row{"code": "a", "zh": "甲", "when": "incom < line"}),
		"zh standard.missing":      at("gates", 1, standard.Row{"code": "a", "when": "dibao"}),
		"amount standard.missing":  at("items", 0, standard.Row{"code": "grant", "zh": "补助金", "kind": "FIXED", "amount": ""}),
		"code standard.twice":      at("gates", 1, standard.Row{"code": "below", "zh": "甲", "when": "dibao"}),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if _, err := standard.PutRow(small, "gates", 7, standard.Row{}); !fault.Is(err, "standard.no_row") {
		t.Error(err)
	}
	if _, err := standard.DropRow(small, "items", 0); err == nil {
		t.Error("the last item of a benefit goes")
	}
}

// What is picked from lists is read back from its expression as it was picked, and the document takes it.
func TestPicksReadBack(t *testing.T) {
	s := parsed(t, small)
	all, err := standard.Subjects(s, "")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := standard.Picks{Any: rapid.Bool().Draw(t, "any")}
		for range rapid.IntRange(1, 4).Draw(t, "lines") {
			x := rapid.SampledFrom(all).Draw(t, "fact")
			line := standard.Pick{Fact: x.Name, Op: rapid.SampledFrom([]string{"lt", "le", "ge", "gt", "eq", "ne"}).Draw(t, "op")}
			switch x.Sort {
			case standard.Bool:
				line.Op = rapid.SampledFrom([]string{"is", "not"}).Draw(t, "op")
			case standard.Words:
				line.Op = rapid.SampledFrom([]string{"eq", "ne"}).Draw(t, "op")
				line.Value = "x"
				if len(x.Values) > 1 && rapid.Bool().Draw(t, "many") {
					line.Op, line.Value = rapid.SampledFrom([]string{"in", "out"}).Draw(t, "op"), x.Values[0].Value+"、"+x.Values[1].Value
				} else if len(x.Values) > 0 {
					line.Value = x.Values[0].Value
				}
			case standard.Money:
				line.Value = rapid.SampledFrom([]string{"0", "5000", "799.99"}).Draw(t, "value")
				if rapid.Bool().Draw(t, "measured") {
					line.Of, line.Value = "line", rapid.SampledFrom([]string{"", "1.5", "2", "0.8"}).Draw(t, "times")
				}
			case standard.Int:
				line.Value = "3"
			default:
				line.Value = "2026-01-31"
			}
			p.Lines = append(p.Lines, line)
		}
		p.Any = p.Any && len(p.Lines) > 1
		expr, err := p.Write(s, "")
		if err != nil {
			t.Fatalf("%+v: %v %v", p, err, fault.Of(err).Parts)
		}
		if got, ok := standard.ReadPicks(s, "", expr); !ok || !same(got, p) {
			t.Fatalf("%q is read as %+v, was %+v", expr, got, p)
		}
		body, err := standard.PutRow(small, "gates", 1, standard.Row{"code": "picked", "zh": "所选", "when": expr})
		if err != nil {
			t.Fatalf("%q: %v %v", expr, err, fault.Of(err).Parts)
		}
		parsed(t, body)
	})
}

func same(a, b standard.Picks) bool {
	if a.Any != b.Any || len(a.Lines) != len(b.Lines) {
		return false
	}
	for i := range a.Lines {
		if a.Lines[i] != b.Lines[i] {
			return false
		}
	}
	return true
}

// A picked value is said in the words of the page, and a wrong one names what may stand there.
func TestPickFaults(t *testing.T) {
	s := parsed(t, small)
	for want, line := range map[string]standard.Pick{
		"value.0 standard.pick_one_of": {Fact: "event_kind", Op: "eq", Value: "地震"},
		"value.0 standard.pick_value":  {Fact: "self_pay", Op: "gt", Value: "很多"},
		"op.0 standard.pick_op":        {Fact: "dibao", Op: "gt", Value: "1"},
		"value.0 standard.pick_times":  {Fact: "income_per_head_month", Op: "lt", Of: "line", Value: "一倍半"},
		"fact.0 standard.pick_fact":    {Fact: "weather", Op: "is"},
		"of.0 standard.pick_fact":      {Fact: "self_pay", Op: "gt", Of: "weather"},
	} {
		_, err := standard.Picks{Lines: []standard.Pick{line}}.Write(s, "")
		if f := fault.Of(err); len(f.Parts) != 1 || f.Parts[0].Field+" "+f.Parts[0].Key != want {
			t.Errorf("%+v: %v %+v, want %q", line, err, f.Parts, want)
		}
	}
	if got, err := (standard.Picks{Lines: []standard.Pick{{Fact: "event_kind", Op: "in", Value: "重大疾病、自然灾害"}}}).Write(s, ""); err != nil || got != "event_kind in ['illness', 'natural_disaster']" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := (standard.Picks{Lines: []standard.Pick{{Fact: "income_per_head_month", Op: "lt", Of: "line", Value: "1.5倍"}}}).Write(s, ""); err != nil || got != "income_per_head_month * 2 < line * 3" {
		t.Errorf("%q, %v", got, err)
	}
}

// Every shipped document stays what it is when it is written anew row by row.
func TestShippedRowsStay(t *testing.T) {
	names, err := fs.Glob(standards.Files, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, ".cases.yaml") {
			continue
		}
		text, err := fs.ReadFile(standards.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		body := string(text)
		for _, list := range []string{"gates", "exclusions", "classes/rows", "items", "items/0/requires", "items/0/limits", "documents", "parameters", "derived"} {
			for i := range standard.RowsIn(body, list) {
				row, err := standard.RowAt(body, list, i)
				if err != nil {
					t.Fatal(err)
				}
				again, err := standard.PutRow(body, list, i, row)
				if err != nil {
					t.Fatalf("%s %s %d: %v %v", name, list, i, err, fault.Of(err).Parts)
				}
				if one, two := standard.Normal(body), standard.Normal(again); one != two {
					t.Errorf("%s %s %d: another document:\n%s\n%s", name, list, i, one, two)
				}
			}
		}
	}
}

// Every shape is a whole standard, and so is what starts from it or from a copy.
func TestShapes(t *testing.T) {
	all, err := standard.Shapes()
	if err != nil || len(all) < 6 {
		t.Fatal(len(all), err)
	}
	start := standard.Start{Code: "warm_2027", Name: standard.Text{Zh: "2027 年帮扶"}, Source: "关于帮扶的通知", Issue: "示例工会"}
	for _, shape := range all {
		body, err := start.FromShape(shape.Code)
		if err != nil {
			t.Fatalf("%s: %v", shape.Code, err)
		}
		s := parsed(t, body)
		if s.Code != "warm_2027" || s.Name.Zh != "2027 年帮扶" || s.Source.Title != "关于帮扶的通知" || len(s.Notes) != 0 || shape.Says.Zh == "" || shape.Says.En == "" {
			t.Errorf("%s: %+v", shape.Code, s)
		}
	}
	if body, err := start.FromCopy(small); err != nil || parsed(t, body).Code != "warm_2027" {
		t.Error(err)
	}
	if _, err := (standard.Start{Code: "冬季"}).FromCopy(small); !fault.Is(err, "standard.code") {
		t.Error(err)
	}
}

// Families are kept with a standard as they are filled in; one that comes out otherwise is told of.
func TestCaseRows(t *testing.T) {
	s := parsed(t, small)
	cases, err := standard.PutCase(s, "", 0, standard.CaseRow{"name": "线下", "fact.income_per_head_month": "999.99", "ref.dibao_line": "1000", "want.outcome": "yes", "want.item.grant": "800"})
	if err != nil {
		t.Fatal(err, fault.Of(err).Parts)
	}
	cases, err = standard.PutCase(s, cases, 1, standard.CaseRow{"name": "线上", "fact.income_per_head_month": "1,000", "ref.dibao_line": "1000", "want.outcome": "是"})
	if err != nil {
		t.Fatal(err, fault.Of(err).Parts)
	}
	got, err := standard.RunCases(s, cases)
	if err != nil || len(got) != 2 || len(got[0].Diffs) != 0 || len(got[1].Diffs) == 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	row, err := standard.CaseAt(s, cases, 1)
	if err != nil || row["want.outcome"] != "yes" || row["fact.income_per_head_month"] != "1,000" {
		t.Errorf("%v, %v", row, err)
	}
	row["want.outcome"], row["want.reason"] = "no", "below"
	if cases, err = standard.PutCase(s, cases, 1, row); err != nil {
		t.Fatal(err)
	}
	if got, err = standard.RunCases(s, cases); err != nil || len(got[1].Diffs) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = standard.PutCase(s, cases, 2, standard.CaseRow{"name": "错", "fact.income_per_head_month": "很少", "want.outcome": "maybe"})
	if f := fault.Of(err); len(f.Parts) != 2 || f.Parts[0].Field != "fact.income_per_head_month" || f.Parts[1].Field != "want.outcome" {
		t.Errorf("%v %v", err, f.Parts)
	}
	if cases, err = standard.DropCase(s, cases, 1); err != nil {
		t.Fatal(err)
	}
	if cases, err = standard.DropCase(s, cases, 0); err != nil || cases != "" {
		t.Errorf("%q, %v", cases, err)
	}
}

// Every shipped family is read into the form and written back without being judged otherwise.
func TestShippedCaseRows(t *testing.T) {
	names, err := fs.Glob(standards.Files, "*.cases.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		code := strings.TrimSuffix(name, ".cases.yaml")
		text, err := fs.ReadFile(standards.Files, code+".yaml")
		if err != nil {
			t.Fatal(err)
		}
		kept, err := fs.ReadFile(standards.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		s, cases := parsed(t, string(text)), string(kept)
		for i := range standard.RowsIn(cases, "families") {
			row, err := standard.CaseAt(s, cases, i)
			if err != nil {
				t.Fatal(err)
			}
			if cases, err = standard.PutCase(s, cases, i, row); err != nil {
				t.Fatalf("%s %s: %v %v", name, row["name"], err, fault.Of(err).Parts)
			}
		}
		all, err := standard.RunCases(s, cases)
		for _, r := range all {
			if len(r.Diffs) > 0 {
				t.Errorf("%s %s: %+v", name, r.Name, r.Diffs)
			}
		}
		if err != nil || len(all) == 0 {
			t.Errorf("%s: %d families, %v", name, len(all), err)
		}
	}
}
