package app

import (
	"context"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/domain/outreach"
	"bangfu/internal/domain/partner"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
)

// visited gives a family a visit to come, a talk that left something to do, and a referral; and its union a campaign.
func (m *matrix) visited(t *testing.T, w *world.World, p person.Worker, ids map[string]string) {
	t.Helper()
	ctx, today := t.Context(), m.h.DB.Today()
	all := m.campaigns(t, w)
	if len(all) == 0 {
		c, err := world.Do(ctx, w, "wangmin", outreach.Start, outreach.CampaignIn{Name: "示例走访", From: today, Until: today.Add(20)})
		must(t, err)
		all = append(all, c)
	}
	ids["campaign"] = all[0].ID
	v, err := world.Do(ctx, w, "wangmin", outreach.Plan, outreach.PlanIn{StaffNo: p.StaffNo, Kind: outreach.HomeCall, Due: today.Add(3)})
	must(t, err)
	ids["call"] = v.ID
	k, err := world.Do(ctx, w, "wangmin", outreach.Hold, outreach.TalkIn{StaffNo: p.StaffNo, On: today, Way: "face", Mood: "steady", Note: "一切都好", Follow: "再问一次", FollowOn: today.Add(9)})
	must(t, err)
	b, err := world.Do(ctx, w, "wangmin", partner.Keep, partner.BodyIn{Name: "示例慈善会" + p.StaffNo, Kind: "charity", Helps: []partner.Help{"daily"}})
	must(t, err)
	ids["body"] = b.ID
	r, err := world.Do(ctx, w, "wangmin", partner.Refer, partner.ReferIn{Source: partner.OfFile, SourceID: ids["file"], Body: b.ID, Asks: []partner.Help{"daily"}, Reason: "请帮一把",
		Consent: "signed", ConsentOn: today, Due: today.Add(20)})
	must(t, err)
	ids["referral"] = r.ID
	must(t, m.h.DB.View(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
		todo, err := outreach.ToDos(ctx, tx, k.ID)
		if err == nil {
			ids["todo"] = todo[0].ID
		}
		return err
	}))
}

func (m *matrix) campaigns(t *testing.T, w *world.World) (all []outreach.Campaign) {
	t.Helper()
	must(t, m.h.DB.View(t.Context(), db.System(w.Union), func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = outreach.Campaigns(ctx, tx)
		return err
	}))
	return all
}
