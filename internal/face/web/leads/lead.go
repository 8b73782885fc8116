package leads

import (
	"context"
	"strconv"

	"bangfu/internal/domain/discovery"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

type choice = form.Choice

type leadPage struct {
	L        discovery.Lead
	W        person.Worker
	Signs    []discovery.Sign
	Signals  []discovery.Signal
	Contacts []discovery.Contact
	Users    map[string]string
	Units    []org.Unit
	Ask      bool // the reader may write down the worker's answer
	Can      func(string) bool
}

func showLead(q *site.Req) error {
	p := leadPage{Can: q.Can}
	if err := q.See(func(ctx context.Context, tx *db.Tx) error { return p.read(ctx, tx, q.ID("id")) }); err != nil {
		return err
	}
	return q.Render(leadView(q.Page(q.T("线索 {0}", p.L.Number)), p))
}

func (p *leadPage) read(ctx context.Context, tx *db.Tx, id string) (err error) {
	if p.L, err = discovery.Reached(ctx, tx, "discovery.see", id); err != nil {
		return err
	}
	if p.W, err = person.Get(ctx, tx, p.L.PersonID); err != nil {
		return err
	}
	p.Ask = p.L.State == discovery.Asking && discovery.CanAnswer(tx, p.L)
	if p.Users, err = usersByID(ctx, tx); err != nil {
		return err
	}
	if p.Units, err = org.Units(ctx, tx); err != nil || p.L.State == discovery.Asking {
		return err
	}
	if p.Signs, err = discovery.Signs(ctx, tx, id); err != nil {
		return err
	}
	if p.Signals, err = discovery.Signals(ctx, tx); err != nil {
		return err
	}
	p.Contacts, err = discovery.Contacts(ctx, tx, id)
	return err
}

func (p leadPage) open() bool {
	return p.L.State == discovery.New || p.L.State == discovery.InTouch
}

func (p leadPage) tone() page.Tone {
	switch {
	case p.L.State == discovery.DoneWith:
		return page.Plain
	case p.L.Urgent:
		return page.ToneErr
	case p.L.State == discovery.InTouch:
		return page.ToneInfo
	}
	return page.ToneWarn
}

func (p leadPage) about(in page.In) []page.Pair {
	out := []page.Pair{{Label: in.T("分值"), Value: strconv.FormatInt(p.L.Score, 10)}, {Label: in.T("可能的困难原因"), Value: causeName(in.Lang, p.L.Cause)},
		{Label: in.T("发现日期"), Value: in.Date(p.L.FoundOn)}, {Label: in.T("联系期限"), Value: in.Date(p.L.DueOn)}, {Label: in.T("由谁联系"), Value: or(p.Users[p.L.Officer], in.T("还没有分派"))}}
	if p.L.State == discovery.DoneWith {
		out = append(out, page.Pair{Label: in.T("核实结果"), Value: p.L.Outcome.Say(in.Lang)}, page.Pair{Label: in.T("了结日期"), Value: in.Date(p.L.EndedOn)})
		if p.L.Root != "" {
			out = append(out, page.Pair{Label: in.T("困难从哪里来"), Value: p.L.Root.Say(in.Lang)})
		}
	}
	return out
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// points says what a sign gives and why: the weight and the outcomes it has had.
func (p leadPage) signTable(in page.In) page.List {
	t := page.List{Caption: in.T("为什么"), Cols: []page.Col{{Label: in.T("信号")}, {Label: in.T("有什么情况")}, {Label: in.T("日期")}, {Label: in.T("算到哪天")}, {Label: in.T("分值"), Num: true}}}
	for _, s := range p.Signs {
		points := "—"
		for _, g := range p.Signals {
			if g.Code == s.Code && !g.Off {
				points = strconv.FormatInt(g.Points(), 10)
			}
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(s.Code.Say(in.Lang)), page.T(s.Say(in.Lang)), page.T(in.Date(s.OnDay)), page.T(in.Date(s.UntilOn)), page.T(points)}})
	}
	return t
}

func (p leadPage) contactTable(in page.In) page.List {
	t := page.List{Caption: in.T("联系记录"), None: in.T("还没有联系过"), Cols: []page.Col{{Label: in.T("日期")}, {Label: in.T("方式")}, {Label: in.T("联系上了吗")}, {Label: in.T("登记人")}, {Label: in.T("了解到的情况")}}}
	for _, c := range p.Contacts {
		reached := in.T("没有")
		if c.Reached {
			reached = in.T("联系上了")
		}
		note := page.T("—")
		if len(c.Note) > 0 && p.Can("discovery.look") && p.Can("audit.look") {
			note = page.C(site.LookFold(in, site.Look{Kind: "discovery_contact", ID: c.ID, Field: "note", Label: in.T("查看")}))
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(in.Date(c.OnDay)), page.T(c.Way.Say(in.Lang)), page.T(reached), page.T(or(p.Users[c.ByUser], "—")), note}})
	}
	return t
}
