package leads

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

func forms() []site.Form {
	at := func(line string) func(discovery.Lead) (string, string) {
		return func(l discovery.Lead) (string, string) { return home + "/" + l.ID, line }
	}
	return []site.Form{
		{Path: home + "/report", Right: "discovery.report", Open: openReport, Run: site.Runs(discovery.Report, told(home))},
		{Path: "/me/colleague", Right: "discovery.report", Face: page.Worker, Open: openReport, Run: site.Runs(discovery.Report, told("/me"))},
		{Path: "/me/care/{id}", Right: "discovery.answer", Face: page.Worker, Open: openAnswer, Run: site.Runs(discovery.Answer, thanked)},
		{Path: home + "/{id}/consent", Right: "discovery.answer", Open: openAnswer, Run: site.Runs(discovery.Answer, func(discovery.Lead) (string, string) {
			return "/desk", "本人的回答已登记。"
		})},
		{Path: home + "/{id}/assign", Right: "discovery.work", Open: openAssign, Run: site.Runs(discovery.Assign, at("已分派。"))},
		{Path: home + "/{id}/contact", Right: "discovery.work", Open: openContact, Run: site.Runs(discovery.Touch, at("联系已登记。"))},
		{Path: home + "/{id}/conclude", Right: "discovery.work", Open: openConclude, Run: site.Runs(discovery.Conclude, concluded)},
		{Path: home + "/disaster", Right: "discovery.strike", Open: openStrike, Run: site.Runs(discovery.ReportStrike, func(discovery.Strike) (string, string) {
			return home + "/disasters", "已登记，正在逐户比对住址。"
		})},
		{Path: home + "/signals/{code}/edit", Right: "discovery.tune", Open: openTune, Run: site.Runs(discovery.Tune, func(act.None) (string, string) {
			return home + "/signals", "信号已保存，今晚起按新的算。"
		})},
	}
}

func told(to string) func(act.None) (string, string) {
	return func(act.None) (string, string) {
		return to, "谢谢您。我们会先问本人愿不愿意，不会说是谁反映的。"
	}
}

func thanked(l discovery.Lead) (string, string) {
	if l.Outcome == discovery.Declined {
		return "/me", "好的，不打扰您。以后有需要，随时可以来申请。"
	}
	return "/me", "好的，工会会尽快联系您。"
}

// concluded goes on to the application that was begun, with what is known filled in.
func concluded(l discovery.Lead) (string, string) {
	if l.Application != "" {
		return "/desk/applications/" + l.Application, "核实结果已登记。请接着帮职工填完申请。"
	}
	return home + "/" + l.ID, "核实结果已登记。"
}

func openReport(_ context.Context, _ *db.Tx, q *site.Req) (site.FormPage, error) {
	back := home
	if q.Route.Face == page.Worker {
		back = "/me"
	}
	return site.FormPage{Title: q.T("反映身边的困难"), Lead: q.T("同事有难处又不好意思开口，您可以帮着说一声。我们先问本人愿不愿意，也不会说是谁反映的。"),
		Auto: page.Auto{Fields: form.Of[discovery.ReportIn](), Submit: q.T("告诉工会"), Cancel: page.Link{Href: back, Label: q.T("返回")}, Values: form.Show(discovery.ReportIn{})}}, nil
}

func openAnswer(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	l, err := discovery.Reached(ctx, tx, "discovery.answer", q.ID("id"))
	if err == nil && l.State != discovery.Asking {
		err = fault.New(fault.Refused, "discovery.answered")
	}
	p := site.FormPage{Title: q.T("愿意让工会联系您吗？"), Lead: q.T("有人关心您，觉得您可能遇到了难处。您说愿意，工会才会联系您；说不用，这件事就到此为止。"),
		Auto: page.Auto{Fields: form.Of[discovery.AnswerIn](), Submit: q.T("提交"), Values: form.Values{"id": {l.ID}}}}
	if err != nil || q.Route.Face == page.Worker {
		return p, err
	}
	w, err := person.Get(ctx, tx, l.PersonID)
	p.Title, p.Lead = q.T("当面问一问：愿不愿意让工会联系"), q.T("请单独问，不要当着别人的面。只登记本人的回答，不用问原因。")
	p.About = []page.Pair{{Label: q.T("姓名"), Value: w.Name}, {Label: q.T("工号"), Value: w.StaffNo}}
	return p, err
}

func openAssign(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	l, err := discovery.Reached(ctx, tx, "discovery.work", q.ID("id"))
	if err != nil {
		return site.FormPage{}, err
	}
	holders, err := discovery.Hands(ctx, tx, l)
	var choices []form.Choice
	for _, h := range holders {
		choices = append(choices, form.Choice{Value: h.UserID, Label: h.Name})
	}
	return site.FormPage{Cap: l.Number, Title: q.T("分派线索"), Auto: page.Auto{Fields: form.With(form.Of[discovery.AssignIn](), "officer", choices), Submit: q.T("分派"),
		Cancel: page.Link{Href: home + "/" + l.ID, Label: q.T("返回")}, Values: form.Values{"id": {l.ID}, "officer": {or(l.Officer, tx.Actor.User)}}}}, err
}

func openContact(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	l, err := discovery.Reached(ctx, tx, "discovery.work", q.ID("id"))
	return site.FormPage{Cap: l.Number, Title: q.T("登记联系"), Lead: q.T("没联系上也登记一笔，下次换个时间。"), Auto: page.Auto{Fields: form.Of[discovery.ContactIn](), Submit: q.T("保存"),
		Cancel: page.Link{Href: home + "/" + l.ID, Label: q.T("返回")}, Values: form.Show(discovery.ContactIn{ID: l.ID, On: tx.Day(), Way: "phone", Reached: true})}}, err
}

func openConclude(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	l, err := discovery.Reached(ctx, tx, "discovery.work", q.ID("id"))
	if err != nil {
		return site.FormPage{}, err
	}
	all, err := intake.Programmes(ctx, tx)
	choices := []form.Choice{{Label: "由工会建议"}}
	in := discovery.ConcludeIn{ID: l.ID}
	for _, p := range all {
		choices = append(choices, form.Choice{Value: p.Code, Label: p.Name.Say(q.Lang())})
		if in.Programme == "" && p.Fits(intake.Cause(l.Cause)) {
			in.Programme = p.Code
		}
	}
	return site.FormPage{Cap: l.Number, Title: q.T("登记核实结果"), Lead: q.T("结果会让信号以后更准：属实的加分，不属实的减分。"),
		Warn: q.T("困难来自本人行为的，光给钱帮不上忙，请一并转心理疏导、法律援助或就业帮助。"),
		Auto: page.Auto{Fields: form.With(form.Of[discovery.ConcludeIn](), "programme", choices), Submit: q.T("保存"),
			Cancel: page.Link{Href: home + "/" + l.ID, Label: q.T("返回")}, Values: form.Show(in)}}, err
}

func openStrike(_ context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	return site.FormPage{Title: q.T("登记受灾地区"), Lead: q.T("登记以后，系统逐户比对在册职工的住址，住在受灾地方的都列进线索。"),
		Auto: page.Auto{Fields: form.Of[discovery.StrikeIn](), Submit: q.T("开始比对"), Cancel: page.Link{Href: home + "/disasters", Label: q.T("返回")},
			Values: form.Show(discovery.StrikeIn{On: tx.Day()})}}, nil
}

func openTune(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	s, err := discovery.SignalOf(ctx, tx, discovery.Code(q.R.PathValue("code")))
	p := site.FormPage{Cap: q.T("信号和权重"), Title: s.Code.Say(q.Lang()), Auto: page.Auto{Fields: form.Of[discovery.TuneIn](), Submit: q.T("保存"),
		Cancel: page.Link{Href: home + "/signals", Label: q.T("返回")},
		Values: form.Show(discovery.TuneIn{Code: s.Code, Version: s.Version, On: !s.Off, Weight: s.Weight, Threshold: s.Shown(), Expire: s.ExpireDays, Within: s.CheckDays})}}
	if s.Unit != discovery.NoThreshold {
		p.Lead = q.T("“达到多少才算”的单位是{0}。", s.Unit)
	}
	return p, err
}
