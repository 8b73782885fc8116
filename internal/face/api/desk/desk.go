// Package desk has the pages around the API: one's tokens, and the list of operations to read without any script.
package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/api"
	"bangfu/internal/face/web/site"
)

const (
	home     = "/desk/tokens"
	docsPath = "/api/docs"
)

// served is what the API offers.
type served struct {
	acts  []act.Any
	reads []act.AnyRead
}

// Routes lists the pages for the acts and reads that the API serves.
func Routes(acts []act.Any, reads []act.AnyRead) []site.Route {
	s := served{acts, reads}
	routes := []site.Route{
		{Pattern: "GET " + docsPath, Right: site.Open, Face: page.Public, Do: s.docs},
		{Pattern: "GET " + home, Right: "api.token", Face: page.Desk, Do: tokens},
		site.Press(home+"/end", page.Desk, api.EndToken, func(*site.Req, act.None) (string, string) {
			return home, "令牌已停用，用它的程序马上就进不来了。"
		}),
	}
	return append(routes, site.GetPost(site.Route{Pattern: home + "/new", Right: "api.token", Face: page.Desk, Do: s.ask}, s.make)...)
}

func tokens(q *site.Req) error {
	var all []api.Token
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = api.Tokens(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	in := q.Page(q.T("接口令牌"))
	return q.Render(tokensPage(in, tokenList(in, all, q.Site.Host.DB.Now())))
}

func tokenList(in page.In, all []api.Token, now time.Time) page.List {
	l := page.List{Caption: in.T("接口令牌"), None: in.T("还没有令牌"), Cols: []page.Col{{Label: in.T("程序")}, {Label: in.T("能做什么")},
		{Label: in.T("建于")}, {Label: in.T("到哪天")}, {Label: in.T("最近使用")}, {Label: in.T("状态")}, {Label: in.T("操作"), Act: true}}}
	for _, t := range all {
		scope := in.T("和本人一样")
		if !t.All() {
			scope = strings.Join(t.List(), " ")
		}
		row := page.Row{Cells: []page.Cell{page.T(t.Name), page.T(scope), page.T(date(in, t.MadeAt)), page.T(date(in, t.Until)), page.T(date(in, t.UsedAt))}}
		switch {
		case t.EndedAt > 0:
			row.Cells = append(row.Cells, page.C(page.Tag(page.Plain, in.T("已停用"))), page.T(""))
		case !t.Live(now.UnixMilli()):
			row.Cells = append(row.Cells, page.C(page.Tag(page.Plain, in.T("已过期"))), page.T(""))
		default:
			row.Cells = append(row.Cells, page.C(page.Tag(page.ToneOK, in.T("可以用"))), page.C(endButton(in, t.ID)))
		}
		l.Rows = append(l.Rows, row)
	}
	return l
}

func date(in page.In, ms int64) string {
	if ms == 0 {
		return in.Date("")
	}
	return in.Date(day.Of(time.UnixMilli(ms)))
}

// formPage is the page of a new token.
type formPage struct {
	Title, Lead string
	Auto        page.Auto
}

func (f formPage) draw(in page.In) templ.Component { return newPage(in, f) }

// form offers the rights that the reader has and that some operation needs.
func (s served) form(q *site.Req, v form.Values) formPage {
	var choices []form.Choice
	for _, op := range api.Operations(s.acts, s.reads, q.Lang()) {
		i := slices.IndexFunc(choices, func(c form.Choice) bool { return c.Value == op.Right })
		switch {
		case !q.Can(op.Right):
		case i >= 0:
			choices[i].Label += " · " + op.Title
		default:
			choices = append(choices, form.Choice{Value: op.Right, Label: op.Right + "：" + op.Title})
		}
	}
	slices.SortFunc(choices, func(a, b form.Choice) int { return strings.Compare(a.Value, b.Value) })
	return formPage{Title: q.T("新建接口令牌"), Lead: q.T("程序用令牌以您的身份办事，您对它做的事负责。权限给够用就好，期限越短越好。"),
		Auto: page.Auto{Action: home + "/new", Fields: form.With(form.Of[api.TokenIn](), "rights", choices), Values: v,
			Submit: q.T("建令牌"), Cancel: page.Link{Href: home, Label: q.T("返回列表")}}}
}

func (s served) ask(q *site.Req) error {
	f := s.form(q, form.Values{"days": {"90"}})
	return q.Render(f.draw(q.Page(f.Title)))
}

func (s served) make(q *site.Req) error {
	var in api.TokenIn
	values, err := q.Read(&in)
	var made api.Made
	if err == nil {
		made, err = site.Do(q, api.NewToken, in)
	}
	if err != nil {
		f := s.form(q, values)
		return q.Again(err, f.draw, q.Page(f.Title))
	}
	return q.Render(madePage(q.Page(q.T("令牌建好了")), made.Secret))
}

// area is the operations of one noun.
type area struct {
	Name string
	Ops  []api.Operation
}

func (s served) docs(q *site.Req) error {
	var all []area
	for _, op := range api.Operations(s.acts, s.reads, q.Lang()) {
		name, _, _ := strings.Cut(op.Name, ".")
		if len(all) == 0 || all[len(all)-1].Name != name {
			all = append(all, area{Name: name})
		}
		last := &all[len(all)-1]
		last.Ops = append(last.Ops, op)
	}
	return q.Render(docsPage(q.Page(q.T("职工帮扶接口")), all))
}

// fields lists the input of an operation.
func fields(in page.In, op api.Operation) page.List {
	l := page.List{Caption: in.T("输入"), Dense: true, None: in.T("没有输入"),
		Cols: []page.Col{{Label: in.T("名称")}, {Label: in.T("说明")}, {Label: in.T("类型")}, {Label: in.T("范围")}}}
	for _, f := range op.Fields {
		name := f.Name
		if f.Need {
			name += " *"
		}
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(name), {Text: in.T(f.Label), Note: in.T(f.Hint)}, page.T(string(f.Kind)), page.T(span(f))}})
	}
	return l
}

// span says the bounds of a field: its choices, or least and most.
func span(f form.Field) string {
	if f.Choices != nil {
		var all []string
		for _, c := range f.Choices {
			all = append(all, c.Value)
		}
		return strings.Join(all, " | ")
	}
	bound := func(n int64) string {
		if n == 0 {
			return ""
		}
		if f.Kind == form.Money {
			return money.Amount(n).Plain()
		}
		return fmt.Sprint(n)
	}
	if f.Min == 0 && f.Max == 0 {
		return ""
	}
	return bound(f.Min) + "…" + bound(f.Max)
}

// example is a call that can be pasted into a shell.
func example(op api.Operation) string {
	if op.Method == "GET" {
		return "curl -H \"Authorization: Bearer $TOKEN\" $HOST" + op.Path
	}
	return "curl -H \"Authorization: Bearer $TOKEN\" -H \"Idempotency-Key: $KEY\" --json '{…}' $HOST" + op.Path
}

// about is the API's own explanation.
func about(in page.In) string { return words.T(in.Lang, "api.about") }
