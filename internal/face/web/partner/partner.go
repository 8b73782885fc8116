// Package partner has the desk pages of bodies outside that help (S32): their register, the workers referred to them with
// what came of it, and the letter a worker takes along.
package partner

import (
	"context"
	"strconv"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/partner"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

const (
	bodies    = "/desk/partners"
	referrals = "/desk/referrals"
)

// Routes lists the pages.
func Routes() []site.Route {
	routes := []site.Route{
		{Pattern: "GET " + bodies, Right: "partner.list", Face: page.Desk, Do: showBodies},
		{Pattern: "GET " + referrals, Right: "partner.see", Face: page.Desk, Do: showReferrals},
		{Pattern: "GET " + referrals + "/{id}", Right: "partner.see", Face: page.Desk, Do: showReferral},
		{Pattern: "POST " + referrals + "/{id}/letter", Right: "partner.refer", Face: page.Desk, Do: printLetter},
		site.Press(referrals+"/withdraw", page.Desk, partner.Withdraw, func(_ *site.Req, r partner.Referral) (string, string) {
			return referrals + "/" + r.ID, "转介已撤回。"
		}),
	}
	for _, f := range []site.Form{
		{Path: bodies + "/edit", Right: "partner.keep", Open: openBody, Run: site.Runs(partner.Keep, func(partner.Body) (string, string) { return bodies, "合作单位已保存。" })},
		{Path: referrals + "/new", Right: "partner.refer", Open: openRefer, Run: site.Runs(partner.Refer, func(r partner.Referral) (string, string) {
			return referrals + "/" + r.ID, "已登记转介。打印介绍信交给本人。"
		})},
		{Path: referrals + "/{id}/answer", Right: "partner.refer", Open: openAnswer, Run: site.Runs(partner.Answer, func(r partner.Referral) (string, string) {
			return referrals + "/" + r.ID, "转介结果已登记。"
		})},
	} {
		both := f.Routes()
		if f.Path == referrals+"/new" {
			both[0].Do = begun(both[0].Do)
		}
		routes = append(routes, both...)
	}
	return routes
}

func itoa(n int) string { return strconv.Itoa(n) }

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// begun shows the form of a referral to whoever comes from a case; to others it says where the way begins.
func begun(show site.Handler) site.Handler {
	return func(q *site.Req) error {
		if q.Query("source") == "" {
			return q.Done(referrals, "要转介谁，请从他的申请、档案或已停发的帮扶里点“转介”。")
		}
		return show(q)
	}
}

func openBody(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	p := site.FormPage{Title: q.T("登记合作单位"), Auto: page.Auto{Fields: form.Of[partner.BodyIn](), Submit: q.T("保存"), Cancel: page.Link{Href: bodies, Label: q.T("返回")}, Values: form.Values{}}}
	id := or(q.Query("id"), q.R.PostFormValue("id"))
	if id == "" {
		return p, nil
	}
	b, err := partner.Get(ctx, tx, id)
	var helps []partner.Help
	for _, h := range strings.Fields(b.Helps) {
		helps = append(helps, partner.Help(h))
	}
	p.Title = q.T("更新合作单位")
	p.Auto.Values = form.Show(partner.BodyIn{ID: b.ID, Version: b.Version, Name: b.Name, Kind: b.Kind, Contact: b.Contact, Phone: b.Phone, Helps: helps, Note: b.Note, Until: b.UntilOn, Ended: b.State == "ended"})
	return p, err
}

func openRefer(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	in := partner.ReferIn{Source: partner.Source(or(q.Query("source"), q.R.PostFormValue("source"))), SourceID: or(q.Query("id"), q.R.PostFormValue("source_id")),
		ConsentOn: tx.Day(), Due: tx.Day().Add(20)}
	o, err := partner.OriginOf(ctx, tx, in.Source, in.SourceID)
	if err != nil {
		return site.FormPage{}, err
	}
	w, err := person.Reached(ctx, tx, "partner.refer", o.PersonID)
	if err != nil {
		return site.FormPage{}, err
	}
	all, err := partner.List(ctx, tx)
	choices := []form.Choice{{Label: "请选择"}}
	for _, b := range all {
		if b.Serves(tx.Day()) {
			choices = append(choices, form.Choice{Value: b.ID, Label: b.Name, Hint: partner.SayHelps(q.Lang(), b.Helps)})
		}
	}
	if err != nil {
		return site.FormPage{}, err
	}
	p := site.FormPage{Cap: w.Name, Title: q.T("转介"), Lead: q.T("先给本人看要告诉对方的内容，同意了再转介。只告诉对方办事需要的。"),
		Auto: page.Auto{Fields: form.With(form.Of[partner.ReferIn](), "body", choices), Submit: q.T("登记转介"), Values: form.Show(in), Cancel: page.Link{Href: referrals, Label: q.T("返回")}}}
	p.Known, err = earlier(ctx, tx, q.Page(""), o.HouseholdID)
	return p, err
}

// earlier lists the help of the last year, from wherever.
func earlier(ctx context.Context, tx *db.Tx, in page.In, householdID string) (page.List, error) {
	t := page.List{Caption: in.T("近一年的帮扶"), None: in.T("近一年没有帮扶记录"), Cols: []page.Col{{Label: in.T("日期")}, {Label: in.T("来源")}, {Label: in.T("金额"), Num: true}, {Label: in.T("说明")}}}
	all, err := casefile.AidOf(ctx, tx, householdID, tx.Day().AddMonths(-12), "")
	for _, a := range all {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(in.Date(a.On)), page.T(a.Source.Say(in.Lang)), page.T(in.Money(a.Amount)), page.T(or(a.Note, "—"))}})
	}
	return t, err
}

func openAnswer(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	r, err := partner.Reached(ctx, tx, "partner.refer", q.ID("id"))
	return site.FormPage{Cap: r.Number, Title: q.T("登记转介结果"), Lead: q.T("对方给的帮助会记进这户的帮扶记录，以免重复帮扶。"),
		Auto: page.Auto{Fields: form.Of[partner.AnswerIn](), Submit: q.T("保存结果"), Values: form.Show(partner.AnswerIn{ID: r.ID, On: tx.Day()}),
			Cancel: page.Link{Href: referrals + "/" + r.ID, Label: q.T("返回")}}}, err
}

// bodyList is the register of partners.
type bodyList struct {
	Bodies []partner.Body
	Today  day.Day
	Can    func(string) bool
}

func showBodies(q *site.Req) error {
	l := bodyList{Can: q.Can}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		l.Today = tx.Day()
		l.Bodies, err = partner.List(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(bodiesView(q.Page(q.T("合作单位")), l))
}

func (l bodyList) table(in page.In) page.List {
	t := page.List{Caption: in.T("合作单位"), None: in.T("还没有登记合作单位"), Cols: []page.Col{{Label: in.T("单位名称")}, {Label: in.T("单位类型")}, {Label: in.T("能帮什么")}, {Label: in.T("联系人")},
		{Label: in.T("办公电话")}, {Label: in.T("协议有效期到")}, {Label: in.T("状态")}, {Label: in.T("操作"), Act: true}}}
	for _, b := range l.Bodies {
		tone, state := page.ToneOK, in.T("合作中")
		switch {
		case b.State == "ended":
			tone, state = page.Plain, in.T("不再合作")
		case !b.Serves(l.Today):
			tone, state = page.ToneErr, in.T("协议已到期")
		case b.UntilOn != "" && b.UntilOn <= l.Today.Add(30):
			tone, state = page.ToneWarn, in.T("30 天内到期")
		}
		do := page.T("—")
		if l.Can("partner.keep") {
			do = page.C(page.Links(page.Link{Href: bodies + "/edit?id=" + b.ID, Label: in.T("更新")}))
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(b.Name), page.T(b.Kind.Say(in.Lang)), page.T(partner.SayHelps(in.Lang, b.Helps)), page.T(or(b.Contact, "—")),
			page.T(or(b.Phone, "—")), page.T(in.Date(b.UntilOn)), page.C(page.Tag(tone, state)), do}})
	}
	return t
}

// referralList is a page of referrals.
type referralList struct {
	Referrals []partner.Referral
	Counts    map[partner.State]int64
	State     partner.State
	More      string
	Bodies    map[string]partner.Body
	People    map[string]person.Worker
	Today     day.Day
	Can       func(string) bool
}

const few = 50

func showReferrals(q *site.Req) error {
	l := referralList{State: partner.State(q.Query("state")), Bodies: map[string]partner.Body{}, Can: q.Can}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		l.Today = tx.Day()
		if l.Counts, err = partner.Counts(ctx, tx); err != nil {
			return err
		}
		if l.Referrals, err = partner.Referrals(ctx, tx, partner.Query{State: l.State, After: q.Query("after"), Limit: few + 1}); err != nil {
			return err
		}
		if len(l.Referrals) > few {
			l.Referrals = l.Referrals[:few]
			l.More = referrals + "?state=" + string(l.State) + "&after=" + l.Referrals[few-1].ID
		}
		return l.name(ctx, tx)
	})
	if err != nil {
		return err
	}
	return q.Render(referralsView(q.Page(q.T("转介")), l))
}

func (l *referralList) name(ctx context.Context, tx *db.Tx) error {
	all, err := partner.List(ctx, tx)
	if err != nil {
		return err
	}
	for _, b := range all {
		l.Bodies[b.ID] = b
	}
	var ids []string
	for _, r := range l.Referrals {
		ids = append(ids, r.PersonID)
	}
	l.People, err = person.Many(ctx, tx, ids)
	return err
}

func (l referralList) tabs(in page.In) []page.Tab {
	total := int64(0)
	for _, n := range l.Counts {
		total += n
	}
	out := []page.Tab{{Href: referrals, Label: in.T("全部"), Count: int(total), Current: l.State == ""}}
	for _, c := range partner.State("").Choices() {
		out = append(out, page.Tab{Href: referrals + "?state=" + c.Value, Label: in.T(c.Label), Count: int(l.Counts[partner.State(c.Value)]), Current: string(l.State) == c.Value})
	}
	return out
}

func tag(in page.In, r partner.Referral, today day.Day) (page.Tone, string) {
	switch {
	case r.Late(today):
		return page.ToneErr, in.T("{0} 应答复，已过期", string(r.DueOn))
	case r.State == partner.Waiting:
		return page.ToneInfo, in.T("等答复，{0} 前", string(r.DueOn))
	case r.State == partner.Helped:
		return page.ToneOK, r.State.Say(in.Lang)
	}
	return page.Plain, r.State.Say(in.Lang)
}

func (l referralList) table(in page.In) page.List {
	t := page.List{Caption: in.T("转介"), Head: 1, None: in.T("还没有转介。可以从申请、档案或停发的帮扶转介。"), Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("姓名")}, {Label: in.T("转介到")},
		{Label: in.T("请对方帮什么")}, {Label: in.T("转介日期")}, {Label: in.T("结果")}, {Label: in.T("金额或价值"), Num: true}}}
	for _, r := range l.Referrals {
		worth := page.T("")
		if r.Amount > 0 {
			worth = page.T(in.Money(r.Amount))
		}
		t.Rows = append(t.Rows, page.Row{Over: r.Late(l.Today), Cells: []page.Cell{page.A(referrals+"/"+r.ID, r.Number), page.T(l.People[r.PersonID].Name), page.T(l.Bodies[r.BodyID].Name),
			page.T(partner.SayHelps(in.Lang, r.Asks)), page.T(in.Date(r.SentOn)), page.C(tagView(in, r, l.Today)), worth}})
	}
	return t
}
