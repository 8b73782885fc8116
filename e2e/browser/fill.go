package browser

import (
	"context"
	_ "embed" // find.js
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

//go:embed find.js
var findScript string

// find is the selector of the element a person means by some words.
func (p *Page) find(kind, words string) chromedp.JSPath { return chromedp.JSPath(p.call(kind, words)) }

// call is the expression that gives that element.
func (p *Page) call(kind, words string) string {
	args, err := json.Marshal([]string{kind, words, p.scope})
	if err != nil {
		p.t.Fatal(err)
	}
	from := strings.Index(findScript, "(function")
	return strings.TrimSpace(findScript[from:]) + "(..." + string(args) + ")"
}

// fillScript readies a field: it picks the option of a list, sets what has no typing (a date, a colour), and empties
// and focuses what is typed into. It answers "chosen", "done", "type", "" when there is no such field yet, or what is wrong.
const fillScript = `(function (e, text) {
  if (!e) return "";
  if (e.disabled || e.readOnly) return "the field cannot be changed";
  const tell = () => { for (const n of ["input", "change"]) e.dispatchEvent(new Event(n, { bubbles: true })); };
  if (e.tagName === "SELECT") {
    const flat = (s) => s.replace(/\s+/g, " ").trim();
    const o = [...e.options].find((o) => flat(o.text) === text) || [...e.options].find((o) => flat(o.text).includes(text));
    if (!o) return "no such option; there are: " + [...e.options].map((o) => flat(o.text)).join(", ");
    e.value = o.value; tell(); return "chosen";
  }
  e.scrollIntoView({ block: "center" });
  e.focus();
  if (["date", "month", "time", "datetime-local", "number", "range", "color"].includes(e.type) || text === "") {
    e.value = text; tell();
    return e.value === text ? "done" : "the field does not take this";
  }
  e.select(); return "type";
})`

// Fill types a text into the field with this label, in place of what it held; of a list it picks the option with the text.
func (p *Page) Fill(label, text string) {
	p.t.Helper()
	arg, err := json.Marshal(text)
	if err != nil {
		p.t.Fatal(err)
	}
	expression := fillScript + "(" + p.call("field", label) + ", " + string(arg) + ")"
	p.tries("fill "+label, func(ctx context.Context) error {
		state, err := waitFor(ctx, expression)
		if err != nil {
			return err
		}
		if state == "chosen" {
			p.tap(2)
			return nil
		}
		p.typed(label)
		if state != "type" {
			return complaint(state)
		}
		_, err = chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

func complaint(state string) error {
	if state == "done" {
		return nil
	}
	return errors.New(state)
}

// Choose ticks the box or the round button with this label; ticked already, it stays so.
func (p *Page) Choose(label string) {
	p.t.Helper()
	p.tick(label, true)
}

// Unchoose takes the tick from the box with this label.
func (p *Page) Unchoose(label string) {
	p.t.Helper()
	p.tick(label, false)
}

// tickScript clicks the box itself, or what stands in for it on the page: its label.
const tickScript = `(function (e, on) {
  if (!e) return "";
  if (e.disabled) return "it cannot be changed";
  if (e.checked === on) return "so already";
  e.click();
  return e.checked === on ? "done" : "it did not change";
})`

func (p *Page) tick(label string, on bool) {
	p.t.Helper()
	expression := fmt.Sprintf("%s(%s, %t)", tickScript, p.call("choice", label), on)
	p.tries("choose "+label, func(ctx context.Context) error {
		state, err := waitFor(ctx, expression)
		if err != nil || state == "so already" {
			return err
		}
		p.tap(1)
		return complaint(state)
	})
}

// waitFor evaluates an expression until it gives a text that is not empty.
func waitFor(ctx context.Context, expression string) (string, error) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		got, err := chromedp.Run(ctx, chromedp.Evaluate[string](expression))
		if err != nil || got != "" {
			return got, err
		}
		select {
		case <-ctx.Done():
			return "", errors.New("it is not on the page")
		case <-tick.C: // scripts of the page may still be at work
		}
	}
}
