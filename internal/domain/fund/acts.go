package fund

import (
	"context"
	"strconv"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
)

// The acts a person can do to the ledger. Reserving, committing and spending are no acts of their own: the decision, the
// signature and the payment do them.
var (
	OpenPocket = act.Act[NewPocket, Pocket]{Name: "fund.open_pocket", Title: "设立资金", Right: "fund.open_pocket", Do: Open}

	Receive = act.Act[ReceiveIn, Entry]{Name: "fund.receive", Title: "登记收入", Right: "fund.receive", Do: receive}

	TransferMoney = act.Act[TransferIn, Entry]{Name: "fund.transfer", Title: "资金调剂", Right: "fund.transfer", Do: transfer}

	CloseMonth = act.Act[MonthIn, Ask]{Name: "fund.close", Title: "申请结账", Right: "fund.close", Do: closeMonth}

	ReopenMonth = act.Act[MonthIn, Ask]{Name: "fund.reopen", Title: "申请反结账", Right: "fund.reopen", Do: reopenMonth}

	ReverseEntry = act.Act[ReverseIn, Ask]{Name: "fund.reverse", Title: "申请冲销", Right: "fund.reverse", Do: reverseEntry}

	AnswerAsk = act.Act[AnswerIn, Ask]{Name: "fund.answer", Title: "复核", Right: "fund.answer", Do: answerAsk}

	ReturnMoney = act.Act[ReturnIn, Entry]{Name: "fund.return", Title: "退回结余", Right: "fund.return", Do: Return}

	AskForMoney = act.Act[RequestIn, Request]{Name: "fund.ask_for", Title: "申请资金", Right: "fund.ask_for", Do: AskFor}

	AnswerCompany = act.Act[GrantIn, Request]{Name: "fund.grant_company", Title: "审批拨款申请", Right: "fund.grant_company", Do: GrantCompany}

	AnswerBudget = act.Act[GrantIn, Request]{Name: "fund.grant_budget", Title: "审批超预算申请", Right: "fund.grant_budget", Do: GrantBudget}

	WithdrawRequest = act.Act[RequestID, Request]{Name: "fund.withdraw_request", Title: "撤回资金申请", Right: "fund.withdraw_request", Do: Withdraw}

	KeepBudget = act.Act[BudgetIn, YearBudget]{Name: "fund.set_budget", Title: "设置年度预算", Right: "fund.set_budget", Do: SetBudget}

	KeepOrder = act.Act[SetOrderIn, List]{Name: "fund.set_order", Title: "设置使用次序", Right: "fund.set_order", Do: SetOrder}

	SetMapping = act.Act[Mapping, act.None]{Name: "fund.map_account", Title: "设置科目对应", Right: "fund.map_account", Do: setMapping}

	SetChart = act.Act[NewChart, string]{Name: "fund.adopt_chart", Title: "启用会计科目表", Right: "fund.adopt_chart", Do: AdoptChart}
)

// Acts lists the acts of the ledger in menu order.
func Acts() []act.Any {
	return []act.Any{OpenPocket, Receive, TransferMoney, CloseMonth, ReopenMonth, ReverseEntry, AnswerAsk, ReturnMoney, AskForMoney, AnswerCompany, AnswerBudget, WithdrawRequest,
		KeepBudget, KeepOrder, SetMapping, SetChart}
}

// ReceiveIn is money that came in by the bank's slip. The slip's number is the entry's key: one slip is booked once.
type ReceiveIn struct {
	Pocket  string       `form:"pocket" label:"资金" need:"true" max:"16"`
	Amount  money.Amount `form:"amount" label:"金额" unit:"元" need:"true" min:"0.01"`
	Slip    string       `form:"slip" label:"银行回单号" hint:"同一张回单只能登记一次" need:"true" max:"60"`
	Day     day.Day      `form:"day" label:"到账日期" need:"true"`
	Payer   string       `form:"payer" label:"付款方" need:"true" max:"60"`
	Account string       `form:"account" label:"收入科目" hint:"不填就按资金来源的默认科目" max:"12"`
	Opening bool         `form:"opening" label:"这是建账时的期初余额"`
	Request string       `form:"request" label:"对应的拨款申请" hint:"公司按申请拨来的款，请选申请编号" max:"40"`
}

// Check holds the shape: "fund.need", "fund.amount".
func (in ReceiveIn) Check() error {
	var bad fault.List
	if strings.TrimSpace(in.Slip) == "" {
		bad.Add("slip", "fund.need")
	}
	if in.Amount <= 0 {
		bad.Add("amount", "fund.amount")
	}
	return bad.Err()
}

func receive(ctx context.Context, tx *db.Tx, in ReceiveIn) (Entry, error) {
	tx.About("pocket", in.Pocket, "available")
	g := Gift{
		Key: "slip/" + strings.TrimSpace(in.Slip), Pocket: in.Pocket, Account: in.Account, Ref: strings.TrimSpace(in.Slip),
		Memo: in.Payer, Amount: in.Amount, Day: in.Day, Opening: in.Opening,
	}
	was, err := take(ctx, tx)
	if err != nil {
		return Entry{}, err
	}
	e, err := Give(ctx, tx, g)
	if err == nil && in.Request != "" && e.Seq > was.Entries { // a slip booked before counts once
		err = arrive(ctx, tx, g, in.Request)
	}
	return e, err
}

// TransferIn moves free money from one pocket to another.
type TransferIn struct {
	From   string       `form:"from" label:"调出资金" need:"true" max:"16"`
	To     string       `form:"to" label:"调入资金" need:"true" max:"16"`
	Amount money.Amount `form:"amount" label:"金额" unit:"元" need:"true" min:"0.01"`
	Reason string       `form:"reason" kind:"area" label:"理由" need:"true" max:"300"`
}

// Check holds the shape: "fund.amount", "fund.reason".
func (in TransferIn) Check() error {
	var bad fault.List
	if in.Amount <= 0 {
		bad.Add("amount", "fund.amount")
	}
	if strings.TrimSpace(in.Reason) == "" {
		bad.Add("reason", "fund.reason")
	}
	return bad.Err()
}

func transfer(ctx context.Context, tx *db.Tx, in TransferIn) (Entry, error) {
	tx.About("pocket", in.From, "available")
	return Shift(ctx, tx, Transfer{Key: "transfer/" + tx.ID(), From: in.From, To: in.To, Amount: in.Amount, Reason: in.Reason})
}

// MonthIn names a month to close or to open again.
type MonthIn struct {
	Month  string `form:"month" label:"月份" hint:"例如 2026-10" need:"true" max:"7"`
	Reason string `form:"reason" kind:"area" label:"理由" need:"true" max:"300"`
}

func closeMonth(ctx context.Context, tx *db.Tx, in MonthIn) (Ask, error) {
	return Propose(ctx, tx, Proposal{Close, in.Month, in.Reason})
}

func reopenMonth(ctx context.Context, tx *db.Tx, in MonthIn) (Ask, error) {
	return Propose(ctx, tx, Proposal{Reopen, in.Month, in.Reason})
}

// ReverseIn names an entry to turn round.
type ReverseIn struct {
	Seq    int64  `form:"seq" kind:"hidden" label:"分录号" need:"true"`
	Reason string `form:"reason" kind:"area" label:"理由" need:"true" max:"300"`
}

func reverseEntry(ctx context.Context, tx *db.Tx, in ReverseIn) (Ask, error) {
	return Propose(ctx, tx, Proposal{Reverse, strconv.FormatInt(in.Seq, 10), in.Reason})
}

// AnswerIn is the second person's answer to an asking.
type AnswerIn struct {
	ID  string `form:"id" kind:"hidden" label:"编号" need:"true" max:"40"`
	Say Reply  `form:"say" label:"复核意见" need:"true"`
}

// Reply is the second person's yes or no.
type Reply string

// Choices lists the two.
func (Reply) Choices() []form.Choice {
	return []form.Choice{{Value: "yes", Label: "同意"}, {Value: "no", Label: "不同意"}}
}

func answerAsk(ctx context.Context, tx *db.Tx, in AnswerIn) (Ask, error) {
	return Answer(ctx, tx, in.ID, in.Say == "yes")
}

func setMapping(ctx context.Context, tx *db.Tx, in Mapping) (act.None, error) {
	return act.None{}, MapAccount(ctx, tx, in)
}
