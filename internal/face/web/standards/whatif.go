package standards

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/household"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/report"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// rightWhatIf is the right to try another standard out on the union's own families; who they are is shown by casefile.see.
const rightWhatIf = "standard.what_if"

// whatPage is a version beside the same with other figures, or beside another version of it.
type whatPage struct {
	onePage
	After   standard.Version // what it is compared with: itself unless another was picked
	AfterS  *standard.Standard
	Body    string            // After with the figures asked for
	Dials   []standard.Dial   // of After as it is kept
	Asked   map[string]string // by the keys of the figures
	Refs    standard.Refs     // today's
	Tried   standard.Refs     // the lines asked for
	W       household.WhatIf
	More    bool
	Funds   []fundRow
	Units   map[string]string
	Persons bool // the reader may know whose family it is
	Wrong   error
}

// fundRow is a pocket that may pay for what the standard gives.
type fundRow struct {
	Name      string
	Available money.Amount
}

func readWhat(q *site.Req) (whatPage, error) {
	one, err := readOne(q)
	p := whatPage{onePage: one, After: one.V, Asked: map[string]string{}, Tried: standard.Refs{}, Units: map[string]string{},
		Persons: !auth.Scope(q.Who, "casefile.see").None()}
	if err != nil {
		return p, err
	}
	if n, _ := strconv.ParseInt(q.Query("with"), 10, 64); n > 0 { // no number is this version
		for _, v := range one.Versions {
			if v.Version == n {
				p.After = v
			}
		}
	}
	p.Dials = standard.Dials(p.After.Body)
	for _, d := range p.Dials {
		p.Asked[d.Key] = q.Query(d.Key)
	}
	p.Body, p.Wrong = standard.Turn(p.After.Body, p.Asked)
	if p.Wrong != nil {
		p.Body = p.After.Body
	}
	if p.AfterS, err = standard.Parse([]byte(p.Body)); err != nil {
		return p, err
	}
	return p, q.See(func(ctx context.Context, tx *db.Tx) error { return p.try(ctx, tx, q) })
}

// try reads the lines and the families and judges them by both.
func (p *whatPage) try(ctx context.Context, tx *db.Tx, q *site.Req) error {
	u, err := org.Info(ctx, tx)
	if err != nil {
		return err
	}
	if p.Refs, err = standard.Lines(ctx, tx, u.Region, tx.Day()); err != nil {
		return err
	}
	p.lines(q)
	units, err := org.Units(ctx, tx)
	if err != nil {
		return err
	}
	for _, u := range units {
		p.Units[u.ID] = u.Name
	}
	before := household.Rule{S: p.S, Refs: p.Refs}
	after := household.Rule{S: p.AfterS, Refs: p.Tried}
	families, more, err := household.Families(ctx, tx, rightWhatIf, [2]*standard.Standard{p.S, p.AfterS}, household.MostFamilies)
	if err != nil {
		return err
	}
	if p.More = more; p.Wrong == nil {
		if p.W, err = household.Compare(families, before, after); err != nil {
			return err
		}
	}
	if q.Can("fund.see") {
		return p.funds(ctx, tx)
	}
	return nil
}

// refs are the lines the standard asks for, each once.
func (p *whatPage) refs() (out []standard.Parameter) {
	for _, one := range p.AfterS.Parameters {
		if one.Ref != "" && one.Sort == standard.Money && !slices.ContainsFunc(out, func(o standard.Parameter) bool { return o.Ref == one.Ref }) {
			out = append(out, one)
		}
	}
	return out
}

// lines takes the lines that are asked for; one that is no amount is named and left as it is.
func (p *whatPage) lines(q *site.Req) {
	maps.Copy(p.Tried, p.Refs)
	var bad fault.List
	for _, one := range p.refs() {
		text := q.Query(one.Ref)
		if text == "" {
			continue
		}
		p.Asked[one.Ref] = text
		a, err := money.Parse(text)
		if err != nil || a <= 0 {
			bad.Add(one.Ref, "standard.dial")
			continue
		}
		p.Tried[one.Ref] = standard.MoneyOf(a)
	}
	if err := bad.Err(); err != nil && p.Wrong == nil {
		p.Wrong = err
	}
}

// funds finds the pockets whose terms let them pay for what the standard gives.
func (p *whatPage) funds(ctx context.Context, tx *db.Tx) error {
	programmes, err := intake.Programmes(ctx, tx)
	if err != nil {
		return err
	}
	states, err := fund.States(ctx, tx)
	if err != nil {
		return err
	}
	year, _ := strconv.Atoi(string(p.Today)[:4]) // the day is the database's own
	for _, s := range states {
		fits := slices.ContainsFunc(programmes, func(g intake.Programme) bool {
			return g.Standard == p.V.Code && slices.ContainsFunc(p.S.Items, func(it standard.Item) bool {
				return s.Pocket.Admits(fund.Use{Purpose: it.Code, Programme: g.Code, FileLevel: fund.Own, Year: year}, p.Today) == nil
			})
		})
		if fits {
			p.Funds = append(p.Funds, fundRow{s.Pocket.Name, s.Available})
		}
	}
	return nil
}

func showWhat(q *site.Req) error {
	p, err := readWhat(q)
	if err != nil {
		return err
	}
	in := q.Page(q.T("试算"))
	if p.Wrong != nil {
		in = in.With(p.Wrong)
	}
	return q.Render(whatView(in, p))
}

// figures are the fields: the lines first, then the bounds, then the amounts.
func (p whatPage) fields(in page.In) (lines, bounds, amounts []page.F) {
	for _, one := range p.refs() {
		f := page.F{Name: one.Ref, Label: named(in.Lang, one.Text, one.Name), Unit: in.T("元"), Value: p.Asked[one.Ref]}
		if v, ok := p.Refs[one.Ref]; ok {
			f.Hint = in.T("现在 {0}", money.Amount(v.Num))
			if f.Value == "" {
				f.Value = money.Amount(v.Num).Plain()
			}
		}
		lines = append(lines, f)
	}
	for _, d := range p.Dials {
		f := dialField(in, p.AfterS, d)
		if p.Asked[d.Key] != "" {
			f.Value = p.Asked[d.Key]
		}
		if d.Bound() {
			bounds = append(bounds, f)
		} else {
			amounts = append(amounts, f)
		}
	}
	return lines, bounds, amounts
}

// dialField is a figure as a field: what it belongs to, which of its figures it is, and the condition it stands in.
func dialField(in page.In, s *standard.Standard, d standard.Dial) page.F {
	n := namesOf(s)
	of := n.fill(in.Lang, d.Of)
	if w, ok := n[d.Of.Zh]; ok && w != (standard.Text{}) {
		of = w.Say(in.Lang)
	}
	f := page.F{Name: d.Key, Value: d.Text, Label: in.T("{0}：{1}", of, standard.Key("part", d.Part)), Hint: in.T("现在 {0}", d.Text)}
	if d.Expr != "" {
		f.Hint = in.T("现在 {0}，出现在：{1}", d.Text, n.say(in.Lang, d.Expr))
	}
	switch {
	case d.Money:
		f.Unit = in.T("元")
	case d.Rate:
		f.Unit = "%"
	}
	return f
}

// few says a count, but not one so small that it would tell of single families to who may not know them.
func (p whatPage) few(in page.In, n int) string {
	if !p.Persons && n > 0 && n < report.Small {
		return in.T("不足 {0}", report.Small)
	}
	return strconv.Itoa(n)
}

// sum says a yearly cost, unless so few families stand behind it that it would tell of them.
func (p whatPage) sum(in page.In, y household.Year, families int) string {
	switch {
	case !p.Persons && families > 0 && families < report.Small:
		return in.T("不显示")
	case y.Least == y.Most:
		return in.Money(y.Most)
	}
	return in.T("{0} 至 {1}", y.Least, y.Most)
}

func (p whatPage) stats(in page.In) []page.Stat {
	t := p.W.All
	out := []page.Stat{{Label: in.T("现在符合"), Value: p.few(in, t.Before), Unit: in.T("户")}, {Label: in.T("改后符合"), Value: p.few(in, t.After), Unit: in.T("户"), Note: in.T("共算 {0} 户，{1} 户资料不够", p.few(in, p.W.Families), p.few(in, p.W.Unknown))},
		{Label: in.T("新进来"), Value: p.few(in, t.Enters), Unit: in.T("户")}, {Label: in.T("要出去"), Value: p.few(in, t.Leaves), Unit: in.T("户")}}
	return out
}

func (p whatPage) costs(in page.In) page.List {
	t := page.List{Caption: in.T("一年的钱"), Head: 0, None: in.T("这个标准只认定，不发钱"), Cols: []page.Col{{Label: in.T("帮扶")}, {Label: in.T("现在"), Num: true}, {Label: in.T("改后"), Num: true}, {Label: in.T("最多差多少"), Num: true}}}
	for _, it := range p.items() {
		t.Rows = append(t.Rows, p.tallyRow(in, it.Text.Say(in.Lang), p.W.Items[it.Code]))
	}
	return t
}

// items are the kinds of help of either version that somebody gets.
func (p whatPage) items() (out []standard.Item) {
	for _, it := range append(slices.Clone(p.S.Items), p.AfterS.Items...) {
		if _, given := p.W.Items[it.Code]; given && !slices.ContainsFunc(out, func(o standard.Item) bool { return o.Code == it.Code }) {
			out = append(out, it)
		}
	}
	return out
}

func (p whatPage) tallyRow(in page.In, name string, t household.Tally) page.Row {
	behind := min(t.Before, t.After)
	if behind == 0 {
		behind = max(t.Before, t.After)
	}
	diff := in.T("不显示")
	if p.Persons || behind >= report.Small && shown(t.Enters) && shown(t.Leaves) && shown(t.Others) {
		diff = signed(in, t.AfterY.Most-t.BeforeY.Most) // both are sums that were checked
	}
	return page.Row{Cells: []page.Cell{{Text: name, Note: in.T("{0} 户", p.few(in, t.Before)+" → "+p.few(in, t.After))}, page.T(p.sum(in, t.BeforeY, t.Before)), page.T(p.sum(in, t.AfterY, t.After)), page.T(diff)}}
}

func shown(n int) bool { return n == 0 || n >= report.Small }

func signed(in page.In, a money.Amount) string {
	if a > 0 {
		return "+" + in.Money(a)
	}
	return in.Money(a)
}

func (p whatPage) units(in page.In) page.List {
	t := page.List{Caption: in.T("各部门"), Head: 0, None: in.T("没有变化"), Cols: []page.Col{{Label: in.T("部门")}, {Label: in.T("现在"), Num: true}, {Label: in.T("改后"), Num: true}, {Label: in.T("新进来"), Num: true}, {Label: in.T("要出去"), Num: true}, {Label: in.T("改后一年"), Num: true}}}
	for _, id := range slices.SortedFunc(maps.Keys(p.W.Units), func(a, b string) int { return cmp.Compare(p.Units[a]+a, p.Units[b]+b) }) {
		u := p.W.Units[id]
		if u.Before == 0 && u.After == 0 {
			continue
		}
		name := p.Units[id]
		if name == "" {
			name = in.T("其他")
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(name), page.T(p.few(in, u.Before)), page.T(p.few(in, u.After)), page.T(p.few(in, u.Enters)), page.T(p.few(in, u.Leaves)), page.T(p.sum(in, u.AfterY, u.After))}})
	}
	return t
}

// fundRows hold the dearest year against what each pocket has free.
func (p whatPage) fundRows(in page.In) page.List {
	t := page.List{Caption: in.T("哪笔资金可以出"), Head: 0, None: in.T("没有资金可以用于这个标准"), Cols: []page.Col{{Label: in.T("资金")}, {Label: in.T("现在可用"), Num: true}, {Label: in.T("改后够用")}}}
	most := p.W.All.AfterY.Most
	for _, f := range p.Funds {
		enough := in.T("够发一年")
		if most > 0 && f.Available < most {
			enough = in.T("按最多算只够 {0} 个月", int64(max(f.Available, 0))/(int64(most)/12+1))
		}
		if !p.Persons && !shown(p.W.All.After) {
			enough = in.T("不显示")
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(f.Name), page.T(in.Money(f.Available)), page.T(enough)}})
	}
	return t
}
