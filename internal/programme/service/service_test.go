package service_test

import (
	"context"
	"fmt"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task/tasktest"
	"bangfu/internal/programme/service"
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

// From a need to the settlement: the income is booked once, costs and rewards leave the fund by two persons, the rest stays.
func TestOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		h.Add("manager", org.RoleManager, tasktest.Union)
		h.Add("cashier", org.RoleCashier, tasktest.Union)
		for i := 1; i <= 3; i++ {
			h.Do("system", func(ctx context.Context, tx *db.Tx) error {
				id, _, err := ident.ParseID(ident.Invented("1980-05-17", 20+i), tx.Day())
				if err != nil {
					return err
				}
				_, err = person.Add(ctx, tx, person.Draft{StaffNo: fmt.Sprintf("T%d", i), Name: "示例甲", UnitID: h.Units["group"], ID: id})
				return err
			})
		}
		n, err := do(h, "officer", service.Register, service.NeedIn{Client: "示例社区", Kind: "community", Contact: "张示例 13800000000", What: "检修活动室电路", Wanted: d.Today()})
		want(t, err, "")
		in := service.OrderIn{Need: n.ID, Client: "示例社区", What: "检修活动室电路", Unit: h.Units["group"], From: d.Today(), Until: d.Today().Add(3), Price: money.Yuan(1000), Share: 60}
		o, err := do(h, "officer", service.Agree, in)
		want(t, err, "")
		_, err = do(h, "officer", service.Agree, in)
		want(t, err, "service.taken")
		for staff, halves := range map[string]int64{"T1": 2, "T2": 2, "T3": 3} {
			_, err = do(h, "officer", service.Log, service.WorkIn{Order: o.ID, StaffNo: staff, On: d.Today(), Halves: halves})
			want(t, err, "")
		}
		_, err = do(h, "officer", service.AddCost, service.CostIn{Order: o.ID, What: "电线", Amount: money.Yuan(1001)})
		want(t, err, "service.cost")
		_, err = do(h, "officer", service.AddCost, service.CostIn{Order: o.ID, What: "电线", Amount: money.Yuan(100)})
		want(t, err, "")
		_, err = do(h, "accountant", service.Income, service.SlipIn{ID: o.ID, Slip: "S1"})
		want(t, err, "service.state")
		_, err = do(h, "officer", service.Finish, service.StepIn{ID: o.ID})
		want(t, err, "")
		o, err = do(h, "accountant", service.Income, service.SlipIn{ID: o.ID, Slip: "S1"})
		want(t, err, "")
		h.Do("manager", func(ctx context.Context, tx *db.Tx) error {
			s, err := fund.StateOf(ctx, tx, o.Pocket)
			if err == nil && (s.Available != 0 || s.Reserved != money.Yuan(1000)) {
				t.Errorf("before it is settled %s is free, %s stands aside", s.Available, s.Reserved)
			}
			return err
		})
		_, err = do(h, "officer", service.Settle, service.ID{ID: o.ID})
		want(t, err, "fault.denied")
		o, err = do(h, "manager", service.Settle, service.ID{ID: o.ID})
		want(t, err, "")
		if o.Reward != money.Yuan(540) { // 60% of what 1,000 leaves after 100
			t.Errorf("reward %s", o.Reward)
		}
		_, err = do(h, "officer", service.AddCost, service.CostIn{Order: o.ID, What: "电线", Amount: 1})
		want(t, err, "service.state")
		_, err = do(h, "cashier", service.Pay, service.SlipIn{ID: o.ID, Slip: "S2"})
		want(t, err, "")
		_, err = do(h, "cashier", service.Pay, service.SlipIn{ID: o.ID, Slip: "S3"})
		want(t, err, "service.state")
		h.Do("manager", func(ctx context.Context, tx *db.Tx) error {
			s, err := fund.StateOf(ctx, tx, o.Pocket)
			if err != nil {
				return err
			}
			if s.Available != money.Yuan(360) || s.Spent != money.Yuan(640) {
				t.Errorf("the fund keeps %s of it, %s went out", s.Available, s.Spent)
			}
			booked, err := fund.Balance(ctx, tx, fund.Account{Pocket: o.Pocket, Code: "503"})
			if err == nil && booked != money.Yuan(640) {
				t.Errorf("booked as the union's work: %s", booked)
			}
			return err
		})
	})
}

// The parts add up to the fen, whoever comes last.
func TestDivide(t *testing.T) {
	for sum := money.Amount(0); sum < 50; sum++ {
		parts, err := service.Divide([]service.Work{{PersonID: "a", Halves: 1}, {PersonID: "b", Halves: 1}, {PersonID: "a", Halves: 2}, {PersonID: "c", Halves: 3}}, sum)
		if err != nil || len(parts) != 3 || parts[0].Halves != 3 || parts[0].Reward+parts[1].Reward+parts[2].Reward != sum {
			t.Fatalf("%s: %+v %v", sum, parts, err)
		}
	}
}
