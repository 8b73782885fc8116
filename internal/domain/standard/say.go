package standard

import (
	"fmt"
	"strings"

	"bangfu/internal/base/words"
)

// Sentences says the verdict to the worker: what came out, how much, why not, what is still needed, which papers.
func (v Verdict) Sentences(l words.Lang) (all []string) {
	add := func(key string, args ...any) { all = append(all, words.T(l, key, args...)) }
	switch v.Outcome {
	case Yes:
		if v.Kind == "income" {
			add("standard.say_counted", v.Name)
		} else if len(v.Classes) > 0 {
			add("standard.say_class", v.Name, v.Classes[0].Text, Place(v.Classes[0].Where))
		} else {
			add("standard.say_yes", v.Name)
		}
	case No:
		add("standard.say_no", v.Name)
		for _, r := range v.Reasons {
			add("standard.say_reason", r.Text, Place(r.Where))
		}
	case Unknown:
		add("standard.say_unknown", v.Name)
	}
	if v.Kind == "income" || v.Outcome == Yes {
		for _, f := range v.Figures {
			if f.Value.Known() && f.Text != (Text{}) {
				add("standard.say_figure", f.Text, f.Value)
			}
		}
	}
	if v.Outcome != No {
		for _, it := range v.Items {
			all = append(all, it.sentences(l)...)
		}
		for _, n := range v.NeedTexts {
			add("standard.say_need", n)
		}
	}
	return all
}

// sentences says one item.
func (r ItemResult) sentences(l words.Lang) (all []string) {
	add := func(key string, args ...any) { all = append(all, words.T(l, key, args...)) }
	name := r.Name
	if r.Index > 0 {
		name = both("standard.nth", r.Name, r.Index)
	}
	if r.Outcome == No && len(r.Reasons) > 0 && r.Reasons[0].Code != "not_applicable" {
		add("standard.say_item_no", name, r.Reasons[0].Text, Place(r.Reasons[0].Where))
	}
	if r.Outcome == Unknown {
		add("standard.say_item_unknown", name)
	}
	if r.Outcome != Yes {
		return all
	}
	period := Key("period", r.Period)
	switch r.Kind {
	case "FIXED", "FORMULA":
		add("standard.say_exact", name, r.Amount, period, Place(r.Where))
	case "CAP":
		add("standard.say_cap", name, r.Ceiling, period, Place(r.Where))
	case "RANGE":
		add("standard.say_range", name, r.Floor, r.Ceiling, period, Place(r.Where))
	}
	for _, x := range r.Limits {
		if x.Cut {
			add("standard.say_cut", x.Text, x.Used, x.Left)
		}
	}
	if r.Pool != nil && r.Pool.Left < r.Amount+r.Floor {
		add("standard.say_pool", r.Pool.Text, r.Pool.Left)
	}
	return all
}

// Audit says everything to the auditor: version and hash, then every clause with its truth, expression and figures.
func (v Verdict) Audit(l words.Lang) (all []string) {
	all = append(all, words.T(l, "standard.audit_head", v.Name, v.Standard, v.Version, v.Hash), words.T(l, "standard.audit_outcome", Key("outcome", string(v.Outcome))))
	for _, s := range v.Trace {
		all = append(all, s.sentence(l))
	}
	for _, r := range v.Rejected {
		all = append(all, words.T(l, "standard.audit_rejected", r.Name, words.Key(r.Why)))
	}
	return append(all, v.Sentences(l)...)
}

func (s Step) sentence(l words.Lang) string {
	var b strings.Builder
	item := s.Item
	if s.Index > 0 {
		item = fmt.Sprintf("%s[%d]", item, s.Index)
	}
	b.WriteString(words.T(l, "standard.audit_step", Key("stage", s.Stage), strings.Trim(item+" "+s.Code, " "), s.Text, Key("outcome", string(s.Truth)), Place(s.Where)))
	if s.Expr != "" {
		b.WriteString(words.T(l, "standard.audit_expr", s.Expr, s.Line))
	}
	if s.Result != nil {
		b.WriteString(words.T(l, "standard.audit_result", *s.Result))
	}
	var figures []string
	for _, f := range s.Figures {
		figures = append(figures, words.T(l, "standard.audit_figure", f.Name, f.Text, f.Value))
	}
	if len(figures) > 0 {
		b.WriteString(words.T(l, "standard.audit_figures", strings.Join(figures, ", ")))
	}
	return b.String()
}
