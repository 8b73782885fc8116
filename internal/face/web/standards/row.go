package standards

import (
	"cmp"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

const lines = 4 // of a condition in the page

func showRow(q *site.Req) error {
	p, err := readWrite(q)
	if err != nil || p.List.path == "" {
		return cmp.Or(err, error(fault.New(fault.Missing, "standard.no_row")))
	}
	p.Values = form.Values{}
	if p.At < standard.RowsIn(p.V.Body, p.List.path) {
		row, err := standard.RowAt(p.V.Body, p.List.path, p.At)
		if err != nil {
			return err
		}
		p.Values = p.fields(row)
	}
	return q.Render(rowView(q.Page(p.List.titled(q.Page(""), p)), p))
}

// fields are the values of a row's form: a condition that the lists can say is taken apart.
func (p writePage) fields(row standard.Row) form.Values {
	v := form.Values{}
	for _, c := range p.List.columns {
		text := row[c.name]
		if c.kind != "when" || text == "" {
			v[c.name] = []string{text}
			continue
		}
		picks, ok := standard.ReadPicks(p.S, p.each(p.List.path, p.At), text)
		if !ok || len(picks.Lines) > lines {
			v["when"] = []string{text}
			continue
		}
		if picks.Any {
			v["any"] = []string{"1"}
		}
		for i, line := range picks.Lines {
			n := itoa(i)
			v["fact."+n], v["op."+n], v["value."+n], v["of."+n] = []string{line.Fact}, []string{line.Op}, []string{line.Value}, []string{line.Of}
		}
	}
	return v
}

// row reads a row's form; a condition written as text goes before the lists.
func (p writePage) row(v form.Values) (standard.Row, error) {
	row := standard.Row{}
	for _, c := range p.List.columns {
		row[c.name] = strings.TrimSpace(v.Get(c.name))
		switch c.kind {
		case "papers":
			row[c.name] = strings.Join(v[c.name], " ")
		case "bool":
			row[c.name] = map[bool]string{true: "true"}[v.Get(c.name) != ""]
		case "expr":
			row[c.name] = strings.TrimSuffix(strings.ReplaceAll(row[c.name], "，", ","), "元")
		case "when":
			if row["when"] != "" {
				continue
			}
			picks := standard.Picks{Any: v.Get("any") == "1"}
			for i := range lines {
				n := itoa(i)
				picks.Lines = append(picks.Lines, standard.Pick{Fact: v.Get("fact." + n), Op: v.Get("op." + n), Value: v.Get("value." + n), Of: v.Get("of." + n)})
			}
			expr, err := picks.Write(p.S, p.each(p.List.path, p.At))
			if err != nil {
				return nil, err
			}
			row["when"] = expr
		case "code":
			if row[c.name] == "" && c.name == "code" {
				row[c.name] = p.freeCode()
			}
		}
	}
	return row, nil
}

// freeCode is the next code that no row of the list has.
func (p writePage) freeCode() string {
	var taken []string
	n := standard.RowsIn(p.V.Body, p.List.path)
	for i := range n {
		if row, err := standard.RowAt(p.V.Body, p.List.path, i); err == nil {
			taken = append(taken, row["code"])
		}
	}
	for i := n + 1; ; i++ {
		if code := "c" + itoa(i); !slices.Contains(taken, code) {
			return code
		}
	}
}

func takeRow(q *site.Req) error {
	p, err := readWrite(q)
	if err != nil || p.List.path == "" {
		return cmp.Or(err, error(fault.New(fault.Missing, "standard.no_row")))
	}
	if p.Values, err = form.Parse(q.R); err != nil {
		return err
	}
	var v standard.Version
	row, err := p.row(p.Values)
	if err == nil {
		var body string
		if body, err = standard.PutRow(p.V.Body, p.List.path, p.At, row); err == nil {
			v, err = p.save(q, body)
		}
	}
	if err == nil {
		return q.Done(address(v)+"/write#"+anchor(p.List.path), "草稿已保存。")
	}
	return q.Again(err, func(in page.In) templ.Component { return rowView(in, p) }, q.Page(p.List.titled(q.Page(""), p)))
}

func anchor(path string) string { return strings.ReplaceAll(path, "/", "-") }

// moves is a press on one row of a list.
func moves(do func(body, list string, at int) (string, error), line string) site.Handler {
	return func(q *site.Req) error {
		values, err := form.Parse(q.R)
		if err != nil {
			return err
		}
		p, err := readWriteAt(q, values.Get("list"), values.Get("at"))
		if err != nil || p.List.path == "" {
			return cmp.Or(err, error(fault.New(fault.Missing, "standard.no_row")))
		}
		body, err := do(p.V.Body, p.List.path, p.At)
		var v standard.Version
		if err == nil {
			v, err = p.save(q, body)
		}
		if err == nil {
			return q.Done(address(v)+"/write#"+anchor(p.List.path), line)
		}
		return q.Again(err, func(in page.In) templ.Component { return writeView(in, p) }, q.Page(p.V.Name().Say(q.Lang())))
	}
}

// rowFields draws the plain columns of a row; the condition has its own part of the page.
func (p writePage) rowFields(in page.In) []page.F {
	var out []page.F
	for _, c := range p.List.columns {
		if c.kind == "when" {
			continue
		}
		f := page.F{Name: c.name, Label: in.T(string(c.label)), Value: p.Values.Get(c.name), Values: p.Values[c.name], Need: c.name == "zh" && p.List.path != "items/limits"}
		if c.hint != "" {
			f.Hint = in.T(string(c.hint))
		}
		switch c.kind {
		case "choice":
			f.Choices = c.choices(in, p)
		case "bool":
			f.Choices = []form.Choice{{Value: "true", Label: in.T("是")}}
		case "papers":
			for _, d := range p.S.Documents {
				f.Choices = append(f.Choices, form.Choice{Value: d.Code, Label: d.Text.Say(in.Lang)})
			}
			f.Values = strings.Fields(strings.Join(f.Values, " "))
		}
		out = append(out, f)
	}
	return out
}

// when gives the condition's column, if the list has one.
func (p writePage) when() (column, bool) {
	i := slices.IndexFunc(p.List.columns, func(c column) bool { return c.kind == "when" })
	if i < 0 {
		return column{}, false
	}
	return p.List.columns[i], true
}

// pickLine are the four fields of one line of a condition.
func (p writePage) pickLine(in page.In, subjects []standard.Subject, i int) []page.F {
	n := itoa(i)
	field := func(name, label, hint string, choices []form.Choice) page.F {
		return page.F{Name: name + "." + n, Label: label, Hint: hint, Value: p.Values.Get(name + "." + n), Choices: choices}
	}
	return []page.F{field("fact", in.T("看什么"), "", subjectChoices(in, subjects)), field("op", in.T("怎样比"), "", opChoices(in)),
		field("value", in.T("数、词或日期"), "", nil), field("of", in.T("再乘以"), "", measureChoices(in, p.S))}
}

func (p writePage) subjects() []standard.Subject {
	all, err := standard.Subjects(p.S, p.each(p.List.path, p.At))
	if err != nil {
		return nil
	}
	return all
}

// rows are the rows of a list, each with the ways to change it.
func (p writePage) rows(in page.In, l listing) page.List {
	t := page.List{Caption: l.titled(in, p), Head: 0, None: in.T(string(l.none)), Cols: []page.Col{{Label: in.T("说法")}, {Label: in.T("条件")}, {Label: in.T("其他")}, {Label: in.T("操作"), Act: true}}}
	for i := range standard.RowsIn(p.V.Body, l.path) {
		row, err := standard.RowAt(p.V.Body, l.path, i)
		if err != nil || l.path == "facts" && row["zh"] == "" { // one of the vocabulary
			continue
		}
		said, when, more := p.shown(in, l, row)
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(dash(said)), page.T(dash(when)), page.T(dash(more)), page.C(rowActs(in, p, l, i))}})
	}
	return t
}

func (p writePage) rowHref(l listing, at int) string {
	return address(p.V) + "/row?list=" + l.path + "&at=" + itoa(at)
}

// plainColumns are the columns that rowFields draws, in its order.
func (p writePage) plainColumns() []column {
	return slices.DeleteFunc(slices.Clone(p.List.columns), func(c column) bool { return c.kind == "when" })
}

func (p writePage) anyField(in page.In) page.F {
	value := p.Values.Get("any")
	if value == "" {
		value = "0"
	}
	return page.F{Name: "any", Label: in.T("几条之间"), Value: value, Choices: []form.Choice{{Value: "0", Label: in.T("都要符合")}, {Value: "1", Label: in.T("符合一条就行")}}}
}
