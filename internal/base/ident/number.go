package ident

import (
	"fmt"
	"strings"
)

// Phone is a mobile number of the mainland: 11 digits from 13 to 19. The zero Phone is none.
type Phone struct{ closed }

// ParsePhone reads a mobile number, with or without +86, spaces and hyphens. Faults: "ident.phone.empty", ".sign" (place),
// ".short" (how many), ".long", ".start" (does not begin with 13 to 19).
func ParsePhone(s string) (Phone, error) {
	s = narrow(s)
	for _, country := range []string{"+86", "0086", "86"} {
		if rest, ok := strings.CutPrefix(s, country); ok && (country != "86" || count(s) == 13) {
			s = rest
			break
		}
	}
	place, _ := firstNot(s)
	n := count(s)
	switch {
	case n == 0:
		return Phone{}, invalid("ident.phone.empty")
	case place > 0:
		return Phone{}, invalid("ident.phone.sign", place)
	case s[0] != '1' || n > 1 && s[1] < '3':
		return Phone{}, invalid("ident.phone.start")
	case n < 11:
		return Phone{}, invalid("ident.phone.short", 11-n)
	case n > 11:
		return Phone{}, invalid("ident.phone.long", n-11)
	}
	return Phone{conceal(s, s[:3]+"****"+s[7:])}, nil
}

// Card is a bank card number: 13 to 19 digits. The zero Card is none.
type Card struct{ closed }

// ParseCard reads a card number with or without spaces. A check digit that does not agree is the doubt Luhn, not a fault:
// some accounts have none. Faults: "ident.card.empty", ".sign" (place), ".short", ".long" (how many more than 19), ".id" (an ID
// number), ".same" (one digit repeated).
func ParseCard(s string) (Card, Doubt, error) {
	s = narrow(s)
	place, r := firstNot(s)
	n := count(s)
	switch {
	case n == 0:
		return Card{}, 0, invalid("ident.card.empty")
	case place == 18 && n == 18 && (r == 'X' || r == 'x'):
		return Card{}, 0, invalid("ident.card.id")
	case place > 0:
		return Card{}, 0, invalid("ident.card.sign", place)
	case n < 13:
		return Card{}, 0, invalid("ident.card.short")
	case n > 19:
		return Card{}, 0, invalid("ident.card.long", n-19)
	case strings.Count(s, s[:1]) == n:
		return Card{}, 0, invalid("ident.card.same")
	}
	var doubt Doubt
	if luhn(s) != 0 {
		doubt = Luhn
	}
	return Card{conceal(s, "**** **** **** "+s[n-4:])}, doubt, nil
}

// luhn gives the sum modulo 10 of ISO/IEC 7812; 0 is right.
func luhn(s string) int {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum % 10
}

// InventedPhone makes a mobile number for fixtures and demonstrations: 190 and eight digits of seq.
func InventedPhone(seq int) string { return fmt.Sprintf("190%08d", ((seq%1e8)+1e8)%1e8) }

// InventedCard makes a 19-digit card number for fixtures and demonstrations: its check digit is true, its issuer 999999
// exists nowhere.
func InventedCard(seq int) string {
	s := fmt.Sprintf("999999%012d", ((seq%1e12)+1e12)%1e12)
	return s + string(rune('0'+(10-luhn(s+"0"))%10))
}

// Credit is a unified social credit code (GB 32100-2015) of an organisation: 18 characters in capitals. It is public.
type Credit string

// ParseCredit reads a credit code. Faults: "ident.credit.empty", ".short" (how many), ".long", ".letter" (place; I, O, S, V, Z
// are not used), ".sign" (place), ".check". The department digits are not judged: published lists of them are wrong.
func ParseCredit(s string) (Credit, error) {
	s = strings.ToUpper(narrow(s))
	const signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	switch n := count(s); {
	case n == 0:
		return "", invalid("ident.credit.empty")
	case n < 18:
		return "", invalid("ident.credit.short", 18-n)
	case n > 18:
		return "", invalid("ident.credit.long", n-18)
	}
	sum, weight := 0, 1
	for i, r := range []rune(s) {
		at := strings.IndexRune(signs, r)
		switch {
		case strings.ContainsRune("IOSVZ", r):
			return "", invalid("ident.credit.letter", i+1)
		case at < 0:
			return "", invalid("ident.credit.sign", i+1)
		case i < 17:
			sum, weight = sum+at*weight, weight*3%31
		case at != (31-sum%31)%31:
			return "", invalid("ident.credit.check")
		}
	}
	return Credit(s), nil
}
