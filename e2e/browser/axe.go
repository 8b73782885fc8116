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
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
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

const axeRun = `axe.run(document, {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
  resultTypes: ["violations"],
}).then((r) => JSON.stringify(r.violations))`

// Axe checks the page as it stands with axe-core against WCAG 2.2 A and AA. It needs a page with scripts on.
func (p *Page) Axe() []Violation {
	p.t.Helper()
	if p.look.NoScript {
		p.t.Fatal("axe needs a page with scripts on")
	}
	var found []Violation
	p.tries("run axe", func(ctx context.Context) error {
		load := "typeof axe === 'undefined' && (" + "function () {" + axe + "\n}).call(window), 'loaded'"
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[string](load)); err != nil {
			return err
		}
		got, err := chromedp.Run(ctx, chromedp.Evaluate[string](axeRun, chromedp.EvalAwaitPromise))
		if err != nil {
			return err
		}
		return json.Unmarshal([]byte(got), &found)
	})
	return found
}

// ExpectAccessible fails the test with every rule of WCAG 2.2 A or AA that the page breaks.
func (p *Page) ExpectAccessible() {
	p.t.Helper()
	for _, v := range p.Axe() {
		p.t.Errorf("%s at %d pixels: %s", p.Path(), p.look.Width, v)
	}
}
