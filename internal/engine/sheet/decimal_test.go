package sheet

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDecimal(t *testing.T) {
	for in, want := range map[string]string{
		"1260": "1260", "1260.5": "1260.5", "1260.0999999999999": "1260.1", "0.1": "0.1", "-5": "-5", "1.0": "1", "0": "0", "000": "0",
		"1.1010519491231E+17": "110105194912310000", "1.1e3": "1100", "1.5E-3": "0.0015", "9.9999999999999999": "10",
		"123456789012345678": "123456789012346000", "190000000010": "190000000010", ".5": "0.5", "5.": "5",
	} {
		if got, ok := decimal(in); !ok || got != want {
			t.Errorf("decimal(%q) = %q, %v, want %q", in, got, ok, want)
		}
	}
	for _, bad := range []string{"", "x", "1E", "E5", "1E99999", "1..2", "NaN", "--1", strings.Repeat("9", 50), "1E1E1"} {
		if got, ok := decimal(bad); ok {
			t.Errorf("decimal(%q) = %q", bad, got)
		}
	}
}

// What has at most 15 digits comes out as the same number, whatever way it is written.
func TestDecimalIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 999_999_999_999_999).Draw(t, "digits")
		exp := rapid.IntRange(-12, 12).Draw(t, "exp")
		in := big.NewInt(n).String()
		if exp != 0 {
			in += "E" + big.NewInt(int64(exp)).String()
		}
		got, ok := decimal(in)
		want, _ := new(big.Rat).SetString(in)
		if have, good := new(big.Rat).SetString(got); !ok || !good || have.Cmp(want) != 0 || strings.ContainsAny(got, "eE") {
			t.Fatalf("decimal(%q) = %q, %v", in, got, ok)
		}
	})
}

func TestEpochs(t *testing.T) {
	for _, tt := range []struct {
		e        epoch
		in, want string
	}{
		{from1900, "1", "1900-01-01"}, {from1900, "59", "1900-02-28"}, {from1900, "61", "1900-03-01"}, {from1900, "60", ""}, {from1900, "0", ""},
		{from1900, "46348", "2026-11-22"}, {from1904, "44886", "2026-11-22"}, {from1904, "0", "1904-01-01"},
		{from1900, "46348.5", "2026-11-22 12:00"}, {from1900, "46348.999999", "2026-11-22 23:59:59"}, {from1900, "0.25", "06:00"},
		{from1900, "46348.3541666667", "2026-11-22 08:30"}, {from1900, "99999", ""}, {from1900, "-1", ""}, {from1900, "x", ""},
	} {
		if got, ok := tt.e.date(tt.in); got != tt.want || ok != (tt.want != "") {
			t.Errorf("%v.date(%s) = %q, %v, want %q", tt.e, tt.in, got, ok, tt.want)
		}
	}
}

func TestDateFormat(t *testing.T) {
	for code, want := range map[string]bool{
		"yyyy-mm-dd": true, `yyyy"年"m"月"d"日"`: true, "[$-804]yyyy/m/d": true, "[h]:mm": true, "h:mm AM/PM": true, "General": false,
		"0.00": false, `0.00"元"`: false, "#,##0.00": false, "@": false, `"day"0`: false, "[Red]0": false, "0;[Red]d": false, `\d0`: false, `"open`: false, "[open": false,
	} {
		if got := dateFormat(164, code); got != want {
			t.Errorf("dateFormat(%q) = %v", code, got)
		}
	}
	if !dateFormat(14, "") || !dateFormat(31, "") || dateFormat(0, "") || dateFormat(49, "") {
		t.Error("built-in formats")
	}
}
