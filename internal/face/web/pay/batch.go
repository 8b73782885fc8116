package pay

import (
	"context"
	"mime"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/payment"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

func batchRoutes() []site.Route {
	routes := site.GetPost(site.Route{Pattern: home + "/new", Right: "payment.make", Face: page.Desk, Do: showMake}, takeMake)
	return append(routes,
		site.Route{Pattern: "POST " + batches + "/cancel", Right: "payment.make", Face: page.Desk, Do: func(q *site.Req) error {
			var in payment.CancelIn
			values, err := q.Read(&in)
			if err == nil {
				_, err = site.Do(q, payment.CancelAct, in)
			}
			return afterBatch(q, err, back{values, "/cancel", "批次已撤销，里面的款项可以重新发放。"})
		}},
		site.Route{Pattern: "POST " + batches + "/land", Right: "payment.batch", Face: page.Desk, Do: func(q *site.Req) error {
			var in payment.LandIn
			var done payment.Landed
			values, err := q.Read(&in)
			if err == nil {
				done, err = site.Do(q, payment.LandAct, in)
			}
			return afterBatch(q, err, back{values, "/land", landed(done)})
		}})
}

// landed says what an answer did, in one of the lines of the catalogue.
func landed(d payment.Landed) string {
	switch {
	case d.Left > 0:
		return "回单已导入，还有没说到结果的，等银行再给回单。"
	case d.Failed > 0:
		return "回单已导入，银行退回的已转给工会干部核对。"
	}
	return "回单已导入，全部发放成功，已通知职工确认。"
}

// back is where a form of a batch's page came from and what to say when it was taken.
type back struct {
	values     form.Values
	path, done string
}

func afterBatch(q *site.Req, err error, b back) error {
	id := b.values.Get("id")
	if err == nil {
		return q.Done(batches+"/"+id, b.done)
	}
	d, bad := readBatch(q, id)
	if bad != nil {
		return bad
	}
	d.Wrong, d.Values = b.path, b.values
	return q.Again(err, func(in page.In) templ.Component { return batchView(in, d) }, q.Page(d.Batch.Number))
}

type batchesData struct {
	Batches []payment.Batch
	Pockets []payment.PocketSums
	Names   map[string]string
	Next    string
	Make    bool
}

func showBatches(q *site.Req) error {
	d := batchesData{Make: q.Can("payment.make")}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.Pockets, err = payment.Reconcile(ctx, tx); err != nil {
			return err
		}
		if d.Names, err = accounts(ctx, tx); err != nil {
			return err
		}
		d.Batches, err = payment.Batches(ctx, tx, q.Query("before"), pageSize+1)
		return err
	})
	if err != nil {
		return err
	}
	if len(d.Batches) > pageSize {
		d.Batches = d.Batches[:pageSize]
		d.Next = batches + "?before=" + d.Batches[pageSize-1].ID
	}
	return q.Render(batchesView(q.Page(q.T("发放批次")), d))
}

// batchLine is a line with the words a person knows it by.
type batchLine struct {
	payment.Line
	item
}

type batchData struct {
	Batch   payment.Batch
	Profile payment.Profile
	Pocket  fund.Pocket
	Lines   []batchLine
	Sums    payment.Sums
	Names   map[string]string
	Union   string
	Today   string
	Mine    bool // the reader made it
	Check   bool
	Make    bool
	Wrong   string
	Values  form.Values

	Handovers []payment.Handover
}

func readBatch(q *site.Req, id string) (d batchData, err error) {
	d.Union, d.Check, d.Make = q.Union.Name, q.Can("payment.batch"), q.Can("payment.make")
	err = q.Site.Host.See(q.R.Context(), q.Who, "payment.batches", func(ctx context.Context, tx *db.Tx) error {
		d.Today = string(tx.Day())
		return d.read(ctx, tx, id)
	})
	d.Mine = d.Batch.MadeBy == q.Who.User
	return d, err
}

func (d *batchData) read(ctx context.Context, tx *db.Tx, id string) error {
	b, lines, err := payment.BatchOf(ctx, tx, id)
	if err != nil {
		return err
	}
	d.Batch = b
	if d.Profile, err = payment.ProfileFor(ctx, tx, b.Profile); err != nil {
		return err
	}
	if d.Pocket, err = fund.Get(ctx, tx, b.Pocket); err != nil {
		return err
	}
	if d.Names, err = accounts(ctx, tx); err != nil {
		return err
	}
	names, signed := new(named), map[string]bool{}
	for _, l := range lines {
		i, err := payment.Get(ctx, tx, l.InstalmentID)
		if err != nil {
			return err
		}
		it, err := names.item(ctx, tx, i)
		if err != nil {
			return err
		}
		signed[i.ID] = i.State == payment.Confirmed && i.LineID == l.ID
		d.Lines = append(d.Lines, batchLine{l, it})
	}
	d.Sums = payment.SumsOf(lines, signed)
	d.Handovers, err = payment.Handovers(ctx, tx, b.ID)
	return err
}

func showBatch(q *site.Req) error {
	d, err := readBatch(q, q.ID("id"))
	if err != nil {
		return err
	}
	return q.Render(batchView(q.Page(d.Batch.Number), d))
}

// giveFile answers with the bank's file itself. It is made for this answer and kept nowhere, by no cache either.
func giveFile(q *site.Req) error {
	var in payment.BatchID
	if _, err := q.Read(&in); err != nil {
		return err
	}
	f, err := site.Do(q, payment.SendAct, in)
	if fault.Is(err, "act.done_already") {
		return q.Go(batches + "/" + in.ID) // the page there offers the file once more, under a key of its own
	}
	if err != nil {
		return err
	}
	if f.Cash {
		return q.Done(batches+"/"+in.ID, "现金已领出，请打印签领表。")
	}
	h := q.W.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("Content-Length", strconv.Itoa(len(f.Data)))
	h.Set("Cache-Control", "no-store")
	q.W.WriteHeader(http.StatusOK)
	_, err = q.W.Write(f.Data)
	return err
}

func printApproval(q *site.Req) error {
	d, err := readBatch(q, q.ID("id"))
	if err != nil {
		return err
	}
	return q.Render(approvalSheet(q.Page(q.T("付款审批单")), d))
}

func printRoll(q *site.Req) error {
	d, err := readBatch(q, q.ID("id"))
	if err != nil {
		return err
	}
	return q.Render(rollSheet(q.Page(q.T("发放花名册")), d))
}
