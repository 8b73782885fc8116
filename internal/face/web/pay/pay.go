// Package pay has the pages of payment (S09): what is due and what stands against it, batches with their control totals,
// the bank's file and answer, papers to print, and the receipt a worker signs.
package pay

import (
	"context"
	"strings"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

const (
	home    = "/desk/payments"
	batches = home + "/batches"
)

// Routes lists the pages.
func Routes() []site.Route {
	routes := []site.Route{
		{Pattern: "GET " + home, Right: "payment.see", Face: page.Desk, Do: showList},
		{Pattern: "GET " + home + "/{id}", Right: "payment.see", Face: page.Desk, Do: showOne},
		{Pattern: "GET " + batches, Right: "payment.batches", Face: page.Desk, Do: showBatches},
		{Pattern: "GET " + batches + "/{id}", Right: "payment.batches", Face: page.Desk, Do: showBatch},
		{Pattern: "POST " + batches + "/file", Right: "payment.batch", Face: page.Desk, Do: giveFile},
		{Pattern: "GET /print/payments/batches/{id}", Right: "payment.batches", Face: page.Print, Do: printApproval},
		{Pattern: "GET /print/payments/batches/{id}/roll", Right: "payment.batches", Face: page.Print, Do: printRoll},
		{Pattern: "GET /print/receipts/{id}", Right: "payment.confirm", Face: page.Print, Do: printReceipt},
		site.PaperPress("/me/receipts/{id}/pdf", page.Worker, payment.ReceiptPaper, func(q *site.Req) payment.ID { return payment.ID{ID: q.ID("id")} }),
		site.PaperPress(batches+"/{id}/pdf", page.Desk, payment.ApprovalPaper, func(q *site.Req) payment.BatchID { return payment.BatchID{ID: q.ID("id")} }),
		site.Press(home+"/check", page.Desk, payment.CheckAct, func(_ *site.Req, c payment.Checked) (string, string) {
			switch {
			case c.Held > 0:
				return home + "?state=held", "核对完了，有的要先核实，原因写在下面。"
			case c.Ready > 0:
				return home + "?state=ready", "核对完了，都可以发放。"
			}
			return home, "核对完了，没有新到期的。"
		}),
		site.Press(home+"/retry", page.Desk, payment.RetryAct, func(_ *site.Req, i payment.Instalment) (string, string) {
			return home + "/" + i.ID, "可以重新发放了，请财务放进下一个批次。"
		}),
		site.Press(batches+"/countersign", page.Desk, payment.CountersignAct, func(_ *site.Req, b payment.Batch) (string, string) {
			return batches + "/" + b.ID, "复核通过，可以导出银行文件了。"
		}),
	}
	routes = append(routes, mendRoutes()...)
	routes = append(routes, batchRoutes()...)
	routes = append(routes, profileRoutes()...)
	routes = append(routes, wayRoutes()...)
	return append(routes, site.GetPost(site.Route{Pattern: "/me/receipts/{id}", Right: "payment.confirm", Face: page.Worker, Do: showReceipt}, takeReceipt)...)
}

// item is an instalment with the words a person knows it by.
type item struct {
	payment.Instalment
	Worker person.Worker
	Award  plan.Award
	Unit   string
	Payee  payment.Payee // paid in the worker's stead
}

// named finds the people and awards of instalments; each is read once.
type named struct {
	units map[string]string
}

func (n *named) item(ctx context.Context, tx *db.Tx, i payment.Instalment) (it item, err error) {
	it.Instalment = i
	if it.Worker, err = person.Get(ctx, tx, i.PersonID); err != nil {
		return it, err
	}
	if it.Award, err = plan.Get(ctx, tx, i.AwardID); err != nil {
		return it, err
	}
	if i.PayeeID != "" {
		if it.Payee, err = payment.PayeeOf(ctx, tx, i.PayeeID); err != nil {
			return it, err
		}
	}
	it.Unit, err = n.unit(ctx, tx, it.Award.UnitID)
	return it, err
}

func (n *named) unit(ctx context.Context, tx *db.Tx, id string) (string, error) {
	if n.units == nil {
		n.units = map[string]string{}
	}
	if name, ok := n.units[id]; ok {
		return name, nil
	}
	u, err := org.UnitOf(ctx, tx, id)
	n.units[id] = u.Name
	return u.Name, err
}

func (n *named) items(ctx context.Context, tx *db.Tx, all []payment.Instalment) ([]item, error) {
	out := make([]item, len(all))
	for k, i := range all {
		var err error
		if out[k], err = n.item(ctx, tx, i); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func tone(s payment.State) page.Tone {
	switch s {
	case payment.Ready, payment.Confirmed:
		return page.ToneOK
	case payment.Held, payment.Waiting:
		return page.ToneWarn
	case payment.Failed, payment.Missing:
		return page.ToneErr
	case payment.Batched:
		return page.ToneWait
	case payment.Paid:
		return page.ToneInfo
	case payment.Stopped, payment.Recovered:
	}
	return page.Plain
}

// pageSize is how many lines a list shows at once.
const pageSize = 50

// speedDays is the span the promptness on the list is measured over.
const speedDays = 90

type listData struct {
	State  payment.State
	Counts map[payment.State]int
	Items  []item
	Next   string
	Speed  payment.Speed
	Check  bool
	Make   bool
	Batch  bool
}

func showList(q *site.Req) error {
	d := listData{State: stateOf(q), Check: q.Can("payment.check"), Make: q.Can("payment.make"), Batch: q.Can("payment.batches")}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.Counts, err = payment.Counts(ctx, tx, "payment.see"); err != nil {
			return err
		}
		if q.Query("state") == "" {
			d.State = firstOf(d.Counts)
		}
		if d.Speed, err = payment.SpeedOf(ctx, tx, "payment.see", speedDays); err != nil {
			return err
		}
		on, id, _ := strings.Cut(q.Query("after"), "~")
		all, err := payment.In(ctx, tx, "payment.see", payment.Query{State: d.State, AfterOn: day.Day(on), AfterID: id, Limit: pageSize + 1})
		if err != nil {
			return err
		}
		if len(all) > pageSize {
			all = all[:pageSize]
			last := all[pageSize-1]
			d.Next = home + "?state=" + string(d.State) + "&after=" + string(last.DueOn) + "~" + last.ID
		}
		d.Items, err = new(named).items(ctx, tx, all)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(listView(q.Page(q.T("发放")), d))
}

// stateOf reads the tab asked for; what is no state is the first.
func stateOf(q *site.Req) payment.State {
	for _, s := range payment.States() {
		if q.Query("state") == string(s) {
			return s
		}
	}
	return payment.Waiting
}

// firstOf is the tab that most needs a person: what the bank returned, what did not come, what is held, what is ready.
func firstOf(counts map[payment.State]int) payment.State {
	for _, s := range []payment.State{payment.Failed, payment.Missing, payment.Held, payment.Ready} {
		if counts[s] > 0 {
			return s
		}
	}
	return payment.Waiting
}

// dayOf gives the civil day of an instant in UTC milliseconds; "" for none.
func dayOf(ms int64) day.Day {
	if ms == 0 {
		return ""
	}
	return day.Of(time.UnixMilli(ms))
}

// accounts gives the names of those who handle payments, by account.
func accounts(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	all, err := org.Accounts(ctx, tx)
	out := make(map[string]string, len(all))
	for _, u := range all {
		out[u.ID] = u.Name
	}
	return out, err
}
