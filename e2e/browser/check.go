package browser

import (
	_ "embed" // check.js
	"encoding/json"
	"fmt"
	"strings"
)

//go:embed check.js
var checkScript string

// Finding is one thing wrong with a page, under the code of docs/acceptance.md that it offends.
type Finding struct{ Code, Says string }

// Check looks the page over as it stands: axe for A01 and A04, check.js for what axe does not know. Large says that the page is
// shown in 大字版, whose targets are larger.
func (p *Page) Check(large bool) []Finding {
	p.t.Helper()
	var out []Finding
	violations, ruled := p.axe()
	for _, v := range violations {
		out = append(out, Finding{v.code(), v.String()})
	}
	if !ruled {
		out = append(out, Finding{"A04", "axe did not look at target-size"})
	}
	from := strings.Index(checkScript, "(function")
	var bad [][2]string
	text := p.Eval(fmt.Sprintf("%s(%t)", strings.TrimSpace(checkScript[from:]), large))
	if err := json.Unmarshal([]byte(text), &bad); err != nil {
		p.t.Fatal(err)
	}
	for _, b := range bad {
		out = append(out, Finding{b[0], b[1]})
	}
	return out
}

// code is where a violation belongs: contrast and the rules that are good practice only have their own.
func (v Violation) code() string {
	switch {
	case strings.HasPrefix(v.ID, "color-contrast"):
		return "A14"
	case v.Practice:
		return "A02"
	}
	return "A01"
}
