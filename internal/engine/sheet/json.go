package sheet

import (
	"bufio"
	"encoding/json"

	"bangfu/internal/base/money"
)

// beginJSON begins a list for programs: the note, then the rows.
func (w *Writer) beginJSON() error {
	w.buf = bufio.NewWriter(w.out)
	note, err := json.Marshal(w.list.Note)
	if err != nil {
		return err
	}
	_, err = w.buf.WriteString(`{"note":` + string(note) + `,"rows":[`)
	return err
}

// object writes a row as an object of its titles, in their order. An amount is text in yuan with two decimals, so that no
// program makes a fraction of it; a cell of nothing is null.
func (w *Writer) object(cells []any) error {
	if w.row++; w.row > 1 {
		if err := w.buf.WriteByte(','); err != nil {
			return err
		}
	}
	sep := "\n{"
	for i, c := range cells {
		if a, ok := c.(money.Amount); ok {
			c = a.Plain()
		}
		if cell, ok := c.(Cell); ok {
			c = cell.Text
		}
		title, err := json.Marshal(w.list.Heads[i].Title)
		if err != nil {
			return err
		}
		value, err := json.Marshal(c)
		if err != nil {
			return err
		}
		if _, err := w.buf.WriteString(sep + string(title) + ":" + string(value)); err != nil {
			return err
		}
		sep = ","
	}
	return w.buf.WriteByte('}')
}

// endJSON ends the list.
func (w *Writer) endJSON() error {
	if _, err := w.buf.WriteString("\n]}\n"); err != nil {
		return err
	}
	return w.buf.Flush()
}
