// Package ident reads the numbers a person is known by – citizen ID, mobile, bank card, credit code, name – as people
// write them, says in plain words what is wrong with one, and prints nothing but its mask.
package ident

import (
	"fmt"
	"log/slog"
	"strings"
	"unicode"
	"unique"

	"bangfu/internal/base/words"
)

// Doubt is a set of warnings about a number that was taken nonetheless: the person is asked to look again, not barred.
type Doubt uint8

// The doubts.
const (
	Converted Doubt = 1 << iota // a 15-digit number of before 1999 was made into 18 digits: ask for the present document
	Region                      // the region is not in the list of provinces; withdrawn and new codes occur
	Luhn                        // the card's check digit does not agree; passbooks and some accounts have none
)

// Has reports whether d holds one.
func (d Doubt) Has(one Doubt) bool { return d&one != 0 }

// Keys gives the catalogue keys of the sentences to show, in a fixed order; none when there is no doubt.
func (d Doubt) Keys() []words.Key {
	var keys []words.Key
	if d.Has(Converted) {
		keys = append(keys, "ident.doubt.converted")
	}
	if d.Has(Region) {
		keys = append(keys, "ident.doubt.region")
	}
	if d.Has(Luhn) {
		keys = append(keys, "ident.doubt.luhn")
	}
	return keys
}

// closed holds a number so that no print, log, JSON or template shows more than its mask. The number is behind a handle, for
// fmt prints the bare fields of a struct held in an unexported field; equal numbers still compare equal.
type closed struct {
	number unique.Handle[string]
	mask   string
}

func conceal(number, mask string) closed { return closed{unique.Make(number), mask} }

// Open gives the number in its normal form: the form that is sealed and that a blind index is made of. Whoever calls it
// answers for the look.
func (c closed) Open() string {
	if c.Zero() {
		return ""
	}
	return c.number.Value()
}

// Zero reports whether there is no number.
func (c closed) Zero() bool { return c == closed{} }

// String gives the mask; the zero value gives —.
func (c closed) String() string {
	if c.Zero() {
		return "—"
	}
	return c.mask
}

// Format prints the mask under every verb.
func (c closed) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(c.String())) }

// LogValue logs the mask.
func (c closed) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText writes the mask: a number leaves the program only through Open.
func (c closed) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// narrow makes full-width forms half-width, and drops spaces, invisible characters and the hyphens people put between groups.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r = r - '！' + '!'
		}
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r), r == '-', r == '‐', r == '–', r == '—', r == '−', r == '\'':
			return -1
		}
		return r
	}, s)
}

// count gives the characters of s, a person's count.
func count(s string) int { return len([]rune(s)) }

// firstNot gives the place, from 1, and the character of the first one that is no digit; 0 if all are.
func firstNot(s string) (place int, r rune) {
	for _, r := range s {
		place++
		if r < '0' || r > '9' {
			return place, r
		}
	}
	return 0, 0
}
