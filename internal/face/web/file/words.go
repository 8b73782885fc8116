package file

import (
	"strconv"

	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
)

func itoa(n int) string { return strconv.Itoa(n) }

// choice says the word of a code, or a dash.
func choice(in page.In, all []form.Choice, code string) string {
	for _, c := range all {
		if c.Value == code {
			return in.T(c.Label)
		}
	}
	return "—"
}
