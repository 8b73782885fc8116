package oversight

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/oversight"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
)

type samplePage struct {
	S        oversight.Sample
	Items    []oversight.Item
	Findings map[string][]oversight.Finding // by award, of this sample
	Names    names
	Again    *oversight.Again
	Seals    []audit.Checkpoint
	Asked    []oversight.Asked
	People   map[string]string // who was asked, masked
	Today    day.Day
	Can      func(string) bool
}

func readSample(q *site.Req) (p samplePage, err error) {
	p.Can = q.Can
	return p, q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.Today = tx.Day()
		if p.S, p.Items, err = oversight.SampleOf(ctx, tx, q.ID("id")); err != nil {
			return err
		}
		all, err := oversight.Findings(ctx, tx)
		if err != nil {
			return err
		}
		p.Findings = map[string][]oversight.Finding{}
		for _, f := range all {
			if f.SampleID == p.S.ID {
				p.Findings[f.AwardID] = append(p.Findings[f.AwardID], f)
			}
		}
		if p.Seals, err = audit.Monthly(ctx, tx, p.S.FromOn, p.Today); err != nil {
			return err
		}
		if err := p.answers(ctx, tx); err != nil {
			return err
		}
		if q.Query("again") != "" {
			a, err := oversight.Redraw(ctx, tx, p.S, p.Items)
			if err != nil {
				return err
			}
			p.Again = &a
		}
		return p.Names.read(ctx, tx)
	})
}

func showSample(q *site.Req) error {
	p, err := readSample(q)
	if err != nil {
		return err
	}
	return q.Render(sampleView(q.Page(q.T("样本 {0}", p.S.Number)), p))
}

func printSample(q *site.Req) error {
	p, err := readSample(q)
	if err != nil {
		return err
	}
	return q.Render(sampleSheet(q.Page(q.T("审计抽样报告")), p))
}

func (p samplePage) facts(in page.In) []page.Pair {
	drawn := money.Amount(0)
	for _, i := range p.Items {
		drawn += i.Amount
	}
	return []page.Pair{{Label: in.T("时间段"), Value: in.Date(p.S.FromOn) + " — " + in.Date(p.S.UntilOn)}, {Label: in.T("抽什么"), Value: p.S.Basis.Say(in.Lang)},
		{Label: in.T("怎么抽"), Value: p.S.Method.Say(in.Lang)}, {Label: in.T("抽几件"), Value: in.T("{0} 件里抽 {1} 件", p.S.Population, p.S.Size)},
		{Label: in.T("金额"), Value: in.T("{0}，全部 {1}", in.Money(drawn), in.Money(p.S.Amount))}, {Label: in.T("种子"), Value: p.S.Seed},
		{Label: in.T("名单摘要"), Value: p.S.Digest, Note: "SHA-256"}, {Label: in.T("抽取人"), Value: p.Names[p.S.ByUser], Note: day.Clock(p.S.At)}}
}

// how says how anybody can draw the sample again.
func (p samplePage) how(in page.In) string {
	if p.S.Method == oversight.ByRisk {
		return in.T("每件有一个签，风险分每 5 分多一个签。每个签的号是 SHA-256（种子、编号、第几个签，用竖线连起来），每件取最小的号，从小到大取前 {0} 件。", p.S.Size)
	}
	return in.T("每件的号是 SHA-256（种子、编号、1，用竖线连起来），从小到大取前 {0} 件。", p.S.Size)
}

func (p samplePage) again(in page.In) (page.Tone, string) {
	switch {
	case p.Again.Same && p.Again.SameData:
		return page.ToneOK, in.T("重抽一致：名单没有变，抽出的还是这 {0} 件。", p.S.Size)
	case p.Again.Same:
		return page.ToneInfo, in.T("名单后来有变化（现在 {0} 件），抽出的还是这些。", p.Again.Population)
	case !p.Again.SameData:
		return page.ToneInfo, in.T("名单后来有变化（现在 {0} 件），所以抽出的不完全一样。样本以当时留下的为准。", p.Again.Population)
	}
	return page.ToneErr, in.T("名单没有变，抽出的却不一样：样本可能被改过。请报告经审委员会。")
}

// says joins the sentences of an item's signals.
func says(in page.In, i oversight.Item) string {
	signs, err := i.Signals()
	if err != nil || len(signs) == 0 {
		return "—"
	}
	slices.SortStableFunc(signs, func(a, b oversight.Sign) int {
		return int(oversight.Score([]oversight.Sign{b}) - oversight.Score([]oversight.Sign{a}))
	})
	var out []string
	for _, s := range signs {
		out = append(out, s.Say(in.Lang))
	}
	return strings.Join(out, in.T("；"))
}

func (p samplePage) result(in page.In, i oversight.Item) string {
	var out []string
	for _, f := range p.Findings[i.AwardID] {
		out = append(out, f.Number+" "+f.State.Say(in.Lang))
	}
	switch {
	case len(out) > 0:
		return strings.Join(out, in.T("；"))
	case i.PassedAt > 0:
		return in.T("核查无问题")
	}
	return in.T("还没有看")
}

func (p samplePage) list(in page.In, paper bool) page.List {
	t := page.List{Caption: in.T("抽到的"), Cols: []page.Col{{Label: in.T("序号"), Num: true}, {Label: in.T("编号")}, {Label: in.T("金额"), Num: true}, {Label: in.T("风险分"), Num: true}, {Label: in.T("值得看的地方")}, {Label: in.T("结果")}}}
	for _, i := range p.Items {
		name := page.A(awards+"/"+i.AwardID+"?sample="+p.S.ID, i.Name)
		if paper {
			name = page.T(i.Name)
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(itoa(i.Place)), name, page.T(in.Money(i.Amount)), page.T(itoa(i.Score)), page.T(says(in, i)), page.T(p.result(in, i))}})
	}
	return t
}

func (p samplePage) findings() (out []oversight.Finding) {
	for _, i := range p.Items {
		for _, f := range p.Findings[i.AwardID] {
			if !slices.ContainsFunc(out, func(o oversight.Finding) bool { return o.ID == f.ID }) {
				out = append(out, f)
			}
		}
	}
	return out
}

func (p samplePage) sheet(in page.In) page.Sheet {
	return page.Sheet{Title: in.T("审计抽样报告"), DocNo: p.S.Number, FormNo: "BF-SJ-01", Union: in.Unit, Day: string(p.Today), Printed: string(p.Today), Seal: true,
		Signers: []string{in.T("审计人员"), in.T("经审委员会")}, Back: samples + "/" + p.S.ID}
}

// sealList says what the chain of records was sealed at, month by month.
func sealList(in page.In, all []audit.Checkpoint) page.List {
	t := page.List{Caption: in.T("记录链校验点"), None: in.T("还没有校验点"), Cols: []page.Col{{Label: in.T("月份")}, {Label: in.T("到第几条"), Num: true}, {Label: in.T("封存时间")}, {Label: in.T("链头")}, {Label: in.T("签名")}}}
	for _, m := range all {
		at := day.Clock(m.At)
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(at[:len("2006-01")]), page.T(itoa(m.Seq)), page.T(at), page.T(m.Hash), page.T(m.MAC)}})
	}
	return t
}

// paperFindings lists findings for a sheet.
func paperFindings(in page.In, all []oversight.Finding) page.List {
	t := page.List{Caption: in.T("审计问题"), None: in.T("没有审计问题"), Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("发现的问题")}, {Label: in.T("由谁答复")}, {Label: in.T("答复期限")}, {Label: in.T("状态")}}}
	for _, f := range all {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(f.Number), page.T(f.Text), page.T(in.T("role." + f.Role)), page.T(in.Date(f.Due)), page.T(f.State.Say(in.Lang))}})
	}
	return t
}
