package file

import (
	"context"
	"net/url"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/recognition"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

// listPage is how many files a page of the list has.
const listPage = 50

// fileList is a page of files with what the reader asked for.
type fileList struct {
	Ask    url.Values // the conditions as they stand in the address
	Counts map[casefile.State]int64
	Files  []casefile.File
	More   bool
	People map[string]person.Worker
	Units  []org.Unit
	Users  map[string]string
	Today  day.Day
}

// asked are the conditions the list understands; they live in the address, so that going back finds the same list.
func asked() []string { return []string{"state", "q", "class", "cause", "degree", "unit", "due"} }

func showList(q *site.Req) error {
	l := fileList{Ask: url.Values{}}
	given := q.R.URL.Query()
	for _, name := range asked() {
		if s := strings.TrimSpace(given.Get(name)); s != "" {
			l.Ask.Set(name, s)
		}
	}
	if all := given["after"]; len(all) > 0 {
		l.Ask["after"] = all
	}
	if err := q.See(l.read); err != nil {
		return err
	}
	return q.Render(listView(q.Page(q.T("困难职工档案")), l))
}

func (l *fileList) read(ctx context.Context, tx *db.Tx) (err error) {
	l.Today = tx.Day()
	if l.Units, err = org.Units(ctx, tx); err != nil {
		return err
	}
	ask := l.query()
	if l.Counts, err = casefile.Counts(ctx, tx, "casefile.list", ask); err != nil {
		return err
	}
	ask.Limit = listPage + 1
	if l.Files, err = casefile.List(ctx, tx, "casefile.list", ask); err != nil {
		return err
	}
	if l.More = len(l.Files) > listPage; l.More {
		l.Files = l.Files[:listPage]
	}
	ids := make([]string, len(l.Files))
	for i, f := range l.Files {
		ids[i] = f.PersonID
	}
	if l.People, err = person.Many(ctx, tx, ids); err != nil {
		return err
	}
	l.Users, err = names(ctx, tx)
	return err
}

// names gives the names of those who work at the desk, by user id.
func names(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	all, err := org.Accounts(ctx, tx)
	out := make(map[string]string, len(all))
	for _, u := range all {
		out[u.ID] = u.Name
	}
	return out, err
}

func (l fileList) query() casefile.Query {
	get := l.Ask.Get
	ask := casefile.Query{State: casefile.State(get("state")), Text: get("q"), Class: get("class"), Cause: casefile.Cause(get("cause")), Degree: casefile.Degree(get("degree"))}
	for _, u := range l.Units {
		if u.ID == get("unit") {
			ask.UnitPath = u.Path
		}
	}
	if get("due") != "" {
		ask.DueBefore = l.Today.Add(30)
	}
	if all := l.Ask["after"]; len(all) > 0 {
		ask.After = all[len(all)-1]
	}
	return ask
}

// with gives the address of the list with one condition changed; "" drops it. The list then begins anew.
func (l fileList) with(name, value string) string {
	v := url.Values{}
	for k, all := range l.Ask {
		if k != "after" {
			v[k] = all
		}
	}
	if v.Del(name); value != "" {
		v.Set(name, value)
	}
	return address(v)
}

func address(v url.Values) string {
	if len(v) == 0 {
		return files
	}
	return files + "?" + v.Encode()
}

func (l fileList) tabs(in page.In) []page.Tab {
	total := int64(0)
	for _, n := range l.Counts {
		total += n
	}
	out := []page.Tab{{Href: l.with("state", ""), Label: in.T("全部"), Count: int(total), Current: l.Ask.Get("state") == ""}}
	for _, c := range casefile.State("").Choices() {
		out = append(out, page.Tab{Href: l.with("state", c.Value), Label: in.T(c.Label), Count: int(l.Counts[casefile.State(c.Value)]), Current: l.Ask.Get("state") == c.Value})
	}
	return out
}

func said(in page.In, all []form.Choice) []form.Choice {
	out := make([]form.Choice, len(all))
	for i, c := range all {
		out[i] = form.Choice{Value: c.Value, Label: in.T(c.Label)}
	}
	return out
}

func (l fileList) form(in page.In) page.Query {
	f := func(name, label string, choices []form.Choice) page.F {
		return page.F{Name: name, Label: label, Value: l.Ask.Get(name), Choices: choices}
	}
	find := f("q", in.T("查找"), nil)
	find.Hint = in.T("姓名、工号或编号")
	return page.Query{Action: files, Reset: files, Fields: []page.F{find, f("cause", in.T("主要致困原因"), said(in, casefile.Cause("").Choices())),
		f("unit", in.T("部门"), org.UnitChoices(l.Units))},
		More: []page.F{f("class", in.T("困难类别"), said(in, recognition.Class("").Choices())), f("degree", in.T("困难程度"), said(in, casefile.Degree("").Choices())),
			f("due", in.T("年度复核"), []form.Choice{{Value: "1", Label: in.T("30 天内到期")}})},
		Hidden: []page.Pair{{Label: "state", Value: l.Ask.Get("state")}}}
}

func tone(s casefile.State) page.Tone {
	switch s {
	case casefile.Open:
		return page.ToneInfo
	case casefile.Exited:
		return page.ToneOK
	case casefile.Transferred, casefile.Closed:
	}
	return page.Plain
}

func (l fileList) table(in page.In) page.List {
	t := page.List{Caption: in.T("困难职工档案"), Head: 1, None: in.T("没有符合条件的档案。申请通过以后，档案会自动建立。"),
		Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("姓名")}, {Label: in.T("部门")}, {Label: in.T("困难类别")}, {Label: in.T("主要致困原因")},
			{Label: in.T("结对联系人")}, {Label: in.T("年度复核")}, {Label: in.T("状态")}}}
	if address(l.Ask) != files {
		t.NoneDo = page.Link{Href: files, Label: in.T("看全部档案")}
	}
	for _, f := range l.Files {
		due := page.T(in.Date(f.ReviewDue))
		late := f.ReviewDue != "" && f.ReviewDue < l.Today
		if late {
			due = page.C(page.Tag(page.ToneErr, in.T("{0} 已过期", string(f.ReviewDue))))
		}
		state := f.State.Say(in.Lang)
		if f.Transit != "" {
			state = in.T("转接中")
		}
		t.Rows = append(t.Rows, page.Row{Over: late, Cells: []page.Cell{page.A(files+"/"+f.ID, f.Number), page.T(l.People[f.PersonID].Name),
			page.T(unitName(l.Units, f.UnitID)), page.T(or(f.ClassText, "—")), page.T(f.Cause.Say(in.Lang)), page.T(or(l.Users[f.Keeper], "—")), due,
			page.C(page.Tag(tone(f.State), state))}})
	}
	return t
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func unitName(all []org.Unit, id string) string {
	for _, u := range all {
		if u.ID == id {
			return u.Name
		}
	}
	return "—"
}

func (l fileList) pager(in page.In) page.Pager {
	p := page.Pager{Total: l.total(in)}
	after := l.Ask["after"]
	way := func(stack []string) string {
		v := url.Values{}
		for k, all := range l.Ask {
			v[k] = all
		}
		if v.Del("after"); len(stack) > 0 {
			v["after"] = stack
		}
		return address(v)
	}
	if l.More {
		p.Next = way(append(append([]string{}, after...), l.Files[len(l.Files)-1].ID))
	}
	if len(after) > 0 {
		p.Prev = way(after[:len(after)-1])
	}
	return p
}

func (l fileList) total(in page.In) string {
	n := int64(0)
	for s, c := range l.Counts {
		if want := l.Ask.Get("state"); want == "" || want == string(s) {
			n += c
		}
	}
	return in.T("共 {0} 户", n)
}
