package bangfu_test

import (
	"fmt"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestNoPersonalData(t *testing.T) { hold(t, rule{"personal", findPersons}) }

// samples are numbers that have long stood in public texts about their check digits and belong to nobody.
var samples = []string{
	"11010519491231002X", "440524188001010014", "34052419800101001X",
	"4111111111111111", "6222021234567890128", "6222000000000000004", "6225880123456789", "6226000000000004",
	"13800138000",
}

// provinces are the first two digits of the ID numbers given out in China.
const provinces = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"

var reDigits = regexp.MustCompile(`[0-9]+[Xx]?`)

// findPersons looks through every text for numbers that could be a living person's: ID numbers of a real province with
// a right check digit, mobile numbers, bank cards. Invent numbers nobody can have: province 99, five zeros in a row.
func findPersons(h *house) []finding {
	var out []finding
	for _, p := range h.texts {
		if p == "go.sum" || path.Dir(p) == "tools" || strings.HasSuffix(p, ".svg") {
			continue
		}
		text, err := fs.ReadFile(h.fsys, p)
		if err != nil {
			out = append(out, finding{p, 0, err.Error()})
			continue
		}
		for i, l := range strings.Split(string(text), "\n") {
			for _, at := range reDigits.FindAllStringIndex(l, -1) {
				digits := strings.ToUpper(l[at[0]:at[1]])
				if at[0] > 0 && wordly(l[at[0]-1]) || at[1] < len(l) && wordly(l[at[1]]) {
					continue // part of a hash, a name or an amount
				}
				if what := personal(digits); what != "" {
					out = append(out, finding{fmt.Sprintf("%s:%d", p, i+1), 0, fmt.Sprintf("%s… looks like somebody's %s: invent one nobody can have (province 99, or five zeros in a row)", digits[:4], what)})
				}
			}
		}
	}
	return out
}

func wordly(c byte) bool {
	return c == '_' || c == '.' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func personal(digits string) string {
	switch {
	case slices.Contains(samples, digits) || strings.Contains(digits, "00000"):
		return ""
	case len(digits) == 18 && citizen(digits):
		return "ID number"
	case len(digits) == 11 && digits[0] == '1' && digits[1] >= '3' && digits[10] != 'X':
		return "mobile number"
	case len(digits) >= 16 && len(digits) <= 19 && strings.HasPrefix(digits, "62") && luhn(digits):
		return "bank card"
	}
	return ""
}

func citizen(id string) bool {
	if !slices.Contains(strings.Fields(provinces), id[:2]) {
		return false
	}
	if _, err := time.Parse("20060102", id[6:14]); err != nil {
		return false
	}
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		n, err := strconv.Atoi(id[i : i+1])
		if err != nil {
			return false
		}
		sum += n * w
	}
	return id[17] == "10X98765432"[sum%11]
}

func luhn(card string) bool {
	sum := 0
	for i := range len(card) {
		n, err := strconv.Atoi(card[len(card)-1-i : len(card)-i])
		if err != nil {
			return false
		}
		if i%2 == 1 {
			n = n*2%10 + n*2/10
		}
		sum += n
	}
	return sum%10 == 0
}

func TestBannedWords(t *testing.T) { hold(t, rule{"banned", findBanned}) }

// banned are words that shame people or say nothing, and the mark that shouts at them.
var banned = []string{"贫困" + "户", "特困" + "户", "操作" + "失败", "！"}

// findBanned reads the texts of the product: its string literals, its catalogues and its shipped documents.
func findBanned(h *house) []finding {
	var out []finding
	check := func(where, text string) {
		for _, w := range banned {
			if strings.Contains(text, w) {
				out = append(out, finding{where, 0, "says " + w + ": see the rules of writing"})
			}
		}
	}
	for _, s := range h.files {
		if !s.test && s.parts != nil {
			s.literals(func(text string, pos token.Pos) { check(line(h, pos), text) })
		}
	}
	for _, p := range h.texts {
		data := slices.Contains([]string{".txt", ".yaml", ".yml", ".md"}, path.Ext(p))
		if !strings.HasPrefix(p, "internal/") || !data || strings.Contains(p, "testdata/") {
			continue
		}
		text, err := fs.ReadFile(h.fsys, p)
		if err != nil {
			continue
		}
		for i, l := range strings.Split(string(text), "\n") {
			check(fmt.Sprintf("%s:%d", p, i+1), l)
		}
	}
	return out
}

func TestDocsSpeakOfTheProduct(t *testing.T) { hold(t, rule{"place", findPlaces}) }

// rePlace is what belongs to one machine or one person's way of working: absolute paths of a checkout or a home, and
// folders beside the repository.
var rePlace = regexp.MustCompile(`(^|[\s"'(=:` + "`" + `])(/(?:work/|home/[a-z])|/root/[.g]|/Users/|/tmp/[a-z]+/|\.\./shared/)`)

// rePeople is talk about how a text was made, which no reader of the product needs.
var rePeople = regexp.MustCompile(`(?i)\b(` + "clau" + `de|chat` + `gpt|ll` + `m|co` + `pilot|language mod` + `el|sub-?ag` + `ents?|ai[- ]generated)\b`)

func findPlaces(h *house) []finding {
	var out []finding
	for _, p := range h.texts {
		if p == "private_test.go" || p == "go.sum" || strings.Contains(p, "LICENSE") {
			continue
		}
		text, err := fs.ReadFile(h.fsys, p)
		if err != nil {
			continue
		}
		for i, l := range strings.Split(string(text), "\n") {
			for _, re := range []*regexp.Regexp{rePlace, rePeople} {
				if m := re.FindString(l); m != "" {
					out = append(out, finding{fmt.Sprintf("%s:%d", p, i+1), 0, fmt.Sprintf("%q: docs and code speak of the product only", strings.TrimSpace(m))})
				}
			}
		}
	}
	return out
}
