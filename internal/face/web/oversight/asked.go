package oversight

import (
	"context"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/oversight"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// askedRoutes are the auditor's question to the receivers of a sample, and the page on which one answers.
func askedRoutes() []site.Route {
	routes := []site.Route{site.Press(home+"/ask", page.Desk, oversight.Ask, func(q *site.Req, o oversight.AskOut) (string, string) {
		line := "没有还没问过的收款人。"
		if o.Asked > 0 {
			line = "已发问，回答会显示在这里。"
		}
		return samples + "/" + strings.TrimSpace(q.R.PostFormValue("sample")), line
	})}
	for _, f := range []site.Form{
		{Path: "/me/asked/{id}", Right: "oversight.reply", Face: page.Worker, Open: openReply(false), Run: site.Runs(oversight.Reply, func(oversight.Asked) (string, string) {
			return "/me", "谢谢您的回答，只有经审人员能看到。"
		})},
		{Path: home + "/asked/{id}", Right: "oversight.draw", Open: openReply(true), Run: site.Runs(oversight.Reply, func(a oversight.Asked) (string, string) {
			return samples + "/" + a.SampleID, "已代记收款人的回答。"
		})},
	} {
		routes = append(routes, f.Routes()...)
	}
	return routes
}

// openReply opens the question for the receiver, or for the auditor who asked by telephone.
func openReply(desk bool) func(context.Context, *db.Tx, *site.Req) (site.FormPage, error) {
	return func(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
		a, err := oversight.AskedReached(ctx, tx, q.ID("id"))
		if err != nil {
			return site.FormPage{}, err
		}
		if a.Answer != "" {
			return site.FormPage{}, fault.New(fault.Conflict, "oversight.answered")
		}
		s, _, err := oversight.SampleOf(ctx, tx, a.SampleID)
		p := site.FormPage{Title: q.T("经审回访"), Lead: q.T("工会经费审查委员会随机抽查帮扶金是否到您手里。您的回答不经过经办人。"),
			About: []page.Pair{{Label: q.T("到现在发给您的帮扶金"), Value: a.Amount.Say(q.Lang())}, {Label: q.T("抽查编号"), Value: s.Number}},
			Auto:  page.Auto{Fields: form.Of[oversight.ReplyIn](), Submit: q.T("提交"), Cancel: back(q, "/me"), Values: form.Values{"asked": {a.ID}}}}
		if desk {
			p.Title, p.Lead, p.Auto.Cancel = q.T("代记收款人的回答"), q.T("打电话问本人，照本人说的记。系统会记下是您代记的。"), back(q, samples+"/"+a.SampleID)
		}
		return p, err
	}
}

func (p *samplePage) answers(ctx context.Context, tx *db.Tx) (err error) {
	if !p.Can("oversight.draw") {
		return nil
	}
	if p.Asked, err = oversight.AskedOf(ctx, tx, p.S.ID); err != nil {
		return err
	}
	p.People = map[string]string{}
	for _, a := range p.Asked {
		w, err := person.Get(ctx, tx, a.PersonID)
		if err != nil {
			return err
		}
		p.People[a.PersonID] = w.Name
	}
	return nil
}

func (p samplePage) askedList(in page.In) page.List {
	t := page.List{Caption: in.T("收款人回访"), None: in.T("还没有向收款人发问"),
		Cols: []page.Col{{Label: in.T("姓名")}, {Label: in.T("金额"), Num: true}, {Label: in.T("收到了吗")}, {Label: in.T("有人索要吗")}, {Label: in.T("原话")}, {Label: in.T("操作"), Act: true}}}
	for _, a := range p.Asked {
		got, favour := page.C(page.Tag(page.ToneWait, in.T("等回答"))), page.T("")
		said, do := page.T(""), page.A(home+"/asked/"+a.ID, in.T("代记"))
		if a.Answer != "" {
			got, favour, do = answered(in, a.Answer.Say(in.Lang), a.Answer != "all"), answered(in, a.Favour.Say(in.Lang), a.Favour == "yes"), page.T("")
			if a.ToldBy != "" {
				got.Note = in.T("{0} 代记", p.Names[a.ToldBy])
			}
		}
		if len(a.Words) > 0 {
			said = page.C(site.LookFold(in, site.Look{Kind: "oversight_asked", ID: a.ID, Field: "said", Label: in.T("查看")}))
		}
		t.Rows = append(t.Rows, page.Row{Over: a.Bad(), Cells: []page.Cell{{Text: p.People[a.PersonID]}, page.T(in.Money(a.Amount)), got, favour, said, do}})
	}
	return t
}

func answered(in page.In, text string, bad bool) page.Cell {
	tone := page.ToneOK
	if bad {
		tone = page.ToneErr
	}
	return page.C(page.Tag(tone, text))
}
