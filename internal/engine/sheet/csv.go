package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// csvText is a csv file as UTF-8 text.
type csvText struct {
	text  []byte
	comma rune
}

// openCSV finds the encoding: a byte order mark, else UTF-8 where it is valid, else GB 18030.
func openCSV(data []byte) (*csvText, error) {
	var err error
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		data, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
	case !utf8.Valid(data):
		data, err = simplifiedchinese.GB18030.NewDecoder().Bytes(data)
		if err == nil && bytes.ContainsRune(data, utf8.RuneError) {
			return nil, notCSV(data)
		}
	}
	if err != nil || !utf8.Valid(data) {
		return nil, invalid("sheet.encoding")
	}
	if bytes.IndexByte(data, 0) >= 0 || bytes.HasPrefix(data, []byte("%PDF")) {
		return nil, invalid("sheet.kind")
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, invalid("sheet.empty")
	}
	return &csvText{text: data, comma: comma(data)}, nil
}

// notCSV tells a picture or program from a text in an unknown encoding by its control characters.
func notCSV(data []byte) error {
	for _, c := range data[:min(len(data), 4096)] {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return invalid("sheet.kind")
		}
	}
	return invalid("sheet.encoding")
}

// comma gives the separator that stands in most of the first lines, and of two the one used more: a heading has it always, while
// a text may hold more tabs than the file has columns.
func comma(text []byte) rune {
	head := text[:min(len(text), 4096)]
	best, most, uses := ',', 0, 0
	for _, r := range []rune{',', '\t', ';'} {
		mark, lines := []byte(string(r)), 0
		for line := range bytes.Lines(head) {
			if bytes.Contains(line, mark) {
				lines++
			}
		}
		if n := bytes.Count(head, mark); lines > most || lines == most && n > uses {
			best, most, uses = r, lines, n
		}
	}
	return best
}

// rows streams the text. A csv line is text throughout, but 1.10105E+17 was a number when it was saved.
func (c *csvText) rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		r := csv.NewReader(bytes.NewReader(c.text))
		r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = c.comma, -1, true, true
		for {
			record, err := r.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Row{}, invalid("sheet.broken"))
				return
			}
			line, _ := r.FieldPos(0)
			cells := make([]Cell, 0, len(record))
			for _, field := range record[:min(len(record), maxColumns)] {
				cells = append(cells, csvCell(field))
			}
			if cells = trim(cells); len(cells) > 0 && !yield(Row{Number: line, Cells: cells}, nil) {
				return
			}
		}
	}
}

// csvCell undoes the two ways in which spreadsheets are told "this is text": ="0012" and our own leading apostrophe.
func csvCell(s string) Cell {
	s = bound(s)
	if strings.Contains(strings.ToUpper(s), "E+") {
		if number, ok := decimal(strings.TrimSpace(s)); ok {
			return Cell{Text: number, Numeric: true}
		}
	}
	if inner, ok := strings.CutPrefix(s, `="`); ok && strings.Count(inner, `"`) == 1 && strings.HasSuffix(inner, `"`) {
		return Cell{Text: strings.TrimSuffix(inner, `"`)}
	}
	if rest, ok := strings.CutPrefix(s, "'"); ok && (formula(rest) || digits(rest) || strings.HasPrefix(rest, "'")) {
		return Cell{Text: rest}
	}
	return Cell{Text: s}
}

// formula reports whether a spreadsheet could take the text for a formula (OWASP's list).
func formula(s string) bool { return s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 }

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789Xx") == "" }
