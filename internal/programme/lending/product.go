// Package lending lends and gets back (S17): products as data, guarantors, agreements, whole-fen schedules, deductions from pay
// under a protected floor, and every end a loan can come to.
//
// What is owed stands in the ledger and nowhere else: a loan moves only by an entry under its own reference, and the schedule
// only says when how much falls due. What is late is computed on read.
package lending

import (
	"bytes"
	"embed"
	"errors"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
)

//go:embed products/*.yaml
var shippedFiles embed.FS

// Kind is one of the four kinds of article 1.
type Kind string

// The kinds: part of the interest borne by the fund, no interest, taken from pay before tax, wages paid ahead.
const (
	Subsidised   Kind = "subsidised"
	InterestFree Kind = "interest_free"
	PreTax       Kind = "pre_tax"
	Advance      Kind = "advance"
)

// Say gives the kind in a language.
func (k Kind) Say(l words.Lang) string { return words.T(l, "loan.kind."+string(k)) }

// Name is a name in both languages.
type Name struct {
	Zh string `yaml:"zh"`
	En string `yaml:"en"`
}

// Say gives the name in a language.
func (n Name) Say(l words.Lang) string {
	if l == words.En && n.En != "" {
		return n.En
	}
	return n.Zh
}

// Yuan is an amount written in yuan: 20000.00.
type Yuan money.Amount

// UnmarshalYAML reads it exactly, never through a float.
func (y *Yuan) UnmarshalYAML(n *yaml.Node) error {
	a, err := money.Parse(n.Value)
	*y = Yuan(a)
	return err
}

// Limits bound what may be lent; 0 is no bound. Pay counts hundredths of a month's pay: 200 is two months'.
type Limits struct {
	Cap   Yuan  `yaml:"cap"`
	Pay   int64 `yaml:"pay_percent"`
	Price int64 `yaml:"price_percent"` // of the price of what is bought
	// FamilyMonths counts months of the family's income before tax.
	FamilyMonths int64 `yaml:"family_months"`
}

// Purpose is what a product may be borrowed for, with bounds of its own.
type Purpose struct {
	Code   string `yaml:"code"`
	Name   `yaml:",inline"`
	Limits `yaml:",inline"`
}

// Product is one kind of loan as a union offers it: data, in versions.
type Product struct {
	Code     string    `yaml:"code"`
	Kind     Kind      `yaml:"kind"`
	Name     Name      `yaml:"name"`
	Source   string    `yaml:"source"` // where the rule stands
	Purposes []Purpose `yaml:"purposes"`
	Limits   `yaml:",inline"`
	Months   int `yaml:"months"` // the longest term
	Grace    int `yaml:"grace"`  // months without an instalment after the money came
	// Rate is the interest of a year and Subsidy the part of it that the fund bears, in hundredths of a percent.
	Rate    int64 `yaml:"rate"`
	Subsidy int64 `yaml:"subsidy"`
	// Who may borrow, and how often.
	Member  bool   `yaml:"member"`         // members of the mutual fund only
	Regular bool   `yaml:"regular"`        // regular employees only
	Service int    `yaml:"service_months"` // at least so long with the company
	Career  int    `yaml:"career_months"`  // at least so long to retirement
	Live    string `yaml:"live"`           // one loan at a time for a "person" or a "household"; "" for no bound
	// Guarantors are how many must consent, Guarantees how many loans one of them may stand for at a time.
	Guarantors int `yaml:"guarantors"`
	Guarantees int `yaml:"guarantees"`
	// Percent of the month's pay that an instalment may take at most; the minimum wage is always left (policy §4).
	Percent int64 `yaml:"pay_floor_percent"`
	Extends int   `yaml:"extends"`    // how often it may be rescheduled
	Leave   int   `yaml:"leave_days"` // days to repay after leaving the company
	Notes   Name  `yaml:"notes"`      // printed on the agreement
}

// ByDefault is what a product that says nothing takes from a month's pay at most (policy §4: the safe choice).
const ByDefault = 20

// WorkerRate is the interest of a year that the borrower bears, in hundredths of a percent.
func (p Product) WorkerRate() int64 { return p.Rate - p.Subsidy }

// PurposeOf gives a purpose by its code.
func (p Product) PurposeOf(code string) (Purpose, bool) {
	i := slices.IndexFunc(p.Purposes, func(u Purpose) bool { return u.Code == code })
	if i < 0 {
		return Purpose{}, false
	}
	return p.Purposes[i], true
}

var reProduct = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)

// Parse reads a product's document. Faults: "loan.product_text" (not such a document, with the line the reader names),
// "loan.product_lacks" naming what is missing or out of bounds.
func Parse(text []byte) (Product, error) {
	var p Product
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&p); err != nil {
		return p, fault.New(fault.Invalid, "loan.product_text", place(err)).At("text")
	}
	if err := d.Decode(new(Product)); !errors.Is(err, io.EOF) {
		return p, fault.New(fault.Invalid, "loan.product_lacks", "---").At("text")
	}
	if p.Percent == 0 {
		p.Percent = ByDefault
	}
	if p.Guarantees == 0 {
		p.Guarantees = 1
	}
	if word := p.lacks(); word != "" {
		return p, fault.New(fault.Invalid, "loan.product_lacks", word).At("text")
	}
	return p, nil
}

// place gives the "line 7" of the reader's message, or nothing.
func place(err error) string { return regexp.MustCompile(`line \d+`).FindString(err.Error()) }

// lacks names the first field that cannot stand; "" for none.
func (p Product) lacks() string {
	between := func(n, low, high int64) bool { return n >= low && n <= high }
	for _, c := range []struct {
		word string
		ok   bool
	}{
		{"code", reProduct.MatchString(p.Code)},
		{"kind", slices.Contains([]Kind{Subsidised, InterestFree, PreTax, Advance}, p.Kind)},
		{"name", strings.TrimSpace(p.Name.Zh) != "" && len([]rune(p.Name.Zh)) <= 40},
		{"source", strings.TrimSpace(p.Source) != ""},
		{"purposes", len(p.Purposes) > 0},
		{"months", between(int64(p.Months), 1, 360)},
		{"grace", between(int64(p.Grace), 0, 60)},
		{"rate", between(p.Rate, 0, 2400) && (p.Kind == Subsidised || p.Rate == 0)},
		{"subsidy", between(p.Subsidy, 0, p.Rate)},
		{"service_months", between(int64(p.Service), 0, 600)},
		{"career_months", between(int64(p.Career), 0, 600)},
		{"live", slices.Contains([]string{"", "person", "household"}, p.Live)},
		{"guarantors", between(int64(p.Guarantors), 0, 5)},
		{"guarantees", between(int64(p.Guarantees), 1, 20)},
		{"pay_floor_percent", between(p.Percent, 1, 100)},
		{"extends", between(int64(p.Extends), 0, 10)},
		{"leave_days", between(int64(p.Leave), 0, 365)},
		{"cap", p.bounded()},
	} {
		if !c.ok {
			return c.word
		}
	}
	for i, u := range p.Purposes {
		again := slices.IndexFunc(p.Purposes, func(o Purpose) bool { return o.Code == u.Code })
		if !reProduct.MatchString(u.Code) || u.Zh == "" || again != i {
			return "purposes"
		}
	}
	return ""
}

// bounded holds that no bound is negative and that each purpose has an upper end.
func (p Product) bounded() bool {
	sound := func(l Limits) bool { return l.Cap >= 0 && l.Pay >= 0 && l.Price >= 0 && l.FamilyMonths >= 0 }
	ends := func(l Limits) bool { return l.Cap > 0 || l.Pay > 0 || l.FamilyMonths > 0 }
	for _, u := range p.Purposes {
		if !sound(u.Limits) || !ends(u.Limits) && !ends(p.Limits) {
			return false
		}
	}
	return sound(p.Limits)
}

var shipped = sync.OnceValues(func() ([]Product, error) {
	names, err := fs.Glob(shippedFiles, "products/*.yaml")
	if err != nil {
		return nil, err
	}
	var out []Product
	for _, name := range names {
		text, err := shippedFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		p, err := Parse(text)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
})

// Patterns lists the products that come with the program, for a union to adopt and change. None is offered by itself.
func Patterns() ([]Product, error) {
	all, err := shipped()
	return slices.Clone(all), err
}

// PatternText gives the document of a shipped product, "" where there is none.
func PatternText(code string) string {
	text, err := shippedFiles.ReadFile("products/" + code + ".yaml")
	if err != nil || !reProduct.MatchString(code) {
		return ""
	}
	return string(text)
}
