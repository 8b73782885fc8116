package pay

import (
	"context"
	"slices"

	"github.com/a-h/templ"

	"bangfu/internal/base/words"
	"bangfu/internal/domain/payment"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// mend is one thing that can be done to one payment: a form on its page.
type mend struct {
	path, right string
	title, done words.Key
	fields      []form.Field
	when        func(i payment.Instalment) bool
	take        func(q *site.Req) (form.Values, error)
}

// mender makes a mend of an act.
func mender[In, Out any](path string, a act.Act[In, Out], done words.Key, when func(i payment.Instalment) bool) mend {
	_, title, right := a.About()
	return mend{path: path, right: right, title: title, done: done, fields: form.Of[In](), when: when, take: func(q *site.Req) (form.Values, error) {
		var in In
		values, err := q.Read(&in)
		if err == nil {
			_, err = site.Do(q, a, in)
		}
		return values, err
	}}
}

func mends() []mend {
	open := func(i payment.Instalment) bool { return i.Open() }
	paid := func(i payment.Instalment) bool { return i.State == payment.Paid || i.State == payment.Missing }
	return []mend{
		mender("/adjust", payment.AdjustAct, "金额已调整，余下的额度退回资金。", func(i payment.Instalment) bool { return i.Open() && !i.Parked }),
		mender("/way", payment.ChangeWay, "发放方式已改，没发的都按新的方式发。", open),
		mender("/stop", payment.StopAct, "已停发，没有发的额度退回资金。", open),
		mender("/trace", payment.TraceAct, "查账结果已登记。", paid),
		mender("/recover", payment.RecoverAct, "已登记，等出纳核对账户。", func(i payment.Instalment) bool { return paid(i) || i.State == payment.Confirmed }),
		mender("/back", payment.BackAct, "核对结果已登记。", func(i payment.Instalment) bool { return paid(i) || i.State == payment.Confirmed }),
	}
}

func mendRoutes() []site.Route {
	var out []site.Route
	for _, m := range mends() {
		out = append(out, site.Route{Pattern: "POST " + home + m.path, Right: m.right, Face: page.Desk, Do: func(q *site.Req) error {
			values, err := m.take(q)
			id := values.Get("id")
			if err == nil {
				return q.Done(home+"/"+id, string(m.done))
			}
			d, bad := readOne(q, id)
			if bad != nil {
				return bad
			}
			d.Wrong, d.Values = m.path, values
			return q.Again(err, func(in page.In) templ.Component { return oneView(in, d) }, q.Page(d.Item.Award.Number))
		}})
	}
	return out
}

type oneData struct {
	Item   item
	Lines  []payment.Line
	Claim  payment.Claim // money said to have come back
	Payees []payment.Payee
	Names  map[string]string
	Mends  []mend
	Retry  bool
	Wrong  string // the path of the form that came back
	Values form.Values
}

func readOne(q *site.Req, id string) (d oneData, err error) {
	err = q.Site.Host.See(q.R.Context(), q.Who, "payment.see", func(ctx context.Context, tx *db.Tx) error {
		i, err := payment.Reached(ctx, tx, "payment.see", id)
		if err != nil {
			return err
		}
		if d.Item, err = new(named).item(ctx, tx, i); err != nil {
			return err
		}
		if d.Names, err = accounts(ctx, tx); err != nil {
			return err
		}
		if d.Claim, _, err = payment.OpenClaim(ctx, tx, i.ID); err != nil {
			return err
		}
		if d.Lines, err = payment.LinesOf(ctx, tx, i.ID); err != nil {
			return err
		}
		d.Payees, err = payment.Payees(ctx, tx)
		return err
	})
	i := d.Item.Instalment
	d.Retry = q.Can("payment.check") && (i.State == payment.Held || i.State == payment.Failed)
	for _, m := range mends() {
		waits := m.path == "/back" // for the cashier; meanwhile nothing else is said of it
		if q.Can(m.right) && m.when(i) && (d.Claim.ID != "") == waits {
			d.Mends = append(d.Mends, m)
		}
	}
	return d, err
}

func showOne(q *site.Req) error {
	d, err := readOne(q, q.ID("id"))
	if err != nil {
		return err
	}
	return q.Render(oneView(q.Page(d.Item.Award.Number), d))
}

// auto is the form of a mend; what was typed comes back into the one that was refused.
func (d oneData) auto(in page.In, m mend) page.Auto {
	a := page.Auto{Action: home + m.path, Fields: slices.Clone(m.fields), Values: form.Values{"id": {d.Item.ID}}, Submit: m.title.Say(in.Lang), Part: m.path}
	for i := range a.Fields {
		if a.Fields[i].Name == "payee" {
			a.Fields[i].Choices = d.choices()
		}
	}
	if m.path == "/way" {
		a.Values["way"], a.Values["payee"] = []string{string(d.Item.Way)}, []string{d.Item.PayeeID}
	}
	if d.Wrong == m.path {
		a.Values, a.Part = d.Values, ""
	}
	return a
}

// choices are the institutions that may be paid.
func (d oneData) choices() (out []form.Choice) {
	for _, p := range d.Payees {
		if p.State == payment.PayeeChecked {
			out = append(out, choice(p.ID, p.Name+" "+card(p.Tail())))
		}
	}
	return out
}
