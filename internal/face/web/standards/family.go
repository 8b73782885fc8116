package standards

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"bangfu/internal/base/words"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// The worked families of a draft: what is known of each, and what the standard must say. They are judged at once, and no draft is
// approved that judges one otherwise.

// saidOf is where a worked family came out other than it must.
func (p writePage) saidOf(in page.In, r standard.CaseResult) string {
	what := map[string]string{"outcome": in.T("结论"), "reason": in.T("原因"), "class": in.T("类别"), "needs": in.T("还缺什么")}
	for _, it := range p.S.Items {
		what[it.Code] = it.Text.Say(in.Lang)
	}
	var out []string
	for _, d := range r.Diffs {
		name := what[d.What]
		if name == "" {
			name = d.What
		}
		out = append(out, in.T("{0}应是 {1}，算出来是 {2}", name, p.verdictWord(in.Lang, d.Want), p.verdictWord(in.Lang, d.Got)))
	}
	return strings.Join(out, in.T("；"))
}

// verdictWord says a verdict's word; a figure or code stays.
func (p writePage) verdictWord(l words.Lang, s string) string {
	switch s {
	case "yes", "no", "unknown":
		return standard.Key("outcome", s).Say(l)
	}
	for _, c := range p.reasons(l) {
		if c.Value == s && s != "" {
			return c.Label
		}
	}
	return dash(s)
}

func (p writePage) families(in page.In) page.List {
	t := page.List{Caption: in.T("例子"), Head: 0, None: in.T("还没有例子。照文件算一两户的结果写在这里，标准算得不一样就不能批准。"),
		Cols: []page.Col{{Label: in.T("哪一户")}, {Label: in.T("对不对")}, {Label: in.T("差在哪里")}, {Label: in.T("操作"), Act: true}}}
	for i, r := range p.Results {
		mark := page.C(page.Tag(page.ToneOK, in.T("一致")))
		if len(r.Diffs) > 0 {
			mark = page.C(page.Tag(page.ToneWarn, in.T("不一致")))
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(r.Name), mark, page.T(dash(p.saidOf(in, r))), page.C(familyActs(in, p, i))}})
	}
	return t
}

// reasons are the codes a family can be refused by, with their sentences.
func (p writePage) reasons(l words.Lang) []form.Choice {
	out := []form.Choice{}
	n := namesOf(p.S)
	add := func(all []standard.Clause) {
		for _, c := range all {
			out = append(out, form.Choice{Value: c.Code, Label: n.fill(l, c.Text)})
		}
	}
	add(p.S.Gates)
	add(p.S.Exclusions)
	for _, it := range p.S.Items {
		add(it.Requires)
		add(it.Excludes)
	}
	return out
}

// familyFields draws what can be said of a family: what is known, the lines, and what must come out.
func (p writePage) familyFields(in page.In) (known, lines, want []page.F) {
	for _, key := range standard.CaseKeys(p.S) {
		f := page.F{Name: key, Value: p.Values.Get(key)}
		kind, name, _ := strings.Cut(key, ".")
		switch kind {
		case "ref":
			p.refField(in, &f, name)
			lines = append(lines, f)
		case "want":
			p.wantField(in, &f, name)
			want = append(want, f)
		case "group":
			f.Label, f.Hint, f.Rows = p.groupLabel(in, name)
			known = append(known, f)
		default:
			p.factField(in, &f, name)
			known = append(known, f)
		}
	}
	return known, lines, want
}

func (p writePage) factField(in page.In, f *page.F, name string) {
	f.Label = namesOf(p.S)[name].Say(in.Lang)
	for _, x := range p.S.Facts {
		if x.Name != name {
			continue
		}
		none := form.Choice{Label: in.T("没有说")}
		switch {
		case x.Sort == standard.Bool:
			f.Choices = []form.Choice{none, {Value: "true", Label: in.T("是")}, {Value: "false", Label: in.T("否")}, {Value: "?", Label: in.T("不知道")}}
		case len(x.Values) > 0:
			f.Choices = []form.Choice{none, {Value: "?", Label: in.T("不知道")}}
			for _, c := range x.Values {
				f.Choices = append(f.Choices, form.Choice{Value: c.Value, Label: c.Text.Say(in.Lang)})
			}
		case x.Sort == standard.Money:
			f.Unit = in.T("元")
		case x.Sort == standard.Date:
			f.Hint = in.T("例如 2027-01-31")
		}
		if f.Label == "" {
			f.Label = x.Text.Say(in.Lang)
		}
	}
	if f.Label == "" || f.Label == name {
		f.Label = p.earlierLabel(in, name)
	}
}

// earlierLabel says a fact of earlier aid, "aid.ITEM.WINDOW" or "times.ITEM.WINDOW", in words.
func (p writePage) earlierLabel(in page.In, name string) string {
	parts := strings.Split(name, ".")
	if len(parts) != 3 {
		return name
	}
	of := parts[1]
	for _, it := range p.S.Items {
		if it.Code == of {
			of = it.Text.Say(in.Lang)
		}
	}
	for _, pool := range p.S.Pools {
		if pool.Code == of {
			of = pool.Text.Say(in.Lang)
		}
	}
	what := in.T("次数")
	if parts[0] != "times" {
		what = in.T("金额")
	}
	return in.T("以前的{0}：{1}（{2}）", what, of, standard.Key("within", parts[2]))
}

func (p writePage) refField(in page.In, f *page.F, ref string) {
	for _, q := range p.S.Parameters {
		if q.Ref == ref {
			if f.Label = named(in.Lang, q.Text, q.Name); q.Sort == standard.Money {
				f.Unit = in.T("元")
			}
		}
	}
}

func (p writePage) groupLabel(in page.In, name string) (label, hint string, rows int) {
	for _, g := range p.S.Groups {
		if g.Name != name {
			continue
		}
		var fields []string
		for _, f := range g.Fields {
			fields = append(fields, f.Name+" "+f.Text.Say(in.Lang))
		}
		return g.Text.Say(in.Lang), in.T("每行一个，写成 名字=值，用分号隔开。可以写：{0}", strings.Join(fields, in.T("、"))), 3
	}
	return name, "", 3
}

func (p writePage) wantField(in page.In, f *page.F, name string) {
	none := form.Choice{Label: in.T("不核对")}
	switch {
	case name == "outcome":
		f.Label, f.Choices = in.T("结论"), []form.Choice{none}
		for _, o := range []string{"yes", "no", "unknown"} {
			f.Choices = append(f.Choices, form.Choice{Value: o, Label: standard.Key("outcome", o).Say(in.Lang)})
		}
	case name == "class":
		f.Label, f.Choices = in.T("类别"), []form.Choice{none}
		for _, r := range p.S.Classes.Rows {
			f.Choices = append(f.Choices, form.Choice{Value: r.Class, Label: r.Text.Say(in.Lang)})
		}
	case name == "reason":
		f.Label, f.Choices = in.T("不成立的原因"), append([]form.Choice{none}, p.reasons(in.Lang)...)
	default:
		code := strings.TrimPrefix(name, "item.")
		f.Label, f.Hint = code, in.T("多少元；不发填“否”，不核对就空着")
		base, nth, many := strings.Cut(code, "[")
		for _, it := range p.S.Items {
			if it.Code == base {
				f.Label = it.Text.Say(in.Lang)
			}
		}
		if many {
			f.Label = in.T("{0}（第 {1} 个）", f.Label, strings.TrimSuffix(nth, "]"))
		}
	}
}

func showFamily(q *site.Req) error {
	p, err := readWrite(q)
	if err != nil {
		return err
	}
	p.Values = form.Values{}
	if p.At < standard.RowsIn(p.V.Cases, "families") {
		row, err := standard.CaseAt(p.S, p.V.Cases, p.At)
		if err != nil {
			return err
		}
		for k, text := range row {
			p.Values[k] = []string{text}
		}
	} else {
		p.Values["want.outcome"] = []string{"yes"}
	}
	return q.Render(familyView(q.Page(q.T("例子")), p))
}

func takeFamily(q *site.Req) error {
	p, err := readWrite(q)
	if err != nil {
		return err
	}
	if p.Values, err = form.Parse(q.R); err != nil {
		return err
	}
	row := standard.CaseRow{"name": p.Values.Get("name")}
	for _, key := range standard.CaseKeys(p.S) {
		row[key] = p.Values.Get(key)
	}
	cases, err := standard.PutCase(p.S, p.V.Cases, p.At, row)
	if err == nil {
		err = p.keep(q, cases)
	}
	if err == nil {
		return q.Done(address(p.V)+"/write#families", "例子已保存。")
	}
	return q.Again(err, func(in page.In) templ.Component { return familyView(in, p) }, q.Page(q.T("例子")))
}

func (p writePage) keep(q *site.Req, cases string) error {
	_, err := site.Do(q, standard.KeepCases, standard.CasesIn{Code: p.V.Code, Version: p.V.Version, Cases: cases, Was: standard.CasesHash(p.V.Cases)})
	return err
}

func dropFamily(q *site.Req) error {
	p, err := readWrite(q)
	if err != nil {
		return err
	}
	values, err := form.Parse(q.R)
	if err != nil {
		return err
	}
	at, err := strconv.Atoi(values.Get("at"))
	if err != nil {
		at = -1
	}
	cases, err := standard.DropCase(p.S, p.V.Cases, at)
	if err == nil {
		err = p.keep(q, cases)
	}
	if err == nil {
		return q.Done(address(p.V)+"/write#families", "已删去。")
	}
	return q.Again(err, func(in page.In) templ.Component { return writeView(in, p) }, q.Page(p.V.Name().Say(q.Lang())))
}
