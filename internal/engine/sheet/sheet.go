// Package sheet reads the .xlsx and .csv files personnel offices really send, row by row in bounded memory, and writes lists,
// templates and error files that open in their spreadsheets without turning an ID number into 1.1E+17. It tells a number
// cell from a text cell, for a number cell has lost every digit past the fifteenth. It knows nothing of what the columns mean.
package sheet

import (
	"bytes"
	"iter"
	"strings"
	"unicode"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
)

// Bounds of a file that is read.
const (
	MaxFile     = 20 << 20  // bytes as uploaded
	maxUnzip    = 300 << 20 // bytes of one sheet's XML
	maxStrings  = 64 << 20  // bytes of the shared strings
	mostStrings = 2 << 20   // shared strings
	maxParts    = 4096      // files inside an .xlsx
	maxColumns  = 512
	maxCell     = 32767 // characters; the bound of spreadsheets themselves
)

// Cell is one cell. Text is what stands in it: a number without exponent and rounded to 15 digits as spreadsheets show it, a
// date as 2026-11-22. Numeric tells that the file holds a number and not text: a long number has then lost its last digits.
type Cell struct {
	Text    string
	Numeric bool
}

// LostDigits reports whether the cell is a number of more digits than a spreadsheet's number can keep.
func (c Cell) LostDigits() bool {
	if !c.Numeric {
		return false
	}
	whole, _, _ := strings.Cut(strings.TrimPrefix(c.Text, "-"), ".")
	return len(whole) > 15
}

// Row is one row that holds something. Number is its place in the file as the person sees it, from 1.
type Row struct {
	Number int
	Cells  []Cell // as far as the last one that is not empty
	at     map[string]int
	epoch  epoch
}

// Cell gives the cell of a matched column, the empty Cell if the row or the file has none.
func (r Row) Cell(key string) Cell {
	i, ok := r.at[key]
	if !ok || i >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[i]
}

// Text gives the cell's text without outer spaces, invisible characters and line breaks.
func (r Row) Text(key string) string { return tidy(r.Cell(key).Text) }

// Day reads the cell as a day: a date cell, a date as people write it, or the bare day count a spreadsheet shows when a date
// lost its format. Faults are those of day.Parse.
func (r Row) Day(key string) (day.Day, error) {
	c := r.Cell(key)
	text := tidy(c.Text)
	if date, clock, ok := strings.Cut(text, " "); ok && strings.Contains(clock, ":") {
		text = date
	}
	if c.Numeric && len(text) == 5 {
		if d, ok := r.epoch.day(text); ok {
			return d, nil
		}
	}
	return day.Parse(text)
}

// Book is an opened file.
type Book struct {
	xlsx *workbook
	csv  *csvText
}

// Open looks into a file by its content, whatever its name says. Faults: "sheet.empty", "sheet.large" (MB allowed), "sheet.xls"
// (the old Excel form, or a web page called .xls), "sheet.locked" (password), "sheet.kind" (no spreadsheet), "sheet.broken",
// "sheet.bomb" (unpacks beyond the bounds), "sheet.encoding" (csv in neither UTF-8 nor GB 18030).
func Open(data []byte) (*Book, error) {
	switch {
	case len(data) == 0:
		return nil, invalid("sheet.empty")
	case len(data) > MaxFile:
		return nil, invalid("sheet.large", MaxFile>>20)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		w, err := openWorkbook(data)
		if err != nil {
			return nil, err
		}
		return &Book{xlsx: w}, nil
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		if bytes.Contains(data, utf16("EncryptedPackage")) {
			return nil, invalid("sheet.locked")
		}
		return nil, invalid("sheet.xls")
	case markup(data):
		return nil, invalid("sheet.xls")
	}
	text, err := openCSV(data)
	if err != nil {
		return nil, err
	}
	return &Book{csv: text}, nil
}

// markup tells web pages and XML tables, which many a system calls .xls.
func markup(data []byte) bool {
	head := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(data[:min(len(data), 512)], []byte("\ufeff"))))
	for _, p := range []string{"<html", "<!doctype", "<table", "<?xml", "<head", "<meta"} {
		if bytes.HasPrefix(head, []byte(p)) {
			return true
		}
	}
	return bytes.HasPrefix(data, []byte("\x09\x08")) || bytes.HasPrefix(data, []byte("\x09\x04")) // bare BIFF
}

func utf16(s string) []byte {
	var b []byte
	for i := range len(s) {
		b = append(b, s[i], 0)
	}
	return b
}

// Sheets gives the names of the visible sheets in order; a csv has one without a name.
func (b *Book) Sheets() []string {
	if b.csv != nil {
		return []string{""}
	}
	var names []string
	for _, s := range b.xlsx.sheets {
		names = append(names, s.name)
	}
	return names
}

// All gives every row of a sheet that holds something, from the top. It reads the file anew each time and stops at the first
// error. Faults: "sheet.broken", "sheet.bomb".
func (b *Book) All(sheet string) iter.Seq2[Row, error] {
	if b.csv != nil {
		return b.csv.rows()
	}
	return b.xlsx.rows(sheet)
}

// tidy drops outer spaces and invisible characters and makes every inner run of white space one space.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// trim cuts empty cells off the end; it gives none for an empty row.
func trim(cells []Cell) []Cell {
	for len(cells) > 0 && tidy(cells[len(cells)-1].Text) == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

func invalid(key string, args ...any) error { return fault.New(fault.Invalid, key, args...) }
