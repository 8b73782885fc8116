package browser

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Prefer gives the browser a preference of its person ("prefers-reduced-motion", "reduce"), or with media "print" shows the page as
// it is printed; "" and no feature is the screen again.
func (p *Page) Prefer(media, feature, value string) {
	p.t.Helper()
	in := emulation.SetEmulatedMediaParams{Media: media}
	if feature != "" {
		in.Features = []*emulation.MediaFeature{{Name: feature, Value: value}}
	}
	p.do("prefer "+media+feature, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, in)
		return err
	}))
}

// Wait lets so many seconds go by for the page's own timers, at once.
func (p *Page) Wait(seconds float64) {
	p.t.Helper()
	ms := seconds * 1000
	p.do("let time go by", chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetVirtualTimePolicy, emulation.SetVirtualTimePolicyParams{Policy: emulation.VirtualTimePolicyAdvance, Budget: &ms})
		return err
	}))
}

// Back goes back as the browser's button does.
func (p *Page) Back() {
	p.t.Helper()
	p.do("go back", chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		all, err := chromedp.Call(ctx, page.GetNavigationHistory, cdp.Empty{})
		if err != nil || all.CurrentIndex == 0 {
			return err
		}
		// A page the browser has kept loads nothing that could be waited for.
		_, err = chromedp.Call(ctx, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: all.Entries[all.CurrentIndex-1].ID})
		return err
	}))
}
