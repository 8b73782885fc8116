package ident

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// compounds are the surnames of two characters in use, as a list between spaces.
const compounds = " 欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙" +
	" 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里" +
	" 呼延 东郭 南门 羊舌 微生 公户 公玉 公仪 梁丘 公仲 公上 公门 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙 南荣 东里 东宫" +
	" 仲长 子书 子桑 即墨 达奚 褚师 纳兰 叶赫 完颜 耶律 海兰 富察 钮祜 爱新 "

// Compound reports whether two characters are a compound surname, such as 欧阳.
func Compound(s string) bool {
	return utf8.RuneCountInString(s) == 2 && strings.Contains(compounds, " "+s+" ")
}

// maxName is the longest name taken, in characters; the longest found on documents are below 40.
const maxName = 60

// ParseName puts a name into its normal form: no spaces inside a Chinese name, one · between the parts of an ethnic name, single
// spaces between Latin words. Faults: "ident.name.empty", ".sign" (place of a digit or sign that is in no name), ".long".
func ParseName(s string) (string, error) {
	s = normalName(s)
	if s == "" {
		return "", invalid("ident.name.empty")
	}
	if count(s) > maxName {
		return "", invalid("ident.name.long", maxName)
	}
	letters := false
	for i, r := range []rune(s) {
		switch {
		case unicode.IsLetter(r), unicode.IsMark(r):
			letters = true
		case strings.ContainsRune("·. '-〇", r):
		default:
			return "", invalid("ident.name.sign", i+1)
		}
	}
	if !letters && !strings.ContainsRune(s, '〇') {
		return "", invalid("ident.name.sign", 1)
	}
	return s, nil
}

func normalName(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd")
	}
	latin := true
	s = strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r = r - '！' + '!'
		}
		switch {
		case strings.ContainsRune("•・‧∙⋅●", r) || r == '\u30fb':
			r = '·'
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r):
			return -1
		}
		latin = latin && !unicode.Is(unicode.Han, r)
		return r
	}, s)
	fields := strings.Fields(s)
	if latin {
		return strings.Join(fields, " ")
	}
	return strings.Join(fields, "")
}

// MaskName shows a name so that it is never whole: 李四→李*, 王建华→王*华, 欧阳建明→欧阳*明, 买买提·吐尔逊→买**·***. What is no
// letter (· - space) stays.
func MaskName(s string) string {
	all := []rune(normalName(s))
	n := len(all)
	switch {
	case n == 0:
		return "—"
	case strings.ContainsFunc(string(all), parting):
		return maskParts(all)
	case n == 1:
		return "*"
	case n == 2:
		return string(all[0]) + "*"
	case n == 3 && Compound(string(all[:2])):
		return string(all[:2]) + "*"
	case Compound(string(all[:2])):
		return string(all[:2]) + strings.Repeat("*", n-3) + string(all[n-1])
	}
	return string(all[0]) + strings.Repeat("*", n-2) + string(all[n-1])
}

// maskParts masks a name of several parts: of the first its first letter stays, if it has more than one, of the others none.
func maskParts(all []rune) string {
	first := true // inside the first part
	for i, r := range all {
		switch {
		case parting(r):
			first = first && i == 0
		case !first || i > 0 || len(all) == 1 || parting(all[1]):
			all[i] = '*'
		}
	}
	return string(all)
}

func parting(r rune) bool { return r == '·' || r == ' ' || r == '-' || r == '.' || r == '\'' }
