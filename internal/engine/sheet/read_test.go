package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"bangfu/internal/base/fault"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

var roster = []Column{
	{Key: "name", Names: []string{"姓名", "职工姓名"}, Required: true},
	{Key: "id", Names: []string{"身份证号码", "身份证号", "身份证"}, Required: true},
	{Key: "phone", Names: []string{"手机", "手机号码"}},
	{Key: "joined", Names: []string{"入职日期"}},
	{Key: "income", Names: []string{"月收入"}},
}

// book makes an .xlsx by the library that writes them.
func book(t testing.TB, fill func(f *excelize.File, sheet string) error) []byte {
	t.Helper()
	f := excelize.NewFile()
	if err := fill(f, "Sheet1"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func setRows(f *excelize.File, sheet string, rows ...[]any) error {
	for i, r := range rows {
		if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &r); err != nil {
			return err
		}
	}
	return nil
}

// read opens, matches and gathers.
func read(t testing.TB, data []byte) (Mapping, []Row) {
	t.Helper()
	b, err := Open(data)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	m, err := b.Match(roster)
	if err != nil {
		t.Fatalf("Match: %v", err)
	}
	var rows []Row
	for r, err := range b.Rows(m) {
		if err != nil {
			t.Fatalf("Rows: %v", err)
		}
		rows = append(rows, r)
	}
	return m, rows
}

func TestMergedTitleAndUnits(t *testing.T) {
	data := book(t, func(f *excelize.File, s string) error {
		if err := f.MergeCell(s, "A1", "E1"); err != nil {
			return err
		}
		return setRows(f, s, []any{"二〇二六年职工名册"}, []any{"制表：工会", "", "单位：元"}, []any{},
			[]any{"序号", " 姓 名*", "身份证号码\n（必填）", "手机（11位）", "月收入（元）", "备注"},
			[]any{1, " 李　四 ", "９９９９９９19900101001X", "190 0000 0001", "1,260元", "x"},
			[]any{},
			[]any{2, "王五", "999999199001010028"})
	})
	m, rows := read(t, data)
	if m.Header != 4 || len(m.At) != 4 || strings.Join(m.Unknown, ",") != "序号,备注" {
		t.Fatalf("mapping %+v", m)
	}
	if len(rows) != 2 || rows[0].Number != 5 || rows[1].Number != 7 {
		t.Fatalf("rows %+v", rows)
	}
	if r := rows[0]; r.Text("name") != "李 四" || r.Text("income") != "1,260元" || r.Cell("id").Numeric || r.Cell("joined") != (Cell{}) {
		t.Errorf("row %+v", r)
	}
}

func TestHeadingOfTwoRows(t *testing.T) {
	data := book(t, func(f *excelize.File, s string) error {
		return setRows(f, s, []any{"姓名", "身份证号", "联系方式", "", "收入情况"}, []any{"", "", "手机", "座机", "月收入"}, []any{"李四", "9", "8", "7", 6})
	})
	m, rows := read(t, data)
	if m.Header != 2 || len(m.At) != 4 || len(rows) != 1 || rows[0].Text("income") != "6" || rows[0].Text("phone") != "8" {
		t.Fatalf("%+v %+v", m, rows)
	}
}

func TestNumbersAreToldFromText(t *testing.T) {
	data := book(t, func(f *excelize.File, s string) error {
		if err := setRows(f, s, []any{"姓名", "身份证", "手机", "月收入"}, []any{"李四", 999999199001010011, 19000000001, 1260.1}, []any{"王五", "999999199001010011", "19000000001", "1260.10"}); err != nil {
			return err
		}
		return f.SetCellFormula(s, "D3", "1260.1*1")
	})
	_, rows := read(t, data)
	if c := rows[0].Cell("id"); !c.Numeric || !c.LostDigits() || c.Text != "999999199001010000" {
		t.Errorf("numeric ID = %+v", c)
	}
	if c := rows[0].Cell("phone"); !c.Numeric || c.LostDigits() || c.Text != "19000000001" {
		t.Errorf("numeric phone = %+v", c)
	}
	if c := rows[0].Cell("income"); c.Text != "1260.1" {
		t.Errorf("numeric income = %+v", c)
	}
	if c := rows[1].Cell("id"); c.Numeric || c.LostDigits() || c.Text != "999999199001010011" {
		t.Errorf("text ID = %+v", c)
	}
}

func TestDates(t *testing.T) {
	for _, old := range []bool{false, true} {
		data := book(t, func(f *excelize.File, s string) error {
			if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &old}); err != nil {
				return err
			}
			serial := 46348
			if old {
				serial = 44886
			}
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: new(`yyyy"年"m"月"d"日"`)})
			if err != nil {
				return err
			}
			if err := setRows(f, s, []any{"姓名", "身份证", "入职日期"}, []any{"a", "1", serial}, []any{"b", "2", serial}, []any{"c", "3", "２０２６年１１月２２日"},
				[]any{"d", "4", "2026/11/22 0:00"}, []any{"e", "5", 20261122}, []any{"f", "6", time.Date(2026, 11, 22, 8, 30, 0, 0, time.UTC)}); err != nil {
				return err
			}
			return f.SetCellStyle(s, "C2", "C2", style)
		})
		_, rows := read(t, data)
		for _, r := range rows {
			if old && r.Number == 7 {
				continue // the writing library counts a time from 1900 whatever the book says
			}
			if d, err := r.Day("joined"); err != nil || d != "2026-11-22" {
				t.Errorf("1904 %v, row %d: %+v = %v, %v", old, r.Number, r.Cell("joined"), d, err)
			}
		}
		if c := rows[0].Cell("joined"); c.Text != "2026-11-22" || !c.Numeric {
			t.Errorf("date cell %+v", c)
		}
	}
	data := book(t, func(f *excelize.File, s string) error {
		if err := setRows(f, s, []any{"姓名", "身份证", "入职日期"}, []any{"a", "1", 59}, []any{"b", "2", 60}); err != nil {
			return err
		}
		style, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		if err != nil {
			return err
		}
		return f.SetCellStyle(s, "C2", "C3", style)
	})
	_, rows := read(t, data)
	if d, err := rows[0].Day("joined"); err != nil || d != "1900-02-28" {
		t.Errorf("day 59 = %v, %v", d, err)
	}
	if d, err := rows[1].Day("joined"); err == nil {
		t.Errorf("29 February 1900 was read as %v", d)
	}
}

func TestCSV(t *testing.T) {
	text := "职工名册,,\r\n姓名,身份证号,手机,备注\r\n李四,'999999199001010011,190 0000 0001,\"两行\n备注\"\r\n\r\n王五,1.10105E+17,=\"0010\",'=1+1\r\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(text, ",", "\t"))
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]string{"utf-8": text, "mark": "\ufeff" + text, "gb18030": gb, "utf-16": wide, "semicolon": strings.ReplaceAll(text, ",", ";")} {
		m, rows := read(t, []byte(in))
		if m.Header != 2 || len(rows) != 2 || rows[0].Number != 3 || rows[1].Number != 6 {
			t.Errorf("%s: %+v %+v", name, m, rows)
			continue
		}
		if r := rows[0]; r.Text("name") != "李四" || r.Text("id") != "999999199001010011" || r.Cell("id").Numeric {
			t.Errorf("%s: %+v", name, r)
		}
		if r := rows[1]; !r.Cell("id").LostDigits() || r.Text("phone") != "0010" || r.Cells[3].Text != "=1+1" {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestRareNames(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("姓名,身份证\n李𬭎㛃䶮,1\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, rows := read(t, []byte(gb)); rows[0].Text("name") != "李𬭎㛃䶮" {
		t.Errorf("name = %q", rows[0].Text("name"))
	}
}

// zipped makes an .xlsx of given parts.
func zipped(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	bookXML = `<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" state="hidden" r:id="rId2"/><sheet name="b" sheetId="2" r:id="rId1"/></sheets></workbook>`
	relsXML = `<Relationships><Relationship Id="rId1" Target="/xl/worksheets/s1.xml"/><Relationship Id="rId2" Target="worksheets/s2.xml"/></Relationships>`
)

func TestOddWorkbook(t *testing.T) {
	data := zipped(t, map[string]string{
		"xl/workbook.xml": bookXML, "xl/_rels/workbook.xml.rels": relsXML,
		"xl/worksheets/s1.xml": `<worksheet><sheetData><row><c t="inlineStr"><is><r><t>姓</t></r><r><t>名</t></r><rPh><t>x</t></rPh></is></c><c t="s"><v>0</v></c></row>` +
			`<row r="9"><c r="B9" t="str"><f>1</f><v>a_x000D_b_x005F_x000D_</v></c><c r="A9" t="b"><v>1</v></c><c r="ZZZ9"><v>5</v></c><c r="D9" t="e"><v>#N/A</v></c></row></sheetData></worksheet>`,
		"xl/sharedStrings.xml": `<sst><si><t xml:space="preserve"> 身份证 </t></si></sst>`,
	})
	b, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Sheets(); len(got) != 1 || got[0] != "b" {
		t.Errorf("Sheets = %v", got)
	}
	m, rows := read(t, data)
	if m.Header != 1 || len(rows) != 1 || rows[0].Number != 9 || rows[0].Text("name") != "是" || rows[0].Cell("id").Text != "a\rb_x000D_" || rows[0].Cells[3].Text != "#N/A" {
		t.Errorf("%+v %+v", m, rows)
	}
}

func TestRefused(t *testing.T) {
	locked := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...)
	locked = append(locked, utf16("EncryptedPackage")...)
	many := map[string]string{}
	for i := range maxParts + 1 {
		many[fmt.Sprint(i)] = ""
	}
	for _, tt := range []struct {
		name string
		data []byte
		key  string
	}{
		{"nothing", nil, "sheet.empty"},
		{"blank csv", []byte("\ufeff \n"), "sheet.empty"},
		{"too large", make([]byte, MaxFile+1), "sheet.large"},
		{"xls", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...), "sheet.xls"},
		{"html called xls", []byte("\ufeff <HTML><table>"), "sheet.xls"},
		{"locked", locked, "sheet.locked"},
		{"pdf", []byte("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n\x00\x01"), "sheet.kind"},
		{"png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff"), "sheet.kind"},
		{"docx", zipped(t, map[string]string{"word/document.xml": "<x/>"}), "sheet.kind"},
		{"xlsb", zipped(t, map[string]string{"xl/workbook.bin": "x"}), "sheet.xls"},
		{"cut zip", book(t, func(f *excelize.File, s string) error { return setRows(f, s, []any{"a"}) })[:900], "sheet.broken"},
		{"bad xml", zipped(t, map[string]string{"xl/workbook.xml": "<workbook"}), "sheet.broken"},
		{"no sheets", zipped(t, map[string]string{"xl/workbook.xml": "<workbook/>", "xl/_rels/workbook.xml.rels": "<Relationships/>"}), "sheet.broken"},
		{"many parts", zipped(t, many), "sheet.bomb"},
		{"strings bomb", zipped(t, map[string]string{"xl/workbook.xml": bookXML, "xl/_rels/workbook.xml.rels": relsXML,
			"xl/sharedStrings.xml": "<sst>" + strings.Repeat("<si/>", mostStrings+1) + "</sst>"}), "sheet.bomb"},
	} {
		if b, err := Open(tt.data); !fault.Is(err, tt.key) {
			t.Errorf("%s: Open = %v, %v, want %s", tt.name, b, err, tt.key)
		}
	}
}

// A sheet that unpacks without end is stopped at a bound, before it fills the memory.
func TestSheetBomb(t *testing.T) {
	r := &bounded{r: endless{}, left: maxUnzip}
	if n, err := io.Copy(io.Discard, r); n > longest || err != errBomb {
		t.Errorf("a text without end: read %d, %v", n, err)
	}
	r = &bounded{r: strings.NewReader(strings.Repeat("<row/>", 1000)), left: 1000}
	if n, err := io.Copy(io.Discard, r); n != 1000 || err != errBomb {
		t.Errorf("rows without end: read %d, %v", n, err)
	}
	for inner, key := range map[string]string{
		strings.Repeat(" ", 30<<20): "sheet.bomb", "<!-- x -->": "sheet.broken", "<row><c><v><![CDATA[x]]></v></c></row>": "sheet.broken",
	} {
		data := zipped(t, map[string]string{"xl/workbook.xml": bookXML, "xl/_rels/workbook.xml.rels": relsXML,
			"xl/worksheets/s1.xml": "<worksheet><sheetData>" + inner + "</sheetData></worksheet>"})
		b, err := Open(data)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Match(roster); !fault.Is(err, key) {
			t.Errorf("%.20q: Match = %v, want %s", inner, err, key)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestHeadingFaults(t *testing.T) {
	for in, key := range map[string]string{
		"a,b\nc,d\n":                "sheet.heading",
		"姓名,b\n李四,d\n":              "sheet.heading",
		"姓名,手机\n李四,1\n":             "sheet.columns",
		"姓名,身份证,姓名\n李四,1,王五\n":      "sheet.twice",
		"姓名,身份证,职工姓名（新）\n李四,1,王五\n": "sheet.twice",
	} {
		b, err := Open([]byte(in))
		if err != nil {
			t.Fatal(err)
		}
		if m, err := b.Match(roster); !fault.Is(err, key) {
			t.Errorf("Match(%q) = %+v, %v, want %s", in, m, err, key)
		}
	}
	b, err := Open([]byte("姓名,手机\n李四,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Match(roster); fault.Of(err).Args[0] != "身份证号码" {
		t.Errorf("missing columns are %v", fault.Of(err).Args)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("姓名,身份证\n李四,1\n"))
	f.Add([]byte("姓名\t身份证\n\"李\n四\"\t1.1E+17\n"))
	f.Add([]byte("\xff\xfe"))
	f.Add([]byte("\xd0\xd5\xc3\xfb,\xc9\xed\xb7\xdd\xd6\xa4\n1,2\n"))
	f.Add(book(f, func(b *excelize.File, s string) error {
		return setRows(b, s, []any{"姓名", "身份证", "入职日期"}, []any{"李四", 1, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	}))
	f.Add(zipped(f, map[string]string{"xl/workbook.xml": bookXML, "xl/_rels/workbook.xml.rels": relsXML, "xl/worksheets/s1.xml": "<row><c><v>1</v></c></row>"}))
	f.Fuzz(func(t *testing.T, data []byte) { walk(t, data) })
}

// FuzzSheetXML puts the input where a sheet's XML stands, which a change of zipped bytes hardly ever reaches.
func FuzzSheetXML(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="s"><v>0</v></c></row><row><c s="1"><v>46348.5</v></c></row></sheetData></worksheet>`))
	f.Add([]byte(`<row r="-1"><c r="A"><v>1E+400</v></c><c r="ABCDE1" t="d"><v>2026-11-22T00:00:00</v></c></row><row/>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		walk(t, zipped(t, map[string]string{"xl/workbook.xml": bookXML, "xl/_rels/workbook.xml.rels": relsXML, "xl/worksheets/s1.xml": string(data),
			"xl/sharedStrings.xml": "<sst><si><t>身份证</t></si></sst>", "xl/styles.xml": `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`}))
	})
}

// walk reads whatever it is given to the end; all that may come of it is rows in order or a fault of the input.
func walk(t *testing.T, data []byte) {
	known := func(err error) bool { return fault.Of(err).Kind == fault.Invalid }
	b, err := Open(data)
	if err != nil {
		if !known(err) {
			t.Fatal(err)
		}
		return
	}
	for _, sheet := range b.Sheets() {
		last := 0
		for r, err := range b.All(sheet) {
			if err != nil {
				if !known(err) {
					t.Fatal(err)
				}
				break
			}
			if r.Number <= last || len(r.Cells) == 0 || len(r.Cells) > maxColumns {
				t.Fatalf("row %d after %d with %d cells", r.Number, last, len(r.Cells))
			}
			last = r.Number
		}
	}
	m, err := b.Match(roster)
	if err != nil {
		if !known(err) {
			t.Fatal(err)
		}
		return
	}
	for r, err := range b.Rows(m) {
		if err != nil {
			return
		}
		if d, err := r.Day("joined"); err == nil && !d.Valid() {
			t.Fatalf("Day = %q", d)
		}
	}
}
