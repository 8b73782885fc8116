package payment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
)

// SignAct is the final signature.
var SignAct = act.Act[SignIn, plan.Award]{Name: "payment.sign", Title: "签发", Right: "payment.sign", Do: Sign}

// CheckAct checks everything that is due.
var CheckAct = act.Act[act.None, Checked]{Name: "payment.check", Title: "发放前核对", Right: "payment.check",
	Do: func(ctx context.Context, tx *db.Tx, _ act.None) (Checked, error) {
		done, err := CheckDue(ctx, tx)
		tx.About("instalment", "", "check")
		if err != nil {
			return done, err
		}
		return done, askMake(ctx, tx)
	}}

// RetryAct takes one failed or held instalment up again.
var RetryAct = act.Act[ID, Instalment]{Name: "payment.retry", Title: "重新发放", Right: "payment.check", Do: Retry}

// MakeAct makes a batch.
var MakeAct = act.Act[MakeIn, Batch]{Name: "payment.make", Title: "制作发放批次", Right: "payment.make", Do: Make}

// CountersignAct checks a batch made by another.
var CountersignAct = act.Act[BatchID, Batch]{Name: "payment.countersign", Title: "复核发放批次", Right: "payment.batch", Do: Countersign}

// CancelAct takes a batch apart or recalls it.
var CancelAct = act.Act[CancelIn, Batch]{Name: "payment.cancel", Title: "撤销发放批次", Right: "payment.make", Do: Cancel}

// SendAct gives the bank file of a checked batch. Its answer is secret: it holds account numbers.
var SendAct = act.Act[BatchID, File]{Name: "payment.send", Title: "导出银行文件", Right: "payment.batch", Secret: true, Do: Send}

// LandIn is the bank's answer file for a batch.
type LandIn struct {
	ID   string    `form:"id" kind:"hidden" need:"true" max:"40"`
	File form.File `form:"file" label:"银行回单文件" hint:"xlsx 或 csv，要有 流水号（或序号）、金额、结果 三列" need:"true" max:"5"`
}

// LandAct takes in the bank's answer.
var LandAct = act.Act[LandIn, Landed]{Name: "payment.land", Title: "导入银行回单", Right: "payment.batch",
	Do: func(ctx context.Context, tx *db.Tx, in LandIn) (Landed, error) {
		data, err := io.ReadAll(in.File.Open())
		if err != nil {
			return Landed{}, err
		}
		results, err := Results(data, tx.Day())
		if err != nil {
			return Landed{}, err
		}
		sum := sha256.Sum256(data)
		return Land(ctx, tx, in.ID, hex.EncodeToString(sum[:]), results)
	}}

// ConfirmAct is the worker's receipt.
var ConfirmAct = act.Act[ConfirmIn, Instalment]{Name: "payment.confirm", Title: "确认收款", Right: "payment.confirm", Do: Confirm}

// TraceAct records what the bank answered about a payment.
var TraceAct = act.Act[TraceIn, Instalment]{Name: "payment.trace", Title: "查账答复", Right: "payment.trace", Do: Trace}

// AdjustAct changes a coming instalment.
var AdjustAct = act.Act[AdjustIn, Instalment]{Name: "payment.adjust", Title: "调整金额", Right: "payment.adjust", Do: Adjust}

// StopAct stops an award's payments.
var StopAct = act.Act[StopIn, plan.Award]{Name: "payment.stop", Title: "停发", Right: "payment.stop", Do: Stop}

// RecoverAct claims that a wrong payment came back.
var RecoverAct = act.Act[RecoverIn, Instalment]{Name: "payment.recover", Title: "追回", Right: "payment.recover", Do: Recover}

// Acts lists what can be done to payments.
func Acts() []act.Any {
	return []act.Any{SignAct, CheckAct, RetryAct, MakeAct, CountersignAct, CancelAct, SendAct, LandAct, ConfirmAct, TraceAct, AdjustAct,
		StopAct, RecoverAct, BackAct, KeepProfileAct, ReceiptPaper, ApprovalPaper,
		ChangeWay, AddPayee, CheckPayee, ClosePayee, HandOver, OpenHandover}
}
