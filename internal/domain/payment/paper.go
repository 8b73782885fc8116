package payment

import (
	"context"
	"fmt"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/paper"
	"bangfu/internal/office/org"
)

// ReceiptPaper makes the receipt of a payment as a PDF and keeps it: signed in the system, or to be signed by hand while the
// worker has not answered. Fault: "payment.state" (Conflict) before the bank has paid.
var ReceiptPaper = act.Act[ID, paper.Kept]{Name: "payment.receipt_paper", Title: "生成收款凭据", Right: "payment.confirm", Secret: true, Do: receiptPaper}

func receiptPaper(ctx context.Context, tx *db.Tx, in ID) (paper.Kept, error) {
	i, err := reached(ctx, tx, "payment.confirm", in.ID)
	if err != nil {
		return paper.Kept{}, err
	}
	if i.State != Paid && i.State != Confirmed && i.State != Missing {
		return paper.Kept{}, fault.New(fault.Conflict, "payment.state", i.State)
	}
	tx.About("instalment", i.ID, "pdf")
	a, err := plan.Get(ctx, tx, i.AwardID)
	if err != nil {
		return paper.Kept{}, err
	}
	w, err := person.Get(ctx, tx, i.PersonID)
	if err != nil {
		return paper.Kept{}, err
	}
	unit, err := org.UnitOf(ctx, tx, w.UnitID)
	if err != nil {
		return paper.Kept{}, err
	}
	u, err := org.Info(ctx, tx)
	if err != nil {
		return paper.Kept{}, err
	}
	s := paper.Sheet{Title: "收款凭据", Union: u.Name, Number: i.LineID, Pairs: []paper.Pair{{Label: "领款人", Value: w.Name}, {Label: "部门", Value: unit.Name},
		{Label: "帮扶项", Value: a.ItemName}, {Label: "金额", Value: i.Amount.String() + " 元"}, {Label: "大写", Value: i.Amount.Capital()}}}
	if a.Times > 1 {
		s.Pairs = append(s.Pairs, paper.Pair{Label: "第几次", Value: fmt.Sprintf("第 %d 次，共 %d 次", i.No, a.Times)})
	}
	s.Pairs = append(s.Pairs, paper.Pair{Label: "付款日期", Value: paper.DayOf(i.PaidOn)})
	to, err := i.paidTo(ctx, tx)
	if err != nil {
		return paper.Kept{}, err
	}
	s.Pairs = append(s.Pairs, to, paper.Pair{Label: "帮扶编号", Value: a.Number})
	if i.State == Confirmed {
		s.Day = paper.DayOf(day.Of(time.UnixMilli(i.ConfirmedAt)))
		s.Body = []string{fmt.Sprintf("我已收到 %s 元（%s）。", i.Amount.String(), i.Amount.Capital()),
			fmt.Sprintf("签名：%s，%s在系统里签收。", i.Confirmed, s.Day)}
	} else {
		s.Signers = []string{"领款人", "日期"}
	}
	return paper.Keep(ctx, tx, paper.Of{Kind: "receipt", ID: i.ID}, s)
}

// paidTo says on paper where the money went.
func (i Instalment) paidTo(ctx context.Context, tx *db.Tx) (paper.Pair, error) {
	switch i.Way {
	case InCash:
		return paper.Pair{Label: "发放方式", Value: "现金，本人签领"}, nil
	case ToPayee:
		p, err := PayeeOf(ctx, tx, i.PayeeID)
		return paper.Pair{Label: "收款单位", Value: p.Name + "，尾号 " + i.CardTail}, err
	case ByBank:
	}
	return paper.Pair{Label: "收款账号", Value: "尾号 " + i.CardTail}, nil
}

// ApprovalPaper makes the approval of a batch as a PDF and keeps it, with its lines, who made it and who checked it. Fault:
// "payment.batch_state" (Conflict) for one that was cancelled.
var ApprovalPaper = act.Act[BatchID, paper.Kept]{Name: "payment.approval_paper", Title: "生成付款审批单", Right: "payment.batches", Secret: true, Do: approvalPaper}

func approvalPaper(ctx context.Context, tx *db.Tx, in BatchID) (paper.Kept, error) {
	b, lines, err := BatchOf(ctx, tx, in.ID)
	if err != nil {
		return paper.Kept{}, err
	}
	tx.About("batch", b.ID, "pdf")
	if b.State == Cancelled {
		return paper.Kept{}, fault.New(fault.Conflict, "payment.batch_state", b.Number, b.State)
	}
	pocket, err := fund.Get(ctx, tx, b.Pocket)
	if err != nil {
		return paper.Kept{}, err
	}
	u, err := org.Info(ctx, tx)
	if err != nil {
		return paper.Kept{}, err
	}
	s := paper.Sheet{Title: "付款审批单", Union: u.Name, Number: b.Number, Seal: true, Day: paper.DayOf(day.Of(time.UnixMilli(max(b.MadeAt, b.CheckedAt)))),
		Signers: []string{"制单", "复核", "出纳", "负责人"},
		Table: paper.Table{Cols: []paper.Col{{Label: "序号", Share: 2, Num: true}, {Label: "姓名", Share: 5}, {Label: "帮扶项", Share: 7}, {Label: "账号尾号", Share: 4}, {Label: "金额（元）", Share: 5, Num: true}},
			Foot: []string{"", "合计", "", "", b.Total.String()}},
		Pairs: []paper.Pair{{Label: "笔数", Value: fmt.Sprintf("%d 笔", b.Lines)}, {Label: "合计", Value: b.Total.String() + " 元"}, {Label: "大写", Value: b.Total.Capital()},
			{Label: "资金", Value: pocket.Name}}}
	for _, step := range []struct {
		label, user string
		at          int64
	}{{"制单", b.MadeBy, b.MadeAt}, {"复核", b.CheckedBy, b.CheckedAt}} {
		if step.user == "" {
			continue
		}
		who, err := org.UserByID(ctx, tx, step.user)
		if err != nil {
			return paper.Kept{}, err
		}
		s.Pairs = append(s.Pairs, paper.Pair{Label: step.label, Value: who.Name + "，" + paper.DayOf(day.Of(time.UnixMilli(step.at)))})
	}
	for _, l := range lines {
		w, err := person.Get(ctx, tx, l.PersonID)
		if err != nil {
			return paper.Kept{}, err
		}
		a, err := plan.Get(ctx, tx, l.AwardID)
		if err != nil {
			return paper.Kept{}, err
		}
		s.Table.Rows = append(s.Table.Rows, []string{fmt.Sprint(l.No), w.Name, a.ItemName, l.CardTail, l.Amount.String()})
	}
	return paper.Keep(ctx, tx, paper.Of{Kind: "approval", ID: b.ID}, s)
}
