// Package page is the kit every page is made of: one layout for each face, one style sheet, and components that take
// small typed structs. Pages are complete without scripts; texts are Chinese where they stand and looked up by that text.
//
// Components never translate what they are given: a page says in.T("提交申请") and passes the result. The one exception is
// FieldOf and AutoForm, which take the catalogue keys of package form.
//
// The Go files of the .templ files are made by, from the root of the repository:
//
//	go tool -modfile=tools/templ.mod templ generate -path internal/engine/page
package page

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
)

// Face is the look of a page: who it is for.
type Face string

// The faces.
const (
	Worker Face = "worker" // a worker's phone: one column, large targets
	Desk   Face = "desk"   // staff at a desk: navigation at the side, tables
	Print  Face = "print"  // sheets of A4
	Public Face = "public" // anyone: as the worker face, without a person
)

// The addresses the layouts link to; face/web serves them.
const (
	LookPath    = "/look"    // ?lang= &size= &contrast= &back= : sets the look and goes back
	HelpPath    = "/help"    // find someone to ask
	PrivacyPath = "/privacy" // the privacy notice
	AccessPath  = "/a11y"    // the accessibility statement
	SignInPath  = "/signin"
	SignOutPath = "/signout" // POST
	MePath      = "/me"      // the signed-in person's own settings
	TodoPath    = "/desk/todo"
	AccountPath = "/account" // one's own account: password, codes, sessions
	StayPath    = "/stay"    // GET by script: one press makes the session longer
	AssetsPath  = "/assets"  // Assets is mounted here
)

// Link is an address with its words.
type Link struct{ Href, Label string }

// NavItem is one entry of the main navigation. Icon is a name of Icons; Count 0 is not shown; a Group other than
// that of the entry before stands above as a heading.
type NavItem struct {
	Href, Label, Icon, Group string
	Count                    int
	Current                  bool
}

// opens reports the first entry of a group.
func (n NavItem) opens(all []NavItem, i int) bool {
	return n.Group != "" && (i == 0 || all[i-1].Group != n.Group)
}

// Phone is a line to call.
type Phone struct{ Label, Number, Hours string }

// Who is the person signed in; the zero Who is nobody.
type Who struct{ Name, Role, Unit string }

// Flash is one sentence about what has just been saved. Tone is a Tone; "" is ToneOK.
type Flash struct {
	Tone Tone
	Text string
}

// In is what every page gets. A page's own struct embeds it: type CasePage struct { page.In; Name string }.
type In struct {
	Lang     words.Lang
	Size     string // "", "large" (125 %), "max" (187.5 %)
	Contrast string // "" or "high"
	Density  string // of lists: "", "roomy" or "tight"
	Face     Face

	Title, Module, System string // the page, the part of the product, the product's name here ("" is 职工帮扶)
	Unit                  string // the union whose house this is, shown beside the mark and in the foot
	Who                   Who
	Nav                   []NavItem
	Back                  Link   // worker face: the link above the heading
	Crumbs                []Link // desk face: the way here
	Find                  string // desk face: the address of the search of everything; "" hides it
	Todo                  int    // desk face: how many things wait for this person

	Key       string                 // the idempotency key, put hidden into every form of the page
	Flash     Flash                  // drawn by Layout
	Doubt     string                 // drawn by Layout under it: a photo just taken may be hard to read
	Errors    []*fault.Fault         // drawn by Layout as the error summary, and by each field
	Path      string                 // this page's path and query, for the links that come back here
	Phones    []Phone                // the help lines
	Demo      bool                   // a banner says that nothing here is real
	ActingFor string                 // a banner names the worker on whose behalf one acts
	May       func(href string) bool // whether the reader may open a page of the house; nil says yes to all
	Watermark string                 // a pale text over pages with personal data; "" is none
	Year      int                    // the year it is: a day of another one is told with its year
	Expires   int                    // seconds until the session ends; 0 says nothing
	Foot      string                 // one line in the foot: who answers, and when
}

// T says a sentence in the page's language; {0} {1} are filled by args.
func (in In) T(zh string, args ...any) string { return words.T(in.lang(), zh, args...) }

func (in In) lang() words.Lang {
	if in.Lang == "" {
		return words.Zh
	}
	return in.Lang
}

// Leads reports a link that is there and that the reader may follow; any other is drawn as plain text.
func (in In) Leads(href string) bool { return href != "" && (in.May == nil || in.May(href)) }

// Money says an amount: ¥1,260.00.
func (in In) Money(a money.Amount) string { return a.Say(in.lang()) }

// Date says a day as the face does: 2026-11-22 on the desk and in print, 11月22日（周日） to a worker; "—" for none.
func (in In) Date(d day.Day) string {
	if d == "" {
		return "—"
	}
	if in.Face == Desk || in.Face == Print {
		return string(d)
	}
	if in.Year > 0 && d.Valid() && d.Year() != in.Year && in.lang() == words.Zh {
		return in.T("{0} 年 {1}", d.Year(), d.Say(in.lang()))
	}
	return d.Say(in.lang())
}

// HTMLLang is the lang attribute of the document.
func (in In) HTMLLang() string {
	if in.lang() == words.En {
		return "en"
	}
	return "zh-CN"
}

// SystemName is the product's name on this page.
func (in In) SystemName() string {
	if in.System == "" {
		return in.T("职工帮扶")
	}
	return in.System
}

// Name is the document's title: page - module - system, at most 60 characters, led by 错误： when the form has faults.
func (in In) Name() string {
	var parts []string
	for _, p := range []string{in.Title, in.Module, in.SystemName()} {
		if p != "" && (len(parts) == 0 || parts[len(parts)-1] != p) {
			parts = append(parts, p)
		}
	}
	lead, tail := "", ""
	if len(in.Errors) > 0 {
		lead = in.T("错误：")
		if in.lang() == words.En {
			lead += " "
		}
	}
	if len(parts) > 1 {
		tail = " - " + strings.Join(parts[1:], " - ")
	}
	room := 60 - utf8.RuneCountInString(lead+tail)
	first := []rune(parts[0])
	if room < 8 {
		room, tail = 60-utf8.RuneCountInString(lead), ""
	}
	if len(first) > room {
		first = append(first[:room-1], '…')
	}
	return lead + string(first) + tail
}

// With gives the page with the faults of err to show; nil changes nothing. A form's list becomes one line for each
// field; a lone fault becomes one line.
func (in In) With(err error) In {
	f := fault.Of(err)
	switch {
	case f == nil:
	case len(f.Parts) > 0:
		in.Errors = f.Parts
	default:
		in.Errors = []*fault.Fault{f}
	}
	return in
}

// Say words a fault in the page's language.
func (in In) Say(f *fault.Fault) string { return in.T(f.Key, f.Args...) }

// Wrong is the sentence of the fault on a field, "" if it has none. It is the same sentence the summary shows.
func (in In) Wrong(field string) string {
	for _, f := range in.Errors {
		if f.Field == field && field != "" {
			return in.Say(f)
		}
	}
	return ""
}

// look is the address that changes one thing of the look and comes back to this page.
func (in In) look(what, value string) string {
	q := url.Values{what: {value}, "back": {in.Path}}
	return LookPath + "?" + q.Encode()
}

// bodyClass is the style sheet's switch between the faces.
func (in In) bodyClass() string {
	switch in.Face {
	case Desk, Print:
		return string(in.Face)
	}
	return string(Worker)
}

// Tone is the colour of a tag or a note. It never stands alone: the words say the same.
type Tone string

// The tones. Err is for what is returned, objected to, overdue or failed, and nothing else.
const (
	Plain    Tone = ""
	ToneOK   Tone = "ok"
	ToneWarn Tone = "warn"
	ToneErr  Tone = "err"
	ToneInfo Tone = "info"
	ToneWait Tone = "teal" // waiting for someone outside
	ToneHelp Tone = "vio"  // service tickets
)

func (t Tone) class(base string) string {
	if t == Plain {
		return base
	}
	return base + " " + base + "-" + string(t)
}
