package browser

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// seen gathers what the browser complains of: breaches of the content security policy, errors on the console, scripts
// that threw, requests that failed, answers of 500 and above, files that are not there, requests to any other host.
type seen struct {
	mu     sync.Mutex
	base   string
	status int
	list   []string
}

func (s *seen) add(format string, args ...any) {
	s.list = append(s.list, fmt.Sprintf(format, args...))
}

// event is called by the browser's connection for each event, in order.
func (s *seen) event(ev any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch ev := ev.(type) {
	case *cdplog.EventEntryAdded:
		if ev.Entry.Level == cdplog.EntryLevelError && ev.Entry.Source != cdplog.EntrySourceNetwork {
			s.add("%s: %s (%s)", ev.Entry.Source, ev.Entry.Text, ev.Entry.URL)
		}
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeAssert {
			var words []string
			for _, a := range ev.Args {
				words = append(words, plain(a))
			}
			s.add("console: %s", strings.Join(words, " "))
		}
	case *runtime.EventExceptionThrown:
		text := ev.ExceptionDetails.Text
		if ev.ExceptionDetails.Exception != nil {
			text += " " + ev.ExceptionDetails.Exception.Description
		}
		s.add("script: %s", text)
	default:
		s.network(ev)
	}
}

// plain is an argument of console.error as a person would read it.
func plain(a *runtime.RemoteObject) string {
	var text string
	if err := json.Unmarshal(a.Value, &text); err == nil {
		return text
	}
	return string(a.Value) + a.Description
}

func (s *seen) network(ev any) {
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		u := ev.Request.URL
		if !strings.HasPrefix(u, s.base+"/") && u != s.base && strings.HasPrefix(u, "http") {
			s.add("request to another host: %s", u)
		}
	case *network.EventResponseReceived:
		page := ev.Type == network.ResourceTypeDocument
		if page {
			s.status = int(ev.Response.Status)
		}
		if ev.Response.Status >= 500 || ev.Response.Status >= 400 && !page {
			s.add("answer %d: %s", ev.Response.Status, ev.Response.URL)
		}
	case *network.EventLoadingFailed:
		if !ev.Canceled && ev.ErrorText != "net::ERR_ABORTED" {
			s.add("request failed: %s %s %s", ev.Type, ev.ErrorText, ev.BlockedReason)
		}
	}
}

func (s *seen) lastStatus() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// take gives and forgets the complaints that hold some words; "" takes all.
func (s *seen) take(words string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	s.list = slices.DeleteFunc(s.list, func(c string) bool {
		if strings.Contains(c, words) {
			out = append(out, c)
			return true
		}
		return false
	})
	return out
}

// Expected forgives the complaints so far that hold these words, and fails when there is none: "answer 500" after a page
// that must break.
func (p *Page) Expected(words string) {
	p.t.Helper()
	if len(p.seen.take(words)) == 0 {
		p.t.Errorf("the browser did not complain of %q", words)
	}
}

// Complaints gives and forgets everything complained of so far.
func (p *Page) Complaints() []string { return p.seen.take("") }

// With gives the same tab for a subtest, so that its failures are the subtest's.
func (p *Page) With(t testing.TB) *Page {
	sub := *p
	sub.t = t
	return &sub
}
