// Package browser walks the product as a person does, in a real Chromium: it finds things by their words, with scripts
// on or off, wide or narrow, and fails the test on anything the browser complained of on the way.
package browser

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// The widths every page is tested at, in CSS pixels.
const (
	Phone = 360
	Desk  = 1280
)

// patience bounds the wait for one step, on a machine that is also busy with other tests.
const patience = 90 * time.Second

// Browser is one running Chromium. Pages of it share no cookies.
type Browser struct {
	ctx context.Context
}

// Start runs a headless Chromium until the test ends: the program BANGFU_CHROMIUM names, else chromium on the PATH. Start
// one for a group of journeys; a page costs less than a browser.
func Start(t testing.TB) *Browser {
	t.Helper()
	program := os.Getenv("BANGFU_CHROMIUM")
	if program == "" {
		var err error
		if program, err = exec.LookPath("chromium"); err != nil {
			t.Fatal("chromium is not on the PATH: run ./scripts/test, or set BANGFU_CHROMIUM")
		}
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.IgnoreCertErrors,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "zh-CN"), chromedp.Flag("accept-lang", "zh-CN,zh"), chromedp.Flag("hide-scrollbars", false),
		chromedp.WSURLReadTimeout(patience), chromedp.UserDataDir(t.TempDir()))
	alloc, endAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, end := chromedp.NewContext(alloc)
	t.Cleanup(func() {
		closing, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		if err := chromedp.Cancel(closing); err != nil {
			t.Errorf("close the browser: %v", err)
		}
		end()
		endAlloc()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", program, err)
	}
	return &Browser{ctx}
}

// Look says how a page is looked at.
type Look struct {
	Width    int64 // CSS pixels; 0 is Desk
	NoScript bool  // a browser that runs no script
}

// Page is one tab of one person: its cookies are its own. Its methods fail the test by themselves.
type Page struct {
	t     testing.TB
	ctx   context.Context
	base  string
	scope string // words of the part of the page looked at; "" is all of it
	seen  *seen
	done  *Tally
	look  Look
}

// Open opens a tab on a site ("https://127.0.0.1:8443"). When the test ends, anything the browser complained of that was
// not Expected fails it.
func (b *Browser) Open(t testing.TB, base string, look Look) *Page {
	t.Helper()
	if look.Width == 0 {
		look.Width = Desk
	}
	watch := &seen{base: strings.TrimSuffix(base, "/")}
	ctx, end := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(watch.event))
	p := &Page{t: t, ctx: ctx, base: watch.base, seen: watch, done: &Tally{}, look: look}
	t.Cleanup(func() {
		if t.Failed() {
			p.shot("failed")
		}
		for _, c := range watch.take("") {
			t.Errorf("the browser complained: %s", c)
		}
		end()
	})
	if err := chromedp.Do(ctx); err != nil { // the tab lives as long as the context of its first step
		t.Fatalf("open a tab: %v", err)
	}
	p.do("set up the tab", chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := chromedp.Call(ctx, cdplog.Enable, struct{}{})
		if look.NoScript {
			_, off := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			err = errors.Join(err, off)
		}
		return err
	}), chromedp.EmulateViewport(look.Width, 900))
	return p
}

// SetCookie gives the browser a cookie of the site, as a sign-in does.
func (p *Page) SetCookie(name, value string) {
	p.t.Helper()
	p.do("set a cookie", chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: p.base})
		return err
	}))
}

// Go opens an address of the site ("/apply") and waits until it has loaded.
func (p *Page) Go(address string) {
	p.t.Helper()
	p.do("go to "+address, chromedp.Navigate(p.base+address))
}

// In gives the same page seen only through its smallest part (a row, an item, a group of fields, a card, a section) that
// holds the words.
func (p *Page) In(words string) *Page {
	part := *p
	part.scope = words
	return &part
}

// Click presses the link or button with these words and waits until the next page has loaded. It is for links and for
// forms that are sent; for things that stay on the page there is Tap.
func (p *Page) Click(words string) {
	p.t.Helper()
	p.tap(1)
	p.tries("click "+words, func(ctx context.Context) error {
		_, err := chromedp.RunResponse(ctx, chromedp.Click(p.find("press", words)))
		return err
	})
}

// Press presses what a selector finds and waits until the next page has loaded: for what a test has marked itself.
func (p *Page) Press(selector string) {
	p.t.Helper()
	p.tap(1)
	p.tries("press "+selector, func(ctx context.Context) error {
		_, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector)))
		return err
	})
}

// Tap presses the button, link, tab, summary or label with these words and does not wait for a page.
func (p *Page) Tap(words string) {
	p.t.Helper()
	p.tap(1)
	p.do("tap "+words, chromedp.Click(p.find("press", words)))
}

// Key presses keys where the focus is: a text, or a key of chromedp's kb package ("\t" is kb.Tab).
func (p *Page) Key(keys string) {
	p.t.Helper()
	p.do("press a key", chromedp.KeyEvent(keys))
}

// Upload puts files into the file field with this label.
func (p *Page) Upload(label string, files ...string) {
	p.t.Helper()
	p.tap(2)
	abs := make([]string, len(files))
	for i, f := range files {
		var err error
		if abs[i], err = filepath.Abs(f); err != nil {
			p.t.Fatal(err)
		}
	}
	p.do("upload to "+label, chromedp.SetUploadFiles(p.find("field", label), abs, chromedp.NodeReady))
}

// do runs actions as one step with one wait.
func (p *Page) do(step string, actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	p.tries(step, func(ctx context.Context) error { return chromedp.Do(ctx, actions...) })
}

// tries runs one step within patience; a step that fails ends the test with what was on the page.
func (p *Page) tries(step string, f func(context.Context) error) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := f(ctx); err != nil {
		p.t.Fatalf("%s: %v\nat %s the page said:\n%s", step, err, p.now("location.href"), brief(p.now("document.body.innerText")))
	}
}

// now reads an expression of the page for a message, whatever state it is in.
func (p *Page) now(expression string) string {
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		return "(" + err.Error() + ")"
	}
	return got
}

func brief(text string) string {
	if r := []rune(text); len(r) > 1500 {
		return string(r[:1500]) + "…"
	}
	return text
}

// Resize changes the window's width, as turning to another device does; the person stays signed in.
func (p *Page) Resize(width int64) {
	p.t.Helper()
	p.look.Width = width
	p.do("resize the window", chromedp.EmulateViewport(width, 900))
}
