package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/chromedp/chromedp"
)

const flatText = `document.body.innerText.replace(/\s+/g, " ")`

// Expect waits until the page shows every one of the texts.
func (p *Page) Expect(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		arg, err := json.Marshal(strings.Join(strings.Fields(text), " "))
		if err != nil {
			p.t.Fatal(err)
		}
		p.tries("expect "+text, func(ctx context.Context) error {
			_, err := waitFor(ctx, fmt.Sprintf(`document.body && %s.includes(%s) ? "yes" : ""`, flatText, arg))
			return err
		})
	}
}

// ExpectNot fails when the page shows a text now. Expect something first, so that the page is the one you mean.
func (p *Page) ExpectNot(texts ...string) {
	p.t.Helper()
	shown := p.Text()
	for _, text := range texts {
		if strings.Contains(shown, text) {
			p.t.Errorf("the page at %s shows %q", p.Path(), text)
		}
	}
}

// Text is what the page shows, with every run of white space as one space.
func (p *Page) Text() string {
	p.t.Helper()
	return p.Eval(flatText)
}

// Path is the path and query of the page's address.
func (p *Page) Path() string {
	p.t.Helper()
	return p.Eval(`location.pathname + location.search`)
}

// Status is the HTTP status of the page last loaded.
func (p *Page) Status() int { return p.seen.lastStatus() }

// Value is what the field with this label holds.
func (p *Page) Value(label string) string {
	p.t.Helper()
	return p.Eval(p.call("field", label) + ".value")
}

// Href is the address behind the link with these words.
func (p *Page) Href(words string) string {
	p.t.Helper()
	return p.Eval(p.call("press", words) + ".href")
}

// Eval reads a text from the page by a JavaScript expression, for what no other method says.
func (p *Page) Eval(expression string) string {
	p.t.Helper()
	var got string
	p.tries("read the page", func(ctx context.Context) (err error) {
		got, err = chromedp.Run(ctx, chromedp.Evaluate[string](expression))
		return err
	})
	return got
}

// Width is the window's, in CSS pixels.
func (p *Page) Width() int64 { return p.look.Width }

// ExpectFits fails when the page is wider than its window, so that a person would have to scroll sideways.
func (p *Page) ExpectFits() {
	p.t.Helper()
	if got := p.TooWide(); got != "" {
		p.t.Errorf("%s is wider than the window: %s", p.Path(), got)
	}
}

// TooWide says by what the page is wider than its window; "" when it is not.
func (p *Page) TooWide() string {
	p.t.Helper()
	const wide = `(function () {
	  const d = document.documentElement;
	  if (d.scrollWidth <= d.clientWidth) return "";
	  const out = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > d.clientWidth + 1);
	  return d.scrollWidth + " of " + d.clientWidth + " pixels; first: " + (out[0] ? out[0].outerHTML.slice(0, 120) : "");
	})()`
	return p.Eval(wide)
}

var reUnsafe = regexp.MustCompile(`[^\p{L}\p{N}_-]+`)

// Shot keeps a picture of the whole page in the folder BANGFU_SHOTS names, as test-name-width.png; without one it does nothing.
func (p *Page) Shot(name string) {
	p.t.Helper()
	if err := p.shot(name); err != nil {
		p.t.Errorf("picture %s: %v", name, err)
	}
}

func (p *Page) shot(name string) error {
	dir := os.Getenv("BANGFU_SHOTS")
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		return err
	}
	file := fmt.Sprintf("%s-%s-%d.png", p.t.Name(), name, p.look.Width)
	return os.WriteFile(filepath.Join(dir, reUnsafe.ReplaceAllString(strings.TrimSuffix(file, ".png"), "_")+".png"), png, 0o644)
}
