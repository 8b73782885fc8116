package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

var heads = []Head{{Title: "姓名"}, {Title: "身份证"}, {Title: "月收入", Kind: Amount}, {Title: "人数", Kind: Number}, {Title: "入职日期", Kind: Day}}

func write(t testing.TB, l List, rows ...[]any) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, l)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestListReadsBack(t *testing.T) {
	row := []any{"=1+1", "999999199001010011", money.Amount(126010), 3, day.Day("2026-11-22")}
	for _, format := range []Format{Xlsx, CSV} {
		data := write(t, List{Format: format, Sheet: "名单", Heads: heads, Note: "李干事 0042", ID: "export-7"}, row, []any{nil, "", money.Amount(-5), int64(4), day.Day("")})
		m, rows := read(t, data)
		if m.Header != 2 || len(rows) != 3 {
			t.Fatalf("%v: %+v %+v", format, m, rows)
		}
		r := rows[0]
		if r.Text("name") != "=1+1" || r.Cell("id") != (Cell{Text: "999999199001010011"}) || r.Cells[3].Text != "3" || r.Text("joined") != "2026-11-22" {
			t.Errorf("%v: %+v", format, r)
		}
		if a, err := money.Parse(r.Text("income")); err != nil || a != 126010 {
			t.Errorf("%v: income %+v", format, r.Cell("income"))
		}
		if rows[1].Text("income") != map[Format]string{Xlsx: "-0.05", CSV: "-0.05"}[format] || rows[2].Cells[0].Text != "李干事 0042" {
			t.Errorf("%v: %+v", format, rows[1:])
		}
	}
}

func TestListAsExcelSeesIt(t *testing.T) {
	data := write(t, List{Sheet: "a/b:c", Heads: heads, ID: "export-7", Note: "x"}, []any{"@sum", "999999199001010011", money.Amount(126010)}, []any{"\ttab", "-1", money.Amount(1_000_000_000_000_000_00)})
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.GetSheetName(0) != "abc" {
		t.Errorf("sheet %q", f.GetSheetName(0))
	}
	if p, err := f.GetDocProps(); err != nil || p.Identifier != "export-7" {
		t.Errorf("properties %+v, %v", p, err)
	}
	for cell, want := range map[string]string{"A3": "@sum", "B3": "999999199001010011", "C3": "1,260.10", "A4": "\ttab", "B4": "-1", "C4": "1000000000000000.00"} {
		if got, err := f.GetCellValue("abc", cell); err != nil || got != want {
			t.Errorf("%s = %q, %v, want %q", cell, got, err, want)
		}
		if formula, err := f.GetCellFormula("abc", cell); err != nil || formula != "" {
			t.Errorf("%s is the formula %q", cell, formula)
		}
		if kind, err := f.GetCellType("abc", cell); err != nil || (kind == excelize.CellTypeInlineString) != (cell != "C3") {
			t.Errorf("%s is of type %v, %v", cell, kind, err)
		}
	}
	id, err := f.GetCellStyle("abc", "B3")
	if err != nil {
		t.Fatal(err)
	}
	if style, err := f.GetStyle(id); err != nil || style.NumFmt != 49 {
		t.Errorf("ID column has the format %+v, %v", style, err)
	}
}

func TestCSVIsSafe(t *testing.T) {
	data := string(write(t, List{Format: CSV, Heads: heads[:2]}, []any{"=cmd|x", "+1"}, []any{"-1", "@a"}, []any{"\ta", "\rb"}, []any{"李四", "999999199001010011"}, []any{"0012", "12"}))
	want := "\ufeff姓名,身份证\r\n'=cmd|x,'+1\r\n'-1,'@a\r\n'\ta,\"'b\"\r\n李四,'999999199001010011\r\n'0012,12\r\n"
	if data != want {
		t.Errorf("csv is %q, want %q", data, want)
	}
}

// Tabs and semicolons inside a text do not pass for the separator, nor do commas in the amounts of a file with tabs.
func TestSeparatorIsTheHeadings(t *testing.T) {
	for text, want := range map[string]rune{
		"姓名,身份证\r\nx,\"\t\ta\t;;;\"\r\n":        ',',
		"姓名\t身份证\r\n1,260.10\t2,000,000.00\r\n": '\t',
		"困难职工名册，单位：元\n姓名;身份证\n李四;1\n":           ';',
		"姓名\n李四\n": ',',
	} {
		if got := comma([]byte(text)); got != want {
			t.Errorf("%q is separated by %q, want %q", text, got, want)
		}
	}
}

// Whatever text goes into either form comes out of it.
func TestTextSurvives(t *testing.T) {
	safe := rapid.StringOfN(rapid.SampledFrom([]rune("李𬭎ab01,\"'=+-@ \t_x<&>（é")), 0, 12, -1)
	rapid.Check(t, func(rt *rapid.T) {
		texts := rapid.SliceOfN(safe, 1, 5).Draw(rt, "texts")
		for _, format := range []Format{Xlsx, CSV} {
			var rows [][]any
			for _, s := range texts {
				rows = append(rows, []any{"x", s})
			}
			_, got := read(t, write(t, List{Format: format, Heads: heads[:2]}, rows...))
			for i, s := range texts {
				if c := got[i].Cell("id"); tidy(c.Text) != tidy(s) || c.Numeric {
					rt.Fatalf("%v: %q came back as %+v", format, s, c)
				}
			}
		}
	})
}

// B08 in the small: the returned file holds the faulty rows cell for cell, and reads as the file it came from.
func TestReturnedKeepsEveryCell(t *testing.T) {
	data := book(t, func(f *excelize.File, s string) error {
		return setRows(f, s, []any{"名册"}, []any{"姓名*", "身份证", "备注", "月收入"},
			[]any{"李四", 999999199001010011, "=保留", 1260.1}, []any{"王五", "1"}, []any{" 赵六 ", "2", "", "", "", "表外"})
	})
	m, rows := read(t, data)
	var b bytes.Buffer
	out, err := NewReturned(&b, m, words.Zh)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := out.Row(r, "没有导入", fmt.Sprintf("第 %d 行", r.Number), "改为文本"); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	m2, again := read(t, b.Bytes())
	if strings.Join(m2.Titles, "|") != "姓名*|身份证|备注|月收入|结果|原因|怎么改" || len(again) != len(rows) {
		t.Fatalf("%q %d rows", m2.Titles, len(again))
	}
	for i, r := range again {
		for j, c := range rows[i].Cells {
			if r.Cells[j] != c {
				t.Errorf("row %d cell %d: %+v, was %+v", i, j, r.Cells[j], c)
			}
		}
		last := r.Cells[len(r.Cells)-3:]
		if last[0].Text != "没有导入" || last[1].Text != fmt.Sprintf("第 %d 行", rows[i].Number) || last[2].Text != "改为文本" {
			t.Errorf("row %d ends %+v", i, last)
		}
	}
	if !again[0].Cell("id").LostDigits() {
		t.Error("a number that lost digits must not come back as text")
	}
}

func form() Template {
	return Template{Name: "roster", Version: 3, Lang: words.Zh, Notes: []string{"一行一个人"}, Fields: []Field{
		{Title: "姓名", Required: true, Example: "李四", Hint: "写身份证上的姓名"},
		{Title: "身份证号", Required: true, Example: "999999199001010011", Hint: "18 位"},
		{Title: "类别", Options: []string{"在职", "退休"}, Example: "在职"},
		{Title: "月收入", Kind: Amount, Example: "3200"},
	}}
}

func TestTemplate(t *testing.T) {
	var b bytes.Buffer
	if err := form().Write(&b); err != nil {
		t.Fatal(err)
	}
	m, rows := read(t, b.Bytes())
	if m.Template != "roster:3" || m.Sheet != "填写" || m.Header != 1 || len(rows) != 0 {
		t.Fatalf("an untouched template reads %+v with %d rows", m, len(rows))
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := strings.Join(f.GetSheetList(), ","); got != "填写,说明,选项" {
		t.Errorf("sheets %s", got)
	}
	if visible, err := f.GetColVisible("填写", "E"); err != nil || visible {
		t.Errorf("the column of the name is visible: %v, %v", visible, err)
	}
	dvs, err := f.GetDataValidations("填写")
	if err != nil || len(dvs) != 3 || dvs[2].Formula1 != "'选项'!$C$2:$C$3" {
		t.Errorf("validations %+v, %v", dvs, err)
	}
	for cell, want := range map[string]struct {
		bold bool
		fmt  int
	}{"A1": {true, 49}, "C1": {false, 49}, "B2": {false, 49}, "B9": {false, 49}} {
		id, err := f.GetCellStyle("填写", cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(id)
		if err != nil || style.NumFmt != want.fmt || (style.Font != nil && style.Font.Bold) != want.bold {
			t.Errorf("%s has the style %+v, %v", cell, style, err)
		}
	}
}

func TestTemplateFilledIn(t *testing.T) {
	var b bytes.Buffer
	if err := form().Write(&b); err != nil {
		t.Fatal(err)
	}
	fill := func(cells map[string]string) []Row {
		f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for cell, text := range cells {
			if err := f.SetCellStr("填写", cell, text); err != nil {
				t.Fatal(err)
			}
		}
		var out bytes.Buffer
		if err := f.Write(&out); err != nil {
			t.Fatal(err)
		}
		_, rows := read(t, out.Bytes())
		return rows
	}
	if rows := fill(map[string]string{"A3": "王五", "B3": "1"}); len(rows) != 1 || rows[0].Number != 3 || rows[0].Text("name") != "王五" || len(rows[0].Cells) != 2 {
		t.Errorf("a filled template reads %+v", rows)
	}
	if rows := fill(map[string]string{"A2": "王五", "B2": "1"}); len(rows) != 1 || rows[0].Number != 2 || len(rows[0].Cells) != 4 {
		t.Errorf("an example written over reads %+v: it must not be lost", rows)
	}
}

func TestTemplateInEnglish(t *testing.T) {
	in := form()
	in.Lang = words.En
	var b bytes.Buffer
	if err := in.Write(&b); err != nil {
		t.Fatal(err)
	}
	if m, _ := read(t, b.Bytes()); m.Sheet != "Fill in" || len(m.At) != 3 {
		t.Errorf("%+v", m)
	}
}

func TestLetters(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA"} {
		if got := letter(i); got != want {
			t.Errorf("letter(%d) = %s, want %s", i, got, want)
		}
		if n, ok := column(want + "7"); !ok || n != i {
			t.Errorf("column(%s7) = %d, %v", want, n, ok)
		}
	}
}

func TestFaultWords(t *testing.T) {
	if f := fault.Of(invalid("sheet.large", 20)); words.T(words.Zh, f.Key, f.Args...) != "这个文件超过了 20 MB，请分成几个文件再上传" {
		t.Error("words of sheet.large")
	}
}
