// Package money counts in whole fen (1/100 yuan). It never uses a float, and it never rounds without being told.
package money

import (
	"database/sql/driver"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
)

// Amount is a sum of money in fen.
type Amount int64

// Yuan makes an Amount of whole yuan.
func Yuan(n int64) Amount { return Amount(n * 100) }

// String gives the amount in yuan with two decimals and thousands separated: 1,260.00.
func (a Amount) String() string {
	neg, u := "", uint64(a)
	if a < 0 {
		neg, u = "-", uint64(-(a+1))+1
	}
	whole := strconv.FormatUint(u/100, 10)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return fmt.Sprintf("%s%s.%02d", neg, whole, u%100)
}

// Plain gives the amount in yuan with two decimals and no separators, for files: 1260.00.
func (a Amount) Plain() string { return strings.ReplaceAll(a.String(), ",", "") }

// Say puts the amount into a sentence: ¥1,260.00.
func (a Amount) Say(words.Lang) string {
	if a < 0 {
		return "-¥" + strings.TrimPrefix(a.String(), "-")
	}
	return "¥" + a.String()
}

// Value stores the amount as a bigint of fen.
func (a Amount) Value() (driver.Value, error) { return int64(a), nil }

// Add adds; it faults with "money.range" rather than overflow.
func (a Amount) Add(b Amount) (Amount, error) {
	s := a + b
	if (s > a) != (b > 0) && b != 0 {
		return 0, fault.New(fault.Invalid, "money.range")
	}
	return s, nil
}

// Sum adds many; it faults with "money.range" rather than overflow.
func Sum(all ...Amount) (total Amount, err error) {
	for _, a := range all {
		if total, err = total.Add(a); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// Round says what MulDiv does with the part below a fen.
type Round int

// The ways to round.
const (
	HalfUp Round = iota // half a fen and more goes away from zero
	Down                // towards zero
	Up                  // away from zero
)

// MulDiv gives a × num ÷ den, rounded once, in 128 bits between. den must be above 0. It faults with "money.range".
func (a Amount) MulDiv(num, den int64, r Round) (Amount, error) {
	if den <= 0 {
		return 0, fault.New(fault.Invalid, "money.range")
	}
	neg := (a < 0) != (num < 0)
	hi, lo := bits.Mul64(abs(int64(a)), abs(num))
	if hi >= uint64(den) {
		return 0, fault.New(fault.Invalid, "money.range")
	}
	q, rem := bits.Div64(hi, lo, uint64(den))
	if rem > 0 && (r == Up || r == HalfUp && rem >= uint64(den)-rem) {
		q++
	}
	if q > math.MaxInt64 {
		return 0, fault.New(fault.Invalid, "money.range")
	}
	if neg {
		return -Amount(q), nil
	}
	return Amount(q), nil
}

func abs(n int64) uint64 {
	if n < 0 {
		return uint64(-(n + 1)) + 1
	}
	return uint64(n)
}

// most is the largest amount a person may type: one hundred thousand million yuan, far above any union's books.
const most = 100_000_000_000 * 100

// Parse reads what people write: 1260, 1,260.5, ¥1，260.50, １２６０元. At most two decimals; a third is a fault, never
// rounded away. Faults: "money.empty", "money.shape", "money.decimals", "money.range".
func Parse(s string) (Amount, error) {
	s = strings.Map(plainRune, s)
	s = strings.TrimSuffix(strings.TrimPrefix(s, "¥"), "元")
	if s == "" {
		return 0, fault.New(fault.Invalid, "money.empty")
	}
	neg := strings.HasPrefix(s, "-")
	whole, frac, dot := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if whole == "" || dot && frac == "" || !digits(whole) || !digits(frac) {
		return 0, fault.New(fault.Invalid, "money.shape")
	}
	if len(frac) > 2 {
		if strings.Trim(frac[2:], "0") != "" {
			return 0, fault.New(fault.Invalid, "money.decimals")
		}
		frac = frac[:2]
	}
	n, err := strconv.ParseInt(whole+(frac + "00")[:2], 10, 64)
	if err != nil || n > most {
		return 0, fault.New(fault.Invalid, "money.range")
	}
	if neg {
		n = -n
	}
	return Amount(n), nil
}

// plainRune narrows full-width forms and drops separators and spaces.
func plainRune(r rune) rune {
	switch {
	case r == '￥':
		return '¥'
	case r == ',' || r == '，' || r == ' ' || r == '\u3000' || r == '\u00a0' || r == '\t':
		return -1
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	}
	return r
}

func digits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}
