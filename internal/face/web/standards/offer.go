package standards

import (
	"strings"

	"github.com/a-h/templ"

	"bangfu/internal/base/words"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// offered lists what workers can apply for, each with the standard that judges it.
func (p allPage) offered(in page.In) page.List {
	t := page.List{Caption: in.T("职工可以申请的帮扶"), Head: 0, None: in.T("还没有。批准一份标准，再在它的页面上开放申请。"),
		Cols: []page.Col{{Label: in.T("名称")}, {Label: in.T("帮什么")}, {Label: in.T("按哪份标准")}, {Label: in.T("操作"), Act: true}}}
	for _, g := range p.Offered {
		do := page.T("—")
		if p.Can("intake.programme") {
			do = page.C(offerEnd(in, g))
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(g.Name.Say(in.Lang)), page.T(g.Purpose.Say(in.Lang)), page.T(g.Standard), do}})
	}
	return t
}

// mayOffer reports whether workers can be let apply for what the version gives: it is in force, gives something and the reader may.
func (p onePage) mayOffer() bool {
	return p.Can("intake.programme") && p.V.InForce(p.Today) && (p.S.Kind == "benefit") && len(p.S.Items) > 0
}

func offerAuto(q *site.Req, p onePage, v form.Values) page.Auto {
	return page.Auto{Action: address(p.V) + "/offer", Fields: form.With(form.Of[intake.Offer](), "causes", intake.Cause("").Choices()), Values: v,
		Submit: q.T("开放申请"), Cancel: page.Link{Href: address(p.V), Label: q.T("返回")}}
}

func showOffer(q *site.Req) error {
	p, err := readOne(q)
	if err != nil {
		return err
	}
	var papers []string
	for _, d := range p.S.Documents {
		papers = append(papers, d.Text.Zh)
	}
	a := offerAuto(q, p, form.Values{"who": {p.who()}, "prepare": {strings.Join(papers, "、")}, "get": {p.gives(q.Page(""))}})
	return q.Render(offerView(q.Page(q.T("开放申请")), p, a))
}

// who says whom the standard is for by its own sentences.
func (p onePage) who() string {
	var out []string
	n := namesOf(p.S)
	for _, c := range p.S.Gates {
		out = append(out, n.fill(words.Zh, c.Text))
	}
	if len(p.S.Items) > 0 {
		for _, c := range p.S.Items[0].Requires {
			out = append(out, n.fill(words.Zh, c.Text))
		}
	}
	return strings.Join(out, "，")
}

// gives says what the first item gives, where that is a plain figure.
func (p onePage) gives(in page.In) string {
	if len(p.S.Items) == 0 {
		return ""
	}
	it, n := p.S.Items[0], namesOf(p.S)
	r := it.Rows[0]
	switch {
	case len(it.Rows) == 1 && r.Amount != nil:
		return in.T("{0}，{1}", yuan(in, n, r.Amount), standard.Key("period", it.Period))
	case len(it.Rows) == 1 && r.Floor != nil && r.Ceiling != nil:
		return in.T("{0}到{1}，{2}", yuan(in, n, r.Floor), yuan(in, n, r.Ceiling), standard.Key("period", it.Period))
	}
	return ""
}

func takeOffer(q *site.Req) error {
	p, err := readOne(q)
	if err != nil {
		return err
	}
	var in intake.Offer
	values, err := q.Read(&in)
	if err == nil {
		var text []byte
		if text, err = in.Opened(p.S); err == nil {
			_, err = site.Do(q, intake.KeepDocument, intake.DocumentIn{Text: string(text)})
		}
	}
	if err == nil {
		return q.Done(home, "已开放，职工现在就能申请。")
	}
	a := offerAuto(q, p, values)
	return q.Again(err, func(in page.In) templ.Component { return offerView(in, p, a) }, q.Page(q.T("开放申请")))
}
