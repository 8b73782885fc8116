package roster

import (
	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/sheet"
)

// column is one a file can have: how it is called, and how the template shows it.
type column struct {
	key     string
	names   []string
	need    bool
	kind    sheet.Kind
	choices []form.Choice
	example string
	hint    string
}

func text(key, example, hint string, names ...string) column {
	return column{key: key, names: names, kind: sheet.Text, example: example, hint: hint}
}

func (c column) must() column { c.need = true; return c }

func (c column) of(choices []form.Choice) column { c.choices = choices; return c }

func (c column) as(k sheet.Kind) column { c.kind = k; return c }

func yesNo() []form.Choice {
	return []form.Choice{{Value: "1", Label: "是"}, {Value: "0", Label: "否"}}
}

func sexes() []form.Choice {
	return []form.Choice{{Value: "male", Label: "男"}, {Value: "female", Label: "女"}}
}

func documents() []form.Choice {
	return []form.Choice{{Value: "id", Label: "居民身份证"}, {Value: "passport", Label: "护照"}, {Value: "permit", Label: "通行证或居住证"}, {Value: "other", Label: "其他证件"}}
}

func classes() []form.Choice {
	return []form.Choice{{Value: "deep", Label: "深度困难"}, {Value: "relative", Label: "相对困难"}, {Value: "accident", Label: "意外致困"},
		{Value: "none", Label: "未建档"}}
}

const (
	hintText  = "请先把这一列设为文本格式，再录入号码"
	hintDay   = "写成 2026-11-22 这样"
	hintMoney = "单位元，最多两位小数"
)

func staffNo() column {
	return text("staff_no", "A00123", hintText, "工号", "职工编号", "员工编号", "人员编号").must()
}

func columnsOf(k Kind) []column {
	switch k {
	case Members:
		return memberColumns()
	case Budget:
		return budgetColumns()
	case Files:
		return []column{staffNo(), text("number", "2024-015", "原来的档案编号", "档案编号", "档案号"),
			text("class", "相对困难", "从下拉列表里选", "困难类别", "类别").of(classes()).must(), text("cause", "本人大病", "", "致困原因", "主要致困原因"),
			text("filed_on", "2024-03-01", hintDay, "建档日期").as(sheet.Day).must(), text("closed_on", "", hintDay, "撤档日期", "脱困日期").as(sheet.Day),
			text("note", "", "", "备注")}
	case Aid:
		return []column{staffNo(), text("programme", "生活救助", "", "帮扶项目", "项目").must(), text("item", "", "", "帮扶内容", "子项"),
			text("amount", "3000", hintMoney, "金额", "帮扶金额").as(sheet.Amount).must(), text("on", "2025-01-20", hintDay, "发放日期", "日期").as(sheet.Day).must(),
			text("note", "", "", "备注")}
	case Pay, Leave, News:
		return newsColumns(k)
	case Workers:
	}
	return workerColumns()
}

func workerColumns() []column {
	return []column{staffNo(), text("name", "张示例", "", "姓名", "职工姓名").must(),
		text("unit", "生产部/一车间", "写部门名称；重名时写成“上级/部门”", "部门", "所在部门", "单位", "工会小组").must(),
		text("sex", "男", "有身份证号时可以不填", "性别").of(sexes()), text("id_kind", "居民身份证", "不填就当作居民身份证", "证件类型").of(documents()),
		text("id_no", "", hintText, "身份证号", "身份证号码", "证件号码", "公民身份号码"), text("birth", "1985-06-01", hintDay, "出生日期", "出生年月日").as(sheet.Day),
		text("phone", "", "11 位手机号", "手机号", "手机", "联系电话", "手机号码"), text("post", "装配工", "", "岗位", "职务"),
		text("employment", "在岗", "从下拉列表里选", "用工形式", "工作状态").of(person.Employment("").Choices()),
		text("union_member", "是", "", "工会会员", "是否会员").of(yesNo()), text("entry_on", "2010-07-01", hintDay, "入职日期", "参加工作时间").as(sheet.Day),
		text("pay", "4200", hintMoney, "月工资", "本人月工资", "月平均收入").as(sheet.Amount), text("card", "", hintText, "银行卡号", "卡号", "工资卡号"),
		text("holder", "张示例", "必须是职工本人", "开户姓名", "户名"), text("bank", "工商银行", "", "开户银行", "开户行"), text("branch", "", "", "开户网点", "支行")}
}

func memberColumns() []column {
	return []column{staffNo(), text("relation", "配偶", "成员是职工的什么人", "与职工关系", "关系", "成员关系").of(person.Relation("").Choices()).must(),
		text("name", "李示例", "成员的姓名", "成员姓名", "姓名", "家庭成员姓名").must(), text("id_no", "", hintText, "身份证号", "成员身份证号", "证件号码"),
		text("sex", "女", "有身份证号时可以不填", "性别").of(sexes()), text("birth", "1986-02-03", hintDay, "出生日期").as(sheet.Day),
		text("dependent", "配偶", "从下拉列表里选", "共同生活的原因").of(person.Dependent("").Choices()),
		text("health", "良好", "从下拉列表里选", "健康状况").of(person.Health("").Choices()),
		text("disability", "", "从下拉列表里选", "残疾类别").of(person.Disability("").Choices()), text("grade", "", "1 到 4", "残疾等级"),
		text("disease", "", "从下拉列表里选", "疾病类别").of(person.Disease("").Choices()),
		text("schooling", "", "从下拉列表里选", "在读阶段").of(person.Schooling("").Choices()),
		text("employment", "有工作", "从下拉列表里选", "从业状况").of(person.Work("").Choices()), text("workplace", "", "", "单位或学校", "工作单位"),
		text("income", "2600", hintMoney, "月收入").as(sheet.Amount), text("since", "", hintDay, "从哪天起共同生活").as(sheet.Day)}
}

func budgetColumns() []column {
	all := []column{staffNo(), text("year", "2025", "收支属于哪一年", "年度", "所属年度").must()}
	for _, k := range append(person.Incomes(), person.Expenses()...) {
		all = append(all, text(k.Name, "", hintMoney, string(k.Label)).as(sheet.Amount))
	}
	return all
}

func matched(k Kind) []sheet.Column {
	var out []sheet.Column
	for _, c := range columnsOf(k) {
		out = append(out, sheet.Column{Key: c.key, Names: c.names, Required: c.need})
	}
	return out
}

func columnOf(k Kind, key string) column {
	for _, c := range columnsOf(k) {
		if c.key == key {
			return c
		}
	}
	return column{}
}

// Template is the file to fill in for a kind.
func Template(k Kind, l words.Lang) sheet.Template {
	t := sheet.Template{Name: string(k), Version: 1, Lang: l, Notes: []string{words.T(l, "灰色的示例行不会导入，可以直接改成真实内容。"),
		words.T(l, "号码列（工号、身份证号、银行卡号）请保持文本格式，不要改成数字。")}}
	for _, c := range columnsOf(k) {
		f := sheet.Field{Title: c.names[0], Required: c.need, Kind: c.kind, Example: c.example}
		if c.hint != "" {
			f.Hint = words.T(l, c.hint)
		}
		for _, o := range c.choices {
			f.Options = append(f.Options, o.Label)
		}
		t.Fields = append(t.Fields, f)
	}
	return t
}

// Item is one thing a file of a kind can hold: its key in MatchIn and what the template calls it.
type Item struct {
	Key, Title string
	Need       bool
}

// Items lists what a file of a kind can hold, in the template's order.
func Items(k Kind) []Item {
	var out []Item
	for _, c := range columnsOf(k) {
		out = append(out, Item{c.key, c.names[0], c.need})
	}
	return out
}
