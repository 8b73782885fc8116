package bangfu_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

func TestWordsComplete(t *testing.T) { hold(t, rule{"word", findMissingWords}) }

func TestWordsUsed(t *testing.T) { hold(t, rule{"unused", findUnusedWords}) }

func TestWordSlots(t *testing.T) { hold(t, rule{"slots", findSlots}) }

// reDotted is a key the program names itself ("fund.short"); any other key is its own Chinese text.
var reDotted = regexp.MustCompile(`^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+$`)

// A catalogue is one language's entries, with the file each stands in.
type catalogue map[string]struct{ text, file string }

func wordsOf(h *house, lang string) catalogue {
	out := catalogue{}
	names, _ := fs.Glob(h.fsys, "internal/base/words/catalogue/"+lang+"/*.txt") // the pattern is sound
	for _, name := range names {
		text, err := fs.ReadFile(h.fsys, name)
		if err != nil {
			continue
		}
		for _, line := range strings.Split(string(text), "\n") {
			key, val, ok := strings.Cut(line, " = ")
			if ok && !strings.HasPrefix(line, "#") {
				key = strings.ReplaceAll(strings.TrimSpace(key), `\n`, "\n")
				out[key] = struct{ text, file string }{val, name}
			}
		}
	}
	return out
}

// findMissingWords wants English for every Chinese text a page says, and both languages for every dotted key.
func findMissingWords(h *house) []finding {
	zh, en := wordsOf(h, "zh"), wordsOf(h, "en")
	var out []finding
	seen := map[string]bool{}
	h.keys(func(s *source, key string, pos token.Pos) {
		if seen[key] {
			return
		}
		seen[key] = true
		_, inZh := zh[key]
		_, inEn := en[key]
		where := line(h, pos)
		switch {
		case reDotted.MatchString(key) && !inZh:
			out = append(out, finding{where, 0, fmt.Sprintf("catalogue/zh has no %q", key)})
		case (reDotted.MatchString(key) || han(key)) && !inEn:
			out = append(out, finding{where, 0, fmt.Sprintf("catalogue/en has no %q", key)})
		}
	})
	for key, e := range zh {
		if _, ok := en[key]; !ok && !seen[key] {
			out = append(out, finding{e.file, 0, fmt.Sprintf("%q has no English", key)})
		}
	}
	for key, e := range en {
		if _, ok := zh[key]; !ok && reDotted.MatchString(key) && !seen[key] {
			out = append(out, finding{e.file, 0, fmt.Sprintf("%q has no Chinese", key)})
		}
	}
	return byPlace(out)
}

// findUnusedWords wants a use for every entry: its key somewhere in the product as a text of its own, or a text that
// ends in a dot and begins it ("task.state." + state).
func findUnusedWords(h *house) []finding {
	said, stems := map[string]bool{}, []string{}
	for _, s := range h.files {
		if s.test {
			continue
		}
		s.literals(func(text string, _ token.Pos) {
			said[text] = true
			if strings.HasSuffix(text, ".") && reDotted.MatchString(text+"x") {
				stems = append(stems, text)
			}
		})
		tags(s, func(_, text string, _ token.Pos) { said[text] = true })
	}
	shippedWords(h, said)
	var out []finding
	for _, lang := range []string{"zh", "en"} {
		for key, e := range wordsOf(h, lang) {
			stem := slices.ContainsFunc(stems, func(p string) bool { return strings.HasPrefix(key, p) })
			if !said[key] && !stem {
				out = append(out, finding{e.file, 0, fmt.Sprintf("nobody says %q", key)})
			}
		}
	}
	return byPlace(out)
}

// shippedWords adds the values that stand in the shipped documents of the programmes.
func shippedWords(h *house, said map[string]bool) {
	for _, p := range h.texts {
		if !strings.HasPrefix(p, "internal/") || path.Ext(p) != ".yaml" && path.Ext(p) != ".yml" {
			continue
		}
		text, err := fs.ReadFile(h.fsys, p)
		if err != nil {
			continue
		}
		for _, l := range strings.Split(string(text), "\n") {
			_, val, ok := strings.Cut(l, ": ")
			if !ok {
				val = strings.TrimPrefix(strings.TrimSpace(l), "- ")
			}
			said[strings.Trim(strings.TrimSpace(val), `"'`)] = true
		}
	}
}

var reSlot = regexp.MustCompile(`\{(\d+)\}`)

// findSlots wants the same slots {0}, {1} … in both languages.
func findSlots(h *house) []finding {
	zh := wordsOf(h, "zh")
	var out []finding
	for key, e := range wordsOf(h, "en") {
		from := key
		if z, ok := zh[key]; ok {
			from = z.text
		}
		if a, b := slots(from), slots(e.text); !slices.Equal(a, b) {
			out = append(out, finding{e.file, 0, fmt.Sprintf("%q: Chinese has the slots %v, English %v", key, a, b)})
		}
	}
	return byPlace(out)
}

func slots(text string) []string {
	var out []string
	for _, m := range reSlot.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// keyed says which argument of which function is a key of the catalogue.
var keyed = map[string]int{
	"words.T": 1, "words.Key": 0, "fault.New": 1, "fault.Is": 1, "Must": 2,
}

// keys calls f with every key the product names: in the functions above, in any method T, in fault.List's Add and in
// the tags label and hint, and wherever a text stands for a words.Key.
func (h *house) keys(f func(s *source, key string, pos token.Pos)) {
	typed := keyTypes(h)
	for _, s := range h.files {
		if s.test {
			continue
		}
		say := func(e ast.Expr) {
			if text, ok := stringOf(e); ok && text != "" {
				f(s, text, e.Pos())
			}
		}
		calls(s, func(c *call) {
			for _, i := range keyArguments(s, c, typed) {
				if i < len(c.Args) {
					say(c.Args[i])
				}
			}
		})
		tags(s, func(name, text string, pos token.Pos) {
			if text != "" && (name == "label" || name == "hint") {
				f(s, text, pos)
			}
		})
		typed.literals(s, say)
	}
}

func keyArguments(s *source, c *call, typed *keyTable) []int {
	name := c.name
	if c.pkg != "" && c.pkg != "?" {
		name = c.pkg + "." + c.name
	}
	if i, ok := keyed[name]; ok {
		return []int{i}
	}
	method := c.pkg != ""
	switch {
	case method && c.name == "T" && len(c.Args) > 0:
		return []int{0}
	case method && c.name == "Must" && len(c.Args) >= 3:
		return []int{1}
	case method && c.name == "Add" && len(c.Args) >= 2 && dotted(c.Args[1]):
		return []int{1}
	}
	if c.pkg == "" {
		name = s.file.Name.Name + "." + c.name
	}
	return typed.arguments[name]
}

func dotted(e ast.Expr) bool {
	text, ok := stringOf(e)
	return ok && reDotted.MatchString(text)
}

// tags calls f with the name and value of each struct tag.
func tags(s *source, f func(name, text string, pos token.Pos)) {
	ast.Inspect(s.file, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok || field.Tag == nil {
			return true
		}
		raw, err := strconv.Unquote(field.Tag.Value)
		if err != nil {
			return true
		}
		for _, name := range []string{"label", "hint"} {
			if text, ok := reflect.StructTag(raw).Lookup(name); ok {
				f(name, text, field.Tag.Pos())
			}
		}
		return true
	})
}
