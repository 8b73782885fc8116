// Package health is the page of those who keep the house running: are there copies, how old are they, did the last
// rehearsal of a restore succeed, and what to do if not. It shows nothing of any case.
package health

import (
	"context"
	"strconv"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/job"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/exchange/backup"
	"bangfu/internal/face/web/site"
)

// Routes lists the page, which shows how the house stands under the operator's plan.
func Routes(p backup.Plan) []site.Route {
	return []site.Route{
		{Pattern: "GET /desk/health", Right: "health.see", Face: page.Desk, Do: func(q *site.Req) error { return show(q, p) }},
		site.Press("/desk/health/backup", page.Desk, backup.AskCopy, func(*site.Req, act.None) (string, string) { return "/desk/health", "马上开始备份。" }),
		site.Press("/desk/health/rehearse", page.Desk, backup.AskRehearsal, func(*site.Req, act.None) (string, string) {
			return "/desk/health", "马上开始演练：把最近的备份恢复到一个临时的地方，逐行逐个核对，再清掉。"
		}),
	}
}

type data struct {
	Stand backup.Standing
	Plan  backup.Plan
	Dead  int64
	Now   time.Time
	Asked []backup.Kind // what waits to be taken up
	Can   bool          // whether this person may ask
}

// busy reports that something is asked for or under way.
func (d data) busy() bool {
	under := func(r *backup.Run) bool {
		return r != nil && r.State == "running" && d.Now.Sub(time.UnixMilli(r.At)) < time.Hour
	}
	return len(d.Asked) > 0 || under(d.Stand.Last) || under(d.Stand.LastTest)
}

func show(q *site.Req, p backup.Plan) error {
	d := data{Plan: p, Can: q.Can("backup.ask")}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		d.Now = tx.Now
		if d.Dead, err = job.Dead(ctx, tx); err != nil {
			return err
		}
		if d.Asked, err = backup.Wished(ctx, tx); err != nil {
			return err
		}
		d.Stand, err = backup.Stand(ctx, tx, p)
		return err
	}); err != nil {
		return err
	}
	return q.Render(healthPage(q.Page(q.T("运行状况")), d))
}

func (d data) stats(in page.In) []page.Stat {
	return []page.Stat{
		d.age(in, in.T("最近一次成功的备份"), d.Stand.Backup, d.Stand.Days),
		d.age(in, in.T("最近一次成功的恢复演练"), d.Stand.Rehearsal, d.Stand.TestDays),
		{Label: in.T("放弃的后台任务"), Value: strconv.FormatInt(d.Dead, 10), Tone: tone(d.Dead > 0)},
	}
}

func tone(bad bool) page.Tone {
	if bad {
		return page.ToneErr
	}
	return page.ToneOK
}

func (d data) age(in page.In, label string, r *backup.Run, days int) page.Stat {
	if r == nil {
		return page.Stat{Label: label, Value: in.T("从未"), Tone: page.ToneErr}
	}
	return page.Stat{Label: label, Value: in.T("{0} 天前", r.Age(d.Now)), Note: moment(r.At), Tone: tone(r.Age(d.Now) >= days)}
}

func moment(ms int64) string { return day.Clock(ms) }

func (d data) runs(in page.In) page.List {
	l := page.List{Caption: in.T("最近的备份和演练"), None: in.T("还没有备份过"),
		Cols: []page.Col{{Label: in.T("事项")}, {Label: in.T("时间")}, {Label: in.T("结果")}, {Label: in.T("行数")}, {Label: in.T("文件数")}}}
	for _, r := range []*backup.Run{d.Stand.Last, d.Stand.LastTest} {
		if r == nil {
			continue
		}
		result := in.T("backup.state_" + r.State)
		if r.Fault != "" {
			result = result + "：" + in.T("backup.why_"+why(r.Fault))
		}
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(in.T("backup.kind_" + string(r.Kind))), page.T(moment(r.At)), page.T(result),
			page.T(strconv.FormatInt(r.RowSum, 10)), page.T(strconv.FormatInt(r.Files, 10))}})
	}
	return l
}

// why is the part of a fault's key that says what the operator should do; the fault's own sentence may need figures that
// are not kept.
func why(key string) string {
	switch key {
	case "backup.place", "backup.damaged", "backup.wrong_key", "backup.differs", "backup.unsound", "backup.stopped", "backup.none":
		return key[len("backup."):]
	}
	return "other"
}
