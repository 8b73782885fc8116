package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/report"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// yearsBack is how many years before this one the board can show.
const yearsBack = 3

// boardPage is the leaders' one page: five questions, two charts, one table, and how each was counted (ux L1).
type boardPage struct {
	report.Overview
	Can func(right string) bool
}

func showBoard(q *site.Req) error {
	b := boardPage{Can: q.Can}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		year, today := tx.Day().Year(), tx.Day()
		if y, err := strconv.Atoi(q.Query("year")); err == nil && y <= year && y >= year-yearsBack {
			year = y
		}
		b.Overview, err = report.Look(ctx, tx, report.Year(year, today))
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(boardView(q.Page(q.T("统计")), b))
}

// years are the years one can go to.
func (b boardPage) years(in page.In) []page.Tab {
	var out []page.Tab
	for y := b.Today.Year(); y >= b.Today.Year()-yearsBack; y-- {
		out = append(out, page.Tab{Href: home + "/dashboard?year=" + strconv.Itoa(y), Label: in.T("{0} 年", y), Count: -1, Current: y == b.From.Year()})
	}
	return out
}

// stats are the five answers; each leads to how it was counted.
func (b boardPage) stats(in page.In) []page.Stat {
	late := page.Stat{Label: in.T("哪里慢了"), Value: itoa(b.Late), Unit: in.T("件逾期"), Note: in.T("在办 {0} 件", b.Turns), Href: "#how-slow"}
	if b.Late > 0 {
		oldest := slices.MinFunc(b.Slow, func(x, y report.Slow) int { return strings.Compare(string(x.First), string(y.First)) })
		late.Tone, late.Note = page.ToneErr, in.T("最久的该在 {0} 前办", oldest.First)
	}
	said := page.Stat{Label: in.T("职工怎么说"), Href: "#how-said", Note: in.T("还没有到账的发放")}
	if b.Landed > 0 {
		said.Value, said.Unit = strconv.FormatInt(b.Confirmed*100/b.Landed, 10), in.T("% 确认收到")
		said.Note = in.T("到账 {0} 笔，说没收到 {1} 笔", b.Landed, b.Denied)
	}
	return []page.Stat{
		{Label: in.T("有多少困难职工"), Value: itoa(b.Files), Unit: in.T("户在档"), Note: in.T("另有 {0} 件申请在办", b.Waiting), Href: "#how-files"},
		{Label: in.T("帮了多少人多少钱"), Value: itoa(b.People), Unit: in.T("人"), Note: in.Money(b.Paid), Href: "#how-paid"},
		{Label: in.T("钱还剩多少"), Value: whole(b.Free), Unit: in.T("元"), Note: in.T("已定未付 {0}", b.Held), Href: "#how-left"},
		late, said,
	}
}

// whole says an amount in yuan without its fen, for a number read at a glance; the note beside it has them.
func whole(a money.Amount) string {
	text, _, _ := strings.Cut(a.String(), ".")
	return text
}

// aidChart draws what was paid month by month. A month of fewer than five workers is not drawn, and says so.
func (b boardPage) aidChart(in page.In) page.Chart {
	c := page.Chart{ID: "aid", Title: in.T("每月发放金额"), Unit: in.T("元"), Kind: page.ChartColumns, Money: true}
	cells := make([]int64, len(b.Months))
	for i, m := range b.Months {
		cells[i] = m.People
	}
	hide, any := report.Hide(cells), false
	var values []int64
	for i, m := range b.Months {
		label, v := in.T("{0} 月", strings.TrimPrefix(m.Month[5:], "0")), int64(m.Amount)
		if hide[i] {
			label, v, any = label+" *", 0, true
		}
		c.Labels, values = append(c.Labels, label), append(values, v)
	}
	c.Series = []page.Series{{Name: in.T("发放金额"), Values: values}}
	if any {
		c.Desc = in.T("带 * 的月份领到的不足 {0} 人，或者能推算出来，不显示。", report.Small)
	}
	if b.People == 0 {
		c.Labels = nil
	}
	return c
}

// causeChart draws why workers applied; causes of few stand together.
func (b boardPage) causeChart(in page.In) page.Chart {
	c := page.Chart{ID: "cause", Title: in.T("申请的主要原因"), Unit: in.T("人"), Kind: page.ChartBars}
	cells := make([]int64, len(b.Causes))
	for i, one := range b.Causes {
		cells[i] = one.N
	}
	hide, rest := report.Hide(cells), int64(0)
	var values []int64
	for i, one := range b.Causes {
		if hide[i] {
			rest += one.N
			continue
		}
		c.Labels, values = append(c.Labels, intake.Cause(one.Code).Say(in.Lang)), append(values, one.N)
	}
	if rest >= report.Small {
		c.Labels, values = append(c.Labels, in.T("其余原因合计")), append(values, rest)
	}
	c.Series = []page.Series{{Name: in.T("人数"), Values: values}}
	if slices.Contains(hide, true) {
		c.Desc = in.T("不足 {0} 人的原因不单独列。", report.Small)
	}
	return c
}

// unitTable puts the branches beside each other; counts of few people are told for none of them.
func (b boardPage) unitTable(in page.In) page.List {
	l := page.List{Caption: in.T("各分会"), None: in.T("还没有分会或部门"),
		Cols: []page.Col{{Label: in.T("机构")}, {Label: in.T("在档户数"), Num: true}, {Label: in.T("领到帮扶的人"), Num: true}, {Label: in.T("金额"), Num: true}, {Label: in.T("逾期"), Num: true}}}
	files, people := make([]int64, len(b.Units)), make([]int64, len(b.Units))
	for i, u := range b.Units {
		files[i], people[i] = u.Files, u.People
	}
	noFiles, noPeople := report.Hide(files), report.Hide(people)
	few := in.T("人少，不显示")
	for i, u := range b.Units {
		f, p, a := itoa(u.Files), itoa(u.People), in.Money(u.Amount)
		if noFiles[i] {
			f = few
		}
		if noPeople[i] {
			p, a = few, few
		}
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(u.Name), page.T(f), page.T(p), page.T(a), page.T(itoa(u.Late))}})
	}
	return l
}

func (b boardPage) slowTable(in page.In) page.List {
	l := page.List{Caption: in.T("逾期的事"), None: in.T("没有逾期的事"), Dense: true,
		Cols: []page.Col{{Label: in.T("哪一步")}, {Label: in.T("件数"), Num: true}, {Label: in.T("最早该在")}}}
	for _, s := range b.Slow {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(kindName(in, s.Kind)), page.T(itoa(s.N)), page.T(in.Date(s.First))}})
	}
	return l
}

// how says how a number was counted.
type how struct {
	ID, Title, Text string
	More            page.Link
}

func (b boardPage) hows(in page.In) []how {
	link := func(right, href, label string) page.Link {
		if !b.Can(right) {
			return page.Link{}
		}
		return page.Link{Href: href, Label: label}
	}
	return []how{
		{"how-files", in.T("有多少困难职工"), in.T("今天在档的家庭数，一户算一个。{0} 到 {1} 新建档 {2} 户，退出 {3} 户。", b.From, b.To, b.Opened, b.Left), link("casefile.list", "/desk/files", in.T("看档案"))},
		{"how-paid", in.T("帮了多少人多少钱"), in.T("{0} 到 {1} 银行已到账的帮扶，共 {2} 笔、{3}。同一个人领几次算一个人；退回的、以前导入的、别处给的都不算。", b.From, b.To, b.Payments, b.Paid), link("payment.see", "/desk/payments", in.T("看发放"))},
		{"how-left", in.T("钱还剩多少"), in.T("今天各项资金里还没有定给谁的钱 {0}，已经定了还没付的 {1}。历年共收 {2}。", b.Free, b.Held, b.Grown), link("fund.see", "/desk/fund", in.T("看资金"))},
		{"how-slow", in.T("哪里慢了"), in.T("今天还没办、已经过了时限的事；在办的一共 {0} 件。时限按工作日算，每一步多少天在设置里。", b.Turns), link("task.watch", home, in.T("看待办"))},
		{"how-said", in.T("职工怎么说"), in.T("还没有做满意度问卷，先看到账的钱职工有没有确认收到：到账 {0} 笔，确认收到 {1} 笔，说没收到 {2} 笔，其余还没有回答。", b.Landed, b.Confirmed, b.Denied), page.Link{}},
	}
}
