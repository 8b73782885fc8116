package standards

import (
	"slices"
	"strconv"
	"strings"

	"bangfu/internal/base/words"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/page"
)

func tone(s standard.State) page.Tone {
	switch s {
	case standard.Draft:
		return page.ToneWarn
	case standard.Approved:
		return page.ToneOK
	case standard.Retired:
	}
	return page.Plain
}

func (p allPage) versions(in page.In) page.List {
	t := page.List{Caption: in.T("帮扶标准"), Head: 0, None: in.T("还没有标准。可以写一份草稿，由另一位同事批准后使用。"),
		Cols: []page.Col{{Label: in.T("名称")}, {Label: in.T("代码")}, {Label: in.T("版本"), Num: true}, {Label: in.T("种类")}, {Label: in.T("生效日")}, {Label: in.T("最后有效日")}, {Label: in.T("编写")}, {Label: in.T("批准")}, {Label: in.T("状态")}}}
	for _, v := range p.Versions {
		state := page.C(page.Tag(tone(v.State), v.State.Say(in.Lang)))
		if v.InForce(p.Today) {
			state = page.C(page.Tag(page.ToneOK, in.T("生效中")))
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.A(address(v), v.Name().Say(in.Lang)), page.T(v.Code), page.T(strconv.FormatInt(v.Version, 10)),
			page.T(kind(in, v.Kind)), page.T(in.Date(v.FromDay)), page.T(in.Date(v.UntilDay)), page.T(who(p.Users, v.MadeBy)), page.T(who(p.Users, v.ApprovedBy)), state}})
	}
	return t
}

func who(users map[string]string, id string) string {
	if name := users[id]; name != "" {
		return name
	}
	return "—"
}

func kind(in page.In, k string) string { return standard.Key("kind", k).Say(in.Lang) }

func (p allPage) lines(in page.In) page.List {
	t := page.List{Caption: in.T("参考数"), Head: 0, None: in.T("还没有登记低保标准。没有它，用到它的标准都判不了。"),
		Cols: []page.Col{{Label: in.T("参考数")}, {Label: in.T("地区代码")}, {Label: in.T("起算日")}, {Label: in.T("金额"), Num: true}, {Label: in.T("文件依据")}, {Label: in.T("登记人")}}}
	for _, n := range p.Lines {
		region := n.Region
		if region == "" {
			region = in.T("本工会通用")
		}
		t.Rows = append(t.Rows, page.Row{Fired: n.FromDay <= p.Today && p.newest(n), Cells: []page.Cell{page.T(standard.KindName(n.Kind).Say(in.Lang)), page.T(region), page.T(in.Date(n.FromDay)),
			page.T(in.Money(n.Amount)), page.T(n.Source), page.T(who(p.Users, n.RecordedBy))}})
	}
	return t
}

// newest reports whether a line is the one in force today for its region and kind. Lines come newest first.
func (p allPage) newest(n standard.Line) bool {
	i := slices.IndexFunc(p.Lines, func(o standard.Line) bool { return o.Kind == n.Kind && o.Region == n.Region && o.FromDay <= p.Today })
	return i >= 0 && p.Lines[i].ID == n.ID
}

func (p onePage) facts(in page.In) []page.Pair {
	s, v := p.S, p.V
	region := s.Region
	if region == "" {
		region = in.T("不限")
	}
	return []page.Pair{{Label: in.T("种类"), Value: kind(in, s.Kind)}, {Label: in.T("发布单位"), Value: s.Issuer}, {Label: in.T("地区代码"), Value: region},
		{Label: in.T("文件依据"), Value: strings.TrimSpace(s.Source.Title + " " + s.Source.Clause)}, {Label: in.T("生效日"), Value: in.Date(v.FromDay)}, {Label: in.T("最后有效日"), Value: in.Date(v.UntilDay)},
		{Label: in.T("编写"), Value: who(p.Users, v.MadeBy)}, {Label: in.T("批准"), Value: who(p.Users, v.ApprovedBy)}, {Label: in.T("停用原因"), Value: v.Reason},
		{Label: in.T("指纹"), Value: v.Hash}}
}

// ruled is one clause in words: its sentence, its condition, and the clause of the paper it stands in.
func ruled(in page.In, n names, c standard.Clause) page.Row {
	when := "—"
	if c.When != nil {
		when = n.say(in.Lang, c.When.Text)
	}
	return page.Row{Cells: []page.Cell{page.T(c.Code), page.T(n.fill(in.Lang, c.Text)), page.T(when), page.T(dash(c.Where))}}
}

func dash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func clauseCols(in page.In) []page.Col {
	return []page.Col{{Label: in.T("代码")}, {Label: in.T("说法")}, {Label: in.T("条件")}, {Label: in.T("依据条款")}}
}

func clauses(in page.In, s *standard.Standard, all []standard.Clause) page.List {
	t, n := page.List{Head: 1, Cols: clauseCols(in)}, namesOf(s)
	for _, c := range all {
		t.Rows = append(t.Rows, ruled(in, n, c))
	}
	return t
}

func classes(in page.In, s *standard.Standard) page.List {
	t, n := page.List{Caption: in.T("类别"), Head: 1, Cols: clauseCols(in)}, namesOf(s)
	if s.Classes != nil {
		for _, r := range s.Classes.Rows {
			t.Rows = append(t.Rows, ruled(in, n, r.Clause))
		}
	}
	return t
}

// figures lists the parameters and derived values with how each is found.
func figures(in page.In, s *standard.Standard) page.List {
	t, n := page.List{Caption: in.T("数值"), Head: 0, None: in.T("没有"), Cols: []page.Col{{Label: in.T("名称")}, {Label: in.T("代码")}, {Label: in.T("怎样得来")}}}, namesOf(s)
	for _, p := range s.Parameters {
		how := p.Value.Say(in.Lang)
		if p.Ref != "" {
			base, last := strings.CutSuffix(p.Ref, standard.LastYear)
			how = in.T("参考数：{0}", standard.KindName(base))
			if last {
				how = in.T("上年参考数：{0}", standard.KindName(base))
			}
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(named(in.Lang, p.Text, p.Name)), page.T(p.Name), page.T(how)}})
	}
	for _, d := range s.Derived {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(named(in.Lang, d.Text, d.Name)), page.T(d.Name), page.T(n.say(in.Lang, d.Expr.Text))}})
	}
	return t
}

func named(l words.Lang, t standard.Text, name string) string {
	if t == (standard.Text{}) {
		return name
	}
	return t.Say(l)
}

// itemRows is the amount table of one kind of help.
func itemRows(in page.In, s *standard.Standard, it standard.Item) page.List {
	t, n := page.List{Caption: it.Text.Say(in.Lang), Head: 0, Cols: []page.Col{{Label: in.T("说法")}, {Label: in.T("条件")}, {Label: in.T("金额")}, {Label: in.T("依据条款")}}}, namesOf(s)
	for _, r := range it.Rows {
		when := in.T("一律")
		if r.When != nil {
			when = n.say(in.Lang, r.When.Text)
		}
		amount := ""
		if r.Amount != nil {
			amount = yuan(in, n, r.Amount)
		} else if r.Floor != nil && r.Ceiling != nil {
			amount = yuan(in, n, r.Floor) + " – " + yuan(in, n, r.Ceiling)
		}
		text := n.fill(in.Lang, r.Text)
		if text == "" {
			text = it.Text.Say(in.Lang)
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(text), page.T(when), page.T(amount), page.T(dash(r.Where))}})
	}
	return t
}

func yuan(in page.In, n names, e *standard.Expr) string {
	if e.Node != nil && e.Node.Op == standard.OpLit {
		return e.Node.Lit.Say(in.Lang)
	}
	return n.say(in.Lang, e.Text)
}

// bounds lists the further conditions and limits of one kind of help, in words.
func bounds(in page.In, s *standard.Standard, it standard.Item) []page.Pair {
	n := namesOf(s)
	rows := []page.Pair{{Label: in.T("给法"), Value: standard.Key("kind", it.Kind).Say(in.Lang)}, {Label: in.T("多久一次"), Value: standard.Key("period", it.Period).Say(in.Lang)}}
	if it.When != nil {
		rows = append(rows, page.Pair{Label: in.T("适用于"), Value: n.say(in.Lang, it.When.Text)})
	}
	for _, c := range it.Requires {
		rows = append(rows, page.Pair{Label: in.T("必须"), Value: n.fill(in.Lang, c.Text), Note: n.say(in.Lang, c.When.Text)})
	}
	for _, c := range it.Excludes {
		rows = append(rows, page.Pair{Label: in.T("不得"), Value: n.fill(in.Lang, c.Text), Note: n.say(in.Lang, c.When.Text)})
	}
	for _, l := range it.Limits {
		rows = append(rows, page.Pair{Label: in.T("限制"), Value: n.limit(in, l)})
	}
	if it.Reason {
		rows = append(rows, page.Pair{Label: in.T("视情"), Value: in.T("选定金额的人要写明理由")})
	}
	return rows
}

// limit says a limit: its own sentence, else whose and within what time, and how much or how often.
func (n names) limit(in page.In, l standard.Limit) string {
	text := n.fill(in.Lang, l.Text)
	if text == "" {
		text = standard.Key("per", l.Per).Say(in.Lang) + " " + standard.Key("within", l.Within).Say(in.Lang)
	}
	switch {
	case l.Most != nil:
		return in.T("{0}（最多 {1}）", text, yuan(in, n, l.Most))
	case l.Times != nil:
		return in.T("{0}（最多 {1} 次）", text, yuan(in, n, l.Times))
	}
	return text
}

func documents(in page.In, s *standard.Standard) page.List {
	t, n := page.List{Caption: in.T("证明材料"), Head: 0, None: in.T("没有"), Cols: []page.Col{{Label: in.T("材料")}, {Label: in.T("什么情况下要")}, {Label: in.T("依据条款")}}}, namesOf(s)
	for _, d := range s.Documents {
		when := in.T("都要")
		if d.When != nil {
			when = n.say(in.Lang, d.When.Text)
		} else if d.Optional {
			when = in.T("有就交")
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(d.Text.Say(in.Lang)), page.T(when), page.T(dash(d.Where))}})
	}
	return t
}

func (p onePage) others(in page.In) page.List {
	t := page.List{Caption: in.T("各个版本"), Head: 0, Cols: []page.Col{{Label: in.T("版本")}, {Label: in.T("生效日")}, {Label: in.T("状态")}, {Label: in.T("操作"), Act: true}}}
	for _, v := range p.Versions {
		do := page.T("—")
		if v.Version != p.V.Version {
			do = page.C(page.Links(page.Link{Href: address(p.V) + "/compare?with=" + strconv.FormatInt(v.Version, 10), Label: in.T("对比")}))
		}
		t.Rows = append(t.Rows, page.Row{Picked: v.Version == p.V.Version, Cells: []page.Cell{page.A(address(v), in.T("第 {0} 版", v.Version)), page.T(in.Date(v.FromDay)),
			page.C(page.Tag(tone(v.State), v.State.Say(in.Lang))), do}})
	}
	return t
}

// changed keeps the lines that differ with two lines around each; what is left out is marked by a gap.
func changed(all []standard.Change) []standard.Change {
	const around = 2
	keep := make([]bool, len(all))
	for i, c := range all {
		if c.Mark == " " {
			continue
		}
		for j := max(0, i-around); j <= min(len(all)-1, i+around); j++ {
			keep[j] = true
		}
	}
	var out []standard.Change
	for i, c := range all {
		if keep[i] {
			if i > 0 && !keep[i-1] {
				out = append(out, standard.Change{Mark: "…"})
			}
			out = append(out, c)
		}
	}
	return out
}

func lineNo(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func mark(in page.In, m string) string {
	switch m {
	case "+":
		return in.T("新增")
	case "-":
		return in.T("删去")
	}
	return ""
}

func changeList(in page.In, p comparePage) page.List {
	t := page.List{Caption: in.T("版本对比"), Head: 2, None: in.T("两个版本的文字一样"), Cols: []page.Col{{Label: in.T("第 {0} 版", p.With.Version), Num: true}, {Label: in.T("第 {0} 版", p.V.Version), Num: true}, {Label: in.T("内容")}, {Label: in.T("变化")}}}
	for _, c := range changed(p.Changes) {
		change := page.T("")
		switch c.Mark {
		case "+":
			change = page.C(page.Tag(page.ToneOK, mark(in, c.Mark)))
		case "-":
			change = page.C(page.Tag(page.ToneWarn, mark(in, c.Mark)))
		case "…":
			c.Text = "…"
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(lineNo(c.Old)), page.T(lineNo(c.New)), page.C(code(c.Text)), change}})
	}
	return t
}
