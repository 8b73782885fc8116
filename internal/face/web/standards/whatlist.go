package standards

import (
	"context"
	"net/url"
	"strconv"

	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/household"
	"bangfu/internal/domain/report"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/engine/sheet"
	"bangfu/internal/face/web/site"
)

// mostMoves is how many families a page names; the file has them all.
const mostMoves = 100

func changeTone(c household.Change) page.Tone {
	switch c {
	case household.Enters, household.More:
		return page.ToneOK
	case household.Leaves, household.Less:
		return page.ToneWarn
	case household.Same, household.Class, household.Unsure:
	}
	return page.Plain
}

// said is one side of a change in words: the class or what it brings in a year.
func (p whatPage) said(in page.In, s household.Side) string {
	switch {
	case s.Outcome != "yes":
		return in.T("standard.whatif_" + string(s.Outcome))
	case len(s.Items) > 0:
		return p.sum(in, s.Year, report.Small)
	case s.Class != "":
		n := namesOf(p.AfterS)
		if w, ok := n["class="+s.Class]; ok {
			return n.fill(in.Lang, w)
		}
		return s.Class
	}
	return in.T("standard.whatif_yes")
}

func (p whatPage) moves(in page.In) page.List {
	t := page.List{Caption: in.T("哪些家庭有变化"), Head: 0, None: in.T("没有家庭因此变化"), Cols: []page.Col{{Label: in.T("职工")}, {Label: in.T("部门")}, {Label: in.T("变化")}, {Label: in.T("现在")}, {Label: in.T("改后")}}}
	for _, m := range p.W.Moves[:min(len(p.W.Moves), mostMoves)] {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.A("/desk/people/"+m.Worker.ID, ident.MaskName(m.Worker.Name)), page.T(p.Units[m.Worker.UnitID]),
			page.C(page.Tag(changeTone(m.Change), in.T("standard.change_"+string(m.Change)))), page.T(p.said(in, m.Before)), page.T(p.said(in, m.After))}})
	}
	return t
}

// cliff is what the families just above the line lose, and what a taper would cost instead.
type cliff struct {
	Families     int
	Loses, Taper money.Amount
}

func (p whatPage) cliff() (c cliff, err error) {
	for _, n := range p.W.Near {
		c.Families++
		if c.Loses, err = c.Loses.Add(n.Loses); err != nil {
			return c, err
		}
		t, err := n.Taper()
		if err != nil {
			return c, err
		}
		if c.Taper, err = c.Taper.Add(t); err != nil {
			return c, err
		}
	}
	return c, nil
}

// warned says the cliff in sentences; none when nobody stands there or the sums do not fit.
func (p whatPage) warned(in page.In) (out []string) {
	c, err := p.cliff()
	if err != nil || c.Families == 0 {
		return nil
	}
	out = []string{in.T("有 {0} 户在线上方 10% 以内：多挣一点就什么也拿不到。", p.few(in, c.Families))}
	if c.Loses > 0 && (p.Persons || shown(c.Families)) {
		out = append(out, in.T("这些家庭如果在线下，一年合计最多可得 {0}。", c.Loses),
			in.T("可以试试递减：每超出 1%，少给 10%，超出 10% 不再给。这样一年最多再花 {0}。", c.Taper))
	}
	return out
}

func (p whatPage) near(in page.In) page.List {
	t := page.List{Caption: in.T("线上方 10% 以内的家庭"), Head: 0, Cols: []page.Col{{Label: in.T("职工")}, {Label: in.T("部门")}, {Label: in.T("超出线"), Num: true}, {Label: in.T("少拿（一年最多）"), Num: true}}}
	for _, n := range p.W.Near[:min(len(p.W.Near), mostMoves)] {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.A("/desk/people/"+n.Worker.ID, ident.MaskName(n.Worker.Name)), page.T(p.Units[n.Worker.UnitID]),
			page.T(in.T("{0}% 以内", n.Percent)), page.T(in.Money(n.Loses))}})
	}
	return t
}

// versionChoice is the field that picks what to compare with.
func (p whatPage) versionChoice(in page.In) page.F {
	f := page.F{Name: "with", Label: in.T("和哪一版比"), Value: strconv.FormatInt(p.After.Version, 10)}
	for _, v := range p.Versions {
		label := in.T("第 {0} 版（{1}）", v.Version, v.State)
		if v.Version == p.V.Version {
			label = in.T("就在这一版上改数")
		}
		f.Choices = append(f.Choices, form.Choice{Value: strconv.FormatInt(v.Version, 10), Label: label})
	}
	return f
}

// query leads to this very trial.
func (p whatPage) query() string {
	v := url.Values{"with": {strconv.FormatInt(p.After.Version, 10)}}
	for name, text := range p.Asked {
		if text != "" {
			v.Set(name, text)
		}
	}
	return v.Encode()
}

func (p whatPage) exportForm(in page.In, query string) page.Auto {
	return page.Auto{Action: address(p.V) + "/whatif/export?" + query, Fields: site.PurposeFields(), Submit: in.T("下载")}
}

// exportWhat hands the trial over as a file: the families that change for who may know them, else the departments with the
// same cells hidden as on the page.
func exportWhat(q *site.Req) error {
	p, err := readWhat(q)
	if err != nil {
		return err
	}
	if p.Wrong != nil {
		return p.Wrong
	}
	in := q.Page("")
	if !p.Persons {
		heads := []sheet.Head{{Title: q.T("部门")}, {Title: q.T("现在")}, {Title: q.T("改后")}, {Title: q.T("新进来")}, {Title: q.T("要出去")}, {Title: q.T("改后一年")}}
		return q.Download(site.Download{Kind: "whatif", Title: q.T("试算结果"), Heads: heads, Rows: func(_ context.Context, _ *db.Tx, put func(...any) error) error {
			for _, r := range p.units(in).Rows {
				var cells []any
				for _, c := range r.Cells {
					cells = append(cells, c.Text)
				}
				if err := put(cells...); err != nil {
					return err
				}
			}
			return nil
		}})
	}
	heads := []sheet.Head{{Title: q.T("职工")}, {Title: q.T("工号")}, {Title: q.T("部门")}, {Title: q.T("变化")}, {Title: q.T("现在")}, {Title: q.T("改后")}}
	return q.Download(site.Download{Kind: "whatif", Title: q.T("试算结果"), Heads: heads, Rows: func(_ context.Context, _ *db.Tx, put func(...any) error) error {
		for _, m := range p.W.Moves {
			if err := put(ident.MaskName(m.Worker.Name), m.Worker.StaffNo, p.Units[m.Worker.UnitID], q.T("standard.change_"+string(m.Change)), p.said(in, m.Before), p.said(in, m.After)); err != nil {
				return err
			}
		}
		return nil
	}})
}
