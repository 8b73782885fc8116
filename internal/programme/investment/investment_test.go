package investment_test

import (
	"context"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task/tasktest"
	"bangfu/internal/programme/investment"
)

func do[In, Out any](h *tasktest.House, who string, a act.Act[In, Out], in In) (Out, error) {
	return a.Run(context.Background(), h.Host, act.Call{Actor: h.Actor(who), Key: db.Token()}, in)
}

func want(t *testing.T, err error, key string) {
	t.Helper()
	if key == "" && err != nil || key != "" && !fault.Is(err, key) {
		t.Fatalf("got %v, want %q", err, key)
	}
}

// rich is a union with 10,000 yuan of interest and 10,000 of company money.
func rich(t *testing.T, d *db.DB) *tasktest.House {
	t.Helper()
	h := tasktest.New(t, d)
	h.Add("manager", org.RoleManager, tasktest.Union)
	h.Add("cashier", org.RoleCashier, tasktest.Union)
	h.Do("system", func(ctx context.Context, tx *db.Tx) error {
		for code, source := range map[string]fund.Source{"LX": fund.Interest, "XZ": fund.Company} {
			if _, err := fund.Open(ctx, tx, fund.NewPocket{Code: code, Name: code, Source: source, Manager: h.Users["manager"]}); err != nil {
				return err
			}
			if _, err := fund.Give(ctx, tx, fund.Gift{Key: code, Pocket: code, Amount: money.Yuan(10_000)}); err != nil {
				return err
			}
		}
		return nil
	})
	return h
}

func wish(d *db.DB, c investment.Class, yuan int64) investment.ProposeIn {
	return investment.ProposeIn{Class: c, Name: "示例产品", Issuer: "示例银行" + string(c), Pocket: "LX", Amount: money.Yuan(yuan), Due: d.Today().Add(90),
		Survey: "看了三家银行的同类产品，利率都在这个范围。", Adviser: "顾问甲", Opinion: "保本，适合闲置资金。"}
}

// Nothing is invested before two persons have turned it on; bound money never is; limits, two approvals and the stress test hold.
func TestLife(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := rich(t, d)
		_, err := do(h, "manager", investment.Propose, wish(d, investment.Deposit, 1000))
		want(t, err, "investment.off")
		rule := investment.RuleIn{Enabled: true, Issuer: 60, Deposit: 80, GovBond: 80, Share: 10, ShareWorst: 60}
		_, err = do(h, "manager", investment.SetRule, rule)
		want(t, err, "investment.read")
		rule.Read = true
		r, err := do(h, "manager", investment.SetRule, rule)
		want(t, err, "")
		_, err = do(h, "manager", investment.Propose, wish(d, investment.Deposit, 1000))
		want(t, err, "investment.off")
		_, err = do(h, "chair", investment.Confirm, investment.VersionIn{Version: r.Version})
		want(t, err, "")

		bound := wish(d, investment.Deposit, 1000)
		bound.Pocket = "XZ"
		_, err = do(h, "manager", investment.Propose, bound)
		want(t, err, "fund.not_free")
		_, err = do(h, "manager", investment.Propose, wish(d, investment.Deposit, 6001))
		want(t, err, "investment.issuer")
		_, err = do(h, "manager", investment.Propose, wish(d, investment.Bond, 1))
		want(t, err, "investment.class")
		_, err = do(h, "manager", investment.Propose, wish(d, investment.Share, 1000))
		want(t, err, "investment.stress") // nothing has been earned yet

		p, err := do(h, "manager", investment.Propose, wish(d, investment.Deposit, 6000))
		want(t, err, "")
		_, err = do(h, "cashier", investment.Buy, investment.SlipIn{ID: p.ID, Slip: "B1"})
		want(t, err, "investment.state")
		_, err = do(h, "chair", investment.Answer, investment.AnswerIn{ID: p.ID, Yes: true})
		want(t, err, "")
		_, err = do(h, "chair", investment.Answer, investment.AnswerIn{ID: p.ID, Yes: true})
		want(t, err, "investment.same_person")
		_, err = do(h, "company", investment.Answer, investment.AnswerIn{ID: p.ID, Yes: true})
		want(t, err, "")
		_, err = do(h, "cashier", investment.Buy, investment.SlipIn{ID: p.ID, Slip: "B1"})
		want(t, err, "")
		state(t, h, 4000, 6000, 10_000)
		_, err = do(h, "cashier", investment.Sell, investment.SellIn{ID: p.ID, Back: money.Yuan(6600), Slip: "B2"})
		want(t, err, "")
		state(t, h, 10_600, 0, 10_600)

		s, err := do(h, "manager", investment.Propose, wish(d, investment.Share, 1000)) // 60% of 1,000 is what was earned
		want(t, err, "")
		for _, who := range []string{"chair", "company"} {
			_, err = do(h, who, investment.Answer, investment.AnswerIn{ID: s.ID, Yes: true})
			want(t, err, "")
		}
		_, err = do(h, "cashier", investment.Buy, investment.SlipIn{ID: s.ID, Slip: "B3"})
		want(t, err, "")
		alarms(t, h, 0)
		_, err = do(h, "manager", investment.Value, investment.ValueIn{ID: s.ID, Value: money.Yuan(900)})
		want(t, err, "")
		alarms(t, h, 1) // 1,000 - 40% of 900 is more than 600
		_, err = do(h, "cashier", investment.Sell, investment.SellIn{ID: s.ID, Back: money.Yuan(850), Slip: "B4"})
		want(t, err, "")
		alarms(t, h, 0)
		state(t, h, 10_450, 0, 10_450)
	})
}

func state(t *testing.T, h *tasktest.House, available, invested, grown int64) {
	t.Helper()
	h.Do("manager", func(ctx context.Context, tx *db.Tx) error {
		s, err := fund.StateOf(ctx, tx, "LX")
		if err != nil {
			return err
		}
		if s.Available != money.Yuan(available) || s.Invested != money.Yuan(invested) || s.Grown != money.Yuan(grown) || s.Bank != s.Available {
			t.Errorf("the pocket stands at %+v", s)
		}
		_, err = fund.Verify(ctx, tx)
		return err
	})
}

func alarms(t *testing.T, h *tasktest.House, want int64) {
	t.Helper()
	h.Do("manager", func(ctx context.Context, tx *db.Tx) error {
		n, err := db.Value[int64](ctx, tx, `select count(*) from task_turn where union_id = $1 and kind = 'investment.alarm' and closed_at = 0`, tx.Union)
		if n != want {
			t.Errorf("%d alarms, want %d", n, want)
		}
		return err
	})
}

// The stress test: each holding falls from its last value, and only what it then lacks to its cost is a loss.
func TestStress(t *testing.T) {
	got, err := investment.Stress([]investment.Holding{
		{Amount: 1000, Value: 1000, Worst: 0},  // a deposit loses nothing
		{Amount: 1000, Value: 3000, Worst: 50}, // what has risen can fall by half and is above its cost
		{Amount: 1000, Value: 900, Worst: 33},  // 1000 - 603
		{Amount: 1000, Value: 0, Worst: 10},    // lost already
	}, 1397)
	if err != nil || got.Worst != 1397 || !got.Holds() {
		t.Errorf("%+v %v", got, err)
	}
	got.Earned--
	if got.Holds() {
		t.Error("a loss that reaches the principal passes")
	}
}
