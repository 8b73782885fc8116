package service

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// SlipIn is the bank's slip of a client's payment, or of the settlement's.
type SlipIn struct {
	ID   string `form:"id" kind:"hidden" need:"true" max:"40"`
	Slip string `form:"slip" label:"银行回单号" hint:"同一张回单只能登记一次" need:"true" max:"60"`
}

// Income books the price when the client has paid; it stands aside until the settlement, for nobody knows before what of it is
// the fund's. Faults: "service.state", "service.slip_taken" (Conflict), those of fund.Give.
var Income = act.Act[SlipIn, Order]{Name: "service.income", Title: "登记服务收入", Right: "service.income", Do: income}

func income(ctx context.Context, tx *db.Tx, in SlipIn) (Order, error) {
	o, err := Of(ctx, tx, in.ID)
	if err != nil {
		return o, err
	}
	tx.About("service_order", o.ID, "state")
	if o.State != Done {
		return o, fault.New(fault.Conflict, "service.state", o.State)
	}
	if o.Pocket, err = pocket(ctx, tx); err != nil {
		return o, err
	}
	slip := strings.TrimSpace(in.Slip)
	e, err := fund.Give(ctx, tx, fund.Gift{Key: "slip/" + slip, Pocket: o.Pocket, Ref: slip, Memo: o.Number, Amount: o.Price})
	if fault.Is(err, "fund.key_reused") {
		err = fault.New(fault.Conflict, "service.slip_taken", slip).At("slip")
	}
	if err != nil {
		return o, err
	}
	if err := fund.Reserve(ctx, tx, o.hold(o.Price)); err != nil {
		return o, err
	}
	o.State, o.Seq = Paid, e.Seq
	if err := o.save(ctx, tx); err != nil {
		return o, err
	}
	if err := task.CloseAll(ctx, tx, o.ID); err != nil {
		return o, err
	}
	return o, o.ask(ctx, tx, task.New{Kind: "service.settle", Role: org.RoleManager, Days: 5, Title: "核准 {0} 的成本和报酬"})
}

// pocket gives the pocket of service income, opened with the first.
func pocket(ctx context.Context, tx *db.Tx) (string, error) {
	all, err := Orders(ctx, tx)
	if err != nil {
		return "", err
	}
	for _, o := range all {
		if o.Pocket != "" {
			return o.Pocket, nil
		}
	}
	p, err := fund.OpenNext(ctx, tx, "FWZ", fund.NewPocket{Name: words.T(words.Zh, "有偿服务收入"), Source: fund.Service})
	return p.Code, err
}

// Part is what one worker gets of an order, fen, for so many half hours.
type Part struct {
	PersonID string
	Halves   int64
	Reward   money.Amount
}

// Divide gives each worker the part of a sum that the hours are of all hours, in whole fen; the last takes the rest. It is pure.
func Divide(all []Work, sum money.Amount) (out []Part, err error) {
	halves := int64(0)
	for _, w := range all {
		halves += w.Halves
		if i := slices.IndexFunc(out, func(p Part) bool { return p.PersonID == w.PersonID }); i >= 0 {
			out[i].Halves += w.Halves
		} else {
			out = append(out, Part{PersonID: w.PersonID, Halves: w.Halves})
		}
	}
	left := sum
	for i := range out {
		if out[i].Reward = left; i < len(out)-1 {
			if out[i].Reward, err = sum.MulDiv(out[i].Halves, halves, money.Down); err != nil {
				return out, err
			}
		}
		left -= out[i].Reward
	}
	return out, nil
}

// Reward is what goes to those who worked on an order: its share of what is left of the price after the costs.
func (o Order) reward(works []Work) (money.Amount, error) {
	if len(works) == 0 {
		return 0, nil
	}
	return (o.Price - o.Costs).MulDiv(o.Share, 100, money.Down)
}

// Preview is the settlement as it would be now: the sum for those who worked, and each one's part.
func Preview(o Order, works []Work) (sum money.Amount, parts []Part, err error) {
	if o.State == Settled || o.State == Ended {
		sum = o.Reward
	} else if sum, err = o.reward(works); err != nil {
		return sum, nil, err
	}
	parts, err = Divide(works, sum)
	return sum, parts, err
}

// Settle approves an order's costs and rewards: the money stands aside until the cashier has paid it. With nothing to pay the
// order ends. Faults: "service.state" (Conflict), "service.own" (Denied: who worked on it), those of fund.Reserve.
var Settle = act.Act[ID, Order]{Name: "service.settle", Title: "核准服务结算", Right: "service.settle", Do: settle}

func settle(ctx context.Context, tx *db.Tx, in ID) (Order, error) {
	o, err := Of(ctx, tx, in.ID)
	if err != nil {
		return o, err
	}
	tx.About("service_order", o.ID, "state", "reward")
	if o.State != Paid {
		return o, fault.New(fault.Conflict, "service.state", o.State)
	}
	works, err := Works(ctx, tx, o.ID)
	if err != nil {
		return o, err
	}
	if slices.ContainsFunc(works, func(w Work) bool { return w.PersonID == tx.Actor.Person }) {
		return o, fault.New(fault.Denied, "service.own")
	}
	if o.Reward, err = o.reward(works); err != nil {
		return o, err
	}
	o.State, o.SettledBy = Settled, tx.Actor.User
	if err := task.CloseAll(ctx, tx, o.ID); err != nil {
		return o, err
	}
	if err := o.keep(ctx, tx); err != nil {
		return o, err
	}
	if o.out() == 0 {
		o.State = Ended
		return o, o.save(ctx, tx)
	}
	if err := fund.Commit(ctx, tx, o.ID); err != nil {
		return o, err
	}
	if err := o.save(ctx, tx); err != nil {
		return o, err
	}
	return o, o.ask(ctx, tx, task.New{Kind: "service.pay", Role: org.RoleCashier, Days: 5, Title: "支付 {0} 的成本和报酬"})
}

func (o Order) hold(sum money.Amount) fund.Hold {
	return fund.Hold{Key: "service/" + o.ID, Pocket: o.Pocket, Ref: o.ID, Item: "service", Memo: o.Number, Amount: sum, Alone: true}
}

// keep gives the fund what of the price nobody else gets. An order that was paid before its price stood aside has nothing held yet.
func (o Order) keep(ctx context.Context, tx *db.Tx) error {
	_, err := fund.HeldFor(ctx, tx, o.ID)
	switch {
	case fault.Is(err, "fund.no_hold") && o.out() == 0:
		return nil
	case fault.Is(err, "fund.no_hold"):
		return fund.Reserve(ctx, tx, o.hold(o.out()))
	case err != nil || o.out() == o.Price:
		return err
	}
	return fund.Trim(ctx, tx, fund.Move{Ref: o.ID, Key: "kept/" + o.ID, Memo: o.Number, Amount: o.Price - o.out()})
}

// out is what leaves the fund by the settlement.
func (o Order) out() money.Amount { return o.Costs + o.Reward }

// Pay books the settlement that was paid, and tells each worker their part. Faults: "service.state" (Conflict),
// "service.same_person" (Denied: who approved it), those of fund.Spend.
var Pay = act.Act[SlipIn, Order]{Name: "service.pay", Title: "登记服务结算付款", Right: "service.pay", Do: pay}

func pay(ctx context.Context, tx *db.Tx, in SlipIn) (Order, error) {
	o, err := Of(ctx, tx, in.ID)
	if err != nil {
		return o, err
	}
	tx.About("service_order", o.ID, "state")
	switch {
	case o.State != Settled:
		return o, fault.New(fault.Conflict, "service.state", o.State)
	case o.SettledBy == tx.Actor.User:
		return o, fault.New(fault.Denied, "service.same_person")
	}
	if err := fund.Spend(ctx, tx, fund.Move{Ref: o.ID, Key: "service/" + strings.TrimSpace(in.Slip), Memo: o.Number, Amount: o.out()}); err != nil {
		return o, err
	}
	works, err := Works(ctx, tx, o.ID)
	if err != nil {
		return o, err
	}
	parts, err := Divide(works, o.Reward)
	if err != nil {
		return o, err
	}
	for _, p := range parts {
		if err := o.give(ctx, tx, works, p); err != nil {
			return o, err
		}
	}
	o.State = Ended
	if err := task.CloseAll(ctx, tx, o.ID); err != nil {
		return o, err
	}
	return o, o.save(ctx, tx)
}

// give writes a worker's part on the last of their lines and tells them.
func (o Order) give(ctx context.Context, tx *db.Tx, works []Work, p Part) error {
	line := ""
	for _, w := range works {
		if w.PersonID == p.PersonID {
			line = w.ID
		}
	}
	if err := tx.Must(ctx, "fault.stale", `update service_work set reward = $3 where union_id = $1 and id = $2`, tx.Union, line, p.Reward); err != nil || p.Reward == 0 {
		return err
	}
	w, err := person.Get(ctx, tx, p.PersonID)
	if err != nil {
		return err
	}
	return notify.Send(ctx, tx, notify.To{PersonID: w.ID, UnitID: w.UnitID}, notify.Text{Key: "service.told_reward", Args: []any{o.Number, p.Reward}, Href: "/me/messages"})
}
