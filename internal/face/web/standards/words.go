package standards

import (
	"regexp"
	"strings"

	"bangfu/internal/base/words"
	"bangfu/internal/domain/standard"
)

// names are the words of everything an expression of a standard can speak of, by its name in the document.
type names map[string]standard.Text

func namesOf(s *standard.Standard) names {
	n := names{"class": {Zh: "认定的类别", En: "the class found"}}
	for _, f := range s.Facts {
		n[f.Name] = f.Text
		for _, c := range f.Values {
			n[f.Name+"="+c.Value] = c.Text
		}
	}
	for _, g := range s.Groups {
		n[g.Name] = g.Text
		for _, f := range g.Fields {
			n[g.One+"."+f.Name] = f.Text
			for _, c := range f.Values {
				n[g.One+"."+f.Name+"="+c.Value] = c.Text
			}
		}
	}
	for _, p := range s.Parameters {
		n[p.Name] = p.Text
		if p.Text == (standard.Text{}) {
			n[p.Name] = standard.Text{Zh: p.Name}
		}
	}
	for _, d := range s.Derived {
		if d.Text != (standard.Text{}) {
			n[d.Name] = d.Text
		}
	}
	if s.Classes != nil {
		for _, r := range s.Classes.Rows {
			n["class="+r.Class] = r.Text
		}
	}
	return n
}

var token = regexp.MustCompile(`'[^']*'|"[^"]*"|yuan\(\s*"?[0-9.,]+"?\s*\)|[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*|&&|\|\||[<>=!]=|[<>!?:]`)

// say puts an expression into words: names by their words, comparisons by their own. What it does not know stays as
// written, so that nothing is lost.
func (n names) say(l words.Lang, expr string) string {
	subject := "" // what a written value is a value of: the name before it
	out := token.ReplaceAllStringFunc(expr, func(t string) string {
		name := t
		switch {
		case strings.HasPrefix(t, "yuan("):
			return words.T(l, "{0} 元", strings.Trim(t, `yuan() "`))
		case strings.HasPrefix(t, `"`), strings.HasPrefix(t, "'"):
			name = subject + "=" + strings.Trim(t, `"'`)
		}
		if w, ok := n[name]; ok && w != (standard.Text{}) {
			if name == t {
				subject = t
			}
			return quote(l, w.Say(l))
		}
		if key, ok := operators()[t]; ok {
			return words.T(l, key)
		}
		return t
	})
	return strings.Join(strings.Fields(out), " ")
}

func quote(l words.Lang, s string) string {
	if l == words.En {
		return "“" + s + "”"
	}
	return "「" + s + "」"
}

func operators() map[string]string {
	return map[string]string{"&&": "standard.op_and", "||": "standard.op_or", "!": "standard.op_not", "<": "standard.op_lt", "<=": "standard.op_le",
		">": "standard.op_gt", ">=": "standard.op_ge", "==": "standard.op_eq", "!=": "standard.op_ne", "in": "standard.op_in", "?": "standard.op_then", ":": "standard.op_else",
		"true": "standard.op_true", "false": "standard.op_false"}
}

// fill says a sentence of the document with the words of the figures it names in braces.
func (n names) fill(l words.Lang, t standard.Text) string {
	return slot.ReplaceAllStringFunc(t.Say(l), func(s string) string {
		if w, ok := n[strings.Trim(s, "{}")]; ok {
			return quote(l, w.Say(l))
		}
		return s
	})
}

var slot = regexp.MustCompile(`\{[a-z][a-z0-9_.]*\}`)
