package outreach

import (
	"context"

	"bangfu/internal/domain/outreach"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// visitPage is one visit with its photos and what it left to do.
type visitPage struct {
	names
	V      outreach.Visit
	W      person.Worker
	Photos []outreach.Photo
	Todos  []outreach.ToDo
	Can    func(string) bool
}

func readVisit(q *site.Req) (p visitPage, err error) {
	p.Can = q.Can
	err = q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.V, err = outreach.Reached(ctx, tx, "outreach.see", q.ID("id")); err != nil {
			return err
		}
		if p.Photos, err = outreach.Photos(ctx, tx, p.V.ID); err != nil {
			return err
		}
		if p.Todos, err = outreach.ToDos(ctx, tx, p.V.ID); err != nil {
			return err
		}
		err = p.read(ctx, tx, []string{p.V.PersonID})
		p.W = p.People[p.V.PersonID]
		return err
	})
	return p, err
}

func showVisit(q *site.Req) error {
	p, err := readVisit(q)
	if err != nil {
		return err
	}
	return q.Render(visitView(q.Page(q.T("走访 {0}", p.V.Number)), p))
}

func (p visitPage) seen(in page.In) []page.Pair {
	v := p.V
	typed := in.T("当场登记")
	if v.Typed == 1 {
		typed = in.T("根据纸质记录补录")
	}
	signed := in.T("没有发慰问金")
	if v.Given > 0 {
		signed = in.T("{0}，签领表 {1}", v.Signed, v.Slip)
	}
	return []page.Pair{{Label: in.T("走访日期"), Value: in.Date(v.DoneOn)}, {Label: in.T("见到谁"), Value: v.Met.Say(in.Lang)}, {Label: in.T("交给的慰问金"), Value: in.Money(v.Given)},
		{Label: in.T("慰问金由谁签领"), Value: signed}, {Label: in.T("交给的慰问品"), Value: or(v.Gift, "—"), Note: in.Money(v.Worth)},
		{Label: in.T("家里的需要"), Value: or(outreach.SayNeeds(in.Lang, v.Needs), "—")}, {Label: in.T("登记人"), Value: or(p.Users[v.ByUser], "—"), Note: typed}}
}

// sealed lists what of the visit can be opened, each look with its reason.
func (p visitPage) sealed(in page.In) []page.Pair {
	var out []page.Pair
	if !p.Can("outreach.look") || !p.Can("audit.look") {
		return nil
	}
	if len(p.V.Note) > 0 {
		out = append(out, page.Pair{Label: in.T("走访情况"), Value: "note"})
	}
	if len(p.V.Place) > 0 {
		out = append(out, page.Pair{Label: in.T("地点"), Value: "place"})
	}
	return out
}

// talkList are the talks, newest first.
type talkList struct {
	names
	Talks []outreach.Talk
	More  string
	Can   func(string) bool
}

func showTalks(q *site.Req) error {
	l := talkList{Can: q.Can}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if l.Talks, err = outreach.Talks(ctx, tx, "", q.Query("before")); err != nil {
			return err
		}
		if len(l.Talks) > 50 {
			l.Talks = l.Talks[:50]
			l.More = home + "/talks?before=" + l.Talks[49].ID
		}
		var ids []string
		for _, t := range l.Talks {
			ids = append(ids, t.PersonID)
		}
		return l.read(ctx, tx, ids)
	})
	if err != nil {
		return err
	}
	return q.Render(talksView(q.Page(q.T("谈心谈话")), l))
}

func (l talkList) table(in page.In) page.List {
	t := page.List{Caption: in.T("谈心谈话"), Head: 2, None: in.T("还没有登记谈话"), Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("谈话日期")}, {Label: in.T("姓名")}, {Label: in.T("部门")},
		{Label: in.T("谈话方式")}, {Label: in.T("思想状态")}, {Label: in.T("需要和诉求")}, {Label: in.T("谈话人")}, {Label: in.T("谈话内容"), Act: true}}}
	for _, k := range l.Talks {
		do := page.T(in.T("保密"))
		if l.Can("outreach.look") && l.Can("audit.look") {
			do = page.C(site.LookFold(in, site.Look{Kind: "outreach_talk", ID: k.ID, Field: "note", Label: in.T("查看")}))
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(k.Number), page.T(in.Date(k.OnDay)), page.T(l.People[k.PersonID].Name), page.T(l.unit(k.UnitID)), page.T(k.Way.Say(in.Lang)),
			page.C(page.Tag(moodTone(k.Mood), k.Mood.Say(in.Lang))), page.T(or(outreach.SayNeeds(in.Lang, k.Needs), "—")), page.T(or(l.Users[k.ByUser], "—")), do}})
	}
	return t
}

func moodTone(m outreach.Mood) page.Tone {
	switch m {
	case outreach.Danger:
		return page.ToneErr
	case "low", "worried":
		return page.ToneWarn
	}
	return page.Plain
}
