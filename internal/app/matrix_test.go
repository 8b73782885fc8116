package app

import (
	"encoding/base64"
	"reflect"
	"strings"
	"testing"

	"bangfu/internal/base/ident"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/form"
)

// routeKind says which kind of thing the {id} of a path names, by the beginning of the path. A pattern with {id} that no
// line covers fails the walk, so a new route is walked or it does not build.
func routeKind(path string) string {
	for _, k := range [][2]string{
		{"/me/apply", "application"}, {"/me/applications", "application"}, {"/desk/applications", "application"}, {"/desk/plans", "application"},
		{"/desk/awards", "award"}, {"/desk/people-roles", "post"}, {"/desk/people", "person"}, {"/desk/import", "import"},
		{"/desk/payments/batches", "batch"}, {"/desk/payments", "instalment"}, {"/print/payments/batches", "batch"},
		{"/print/receipts", "instalment"}, {"/me/receipts", "instalment"}, {"/desk/files", "file"}, {"/print/files", "file"}, {"/desk/recognition", "recognition"},
		{"/desk/visits", "checkup"}, {"/desk/notices/answer", "objection"}, {"/desk/notices", "notice"}, {"/print/notices", "notice"}, {"/p/notices", "notice"},
		{"/desk/oversight/samples", "sample"}, {"/print/oversight/samples", "sample"}, {"/desk/oversight/findings", "finding"}, {"/desk/oversight/asked", "asked"}, {"/me/asked", "asked"}, {"/desk/oversight", "award"}, {"/print/oversight", "award"},
		{"/desk/tokens", "token"}, {"/desk/fund/requests", "seq"}, {"/print/fund/requests", "seq"}, {"/parked", "none"}, {"/p/giving", "appeal"}, {"/desk/giving", "appeal"}, {"/print/giving", "appeal"}, {"/desk/gifts", "gift"}, {"/desk/loan/lists", "loanlist"}, {"/desk/loans", "loan"}, {"/print/loans", "loan"}, {"/me/loans", "loan"}, {"/desk/paygap", "scheme"}, {"/desk/service-needs", "need"}, {"/desk/services", "order"}, {"/print/services", "order"}, {"/desk/investments", "holding"}, {"/desk/mutual/lists", "deduction"}, {"/desk/mutual/members", "membership"}, {"/me/mutual", "membership"}, {"/desk/mutual", "none"}, {"/desk/outreach/campaigns", "campaign"}, {"/print/outreach/campaigns", "campaign"},
		{"/desk/outreach/visits", "call"}, {"/print/outreach/visits", "call"}, {"/desk/outreach/follow", "todo"}, {"/desk/referrals", "referral"}, {"/me/surveys", "survey"}, {"/desk/surveys", "survey"}, {"/print/surveys", "survey"}, {"/desk/suggestions", "suggestion"}, {"/desk/leads", "lead"}, {"/me/care", "lead"}, {"/desk/look", "person"}, {"/me/messages", "message"},
	} {
		if path == k[0] || strings.HasPrefix(path, k[0]+"/") {
			return k[1]
		}
	}
	return ""
}

// partKind says what the other parts of a path name.
func partKind(path, part string) string {
	switch {
	case part == "id":
		return routeKind(path)
	case part == "part" && strings.HasPrefix(path, "/desk/people"):
		return "member"
	}
	return map[string]string{"proof": "proof", "visit": "visit", "seq": "seq", "code": "code", "union": "union", "n": "one", "version": "one",
		"kind": "kind", "token": "none", "photo": "none", "handover": "none"}[part]
}

// fill puts the ids of a thing into a pattern; it gives the kinds that were named.
func fill(t *testing.T, path string, x thing) (string, []string) {
	t.Helper()
	var kinds []string
	out := parts.ReplaceAllStringFunc(strings.TrimSuffix(path, "{$}"), func(s string) string {
		kind := partKind(path, s[1:len(s)-1])
		kinds = append(kinds, kind)
		switch kind {
		case "":
			t.Errorf("%s: nothing is known of %s: say in routeKind or partKind what it names", path, s)
		case "one":
			return "1"
		case "none":
			return "x.x"
		case "kind":
			return "workers"
		case "code":
			if strings.Contains(path, "standards") {
				kinds[len(kinds)-1] = "standard"
				return x.ids["standard"]
			}
			if strings.Contains(path, "signals") {
				kinds[len(kinds)-1] = "none"
				return "pay_drop"
			}
			kinds[len(kinds)-1] = "pocket"
			return x.ids["pocket"]
		}
		return x.ids[kind]
	})
	return out, kinds
}

// fieldKind says which kind of thing a field of an act's input names; "" is none.
func fieldKind(name, field string) string {
	switch field {
	case "proof", "proofs":
		return "proof"
	case "member":
		return "relative"
	case "person", "worker_id", "subject_id", "person_id":
		return "person"
	case "application_id", "case":
		return "application"
	case "user_id", "from_id", "to_id", "delegate_id", "manager":
		return "user"
	case "unit_id", "parent_id", "to_unit":
		return "unit"
	case "notice_id":
		return "notice"
	case "pocket":
		return "pocket"
	}
	if field == "payee" && name != "payment.way" {
		return field
	}
	if kind := map[string]string{"gift": "gift", "campaign": "appeal"}[field]; kind != "" && strings.HasPrefix(name, "giving.") {
		return kind
	}
	if kind := map[string]string{"award": "award", "sample": "sample", "asked": "asked"}[field]; kind != "" && strings.HasPrefix(name, "oversight.") {
		return kind
	}
	if (field == "order" || field == "need") && strings.HasPrefix(name, "service.") {
		return field
	}
	if field != "id" {
		return ""
	}
	for _, k := range [][2]string{{"org.retire", "post"}, {"notice.answer", "objection"}, {"notice.", "notice"}, {"notify.", "message"}, {"person.check_fact", "fact"},
		{"person.end_member", "member"}, {"person.", "person"}, {"fund.", "seq"}, {"deduction.", "deduction"}, {"casefile.", "file"}, {"recognition.", "recognition"}, {"site.", "none"}, {"intake.", "application"}, {"plan.withdraw", "application"}, {"plan.close_gone", "application"}, {"plan.result_paper", "application"}, {"plan.", "award"},
		{"payment.sign", "award"}, {"payment.countersign", "batch"}, {"payment.cancel", "batch"}, {"payment.send", "batch"}, {"payment.land", "batch"}, {"payment.handover", "batch"}, {"payment.open_handover", "batch"},
		{"payment.", "instalment"}, {"effect.visit", "checkup"}, {"effect.", "watch"}, {"roster.", "import"}, {"api.", "token"}, {"audit.look", "person"}, {"survey.reply", "suggestion"}, {"survey.", "survey"}, {"outreach.end", "campaign"},
		{"oversight.", "finding"}, {"outreach.follow", "todo"}, {"outreach.", "call"}, {"discovery.", "lead"}, {"partner.keep", "body"}, {"loan.land", "loanlist"}, {"loan.", "loan"}, {"paygap.", "scheme"}, {"service.lay", "need"}, {"service.", "order"}, {"investment.", "holding"}, {"mutual.land", "deduction"}, {"mutual.", "membership"}, {"giving.finish", "appeal"}, {"giving.", "gift"}, {"partner.", "referral"}} {
		if strings.HasPrefix(name, k[0]) {
			return k[1]
		}
	}
	return "unknown"
}

// body makes an input of an act that has the right shape and names the thing's ids; it gives the kinds that were named.
func body(t *testing.T, name string, in reflect.Type, x thing) (map[string]any, []string) {
	t.Helper()
	out, kinds := map[string]any{}, []string{}
	if in == reflect.TypeFor[act.None]() {
		return out, nil
	}
	for _, f := range form.Describe(in) {
		kind := fieldKind(name, f.Name)
		switch {
		case kind == "unknown":
			t.Errorf("%s: say in fieldKind what its field %q names", name, f.Name)
		case shaped(name)[f.Name] != nil:
			out[f.Name] = shaped(name)[f.Name]
		case kind != "" && (f.Need || kind != "relative"):
			kinds = append(kinds, kind)
			out[f.Name] = any(x.ids[kind])
			if f.Kind == form.Picks || f.Kind == form.Area && f.Many {
				out[f.Name] = []string{x.ids[kind]}
			}
		case f.Need || f.Kind == form.Area:
			out[f.Name] = sample(f)
		}
	}
	return out, kinds
}

// shaped are the values that an act's own check of shape wants, where a sample of the kind does not do.
func shaped(name string) map[string]any {
	return map[string]map[string]any{
		"audit.look":           {"kind": "person", "field": "id_no", "reason": "核对身份"},
		"person.set_fact":      {"subject_kind": "worker", "name": "pay", "value": "300000"},
		"person.set_card":      {"card": ident.InventedCard(7)},
		"payment.confirm":      {"come": "yes", "name": "示例"},
		"intake.card":          {"later": true},
		"intake.assess":        {"present": "示例甲\n示例乙"},
		"intake.visit":         {"visitors": "示例甲\n示例乙"},
		"partner.answer":       {"state": "silent"},
		"giving.receive":       {"showing": "anonymous"},
		"loan.check":           {"say": "no"},
		"giving.take_goods":    {"showing": "anonymous"},
		"plan.step":            {"no": 1},
		"discovery.conclude":   {"outcome": "false", "apply": false},
		"plan.write":           {"steps": "示例 | 示例甲 | 2026-12-10"},
		"org.appoint":          {"role": "leader"},
		"org.add_unit":         {"kind": "group"},
		"payment.keep_profile": {"code": "own1", "separator": "comma", "columns": "card=账号\nname=户名\namount=金额", "most": 9},
		"payment.add_payee":    {"account": "9900000087654321"},
		"payment.way":          {"way": "cash"},
		"payment.make":         {"profile": "plain"},
		"payment.land":         {"file": map[string]any{"name": "a.csv", "data": base64.StdEncoding.EncodeToString([]byte("流水号,金额,结果\n1,1.00,成功\n"))}},
	}[name]
}

func sample(f form.Field) any {
	switch f.Kind {
	case form.Money, form.Int:
		return max(f.Min, 1)
	case form.Bool:
		return true
	case form.Day:
		return "2026-11-24"
	case form.FileIn:
		return map[string]any{"name": "a.txt", "data": "5LiA"}
	case form.Pick:
		if len(f.Choices) > 0 {
			return f.Choices[0].Value
		}
	case form.Picks:
		if len(f.Choices) > 0 {
			return []string{f.Choices[0].Value}
		}
		return []string{"nothing"}
	case form.Phone:
		return "13800000000"
	}
	return strings.Repeat("字", int(max(f.Min, 4)))
}
