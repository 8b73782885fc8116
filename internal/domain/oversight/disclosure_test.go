package oversight_test

import (
	"context"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/report"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// What is public adds up to the ledger, is silent until the union says so, and does not tell a group of fewer than five.
func TestDisclosure(t *testing.T) {
	each(t, func(h *house) {
		h.paid("陈甲", "陈乙")
		today := h.span().Until
		span := report.Year(today.Year(), today)
		h.tx(func(ctx context.Context, tx *db.Tx) error {
			if _, err := report.Public(ctx, tx, span); !fault.Is(err, "report.not_public") {
				t.Errorf("shown before the union said so: %v", err)
			}
			return org.Set(ctx, tx, "disclosure.public", "yes")
		})
		h.tx(func(ctx context.Context, tx *db.Tx) error {
			d, err := report.Public(ctx, tx, span)
			if err != nil {
				return err
			}
			s := d.Total
			if len(d.Sources) != 1 || d.Sources[0].Source != fund.Company || s.Came != money.Yuan(20_000) || s.Paid != money.Yuan(800) || d.Spent != s.Paid ||
				s.Opening+s.Came-s.Paid-s.Returned+s.Turned != s.End {
				t.Errorf("disclosed %+v", d)
			}
			if len(d.Uses) != 1 || !d.Uses[0].Hidden || d.Uses[0].People != 0 {
				t.Errorf("two people are told: %+v", d.Uses)
			}
			return nil
		})
	})
}
