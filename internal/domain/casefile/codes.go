package casefile

import (
	"bangfu/internal/base/words"
	"bangfu/internal/engine/form"
)

// State is where a file stands.
type State string

// The states. Exited (out of hardship) may come back; transferred went to another union; closed has nobody left to help.
const (
	Open        State = "open"
	Exited      State = "exited"
	Transferred State = "transferred"
	Closed      State = "closed"
)

// Choices lists the states in menu order.
func (State) Choices() []form.Choice {
	return []form.Choice{{Value: "open", Label: "帮扶中"}, {Value: "exited", Label: "已退出"},
		{Value: "transferred", Label: "已转出"}, {Value: "closed", Label: "已结案"}}
}

// Say gives the word of a state.
func (s State) Say(l words.Lang) string { return say(l, s.Choices(), string(s)) }

// Cause is why a household is in hardship: the causes of the national file form and of S04. None is a ground for refusal.
type Cause string

// Choices lists the causes in menu order.
func (Cause) Choices() []form.Choice {
	return []form.Choice{{Value: "illness", Label: "因病"}, {Value: "disability", Label: "因残"}, {Value: "schooling", Label: "因学"},
		{Value: "calamity", Label: "因灾"}, {Value: "accident", Label: "因意外"}, {Value: "unemployment", Label: "因失业"},
		{Value: "low_income", Label: "收入低或不稳定"}, {Value: "no_insurance", Label: "没有社会保障"},
		{Value: "misfortune", Label: "家庭变故"}, {Value: "other", Label: "其他致困因素"}}
}

// Say gives the word of a cause.
func (c Cause) Say(l words.Lang) string { return say(l, c.Choices(), string(c)) }

// Degree is how hard it is (困难程度, S04 [8]).
type Degree string

// Choices lists the degrees from the lightest.
func (Degree) Choices() []form.Choice {
	return []form.Choice{{Value: "mild", Label: "一般困难"}, {Value: "heavy", Label: "比较困难"}, {Value: "severe", Label: "特别困难"}}
}

// Say gives the word of a degree.
func (d Degree) Say(l words.Lang) string { return say(l, d.Choices(), string(d)) }

// Ending is why a file ends (policy §1.5).
type Ending string

// The endings that rules speak of.
const (
	Improved  Ending = "improved"
	Departed  Ending = "left"
	Deceased  Ending = "deceased"
	FalseWord Ending = "false"
)

// Choices lists the endings in menu order.
func (Ending) Choices() []form.Choice {
	return []form.Choice{
		{Value: "improved", Label: "脱困", Hint: "致困原因消除，家庭人均收入连续 6 个月高于低保标准"},
		{Value: "relieved", Label: "解困", Hint: "自身无法脱困，已由低保等政府保障和工会常态帮扶兜底"},
		{Value: "retired", Label: "退休后由社区管理"}, {Value: "left", Label: "已离职"}, {Value: "deceased", Label: "去世"},
		{Value: "false", Label: "提供虚假材料"}, {Value: "asked", Label: "本人要求退出"},
	}
}

// Say gives the word of an ending.
func (e Ending) Say(l words.Lang) string { return say(l, e.Choices(), string(e)) }

// Reviewed is what a yearly review found (ux C10).
type Reviewed string

// Choices lists the answers; none is preset.
func (Reviewed) Choices() []form.Choice {
	return []form.Choice{{Value: "still", Label: "仍困难"}, {Value: "changed", Label: "情况有变化"}, {Value: "out", Label: "已脱困"}}
}

// Say gives the word of an answer.
func (r Reviewed) Say(l words.Lang) string { return say(l, r.Choices(), string(r)) }

// Taken is the other side's answer to a hand-over.
type Taken string

// Choices lists the answers.
func (Taken) Choices() []form.Choice {
	return []form.Choice{{Value: "yes", Label: "接收"}, {Value: "no", Label: "退回"}}
}

// Source is where a help was written first.
type Source string

// The sources of aid.
const (
	Imported Source = "imported"
	Paid     Source = "paid"
	Goods    Source = "goods"
	Service  Source = "service"
	Outside  Source = "outside"
)

// Choices lists the sources.
func (Source) Choices() []form.Choice {
	return []form.Choice{{Value: "imported", Label: "历史导入"}, {Value: "paid", Label: "已发放"}, {Value: "goods", Label: "物资"},
		{Value: "service", Label: "服务"}, {Value: "outside", Label: "其他单位帮扶"}}
}

// Say gives the word of a source.
func (s Source) Say(l words.Lang) string { return say(l, s.Choices(), string(s)) }

func say(l words.Lang, all []form.Choice, value string) string {
	for _, c := range all {
		if c.Value == value {
			return words.T(l, c.Label)
		}
	}
	return "—"
}
