package money

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want Amount
		key  string
	}{
		{"12", 1200, ""},
		{"12.3", 1230, ""},
		{"0.05", 5, ""},
		{"1,260元", 126000, ""},
		{"¥1，260.50", 126050, ""},
		{"￥ 1 260", 126000, ""},
		{"１２６０元", 126000, ""},
		{"１２６０．５", 126050, ""},
		{"-5", -500, ""},
		{"1.500", 150, ""},
		{"0", 0, ""},
		{"100000000000", 10_000_000_000_000, ""},
		{"100000000000.01", 0, "money.range"},
		{"99999999999999999999", 0, "money.range"},
		{"1.234", 0, "money.decimals"},
		{"", 0, "money.empty"},
		{"元", 0, "money.empty"},
		{"1.", 0, "money.shape"},
		{".5", 0, "money.shape"},
		{"1.2.3", 0, "money.shape"},
		{"--1", 0, "money.shape"},
		{"1e3", 0, "money.shape"},
		{"一百", 0, "money.shape"},
		{"1.2万", 0, "money.shape"},
	} {
		got, err := Parse(tt.in)
		if tt.key != "" {
			if !fault.Is(err, tt.key) {
				t.Errorf("Parse(%q) = %v, %v, want fault %s", tt.in, got, err, tt.key)
			}
			continue
		}
		if err != nil || got != tt.want {
			t.Errorf("Parse(%q) = %v, %v, want %v", tt.in, got, err, tt.want)
		}
	}
}

func TestCapital(t *testing.T) {
	for _, tt := range []struct {
		in   Amount
		want string
	}{
		{140950, "人民币壹仟肆佰零玖元伍角"},
		{600714, "人民币陆仟零柒元壹角肆分"},
		{1640902, "人民币壹万陆仟肆佰零玖元零贰分"},
		{32504, "人民币叁佰贰拾伍元零肆分"},
		{500000, "人民币伍仟元整"},
		{5, "人民币伍分"},
		{10000100, "人民币壹拾万零壹元整"},
		{168032, "人民币壹仟陆佰捌拾元零叁角贰分"},  // first reading of the annex
		{10700053, "人民币壹拾万柒仟元零伍角叁分"}, // first reading of the annex
		{0, "人民币零元整"},
		{50, "人民币伍角"},
		{55, "人民币伍角伍分"},
		{1000, "人民币壹拾元整"},
		{1001, "人民币壹拾元零壹分"},
		{100000000_00, "人民币壹亿元整"},
		{100010000_00, "人民币壹亿零壹万元整"},
		{1000000010_00, "人民币壹拾亿零壹拾元整"},
		{123456789_01, "人民币壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零壹分"},
		{1000000000000_00, "人民币壹万亿元整"},
		{-126000, "人民币负壹仟贰佰陆拾元整"},
		{10101_00, "人民币壹万零壹佰零壹元整"},
		{20000005_30, "人民币贰仟万零伍元叁角"},
	} {
		if got := tt.in.Capital(); got != tt.want {
			t.Errorf("%s Capital = %s, want %s", tt.in, got, tt.want)
		}
	}
}

// uncapital reads a capital figure back by the plain meaning of its words.
func uncapital(s string) int64 {
	digit := func(r rune) int64 {
		return int64(strings.Index("零壹贰叁肆伍陆柒捌玖", string(r)) / len("零"))
	}
	neg := strings.HasPrefix(s, "负")
	s = strings.TrimSuffix(strings.TrimPrefix(s, "负"), "整")
	yuan, cents, ok := strings.Cut(s, "元")
	if !ok {
		yuan, cents = "", s
	}
	var total, high, part, last int64
	for _, r := range yuan {
		switch r {
		case '拾', '佰', '仟':
			part += last * map[rune]int64{'拾': 10, '佰': 100, '仟': 1000}[r]
			last = 0
		case '万':
			total += (part + last) * 10000
			part, last = 0, 0
		case '亿':
			high = (high + total + part + last) * 100000000
			total, part, last = 0, 0, 0
		default:
			last = digit(r)
		}
	}
	n := (high + total + part + last) * 100
	last = 0
	for _, r := range cents {
		switch r {
		case '角':
			n += last * 10
		case '分':
			n += last
		default:
			last = digit(r)
		}
	}
	if neg {
		return -n
	}
	return n
}

func TestCapitalReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Amount(rapid.Int64Range(-most*100, most*100).Draw(t, "fen"))
		c := strings.TrimPrefix(a.Capital(), "人民币")
		if got := uncapital(c); got != int64(a) {
			t.Fatalf("%s reads back as %d", a.Capital(), got)
		}
		if strings.Contains(c, "零零") || strings.HasSuffix(c, "零") {
			t.Fatalf("%d: %s", a, c)
		}
	})
	if got := Amount(math.MinInt64).Capital(); !strings.HasPrefix(got, "人民币负玖亿贰仟贰佰叁拾叁万柒仟贰佰零叁亿") {
		t.Errorf("the least amount: %s", got)
	}
}

func TestStringReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Amount(rapid.Int64Range(-most, most).Draw(t, "fen"))
		for _, s := range []string{a.String(), a.Plain(), a.String() + "元"} {
			if got, err := Parse(s); err != nil || got != a {
				t.Fatalf("Parse(%q) = %d, %v, want %d", s, got, err, a)
			}
		}
		if got := a.Say(words.Zh); strings.TrimLeft(got, "-¥") != strings.TrimPrefix(a.String(), "-") {
			t.Fatalf("Say = %s", got)
		}
	})
	if got := Amount(math.MinInt64).String(); got != "-92,233,720,368,547,758.08" {
		t.Errorf("least amount = %s", got)
	}
}

func TestAddNeverOverflows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		want := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
		got, err := Amount(a).Add(Amount(b))
		if want.IsInt64() != (err == nil) || err == nil && int64(got) != want.Int64() {
			t.Fatalf("%d + %d = %d, %v, want %s", a, b, got, err, want)
		}
	})
	if _, err := Sum(math.MaxInt64, 1); !fault.Is(err, "money.range") {
		t.Errorf("Sum beyond the range: %v", err)
	}
	if got, err := Sum(1, 2, -5); got != -2 || err != nil {
		t.Errorf("Sum = %d, %v", got, err)
	}
}

// TestMulDiv compares with big integers: |q| = floor, ceiling or half-up of |a × num| ÷ den.
func TestMulDiv(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, num := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "num")
		den := rapid.Int64Range(1, math.MaxInt64).Draw(t, "den")
		r := rapid.SampledFrom([]Round{HalfUp, Down, Up}).Draw(t, "round")
		prod := new(big.Int).Mul(big.NewInt(a), big.NewInt(num))
		neg := prod.Sign() < 0
		prod.Abs(prod)
		add := map[Round]*big.Int{Down: big.NewInt(0), Up: big.NewInt(den - 1), HalfUp: new(big.Int).Rsh(big.NewInt(den), 1)}[r]
		if r == HalfUp { // floor((2p + den) / 2den)
			prod.Lsh(prod, 1).Add(prod, big.NewInt(den))
			prod.Div(prod, new(big.Int).Lsh(big.NewInt(den), 1))
		} else {
			prod.Add(prod, add).Div(prod, big.NewInt(den))
		}
		fits := prod.IsInt64()
		if neg {
			prod.Neg(prod)
		}
		got, err := Amount(a).MulDiv(num, den, r)
		if fits != (err == nil) || err == nil && int64(got) != prod.Int64() {
			t.Fatalf("%d × %d ÷ %d (%v) = %d, %v, want %s", a, num, den, r, got, err, prod)
		}
	})
	if _, err := Amount(1).MulDiv(1, 0, Down); !fault.Is(err, "money.range") {
		t.Error("a denominator of 0 must fault")
	}
}

func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		total   Amount
		weights []int64
		want    []Amount
	}{
		{100, []int64{1, 1, 1}, []Amount{34, 33, 33}},
		{100, []int64{1, 2}, []Amount{33, 67}},
		{-100, []int64{1, 1, 1}, []Amount{-34, -33, -33}},
		{5, []int64{0, 3, 0, 3}, []Amount{0, 3, 0, 2}},
		{0, []int64{1, 2}, []Amount{0, 0}},
		{1, []int64{1, 5}, []Amount{0, 1}},
	} {
		got, err := Split(tt.total, tt.weights)
		if err != nil || len(got) != len(tt.want) {
			t.Fatalf("Split(%d, %v) = %v, %v", tt.total, tt.weights, got, err)
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("Split(%d, %v) = %v, want %v", tt.total, tt.weights, got, tt.want)
				break
			}
		}
	}
	for _, bad := range [][]int64{nil, {}, {0, 0}, {1, -1}, {math.MaxInt64, 1}} {
		if _, err := Split(100, bad); !fault.Is(err, "money.weights") {
			t.Errorf("Split(100, %v): %v", bad, err)
		}
	}
	if _, err := Split(math.MinInt64, []int64{1}); !fault.Is(err, "money.range") {
		t.Errorf("Split of the least amount: %v", err)
	}
}

func TestSplitProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := Amount(rapid.Int64Range(-math.MaxInt64, math.MaxInt64).Draw(t, "total"))
		weights := rapid.SliceOfN(rapid.Int64Range(0, math.MaxInt64/50), 1, 40).Draw(t, "weights")
		parts, err := Split(total, weights)
		if err != nil {
			if _, bad := weigh(weights); bad == nil {
				t.Fatalf("Split: %v", err)
			}
			return
		}
		if sum, err := Sum(parts...); err != nil || sum != total {
			t.Fatalf("parts sum to %d, %v, want %d", sum, err, total)
		}
		sum, _ := weigh(weights)
		for i, w := range weights {
			down, err1 := total.MulDiv(w, int64(sum), Down)
			up, err2 := total.MulDiv(w, int64(sum), Up)
			if err1 != nil || err2 != nil || parts[i] != down && parts[i] != up {
				t.Fatalf("part %d is %d, want %d or %d", i, parts[i], down, up)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1,260元", "¥1，260.50", "１２", "-0", "1.234", "9223372036854775807", "￥"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := Parse(s)
		if err != nil {
			if fault.Of(err).Kind != fault.Invalid {
				t.Fatalf("Parse(%q): %v", s, err)
			}
			return
		}
		if a > most || a < -most {
			t.Fatalf("Parse(%q) = %d beyond the bound", s, a)
		}
		if again, err := Parse(a.String()); err != nil || again != a {
			t.Fatalf("Parse(%q) = %s, which reads back as %s, %v", s, a, again, err)
		}
	})
}
