// Package leads has the pages of discovery's leads (S03): the desk's list with its reasons, what is done with each, the
// signals with their weights, disasters, the causes of hardship; and a worker's page to speak up for a colleague, and to
// answer when somebody did.
package leads

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"bangfu/internal/base/words"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

const home = "/desk/leads"

// Routes lists the pages.
func Routes() []site.Route {
	see := func(path string, do site.Handler) site.Route {
		return site.Route{Pattern: "GET " + home + path, Right: "discovery.see", Face: page.Desk, Do: do}
	}
	routes := []site.Route{see("", showList), see("/signals", showSignals), see("/causes", showCauses), see("/disasters", showStrikes), see("/{id}", showLead),
		{Pattern: "POST " + home + "/export", Right: "discovery.see", Face: page.Desk, Do: export}}
	for _, f := range forms() {
		routes = append(routes, f.Routes()...)
	}
	return routes
}

// perPage is how many leads a page lists.
const perPage = 50

type listPage struct {
	Leads  []discovery.Lead
	Signs  map[string][]discovery.Sign
	People map[string]person.Worker
	Users  map[string]string
	Units  []org.Unit
	Tallys []discovery.Tally
	At     discovery.State
	Code   discovery.Code
	Mine   bool
	Today  string
	Next   string
	Can    func(string) bool
}

func asked(q *site.Req) discovery.LeadQuery {
	ask := discovery.LeadQuery{State: discovery.State(q.Query("state")), Code: discovery.Code(q.Query("signal")), Mine: q.Query("mine") == "1",
		AfterID: q.Query("after"), Limit: perPage + 1}
	if !slices.ContainsFunc(ask.State.Choices(), func(c choice) bool { return c.Value == string(ask.State) }) {
		ask.State = discovery.New
	}
	ask.AfterScore, _ = strconv.ParseInt(q.Query("score"), 10, 64)
	return ask
}

func showList(q *site.Req) error {
	ask := asked(q)
	p := listPage{At: ask.State, Code: ask.Code, Mine: ask.Mine, Can: q.Can}
	if err := q.See(func(ctx context.Context, tx *db.Tx) error { return p.read(ctx, tx, ask) }); err != nil {
		return err
	}
	return q.Render(listView(q.Page(q.T("线索")), p))
}

func (p *listPage) read(ctx context.Context, tx *db.Tx, ask discovery.LeadQuery) (err error) {
	p.Today = string(tx.Day())
	if p.Leads, err = discovery.Leads(ctx, tx, ask); err != nil {
		return err
	}
	if len(p.Leads) > perPage {
		p.Leads = p.Leads[:perPage]
		last := p.Leads[perPage-1]
		p.Next = p.query("after", last.ID, "score", strconv.FormatInt(last.Score, 10))
	}
	if p.Tallys, err = discovery.Counts(ctx, tx); err != nil {
		return err
	}
	p.Signs = map[string][]discovery.Sign{}
	var people []string
	for _, l := range p.Leads {
		people = append(people, l.PersonID)
		if p.Signs[l.ID], err = discovery.Signs(ctx, tx, l.ID); err != nil {
			return err
		}
	}
	if p.People, err = person.Many(ctx, tx, people); err != nil {
		return err
	}
	if p.Users, err = usersByID(ctx, tx); err != nil {
		return err
	}
	p.Units, err = org.Units(ctx, tx)
	return err
}

func usersByID(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	all, err := org.Accounts(ctx, tx)
	out := map[string]string{}
	for _, u := range all {
		out[u.ID] = u.Name
	}
	return out, err
}

// query keeps what the list is narrowed to, with some more pairs.
func (p listPage) query(more ...string) string {
	out := "?state=" + string(p.At)
	if p.Code != "" {
		out += "&signal=" + string(p.Code)
	}
	if p.Mine {
		out += "&mine=1"
	}
	for i := 0; i+1 < len(more); i += 2 {
		out += "&" + more[i] + "=" + more[i+1]
	}
	return home + out
}

// places are the tabs of the whole area.
func places(in page.In, at string) []page.Tab {
	var out []page.Tab
	for _, t := range []struct{ path, label string }{{home, in.T("线索")}, {"/desk/discovery", in.T("问卷筛出的家庭")}, {home + "/disasters", in.T("受灾地区")},
		{home + "/causes", in.T("致困原因分析")}, {home + "/signals", in.T("信号和权重")}} {
		out = append(out, page.Tab{Href: t.path, Label: t.label, Count: -1, Current: t.path == at})
	}
	return out
}

func (p listPage) tabs(in page.In) []page.Tab {
	var out []page.Tab
	for _, c := range discovery.State("").Choices() {
		n := 0
		for _, t := range p.Tallys {
			if string(t.State) == c.Value {
				n = int(t.N)
			}
		}
		if c.Value == string(discovery.DoneWith) {
			n = -1
		}
		at := p
		at.At, at.Code, at.Mine = discovery.State(c.Value), "", false
		out = append(out, page.Tab{Href: at.query(), Label: in.T(c.Label), Count: n, Current: c.Value == string(p.At)})
	}
	return out
}

func unitName(all []org.Unit, id string) string {
	for _, u := range all {
		if u.ID == id {
			return u.Name
		}
	}
	return "—"
}

func causeName(l words.Lang, code string) string {
	if code == "" {
		return "—"
	}
	return intake.Cause(code).Say(l)
}

// reasons are the signs of a lead in words; of one that waits for a yes, only that it waits.
func (p listPage) reasons(in page.In, l discovery.Lead) string {
	if l.State == discovery.Asking {
		return in.T("有人关心，等本人同意")
	}
	var out []string
	for _, s := range p.Signs[l.ID] {
		out = append(out, s.Say(in.Lang))
	}
	return strings.Join(out, in.T("；"))
}

func (p listPage) table(in page.In) page.List {
	t := page.List{Caption: in.T("线索"), Head: 1, None: in.T("现在没有这样的线索。工资表、请假记录和重要事项导入以后，每晚会自动找一遍。"),
		Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("姓名")}, {Label: in.T("部门")}, {Label: in.T("分值"), Num: true}, {Label: in.T("为什么")}, {Label: in.T("联系期限")}, {Label: in.T("由谁联系")}}}
	if p.At == discovery.DoneWith {
		t.Cols[5].Label, t.Cols[6].Label = in.T("了结日期"), in.T("结果")
	}
	for _, l := range p.Leads {
		due, who := in.Date(l.DueOn), p.Users[l.Officer]
		if l.State == discovery.DoneWith {
			due, who = in.Date(l.EndedOn), l.Outcome.Say(in.Lang)
		}
		if who == "" {
			who = "—"
		}
		t.Rows = append(t.Rows, page.Row{Over: l.State != discovery.DoneWith && string(l.DueOn) < p.Today, Cells: []page.Cell{page.C(page.Moment(l.Number)),
			page.C(nameLink(home+"/"+l.ID, p.People[l.PersonID].Name)), page.T(unitName(p.Units, l.UnitID)), page.T(strconv.FormatInt(l.Score, 10)), page.T(p.reasons(in, l)), page.C(page.Moment(due)), page.C(page.Moment(who))}})
	}
	return t
}

func (p listPage) exportForm(in page.In) page.Auto {
	at := p.query()
	return page.Auto{Action: home + "/export" + strings.TrimPrefix(at, home), Fields: site.PurposeFields(), Submit: in.T("下载")}
}

// mineLink turns the narrowing to the reader's own leads on or off.
func (p listPage) mineLink() string {
	p.Mine = !p.Mine
	return p.query()
}
