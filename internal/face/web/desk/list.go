package desk

import (
	"context"
	"net/url"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/org"
)

// listPage is how many applications a page of the list has; found is how many people a name may find.
const (
	listPage = 50
	found    = 200
)

// appList is a page of applications with what the reader asked for.
type appList struct {
	Ask        url.Values // the conditions as they stand in the address
	Counts     map[intake.State]int64
	Apps       []intake.Application
	More       bool
	People     map[string]person.Worker
	Units      []org.Unit
	Programmes []intake.Programme
	Today      day.Day
	Calendar   day.Calendar
	Can        func(right string) bool
	Leads      bool // the reader leads a group: first reviews are theirs, others do them only when the turn is given to them
	Shown      page.Shown
	Officers   []form.Choice // whom the ticked ones may be given to
}

// asked are the conditions a list understands; they live in the address, so that going back finds the same list.
func asked() []string {
	return []string{"state", "q", "cause", "unit", "programme", "since", "until", "urgent", "late", "mine"}
}

func askOf(v url.Values) url.Values {
	out := url.Values{}
	for _, name := range asked() {
		if s := strings.TrimSpace(v.Get(name)); s != "" {
			out.Set(name, s)
		}
	}
	for _, name := range []string{"after", page.ColName} {
		if all := v[name]; len(all) > 0 {
			out[name] = all
		}
	}
	return out
}

// with gives the address of the list with one condition changed; "" drops it. The page goes back to the first.
func (l appList) with(name, value string) string {
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
		return apps
	}
	return apps + "?" + v.Encode()
}

func showList(q *site.Req) error {
	l := appList{Ask: askOf(q.R.URL.Query()), Can: q.Can}
	if err := q.See(l.read); err != nil {
		return err
	}
	return q.Render(listView(q.Page(q.T("申请")), l))
}

func (l *appList) read(ctx context.Context, tx *db.Tx) (err error) {
	l.Today, l.Leads = tx.Day(), tx.Actor.Has(org.RoleGroupLeader)
	if l.Calendar, err = calendar.Load(ctx, tx); err != nil {
		return err
	}
	if l.Units, err = org.Units(ctx, tx); err != nil {
		return err
	}
	if l.Programmes, err = intake.Programmes(ctx, tx); err != nil {
		return err
	}
	if l.Shown, err = site.Shown(ctx, tx, apps, l.Ask); err != nil {
		return err
	}
	if l.Can("intake.assign") {
		if l.Officers, err = officers(ctx, tx); err != nil {
			return err
		}
	}
	ask, some, err := l.query(ctx, tx)
	if err != nil || !some {
		return err
	}
	if l.Counts, err = intake.Counts(ctx, tx, "intake.list", ask); err != nil {
		return err
	}
	ask.Limit = listPage + 1
	if all := l.Ask["after"]; len(all) > 0 {
		ask.After = all[len(all)-1]
	}
	if l.Apps, err = intake.List(ctx, tx, "intake.list", ask); err != nil {
		return err
	}
	if l.More = len(l.Apps) > listPage; l.More {
		l.Apps = l.Apps[:listPage]
	}
	l.People, err = people(ctx, tx, l.Apps)
	return err
}

func people(ctx context.Context, tx *db.Tx, all []intake.Application) (map[string]person.Worker, error) {
	ids := make([]string, 0, len(all))
	for _, a := range all {
		ids = append(ids, a.PersonID)
	}
	return person.Many(ctx, tx, ids)
}

// query reads the conditions; false when a name was asked for that nobody within reach has.
func (l appList) query(ctx context.Context, tx *db.Tx) (intake.Query, bool, error) {
	get := l.Ask.Get
	ask := intake.Query{State: intake.State(get("state")), Cause: intake.Cause(get("cause")), Programme: get("programme"),
		Emergency: get("urgent") == "1", Late: get("late") == "1", Mine: get("mine") == "1"}
	for _, u := range l.Units {
		if u.ID == get("unit") {
			ask.UnitID = u.ID
		}
	}
	for name, to := range map[string]*day.Day{"since": &ask.Since, "until": &ask.Until} {
		if d, err := day.Parse(get(name)); err == nil {
			*to = d
		}
	}
	text := get("q")
	if text == "" {
		return ask, true, nil
	}
	if strings.HasPrefix(strings.ToUpper(text), "BF-") {
		ask.Number = text
		return ask, true, nil
	}
	who, err := person.List(ctx, tx, "intake.list", person.Query{Text: text, Limit: found})
	for _, w := range who {
		ask.PersonIDs = append(ask.PersonIDs, w.ID)
	}
	return ask, len(who) > 0, err
}

// tabs are the states with how many stand in each; a draft is nobody's business but its writer's.
func (l appList) tabs(in page.In) []page.Tab {
	total := int64(0)
	for _, n := range l.Counts {
		total += n
	}
	out := []page.Tab{{Href: l.with("state", ""), Label: in.T("全部"), Count: int(total), Most: intake.MostCounted, Current: l.Ask.Get("state") == ""}}
	for _, s := range intake.States() {
		if s != intake.Draft {
			out = append(out, page.Tab{Href: l.with("state", string(s)), Label: s.Say(in.Lang), Count: int(l.Counts[s]), Most: intake.MostCounted, Current: l.Ask.Get("state") == string(s)})
		}
	}
	return out
}

func (l appList) form(in page.In) page.Query {
	f := func(name, label string, choices []form.Choice) page.F {
		return page.F{Name: name, Label: label, Value: l.Ask.Get(name), Choices: choices}
	}
	yes := []form.Choice{{Value: "1", Label: in.T("是")}}
	find := f("q", in.T("查找"), nil)
	find.Hint = in.T("姓名、工号或编号")
	since, until := f("since", in.T("提交日期从"), nil), f("until", in.T("提交日期到"), nil)
	since.Unit, until.Unit = "date", "date"
	return page.Query{Action: apps, Reset: apps, Chips: l.chips(in),
		Fields: []page.F{find, f("cause", in.T("主要原因"), causeChoices(in)), f("unit", in.T("部门"), org.UnitChoices(l.Units))},
		More: []page.F{f("programme", in.T("帮扶项目"), programmeChoices(in, l.Programmes)), f("late", in.T("只看逾期"), yes), f("urgent", in.T("只看紧急"), yes),
			f("mine", in.T("只看我接手的"), yes), since, until},
		Hidden: []page.Pair{{Label: "state", Value: l.Ask.Get("state")}}}
}

func causeChoices(in page.In) []form.Choice {
	var out []form.Choice
	for _, c := range intake.Cause("").Choices() {
		out = append(out, form.Choice{Value: c.Value, Label: in.T(c.Label)})
	}
	return out
}

func programmeChoices(in page.In, all []intake.Programme) []form.Choice {
	var out []form.Choice
	for _, p := range all {
		out = append(out, form.Choice{Value: p.Code, Label: p.Name.Say(in.Lang)})
	}
	return out
}

// chips are the conditions in force, each with its way out.
func (l appList) chips(in page.In) []page.Link {
	var out []page.Link
	for _, name := range asked() {
		v := l.Ask.Get(name)
		if v == "" || name == "state" {
			continue
		}
		out = append(out, page.Link{Href: l.with(name, ""), Label: l.chip(in, name, v)})
	}
	return out
}

func (l appList) chip(in page.In, name, v string) string {
	switch name {
	case "cause":
		return intake.Cause(v).Say(in.Lang)
	case "unit":
		return unitName(l.Units, v)
	case "programme":
		return programmeName(in, l.Programmes, v)
	case "since":
		return in.T("{0} 起", v)
	case "until":
		return in.T("到 {0}", v)
	case "urgent":
		return in.T("紧急")
	case "late":
		return in.T("逾期")
	case "mine":
		return in.T("我接手的")
	}
	return in.T("查找：{0}", v)
}

func unitName(all []org.Unit, id string) string {
	for _, u := range all {
		if u.ID == id {
			return u.Name
		}
	}
	return ""
}

func programmeName(in page.In, all []intake.Programme, code string) string {
	for _, p := range all {
		if p.Code == code {
			return p.Name.Say(in.Lang)
		}
	}
	return code
}

// tone is the colour of a state at the desk.
func tone(s intake.State) page.Tone {
	switch s {
	case intake.Submitted:
		return page.ToneWarn
	case intake.Returned:
		return page.ToneErr
	case intake.Verifying, intake.Visiting, intake.Panel, intake.Recommended:
		return page.ToneInfo
	case intake.Decided:
		return page.ToneOK
	case intake.Draft, intake.Refused, intake.Withdrawn:
	}
	return page.Plain
}

func (l appList) table(in page.In) page.List {
	t := page.List{Caption: in.T("申请"), Head: 1, None: l.nothing(in),
		Cols: cols(in)}
	if len(l.Officers) > 0 {
		t.Check, t.Form = "ids", batchID
	}
	if len(l.chips(in)) > 0 {
		t.NoneDo = page.Link{Href: apps, Label: in.T("去掉条件")}
	}
	for _, a := range l.Apps {
		w, href := l.People[a.PersonID], apps+"/"+a.ID
		left, over := timeLeft(in, l.Calendar, l.Today, a.Due)
		if a.State.Ended() {
			left, over = "", false
		}
		name := page.T(w.Name)
		if a.Emergency {
			name.Note = in.T("紧急")
		}
		t.Rows = append(t.Rows, page.Row{Over: over, Value: a.ID, Name: a.Number, Cells: []page.Cell{page.A(href, a.Number), name, page.T(w.StaffNo),
			page.T(unitName(l.Units, a.UnitID)), page.T(programmeName(in, l.Programmes, a.Programme)), page.T(a.Cause.Say(in.Lang)),
			page.C(page.Tag(tone(a.State), a.State.Say(in.Lang))), page.T(in.Date(a.SubmittedOn)), page.T(left), page.T(l.officer(a.OfficerID)),
			page.C(page.Links(page.Link{Href: href, Label: l.verb(in, a)}))}})
	}
	return t.Choose(l.Ask[page.ColName])
}

// cols are all columns of the list; those with a key are the reader's to choose.
func cols(in page.In) []page.Col {
	return []page.Col{{Label: in.T("编号")}, {Label: in.T("姓名")}, {Label: in.T("工号"), Key: "no", Spare: true}, {Label: in.T("部门"), Key: "unit"},
		{Label: in.T("帮扶项目"), Key: "programme", Spare: true}, {Label: in.T("主要原因"), Key: "cause"}, {Label: in.T("状态"), Key: "state"},
		{Label: in.T("提交日期"), Key: "on", Spare: true}, {Label: in.T("时限"), Key: "due"}, {Label: in.T("经办人"), Key: "officer", Spare: true},
		{Label: in.T("操作"), Act: true}}
}

func (l appList) shown(in page.In) page.Shown {
	l.Shown.Cols = cols(in)
	return l.Shown
}

func (l appList) nothing(in page.In) string {
	if len(l.chips(in)) > 0 || l.Ask.Get("state") != "" {
		return in.T("没有符合条件的申请")
	}
	return in.T("还没有人申请。可以把申请的二维码贴到班组，也可以代职工申请。")
}

// verb names what one would do with an application next, if it can be the reader's to do.
func (l appList) verb(in page.In, a intake.Application) string {
	for _, s := range []struct {
		state intake.State
		right string
		word  string
	}{{intake.Submitted, "intake.first_review", in.T("初审")}, {intake.Verifying, "intake.officer", in.T("核查")},
		{intake.Visiting, "intake.officer", in.T("核查")}, {intake.Panel, "intake.assess", in.T("评估")}, {intake.Recommended, "plan.propose", in.T("提出帮扶")}} {
		if a.State == s.state && l.Can(s.right) && (s.state != intake.Submitted || l.Leads) {
			return s.word
		}
	}
	return in.T("查看")
}

func (l appList) pager(in page.In) page.Pager {
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
		p.Next = way(append(append([]string{}, after...), l.Apps[len(l.Apps)-1].ID))
	}
	if len(after) > 0 {
		p.Prev = way(after[:len(after)-1])
	}
	return p
}

func (l appList) total(in page.In) string {
	n := int64(0)
	for s, c := range l.Counts {
		if l.Ask.Get("state") == "" || l.Ask.Get("state") == string(s) {
			n += c
		}
	}
	if n >= intake.MostCounted {
		return in.T("{0} 条以上", intake.MostCounted-1)
	}
	return in.T("共 {0} 条", n)
}
