package payment_test

import (
	"context"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/org"
)

// appoint gives somebody one more role of the whole union.
func (h *house) appoint(who, role string) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) error { return org.Appoint(ctx, tx, h.Posts[who], role, h.Union) })
}

// One person never makes, and checks or sends; nobody checks a batch that pays a relative; the sender does not recall.
func TestTwoPersons(t *testing.T) {
	each(t, func(h *house) {
		l := h.signed(1, "戊一")[0]
		h.check()
		h.appoint(accountant, org.RoleCashier)
		h.appoint(cashier, org.RoleAccountant)
		h.appoint("戊一", org.RoleCashier)
		h.appoint("戊一", org.RoleAccountant)
		if in := h.all("plain"); len(in.IDs) == 1 {
			refuses(h, "payment.snag", "戊一", payment.MakeAct, in)
		}
		b := h.batch()
		id := payment.BatchID{ID: b.ID}
		h.turn(accountant, "payment.batch", false)
		h.turn("戊一", "payment.batch", false)
		h.turn(cashier, "payment.batch", true)
		refuses(h, "payment.same_person", accountant, payment.CountersignAct, id)
		refuses(h, "payment.own_line", "戊一", payment.CountersignAct, id)
		refuses(h, "fault.denied", officer, payment.CountersignAct, id)
		refuses(h, "fault.denied", "admin", payment.CountersignAct, id)
		do(h, cashier, payment.CountersignAct, id)
		refuses(h, "payment.same_person", accountant, payment.SendAct, id)
		do(h, cashier, payment.SendAct, id)
		refuses(h, "payment.recall_reason", accountant, payment.CancelAct, payment.CancelIn{ID: b.ID})
		refuses(h, "payment.same_person", cashier, payment.CancelAct, payment.CancelIn{ID: b.ID, Reason: "银行没有执行"})
		do(h, accountant, payment.CancelAct, payment.CancelIn{ID: b.ID, Reason: "银行没有执行"})
		h.want(l, "ready")
		h.turn(cashier, "payment.land", false)
		refuses(h, "payment.batch_state", accountant, payment.CancelAct, payment.CancelIn{ID: b.ID, Reason: "再撤一次"})
		if b, lines := h.read(b.ID); b.State != payment.Cancelled || lines[0].State != payment.LineRecalled {
			h.t.Errorf("the batch is %s, its line %s", b.State, lines[0].State)
		}
	})
}

// What was countersigned is what is sent: an account changed in between stops the file.
func TestAccountChangedAfterCheck(t *testing.T) {
	each(t, func(h *house) {
		h.signed(1, "己一", "己二")
		h.check()
		b := h.batch()
		do(h, cashier, payment.CountersignAct, payment.BatchID{ID: b.ID})
		h.card("己二", 7777)
		refuses(h, "payment.card_changed", cashier, payment.SendAct, payment.BatchID{ID: b.ID})
		do(h, accountant, payment.CancelAct, payment.CancelIn{ID: b.ID})
		h.card("己一", 7777)
		in := h.all("plain")
		if len(in.IDs) != 0 {
			h.t.Error("two families on one card may be paid")
		}
		h.tx(func(ctx context.Context, tx *db.Tx) error {
			_, bad, err := payment.Candidates(ctx, tx, pocket, "plain")
			for _, s := range bad {
				if s.Bar != "payment.bar_shared" {
					h.t.Errorf("barred by %s", s.Bar)
				}
			}
			if len(bad) != 2 {
				h.t.Errorf("%d are barred", len(bad))
			}
			return err
		})
	})
}

func (h *house) card(name string, n int) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) error {
		return person.SetCard(ctx, tx, person.CardIn{WorkerID: h.Staff[name].ID, Card: ident.InventedCard(n), Holder: name, Relation: person.HolderSelf,
			Bank: "示例银行", Sure: true})
	})
}

// A worker who dies or leaves is held; the officer stops what was to come and the money goes back to the pocket.
func TestDeathHoldsAndStops(t *testing.T) {
	each(t, func(h *house) {
		l := h.signed(4, "庚一")[0]
		h.check()
		h.tx(func(ctx context.Context, tx *db.Tx) error {
			return person.Move(ctx, tx, person.MoveIn{WorkerID: h.Staff["庚一"].ID, To: person.Deceased, On: tx.Day()})
		})
		h.tx(payment.HoldGone)
		h.want(l, "held held held held")
		h.turn(officer, "payment.held", true)
		all := h.of(l)
		if all[0].Trouble != "payment.bar_deceased" {
			h.t.Errorf("held for %s", all[0].Trouble)
		}
		if f := refuses(h, "payment.still", officer, payment.RetryAct, payment.ID{ID: all[0].ID}); f != nil && !strings.Contains(f.Error(), "bar_deceased") {
			h.t.Logf("the fault reads %v", f)
		}
		do(h, officer, payment.StopAct, payment.StopIn{ID: all[0].ID, Reason: "本人去世"})
		h.want(l, "stopped stopped stopped stopped")
		h.holds(l, 0, 0, 0)
		h.turn(officer, "payment.held", false)
		refuses(h, "payment.state", officer, payment.StopAct, payment.StopIn{ID: all[0].ID, Reason: "再停一次"})
	})
}

// Later quarters are stopped while an earlier one is at the bank: that one is still paid, and then the award ends.
func TestStopWhileAtTheBank(t *testing.T) {
	each(t, func(h *house) {
		l := h.signed(3, "辛一")[0]
		b, lines := h.sent()
		all := h.of(l)
		do(h, officer, payment.StopAct, payment.StopIn{ID: all[1].ID, Reason: "情况好转"})
		h.want(l, "batched stopped stopped")
		h.holds(l, 400, 0, 0)
		do(h, cashier, payment.LandAct, payment.LandIn{ID: b.ID, File: answer(lines, "成功")})
		h.want(l, "paid stopped stopped")
		h.holds(l, 0, 400, 0)
		if s := h.award(l).State; s != "stopped" {
			h.t.Errorf("the award is %s", s)
		}
	})
}

// The second quarter waits for the first to be settled, even when its own day has come.
func TestInTurn(t *testing.T) {
	each(t, func(h *house) {
		l := h.signed(2, "壬一")[0]
		h.day(h.of(l)[1].DueOn)
		h.tx(payment.AskDue)
		h.turn(officer, "payment.check", true)
		h.check()
		h.want(l, "ready held")
		if why := h.of(l)[1].Trouble; why != "payment.bar_before" {
			h.t.Errorf("held for %s", why)
		}
		h.turn(officer, "payment.check", false)
	})
}

// Wild answers of the bank are refused whole, and nothing is posted.
func TestWildAnswers(t *testing.T) {
	each(t, func(h *house) {
		all := h.signed(1, "癸一", "癸二")
		b, lines := h.sent()
		ref, other := lines[0].ID, lines[1].ID
		head := "流水号,金额,结果,原因,日期\n"
		good := ref + ",400.00,成功,,\n"
		for name, c := range map[string]struct{ text, key string }{
			"wrong amount":        {head + good + other + ",400.01,成功,,\n", "payment.result_match"},
			"unknown reference":   {head + good + "FF-2026-999999-0001,400.00,成功,,\n", "payment.result_match"},
			"twice the same line": {head + good + good, "payment.result_match"},
			"before it was sent":  {head + good + other + ",400.00,成功,,2026-01-01\n", "payment.result_match"},
			"a day to come":       {head + good + other + ",400.00,成功,,2027-12-01\n", "payment.result_row"},
			"a state of its own":  {head + good + other + ",400.00,大概成功,,\n", "payment.result_row"},
			"three decimals":      {head + good + other + ",400.001,成功,,\n", "payment.result_row"},
			"minus":               {head + good + other + ",-400.00,成功,,\n", "payment.result_row"},
			"no reference":        {head + good + ",400.00,成功,,\n", "payment.result_row"},
			"no heading":          {good, "payment.result_head"},
			"heading only":        {head, "payment.result_head"},
		} {
			h.t.Run(name, func(t *testing.T) {
				_, err := payment.LandAct.Run(h.ctx, h.Host, h.call(cashier), payment.LandIn{ID: b.ID, File: form.NewFile("a.csv", []byte(c.text))})
				if !fault.Is(err, c.key) {
					t.Errorf("%v, want %s", err, c.key)
				}
			})
		}
		h.want(all[0], "batched")
		h.want(all[1], "batched")
		h.holds(all[0], 400, 0, 0)

		part := payment.LandIn{ID: b.ID, File: answer(lines, "成功")}
		if done := do(h, cashier, payment.LandAct, part); done.Left != 1 || done.Total != money.Yuan(400) {
			h.t.Errorf("landed %+v", done)
		}
		refuses(h, "payment.result_twice", cashier, payment.LandAct, part)
		do(h, accountant, payment.CancelAct, payment.CancelIn{ID: b.ID, Reason: "银行说第二行没有执行"})
		if b, _ := h.read(b.ID); b.State != payment.Done {
			h.t.Errorf("the batch is %s", b.State)
		}
		h.sums()
	})
}

// sums holds that the figures of the pockets agree with the instalments and the ledger (B06).
func (h *house) sums() {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) error {
		all, err := payment.Reconcile(ctx, tx)
		for _, s := range all {
			if s.Due != s.Paid+s.Failed+s.Open {
				h.t.Errorf("%s: due %s is not paid %s, failed %s and open %s", s.Pocket.Code, s.Due, s.Paid, s.Failed, s.Open)
			}
		}
		if len(all) != 1 || all[0].Paid != money.Yuan(400) || all[0].Open != money.Yuan(400) {
			h.t.Errorf("the sums are %+v", all)
		}
		return err
	})
}
