package site

import (
	"strings"

	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/page"
)

// VerdictOf draws a verdict (S13): the answer in plain words, then every clause with its figures, its truth and source.
func VerdictOf(in page.In, v standard.Verdict) page.Verdict {
	p := page.Verdict{Truth: truth(v.Outcome), Title: v.Name.Say(in.Lang), Lead: sentences(in.Lang, v),
		Version: in.T("标准 {0} 第 {1} 版，指纹 {2}", v.Standard, v.Version, short(v.Hash))}
	for _, it := range v.Items {
		if it.Outcome == standard.Yes {
			p.Amount, p.Kind = bounds(it), standard.Key("kind", it.Kind).Say(in.Lang)
		}
	}
	for _, s := range v.Trace {
		if len(s.Figures) == 0 && (s.Stage == "item" || s.Stage == "amount") { // a heading of the trace, no clause of its own
			continue
		}
		p.Rows = append(p.Rows, page.Trace{Text: s.Text.Say(in.Lang), Figures: figures(in.Lang, s), Source: s.Where, Truth: truth(s.Truth), Fired: s.Fired})
	}
	for _, t := range v.NeedTexts {
		p.Needs = append(p.Needs, t.Say(in.Lang))
	}
	return p
}

// sentences joins whole sentences as the language does.
func sentences(l words.Lang, v standard.Verdict) string {
	if l == words.En {
		return strings.Join(v.Sentences(l), " ")
	}
	return strings.Join(v.Sentences(l), "")
}

func truth(o standard.Outcome) page.Truth {
	switch o {
	case standard.Yes:
		return page.Yes
	case standard.No:
		return page.No
	}
	return page.Unknown
}

func bounds(it standard.ItemResult) string {
	say := func(a money.Amount) string { return a.Say(words.Zh) }
	switch {
	case it.Ceiling > 0 && it.Floor > 0 && it.Floor != it.Ceiling:
		return say(it.Floor) + "–" + say(it.Ceiling)
	case it.Ceiling > 0 && it.Amount == 0:
		return "≤ " + say(it.Ceiling)
	}
	return say(it.Amount)
}

// figures gives the figures a clause spoke of: 家庭年收入 28,764.00 元，人口 3.
func figures(l words.Lang, s standard.Step) string {
	parts := make([]string, 0, len(s.Figures))
	for _, f := range s.Figures {
		parts = append(parts, f.Text.Say(l)+" "+f.Said(l))
	}
	return strings.Join(parts, "，")
}

func short(hash string) string {
	if len(hash) > 12 {
		return hash[:12]
	}
	return hash
}
