package me

import (
	"context"

	"github.com/a-h/templ"

	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// showAppeal asks what is wrong with a result (S08).
func showAppeal(q *site.Req) error {
	a, err := appealed(q)
	if err != nil {
		return err
	}
	if a.State != intake.Refused {
		return q.Go("/me/applications/" + a.ID)
	}
	return q.Render(appeal(appealFrame(q, a), a, nil))
}

func takeAppeal(q *site.Req) error {
	var in intake.AppealIn
	values, err := q.Read(&in)
	if err == nil {
		_, err = site.Do(q, intake.MakeAppeal, in)
	}
	if err == nil {
		return q.Done("/me/applications/"+q.ID("id"), "申诉收到了，会有没办过这件事的人核实，到期答复您。")
	}
	a, bad := appealed(q)
	if bad != nil {
		return bad
	}
	return q.Again(err, func(in page.In) templ.Component { return appeal(in, a, values) }, appealFrame(q, a))
}

func appealed(q *site.Req) (a intake.Application, err error) {
	err = q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		a, err = intake.Reached(ctx, tx, "intake.appeal", q.ID("id"))
		return err
	})
	return a, err
}

func appealFrame(q *site.Req, a intake.Application) page.In {
	in := q.Page(q.T("申诉"))
	in.Back = page.Link{Href: "/me/applications/" + a.ID, Label: q.T("返回进度")}
	return in
}

func appealForm(in page.In, a intake.Application, v form.Values) page.Auto {
	return page.Auto{Action: "/me/applications/" + a.ID + "/appeal", Fields: form.Of[intake.AppealIn](), Values: with(v, "id", a.ID), Submit: in.T("提交申诉")}
}

// with sets one value of a form.
func with(v form.Values, name, value string) form.Values {
	out := form.Values{name: {value}}
	for k, all := range v {
		if k != name {
			out[k] = all
		}
	}
	return out
}

// again reports that the result may still be appealed against.
func (p trackPage) again() bool {
	return p.Mine && (len(p.Said) == 0 || p.Said[len(p.Said)-1].State == "upheld")
}

// answered says what has come of an appeal.
func answered(in page.In, a intake.Appeal) string {
	switch a.State {
	case "upheld":
		return in.T("申诉有理，重新核查")
	case "dismissed":
		return in.T("维持原来的结果")
	}
	return in.T("正在核实，最晚 {0} 答复", in.Date(a.Due))
}
