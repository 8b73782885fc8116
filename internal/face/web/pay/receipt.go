package pay

import (
	"context"

	"github.com/a-h/templ"

	"bangfu/internal/domain/payment"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

type receiptData struct {
	Item   item
	Union  string
	Today  string
	Self   bool // the reader is the worker
	Ask    bool
	Values form.Values
}

func readReceipt(q *site.Req) (d receiptData, err error) {
	d.Union = q.Union.Name
	err = q.Site.Host.See(q.R.Context(), q.Who, "payment.confirm", func(ctx context.Context, tx *db.Tx) error {
		i, err := payment.Reached(ctx, tx, "payment.confirm", q.ID("id"))
		if err != nil {
			return err
		}
		d.Today, d.Self = string(tx.Day()), i.PersonID == tx.Actor.Person
		d.Ask = i.State == payment.Paid || i.State == payment.Missing
		d.Item, err = new(named).item(ctx, tx, i)
		return err
	})
	return d, err
}

func showReceipt(q *site.Req) error {
	d, err := readReceipt(q)
	if err != nil {
		return err
	}
	return q.Render(receiptView(q.Page(q.T("签收与确认")), d))
}

func takeReceipt(q *site.Req) error {
	in := payment.ConfirmIn{}
	values, err := q.Read(&in)
	in.ID = q.ID("id")
	if err == nil {
		_, err = site.Do(q, payment.ConfirmAct, in)
	}
	switch {
	case err == nil && in.Come == payment.Yes:
		return q.Done("/me/receipts/"+in.ID, "已签收，谢谢您。")
	case err == nil:
		return q.Done("/me/receipts/"+in.ID, "已经告诉财务，会去银行查，查到了告诉您。")
	}
	d, bad := readReceipt(q)
	if bad != nil {
		return bad
	}
	d.Values = values
	return q.Again(err, func(in page.In) templ.Component { return receiptView(in, d) }, q.Page(q.T("签收与确认")))
}

func printReceipt(q *site.Req) error {
	d, err := readReceipt(q)
	if err != nil {
		return err
	}
	return q.Render(receiptSheet(q.Page(q.T("收款凭据")), d))
}

// fields are the questions of a receipt, the first answer with the amount in figures and in capitals (W4).
func (d receiptData) fields(in page.In) []form.Field {
	amount := d.Item.Amount
	answers := payment.Come("").Choices()
	answers[0].Label = in.T("我已收到 {0} 元（{1}）", amount.String(), amount.Capital())
	fields := form.With(form.Of[payment.ConfirmIn](), "come", answers)
	for i := range fields {
		if fields[i].Name == "name" { // wanted of whoever has the money, as its hint says: never "may be left out"
			fields[i].Need = true
		}
	}
	return fields
}
