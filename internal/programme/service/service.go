// Package service sells the skills, products and services of the company's people to streets, communities, public bodies and
// firms (S19): their needs, orders with staff, hours and costs, what is invoiced, and the income to the relief fund.
//
// The income is booked when the bank has it. Costs and what goes to those who worked leave the fund again by the settlement: it
// is worked out from the order, approved by one person and paid by another, and what is left is the fund's.
package service

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// Client is a kind of client.
type Client string

// Choices lists them.
func (Client) Choices() []form.Choice {
	return []form.Choice{{Value: "street", Label: "街道"}, {Value: "community", Label: "社区"}, {Value: "public", Label: "机关事业单位"}, {Value: "firm", Label: "企业"}}
}

// Say gives the kind in a language.
func (c Client) Say(l words.Lang) string {
	for _, o := range c.Choices() {
		if o.Value == string(c) {
			return words.T(l, o.Label)
		}
	}
	return string(c)
}

// Need is what a client would pay for. Contact is sealed.
type Need struct {
	UnionID, ID, Number, Client string
	Kind                        Client
	Contact                     []byte
	What                        string
	WantedOn                    day.Day
	State, ByUser               string
	At                          int64
}

const needColumns = `union_id, id, number, client, kind, contact, what, wanted_on, state, by_user, at`

// The states of a need.
const (
	Open   = "open"
	Taken  = "taken"
	Closed = "closed"
)

// NeedOf gives one. Fault: Missing.
func NeedOf(ctx context.Context, tx *db.Tx, id string) (Need, error) {
	return db.One[Need](ctx, tx, `select `+needColumns+` from service_need where union_id = $1 and id = $2`, tx.Union, id)
}

// Needs lists them, newest first.
func Needs(ctx context.Context, tx *db.Tx) ([]Need, error) {
	return db.All[Need](ctx, tx, `select `+needColumns+` from service_need where union_id = $1 order by number desc`, tx.Union)
}

// NeedIn is a need as it is written down.
type NeedIn struct {
	Client  string  `form:"client" label:"客户单位" need:"true" min:"2" max:"60"`
	Kind    Client  `form:"kind" label:"单位类型" need:"true"`
	Contact string  `form:"contact" label:"联系人和电话" hint:"加密保存" need:"true" max:"80"`
	What    string  `form:"what" label:"需要什么" kind:"area" need:"true" max:"500"`
	Wanted  day.Day `form:"wanted_on" label:"希望什么时候" need:"true"`
}

// Register writes a client's need down.
var Register = act.Act[NeedIn, Need]{Name: "service.register", Title: "登记服务需求", Right: "service.work",
	Do: func(ctx context.Context, tx *db.Tx, in NeedIn) (n Need, err error) {
		n = Need{UnionID: tx.Union, ID: tx.ID(), Client: strings.TrimSpace(in.Client), Kind: in.Kind, What: strings.TrimSpace(in.What), WantedOn: in.Wanted, State: Open,
			ByUser: tx.Actor.User, At: tx.Ms()}
		if n.Number, err = tx.Number(ctx, "XQ"); err != nil {
			return n, err
		}
		if n.Contact, err = tx.Seal("service_need.contact", n.ID, strings.TrimSpace(in.Contact)); err != nil {
			return n, err
		}
		tx.About("service_need", n.ID)
		return n, db.Insert(ctx, tx, "service_need", n)
	}}

// ID names one need or order.
type ID struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40"`
}

// Lay closes a need that nothing came of. Fault: "service.state" (Conflict).
var Lay = act.Act[ID, Need]{Name: "service.lay", Title: "关闭服务需求", Right: "service.work",
	Do: func(ctx context.Context, tx *db.Tx, in ID) (Need, error) {
		n, err := NeedOf(ctx, tx, in.ID)
		if err != nil {
			return n, err
		}
		tx.About("service_need", n.ID, "state")
		n.State = Closed
		return n, n.move(ctx, tx, Closed)
	}}

func (n Need) move(ctx context.Context, tx *db.Tx, to string) error {
	return tx.Must(ctx, "service.taken", `update service_need set state = $3 where union_id = $1 and id = $2 and state = 'open'`, tx.Union, n.ID, to)
}

// State is where an order stands.
type State string

// The states of an order.
const (
	Agreed    State = "agreed"  // under way
	Done      State = "done"    // waits for the client's money
	Paid      State = "paid"    // waits for the settlement
	Settled   State = "settled" // waits for the cashier
	Ended     State = "closed"
	Cancelled State = "cancelled"
)

// Say gives the state in a language.
func (s State) Say(l words.Lang) string { return words.T(l, "service.state."+string(s)) }

// Order is an order. Price, Costs and Reward are fen, Share per cent.
type Order struct {
	UnionID, ID, Number, NeedID, Client, What, UnitID string
	FromOn, UntilOn                                   day.Day
	Price                                             money.Amount
	Share                                             int64
	Title, TaxNo                                      string
	State                                             State
	Pocket                                            string
	Seq                                               int64
	Costs, Reward                                     money.Amount
	SettledBy, ByUser                                 string
	At, Version                                       int64
}

const orderColumns = `union_id, id, number, need_id, client, what, unit_id, from_on, until_on, price, share, title, tax_no, state, pocket, seq, costs, reward,
	settled_by, by_user, at, version`

// Of gives one order. Fault: Missing.
func Of(ctx context.Context, tx *db.Tx, id string) (Order, error) {
	return db.One[Order](ctx, tx, `select `+orderColumns+` from service_order where union_id = $1 and id = $2`, tx.Union, id)
}

// Orders lists them, newest first.
func Orders(ctx context.Context, tx *db.Tx) ([]Order, error) {
	return db.All[Order](ctx, tx, `select `+orderColumns+` from service_order where union_id = $1 order by number desc`, tx.Union)
}

// OrderIn is what was agreed with a client.
type OrderIn struct {
	Need   string       `form:"need" kind:"hidden" max:"40"`
	Client string       `form:"client" label:"客户单位" need:"true" min:"2" max:"60"`
	What   string       `form:"what" label:"做什么" kind:"area" need:"true" max:"500"`
	Unit   string       `form:"unit_id" label:"哪个部门做" need:"true" max:"40" kind:"choice"`
	From   day.Day      `form:"from_on" label:"开始日期" need:"true"`
	Until  day.Day      `form:"until_on" label:"截止日期" need:"true"`
	Price  money.Amount `form:"price" label:"约定价款" unit:"元" need:"true" min:"1"`
	Share  int64        `form:"share" label:"给参加职工的比例（%）" hint:"按扣除成本后的余额算，按工时分" max:"100"`
	Title  string       `form:"title" label:"发票抬头" max:"80"`
	TaxNo  string       `form:"tax_no" label:"纳税人识别号" max:"20"`
}

// Check wants the days in order: "service.days".
func (in OrderIn) Check() error {
	if !in.From.Valid() || !in.Until.Valid() || in.Until < in.From {
		return fault.New(fault.Invalid, "service.days").At("until_on")
	}
	return nil
}

// Agree writes an order down. Faults: "service.taken" (Conflict: its need has an order), Missing for a place that is not there.
var Agree = act.Act[OrderIn, Order]{Name: "service.agree", Title: "登记服务订单", Right: "service.work",
	Do: func(ctx context.Context, tx *db.Tx, in OrderIn) (o Order, err error) {
		if _, err := org.UnitOf(ctx, tx, in.Unit); err != nil {
			return o, err
		}
		o = Order{UnionID: tx.Union, ID: tx.ID(), NeedID: in.Need, Client: strings.TrimSpace(in.Client), What: strings.TrimSpace(in.What), UnitID: in.Unit, FromOn: in.From,
			UntilOn: in.Until, Price: in.Price, Share: in.Share, Title: strings.TrimSpace(in.Title), TaxNo: strings.TrimSpace(in.TaxNo), State: Agreed,
			ByUser: tx.Actor.User, At: tx.Ms(), Version: 1}
		if in.Need != "" {
			n, err := NeedOf(ctx, tx, in.Need)
			if err != nil {
				return o, err
			}
			if err := n.move(ctx, tx, Taken); err != nil {
				return o, err
			}
		}
		if o.Number, err = tx.Number(ctx, "FW"); err != nil {
			return o, err
		}
		tx.About("service_order", o.ID)
		return o, db.Insert(ctx, tx, "service_order", o)
	}}

// Work is a day's work of one worker, in half hours; Reward is their part, fen, on one of their lines once settled.
type Work struct {
	UnionID, ID, OrderID, PersonID string
	OnDay                          day.Day
	Halves                         int64
	Reward                         money.Amount
}

// Works lists an order's work.
func Works(ctx context.Context, tx *db.Tx, order string) ([]Work, error) {
	return db.All[Work](ctx, tx, `select union_id, id, order_id, person_id, on_day, halves, reward from service_work where union_id = $1 and order_id = $2 order by id`, tx.Union, order)
}

// Cost is what an order cost, fen.
type Cost struct {
	UnionID, ID, OrderID, What string
	Amount                     money.Amount
}

// Costs lists an order's costs.
func Costs(ctx context.Context, tx *db.Tx, order string) ([]Cost, error) {
	return db.All[Cost](ctx, tx, `select union_id, id, order_id, what, amount from service_cost where union_id = $1 and order_id = $2 order by id`, tx.Union, order)
}

// WorkIn is a day's work.
type WorkIn struct {
	Order   string  `form:"order" kind:"hidden" need:"true" max:"40"`
	StaffNo string  `form:"staff_no" label:"工号" need:"true" max:"40"`
	On      day.Day `form:"on" label:"日期" need:"true"`
	Halves  int64   `form:"halves" label:"工时（半小时为一个）" hint:"做了 3 小时就填 6" need:"true" min:"1" max:"48"`
}

// Log writes a day's work down. Faults: "service.state" (Conflict), "service.no_worker" (Missing), "service.days" (Invalid).
var Log = act.Act[WorkIn, Work]{Name: "service.log", Title: "登记服务工时", Right: "service.work",
	Do: func(ctx context.Context, tx *db.Tx, in WorkIn) (w Work, err error) {
		o, err := under(ctx, tx, in.Order)
		if err != nil {
			return w, err
		}
		p, ok, err := person.ByStaffNo(ctx, tx, person.StaffNo(in.StaffNo))
		if err == nil && !ok {
			err = fault.New(fault.Missing, "service.no_worker").At("staff_no")
		}
		if err != nil {
			return w, err
		}
		if !in.On.Valid() || in.On > tx.Day() || in.On < o.FromOn {
			return w, fault.New(fault.Invalid, "service.days").At("on")
		}
		tx.About("service_order", o.ID, "work")
		w = Work{UnionID: tx.Union, ID: tx.ID(), OrderID: o.ID, PersonID: p.ID, OnDay: in.On, Halves: in.Halves}
		return w, db.Insert(ctx, tx, "service_work", w)
	}}

// CostIn is what an order cost.
type CostIn struct {
	Order  string       `form:"order" kind:"hidden" need:"true" max:"40"`
	What   string       `form:"what" label:"花在什么上" need:"true" min:"2" max:"60"`
	Amount money.Amount `form:"amount" label:"金额" unit:"元" need:"true" min:"0.01"`
}

// AddCost writes a cost down; costs may not exceed the price. Faults: "service.state" (Conflict), "service.cost" (Refused).
var AddCost = act.Act[CostIn, Cost]{Name: "service.cost", Title: "登记服务成本", Right: "service.work",
	Do: func(ctx context.Context, tx *db.Tx, in CostIn) (c Cost, err error) {
		o, err := under(ctx, tx, in.Order)
		if err != nil {
			return c, err
		}
		if o.Costs+in.Amount > o.Price {
			return c, fault.New(fault.Refused, "service.cost", o.Price).At("amount")
		}
		tx.About("service_order", o.ID, "cost")
		o.Costs += in.Amount
		if err := o.save(ctx, tx); err != nil {
			return c, err
		}
		c = Cost{UnionID: tx.Union, ID: tx.ID(), OrderID: o.ID, What: strings.TrimSpace(in.What), Amount: in.Amount}
		return c, db.Insert(ctx, tx, "service_cost", c)
	}}

// under gives an order whose work and costs may still be written: until it is settled.
func under(ctx context.Context, tx *db.Tx, id string) (Order, error) {
	o, err := Of(ctx, tx, id)
	if err == nil && o.State != Agreed && o.State != Done && o.State != Paid {
		err = fault.New(fault.Conflict, "service.state", o.State)
	}
	return o, err
}

func (o *Order) save(ctx context.Context, tx *db.Tx) error {
	o.Version++
	return tx.Must(ctx, "fault.stale", `update service_order set state = $4, pocket = $5, seq = $6, costs = $7, reward = $8, settled_by = $9, version = version + 1
		where union_id = $1 and id = $2 and version = $3`, tx.Union, o.ID, o.Version-1, o.State, o.Pocket, o.Seq, o.Costs, o.Reward, o.SettledBy)
}

// StepIn says that an order's work is done, or that nothing comes of it.
type StepIn struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	Cancel bool   `form:"cancel" label:"取消订单"`
}

// Finish says that the work is done, so that the accountant asks for the money; or calls the order off. Fault: "service.state".
var Finish = act.Act[StepIn, Order]{Name: "service.finish", Title: "完成或取消服务订单", Right: "service.work",
	Do: func(ctx context.Context, tx *db.Tx, in StepIn) (Order, error) {
		o, err := Of(ctx, tx, in.ID)
		if err != nil {
			return o, err
		}
		tx.About("service_order", o.ID, "state")
		if o.State != Agreed {
			return o, fault.New(fault.Conflict, "service.state", o.State)
		}
		if o.State = Done; in.Cancel {
			o.State = Cancelled
			return o, o.save(ctx, tx)
		}
		if err := o.save(ctx, tx); err != nil {
			return o, err
		}
		return o, o.ask(ctx, tx, task.New{Kind: "service.income", Role: org.RoleAccountant, Days: 20, Title: "{0} 已完成，开票收款"})
	}}

// Home is where paid service is worked on.
const Home = "/desk/services"

func (o Order) ask(ctx context.Context, tx *db.Tx, n task.New) error {
	n.Object, n.ObjectID, n.UnitID, n.Href, n.Args = "service_order", o.ID, tx.Union, Home+"/"+o.ID, []any{o.Number}
	return task.Open(ctx, tx, n)
}

// Acts lists what people can do with paid service.
func Acts() []act.Any {
	return []act.Any{Register, Lay, Agree, Log, AddCost, Finish, Income, Settle, Pay}
}

// Openers gives what can be opened here with a reason: how a client is reached.
func Openers() map[string]audit.Opener {
	return map[string]audit.Opener{"service_need.contact": func(ctx context.Context, tx *db.Tx, id string) (string, string, error) {
		if err := auth.Reach(tx, "service.contact", "", ""); err != nil {
			return "", "", err
		}
		n, err := NeedOf(ctx, tx, id)
		if err != nil {
			return "", "", err
		}
		text, err := tx.Open("service_need.contact", n.ID, n.Contact)
		return text, "", err
	}}
}
