package app

import (
	"context"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
	"bangfu/internal/programme/investment"
)

// invests gives a union idle money, the rule to invest it, and a proposal.
func (m *matrix) invests(t *testing.T, w *world.World, ids map[string]string) {
	t.Helper()
	ctx := t.Context()
	var all []investment.Holding
	must(t, m.h.DB.View(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = investment.All(ctx, tx)
		return err
	}))
	if len(all) == 0 {
		must(t, w.Endow(ctx, fund.NewPocket{Code: "LX-2026", Name: "存款利息", Source: fund.Interest}, money.Yuan(1000)))
		r, err := world.Do(ctx, w, "hanshou", investment.SetRule, investment.RuleIn{Enabled: true, Issuer: 100, Deposit: 100, Read: true})
		must(t, err)
		_, err = world.Do(ctx, w, "zhouzheng", investment.Confirm, investment.VersionIn{Version: r.Version})
		must(t, err)
		p, err := world.Do(ctx, w, "hanshou", investment.Propose, investment.ProposeIn{Class: investment.Deposit, Name: "定期存款", Issuer: "示例银行", Pocket: "LX-2026",
			Amount: money.Yuan(100), Due: m.h.DB.Today().Add(90), Survey: "看了三家银行，利率都在这个范围，存款保险以内。", Adviser: "顾问甲", Opinion: "保本，适合闲置资金使用。"})
		must(t, err)
		all = append(all, p)
	}
	ids["holding"] = all[0].ID
}
