package fund

import (
	"context"
	_ "embed" // the shipped chart
	"regexp"
	"strings"
	"sync"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
)

// sample is the chart that comes with the product: the rules of 2010, marked historic (policy 3.4).
//
//go:embed chart/2010.txt
var sample string

// Class is the side of the books an account stands on.
type Class string

// The classes of the chart, then the two of the budget book. Assets and budgets never go below zero, liabilities never
// above; the rest are free, because a year's correction may turn them.
const (
	Asset     Class = "asset"
	Liability Class = "liability"
	Net       Class = "net"
	Income    Class = "income"
	Expense   Class = "expense"
	Budget    Class = "budget"
	Grant     Class = "granted"
)

// Say gives the class in a language.
func (c Class) Say(l words.Lang) string { return words.T(l, "fund.class."+string(c)) }

// The budget accounts of every pocket. Granted is where its budget comes from, so its balance is below zero.
const (
	Granted   = "granted"
	Available = "available"
	Reserved  = "reserved"
	Committed = "committed"
	Spent     = "spent"
	Lent      = "lent"
	Invested  = "invested"
)

// budgetClass gives the class of a budget account, "" for the code of a chart.
func budgetClass(code string) Class {
	switch code {
	case Granted:
		return Grant
	case Available, Reserved, Committed, Spent, Lent, Invested:
		return Budget
	}
	return ""
}

// Name is the name of an account, purpose or chart in both languages.
type Name struct{ Zh, En string }

// Say gives the name in a language.
func (n Name) Say(l words.Lang) string {
	if l == words.En && n.En != "" {
		return n.En
	}
	return n.Zh
}

// ChartAccount is one account of a chart.
type ChartAccount struct {
	Code  string
	Class Class
	Name  Name
}

// Coded is a code of a chart with its name.
type Coded struct {
	Code string
	Name Name
}

// Chart is a chart of accounts with the links a relief fund needs; it is data, see chart/2010.txt for its form.
type Chart struct {
	Code     string
	Name     Name
	Historic bool // a sample that no longer is in force
	Accounts []ChartAccount
	Purposes []Coded
	links    map[string]string // "income company" → 405
}

// Account gives an account of the chart.
func (c *Chart) Account(code string) (ChartAccount, bool) {
	for _, a := range c.Accounts {
		if a.Code == code {
			return a, true
		}
	}
	return ChartAccount{}, false
}

// IncomeCode is where money of a source is booked when it comes.
func (c *Chart) IncomeCode(s Source) string { return c.links["income "+string(s)] }

func (c *Chart) bank() string    { return c.links["use bank"] }
func (c *Chart) surplus() string { return c.links["use surplus"] }
func (c *Chart) parked() string  { return c.links["use parked"] }
func (c *Chart) lent() string    { return c.links["use lent"] } // "" where the chart names none

func (c *Chart) cash() string     { return c.links["use cash"] } // "" as above
func (c *Chart) goods() string    { return c.links["use goods"] }
func (c *Chart) invested() string { return c.links["use invested"] } // "" as above
func (c *Chart) earned() string   { return c.links["use earned"] }

var (
	reCode = regexp.MustCompile(`^[0-9]{3,12}$`)
	reWord = regexp.MustCompile(`^[a-z0-9_*][a-z0-9_.-]{0,39}$`)
)

// ParseChart reads a chart's text. Faults: "fund.chart_line" with the number of the first line that cannot stand,
// "fund.chart_lacks" naming a link that is missing.
func ParseChart(text string) (*Chart, error) {
	c := &Chart{links: map[string]string{}}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		verb, rest, _ := strings.Cut(line, " ")
		if !c.read(verb, strings.TrimSpace(rest)) {
			return nil, fault.New(fault.Invalid, "fund.chart_line", i+1)
		}
	}
	return c, c.whole()
}

// read takes one line; false means that it cannot stand.
func (c *Chart) read(verb, rest string) bool {
	word, tail, _ := strings.Cut(rest, " ")
	switch verb {
	case "historic":
		c.Historic = true
		return rest == ""
	case "chart":
		c.Code, c.Name = word, nameOf(tail)
		return c.Name.Zh != "" && reWord.MatchString(word)
	case "purpose":
		p := Coded{word, nameOf(tail)}
		c.Purposes = append(c.Purposes, p)
		return reWord.MatchString(word) && p.Name.Zh != ""
	case "account":
		return c.addAccount(word, tail)
	case "income", "spend", "aid", "use":
		link := verb + " " + word
		_, known := c.Account(tail)
		if c.links[link] != "" || !known || !reWord.MatchString(word) {
			return false
		}
		c.links[link] = tail
		return true
	}
	return false
}

func (c *Chart) addAccount(code, rest string) bool {
	class, name, _ := strings.Cut(rest, " ")
	a := ChartAccount{code, Class(class), nameOf(name)}
	switch a.Class {
	case Asset, Liability, Net, Income, Expense:
	default:
		return false
	}
	_, twice := c.Account(code)
	c.Accounts = append(c.Accounts, a)
	return !twice && reCode.MatchString(code) && a.Name.Zh != ""
}

// whole holds that every source has its income and the ledger its own accounts, of the right class.
func (c *Chart) whole() error {
	need := []string{"use bank", "use surplus", "use parked", "aid *"}
	for _, s := range Source("").Choices() {
		need = append(need, "income "+s.Value)
	}
	class := map[string]Class{"use bank": Asset, "use surplus": Net, "use parked": Liability}
	if c.lent() != "" {
		need, class["use lent"] = append(need, "use lent"), Asset
	}
	if c.cash() != "" {
		need, class["use cash"] = append(need, "use cash"), Asset
	}
	if c.goods() != "" {
		need, class["use goods"] = append(need, "use goods"), Asset
	}
	if c.invested() != "" || c.earned() != "" {
		need = append(need, "use invested", "use earned")
		class["use invested"], class["use earned"] = Asset, Income
	}
	for _, link := range need {
		a, ok := c.Account(c.links[link])
		if !ok || class[link] != "" && a.Class != class[link] {
			return fault.New(fault.Invalid, "fund.chart_lacks", link)
		}
	}
	for link, code := range c.links {
		a, _ := c.Account(code)
		spends := strings.HasPrefix(link, "aid ") || strings.HasPrefix(link, "spend ")
		if spends && a.Class != Expense && a.Class != Liability {
			return fault.New(fault.Invalid, "fund.chart_lacks", link)
		}
	}
	if c.Code == "" {
		return fault.New(fault.Invalid, "fund.chart_lacks", "chart")
	}
	return nil
}

func nameOf(text string) Name {
	zh, en, _ := strings.Cut(text, "|")
	return Name{strings.TrimSpace(zh), strings.TrimSpace(en)}
}

// ChartOn gives the chart in force on a day: the one adopted last, or the shipped sample where none was.
func ChartOn(ctx context.Context, tx *db.Tx, on day.Day) (*Chart, error) {
	text, ok, err := db.Maybe[string](ctx, tx, `
		select text from fund_chart where union_id = $1 and from_on <= $2 order by from_on desc limit 1`, tx.Union, on)
	if err != nil {
		return nil, err
	}
	if !ok {
		return shipped()
	}
	return ParseChart(text)
}

// shipped is the sample, read once. Nobody changes a chart.
var shipped = sync.OnceValues(func() (*Chart, error) { return ParseChart(sample) })

// NewChart is a chart a union adopts, in force from a day on.
type NewChart struct {
	Text string  `form:"text" kind:"area" label:"会计科目表" need:"true" max:"40000"`
	From day.Day `form:"from" label:"启用日期" need:"true"`
}

// AdoptChart puts a chart of accounts in force from today or a later day. Faults: those of ParseChart, "fund.chart_past"
// (books already kept are not kept anew), "fund.chart_drops" naming an account in use that the new chart does not know.
func AdoptChart(ctx context.Context, tx *db.Tx, n NewChart) (string, error) {
	c, err := ParseChart(n.Text)
	if err != nil {
		return "", err
	}
	if _, err := take(ctx, tx); err != nil {
		return "", err
	}
	if !n.From.Valid() || n.From < tx.Day() {
		return "", fault.New(fault.Refused, "fund.chart_past")
	}
	used, err := db.All[string](ctx, tx, `
		select distinct code from fund_account
		where union_id = $1 and class not in ('budget', 'granted') and balance <> 0 order by code`, tx.Union)
	if err != nil {
		return "", err
	}
	for _, code := range used {
		if _, ok := c.Account(code); !ok {
			return "", fault.New(fault.Refused, "fund.chart_drops", code)
		}
	}
	tx.About("chart", c.Code, "text")
	return c.Code, tx.Must(ctx, "fault.stale", `
		insert into fund_chart (union_id, from_on, code, text, by_user, at) values ($1, $2, $3, $4, $5, $6)
		on conflict (union_id, from_on) do update set code = excluded.code, text = excluded.text,
			by_user = excluded.by_user, at = excluded.at`,
		tx.Union, n.From, c.Code, n.Text, tx.Actor.User, tx.Ms())
}

// Adopted is a chart the union adopted: its code, from when, by whom.
type Adopted struct {
	FromOn     day.Day
	Code, Text string
	ByUser     string
	At         int64
}

// Charts lists the charts the union adopted, newest first. Before the first of them stands the shipped sample.
func Charts(ctx context.Context, tx *db.Tx) ([]Adopted, error) {
	return db.All[Adopted](ctx, tx, `
		select from_on, code, text, by_user, at from fund_chart where union_id = $1 order by from_on desc`, tx.Union)
}

// Mapping books aid for an item, programme or purpose to a spending account from a day on.
type Mapping struct {
	Item string  `form:"item" label:"帮扶事项、项目或用途" need:"true" max:"40"`
	Code string  `form:"code" label:"会计科目" need:"true" max:"12"`
	From day.Day `form:"from" label:"启用日期" need:"true"`
}

// MapAccount keeps a mapping. Aid already booked stays where it is. Faults: "fund.item" (not a code word),
// "fund.no_account" (unknown to the chart of that day), "fund.not_spending" (the account is not one for spending).
func MapAccount(ctx context.Context, tx *db.Tx, m Mapping) error {
	if !reWord.MatchString(m.Item) {
		return fault.New(fault.Invalid, "fund.item").At("item")
	}
	if !m.From.Valid() || m.From < tx.Day() {
		return fault.New(fault.Refused, "fund.chart_past").At("from")
	}
	c, err := ChartOn(ctx, tx, m.From)
	if err != nil {
		return err
	}
	a, ok := c.Account(m.Code)
	if !ok {
		return fault.New(fault.Missing, "fund.no_account", m.Code).At("code")
	}
	if a.Class != Expense && a.Class != Liability {
		return fault.New(fault.Refused, "fund.not_spending", m.Code).At("code")
	}
	tx.About("mapping", m.Item, "code")
	return tx.Must(ctx, "fault.stale", `
		insert into fund_mapping (union_id, item, from_on, code, by_user, at) values ($1, $2, $3, $4, $5, $6)
		on conflict (union_id, item, from_on) do update set code = excluded.code, by_user = excluded.by_user, at = excluded.at`,
		tx.Union, m.Item, m.From, m.Code, tx.Actor.User, tx.Ms())
}

// Mappings lists what the union mapped itself, newest first for each item.
func Mappings(ctx context.Context, tx *db.Tx) ([]Mapping, error) {
	type row struct {
		Item, Code string
		FromOn     day.Day
	}
	rows, err := db.All[row](ctx, tx, `
		select item, code, from_on from fund_mapping where union_id = $1 order by item, from_on desc`, tx.Union)
	out := make([]Mapping, len(rows))
	for i, r := range rows {
		out[i] = Mapping{Item: r.Item, Code: r.Code, From: r.FromOn}
	}
	return out, err
}

// spendCode finds where aid is booked today: members' mutual money at the account that holds it for them; else by item,
// then programme, then purpose, the union's own mapping before the chart's; else under the rest.
func spendCode(ctx context.Context, tx *db.Tx, c *Chart, h Held) (string, error) {
	if code := c.links["spend "+string(h.source)]; code != "" {
		return code, nil
	}
	for _, word := range []string{h.Item, h.Programme, h.Purpose, "*"} {
		code, ok, err := db.Maybe[string](ctx, tx, `
			select code from fund_mapping where union_id = $1 and item = $2 and from_on <= $3
			order by from_on desc limit 1`, tx.Union, word, tx.Day())
		if ok || err != nil {
			return code, err
		}
		if code := c.links["aid "+word]; code != "" {
			return code, nil
		}
	}
	return c.links["aid *"], nil
}
