package app

import (
	"context"

	"bangfu/internal/app/world"
	"bangfu/internal/domain/payment"
	"bangfu/internal/engine/db"
)

// demoPayees has a hospital that is paid in a worker's stead, a school that waits for the cashier's check, and a worker without a
// card who is paid in cash.
func (h *House) demoPayees(ctx context.Context, w *world.World) error {
	var first payment.Payee
	for i, in := range []payment.PayeeIn{
		{Kind: "hospital", Name: "临江市示例人民医院", Account: "9900000010000001", Bank: "示例银行"},
		{Kind: "school", Name: "临江示例职业学院", Account: "9900000010000002", Bank: "示例银行"},
	} {
		p, err := world.Do(ctx, w, "jiangqing", payment.AddPayee, in)
		if err != nil {
			return err
		}
		if i == 0 {
			first = p
		}
	}
	if _, err := world.Do(ctx, w, "shenshi", payment.CheckPayee, payment.PayeeID{Payee: first.ID}); err != nil {
		return err
	}
	officer, err := w.As(ctx, "wangmin")
	if err != nil {
		return err
	}
	var coming []payment.Instalment
	if err := h.DB.View(ctx, officer, func(ctx context.Context, tx *db.Tx) (err error) {
		coming, err = payment.In(ctx, tx, "payment.see", payment.Query{State: payment.Waiting, Limit: 2})
		return err
	}); err != nil {
		return err
	}
	ways := []payment.WayIn{{Way: payment.ToPayee, Payee: first.ID, Reason: "住院费欠款，本人同意直接付给医院"}, {Way: payment.InCash, Reason: "本人没有银行卡"}}
	for i, c := range coming {
		ways[i].ID = c.ID
		if _, err := world.Do(ctx, w, "wangmin", payment.ChangeWay, ways[i]); err != nil {
			return err
		}
	}
	return nil
}
