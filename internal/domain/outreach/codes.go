package outreach

import (
	"strings"

	"bangfu/internal/base/words"
	"bangfu/internal/engine/form"
)

// Kind is why somebody is visited.
type Kind string

// The kinds of visits.
const (
	Festival Kind = "festival"
	Hospital Kind = "hospital"
	HomeCall Kind = "home"
	Funeral  Kind = "funeral"
)

// Choices lists the kinds.
func (Kind) Choices() []form.Choice {
	return []form.Choice{{Value: "festival", Label: "节日慰问"}, {Value: "hospital", Label: "住院慰问"}, {Value: "home", Label: "家访"}, {Value: "funeral", Label: "丧事慰问"}}
}

// Say gives the word of a kind.
func (k Kind) Say(l words.Lang) string { return say(l, k.Choices(), string(k)) }

// State is how far a visit is.
type State string

// The states of a visit.
const (
	Planned State = "planned"
	Done    State = "done"
	Gone    State = "dropped"
)

// Choices lists the states.
func (State) Choices() []form.Choice {
	return []form.Choice{{Value: "planned", Label: "未走访"}, {Value: "done", Label: "已走访"}, {Value: "dropped", Label: "不走访"}}
}

// Say gives the word of a state.
func (s State) Say(l words.Lang) string { return say(l, s.Choices(), string(s)) }

// Met is who was met, and who signed for what was given.
type Met string

// Choices lists who can be met.
func (Met) Choices() []form.Choice {
	return []form.Choice{{Value: "self", Label: "本人"}, {Value: "family", Label: "家属"}}
}

// Say gives the word.
func (m Met) Say(l words.Lang) string { return say(l, m.Choices(), string(m)) }

// Dropped is why a planned visit is not made.
type Dropped string

// Choices lists the reasons.
func (Dropped) Choices() []form.Choice {
	return []form.Choice{{Value: "declined", Label: "本人不愿意"}, {Value: "away", Label: "长期在外地"}, {Value: "left", Label: "已离职或退休"},
		{Value: "ended", Label: "档案已退出"}, {Value: "mistake", Label: "登记有误"}}
}

// Say gives the word of a reason.
func (d Dropped) Say(l words.Lang) string { return say(l, d.Choices(), string(d)) }

// Way is how a talk was held.
type Way string

// Choices lists the ways.
func (Way) Choices() []form.Choice {
	return []form.Choice{{Value: "face", Label: "面谈"}, {Value: "phone", Label: "电话"}, {Value: "home", Label: "入户"}, {Value: "ward", Label: "病房"}}
}

// Say gives the word of a way.
func (w Way) Say(l words.Lang) string { return say(l, w.Choices(), string(w)) }

// Mood is the state of mind a talk found. It is no diagnosis.
type Mood string

// Danger is the mood that wants somebody to act today.
const Danger Mood = "danger"

// Choices lists the moods.
func (Mood) Choices() []form.Choice {
	return []form.Choice{{Value: "steady", Label: "平稳"}, {Value: "worried", Label: "有些焦虑"}, {Value: "low", Label: "情绪低落"},
		{Value: "danger", Label: "需要马上关注", Hint: "会请工会干部当天联系"}}
}

// Say gives the word of a mood.
func (m Mood) Say(l words.Lang) string { return say(l, m.Choices(), string(m)) }

// Need is one kind of need told at a visit or a talk.
type Need string

// Choices lists the needs.
func (Need) Choices() []form.Choice {
	return []form.Choice{{Value: "daily", Label: "生活困难"}, {Value: "illness", Label: "看病"}, {Value: "schooling", Label: "孩子上学"},
		{Value: "job", Label: "工作和技能"}, {Value: "housing", Label: "住房"}, {Value: "law", Label: "法律和权益"}, {Value: "mind", Label: "心理疏导"},
		{Value: "care", Label: "日常照料"}, {Value: "other", Label: "其他"}}
}

// Say gives the word of a need.
func (n Need) Say(l words.Lang) string { return say(l, n.Choices(), string(n)) }

// SayNeeds gives the words of needs as they are stored.
func SayNeeds(l words.Lang, needs string) string {
	var out []string
	for _, n := range strings.Fields(needs) {
		out = append(out, Need(n).Say(l))
	}
	if l == words.En {
		return strings.Join(out, ", ")
	}
	return strings.Join(out, "、")
}

func join(all []Need) string {
	out := make([]string, len(all))
	for i, n := range all {
		out[i] = string(n)
	}
	return strings.Join(out, " ")
}

// Picture is what a photo shows.
type Picture string

// Choices lists what photos show.
func (Picture) Choices() []form.Choice {
	return []form.Choice{{Value: "list", Label: "签领表"}, {Value: "scene", Label: "走访现场"}, {Value: "record", Label: "纸质记录"}}
}

// Say gives the word.
func (p Picture) Say(l words.Lang) string { return say(l, p.Choices(), string(p)) }

func say(l words.Lang, all []form.Choice, value string) string {
	for _, c := range all {
		if c.Value == value {
			return words.T(l, c.Label)
		}
	}
	return "—"
}
