package standard

import "strings"

// Change is one line of the comparison of two documents: Mark is " " (in both), "-" (only in the old) or "+" (only in the
// new). Old and New are line numbers from 1, 0 for none.
type Change struct {
	Mark     string
	Text     string
	Old, New int
}

// Compare gives the lines of two documents side by side in order, by their longest common sequence.
func Compare(old, new string) []Change {
	a, b := strings.Split(strings.TrimRight(old, "\n"), "\n"), strings.Split(strings.TrimRight(new, "\n"), "\n")
	same := make([][]int32, len(a)+1) // same[i][j]: common lines of a[i:] and b[j:]
	for i := range same {
		same[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				same[i][j] = same[i+1][j+1] + 1
			} else {
				same[i][j] = max(same[i+1][j], same[i][j+1])
			}
		}
	}
	var out []Change
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, Change{" ", a[i], i + 1, j + 1})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && same[i+1][j] >= same[i][j+1]:
			out = append(out, Change{"-", a[i], i + 1, 0})
			i++
		default:
			out = append(out, Change{"+", b[j], 0, j + 1})
			j++
		}
	}
	return out
}
