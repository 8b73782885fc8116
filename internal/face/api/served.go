package api

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/programme/service"
)

// Need is what a client would pay for. How the client is reached stays sealed.
type Need struct {
	ID, Number, Client, What, State string
	Kind                            service.Client
	WantedOn                        day.Day
}

var needs = act.Read[act.Cursor, act.Page[Need]]{Name: "service.needs", Title: "服务需求", Right: "service.see",
	Do: func(ctx context.Context, tx *db.Tx, in act.Cursor) (page act.Page[Need], err error) {
		all, err := service.Needs(ctx, tx)
		if err != nil {
			return page, err
		}
		return pageOf(all, in, func(n service.Need) string { return n.ID }, func(n service.Need) (Need, error) {
			return Need{n.ID, n.Number, n.Client, n.What, n.State, n.Kind, n.WantedOn}, nil
		})
	}}

// ServiceOrder is one order of paid service: Price, Costs and Reward in fen, Share per cent of what is left for those who worked.
type ServiceOrder struct {
	ID, Number, NeedID, Client, What, UnitID, Pocket string
	From, Until                                      day.Day
	Price, Costs, Reward                             money.Amount
	Share                                            int64
	State                                            service.State
	Halves                                           int64 // half hours worked by all
	Version                                          int64
}

var orders = act.Read[act.Cursor, act.Page[ServiceOrder]]{Name: "service.orders", Title: "服务订单", Right: "service.see",
	Do: func(ctx context.Context, tx *db.Tx, in act.Cursor) (page act.Page[ServiceOrder], err error) {
		all, err := service.Orders(ctx, tx)
		if err != nil {
			return page, err
		}
		return pageOf(all, in, func(o service.Order) string { return o.ID }, func(o service.Order) (ServiceOrder, error) {
			one := ServiceOrder{o.ID, o.Number, o.NeedID, o.Client, o.What, o.UnitID, o.Pocket, o.FromOn, o.UntilOn, o.Price, o.Costs, o.Reward,
				o.Share, o.State, 0, o.Version}
			works, err := service.Works(ctx, tx, o.ID)
			if err != nil {
				return one, err
			}
			for _, w := range works {
				one.Halves += w.Halves
			}
			return one, nil
		})
	}}
