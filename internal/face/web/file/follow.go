package file

import (
	"context"

	"github.com/a-h/templ"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/effect"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

// visitList are the follow-ups that fall due, with whose they are.
type visitList struct {
	Visits []effect.Visit
	Files  map[string]casefile.File
	People map[string]person.Worker
	Users  map[string]string
	Units  []org.Unit
	Today  day.Day
	Can    func(string) bool
}

// dueAhead is how far ahead the list of follow-ups looks.
const dueAhead = 30

func showVisits(q *site.Req) error {
	l := visitList{Files: map[string]casefile.File{}, Can: q.Can}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		l.Today = tx.Day()
		if l.Visits, err = effect.Due(ctx, tx, l.Today.Add(dueAhead)); err != nil {
			return err
		}
		var ids []string
		for _, v := range l.Visits {
			f, err := casefile.Get(ctx, tx, v.FileID)
			if err != nil {
				return err
			}
			l.Files[v.FileID] = f
			ids = append(ids, f.PersonID)
		}
		if l.People, err = person.Many(ctx, tx, ids); err != nil {
			return err
		}
		if l.Users, err = names(ctx, tx); err != nil {
			return err
		}
		l.Units, err = org.Units(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(visitsView(q.Page(q.T("跟踪走访")), l))
}

func (l visitList) table(in page.In) page.List {
	t := page.List{Caption: in.T("跟踪走访"), Head: 1, None: in.T("30 天内没有要跟踪走访的家庭"),
		Cols: []page.Col{{Label: in.T("应访日期")}, {Label: in.T("姓名")}, {Label: in.T("部门")}, {Label: in.T("第几次"), Num: true}, {Label: in.T("结对联系人")}, {Label: in.T("操作"), Act: true}}}
	for _, v := range l.Visits {
		f := l.Files[v.FileID]
		due := page.T(in.Date(v.DueOn))
		if v.DueOn < l.Today {
			due = page.C(page.Tag(page.ToneErr, in.T("{0} 已过期", string(v.DueOn))))
		}
		do := page.T("—")
		if l.Can("effect.visit") {
			do = page.C(page.Links(page.Link{Href: visits + "/" + v.ID, Label: in.T("登记")}))
		}
		t.Rows = append(t.Rows, page.Row{Over: v.DueOn < l.Today, Cells: []page.Cell{due, page.T(l.People[f.PersonID].Name), page.T(unitName(l.Units, f.UnitID)),
			page.T(itoa(int(v.No))), page.T(or(l.Users[f.Keeper], "—")), do}})
	}
	return t
}

func showVisit(q *site.Req) error {
	draw, err := drawVisit(q, nil)
	if err != nil {
		return err
	}
	return q.Render(draw(q.Page(q.T("登记跟踪走访"))))
}

func takeVisit(q *site.Req) error {
	var in effect.VisitIn
	values, err := q.Read(&in)
	if err == nil {
		_, err = site.Do(q, effect.Record, in)
	}
	if err == nil {
		return q.Done(visits, "走访已登记。")
	}
	draw, bad := drawVisit(q, values)
	if bad != nil {
		return bad
	}
	return q.Again(err, draw, q.Page(q.T("登记跟踪走访")))
}

func drawVisit(q *site.Req, given form.Values) (func(page.In) templ.Component, error) {
	var p formPage
	err := q.See(func(ctx context.Context, tx *db.Tx) error {
		v, w, err := effect.VisitReached(ctx, tx, "effect.visit", q.ID("id"))
		if err != nil {
			return err
		}
		if p.File, err = casefile.Get(ctx, tx, v.FileID); err != nil {
			return err
		}
		who, err := person.Get(ctx, tx, w.PersonID)
		if err != nil {
			return err
		}
		p.Name, p.Title = who.Name, q.T("登记跟踪走访")
		p.Notes = []string{q.T("第 {0} 次跟踪，应在 {1} 走访", v.No, string(v.DueOn)), q.T("没有问到的可以不填。")}
		if p.Before, _, err = compared(q.Page(""), w); err != nil {
			return err
		}
		values := form.Show(effect.VisitIn{ID: v.ID, On: tx.Day()})
		if given != nil {
			values = given
		}
		p.Auto = page.Auto{Action: visits + "/" + v.ID, Fields: form.Of[effect.VisitIn](), Values: values, Submit: q.T("保存走访记录"),
			Cancel: page.Link{Href: visits, Label: q.T("返回列表")}}
		return nil
	})
	return func(in page.In) templ.Component { return formView(in, p) }, err
}

// roundsPage are the results of the year so far, and the summaries written of past rounds.
type roundsPage struct {
	From, To day.Day
	Now      []effect.Outcome
	Rounds   []effect.Round
	Users    map[string]string
	Can      func(string) bool
}

func readRounds(q *site.Req) (roundsPage, error) {
	p := roundsPage{Can: q.Can}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.From, p.To = day.Day(string(tx.Day())[:4]+"-01-01"), tx.Day()
		if d, err := day.Parse(q.Query("from")); err == nil && d <= p.To {
			p.From = d
		}
		if d, err := day.Parse(q.Query("to")); err == nil && d >= p.From {
			p.To = d
		}
		if p.Now, err = effect.Results(ctx, tx, p.From, p.To); err != nil {
			return err
		}
		if p.Rounds, err = effect.Rounds(ctx, tx); err != nil {
			return err
		}
		p.Users, err = names(ctx, tx)
		return err
	})
	return p, err
}

func showRounds(q *site.Req) error {
	p, err := readRounds(q)
	if err != nil {
		return err
	}
	return q.Render(roundsView(q.Page(q.T("帮扶效果")), p))
}

func outcomes(in page.In, all []effect.Outcome) page.List {
	t := page.List{Caption: in.T("帮扶效果"), None: in.T("这段时间还没有跟踪结论"),
		Cols: []page.Col{{Label: in.T("项目")}, {Label: in.T("跟踪户数"), Num: true}, {Label: in.T("好转"), Num: true}, {Label: in.T("没有变化"), Num: true},
			{Label: in.T("更困难"), Num: true}, {Label: in.T("说不清"), Num: true}, {Label: in.T("可以退出"), Num: true}, {Label: in.T("人均月收入平均增加"), Num: true}}}
	for _, o := range all {
		rise := "—"
		if o.Known > 0 {
			rise = in.Money(o.Income)
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(or(o.Programme, in.T("合计"))), page.T(num(o.Watches)), page.T(num(o.Better)), page.T(num(o.Same)),
			page.T(num(o.Worse)), page.T(num(o.Unknown)), page.T(num(o.Exit)), page.T(rise)}})
	}
	return t
}

func num(n int64) string { return itoa(int(n)) }

func (p roundsPage) query(in page.In) page.Query {
	return page.Query{Action: rounds, Reset: rounds, Fields: []page.F{{Name: "from", Label: in.T("从"), Value: string(p.From), Unit: "date"},
		{Name: "to", Label: in.T("到"), Value: string(p.To), Unit: "date"}}}
}

func (p roundsPage) auto(in page.In, v form.Values) page.Auto {
	if v == nil {
		v = form.Show(effect.RoundIn{From: p.From, To: p.To})
	}
	return page.Auto{Action: rounds + "/round", Fields: form.Of[effect.RoundIn](), Values: v, Submit: in.T("保存总结"), Cancel: page.Link{Href: rounds, Label: in.T("返回")}}
}

func showRound(q *site.Req) error {
	p, err := readRounds(q)
	if err != nil {
		return err
	}
	return q.Render(roundView(q.Page(q.T("写阶段总结")), p, nil))
}

func takeRound(q *site.Req) error {
	var in effect.RoundIn
	values, err := q.Read(&in)
	if err == nil {
		_, err = site.Do(q, effect.Summarise, in)
	}
	if err == nil {
		return q.Done(rounds, "总结已保存。")
	}
	p, bad := readRounds(q)
	if bad != nil {
		return bad
	}
	return q.Again(err, func(in page.In) templ.Component { return roundView(in, p, values) }, q.Page(q.T("写阶段总结")))
}
