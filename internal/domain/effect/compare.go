package effect

import (
	"slices"

	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/form"
)

// Result is what came of the help, one indicator or the whole.
type Result string

// The results. Unknown is one side not known: never taken for the same.
const (
	Better  Result = "better"
	Same    Result = "same"
	Worse   Result = "worse"
	Unknown Result = "unknown"
)

// Choices lists the results.
func (Result) Choices() []form.Choice {
	return []form.Choice{{Value: "better", Label: "好转"}, {Value: "same", Label: "没有变化"}, {Value: "worse", Label: "更困难"}, {Value: "unknown", Label: "说不清"}}
}

// Say gives the word of a result.
func (r Result) Say(l words.Lang) string { return say(l, r.Choices(), string(r)) }

// Next is what is to follow from a look (S10 [16]).
type Next string

// Choices lists the steps.
func (Next) Choices() []form.Choice {
	return []form.Choice{{Value: "go_on", Label: "继续帮扶"}, {Value: "adjust", Label: "调整帮扶金额或方式"}, {Value: "refer", Label: "转介其他救助"},
		{Value: "sooner", Label: "加密走访"}, {Value: "exit", Label: "可以退出帮扶"}}
}

// Say gives the word of a step.
func (n Next) Say(l words.Lang) string { return say(l, n.Choices(), string(n)) }

// Way is how a follow-up was made.
type Way string

// Choices lists the ways.
func (Way) Choices() []form.Choice {
	return []form.Choice{{Value: "home", Label: "入户"}, {Value: "phone", Label: "电话"}, {Value: "office", Label: "来访"}}
}

// Say gives the word of a way.
func (w Way) Say(l words.Lang) string { return say(l, w.Choices(), string(w)) }

func say(l words.Lang, all []form.Choice, value string) string {
	for _, c := range all {
		if c.Value == value {
			return words.T(l, c.Label)
		}
	}
	return "—"
}

// Change is one indicator before and after.
type Change struct {
	Name          words.Key
	Before, After words.Said // nil when not known
	Result        Result
}

// Compare puts the figures side by side, in a fixed order.
func Compare(before, after Figures) []Change {
	jobs, health := person.Employment("").Choices(), person.Health("").Choices()
	out := []Change{
		moneyChange("家庭人均月收入", before.Income, after.Income, Better),
		moneyChange("家庭债务", before.Debt, after.Debt, Worse),
		ranked("就业", workRank, word{before.Employment, jobs}, word{after.Employment, jobs}),
		ranked("健康", healthRank, word{before.Health, health}, word{after.Health, health}),
	}
	c := Change{Name: "本人感受", Result: Unknown}
	if after.Rating > 0 {
		c.After, c.Result = Rating(after.Rating), Rating(after.Rating).result()
	}
	return append(out, c)
}

// moneyChange compares two amounts; more says what a rise is.
func moneyChange(name words.Key, before, after *money.Amount, more Result) Change {
	c := Change{Name: name, Result: Unknown}
	if before != nil {
		c.Before = *before
	}
	if after != nil {
		c.After = *after
	}
	if before == nil || after == nil {
		return c
	}
	less := map[Result]Result{Better: Worse, Worse: Better}[more]
	switch {
	case *after == *before:
		c.Result = Same
	case *after > *before:
		c.Result = more
	default:
		c.Result = less
	}
	return c
}

// word is a code of a list that stands in a figure.
type word struct {
	code string
	all  []form.Choice
}

// Say gives the word of the code.
func (w word) Say(l words.Lang) string { return say(l, w.all, w.code) }

// ranked compares two words by their rank in a list from the worst; a word that has none is not comparable.
func ranked(name words.Key, rank func(string) int, before, after word) Change {
	c := Change{Name: name, Result: Unknown}
	if before.code != "" {
		c.Before = before
	}
	if after.code != "" {
		c.After = after
	}
	a, b := rank(before.code), rank(after.code)
	switch {
	case before.code == "" || after.code == "":
	case before.code == after.code:
		c.Result = Same
	case a < 0 || b < 0:
	case a == b:
		c.Result = Same
	case b > a:
		c.Result = Better
	default:
		c.Result = Worse
	}
	return c
}

func workRank(code string) int {
	return slices.IndexFunc([][]string{{"unemployed", "laid_off"}, {"sick_leave", "on_leave"}, {"regular", "dispatched", "outsourced", "probation"}},
		func(all []string) bool { return slices.Contains(all, code) })
}

func healthRank(code string) int { return slices.Index([]string{"ill", "disabled", "good"}, code) }

// Rating is the household's own word, 1 to 5.
type Rating int64

// Say gives the words of a rating.
func (r Rating) Say(l words.Lang) string {
	for _, c := range ratings() {
		if c.Value == string(rune('0'+r)) {
			return words.T(l, c.Label)
		}
	}
	return "—"
}

func ratings() []form.Choice {
	return []form.Choice{{Value: "1", Label: "差多了"}, {Value: "2", Label: "差一些"}, {Value: "3", Label: "差不多"}, {Value: "4", Label: "好一些"}, {Value: "5", Label: "好多了"}}
}

func (r Rating) result() Result {
	switch {
	case r >= 4:
		return Better
	case r == 3:
		return Same
	case r >= 1:
		return Worse
	}
	return Unknown
}

// Overall says what came of it as a whole: what the known indicators say, when none of them contradicts another; else the
// income's word, which is what the standards ask for.
func Overall(all []Change) Result {
	found := Unknown
	for _, c := range all {
		switch {
		case c.Result == Unknown || c.Result == Same && found != Unknown:
		case found == Unknown || found == Same:
			found = c.Result
		case found != c.Result:
			return all[0].Result
		}
	}
	return found
}
