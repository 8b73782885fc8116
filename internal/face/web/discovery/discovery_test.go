package discovery

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"bangfu/internal/base/words"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/page"
	"bangfu/internal/office/org"
	"bangfu/internal/office/survey"
)

func sample(t *testing.T) listPage {
	t.Helper()
	met := []discovery.Met{{Standard: "medical", Version: 1, Name: standard.Text{Zh: "大病帮扶", En: "Serious illness"}, Programme: "medical",
		Clauses: []standard.Text{{Zh: "自付医药费 26,400.00 元", En: "paid 26,400.00 yuan"}, {Zh: "人均月收入不超过 1,200.00 元", En: "no more than 1,200.00 a head"}}}}
	text, err := json.Marshal(met)
	if err != nil {
		t.Fatal(err)
	}
	s := survey.Survey{ID: "s1", TitleZh: "2026 年职工生活状况调查", TitleEn: "Survey of living conditions 2026"}
	hard := discovery.Found{PersonID: "p1", UnitID: "n1", Cause: "illness", Programme: "medical", Hard: 1, Asks: 1, Found: string(text)}
	asks := discovery.Found{PersonID: "p2", UnitID: "nowhere", Asks: 1, Found: "null"}
	read, err := hard.Met()
	if err != nil {
		t.Fatal(err)
	}
	return listPage{Surveys: []survey.Survey{s}, S: s, Behalf: true, Units: []org.Unit{{ID: "n1", Name: "检修一班"}},
		Hard: []line{{hard, person.Worker{StaffNo: "G001", Name: "示例甲"}, read}}, Asking: []line{{asks, person.Worker{StaffNo: "G002", Name: "示例乙"}, nil}}}
}

func drawn(t *testing.T, l words.Lang, p listPage) string {
	t.Helper()
	var b bytes.Buffer
	if err := listView(page.In{Lang: l, Face: page.Desk}, p).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The list says of each family which standard it meets and why, in both languages; who only wants a call stands apart.
func TestList(t *testing.T) {
	for l, wants := range map[words.Lang][]string{
		words.Zh: {"大病帮扶", "自付医药费 26,400.00 元；人均月收入不超过 1,200.00 元", "检修一班", "还没有全部筛完", "符合标准的，1 户"},
		words.En: {"Serious illness", "paid 26,400.00 yuan", "Survey of living conditions 2026"},
	} {
		body := drawn(t, l, sample(t))
		for _, want := range append(wants, "示例甲", "示例乙", "/desk/applications/new?person=p1&amp;programme=medical", "/desk/people/p2") {
			if !strings.Contains(body, want) {
				t.Errorf("%s: the list does not say %q", l, want)
			}
		}
		if l == words.En && strings.Contains(body, "自付医药费") {
			t.Error("a Chinese clause on the English page")
		}
	}
}

// Who may not apply for others is not offered it, a survey that is screened says so no more, and before the first survey the
// page leads to one.
func TestListEmptyAndRead(t *testing.T) {
	p := sample(t)
	p.Behalf, p.Done = false, true
	body := drawn(t, words.Zh, p)
	for _, not := range []string{"代其申请", "还没有全部筛完"} {
		if strings.Contains(body, not) {
			t.Errorf("the list says %q", not)
		}
	}
	p.Hard, p.Asking = nil, nil
	if body := drawn(t, words.Zh, p); !strings.Contains(body, "没有符合标准又没申请的家庭") {
		t.Error("an empty list does not say that nobody was found")
	}
	if body := drawn(t, words.Zh, listPage{}); !strings.Contains(body, `href="/desk/surveys"`) {
		t.Error("without a survey the page leads nowhere")
	}
}
