package sheet

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"

	"github.com/xuri/excelize/v2"
)

// Format is a form of file.
type Format int

// The forms.
const (
	Xlsx Format = iota
	CSV         // UTF-8 with a byte order mark, which spreadsheets in China need
	JSON        // for programs: {"note": …, "rows": [{title: cell}]}
)

// Kind says how a column is kept.
type Kind int

// The kinds of column. Text is for all that is no quantity: ID, card, phone and staff numbers.
const (
	Text   Kind = iota
	Amount      // money.Amount: yuan with two decimals, a number that can be summed
	Number      // int or int64
	Day         // day.Day, as text: it sorts rightly and no spreadsheet turns it
)

// Head is one column of a list that is written.
type Head struct {
	Title string
	Kind  Kind
	Width int // in characters; 0 is chosen by the kind
}

// List says what a written list looks like. Note, if any, stands in the first and the last row, and ID in the file's
// properties, so that a list that strayed tells where it came from.
type List struct {
	Format Format
	Sheet  string
	Heads  []Head
	Note   string
	ID     string
	TmpDir string // where a long .xlsx may be kept while it is written; "" is the system's
}

// Writer writes a list row by row. Nothing is complete before Close.
type Writer struct {
	list List
	out  io.Writer
	csv  *csv.Writer
	buf  *bufio.Writer
	file *excelize.File
	rows *excelize.StreamWriter
	row  int
	bold int
	look [4]int // style by kind
}

// NewWriter begins a list on w.
func NewWriter(w io.Writer, l List) (*Writer, error) {
	out := &Writer{list: l, out: w}
	begin := out.beginXlsx
	switch l.Format {
	case CSV:
		begin = out.beginCSV
	case JSON:
		return out, out.beginJSON()
	}
	if err := begin(); err != nil {
		return nil, fmt.Errorf("begin list: %w", err)
	}
	if err := out.note(); err != nil {
		return nil, err
	}
	titles := make([]any, len(l.Heads))
	for i, h := range l.Heads {
		titles[i] = h.Title
	}
	return out, out.put(titles, true)
}

func (w *Writer) beginCSV() error {
	w.buf = bufio.NewWriter(w.out)
	if _, err := w.buf.WriteString("\ufeff"); err != nil {
		return err
	}
	w.csv = csv.NewWriter(w.buf)
	w.csv.UseCRLF = true
	return nil
}

func (w *Writer) beginXlsx() (err error) {
	w.file = excelize.NewFile(excelize.Options{TmpDir: w.list.TmpDir})
	name := sheetName(w.list.Sheet)
	if err := w.file.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	if w.list.ID != "" {
		if err := w.file.SetDocProps(&excelize.DocProperties{Identifier: w.list.ID}); err != nil {
			return err
		}
	}
	if w.list.Note != "" {
		footer := &excelize.HeaderFooterOptions{OddFooter: "&L" + strings.ReplaceAll(bound200(w.list.Note), "&", "&&") + "&R&P/&N"}
		if err := w.file.SetHeaderFooter(name, footer); err != nil {
			return err
		}
	}
	if err := w.styles(); err != nil {
		return err
	}
	if w.rows, err = w.file.NewStreamWriter(name); err != nil {
		return err
	}
	for i, h := range w.list.Heads {
		if err := w.rows.SetColWidth(i+1, i+1, float64(h.width())); err != nil {
			return err
		}
	}
	top := 1
	if w.list.Note != "" {
		top = 2
	}
	return w.rows.SetPanes(&excelize.Panes{Freeze: true, YSplit: top, TopLeftCell: "A" + strconv.Itoa(top+1), ActivePane: "bottomLeft"})
}

// bound200 keeps a footer within what spreadsheets allow.
func bound200(s string) string {
	r := []rune(s)
	return string(r[:min(len(r), 200)])
}

// sheetName keeps a sheet's name within the rules of spreadsheets.
func sheetName(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return -1
		}
		return r
	}, s)
	if s == "" {
		return "Sheet1"
	}
	r := []rune(s)
	return string(r[:min(len(r), 25)])
}

func (h Head) width() int {
	switch {
	case h.Width > 0:
		return min(h.Width, 200)
	case h.Kind == Text:
		return max(12, 2*len([]rune(h.Title))+2)
	}
	return max(14, 2*len([]rune(h.Title))+2)
}

func (w *Writer) styles() (err error) {
	two := "#,##0.00"
	for kind, style := range map[Kind]*excelize.Style{
		Text: {NumFmt: 49}, Day: {NumFmt: 49}, Number: {NumFmt: 1}, Amount: {CustomNumFmt: &two},
	} {
		if w.look[kind], err = w.file.NewStyle(style); err != nil {
			return err
		}
	}
	w.bold, err = w.file.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	return err
}

// Row writes one row: a string, a money.Amount, a day.Day, an int or int64 for each column; nil leaves a cell empty. A string is
// text in every spreadsheet, whatever it begins with.
func (w *Writer) Row(cells ...any) error {
	if w.list.Format == JSON {
		return w.object(cells)
	}
	return w.put(cells, false)
}

func (w *Writer) put(cells []any, bold bool) error {
	w.row++
	if w.csv != nil {
		record := make([]string, len(cells))
		for i, c := range cells {
			record[i] = csvText1(c)
		}
		return w.csv.Write(record)
	}
	at, err := excelize.CoordinatesToCellName(1, w.row)
	if err != nil {
		return err
	}
	out := make([]any, len(cells))
	for i, c := range cells {
		cell := w.cell(c)
		if bold {
			cell.StyleID = w.bold
		}
		out[i] = cell
	}
	return w.rows.SetRow(at, out)
}

// cell makes a value of the spreadsheet. An amount becomes a float only here, at the edge of the file: shortest printing
// gives back its two decimals exactly up to 15 digits, beyond which it is written as text.
func (w *Writer) cell(v any) excelize.Cell {
	switch v := v.(type) {
	case nil:
		return excelize.Cell{StyleID: w.look[Text]}
	case money.Amount:
		if v > 999_999_999_999_999 || v < -999_999_999_999_999 {
			return excelize.Cell{StyleID: w.look[Text], Value: v.Plain()}
		}
		return excelize.Cell{StyleID: w.look[Amount], Value: float64(v) / 100}
	case int, int64:
		return excelize.Cell{StyleID: w.look[Number], Value: v}
	case Cell:
		return w.same(v)
	case day.Day:
		return excelize.Cell{StyleID: w.look[Day], Value: string(v)}
	}
	return excelize.Cell{StyleID: w.look[Text], Value: fmt.Sprint(v)}
}

// same gives a cell back as it was read, a number as a number: what lost its digits must not pass for text.
func (w *Writer) same(c Cell) excelize.Cell {
	if f, err := strconv.ParseFloat(c.Text, 64); c.Numeric && err == nil {
		return excelize.Cell{Value: f}
	}
	return excelize.Cell{StyleID: w.look[Text], Value: c.Text}
}

// csvText1 prints a value for csv. What a spreadsheet would run or round gets an apostrophe in front.
func csvText1(v any) string {
	s := ""
	switch v := v.(type) {
	case nil:
		return ""
	case money.Amount:
		return v.Plain()
	case int, int64:
		return fmt.Sprint(v)
	case Cell:
		if _, ok := decimal(v.Text); ok && v.Numeric {
			return v.Text
		}
		s = v.Text
	default:
		s = fmt.Sprint(v)
	}
	if formula(s) || strings.HasPrefix(s, "'") || digits(s) && (len(s) > 11 || s[0] == '0') {
		return "'" + s
	}
	return s
}

func (w *Writer) note() error {
	if w.list.Note == "" {
		return nil
	}
	return w.put([]any{w.list.Note}, false)
}

// Close completes the file.
func (w *Writer) Close() error {
	if w.list.Format == JSON {
		return w.endJSON()
	}
	if err := w.note(); err != nil {
		return err
	}
	if w.csv != nil {
		w.csv.Flush()
		if err := w.csv.Error(); err != nil {
			return err
		}
		return w.buf.Flush()
	}
	if err := w.rows.Flush(); err != nil {
		return fmt.Errorf("close list: %w", err)
	}
	if err := w.file.Write(w.out); err != nil {
		return fmt.Errorf("close list: %w", err)
	}
	return w.file.Close()
}
