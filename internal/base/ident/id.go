package ident

import (
	"fmt"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
)

// ID is a citizen identity number (GB 11643-1999): 18 characters, the last 0–9 or X, its check digit true and its birthday
// real. The zero ID is none.
type ID struct{ closed }

// Sex is what the number says of a person.
type Sex string

// The sexes. The empty Sex is "not said".
const (
	Male   Sex = "male"
	Female Sex = "female"
)

// Say gives 男 or 女.
func (s Sex) Say(l words.Lang) string {
	switch s {
	case Male:
		return words.T(l, "ident.sex.male")
	case Female:
		return words.T(l, "ident.sex.female")
	}
	return "—"
}

// ParseID reads an ID number on a day: x, full-width digits, inner spaces and hyphens are taken; a 15-digit number is
// converted and doubted. A region outside the list of provinces is a doubt, never a fault. Faults name the likely mistake:
// "ident.id.empty", ".short" (how many), ".long", ".phone", ".card", ".sign" (place), ".x" (an X inside), ".month", ".day",
// ".early" (before 1900), ".future", ".tail" (the last may be an X), ".check".
func ParseID(s string, today day.Day) (ID, Doubt, error) {
	s = strings.ToUpper(narrow(s))
	s = strings.ReplaceAll(s, "×", "X")
	var doubt Doubt
	if place, _ := firstNot(s); count(s) == 15 && place == 0 {
		s = s[:6] + "19" + s[6:]
		s += check(s)
		doubt |= Converted
	}
	if err := checkID(s, today); err != nil {
		return ID{}, 0, err
	}
	if !knownRegion(s) {
		doubt |= Region
	}
	return newID(s), doubt, nil
}

func newID(s string) ID {
	return ID{conceal(s, s[:3]+strings.Repeat("*", 11)+s[14:])}
}

// checkID looks at length, signs, birthday and check digit, in the order in which a person would find the mistake.
func checkID(s string, today day.Day) error {
	if err := checkIDShape(s); err != nil {
		return err
	}
	if err := checkBirth(s[6:14], today); err != nil {
		return err
	}
	want := check(s[:17])
	switch {
	case s[17:] == want:
		return nil
	case want == "X":
		return invalid("ident.id.tail")
	}
	return invalid("ident.id.check")
}

func checkIDShape(s string) error {
	n := count(s)
	place, r := firstNot(s)
	switch {
	case n == 0:
		return invalid("ident.id.empty")
	case place == 0 && n == 11 && s[0] == '1':
		return invalid("ident.id.phone")
	case place == 0 && (n == 16 || n == 19) && luhn(s) == 0:
		return invalid("ident.id.card")
	case n < 18:
		return invalid("ident.id.short", 18-n)
	case n > 18:
		return invalid("ident.id.long", n-18)
	case place == 0 || place == 18 && r == 'X':
		return nil
	case place == 18:
		return invalid("ident.id.tail")
	case r == 'X':
		return invalid("ident.id.x", place)
	}
	return invalid("ident.id.sign", place)
}

// checkBirth looks at eight digits as a birthday on or before today.
func checkBirth(s string, today day.Day) error {
	d := day.Day(s[:4] + "-" + s[4:6] + "-" + s[6:])
	switch {
	case s[4:6] == "00" || s[4:6] > "12":
		return invalid("ident.id.month")
	case !d.Valid():
		return invalid("ident.id.day")
	case s[:4] < "1900":
		return invalid("ident.id.early")
	case d > today:
		return invalid("ident.id.future")
	}
	return nil
}

// check gives the 18th character of 17 digits by ISO 7064 MOD 11-2.
func check(s17 string) string {
	weights := [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(s17[i]-'0') * w
	}
	return "10X98765432"[sum%11:][:1]
}

// knownRegion looks at the province; a foreigner's permanent residence card begins with 9 and has its province after it.
func knownRegion(s string) bool {
	const provinces = " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 "
	province := s[:2]
	if s[0] == '9' {
		province = s[1:3]
	}
	return strings.Contains(provinces, " "+province+" ")
}

// Birth gives the birthday; the zero ID gives the empty day.
func (id ID) Birth() day.Day {
	if id.Zero() {
		return ""
	}
	s := id.Open()
	return day.Day(s[6:10] + "-" + s[10:12] + "-" + s[12:14])
}

// Sex gives what the 17th digit says: odd male, even female. The zero ID says nothing.
func (id ID) Sex() Sex {
	switch {
	case id.Zero():
		return ""
	case id.Open()[16]%2 == 1:
		return Male
	}
	return Female
}

// Agree compares the number with what a form says; an empty sex or birthday is not compared. Faults: "ident.id.sex",
// "ident.id.birth".
func (id ID) Agree(sex Sex, birth day.Day) error {
	switch {
	case id.Zero():
		return nil
	case sex != "" && sex != id.Sex():
		return invalid("ident.id.sex", id.Sex())
	case birth != "" && birth != id.Birth():
		return invalid("ident.id.birth")
	}
	return nil
}

// Invented makes an ID number for fixtures and demonstrations: its check digit is true, its region 999999 exists nowhere.
// seq is taken modulo 1000; odd is male, even female.
func Invented(birth day.Day, seq int) string {
	s := "999999" + strings.ReplaceAll(string(birth), "-", "") + fmt.Sprintf("%03d", ((seq%1000)+1000)%1000)
	return s + check(s)
}

func invalid(key string, args ...any) error { return fault.New(fault.Invalid, key, args...) }
