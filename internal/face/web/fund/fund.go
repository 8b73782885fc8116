// Package fund has the desk pages of the relief fund (S14): pockets and their budgets, statements, entries and vouchers,
// money coming in, transfers, the trial balance, and what two persons close, reopen and reverse.
package fund

import (
	"context"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"bangfu/internal/base/day"
	"bangfu/internal/base/words"
	ledger "bangfu/internal/domain/fund"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

const home = "/desk/fund"

// soon is how many days before the end of its time of use a pocket's people are told that its rest goes back.
const soon = 30

// Routes lists the pages.
func Routes() []site.Route {
	see := func(pattern string, face page.Face, do site.Handler) site.Route {
		return site.Route{Pattern: "GET " + pattern, Right: "fund.see", Face: face, Do: do}
	}
	routes := []site.Route{
		see(home, page.Desk, showPockets),
		see(home+"/pockets/{code}", page.Desk, showPocket),
		see(home+"/entries", page.Desk, showEntries),
		see(home+"/entries/{seq}", page.Desk, showEntry),
		see(home+"/trial", page.Desk, showTrial),
		see(home+"/books", page.Desk, showBooks),
		see(home+"/charts", page.Desk, showChart),
		see(home+"/dry", page.Desk, showDry),
		see("/print/fund/entries/{seq}", page.Print, showVoucher),
		see("/print/fund/books", page.Print, printBooks),
		{Pattern: "GET " + home + "/journal", Right: "fund.journal", Face: page.Desk, Do: showJournal},
		{Pattern: "POST " + home + "/journal", Right: "fund.journal", Face: page.Desk, Do: giveJournal},
		site.Press(home+"/answer", page.Desk, ledger.AnswerAsk, func(_ *site.Req, a ledger.Ask) (string, string) {
			if a.Answer == "yes" {
				return home, "复核通过，已经办好。"
			}
			return home, "已退回，账簿没有变动。"
		}),
		site.Press(home+"/reverse", page.Desk, ledger.ReverseEntry, func(*site.Req, ledger.Ask) (string, string) {
			return home, "已提交，等另一位同事复核。"
		}),
	}
	routes = append(routes, requestRoutes()...)
	for _, f := range forms() {
		routes = append(routes, f.routes()...)
	}
	return routes
}

type pocketsPage struct {
	States []ledger.State
	Asks   []ledger.Ask
	Due    []ledger.Due
	Names  map[string]string // account → name
	Book   ledger.Book
	Chart  *ledger.Chart
	Can    func(right string) bool
	Who    string // the reader's account: nobody agrees to what they asked for
}

func showPockets(q *site.Req) error {
	p := pocketsPage{Can: q.Can, Who: q.Who.User}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.States, err = ledger.States(ctx, tx); err != nil {
			return err
		}
		if p.Asks, err = ledger.Asks(ctx, tx); err != nil {
			return err
		}
		if p.Due, err = ledger.Duties(ctx, tx, soon); err != nil {
			return err
		}
		if p.Book, err = ledger.BookOf(ctx, tx); err != nil {
			return err
		}
		if p.Chart, err = ledger.ChartOn(ctx, tx, tx.Day()); err != nil {
			return err
		}
		p.Names, err = namesOf(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(pocketsView(q.Page(q.T("资金和预算")), p))
}

func namesOf(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	users, err := org.Accounts(ctx, tx)
	out := make(map[string]string, len(users))
	for _, u := range users {
		out[u.ID] = u.Name
	}
	return out, err
}

type pocketPage struct {
	State     ledger.State
	Forecast  ledger.Forecast
	Statement ledger.Statement
	Manager   string
	Purposes  string
}

func showPocket(q *site.Req) error {
	var p pocketPage
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		code := q.ID("code")
		if p.State, err = ledger.StateOf(ctx, tx, code); err != nil {
			return err
		}
		if p.Forecast, err = ledger.ForecastOf(ctx, tx, code); err != nil {
			return err
		}
		names, err := namesOf(ctx, tx)
		if err != nil {
			return err
		}
		p.Manager = names[p.State.Pocket.Manager]
		c, err := ledger.ChartOn(ctx, tx, tx.Day())
		if err != nil {
			return err
		}
		p.Purposes = purposeNames(q, c, p.State.Pocket.Purposes)
		p.Statement, err = ledger.StatementOf(ctx, tx, ledger.Account{Pocket: code}, spanOf(q, tx.Day()))
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(pocketView(q.Page(p.State.Pocket.Name), p))
}

// spanOf reads the days asked for; what is no day is the year until today.
func spanOf(q *site.Req, today day.Day) ledger.Span {
	s := ledger.Span{From: day.Day(string(today)[:4] + "-01-01"), To: today}
	if d, err := day.Parse(q.Query("from")); err == nil {
		s.From = d
	}
	if d, err := day.Parse(q.Query("to")); err == nil && d >= s.From {
		s.To = d
	}
	return s
}

const pageSize = 50

type entriesPage struct {
	Filter  ledger.Filter
	Entries []ledger.Entry
	Pockets []ledger.Pocket
	Next    string
}

func showEntries(q *site.Req) error {
	before, _ := strconv.ParseInt(q.Query("before"), 10, 64) // no number is the newest
	p := entriesPage{Filter: ledger.Filter{Pocket: q.Query("pocket"), Month: q.Query("month"), Before: before, Limit: pageSize + 1}}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Pockets, err = ledger.Pockets(ctx, tx); err != nil {
			return err
		}
		p.Entries, err = ledger.Entries(ctx, tx, p.Filter)
		return err
	})
	if err != nil {
		return err
	}
	if len(p.Entries) > pageSize {
		p.Entries = p.Entries[:pageSize]
		last := strconv.FormatInt(p.Entries[pageSize-1].Seq, 10)
		p.Next = home + "/entries?" + url.Values{"pocket": {p.Filter.Pocket}, "month": {p.Filter.Month}, "before": {last}}.Encode()
	}
	return q.Render(entriesView(q.Page(q.T("分录")), p))
}

type entryPage struct {
	Entry   ledger.Entry
	Chart   *ledger.Chart
	By      string
	Union   string
	Today   day.Day
	Reverse bool
}

func readEntry(q *site.Req) (entryPage, error) {
	p := entryPage{Union: q.Union.Name}
	seq, _ := strconv.ParseInt(q.ID("seq"), 10, 64) // no number is no entry
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.Today = tx.Day()
		if p.Entry, err = ledger.EntryOf(ctx, tx, seq); err != nil {
			return err
		}
		if p.Chart, err = ledger.ChartOn(ctx, tx, p.Entry.Day); err != nil {
			return err
		}
		names, err := namesOf(ctx, tx)
		p.By = names[p.Entry.ByUser]
		return err
	})
	p.Reverse = q.Can("fund.reverse") && p.Entry.Kind != ledger.KindReverse
	return p, err
}

func showEntry(q *site.Req) error {
	p, err := readEntry(q)
	if err != nil {
		return err
	}
	return q.Render(entryView(q.Page(q.T("分录 {0}", p.Entry.Seq)), p))
}

func showVoucher(q *site.Req) error {
	p, err := readEntry(q)
	if err != nil {
		return err
	}
	return q.Render(voucherView(q.Page(q.T("记账凭证")), p))
}

type trialPage struct {
	Trial   ledger.Trial
	Pocket  string
	Pockets []ledger.Pocket
}

func showTrial(q *site.Req) error {
	p := trialPage{Pocket: q.Query("pocket")}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		on := spanOf(q, tx.Day()).To
		if p.Pockets, err = ledger.Pockets(ctx, tx); err != nil {
			return err
		}
		p.Trial, err = ledger.TrialOn(ctx, tx, on, p.Pocket)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(trialView(q.Page(q.T("试算平衡表")), p))
}

// deskForm is a desk page that is one form of one act.
type deskForm struct {
	path, right               string
	title, lead, submit, done words.Key
	fields                    func() []form.Field
	take                      func(q *site.Req) (form.Values, error)
}

// taker reads the input of an act from the form and runs it.
func taker[In, Out any](a act.Act[In, Out]) func(q *site.Req) (form.Values, error) {
	return func(q *site.Req) (form.Values, error) {
		var in In
		values, err := q.Read(&in)
		if err == nil {
			_, err = site.Do(q, a, in)
		}
		return values, err
	}
}

func (f deskForm) routes() []site.Route {
	show := func(q *site.Req) error {
		draw, err := f.draw(q, nil)
		if err != nil {
			return err
		}
		return q.Render(draw(q.Page(f.title.Say(q.Lang()))))
	}
	return site.GetPost(site.Route{Pattern: home + f.path, Right: f.right, Face: page.Desk, Do: show}, func(q *site.Req) error {
		values, err := f.take(q)
		if err == nil {
			return q.Done(home, string(f.done))
		}
		draw, bad := f.draw(q, values)
		if bad != nil {
			return bad
		}
		return q.Again(err, draw, q.Page(f.title.Say(q.Lang())))
	})
}

// draw gives the page, with the lists of the union's own pockets, purposes and people put into the fields.
func (f deskForm) draw(q *site.Req, v form.Values) (func(page.In) templ.Component, error) {
	fields := f.fields()
	err := q.See(func(ctx context.Context, tx *db.Tx) error {
		return choose(ctx, tx, q, fields)
	})
	p := formPage{Title: f.title.Say(q.Lang()), Lead: f.lead.Say(q.Lang()), Auto: page.Auto{
		Action: home + f.path, Fields: fields, Values: v, Submit: f.submit.Say(q.Lang()), Cancel: page.Link{Href: home, Label: q.T("返回")},
	}}
	return func(in page.In) templ.Component { return formView(in, p) }, err
}

type formPage struct {
	Title, Lead string
	Auto        page.Auto
}
