package payment

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
)

//go:embed profiles.yaml
var profilesText []byte

// Profile is how one bank wants its file: data, not code (ux §7.2).
type Profile struct {
	Code      string            `yaml:"code"`
	Name      map[string]string `yaml:"name"`
	Encoding  string            `yaml:"encoding"`
	Separator string            `yaml:"separator"`
	Columns   []Column          `yaml:"columns"`
	Head      bool              `yaml:"head"`
	Total     string            `yaml:"total"` // the word of a last row with the totals; "" for none
	Least     int               `yaml:"least"`
	Most      int               `yaml:"most"`
	Purpose   string            `yaml:"purpose"`
	File      string            `yaml:"file"`
	Cash      bool              `yaml:"cash"` // no bank's file but a list to be signed
}

// Column is one column of a bank's file: what goes into it, and its heading.
type Column struct {
	Is   string `yaml:"is"`
	Head string `yaml:"head"`
}

// Say gives the profile's name in a language.
func (p Profile) Say(l words.Lang) string {
	if l != words.En {
		l = words.Zh
	}
	return p.Name[string(l)]
}

var shipped = sync.OnceValues(func() ([]Profile, error) {
	var all []Profile
	d := yaml.NewDecoder(bytes.NewReader(profilesText))
	d.KnownFields(true)
	return all, d.Decode(&all)
})

// Profiles lists the shipped profiles in menu order.
func Profiles() ([]Profile, error) {
	all, err := shipped()
	return slices.Clone(all), err
}

// ProfileOf gives a shipped profile. Fault: "payment.profile" (Invalid, on the field profile).
func ProfileOf(code string) (Profile, error) {
	all, err := Profiles()
	if err != nil {
		return Profile{}, err
	}
	i := slices.IndexFunc(all, func(p Profile) bool { return p.Code == code })
	if i < 0 {
		return Profile{}, fault.New(fault.Invalid, "payment.profile").At("profile")
	}
	return all[i], nil
}

// row is what one line of a bank's file can say.
type row struct {
	no                                       int64
	name, card, bank, branch, id, staff, ref string
	amount                                   money.Amount
}

func (p Profile) cell(r row, is string) string {
	switch is {
	case "line":
		return strconv.FormatInt(r.no, 10)
	case "name":
		return strings.Join(strings.Fields(r.name), "") // banks refuse a name with a space in it
	case "card":
		return r.card
	case "amount":
		return r.amount.Plain()
	case "bank":
		return p.tame(r.bank)
	case "branch":
		return p.tame(r.branch)
	case "purpose":
		return p.Purpose
	case "id":
		return r.id
	case "staff":
		return p.tame(r.staff)
	case "ref":
		return r.ref
	}
	return ""
}

// tame keeps free text from breaking the line or being run as a formula where the file is opened in a spreadsheet.
func (p Profile) tame(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == '"' || strings.ContainsRune(p.Separator, r) {
			return -1
		}
		return r
	}, s)
	return strings.TrimLeft(s, "=+-@ ")
}

// asks reports whether the file holds a column of a kind.
func (p Profile) asks(is string) bool {
	return slices.ContainsFunc(p.Columns, func(c Column) bool { return c.Is == is })
}

func (p Profile) charset() encoding.Encoding {
	switch p.Encoding {
	case "gbk":
		return simplifiedchinese.GBK
	case "gb18030":
		return simplifiedchinese.GB18030
	}
	return nil // UTF-8 holds every character
}

// holds reports whether the file's encoding has every character of a text (B09: a rare name is found before the export).
func (p Profile) holds(text string) bool {
	set := p.charset()
	if set == nil {
		return true
	}
	_, err := set.NewEncoder().String(text)
	return err == nil
}

// write makes the file's bytes. It is pure. Fault: "payment.rare" (Refused) when the encoding cannot hold a character.
func (p Profile) write(rows []row) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = []rune(p.Separator)[0], true
	var all [][]string
	if p.Head {
		all = append(all, p.line(func(c Column) string { return c.Head }))
	}
	total := money.Amount(0)
	for _, r := range rows {
		var err error
		if total, err = total.Add(r.amount); err != nil {
			return nil, err
		}
		all = append(all, p.line(func(c Column) string { return p.cell(r, c.Is) }))
	}
	if p.Total != "" {
		all = append(all, p.line(func(c Column) string { return p.totals(c.Is, len(rows), total) }))
	}
	if err := w.WriteAll(all); err != nil {
		return nil, err
	}
	if p.charset() == nil {
		return append([]byte("\xef\xbb\xbf"), b.Bytes()...), nil
	}
	out, err := p.charset().NewEncoder().Bytes(b.Bytes())
	if err != nil {
		return nil, fault.New(fault.Refused, "payment.rare")
	}
	return out, nil
}

func (p Profile) line(cell func(Column) string) []string {
	out := make([]string, len(p.Columns))
	for i, c := range p.Columns {
		out[i] = cell(c)
	}
	return out
}

func (p Profile) totals(is string, lines int, total money.Amount) string {
	switch is {
	case "line":
		return p.Total
	case "name":
		return strconv.Itoa(lines)
	case "amount":
		return total.Plain()
	}
	return ""
}

func (p Profile) fileName(b Batch) string {
	return strings.NewReplacer("{number}", b.Number, "{lines}", strconv.FormatInt(b.Lines, 10), "{total}", b.Total.Plain()).Replace(p.File)
}

// split cuts n lines into parts of at most Most, as even as can be. Fault: "payment.too_few" (Refused).
func (p Profile) split(n int) ([]int, error) {
	if n < p.Least {
		return nil, fault.New(fault.Refused, "payment.too_few", p, p.Least)
	}
	parts := (n + p.Most - 1) / p.Most
	out := make([]int, parts)
	for i := range out {
		out[i] = n / parts
		if i < n%parts {
			out[i]++
		}
	}
	return out, nil
}
