package payment_test

import (
	"context"
	"strings"
	"testing"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/payment"
	"bangfu/internal/engine/db"
)

// till gives the pocket's bank and cash, in yuan.
func (h *house) till() (bank, cash int64) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx *db.Tx) error {
		s, err := fund.StateOf(ctx, tx, pocket)
		bank, cash = int64(s.Bank)/100, int64(s.Cash)/100
		return err
	})
	return bank, cash
}

func (h *house) tills(bank, cash int64) {
	h.t.Helper()
	if b, c := h.till(); b != bank || c != cash {
		h.t.Errorf("the bank holds %d and the till %d yuan, want %d and %d", b, c, bank, cash)
	}
}

// Cash is drawn by the cashier, handed over against signatures, and what nobody came for goes back to the bank; the ledger goes along.
func TestCashIsHandedOver(t *testing.T) {
	each(t, func(h *house) {
		all := h.signed(1, "现一", "现二", "现三")
		for _, l := range all[:2] {
			do(h, officer, payment.ChangeWay, payment.WayIn{ID: h.of(l)[0].ID, Way: payment.InCash, Reason: "本人没有银行卡"})
		}
		h.check()
		bank := h.all("plain")
		if len(bank.IDs) != 1 || len(h.all("cash").IDs) != 2 {
			h.t.Fatalf("the bank's list has %d, the cash list %d", len(bank.IDs), len(h.all("cash").IDs))
		}
		bank.IDs = append(bank.IDs, h.all("cash").IDs...)
		refuses(h, "payment.snag", accountant, payment.MakeAct, bank)
		b := do(h, accountant, payment.MakeAct, h.all("cash"))
		do(h, cashier, payment.CountersignAct, payment.BatchID{ID: b.ID})
		h.tills(20_000, 0)
		f := do(h, cashier, payment.SendAct, payment.BatchID{ID: b.ID})
		if !strings.Contains(string(f.Data), "现一") || strings.Contains(string(f.Data), "账号") {
			h.t.Errorf("the list reads %s", f.Data)
		}
		h.tills(19_200, 800)
		_, lines := h.read(b.ID)
		refuses(h, "payment.cash_list", cashier, payment.LandAct, payment.LandIn{ID: b.ID, File: answer(lines, "成功")})
		in := payment.HandoverIn{ID: b.ID, Lines: []string{lines[0].ID}, On: "2020-01-01", Witness: "李证明", Paper: "p1"}
		refuses(h, "payment.handover_day", cashier, payment.HandOver, in)
		h.tx(func(_ context.Context, tx *db.Tx) error { in.On = tx.Day(); return nil })
		if done := do(h, cashier, payment.HandOver, in); done.Paid != 1 || done.Left != 1 || done.Total != money.Yuan(400) {
			h.t.Errorf("handed over %+v", done)
		}
		refuses(h, "payment.handover_lines", cashier, payment.HandOver, in)
		h.tills(19_200, 400)
		do(h, accountant, payment.CancelAct, payment.CancelIn{ID: b.ID, Reason: "没有来领"})
		h.tills(19_600, 0)
		states := h.states(all[0]) + " " + h.states(all[1])
		if states != "paid ready" && states != "ready paid" {
			h.t.Errorf("the two are %s", states)
		}
		h.tx(func(ctx context.Context, tx *db.Tx) error {
			kept, err := payment.Handovers(ctx, tx, b.ID)
			if err == nil && (len(kept) != 1 || kept[0].Witness != "李证明" || kept[0].Total != money.Yuan(400)) {
				h.t.Errorf("kept %+v", kept)
			}
			lines, bad := fund.FundLines(ctx, tx, fund.Span{From: "2020-01-01", To: tx.Day()})
			if bad == nil && (lines[0].Paid != money.Yuan(400) || lines[0].End != money.Yuan(19_600)) {
				h.t.Errorf("the statement says paid %s, end %s", lines[0].Paid, lines[0].End)
			}
			if err == nil {
				_, err = fund.Verify(ctx, tx)
			}
			return err
		})
	})
}

// A hospital is paid in the worker's stead: its account is written down by one and checked by another, and stands in the bank's file.
func TestHospitalIsPaid(t *testing.T) {
	each(t, func(h *house) {
		l := h.signed(2, "医一")[0]
		in := payment.PayeeIn{Kind: "hospital", Name: "示例市第一医院", Account: "9900 0000 1234 5678", Bank: "示例银行"}
		bad := in
		bad.Account = "62A"
		refuses(h, "fault.form", accountant, payment.AddPayee, bad)
		p := do(h, accountant, payment.AddPayee, in)
		refuses(h, "payment.payee_twice", accountant, payment.AddPayee, in)
		way := payment.WayIn{ID: h.of(l)[0].ID, Way: payment.ToPayee, Payee: p.ID, Reason: "欠住院费，本人同意"}
		refuses(h, "payment.bar_payee", officer, payment.ChangeWay, way)
		refuses(h, "fault.denied", accountant, payment.CheckPayee, payment.PayeeID{Payee: p.ID})
		do(h, cashier, payment.CheckPayee, payment.PayeeID{Payee: p.ID})
		refuses(h, "payment.payee_state", cashier, payment.CheckPayee, payment.PayeeID{Payee: p.ID})
		refuses(h, "fault.form", officer, payment.ChangeWay, payment.WayIn{ID: way.ID, Way: payment.ToPayee, Reason: "漏选"})
		do(h, officer, payment.ChangeWay, way)
		for _, i := range h.of(l) {
			if i.Way != payment.ToPayee || i.PayeeID != p.ID {
				h.t.Errorf("instalment %d goes %s", i.No, i.Way)
			}
		}
		h.check()
		refuses(h, "payment.snag", accountant, payment.MakeAct, h.all("wages"))
		b := do(h, accountant, payment.MakeAct, h.all("plain"))
		do(h, cashier, payment.CountersignAct, payment.BatchID{ID: b.ID})
		f := do(h, cashier, payment.SendAct, payment.BatchID{ID: b.ID})
		if text := string(f.Data); !strings.Contains(text, "示例市第一医院") || !strings.Contains(text, "9900000012345678") || strings.Contains(text, "医一") {
			h.t.Errorf("the file reads %s", text)
		}
		_, lines := h.read(b.ID)
		do(h, cashier, payment.LandAct, payment.LandIn{ID: b.ID, File: answer(lines, "成功")})
		h.want(l, "paid waiting")
		h.holds(l, 400, 400, 0)
		do(h, accountant, payment.ClosePayee, payment.PayeeID{Payee: p.ID})
		h.day(h.of(l)[1].DueOn)
		if c := h.check(); c.Held != 1 || h.of(l)[1].Trouble != "payment.bar_payee" {
			h.t.Errorf("with the hospital closed: %+v, %s", c, h.of(l)[1].Trouble)
		}
		do(h, officer, payment.ChangeWay, payment.WayIn{ID: h.of(l)[1].ID, Way: payment.ByBank, Reason: "已出院"})
		do(h, officer, payment.RetryAct, payment.ID{ID: h.of(l)[1].ID})
		h.want(l, "paid ready")
	})
}
