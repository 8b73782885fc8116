package page

import "bangfu/internal/base/words"

// Sheet is what stands around a printed paper. Official papers (notices) have the head of official documents; all
// others are forms with the binding side left. Printed is when it was printed, as text; Day signs it.
type Sheet struct {
	Title, DocNo string
	FormNo       string
	Union, Day   string
	Printed      string
	Signers      []string // 经办人, 审核人 …, each with a line to sign on
	Seal         bool     // leaves a place of 50 × 50 mm; the program never prints a seal
	Official     bool
	Wide         bool // A4 across, for tables of many columns
	Back         string
}

func (s Sheet) back() string {
	if s.Back == "" {
		return "/"
	}
	return s.Back
}

func (s Sheet) day(in In) string {
	if s.Day == "" {
		return "　　　　" + in.T("年　　月　　日")
	}
	return s.Day
}

// onPaper is the page with the face of paper and nothing that is not part of it. Papers are light and of normal size.
func (in In) onPaper() In {
	in.Face, in.Size, in.Contrast = Print, "", ""
	if in.Lang == "" {
		in.Lang = words.Zh
	}
	return in
}

// lines cuts pairs into lines of n; the last is filled up with empty pairs.
func lines(rows []Pair, n int) [][]Pair {
	n = max(1, n)
	var all [][]Pair
	for i := 0; i < len(rows); i += n {
		line := append([]Pair(nil), rows[i:min(i+n, len(rows))]...)
		for len(line) < n {
			line = append(line, Pair{})
		}
		all = append(all, line)
	}
	return all
}
