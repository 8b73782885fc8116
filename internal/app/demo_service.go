package app

import (
	"context"

	"bangfu/internal/app/world"
	"bangfu/internal/base/money"
	"bangfu/internal/programme/service"
)

// demoService has two needs and two orders, one of them paid by its client and waiting to be settled.
func (h *House) demoService(ctx context.Context, w *world.World) error {
	today := h.DB.Today()
	var needs []service.Need
	for _, in := range []service.NeedIn{
		{Client: "河西社区居委会", Kind: "community", Contact: "示例联系人 0000-12360", What: "活动室电路和水管检修"},
		{Client: "东街小学", Kind: "public", Contact: "示例联系人 0000-12361", What: "周末学生科技课，要两位会讲的技术工人"},
	} {
		in.Wanted = today.Add(10)
		n, err := world.Do(ctx, w, "wangmin", service.Register, in)
		if err != nil {
			return err
		}
		needs = append(needs, n)
	}
	var orders []service.Order
	for _, in := range []service.OrderIn{
		{Need: needs[0].ID, Client: needs[0].Client, What: needs[0].What, Price: money.Yuan(3600), Share: 60, Title: needs[0].Client},
		{Client: "临江示例物业公司", What: "三栋楼配电箱年检", Price: money.Yuan(5200), Share: 50, Title: "临江示例物业公司"},
	} {
		in.Unit, in.From, in.Until = w.Units[w.Groups[0].Unit].ID, today, today.Add(12)
		o, err := world.Do(ctx, w, "wangmin", service.Agree, in)
		if err != nil {
			return err
		}
		orders = append(orders, o)
	}
	for i, name := range w.Groups[0].Workers[1:4] {
		if _, err := world.Do(ctx, w, "wangmin", service.Log, service.WorkIn{Order: orders[0].ID, StaffNo: w.Staff[name].StaffNo, On: today, Halves: int64(8 + 2*i)}); err != nil {
			return err
		}
	}
	if _, err := world.Do(ctx, w, "wangmin", service.AddCost, service.CostIn{Order: orders[0].ID, What: "电线、开关和水管", Amount: money.Yuan(420)}); err != nil {
		return err
	}
	if _, err := world.Do(ctx, w, "wangmin", service.Finish, service.StepIn{ID: orders[0].ID}); err != nil {
		return err
	}
	_, err := world.Do(ctx, w, "jiangqing", service.Income, service.SlipIn{ID: orders[0].ID, Slip: "FW-0001"})
	return err
}
