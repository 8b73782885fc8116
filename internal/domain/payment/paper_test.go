package payment_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/plan"
)

// TestPapers: the notice of a result is one file however often it is asked for, and a receipt waits for the bank.
func TestPapers(t *testing.T) {
	each(t, func(h *house) {
		l := h.signed(3, "王一")[0]
		a := h.award(l)
		one, two := do(h, officer, plan.ResultPaper, plan.ResultIn{ID: a.ApplicationID}), do(h, officer, plan.ResultPaper, plan.ResultIn{ID: a.ApplicationID})
		if one.Sum != two.Sum || !bytes.Equal(one.PDF, two.PDF) || !bytes.HasPrefix(one.PDF, []byte("%PDF-")) {
			t.Errorf("%s is not one paper", one.Name)
		}
		if dir := os.Getenv("BANGFU_PAPER_OUT"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, "result.pdf"), one.PDF, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		refuses(h, "payment.state", officer, payment.ReceiptPaper, payment.ID{ID: h.of(l)[0].ID})
		refuses(h, "fault.denied", officer, plan.ResultPaper, plan.ResultIn{ID: "nothing"})
	})
}
