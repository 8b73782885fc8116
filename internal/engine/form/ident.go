package form

import (
	"bangfu/internal/base/day"
	"bangfu/internal/base/ident"
)

// lastDay stands for "today" where an ID number is read: a form has no clock, and the act that knows the day asks again.
const lastDay = day.Day("2100-12-31")

// identify checks a number of the identity kinds and gives its normal form. Doubts are left to the act, which can ask.
func identify(k Kind, s string) (string, error) {
	switch k {
	case IDNo:
		id, _, err := ident.ParseID(s, lastDay)
		if err != nil {
			return "", err
		}
		return id.Open(), nil
	case Phone:
		p, err := ident.ParsePhone(s)
		if err != nil {
			return "", err
		}
		return p.Open(), nil
	}
	c, _, err := ident.ParseCard(s)
	if err != nil {
		return "", err
	}
	return c.Open(), nil
}
