package survey

import (
	"context"
	"slices"

	"github.com/a-h/templ"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/office/survey"
)

type homePage struct {
	All   []survey.Survey
	Sums  map[string]survey.Rate
	From  []form.Choice
	Today day.Day
	Can   func(string) bool
}

func everywhere(int) (string, []any) { return "1 = 1", nil }

func showHome(q *site.Req) error {
	p := homePage{Sums: map[string]survey.Rate{}, Can: q.Can}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.Today = tx.Day()
		if p.All, err = survey.List(ctx, tx, q.Query("before")); err != nil {
			return err
		}
		for _, s := range p.All {
			if _, p.Sums[s.ID], err = survey.Rates(ctx, tx, s, everywhere); err != nil {
				return err
			}
		}
		all, err := survey.Templates()
		for _, t := range all {
			p.From = append(p.From, form.Choice{Value: t.Code, Label: t.Title.Say(q.Lang())})
		}
		return err
	})
	if err != nil {
		return err
	}
	p.From = append(p.From, form.Choice{Value: "", Label: q.T("空白问卷")})
	for _, s := range p.All {
		if s.State != survey.Draft {
			p.From = append(p.From, form.Choice{Value: s.ID, Label: q.T("照抄：{0}", s.Title())})
		}
	}
	return q.Render(homeView(q.Page(q.T("问卷")), p))
}

func (p homePage) table(in page.In) page.List {
	l := page.List{Caption: in.T("问卷"), None: in.T("还没有问卷。可以从现成的问卷开始。"), Cols: []page.Col{{Label: in.T("标题")}, {Label: in.T("署名")}, {Label: in.T("请谁填")},
		{Label: in.T("起止日期")}, {Label: in.T("应填"), Num: true}, {Label: in.T("已填"), Num: true}, {Label: in.T("状态")}}}
	for _, s := range p.All {
		sum := p.Sums[s.ID]
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.A(home+"/"+s.ID, s.Title().Say(in.Lang)), page.T(signed(in, s)), page.T(s.Audience.Say(in.Lang)),
			page.T(in.T("{0} 到 {1}", string(s.OpenOn), string(s.CloseOn))), page.T(count(sum.Asked)), page.T(count(sum.Answered)), page.C(stateTag(in, s, p.Today))}})
	}
	return l
}

func signed(in page.In, s survey.Survey) string {
	if s.Nameless() {
		return in.T("匿名")
	}
	return in.T("实名")
}

// stateOf is the tone and the word of a survey's state; one whose days are over is over.
func stateOf(in page.In, s survey.Survey, today day.Day) (page.Tone, string) {
	switch {
	case s.State == survey.Draft:
		return page.Plain, survey.Draft.Say(in.Lang)
	case s.Over(today):
		return page.ToneOK, survey.Closed.Say(in.Lang)
	case s.OpenOn > today:
		return page.ToneWarn, in.T("还没开始")
	}
	return page.ToneInfo, survey.Open.Say(in.Lang)
}

type onePage struct {
	whole
	Units []org.Unit
	Rates []survey.Rate
	Sum   survey.Rate
	Today day.Day
	Can   func(string) bool
}

func (p onePage) path(end string) string { return home + "/" + p.S.ID + end }

func readOne(q *site.Req) (onePage, error) {
	p := onePage{Can: q.Can}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.Today = tx.Day()
		if err = p.whole.read(ctx, tx, q.ID("id")); err != nil {
			return err
		}
		if p.Units, err = org.Units(ctx, tx); err != nil {
			return err
		}
		p.Rates, p.Sum, err = survey.Rates(ctx, tx, p.S, func(n int) (string, []any) {
			return auth.Scope(tx.Actor, q.Route.Right).Where("unit_path", "person_id", tx.Actor.Person, n)
		})
		return err
	})
	return p, err
}

func showOne(q *site.Req) error {
	p, err := readOne(q)
	if err != nil {
		return err
	}
	return q.Render(oneView(frame(q, p.S), p))
}

func frame(q *site.Req, s survey.Survey) page.In {
	in := q.Page(s.Title().Say(q.Lang()))
	in.Module = q.T("问卷")
	in.Crumbs = []page.Link{{Href: home, Label: q.T("问卷")}, {Href: home + "/" + s.ID, Label: s.Title().Say(q.Lang())}}
	return in
}

func showPreview(q *site.Req) error {
	p, err := readOne(q)
	if err != nil {
		return err
	}
	return q.Render(previewView(frame(q, p.S), p))
}

func showRate(q *site.Req) error {
	p, err := readOne(q)
	if err != nil {
		return err
	}
	in := q.Page(p.S.Title().Say(q.Lang()))
	return q.Render(rateView(in, p))
}

func showPaper(q *site.Req) error {
	p, err := readOne(q)
	if err != nil {
		return err
	}
	return q.Render(paperView(q.Page(p.S.Title().Say(q.Lang())), p))
}

func (p onePage) about(in page.In) []page.Pair {
	out := []page.Pair{{Label: in.T("署名"), Value: p.truth(in)}, {Label: in.T("请谁填"), Value: p.S.Audience.Say(in.Lang)},
		{Label: in.T("起止日期"), Value: in.T("{0} 到 {1}", string(p.S.OpenOn), string(p.S.CloseOn))}, {Label: in.T("题目"), Value: in.T("{0} 道", len(p.All))}}
	if p.S.State != survey.Draft {
		out = append(out, page.Pair{Label: in.T("回收"), Value: in.T("应填 {0} 人，已填 {1} 人，{2}", p.Sum.Asked, p.Sum.Answered, percent(p.Sum))})
	}
	if p.S.RemindedOn != "" {
		out = append(out, page.Pair{Label: in.T("上次提醒"), Value: in.Date(p.S.RemindedOn)})
	}
	return out
}

func percent(r survey.Rate) string {
	if r.Asked == 0 {
		return "—"
	}
	return count(r.Answered*100/r.Asked) + "%"
}

func (p onePage) rates(in page.In) page.List {
	l := page.List{Caption: in.T("各部门回收情况"), None: in.T("还没有请人填"), Cols: []page.Col{{Label: in.T("部门")}, {Label: in.T("应填"), Num: true}, {Label: in.T("已填"), Num: true}, {Label: in.T("回收率"), Num: true}}}
	row := func(name string, r survey.Rate) page.Row {
		return page.Row{Cells: []page.Cell{page.T(name), page.T(count(r.Asked)), page.T(count(r.Answered)), page.T(percent(r))}}
	}
	for _, r := range p.Rates {
		name := in.T("人数少的部门合计")
		if i := slices.IndexFunc(p.Units, func(u org.Unit) bool { return u.ID == r.UnitID }); i >= 0 {
			name = p.Units[i].Name
		}
		l.Rows = append(l.Rows, row(name, r))
	}
	if len(l.Rows) > 0 {
		l.Foot = row(in.T("合计"), p.Sum).Cells
	}
	return l
}

func (p onePage) questions(in page.In) page.List {
	l := page.List{Caption: in.T("题目"), None: in.T("还没有题目"), Head: 1, Cols: []page.Col{{Label: in.T("序号"), Num: true}, {Label: in.T("问题")}, {Label: in.T("怎么答")}, {Label: in.T("必答")}}}
	edit := p.S.State == survey.Draft && p.Can("survey.write")
	if edit {
		l.Cols = append(l.Cols, page.Col{Label: in.T("操作"), Act: true})
	}
	for i, q := range p.All {
		need := ""
		if q.Need {
			need = in.T("是")
		}
		r := page.Row{Cells: []page.Cell{page.T(itoa(i + 1)), {Text: q.Ask.Say(in.Lang), Note: q.Lines()}, page.T(q.Kind.Say(in.Lang)), page.T(need)}}
		if edit {
			r.Cells[1] = page.Cell{Href: p.path("/question?code=" + q.Code), Text: q.Ask.Say(in.Lang), Note: q.Lines()}
			r.Cells = append(r.Cells, page.C(moves(in, p.S.ID, q.Code)))
		}
		l.Rows = append(l.Rows, r)
	}
	return l
}

// settings is the form of what stands around the questions.
func settings(q *site.Req, given form.Values) (func(page.In) templ.Component, page.In, error) {
	var w whole
	var fields []form.Field
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if err = w.read(ctx, tx, q.ID("id")); err != nil {
			return err
		}
		units, err := org.Units(ctx, tx)
		fields = form.With(form.Of[survey.SetIn](), "units", org.UnitChoices(units))
		return err
	})
	if given == nil {
		given = form.Show(w.S.Shown())
	}
	fields = form.With(fields, "kinds", person.Employment("").Choices())
	auto := page.Auto{Action: q.R.URL.Path, Fields: fields, Values: given, Cancel: page.Link{Href: home + "/" + w.S.ID, Label: q.T("返回")}}
	return func(in page.In) templ.Component { return formView(in, q.T("问卷设置"), auto) }, frame(q, w.S), err
}

func showSettings(q *site.Req) error {
	draw, in, err := settings(q, nil)
	if err != nil {
		return err
	}
	return q.Render(draw(in))
}

func takeSettings(q *site.Req) error {
	var in survey.SetIn
	given, err := q.Read(&in)
	if err == nil {
		_, err = site.Do(q, survey.Set, in)
	}
	if err == nil {
		return q.Done(home+"/"+in.ID, "问卷设置已保存。")
	}
	draw, frame, bad := settings(q, given)
	if bad != nil {
		return bad
	}
	return q.Again(err, draw, frame)
}

func question(q *site.Req, given form.Values) (func(page.In) templ.Component, page.In, error) {
	var w whole
	err := q.See(func(ctx context.Context, tx *db.Tx) error { return w.read(ctx, tx, q.ID("id")) })
	in := survey.QuestionIn{ID: w.S.ID, Kind: survey.One, Need: true}
	for _, one := range w.All {
		if one.Code == q.Query("code") {
			in = survey.QuestionIn{ID: w.S.ID, Code: one.Code, Kind: one.Kind, Ask: one.Ask.Zh, AskEn: one.Ask.En, Hint: one.Hint.Zh, Options: one.Lines(), Need: one.Need, Money: one.Money, Unit: one.Unit.Zh}
		}
	}
	if given == nil {
		given = form.Show(in)
	}
	auto := page.Auto{Action: q.R.URL.Path, Fields: form.Of[survey.QuestionIn](), Values: given, Cancel: page.Link{Href: home + "/" + w.S.ID, Label: q.T("返回")}}
	return func(in page.In) templ.Component { return formView(in, q.T("写问题"), auto) }, frame(q, w.S), err
}

func showQuestion(q *site.Req) error {
	draw, in, err := question(q, nil)
	if err != nil {
		return err
	}
	return q.Render(draw(in))
}

func takeQuestion(q *site.Req) error {
	var in survey.QuestionIn
	given, err := q.Read(&in)
	if err == nil {
		_, err = site.Do(q, survey.SetQuestion, in)
	}
	if err == nil {
		return q.Done(home+"/"+in.ID, "题目已保存。")
	}
	draw, frame, bad := question(q, given)
	if bad != nil {
		return bad
	}
	return q.Again(err, draw, frame)
}

// signers stand under the paper form of a named survey only.
func (p onePage) signers(in page.In) []string {
	if p.S.Nameless() {
		return nil
	}
	return []string{in.T("工号"), in.T("姓名")}
}

// blanks are the questions to be answered by hand.
func (p onePage) blanks(in page.In) []page.Pair {
	var out []page.Pair
	for i, q := range p.All {
		out = append(out, page.Pair{Label: itoa(i+1) + ". " + q.Ask.Say(in.Lang), Body: ticks(in, q)})
	}
	return out
}
