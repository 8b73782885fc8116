// Package paygap has the pages of the pay-gap analysis (S20): how a month's wages are spread, what a scheme would do, the schemes
// that were drafted and adopted. It shows aggregates only.
package paygap

import (
	"context"
	"net/url"
	"strconv"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/programme/paygap"
)

const home = paygap.Home

// Routes lists the pages.
func Routes() []site.Route {
	routes := []site.Route{
		{Pattern: "GET " + home, Right: "paygap.see", Face: page.Desk, Do: showHome},
		{Pattern: "GET " + home + "/{id}", Right: "paygap.see", Face: page.Desk, Do: showScheme},
		site.Press(home+"/answer", page.Desk, paygap.Answer, func(_ *site.Req, s paygap.Scheme) (string, string) {
			if s.State == paygap.Adopted {
				return home + "/" + s.ID, "方案已采用，按月登记差额。"
			}
			return home + "/" + s.ID, "方案没有采用，已记下。"
		}),
		site.Press(home+"/end", page.Desk, paygap.End, func(_ *site.Req, s paygap.Scheme) (string, string) { return home + "/" + s.ID, "方案已停用。" }),
	}
	for _, f := range []site.Form{
		{Path: home + "/new", Right: "paygap.propose", Open: openNew, Run: site.Runs(paygap.Propose, func(s paygap.Scheme) (string, string) {
			return home + "/" + s.ID, "方案已提出，等公司负责人答复。"
		})},
		{Path: home + "/{id}/book", Right: "paygap.book", Open: openBook, Run: site.Runs(paygap.Book, func(b paygap.Booking) (string, string) {
			return home + "/" + b.SchemeID, "差额已登记进帮扶资金。"
		})},
	} {
		routes = append(routes, f.Routes()...)
	}
	return routes
}

// first are the bands that are tried before anyone has typed some: from twice the middle wage on.
func first(m paygap.Measure) paygap.Rates {
	return paygap.Rates{From1: m.Median * 2 / 10_000 * 10_000, Rate1: 5}
}

type homePage struct {
	Report  paygap.Report
	Months  []day.Day
	Rates   paygap.Rates
	Asked   url.Values
	Trial   paygap.Trial
	Tried   bool
	Wrong   error
	Schemes []paygap.Scheme
	Can     func(string) bool
}

func showHome(q *site.Req) error {
	p := homePage{Can: q.Can, Asked: q.R.URL.Query()}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Schemes, err = paygap.Schemes(ctx, tx); err != nil {
			return err
		}
		if p.Months, err = discovery.WageMonths(ctx, tx); err != nil || len(p.Months) == 0 {
			return err
		}
		month := p.Months[0]
		if m := day.Day(q.Query("month")); m.Valid() {
			month = m
		}
		if p.Report, err = paygap.ReportOf(ctx, tx, month); err != nil || p.Report.All.N == 0 {
			return err
		}
		return p.try(ctx, tx)
	}); err != nil {
		return err
	}
	in := q.Page(q.T("收入差距"))
	if p.Wrong != nil {
		in = in.With(p.Wrong)
	}
	return q.Render(homeView(in, p))
}

// try works out the scheme that is asked for, or the first one.
func (p *homePage) try(ctx context.Context, tx *db.Tx) error {
	p.Rates = first(p.Report.All)
	if p.Asked.Has("from1") {
		p.Rates = paygap.Rates{}
		if p.Wrong = form.Decode(form.Values(p.Asked), &p.Rates); p.Wrong == nil {
			p.Wrong = p.Rates.Bands().Check()
		}
		if p.Wrong != nil {
			return nil
		}
	}
	pays, err := paygap.Pays(ctx, tx, p.Report.Month)
	p.Trial, p.Tried = paygap.Try(p.Rates.Bands(), pays), true
	return err
}

func openNew(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	in := paygap.ProposeIn{Name: q.T("收入调节方案")}
	if err := form.Decode(form.Values(q.R.URL.Query()), &in.Rates); err != nil || len(in.Bands()) == 0 {
		in.From1, in.Rate1 = money.Yuan(20_000), 5
	}
	return site.FormPage{Title: q.T("提出收入调节方案"), Lead: q.T("方案交公司负责人答复。采用以后，公司按月把算出的差额拨进帮扶资金，会计按回单登记。"),
		Auto: page.Auto{Fields: form.Of[paygap.ProposeIn](), Submit: q.T("提出方案"), Cancel: page.Link{Href: home, Label: q.T("返回")}, Values: form.Show(in)}}, nil
}

func openBook(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	s, err := paygap.SchemeOf(ctx, tx, q.ID("id"))
	if err != nil {
		return site.FormPage{}, err
	}
	in := paygap.BookIn{ID: s.ID}
	months, err := discovery.WageMonths(ctx, tx)
	if err != nil {
		return site.FormPage{}, err
	}
	bands, err := s.Rates()
	if err != nil {
		return site.FormPage{}, err
	}
	if len(months) > 0 {
		pays, err := paygap.Pays(ctx, tx, months[0])
		if err != nil {
			return site.FormPage{}, err
		}
		in.Month, in.Sum = string(months[0])[:7], paygap.Try(bands, pays).Fund
	}
	return site.FormPage{Cap: s.Number + " " + s.Name, Title: q.T("登记收入调节差额"), Lead: q.T("公司把差额拨到帮扶资金账户以后，按银行回单登记。金额由系统按当月工资算好。"),
		Auto: page.Auto{Fields: form.Of[paygap.BookIn](), Submit: q.T("登记"), Cancel: page.Link{Href: home + "/" + s.ID, Label: q.T("返回")}, Values: form.Show(in)}}, nil
}

type schemePage struct {
	Scheme   paygap.Scheme
	Bands    paygap.Bands
	Trial    paygap.Trial
	Month    day.Day
	Bookings []paygap.Booking
	Can      func(string) bool
	Mine     bool
}

func showScheme(q *site.Req) error {
	p := schemePage{Can: q.Can}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Scheme, err = paygap.SchemeOf(ctx, tx, q.ID("id")); err != nil {
			return err
		}
		if p.Bands, err = p.Scheme.Rates(); err != nil {
			return err
		}
		all, err := paygap.Bookings(ctx, tx)
		for _, b := range all {
			if b.SchemeID == p.Scheme.ID {
				p.Bookings = append(p.Bookings, b)
			}
		}
		if err != nil {
			return err
		}
		return p.read(ctx, tx)
	}); err != nil {
		return err
	}
	p.Mine = p.Scheme.ByUser == q.Who.User
	return q.Render(schemeView(q.Page(p.Scheme.Name), p))
}

// read tries the scheme on the newest month; too few wages are not shown.
func (p *schemePage) read(ctx context.Context, tx *db.Tx) error {
	months, err := discovery.WageMonths(ctx, tx)
	if err != nil || len(months) == 0 {
		return err
	}
	pays, err := paygap.Pays(ctx, tx, months[0])
	if err == nil && len(pays) >= paygap.Least {
		p.Month, p.Trial = months[0], paygap.Try(p.Bands, pays)
	}
	return err
}

// rate writes ten-thousandths as a per cent.
func rate(n int64) string { return strconv.FormatFloat(float64(n)/100, 'f', 2, 64) + "%" }

// index writes ten-thousandths as a number below one, times as a ratio of hundredths.
func index(n int64) string { return strconv.FormatFloat(float64(n)/10_000, 'f', 3, 64) }
func times(n int64) string { return strconv.FormatFloat(float64(n)/100, 'f', 2, 64) }

func (p homePage) stats(in page.In) []page.Stat {
	m := p.Report.All
	return []page.Stat{{Label: in.T("人数"), Value: strconv.Itoa(m.N)}, {Label: in.T("平均工资"), Value: in.Money(m.Mean)}, {Label: in.T("中位工资"), Value: in.Money(m.Median)},
		{Label: in.T("基尼系数"), Value: index(m.Gini), Note: in.T("0 是人人一样，越接近 1 差得越多")},
		{Label: in.T("高低收入比"), Value: times(m.P90P10), Note: in.T("较高的一成起点是较低的一成终点的几倍")}}
}

func (p homePage) more(in page.In) []page.Pair {
	m := p.Report.All
	return []page.Pair{{Label: in.T("泰尔指数"), Value: index(m.Theil), Note: in.T("部门之间 {0}，部门内部 {1}", index(p.Report.Split.Between), index(p.Report.Split.Within))},
		{Label: in.T("高与中之比"), Value: times(m.P90P50)}, {Label: in.T("中与低之比"), Value: times(m.P50P10)},
		{Label: in.T("收入最高的两成人占工资"), Value: rate(m.Top)}, {Label: in.T("收入最低的两成人占工资"), Value: rate(m.Bottom)}}
}

func (p homePage) chart(in page.In) page.Chart {
	c := page.Chart{ID: "lorenz", Title: in.T("洛伦兹曲线"), Desc: in.T("从收入最低的人数起，累计多少人分到多少工资。离平均线越远，差距越大。"), Unit: "%", Kind: page.ChartLine}
	wages, even := page.Series{Name: in.T("实际")}, page.Series{Name: in.T("人人一样")}
	after := page.Series{Name: in.T("按方案调节后")}
	for i, v := range p.Report.All.Lorenz {
		c.Labels = append(c.Labels, strconv.Itoa(i*10)+"%")
		wages.Values = append(wages.Values, (v+50)/100)
		even.Values = append(even.Values, int64(i*10))
		after.Values = append(after.Values, (p.Trial.After.Lorenz[i]+50)/100)
	}
	if c.Series = []page.Series{wages, even}; p.Tried {
		c.Series = append(c.Series, after)
	}
	return c
}

func (p homePage) groups(in page.In) page.List {
	t := page.List{Caption: in.T("各部门"), Cols: []page.Col{{Label: in.T("部门")}, {Label: in.T("人数"), Num: true}, {Label: in.T("平均工资"), Num: true}, {Label: in.T("中位工资"), Num: true},
		{Label: in.T("基尼系数"), Num: true}, {Label: in.T("高低收入比"), Num: true}}}
	for _, g := range p.Report.Groups {
		name := g.Name
		if name == "" {
			name = in.T("其他")
		}
		cells := []page.Cell{page.T(name), page.T(in.T("人少，不显示")), page.T("—"), page.T("—"), page.T("—"), page.T("—")}
		if !g.Hidden {
			cells = []page.Cell{page.T(name), page.T(strconv.Itoa(g.N)), page.T(in.Money(g.Mean)), page.T(in.Money(g.Median)), page.T(index(g.Gini)), page.T(times(g.P90P10))}
		}
		t.Rows = append(t.Rows, page.Row{Cells: cells})
	}
	return t
}

func (p homePage) query(in page.In) page.Query {
	shown := form.Show(p.Rates)
	if p.Wrong != nil {
		shown = form.Values(p.Asked)
	}
	month := page.F{Name: "month", Label: in.T("月份"), Value: string(p.Report.Month)}
	for _, m := range p.Months {
		month.Choices = append(month.Choices, form.Choice{Value: string(m), Label: string(m)[:7]})
	}
	out := page.Query{Action: home, Reset: home, Submit: in.T("试算"), Fields: []page.F{month}}
	for _, f := range form.Of[paygap.Rates]() {
		out.Fields = append(out.Fields, page.F{Name: f.Name, Label: in.T(f.Label), Value: typed(shown.Get(f.Name))})
	}
	return out
}

func outcome(in page.In, t paygap.Trial) []page.Pair {
	return []page.Pair{{Label: in.T("每月进帮扶资金"), Value: in.Money(t.Fund), Note: in.T("一年约 {0}", t.Year())},
		{Label: in.T("多少人出"), Value: strconv.Itoa(t.People), Note: in.T("人均 {0}，最多 {1}", t.Mean, t.Highest)},
		{Label: in.T("基尼系数"), Value: in.T("{0} 变为 {1}", index(t.Before.Gini), index(t.After.Gini))},
		{Label: in.T("高低收入比"), Value: in.T("{0} 变为 {1}", times(t.Before.P90P10), times(t.After.P90P10))},
		{Label: in.T("占全部工资"), Value: rate(t.OfWages), Note: in.T("公司工资总额不变，只是转到帮扶资金")},
		{Label: in.T("占出的人工资"), Value: rate(t.OfTheirs), Note: in.T("多挣一元最多出 {0} 分，多挣的人仍然多得", t.TopRate)}}
}

func bandPairs(in page.In, all paygap.Bands) (out []page.Pair) {
	for i, b := range all {
		out = append(out, page.Pair{Label: in.T("第 {0} 档", i+1), Value: in.T("每月高于 {0} 的部分出 {1}%", b.From, b.Rate)})
	}
	return out
}

func schemes(in page.In, all []paygap.Scheme) page.List {
	t := page.List{Caption: in.T("方案"), None: in.T("还没有方案"), Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("方案名称")}, {Label: in.T("状态")}}}
	for _, s := range all {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(s.Number), page.A(home+"/"+s.ID, s.Name), page.C(page.Tag(tone(s.State), s.State.Say(in.Lang)))}})
	}
	return t
}

func tone(s paygap.State) page.Tone {
	switch s {
	case paygap.Draft:
		return page.ToneWarn
	case paygap.Adopted:
		return page.ToneOK
	}
	return page.Plain
}

func booked(in page.In, all []paygap.Booking) page.List {
	t := page.List{Caption: in.T("已登记的差额"), None: in.T("还没有登记"), Cols: []page.Col{{Label: in.T("月份")}, {Label: in.T("人数"), Num: true}, {Label: in.T("金额"), Num: true}, {Label: in.T("银行回单号")}}}
	for _, b := range all {
		people := page.T(strconv.FormatInt(b.People, 10))
		if b.People < paygap.Least {
			people = page.T(in.T("人少，不显示"))
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(b.Month), people, page.T(in.Money(b.Amount)), page.T(b.Slip)}})
	}
	return t
}

// asked is the scheme on the page as the form of a new one takes it.
func (p homePage) asked() string {
	out := url.Values{}
	for name, v := range form.Show(p.Rates) {
		out[name] = v
	}
	return out.Encode()
}

// typed shows an empty field where nothing was filled in.
func typed(s string) string {
	if s == "0" || s == "0.00" {
		return ""
	}
	return s
}
