// Package deduction has the pages of the lists for payroll (S15, S17): one list with its lines, the file, the answer. Each kind of
// list brings the act that takes its answer in.
package deduction

import (
	"context"
	"mime"
	"net/http"
	"strconv"

	"bangfu/internal/domain/deduction"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// Kind is a kind of list as its pages need it: the right to take in its answer, the form of that and what it does, and the
// page that leads to the lists.
type Kind struct {
	Kind   deduction.Kind
	Right  string
	Fields []form.Field
	Run    func(*site.Req) (form.Values, string, string, error)
	Back   string
}

// Routes lists the pages of a kind's lists.
func Routes(k Kind) []site.Route {
	at := k.Kind.Home()
	routes := []site.Route{
		{Pattern: "GET " + at + "{id}", Right: "deduction.see", Face: page.Desk, Do: k.show},
		{Pattern: "POST " + at + "{id}/file", Right: "deduction.send", Face: page.Desk, Do: k.file},
	}
	for _, f := range []site.Form{
		{Path: at + "{id}/answer", Right: k.Right, Open: k.openAnswer, Run: k.Run},
		{Path: at + "{id}/cancel", Right: "deduction.send", Open: k.openCancel, Run: site.Runs(deduction.Cancel, func(l deduction.List) (string, string) {
			return at + l.ID, "清单已撤销，没有回复的不再扣。"
		})},
	} {
		routes = append(routes, f.Routes()...)
	}
	return routes
}

// Landed says what an answer did, in a line of the catalogue.
func Landed(d deduction.Landed) string {
	if d.Left > 0 {
		return "结果已导入，还有没填的，等财务再给。"
	}
	return "结果已导入，这份清单办完了。"
}

type listPage struct {
	List  deduction.List
	Lines []deduction.Line
	Who   map[string]person.Worker
	Can   func(string) bool
	Kind  Kind
}

func (k Kind) show(q *site.Req) error {
	p := listPage{Can: q.Can, Kind: k}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.List, p.Lines, err = k.of(ctx, tx, q.ID("id")); err != nil {
			return err
		}
		ids := make([]string, len(p.Lines))
		for i, l := range p.Lines {
			ids[i] = l.PersonID
		}
		p.Who, err = person.Many(ctx, tx, ids)
		return err
	}); err != nil {
		return err
	}
	return q.Render(listView(q.Page(q.T("{0} 月扣款清单", p.List.Month)), p))
}

// of gives a list of the kind; one of another kind is not here.
func (k Kind) of(ctx context.Context, tx *db.Tx, id string) (deduction.List, []deduction.Line, error) {
	l, lines, err := deduction.Of(ctx, tx, id)
	if err == nil && l.Kind != k.Kind {
		_, _, err = deduction.Of(ctx, tx, "")
	}
	return l, lines, err
}

func (k Kind) file(q *site.Req) error {
	f, err := site.Do(q, deduction.Send, deduction.ID{ID: q.ID("id")})
	if err != nil {
		return err
	}
	h := q.W.Header()
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("Content-Length", strconv.Itoa(len(f.Data)))
	h.Set("Cache-Control", "no-store")
	q.W.WriteHeader(http.StatusOK)
	_, err = q.W.Write(f.Data)
	return err
}

func (k Kind) openAnswer(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	l, _, err := k.of(ctx, tx, q.ID("id"))
	return site.FormPage{Cap: l.Number, Title: q.T("导入扣款结果"), Lead: q.T("只认财务填好的“实扣金额”。有一行对不上，整份都不记，请改好再导入。"),
		Auto: page.Auto{Fields: k.Fields, Submit: q.T("导入"), Cancel: page.Link{Href: k.Kind.Home() + l.ID, Label: q.T("返回")},
			Values: form.Values{"id": {l.ID}, "on": {string(tx.Day())}}}}, err
}

func (k Kind) openCancel(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	l, _, err := k.of(ctx, tx, q.ID("id"))
	return site.FormPage{Cap: l.Number, Title: q.T("撤销扣款清单"), Lead: q.T("已经扣到的照记，没有回复的不再扣。请先告诉财务。"),
		Auto: page.Auto{Fields: form.Of[deduction.CancelIn](), Submit: q.T("撤销"), Cancel: page.Link{Href: k.Kind.Home() + l.ID, Label: q.T("返回")},
			Values: form.Show(deduction.CancelIn{ID: l.ID})}}, err
}

func (p listPage) open() bool {
	return p.List.State == deduction.Made || p.List.State == deduction.Sent
}

func (p listPage) stats(in page.In) []page.Stat {
	return []page.Stat{{Label: in.T("人数"), Value: strconv.FormatInt(p.List.Lines, 10)}, {Label: in.T("应扣合计"), Value: in.Money(p.List.Total)},
		{Label: in.T("实扣合计"), Value: in.Money(p.List.Taken)}}
}

func (p listPage) table(in page.In) page.List {
	t := page.List{Caption: in.T("明细"), Cols: []page.Col{{Label: in.T("序号")}, {Label: in.T("工号")}, {Label: in.T("姓名")}, {Label: in.T("应扣金额"), Num: true},
		{Label: in.T("实扣金额"), Num: true}, {Label: in.T("少扣原因")}}}
	for _, l := range p.Lines {
		taken := page.T(in.Money(l.Taken))
		switch l.State {
		case deduction.Waiting:
			taken = page.T(in.T("等结果"))
		case deduction.Dropped:
			taken = page.T(in.T("已撤销"))
		}
		w := p.Who[l.PersonID]
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(strconv.FormatInt(l.No, 10)), page.T(w.StaffNo), page.T(w.Name), page.T(in.Money(l.Asked)), taken, page.T(l.Why)}})
	}
	return t
}

// Table lists lists, each leading to its page.
func Table(in page.In, k deduction.Kind, all []deduction.List) page.List {
	t := page.List{Caption: in.T("扣款清单"), None: in.T("还没有做过扣款清单"), Cols: []page.Col{{Label: in.T("月份")}, {Label: in.T("编号")}, {Label: in.T("状态")},
		{Label: in.T("人数"), Num: true}, {Label: in.T("应扣合计"), Num: true}, {Label: in.T("实扣合计"), Num: true}}}
	for _, l := range all {
		no := page.T(l.Number)
		if href := k.Home() + l.ID; in.Leads(href) {
			no = page.A(href, l.Number)
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(l.Month), no, page.C(page.Tag(tone(l.State), l.State.Say(in.Lang))), page.T(strconv.FormatInt(l.Lines, 10)),
			page.T(in.Money(l.Total)), page.T(in.Money(l.Taken))}})
	}
	return t
}

func tone(s deduction.State) page.Tone {
	switch s {
	case deduction.Made, deduction.Sent:
		return page.ToneWarn
	case deduction.Done:
		return page.ToneOK
	}
	return page.Plain
}
