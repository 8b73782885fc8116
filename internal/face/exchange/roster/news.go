package roster

import (
	"strconv"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/sheet"
)

// The kinds of file by which the house hears of trouble before anybody asks (S03): pay month by month, leave, events.
const (
	Pay   Kind = "pay"
	Leave Kind = "leave"
	News  Kind = "news"
)

// tells reports a kind whose rows are records of package discovery.
func (k Kind) tells() bool { return k == Pay || k == Leave || k == News }

func newsColumns(k Kind) []column {
	switch k {
	case Pay:
		return []column{staffNo(), text("month", "2026-10", "写成 2026-10 这样", "月份", "工资月份", "所属月份").must(),
			text("amount", "4200", hintMoney, "实发工资", "实发", "实发金额", "金额").as(sheet.Amount).must()}
	case Leave:
		return []column{staffNo(), text("kind", "病假", "从下拉列表里选", "请假类别", "假别", "类别").of(discovery.Leaves()).must(),
			text("on", "2026-10-08", hintDay, "开始日期", "起始日期").as(sheet.Day).must(), text("days", "15", "自然日天数", "天数", "请假天数").must()}
	}
	return []column{staffNo(), text("kind", "待岗、裁减", "从下拉列表里选", "事项", "事项类别").of(discovery.News()).must(),
		text("on", "2026-10-08", hintDay, "日期", "发生日期").as(sheet.Day).must(), text("amount", "", hintMoney, "金额", "自付金额").as(sheet.Amount)}
}

// news reads one row into a record; the worker is found by the caller.
func (r *reader) news() (string, discovery.Record) {
	no := r.staffNo()
	if r.kind == Pay {
		return no, r.pay()
	}
	rec := discovery.Record{Kind: discovery.Kind(r.code("kind")), OnDay: r.past("on")}
	r.need("kind")
	r.need("on")
	if r.kind == Leave {
		n, err := strconv.ParseInt(r.need("days"), 10, 64)
		if r.text("days") != "" && (err != nil || n < 1 || n > 366) {
			r.bad.Add("days", "roster.days")
		}
		rec.Days = n
		return no, rec
	}
	if a := r.money("amount"); a != nil {
		rec.Amount = *a
	}
	if (rec.Kind == discovery.Bill || rec.Kind == discovery.Advance) && rec.Amount <= 0 && r.bad.Err() == nil {
		r.bad.Add("amount", "roster.amount")
	}
	return no, rec
}

func (r *reader) pay() discovery.Record {
	rec := discovery.Record{Kind: discovery.Pay}
	if m := r.need("month"); m != "" {
		d, err := day.Parse(m + "-01")
		if err != nil || len(d) != 10 || d > r.today {
			r.bad.Add("month", "roster.month")
		} else {
			rec.OnDay = d
		}
	}
	if r.need("amount") != "" {
		if a := r.money("amount"); a != nil {
			rec.Amount = *a
		}
	}
	return rec
}

func newsKinds() []form.Choice {
	return []form.Choice{{Value: string(Pay), Label: "月工资表"}, {Value: string(Leave), Label: "请假记录"}, {Value: string(News), Label: "重要事项"}}
}
