package sheet

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"bangfu/internal/base/words"

	"github.com/xuri/excelize/v2"
)

// Field is one column of a template.
type Field struct {
	Title    string
	Required bool
	Kind     Kind
	Options  []string // what may be chosen; empty is free text
	Example  string
	Hint     string // one sentence, shown when the cell is chosen and on the sheet of notes
}

// Template is a file for a person to fill in, with the sheets 填写, 说明 and 选项.
type Template struct {
	Name    string // such as roster; with Version it stands in a hidden cell and comes back as Mapping.Template
	Version int
	Lang    words.Lang
	Fields  []Field
	Notes   []string // sentences at the top of the notes
}

// filled is how many rows of the template are prepared.
const filled = 5000

// Write writes the template. Required columns are bold and say 必填, the example row is grey, what may be chosen drops down, and
// every column of text is kept as text before anyone types.
func (t Template) Write(w io.Writer) error {
	f := excelize.NewFile()
	defer f.Close()
	p := &press{t: t, f: f, form: words.T(t.Lang, "填写"), notes: words.T(t.Lang, "说明"), options: words.T(t.Lang, "选项")}
	for _, step := range []func() error{p.sheets, p.styles, p.heading, p.example, p.columns, p.explain, p.choices} {
		if err := step(); err != nil {
			return fmt.Errorf("template %s: %w", t.Name, err)
		}
	}
	return f.Write(w)
}

// press holds the template while it is made.
type press struct {
	t                    Template
	f                    *excelize.File
	form, notes, options string
	text, head, must     int
	grey, wrap           int
}

func (p *press) sheets() error {
	if err := p.f.SetSheetName("Sheet1", p.form); err != nil {
		return err
	}
	for _, name := range []string{p.notes, p.options} {
		if _, err := p.f.NewSheet(name); err != nil {
			return err
		}
	}
	return p.f.SetPanes(p.form, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

func (p *press) styles() error {
	head := func(bold bool, fill string) *excelize.Style {
		return &excelize.Style{
			NumFmt: 49, Font: &excelize.Font{Bold: bold}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"},
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}},
		}
	}
	for _, s := range []struct {
		id    *int
		style *excelize.Style
	}{
		{&p.text, &excelize.Style{NumFmt: 49}},
		{&p.head, head(false, "F2EFE9")},
		{&p.must, head(true, "F6D9C9")},
		{&p.grey, &excelize.Style{NumFmt: 49, Font: &excelize.Font{Italic: true, Color: "808080"}}},
		{&p.wrap, &excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
	} {
		id, err := p.f.NewStyle(s.style)
		if err != nil {
			return err
		}
		*s.id = id
	}
	return nil
}

// heading writes the titles; the hidden column after the last holds the template's name.
func (p *press) heading() error {
	for i, field := range p.t.Fields {
		title, style := field.Title, p.head
		if field.Required {
			title, style = title+words.T(p.t.Lang, "（必填）"), p.must
		}
		if err := p.set(p.form, at(i, 1), title, style); err != nil {
			return err
		}
	}
	n := len(p.t.Fields)
	if err := p.set(p.form, at(n, 1), markerPrefix+p.t.Name+":"+strconv.Itoa(p.t.Version), p.text); err != nil {
		return err
	}
	return p.f.SetColVisible(p.form, letter(n), false)
}

// example writes the grey row. Its hidden cell holds the mark of its texts: written over, the row is data.
func (p *press) example() error {
	var texts []string
	for i, field := range p.t.Fields {
		texts = append(texts, field.Example)
		if err := p.set(p.form, at(i, 2), field.Example, p.grey); err != nil {
			return err
		}
	}
	return p.set(p.form, at(len(p.t.Fields), 2), exampleMark(texts), p.text)
}

func (p *press) columns() error {
	for i, field := range p.t.Fields {
		from, to := at(i, 3), at(i, filled)
		if field.Kind == Text || field.Kind == Day {
			if err := p.f.SetColStyle(p.form, letter(i), p.text); err != nil {
				return err
			}
			// A column's style is laid over the cells already in it, so those get theirs back.
			if err := p.restyle(i, field); err != nil {
				return err
			}
		}
		if err := p.f.SetColWidth(p.form, letter(i), letter(i), float64(Head{Title: field.Title + "　　", Kind: field.Kind}.width())); err != nil {
			return err
		}
		if err := p.validate(i, field, from+":"+to); err != nil {
			return err
		}
	}
	return nil
}

func (p *press) restyle(i int, field Field) error {
	style := p.head
	if field.Required {
		style = p.must
	}
	if err := p.f.SetCellStyle(p.form, at(i, 1), at(i, 1), style); err != nil {
		return err
	}
	return p.f.SetCellStyle(p.form, at(i, 2), at(i, 2), p.grey)
}

func (p *press) validate(i int, field Field, cells string) error {
	if field.Hint == "" && len(field.Options) == 0 {
		return nil
	}
	dv := excelize.NewDataValidation(true)
	dv.SetSqref(cells)
	if field.Hint != "" {
		dv.SetInput(short(field.Title, 30), short(field.Hint, 250))
	}
	if len(field.Options) > 0 {
		dv.SetSqrefDropList(fmt.Sprintf("'%s'!$%s$2:$%s$%d", p.options, letter(i), letter(i), len(field.Options)+1))
		dv.SetError(excelize.DataValidationErrorStyleStop, short(field.Title, 30), words.T(p.t.Lang, "请从下拉列表里选一项"))
	}
	return p.f.AddDataValidation(p.form, dv)
}

// explain fills the sheet of notes.
func (p *press) explain() error {
	row := 1
	for _, note := range p.t.Notes {
		if err := p.set(p.notes, at(0, row), note, 0); err != nil {
			return err
		}
		row++
	}
	for i, title := range []string{"列名", "必填", "怎么填", "示例"} {
		if err := p.set(p.notes, at(i, row+1), words.T(p.t.Lang, title), p.must); err != nil {
			return err
		}
	}
	for n, field := range p.t.Fields {
		must := ""
		if field.Required {
			must = words.T(p.t.Lang, "是")
		}
		for i, text := range []string{field.Title, must, field.Hint, field.Example} {
			if err := p.set(p.notes, at(i, row+2+n), text, p.wrap); err != nil {
				return err
			}
		}
	}
	return p.f.SetColWidth(p.notes, "A", "D", 28)
}

// choices fills the sheet of options, each field's under its own letter.
func (p *press) choices() error {
	for i, field := range p.t.Fields {
		if len(field.Options) == 0 {
			continue
		}
		for n, text := range append([]string{field.Title}, field.Options...) {
			if err := p.set(p.options, at(i, n+1), text, p.text); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *press) set(sheet, cell, text string, style int) error {
	if err := p.f.SetCellStr(sheet, cell, text); err != nil {
		return err
	}
	return p.f.SetCellStyle(sheet, cell, cell, style)
}

// letter gives the name of a column counted from 0; at adds the row.
func letter(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

func at(i, row int) string { return letter(i) + strconv.Itoa(row) }

func short(s string, n int) string {
	r := []rune(strings.TrimSpace(s))
	return string(r[:min(len(r), n)])
}
