package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
)

// workbook is an .xlsx held in memory as it was uploaded. Excelize is not used to read: its streaming reader gives strings
// only and cannot tell a number cell from a text cell, and it unpacks personal data into temporary files.
type workbook struct {
	zip     *zip.Reader
	sheets  []sheetPart
	strings []string
	dates   []bool // by cell style: shows a date
	epoch   epoch
}

type sheetPart struct{ name, file string }

// Errors that limits raise inside XML decoders.
var (
	errBomb   = errors.New("beyond the bounds")
	errMarkup = errors.New("comment, CDATA or DTD")
)

func openWorkbook(data []byte) (*workbook, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, invalid("sheet.broken")
	}
	if len(z.File) > maxParts {
		return nil, invalid("sheet.bomb")
	}
	w := &workbook{zip: z}
	if w.file("xl/workbook.bin") != nil {
		return nil, invalid("sheet.xls")
	}
	if w.file("xl/workbook.xml") == nil {
		return nil, invalid("sheet.kind")
	}
	for _, read := range []func() error{w.readSheets, w.readStyles, w.readStrings} {
		if err := read(); err != nil {
			return nil, broken(err)
		}
	}
	if len(w.sheets) == 0 {
		return nil, invalid("sheet.broken")
	}
	return w, nil
}

// broken makes a fault of what went wrong inside a file.
func broken(err error) error {
	if errors.Is(err, errBomb) {
		return invalid("sheet.bomb")
	}
	return invalid("sheet.broken")
}

func (w *workbook) file(name string) *zip.File {
	for _, f := range w.zip.File {
		if strings.EqualFold(strings.TrimPrefix(f.Name, "/"), name) {
			return f
		}
	}
	return nil
}

// open opens a part under a bound of its unpacked bytes; what the part says of its own size is not believed.
func (w *workbook) open(name string, most int64) (io.ReadCloser, error) {
	f := w.file(name)
	if f == nil {
		return nil, errors.New("no part " + name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{&bounded{r: r, left: most}, r}, nil
}

// bounded reads at most left bytes, then fails with errBomb; so it does on a stretch of longest bytes without a tag and on tags
// deepest deep, both of which an XML decoder would hold in memory whole. A comment, CDATA or DTD, in which tags do not count, is
// in no part that a spreadsheet program writes and fails with errMarkup.
type bounded struct {
	r          io.Reader
	left       int64
	run, depth int
	in         byte // 0 in text, < in a tag, ? in an instruction, else the quote around an attribute
	last       byte
}

const (
	longest = 1 << 20 // above the longest text of a cell with every character escaped
	deepest = 64      // spreadsheet programs write about ten
)

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errBomb
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	for _, c := range p[:n] {
		if b.run++; b.run > longest {
			return 0, errBomb
		}
		if b.in == 0 {
			if c == '<' {
				b.in, b.run = '<', 0
			}
		} else if err := b.tag(c); err != nil {
			return 0, err
		}
		b.last = c
	}
	return n, err
}

// tag takes the next byte of a tag.
func (b *bounded) tag(c byte) error {
	switch {
	case b.in == '?':
		if c == '>' && b.last == '?' {
			b.in = 0
		}
	case b.in != '<':
		if c == b.in {
			b.in = '<'
		}
	case b.run == 1 && c == '!':
		return errMarkup
	case b.run == 1 && c == '?':
		b.in = '?'
	case b.run == 1 && c == '/':
		b.depth--
	case b.run == 1:
		if b.depth++; b.depth > deepest {
			return errBomb
		}
	case c == '"', c == '\'':
		b.in = c
	case c == '>':
		if b.in = 0; b.last == '/' {
			b.depth--
		}
	}
	return nil
}

// whole decodes a small part into v.
func (w *workbook) whole(name string, v any) error {
	r, err := w.open(name, 4<<20)
	if err != nil {
		return err
	}
	defer r.Close()
	return decoder(r).Decode(v)
}

func decoder(r io.Reader) *xml.Decoder {
	d := xml.NewDecoder(r)
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if strings.EqualFold(label, "utf-8") || strings.EqualFold(label, "utf8") {
			return in, nil
		}
		return nil, errors.New("charset " + label)
	}
	return d
}

func (w *workbook) readSheets() error {
	var book struct {
		Pr struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
			ID2   string `xml:"http://purl.oclc.org/ooxml/officeDocument/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := w.whole("xl/workbook.xml", &book); err != nil {
		return err
	}
	var rels struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := w.whole("xl/_rels/workbook.xml.rels", &rels); err != nil {
		return err
	}
	target := map[string]string{}
	for _, r := range rels.All {
		target[r.ID] = r.Target
		if !strings.HasPrefix(r.Target, "/") {
			target[r.ID] = path.Join("xl", r.Target)
		}
	}
	if book.Pr.Date1904 == "1" || book.Pr.Date1904 == "true" {
		w.epoch = from1904
	}
	for _, s := range book.Sheets {
		file := strings.TrimPrefix(target[s.ID+s.ID2], "/")
		if s.State == "" || s.State == "visible" {
			w.sheets = append(w.sheets, sheetPart{s.Name, file})
		}
	}
	return nil
}

func (w *workbook) readStyles() error {
	if w.file("xl/styles.xml") == nil {
		return nil
	}
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := w.whole("xl/styles.xml", &styles); err != nil {
		return err
	}
	codes := map[int]string{}
	for _, f := range styles.Formats {
		codes[f.ID] = f.Code
	}
	for _, c := range styles.Cells {
		w.dates = append(w.dates, dateFormat(c.Format, codes[c.Format]))
	}
	return nil
}

// readStrings reads the table of texts: <si> holds <t>, or <r><t> runs, or phonetic runs <rPh> that are not the text.
func (w *workbook) readStrings() error {
	const name = "xl/sharedStrings.xml"
	if w.file(name) == nil {
		return nil
	}
	r, err := w.open(name, maxStrings)
	if err != nil {
		return err
	}
	defer r.Close()
	d := decoder(r)
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if se, ok := tok.(xml.StartElement); ok && se.Name.Local == "si" {
			text, err := richText(d)
			if err != nil {
				return err
			}
			if len(w.strings) >= mostStrings {
				return errBomb
			}
			w.strings = append(w.strings, text)
		}
	}
}

// richText gathers the <t> texts up to the end of the element just begun.
func richText(d *xml.Decoder) (string, error) {
	var b strings.Builder
	for depth, in := 1, 0; depth > 0; {
		tok, err := d.Token()
		if err != nil {
			return "", err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			depth++
			if tok.Name.Local == "rPh" {
				if err := d.Skip(); err != nil {
					return "", err
				}
				depth--
			} else if tok.Name.Local == "t" {
				in++
			}
		case xml.EndElement:
			depth--
			if tok.Name.Local == "t" {
				in--
			}
		case xml.CharData:
			if in > 0 {
				b.Write(tok)
			}
		}
	}
	return unescape(b.String()), nil
}

// unescape undoes _x000D_, the way .xlsx writes characters XML has no place for; _x005F_ is the underscore itself.
func unescape(s string) string {
	var b strings.Builder
	for {
		at := strings.Index(s, "_x")
		if at < 0 || at+7 > len(s) {
			return b.String() + s
		}
		n, err := strconv.ParseUint(s[at+2:at+6], 16, 16)
		if err != nil || s[at+6] != '_' || n >= 0xd800 && n < 0xe000 {
			b.WriteString(s[:at+2])
			s = s[at+2:]
			continue
		}
		b.WriteString(s[:at] + string(rune(n)))
		s = s[at+7:]
	}
}
