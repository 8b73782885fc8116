package survey

import (
	"context"

	"github.com/a-h/templ"

	"bangfu/internal/base/day"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/survey"
)

type ideasPage struct {
	Own, Public []survey.Suggestion
	Code        string
	Found       survey.Suggestion
	Today       day.Day
}

func showIdeas(q *site.Req) error {
	p := ideasPage{Code: q.Query("code")}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.Today = tx.Day()
		if p.Own, p.Public, err = survey.Suggestions(ctx, tx); err != nil || p.Code == "" {
			return err
		}
		p.Found, err = survey.ByCode(ctx, tx, p.Code)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(ideasView(q.Page(q.T("建议")), p))
}

func suggestAuto(in page.In, v form.Values) page.Auto {
	return page.Auto{Action: ideas + "/new", Fields: form.Of[survey.SuggestIn](), Values: v, Submit: in.T("提交建议"),
		More: []page.Button{{Label: in.T("不写名字，匿名提交"), Name: "nameless", Value: "1"}}}
}

func showSuggest(q *site.Req) error {
	return q.Render(suggestView(q.Page(q.T("提建议")), nil))
}

func takeSuggest(q *site.Req) error {
	var in survey.SuggestIn
	given, err := q.Read(&in)
	a := survey.Suggest
	if given.Get("nameless") != "" {
		a = survey.SuggestNameless
	}
	var got survey.Receipt
	if err == nil {
		got, err = submit(q, a, in)
	}
	if err != nil {
		return q.Again(err, func(in page.In) templ.Component { return suggestView(in, given) }, q.Page(q.T("提建议")))
	}
	return q.Render(suggestedView(q.Page(q.T("已收到")), got))
}

func submit(q *site.Req, a act.Act[survey.SuggestIn, survey.Receipt], in survey.SuggestIn) (survey.Receipt, error) {
	return site.Do(q, a, in)
}

type boxPage struct {
	All   []survey.Suggestion
	Today day.Day
}

func showBox(q *site.Req) error {
	var p boxPage
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.Today = tx.Day()
		p.All, err = survey.Box(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(boxView(q.Page(q.T("职工建议")), p))
}

// standing is the tone and the word of where a suggestion stands.
func standing(in page.In, s survey.Suggestion, today day.Day) (page.Tone, string) {
	switch {
	case s.Late(today):
		return page.ToneErr, in.T("已超期")
	case s.State == "open":
		return page.ToneWarn, in.T("待答复")
	case s.Public == 1:
		return page.ToneOK, in.T("已答复并公开")
	}
	return page.ToneOK, in.T("已答复")
}

func (p boxPage) table(in page.In) page.List {
	l := page.List{Caption: in.T("职工建议"), None: in.T("还没有建议"), Cols: []page.Col{{Label: in.T("关于哪方面")}, {Label: in.T("建议")}, {Label: in.T("署名")}, {Label: in.T("提出日期")},
		{Label: in.T("答复期限")}, {Label: in.T("状态")}}}
	for _, s := range p.All {
		name := in.T("实名")
		if s.PersonID == "" {
			name = in.T("匿名")
		}
		l.Rows = append(l.Rows, page.Row{Over: s.Late(p.Today), Cells: []page.Cell{page.A(box+"/"+s.ID, s.Topic.Say(in.Lang)), page.T(short(s.Text)), page.T(name), page.T(in.Date(s.MadeOn)),
			page.T(in.Date(s.Due)), page.C(ideaTag(in, s, p.Today))}})
	}
	return l
}

func short(s string) string {
	r := []rune(s)
	if len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

type replyPage struct {
	S     survey.Suggestion
	Today day.Day
	Typed form.Values
}

func readReply(q *site.Req, v form.Values) (replyPage, error) {
	p := replyPage{Typed: v}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.Today = tx.Day()
		p.S, err = survey.SuggestionOf(ctx, tx, q.ID("id"))
		return err
	})
	return p, err
}

func (p replyPage) auto(in page.In) page.Auto {
	v := p.Typed
	if v == nil {
		v = form.Show(survey.ReplyIn{ID: p.S.ID, Show: true})
	}
	return page.Auto{Action: box + "/" + p.S.ID, Fields: form.Of[survey.ReplyIn](), Values: v, Submit: in.T("答复"), Cancel: page.Link{Href: box, Label: in.T("返回")}}
}

func showReply(q *site.Req) error {
	p, err := readReply(q, nil)
	if err != nil {
		return err
	}
	return q.Render(replyView(q.Page(q.T("职工建议")), p))
}

func takeReply(q *site.Req) error {
	var in survey.ReplyIn
	given, err := q.Read(&in)
	if err == nil {
		_, err = site.Do(q, survey.Reply, in)
	}
	if err == nil {
		return q.Done(box, "答复已发出。")
	}
	p, bad := readReply(q, given)
	if bad != nil {
		return bad
	}
	return q.Again(err, func(in page.In) templ.Component { return replyView(in, p) }, q.Page(q.T("职工建议")))
}
