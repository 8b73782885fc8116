package mutual

import (
	"context"
	"strconv"

	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/deduction"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/programme/mutual"
)

const pageSize = 50

type homePage struct {
	There   bool
	Figures mutual.Figures
	Lists   []deduction.List
	Turns   []row // those who leave
	Can     func(string) bool
}

func showHome(q *site.Req) error {
	p := homePage{Can: q.Can}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if _, p.There, err = mutual.SchemeOf(ctx, tx); err != nil || !p.There {
			return err
		}
		if p.Figures, err = mutual.FiguresOf(ctx, tx); err != nil {
			return err
		}
		if p.Lists, err = deduction.Lists(ctx, tx, deduction.Mutual, 12); err != nil {
			return err
		}
		for _, s := range []mutual.State{mutual.Leaving, mutual.Approved} {
			some, err := read(ctx, tx, mutual.Query{State: s, Limit: pageSize})
			if err != nil {
				return err
			}
			p.Turns = append(p.Turns, some...)
		}
		return nil
	}); err != nil {
		return err
	}
	return q.Render(homeView(q.Page(q.T("互助金")), p))
}

// row is a membership with the worker's name.
type row struct {
	mutual.Member
	Name, StaffNo string
}

func read(ctx context.Context, tx *db.Tx, ask mutual.Query) ([]row, error) {
	all, err := mutual.Members(ctx, tx, ask)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(all))
	for i, m := range all {
		ids[i] = m.PersonID
	}
	who, err := person.Many(ctx, tx, ids)
	out := make([]row, len(all))
	for i, m := range all {
		out[i] = row{m, who[m.PersonID].Name, who[m.PersonID].StaffNo}
	}
	return out, err
}

type membersPage struct {
	Rows []row
	At   mutual.State
	Next string
}

func showMembers(q *site.Req) error {
	p := membersPage{At: mutual.State(q.Query("state"))}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.Rows, err = read(ctx, tx, mutual.Query{State: p.At, After: q.Query("after"), Limit: pageSize + 1})
		return err
	}); err != nil {
		return err
	}
	if len(p.Rows) > pageSize {
		p.Rows = p.Rows[:pageSize]
		p.Next = members + "?state=" + string(p.At) + "&after=" + p.Rows[pageSize-1].ID
	}
	return q.Render(membersView(q.Page(q.T("互助金会员")), p))
}

type memberPage struct {
	mutual.Account
	Name, StaffNo string
	Can           func(string) bool
	Scheme        mutual.Scheme
	Is            bool
	Past          []mutual.Member
	There         bool
}

func showMember(q *site.Req) error {
	p := memberPage{Can: q.Can, Is: true}
	if err := q.See(func(ctx context.Context, tx *db.Tx) error {
		m, err := mutual.Seen(ctx, tx, q.ID("id"))
		if err != nil {
			return err
		}
		w, err := person.Get(ctx, tx, m.PersonID)
		if err != nil {
			return err
		}
		p.Name, p.StaffNo = w.Name, w.StaffNo
		p.Account, err = mutual.AccountOf(ctx, tx, m)
		return err
	}); err != nil {
		return err
	}
	return q.Render(memberView(q.Page(p.Member.Number), p))
}

func showMine(q *site.Req) error {
	p := memberPage{Can: q.Can}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Scheme, p.There, err = mutual.SchemeOf(ctx, tx); err != nil || !p.There {
			return err
		}
		all, err := mutual.Memberships(ctx, tx, tx.Actor.Person)
		if err != nil || len(all) == 0 {
			return err
		}
		last := all[len(all)-1]
		p.Is, p.Past = last.State != mutual.Left, all[:len(all)-1]
		p.Account, err = mutual.AccountOf(ctx, tx, last)
		return err
	}); err != nil {
		return err
	}
	return q.Render(mineView(q.Page(q.T("我的互助金")), p))
}

func (p homePage) stats(in page.In) []page.Stat {
	f := p.Figures
	return []page.Stat{{Label: in.T("在会人数"), Value: strconv.FormatInt(f.Members, 10), Note: in.T("{0} 人已满等待期", f.Covered)},
		{Label: in.T("累计缴入"), Value: in.Money(f.Paid)}, {Label: in.T("累计退还"), Value: in.Money(f.Back)},
		{Label: in.T("已用于补助"), Value: in.Money(f.Pocket.Spent)}, {Label: in.T("可用余额"), Value: in.Money(f.Pocket.Available)}}
}

func terms(in page.In, s mutual.Scheme) []page.Pair {
	out := []page.Pair{{Label: in.T("每月缴费"), Value: in.T("{0} 到 {1}", s.Least, s.Most)}, {Label: in.T("入会费"), Value: in.Money(s.Entry)},
		{Label: in.T("等待期"), Value: in.T("缴满 {0} 个月可以受助", s.WaitMonths)},
		{Label: in.T("退会退还"), Value: in.T("自愿退会 {0}%，离职、退休、去世 {1}%", s.BackOwn, s.BackGone)}}
	if s.Missed > 0 {
		out = append(out, page.Pair{Label: in.T("自动退会"), Value: in.T("连续 {0} 个月没扣到", s.Missed)})
	}
	return append(out, page.Pair{Label: in.T("章程摘要"), Value: s.Rules})
}

func table(in page.In, caption, none string, rows []row) page.List {
	t := page.List{Caption: caption, None: none, Cols: []page.Col{{Label: in.T("会员号")}, {Label: in.T("姓名")}, {Label: in.T("工号")}, {Label: in.T("状态")}, {Label: in.T("每月缴费"), Num: true},
		{Label: in.T("入会日期")}}}
	for _, r := range rows {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.A(members+"/"+r.ID, r.Number), page.T(r.Name), page.T(r.StaffNo), page.C(page.Tag(tone(r.Member), said(in, r.Member))),
			page.T(in.Money(r.Monthly)), page.T(in.Date(r.JoinedOn))}})
	}
	return t
}

func said(in page.In, m mutual.Member) string {
	if m.State == mutual.Active && m.Covered == 0 {
		return in.T("等待期内")
	}
	return m.State.Say(in.Lang)
}

func tone(m mutual.Member) page.Tone {
	switch m.State {
	case mutual.Active:
		return page.ToneOK
	case mutual.Leaving, mutual.Approved:
		return page.ToneWarn
	}
	return page.Plain
}

func (p memberPage) facts(in page.In) []page.Pair {
	m := p.Member
	out := []page.Pair{{Label: in.T("会员号"), Value: m.Number}, {Label: in.T("状态"), Value: said(in, m)}, {Label: in.T("每月缴费"), Value: in.Money(m.Monthly)},
		{Label: in.T("入会日期"), Value: in.Date(m.JoinedOn)}, {Label: in.T("已缴月数"), Value: strconv.Itoa(p.Months())}, {Label: in.T("累计缴入"), Value: in.Money(p.Paid)}}
	if p.Benefits > 0 {
		out = append(out, page.Pair{Label: in.T("已受助"), Value: in.Money(p.Benefits)})
	}
	if m.Why != "" {
		out = append(out, page.Pair{Label: in.T("退会原因"), Value: m.Why.Say(in.Lang)})
	}
	if m.Back > 0 {
		out = append(out, page.Pair{Label: in.T("应退还"), Value: in.Money(m.Back)})
	}
	return out
}

// lines is the account, newest first.
func (p memberPage) lines(in page.In) page.List {
	t := page.List{Caption: in.T("收支明细"), None: in.T("还没有缴费"), Cols: []page.Col{{Label: in.T("日期")}, {Label: in.T("项目")}, {Label: in.T("金额"), Num: true}}}
	for i := len(p.Lines) - 1; i >= 0; i-- {
		l := p.Lines[i]
		what := in.T("{0} 月缴费", l.Month)
		if l.Kind == mutual.Back {
			what = in.T("退会退款")
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(in.Date(l.OnDay)), page.T(what), page.T(in.Money(l.Amount))}})
	}
	return t
}

func helps(in page.In, all []casefile.Aid) page.List {
	t := page.List{Caption: in.T("互助金补助"), None: in.T("还没有领过补助"), Cols: []page.Col{{Label: in.T("日期")}, {Label: in.T("金额"), Num: true}}}
	for _, h := range all {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(in.Date(h.On)), page.T(in.Money(h.Amount))}})
	}
	return t
}

func tabs(in page.In, at mutual.State) []page.Tab {
	out := []page.Tab{{Href: members, Label: in.T("在会"), Current: at == ""}}
	for _, s := range []mutual.State{mutual.Leaving, mutual.Approved, mutual.Left} {
		out = append(out, page.Tab{Href: members + "?state=" + string(s), Label: s.Say(in.Lang), Current: at == s})
	}
	return out
}

func termsLabel(in page.In, there bool) string {
	if there {
		return in.T("修改章程")
	}
	return in.T("设立互助金")
}
