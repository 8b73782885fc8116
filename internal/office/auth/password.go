package auth

import (
	"context"
	_ "embed" // the common beginnings
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// The length of a password: eight characters for a worker, twelve for whoever holds a post, where a Han character, one of
// thousands, counts as two. Long ones are welcome; there is no rule about kinds of characters (ASVS 5.0, 6.2.1, 6.2.5, 6.2.9).
const (
	shortest     = 8
	shortestPost = 12
	longestWord  = 128
)

// Owner is whom a password is for: what is known of them must not be most of it.
type Owner struct {
	Post  bool     // holds a post, so the password must be longer
	Known []string // login name, staff number, phone, name, the union's names
}

// OwnerOf gathers what is known of a user.
func OwnerOf(ctx context.Context, tx *db.Tx, userID string) (Owner, error) {
	u, err := org.UserByID(ctx, tx, userID)
	if err != nil {
		return Owner{}, err
	}
	posts, err := org.PostsOf(ctx, tx, userID)
	if err != nil {
		return Owner{}, err
	}
	about, err := org.Info(ctx, tx)
	return Owner{Post: len(posts) > 0, Known: []string{u.Login, u.Phone, u.Name, about.Name, about.Short}}, err
}

//go:embed common.txt
var commonText string

// common are the words that guessers begin with: of the world's lists, of pinyin, of keyboards. Our own list.
var common = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, line := range strings.Split(commonText, "\n") {
		if !strings.HasPrefix(line, "#") {
			for _, w := range strings.Fields(line) {
				all[w] = true
			}
		}
	}
	return all
})

// walks are rows of keys and of letters; four in a row of any, either way, count as one character.
func walks() []string {
	return []string{"01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
		"qazwsxedcrfvtgbyhnujmikolp", "147258369", "159357", "!@#$%^&*()", "q1w2e3r4t5y6u7i8o9p0", "a1b2c3d4e5f6g7h8"}
}

var reDate = regexp.MustCompile(`(19|20)\d\d[-./年]?(0?[1-9]|1[0-2])[-./月]?(0?[1-9]|[12]\d|3[01])|(19|20)\d\d`)

// Strong checks a new password. Faults: "auth.short", "auth.long", "auth.weak" with the reason in words: common, a row of
// keys, a date, or something known of its owner.
func Strong(password string, o Owner) error {
	n := len([]rune(password))
	switch {
	case n < shortest:
		return fault.New(fault.Invalid, "auth.short", shortest)
	case o.Post && n+han(password) < shortestPost:
		return fault.New(fault.Invalid, "auth.short", shortestPost)
	case n > longestWord:
		return fault.New(fault.Invalid, "auth.long", longestWord)
	case guessable(password, o.Known):
		return fault.New(fault.Invalid, "auth.weak")
	}
	return nil
}

func han(s string) (n int) {
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}

// guessable reports whether little is left of a password once what guessers try first is taken away: what is known of the
// owner, dates, rows of keys, repeats, and common words with digits and signs around them.
func guessable(password string, known []string) bool {
	p := org.Login(password)
	if common()[p] {
		return true
	}
	rest := p
	for _, k := range known {
		k = org.Login(k)
		for _, piece := range []string{k, tail(k, 8), tail(k, 6)} {
			if len([]rune(piece)) >= 3 {
				rest = strings.ReplaceAll(rest, piece, "")
			}
		}
	}
	rest = squeeze(unwalk(reDate.ReplaceAllString(rest, "")))
	if len([]rune(squeeze(unwalk(unshift(p))))) < 4 {
		return true
	}
	if len([]rune(rest)) < 4 {
		return true
	}
	letters := func(s string) string { return strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) }
	for _, c := range []string{rest, letters(rest), letters(unleet(rest)), unleet(letters(rest)), letters(p)} {
		if common()[c] && len([]rune(rest))-len([]rune(c)) < 6 {
			return true
		}
	}
	return onlyDigits(p) && len(p) < 12
}

func tail(s string, n int) string {
	r := []rune(s)
	return string(r[max(len(r)-n, 0):])
}

func onlyDigits(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// unwalk takes rows of keys out, the longest first.
func unwalk(s string) string {
	for _, w := range walks() {
		back := []rune(w)
		slices.Reverse(back)
		for _, row := range []string{w, string(back)} {
			for n := min(len(s), len(row)); n >= 4; n-- {
				for i := 0; i+n <= len(row); i++ {
					s = strings.ReplaceAll(s, row[i:i+n], "")
				}
			}
		}
	}
	return s
}

// unshift reads the signs above the digits as the digits.
func unshift(s string) string {
	return strings.NewReplacer("!", "1", "@", "2", "#", "3", "$", "4", "%", "5", "^", "6", "&", "7", "*", "8", "(", "9", ")", "0").Replace(s)
}

// squeeze says once what is said again and again: aaaa, abab, 12341234.
func squeeze(s string) string {
	var r []rune
	for i, c := range []rune(s) {
		if n := len(r); i < 2 || n < 2 || r[n-1] != c || r[n-2] != c {
			r = append(r, c)
		}
	}
	for n := 1; n <= len(r)/2; n++ {
		same := true
		for i := n; i < len(r) && same; i++ {
			same = r[i] == r[i-n]
		}
		if same {
			return string(r[:n])
		}
	}
	return string(r)
}

// unleet reads the digits and signs that stand for letters.
func unleet(s string) string {
	return strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i").Replace(s)
}
