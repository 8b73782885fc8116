package sheet

import (
	"fmt"
	"strconv"
	"strings"

	"bangfu/internal/base/day"
)

// keptDigits is what a spreadsheet's number keeps.
const keptDigits = 15

// decimal writes the number a spreadsheet file holds (1.1010519491231E+17, 1260.0999999999999) without exponent and rounded
// to the 15 digits spreadsheets show, by its digits alone: no float, so that money read from a cell is exact. It is false for
// text that is no number or is beyond 40 places.
func decimal(s string) (string, bool) {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	mantissa, power, _ := strings.Cut(strings.Replace(s, "e", "E", 1), "E")
	exp := 0
	if power != "" {
		n, err := strconv.Atoi(power)
		if err != nil || n > 40 || n < -340 {
			return "", false
		}
		exp = n
	} else if mantissa != s {
		return "", false
	}
	whole, frac, _ := strings.Cut(mantissa, ".")
	digits := whole + frac
	if digits == "" || len(digits) > 40 || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	point := len(whole) + exp // digits before the point
	lead := len(digits) - len(strings.TrimLeft(digits, "0"))
	digits, point = digits[lead:], point-lead
	digits, point = roundDigits(digits, point)
	return sign + place(digits, point), true
}

// roundDigits rounds to the kept digits, half up, and drops zeros at the end.
func roundDigits(digits string, point int) (string, int) {
	if len(digits) > keptDigits {
		up := digits[keptDigits] >= '5'
		b := []byte(digits[:keptDigits])
		for i := len(b) - 1; up && i >= 0; i-- {
			if up = b[i] == '9'; up {
				b[i] = '0'
			} else {
				b[i]++
			}
		}
		digits = string(b)
		if up {
			digits, point = "1"+digits, point+1
		}
	}
	return strings.TrimRight(digits, "0"), point
}

// place sets the point: digits 126 with 4 before it are 1260, with -1 are 0.0126.
func place(digits string, point int) string {
	switch {
	case digits == "":
		return "0"
	case point <= -20:
		return "0"
	case point <= 0:
		return "0." + strings.Repeat("0", -point) + digits
	case point >= len(digits):
		return digits + strings.Repeat("0", point-len(digits))
	}
	return digits[:point] + "." + digits[point:]
}

// epoch is the day a file counts its dates from.
type epoch int

// The two epochs in use. The first believes in 29 February 1900, for the sake of a spreadsheet of 1983.
const (
	from1900 epoch = iota
	from1904
)

// day gives the day of a whole day count; false outside the years 1900 to 2100.
func (e epoch) day(count string) (day.Day, bool) {
	n, err := strconv.Atoi(count)
	if err != nil || n < 0 || n > 80000 || e == from1900 && (n == 0 || n == 60) {
		return "", false
	}
	start := day.Day("1899-12-30")
	switch {
	case e == from1904:
		start = "1904-01-01"
	case n < 60:
		start = "1899-12-31"
	}
	d := start.Add(n)
	return d, d.Year() <= 2100
}

// date writes a date cell's number: 2026-11-22, with its time of day if it has one, or the time alone for a count of 0.
func (e epoch) date(number string) (string, bool) {
	whole, frac, _ := strings.Cut(number, ".")
	clock := ""
	if frac = strings.TrimRight(frac, "0"); frac != "" {
		n, err := strconv.ParseInt((frac + "000000000")[:9], 10, 64)
		if err != nil {
			return "", false
		}
		secs := min((n*86400+5e8)/1e9, 86399)
		clock = fmt.Sprintf("%02d:%02d", secs/3600, secs/60%60)
		if secs%60 > 0 {
			clock += fmt.Sprintf(":%02d", secs%60)
		}
	}
	if whole == "0" && clock != "" {
		return clock, true
	}
	d, ok := e.day(whole)
	if !ok {
		return "", false
	}
	return strings.TrimSuffix(string(d)+" "+clock, " "), true
}

// dateFormat reports whether a number format shows a date or time.
func dateFormat(id int, code string) bool {
	if code == "" {
		return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
	}
	code, _, _ = strings.Cut(strings.ToLower(code), ";")
	var plain strings.Builder
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"', '[':
			closing := map[byte]string{'"': `"`, '[': "]"}[code[i]]
			end := strings.Index(code[i+1:], closing)
			if end < 0 {
				end = len(code) - i - 2
			}
			if inner := code[i+1 : i+1+end]; closing == "]" && strings.Trim(inner, "hms") == "" {
				plain.WriteString(inner) // [h]:mm
			}
			i += end + 1
		case '\\', '_', '*':
			i++
		default:
			plain.WriteByte(code[i])
		}
	}
	s := strings.ReplaceAll(strings.ReplaceAll(plain.String(), "general", ""), "am/pm", "")
	return strings.ContainsAny(s, "ymdhs")
}
