package leads

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"bangfu/internal/base/words"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/domain/person"
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

// Every page reads in both languages, empty and full; a lead that waits for the worker's yes shows no reason and no buttons.
func TestPages(t *testing.T) {
	yes := func(string) bool { return true }
	asking := discovery.Lead{ID: "l1", Number: "XS-2026-000001", PersonID: "p", State: discovery.Asking, DueOn: "2026-11-01"}
	open := asking
	open.State, open.Score, open.Note = discovery.New, 70, []byte("x")
	signs := []discovery.Sign{{Code: discovery.PayDrop, Args: `["2026-10","¥2,500.00","¥4,000.00","37"]`, OnDay: "2026-10-01", UntilOn: "2026-12-30"}}
	for _, l := range words.Langs() {
		in := page.In{Lang: l, Face: page.Desk}
		p := listPage{At: discovery.New, Leads: []discovery.Lead{open}, Signs: map[string][]discovery.Sign{"l1": signs}, People: map[string]person.Worker{"p": {Name: "示例甲"}}, Can: yes, Today: "2026-11-20"}
		for _, want := range []string{"示例甲", "37%", "XS-2026-000001", "70"} {
			if !strings.Contains(drawn(t, listView(in, p)), want) {
				t.Errorf("%s: the list does not say %q", l, want)
			}
		}
		drawn(t, listView(in, listPage{At: discovery.DoneWith, Can: func(string) bool { return false }}))
		full := drawn(t, leadView(in, leadPage{L: open, W: person.Worker{Name: "示例甲"}, Signs: signs, Can: yes}))
		if !strings.Contains(full, home+"/l1/contact") || !strings.Contains(full, "discovery_lead") {
			t.Errorf("%s: an open lead cannot be worked on: %s", l, full)
		}
		closed := drawn(t, leadView(in, leadPage{L: asking, W: person.Worker{Name: "示例甲"}, Signs: signs, Can: yes, Ask: true}))
		for _, not := range []string{"37%", "/contact", "discovery_lead", "/desk/people/"} {
			if strings.Contains(closed, not) {
				t.Errorf("%s: a lead that waits for a yes shows %q", l, not)
			}
		}
		drawn(t, signalsView(in, signalPage{All: []discovery.Signal{{Code: discovery.PayDrop, Weight: 30, Threshold: 30, Unit: discovery.Percent}}, Tune: true}))
		drawn(t, strikesView(in, strikePage{Report: true}))
		drawn(t, strikesView(in, strikePage{All: []discovery.Strike{{Kind: "flood", Place: "青溪镇", Looked: 9, Struck: 2, Done: true}}}))
		drawn(t, causesView(in, causePage{}))
		few := causePage{Years: []string{"2026"}, Year: "2026", All: []discovery.Reason{{Year: "2026", Cause: "illness", Root: "event", N: 2}, {Year: "2026", Cause: "schooling", Root: "income", N: 9}}}
		if labels, values := few.sums(in, func(r discovery.Reason) string { return r.Cause }); slices.Contains(labels, "illness") || slices.Min(values) < 5 {
			t.Errorf("%s: few families are told by themselves: %v %v", l, labels, values)
		}
	}
}
