// Package words is the product's vocabulary in Chinese and English.
//
// A sentence in a page is written in Chinese where it stands and looked up by that Chinese text: T("zh", "提交申请") gives
// it back, T("en", "提交申请") finds the English in catalogue/en/*.txt. Faults, states, roles and other words that the
// program itself must name have dotted keys ("fund.short") and stand in both catalogue/zh and catalogue/en.
// A house test reads the sources and fails on any key without its word and on any word without its use.
package words

import (
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"
)

//go:embed catalogue
var files embed.FS

// Lang is a language of the product.
type Lang string

// The languages. Zh comes first in everything.
const (
	Zh Lang = "zh"
	En Lang = "en"
)

// Langs lists the languages in menu order.
func Langs() []Lang { return []Lang{Zh, En} }

// Said is a value that knows how to stand in a sentence of either language.
type Said interface {
	Say(Lang) string
}

// Key is a word to be looked up when it fills a slot of a sentence.
type Key string

// Say gives the word in the language.
func (k Key) Say(l Lang) string { return T(l, string(k)) }

var load = sync.OnceValues(func() (map[Lang]map[string]string, error) {
	all := map[Lang]map[string]string{Zh: {}, En: {}}
	for _, l := range Langs() {
		names, err := fs.Glob(files, "catalogue/"+string(l)+"/*.txt")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			text, err := files.ReadFile(name)
			if err != nil {
				return nil, err
			}
			if err := parse(all[l], name, string(text)); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
})

// parse reads "key = text" lines; # starts a comment line, \n in a text is a line break.
func parse(into map[string]string, name, text string) error {
	for i, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, val, ok := strings.Cut(line, " = ")
		if !ok {
			return fmt.Errorf("%s:%d: no ' = ' in %q", name, i+1, line)
		}
		key = strings.ReplaceAll(strings.TrimSpace(key), `\n`, "\n")
		val = strings.ReplaceAll(strings.TrimSpace(val), `\n`, "\n")
		if old, dup := into[key]; dup && old != val {
			return fmt.Errorf("%s:%d: %q is given twice", name, i+1, key)
		}
		into[key] = val
	}
	return nil
}

// Catalogue gives every entry of a language, for tests and for the page of terms.
func Catalogue(l Lang) (map[string]string, error) {
	all, err := load()
	if err != nil {
		return nil, err
	}
	return all[l], nil
}

// T says a key in a language. {0}, {1} … are filled by args: a Said speaks for itself, all else is printed plainly.
// A Chinese sentence that is its own key is given back as it is. A missing English word falls back to the Chinese.
func T(l Lang, key string, args ...any) string {
	text := key
	if all, err := load(); err == nil {
		if t, ok := all[l][key]; ok {
			text = t
		} else if t, ok := all[Zh][key]; ok {
			text = t
		}
	}
	if cut := strings.Index(text, "|"); cut > 0 && text == key { // "审批|noun": what follows the bar tells like words apart
		text = text[:cut]
	}
	if len(args) == 0 {
		return text
	}
	return fill(l, text, args)
}

func fill(l Lang, text string, args []any) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(text[open:], '}')
		if end < 0 {
			break
		}
		n, err := strconv.Atoi(text[open+1 : open+end])
		b.WriteString(text[:open])
		if err != nil || n < 0 || n >= len(args) {
			b.WriteString(text[open : open+end+1])
		} else {
			b.WriteString(say(l, args[n]))
		}
		text = text[open+end+1:]
	}
	return b.String() + text
}

func say(l Lang, v any) string {
	if s, ok := v.(Said); ok {
		return s.Say(l)
	}
	return fmt.Sprint(v)
}
