package payment_test

import (
	"context"
	"strings"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/task"
)

// answer is the bank's answer to lines: what it says of each, by the number of the line.
func answer(lines []payment.Line, says ...string) form.File {
	var b strings.Builder
	b.WriteString("流水号,金额,结果,原因\n")
	for n, l := range lines {
		if n < len(says) && says[n] != "" {
			b.WriteString(l.ID + "," + l.Amount.Plain() + "," + says[n] + "\n")
		}
	}
	return form.NewFile("answer.csv", []byte(b.String()))
}

// Money goes the whole way: checked, batched, countersigned, sent, posted only on the bank's word, signed for.
func TestFromSignatureToReceipt(t *testing.T) {
	each(t, func(h *house) {
		all := h.signed(1, "甲一", "甲二")
		h.want(all[0], "waiting")
		h.holds(all[0], 400, 0, 0)
		if c := h.check(); c.Ready != 2 || c.Held != 0 {
			h.t.Fatalf("checked %+v", c)
		}
		b := h.batch()
		if b.Lines != 2 || b.Total != money.Yuan(800) {
			h.t.Errorf("control totals %d, %s", b.Lines, b.Total)
		}
		refuses(h, "payment.batch_state", cashier, payment.SendAct, payment.BatchID{ID: b.ID})
		do(h, cashier, payment.CountersignAct, payment.BatchID{ID: b.ID})
		f := do(h, cashier, payment.SendAct, payment.BatchID{ID: b.ID})
		if want := b.Number + "_2_800.00.csv"; f.Name != want {
			h.t.Errorf("the file is called %s, want %s", f.Name, want)
		}
		if again := do(h, cashier, payment.SendAct, payment.BatchID{ID: b.ID}); string(again.Data) != string(f.Data) {
			h.t.Error("a lost download is written anew as another file")
		}
		h.holds(all[0], 400, 0, 0)
		_, lines := h.read(b.ID)
		if lines[0].AwardID != all[0].Award {
			all[0], all[1] = all[1], all[0]
		}
		landed := do(h, cashier, payment.LandAct, payment.LandIn{ID: b.ID, File: answer(lines, "成功", "失败,户名不符")})
		if landed.Paid != 1 || landed.Failed != 1 || landed.Left != 0 || landed.Total != money.Yuan(400) {
			h.t.Errorf("landed %+v", landed)
		}
		h.want(all[0], "paid")
		h.want(all[1], "failed")
		h.holds(all[0], 0, 400, 0)
		h.holds(all[1], 400, 0, 0)
		if b, _ = h.read(b.ID); b.State != payment.Done {
			h.t.Errorf("the batch is %s", b.State)
		}
		if s := h.award(all[0]).State; s != plan.Paid {
			h.t.Errorf("the award is %s", s)
		}
		i := h.of(all[0])[0]
		refuses(h, "payment.sign_name", all[0].Worker, payment.ConfirmAct, payment.ConfirmIn{ID: i.ID, Come: "yes", Name: all[1].Worker})
		refuses(h, "fault.denied", all[1].Worker, payment.ConfirmAct, payment.ConfirmIn{ID: i.ID, Come: "yes", Name: all[1].Worker})
		do(h, all[0].Worker, payment.ConfirmAct, payment.ConfirmIn{ID: i.ID, Come: "yes", Name: all[0].Worker})
		h.want(all[0], "confirmed")
		refuses(h, "payment.state", all[0].Worker, payment.ConfirmAct, payment.ConfirmIn{ID: i.ID, Come: "no"})
	})
}

// What the bank returned is mended and paid with the next batch; the account of the old batch stays as it was.
func TestFailedIsPaidAgain(t *testing.T) {
	each(t, func(h *house) {
		l := h.signed(1, "乙一")[0]
		b, lines := h.sent()
		do(h, cashier, payment.LandAct, payment.LandIn{ID: b.ID, File: answer(lines, "失败,账号不存在")})
		i := h.of(l)[0]
		if i.State != payment.Failed || i.Trouble != "账号不存在" {
			h.t.Fatalf("%s: %s", i.State, i.Trouble)
		}
		do(h, officer, payment.RetryAct, payment.ID{ID: i.ID})
		b2, lines2 := h.sent()
		do(h, cashier, payment.LandAct, payment.LandIn{ID: b2.ID, File: answer(lines2, "成功")})
		h.want(l, "paid")
		h.holds(l, 0, 400, 0)
		if _, old := h.read(b.ID); old[0].State != payment.LineFailed {
			h.t.Errorf("the first line is %s", old[0].State)
		}
	})
}

// Scenario 2: quarters pay 400, 400 and 300 after the review; at the fourth income is above the line and nothing is paid.
func TestQuarters(t *testing.T) {
	each(t, func(h *house) {
		l := h.signed(4, "丙一")[0]
		pay := func() {
			h.t.Helper()
			b, lines := h.sent()
			do(h, cashier, payment.LandAct, payment.LandIn{ID: b.ID, File: answer(lines, "成功")})
		}
		pay()
		h.want(l, "paid waiting waiting waiting")
		if c := h.check(); c.Ready+c.Held != 0 {
			h.t.Errorf("a quarter that has not come was checked: %+v", c)
		}
		all := h.of(l)
		h.day(all[1].DueOn)
		pay()
		refuses(h, "payment.more", officer, payment.AdjustAct, payment.AdjustIn{ID: all[2].ID, Amount: money.Yuan(401), Reason: "好转"})
		refuses(h, "standard.below_floor", officer, payment.AdjustAct, payment.AdjustIn{ID: all[2].ID, Amount: money.Yuan(299), Reason: "好转"})
		refuses(h, "payment.state", officer, payment.AdjustAct, payment.AdjustIn{ID: all[1].ID, Amount: money.Yuan(300), Reason: "好转"})
		do(h, officer, payment.AdjustAct, payment.AdjustIn{ID: all[2].ID, Amount: money.Yuan(300), Reason: "情况有好转"})
		h.holds(l, 700, 800, 0)
		h.day(all[2].DueOn)
		pay()
		h.holds(l, 400, 1100, 0)
		h.day(all[3].DueOn)
		h.says("丙一", "9000")
		if c := h.check(); c.Ready != 0 || c.Held != 1 {
			h.t.Errorf("with income above the line: %+v", c)
		}
		i := h.of(l)[3]
		if i.Trouble != "payment.bar_standard" {
			h.t.Errorf("held for %s", i.Trouble)
		}
		refuses(h, "payment.still", officer, payment.RetryAct, payment.ID{ID: i.ID})
		do(h, officer, payment.StopAct, payment.StopIn{ID: i.ID, Reason: "收入已高于标准，转介慈善"})
		h.want(l, "paid paid paid stopped")
		h.holds(l, 0, 1100, 0)
		if s := h.award(l).State; s != plan.Stopped {
			h.t.Errorf("the award is %s", s)
		}
		h.aid(l, 1100)
	})
}

// says writes a worker's new monthly income into the file.
func (h *house) says(name, pay string) {
	h.t.Helper()
	h.ok(h.as(officer, func(ctx context.Context, tx *db.Tx) error {
		_, err := person.SetFact(ctx, tx, person.Fact{SubjectKind: person.OfWorker, SubjectID: h.Staff[name].ID, Name: person.FactPay, Known: true,
			Value: pay, Source: person.FromOfficer})
		return err
	}))
}

// aid wants what counts as help of the family.
func (h *house) aid(l *world.Live, yuan int64) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) error {
		all, err := casefile.AidOf(ctx, tx, h.Staff[l.Worker].HouseholdID, "", "")
		if err != nil {
			return err
		}
		total, err := casefile.Total(all)
		if total != money.Yuan(yuan) {
			h.t.Errorf("the family's aid is %s, want %d", total, yuan)
		}
		return err
	})
}

// Not received, and the bank gives it back after all: owed until it is paid again, and counted once.
func TestMissingAndReturned(t *testing.T) {
	each(t, func(h *house) {
		l := h.signed(1, "丁一")[0]
		b, lines := h.sent()
		do(h, cashier, payment.LandAct, payment.LandIn{ID: b.ID, File: answer(lines, "成功")})
		i := h.of(l)[0]
		do(h, "丁一", payment.ConfirmAct, payment.ConfirmIn{ID: i.ID, Come: "no"})
		h.want(l, "missing")
		h.turn(accountant, "payment.missing", true)
		do(h, accountant, payment.TraceAct, payment.TraceIn{ID: i.ID, Found: "paid", Reason: "11 月 30 日已入账"})
		h.want(l, "paid")
		h.turn(accountant, "payment.missing", false)
		do(h, accountant, payment.TraceAct, payment.TraceIn{ID: i.ID, Found: "back", Reason: "账户已销户"})
		h.want(l, "paid")
		h.turn(cashier, "payment.back", true)
		refuses(h, "payment.claimed", accountant, payment.TraceAct, payment.TraceIn{ID: i.ID, Found: "back", Reason: "账户已销户"})
		do(h, cashier, payment.BackAct, payment.BackIn{ID: i.ID, Seen: "no", Answer: "查了 11 月，没有"})
		h.want(l, "paid")
		h.holds(l, 0, 400, 0)
		refuses(h, "payment.no_claim", cashier, payment.BackAct, payment.BackIn{ID: i.ID, Seen: "yes", Answer: "在"})
		do(h, accountant, payment.TraceAct, payment.TraceIn{ID: i.ID, Found: "back", Reason: "账户已销户"})
		refuses(h, "fault.denied", accountant, payment.BackAct, payment.BackIn{ID: i.ID, Seen: "yes", Answer: "在"})
		do(h, cashier, payment.BackAct, payment.BackIn{ID: i.ID, Seen: "yes", Answer: "12 月 1 日入账"})
		h.want(l, "failed")
		h.holds(l, 0, 400, 400)
		h.aid(l, 0)
		refuses(h, "payment.parked", officer, payment.AdjustAct, payment.AdjustIn{ID: i.ID, Amount: money.Yuan(300), Reason: "少发"})
		do(h, officer, payment.RetryAct, payment.ID{ID: i.ID})
		b, lines = h.sent()
		do(h, cashier, payment.LandAct, payment.LandIn{ID: b.ID, File: answer(lines, "成功")})
		h.want(l, "paid")
		h.holds(l, 0, 400, 0)
		h.aid(l, 400)
		// To the wrong person: it comes back, is owed, and goes to the right account without a new application.
		do(h, "丁一", payment.ConfirmAct, payment.ConfirmIn{ID: i.ID, Come: "yes", Name: "丁一"})
		do(h, accountant, payment.RecoverAct, payment.RecoverIn{ID: i.ID, Kind: "owed", Slip: "S-0", Reason: "卡号登记错，发给了别人"})
		do(h, cashier, payment.BackAct, payment.BackIn{ID: i.ID, Seen: "yes", Answer: "12 月 2 日入账"})
		h.want(l, "failed")
		h.holds(l, 0, 400, 400)
		h.aid(l, 0)
		do(h, officer, payment.RetryAct, payment.ID{ID: i.ID})
		b, lines = h.sent()
		do(h, cashier, payment.LandAct, payment.LandIn{ID: b.ID, File: answer(lines, "成功")})
		h.want(l, "paid")
		h.holds(l, 0, 400, 0)
		h.aid(l, 400)
		do(h, accountant, payment.RecoverAct, payment.RecoverIn{ID: i.ID, Kind: "undue", Slip: "S-1", Reason: "重复发放"})
		do(h, cashier, payment.BackAct, payment.BackIn{ID: i.ID, Seen: "yes", Answer: "12 月 3 日入账"})
		h.holds(l, 0, 0, 0)
		h.aid(l, 0)
		refuses(h, "payment.state", accountant, payment.RecoverAct, payment.RecoverIn{ID: i.ID, Kind: "undue", Slip: "S-1", Reason: "重复发放"})
	})
}

// turn wants somebody to have a turn of a kind, or not.
func (h *house) turn(who, kind string, have bool) {
	h.t.Helper()
	h.ok(h.as(who, func(ctx context.Context, tx *db.Tx) error {
		all, err := task.Mine(ctx, tx)
		got := false
		for _, x := range all {
			got = got || x.Kind == kind
		}
		if got != have {
			h.t.Errorf("%s has a turn %s: %v", who, kind, got)
		}
		return err
	}))
}
