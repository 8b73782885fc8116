package leads

import (
	"context"
	"slices"
	"strconv"

	"bangfu/internal/domain/discovery"
	"bangfu/internal/domain/report"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/engine/sheet"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

func n(v int64) string { return strconv.FormatInt(v, 10) }

type signalPage struct {
	All  []discovery.Signal
	Tune bool
}

func showSignals(q *site.Req) error {
	p := signalPage{Tune: q.Can("discovery.tune")}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.All, err = discovery.Signals(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	return q.Render(signalsView(q.Page(q.T("信号和权重")), p))
}

func (p signalPage) table(in page.In) page.List {
	t := page.List{Caption: in.T("信号和权重"), Head: 1, Cols: []page.Col{{Label: in.T("信号")}, {Label: in.T("达到多少才算")}, {Label: in.T("权重"), Num: true}, {Label: in.T("属实"), Num: true},
		{Label: in.T("不属实"), Num: true}, {Label: in.T("早就掌握"), Num: true}, {Label: in.T("现在的分值"), Num: true}, {Label: in.T("有效天数"), Num: true}, {Label: in.T("几个工作日内联系"), Num: true}}}
	for _, s := range p.All {
		name := page.T(s.Code.Say(in.Lang))
		if p.Tune {
			name = page.A(home+"/signals/"+string(s.Code)+"/edit", s.Code.Say(in.Lang))
		}
		limit, points := "—", n(s.Points())
		if s.Unit != discovery.NoThreshold {
			limit = n(s.Shown()) + " " + s.Unit.Say(in.Lang)
		}
		if s.Off {
			points = in.T("没有使用")
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{name, page.T(limit), page.T(n(s.Weight)), page.T(n(s.Hits)), page.T(n(s.Misses)), page.T(n(s.Knowns)),
			page.T(points), page.T(n(s.ExpireDays)), page.T(n(s.CheckDays))}})
	}
	return t
}

type strikePage struct {
	All    []discovery.Strike
	Report bool
}

func showStrikes(q *site.Req) error {
	p := strikePage{Report: q.Can("discovery.strike")}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.All, err = discovery.Strikes(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	return q.Render(strikesView(q.Page(q.T("受灾地区")), p))
}

func (p strikePage) table(in page.In) page.List {
	t := page.List{Caption: in.T("受灾地区"), Head: 1, None: in.T("还没有登记过灾害"), Cols: []page.Col{{Label: in.T("地方")}, {Label: in.T("灾害")}, {Label: in.T("日期")},
		{Label: in.T("比对住址"), Num: true}, {Label: in.T("住在那里"), Num: true}, {Label: in.T("状态")}}}
	for _, s := range p.All {
		state := page.C(page.Tag(page.ToneInfo, in.T("正在比对")))
		if s.Done {
			state = page.C(page.Tag(page.ToneOK, in.T("比对完了")))
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(s.Place), page.T(s.Kind.Say(in.Lang)), page.T(in.Date(s.OnDay)), page.T(n(s.Looked)), page.T(n(s.Struck)), state}})
	}
	return t
}

// causePage adds up what the true leads of a year came from.
type causePage struct {
	Years []string
	Year  string
	All   []discovery.Reason
	Units []org.Unit
}

func showCauses(q *site.Req) error {
	var p causePage
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.All, err = discovery.Reasons(ctx, tx); err != nil {
			return err
		}
		p.Units, err = org.Units(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	for _, r := range p.All {
		if !slices.Contains(p.Years, r.Year) {
			p.Years = append(p.Years, r.Year)
		}
	}
	if p.Year = q.Query("year"); !slices.Contains(p.Years, p.Year) && len(p.Years) > 0 {
		p.Year = p.Years[0]
	}
	return q.Render(causesView(q.Page(q.T("致困原因分析")), p))
}

func (p causePage) tabs(in page.In) []page.Tab {
	var out []page.Tab
	for _, y := range p.Years {
		out = append(out, page.Tab{Href: home + "/causes?year=" + y, Label: in.T("{0} 年", y), Count: -1, Current: y == p.Year})
	}
	return out
}

// sums adds the year's leads up under a name each, the most first; few families stand together under one name.
func (p causePage) sums(in page.In, name func(discovery.Reason) string) (labels []string, values []int64) {
	for _, r := range p.All {
		if r.Year != p.Year {
			continue
		}
		at := slices.Index(labels, name(r))
		if at < 0 {
			labels, values, at = append(labels, name(r)), append(values, 0), len(labels)
		}
		values[at] += r.N
	}
	hide := report.Hide(values)
	var keptLabels []string
	var kept []int64
	rest := int64(0)
	for i := range labels {
		if hide[i] {
			rest += values[i]
			continue
		}
		keptLabels, kept = append(keptLabels, labels[i]), append(kept, values[i])
	}
	if rest >= report.Small {
		keptLabels, kept = append(keptLabels, in.T("其余合计")), append(kept, rest)
	}
	return keptLabels, kept
}

func (p causePage) charts(in page.In) []page.Chart {
	one := func(id, title string, name func(discovery.Reason) string) page.Chart {
		labels, values := p.sums(in, name)
		return page.Chart{ID: id, Title: title, Unit: in.T("户"), Kind: page.ChartBars, Labels: labels, Series: []page.Series{{Name: in.T("户数"), Values: values}},
			Desc: in.T("不足 {0} 户的不单独列。", report.Small)}
	}
	return []page.Chart{
		one("root", in.T("困难从哪里来"), func(r discovery.Reason) string { return r.Root.Say(in.Lang) }),
		one("cause", in.T("困难原因"), func(r discovery.Reason) string { return causeName(in.Lang, r.Cause) }),
		one("unit", in.T("部门"), func(r discovery.Reason) string { return unitName(p.Units, r.UnitID) }),
	}
}

// export hands the list with its conditions over as a file, with the reasons; who takes it says what for.
func export(q *site.Req) error {
	ask := asked(q)
	heads := []sheet.Head{{Title: q.T("编号")}, {Title: q.T("姓名")}, {Title: q.T("工号")}, {Title: q.T("部门")}, {Title: q.T("分值")}, {Title: q.T("为什么")}, {Title: q.T("联系期限")}, {Title: q.T("由谁联系")}}
	return q.Download(site.Download{Kind: "leads", Title: q.T("线索"), Heads: heads, Rows: func(ctx context.Context, tx *db.Tx, put func(...any) error) error {
		for in := q.Page(""); ; {
			p := listPage{At: ask.State}
			if err := p.read(ctx, tx, ask); err != nil {
				return err
			}
			for _, l := range p.Leads {
				w := p.People[l.PersonID]
				if err := put(l.Number, w.Name, w.StaffNo, unitName(p.Units, l.UnitID), n(l.Score), p.reasons(in, l), string(l.DueOn), p.Users[l.Officer]); err != nil {
					return err
				}
				ask.AfterID, ask.AfterScore = l.ID, l.Score
			}
			if p.Next == "" {
				return nil
			}
		}
	}})
}
