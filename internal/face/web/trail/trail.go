// Package trail has the auditor's pages of who did what (S21, S33): the operations and the looks at sealed things, newest
// first, and the check of the chain they hang on. It shows ids and field names; no page of it holds a person's data.
package trail

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/org"
)

const (
	home    = "/desk/audit"
	onePage = 50
	marks   = 10
)

// Routes lists the pages; acts give the names of what was done.
func Routes(acts []act.Any) []site.Route {
	l := log{titles: map[string]words.Key{}}
	for _, a := range acts {
		name, title, _ := a.About()
		l.titles[name] = title
	}
	return []site.Route{
		{Pattern: "GET " + home, Right: "audit.read", Face: page.Desk, Do: l.show},
		{Pattern: "GET " + home + "/check", Right: "audit.read", Face: page.Desk, Do: check},
		{Pattern: "POST " + home + "/export", Right: "audit.read", Face: page.Desk, Do: l.export},
	}
}

// log knows what acts are called.
type log struct{ titles map[string]words.Key }

// asked are the conditions, which live in the address.
func asked() []string {
	return []string{"who", "act", "outcome", "kind", "looks", "since", "until", "subject"}
}

// sight is one page of the log.
type sight struct {
	log
	Ask     url.Values
	Entries []audit.Entry
	More    bool
	Users   []org.User
	Names   map[string]string
}

func (l log) ask(q *site.Req) sight {
	s := sight{log: l, Ask: url.Values{}, Names: map[string]string{}}
	for _, name := range append(asked(), "after") {
		if v := strings.TrimSpace(q.Query(name)); v != "" {
			s.Ask.Set(name, v)
		}
	}
	return s
}

func (s *sight) query() audit.Query {
	get := s.Ask.Get
	q := audit.Query{Before: get("after"), Act: get("act"), Actor: get("who"), Outcome: get("outcome"), Kind: get("kind"), Subject: get("subject"), Looks: get("looks") == "1"}
	for name, to := range map[string]*day.Day{"since": &q.From, "until": &q.To} {
		if d, err := day.Parse(get(name)); err == nil {
			*to = d
		}
	}
	return q
}

func (s *sight) read(ctx context.Context, tx *db.Tx) (err error) {
	q := s.query()
	q.Limit = onePage + 1
	if s.Entries, err = audit.List(ctx, tx, q); err != nil {
		return err
	}
	if s.More = len(s.Entries) > onePage; s.More {
		s.Entries = s.Entries[:onePage]
	}
	if s.Users, err = org.Users(ctx, tx); err != nil {
		return err
	}
	for _, u := range s.Users {
		s.Names[u.ID] = u.Name
	}
	return nil
}

func (l log) show(q *site.Req) error {
	s := l.ask(q)
	if err := q.See(s.read); err != nil {
		return err
	}
	return q.Render(listView(q.Page(q.T("操作和查阅记录")), s))
}

// who names the actor: a post's holder by name; a worker, who may be anybody, only as what they are.
func (s sight) who(in page.In, e audit.Entry) string {
	switch name := s.Names[e.Actor]; {
	case name != "":
		return name
	case e.Actor == "public" && e.Kind == "user" && s.Names[e.Object] != "": // who comes in is known by having come
		return s.Names[e.Object]
	case e.Actor == "public":
		return in.T("没有登录的人")
	case e.Actor == "system":
		return in.T("系统")
	}
	return in.T("职工")
}

func (s sight) title(in page.In, e audit.Entry) string {
	if t := s.titles[e.Act]; t != "" {
		return t.Say(in.Lang)
	}
	return e.Act
}

// outcome says how it ended.
func outcome(in page.In, e audit.Entry) page.Cell {
	if e.Outcome == "done" {
		return page.C(page.Tag(page.ToneOK, in.T("完成")))
	}
	c := page.C(page.Tag(page.ToneErr, in.T("被拒绝")))
	c.Note = e.Fault
	return c
}

// fields says in words which fields an entry touched. What has no word of its own stands as it was written down: a count, a code of the
// union's own.
func fields(in page.In, list string) string {
	var out []string
	for _, f := range strings.Split(list, ",") {
		head, rest, more := strings.Cut(f, ".")
		said := in.T("audit.field." + f)
		if strings.HasPrefix(said, "audit.field.") && more {
			if said = in.T("audit.field." + head); !strings.HasPrefix(said, "audit.field.") {
				said += "（" + rest + "）"
			}
		}
		if strings.HasPrefix(said, "audit.field.") {
			said = f
		}
		if said != "" {
			out = append(out, said)
		}
	}
	return strings.Join(out, "、")
}

func (s sight) table(in page.In) page.List {
	t := page.List{Caption: in.T("操作和查阅记录"), None: in.T("没有符合条件的记录。"),
		Cols: []page.Col{{Label: in.T("时间")}, {Label: in.T("谁")}, {Label: in.T("做了什么")}, {Label: in.T("对象")}, {Label: in.T("内容项")},
			{Label: in.T("理由")}, {Label: in.T("结果")}}}
	if s.address("after", "") != home {
		t.NoneDo = page.Link{Href: home, Label: in.T("去掉条件")}
	}
	for _, e := range s.Entries {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.C(page.Moment(day.Clock(e.At))), page.T(s.who(in, e)), page.T(s.title(in, e)),
			object(in, e), page.T(fields(in, e.Fields)), page.T(e.Reason), outcome(in, e)}})
	}
	return t
}

// object links to the thing where the reader has a page of it.
func object(in page.In, e audit.Entry) page.Cell {
	if e.Kind == "" {
		return page.T("")
	}
	text := kindName(in, e.Kind)
	for kind, path := range map[string]string{"application": "/desk/applications/", "award": "/desk/awards/", "file": "/desk/files/", "batch": "/desk/payments/batches/",
		"notice": "/desk/notices/"} {
		if kind == e.Kind && e.Outcome == "done" {
			return page.A(path+e.Object, text)
		}
	}
	return page.T(text)
}

func kindName(in page.In, kind string) string {
	for _, c := range kinds() {
		if c.Value == kind {
			return in.T(c.Label)
		}
	}
	return kind
}

// kinds are the things an entry is about, those an auditor asks for first.
func kinds() []form.Choice {
	return []form.Choice{{Value: "application", Label: "申请"}, {Value: "award", Label: "帮扶"}, {Value: "instalment", Label: "发放"}, {Value: "batch", Label: "发放批次"},
		{Value: "file", Label: "档案"}, {Value: "person", Label: "职工"}, {Value: "notice", Label: "公示"}, {Value: "pocket", Label: "资金"},
		{Value: "standard", Label: "标准"}, {Value: "user", Label: "账号"}, {Value: "post", Label: "任职"}, {Value: "setting", Label: "设置"}, {Value: "import", Label: "导入"},
		{Value: "plan", Label: "帮扶计划"}, {Value: "watch", Label: "跟踪走访"}, {Value: "meeting", Label: "会议纪要"}, {Value: "visit", Label: "走访"}, {Value: "referral", Label: "转介"},
		{Value: "recognition", Label: "建档认定和年审"}}
}

func (s sight) address(name, value string) string {
	v := url.Values{}
	for k, all := range s.Ask {
		v[k] = all
	}
	if v.Del(name); value != "" {
		v.Set(name, value)
	}
	if len(v) == 0 {
		return home
	}
	return home + "?" + v.Encode()
}

func (s sight) form(in page.In) page.Query {
	f := func(name, label string, choices []form.Choice) page.F {
		return page.F{Name: name, Label: label, Value: s.Ask.Get(name), Choices: choices}
	}
	var people, acts []form.Choice
	for _, u := range s.Users {
		people = append(people, form.Choice{Value: u.ID, Label: u.Name})
	}
	for name, title := range s.titles {
		acts = append(acts, form.Choice{Value: name, Label: title.Say(in.Lang)})
	}
	slices.SortFunc(acts, func(a, b form.Choice) int { return strings.Compare(a.Value, b.Value) })
	said := make([]form.Choice, 0, len(kinds()))
	for _, c := range kinds() {
		said = append(said, form.Choice{Value: c.Value, Label: in.T(c.Label)})
	}
	since, until := f("since", in.T("从哪天"), nil), f("until", in.T("到哪天"), nil)
	since.Unit, until.Unit = "date", "date"
	return page.Query{Action: home, Reset: home,
		Fields: []page.F{f("who", in.T("谁"), people), f("looks", in.T("只看查阅"), []form.Choice{{Value: "1", Label: in.T("是")}}),
			f("outcome", in.T("结果"), []form.Choice{{Value: "done", Label: in.T("完成")}, {Value: "refused", Label: in.T("被拒绝")}})},
		More: []page.F{f("act", in.T("做了什么"), acts), f("kind", in.T("对象"), said), since, until}}
}

func (s sight) pager(in page.In) page.Pager {
	p := page.Pager{}
	if s.More {
		p.Next = s.address("after", s.Entries[len(s.Entries)-1].ID)
	}
	if s.Ask.Get("after") != "" {
		p.Prev = s.address("after", "")
	}
	return p
}
