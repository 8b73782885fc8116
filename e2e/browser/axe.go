package browser

import (
	"context"
	_ "embed" // axe.min.js
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
)

// axe is axe-core 4.14.1 (MPL-2.0, see axe.LICENSE), from npm, unchanged.
//
//go:embed axe.min.js
var axe string

// Violation is one rule of WCAG 2.2 A or AA the page breaks, and where.
type Violation struct {
	ID       string `json:"id"`
	Impact   string `json:"impact"`
	Help     string `json:"help"`
	Practice bool   `json:"practice"` // good practice, not WCAG
	Nodes    []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// String is the rule with its first places, for a test's message.
func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for i, n := range v.Nodes {
		if i == 3 {
			fmt.Fprintf(&b, "\n  and %d more", len(v.Nodes)-i)
			break
		}
		fmt.Fprintf(&b, "\n  %s\n    %s", n.HTML, strings.ReplaceAll(n.Summary, "\n", "\n    "))
	}
	return b.String()
}

// axeRun gives the violations of WCAG 2.2 A and AA, and of good practice those that weigh, and whether target-size was looked
// at: it is the one rule that 2.2 adds, and off unless asked for.
const axeRun = `axe.run(document, {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
  resultTypes: ["violations"],
}).then((r) => JSON.stringify({
  violations: r.violations.map((v) => ({ ...v, practice: v.tags.includes("best-practice") }))
    .filter((v) => !v.practice || ["serious", "critical", "moderate"].includes(v.impact)),
  ruled: [r.passes, r.inapplicable, r.violations, r.incomplete].some((l) => l.some((v) => v.id === "target-size")),
}))`

// Axe checks the page as it stands with axe-core against WCAG 2.2 A and AA, and good practice. It needs a page with scripts on.
func (p *Page) Axe() []Violation {
	p.t.Helper()
	found, _ := p.axe()
	return found
}

func (p *Page) axe() (found []Violation, ruled bool) {
	p.t.Helper()
	var told struct {
		Violations []Violation `json:"violations"`
		Ruled      bool        `json:"ruled"`
	}
	if p.look.NoScript {
		p.t.Fatal("axe needs a page with scripts on")
	}
	p.tries("run axe", func(ctx context.Context) error {
		load := "typeof axe === 'undefined' && (" + "function () {" + axe + "\n}).call(window), 'loaded'"
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[string](load)); err != nil {
			return err
		}
		got, err := chromedp.Run(ctx, chromedp.Evaluate[string](axeRun, chromedp.EvalAwaitPromise))
		if err != nil {
			return err
		}
		return json.Unmarshal([]byte(got), &told)
	})
	return told.Violations, told.Ruled
}

// ExpectAccessible fails the test with every rule of WCAG 2.2 A or AA, or of good practice, that the page breaks.
func (p *Page) ExpectAccessible() {
	p.t.Helper()
	for _, v := range p.Axe() {
		p.t.Errorf("%s at %d pixels: %s", p.Path(), p.look.Width, v)
	}
}
