// Package paper makes the papers an office keeps as PDF: a title, pairs, a table, sentences, signers and the place of the seal, on A4.
// A paper is data; the same data gives the same bytes, and a kept paper is given back as it was made. It knows nothing of
// what a paper is about.
package paper

import (
	"crypto/sha256"
	_ "embed" // the typeface is part of the program
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"bangfu/internal/base/day"
)

// font is Noto Sans SC Regular (OFL-1.1, noto-sans-sc.LICENSE): 7,946 characters in 2.5 MB, TrueType as gopdf needs it.
// A paper carries only the glyphs it uses.
//
//go:embed noto-sans-sc.ttf
var font []byte

// Sheet is what stands on a paper. Everything but the title may be empty.
type Sheet struct {
	Title, Union, Number string
	Pairs                []Pair
	Table                Table
	Body                 []string // sentences under the pairs and the table, a paragraph each
	Signers              []string // whoever signs by hand, side by side
	Seal                 bool     // there is a place for the union's seal
	Day                  string   // the day of the paper, in words
}

// Pair is a line of a label and its value.
type Pair struct{ Label, Value string }

// Table has a head, rows and, where Foot is not empty, a sum.
type Table struct {
	Cols []Col
	Rows [][]string
	Foot []string
}

// Col is a column: Share is its part of the width among the others' shares; Num sets it to the right.
type Col struct {
	Label string
	Share int
	Num   bool
}

// drawing is the version of how papers are drawn: a paper kept under an older one stays what it was.
const drawing = "1"

// hash names the content of a sheet.
func (s Sheet) hash() (string, error) {
	text, err := json.Marshal(s)
	sum := sha256.Sum256(append([]byte(drawing+"\n"), text...))
	return hex.EncodeToString(sum[:]), err
}

// DayOf writes a day as papers do: 2026年7月1日; "" for none.
func DayOf(d day.Day) string {
	part := strings.Split(string(d), "-")
	if len(part) != 3 {
		return ""
	}
	m, _ := strconv.Atoi(part[1]) // a day.Day has digits there
	n, _ := strconv.Atoi(part[2])
	return part[0] + "年" + strconv.Itoa(m) + "月" + strconv.Itoa(n) + "日"
}
