package outreach

import (
	"bytes"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/outreach"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
)

func drawn(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func sample() campaignPage {
	n := names{People: map[string]person.Worker{"p1": {Name: "示例甲"}, "p2": {Name: "示例乙"}}, Users: map[string]string{"u1": "王敏"}, Today: "2027-02-01"}
	all := []outreach.Visit{
		{ID: "v1", Number: "ZF-2027-000001", Kind: outreach.Festival, PersonID: "p1", UnitID: "g", State: outreach.Done, DueOn: "2027-02-06", DoneOn: "2027-01-10", Visitors: "u1",
			Money: money.Yuan(200), Given: money.Yuan(200), ApprovedBy: "u2", Gift: "米油"},
		{ID: "v2", Number: "ZF-2027-000002", Kind: outreach.Festival, PersonID: "p2", UnitID: "g", State: outreach.Planned, DueOn: "2027-02-06", Money: money.Yuan(200)},
	}
	sums, _ := outreach.Sums(all, n.Today)
	return campaignPage{names: n, All: all, Sums: sums, Waiting: 1, Can: func(string) bool { return true },
		C: outreach.Campaign{ID: "c1", Number: "HD-2027-000001", Name: "两节送温暖", FromOn: "2027-01-01", UntilOn: "2027-02-06", State: "open"}}
}

// The campaign's page and its sheet read in both languages, say who is unvisited, and grow louder near the end.
func TestCampaignPages(t *testing.T) {
	for _, l := range words.Langs() {
		in := page.In{Lang: l, Face: page.Desk}
		p := sample()
		body := drawn(t, campaignView(in, p))
		for _, want := range []string{"ZF-2027-000002", "示例乙", "/desk/outreach/assign", "1 / 2"} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: the page does not say %q", l, want)
			}
		}
		if strings.Contains(body, "ZF-2027-000001") {
			t.Errorf("%s: the visited stand among the unvisited", l)
		}
		if sheet := drawn(t, campaignSheet(in, p)); !strings.Contains(sheet, "ZF-2027-000001") || !strings.Contains(sheet, "BF-ZF-01") {
			t.Errorf("%s: the sheet lacks the visited", l)
		}
		empty := campaignPage{names: p.names, C: p.C, Sums: []outreach.Sum{{}}, Can: func(string) bool { return false }}
		drawn(t, campaignView(in, empty))
		drawn(t, homeView(in, board{names: p.names, Can: empty.Can}))
		drawn(t, visitsView(in, visitList{names: p.names, Visits: p.All, Can: p.Can}))
		drawn(t, talksView(in, talkList{names: p.names, Can: p.Can, Talks: []outreach.Talk{{ID: "t", PersonID: "p1", Mood: outreach.Danger}}}))
	}
	for today, tone := range map[day.Day]page.Tone{"2027-01-10": page.ToneInfo, "2027-02-01": page.ToneWarn, "2027-02-07": page.ToneErr} {
		p := sample()
		if got, _ := state(page.In{}, p.C, p.Sums[0], today); got != tone {
			t.Errorf("on %s: tone %q, want %q", today, got, tone)
		}
	}
}

// The paper of a visit has every field of the page, with the same numbers, in the same order.
func TestPaperHasThePagesNumbers(t *testing.T) {
	p := sample()
	v := visitPage{names: p.names, V: p.All[1], W: p.People["p2"], Can: p.Can}
	sheet := drawn(t, visitSheet(page.In{Lang: words.Zh, Face: page.Print}, v))
	at := 0
	for _, f := range form.Of[outreach.RecordIn]() {
		if f.Kind == form.Hidden {
			continue
		}
		i := strings.Index(sheet[at:], ">"+f.Label+"<")
		if i < 0 {
			t.Fatalf("the paper lacks %q, or has it elsewhere", f.Label)
		}
		at += i
	}
	drawn(t, visitView(page.In{Lang: words.Zh, Face: page.Desk}, v))
	drawn(t, visitView(page.In{Lang: words.En, Face: page.Desk}, visitPage{names: p.names, V: p.All[0], W: p.People["p1"], Can: p.Can}))
}
