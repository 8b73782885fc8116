// Package pinyin makes the Latin search keys of a Chinese name: typing wjh or wangjianhua finds 王建华. A character with several
// readings has a key for each, and a surname is read as a surname first: 单 is shan.
package pinyin

import (
	"strings"
	"unicode"

	dict "github.com/mozillazg/go-pinyin"
)

// most bounds the keys of one kind for a name: readings multiply with each character.
const most = 16

// Keys are the Latin forms a name may be searched by, the likeliest reading first, none twice, in small letters without
// tones (ü is v). Full is never longer than 16.
type Keys struct {
	Full     []string // wangjianhua
	Initials []string // wjh
}

// Of gives the keys of a name. Latin letters and digits in it stand for themselves; all else that has no reading is left
// out. A name without any reading has no keys.
func Of(name string) Keys {
	var parts [][]string
	runes := []rune(name)
	for i := 0; i < len(runes); i++ {
		if i == 0 {
			if said, n := surname(runes); n > 0 {
				parts = append(parts, said...)
				i += n - 1
				continue
			}
		}
		if r := readings(runes[i]); len(r) > 0 {
			parts = append(parts, r)
		}
	}
	if len(parts) == 0 {
		return Keys{}
	}
	full := combine(parts)
	initials := make([][]string, len(parts))
	for i, readings := range parts {
		for _, r := range readings {
			initials[i] = append(initials[i], r[:1])
		}
	}
	return Keys{Full: full, Initials: combine(initials)}
}

// Fold makes what a person typed comparable with keys: small letters and digits only, ü as v. It gives "" for a query that
// holds anything else but spaces, hyphens and apostrophes, which then is no pinyin.
func Fold(query string) string {
	ok := true
	s := strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		switch {
		case r == 'ü':
			return 'v'
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r == ' ' || r == '\'' || r == '-' || r == '’':
			return -1
		}
		ok = false
		return -1
	}, query)
	if !ok {
		return ""
	}
	return s
}

// surnames are the surnames that are read otherwise than the character mostly is; the first reading given here comes first.
const surnames = " 单shan 曾zeng 解xie 重chong 仇qiu 朴piao 查zha 盖ge 区ou 任ren 华hua 尉wei 乐yue 缪miao 宓mi 种chong 召shao 员yun 洗xian" +
	" 覃qin 瞿qu 翟zhai 祭zhai 折she 黑he 晁chao 钭tou 佴nai 那na 哈ha 过guo 燕yan 冼xian 逄pang 牟mu 秘bi 万wan 贾jia 纪ji 应ying 宁ning" +
	" 葛ge 郗xi 谌chen 隗wei 臧zang 柏bai 卜bu 车che 石shi 沈shen 郇xun 句gou 能nai 阚kan 都du 薄bo 繁po 角jue 呙guo 俞yu 於yu 缴jiao 曲qu" +
	" 訾zi 适kuo 撒sa 行xing 幸xing 眭sui 殷yin 訚yin 尹yin 长孙zhangsun 尉迟yuchi 万俟moqi 澹台tantai 单于chanyu 令狐linghu 宰父zaifu" +
	" 亓官qiguan 鲜于xianyu 闾丘lvqiu 颛孙zhuansun 乐正yuezheng 夹谷jiagu 羊舌yangshe 呼延huyan "

// surname gives the readings of a listed surname, the surname's own reading first, and its length in characters.
func surname(name []rune) (said [][]string, n int) {
	for n = min(2, len(name)); n > 0; n-- {
		_, rest, ok := strings.Cut(surnames, " "+string(name[:n]))
		if !ok || rest == "" || rest[0] < 'a' || rest[0] > 'z' {
			continue
		}
		read, _, _ := strings.Cut(rest, " ")
		if n == 1 {
			return [][]string{unique(append([]string{read}, readings(name[0])...))}, 1
		}
		return split(read, name[:2]), 2
	}
	return nil, 0
}

// split divides the reading of a two-character surname between its characters: 尉迟 yuchi is yu, chi. The second is always
// read as the dictionary has it.
func split(read string, name []rune) [][]string {
	for _, tail := range readings(name[1]) {
		if head, ok := strings.CutSuffix(read, tail); ok && head != "" {
			return [][]string{unique(append([]string{head}, readings(name[0])...)), {tail}}
		}
	}
	return [][]string{{read}}
}

// readings gives every reading of a character without tones, the commonest first; a Latin letter or digit is itself.
func readings(r rune) []string {
	r = unicode.ToLower(r)
	if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
		return []string{string(r)}
	}
	args := dict.NewArgs()
	args.Heteronym = true
	var plain []string
	for _, s := range dict.SinglePinyin(r, args) {
		if s = Fold(s); s != "" {
			plain = append(plain, s)
		}
	}
	return unique(plain)
}

func unique(in []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range in {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// combine joins one reading of each part in every way, at most most of them; the first is made of the first readings.
func combine(parts [][]string) []string {
	all := []string{""}
	for _, readings := range parts {
		var next []string
		for _, r := range unique(readings) {
			for _, head := range all {
				if len(next) < most {
					next = append(next, head+r)
				}
			}
		}
		all = unique(next)
	}
	return all
}
