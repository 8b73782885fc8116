package oversight

import (
	"context"
	"slices"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/oversight"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

type awardPage struct {
	D         *oversight.Dossier
	Findings  []oversight.Finding
	Item      *oversight.Item // by which it was drawn in the sample that was asked for
	Programme intake.Programme
	Names     names
	Today     day.Day
	Sample    string
	Can       func(string) bool
}

func readAward(q *site.Req) (p awardPage, err error) {
	p.Can, p.Sample = q.Can, q.Query("sample")
	return p, q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.Today = tx.Day()
		if p.D, err = oversight.DossierOf(ctx, tx, q.ID("id")); err != nil {
			return err
		}
		if p.Findings, err = oversight.FindingsOn(ctx, tx, p.D.ID); err != nil {
			return err
		}
		if err := p.drawn(ctx, tx); err != nil {
			return err
		}
		all, err := intake.Programmes(ctx, tx)
		for _, one := range all {
			if one.Code == p.D.Programme {
				p.Programme = one
			}
		}
		if err != nil {
			return err
		}
		return p.Names.read(ctx, tx)
	})
}

// drawn finds by which item the award was drawn, and adds the signals of that day that only show beside others.
func (p *awardPage) drawn(ctx context.Context, tx *db.Tx) error {
	items, err := oversight.ItemsOf(ctx, tx, p.D.ID)
	for _, i := range items {
		if p.Item != nil || p.Sample != "" && i.SampleID != p.Sample {
			continue
		}
		p.Item, p.Sample = &i, i.SampleID
		signs, err := i.Signals()
		if err != nil {
			return err
		}
		for _, s := range signs {
			if !s.Gap() && !slices.ContainsFunc(p.D.Signs, func(o oversight.Sign) bool { return o.Code == s.Code }) {
				p.D.Signs = append(p.D.Signs, s)
			}
		}
	}
	return err
}

func showAward(q *site.Req) error {
	p, err := readAward(q)
	if err != nil {
		return err
	}
	return q.Render(awardView(q.Page(q.T("证据 {0}", p.D.Number)), p))
}

func printAward(q *site.Req) error {
	p, err := readAward(q)
	if err != nil {
		return err
	}
	return q.Render(awardSheet(q.Page(q.T("审计取证单")), p))
}

func (p awardPage) facts(in page.In) []page.Pair {
	d := p.D
	out := []page.Pair{{Label: in.T("职工"), Value: d.Masked}, {Label: in.T("帮扶"), Value: p.Programme.Name.Say(in.Lang) + " · " + d.ItemName},
		{Label: in.T("金额"), Value: in.Money(d.Total), Note: in.T("每次 {0}，共 {1} 次", in.Money(d.Amount), d.Times)}, {Label: in.T("状态"), Value: d.State.Say(in.Lang)},
		{Label: in.T("资金"), Value: d.Pocket}, {Label: in.T("风险分"), Value: itoa(oversight.Score(d.Signs))}}
	if d.Emergency {
		out = append(out, page.Pair{Label: in.T("紧急救助"), Value: in.T("是")})
	}
	return append(out, page.Pair{Label: in.T("金额理由"), Value: d.Reason})
}

// row is one thing of the evidence: when, what, who and where to look.
type row struct {
	On        day.Day
	What, Who string
	Href      string
}

// part is one section of the evidence.
type part struct {
	Code oversight.Part
	Name string
	Rows []row
	Gaps []oversight.Sign
}

func (p awardPage) parts(in page.In) []part {
	app := "/desk/applications/" + p.D.ApplicationID
	out := []part{
		{Code: oversight.PartAsked, Name: in.T("申请和材料"), Rows: p.asked(in, app)},
		{Code: oversight.PartLooked, Name: in.T("审查、走访和评估"), Rows: p.looked(in, app)},
		{Code: oversight.PartDecided, Name: in.T("审批"), Rows: p.decided(in)},
		{Code: oversight.PartShown, Name: in.T("公示"), Rows: p.shown(in)},
		{Code: oversight.PartPaid, Name: in.T("付款和回执"), Rows: p.paid(in)},
	}
	for i := range out {
		for _, s := range p.D.Signs {
			if s.Part() == out[i].Code {
				out[i].Gaps = append(out[i].Gaps, s)
			}
		}
	}
	return out
}

func (p awardPage) asked(in page.In, app string) []row {
	d := p.D
	out := []row{{d.SubmittedOn, in.T("申请 {0}", d.Application), d.Masked, app}}
	for _, c := range d.Consents {
		what := in.T("同意：{0}", c.Purpose.Say(in.Lang))
		if !c.Given {
			what = in.T("没有同意：{0}", c.Purpose.Say(in.Lang))
		}
		if c.WithdrawnAt > 0 {
			what += in.T("（{0} 撤回）", in.Date(dayOf(c.WithdrawnAt)))
		}
		out = append(out, row{dayOf(c.At), what, d.Masked, app})
	}
	for _, o := range d.Papers {
		name := o.Code
		if named, ok := p.Programme.Paper(o.Code); ok {
			name = named.Name.Say(in.Lang)
		}
		said := map[string]string{"given": in.T("已交，没有核对"), "none": in.T("没有交：{0}", o.Reason), "paper": in.T("见到纸质原件"), "ok": in.T("已核对"), "bad": in.T("不合格")}[o.State]
		out = append(out, row{dayOf(max(o.At, o.CheckedAt)), in.T("材料：{0}", name), said, app})
	}
	return out
}

func (p awardPage) looked(in page.In, app string) (out []row) {
	for _, s := range p.D.Steps {
		what := in.T("intake.act." + s.Act)
		if s.Note != "" {
			what += "：" + s.Note
		}
		out = append(out, row{dayOf(s.At), what, s.Name, app})
	}
	for _, v := range p.D.Visits {
		out = append(out, row{v.VisitOn, in.T("入户走访"), v.Visitors, app})
	}
	for _, s := range p.D.Panels {
		what := in.T("评估报告")
		if s.Amount > 0 {
			what = in.T("评估报告，建议 {0}", in.Money(s.Amount))
		}
		out = append(out, row{dayOf(s.At), what, s.Present, app})
	}
	for _, t := range p.D.Talks {
		out = append(out, row{t.OnDay, in.T("会议 {0}：{1}", t.Number, t.Conclusion), "", ""})
	}
	slices.SortStableFunc(out, byDay)
	return out
}

func byDay(a, b row) int {
	switch {
	case a.On < b.On:
		return -1
	case a.On > b.On:
		return 1
	}
	return 0
}

func (p awardPage) decided(in page.In) []row {
	d, href := p.D, "/desk/awards/"+p.D.ID
	out := []row{{dayOf(d.MadeAt), in.T("提出方案：{0}", in.Money(d.Total)), p.Names[d.MadeBy], href}}
	for _, s := range d.Signed {
		what := in.T("同意")
		if !s.Yes {
			what = in.T("不同意")
		}
		if s.Note != "" {
			what += "：" + s.Note
		}
		out = append(out, row{dayOf(s.At), what, in.T("role."+s.Role) + " " + s.Name, href})
	}
	return out
}

func (p awardPage) shown(in page.In) (out []row) {
	for _, s := range p.D.Shown {
		what := in.T("公示 {0} 个工作日，到 {1}，留有 {2} 天的张贴证据", s.Days, in.Date(s.EndsOn), s.Seen)
		who := in.T("没有异议")
		if s.Objections > 0 {
			who = in.T("异议 {0} 件，成立 {1} 件", s.Objections, s.Upheld)
		}
		out = append(out, row{s.StartsOn, what, who, "/desk/notices/" + s.NoticeID})
	}
	return out
}

func (p awardPage) paid(in page.In) (out []row) {
	d := p.D
	if d.SignedAt > 0 {
		out = append(out, row{dayOf(d.SignedAt), in.T("签发"), p.Names[d.SignedBy], "/desk/awards/" + d.ID})
	}
	for _, i := range d.Pays {
		href := "/desk/payments/" + i.ID
		if i.CheckedAt > 0 {
			out = append(out, row{dayOf(i.CheckedAt), in.T("第 {0} 次付款前复核资格", i.No), "", href})
		}
		if i.Batch != "" {
			out = append(out, row{dayOf(i.BatchAt), in.T("进付款批次 {0}", i.BatchNumber), in.T("制单 {0}，复核 {1}", p.Names[i.BatchBy], p.Names[i.BatchOther]), "/desk/payments/batches/" + i.Batch})
		}
		on := i.PaidOn
		if on == "" {
			on = i.DueOn
		}
		out = append(out, row{on, in.T("第 {0} 次付款 {1}", i.No, in.Money(i.Amount)), i.State.Say(in.Lang), href})
		if i.ConfirmedAt > 0 {
			out = append(out, row{dayOf(i.ConfirmedAt), in.T("收款签字"), i.Confirmed, href})
		}
	}
	for _, e := range d.Posts {
		out = append(out, row{e.Day, in.T("记账：{0} {1}", fund.Kind(e.Kind).Say(in.Lang), in.Money(e.Amount)), e.Voucher, "/desk/fund/entries/" + itoa(e.Seq)})
	}
	slices.SortStableFunc(out, byDay)
	return out
}

func (s part) list(in page.In, paper bool) page.List {
	t := page.List{Caption: s.Name, None: in.T("没有记录"), Dense: true, Cols: []page.Col{{Label: in.T("日期")}, {Label: in.T("内容")}, {Label: in.T("谁，怎样")}}}
	for _, g := range s.Gaps {
		mark := page.C(page.Tag(page.ToneErr, in.T("缺")))
		if paper {
			mark = page.T(in.T("缺"))
		}
		t.Rows = append(t.Rows, page.Row{Over: true, Cells: []page.Cell{mark, page.T(g.Say(in.Lang)), page.T("")}})
	}
	for _, r := range s.Rows {
		what := page.T(r.What)
		if !paper && r.Href != "" && in.Leads(r.Href) {
			what = page.A(r.Href, r.What)
		}
		on := ""
		if r.On.Valid() {
			on = in.Date(r.On)
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(on), what, page.T(r.Who)}})
	}
	return t
}

// patterns are the signals that lie in how the award stands beside others.
func (p awardPage) patterns(in page.In) page.List {
	t := page.List{Caption: in.T("和别的帮扶放在一起看"), None: in.T("没有发现"), Cols: []page.Col{{Label: in.T("值得看的地方")}, {Label: in.T("风险分"), Num: true}}}
	for _, s := range p.D.Signs {
		if !s.Gap() {
			t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(s.Say(in.Lang)), page.T(itoa(oversight.Score([]oversight.Sign{s})))}})
		}
	}
	return t
}

func (p awardPage) sheet(in page.In) page.Sheet {
	return page.Sheet{Title: in.T("审计取证单"), DocNo: p.D.Number, FormNo: "BF-SJ-02", Union: in.Unit, Day: string(p.Today), Printed: string(p.Today), Seal: true,
		Signers: []string{in.T("审计人员"), in.T("被审计单位")}, Back: awards + "/" + p.D.ID}
}

// gaps counts what is missing.
func (p awardPage) gaps() (n int) {
	for _, s := range p.D.Signs {
		if s.Gap() {
			n++
		}
	}
	return n
}
