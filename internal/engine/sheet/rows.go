package sheet

import (
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"
)

// rows streams a sheet: memory holds one row and the shared texts.
func (w *workbook) rows(sheet string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		err := w.each(sheet, func(r Row) bool { return yield(r, nil) })
		if err != nil {
			yield(Row{}, broken(err))
		}
	}
}

func (w *workbook) each(sheet string, yield func(Row) bool) error {
	name := ""
	for _, s := range w.sheets {
		if s.name == sheet {
			name = s.file
			break
		}
	}
	part, err := w.open(name, maxUnzip)
	if err != nil {
		return err
	}
	defer part.Close()
	d := decoder(part)
	number := 0
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		se, ok := tok.(xml.StartElement)
		if !ok || se.Name.Local != "row" {
			continue
		}
		number++
		if n, err := strconv.Atoi(attr(se, "r")); err == nil && n >= number && n <= 1<<21 {
			number = n
		}
		cells, err := w.row(d)
		if err != nil {
			return err
		}
		if cells = trim(cells); len(cells) > 0 && !yield(Row{Number: number, Cells: cells, epoch: w.epoch}) {
			return nil
		}
	}
}

// row reads the cells up to </row>.
func (w *workbook) row(d *xml.Decoder) ([]Cell, error) {
	var cells []Cell
	for {
		tok, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch tok := tok.(type) {
		case xml.EndElement:
			if tok.Name.Local == "row" {
				return cells, nil
			}
		case xml.StartElement:
			if tok.Name.Local != "c" {
				if err := d.Skip(); err != nil {
					return nil, err
				}
				continue
			}
			at, ok := column(attr(tok, "r"))
			if !ok {
				at = len(cells)
			}
			cell, err := w.cell(d, tok)
			if err != nil {
				return nil, err
			}
			if at >= maxColumns || cell.Text == "" {
				continue // styled emptiness to the right edge is common
			}
			for len(cells) <= at {
				cells = append(cells, Cell{})
			}
			cells[at] = cell
		}
	}
}

// cell reads one <c>: its kind is in t, its value in <v>, or its text in <is>.
func (w *workbook) cell(d *xml.Decoder, c xml.StartElement) (Cell, error) {
	kind, style := attr(c, "t"), attr(c, "s")
	value, inline := "", ""
	for {
		tok, err := d.Token()
		if err != nil {
			return Cell{}, err
		}
		switch tok := tok.(type) {
		case xml.EndElement:
			return w.value(kind, style, value+inline), nil
		case xml.StartElement:
			switch tok.Name.Local {
			case "v":
				value, err = plainText(d)
			case "is":
				inline, err = richText(d)
			default:
				err = d.Skip()
			}
			if err != nil {
				return Cell{}, err
			}
		}
	}
}

// plainText gathers the characters up to the end of the element just begun.
func plainText(d *xml.Decoder) (string, error) {
	var b strings.Builder
	for {
		tok, err := d.Token()
		if err != nil {
			return "", err
		}
		switch tok := tok.(type) {
		case xml.CharData:
			b.Write(tok)
		case xml.StartElement:
			return "", errors.New("element inside a value")
		case xml.EndElement:
			return b.String(), nil
		}
	}
}

func (w *workbook) value(kind, style, v string) Cell {
	switch kind {
	case "s":
		if n, err := strconv.Atoi(strings.TrimSpace(v)); err == nil && n >= 0 && n < len(w.strings) {
			return Cell{Text: bound(w.strings[n])}
		}
		return Cell{}
	case "str":
		return Cell{Text: bound(unescape(v))}
	case "inlineStr":
		return Cell{Text: bound(v)}
	case "b":
		return Cell{Text: map[string]string{"1": "是", "0": "否"}[strings.TrimSpace(v)]}
	case "e":
		return Cell{Text: bound(v)}
	case "d":
		return Cell{Text: bound(strings.TrimSuffix(strings.Replace(v, "T", " ", 1), " 00:00:00"))}
	}
	v = strings.TrimSpace(v)
	if v == "" {
		return Cell{}
	}
	number, ok := decimal(v)
	if !ok {
		return Cell{Text: bound(v), Numeric: true}
	}
	if n, err := strconv.Atoi(style); err == nil && n >= 0 && n < len(w.dates) && w.dates[n] {
		if text, ok := w.epoch.date(number); ok {
			return Cell{Text: text, Numeric: true}
		}
	}
	return Cell{Text: number, Numeric: true}
}

// bound cuts a text at the longest a spreadsheet allows.
func bound(s string) string {
	if len(s) <= maxCell || utf8.RuneCountInString(s) <= maxCell {
		return s
	}
	return string([]rune(s)[:maxCell])
}

func attr(se xml.StartElement, name string) string {
	for _, a := range se.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// column gives the place, from 0, of a cell called AB12.
func column(ref string) (int, bool) {
	n := 0
	for i := 0; i < len(ref) && i < 4; i++ {
		c := ref[i]
		if c < 'A' || c > 'Z' {
			return n - 1, n > 0
		}
		n = n*26 + int(c-'A') + 1
	}
	return 0, false
}
