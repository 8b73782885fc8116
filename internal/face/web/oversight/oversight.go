// Package oversight has the auditor's pages (S21): samples with their seed, the evidence of one award with its gaps, findings to
// closure, and the sheets of them.
package oversight

import (
	"context"
	"strconv"
	"strings"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/oversight"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

const (
	home     = oversight.Home
	samples  = home + "/samples"
	awards   = home + "/awards"
	findings = home + "/findings"
	prints   = "/print/oversight"
)

// Routes lists the pages.
func Routes() []site.Route {
	see := func(path string, face page.Face, do site.Handler) site.Route {
		return site.Route{Pattern: "GET " + path, Right: "oversight.see", Face: face, Do: do}
	}
	routes := []site.Route{
		see(home, page.Desk, showHome),
		{Pattern: "GET " + disclosurePath, Right: "oversight.public", Face: page.Public, Do: showDisclosure},
		{Pattern: "GET /print/disclosure", Right: "report.see", Face: page.Print, Do: printDisclosure},
		see(samples+"/{id}", page.Desk, showSample),
		see(prints+"/samples/{id}", page.Print, printSample),
		see(awards+"/{id}", page.Desk, showAward),
		see(prints+"/awards/{id}", page.Print, printAward),
		{Pattern: "GET " + findings, Right: "oversight.findings", Face: page.Desk, Do: showFindings},
		{Pattern: "GET " + findings + "/{id}", Right: "oversight.findings", Face: page.Desk, Do: showFinding},
		site.Press(home+"/pass", page.Desk, oversight.Pass, func(_ *site.Req, i oversight.Item) (string, string) {
			return samples + "/" + i.SampleID, "已记下：核查无问题。"
		}),
	}
	to := func(line string) func(oversight.Finding) (string, string) {
		return func(f oversight.Finding) (string, string) { return findings + "/" + f.ID, line }
	}
	for _, f := range []site.Form{
		{Path: home + "/new", Right: "oversight.draw", Open: openDraw, Run: site.Runs(oversight.Draw, func(s oversight.Sample) (string, string) {
			return samples + "/" + s.ID, "样本已抽好，种子已记下。"
		})},
		{Path: awards + "/{id}/find", Right: "oversight.find", Open: openFind, Run: site.Runs(oversight.Find, to("问题已提出，已转给要答复的人。"))},
		{Path: findings + "/{id}/answer", Right: "oversight.answer", Open: openWord[oversight.WordIn]("oversight.answer", "答复审计问题", "写清楚原因和已经做的整改。", "交答复"), Run: site.Runs(oversight.Answer, to("答复已交，等审计人员审看。"))},
		{Path: findings + "/{id}/back", Right: "oversight.find", Open: openWord[oversight.BackIn]("oversight.find", "退回答复", "写清楚还差什么。", "退回"), Run: site.Runs(oversight.Back, to("已退回，请对方再答复。"))},
		{Path: findings + "/{id}/close", Right: "oversight.find", Open: openWord[oversight.WordIn]("oversight.find", "销号", "写下结论：整改到位，或查明没有问题。销号后不能再改。", "销号"), Run: site.Runs(oversight.Close, to("问题已销号。"))},
	} {
		routes = append(routes, f.Routes()...)
	}
	return append(routes, askedRoutes()...)
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func back(q *site.Req, to string) page.Link { return page.Link{Href: to, Label: q.T("返回")} }

func openDraw(_ context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	first := day.Day(string(tx.Day())[:7] + "-01")
	return site.FormPage{Title: q.T("抽取审计样本"), Lead: q.T("种子、方法和当时的名单都会留下，以后用同一个种子能抽出同样的样本。"),
		Auto: page.Auto{Fields: form.Of[oversight.DrawIn](), Submit: q.T("抽取"), Cancel: back(q, home),
			Values: form.Show(oversight.DrawIn{Basis: oversight.Awards, Method: oversight.Random, From: first.AddMonths(-3), Until: tx.Day(), Size: 10})}}, nil
}

func openFind(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	d, err := oversight.DossierOf(ctx, tx, q.ID("id"))
	if err != nil {
		return site.FormPage{}, err
	}
	var gaps []string
	for _, s := range d.Signs {
		if s.Gap() {
			gaps = append(gaps, s.Say(q.Lang()))
		}
	}
	in := oversight.FindIn{Award: d.ID, Sample: q.Query("sample"), Text: strings.Join(gaps, "\n"), Role: org.RoleOfficer, Due: tx.Day().Add(15)}
	return site.FormPage{Cap: d.Number + " " + d.Masked, Title: q.T("提出审计问题"), Lead: q.T("转给对这件事负责的岗位，到期没有答复会催办。只有审计人员能销号。"),
		Auto: page.Auto{Fields: form.Of[oversight.FindIn](), Submit: q.T("提出"), Cancel: back(q, awards+"/"+d.ID), Values: form.Show(in)}}, nil
}

// openWord is the form of a word said to a finding.
func openWord[In any](right, title, lead, submit string) func(context.Context, *db.Tx, *site.Req) (site.FormPage, error) {
	return func(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
		f, _, err := oversight.FindingOf(ctx, tx, right, q.ID("id"))
		values := form.Values{"id": {f.ID}, "due": {string(tx.Day().Add(10))}}
		return site.FormPage{Cap: f.Number + " " + f.Text, Title: q.T(title), Lead: q.T(lead),
			Auto: page.Auto{Fields: form.Of[In](), Submit: q.T(submit), Cancel: back(q, findings+"/"+f.ID), Values: values}}, err
	}
}

// names knows what users are called.
type names map[string]string

func (n *names) read(ctx context.Context, tx *db.Tx) error {
	users, err := org.Users(ctx, tx)
	*n = names{}
	for _, u := range users {
		(*n)[u.ID] = u.Name
	}
	return err
}

type homePage struct {
	Samples  []oversight.Sample
	Findings []oversight.Finding
	Names    names
	Today    day.Day
	Can      func(string) bool
}

func showHome(q *site.Req) error {
	p := homePage{Can: q.Can}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.Today = tx.Day()
		if p.Samples, err = oversight.Samples(ctx, tx); err != nil {
			return err
		}
		if p.Findings, err = oversight.Findings(ctx, tx); err != nil {
			return err
		}
		return p.Names.read(ctx, tx)
	}); err != nil {
		return err
	}
	return q.Render(homeView(q.Page(q.T("审计监督")), p))
}

func (p homePage) stats(in page.In) []page.Stat {
	var open, late, answered int64
	for _, f := range p.Findings {
		switch {
		case f.State == oversight.Answered:
			answered++
		case f.State == oversight.Open:
			open++
			if f.Late(p.Today) {
				late++
			}
		}
	}
	return []page.Stat{{Label: in.T("审计样本"), Value: strconv.Itoa(len(p.Samples))}, {Label: in.T("待审看的答复"), Value: itoa(answered), Href: findings},
		{Label: in.T("等答复的问题"), Value: itoa(open), Href: findings}, {Label: in.T("过期没有答复"), Value: itoa(late), Href: findings}}
}

func (p homePage) list(in page.In) page.List {
	t := page.List{Caption: in.T("审计样本"), None: in.T("还没有抽过样本"), Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("时间段")}, {Label: in.T("抽什么")}, {Label: in.T("怎么抽")},
		{Label: in.T("抽几件")}, {Label: in.T("种子")}, {Label: in.T("抽取人")}, {Label: in.T("日期")}}}
	for _, s := range p.Samples {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.A(samples+"/"+s.ID, s.Number), page.T(in.Date(s.FromOn) + " — " + in.Date(s.UntilOn)), page.T(s.Basis.Say(in.Lang)),
			page.T(s.Method.Say(in.Lang)), page.T(in.T("{0} 件里抽 {1} 件", s.Population, s.Size)), page.T(s.Seed), page.T(p.Names[s.ByUser]), page.T(day.Clock(s.At))}})
	}
	return t
}

func state(in page.In, f oversight.Finding, today day.Day) (page.Tone, string) {
	switch {
	case f.Late(today):
		return page.ToneErr, in.T("过期没有答复")
	case f.State == oversight.Closed:
		return page.ToneOK, f.State.Say(in.Lang)
	case f.State == oversight.Answered:
		return page.ToneWarn, f.State.Say(in.Lang)
	}
	return page.ToneInfo, f.State.Say(in.Lang)
}

func findingList(in page.In, all []oversight.Finding, today day.Day) page.List {
	t := page.List{Caption: in.T("审计问题"), None: in.T("没有审计问题"), Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("发现的问题")}, {Label: in.T("由谁答复")}, {Label: in.T("答复期限")}, {Label: in.T("状态")}}}
	for _, f := range all {
		tone, text := state(in, f, today)
		t.Rows = append(t.Rows, page.Row{Over: f.Late(today), Cells: []page.Cell{page.A(findings+"/"+f.ID, f.Number), page.T(f.Text), page.T(in.T("role." + f.Role)),
			page.T(in.Date(f.Due)), page.C(page.Tag(tone, text))}})
	}
	return t
}

type findingPage struct {
	F     oversight.Finding
	Said  []oversight.Word
	Names names
	Today day.Day
	Can   func(string) bool
	Asked bool
}

func showFindings(q *site.Req) error {
	var all []oversight.Finding
	var today day.Day
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		today = tx.Day()
		all, err = oversight.Findings(ctx, tx)
		return err
	}); err != nil {
		return err
	}
	return q.Render(findingsView(q.Page(q.T("审计问题")), all, today))
}

func showFinding(q *site.Req) error {
	p := findingPage{Can: q.Can}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.Today = tx.Day()
		if p.F, p.Said, err = oversight.FindingOf(ctx, tx, "oversight.findings", q.ID("id")); err != nil {
			return err
		}
		return p.Names.read(ctx, tx)
	}); err != nil {
		return err
	}
	p.Asked = p.F.ByUser != q.Who.User && p.F.Asked(q.Who)
	return q.Render(findingView(q.Page(q.T("审计问题 {0}", p.F.Number)), p))
}

func (p findingPage) facts(in page.In) []page.Pair {
	out := []page.Pair{{Label: in.T("由谁答复"), Value: in.T("role." + p.F.Role)}, {Label: in.T("答复期限"), Value: in.Date(p.F.Due)},
		{Label: in.T("提出人"), Value: p.Names[p.F.ByUser], Note: day.Clock(p.F.At)}}
	if p.F.ClosedAt > 0 {
		out = append(out, page.Pair{Label: in.T("销号时间"), Value: day.Clock(p.F.ClosedAt)})
	}
	return out
}

func (p findingPage) line(in page.In) []page.Event {
	out := []page.Event{{State: "done", Title: in.T("提出问题"), Note: p.Names[p.F.ByUser] + " · " + day.Clock(p.F.At)}}
	for _, w := range p.Said {
		title := map[string]string{"answer": in.T("答复"), "back": in.T("退回"), "close": in.T("销号")}[w.Kind]
		out = append(out, page.Event{State: "done", Title: title + "：" + w.Text, Note: p.Names[w.ByUser] + " · " + day.Clock(w.At)})
	}
	return out
}

func dayOf(ms int64) day.Day {
	if ms == 0 {
		return ""
	}
	return day.Of(time.UnixMilli(ms))
}
