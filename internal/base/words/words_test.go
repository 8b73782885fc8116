package words

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

type said string

func (s said) Say(l Lang) string { return string(l) + ":" + string(s) }

func TestFill(t *testing.T) {
	for _, tt := range []struct {
		text string
		args []any
		want string
	}{
		{"有 {0} 处", []any{3}, "有 3 处"},
		{"{1}{0}{1}", []any{"a", "b"}, "bab"},
		{"{0} {5} {x} {", []any{"a"}, "a {5} {x} {"},
		{"{0}", []any{said("x")}, "zh:x"},
		{"{0}", []any{"{0}"}, "{0}"},
		{"}{0}", []any{1}, "}1"},
		{"{-1}", []any{1}, "{-1}"},
	} {
		if got := fill(Zh, tt.text, tt.args); got != tt.want {
			t.Errorf("fill(%q, %v) = %q, want %q", tt.text, tt.args, got, tt.want)
		}
	}
}

func TestT(t *testing.T) {
	for _, tt := range []struct {
		lang      Lang
		key, want string
	}{
		{Zh, "没有这一句的中文", "没有这一句的中文"},
		{En, "没有这一句的英文", "没有这一句的英文"},
		{Zh, "审批|名词", "审批"},
		{Zh, "money.empty", "请填写金额"},
		{En, "money.empty", "Please give an amount"},
		{"fr", "money.empty", "请填写金额"},
	} {
		if got := T(tt.lang, tt.key); got != tt.want {
			t.Errorf("T(%s, %q) = %q, want %q", tt.lang, tt.key, got, tt.want)
		}
	}
	if got := T(Zh, "fault.form", Key("money.empty")); got != "有 请填写金额 处需要改一下" {
		t.Errorf("a key in a slot = %q", got)
	}
}

func TestParse(t *testing.T) {
	into := map[string]string{}
	if err := parse(into, "x", "# c\n\na.b = one\\ntwo\n提交 = Send = go\na.b = one\\ntwo\n"); err != nil {
		t.Fatal(err)
	}
	if into["a.b"] != "one\ntwo" || into["提交"] != "Send = go" {
		t.Errorf("parse = %q", into)
	}
	for _, bad := range []string{"a.b=1", "a.b = 1\na.b = 2"} {
		if err := parse(map[string]string{}, "x", bad); err == nil {
			t.Errorf("parse(%q) took it", bad)
		}
	}
}

var slot = regexp.MustCompile(`\{\d+\}`)

// slots gives the set of a sentence's slots: a language may name one twice.
func slots(text string) []string {
	all := slot.FindAllString(text, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

func TestCatalogueIsWhole(t *testing.T) {
	zh, err := Catalogue(Zh)
	if err != nil {
		t.Fatal(err)
	}
	en, err := Catalogue(En)
	if err != nil {
		t.Fatal(err)
	}
	han := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	}
	for k, text := range zh {
		other, ok := en[k]
		if !ok {
			t.Errorf("%q has no English", k)
		} else if !slices.Equal(slots(text), slots(other)) {
			t.Errorf("%q: slots differ: %q, %q", k, text, other)
		}
		if strings.Contains(text, "！") || strings.HasSuffix(text, "!") || strings.Contains(text, "操作失败") || strings.Contains(text, "特困户") || strings.Contains(text, "贫困户") {
			t.Errorf("%q: the copy rules do not allow %q", k, text)
		}
	}
	for k, text := range en {
		if _, ok := zh[k]; !ok && !han(k) && !slot.MatchString(k) { // "{0}，{1}" is its own Chinese
			t.Errorf("%q has no Chinese", k)
		} else if !ok && !slices.Equal(slots(k), slots(text)) {
			t.Errorf("slots differ: %q, %q", k, text)
		}
		if text == "" {
			t.Errorf("%q is empty in English", k)
		}
	}
}
