package page_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"bangfu/internal/base/words"
	"bangfu/internal/engine/page"
)

var galleryDir = flag.String("gallery", "", "write the gallery's pages to this folder, to look at")

// TestGallery renders every component empty and full, in both languages, and reads the pages as a checker would.
func TestGallery(t *testing.T) {
	for _, l := range words.Langs() {
		all := gallery(l)
		for _, name := range names(all) {
			t.Run(string(l)+"/"+name, func(t *testing.T) {
				var b bytes.Buffer
				if err := all[name].Render(context.Background(), &b); err != nil {
					t.Fatal(err)
				}
				writeGallery(t, string(l)+"-"+name, b.Bytes())
				checkPage(t, b.String(), l)
			})
		}
	}
}

func writeGallery(t *testing.T, name string, text []byte) {
	if *galleryDir == "" {
		return
	}
	text = bytes.ReplaceAll(text, []byte(page.CSS()), []byte("kit.css"))
	text = bytes.ReplaceAll(text, []byte(page.JS()), []byte("kit.js"))
	for _, kit := range []string{"kit.css", "kit.js"} {
		content, err := os.ReadFile(kit)
		if err == nil {
			err = os.WriteFile(filepath.Join(*galleryDir, kit), content, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(*galleryDir, name+".html"), text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// checkPage holds a page to the house's rules of markup.
func checkPage(t *testing.T, text string, l words.Lang) {
	t.Helper()
	balanced(t, text)
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	s := &seen{ids: map[string]bool{}, labelled: map[string]bool{}}
	s.walk(doc)
	for _, bad := range s.bad {
		t.Error(bad)
	}
	for _, id := range s.wanted {
		if !s.ids[id] {
			t.Errorf("nothing has the id %q that something points to", id)
		}
	}
	for _, c := range s.controls {
		if !s.labelled[c] {
			t.Errorf("control %q has no label", c)
		}
	}
	if s.h1 != 1 {
		t.Errorf("%d h1 on the page", s.h1)
	}
	if n := utf8.RuneCountInString(s.title); n == 0 || n > 60 {
		t.Errorf("title of %d characters: %q", n, s.title)
	}
	if l == words.Zh && strings.ContainsAny(s.text.String(), "!！") {
		t.Error("an exclamation mark in Chinese")
	}
}

var voids = regexp.MustCompile(`^(area|br|col|hr|img|input|link|meta|wbr)$`)

// balanced reads the tags one by one: what html.Parse would mend in silence is a fault here.
func balanced(t *testing.T, text string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(text))
	var open []string
	for z.Next() != html.ErrorToken {
		tok := z.Token()
		switch {
		case tok.Type == html.StartTagToken && !voids.MatchString(tok.Data):
			open = append(open, tok.Data)
		case tok.Type == html.EndTagToken && (len(open) == 0 || open[len(open)-1] != tok.Data):
			t.Fatalf("</%s> closes nothing; open: %v", tok.Data, open)
		case tok.Type == html.EndTagToken:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Fatalf("left open: %v", open)
	}
}

// seen gathers what a page holds.
type seen struct {
	ids, labelled    map[string]bool
	controls, wanted []string
	bad              []string
	h1               int
	title            string
	text             strings.Builder
}

func (s *seen) walk(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		s.text.WriteString(n.Data)
	case html.ElementNode:
		s.element(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s.walk(c)
	}
}

func (s *seen) element(n *html.Node) {
	at := map[string]string{}
	for _, a := range n.Attr {
		at[a.Key] = a.Val
		switch {
		case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
			s.bad = append(s.bad, "<"+n.Data+"> has "+a.Key+"=")
		case a.Key == "id" && s.ids[a.Val]:
			s.bad = append(s.bad, "id "+a.Val+" twice")
		case a.Key == "id":
			s.ids[a.Val] = true
		case a.Key == "aria-describedby" || a.Key == "aria-labelledby":
			s.wanted = append(s.wanted, strings.Fields(a.Val)...)
		case (a.Key == "href" || a.Key == "src" || a.Key == "action") && strings.Contains(a.Val, "://"):
			s.bad = append(s.bad, "<"+n.Data+"> leads outside: "+a.Val)
		case strings.Contains(a.Val, "about:invalid"):
			s.bad = append(s.bad, "<"+n.Data+"> has an address that was refused")
		}
	}
	switch n.Data {
	case "h1":
		s.h1++
	case "title":
		if n.Parent.Data == "head" {
			s.title = n.FirstChild.Data
		}
	case "label":
		s.labelled[at["for"]] = true
	case "script":
		if n.FirstChild != nil {
			s.bad = append(s.bad, "a script stands in the page")
		}
	case "style":
		s.bad = append(s.bad, "a style stands in the page")
	case "input", "select", "textarea":
		s.control(n, at)
	}
}

// control is bound to its words by a label that names or holds it, or by aria-label.
func (s *seen) control(n *html.Node, at map[string]string) {
	if at["type"] == "hidden" || at["aria-label"] != "" {
		return
	}
	for up := n.Parent; up != nil; up = up.Parent {
		if up.Data == "label" {
			return
		}
	}
	if at["id"] == "" {
		s.bad = append(s.bad, "an input without id and label: "+at["name"])
		return
	}
	s.controls = append(s.controls, at["id"])
}

// TestErrorSummary wants the summary's words under the field, and its link at the field's control.
func TestErrorSummary(t *testing.T) {
	for _, face := range []page.Face{page.Worker, page.Desk} {
		in := wrong(full(face, words.Zh))
		var b bytes.Buffer
		name := map[page.Face]string{page.Worker: "worker-form", page.Desk: "desk-form"}[face]
		if err := gallery(words.Zh)[name].Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), "<title>错误：申请") {
			t.Error("the title does not begin with 错误：")
		}
		for _, f := range in.Errors {
			if n := strings.Count(b.String(), ">"+in.Say(f)+"<"); n != 2 {
				t.Errorf("%s: %q stands %d times, want in summary and under the field", face, in.Say(f), n)
			}
			if !strings.Contains(b.String(), `href="#f-`+f.Field+`"`) || !strings.Contains(b.String(), `id="f-`+f.Field+`"`) {
				t.Errorf("%s: no way from the summary to %s", face, f.Field)
			}
		}
		if !strings.Contains(b.String(), `value="258O"`) {
			t.Errorf("%s: what was typed is gone", face)
		}
	}
}

// TestName holds titles to 60 characters whatever the page is called.
func TestName(t *testing.T) {
	for _, tt := range []struct{ title, module, want string }{
		{"申请列表", "办理", "申请列表 - 办理 - 职工帮扶"}, {"", "", "职工帮扶"}, {"职工帮扶", "", "职工帮扶"},
		{strings.Repeat("长", 80), "办理", strings.Repeat("长", 47) + "… - 办理 - 职工帮扶"},
	} {
		if got := (page.In{Title: tt.title, Module: tt.module}).Name(); got != tt.want {
			t.Errorf("Name(%q, %q) = %q, want %q", tt.title, tt.module, got, tt.want)
		}
	}
}
