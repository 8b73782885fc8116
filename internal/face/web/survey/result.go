package survey

import (
	"context"

	"github.com/a-h/templ"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/engine/sheet"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
	"bangfu/internal/office/survey"
)

// resultPage is what came of a survey; small groups are hidden before it gets here.
type resultPage struct {
	S       survey.Survey
	Results []survey.Result
	N       int64
	Sum     survey.Rate
	Can     func(string) bool
}

func readResults(ctx context.Context, tx *db.Tx, id string) (p resultPage, err error) {
	if p.S, err = survey.Get(ctx, tx, id); err != nil {
		return p, err
	}
	if _, p.Sum, err = survey.Rates(ctx, tx, p.S, everywhere); err != nil {
		return p, err
	}
	p.Results, p.N, err = survey.Results(ctx, tx, p.S)
	return p, err
}

func showResults(q *site.Req) error {
	var p resultPage
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = readResults(ctx, tx, q.ID("id"))
		return err
	})
	if err != nil {
		return err
	}
	p.Can = q.Can
	return q.Render(resultsView(frame(q, p.S), p))
}

// chart draws the numbers that may be shown; hidden ones are not drawn as nothing.
func chart(in page.In, n int, r survey.Result) page.Chart {
	c := page.Chart{ID: "q" + itoa(n), Title: in.T("第 {0} 题　{1}", n, r.Question.Ask), Unit: in.T("人"), Kind: page.ChartBars, Desc: said(in, r)}
	s := page.Series{Name: in.T("人数")}
	for _, cell := range r.Cells {
		if !cell.Hidden {
			c.Labels = append(c.Labels, cell.Label.Say(in.Lang))
			s.Values = append(s.Values, cell.N)
		}
	}
	c.Series = []page.Series{s}
	return c
}

// said is the line over a question's numbers.
func said(in page.In, r survey.Result) string {
	text := in.T("{0} 人回答", r.N)
	if m := r.MeanWords(in.Lang); m != "" {
		text += in.T("，{0}", m)
	}
	return text
}

func drawn(r survey.Result) bool {
	for _, c := range r.Cells {
		if !c.Hidden {
			return true
		}
	}
	return false
}

// cells are the numbers of a question as a table, with the hidden ones said to be so.
func cells(in page.In, r survey.Result) page.List {
	l := page.List{Caption: r.Question.Ask.Say(in.Lang), Dense: true, Cols: []page.Col{{Label: in.T("回答")}, {Label: in.T("人数"), Num: true}, {Label: in.T("占比"), Num: true}}}
	for _, c := range r.Cells {
		n, share := count(c.N), percent(survey.Rate{Asked: r.N, Answered: c.N})
		if c.Hidden {
			n, share = in.T("不显示"), "—"
		}
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(c.Label.Say(in.Lang)), page.T(n), page.T(share)}})
	}
	return l
}

func hides(r survey.Result) bool {
	for _, c := range r.Cells {
		if c.Hidden {
			return true
		}
	}
	return false
}

func export(q *site.Req) error {
	heads := []sheet.Head{{Title: q.T("序号"), Kind: sheet.Number}, {Title: q.T("问题")}, {Title: q.T("回答人数")}, {Title: q.T("回答")}, {Title: q.T("人数")}, {Title: q.T("平均")}}
	return q.Download(site.Download{Kind: "survey", Title: q.T("问卷结果"), Heads: heads, Rows: func(ctx context.Context, tx *db.Tx, put func(...any) error) error {
		p, err := readResults(ctx, tx, q.ID("id"))
		if err != nil {
			return err
		}
		for i, r := range p.Results {
			for _, row := range exported(q, r) {
				if err := put(append([]any{i + 1, r.Question.Ask.Say(q.Lang())}, row...)...); err != nil {
					return err
				}
			}
		}
		return nil
	}})
}

// exported are the lines of one question in a file, with the same cells hidden as on the page.
func exported(q *site.Req, r survey.Result) [][]any {
	hidden := q.T("不显示")
	if r.Hidden {
		return [][]any{{hidden, "", hidden, ""}}
	}
	var out [][]any
	for _, c := range r.Cells {
		n := count(c.N)
		if c.Hidden {
			n = hidden
		}
		out = append(out, []any{count(r.N), c.Label.Say(q.Lang()), n, r.MeanWords(q.Lang())})
	}
	for _, t := range r.Texts {
		out = append(out, []any{count(r.N), t, "", ""})
	}
	return out
}

// answersPage lists who has answered a named survey; what they said is opened one at a time.
type answersPage struct {
	whole
	All    []survey.Named
	People map[string]person.Worker
	Units  []org.Unit
	More   string
}

func showAnswers(q *site.Req) error {
	var p answersPage
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if err = p.whole.read(ctx, tx, q.ID("id")); err != nil {
			return err
		}
		if p.All, err = survey.Names(ctx, tx, p.S, q.Query("after")); err != nil {
			return err
		}
		var ids []string
		for _, a := range p.All {
			ids = append(ids, a.PersonID)
		}
		p.People, err = person.Many(ctx, tx, ids)
		return err
	})
	if err != nil {
		return err
	}
	if len(p.All) == 100 {
		p.More = home + "/" + p.S.ID + "/answers?after=" + p.All[99].ID
	}
	return q.Render(answersView(frame(q, p.S), p))
}

func (p answersPage) table(in page.In) page.List {
	l := page.List{Caption: in.T("已填的人"), None: in.T("还没有人填"), Head: 1, Cols: []page.Col{{Label: in.T("工号")}, {Label: in.T("姓名")}, {Label: in.T("填写日期")}, {Label: in.T("方式")}, {Label: in.T("操作"), Act: true}}}
	for _, a := range p.All {
		way := in.T("本人填写")
		if a.TypedBy != "" {
			way = in.T("纸质录入")
		}
		w := p.People[a.PersonID]
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(w.StaffNo), page.T(w.Name), page.T(in.Date(day.Day(a.OnDay))), page.T(way), page.C(lookFold(in, a.ID))}})
	}
	return l
}

// typingPage is a paper answer being typed in.
type typingPage struct {
	whole
	StaffNo string
	Typed   form.Values
}

func readTyping(q *site.Req, v form.Values) (typingPage, error) {
	p := typingPage{StaffNo: v.Get("staff_no"), Typed: v}
	err := q.See(func(ctx context.Context, tx *db.Tx) error { return p.whole.read(ctx, tx, q.ID("id")) })
	return p, err
}

func showTyping(q *site.Req) error {
	p, err := readTyping(q, form.Values{})
	if err != nil {
		return err
	}
	return q.Render(typingView(q.Page(q.T("录入纸质问卷")), p))
}

func (d desk) takeTyping(q *site.Req) error {
	v, err := form.Parse(q.R)
	if err != nil {
		return err
	}
	p, err := readTyping(q, v)
	if err != nil {
		return err
	}
	if _, err = site.Do(q, d.h.Type(), survey.TypeIn{ID: p.S.ID, StaffNo: p.StaffNo, Set: lines(p.whole.All, v)}); err == nil {
		return q.Done(home+"/"+p.S.ID+"/paper", "已录入，可以接着录下一份。")
	}
	return q.Again(err, func(in page.In) templ.Component { return typingView(in, p) }, q.Page(q.T("录入纸质问卷")))
}
