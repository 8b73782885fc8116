package partner

import (
	"bytes"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"bangfu/internal/base/words"
	"bangfu/internal/domain/partner"
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

// The pages read empty and full in both languages; a letter says the marked things and no number.
func TestPages(t *testing.T) {
	yes := func(string) bool { return true }
	body := partner.Body{ID: "b", Name: "示例慈善会", Kind: "charity", Helps: "daily study", UntilOn: "2026-12-01", State: "active"}
	r := partner.Referral{ID: "r", Number: "ZJ-2026-000001", BodyID: "b", PersonID: "p", Asks: "daily", Told: "family", Consent: "signed", State: partner.Waiting, DueOn: "2026-11-01"}
	w := person.Worker{Name: "示例甲", IDMask: "99****", PhoneMask: "138****"}
	for _, l := range words.Langs() {
		in := page.In{Lang: l, Face: page.Desk}
		drawn(t, bodiesView(in, bodyList{Can: yes}))
		drawn(t, referralsView(in, referralList{Can: yes}))
		if text := drawn(t, bodiesView(in, bodyList{Bodies: []partner.Body{body}, Today: "2026-11-22", Can: yes})); !strings.Contains(text, "示例慈善会") || !strings.Contains(text, "tag-warn") {
			t.Errorf("%s: the agreement that ends soon is not marked", l)
		}
		list := referralList{Referrals: []partner.Referral{r}, Bodies: map[string]partner.Body{"b": body}, People: map[string]person.Worker{"p": w}, Today: "2026-11-22", Can: yes}
		if text := drawn(t, referralsView(in, list)); !strings.Contains(text, "tag-err") {
			t.Errorf("%s: the overdue answer is not marked", l)
		}
		o := one{R: r, Body: body, W: w, Today: "2026-11-22", Asked: "请帮一把", Told: []page.Pair{{Label: "姓名", Value: w.Name}}, Can: yes}
		drawn(t, referralView(in, o))
		letter := drawn(t, letterView(page.In{Lang: l, Face: page.Print}, o))
		if !strings.Contains(letter, "请帮一把") || strings.Contains(letter, w.PhoneMask) || strings.Contains(letter, w.IDMask) {
			t.Errorf("%s: the letter says too little or too much", l)
		}
	}
}
