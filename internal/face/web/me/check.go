package me

import (
	"bangfu/internal/base/money"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

func showCheck(q *site.Req) error {
	d, err := read(q)
	if err != nil {
		return err
	}
	if d.A.State != intake.Draft {
		return q.Go("/me/applications/" + d.A.ID)
	}
	if to := d.consented(); to != "" {
		return q.Go(d.path(to))
	}
	return q.Render(check(d.frame(q, "检查并提交"), d))
}

// cards are the answers for checking, one card a page, each with its way to change it and back here.
func (d draft) cards(in page.In) []page.Summary {
	var out []page.Summary
	for _, name := range d.pages() {
		c := page.Summary{Title: intake.PageName(name).Say(in.Lang), Change: d.path(name) + "?from=check"}
		switch name {
		case "self":
			c.Rows = d.selfRows(in)
			if d.A.RosterNote != "" {
				c.Rows = append(c.Rows, page.Pair{Label: in.T("哪里不对"), Value: d.A.RosterNote})
			}
		case "family":
			for _, m := range d.Family {
				c.Rows = append(c.Rows, page.Pair{Label: m.Relation.Say(in.Lang), Value: m.Name, Note: d.income(in, m)})
			}
		case "cause":
			c.Rows = d.causeRows(in)
		case "ask":
			for _, a := range d.questions(in, nil) {
				c.Rows = append(c.Rows, page.Pair{Label: a.F.Label, Value: a.said()})
			}
		case "money":
			c.Rows = d.moneyRows(in)
		case "papers":
			for _, u := range d.uploads(in) {
				p := page.Pair{Label: u.Label, Value: u.File}
				if u.State != "ok" {
					p.Value = u.Note
				}
				c.Rows = append(c.Rows, p)
			}
		case "card":
			if d.W.CardTail != "" {
				c.Rows = []page.Pair{{Label: in.T("银行卡"), Value: in.T("尾号 {0}", d.W.CardTail), Note: d.W.CardHolder}}
			}
		}
		out = append(out, c)
	}
	return out
}

func (d draft) selfRows(in page.In) []page.Pair {
	rows := []page.Pair{{Label: in.T("姓名"), Value: d.W.Name}, {Label: in.T("工号"), Value: d.W.StaffNo}, {Label: in.T("部门"), Value: d.Unit}}
	if d.W.EntryOn != "" {
		rows = append(rows, page.Pair{Label: in.T("入职日期"), Value: in.Date(d.W.EntryOn)})
	}
	if d.W.PhoneMask != "" {
		rows = append(rows, page.Pair{Label: in.T("手机"), Value: d.W.PhoneMask})
	}
	if d.W.IDMask != "" {
		rows = append(rows, page.Pair{Label: in.T("身份证"), Value: d.W.IDMask})
	}
	return rows
}

// income says what one of the family earns, as it was said.
func (d draft) income(in page.In, m intake.Relative) string {
	n, ok := d.Answers.Get(m.ID, person.FactIncome)
	if a, known := n.Amount(); ok && known {
		return in.T("每月收入 {0} 元", whole(a))
	}
	return in.T("收入还没填")
}

func (d draft) causeRows(in page.In) []page.Pair {
	rows := []page.Pair{{Label: in.T("最主要的困难"), Value: d.A.Cause.Say(in.Lang)}}
	if d.A.Cause == "" {
		rows[0].Value = ""
	}
	others := ""
	for _, c := range d.A.Further() {
		if others != "" {
			others += in.T("、")
		}
		others += c.Say(in.Lang)
	}
	if others != "" {
		rows = append(rows, page.Pair{Label: in.T("别的困难"), Value: others})
	}
	if d.Story != "" {
		rows = append(rows, page.Pair{Label: in.T("情况说明"), Value: d.Story})
	}
	return rows
}

func (d draft) moneyRows(in page.In) []page.Pair {
	var rows []page.Pair
	for _, a := range d.incomes(in, nil) {
		rows = append(rows, page.Pair{Label: a.F.Label, Value: a.said()})
	}
	main, more := d.spending(in, nil)
	for _, a := range append(main, more...) {
		if a.F.Value != "" {
			rows = append(rows, page.Pair{Label: a.F.Label, Value: a.said()})
		}
	}
	if per, err := intake.PerHead(d.Family, d.Answers); err == nil && per.Known {
		rows = append(rows, page.Pair{Label: in.T("人均每月"), Value: in.T("约 {0} 元", whole(per.PerHead))})
	}
	return rows
}

// said is an answer in words, "" when it was not given.
func (a asked) said() string {
	for _, c := range a.F.Choices {
		if c.Value == a.F.Value {
			return c.Label
		}
	}
	if a.F.Value != "" && a.F.Unit != "" {
		if n, err := money.Parse(a.F.Value); err == nil {
			return whole(n) + " " + a.F.Unit
		}
	}
	return a.F.Value
}
