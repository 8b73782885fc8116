package app

import (
	"context"

	"bangfu/internal/app/world"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/outreach"
	"bangfu/internal/domain/partner"
	"bangfu/internal/engine/db"
)

// demoOutreach has a round of visits under way, one at the sickbed, a talk, three partners and two referrals.
func (h *House) demoOutreach(ctx context.Context, w *world.World) error {
	today := h.DB.Today()
	c, err := world.Do(ctx, w, "wangmin", outreach.Start, outreach.CampaignIn{Name: "冬季走访慰问", From: today.Add(-20), Until: today.Add(8),
		Money: money.Yuan(300), Pocket: "XZ-2026", Gift: "米、油各一份", Worth: money.Yuan(120)})
	if err != nil {
		return err
	}
	if _, err := world.Do(ctx, w, "zhouzheng", outreach.Approve, outreach.ApproveIn{ID: c.ID}); err != nil {
		return err
	}
	var all []outreach.Visit
	var files []casefile.File
	if err := h.DB.View(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) (err error) {
		if all, err = outreach.List(ctx, tx, "outreach.see", outreach.Query{Campaign: c.ID}); err != nil {
			return err
		}
		files, err = casefile.OpenAfter(ctx, tx, "", 2)
		return err
	}); err != nil {
		return err
	}
	pair := []string{w.Posts["wangmin"], w.Posts["zhaoqing"]}
	for i, v := range all {
		switch {
		case i%5 < 3:
			_, err = world.Do(ctx, w, "wangmin", outreach.Record, outreach.RecordIn{ID: v.ID, On: today.Add(-i % 15), Visitors: pair, Met: "self", Money: v.Money, Signed: "self",
				Slip: "QL-2026-11", Gift: v.Gift, Worth: v.Worth, Needs: []outreach.Need{"daily"}, Note: "家里冬天的煤和被子都备好了，孩子上学正常。"})
		case i%5 == 3:
			_, err = world.Do(ctx, w, "wangmin", outreach.Assign, outreach.AssignIn{IDs: []string{v.ID}, Visitors: pair, Due: today.Add(3)})
		}
		if err != nil {
			return err
		}
	}
	g := w.Groups[0]
	if _, err := world.Do(ctx, w, "wangmin", outreach.Plan, outreach.PlanIn{StaffNo: w.Staff[g.Workers[len(g.Workers)-1]].StaffNo, Kind: outreach.Hospital, Due: today.Add(2),
		Place: "示例医院骨科 12 床", Visitors: pair, Money: money.Yuan(500), Pocket: "XZ-2026", Gift: "水果", Worth: money.Yuan(80)}); err != nil {
		return err
	}
	if _, err := world.Do(ctx, w, "wangmin", outreach.Hold, outreach.TalkIn{StaffNo: w.Staff[g.Workers[3]].StaffNo, On: today, Way: "face", Mood: "worried",
		Needs: []outreach.Need{"job"}, Note: "担心岗位调整，希望学一门新技能。", Follow: "问培训班名额", FollowOn: today.Add(7)}); err != nil {
		return err
	}
	return demoPartners(ctx, w, files)
}

func demoPartners(ctx context.Context, w *world.World, files []casefile.File) error {
	today := w.Host.DB.Today()
	var made []partner.Body
	for _, b := range []partner.BodyIn{
		{Name: "临江慈善会", Kind: "charity", Contact: "办公室", Phone: "0000-1234567", Helps: []partner.Help{"daily", "study"}, Until: today.AddMonths(14)},
		{Name: "临江市第二医院", Kind: "hospital", Contact: "医务社工", Phone: "0000-7654321", Helps: []partner.Help{"illness"}, Until: today.Add(20)},
		{Name: "临江区民政科", Kind: "government", Contact: "救助窗口", Phone: "0000-1112223", Helps: []partner.Help{"dibao", "daily"}},
	} {
		done, err := world.Do(ctx, w, "wangmin", partner.Keep, b)
		if err != nil {
			return err
		}
		made = append(made, done)
	}
	for i, f := range files {
		r, err := world.Do(ctx, w, "wangmin", partner.Refer, partner.ReferIn{Source: partner.OfFile, SourceID: f.ID, Body: made[2*i].ID, Asks: []partner.Help{"daily"},
			Reason: "收入不稳定，请看能否给予救助。", Told: []partner.Told{"family", "income"}, Consent: "signed", ConsentOn: today, Due: today.Add(20)})
		if err != nil {
			return err
		}
		if i > 0 {
			continue
		}
		in := partner.AnswerIn{ID: r.ID, State: partner.Helped, Kind: "daily", Amount: money.Yuan(1000), On: today, Answer: "已发放慈善救助。"}
		if _, err := world.Do(ctx, w, "wangmin", partner.Answer, in); err != nil {
			return err
		}
	}
	return nil
}
