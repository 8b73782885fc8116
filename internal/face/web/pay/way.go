package pay

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

const payees = home + "/payees"

func wayRoutes() []site.Route {
	routes := []site.Route{
		{Pattern: "GET " + batches + "/{id}/signed/{handover}", Right: "payment.open_handover", Face: page.Desk, Do: serveSigned},
		site.Press(payees+"/check", page.Desk, payment.CheckPayee, func(*site.Req, payment.Payee) (string, string) {
			return payees, "账号已核对，可以付款了。"
		}),
		site.Press(payees+"/close", page.Desk, payment.ClosePayee, func(*site.Req, payment.Payee) (string, string) {
			return payees, "已停用，不会再付款给这个单位。"
		}),
	}
	handover := site.Form{Path: batches + "/{id}/handover", Right: "payment.batch", Open: openHandover, Run: runHandover}
	routes = append(routes, handover.Routes()...)
	return append(routes, site.GetPost(site.Route{Pattern: payees, Right: "payment.see", Face: page.Desk, Do: showPayees}, takePayee)...)
}

// signedList is what is typed when cash was handed over.
type signedList struct {
	ID      string    `form:"id" kind:"hidden" need:"true" max:"40"`
	Lines   []string  `form:"line" label:"谁领了" hint:"签领表上签了名的才勾选" need:"true" max:"40"`
	On      day.Day   `form:"on" label:"发放日期" need:"true"`
	Witness string    `form:"witness" label:"证明人" hint:"发钱时在场的另一个人" need:"true" max:"40"`
	File    form.File `form:"file" label:"签过名的签领表" hint:"照片或 PDF" need:"true" max:"10" accept:".jpg,.jpeg,.png,.pdf"`
}

func openHandover(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	b, lines, err := payment.BatchOf(ctx, tx, q.ID("id"))
	if err != nil {
		return site.FormPage{}, err
	}
	fields := form.Of[signedList]()
	var choices []form.Choice
	for _, l := range lines {
		if l.State != payment.LineWaiting {
			continue
		}
		w, err := person.Get(ctx, tx, l.PersonID)
		if err != nil {
			return site.FormPage{}, err
		}
		choices = append(choices, choice(l.ID, q.T("{0}（{1}，{2}）", w.Name, w.StaffNo, l.Amount)))
	}
	for i := range fields {
		if fields[i].Name == "line" {
			fields[i].Choices = choices
		}
	}
	return site.FormPage{Cap: b.Number, Title: q.T("登记现金签领"), Lead: q.T("没来领的留在批次里，下次再登记；不再来领的，由会计撤回，现金存回银行。"),
		Auto: page.Auto{Fields: fields, Submit: q.T("登记"), Cancel: page.Link{Href: batches + "/" + b.ID, Label: q.T("返回")},
			Values: form.Values{"id": {b.ID}, "on": {string(tx.Day())}}}}, nil
}

func runHandover(q *site.Req) (form.Values, string, string, error) {
	var in signedList
	given, err := q.Read(&in)
	if err != nil {
		return given, "", "", err
	}
	paper, err := q.Keep(in.File)
	if err != nil {
		return given, "", "", err
	}
	done, err := site.Do(q, payment.HandOver, payment.HandoverIn{ID: in.ID, Lines: in.Lines, On: in.On, Witness: in.Witness, Paper: paper})
	if done.Left > 0 {
		return given, batches + "/" + in.ID, "签领已登记，还有没来领的。", err
	}
	return given, batches + "/" + in.ID, "签领已登记，全部发完。", err
}

// serveSigned shows a signed list; a look is on record.
func serveSigned(q *site.Req) error {
	h, err := payment.OpenHandover.Run(q.R.Context(), q.Site.Host, act.Call{Actor: q.Who}, payment.HandoverID{ID: q.ID("id"), Handover: q.ID("handover")})
	if err != nil {
		return err
	}
	data, err := q.Site.Blob.Get(q.R.Context(), h.Paper)
	if err != nil {
		return err
	}
	head := q.W.Header()
	head.Set("Content-Type", http.DetectContentType(data))
	head.Set("Content-Disposition", "inline")
	head.Set("Cache-Control", "no-store")
	_, err = q.W.Write(data)
	return err
}

type payeesData struct {
	All   []payment.Payee
	Names map[string]string
	Self  string // the reader's account
	Add   bool
	Check bool
	Auto  page.Auto
}

func readPayees(q *site.Req, v form.Values) (d payeesData, err error) {
	d = payeesData{Self: q.Who.User, Add: q.Can("payment.add_payee"), Check: q.Can("payment.check_payee"),
		Auto: page.Auto{Action: payees, Fields: form.Of[payment.PayeeIn](), Values: v, Submit: q.T("登记收款单位")}}
	err = q.Site.Host.See(q.R.Context(), q.Who, "payment.see", func(ctx context.Context, tx *db.Tx) (err error) {
		if d.Names, err = accounts(ctx, tx); err != nil {
			return err
		}
		d.All, err = payment.Payees(ctx, tx)
		return err
	})
	return d, err
}

func showPayees(q *site.Req) error {
	d, err := readPayees(q, nil)
	if err != nil {
		return err
	}
	return q.Render(payeesView(q.Page(q.T("收款单位")), d))
}

func takePayee(q *site.Req) error {
	var in payment.PayeeIn
	v, err := q.Read(&in)
	if err == nil {
		_, err = site.Do(q, payment.AddPayee, in)
	}
	if err == nil {
		return q.Done(payees, "已登记，等出纳核对账号。")
	}
	d, bad := readPayees(q, v)
	if bad != nil {
		return bad
	}
	return q.Again(err, func(in page.In) templ.Component { return payeesView(in, d) }, q.Page(q.T("收款单位")))
}

func payeeTone(s payment.PayeeState) page.Tone {
	switch s {
	case payment.PayeeNew:
		return page.ToneWarn
	case payment.PayeeChecked:
		return page.ToneOK
	case payment.PayeeClosed:
	}
	return page.Plain
}

func payeeList(in page.In, d payeesData) page.List {
	l := page.List{Caption: in.T("收款单位"), None: in.T("还没有登记收款单位"),
		Cols: []page.Col{{Label: in.T("户名")}, {Label: in.T("对公账号")}, {Label: in.T("开户银行")}, {Label: in.T("状态")}, {Label: in.T("登记")}, {Label: in.T("核对")}, {Label: in.T("操作"), Act: true}}}
	for _, p := range d.All {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{{Text: p.Name, Note: p.Kind.Say(in.Lang)}, page.T(p.Account), {Text: p.Bank, Note: p.Branch},
			page.C(page.Tag(payeeTone(p.State), p.State.Say(in.Lang))), by(in, d.Names, p.MadeBy, p.MadeAt), by(in, d.Names, p.CheckedBy, p.CheckedAt), page.C(payeeActs(in, d, p))}})
	}
	return l
}

// goesTo words where an instalment goes.
func goesTo(in page.In, i item) page.Pair {
	switch i.Way {
	case payment.InCash:
		return page.Pair{Label: in.T("发放方式"), Value: in.T("现金，本人签领")}
	case payment.ToPayee:
		return page.Pair{Label: in.T("收款单位"), Value: i.Payee.Name, Note: card(i.Payee.Tail())}
	case payment.ByBank:
	}
	return page.Pair{Label: in.T("收款账号"), Value: card(i.Worker.CardTail), Note: i.Worker.CardBank}
}

// where is goesTo for a cell of a list.
func where(in page.In, i item) page.Cell {
	if i.Way == payment.InCash {
		return page.T(i.Way.Say(in.Lang))
	}
	p := goesTo(in, i)
	return page.Cell{Text: p.Value, Note: p.Note}
}
