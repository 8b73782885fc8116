package app

import (
	"context"

	"bangfu/internal/app/world"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
	"bangfu/internal/programme/investment"
)

// demoInvestment has interest that is idle, the rule in force, one deposit bought and one proposal.
func (h *House) demoInvestment(ctx context.Context, w *world.World) error {
	if err := h.DB.Update(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
		if _, err := fund.Open(ctx, tx, fund.NewPocket{Code: "LX-2026", Name: "历年存款利息", Source: fund.Interest, Manager: w.Posts["hanshou"]}); err != nil {
			return err
		}
		_, err := fund.Give(ctx, tx, fund.Gift{Key: "demo/interest", Pocket: "LX-2026", Amount: money.Yuan(60_000), Opening: true})
		return err
	}); err != nil {
		return err
	}
	r, err := world.Do(ctx, w, "hanshou", investment.SetRule, investment.RuleIn{Enabled: true, Issuer: 60, Deposit: 100, GovBond: 60, BondWorst: 20, FundWorst: 30,
		ShareWorst: 60, FutureWorst: 100, Read: true})
	if err != nil {
		return err
	}
	if _, err := world.Do(ctx, w, "zhouzheng", investment.Confirm, investment.VersionIn{Version: r.Version}); err != nil {
		return err
	}
	var first investment.Holding
	for i, in := range []investment.ProposeIn{
		{Class: investment.Deposit, Name: "一年期定期存款", Issuer: "示例农商银行", Amount: money.Yuan(30_000), Expect: 145, Due: h.DB.Today().Add(365),
			Survey: "比较了三家银行一年期存款利率：1.35%、1.40%、1.45%，都在存款保险范围内。", Adviser: "县总财务部", Opinion: "存款保险范围内，保本，可以办。"},
		{Class: investment.GovBond, Name: "三年期储蓄国债", Issuer: "财政部", Amount: money.Yuan(20_000), Expect: 193, Due: h.DB.Today().Add(1095),
			Survey: "储蓄国债三年期票面利率 1.93%，可以提前兑取，按持有时间计息。", Adviser: "县总财务部", Opinion: "到期还本付息，风险低，可以办。"},
	} {
		in.Pocket = "LX-2026"
		p, err := world.Do(ctx, w, "hanshou", investment.Propose, in)
		if err != nil {
			return err
		}
		if i == 0 {
			first = p
		}
	}
	for _, who := range []string{"zhouzheng", "chenzong"} {
		if _, err := world.Do(ctx, w, who, investment.Answer, investment.AnswerIn{ID: first.ID, Yes: true}); err != nil {
			return err
		}
	}
	_, err = world.Do(ctx, w, "shenshi", investment.Buy, investment.SlipIn{ID: first.ID, Slip: "TZ-0001"})
	return err
}
