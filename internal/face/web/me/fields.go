package me

import (
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/programme/mutual"
)

// said puts the words of choices into the page's language.
func said(in page.In, all []form.Choice) []form.Choice {
	out := make([]form.Choice, len(all))
	for i, c := range all {
		out[i] = form.Choice{Value: c.Value, Label: in.T(c.Label)}
		if c.Hint != "" {
			out[i].Hint = in.T(c.Hint)
		}
	}
	return out
}

func programmeField(in page.In, p startPage) page.F {
	f := page.F{Name: "programme", Label: in.T("选一种"), Value: p.Values.Get("programme"), Need: true}
	for _, one := range p.Programmes {
		f.Choices = append(f.Choices, form.Choice{Value: one.Code, Label: one.Name.Say(in.Lang), Hint: one.Purpose.Say(in.Lang)})
	}
	f.Choices = append(f.Choices, form.Choice{Value: unsure, Label: in.T("还不知道要哪种帮助"), Hint: in.T("先说情况，工会帮您看")})
	if p.Draft != "" && f.Value == "" {
		f.Value = unsure
	}
	return f
}

func consentField(in page.In, d draft, v form.Values) page.F {
	f := page.F{Name: "agree", Label: in.T("我单独同意收集和使用"), Values: v["agree"], Choices: said(in, intake.Purpose("").Choices())}
	if v == nil {
		for _, c := range d.Consents {
			if c.Given && c.WithdrawnAt == 0 {
				f.Values = append(f.Values, string(c.Purpose))
			}
		}
	}
	return f
}

func memberFields() []form.Field { return form.Of[intake.RelativeIn]() }

// withID gives the values of a card the application's id, which its hidden field carries.
func (d draft) withID(v form.Values) form.Values {
	out := form.Values{"id": {d.A.ID}}
	for name, texts := range v {
		out[name] = texts
	}
	return out
}

// amp carries the way back to the summary in an address that has a query already.
func (d draft) amp() string {
	if d.From == "check" {
		return "&from=check"
	}
	return ""
}

func (d draft) memberRows(in page.In, m intake.Relative) []page.Pair {
	rows := []page.Pair{{Label: in.T("关系"), Value: m.Relation.Say(in.Lang)}}
	if m.IDMask != "" {
		rows = append(rows, page.Pair{Label: in.T("身份证"), Value: m.IDMask})
	}
	for _, c := range m.Health.Choices() {
		if c.Value == string(m.Health) {
			rows = append(rows, page.Pair{Label: in.T("身体"), Value: in.T(c.Label)})
		}
	}
	return append(rows, page.Pair{Label: in.T("收入"), Value: d.income(in, m)})
}

func causeField(in page.In, d draft, v form.Values) page.F {
	f := page.F{Name: "cause", Label: in.T("家里最主要的困难是什么？只选一项"), Value: v.Get("cause"), Need: true}
	for _, c := range said(in, intake.Cause("").Choices()) {
		if d.P.Fits(intake.Cause(c.Value)) {
			f.Choices = append(f.Choices, c)
		}
	}
	if len(f.Choices) == 1 && f.Value == "" { // the programme is for one cause only: there is nothing to choose
		f.Value = f.Choices[0].Value
	}
	return f
}

func othersField(in page.In, v form.Values) page.F {
	f := page.F{Name: "others", Label: in.T("还有别的困难吗？最多选三项"), Values: v["others"]}
	for _, c := range intake.Cause("").Choices() {
		f.Choices = append(f.Choices, form.Choice{Value: c.Value, Label: in.T(c.Label)})
	}
	return f
}

// per is what the family has for each head and month, "" while an income is not known.
func (d draft) per() string {
	per, err := intake.PerHead(d.Family, d.Answers)
	if err != nil || !per.Known || !d.A.Has("money") {
		return ""
	}
	return whole(per.PerHead)
}

func (d draft) firstSpending(in page.In, v form.Values) []asked {
	first, _ := d.spending(in, v)
	return first
}

func (d draft) restSpending(in page.In, v form.Values) []asked {
	_, rest := d.spending(in, v)
	return rest
}

func cardRows(in page.In, d draft) []page.Pair {
	return []page.Pair{{Label: in.T("银行卡"), Value: in.T("尾号 {0}", d.W.CardTail)}, {Label: in.T("持卡人姓名"), Value: d.W.CardHolder},
		{Label: in.T("开户行"), Value: d.W.CardBank}}
}

func holderField(in page.In, v form.Values) page.F {
	return page.F{Name: "relation", Label: in.T("这张卡是谁的"), Value: v.Get("relation"), Need: true, Choices: said(in, person.Holder("").Choices())}
}

func reasonField(in page.In, p paperPage) page.F {
	f := page.F{Name: "reason", Label: in.T("暂时没有，因为"), Value: p.Values.Get("reason"), Need: true, Choices: said(in, intake.NoPaper("").Choices())}
	for _, one := range p.Have {
		if f.Value == "" {
			f.Value = one.Reason
		}
	}
	return f
}

func answerField(in page.In, p relativePage) page.F {
	return page.F{Name: "answer", Label: in.T("您同意吗"), Value: p.Values.Get("answer"), Need: true, Choices: said(in, intake.Answered("").Choices())}
}

// accepted are the kinds of file taken in.
func accepted() []string { return []string{"image/jpeg", "image/png", "application/pdf"} }

func dayOf(ms int64) day.Day { return day.Of(time.UnixMilli(ms)) }

func programmeRows(in page.In, p intake.Programme) []page.Pair {
	return []page.Pair{{Label: in.T("谁能申请"), Value: p.Who.Say(in.Lang)}, {Label: in.T("能得到什么"), Value: p.Get.Say(in.Lang)},
		{Label: in.T("要准备什么"), Value: p.Prepare.Say(in.Lang)}}
}

func startButton(in page.In, p homePage) page.Button {
	if p.Draft != "" {
		return page.Button{Label: in.T("继续填写"), Href: "/me/apply/" + p.Draft, Kind: "main"}
	}
	return page.Button{Label: in.T("开始申请"), Href: "/me/apply", Kind: "main"}
}

func homeTiles(in page.In, p homePage) []page.Tile {
	var out []page.Tile
	if p.Supply != "" {
		out = append(out, page.Tile{Href: "/me/applications/" + p.Supply + "/supply", Label: in.T("补充材料"), Note: in.T("工会在等您"), Icon: "upload", Due: true})
	} else if p.Person {
		out = append(out, page.Tile{Href: "/me/apply", Label: in.T("申请帮扶"), Note: in.T("大约 10 分钟"), Icon: "doc"})
	}
	note := in.T("没有新消息")
	if p.Unread > 0 {
		note = in.T("{0} 条没看", p.Unread)
	}
	out = append(out, page.Tile{Href: "/me/messages", Label: in.T("消息"), Note: note, Icon: "chat", Due: p.Unread > 0},
		page.Tile{Href: page.HelpPath, Label: in.T("我要求助"), Note: in.T("聊聊、找工作"), Icon: "heart"})
	if p.Person {
		note := in.T("提条建议也在这里")
		if p.Surveys > 0 {
			note = in.T("{0} 份没填", p.Surveys)
		}
		out = append(out, page.Tile{Href: "/me/surveys", Label: in.T("问卷"), Note: note, Icon: "list", Due: p.Surveys > 0})
		out = append(out, page.Tile{Href: "/me/colleague", Label: in.T("反映身边的困难"), Note: in.T("先问本人，不说是谁"), Icon: "find"})
		if p.Mutual {
			out = append(out, page.Tile{Href: mutual.Mine, Label: in.T("我的互助金"), Note: in.T("缴费、补助、退会"), Icon: "family"})
		}
		if p.Loans {
			out = append(out, page.Tile{Href: "/me/loans", Label: in.T("我的借款"), Note: in.T("申请、担保、还款"), Icon: "money"})
		}
		out = append(out, page.Tile{Href: "/me/file", Label: in.T("我的档案"), Note: in.T("谁看过也能查"), Icon: "lock"})
	}
	if p.Desk {
		out = append(out, page.Tile{Href: "/desk", Label: in.T("工作台"), Icon: "list"})
	}
	return out
}

func (p filePage) selfRows(in page.In) []page.Pair {
	d := draft{W: p.W, Unit: p.Unit}
	rows := d.selfRows(in)
	if p.W.CardTail != "" {
		rows = append(rows, page.Pair{Label: in.T("银行卡"), Value: in.T("尾号 {0}", p.W.CardTail)})
	}
	return rows
}

func (p filePage) familyRows(in page.In) []page.Pair {
	var rows []page.Pair
	for _, m := range p.Members {
		rows = append(rows, page.Pair{Label: m.Relation.Say(in.Lang), Value: m.Name})
	}
	return rows
}

func (p filePage) appRows(in page.In) []page.Pair {
	var rows []page.Pair
	for _, a := range p.Apps {
		no := a.Number
		if no == "" {
			no = in.T("没提交")
		}
		rows = append(rows, page.Pair{Label: no, Body: ref("/me/applications/"+a.ID, a.State.Plain().Say(in.Lang))})
	}
	return rows
}

func (p filePage) events(in page.In) []page.Event {
	var out []page.Event
	for _, l := range p.Looks {
		e := page.Event{State: "done", Title: in.T("{0} {1}", l.Who, l.What), Note: in.Date(l.At)}
		if l.Why != "" {
			e.Note = in.T("{0}，原因：{1}", e.Note, l.Why)
		}
		out = append(out, e)
	}
	return out
}

// given are the consents in force, one for each purpose.
func (p filePage) given() []intake.Consent {
	var out []intake.Consent
	seen := map[intake.Purpose]bool{}
	for _, c := range p.Consents {
		if c.Given && c.WithdrawnAt == 0 && !seen[c.Purpose] {
			seen[c.Purpose] = true
			out = append(out, c)
		}
	}
	return out
}
