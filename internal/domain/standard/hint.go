package standard

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
)

// instead is what to write for a sign that an expression has not.
var instead = map[string]string{"（": "(", "）": ")", "，": ",", "＜": "<", "＞": ">", "＝": "==", "≤": "<=", "≥": ">=", "≠": "!=", "×": "*",
	"＋": "+", "－": "-", "÷": "floordiv(a, b)", "“": "'", "”": "'", "‘": "'", "’": "'", string(rune(0xff01)): "!", "且": "&&", "并且": "&&", "或": "||", "或者": "||", "非": "!",
	"=": "==", "&": "&&", "|": "||", "=<": "<=", "=>": ">=", "<>": "!=", "and": "&&", "or": "||", "not": "!", "AND": "&&", "OR": "||", "NOT": "!",
	"True": "true", "False": "false", "TRUE": "true", "FALSE": "false", "是": "true", "否": "false"}

// sign matches, outside written texts, what an expression has not; the parts that are all right come first and are passed over.
var sign = regexp.MustCompile(`'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|==|!=|<=|>=|&&|\|\||` +
	`([0-9][0-9,]*(?:\.[0-9]+)?(?:%|万元|万|元))|([0-9]+\.[0-9]+)|[A-Za-z_][A-Za-z0-9_.]*|(=<|=>|<>|[=&|（），＜＞＝≤≥≠×＋－÷“”‘’\x{ff01}]|并且|或者|[且或非是否])`)

// signs finds the first thing of an expression that is written otherwise here, and says how.
func (c *compiler) signs(text string) error {
	for _, m := range sign.FindAllStringSubmatchIndex(text, -1) {
		word, at := text[m[0]:m[1]], len([]rune(text[:m[0]]))
		to := instead[word]
		switch {
		case m[2] >= 0 && strings.HasSuffix(word, "%"):
			return placed{fault.New(fault.Invalid, "standard.per_cent", word, strings.TrimSuffix(word, "%")), at}
		case m[2] >= 0:
			return placed{fault.New(fault.Invalid, "standard.amount_word", word), at}
		case m[4] >= 0:
			return placed{fault.New(fault.Invalid, "standard.decimal", word), at}
		case to != "" && c.names[word] == nil && !strings.Contains(text[m[1]:min(m[1]+1, len(text))], "("):
			return placed{fault.New(fault.Invalid, "standard.sign", word, to), at}
		}
	}
	return nil
}

// signature is how each function is called.
var signature = map[string]string{"floordiv": "floordiv(a, b)", "percent": "percent(a, 30, 100)", "months_between": "months_between(d1, d2)",
	"days_between": "days_between(d1, d2)", "years_between": "years_between(d1, d2)", "yuan": `yuan(5000), yuan("12.50")`, "min": "min(a, b, …)", "max": "max(a, b, …)"}

func functions() string {
	return strings.Join(slices.Sorted(maps.Keys(signature)), ", ")
}

// near gives the name that is most like a word, "" when none is.
func near(word string, names []string) (best string) {
	least := 1 + len(word)/4
	for _, n := range slices.Sorted(slices.Values(names)) {
		if d := distance(word, n); d <= least && d < len(word) && n != word {
			best, least = n, d-1
		}
	}
	return best
}

// distance is how many letters must change, come or go.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for i := range row {
		row[i] = i
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for k := range len(b) {
			cost := diagonal
			if a[i] != b[k] {
				cost++
			}
			diagonal = row[k+1]
			row[k+1] = min(cost, row[k]+1, row[k+1]+1)
		}
	}
	return row[len(b)]
}

var dotted = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*`)

// unknown says of a name that is not declared what it may have been meant for: a function, a name of the published vocabulary
// that is not listed, earlier aid misspelt, or a name much like it.
func (c *compiler) unknown(text string, at int, name string) error {
	rest := string([]rune(text)[min(at, len([]rune(text))):])
	if full := dotted.FindString(rest); full != "" {
		name, rest = full, rest[len(full):]
	}
	if strings.HasPrefix(strings.TrimSpace(rest), "(") {
		if like := near(name, slices.Collect(maps.Keys(signature))); like != "" {
			return fault.New(fault.Invalid, "standard.function_near", name, signature[like])
		}
		return fault.New(fault.Invalid, "standard.function", name, functions())
	}
	first, _, isDotted := strings.Cut(name, ".")
	if slices.Contains([]string{"aid", "times", "pool", "decided"}, first) {
		return fault.New(fault.Invalid, "standard.earlier_form", name, strings.Join(windows[1:], ", "))
	}
	v, err := Published()
	if err != nil {
		return err
	}
	if _, ok := v.fact(name); ok {
		return fault.New(fault.Invalid, "standard.not_listed", name)
	}
	if i := slices.IndexFunc(v.Groups, func(g Group) bool { return g.One == first }); isDotted && i >= 0 && c.groups[v.Groups[i].Name].Name == "" {
		return fault.New(fault.Invalid, "standard.group_not_listed", name, v.Groups[i].Name)
	}
	if like := near(name, slices.Collect(maps.Keys(c.names))); like != "" {
		return fault.New(fault.Invalid, "standard.undeclared_near", name, like)
	}
	return fault.New(fault.Invalid, "standard.undeclared", name)
}

var overload = regexp.MustCompile(`^found no matching overload for '([^']+)' applied to '\((.*)\)'`)

var expected = regexp.MustCompile(`^expected type '([^']+)' but found '([^']+)'`)

// mismatch says in the author's words what CEL says of types.
func mismatch(message string) error {
	m := overload.FindStringSubmatch(message)
	if m == nil {
		return fault.New(fault.Invalid, "standard.overload", clean(message), Sorts(nil))
	}
	var kinds Sorts
	for _, t := range strings.Split(m[2], ", ") {
		kinds = append(kinds, t)
	}
	name := strings.Trim(strings.ReplaceAll(strings.ReplaceAll(m[1], "_", " "), "@", ""), " ")
	if s := signature[m[1]]; s != "" {
		return fault.New(fault.Invalid, "standard.signature", m[1], kinds, s)
	}
	return fault.New(fault.Invalid, "standard.overload", name, kinds)
}

// Sorts names the types of a call in a sentence, as CEL knows them: money is a number there.
type Sorts []string

// Say lists the types.
func (s Sorts) Say(l words.Lang) string {
	var all []string
	for _, t := range s {
		switch {
		case t == "int":
			all = append(all, words.T(l, "standard.cel_int"))
		case t == "bool":
			all = append(all, words.T(l, "standard.sort_bool"))
		case t == "string":
			all = append(all, words.T(l, "standard.cel_string"))
		case strings.HasPrefix(t, "list"):
			all = append(all, words.T(l, "standard.sort_list"))
		default:
			all = append(all, t)
		}
	}
	return strings.Join(all, words.T(l, "standard.comma"))
}

// yamlHints say what the YAML reader's complaints mean, the more special first.
var yamlHints = [][2]string{
	{"mapping values are not allowed", "standard.yaml_colon"},
	{"found character that cannot start any token", "standard.yaml_char"},
	{"found a tab character", "standard.yaml_char"},
	{"did not find expected ',' or", "standard.yaml_bracket"},
	{"did not find expected node content", "standard.yaml_bracket"},
	{"found unexpected end of stream", "standard.yaml_quote"},
	{"unknown escape character", "standard.yaml_escape"},
	{"unknown anchor", "standard.yaml_alias"},
	{"did not find expected", "standard.yaml_indent"},
	{"could not find expected", "standard.yaml_indent"},
	{"invalid UTF-8", "standard.yaml_utf8"},
	{"invalid leading UTF-8", "standard.yaml_utf8"},
	{"invalid trailing UTF-8", "standard.yaml_utf8"},
	{"control characters are not allowed", "standard.yaml_utf8"},
}

func yamlFault(message string) error {
	for _, h := range yamlHints {
		if strings.Contains(message, h[0]) {
			return fault.New(fault.Invalid, h[1])
		}
	}
	return fault.New(fault.Invalid, "standard.yaml", clean(strings.TrimPrefix(message, "yaml: ")))
}
