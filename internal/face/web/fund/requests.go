package fund

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"bangfu/internal/base/day"
	ledger "bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

const requests = home + "/requests"

func requestRoutes() []site.Route {
	see := func(pattern string, face page.Face, do site.Handler) site.Route {
		return site.Route{Pattern: "GET " + pattern, Right: "fund.see", Face: face, Do: do}
	}
	return []site.Route{
		see(requests, page.Desk, showRequests),
		see(requests+"/{id}", page.Desk, showRequest),
		see("/print/fund/requests/{id}", page.Print, printRequest),
		see(home+"/budgets", page.Desk, showBudgets),
		site.Press(requests+"/withdraw", page.Desk, ledger.WithdrawRequest, func(_ *site.Req, r ledger.Request) (string, string) {
			return requests + "/" + r.ID, "申请已撤回。"
		}),
		{Pattern: "POST " + requests + "/grant", Right: "fund.grant_company", Face: page.Desk, Do: func(q *site.Req) error {
			var in ledger.GrantIn
			values, err := q.Read(&in)
			if err == nil {
				_, err = site.Do(q, ledger.AnswerCompany, in)
			}
			return afterGrant(q, err, values)
		}},
		{Pattern: "POST " + requests + "/budget", Right: "fund.grant_budget", Face: page.Desk, Do: func(q *site.Req) error {
			var in ledger.GrantIn
			values, err := q.Read(&in)
			if err == nil {
				_, err = site.Do(q, ledger.AnswerBudget, in)
			}
			return afterGrant(q, err, values)
		}},
	}
}

func afterGrant(q *site.Req, err error, v form.Values) error {
	id := v.Get("id")
	if err == nil {
		return q.Done(requests+"/"+id, "答复已记下，已告知申请人。")
	}
	p, bad := readRequest(q, id)
	if bad != nil {
		return bad
	}
	p.Values = v
	return q.Again(err, func(in page.In) templ.Component { return requestView(in, p) }, q.Page(p.R.Number))
}

type requestsPage struct {
	All   []ledger.Request
	State ledger.Stage
	Names map[string]string
	Ask   bool
}

func showRequests(q *site.Req) error {
	p := requestsPage{State: ledger.Stage(q.Query("state")), Ask: q.Can("fund.ask_for")}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.All, err = ledger.Requests(ctx, tx, p.State); err != nil {
			return err
		}
		p.Names, err = namesOf(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(requestsView(q.Page(q.T("资金申请")), p))
}

func (p requestsPage) tabs(in page.In) []page.Tab {
	out := []page.Tab{{Href: requests, Label: in.T("全部"), Count: -1, Current: p.State == ""}}
	for _, s := range []ledger.Stage{ledger.Asked, ledger.GrantedIt, ledger.Refused, ledger.Withdrawn} {
		out = append(out, page.Tab{Href: requests + "?state=" + string(s), Label: s.Say(in.Lang), Count: -1, Current: p.State == s})
	}
	return out
}

func stageTone(s ledger.Stage) page.Tone {
	switch s {
	case ledger.Asked:
		return page.ToneWarn
	case ledger.GrantedIt:
		return page.ToneOK
	case ledger.Refused:
		return page.ToneErr
	case ledger.Withdrawn:
	}
	return page.Plain
}

func requestList(in page.In, p requestsPage) page.List {
	l := page.List{Caption: in.T("资金申请"), None: in.T("还没有资金申请"), Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("类型")}, {Label: in.T("资金")}, num(in.T("申请金额")),
		num(in.T("批准金额")), num(in.T("已到账")), {Label: in.T("申请人")}, {Label: in.T("申请日期")}, {Label: in.T("状态")}}}
	for _, r := range p.All {
		came := page.T("")
		if r.Kind == ledger.OfCompany {
			came = blank(in, r.Received)
		}
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.A(requests+"/"+r.ID, r.Number), page.T(r.Kind.Say(in.Lang)), page.T(r.Pocket), page.T(in.Money(r.Amount)),
			blank(in, r.Granted), came, page.T(p.Names[r.AskedBy]), page.T(in.Date(dayOf(r.AskedAt))), page.C(page.Tag(stageTone(r.State), r.State.Say(in.Lang)))}})
	}
	return l
}

func dayOf(ms int64) day.Day {
	if ms == 0 {
		return ""
	}
	return day.Of(time.UnixMilli(ms))
}

type requestPage struct {
	R            ledger.Request
	Pocket       ledger.Pocket
	By, Answerer string
	Union        string
	Today        day.Day
	Answer, Mine bool
	Values       form.Values
}

func readRequest(q *site.Req, id string) (requestPage, error) {
	p := requestPage{Union: q.Union.Name}
	err := q.Site.Host.See(q.R.Context(), q.Who, "fund.see", func(ctx context.Context, tx *db.Tx) (err error) {
		p.Today = tx.Day()
		if p.R, err = ledger.RequestOf(ctx, tx, id); err != nil {
			return err
		}
		if p.Pocket, err = ledger.Get(ctx, tx, p.R.Pocket); err != nil {
			return err
		}
		names, err := namesOf(ctx, tx)
		p.By, p.Answerer = names[p.R.AskedBy], names[p.R.AnsweredBy]
		return err
	})
	p.Mine = p.R.AskedBy == q.Who.User && p.R.State == ledger.Asked
	right := "fund.grant_company"
	if p.R.Kind == ledger.OverBudget {
		right = "fund.grant_budget"
	}
	p.Answer = p.R.State == ledger.Asked && !p.Mine && q.Can(right)
	return p, err
}

func showRequest(q *site.Req) error {
	p, err := readRequest(q, q.ID("id"))
	if err != nil {
		return err
	}
	return q.Render(requestView(q.Page(p.R.Number), p))
}

func printRequest(q *site.Req) error {
	p, err := readRequest(q, q.ID("id"))
	if err != nil {
		return err
	}
	return q.Render(requestSheet(q.Page(p.R.Kind.Say(q.Lang())), p))
}

func (p requestPage) form(in page.In) page.Auto {
	to := requests + "/grant"
	if p.R.Kind == ledger.OverBudget {
		to = requests + "/budget"
	}
	v := p.Values
	if v == nil {
		v = form.Values{"id": {p.R.ID}}
	}
	return page.Auto{Action: to, Fields: form.Of[ledger.GrantIn](), Values: v, Submit: in.T("答复")}
}

func requestPairs(in page.In, p requestPage) []page.Pair {
	r := p.R
	out := []page.Pair{{Label: in.T("类型"), Value: r.Kind.Say(in.Lang)}, {Label: in.T("资金"), Value: p.Pocket.Code + " " + p.Pocket.Name}, {Label: in.T("申请金额"), Value: in.Money(r.Amount)},
		{Label: in.T("大写"), Value: r.Amount.Capital()}, {Label: in.T("用途和理由"), Value: r.Reason}, {Label: in.T("申请人"), Value: p.By}, {Label: in.T("申请日期"), Value: in.Date(dayOf(r.AskedAt))}}
	if r.Kind == ledger.OverBudget {
		out = append(out, page.Pair{Label: in.T("年度"), Value: strconv.FormatInt(r.Year, 10)}, page.Pair{Label: in.T("帮扶项目"), Value: r.Programme})
	}
	if r.AnsweredAt > 0 {
		out = append(out, page.Pair{Label: in.T("批准金额"), Value: in.Money(r.Granted)}, page.Pair{Label: in.T("意见"), Value: r.Answer},
			page.Pair{Label: in.T("答复人"), Value: p.Answerer}, page.Pair{Label: in.T("答复日期"), Value: in.Date(dayOf(r.AnsweredAt))})
	}
	if r.Kind == ledger.OfCompany && r.State == ledger.GrantedIt {
		out = append(out, page.Pair{Label: in.T("已到账"), Value: in.Money(r.Received)}, page.Pair{Label: in.T("还未到账"), Value: in.Money(r.Left())})
	}
	return out
}

type budgetsPage struct {
	All   []ledger.YearBudget
	Order []string
	Can   func(string) bool
}

func showBudgets(q *site.Req) error {
	p := budgetsPage{Can: q.Can}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.All, err = ledger.Budgets(ctx, tx, 0); err != nil {
			return err
		}
		p.Order, err = ledger.OrderOf(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(budgetsView(q.Page(q.T("年度预算")), p))
}

func (p budgetsPage) order(in page.In) string {
	if len(p.Order) == 0 {
		return in.T("没有设置使用次序：一笔帮扶只从选定的那笔资金出。")
	}
	return in.T("使用次序：{0}。选定的资金不够时，依次从后面允许这样用的资金补足。", strings.Join(p.Order, " → "))
}

func budgetList(in page.In, all []ledger.YearBudget) page.List {
	l := page.List{Caption: in.T("年度预算"), None: in.T("还没有设置年度预算；没有预算的资金只受可用余额限制"), Cols: []page.Col{{Label: in.T("年度")}, {Label: in.T("资金")}, {Label: in.T("帮扶项目")},
		num(in.T("年度预算")), num(in.T("上年结转")), num(in.T("专项追加")), num(in.T("已用和已答应")), num(in.T("还可以用"))}}
	for _, b := range all {
		programme := b.Programme
		if programme == "" {
			programme = in.T("全部")
		}
		l.Rows = append(l.Rows, page.Row{Over: b.Left() < 0, Cells: []page.Cell{page.T(strconv.FormatInt(b.Year, 10)), page.T(b.Pocket), page.T(programme), page.T(in.Money(b.Amount)),
			blank(in, b.Carried), blank(in, b.Extra), page.T(in.Money(b.Used)), page.T(in.Money(b.Left()))}})
	}
	return l
}
