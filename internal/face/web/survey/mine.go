package survey

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/survey"
)

type minePage struct {
	Todo, Past []survey.ForMe
}

func showMine(q *site.Req) error {
	var p minePage
	err := q.See(func(ctx context.Context, tx *db.Tx) error {
		all, err := survey.OfMe(ctx, tx)
		for _, s := range all {
			if s.Answered == 0 && s.Takes(tx.Day()) {
				p.Todo = append(p.Todo, s)
			} else {
				p.Past = append(p.Past, s)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(mineView(q.Page(q.T("问卷")), p))
}

// fillPage is one question, or the check of all at the end. Set carries the answers of an anonymous survey from page to page:
// nothing of it is kept until it is handed in.
type fillPage struct {
	whole
	N       int // the question, counted from 0; len(All) is the check
	Answers map[string][]string
	Set     []string
	New     bool // not answered yet
}

func (p fillPage) path(end string) string { return mine + "/" + p.S.ID + end }

func (p *fillPage) read(ctx context.Context, tx *db.Tx, id string) (err error) {
	if p.S, p.New, err = survey.Asked(ctx, tx, id); err != nil {
		return err
	}
	if p.All, err = p.S.Questions(); err != nil || !p.New {
		return err
	}
	switch {
	case p.S.Over(tx.Day()) || !p.S.Takes(tx.Day()):
		return fault.New(fault.Refused, "survey.over")
	case p.S.Nameless():
		return nil
	}
	kept, _, err := survey.Mine(ctx, tx, id)
	p.Answers = map[string][]string{}
	for _, q := range p.All {
		if v := kept[q.Code]; len(v) > 0 {
			p.Answers[q.Code] = q.Shown(v)
		}
	}
	return err
}

// first is the first question without an answer.
func (p fillPage) first() int {
	for i, q := range p.All {
		if len(p.Answers[q.Code]) == 0 && q.Need {
			return i
		}
	}
	if len(p.Answers) == 0 {
		return 0
	}
	return len(p.All)
}

func readFill(q *site.Req) (fillPage, error) {
	var p fillPage
	err := q.See(func(ctx context.Context, tx *db.Tx) error { return p.read(ctx, tx, q.ID("id")) })
	return p, err
}

func showIntro(q *site.Req) error {
	var p fillPage
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.S, p.New, err = survey.Asked(ctx, tx, q.ID("id")); err != nil {
			return err
		}
		if p.New && p.S.Takes(tx.Day()) {
			return p.read(ctx, tx, q.ID("id"))
		}
		p.New = false
		p.All, err = p.S.Questions()
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(introView(q.Page(p.S.Title().Say(q.Lang())), p))
}

func showFill(q *site.Req) error {
	p, err := readFill(q)
	if err != nil {
		return err
	}
	if !p.New {
		return q.Go(p.path("/done"))
	}
	p.N = p.first()
	if n, err := strconv.Atoi(q.Query("n")); err == nil && n >= 0 && n <= len(p.All) && !p.S.Nameless() {
		p.N = n
	}
	return q.Render(fillView(q.Page(p.S.Title().Say(q.Lang())), p))
}

// takeFill takes the answer to one question: a named one is kept, an anonymous one goes on with the page.
func takeFill(q *site.Req) error {
	p, err := readFill(q)
	if err != nil {
		return err
	}
	v, err := form.Parse(q.R)
	if err != nil {
		return err
	}
	p.N, err = strconv.Atoi(v.Get("n"))
	if err != nil || p.N < 0 || p.N > len(p.All) {
		p.N = 0
	}
	if p.S.Nameless() {
		p.carry(v["set"])
	}
	if to, err := strconv.Atoi(v.Get("to")); err == nil && to >= 0 && to < len(p.All) {
		p.N = to
		return q.Render(fillView(q.Page(p.S.Title().Say(q.Lang())), p))
	}
	if p.N == len(p.All) {
		return q.Render(fillView(q.Page(p.S.Title().Say(q.Lang())), p))
	}
	one := p.All[p.N : p.N+1]
	if v.Get("skip") != "" {
		v[one[0].Code] = nil
	}
	p.Answers = with(p.Answers, one[0].Code, v[one[0].Code])
	_, err = survey.Read(one, survey.Answers{one[0].Code: v[one[0].Code]}, false)
	if err == nil && !p.S.Nameless() {
		_, err = site.Do(q, survey.Keep, survey.AnswerIn{ID: p.S.ID, Set: lines(one, v)})
	}
	if err != nil {
		return q.Again(err, func(in page.In) templ.Component { return fillView(in, p) }, q.Page(p.S.Title().Say(q.Lang())))
	}
	if !p.S.Nameless() {
		return q.Go(p.path("/fill?n=" + itoa(p.N+1)))
	}
	p.N++
	p.Set = nil
	for _, one := range p.All {
		if len(p.Answers[one.Code]) > 0 {
			p.Set = append(p.Set, lines([]survey.Question{one}, form.Values(p.Answers))...)
		}
	}
	return q.Render(fillView(q.Page(p.S.Title().Say(q.Lang())), p))
}

func with(a map[string][]string, code string, v []string) map[string][]string {
	if a == nil {
		a = map[string][]string{}
	}
	a[code] = v
	return a
}

// carry reads the answers that came with the page.
func (p *fillPage) carry(set []string) {
	p.Set, p.Answers = set, map[string][]string{}
	for _, line := range set {
		code, value, _ := strings.Cut(line, "=")
		p.Answers[code] = append(p.Answers[code], value)
	}
}

func (d desk) takeSend(q *site.Req) error {
	p, err := readFill(q)
	if err != nil {
		return err
	}
	if !p.New {
		return q.Go(p.path("/done"))
	}
	p.N = len(p.All)
	v, err := form.Parse(q.R)
	if err != nil {
		return err
	}
	in := survey.AnswerIn{ID: p.S.ID}
	if p.S.Nameless() {
		p.carry(v["set"])
		in.Set = p.Set
		_, err = send(q, survey.Cast, in)
	} else {
		_, err = send(q, d.h.Answer(), in)
	}
	if err != nil {
		return q.Again(err, func(in page.In) templ.Component { return fillView(in, p) }, q.Page(p.S.Title().Say(q.Lang())))
	}
	return q.Go(p.path("/done"))
}

func send(q *site.Req, a act.Act[survey.AnswerIn, act.None], in survey.AnswerIn) (act.None, error) {
	return site.Do(q, a, in)
}

func showDone(q *site.Req) error {
	var p fillPage
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.S, p.New, err = survey.Asked(ctx, tx, q.ID("id"))
		return err
	}); err != nil {
		return err
	}
	if p.New {
		return q.Go(p.path(""))
	}
	return q.Render(doneView(q.Page(q.T("已提交")), p))
}

// rows are the answers for checking. A named one is changed by a link; an anonymous one by a button that carries the rest.
func (p fillPage) rows(in page.In) []page.Pair {
	var out []page.Pair
	for i, q := range p.All {
		r := page.Pair{Label: in.T("第 {0} 题　{1}", i+1, q.Ask)}
		if v := p.Answers[q.Code]; len(v) > 0 {
			r.Value = words(in, q, v)
		}
		if !p.S.Nameless() {
			r.Change = p.path("/fill?n=" + itoa(i))
		} else {
			r.Body = backTo(in, i, r.Value)
		}
		out = append(out, r)
	}
	return out
}

// words says what was typed as it will be read.
func words(in page.In, q survey.Question, typed []string) string {
	kept, err := survey.Read([]survey.Question{q}, survey.Answers{q.Code: typed}, true)
	if err != nil {
		return strings.Join(typed, " ")
	}
	return q.Words(in.Lang, kept[q.Code])
}

func showReleased(q *site.Req) error {
	p := resultPage{}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.S, _, err = survey.Asked(ctx, tx, q.ID("id")); err != nil {
			return err
		}
		if !p.S.Released() {
			return fault.New(fault.Refused, "survey.not_released")
		}
		p.Results, p.N, err = survey.Results(ctx, tx, p.S)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(releasedView(q.Page(p.S.Title().Say(q.Lang())), p))
}

// nexts says what becomes of the answers.
func nexts(in page.In, s survey.Survey) []string {
	if s.Nameless() {
		return []string{in.T("没有人知道这些回答是您填的。"), in.T("问卷 {0} 结束，公布结果后这里能看到。", s.CloseOn)}
	}
	return []string{in.T("工会看过以后，有需要会和您联系。"), in.T("问卷 {0} 结束，公布结果后这里能看到。", s.CloseOn)}
}
