package standards

import (
	"slices"
	"strings"

	"bangfu/internal/base/words"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
)

// column is one field of a row of a document. kind is "text", "area", "expr" (a figure or a calculation), "code", "bool", "when" (a
// condition from pick lists), "papers" (codes of documents) or "choice".
type column struct {
	name, kind  string
	label, hint words.Key
	choices     func(in page.In, p writePage) []form.Choice
}

// listing is a list of rows of a document as an officer meets it: where it stands in the document, and what a row has.
type listing struct {
	path        string
	title, none words.Key
	columns     []column
}

var (
	colZh     = column{name: "zh", label: "说法", hint: "写给申请人看的一句话，例如：家庭人均月收入低于当地低保标准", kind: "text"}
	colEn     = column{name: "en", label: "英文说法", kind: "text"}
	colWhen   = column{name: "when", label: "条件", kind: "when"}
	colClause = column{name: "clause", label: "依据条款", hint: "文件里的第几条，例如：第三条第二项", kind: "text"}
	colCode   = column{name: "code", label: "代码", hint: "不填就自动编", kind: "code"}
	colAmount = column{name: "amount", label: "金额", hint: "多少元，或一个算式，例如 min(self_pay, yuan(20000))", kind: "expr"}
	colFloor  = column{name: "floor", label: "下限", hint: "给法是“区间”时填", kind: "expr"}
	colCeil   = column{name: "ceiling", label: "上限", hint: "给法是“区间”时填", kind: "expr"}
)

func ruleColumns() []column { return []column{colZh, colWhen, colClause, colEn, colCode} }

// listings lists what a document of this kind is made of, in the order of the page.
func (p writePage) listings() []listing {
	all := []listing{{"gates", "必须符合", "还没有。申请的人都要符合的条件写在这里。", ruleColumns()},
		{"exclusions", "有以下情形的不予认定或发放", "没有", ruleColumns()}}
	switch p.S.Kind {
	case "recognition", "classification":
		all = append(all, listing{"classes/rows", "类别（从上往下，先合哪条算哪条）", "还没有类别", ruleColumns()})
	case "benefit", "loan":
		all = append(all, listing{"items", "帮扶项", "还没有帮扶项", itemColumns()})
		for i, it := range p.S.Items {
			all = append(all, p.itemListings(i, it)...)
		}
	}
	return append(all, listing{"documents", "证明材料", "没有", []column{colZh, {name: "optional", label: "有就交，没有也行", kind: "bool"}, colWhen, colClause, colEn, colCode}},
		listing{"parameters", "用到的线和数", "没有。低保标准、最低工资这些每年会变的数写在这里，条件里按名字用。", parameterColumns()},
		listing{"derived", "推算出来的数", "没有", []column{{name: "name", label: "名字", hint: "小写字母，例如 net_year", kind: "code"}, {name: "zh", label: "叫什么", kind: "text"},
			{name: "value", label: "算式", hint: "例如 income_year - rigid_year", kind: "expr"}, {name: "en", label: "英文叫法", kind: "text"}}},
		listing{"facts", "自定的情况", "没有。词汇表里没有的情况才要自己定。", factColumns()},
		listing{"deadlines", "期限", "没有", []column{colZh, {name: "days", label: "多少天", kind: "expr"}, {name: "after", label: "从哪一步算起", kind: "text"}, colClause, colEn, colCode}},
		listing{"notes", "说明", "没有", []column{colZh, colClause, colEn}})
}

func itemColumns() []column {
	return []column{{name: "zh", label: "叫什么", hint: "例如：助学补助", kind: "text"},
		{name: "kind", label: "给法", kind: "choice", choices: keyed("kind", "FIXED", "FORMULA", "CAP", "RANGE")}, colAmount, colFloor, colCeil,
		{name: "period", label: "多久一次", kind: "choice", choices: keyed("period", "once", "monthly", "quarterly", "per_term", "yearly")},
		{name: "each", label: "按谁逐个判", hint: "例如每个学生发一份；不选就是按户", kind: "choice", choices: groupChoices},
		{name: "when", label: "什么情况下才说到这一项", hint: "没有特别情况就不填", kind: "when"},
		{name: "reason", label: "定金额的人要写理由", kind: "bool"}, {name: "documents", label: "要交的材料", kind: "papers"}, colClause,
		{name: "en", label: "英文叫法", kind: "text"}, colCode}
}

func parameterColumns() []column {
	return []column{{name: "name", label: "名字", hint: "小写字母，例如 line", kind: "code"}, {name: "zh", label: "叫什么", hint: "例如：当地低保标准", kind: "text"},
		{name: "type", label: "是什么", kind: "choice", choices: keyed("sort", "money", "int", "bool", "list")},
		{name: "value", label: "数值", hint: "固定的数填在这里；取参考数的不填", kind: "text"},
		{name: "ref", label: "取哪个参考数", hint: "例如 dibao_line（低保标准）、minimum_wage（最低工资）", kind: "code"},
		{name: "at", label: "取哪一年的", kind: "choice", choices: func(in page.In, _ writePage) []form.Choice {
			return []form.Choice{{Value: "", Label: in.T("判定当日的")}, {Value: "last_year", Label: in.T("上一年的")}}
		}}, {name: "en", label: "英文叫法", kind: "text"}}
}

func factColumns() []column {
	return []column{{name: "name", label: "名字", hint: "小写字母，例如 tuition", kind: "code"}, {name: "zh", label: "叫什么", hint: "例如：学费", kind: "text"},
		{name: "type", label: "是什么", kind: "choice", choices: keyed("sort", "money", "int", "bool", "text", "date")}, {name: "source", label: "凭什么证明", kind: "text"},
		{name: "max", label: "最大", hint: "金额和数目才填", kind: "expr"}, {name: "en", label: "英文叫法", kind: "text"}}
}

// itemListings are the lists inside one item: conditions, limits, and its table of amounts in whichever form it has.
func (p writePage) itemListings(i int, it standard.Item) []listing {
	at := "items/" + itoa(i) + "/"
	out := []listing{{at + "requires", "“{0}”还必须符合", "没有", ruleColumns()}, {at + "excludes", "“{0}”有以下情形不发", "没有", ruleColumns()}}
	amounts := []column{colZh, colWhen, colAmount, colFloor, colCeil, colClause, colEn, colCode}
	switch {
	case standard.RowsIn(p.V.Body, at+"tiers/steps") > 0:
		out = append(out, listing{at + "tiers/steps", "“{0}”的分档", "没有", []column{{name: "from", label: "从（含）", kind: "expr"}, {name: "above", label: "超过（不含）", kind: "expr"},
			{name: "upto", label: "到（含）", kind: "expr"}, {name: "below", label: "不到（不含）", kind: "expr"}, colAmount, colFloor, colCeil}})
	case standard.RowsIn(p.V.Body, at+"slices/bands") > 0:
		out = append(out, listing{at + "slices/bands", "“{0}”的分段比例", "没有", []column{{name: "upto", label: "到（含）", hint: "最后一段不填", kind: "expr"}, {name: "rate", label: "比例", hint: "例如 50%", kind: "expr"}}})
	default:
		out = append(out, listing{at + "rows", "“{0}”分情况的金额", "没有，就是一个数", amounts})
	}
	return append(out, listing{at + "limits", "“{0}”的限制", "没有", []column{{name: "per", label: "按谁算", kind: "choice", choices: keyed("per", "household", "person", "student", "member", "child")},
		{name: "within", label: "在多长时间里", kind: "choice", choices: keyed("within", "time", "month", "quarter", "term", "year", "rolling12", "event", "life")},
		{name: "most", label: "最多多少元", kind: "expr"}, {name: "times", label: "最多几次", hint: "限次数的填这里，不填金额", kind: "expr"}, {name: "zh", label: "说法", kind: "text"}, colClause, {name: "en", label: "英文说法", kind: "text"}, colCode}},
		listing{at + "levels", "“{0}”由谁批", "按规定的审批路线", []column{{name: "zh", label: "谁批", kind: "text"}, {name: "from", label: "从多少元起（含）", kind: "expr"}, {name: "above", label: "超过多少元（不含）", kind: "expr"}, {name: "en", label: "英文叫法", kind: "text"}, colCode}})
}

// titled is the list's title in words, with the name of the item it belongs to.
func (l listing) titled(in page.In, p writePage) string {
	return in.T(string(l.title), p.itemOf(l.path).Text)
}

// itemOf gives the item that a list stands in, an empty one for a list of the document.
func (p writePage) itemOf(path string) standard.Item {
	parts := strings.Split(path, "/")
	for i, it := range p.S.Items {
		if len(parts) > 1 && parts[0] == "items" && parts[1] == itoa(i) {
			return it
		}
	}
	return standard.Item{}
}

// each is the group whose elements the conditions of a row are about: those inside an item, and the item's own.
func (p writePage) each(path string, at int) string {
	if path == "items" && at < len(p.S.Items) {
		return p.S.Items[at].Each
	}
	return p.itemOf(path).Each
}

func (p writePage) listing(path string) (listing, bool) {
	for _, l := range p.listings() {
		if l.path == path {
			return l, true
		}
	}
	return listing{}, false
}

// keyed are the words of the document for some of its codes.
func keyed(area string, values ...string) func(page.In, writePage) []form.Choice {
	return func(in page.In, _ writePage) []form.Choice {
		var out []form.Choice
		for _, v := range values {
			out = append(out, form.Choice{Value: v, Label: standard.Key(area, v).Say(in.Lang)})
		}
		return out
	}
}

func groupChoices(in page.In, p writePage) []form.Choice {
	out := []form.Choice{{Label: in.T("按户")}}
	v, err := standard.Published()
	if err != nil {
		return out
	}
	for _, g := range slices.Concat(p.S.Groups, v.Groups) {
		if !slices.ContainsFunc(out, func(c form.Choice) bool { return c.Value == g.Name }) {
			out = append(out, form.Choice{Value: g.Name, Label: g.Text.Say(in.Lang)})
		}
	}
	return out
}

// opChoices are the comparisons in words.
func opChoices(in page.In) []form.Choice {
	label := map[string]string{"lt": in.T("低于"), "le": in.T("不高于"), "eq": in.T("等于"), "ne": in.T("不等于"), "ge": in.T("不低于"), "gt": in.T("高于"),
		"is": in.T("是"), "not": in.T("不是"), "in": in.T("属于其中之一"), "out": in.T("不属于其中")}
	var out []form.Choice
	for _, op := range standard.Ops() {
		out = append(out, form.Choice{Value: op, Label: label[op]})
	}
	return out
}

// subjectChoices are the facts and figures a condition can be about, whose it is first.
func subjectChoices(in page.In, all []standard.Subject) []form.Choice {
	whose := map[string]string{"household": in.T("家庭"), "person": in.T("本人"), "event": in.T("事件"), "case": in.T("申请")}
	var out []form.Choice
	for _, x := range all {
		label := x.Text.Say(in.Lang)
		if of := whose[x.Unit]; of != "" {
			label = of + " · " + label
		}
		out = append(out, form.Choice{Value: x.Name, Label: label + in.T("（{0}）", standard.Key("sort", string(x.Sort)))})
	}
	return out
}

func measureChoices(in page.In, s *standard.Standard) []form.Choice {
	out := []form.Choice{{Label: in.T("就是这个数")}}
	for _, m := range standard.Measures(s) {
		out = append(out, form.Choice{Value: m.Name, Label: in.T("乘以：{0}", m.Text.Say(in.Lang))})
	}
	return out
}

// wordList are the facts that are texts, with what they can be, for whoever fills in a value.
func wordList(in page.In, all []standard.Subject) page.List {
	t := page.List{Caption: in.T("可以填的词"), Head: 0, None: in.T("没有"), Cols: []page.Col{{Label: in.T("情况")}, {Label: in.T("可以填")}}}
	for _, x := range all {
		if len(x.Values) > 0 {
			t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(x.Text.Say(in.Lang)), page.T(standard.ValuesText(x.Values).Say(in.Lang))}})
		}
	}
	return t
}

// shown is one row in words: its sentence, its condition, and what else it says.
func (p writePage) shown(in page.In, l listing, row standard.Row) (said, when, more string) {
	n := namesOf(p.S)
	said = n.fill(in.Lang, standard.Text{Zh: row["zh"], En: row["en"]})
	if said == "" && row["name"] != "" {
		said = n[row["name"]].Say(in.Lang)
	}
	var rest []string
	for _, c := range l.columns {
		text := row[c.name]
		switch {
		case text == "" || slices.Contains([]string{"zh", "en", "code", "name"}, c.name):
			continue
		case c.kind == "when":
			when = n.say(in.Lang, text)
			continue
		case c.kind == "choice":
			for _, o := range c.choices(in, p) {
				if o.Value == text {
					text = o.Label
				}
			}
		case c.kind == "expr":
			text = n.say(in.Lang, text)
		case c.kind == "papers":
			text = strings.Join(p.papers(in, strings.Fields(text)), in.T("、"))
		case c.name == "ref":
			text = standard.KindName(text).Say(in.Lang)
		case c.kind == "bool":
			text = in.T("是")
		}
		rest = append(rest, in.T("{0}：{1}", c.label, text))
	}
	return said, when, strings.Join(rest, in.T("；"))
}

// papers are the names of some of the documents.
func (p writePage) papers(in page.In, codes []string) []string {
	var out []string
	for _, d := range p.S.Documents {
		if slices.Contains(codes, d.Code) {
			out = append(out, d.Text.Say(in.Lang))
		}
	}
	return out
}
