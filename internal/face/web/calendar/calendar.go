// Package calendar has the desk page of workdays (S35): the year's days off and days worked instead, the union's own days, and
// the file by which a new year becomes known.
package calendar

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"bangfu/internal/base/day"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	days "bangfu/internal/office/calendar"
)

const home = "/desk/calendar"

// Routes lists the pages.
func Routes() []site.Route {
	return []site.Route{
		{Pattern: "GET " + home, Right: "calendar.see", Face: page.Desk, Do: show},
		{Pattern: "POST " + home + "/file", Right: "calendar.manage", Face: page.Desk, Do: taker(days.Upload, "放假安排已更新，以后的时限按它算。")},
		{Pattern: "POST " + home + "/day", Right: "calendar.manage", Face: page.Desk, Do: taker(days.SetDay, "已记下，以后的时限按它算。")},
		site.Press(home+"/clear", page.Desk, days.ClearDay, func(*site.Req, act.None) (string, string) {
			return home, "已取消，以后的时限按放假安排算。"
		}),
	}
}

type year struct {
	Year    int
	Today   day.Day
	Days    []days.Entry
	Known   bool
	Missing int
	Can     bool
	Day     form.Values
}

func read(q *site.Req) (year, error) {
	y := year{Can: q.Can("calendar.manage")}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		y.Today = tx.Day()
		y.Year = tx.Day().Year()
		if n, err := strconv.Atoi(q.Query("year")); err == nil {
			y.Year = n
		}
		if y.Days, err = days.Days(ctx, tx, y.Year); err != nil {
			return err
		}
		cal, err := days.Load(ctx, tx)
		if err != nil {
			return err
		}
		y.Known = cal.Known(y.Year)
		y.Missing, err = days.Missing(ctx, tx)
		return err
	})
	return y, err
}

func show(q *site.Req) error {
	y, err := read(q)
	if err != nil {
		return err
	}
	return q.Render(yearView(q.Page(q.T("工作日历")), y))
}

// taker does an act of the page's two forms and shows the page again with what was wrong.
func taker[In, Out any](a act.Act[In, Out], done words.Key) site.Handler {
	return func(q *site.Req) error {
		var in In
		values, err := q.Read(&in)
		if err == nil {
			_, err = site.Do(q, a, in)
		}
		if err == nil {
			return q.Done(home, string(done))
		}
		y, bad := read(q)
		if bad != nil {
			return bad
		}
		y.Day = values
		return q.Again(err, func(in page.In) templ.Component { return yearView(in, y) }, q.Page(q.T("工作日历")))
	}
}

func weekday(in page.In, d day.Day) string {
	switch d.Time().Weekday() {
	case time.Monday:
		return in.T("周一")
	case time.Tuesday:
		return in.T("周二")
	case time.Wednesday:
		return in.T("周三")
	case time.Thursday:
		return in.T("周四")
	case time.Friday:
		return in.T("周五")
	case time.Saturday:
		return in.T("周六")
	case time.Sunday:
	}
	return in.T("周日")
}

func (y year) table(in page.In) page.List {
	t := page.List{Caption: in.T("{0} 年的特殊日子", y.Year), None: in.T("这一年还没有放假安排，时限先按周一到周五算"), Dense: true,
		Cols: []page.Col{{Label: in.T("日期")}, {Label: in.T("星期")}, {Label: in.T("名称")}, {Label: in.T("休息还是上班")}, {Label: in.T("来自")}}}
	if y.Can {
		t.Cols = append(t.Cols, page.Col{Label: in.T("操作"), Act: true})
	}
	for i, d := range y.Days {
		if i > 0 && follows(y.Days[i-1], d) {
			continue
		}
		last := d
		for _, n := range y.Days[i+1:] {
			if !follows(last, n) {
				break
			}
			last = n
		}
		tone, what, from := page.ToneOK, in.T("休息"), in.T("国家放假安排")
		if !d.Off {
			tone, what = page.ToneWarn, in.T("上班")
		}
		if d.Own {
			from = in.T("本单位")
		}
		when, week := in.Date(d.Day), weekday(in, d.Day)
		if last.Day != d.Day {
			when, week = in.T("{0} 至 {1}", in.Date(d.Day), in.Date(last.Day)), in.T("{0} 至 {1}", week, weekday(in, last.Day))
		}
		row := page.Row{Cells: []page.Cell{page.T(when), page.T(week), page.T(d.Name), page.C(page.Tag(tone, what)), page.T(from)}}
		if y.Can {
			row.Cells = append(row.Cells, page.C(clearForm(in, y, d)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// follows reports that a day goes on with the same holiday as the one before it. The union's own days stand alone, so that
// each can be taken back.
func follows(a, b days.Entry) bool {
	return !a.Own && !b.Own && a.Name == b.Name && a.Off == b.Off && b.Day == a.Day.Add(1)
}

func (y year) tabs(in page.In) []page.Tab {
	var out []page.Tab
	now := y.Today.Year()
	for n := min(now-1, y.Year); n <= max(now+1, y.Year); n++ {
		out = append(out, page.Tab{Href: home + "?year=" + strconv.Itoa(n), Label: in.T("{0} 年", n), Count: -1, Current: n == y.Year})
	}
	return out
}

// said counts the year's special days in a sentence.
func (y year) said(in page.In) string {
	if !y.Known {
		return in.T("这一年的放假安排还不知道")
	}
	off, work := 0, 0
	for _, d := range y.Days {
		if d.Off {
			off++
		} else {
			work++
		}
	}
	return in.T("放假 {0} 天，调休上班 {1} 天", off, work)
}
