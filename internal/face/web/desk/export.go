package desk

import (
	"context"
	"net/url"

	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/engine/sheet"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

// export hands the list with its conditions over as a file; who takes it says what for.
func export(q *site.Req) error {
	l := appList{Ask: askOf(q.R.URL.Query()), Can: q.Can}
	heads := []sheet.Head{{Title: q.T("编号")}, {Title: q.T("姓名")}, {Title: q.T("工号")}, {Title: q.T("部门")}, {Title: q.T("帮扶项目")}, {Title: q.T("主要原因")},
		{Title: q.T("状态")}, {Title: q.T("提交日期")}, {Title: q.T("时限")}}
	return q.Download(site.Download{Kind: "applications", Title: q.T("帮扶申请"), Heads: heads, Rows: func(ctx context.Context, tx *db.Tx, put func(...any) error) error {
		return l.rows(ctx, tx, q, put)
	}})
}

func (l appList) rows(ctx context.Context, tx *db.Tx, q *site.Req, put func(...any) error) (err error) {
	if l.Units, err = org.Units(ctx, tx); err != nil {
		return err
	}
	if l.Programmes, err = intake.Programmes(ctx, tx); err != nil {
		return err
	}
	ask, some, err := l.query(ctx, tx)
	for err == nil && some {
		ask.Limit = found
		var part []intake.Application
		if part, err = intake.List(ctx, tx, "intake.list", ask); err != nil || len(part) == 0 {
			return err
		}
		who, err := people(ctx, tx, part)
		if err != nil {
			return err
		}
		in := page.In{Lang: q.Lang()}
		for _, a := range part {
			w := who[a.PersonID]
			if err := put(a.Number, w.Name, w.StaffNo, unitName(l.Units, a.UnitID), programmeName(in, l.Programmes, a.Programme),
				a.Cause.Say(q.Lang()), a.State.Say(q.Lang()), string(a.SubmittedOn), string(a.Due)); err != nil {
				return err
			}
		}
		ask.After = part[len(part)-1].ID
		some = len(part) == found
	}
	return err
}

func (l appList) exportForm(in page.In) page.Auto {
	to := url.Values{}
	for k, all := range l.Ask {
		if k != "after" {
			to[k] = all
		}
	}
	action := apps + "/export"
	if len(to) > 0 {
		action += "?" + to.Encode()
	}
	return page.Auto{Action: action, Fields: site.PurposeFields(), Submit: in.T("下载")}
}
