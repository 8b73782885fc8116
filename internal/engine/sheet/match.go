package sheet

import (
	"hash/fnv"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Column is one the caller looks for: Key is the caller's name of it, Names what people call it in a heading.
type Column struct {
	Key      string
	Names    []string
	Required bool
}

// Mapping says where the columns stand.
type Mapping struct {
	Sheet    string
	Header   int            // row number of the heading, its last row if it has two
	At       map[string]int // column key → place from 0
	Titles   []string       // the heading as it stands
	Unknown  []string       // titles that no column has
	Template string         // name and version of our template, if the file was made from one
	marker   int            // place of the template's own column, -1 without
}

// search is how far down a heading is looked for: title rows, notes and units stand above it.
const search = 40

// Match finds the sheet and the heading row that know most of the columns. Spaces, *, （必填） and a unit in brackets do not
// matter; merged titles above and a heading of two rows do not hinder. Faults: "sheet.heading" (no row knows two of the
// columns, or one where only one is looked for), "sheet.columns" (names of required columns that are missing), "sheet.twice"
// (a column stands there twice), "sheet.broken", "sheet.bomb".
func (b *Book) Match(columns []Column) (Mapping, error) {
	var best Mapping
	for _, sheet := range b.Sheets() {
		var above Row
		seen := 0
		for row, err := range b.All(sheet) {
			if err != nil {
				return Mapping{}, err
			}
			for _, m := range []Mapping{match(row, columns), match(under(above, row), columns)} {
				if m.Sheet = sheet; len(m.At) > len(best.At) {
					best = m
				}
			}
			above = row
			if seen++; seen >= search {
				break
			}
		}
	}
	if len(best.At) < min(2, len(columns)) || len(best.At) == 0 {
		return Mapping{}, invalid("sheet.heading")
	}
	return best, best.check(columns)
}

// under lays a heading's second row over its first: 家庭情况 over 人口 gives 人口, 姓名 over nothing stays.
func under(above, row Row) Row {
	cells := slices.Clone(above.Cells)
	for i, c := range row.Cells {
		if i >= len(cells) {
			cells = append(cells, Cell{})
		}
		if tidy(c.Text) != "" {
			cells[i] = c
		}
	}
	return Row{Number: row.Number, Cells: cells}
}

func match(row Row, columns []Column) Mapping {
	m := Mapping{Header: row.Number, At: map[string]int{}, marker: -1}
	for i, c := range row.Cells {
		title := tidy(c.Text)
		m.Titles = append(m.Titles, title)
		if name, ok := strings.CutPrefix(title, markerPrefix); ok {
			m.Template, m.marker = name, i
			continue
		}
		key, ok := find(title, columns)
		if _, taken := m.At[key]; ok && !taken {
			m.At[key] = i
		} else if title != "" {
			m.Unknown = append(m.Unknown, title)
		}
	}
	return m
}

func find(title string, columns []Column) (string, bool) {
	for _, form := range []string{plain(title), plain(withoutBrackets(title))} {
		for _, c := range columns {
			for _, name := range c.Names {
				if form != "" && form == plain(name) {
					return c.Key, true
				}
			}
		}
	}
	return "", false
}

// check faults on required columns that are missing and on columns that stand twice.
func (m Mapping) check(columns []Column) error {
	var missing []string
	for _, c := range columns {
		if _, ok := m.At[c.Key]; c.Required && !ok {
			missing = append(missing, c.Names[0])
		}
	}
	if len(missing) > 0 {
		return invalid("sheet.columns", strings.Join(missing, "、"))
	}
	for _, title := range m.Unknown {
		if key, ok := find(title, columns); ok {
			return invalid("sheet.twice", m.Titles[m.At[key]])
		}
	}
	return nil
}

// plain is a title without what does not matter in it.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r = r - '！' + '!'
		}
		switch r {
		case ' ', '\t', '\n', '\r', '\u3000', '\u00a0', '*', ':', '?', '【', '】', '「', '」', '★', '※':
			return -1
		}
		return r
	}, tidy(s))
	s = strings.NewReplacer("(必填)", "", "(选填)", "", "(required)", "").Replace(strings.ToLower(s))
	return strings.TrimSuffix(strings.TrimPrefix(s, "必填"), "必填")
}

// withoutBrackets drops a unit or note in brackets: 月收入（元） is 月收入.
func withoutBrackets(s string) string {
	s = strings.NewReplacer("（", "(", "）", ")", "[", "(", "]", ")").Replace(s)
	open := strings.IndexByte(s, '(')
	if open <= 0 {
		return s
	}
	_, rest, _ := strings.Cut(s[open:], ")")
	return s[:open] + rest
}

// Rows gives the rows under the heading that hold something, with their numbers in the file. The template's example row is
// left out for as long as nobody wrote over it. It stops at the first error. Faults: "sheet.broken", "sheet.bomb".
func (b *Book) Rows(m Mapping) iter.Seq2[Row, error] {
	at := maps.Clone(m.At)
	return func(yield func(Row, error) bool) {
		for row, err := range b.All(m.Sheet) {
			if err != nil {
				yield(Row{}, err)
				return
			}
			if row.Number <= m.Header || m.example(row) {
				continue
			}
			if m.marker >= 0 && m.marker < len(row.Cells) { // the template's own column is no data
				row.Cells = slices.Clone(row.Cells)
				row.Cells[m.marker] = Cell{}
				if row.Cells = trim(row.Cells); len(row.Cells) == 0 {
					continue
				}
			}
			row.at = at
			if !yield(row, nil) {
				return
			}
		}
	}
}

// markerPrefix begins the heading of the hidden column that a template carries.
const markerPrefix = "bangfu:"

// example reports whether the row is the template's example, untouched: its hidden cell is the mark of the cells beside it.
func (m Mapping) example(row Row) bool {
	if m.marker < 0 || m.marker >= len(row.Cells) {
		return false
	}
	var texts []string
	for i, c := range row.Cells {
		if i != m.marker {
			texts = append(texts, c.Text)
		}
	}
	return row.Cells[m.marker].Text == exampleMark(texts)
}

// exampleMark is what the hidden cell beside an example row holds.
func exampleMark(texts []string) string {
	h := fnv.New32a()
	for _, s := range texts {
		if s = tidy(s); s != "" {
			_, _ = h.Write([]byte(s + "\n"))
		}
	}
	return "示例" + strconv.FormatUint(uint64(h.Sum32()), 16)
}
