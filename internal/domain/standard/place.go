package standard

import (
	"errors"

	"go.yaml.in/yaml/v3"
)

// placed is a fault at a character of an expression, counted from 0.
type placed struct {
	error
	at int
}

func (p placed) Unwrap() error { return p.error }

// placeAt gives an error its character, unless it has one.
func placeAt(err error, at int) error {
	var p placed
	if err == nil || errors.As(err, &p) {
		return err
	}
	return placed{err, at}
}

// place finds the line and column of a character of a scalar as the author wrote it: behind quotes, escapes, line breaks.
func (r *reader) place(n *yaml.Node, at int) (line, col int) {
	w := walker{lines: r.lines, line: n.Line - 1, col: n.Column - 1, style: n.Style}
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		w.line++
		w.skip()
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		w.col++
	}
	for _, c := range n.Value { // what is before the expression
		if c != ' ' && c != '\n' && c != '\t' {
			break
		}
		at++
	}
	for ; at > 0 && w.line < len(w.lines); at-- {
		w.next()
	}
	if w.line >= len(w.lines) {
		return n.Line, n.Column
	}
	return w.line + 1, w.col + 1
}

// walker goes through a written scalar, one character of its value at a time.
type walker struct {
	lines     [][]rune
	line, col int
	style     yaml.Style
}

// skip passes over blank lines and the indentation.
func (w *walker) skip() {
	for w.col = 0; w.line < len(w.lines); w.line++ {
		for i, c := range w.lines[w.line] {
			if c != ' ' && c != '\r' {
				w.col = i
				return
			}
		}
	}
}

func (w *walker) next() {
	here := w.lines[w.line]
	switch {
	case w.col < len(here) && w.style&yaml.SingleQuotedStyle != 0 && here[w.col] == '\'':
		w.col += 2
	case w.col < len(here) && w.style&yaml.DoubleQuotedStyle != 0 && here[w.col] == '\\':
		wide := map[rune]int{'x': 4, 'u': 6, 'U': 10}
		w.col += max(2, wide[append(here, ' ')[w.col+1]])
	default:
		w.col++
	}
	for _, c := range here[min(w.col, len(here)):] {
		if c != ' ' && c != '\r' {
			return
		}
	}
	if w.col >= len(here) || w.style == 0 || w.style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		if w.line+1 < len(w.lines) && w.col > len(here) { // the line break itself has been passed
			w.line++
			w.skip()
		}
	}
}
