package paper

import "strings"

// Marks that may not begin a line, and those that may not end one (GB/T 15834).
const (
	noStart = "。，、；：？）》」』】”’…·%,.;:?)]}" + string(rune(0x21)) + string(rune(0xff01))
	noEnd   = "（《「『【“‘([{¥"
)

// wrap breaks a text into lines no wider than w points: between Chinese characters anywhere, never inside a number or a Latin
// word unless it alone is too wide, no closing mark at the start of a line and no opening one at its end.
func (p *pen) wrap(text string, w float64) []string {
	var out []string
	for _, part := range strings.Split(text, "\n") {
		line := ""
		for _, piece := range pieces(part) {
			switch {
			case p.measure(line+strings.TrimRight(piece, " ")) <= w:
				line += piece
				continue
			case strings.TrimSpace(line) != "":
				out = append(out, strings.TrimRight(line, " "))
			}
			line = ""
			for _, r := range piece { // alone too wide: broken where it must
				if line != "" && p.measure(line+string(r)) > w {
					out = append(out, line)
					line = ""
				}
				line += string(r)
			}
		}
		if line != "" {
			out = append(out, strings.TrimRight(line, " "))
		}
	}
	return out
}

// pieces cuts a text into what must stand together.
func pieces(text string) []string {
	var out []string
	var last rune
	for _, r := range text {
		latin := r < 0x2000 && last != 0 && last < 0x2000 && last != ' '
		if len(out) > 0 && (latin || strings.ContainsRune(noStart, r) || strings.ContainsRune(noEnd, last)) {
			out[len(out)-1] += string(r)
		} else {
			out = append(out, string(r))
		}
		last = r
	}
	return out
}
