package person

import (
	"strings"

	"bangfu/internal/base/words"
	"bangfu/internal/engine/form"
)

// Employment is how a worker stands to the unit (用工形式 and 工作状态 of the national file in one list).
type Employment string

// The kinds of employment.
const (
	Regular      Employment = "regular"
	Dispatched   Employment = "dispatched"
	Outsourced   Employment = "outsourced"
	Probation    Employment = "probation"
	LaidOff      Employment = "laid_off"
	InnerRetired Employment = "inner_retired"
	Retired      Employment = "retired"
	SickLeave    Employment = "sick_leave"
	SickRetired  Employment = "sick_retired"
	OnLeave      Employment = "on_leave"
	Unemployed   Employment = "unemployed"
)

// Choices lists every employment in menu order.
func (Employment) Choices() []form.Choice {
	return []form.Choice{{Value: "regular", Label: "在岗"}, {Value: "dispatched", Label: "劳务派遣"}, {Value: "outsourced", Label: "外包"},
		{Value: "probation", Label: "试用"}, {Value: "laid_off", Label: "待岗"}, {Value: "inner_retired", Label: "内退"},
		{Value: "retired", Label: "退休"}, {Value: "sick_leave", Label: "病休"}, {Value: "sick_retired", Label: "病退"},
		{Value: "on_leave", Label: "离岗"}, {Value: "unemployed", Label: "失业"}}
}

// Say gives the word of an employment.
func (e Employment) Say(l words.Lang) string { return sayChoice(l, e.Choices(), string(e)) }

// Status is whether a worker is of this roster.
type Status string

// The statuses. A worker who is not active keeps the file; nothing new begins in their name.
const (
	Active      Status = "active"
	Left        Status = "left"
	Transferred Status = "transferred"
	Deceased    Status = "deceased"
)

// Choices lists every status.
func (Status) Choices() []form.Choice {
	return []form.Choice{{Value: "active", Label: "在册"}, {Value: "left", Label: "离职"},
		{Value: "transferred", Label: "调出"}, {Value: "deceased", Label: "去世"}}
}

// Say gives the word of a status.
func (s Status) Say(l words.Lang) string { return sayChoice(l, s.Choices(), string(s)) }

// Holder is whose name a bank card stands in, seen from the worker.
type Holder string

// The holders to whom money may be paid.
const (
	HolderSelf   Holder = "self"
	HolderSpouse Holder = "spouse"
)

// Choices lists the holders.
func (Holder) Choices() []form.Choice {
	return []form.Choice{{Value: "self", Label: "本人"}, {Value: "spouse", Label: "配偶"}}
}

// Relation is what a member is to the head of the household.
type Relation string

// The relations.
const (
	RelSelf        Relation = "self"
	RelSpouse      Relation = "spouse"
	RelChild       Relation = "child"
	RelParent      Relation = "parent"
	RelParentInLaw Relation = "parent_in_law"
	RelGrandchild  Relation = "grandchild"
	RelGrandparent Relation = "grandparent"
	RelSibling     Relation = "sibling"
	RelChildInLaw  Relation = "child_in_law"
	RelOther       Relation = "other"
)

// Choices lists the relations a member can be added with; the head is there already.
func (Relation) Choices() []form.Choice {
	return []form.Choice{{Value: "spouse", Label: "配偶"}, {Value: "child", Label: "子女"}, {Value: "parent", Label: "父母"},
		{Value: "parent_in_law", Label: "配偶父母"}, {Value: "grandchild", Label: "孙子女"}, {Value: "grandparent", Label: "祖父母"},
		{Value: "sibling", Label: "兄弟姐妹"}, {Value: "child_in_law", Label: "子女配偶"}, {Value: "other", Label: "其他亲属"}}
}

// Say gives the word of a relation.
func (r Relation) Say(l words.Lang) string {
	if r == RelSelf {
		return words.T(l, "本人")
	}
	return sayChoice(l, r.Choices(), string(r))
}

// seen gives a relation as another member of the household sees it: viewer is the viewer's own relation to the head.
func (r Relation) seen(viewer Relation) Relation {
	var table map[Relation]Relation
	switch viewer {
	case RelSelf:
		return r
	case RelSpouse:
		table = map[Relation]Relation{RelSelf: RelSpouse, RelSpouse: RelSelf, RelParent: RelParentInLaw, RelParentInLaw: RelParent,
			RelChild: RelChild, RelGrandchild: RelGrandchild, RelChildInLaw: RelChildInLaw}
	case RelChild:
		table = map[Relation]Relation{RelSelf: RelParent, RelSpouse: RelParent, RelChild: RelSibling, RelParent: RelGrandparent,
			RelParentInLaw: RelGrandparent, RelGrandchild: RelOther}
	case RelParent, RelParentInLaw:
		table = map[Relation]Relation{RelSelf: RelChild, RelSpouse: RelChildInLaw, RelChild: RelGrandchild}
	}
	if to, ok := table[r]; ok {
		return to
	}
	return RelOther
}

// Health is the national file's health list; the category of a disease is asked apart.
type Health string

// Choices lists the answers.
func (Health) Choices() []form.Choice {
	return []form.Choice{{Value: "good", Label: "良好"}, {Value: "disabled", Label: "残疾"}, {Value: "ill", Label: "疾病"}}
}

// Disability is the kind of a disability; its grade is 1 to 4.
type Disability string

// Choices lists the kinds of the disability card.
func (Disability) Choices() []form.Choice {
	return []form.Choice{{Value: "sight", Label: "视力"}, {Value: "hearing", Label: "听力"}, {Value: "speech", Label: "言语"},
		{Value: "limb", Label: "肢体"}, {Value: "mind", Label: "智力"}, {Value: "mental", Label: "精神"}, {Value: "multiple", Label: "多重"}}
}

// Disease is the category of a disease, plain by decision (the diagnosis itself is sealed).
type Disease string

// Choices lists the categories of the national file (policy §5).
func (Disease) Choices() []form.Choice {
	return []form.Choice{{Value: "cancer", Label: "恶性肿瘤"}, {Value: "heart", Label: "心血管病"}, {Value: "brain", Label: "脑血管病"},
		{Value: "kidney", Label: "终末期肾病"}, {Value: "psychosis", Label: "精神病"}, {Value: "liver", Label: "肝病"}, {Value: "blood", Label: "血液病"},
		{Value: "diabetes", Label: "糖尿病"}, {Value: "tumour", Label: "肿瘤病"}, {Value: "spine", Label: "腰颈椎病"},
		{Value: "pressure", Label: "高血压病"}, {Value: "lung", Label: "肺病"}, {Value: "common", Label: "一般疾病"}, {Value: "coma", Label: "深度昏迷"},
		{Value: "paralysis", Label: "永久瘫痪"}, {Value: "alzheimer", Label: "严重阿尔茨海默病"}, {Value: "parkinson", Label: "严重帕金森病"},
		{Value: "motor_neuron", Label: "严重运动神经元病"}}
}

// Schooling is where a member learns now; the stages are those of the standards' students.
type Schooling string

// Choices lists the stages.
func (Schooling) Choices() []form.Choice {
	return []form.Choice{{Value: "none", Label: "不在读"}, {Value: "kindergarten", Label: "幼儿园"}, {Value: "primary", Label: "小学"},
		{Value: "junior", Label: "初中"}, {Value: "senior", Label: "高中"}, {Value: "vocational", Label: "中职"}, {Value: "college", Label: "大专"},
		{Value: "university", Label: "本科"}, {Value: "postgraduate", Label: "研究生"}, {Value: "special", Label: "特殊教育"}}
}

// Work is what a member of a household does for a living.
type Work string

// Choices lists the answers.
func (Work) Choices() []form.Choice {
	return []form.Choice{{Value: "employed", Label: "有工作"}, {Value: "jobless", Label: "无业"}, {Value: "laid_off", Label: "待岗"},
		{Value: "retired", Label: "退休"}, {Value: "student", Label: "在读"}, {Value: "farming", Label: "务农"}, {Value: "unable", Label: "无劳动能力"},
		{Value: "minor", Label: "学龄前"}}
}

// Dependent is why someone counts as a member living together (policy §1.3).
type Dependent string

// Choices lists the reasons.
func (Dependent) Choices() []form.Choice {
	return []form.Choice{{Value: "spouse", Label: "配偶"}, {Value: "minor", Label: "未成年子女"}, {Value: "student", Label: "在校成年子女"},
		{Value: "unable", Label: "不能独立生活的成年子女"}, {Value: "support", Label: "有法定赡养、抚养、扶养义务"}}
}

func sayChoice(l words.Lang, all []form.Choice, value string) string {
	for _, c := range all {
		if c.Value == value {
			return words.T(l, c.Label)
		}
	}
	return "—"
}

// Coded finds the code of a list by its Chinese label or by the code itself; false when it is neither.
func Coded(all []form.Choice, text string) (string, bool) {
	text = strings.TrimSpace(text)
	for _, c := range all {
		if c.Label == text || c.Value == text {
			return c.Value, true
		}
	}
	return "", false
}
