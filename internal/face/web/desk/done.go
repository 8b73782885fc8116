package desk

import (
	"context"
	"slices"

	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/task"
)

// donePage says what has been done and offers the next case of the same kind (ux G1-5).
type donePage struct {
	Title, Number string
	Next          []string
	More          int64
	To            string // the next case; "" is none
	Here          string
}

func showDone(q *site.Req) error {
	r, err := readRecord(q, q.ID("id"))
	if err != nil {
		return err
	}
	in := r.frame(q)
	d := donePage{Title: doneTitle(in, r.A.State), Number: r.A.Number, Here: r.path("")}
	if t := r.turn(in); t != "" {
		d.Next = append(d.Next, t)
	}
	if err := d.readNext(q); err != nil {
		return err
	}
	in.Title = d.Title
	return q.Render(doneView(in, d))
}

func doneTitle(in page.In, s intake.State) string {
	switch s {
	case intake.Verifying, intake.Visiting:
		return in.T("已报公司工会核查")
	case intake.Returned:
		return in.T("已请职工补充")
	case intake.Panel:
		return in.T("已报集体研究")
	case intake.Recommended:
		return in.T("评估报告已交")
	case intake.Refused:
		return in.T("已答复职工")
	case intake.Draft, intake.Submitted, intake.Decided, intake.Withdrawn:
	}
	return in.T("办好了")
}

// readNext finds how many turns of the kind just done still wait for the reader, and the most pressing of them.
func (d *donePage) readNext(q *site.Req) error {
	kind := q.Query("did")
	if !slices.Contains([]string{"intake.first", "intake.verify", "intake.assess"}, kind) {
		return nil
	}
	return q.See(func(ctx context.Context, tx *db.Tx) error {
		all, err := task.Counts(ctx, tx)
		if err != nil {
			return err
		}
		for _, c := range all {
			if c.Kind == kind {
				d.More = c.N
			}
		}
		next, err := task.Page(ctx, tx, task.Query{Kind: kind, Limit: 1})
		if len(next) > 0 {
			d.To = next[0].Href
		}
		return err
	})
}

func (d donePage) buttons(in page.In) []page.Button {
	back := page.Button{Label: in.T("回工作台"), Href: home}
	if d.To == "" {
		back.Kind = "main"
		return []page.Button{back, {Label: in.T("再看这份申请"), Href: d.Here}}
	}
	return []page.Button{{Label: in.T("下一件（还有 {0} 件）", d.More), Href: d.To, Kind: "main"}, back}
}
