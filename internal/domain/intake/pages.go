package intake

import "bangfu/internal/base/words"

// Pages gives the pages of an application in order: the tasks of the list (ux W1-5).
func (p Programme) Pages(c Cause) []string {
	out := []string{"self", "family", "cause"}
	if len(p.Questions(c, "")) > 0 || len(p.About) > 0 {
		out = append(out, "ask")
	}
	if p.Money {
		out = append(out, "money")
	}
	return append(out, "papers", "card")
}

// PageName is the name of a page of the application.
func PageName(page string) words.Key { return pageName(page) }

func pageName(page string) words.Key {
	switch page {
	case "self":
		return "本人信息"
	case "family":
		return "家庭成员"
	case "cause":
		return "困难情况"
	case "ask":
		return "具体情况"
	case "money":
		return "收入和支出"
	case "papers":
		return "证明材料"
	case "card":
		return "收款账户"
	}
	return "告知与同意"
}
