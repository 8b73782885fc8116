package page

import (
	"bangfu/internal/base/day"
	"github.com/a-h/templ"
)

// ctl is how one input is typed into.
type ctl struct {
	kind, mode, auto, class string
	plain                   bool // no spelling, no capitals
}

// attrs are the attributes an input has only sometimes.
func (c ctl) attrs(in In, f F) templ.OrderedAttributes {
	var a templ.OrderedAttributes
	add := func(name, value string) {
		if value != "" {
			a = append(a, templ.KV[string, any](name, value))
		}
	}
	add("inputmode", c.mode)
	if f.Auto != "" {
		add("autocomplete", f.Auto)
	} else {
		add("autocomplete", c.auto)
	}
	add("aria-describedby", f.describedBy(in))
	if in.Wrong(f.Name) != "" {
		add("aria-invalid", "true")
	}
	if f.Need {
		a = append(a, templ.KV[string, any]("required", true))
	}
	if c.plain {
		add("spellcheck", "false")
		add("autocapitalize", "characters")
	}
	return a
}

func moneyUnit(in In, f F) F {
	if f.Unit == "" {
		f.Unit = in.T("元")
	}
	return f
}

func dayHint(in In, f F) F {
	if f.Hint == "" && in.Face != Desk {
		f.Hint = in.T("8 个数字，比如 20261122")
	}
	return f
}

// dayControl keeps a text that is no day on the screen, which a picker would drop.
func dayControl(in In, f F) ctl {
	if in.Face == Desk && (f.Value == "" || day.Day(f.Value).Valid()) {
		return ctl{kind: "date", class: "num w-day"}
	}
	return ctl{kind: "text", mode: "numeric", class: "num w-day"}
}

func noValue(f F) F {
	f.Value = ""
	return f
}

func rows(f F) int {
	if f.Rows > 0 {
		return f.Rows
	}
	return 4
}

func isTrue(s string) bool { return s == "1" || s == "true" || s == "on" || s == "yes" }

// optionID gives the first option the field's own id, so that the error summary leads to it.
func optionID(f F, i int) string {
	if i == 0 {
		return f.id()
	}
	return f.id() + "-" + itoa(i)
}

// manyChoices says when a list drops down instead of standing open.
func manyChoices(in In, f F) bool {
	if in.Face == Desk {
		return len(f.Choices) > 5
	}
	return len(f.Choices) > 9
}

func (a Auto) submit(in In) string {
	if a.Submit == "" {
		return in.T("保存")
	}
	return a.Submit
}

func (a Auto) cancel(in In) string {
	if a.Cancel.Label == "" {
		return in.T("取消")
	}
	return a.Cancel.Label
}
