package outreach

import (
	"context"
	"io"
	"net/http"
	"net/url"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/outreach"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/blob"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

func forms() []site.Form {
	return []site.Form{
		{Path: home + "/new", Right: "outreach.campaign", Open: openStart, Run: site.Runs(outreach.Start, func(c outreach.Campaign) (string, string) {
			return campaigns + "/" + c.ID, "活动已开始，在册家庭都排进了走访名单。"
		})},
		{Path: home + "/plan", Right: "outreach.plan", Open: openPlan, Run: site.Runs(outreach.Plan, func(v outreach.Visit) (string, string) { return visits + "/" + v.ID, "走访已安排。" })},
		{Path: home + "/talk", Right: "outreach.talk", Open: openTalk, Run: site.Runs(outreach.Hold, func(outreach.Talk) (string, string) { return home + "/talks", "谈话已登记。" })},
		{Path: home + "/route", Right: "outreach.route", Open: openRoute, Run: printRoute},
		{Path: campaigns + "/{id}/end", Right: "outreach.campaign", Open: openEnd, Run: site.Runs(outreach.End, func(c outreach.Campaign) (string, string) { return campaigns + "/" + c.ID, "活动已结束。" })},
		{Path: visits + "/{id}/record", Right: "outreach.record", Open: openRecord, Run: site.Runs(outreach.Record, func(v outreach.Visit) (string, string) { return visits + "/" + v.ID, "走访已登记。" })},
		{Path: visits + "/{id}/drop", Right: "outreach.plan", Open: openDrop, Run: site.Runs(outreach.Drop, func(v outreach.Visit) (string, string) { return visits + "/" + v.ID, "已登记为不走访。" })},
		{Path: home + "/follow/{id}", Right: "outreach.record", Open: openFollow, Run: site.Runs(outreach.Follow, func(outreach.ToDo) (string, string) { return home + "/mine", "跟进结果已登记。" })},
	}
}

func openStart(_ context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	from, until := outreach.NextFestival(tx.Day())
	return site.FormPage{Title: q.T("开始走访活动"), Lead: q.T("在册的每户家庭会各排一次走访；活动期间新建的档案也会排进来。"),
		Auto: page.Auto{Fields: form.Of[outreach.CampaignIn](), Submit: q.T("开始"), Cancel: page.Link{Href: home, Label: q.T("返回")},
			Values: form.Show(outreach.CampaignIn{Name: q.T("{0} 年两节送温暖", until.Year()), From: from, Until: until})}}, nil
}

func openPlan(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	in := outreach.PlanIn{Campaign: or(q.Query("campaign"), q.R.PostFormValue("campaign")), Kind: outreach.Hospital, Due: tx.Day().Add(3)}
	p := site.FormPage{Title: q.T("安排走访"), Lead: q.T("住院慰问面向所有职工，不限在册家庭。慰问金要由负责人批准。"),
		Auto: page.Auto{Fields: form.Of[outreach.PlanIn](), Submit: q.T("安排"), Cancel: page.Link{Href: home + "/alone", Label: q.T("返回")}}}
	if no, ok, err := staffOf(ctx, tx, q.Query("person")); err != nil {
		return p, err
	} else if ok {
		in.StaffNo = no
	}
	if in.Campaign != "" {
		c, err := outreach.CampaignOf(ctx, tx, in.Campaign)
		if err != nil {
			return p, err
		}
		in.Kind, in.Due, p.Cap = outreach.Festival, c.UntilOn, c.Name
		p.Auto.Cancel.Href = campaigns + "/" + c.ID
	}
	p.Auto.Values = form.Show(in)
	return p, nil
}

// staffOf gives the number of a worker the page was opened for.
func staffOf(ctx context.Context, tx *db.Tx, id string) (string, bool, error) {
	if id == "" {
		return "", false, nil
	}
	w, err := person.Reached(ctx, tx, "outreach.see", id)
	return w.StaffNo, err == nil, err
}

func openTalk(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	no, _, err := staffOf(ctx, tx, q.Query("person"))
	return site.FormPage{Title: q.T("登记谈心谈话"), Lead: q.T("谈话内容保密保存。思想状态选“需要马上关注”的，当天会提醒工会干部联系。"),
		Auto: page.Auto{Fields: form.Of[outreach.TalkIn](), Submit: q.T("保存"), Cancel: page.Link{Href: home + "/talks", Label: q.T("返回")},
			Values: form.Show(outreach.TalkIn{StaffNo: no, On: tx.Day(), Way: "face"})}}, err
}

func openRoute(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	units, err := org.Units(ctx, tx)
	choices := []form.Choice{{Label: "全部"}}
	for i, c := range org.UnitChoices(units) {
		choices = append(choices, form.Choice{Value: units[i].Path, Label: c.Label})
	}
	campaign := or(q.Query("campaign"), q.R.PostFormValue("campaign"))
	return site.FormPage{Title: q.T("打印走访路线表"), Lead: q.T("按部门和住址排好，住址会打开在纸上。用完请收回销毁。"),
		Auto: page.Auto{Fields: form.With(form.Of[outreach.RouteIn](), "unit", choices), Submit: q.T("生成路线表"),
			Cancel: page.Link{Href: home, Label: q.T("返回")}, Values: form.Show(outreach.RouteIn{Campaign: campaign})}}, err
}

// printRoute answers with the sheet itself: addresses stand on this answer only.
func printRoute(q *site.Req) (form.Values, string, string, error) {
	var in outreach.RouteIn
	given, err := q.Read(&in)
	if err != nil {
		return given, "", "", err
	}
	stops, err := site.Do(q, outreach.Route, in)
	if err != nil {
		return given, "", "", err
	}
	r := routeSheet{Stops: stops, Purpose: in.Purpose, By: q.Who.Name, Union: q.Union.Name}
	if err := q.See(func(ctx context.Context, tx *db.Tx) error { return r.read(ctx, tx, nil) }); err != nil {
		return given, "", "", err
	}
	frame := q.Page(q.T("走访路线表"))
	frame.Face = page.Print
	return given, "", "", q.Render(routeView(frame, r))
}

func openEnd(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	c, err := outreach.CampaignOf(ctx, tx, q.ID("id"))
	return site.FormPage{Cap: c.Number, Title: q.T("结束走访活动"), Lead: q.T("没有走访的，要先登记走访，或写明不走访的原因。"),
		Auto: page.Auto{Fields: form.Of[outreach.EndIn](), Submit: q.T("结束活动"), Cancel: page.Link{Href: campaigns + "/" + c.ID, Label: q.T("返回")},
			Values: form.Show(outreach.EndIn{ID: c.ID})}}, err
}

func about(in page.In, v outreach.Visit, n names) []page.Pair {
	w := n.People[v.PersonID]
	out := []page.Pair{{Label: in.T("姓名"), Value: w.Name}, {Label: in.T("部门"), Value: n.unit(v.UnitID)}, {Label: in.T("走访事由"), Value: v.Kind.Say(in.Lang)},
		{Label: in.T("应访日期"), Value: in.Date(v.DueOn)}, {Label: in.T("走访人"), Value: or(n.who(in, v.Visitors), in.T("还没有分派"))}}
	if v.Money > 0 {
		out = append(out, page.Pair{Label: in.T("慰问金"), Value: in.Money(v.Money), Note: n.approval(in, v)})
	}
	if v.Gift != "" {
		out = append(out, page.Pair{Label: in.T("慰问品"), Value: v.Gift, Note: in.Money(v.Worth)})
	}
	return out
}

func (n names) approval(in page.In, v outreach.Visit) string {
	if v.ApprovedBy == "" {
		return in.T("等负责人批准")
	}
	return in.T("{0} 批准", n.Users[v.ApprovedBy])
}

func openRecord(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	v, err := outreach.Reached(ctx, tx, "outreach.record", q.ID("id"))
	if err != nil {
		return site.FormPage{}, err
	}
	n := names{}
	if err := n.read(ctx, tx, []string{v.PersonID}); err != nil {
		return site.FormPage{}, err
	}
	in := q.Page("")
	values := outreach.RecordIn{ID: v.ID, On: tx.Day(), Gift: v.Gift, Worth: v.Worth, Visitors: fields(v.Visitors)}
	if v.ApprovedBy != "" {
		values.Money, values.Signed = v.Money, "self"
	}
	p := site.FormPage{Cap: v.Number, Title: q.T("登记走访"), About: about(in, v, n),
		Auto: page.Auto{Fields: form.Of[outreach.RecordIn](), Submit: q.T("保存走访记录"), Values: form.Show(values),
			Cancel: page.Link{Href: visits + "/" + v.ID, Label: q.T("返回")}}}
	if v.Waits() {
		p.Warn = q.T("慰问金还没有批准，现在不能发。")
	}
	return p, nil
}

func openDrop(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	v, err := outreach.Reached(ctx, tx, "outreach.plan", q.ID("id"))
	return site.FormPage{Cap: v.Number, Title: q.T("不走访"), Lead: q.T("批准过的慰问金会退回原来的资金。"),
		Auto: page.Auto{Fields: form.Of[outreach.DropIn](), Submit: q.T("确定不走访"), Values: form.Show(outreach.DropIn{ID: v.ID}),
			Cancel: page.Link{Href: visits + "/" + v.ID, Label: q.T("返回")}}}, err
}

func openFollow(ctx context.Context, tx *db.Tx, q *site.Req) (site.FormPage, error) {
	d, err := outreach.ToDoReached(ctx, tx, "outreach.record", q.ID("id"))
	if err != nil {
		return site.FormPage{}, err
	}
	w, err := person.Get(ctx, tx, d.PersonID)
	p := site.FormPage{Title: q.T("登记跟进结果"), About: []page.Pair{{Label: q.T("姓名"), Value: w.Name}, {Label: q.T("要跟进的事"), Value: or(d.What, q.T("谈话发现需要马上关注，请当天联系"))},
		{Label: q.T("跟进期限"), Value: string(d.DueOn)}},
		Auto: page.Auto{Fields: form.Of[outreach.FollowIn](), Submit: q.T("保存"), Values: form.Show(outreach.FollowIn{ID: d.ID}),
			Cancel: page.Link{Href: home + "/mine", Label: q.T("返回")}}}
	if d.State == "done" {
		p.Warn = q.T("已在 {0} 登记结果：{1}", string(d.DoneOn), d.Result)
	}
	return p, err
}

// takeAssign gives the ticked visits to the visitors chosen.
func takeAssign(q *site.Req) error {
	var in outreach.AssignIn
	if _, err := q.Read(&in); err != nil {
		return err
	}
	if _, err := site.Do(q, outreach.Assign, in); err != nil {
		return err
	}
	return q.Done(site.Local(q.R.PostFormValue("back"), home), "走访人已分派，会出现在他们的待办里。")
}

// photoIn is the posted photo with what it shows.
type photoIn struct {
	Files []form.File      `form:"file" label:"拍照或选照片" hint:"签领表、现场或纸质记录。JPG 或 PNG，每张不超过 10 MB" accept:"image/jpeg,image/png" max:"10"`
	What  outreach.Picture `form:"what" label:"照片内容" need:"true"`
}

func takePhoto(q *site.Req) error {
	var in photoIn
	if _, err := q.Read(&in); err != nil {
		return err
	}
	back := visits + "/" + q.ID("id")
	if err := q.See(func(ctx context.Context, tx *db.Tx) error {
		_, err := outreach.Reached(ctx, tx, "outreach.record", q.ID("id"))
		return err
	}); err != nil {
		return err
	}
	if len(in.Files) == 0 {
		return q.Done(back, "没有选照片。")
	}
	for i, f := range in.Files {
		data, err := io.ReadAll(f.Open())
		if err != nil {
			return err
		}
		c, err := blob.Clean(f.Name, data)
		if err != nil {
			return fault.Of(err).At("file")
		}
		q.Doubt(c.Doubt())
		key, err := q.Site.Blob.Put(q.R.Context(), c.Data)
		if err != nil {
			return err
		}
		call := q.Call()
		if call.Key != "" {
			call.Key += "." + itoa(i)
		}
		_, err = outreach.AddPhoto.Run(q.R.Context(), q.Site.Host, call, outreach.PhotoIn{ID: q.ID("id"), What: in.What, Blob: key, File: c.Name})
		if err != nil && !fault.Is(err, "act.key_reused") { // pressed twice
			return err
		}
	}
	return q.Done(back, "照片已保存。")
}

// servePhoto shows a photo; opening one is an act on record.
func servePhoto(q *site.Req) error {
	call := act.Call{Actor: q.Who} // a look changes nothing that a second look could change twice
	p, err := outreach.OpenPhoto.Run(q.R.Context(), q.Site.Host, call, outreach.PhotoRef{ID: q.ID("id"), Photo: q.ID("photo")})
	if err != nil {
		return err
	}
	data, err := q.Site.Blob.Get(q.R.Context(), p.Blob)
	if err != nil {
		return err
	}
	h := q.W.Header()
	h.Set("Content-Type", http.DetectContentType(data))
	h.Set("Content-Disposition", "inline; filename*=UTF-8''"+url.PathEscape(p.File))
	h.Set("Cache-Control", "no-store")
	_, err = q.W.Write(data)
	return err
}
