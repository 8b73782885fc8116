package page

import (
	"net/url"
	"slices"
)

// Shown is how one reader has a list: which columns, and the lists kept under a name. Ask are all conditions of the
// address, the columns among them under ColName; SaveAction and DropAction are where names are kept and forgotten.
type Shown struct {
	Action                 string
	List                   string // the list's code, for the names kept
	Ask                    url.Values
	Cols                   []Col
	Views                  []View
	SaveAction, DropAction string
}

// View is a list kept under a name.
type View struct{ ID, Name, Href string }

// ColName is the condition that names the columns wanted; without it the list has its own choice.
const ColName = "col"

// wants reports whether a column is to be seen.
func wants(c Col, asked []string) bool {
	switch {
	case c.Key == "":
		return true
	case len(asked) == 0:
		return !c.Spare
	}
	return slices.Contains(asked, c.Key)
}

// Choose leaves out the columns, and their cells, that the reader has not asked for.
func (t List) Choose(asked []string) List {
	var keep []int
	cols := t.Cols
	t.Cols = nil
	for i, c := range cols {
		if wants(c, asked) {
			keep = append(keep, i)
			t.Cols = append(t.Cols, c)
		}
	}
	t.Head = max(0, slices.Index(keep, t.Head))
	rows := t.Rows
	t.Rows = make([]Row, len(rows))
	for r, row := range rows {
		cells := row.Cells
		row.Cells = nil
		for _, i := range keep {
			if i < len(cells) {
				row.Cells = append(row.Cells, cells[i])
			}
		}
		t.Rows[r] = row
	}
	return t
}

// conditions are what the form of columns carries along.
func (s Shown) conditions() []Pair {
	var out []Pair
	for k, all := range s.Ask {
		if k == ColName || k == "after" {
			continue
		}
		for _, v := range all {
			out = append(out, Pair{Label: k, Value: v})
		}
	}
	slices.SortFunc(out, func(a, b Pair) int {
		if a.Label < b.Label {
			return -1
		}
		return 1
	})
	return out
}

func (s Shown) query() string {
	v := url.Values{}
	for k, all := range s.Ask {
		if k != "after" {
			v[k] = all
		}
	}
	return v.Encode()
}

// densities are how close the lines of a list may stand.
func (in In) densities() []Tab {
	to := func(d string) string { return LookPath + "?density=" + d + "&back=" + url.QueryEscape(in.Path) }
	return []Tab{
		{Label: in.T("舒适"), Href: to("roomy"), Current: in.Density == "roomy"},
		{Label: in.T("标准"), Href: to("normal"), Current: in.Density == ""},
		{Label: in.T("紧凑"), Href: to("tight"), Current: in.Density == "tight"},
	}
}
