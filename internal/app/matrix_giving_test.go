package app

import (
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/programme/giving"
)

// gave gives a union a campaign and a gift in kind.
func (m *matrix) gave(t *testing.T, w *world.World, ids map[string]string) {
	t.Helper()
	ctx, today := t.Context(), m.h.DB.Today()
	c, err := world.Do(ctx, w, "hanshou", giving.Announce, giving.CampaignIn{Name: "示例募捐", From: "donation", Purpose: "帮助患病职工", Start: today, Until: today.Add(20)})
	must(t, err)
	g, err := world.Do(ctx, w, "wangmin", giving.TakeGoods, giving.GoodsIn{Campaign: c.ID, Item: "棉被", Pieces: 9, Unit: "床", Worth: 90000, On: today, Showing: giving.Anonymous})
	must(t, err)
	ids["appeal"], ids["gift"] = c.ID, g.ID
}
