package form

import (
	"strings"
	"unicode"

	"bangfu/internal/base/fault"
)

// identify checks and tidies a number of the identity kinds: people type spaces, dashes and full-width digits.
func identify(k Kind, s string) (string, error) {
	s = strings.ToUpper(strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == '－' || unicode.IsSpace(r):
			return -1
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		}
		return r
	}, s))
	if strings.Trim(s, "0123456789X") != "" {
		return s, fault.New(fault.Invalid, "form.digits")
	}
	return s, nil
}
