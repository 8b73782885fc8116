// Package notice has the pages of publicity (S08): the board anyone may read, the objection without a name, the sheet for
// the wall, and the desk's view of what is running and what was objected to.
package notice

import (
	"context"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/report"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/notice"
)

// Routes lists the pages.
func Routes() []site.Route {
	routes := []site.Route{
		{Pattern: "GET /p/notices", Right: "notice.board", Face: page.Public, Do: board},
		{Pattern: "GET /p/notices/answer", Right: "notice.board", Face: page.Public, Do: reply},
		{Pattern: "GET /print/notices/{id}", Right: "notice.see", Face: page.Print, Do: sheet},
		{Pattern: "GET /desk/notices", Right: "notice.see", Face: page.Desk, Do: list},
		{Pattern: "GET /desk/notices/{id}", Right: "notice.see", Face: page.Desk, Do: one},
		site.Press("/desk/notices/answer", page.Desk, notice.Answer, func(q *site.Req, _ notice.State) (string, string) {
			return "/desk/notices", "答复已记下，提意见的人凭编号可以查到。"
		}),
		site.Press("/desk/notices/withdraw", page.Desk, notice.Withdraw, func(*site.Req, act.None) (string, string) {
			return "/desk/notices", "公示已撤回。"
		}),
	}
	return append(routes, site.GetPost(site.Route{Pattern: "/p/notices/{id}/object", Right: "notice.object", Face: page.Public, Do: ask}, object)...)
}

func board(q *site.Req) error {
	var all []notice.Sheet
	var money bool // income and spending are public too
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if all, err = notice.Board(ctx, tx); err == nil {
			money, err = report.Disclosed(ctx, tx)
		}
		return err
	}); err != nil {
		return err
	}
	return q.Render(boardPage(q.Page(q.T("公示栏")), all, money))
}

// lineChoices are the lines of one sheet that may be objected to.
func lineChoices(q *site.Req) ([]form.Choice, error) {
	var out []form.Choice
	err := q.See(func(ctx context.Context, tx *db.Tx) error {
		all, err := notice.Board(ctx, tx)
		for _, s := range all {
			for _, l := range s.Lines {
				if s.ID == q.ID("id") {
					out = append(out, form.Choice{Value: itoa(l.N), Label: l.Name + "　" + l.Unit + "　" + l.Help(q.Lang())})
				}
			}
		}
		return err
	})
	return out, err
}

func askPage(q *site.Req, v form.Values) (func(page.In) templ.Component, error) {
	lines, err := lineChoices(q)
	if err == nil && len(lines) == 0 {
		err = fault.New(fault.Missing, "fault.missing")
	}
	fields := form.With(form.Of[notice.ObjectIn](), "n", lines)
	for i := range fields {
		if fields[i].Name == "n" {
			fields[i].Kind = form.Pick
		}
	}
	return func(in page.In) templ.Component {
		return objectPage(in, page.Auto{Action: q.R.URL.Path, Fields: fields, Values: v, Submit: in.T("提交意见"),
			Hidden: []page.Pair{{Label: "notice_id", Value: q.ID("id")}}})
	}, err
}

func ask(q *site.Req) error {
	draw, err := askPage(q, form.Values{"n": {q.Query("n")}})
	if err != nil {
		return err
	}
	return q.Render(draw(q.Page(q.T("对公示有意见"))))
}

func object(q *site.Req) error {
	if q.Who.Union == "" { // nobody knows whose notice: several unions live here and the address names none
		return fault.New(fault.Missing, "fault.missing")
	}
	var in notice.ObjectIn
	values, err := q.Read(&in)
	var got notice.Receipt
	if err == nil {
		got, err = notice.Object.Run(q.R.Context(), q.Site.Host, act.Call{Actor: notice.Public(q.Who.Union), Key: q.Call().Key}, in)
	}
	if err != nil {
		draw, bad := askPage(q, values)
		if bad != nil {
			return bad
		}
		return q.Again(err, draw, q.Page(q.T("对公示有意见")))
	}
	return q.Render(receiptPage(q.Page(q.T("已收到")), got))
}

func reply(q *site.Req) error {
	var got notice.Reply
	found := q.Query("code") != ""
	if found {
		if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
			got, err = notice.Answered(ctx, tx, q.Query("code"))
			return err
		}); err != nil {
			return err
		}
	}
	return q.Render(replyPage(q.Page(q.T("查意见的答复")), got, found))
}

func list(q *site.Req) error {
	var all []notice.Listed
	var open []notice.Objection
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if all, err = notice.Lists(ctx, tx, q.Query("before")); err != nil {
			return err
		}
		if q.Can("notice.answer") {
			open, err = notice.Objections(ctx, tx, "")
		}
		return err
	}); err != nil {
		return err
	}
	return q.Render(listPage(q.Page(q.T("公示")), all, open))
}

type onePage struct {
	Result     notice.Result
	Proofs     []notice.Proof
	Objections []notice.Objection
}

func one(q *site.Req) error {
	var p onePage
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Result, err = notice.See(ctx, tx, q.ID("id")); err != nil {
			return err
		}
		if p.Proofs, err = notice.Proofs(ctx, tx, q.ID("id")); err != nil {
			return err
		}
		if q.Can("notice.answer") {
			p.Objections, err = notice.Objections(ctx, tx, q.ID("id"))
		}
		return err
	}); err != nil {
		return err
	}
	return q.Render(noticePage(q.Page(q.T(p.Result.Title)), p))
}

func sheet(q *site.Req) error {
	var r notice.Result
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		r, err = notice.See(ctx, tx, q.ID("id"))
		return err
	}); err != nil {
		return err
	}
	return q.Render(sheetPage(q.Page(q.T(r.Title)), r, string(q.Site.Host.DB.Today())))
}
