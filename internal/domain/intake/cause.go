package intake

import (
	"slices"
	"strings"

	"bangfu/internal/base/words"
	"bangfu/internal/engine/form"
)

// Cause is why a family is in hardship: the ten causes of the national file form, in plain words (ux W1-8).
type Cause string

// Choices lists the causes in menu order. Other must be explained.
func (Cause) Choices() []form.Choice {
	return []form.Choice{
		{Value: "illness", Label: "生病", Hint: "本人或家里人得了大病，看病花钱多"},
		{Value: "disability", Label: "残疾", Hint: "本人或家里人有残疾"},
		{Value: "schooling", Label: "上学", Hint: "孩子上学，学费负担不起"},
		{Value: "calamity", Label: "受灾", Hint: "水灾、火灾、地震等"},
		{Value: "accident", Label: "意外", Hint: "事故、失窃等突然发生的事"},
		{Value: "unemployment", Label: "没有工作", Hint: "本人或家里人失业、待岗"},
		{Value: "low_income", Label: "收入低", Hint: "工资低，或者收入不稳定"},
		{Value: "no_insurance", Label: "没有社会保障", Hint: "没有医保、养老等"},
		{Value: "misfortune", Label: "家庭变故", Hint: "亲人去世、单亲等"},
		{Value: OtherCause, Label: "其他"},
	}
}

// OtherCause must be told in words, at least ten characters.
const OtherCause = "other"

// Say gives the word of a cause.
func (c Cause) Say(l words.Lang) string { return sayChoice(l, c.Choices(), string(c)) }

// Further gives the further causes.
func (a Application) Further() []Cause {
	var out []Cause
	for _, c := range strings.Fields(a.Others) {
		out = append(out, Cause(c))
	}
	return out
}

// Gap is why an application is sent back: eight reasons a worker can act on (ux G1-4).
type Gap string

// Choices lists the reasons.
func (Gap) Choices() []form.Choice {
	return []form.Choice{
		{Value: "paper_missing", Label: "还差材料"},
		{Value: "paper_unclear", Label: "照片看不清"},
		{Value: "paper_old", Label: "材料过期了"},
		{Value: "paper_other", Label: "材料不是这一种"},
		{Value: "family_wrong", Label: "家庭成员不全或不对"},
		{Value: "money_wrong", Label: "收入或支出对不上"},
		{Value: "cause_unclear", Label: "困难情况没有写清楚"},
		{Value: "sign_missing", Label: "还没有签名或本人确认"},
	}
}

// Say gives the words of a reason.
func (g Gap) Say(l words.Lang) string { return sayChoice(l, g.Choices(), string(g)) }

// Opinion is the group leader's answer on first review (ux G1-3).
type Opinion string

// The three answers; none is preset.
const (
	OpinionTrue    Opinion = "true"
	OpinionMore    Opinion = "more"
	OpinionUnknown Opinion = "unknown"
)

// Choices lists the answers.
func (Opinion) Choices() []form.Choice {
	return []form.Choice{
		{Value: "true", Label: "情况属实，报公司工会"},
		{Value: "more", Label: "需要补充"},
		{Value: "unknown", Label: "我不了解，转公司工会"},
	}
}

// Refusal is why an application is not passed on. Each names what the worker can do instead.
type Refusal string

// Choices lists the reasons.
func (Refusal) Choices() []form.Choice {
	return []form.Choice{
		{Value: "above_line", Label: "家庭人均收入高于标准"},
		{Value: "not_covered", Label: "这种情况不在帮扶范围内"},
		{Value: "had_already", Label: "同一件事已经帮扶过"},
		{Value: "untrue", Label: "核实的情况与填写的不符"},
		{Value: "no_papers", Label: "到期没有补充材料"},
		{Value: "refused_check", Label: "没有同意核实"},
		{Value: "other", Label: "其他原因"},
	}
}

// Say gives the words of a reason.
func (r Refusal) Say(l words.Lang) string { return sayChoice(l, r.Choices(), string(r)) }

// Door is another way to help, named in every refusal (ux §0.5).
type Door string

// Choices lists the doors.
func (Door) Choices() []form.Choice {
	return []form.Choice{
		{Value: "relief", Label: "临时救助"}, {Value: "law", Label: "法律援助"}, {Value: "talk", Label: "心理疏导"},
		{Value: "job", Label: "就业帮助"}, {Value: "charity", Label: "慈善机构"}, {Value: "civil", Label: "民政低保"},
		{Value: "again", Label: "情况变了可以再申请"},
	}
}

// Say gives the words of a door.
func (d Door) Say(l words.Lang) string { return sayChoice(l, d.Choices(), string(d)) }

// Looked is what was looked at on a home visit (policy §5, 入户调查表).
type Looked string

// Choices lists the points.
func (Looked) Choices() []form.Choice {
	return []form.Choice{
		{Value: "met", Label: "见到本人"}, {Value: "people", Label: "家庭人口"}, {Value: "home", Label: "住房"},
		{Value: "income", Label: "收入"}, {Value: "spending", Label: "支出"}, {Value: "goods", Label: "家用电器和车辆"},
		{Value: "neighbours", Label: "邻里"}, {Value: "papers", Label: "核对材料原件"},
	}
}

// Duty is whether the worker is at work, as the group leader knows it.
type Duty string

// Choices lists the answers.
func (Duty) Choices() []form.Choice {
	return []form.Choice{{Value: "yes", Label: "在岗"}, {Value: "no", Label: "不在岗"}, {Value: "unknown", Label: "不清楚"}}
}

// Say gives the word of an answer.
func (d Duty) Say(l words.Lang) string { return sayChoice(l, d.Choices(), string(d)) }

// Word is the officer's word on one paper.
type Word string

// Choices lists the answers.
func (Word) Choices() []form.Choice {
	return []form.Choice{{Value: "ok", Label: "可以"}, {Value: "bad", Label: "不行，要重交"}}
}

// Answered is a relative's answer.
type Answered string

// Choices lists the answers.
func (Answered) Choices() []form.Choice {
	return []form.Choice{{Value: "yes", Label: "同意"}, {Value: "no", Label: "不同意"}}
}

func sayChoice(l words.Lang, all []form.Choice, value string) string {
	for _, c := range all {
		if c.Value == value {
			return words.T(l, c.Label)
		}
	}
	return "—"
}

func coded(all []form.Choice, value string) bool {
	return slices.ContainsFunc(all, func(c form.Choice) bool { return c.Value == value })
}
