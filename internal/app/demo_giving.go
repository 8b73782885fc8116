package app

import (
	"context"

	"bangfu/internal/app/world"
	"bangfu/internal/base/money"
	"bangfu/internal/programme/giving"
)

// demoGiving has a campaign under way with gifts of money and goods, some handed out.
func (h *House) demoGiving(ctx context.Context, w *world.World) error {
	today := h.DB.Today()
	t, err := readDemo()
	if err != nil {
		return err
	}
	c, err := world.Do(ctx, w, "hanshou", giving.Announce, giving.CampaignIn{Name: "冬日暖心募捐", From: "donation", Purpose: "帮助患重病的职工家庭过冬和看病",
		Programmes: t.Pockets[1].Programmes[:1], Wish: "优先帮助有孩子上学的家庭", Target: money.Yuan(50000), Start: today.Add(-10), Until: today.Add(40)})
	if err != nil {
		return err
	}
	for _, in := range []giving.MoneyIn{
		{Amount: money.Yuan(20000), Slip: "JK-0001", Showing: giving.Named, Donor: "临江示例商贸公司"},
		{Amount: money.Yuan(500), Slip: "JK-0002", Showing: giving.Unnamed, Donor: "示例乙"},
		{Amount: money.Yuan(3000), Slip: "JK-0003", Showing: giving.Anonymous},
	} {
		in.Campaign, in.On = c.ID, today
		if _, err := world.Do(ctx, w, "jiangqing", giving.Receive, in); err != nil {
			return err
		}
	}
	g, err := world.Do(ctx, w, "wangmin", giving.TakeGoods, giving.GoodsIn{Campaign: c.ID, Item: "棉被", Pieces: 40, Unit: "床", Worth: money.Yuan(6000), On: today,
		Showing: giving.Named, Donor: "临江示例家纺厂"})
	if err != nil {
		return err
	}
	_, err = world.Do(ctx, w, "wangmin", giving.HandOut, giving.HandIn{Gift: g.ID, StaffNo: w.Staff[w.Groups[0].Workers[4]].StaffNo, Pieces: 2, On: today})
	return err
}
