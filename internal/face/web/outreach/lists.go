package outreach

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/outreach"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/engine/sheet"
	"bangfu/internal/face/web/site"
)

func fields(s string) []string { return strings.Fields(s) }

// who names users by their ids.
func (n names) who(in page.In, ids string) string {
	var out []string
	for _, id := range fields(ids) {
		out = append(out, or(n.Users[id], "—"))
	}
	if in.Lang == words.En {
		return strings.Join(out, ", ")
	}
	return strings.Join(out, "、")
}

// board is the front page: the campaigns with how far each is.
type board struct {
	names
	Campaigns []outreach.Campaign
	Sums      map[string]outreach.Sum
	Can       func(string) bool
}

func showHome(q *site.Req) error {
	b := board{Sums: map[string]outreach.Sum{}, Can: q.Can}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if b.Campaigns, err = outreach.Campaigns(ctx, tx); err != nil {
			return err
		}
		for _, c := range b.Campaigns {
			all, err := outreach.List(ctx, tx, "outreach.see", outreach.Query{Campaign: c.ID})
			if err != nil {
				return err
			}
			sums, err := outreach.Sums(all, tx.Day())
			if err != nil {
				return err
			}
			b.Sums[c.ID] = sums[0]
		}
		return b.read(ctx, tx, nil)
	})
	if err != nil {
		return err
	}
	return q.Render(homeView(q.Page(q.T("走访和谈心")), b))
}

func tabs(in page.In, at string, can func(string) bool) []page.Tab {
	var out []page.Tab
	for _, t := range []struct{ path, right, label string }{{"", "outreach.see", in.T("走访活动")}, {"/mine", "outreach.record", in.T("我的走访")},
		{"/alone", "outreach.see", in.T("住院和其他走访")}, {"/talks", "outreach.see", in.T("谈心谈话")}} {
		if can(t.right) {
			out = append(out, page.Tab{Href: home + t.path, Label: t.label, Count: -1, Current: t.path == at})
		}
	}
	return out
}

func (b board) table(in page.In) page.List {
	t := page.List{Caption: in.T("走访活动"), Head: 1, None: in.T("还没有走访活动。每年元旦到春节，在册家庭要各走访一次。"),
		Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("活动名称")}, {Label: in.T("起止")}, {Label: in.T("应走访"), Num: true}, {Label: in.T("已走访"), Num: true},
			{Label: in.T("未走访"), Num: true}, {Label: in.T("慰问金"), Num: true}, {Label: in.T("状态")}}}
	for _, c := range b.Campaigns {
		s := b.Sums[c.ID]
		t.Rows = append(t.Rows, page.Row{Over: s.Left > 0 && c.Open() && b.Today > c.UntilOn, Cells: []page.Cell{page.T(c.Number), page.A(campaigns+"/"+c.ID, c.Name),
			page.T(in.T("{0} 到 {1}", string(c.FromOn), string(c.UntilOn))), page.T(itoa(s.All - s.Dropped)), page.T(itoa(s.Done)), page.T(itoa(s.Left)), page.T(in.Money(s.Money)),
			page.C(campaignTag(in, c, s, b.Today))}})
	}
	return t
}

// state says a campaign in a word, louder near its end while somebody is unvisited.
func state(in page.In, c outreach.Campaign, s outreach.Sum, today day.Day) (page.Tone, string) {
	switch {
	case !c.Open():
		return page.Plain, in.T("已结束")
	case s.Left == 0:
		return page.ToneOK, in.T("全部走访")
	case today > c.UntilOn:
		return page.ToneErr, in.T("已过期，还有 {0} 户", s.Left)
	case c.Pressing(today):
		return page.ToneWarn, in.T("还剩 {0} 天，还有 {1} 户", c.UntilOn.Sub(today), s.Left)
	}
	return page.ToneInfo, in.T("进行中")
}

// visitList is a list of visits with whom they are to.
type visitList struct {
	names
	At, Title, Lead, None string
	Visits                []outreach.Visit
	Todos                 []outreach.ToDo
	Can                   func(string) bool
}

func showMine(q *site.Req) error {
	return showVisits(q, visitList{At: "/mine", Title: q.T("我的走访"), Lead: q.T("分派给您、还没有走访的。到门口打开，见到人再登记。"),
		None: q.T("现在没有分派给您的走访")}, outreach.Query{Mine: true, State: outreach.Planned, Limit: 200})
}

func showAlone(q *site.Req) error {
	return showVisits(q, visitList{At: "/alone", Title: q.T("住院和其他走访"), Lead: q.T("不属于活动的走访。任何职工住院都可以慰问。"),
		None: q.T("还没有安排这样的走访")}, outreach.Query{Alone: true, Limit: 200})
}

func showVisits(q *site.Req, l visitList, ask outreach.Query) error {
	l.Can = q.Can
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if l.Visits, err = outreach.List(ctx, tx, q.Route.Right, ask); err != nil {
			return err
		}
		return l.read(ctx, tx, whom(l.Visits))
	})
	if err != nil {
		return err
	}
	return q.Render(visitsView(q.Page(l.Title), l))
}

func (l visitList) table(in page.In) page.List {
	t := visitTable(in, l.names, l.Visits)
	t.Caption, t.None = l.Title, l.None
	return t
}

func visitTable(in page.In, n names, all []outreach.Visit) page.List {
	t := page.List{Head: 1, Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("姓名")}, {Label: in.T("部门")}, {Label: in.T("走访事由")}, {Label: in.T("应访日期")},
		{Label: in.T("走访人")}, {Label: in.T("慰问金"), Num: true}, {Label: in.T("状态")}}}
	for _, v := range all {
		w := n.People[v.PersonID]
		sum := v.Given
		if v.State == outreach.Planned {
			sum = v.Money
		}
		t.Rows = append(t.Rows, page.Row{Value: v.ID, Name: w.Name, Over: v.State == outreach.Planned && v.Late(n.Today), Cells: []page.Cell{page.A(visits+"/"+v.ID, v.Number), page.T(w.Name),
			page.T(n.unit(v.UnitID)), page.T(v.Kind.Say(in.Lang)), page.T(in.Date(v.DueOn)), page.T(or(n.who(in, v.Visitors), "—")), page.T(in.Money(sum)), page.C(visitTag(in, v, n.Today))}})
	}
	return t
}

func said(in page.In, v outreach.Visit, today day.Day) (page.Tone, string) {
	switch {
	case v.State == outreach.Done && v.Extra == 1:
		return page.ToneOK, in.T("再次走访")
	case v.State == outreach.Done:
		return page.ToneOK, in.T("{0} 已走访", string(v.DoneOn))
	case v.State == outreach.Gone:
		return page.Plain, in.T("不走访：{0}", v.DropReason)
	case v.Late(today):
		return page.ToneErr, in.T("已过期，未走访")
	case v.Waits():
		return page.ToneWarn, in.T("等批慰问金")
	}
	return page.ToneInfo, in.T("未走访")
}

// campaignPage is one campaign: how far it is, who is unvisited, and the report by unit.
type campaignPage struct {
	names
	C       outreach.Campaign
	All     []outreach.Visit
	Sums    []outreach.Sum
	Show    string // "", done or dropped
	Waiting int
	Hands   []form.Choice
	Can     func(string) bool
}

func readCampaign(q *site.Req) (p campaignPage, err error) {
	p = campaignPage{Can: q.Can, Show: q.Query("show")}
	err = q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.C, err = outreach.CampaignOf(ctx, tx, q.ID("id")); err != nil {
			return err
		}
		if p.All, err = outreach.List(ctx, tx, "outreach.see", outreach.Query{Campaign: p.C.ID}); err != nil {
			return err
		}
		for _, v := range p.All {
			if v.Waits() {
				p.Waiting++
			}
		}
		if p.Sums, err = outreach.Sums(p.All, tx.Day()); err != nil {
			return err
		}
		if p.Hands, err = hands(ctx, tx); err != nil {
			return err
		}
		return p.read(ctx, tx, whom(p.All))
	})
	return p, err
}

func showCampaign(q *site.Req) error {
	p, err := readCampaign(q)
	if err != nil {
		return err
	}
	return q.Render(campaignView(q.Page(p.C.Name), p))
}

func (p campaignPage) base() string { return campaigns + "/" + p.C.ID }

func (p campaignPage) shown() []outreach.Visit {
	want := outreach.State(p.Show)
	if want != outreach.Done && want != outreach.Gone {
		return outreach.Unvisited(p.All, p.Today)
	}
	var out []outreach.Visit
	for _, v := range p.All {
		if v.State == want {
			out = append(out, v)
		}
	}
	return out
}

func (p campaignPage) picks() bool {
	return p.C.Open() && p.Can("outreach.plan") && p.Show == "" && p.Sums[0].Left > 0
}

func (p campaignPage) table(in page.In) page.List {
	t := visitTable(in, p.names, p.shown())
	t.Caption, t.None = in.T("走访名单"), in.T("没有这样的走访")
	if p.Show == "" {
		t.None = in.T("没有未走访的家庭")
	}
	if p.picks() {
		t.Check, t.Form = "id", "pick"
	}
	return t
}

func (p campaignPage) tabs(in page.In) []page.Tab {
	s := p.Sums[0]
	return []page.Tab{{Href: p.base(), Label: in.T("未走访"), Count: s.Left, Current: p.Show == ""},
		{Href: p.base() + "?show=done", Label: in.T("已走访"), Count: s.Done + s.Extra, Current: p.Show == "done"},
		{Href: p.base() + "?show=dropped", Label: in.T("不走访"), Count: s.Dropped, Current: p.Show == "dropped"}}
}

func (p campaignPage) stats(in page.In) []page.Stat {
	s := p.Sums[0]
	left := page.Stat{Label: in.T("未走访"), Value: itoa(s.Left), Unit: in.T("户"), Note: in.T("{0} 前走完", string(p.C.UntilOn))}
	if tone, note := state(in, p.C, s, p.Today); s.Left > 0 && tone == page.ToneErr || tone == page.ToneWarn {
		left.Tone, left.Note = tone, note
	}
	return []page.Stat{{Label: in.T("已走访"), Value: in.T("{0} / {1}", s.Done, s.All-s.Dropped), Unit: in.T("户"), Note: in.T("再次走访 {0} 次", s.Extra)}, left,
		{Label: in.T("已发慰问金"), Value: in.Money(s.Money)}, {Label: in.T("慰问品价值"), Value: in.Money(s.Worth)}}
}

func (p campaignPage) report(in page.In) page.List {
	t := page.List{Caption: in.T("按部门统计"), None: in.T("还没有走访"), Cols: []page.Col{{Label: in.T("部门")}, {Label: in.T("应走访"), Num: true}, {Label: in.T("已走访"), Num: true},
		{Label: in.T("未走访"), Num: true}, {Label: in.T("不走访"), Num: true}, {Label: in.T("慰问金"), Num: true}, {Label: in.T("慰问品价值"), Num: true}}}
	row := func(name string, s outreach.Sum) []page.Cell {
		return []page.Cell{page.T(name), page.T(itoa(s.All - s.Dropped)), page.T(itoa(s.Done)), page.T(itoa(s.Left)), page.T(itoa(s.Dropped)), page.T(in.Money(s.Money)), page.T(in.Money(s.Worth))}
	}
	for _, s := range p.Sums[1:] {
		t.Rows = append(t.Rows, page.Row{Cells: row(p.unit(s.UnitID), s)})
	}
	t.Foot = row(in.T("合计"), p.Sums[0])
	return t
}

// export hands the campaign's visits over as a file; who takes it says what for.
func export(q *site.Req) error {
	heads := []sheet.Head{{Title: q.T("编号")}, {Title: q.T("姓名")}, {Title: q.T("工号")}, {Title: q.T("部门")}, {Title: q.T("走访事由")}, {Title: q.T("状态")}, {Title: q.T("应访日期")},
		{Title: q.T("走访日期")}, {Title: q.T("走访人")}, {Title: q.T("慰问金"), Kind: sheet.Amount}, {Title: q.T("慰问品")}, {Title: q.T("慰问品价值"), Kind: sheet.Amount}, {Title: q.T("签领表编号")}}
	return q.Download(site.Download{Kind: "visits", Title: q.T("走访情况"), Heads: heads, Rows: func(ctx context.Context, tx *db.Tx, put func(...any) error) error {
		c, err := outreach.CampaignOf(ctx, tx, q.ID("id"))
		if err != nil {
			return err
		}
		all, err := outreach.List(ctx, tx, "outreach.see", outreach.Query{Campaign: c.ID})
		if err != nil {
			return err
		}
		n, in := names{}, page.In{Lang: q.Lang()}
		if err := n.read(ctx, tx, whom(all)); err != nil {
			return err
		}
		for _, v := range all {
			w := n.People[v.PersonID]
			if err := put(v.Number, w.Name, w.StaffNo, n.unit(v.UnitID), v.Kind.Say(q.Lang()), v.State.Say(q.Lang()), string(v.DueOn), string(v.DoneOn), n.who(in, v.Visitors),
				v.Given, v.Gift, v.Worth, v.Slip); err != nil {
				return err
			}
		}
		return nil
	}})
}

func (p campaignPage) exportForm(in page.In) page.Auto {
	return page.Auto{Action: p.base() + "/export", Fields: site.PurposeFields(), Submit: in.T("下载")}
}
