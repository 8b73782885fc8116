package sheet

import (
	"io"

	"bangfu/internal/base/words"
)

// Returned writes the file a person gets back from an import: every cell of the heading and of the rows given to it as it was,
// and after them the columns 结果, 原因, 怎么改.
type Returned struct {
	w     *Writer
	width int
}

// NewReturned begins such a file, always .xlsx, for rows read under the mapping.
func NewReturned(w io.Writer, m Mapping, l words.Lang) (*Returned, error) {
	var heads []Head
	for _, t := range m.Titles {
		heads = append(heads, Head{Title: t})
	}
	heads = append(heads,
		Head{Title: words.T(l, "结果"), Width: 12}, Head{Title: words.T(l, "原因"), Width: 50}, Head{Title: words.T(l, "怎么改"), Width: 50})
	out, err := NewWriter(w, List{Sheet: words.T(l, "导入结果"), Heads: heads})
	if err != nil {
		return nil, err
	}
	return &Returned{w: out, width: len(m.Titles)}, nil
}

// Row writes one row with what became of it.
func (r *Returned) Row(row Row, result, reason, remedy string) error {
	cells := make([]any, max(r.width, len(row.Cells))+3)
	for i, c := range row.Cells {
		if c.Text != "" {
			cells[i] = c
		}
	}
	// Cells beyond the heading stay at their place; the three columns then stand after them.
	copy(cells[len(cells)-3:], []any{result, reason, remedy})
	return r.w.Row(cells...)
}

// Close completes the file.
func (r *Returned) Close() error { return r.w.Close() }
