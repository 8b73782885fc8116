package standards

import (
	"strings"

	"github.com/a-h/templ"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// editForm is what is changed beside the figures, whose fields are named by their places in the document.
type editForm struct {
	Zh   string  `form:"name_zh" label:"名称" max:"40"`
	En   string  `form:"name_en" label:"英文名称" max:"80"`
	From day.Day `form:"from_day" label:"从哪天起用" hint:"空着就是批准当天"`
}

// editPage is a version as a table of figures, with what was typed.
type editPage struct {
	onePage
	Values form.Values
}

func showEdit(q *site.Req) error {
	p, err := readOne(q)
	if err != nil {
		return err
	}
	v := form.Values{"name_zh": {p.S.Name.Zh}, "name_en": {p.S.Name.En}}
	if p.V.State == standard.Draft {
		v["from_day"] = []string{string(p.S.From)}
	}
	return q.Render(editView(q.Page(q.T("改数字")), editPage{p, v}))
}

// takeEdit keeps the changed figures as a draft: over the draft itself, else as the next version.
func takeEdit(q *site.Req) error {
	p, err := readOne(q)
	if err != nil {
		return err
	}
	var in editForm
	values, err := q.Read(&in)
	var v standard.Version
	if err == nil {
		e := standard.Edit{Name: standard.Text{Zh: strings.TrimSpace(in.Zh), En: strings.TrimSpace(in.En)}, From: in.From, Figures: map[string]string{}, Version: p.V.Version}
		for _, d := range standard.Dials(p.V.Body) {
			e.Figures[d.Key] = values.Get(d.Key)
		}
		if p.V.State != standard.Draft {
			e.Version = p.Versions[0].Version + 1 // the newest stands first
		}
		var body string
		if body, err = e.Apply(p.V.Body); err == nil {
			v, err = site.Do(q, standard.SaveDraft, standard.DraftIn{Body: body})
		}
	}
	if err == nil {
		return q.Done(address(v)+"/compare", "草稿已保存，请另一位同事批准。")
	}
	return q.Again(err, func(in page.In) templ.Component { return editView(in, editPage{p, values}) }, q.Page(q.T("改数字")))
}

// heading are the fields beside the figures.
func (p editPage) heading(in page.In) []page.F {
	var out []page.F
	for _, f := range form.Of[editForm]() {
		out = append(out, page.FieldOf(in, f, p.Values))
	}
	return out
}

func (p editPage) figures(in page.In) (bounds, amounts []page.F) {
	for _, d := range standard.Dials(p.V.Body) {
		f := dialField(in, p.S, d)
		if p.Values.Get(d.Key) != "" {
			f.Value = p.Values.Get(d.Key)
		}
		if d.Bound() {
			bounds = append(bounds, f)
		} else {
			amounts = append(amounts, f)
		}
	}
	return bounds, amounts
}

// inWords says what changed between two versions whose words are the same: name, first day and figures, one a row.
func (p comparePage) inWords(in page.In) (page.List, bool) {
	t := page.List{Caption: in.T("改了什么"), Head: 0, None: in.T("数字都没有改"), Cols: []page.Col{{Label: in.T("哪一项")}, {Label: in.T("第 {0} 版", p.With.Version), Num: true}, {Label: in.T("第 {0} 版", p.V.Version), Num: true}}}
	all, ok := standard.Turns(p.With.Body, p.V.Body)
	if !ok {
		return t, false
	}
	add := func(label, was, is string) {
		if was != is {
			t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(label), page.T(dash(was)), page.T(dash(is))}})
		}
	}
	add(in.T("名称"), p.With.Name().Say(in.Lang), p.V.Name().Say(in.Lang))
	add(in.T("生效日"), in.Date(p.With.FromDay), in.Date(p.V.FromDay))
	for _, d := range all {
		f := dialField(in, p.S, d.Dial)
		label := f.Label
		if d.Expr != "" {
			label += "（" + namesOf(p.S).say(in.Lang, d.Expr) + "）"
		}
		add(label, d.Was+" "+f.Unit, d.Text+" "+f.Unit)
	}
	return t, true
}
