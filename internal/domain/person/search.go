package person

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"

	"bangfu/internal/engine/db"
)

// surnames are those read otherwise than the same character elsewhere: a reading table has no context.
var surnames = map[string]string{
	"单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "翟": "zhai", "任": "ren", "盖": "ge", "区": "ou", "种": "chong",
	"朴": "piao", "繁": "po", "乐": "yue", "缪": "miao", "宓": "mi", "冼": "xian", "秘": "bi", "折": "she", "召": "shao", "黑": "he",
	"覃": "qin", "员": "yun", "祭": "zhai", "句": "gou", "隗": "wei", "车": "che", "重": "chong", "谌": "chen", "佴": "nai", "逄": "pang",
	"都": "du", "那": "na", "牟": "mou", "葛": "ge", "华": "hua", "燕": "yan", "应": "ying", "石": "shi", "沈": "shen", "尉迟": "yu chi",
	"万俟": "mo qi", "长孙": "zhang sun", "澹台": "tan tai", "尉": "wei", "洗": "xian", "晟": "cheng", "郇": "xun",
}

// reading gives a name's syllables, the surname by the table of surnames.
func reading(name string) []string {
	rs := []rune(name)
	for n := min(2, len(rs)); n > 0; n-- {
		if s, ok := surnames[string(rs[:n])]; ok {
			return append(strings.Fields(s), plainReading(rs[n:])...)
		}
	}
	return plainReading(rs)
}

func plainReading(rs []rune) []string {
	args := pinyin.NewArgs()
	var out []string
	latin := ""
	flush := func() {
		if latin != "" {
			out, latin = append(out, latin), ""
		}
	}
	for _, r := range rs {
		switch {
		case unicode.Is(unicode.Han, r):
			flush()
			if got := pinyin.SinglePinyin(r, args); len(got) > 0 {
				out = append(out, strings.ReplaceAll(got[0], "ü", "v"))
			}
		case unicode.IsLetter(r):
			latin += strings.ToLower(string(r))
		default:
			flush()
		}
	}
	flush()
	return out
}

// mostReadings bounds the initials kept for a name of characters with several readings.
const mostReadings = 6

// initials gives the first letters of a name, of each reading its characters can have, the likeliest first.
func initials(name string) []string {
	first := ""
	for _, s := range reading(name) {
		first += letter(s)
	}
	args := pinyin.NewArgs()
	args.Heteronym = true
	all := []string{""}
	for _, r := range []rune(name) {
		letters := []string{}
		for _, s := range pinyin.SinglePinyin(r, args) {
			if !slices.Contains(letters, letter(s)) {
				letters = append(letters, letter(s))
			}
		}
		if len(letters) == 0 {
			continue
		}
		var next []string
		for _, so := range all {
			for _, l := range letters {
				next = append(next, so+l)
			}
		}
		all = next[:min(len(next), mostReadings)]
	}
	out := []string{first}
	for _, s := range all {
		if !slices.Contains(out, s) && s != "" {
			out = append(out, s)
		}
	}
	return out
}

// letter is the first letter of a syllable or word; a name may be written in any script.
func letter(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

// SearchKeys gives the key a worker is sorted by, the text a search is checked against, and the tokens it is found by.
func SearchKeys(name, staffNo string) (sortKey, search string, tokens []string) {
	syllables := reading(name)
	short := initials(name)
	whole := strings.Join(syllables, "")
	no := squash(staffNo)
	sortKey = strings.Join(syllables, " ") + " " + name
	search = strings.Join(append([]string{squash(name), whole, no}, short...), " ")
	for _, text := range append([]string{squash(name), whole, no}, short...) {
		tokens = append(tokens, grams(text)...)
	}
	slices.Sort(tokens)
	return sortKey, search, slices.Compact(tokens)
}

// grams gives the pieces a text is found by: one to three Han characters, two or three of all else.
func grams(text string) []string {
	rs := []rune(text)
	var out []string
	for i := range rs {
		for n := 1; n <= 3 && i+n <= len(rs); n++ {
			if n > 1 || unicode.Is(unicode.Han, rs[i]) {
				out = append(out, string(rs[i:i+n]))
			}
		}
	}
	return out
}

// squash is the form texts are compared in: lower case, half width, without spaces.
func squash(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r = r - '！' + '!'
		}
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s))
}

// asked gives the tokens a search text must have; none when it is too short to look for.
func asked(text string) []string {
	rs := []rune(text)
	switch n := len(rs); {
	case n == 0, n == 1 && !unicode.Is(unicode.Han, rs[0]):
		return nil
	case n <= 3:
		return []string{text}
	default:
		return []string{string(rs[:3]), string(rs[n-3:])}
	}
}

type token struct{ UnionID, Token, PersonID string }

// tokenise adds the tokens of a worker. Old ones stay: a search is checked against the worker's own text.
func tokenise(ctx context.Context, tx *db.Tx, id string, tokens []string) error {
	return db.InsertNew(ctx, tx, "person_token", tokensOf(tx, id, tokens))
}

func tokensOf(tx *db.Tx, id string, tokens []string) []token {
	out := make([]token, len(tokens))
	for i, t := range tokens {
		out[i] = token{tx.Union, t, id}
	}
	return out
}
