package payment

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/sheet"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// ResultLine is one row of the bank's answer: the reference or, where the bank does not give it back, the number of the
// line. Row is its place in the file; Amount is in fen; On is the day the bank paid.
type ResultLine struct {
	Row    int
	Ref    string
	No     int64
	Amount money.Amount
	OK     bool
	Reason string
	On     day.Day
}

// answers are the columns of a bank's answer, by the names banks give them.
func answers() []sheet.Column {
	return []sheet.Column{
		{Key: "ref", Names: []string{"流水号", "参考号", "备注", "附言", "ref"}},
		{Key: "no", Names: []string{"序号", "编号", "no"}},
		{Key: "amount", Names: []string{"金额", "交易金额", "汇款金额", "发放金额", "amount"}, Required: true},
		{Key: "state", Names: []string{"结果", "处理结果", "交易结果", "交易状态", "状态", "result"}, Required: true},
		{Key: "reason", Names: []string{"原因", "失败原因", "错误信息", "处理信息", "reason"}},
		{Key: "on", Names: []string{"日期", "交易日期", "入账日期", "date"}},
	}
}

// Results reads the bank's answer, .xlsx or text. Wild rows are refused with their number, and then the whole file is:
// nothing is read by halves. Faults: "payment.result_head", "payment.result_row", and those of package sheet.
func Results(data []byte, today day.Day) ([]ResultLine, error) {
	if first, _, _ := bytes.Cut(data, []byte("\n")); bytes.IndexByte(first, '|') >= 0 && bytes.IndexByte(first, ',') < 0 && !bytes.HasPrefix(data, []byte("PK")) {
		data = bytes.ReplaceAll(data, []byte("|"), []byte("\t"))
	}
	book, err := sheet.Open(data)
	if err != nil {
		return nil, fault.Of(err).At("file")
	}
	m, err := book.Match(answers())
	_, byRef := m.At["ref"]
	_, byNo := m.At["no"]
	if err != nil || !byRef && !byNo {
		return nil, fault.New(fault.Invalid, "payment.result_head").At("file")
	}
	var out []ResultLine
	for r, err := range book.Rows(m) {
		if err != nil {
			return nil, fault.Of(err).At("file")
		}
		if sum(r) {
			continue
		}
		l, err := result(r, today, byRef)
		if err != nil {
			return nil, fault.New(fault.Invalid, "payment.result_row", r.Number).At("file")
		}
		out = append(out, l)
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "payment.result_head").At("file")
	}
	return out, nil
}

// sum tells a bank's line of totals: it has no state, and its first word says so.
func sum(r sheet.Row) bool {
	return r.Text("state") == "" && slices.ContainsFunc(r.Cells, func(c sheet.Cell) bool {
		return strings.HasPrefix(strings.TrimSpace(c.Text), "合计") || strings.HasPrefix(strings.TrimSpace(c.Text), "总计")
	})
}

// result reads one row; the fault says only that it cannot be read, for the caller names the row.
func result(r sheet.Row, today day.Day, byRef bool) (l ResultLine, err error) {
	bad := fault.New(fault.Invalid, "payment.result_row", r.Number)
	l = ResultLine{Row: r.Number, Ref: r.Text("ref"), Reason: short(r.Text("reason")), On: today}
	if l.Amount, err = money.Parse(r.Text("amount")); err != nil || l.Amount <= 0 {
		return l, bad
	}
	if byRef && l.Ref == "" {
		return l, bad
	}
	if !byRef {
		if l.No, err = strconv.ParseInt(r.Text("no"), 10, 64); err != nil || l.No < 1 {
			return l, bad
		}
	}
	if r.Text("on") != "" {
		if l.On, err = r.Day("on"); err != nil || l.On > today {
			return l, bad
		}
	}
	switch strings.ToLower(r.Text("state")) {
	case "成功", "交易成功", "处理成功", "发放成功", "已入账", "success", "ok":
		l.OK = true
	case "失败", "交易失败", "处理失败", "发放失败", "退回", "退票", "failed", "fail":
	default:
		return l, bad
	}
	return l, nil
}

// short bounds what a bank says to a line of text.
func short(s string) string {
	if r := []rune(s); len(r) > 100 {
		return string(r[:100])
	}
	return s
}

// Landed counts what a bank's answer did. Total is what was paid, in fen; Left counts the lines it did not speak of.
type Landed struct {
	Paid, Failed int
	Total        money.Amount
	Left         int
}

// Land takes the bank's answer for a sent batch: what was paid is posted and told, what failed goes back to the officer
// with the bank's reason. One row that does not match refuses the whole file. Faults: "payment.result_twice" (Conflict),
// "payment.result_match" (Refused, with the row), "payment.batch_state" (Conflict).
func Land(ctx context.Context, tx *db.Tx, batchID string, hash string, results []ResultLine) (done Landed, err error) {
	b, lines, err := BatchOf(ctx, tx, batchID)
	if err != nil {
		return done, err
	}
	tx.About("batch", b.ID, "result")
	if b.ResultHash == hash {
		return done, fault.New(fault.Conflict, "payment.result_twice").At("file")
	}
	if b.Cash() {
		return done, fault.New(fault.Refused, "payment.cash_list", b.Number).At("file")
	}
	if b.State != Sent {
		return done, fault.New(fault.Conflict, "payment.batch_state", b.Number, b.State)
	}
	sent := day.Of(time.UnixMilli(b.SentAt))
	for _, r := range results {
		at := slices.IndexFunc(lines, func(l Line) bool { return l.State == LineWaiting && r.names(l) })
		if at < 0 || lines[at].Amount != r.Amount || r.On < sent {
			return done, fault.New(fault.Refused, "payment.result_match", r.Row).At("file")
		}
		if err := lines[at].land(ctx, tx, r); err != nil {
			return done, err
		}
		if !r.OK {
			done.Failed++
			continue
		}
		done.Paid++
		if done.Total, err = done.Total.Add(r.Amount); err != nil {
			return done, err
		}
	}
	for _, l := range lines {
		if l.State == LineWaiting {
			done.Left++
		}
	}
	return done, b.landed(ctx, tx, hash, done.Left)
}

func (r ResultLine) names(l Line) bool { return r.Ref == l.ID || r.Ref == "" && r.No == l.No }

func (b *Batch) landed(ctx context.Context, tx *db.Tx, hash string, left int) error {
	if left > 0 {
		return b.move(ctx, tx, Sent, "result_hash = $5", hash)
	}
	if err := b.move(ctx, tx, Done, "result_hash = $5, done_at = $6", hash, tx.Ms()); err != nil {
		return err
	}
	return task.Close(ctx, tx, "payment.land", b.ID)
}

// land takes the bank's word on one line over to its instalment.
func (l *Line) land(ctx context.Context, tx *db.Tx, r ResultLine) error {
	i, err := Get(ctx, tx, l.InstalmentID)
	if err != nil {
		return err
	}
	a, err := plan.Get(ctx, tx, i.AwardID)
	if err != nil {
		return err
	}
	l.Reason = r.Reason
	if !r.OK {
		if err := l.move(ctx, tx, LineFailed, LineWaiting); err != nil {
			return err
		}
		return i.fail(ctx, tx, a, r.Reason)
	}
	l.PaidOn = r.On
	if err := l.move(ctx, tx, LinePaid, LineWaiting); err != nil {
		return err
	}
	if err := i.post(ctx, tx, a, l.ID); err != nil {
		return err
	}
	if err := i.move(ctx, tx, Paid, "paid_on = $5, trouble = '', parked = 0", r.On); err != nil {
		return err
	}
	i.PaidOn, i.Parked = r.On, false
	if err := i.tell(ctx, tx, a, l.ID); err != nil {
		return err
	}
	return finish(ctx, tx, a)
}

// post books the payment: only ever on the bank's word. The key is the line's, so that it is booked once.
func (i Instalment) post(ctx context.Context, tx *db.Tx, a plan.Award, line string) error {
	if i.Parked {
		return fund.Resend(ctx, tx, fund.Move{Ref: a.ID, Key: "resend/" + line, Memo: a.Number, Amount: i.Amount, Cash: i.Way == InCash})
	}
	return fund.Spend(ctx, tx, fund.Move{Ref: a.ID, Key: "spend/" + line, Memo: a.Number, Amount: i.Amount, Cash: i.Way == InCash})
}

// fail gives an instalment back to the officer with the bank's reason.
func (i *Instalment) fail(ctx context.Context, tx *db.Tx, a plan.Award, reason string) error {
	if err := i.move(ctx, tx, Failed, "trouble = $5, batch_id = ''", reason); err != nil {
		return err
	}
	return task.Open(ctx, tx, task.New{Kind: "payment.failed", Object: "instalment", ObjectID: i.ID, Role: org.RoleOfficer, UnitID: a.UnitID,
		Href: home + "?state=failed", Title: "银行退回 {0}，请核对账号", Args: []any{a.Number}})
}

// tell writes the aid into the books of the household and asks the worker whether it came.
func (i Instalment) tell(ctx context.Context, tx *db.Tx, a plan.Award, line string) error {
	err := casefile.AddAid(ctx, tx, casefile.Aid{PersonID: i.PersonID, HouseholdID: i.HouseholdID, Programme: a.Programme, Item: a.Item,
		Subject: a.Subject, EventDay: a.EventDay, Amount: i.Amount, On: i.PaidOn, Source: casefile.Paid, Ref: line})
	if err != nil {
		return err
	}
	if err := event(ctx, tx, a, casefile.Entry{Kind: "pay", Text: "payment.event_paid", Args: []any{a.Called(), i.No, i.Amount}, Ref: i.ID}); err != nil {
		return err
	}
	if err := plan.Landed(ctx, tx, a.ID, 1); err != nil {
		return err
	}
	return i.askReceipt(ctx, tx, a, notify.Text{Key: words.Key("payment.told_way." + string(i.Way)), Args: []any{a.Called()}})
}

// receiptDays is how many workdays a worker has to say whether the money came (ux §1.0).
const receiptDays = 15

func (i Instalment) askReceipt(ctx context.Context, tx *db.Tx, a plan.Award, said notify.Text) error {
	said.Href = "/me/receipts/" + i.ID
	if err := notify.Send(ctx, tx, notify.To{PersonID: i.PersonID, UnitID: a.UnitID}, said); err != nil {
		return err
	}
	return task.Open(ctx, tx, task.New{Kind: "payment.confirm", Object: "instalment", ObjectID: i.ID, PersonID: i.PersonID, UnitID: a.UnitID,
		Days: receiptDays, Href: said.Href, Title: "确认“{0}”是否到账", Args: []any{a.Called()}})
}

// finish ends an award when nothing of it is left to pay.
func finish(ctx context.Context, tx *db.Tx, a plan.Award) error {
	all, err := OfAward(ctx, tx, a.ID)
	if err != nil || a.State != plan.Signed {
		return err
	}
	stopped := ""
	for _, i := range all {
		switch {
		case i.Open() || i.State == Batched:
			return nil
		case i.State == Stopped:
			stopped = i.Trouble
		}
	}
	if stopped != "" {
		return plan.Stop(ctx, tx, a, stopped)
	}
	return plan.MarkPaid(ctx, tx, a.ID)
}
