package money

import "strings"

// Capital writes the amount as money papers must have it: 人民币壹仟肆佰零玖元伍角. It follows the Bank's rules for filling in
// settlement vouchers (支付结算办法, annex 1): zeros inside are written once, a zero yuan digit before a jiao is written 零, a
// zero jiao before a fen is written 零, 整 ends what has no jiao and fen. Where the rules allow two readings (1680.32,
// 107000.53) it takes the one they name first. Below zero the figure is led by 负.
func (a Amount) Capital() string {
	var b strings.Builder
	b.WriteString("人民币")
	if a < 0 {
		b.WriteString("负")
	}
	u := abs(int64(a))
	yuan, jiao, fen := u/100, u/10%10, u%10
	if yuan > 0 {
		b.WriteString(capital(yuan) + "元")
	}
	if yuan > 0 && (jiao > 0 && yuan%10 == 0 || jiao == 0 && fen > 0) {
		b.WriteString("零")
	}
	if jiao > 0 {
		b.WriteString(capital(jiao) + "角")
	}
	if fen > 0 {
		b.WriteString(capital(fen) + "分")
	}
	if u == 0 {
		b.WriteString("零元")
	}
	if jiao == 0 && fen == 0 {
		b.WriteString("整")
	}
	return b.String()
}

var capitalUnits = [...]struct {
	n    uint64
	word string
}{{1e8, "亿"}, {1e4, "万"}, {1e3, "仟"}, {1e2, "佰"}, {10, "拾"}}

// capital writes a whole number above 0: the part over the largest unit, the unit, then the rest, with one 零 where the
// rest does not reach the next place.
func capital(n uint64) string {
	for _, unit := range capitalUnits {
		if n < unit.n {
			continue
		}
		s := capital(n/unit.n) + unit.word
		rest := n % unit.n
		switch {
		case rest == 0:
			return s
		case rest < unit.n/10:
			return s + "零" + capital(rest)
		}
		return s + capital(rest)
	}
	return [...]string{"", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}[n]
}
