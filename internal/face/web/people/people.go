// Package people has the desk pages of the roster (S02): the list, one worker with household and facts, the sealed numbers
// opened one at a time with a reason, the code by which a worker first comes in, and the import of personnel lists.
package people

import (
	"context"
	"net/url"

	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/engine/sheet"
	"bangfu/internal/face/exchange/roster"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/org"
)

const home = "/desk/people"

// Routes lists the pages. look opens one sealed field, over the fields the house knows; desk takes lists in.
func Routes(look act.Act[audit.LookIn, string], desk roster.Desk) []site.Route {
	routes := []site.Route{
		see(home, person.RightList, showList),
		post(home, person.RightList, find),
		post(home+"/export", person.RightExport, export),
		see(home+"/{id}", person.RightRead, showPerson),
		post(home+"/{id}/code", person.RightCode, takeCode),
		site.Press(home+"/{id}/check", page.Desk, person.Check, func(q *site.Req, _ act.None) (string, string) {
			return home + "/" + q.ID("id"), "已核实。"
		}),
		post("/desk/look", "audit.look", taker{look}.take),
	}
	for _, f := range forms() {
		routes = append(routes, site.GetPost(site.Route{Pattern: f.pattern(), Right: f.right, Face: page.Desk, Do: f.show}, f.post)...)
	}
	routes = append(routes, site.GetPost(site.Route{Pattern: home + "/{id}/fact", Right: person.RightEdit, Face: page.Desk, Do: showFact}, takeFact)...)
	return append(routes, files{desk}.routes()...)
}

func see(path, right string, do site.Handler) site.Route {
	return site.Route{Pattern: "GET " + path, Right: right, Face: page.Desk, Do: do}
}

func post(path, right string, do site.Handler) site.Route {
	return site.Route{Pattern: "POST " + path, Right: right, Face: page.Desk, Do: do}
}

// lines is how many workers stand on a page.
const lines = 50

// ask is what the list is asked for. What is typed may be a name or a number, so it never stands in an address: it comes by
// post and goes on by post.
type ask struct {
	Text       string `form:"text" max:"60"`
	Unit       string `form:"unit" max:"40"`
	Status     string `form:"status" max:"20"`
	Employment string `form:"employment" max:"20"`
	After      string `form:"after" max:"40"`
}

type list struct {
	Ask     ask
	Workers []person.Worker
	Units   []org.Unit
	Total   int64
	Many    bool // counting stopped at Total
	More    bool
	Can     func(right string) bool
}

func showList(q *site.Req) error {
	return answer(q, ask{Unit: q.Query("unit"), Status: q.Query("status"), Employment: q.Query("employment"), After: q.Query("after")})
}

// find answers what was typed. Conditions without a text stand in the address, so that they can be kept.
func find(q *site.Req) error {
	var a ask
	if _, err := q.Read(&a); err != nil {
		return err
	}
	if a.Text == "" {
		return q.Go(a.path(""))
	}
	return answer(q, a)
}

// path is the address of a list without a text.
func (a ask) path(after string) string {
	to := url.Values{}
	for k, v := range map[string]string{"unit": a.Unit, "status": a.Status, "employment": a.Employment, "after": after} {
		if v != "" {
			to.Set(k, v)
		}
	}
	if len(to) == 0 {
		return home
	}
	return home + "?" + to.Encode()
}

func answer(q *site.Req, a ask) error {
	l := list{Ask: a, Can: q.Can}
	if err := q.See(func(ctx context.Context, tx *db.Tx) error { return l.read(ctx, tx) }); err != nil {
		return err
	}
	return q.Render(listView(q.Page(q.T("职工名册")), l))
}

func (l *list) read(ctx context.Context, tx *db.Tx) (err error) {
	if l.Units, err = org.Units(ctx, tx); err != nil {
		return err
	}
	query, err := l.query(ctx, tx)
	if err != nil {
		return err
	}
	query.Limit = lines + 1
	if l.Workers, err = person.List(ctx, tx, person.RightList, query); err != nil {
		return err
	}
	if l.More = len(l.Workers) > lines; l.More {
		l.Workers = l.Workers[:lines]
	}
	query.After = person.Cursor{}
	l.Total, err = person.Count(ctx, tx, person.RightList, query)
	l.Many = l.Total >= query.Most()
	return err
}

// query puts what is asked into the roster's terms. The place to go on from is a worker's id; the name it is sorted by is
// looked up here.
func (l *list) query(ctx context.Context, tx *db.Tx) (person.Query, error) {
	query := person.Query{Text: l.Ask.Text, Status: person.Status(l.Ask.Status), Employment: person.Employment(l.Ask.Employment)}
	for _, u := range l.Units {
		if u.ID == l.Ask.Unit {
			query.UnitPath = u.Path
		}
	}
	if l.Ask.After == "" {
		return query, nil
	}
	w, err := person.Reached(ctx, tx, person.RightList, l.Ask.After)
	query.After = person.Cursor{SortKey: w.SortKey, ID: w.ID}
	return query, err
}

// export hands the list with its conditions over as a file, numbers masked; who takes it says what for.
func export(q *site.Req) error {
	l := list{Ask: ask{Unit: q.Query("unit"), Status: q.Query("status"), Employment: q.Query("employment")}}
	var heads []sheet.Head
	for _, h := range columns(q.Lang()) {
		heads = append(heads, sheet.Head{Title: h})
	}
	return q.Download(site.Download{Kind: "roster", Title: q.T("职工名册"), Heads: heads, Rows: func(ctx context.Context, tx *db.Tx, put func(...any) error) (err error) {
		if l.Units, err = org.Units(ctx, tx); err != nil {
			return err
		}
		query, err := l.query(ctx, tx)
		query.Limit = 500
		for err == nil {
			var part []person.Worker
			if part, err = person.List(ctx, tx, person.RightExport, query); err != nil || len(part) == 0 {
				return err
			}
			for _, w := range part {
				if err := put(l.cells(q.Lang(), w)...); err != nil {
					return err
				}
			}
			last := part[len(part)-1]
			query.After = person.Cursor{SortKey: last.SortKey, ID: last.ID}
		}
		return err
	}})
}

func columns(l words.Lang) []string {
	return []string{words.T(l, "工号"), words.T(l, "姓名"), words.T(l, "部门"), words.T(l, "岗位"), words.T(l, "用工形式"), words.T(l, "身份证号"), words.T(l, "手机号"), words.T(l, "状态")}
}

func (l *list) cells(lang words.Lang, w person.Worker) []any {
	return []any{w.StaffNo, w.Name, unitName(l.Units, w.UnitID), w.Post, w.Employment.Say(lang), w.IDMask, w.PhoneMask, w.Status.Say(lang)}
}

func unitName(units []org.Unit, id string) string {
	for _, u := range units {
		if u.ID == id {
			return u.Name
		}
	}
	return "—"
}

func (l *list) exportForm(in page.In) page.Auto {
	to, action := url.Values{}, home+"/export"
	for k, v := range map[string]string{"unit": l.Ask.Unit, "status": l.Ask.Status, "employment": l.Ask.Employment} {
		if v != "" {
			to.Set(k, v)
		}
	}
	if len(to) > 0 {
		action += "?" + to.Encode()
	}
	return page.Auto{Action: action, Fields: site.PurposeFields(), Submit: in.T("下载")}
}

func (l *list) total(in page.In) string {
	if l.Many {
		return in.T("超过 {0} 人", l.Total)
	}
	return in.T("共 {0} 人", l.Total)
}

func (l *list) table(in page.In) page.List {
	t := page.List{Caption: in.T("职工名册"), Head: 1, None: in.T("没有符合条件的职工"), NoneDo: page.Link{Href: home, Label: in.T("清除条件")}}
	if l.Ask == (ask{}) {
		t.None, t.NoneDo = in.T("名册里还没有职工"), page.Link{}
		if l.Can("roster.import") {
			t.NoneDo = page.Link{Href: imports, Label: in.T("导入名册")}
		}
	}
	for _, c := range columns(in.Lang) {
		t.Cols = append(t.Cols, page.Col{Label: c})
	}
	for _, w := range l.Workers {
		row := page.Row{Over: w.Status != person.Active}
		for i, c := range l.cells(in.Lang, w) {
			text, _ := c.(string) // the cells of a list are texts
			if i == 1 && l.Can(person.RightRead) {
				row.Cells = append(row.Cells, page.A(home+"/"+w.ID, text))
				continue
			}
			row.Cells = append(row.Cells, page.T(or(text)))
		}
		row.Cells[len(row.Cells)-1] = page.C(page.Tag(toneOf(w.Status), w.Status.Say(in.Lang)))
		t.Rows = append(t.Rows, row)
	}
	return t
}

func or(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func toneOf(s person.Status) page.Tone {
	if s == person.Active {
		return page.ToneOK
	}
	return page.Plain
}

// said puts the words of choices into the page's language.
func said(in page.In, all []form.Choice) []form.Choice {
	out := make([]form.Choice, len(all))
	for i, c := range all {
		out[i] = form.Choice{Value: c.Value, Label: in.T(c.Label)}
	}
	return out
}

func (l *list) fields(in page.In) []page.F {
	return []page.F{{Name: "unit", Label: in.T("部门"), Value: l.Ask.Unit, Choices: org.UnitChoices(l.Units)},
		{Name: "status", Label: in.T("状态"), Value: l.Ask.Status, Choices: said(in, person.Status("").Choices())},
		{Name: "employment", Label: in.T("用工形式"), Value: l.Ask.Employment, Choices: said(in, person.Employment("").Choices())}}
}
